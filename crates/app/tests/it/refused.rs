//! Directories that are no project are not indexed by accident, and what to do is said.

use serde_json::json;

use sconce_testing::{McpClient, text_of};

use crate::support::{Outcome, Place, text};

fn client(place: &Place, most_files: &str) -> McpClient {
    let mut command = place.command(&["mcp"]);
    command.env("SCONCE_MAX_FILES", most_files).env("SCONCE_SHARE", "false");
    let mut client = McpClient::on(command);
    client.initialize("2025-11-25");
    client
}

fn in_home(place: &Place, arguments: &[&str]) -> Outcome {
    let output = place.command(arguments).current_dir(place.home()).output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn an_agent_indexes_no_directory_of_very_many_files_for_the_first_time() {
    let place = Place::with_database();
    let mut client = client(&place, "3");
    let refused = client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    assert_eq!(refused["isError"], true, "{refused}");
    assert!(text_of(&refused).contains("has more than 3 files"), "{refused}");
    assert!(text_of(&refused).contains("with exclude"), "{refused}");
    assert!(text_of(&refused).contains("in a terminal: sconce index "), "{refused}");
    let searched = client.call("search_code", &json!({ "query": "backoff_delay" }));
    assert_eq!(searched["isError"], true, "{searched}");
    assert!(text_of(&searched).contains("has more than 3 files"), "{searched}");

    let narrowed = json!({ "exclude": ["README.md"], "wait_seconds": 30 });
    let narrowed = client.call("index_codebase", &narrowed);
    assert_eq!(narrowed["structuredContent"]["phase"], "done", "{narrowed}");
    assert!(client.text("search_code", &json!({ "query": "backoff_delay" })).contains("retry.rs"));

    place.write("src/refund.rs", "pub fn refund_customer() {}\n");
    place.write("src/refunds.rs", "pub fn refund_customers() {}\n");
    let grown = client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    assert_eq!(grown["structuredContent"]["phase"], "done", "one that is there may grow: {grown}");
    let found = client.text("search_code", &json!({ "query": "refund_customer" }));
    assert!(found.contains("src/refund.rs"), "{found}");
}

#[test]
fn a_home_directory_is_indexed_by_its_user_alone() {
    let place = Place::with_database();
    std::fs::write(place.home().join("notes.md"), "# What is to be done\n").unwrap();
    let home = text(&place.home().canonicalize().unwrap());
    let mut client = client(&place, "1000");
    for path in ["~", "/"] {
        for tool in ["search_code", "index_codebase"] {
            let mut arguments = json!({ "path": path });
            if tool == "search_code" {
                arguments["query"] = "done".into();
            }
            let refused = client.call(tool, &arguments);
            assert_eq!(refused["isError"], true, "{tool} {path}: {refused}");
            assert!(text_of(&refused).contains("is no project"), "{tool} {path}: {refused}");
            assert!(text_of(&refused).contains("in a terminal: sconce index /"), "{refused}");
        }
    }
    for arguments in [&["search", "done"][..], &["index"]] {
        let refused = in_home(&place, arguments);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("is no project"), "{refused}");
        assert!(refused.stderr.contains("sconce index "), "{refused}");
    }
    assert_eq!(place.json(&["list"]), json!([]), "nothing is left of what was refused");

    assert_eq!(in_home(&place, &["index", &home]).code, Some(0));
    assert!(in_home(&place, &["search", "done"]).stdout.contains("notes.md"));
    assert_eq!(in_home(&place, &["index"]).code, Some(0));
    let found = client.text("search_code", &json!({ "query": "done", "path": "~" }));
    assert!(found.contains("notes.md"), "{found}");
}

/// Systems link a home directory to where it lies, and its repository of dotfiles is no project.
#[cfg(unix)]
#[test]
fn a_home_that_is_a_link_makes_no_project_of_all_that_lies_in_it() {
    let place = Place::with_database();
    let (home, notes) = (place.home(), place.home().join("notes"));
    std::fs::create_dir_all(home.join(".git")).unwrap();
    std::fs::create_dir_all(&notes).unwrap();
    std::fs::write(notes.join("plan.md"), "# What is to be done\n").unwrap();
    let link = place.project().join("home");
    std::os::unix::fs::symlink(&home, &link).unwrap();
    let output = place.command(&["index"]).env("HOME", &link).current_dir(&notes).output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    let indexes = place.json(&["list"]);
    assert_eq!(indexes[0]["root"], text(&notes.canonicalize().unwrap()), "{indexes}");
}
