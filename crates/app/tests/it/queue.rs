//! Jobs that wait for their turn, as their user sees and cancels them.

use sconce_testing::http;
use serde_json::{Value, json};

use crate::clients::serve;
use crate::http::call;
use crate::jobs::{address, generate};
use crate::support::{Place, text};

#[test]
fn a_queued_job_is_shown_everywhere_and_cancelled_from_anywhere() {
    let place = Place::with_database().slowed();
    generate(&place, "long", 100, 60);
    generate(&place, "second", 2, 2);
    generate(&place, "third", 2, 2);
    let mut command = place.command(&["serve", "--port", "0"]);
    command.env("SCONCE_INDEX_JOBS", "1");
    let (_server, url) = serve(command);
    let address = address(&url);
    let tool =
        |name: &str, arguments: &Value| call(address, name, arguments)["structuredContent"].clone();
    let path = |name: &str| text(&place.project().join(name));
    let jobs = || tool("index_status", &json!({}))["jobs"].as_array().unwrap().clone();
    let start = |name: &str| {
        let started = tool("index_codebase", &json!({ "path": path(name), "wait_seconds": 0 }));
        assert_eq!(started["index_name"], name, "{started}");
        // Each has its place before the next one comes.
        let is_there = |job: &Value| job["index_name"] == name && job["phase"] != "waiting";
        while !jobs().iter().any(is_there) {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    start("long");
    // It gets no further meanwhile.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = "SELECT FROM sconce.indexes WHERE name = 'long' FOR UPDATE";
    let held = runtime.block_on(place.hold(rows));
    start("second");
    start("third");
    let state =
        |name: &str| tool("index_status", &json!({ "index_name": name }))["jobs"][0].clone();
    let second = state("second");
    assert_eq!(
        (&second["phase"], &second["queue_place"]),
        (&json!("queued"), &json!(1)),
        "{second}"
    );
    assert!(second["summary"].as_str().unwrap().contains("at place 1 of the queue"), "{second}");
    assert_eq!(state("third")["queue_place"], 2);

    // Health is looked at every other second.
    let health = || http::request(address, "GET", "/health", &[], "").body;
    while !health().contains("\"phase\":\"queued\",\"queue_place\":2") {
        assert_eq!(state("third")["queue_place"], 2, "{}", health());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let told = place.run(&["health", "--url", url.trim_end_matches("/mcp")]);
    assert!(told.stdout.contains("queued     second: at place 1"), "{told}");
    let listed = place.json(&["list"]);
    let listed = listed.as_array().or(listed["indexes"].as_array()).unwrap().clone();
    let status = |name: &str| listed.iter().find(|of| of["name"] == name).map(ToString::to_string);
    assert!(status("second").unwrap().contains("\"queued\""), "{listed:?}");

    let outcome = place.run(&["index", "--cancel", &path("second")]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    // The server's own job ends just after its row.
    while state("second")["phase"] == "queued" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(state("second")["phase"], "cancelled");
    assert_eq!(state("third")["queue_place"], 1, "the next one moves up");
    let cancelled = tool("index_status", &json!({ "index_name": "third", "cancel": true }));
    assert_eq!(cancelled["jobs"][0]["phase"], "cancelled", "{cancelled}");
    let left = "SELECT count(*) FROM sconce.indexes";
    assert_eq!(place.number(left), 1, "of those that never began nothing is left");
    runtime.block_on(held.release());
    let cancelled = tool("index_status", &json!({ "index_name": "long", "cancel": true }));
    assert_eq!(cancelled["jobs"][0]["phase"], "cancelled", "{cancelled}");
}
