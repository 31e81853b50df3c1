//! `sconce search` beside a server: answered by it as by a process of its own, and never hindered by it.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use sconce_testing::signal;
use serde_json::Value;

use crate::clients::serve;
use crate::support::{Outcome, Place};

const QUESTION: &[&str] = &["search", "waits", "longer", "after", "each", "failed", "attempt"];

/// The server of this place's settings.
fn server(place: &Place) -> Value {
    let status = place.json(&["local", "status"]);
    let mut servers = status["servers"].as_array().unwrap().iter();
    servers.find(|server| server["current"] == true).cloned().unwrap_or_default()
}

fn searches(place: &Place) -> u64 {
    server(place)["searches"].as_u64().unwrap()
}

/// The same by a process that asks no server.
fn alone(place: &Place, arguments: &[&str]) -> Outcome {
    let output = place.command(arguments).env("SCONCE_SHARE", "false").output().unwrap();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A client has the server open its database.
fn warmed(place: &Place) {
    let mut client = place.initialized_client();
    client.text("list_indexes", &serde_json::json!({}));
}

fn indexed() -> Place {
    let place = Place::with_database();
    assert_eq!(alone(&place, &["index"]).code, Some(0));
    place
}

#[test]
fn a_server_answers_as_a_process_of_its_own_does() {
    let place = indexed();
    warmed(&place);
    let mut answered = 0;
    for arguments in [
        QUESTION.to_vec(),
        [QUESTION, &["--no-index", "--mode", "words", "-n", "2"]].concat(),
        [QUESTION, &["--index", "shop", "--lines", "0"]].concat(),
        [QUESTION, &["--path", "src", "--color", "always"]].concat(),
        vec!["search", "nothing_of_this_name", "--glob", "nowhere/**"],
        vec!["--quiet", "search", "cart", "--language", "typescript"],
    ] {
        let (own, shared) = (alone(&place, &arguments), place.run(&arguments));
        assert_eq!(own.code, Some(0), "{own}");
        // The server may look for changes meanwhile.
        let busy = "sconce: another process is indexing: answering from what is there\n";
        assert_eq!(shared.to_string(), own.to_string().replace(busy, ""), "{arguments:?}");
        answered += 1;
        assert_eq!(searches(&place), answered, "{arguments:?}");
    }
    let json = |outcome: Outcome| {
        let mut json: Value = serde_json::from_str(&outcome.stdout).unwrap();
        json.as_object_mut().unwrap().remove("timings");
        json
    };
    let arguments = [&["--json"], QUESTION].concat();
    assert_eq!(json(place.run(&arguments)), json(alone(&place, &arguments)));
    assert_eq!(searches(&place), answered + 1);
}

#[test]
fn what_has_changed_is_found_by_way_of_the_server_too() {
    let place = indexed();
    warmed(&place);
    place.write("src/refund.rs", "pub fn refund_customer() {}\n");
    let found = place.run(&["search", "refund_customer"]);
    assert!(found.stdout.contains("src/refund.rs"), "{found}");
    assert_eq!(searches(&place), 1);
}

#[test]
fn errors_are_those_of_a_process_of_its_own() {
    let place = indexed();
    warmed(&place);
    for arguments in [
        ["search", "--index", "missing", "x"],
        ["search", "--language", "klingon", "x"],
        ["search", "--path", "missing", "x"],
    ] {
        let (own, shared) = (alone(&place, &arguments), place.run(&arguments));
        assert_ne!(own.code, Some(0), "{own}");
        assert_eq!(shared.to_string(), own.to_string());
    }
    assert_eq!(searches(&place), 0);
}

#[test]
fn a_first_index_is_made_by_the_process_that_was_asked() {
    let place = Place::with_database();
    warmed(&place);
    let found = place.run(QUESTION);
    assert!(found.stdout.contains("src/retry.rs"), "{found}");
    assert_eq!(searches(&place), 0);
    assert!(place.run(QUESTION).stdout.contains("src/retry.rs"));
    assert_eq!(searches(&place), 1);
}

#[test]
fn a_running_serve_answers() {
    let place = indexed();
    let (process, _url) = serve(place.command(&["serve", "--port", "0"]));
    let found = place.run(QUESTION);
    assert!(found.stdout.contains("src/retry.rs"), "{found}");
    let server = server(&place);
    assert_eq!((&server["kind"], &server["searches"]), (&"serve".into(), &1.into()), "{server}");
    drop(process);
}

/// Where this place's server listens, which has ended.
fn socket(place: &Place) -> PathBuf {
    let started = place.json(&["local", "start"]);
    place.json(&["local", "stop"]);
    Path::new(started["socket"].as_str().unwrap()).to_path_buf()
}

#[test]
fn what_is_no_server_hinders_no_search() {
    let place = indexed();
    let socket = socket(&place);
    let finds = |what: &str| {
        let found = place.run(QUESTION);
        assert_eq!(found.code, Some(0), "{what}: {found}");
        assert!(found.stdout.contains("src/retry.rs"), "{what}: {found}");
        assert!(found.stderr.is_empty(), "{what}: {found}");
    };
    std::fs::write(&socket, "a file").unwrap();
    finds("a file in its place");
    std::fs::remove_file(&socket).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    finds("one that takes connections and never answers");
    drop(listener);
    finds("a socket that nobody listens on");
    std::fs::remove_file(&socket).unwrap();

    warmed(&place);
    let pid = server(&place)["pid"].as_u64().unwrap() as u32;
    signal(pid, "STOP");
    finds("a server that is stopped");
    signal(pid, "CONT");
}
