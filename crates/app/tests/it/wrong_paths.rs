//! Paths that a call names and that are not there, or are not to be read.

use sconce_testing::text_of;
use serde_json::{Value, json};

use crate::support::Place;

/// The call that an answer proposes.
fn proposed(result: &Value) -> (String, Value) {
    let said = text_of(result);
    let call = said
        .lines()
        .find_map(|line| line.strip_prefix("try: "))
        .unwrap_or_else(|| panic!("{said}"));
    let (tool, arguments) = call.split_once(' ').unwrap();
    (tool.to_owned(), serde_json::from_str(arguments).unwrap())
}

#[test]
fn a_directory_that_is_no_project_is_not_indexed_because_a_file_of_it_is_read() {
    let place = Place::with_database();
    let loose = place.project().parent().unwrap().join("papers");
    sconce_testing::project::write(&loose, "letter.md", "# Letter\n\nDear reader.\n");
    let file = loose.join("letter.md");
    let mut client = place.initialized_client();
    for tool in ["read_chunk", "find_related"] {
        let result = client.call(tool, &json!({ "path": format!("{}:3", file.display()) }));
        assert_eq!(result["isError"], true, "{result}");
        assert!(text_of(&result).contains("papers is not indexed"), "{result}");
        assert_eq!(proposed(&result), ("index_codebase".into(), json!({ "path": loose })));
    }
    assert_eq!(place.number("SELECT count(*) FROM indexes"), 0);
    // Its own project is indexed, however its file is named.
    let own = place.project().join("src/retry.rs");
    let text = client.text("read_chunk", &json!({ "path": format!("{}:6", own.display()) }));
    assert!(text.contains("function backoff_delay"), "{text}");
    client.text("index_codebase", &json!({ "path": loose, "wait_seconds": 30 }));
    let text = client.text("read_chunk", &json!({ "path": file }));
    assert!(text.starts_with("letter.md:1-3"), "{text}");
}

#[test]
fn a_directory_above_the_project_is_indexed_only_where_that_is_asked_for() {
    let place = Place::with_database();
    let above = place.project().parent().unwrap().to_path_buf();
    sconce_testing::project::write(&above.join("other"), "tax.py", "def tax_of(order): pass\n");
    let mut client = place.initialized_client();
    let result = client.call("search_code", &json!({ "query": "tax_of", "path": ".." }));
    assert_eq!(result["isError"], true, "{result}");
    assert!(text_of(&result).contains("lies around this project"), "{result}");
    let own = place.project().canonicalize().unwrap();
    assert_eq!(proposed(&result).1, json!({ "query": "tax_of", "path": own }));
    assert_eq!(place.number("SELECT count(*) FROM indexes"), 0);
    client.text("index_codebase", &json!({ "path": "..", "wait_seconds": 30 }));
    let text = client.text("search_code", &json!({ "query": "tax_of", "path": ".." }));
    assert!(text.contains("other/tax.py"), "{text}");
}

#[test]
fn a_repository_without_a_working_tree_is_told_as_one() {
    let place = Place::with_database();
    let bare = place.project().parent().unwrap().join("bare.git");
    let made = std::process::Command::new("git").args(["init", "-q", "--bare"]).arg(&bare).status();
    assert!(made.unwrap().success());
    let outcome = place.run(&["--json", "index", &bare.display().to_string()]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("without a working tree"), "{outcome}");
    let told: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(told["error"]["exit_code"], 2, "{told}");
    assert!(told["error"]["hint"].as_str().unwrap().contains("git worktree add"), "{told}");
}

