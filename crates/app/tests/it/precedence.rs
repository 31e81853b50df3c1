//! Flag, environment, the project's file, the user's, default: alike however a job is started.

use sconce_testing::McpClient;
use serde_json::json;

use crate::support::{Mode, Place};

/// A project that takes Rust alone, of a user who takes Python alone.
fn place() -> Place {
    // Each process for itself: a local server of other settings would outlive the test.
    let place = Place::with_database().in_mode(Mode::Alone);
    place.write("sconce.toml", "include = [\"**/*.rs\"]\n");
    place
}

fn languages(place: &Place) -> Vec<String> {
    let stats = place.json(&["stats", "shop"]);
    let rows = stats["languages"].as_array().unwrap_or_else(|| panic!("{stats}"));
    rows.iter().map(|row| row["language"].as_str().unwrap_or_default().to_owned()).collect()
}

fn with_user_file(place: &Place, arguments: &[&str]) -> std::process::Command {
    let file = place.project().parent().unwrap().join("user.toml");
    std::fs::write(&file, "include = [\"**/*.py\"]\n").unwrap();
    let mut command = place.command(&[]);
    command.arg("--config").arg(file).args(arguments);
    command
}

#[test]
fn the_command_line_takes_the_projects_globs_before_the_users() {
    let place = place();
    let ended = with_user_file(&place, &["index"]).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(languages(&place), ["rust"]);
}

#[test]
fn mcp_takes_them_too() {
    let place = place();
    let mut client = McpClient::on(with_user_file(&place, &["mcp"]));
    client.initialize("2025-11-25");
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    assert_eq!(languages(&place), ["rust"]);
}

/// The file is no directory that a project's settings could lie in.
#[test]
fn a_file_is_no_project() {
    let place = Place::without_database();
    let outcome = place.run(&["index", "src/retry.rs"]);
    assert!(outcome.stderr.contains("is a file"), "{outcome}");
    assert!(!outcome.stderr.contains("sconce.toml"), "{outcome}");
}
