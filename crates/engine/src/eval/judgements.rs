//! Judged queries, as they lie on disk.
//!
//! A folder holds `repos.json`, a row a code base (`name`, `language`, and `root` where only a
//! folder of it is indexed), and `annotations/<name>.json`, its queries. Without `repos.json` every
//! file in `annotations` names a code base.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::EvalError;

/// A code base with its queries.
#[derive(Debug, Clone)]
pub struct JudgedRepository {
    /// Its name, which is its folder's in the folder of trees.
    pub name: String,
    /// Its language, for the report.
    pub language: String,
    /// The folder in it that is indexed; all of it where there is none.
    pub root: Option<String>,
    /// What is asked of it.
    pub queries: Vec<JudgedQuery>,
}

/// A query with what it should find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedQuery {
    /// The query.
    pub query: String,
    /// What kind of question it is, for the report.
    pub category: String,
    /// What it should find; all count alike.
    pub targets: Vec<Target>,
}

/// A file, or lines of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TargetRow")]
pub struct Target {
    /// From the repository's root.
    pub path: String,
    /// The first and last line, where not the whole file is meant.
    pub lines: Option<(u32, u32)>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TargetRow {
    Path(String),
    Span {
        path: String,
        start_line: Option<u32>,
        end_line: Option<u32>,
        /// As a report has it.
        lines: Option<(u32, u32)>,
    },
}

impl From<TargetRow> for Target {
    fn from(row: TargetRow) -> Self {
        match row {
            TargetRow::Path(path) => Target { path, lines: None },
            TargetRow::Span { path, start_line, end_line, lines } => {
                let given = start_line.map(|start| (start, end_line.unwrap_or(start)));
                Target { path, lines: lines.or(given) }
            }
        }
    }
}

#[derive(Deserialize)]
struct RepositoryRow {
    name: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    root: Option<String>,
}

#[derive(Deserialize)]
struct QueryRow {
    query: String,
    #[serde(default)]
    relevant: Vec<Target>,
    #[serde(default)]
    secondary: Vec<Target>,
    #[serde(default = "uncategorised")]
    category: String,
}

fn uncategorised() -> String {
    "all".to_owned()
}

/// Reads a folder of judgements; `only` names the code bases that are wanted, none wants all.
pub fn read(folder: &Path, only: &[String]) -> Result<Vec<JudgedRepository>, EvalError> {
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let mut repositories = Vec::new();
    for row in rows(folder)?.into_iter().filter(|row| wanted(&row.name)) {
        let path = folder.join("annotations").join(format!("{}.json", row.name));
        let queries: Vec<QueryRow> = json(&path)?;
        let queries = queries
            .into_iter()
            .map(|row| JudgedQuery {
                query: row.query,
                category: row.category,
                targets: row.relevant.into_iter().chain(row.secondary).collect(),
            })
            .filter(|query| !query.targets.is_empty())
            .collect();
        let (name, language, root) = (row.name, row.language, row.root);
        repositories.push(JudgedRepository { name, language, root, queries });
    }
    if repositories.is_empty() {
        return Err(EvalError::Nothing { folder: folder.to_path_buf() });
    }
    Ok(repositories)
}

fn rows(folder: &Path) -> Result<Vec<RepositoryRow>, EvalError> {
    let list = folder.join("repos.json");
    if list.exists() {
        return json(&list);
    }
    let annotations = folder.join("annotations");
    let unreadable = |source| EvalError::Unreadable { path: annotations.clone(), source };
    let mut names: Vec<String> = fs::read_dir(&annotations)
        .map_err(unreadable)?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let json = path.extension().is_some_and(|extension| extension == "json");
            json.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))?
        })
        .collect();
    names.sort();
    let row = |name| RepositoryRow { name, language: String::new(), root: None };
    Ok(names.into_iter().map(row).collect())
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, EvalError> {
    let unreadable = |source| EvalError::Unreadable { path: PathBuf::from(path), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let invalid = |source| EvalError::Invalid { path: PathBuf::from(path), source };
    serde_json::from_str(&text).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_paths_or_spans() {
        let rows: Vec<Target> = serde_json::from_str(
            r#"["a.py", {"path": "b.py", "start_line": 3, "end_line": 9}, {"path": "c.py"}]"#,
        )
        .unwrap();
        assert_eq!(rows[0], Target { path: "a.py".into(), lines: None });
        assert_eq!(rows[1], Target { path: "b.py".into(), lines: Some((3, 9)) });
        assert_eq!(rows[2], Target { path: "c.py".into(), lines: None });
        let json = serde_json::to_string(&rows).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Target>>(&json).unwrap(), rows);
    }

    #[test]
    fn a_folder_is_read_with_and_without_a_list() {
        let folder = tempfile::tempdir().unwrap();
        let annotations = folder.path().join("annotations");
        fs::create_dir(&annotations).unwrap();
        let query = r#"[{"query": "q", "relevant": ["a.rs"], "secondary": ["b.rs"]},
                        {"query": "nothing to find", "relevant": []}]"#;
        fs::write(annotations.join("x.json"), query).unwrap();
        let read_it = read(folder.path(), &[]).unwrap();
        assert_eq!((read_it[0].name.as_str(), read_it[0].queries.len()), ("x", 1));
        assert_eq!(read_it[0].queries[0].targets.len(), 2);
        assert_eq!(read_it[0].queries[0].category, "all");

        let list = r#"[{"name": "x", "language": "rust", "root": "src"}]"#;
        fs::write(folder.path().join("repos.json"), list).unwrap();
        let read_it = read(folder.path(), &[]).unwrap();
        assert_eq!(read_it[0].root.as_deref(), Some("src"));
        assert!(matches!(read(folder.path(), &["y".into()]), Err(EvalError::Nothing { .. })));
        fs::write(annotations.join("x.json"), "{").unwrap();
        assert!(matches!(read(folder.path(), &[]), Err(EvalError::Invalid { .. })));
    }
}