#[test]
fn a_wrong_path_comes_back_with_the_call_that_was_meant() {
    let place = Place::with_database();
    place.write("src/deep/Billing/tax.rs", "pub fn tax() -> u32 {\n    7\n}\n");
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    for (path, meant) in [
        ("Billing", "src/deep/Billing"),
        ("billing/TAX.rs", "src/deep/Billing/tax.rs"),
        ("/deep/Billing", "src/deep/Billing"),
    ] {
        let asked = json!({ "query": "tax", "path": path, "limit": 2 });
        let result = client.call("search_code", &asked);
        let (tool, arguments) = proposed(&result);
        assert_eq!((tool.as_str(), &arguments["path"]), ("search_code", &meant.into()), "{result}");
        assert_eq!((&arguments["query"], &arguments["limit"]), (&"tax".into(), &2.into()));
        assert!(client.text("search_code", &arguments).contains("tax.rs:"));
    }
    let root = place.project().display().to_string();
    let far = client.call("search_code", &json!({ "query": "tax", "path": "nowhere" }));
    assert_eq!(proposed(&far).1, json!({ "query": "tax", "path": root }));
    for (path, meant) in [
        (json!("billing/tax.rs:2"), json!("src/deep/Billing/tax.rs:2")),
        (json!("/else/where/deep/Billing/tax.rs:2"), json!("src/deep/Billing/tax.rs:2")),
        (json!(["tax.rs:1-3"]), json!("src/deep/Billing/tax.rs:1-3")),
    ] {
        let result = client.call("read_chunk", &json!({ "path": path, "max_tokens": 500 }));
        let (tool, arguments) = proposed(&result);
        assert_eq!(
            (tool.as_str(), &arguments),
            ("read_chunk", &json!({ "path": meant, "max_tokens": 500 }))
        );
        assert!(client.text("read_chunk", &arguments).contains('7'), "{arguments}");
    }
    let nowhere = client.call("read_chunk", &json!({ "path": "/no/such/file.rs:2" }));
    assert_eq!(proposed(&nowhere).0, "search_code", "no directory is a file: {nowhere}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let place = Place::with_database();
    place.write(".gitignore", "made/\n");
    place.write("made/out.rs", "fn made() {}\n");
    place.write("empty.rs", "");
    place.write("picture.rs", "\0\u{1}\0\u{2}\0\u{3}");
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    for (path, why) in [
        ("made/out.rs:1", "ignored (.gitignore:1: made/)"),
        ("empty.rs", "empty"),
        ("picture.rs:1", "binary"),
        ("src", "src is a directory"),
    ] {
        let result = client.call("read_chunk", &json!({ "path": path }));
        assert!(result["isError"] == true && text_of(&result).contains(why), "{path}: {result}");
    }
    let inside = proposed(&client.call("read_chunk", &json!({ "path": "src" }))).1;
    assert!(inside["path"].as_str().unwrap().starts_with("src/"), "{inside}");
}

#[test]
fn places_are_read_as_answers_and_people_write_them() {
    let place = Place::with_database();
    place.write("notes 3.md", "# Notes\n\nabout everything\n");
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    let whole = client.text("read_chunk", &json!({ "path": "src/retry.rs:4-8" }));
    let uri = format!("file://{}#L4-L8", place.project().join("src/retry.rs").display());
    for path in [
        "src/retry.rs:4-8  function backoff_delay at 6",
        "[shop] src/retry.rs:4-8  function backoff_delay",
        "src/retry.rs 4-8",
        "src/retry.rs (4-8)",
        "src/retry.rs (lines 4-8)",
        &uri,
    ] {
        assert_eq!(client.text("read_chunk", &json!({ "path": path })), whole, "{path}");
    }
    let two = client.text("read_chunk", &json!({ "path": "src/retry.rs:1-2,4-8" }));
    assert!(two.contains("src/retry.rs:1-2") && two.ends_with(&whole), "{two}");
    let of_one_file = json!({ "path": ["src/retry.rs:1-2", ":4-8  function backoff_delay"] });
    assert_eq!(client.text("read_chunk", &of_one_file), two);
    let error = client.text("read_chunk", &json!({ "path": ":4-8" }));
    assert!(error.contains("the path is empty"), "{error}");
    let blank = client.text("read_chunk", &json!({ "path": "notes 3.md" }));
    assert!(blank.starts_with("notes 3.md:1-3"), "a short file is shown whole: {blank}");
}

#[test]
fn results_by_meaning_alone_claim_nothing_of_words() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    let related = client.text("find_related", &json!({ "path": "src/retry.rs", "line": 5 }));
    let asked = json!({ "query": "parse ini sections", "use_hybrid_search": false });
    for text in [related, client.text("search_code", &asked)] {
        assert!(!text.contains("weak:"), "{text}");
    }
}

#[test]
fn a_configuration_that_is_no_regular_file_is_told_so() {
    let place = Place::without_database();
    let outcome = place.run(&["--config", "/dev/zero", "config", "show"]);
    assert!(outcome.stderr.contains("/dev/zero is no regular file"), "{outcome}");
    let outcome = place.run(&["--config", "nowhere.toml", "config", "show"]);
    assert!(outcome.stderr.contains("there is no configuration file nowhere.toml"), "{outcome}");
}

/// Longer than a pattern may be: its uses are not looked for, and the search is done all the same.
#[test]
fn a_query_of_one_very_long_word_is_answered() {
    let place = Place::with_database();
    place.json(&["index"]);
    let mut client = place.initialized_client();
    let result = client.call("search_code", &json!({ "query": "Ab".repeat(600) }));
    assert_ne!(result["isError"], true, "{result}");
    let known = client.text("search_code", &json!({ "query": "backoff_delay" }));
    assert!(known.contains("uses:"), "{known}");
}
