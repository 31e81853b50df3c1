//! Index jobs whose caller gives up, disconnects or cancels.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};

use crate::clients::{seen_by_python, serve};
use crate::http::call;
use crate::support::{Place, text};

/// Writes Python files with so many functions, each another text, under a directory of the project.
pub(crate) fn generate(place: &Place, directory: &str, files: usize, functions: usize) {
    for file in 0..files {
        let functions = (0..functions).map(|n| {
            format!("def {directory}_{file}_{n}(value):\n    return value * {n} + {file}\n")
        });
        let body = functions.collect::<Vec<_>>().join("\n");
        place.write(&format!("{directory}/part_{file}.py"), &body);
    }
}

/// What a client that is not ours saw of a long job.
fn session(place: &Place, mode: &str, target: [&str; 2]) -> Value {
    let [kind, place_of] = target;
    seen_by_python(place, "jobs.py", &[mode, kind, place_of, &text(&place.project())])
}

fn check(seen: &Value) {
    let progress = seen["progress"].as_array().unwrap();
    assert!(progress.len() >= 2, "whoever asks is told: {seen}");
    let done: Vec<f64> = progress.iter().map(|event| event["done"].as_f64().unwrap()).collect();
    assert!(done.is_sorted_by(|a, b| a < b), "progress grows: {done:?}");
    assert!(progress[1]["message"].as_str().is_some_and(|said| !said.is_empty()), "{seen}");
    assert_eq!(seen["gave_up"], true, "the call was given up before its end: {seen}");
    let running =
        |state: &Value| !["done", "failed", "cancelled"].contains(&state.as_str().unwrap());
    assert!(running(&seen["after"]["phase"]), "the job does not end with the call: {seen}");
    assert!(running(&seen["later"]["phase"]), "{seen}");
    assert!(
        seen["later"]["chunks_done"].as_u64() > seen["after"]["chunks_done"].as_u64(),
        "it goes on: {seen}"
    );
    assert_eq!(seen["cancelled"]["phase"], "cancelled", "{seen}");
    assert_eq!(seen["listed"][0]["status"], "interrupted", "{seen}");
    assert_eq!(seen["listed"][0]["files"], 604, "the words of all files are in: {seen}");
    assert!(seen["stats"]["chunks_to_embed"].as_i64() > Some(0), "{seen}");
    let searched = seen["searched"].as_str().unwrap();
    assert!(searched.contains("long/part_0.py") && searched.contains("interrupted"), "{seen}");
    let later = &seen["listed_later"][0];
    assert_eq!(later["status"], "interrupted", "neither a search nor a change goes on: {seen}");
    assert_eq!(later["files"], seen["listed"][0]["files"], "{seen}");
}

#[test]
fn a_call_that_is_given_up_leaves_its_job_which_can_be_cancelled() {
    for (mode, transport) in [("legacy", "stdio"), ("2026-07-28", "http")] {
        let place = Place::with_database().slowed();
        generate(&place, "long", 600, 40);
        let seen = if transport == "stdio" {
            session(&place, mode, ["stdio", env!("CARGO_BIN_EXE_sconce")])
        } else {
            let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
            session(&place, mode, ["http", &url])
        };
        check(&seen);
    }
}

#[test]
fn the_first_search_answers_by_the_words_of_all_files() {
    let place = Place::with_database().slowed();
    generate(&place, "long", 100, 60);
    let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
    let address = address(&url);
    let search = || {
        let arguments = json!({ "query": "long_99_59", "path": text(&place.project()) });
        call(address, "search_code", &arguments)["content"][0]["text"].as_str().unwrap().to_owned()
    };
    let found = search();
    assert!(found.contains("long/part_99.py"), "the last file: {found}");
    assert!(found.contains("Every file answers by its words already"), "{found}");
    let status = json!({ "index_name": "shop", "wait_seconds": 30 });
    let job = || call(address, "index_status", &status)["structuredContent"]["jobs"][0].clone();
    while job()["phase"] != "done" {}
    let found = search();
    assert!(found.contains("long/part_99.py") && !found.contains("by its words"), "{found}");
}

pub(crate) fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").trim_end_matches("/mcp").parse().unwrap()
}

/// Sends a request, reads until `until` was seen in the answer, and hangs up.
fn hang_up(address: SocketAddr, headers: &[(&str, &str)], body: &Value, until: &str) -> String {
    let body = body.to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    let mut request = format!("POST /mcp HTTP/1.1\r\nHost: {address}\r\n");
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    let _ = write!(request, "Content-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0_u8; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "no {until} in {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&seen);
        if text.contains(until) {
            return text.into_owned();
        }
    }
}

#[test]
fn a_connection_that_is_lost_in_the_middle_of_a_job_does_not_stop_it() {
    let place = Place::with_database().slowed();
    let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
    let address = address(&url);
    let plain =
        [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    for revision in ["2026-07-28", "2025-11-25"] {
        let directory = revision.replace('-', "_");
        generate(&place, &format!("lost_{directory}"), 40, 30);
        let mut headers = plain.to_vec();
        headers.push(("MCP-Protocol-Version", revision));
        let mut meta = json!({ "progressToken": 1 });
        let session;
        if revision == "2026-07-28" {
            meta["io.modelcontextprotocol/protocolVersion"] = revision.into();
            meta["io.modelcontextprotocol/clientInfo"] = json!({ "name": "test", "version": "0" });
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
            headers.extend([("Mcp-Method", "tools/call"), ("Mcp-Name", "index_codebase")]);
        } else {
            session = handshake(address, &plain, revision);
            headers.push(("Mcp-Session-Id", &session));
        }
        let arguments = json!({ "path": text(&place.project()), "wait_seconds": 30 });
        let params = json!({ "name": "index_codebase", "arguments": arguments, "_meta": meta });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let seen = hang_up(address, &headers, &body, "notifications/progress");
        assert!(!seen.contains("structuredContent"), "the call was not over: {seen}");

        let ask =
            || call(address, "index_status", &json!({ "index_name": "shop", "wait_seconds": 20 }));
        let mut job = ask()["structuredContent"]["jobs"][0].clone();
        while !["done", "failed", "cancelled"].contains(&job["phase"].as_str().unwrap()) {
            job = ask()["structuredContent"]["jobs"][0].clone();
        }
        assert_eq!(job["phase"], "done", "{revision}: {job}");
    }
    let stats = call(address, "index_stats", &json!({ "index_name": "shop" }));
    assert_eq!(stats["structuredContent"]["files"], 4 + 2 * 40, "{stats}");
}

/// Opens a session; its id.
fn handshake(address: SocketAddr, headers: &[(&str, &str)], revision: &str) -> String {
    let info = json!({ "name": "test", "version": "0" });
    let params = json!({ "protocolVersion": revision, "capabilities": {}, "clientInfo": info });
    let body = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    let seen = hang_up(address, headers, &body, "serverInfo");
    let head = seen.lines().find(|line| line.to_lowercase().starts_with("mcp-session-id:"));
    let session = head.unwrap().split_once(": ").unwrap().1.trim().to_owned();
    let mut all = headers.to_vec();
    all.extend([("Mcp-Session-Id", session.as_str()), ("MCP-Protocol-Version", revision)]);
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    hang_up(address, &all, &ready, "202");
    session
}
