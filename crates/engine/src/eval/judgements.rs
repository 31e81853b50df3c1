//! Relevance judgements, as they lie on disk.
//!
//! A directory holds `repos.json`, a row a project (`name`, `language`, and `root` where only a
//! directory of it is indexed), and `annotations/<name>.json`, its queries. Without `repos.json` every
//! file in `annotations` names a project.

use std::fs;
use std::path::Path;

use sconce_rank::eval::{JudgedQuery, JudgedRepository};

use super::EvalError;

/// Reads a directory of judgements; `only` names the projects that are wanted, none wants all.
pub(super) fn read(directory: &Path, only: &[String]) -> Result<Vec<JudgedRepository>, EvalError> {
    let mut repositories = listed(directory)?;
    repositories.retain(|one| only.is_empty() || only.contains(&one.name));
    for repository in &mut repositories {
        let path = directory.join("annotations").join(format!("{}.json", repository.name));
        repository.queries = parsed(&path, JudgedQuery::parse_list)?;
    }
    if repositories.is_empty() {
        return Err(EvalError::Nothing { directory: directory.to_path_buf() });
    }
    Ok(repositories)
}

fn listed(directory: &Path) -> Result<Vec<JudgedRepository>, EvalError> {
    let list = directory.join("repos.json");
    if list.exists() {
        return parsed(&list, JudgedRepository::parse_list);
    }
    let annotations = directory.join("annotations");
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
    Ok(names.into_iter().map(JudgedRepository::named).collect())
}

fn parsed<T>(
    path: &Path,
    parse: impl FnOnce(&str) -> serde_json::Result<T>,
) -> Result<T, EvalError> {
    let unreadable = |source| EvalError::Unreadable { path: path.to_path_buf(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let invalid = |source| EvalError::Invalid { path: path.to_path_buf(), source };
    parse(&text).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_read_with_and_without_a_list() {
        let directory = tempfile::tempdir().unwrap();
        let annotations = directory.path().join("annotations");
        fs::create_dir(&annotations).unwrap();
        let query = r#"[{"query": "q", "relevant": ["a.rs"], "secondary": ["b.rs"]},
                        {"query": "nothing to find", "relevant": []}]"#;
        fs::write(annotations.join("x.json"), query).unwrap();
        let read_it = read(directory.path(), &[]).unwrap();
        assert_eq!((read_it[0].name.as_str(), read_it[0].queries.len()), ("x", 1));
        assert_eq!(read_it[0].queries[0].targets.len(), 2);
        assert_eq!(read_it[0].queries[0].category, "all");

        let list = r#"[{"name": "x", "language": "rust", "root": "src"}]"#;
        fs::write(directory.path().join("repos.json"), list).unwrap();
        let read_it = read(directory.path(), &[]).unwrap();
        assert_eq!(read_it[0].root.as_deref(), Some("src"));
        assert!(matches!(read(directory.path(), &["y".into()]), Err(EvalError::Nothing { .. })));
        fs::write(annotations.join("x.json"), "{").unwrap();
        assert!(matches!(read(directory.path(), &[]), Err(EvalError::Invalid { .. })));
    }
}
