//! Languages that projects add for their own files. Names of languages stay for as long as the process lives, so each
//! test has its own.

use std::fs;
use std::path::Path;

use sconce_code::Language;
use sconce_engine::{Engine, IndexReport, SearchRequest, SearchResult};
use sconce_engine::{
    Filter, FilterText, Index, IndexRequest, Occurrences, PatternRequest, SearchMode,
};
use sconce_testing::project::write;

use crate::project::{Project, engine_on, request_for};
use crate::watch::{begun, until, watch};

const PYTHON: &str = "def sweep_floor():\n    return 1\n";
const RUBY: &str = "def polish_floor\n  1\nend\n";

/// A file that adds one language.
fn adds(name: &str, extension: &str, base: &str) -> String {
    format!(
        "[[language]]\nname = \"{name}\"\naliases = [\"{name}-too\"]\nextensions = [\"{extension}\"]\nbase = \"{base}\"\n"
    )
}

fn filtered(query: &str, language: &str) -> SearchRequest {
    let text = FilterText { languages: vec![language.to_owned()], ..FilterText::default() };
    SearchRequest { filter: Filter::parse(&text).unwrap(), ..request_for(query) }
}

async fn of_language(index: &Index, language: &str, mode: SearchMode) -> Vec<SearchResult> {
    let request = SearchRequest { mode, ..filtered("floor", language) };
    index.search(&request).await.unwrap().results
}

async fn index(engine: &Engine, root: &Path) -> IndexReport {
    let request = IndexRequest { root: root.to_path_buf(), ..IndexRequest::default() };
    engine.start_index(request).await.unwrap().wait().await.unwrap()
}

