//! Relevance judgements: queries with what each should find, as they are written down.

use sconce_code::LineRange;
use serde::{Deserialize, Serialize, Serializer};

/// A project with its queries.
#[derive(Debug, Clone)]
pub struct JudgedRepository {
    /// Its name, which is its directory's among the trees.
    pub name: String,
    /// Its language, for the report.
    pub language: String,
    /// The directory in it that is indexed; all of it where there is none.
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
    #[serde(serialize_with = "as_pair")]
    pub lines: Option<LineRange>,
}

/// As reports have it, `[start, end]`.
#[expect(clippy::ref_option, reason = "serde hands it over so")]
fn as_pair<S: Serializer>(lines: &Option<LineRange>, serializer: S) -> Result<S::Ok, S::Error> {
    lines.map(|lines| (lines.start, lines.end)).serialize(serializer)
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
            TargetRow::Path(path) => Self { path, lines: None },
            TargetRow::Span { path, start_line, end_line, lines } => {
                let given = start_line.map(|start| (start, end_line.unwrap_or(start)));
                let lines = lines.or(given).map(|(start, end)| LineRange { start, end });
                Self { path, lines }
            }
        }
    }
}

impl JudgedRepository {
    /// Those of `repos.json`, a row a project, still without their queries.
    pub fn parse_list(json: &str) -> serde_json::Result<Vec<Self>> {
        let rows: Vec<RepositoryRow> = serde_json::from_str(json)?;
        Ok(rows
            .into_iter()
            .map(|RepositoryRow { name, language, root }| Self {
                language,
                root,
                ..Self::named(name)
            })
            .collect())
    }

    /// One of which only the name is known.
    pub fn named(name: String) -> Self {
        Self { name, language: String::new(), root: None, queries: Vec::new() }
    }

    /// What the paths of its judgements begin with: the directory that is indexed and a `/`, or nothing.
    pub fn prefix(&self) -> String {
        self.root.as_ref().map_or_else(String::new, |root| format!("{root}/"))
    }
}

impl JudgedQuery {
    /// Whether it asks for places: every target has its lines. Else it asks for files.
    pub fn of_places(&self) -> bool {
        self.targets.iter().all(|target| target.lines.is_some())
    }

    /// Those of `annotations/<name>.json` that have something to find.
    pub fn parse_list(json: &str) -> serde_json::Result<Vec<Self>> {
        let rows: Vec<QueryRow> = serde_json::from_str(json)?;
        Ok(rows
            .into_iter()
            .map(|row| Self {
                query: row.query,
                category: row.category,
                targets: row.relevant.into_iter().chain(row.secondary).collect(),
            })
            .filter(|query| !query.targets.is_empty())
            .collect())
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
        let lines = Some(LineRange { start: 3, end: 9 });
        assert_eq!(rows[1], Target { path: "b.py".into(), lines });
        assert_eq!(rows[2], Target { path: "c.py".into(), lines: None });
        let json = serde_json::to_string(&rows).unwrap();
        assert!(json.contains(r#"{"path":"b.py","lines":[3,9]}"#), "{json}");
        assert_eq!(serde_json::from_str::<Vec<Target>>(&json).unwrap(), rows);
    }
}
