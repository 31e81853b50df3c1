//! Help, errors, settings: what needs no database.

use insta::assert_snapshot;
use std::fmt::Write as _;

use crate::support::Place;

#[test]
fn help_says_what_there_is() {
    let place = Place::without_database();
    let help = place.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    assert_snapshot!(help.stdout);
}

#[test]
fn help_of_search_shows_examples() {
    let place = Place::without_database();
    assert_snapshot!(place.run(&["search", "--help"]).stdout);
}

#[test]
fn wrong_usage_ends_with_2() {
    let place = Place::without_database();
    for arguments in [
        vec![],
        vec!["serch", "x"],
        vec!["search"],
        vec!["search", "-n", "0", "x"],
        vec!["--color", "pink", "list"],
        vec!["serve", "--host", "example"],
        vec!["serve", "--port", "99999"],
        vec!["health", "--url", "127.0.0.1"],
    ] {
        let outcome = place.run(&arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}: {outcome}");
        assert!(outcome.stdout.is_empty(), "{arguments:?}");
        assert!(!outcome.stderr.contains("panicked"), "{outcome}");
    }
}

#[test]
fn a_missing_directory_a_file_and_an_empty_query_are_clear_errors() {
    let place = Place::without_database();
    let mut shown = String::new();
    for arguments in [
        vec!["index", "nowhere"],
        vec!["index", "README.md"],
        vec!["search", "--path", "nowhere", "x"],
        vec!["search", ""],
        vec!["search", "   "],
        vec!["--config", "nowhere.toml", "list"],
        vec!["model", "path", "gpt"],
    ] {
        let outcome = place.run(&arguments);
        let _ = write!(shown, "$ sconce {}\n{outcome}\n", arguments.join(" "));
    }
    assert_snapshot!(place.tidy(&shown));
}

#[test]
fn a_database_out_of_reach_ends_with_4_and_a_hint() {
    let place = Place::without_database();
    for arguments in [["list", ""], ["search", "x"], ["stats", "shop"]] {
        let arguments: Vec<&str> = arguments.into_iter().filter(|word| !word.is_empty()).collect();
        let outcome = place.run(&arguments);
        assert_eq!(outcome.code, Some(4), "{outcome}");
        assert!(
            outcome.stderr.contains("error: ") && outcome.stderr.contains("hint: "),
            "{outcome}"
        );
    }
}

#[test]
fn settings_say_where_they_come_from_and_secrets_stay_hidden() {
    let place = Place::without_database();
    place.write(
        "sconce.toml",
        "exclude = [\"**/generated/**\"]\ndatabase_url = \"postgres://evil/x\"\n",
    );
    let shown = place.run(&["config", "show", "--device", "cpu"]);
    assert_eq!(shown.code, Some(0));
    let line = |key: &str| {
        let found = shown.stdout.lines().find(|line| line.split(' ').next() == Some(key));
        found.unwrap_or_else(|| panic!("no {key} in {}", shown.stdout)).to_owned()
    };
    assert!(line("device").ends_with("--device"));
    assert!(line("model").ends_with("SCONCE_MODEL"));
    assert!(line("exclude").contains("**/generated/**"));
    assert!(line("exclude").ends_with("sconce.toml"));
    assert!(line("database_url").contains("<secret>"), "{}", line("database_url"));
    assert!(!shown.stdout.contains("nobody@"), "the address may hold a password");
    assert!(shown.stderr.contains("`database_url` is ignored"), "{}", shown.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::without_database();
    let mut command = place.command(&["languages"]);
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.is_empty(), "{stderr}");
}

#[test]
fn completions_are_made_for_every_shell() {
    let place = Place::without_database();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = place.run(&["completions", shell]);
        assert_eq!(outcome.code, Some(0), "{shell}");
        assert!(outcome.stdout.contains("data-dir"), "{shell}");
    }
}

#[test]
fn languages_are_listed_for_programs_too() {
    let languages = Place::without_database().json(&["languages"]);
    let rust = languages.as_array().unwrap().iter().find(|entry| entry["name"] == "rust").unwrap();
    assert_eq!(rust["symbols"], true);
    assert!(rust["extensions"].as_array().unwrap().contains(&"rs".into()));
}

#[test]
fn a_user_adds_languages_and_a_wrong_one_is_named_with_its_line() {
    let place = Place::without_database();
    let directory = place.home().join("config/sconce");
    std::fs::create_dir_all(&directory).unwrap();
    let text = "[[language]]\nname = \"tasks\"\nextensions = [\"tsk\"]\nbase = \"python\"\n\n\
        [[language]]\nname = \"rust\"\nextensions = [\"rx\"]\n\n\
        [[language]]\nnam = \"b\"\n\n\
        [[language]]\nname = \"minutes\"\nextensions = [\"minutes\"]\n";
    std::fs::write(directory.join("languages.toml"), text).unwrap();
    let outcome = place.run(&["languages"]);
    assert!(outcome.stdout.contains("*.tsk") && outcome.stdout.contains("*.minutes"), "{outcome}");
    assert!(outcome.stderr.contains("languages.toml:6: 'rust' is a language already"), "{outcome}");
    assert!(outcome.stderr.contains("languages.toml:10: unknown field `nam`"), "{outcome}");
}

#[test]
fn colours_are_for_terminals_alone_unless_asked_for() {
    let place = Place::without_database();
    assert!(!place.run(&["languages"]).stdout.contains('\u{1b}'));
    assert!(place.run(&["--color", "always", "languages"]).stdout.contains('\u{1b}'));
}

#[test]
fn the_state_of_an_external_database_is_told_and_left_as_it_is() {
    let place = Place::with_database();
    for _ in 0..2 {
        let status = place.json(&["db", "status"]);
        assert_eq!((&status["schema_version"], &status["managed"]), (&0.into(), &false.into()));
        assert_eq!(status["pgvector_version"], serde_json::Value::Null);
    }
    let before = place.run(&["db", "status"]);
    assert!(before.stdout.contains("none yet; `sconce db migrate` makes it"), "{before}");
    assert_eq!(place.run(&["db", "migrate"]).code, Some(0));
    let status = place.json(&["db", "status"]);
    assert_eq!(status["schema_version"], status["known_schema_version"]);
}

#[test]
fn help_is_a_command_and_an_index_goes_by_its_path() {
    let place = Place::with_database();
    let (asked, flag) = (place.run(&["help", "search"]), place.run(&["search", "--help"]));
    assert_eq!((asked.code, &asked.stdout), (Some(0), &flag.stdout));
    place.json(&["index"]);
    let stats = place.run(&["--json", "stats", "."]);
    assert_eq!(stats.code, Some(0), "{stats}");
    assert_eq!(stats.stdout.matches("\n  \"files\":").count(), 1, "{stats}");
    let root = place.project().display().to_string();
    let cleared = place.run(&["--json", "clear", "--yes", &root]);
    assert_eq!(cleared.code, Some(0), "{cleared}");
}
