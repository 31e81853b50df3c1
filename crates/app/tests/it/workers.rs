//! Workers that share an index, are killed, told to end, and refused.

use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::Duration;

use sconce_testing::{RunningProcess, http, model, signal, wait_until};
use serde_json::{Value, json};

use crate::clients::serve;
use crate::http::call;
use crate::jobs::generate;
use crate::support::Place;

const PENDING: &str =
    "SELECT coalesce(sum(chunks), 0)::bigint FROM sconce.files WHERE NOT embedded";
const VECTORS: &str = "SELECT count(*) FROM sconce.vectors";
const LEASES: &str = "SELECT count(*) FROM sconce.leases";
const WORKERS: &str = "SELECT count(*) FROM sconce.workers";
/// Chunks that have not exactly the one vector that was made of their text, and vectors of no chunk.
const WRONG: &str = "
SELECT count(*) FROM sconce.chunks c
FULL JOIN sconce.vectors v USING (index_id, file_id, ordinal)
LEFT JOIN sconce.embeddings e ON e.content_hash = c.content_hash
WHERE c.file_id IS NULL OR v.embedding::text IS DISTINCT FROM e.embedding::text";

/// A project whose words are in and most of whose vectors are missing: its job was interrupted.
fn half_indexed(files: usize) -> Place {
    let place = Place::with_database().slowed();
    generate(&place, "part", files, 60);
    assert_eq!(place.run(&["db", "migrate"]).code, Some(0));
    interrupted_job(&place, files);
    place
}

fn interrupted_job(place: &Place, files: usize) {
    let job = RunningProcess::start(place.command(&["index"]));
    let all = files as i64 + 4;
    let done = "SELECT files FROM sconce.indexes";
    wait_until("its words are in and it embeds", || {
        place.number(done) == all && place.number(LEASES) > 0
    });
    signal(job.id(), "INT");
    assert_eq!(job.end().0, Some(130));
    assert_eq!((place.number(LEASES), place.number(WORKERS)), (0, 0), "it gave all back");
    assert!(place.number(PENDING) > 0);
}

fn worker(place: &Place, arguments: &[&str]) -> Command {
    place.command(&[&["--json", "worker"], arguments].concat())
}

