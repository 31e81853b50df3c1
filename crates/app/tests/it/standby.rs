//! Several servers on one PostgreSQL with a standby answer alike, whoever indexes and however it lags.

use std::process::Command;
use std::time::{Duration, Instant};

use sconce_testing::{Replicated, RunningProcess, TIMEOUT, http, project};
use serde_json::{Value, json};

use crate::clients::serve;
use crate::http::call;
use crate::jobs::{address, generate};
use crate::support::{Place, text};

fn on(servers: &Replicated, mut command: Command) -> Command {
    command.env("SCONCE_DATABASE_URL", &servers.url).env("SCONCE_SHARE", "false");
    command
}

fn reader(servers: &Replicated, place: &Place) -> (RunningProcess, std::net::SocketAddr) {
    let mut command = on(servers, place.command(&["serve", "--port", "0"]));
    command.env("SCONCE_READ_DATABASE_URL", &servers.standby_url);
    let (server, url) = serve(command);
    (server, address(&url))
}

fn health(address: std::net::SocketAddr) -> Value {
    serde_json::from_str(&http::request(address, "GET", "/health", &[], "").body).unwrap()
}

/// Waits until the server says so of its standby.
fn until(address: std::net::SocketAddr, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let standby = health(address)["standby"].clone();
        if is(&standby) {
            return standby;
        }
        assert!(Instant::now() < deadline, "never: {what}: {standby}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What an answer has found, whoever is indexing at that moment.
fn found(answer: &Value) -> String {
    let lines = answer["content"][0]["text"].as_str().unwrap().lines();
    lines.filter(|line| !line.starts_with("note: ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn servers_on_one_database_answer_alike_while_indexing_goes_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let servers = runtime.block_on(Replicated::start());
    let place = Place::with_database().slowed();
    let deadline = Instant::now() + TIMEOUT;
    // The servers look for changes, too, and may be at it.
    let index = || loop {
        let output = on(&servers, place.command(&["index"])).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            break;
        }
        assert!(said.contains("another process") && Instant::now() < deadline, "{said}");
    };
    index();
    let all = [reader(&servers, &place), reader(&servers, &place)];
    for (_, address) in &all {
        until(*address, "the standby is read", |standby| standby["ok"] == true);
    }
    // Another project is filled meanwhile, in a process of its own.
    let other = Place::with_database().slowed();
    generate(&other, "long", 40, 40);
    let job = RunningProcess::start(on(&servers, other.command(&["index", "--name", "other"])));
    for round in 0..6 {
        if round % 2 == 1 {
            runtime.block_on(servers.pause());
        }
        let name = format!("added_in_round_{round}");
        let code = format!("/// Something new.\npub fn {name}() {{}}\n");
        project::write(&place.project(), &format!("src/round_{round}.rs"), &code);
        index();
        let asked = json!({ "query": name, "path": text(&place.project()) });
        let answers =
            all.each_ref().map(|(_, address)| found(&call(*address, "search_code", &asked)));
        assert!(answers[0].contains(&format!("src/round_{round}.rs")), "{}", answers[0]);
        assert_eq!(answers[0], answers[1], "round {round}");
        if round % 2 == 1 {
            runtime.block_on(servers.resume());
        }
    }
    assert_eq!(job.end().0, Some(0));
    for (_, address) in &all {
        let standby = until(*address, "it has all", |standby| standby["lag_bytes"] == 0);
        let number = |key: &str| standby[key].as_u64().unwrap();
        assert!(number("reads") > 0, "the standby has answered: {standby}");
        assert!(number("reads_at_primary") > 0, "what it lacked came from elsewhere: {standby}");
    }
    servers.stop_standby();
    for (_, address) in &all {
        until(*address, "it is away", |standby| standby["ok"] == false);
        assert_eq!(health(*address)["status"], "ok", "searches work without it");
    }
}

#[test]
fn a_standby_without_a_primary_is_a_mistake() {
    let place = Place::without_database();
    let mut command = place.command(&["list"]);
    command.env_remove("SCONCE_DATABASE_URL").env("SCONCE_READ_DATABASE_URL", "postgres://h/d");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`database_url` is not"));
}