/// Whether a filter for that lets the one file of the project's language through, by any way there is.
async fn passes(index: &Index, language: &str) -> bool {
    let mut found = Vec::new();
    for mode in [SearchMode::Hybrid, SearchMode::Words, SearchMode::Vectors] {
        let results = of_language(index, language, mode).await;
        found.push(results.iter().any(|result| result.path == "floor.chore"));
    }
    let filter = filtered("floor", language).filter;
    let lines =
        PatternRequest { pattern: "_floor".into(), filter, limit: 10, ..PatternRequest::default() };
    found.push(index.matching_lines(&lines).await.unwrap().total_lines > 0);
    let uses = index.occurrences("sweep_floor", Occurrences::All, &lines.filter, 10).await.unwrap();
    let others =
        index.occurrences("polish_floor", Occurrences::All, &lines.filter, 10).await.unwrap();
    found.push(uses.total_lines + others.total_lines > 0);
    assert!(found.iter().all(|one| *one == found[0]), "{language}: {found:?}");
    found[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_projects_give_one_name_to_two_languages_and_a_third_has_none() {
    let first = Project::new().await;
    let (second, third) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    first.write("languages.toml", &adds("chores", "chore", "python"));
    first.write("floor.chore", PYTHON);
    write(second.path(), "languages.toml", &adds("chores", "chore", "ruby"));
    write(second.path(), "floor.chore", RUBY);
    write(third.path(), "floor.chore", PYTHON);
    for root in [first.dir.path(), second.path(), third.path()] {
        assert_eq!(index(&first.engine, root).await.notices, [""; 0]);
    }
    // Another engine has met none of this.
    let engine = engine_on(&first.database).await;
    let of = async |root: &Path| engine.index_covering(root).await.unwrap();
    let (first, second, third) =
        (of(first.dir.path()).await, of(second.path()).await, of(third.path()).await);
    let named = |result: &SearchResult| (result.symbol.clone(), result.language.clone());
    for (index, symbol) in [(&first, "sweep_floor"), (&second, "polish_floor")] {
        let found = index.search(&request_for(symbol)).await.unwrap();
        let expected = (Some(symbol.to_owned()), Some("chores".to_owned()));
        assert_eq!(named(&found.results[0]), expected);
        assert!(passes(index, "Chores").await && passes(index, "chores-too").await);
    }
    let found = third.search(&request_for("sweep_floor")).await.unwrap();
    assert_eq!(named(&found.results[0]), (None, None), "it is text there");
    assert!(passes(&first, "python").await && !passes(&first, "ruby").await);
    assert!(passes(&second, "ruby").await && !passes(&second, "python").await);
    assert!(!passes(&third, "chores").await && !passes(&third, "python").await);
    assert_eq!(Language::detect("floor.chore", PYTHON), None, "nobody else's files are in it");
    let both = [first, second];
    let found = engine.search(&both, &filtered("floor", "chores")).await.unwrap().results;
    assert!(found.len() >= 2 && found.iter().all(|one| one.path == "floor.chore"), "{found:?}");
    let unknown = FilterText { languages: vec!["chorus".into()], ..FilterText::default() };
    assert!(Filter::parse(&unknown).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_file_is_in_the_index_with_the_next_job() {
    let project = Project::new().await;
    project.write("a.lap", PYTHON);
    project.write("b.lap", RUBY);
    project.write("c.other", PYTHON);
    project.index().await.unwrap();
    let symbol = async |query: &str| {
        let found = project.search(query).await.results.remove(0);
        (found.symbol, found.language)
    };
    assert_eq!(symbol("sweep_floor").await.1, None);
    let steps = [
        (adds("laps", "lap", "python"), ("sweep_floor", "a.lap"), 3),
        (adds("laps", "lap", "ruby"), ("polish_floor", "b.lap"), 3),
        (adds("laps", "other", "python"), ("sweep_floor", "c.other"), 4),
    ];
    for (file, (name, path), changed) in steps {
        project.write("languages.toml", &file);
        let report = project.index().await.unwrap();
        assert_eq!(report.files_changed, changed, "the file, and those that it concerns: {file}");
        let request = SearchRequest { mode: SearchMode::Words, ..filtered(name, "laps") };
        let found = project.ask(&request).await.unwrap().results.remove(0);
        assert_eq!((found.path.as_str(), found.symbol.as_deref()), (path, Some(name)));
        assert_eq!(project.index().await.unwrap().files_changed, 0, "and only once");
    }
    fs::remove_file(project.root().join("languages.toml")).unwrap();
    let report = project.index().await.unwrap();
    assert_eq!((report.files_changed, report.files_removed), (1, 1));
    assert!(project.ask(&filtered("floor", "laps")).await.unwrap().results.is_empty());
    assert_eq!(symbol("sweep_floor").await, (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_entry_is_named_and_a_strangers_query_is_not_run_in_this_process() {
    let project = Project::new().await;
    let query = "query = '((identifier) @name) @definition.job'\n";
    let wrong = "[[language]]\nname = \"go\"\nextensions = [\"gg\"]\n";
    project.write("languages.toml", &format!("{wrong}{}{query}", adds("mends", "mend", "python")));
    project.write("floor.mend", PYTHON);
    let report = project.index().await.unwrap();
    assert_eq!(report.notices.len(), 2, "{:?}", report.notices);
    assert_eq!(report.notices[0], "languages.toml:1: 'go' is a language already");
    assert!(report.notices[1].starts_with("languages.toml:4: its query is not used"), "{report:?}");
    let found = project.search("sweep_floor").await.results.remove(0);
    assert_eq!(
        (found.kind.as_deref(), found.language.as_deref()),
        (Some("function"), Some("mends"))
    );
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_of_the_project_adds_nothing() {
    let project = Project::new().await;
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "languages.toml", &adds("links", "link", "python"));
    let link = project.root().join("languages.toml");
    std::os::unix::fs::symlink(elsewhere.path().join("languages.toml"), &link).unwrap();
    project.write("floor.link", PYTHON);
    let report = project.index().await.unwrap();
    let told =
        report.notices.iter().any(|notice| notice.starts_with("languages.toml cannot be read"));
    assert!(told, "{report:?}");
    fs::remove_file(&link).unwrap();
    fs::create_dir(&link).unwrap();
    project.index().await.unwrap();
    fs::remove_dir(&link).unwrap();
    project.write(
        "languages.toml",
        "[language-server.x]\n[[language]]\nname = \"rust\"\nscope = \"s\"\n",
    );
    assert_eq!(project.index().await.unwrap().notices, [""; 0], "an editor's");
    assert_eq!(project.search("sweep_floor").await.results[0].language, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_followed_takes_the_file_up() {
    let project = Project::new().await;
    project.write("floor.wash", PYTHON);
    project.index().await.unwrap();
    let _watching = watch(&project.engine);
    begun(&project.engine, &project.root().canonicalize().unwrap()).await;
    project.write("languages.toml", &adds("washes", "wash", "python"));
    until("its file has a symbol", || async {
        let found = project.search("sweep_floor").await.results;
        found.iter().any(|result| result.symbol.as_deref() == Some("sweep_floor"))
    })
    .await;
}