fn report(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every chunk has the one vector of its text, and nobody holds anything.
fn assert_whole(place: &Place) {
    assert_eq!((place.number(PENDING), place.number(WRONG)), (0, 0));
    assert_eq!(place.number(VECTORS), place.number("SELECT count(*) FROM sconce.chunks"));
    assert_eq!(place.number(LEASES), 0);
}

#[test]
fn two_workers_share_an_index_and_embed_nothing_twice() {
    let place = half_indexed(60);
    let pending = place.number(PENDING);
    let cached = place.number("SELECT count(*) FROM sconce.embeddings") - place.number(VECTORS);
    // The project's files are not needed.
    std::fs::remove_dir_all(place.project().join("part")).unwrap();
    let workers: Vec<Child> =
        (0..2).map(|_| worker(&place, &["--once"]).spawn().unwrap()).collect();
    let reports: Vec<Value> =
        workers.into_iter().map(|worker| report(&worker.wait_with_output().unwrap())).collect();
    let sum = |key: &str| reports.iter().map(|report| report[key].as_i64().unwrap()).sum::<i64>();
    assert_eq!(sum("chunks"), pending, "{reports:?}");
    assert_eq!(sum("chunks_embedded") + cached, pending, "each once: {reports:?}");
    assert!(reports.iter().all(|report| report["chunks_embedded"].as_i64() > Some(0)));
    assert_eq!(reports[0]["indexes"], json!(["shop"]));
    assert_whole(&place);
    assert_eq!(place.number(WORKERS), 0);
}

/// Whom no one hears of any more is taken for dead half a minute later. The test does not wait for that.
fn let_time_pass(place: &Place, dead: u32) {
    let text = format!(
        "WITH expired AS (UPDATE sconce.workers SET expires_at = clock_timestamp() - interval '1 s' \
         WHERE name LIKE '%:{dead}' RETURNING 1) SELECT count(*) FROM expired"
    );
    place.number(&text);
}

/// Files that a process holds.
fn held(place: &Place, process: u32) -> i64 {
    place.number(&format!(
        "SELECT count(*) FROM sconce.leases l JOIN sconce.workers w ON w.id = l.worker_id \
         WHERE w.name LIKE '%:{process}'"
    ))
}

/// Has all be embedded again.
fn begin_again(place: &Place) {
    for text in ["DELETE FROM sconce.vectors", "DELETE FROM sconce.embeddings"] {
        place.number(&format!("WITH gone AS ({text} RETURNING 1) SELECT count(*) FROM gone"));
    }
    place.number(
        "WITH again AS (UPDATE sconce.files SET embedded = false RETURNING 1), \
         told AS (UPDATE sconce.indexes SET generation = generation + 1 RETURNING 1) \
         SELECT count(*) FROM again, told",
    );
}

/// Kills one of two workers at a moment nobody chose, again and again; each is replaced by another one.
fn kill_workers(place: &Place, times: u64) {
    let seed = u64::from(std::process::id());
    let start = || RunningProcess::start(worker(place, &[]));
    let mut workers = [start(), start()];
    let mut interrupted = 0;
    for time in 0..times {
        let killed = &mut workers[(time % 2) as usize];
        let dead = killed.id();
        let is_over = || place.number(PENDING) == 0;
        wait_until("it works", || held(place, dead) > 0 || is_over());
        let pause = (seed + time).wrapping_mul(6_364_136_223_846_793_005) >> 33;
        std::thread::sleep(Duration::from_millis(pause % 1_500));
        signal(dead, "KILL");
        interrupted += u64::from(held(place, dead) > 0);
        *killed = start();
        let_time_pass(place, dead);
        if is_over() {
            begin_again(place);
        }
    }
    assert!(interrupted * 2 > times, "{interrupted} of {times} were at work");
    wait_until("all is embedded", || place.number(PENDING) == 0);
    wait_until("nobody holds anything", || place.number(LEASES) == 0);
    assert_whole(place);
    for worker in workers {
        signal(worker.id(), "TERM");
        assert_eq!(worker.end().0, Some(0));
    }
}

#[test]
fn a_worker_that_is_killed_loses_and_doubles_nothing() {
    kill_workers(&half_indexed(40), 5);
}

/// As many as were asked for; it takes minutes.
#[test]
#[ignore = "takes minutes: cargo test --workspace --test it -- --ignored fifty"]
fn fifty_workers_that_are_killed_lose_and_double_nothing() {
    kill_workers(&half_indexed(200), 50);
}

/// As on a machine that stands still for a while: its files are embedded by others meanwhile.
#[test]
fn a_worker_that_is_taken_for_dead_joins_again() {
    let place = half_indexed(40);
    let start = || RunningProcess::start(worker(&place, &[]));
    let (slept, other) = (start(), start());
    wait_until("it works", || held(&place, slept.id()) > 0);
    for _ in 0..8 {
        let_time_pass(&place, slept.id());
        std::thread::sleep(Duration::from_millis(250));
    }
    wait_until("all is embedded", || place.number(PENDING) == 0);
    wait_until("nobody holds anything", || place.number(LEASES) == 0);
    assert_whole(&place);
    for worker in [slept, other] {
        signal(worker.id(), "TERM");
        assert_eq!(worker.end().0, Some(0));
    }
}

#[test]
fn a_worker_that_is_told_to_end_gives_back_what_it_holds() {
    let place = half_indexed(40);
    for name in ["TERM", "INT"] {
        let process = RunningProcess::start(worker(&place, &["--name", "lamp"]));
        wait_until("it holds something", || place.number(LEASES) > 0);
        signal(process.id(), name);
        let (code, lines) = process.end();
        assert_eq!(code, Some(0), "{name}");
        let told: Value = serde_json::from_str(&lines.join("\n")).unwrap();
        assert!(told["seconds"].as_f64() > Some(0.0), "{told}");
        assert_eq!((place.number(LEASES), place.number(WORKERS)), (0, 0), "{name}");
    }
    assert!(place.number(PENDING) > 0, "all that was before its end");
}

#[test]
fn an_index_is_deleted_and_made_again_under_a_worker() {
    let place = half_indexed(40);
    let process = RunningProcess::start(worker(&place, &[]));
    wait_until("it holds something", || place.number(LEASES) > 0);
    assert_eq!(place.run(&["clear", "shop", "--yes"]).code, Some(0));
    place.write("part/more.py", "def brought_later():\n    return 'a lamp'\n");
    let report = place.json(&["index"]);
    assert_eq!(report["files"], 45, "{report}");
    assert_whole(&place);
    // What has changed is shared, too.
    generate(&place, "later", 30, 60);
    let report = place.json(&["index"]);
    let of = |key: &str| report[key].as_i64().unwrap_or(0);
    assert!(of("chunks_by_others") > 0 && of("chunks_embedded") > 0, "{report}");
    assert_whole(&place);
    signal(process.id(), "TERM");
    assert_eq!(process.end().0, Some(0));
}

#[test]
fn a_job_of_another_process_is_cancelled() {
    let place = Place::with_database().slowed();
    generate(&place, "part", 60, 60);
    assert_eq!(place.run(&["db", "migrate"]).code, Some(0));
    let mut command = place.command(&["serve", "--port", "0"]);
    command.env("SCONCE_WATCH", "false");
    let (_server, url) = serve(command);
    let address = url.trim_start_matches("http://").trim_end_matches("/mcp").parse().unwrap();
    let by_command = || assert_eq!(place.run(&["index", "--cancel"]).code, Some(0));
    let by_call = || {
        let arguments = json!({ "index_name": "shop", "cancel": true });
        let told = call(address, "index_status", &arguments)["structuredContent"].clone();
        assert_eq!(told["jobs"][0]["phase"], "interrupted", "{told}");
    };
    for cancel in [&by_command as &dyn Fn(), &by_call] {
        let job = RunningProcess::start(place.command(&["index"]));
        wait_until("it embeds", || place.number(LEASES) > 0);
        cancel();
        assert_eq!(job.end().0, Some(130));
        let status = "SELECT count(*) FROM sconce.indexes WHERE status = 'interrupted'";
        assert_eq!((place.number(status), place.number(LEASES)), (1, 0));
    }
    let outcome = place.run(&["index", "--cancel"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(place.number(PENDING) > 0);
}

/// The test's model with another tokenizer, by a byte that means nothing.
fn other_model(directory: &Path) -> String {
    let model = model::model().path;
    let weights = "model.safetensors";
    std::os::unix::fs::symlink(model.join(weights), directory.join(weights)).unwrap();
    std::fs::copy(model.join("config.json"), directory.join("config.json")).unwrap();
    let tokenizer = std::fs::read_to_string(model.join("tokenizer.json")).unwrap();
    std::fs::write(directory.join("tokenizer.json"), tokenizer + "\n").unwrap();
    directory.display().to_string()
}

#[test]
fn a_worker_of_other_model_files_is_refused() {
    let place = Place::with_database();
    assert_eq!(place.run(&["index"]).code, Some(0));
    let directory = tempfile::tempdir().unwrap();
    let other = other_model(directory.path());
    for model in ["auto", model::MODEL] {
        place.write("src/new.rs", &format!("pub fn of_{}() {{}}\n", model.len()));
        begin_again(&place);
        let mut command = worker(&place, &["--once"]);
        command.env("SCONCE_MODEL_DIR", &other).env("SCONCE_MODEL", model);
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("other files of all-MiniLM-L6-v2"), "{stderr}");
        assert!(stderr.contains("SCONCE_MODEL_DIR") && stderr.contains("sconce clear"), "{stderr}");
        assert_eq!(place.number(WORKERS), 0);
    }
    // A job goes on as it always did, and says so.
    let mut command = place.command(&["index"]);
    let output = command.env("SCONCE_MODEL_DIR", &other).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.contains("other files of"), "{stderr}");
    // Without an index of the old files the new ones are as good as any.
    assert_eq!(place.run(&["clear", "shop", "--yes"]).code, Some(0));
    let mut command = place.command(&["index"]);
    let output = command.env("SCONCE_MODEL_DIR", &other).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !stderr.contains("other files of"), "{stderr}");
    let refused = worker(&place, &["--once"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_server_works_where_it_is_told_to_and_all_are_told_of() {
    let place = half_indexed(40);
    let mut command = place.command(&["serve", "--port", "0", "--worker"]);
    command.env("SCONCE_WATCH", "false");
    let (server, url) = serve(command);
    let address = url.trim_start_matches("http://").trim_end_matches("/mcp").parse().unwrap();
    let worker = || {
        let status = call(address, "index_status", &json!({}))["structuredContent"].clone();
        status["workers"].as_array().and_then(|workers| workers.first().cloned())
    };
    wait_until("it is at work", || {
        worker().is_some_and(|worker| worker["chunks"].as_i64() > Some(0))
    });
    let seen = worker().unwrap();
    assert_eq!((&seen["role"], &seen["index_name"]), (&json!("serve"), &json!("shop")), "{seen}");
    assert!(seen["chunks_per_second"].as_f64() > Some(0.0), "{seen}");
    // It looks every two seconds, and may have looked before the first chunks.
    let told = || {
        let health = http::request(address, "GET", "/health", &[], "");
        serde_json::from_str::<Value>(&health.body).unwrap()["workers"][0]["device"].clone()
    };
    wait_until("/health tells of it", || told() == seen["device"]);
    wait_until("all is embedded", || place.number(PENDING) == 0);
    assert_whole(&place);
    signal(server.id(), "TERM");
    assert_eq!(server.end().0, Some(0));
    assert_eq!(place.number(WORKERS), 0);
}
