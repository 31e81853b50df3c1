//! The live index: a server follows what happens on disk, and nobody tells it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sconce_testing::{http, wait_until};
use serde_json::{Value, json};

use crate::http::call;
use crate::support::Place;

/// Long after anything that is heard of has been looked at.
const LONG_AFTER: Duration = Duration::from_millis(1500);

/// A server that follows a project, and its log.
struct Live {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<Vec<Value>>>,
    place: Place,
}

impl Live {
    /// A server over an index that is there already, following it.
    fn start(settings: &[(&str, &str)]) -> Live {
        let place = Place::with_database();
        place.json(&["index"]);
        let live = Live::over(place, settings);
        wait_until("it follows the index", || live.stats()["watch"]["up_to_date"] == true);
        live
    }

    fn over(place: Place, settings: &[(&str, &str)]) -> Live {
        let mut command = place.command(&["serve", "--port", "0"]);
        command.env("SCONCE_LOG_FORMAT", "json").envs(settings.iter().copied());
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, stderr) = (Arc::clone(&log), BufReader::new(child.stderr.take().unwrap()));
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                lines.lock().unwrap().extend(serde_json::from_str::<Value>(&line));
            }
        });
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let address = ready.split(' ').nth(1).unwrap().trim_start_matches("http://");
        Live { address: address.parse().unwrap(), child, log, place }
    }

    /// What is logged with this message.
    fn logged(&self, message: &str) -> Vec<Value> {
        let log = self.log.lock().unwrap();
        let has = |line: &&Value| line["message"].as_str().unwrap().contains(message);
        log.iter().filter(has).cloned().collect()
    }

    /// The jobs that have ended well.
    fn jobs(&self) -> Vec<Value> {
        // The log is read by a thread, which may not have had its turn yet.
        std::thread::sleep(Duration::from_millis(100));
        self.logged("indexed").into_iter().filter(|line| line["message"] == "indexed").collect()
    }

    fn stats(&self) -> Value {
        call(self.address, "index_stats", &json!({ "index_name": "shop" }))["structuredContent"]
            .clone()
    }

    fn health(&self) -> Value {
        serde_json::from_str(&http::request(self.address, "GET", "/health", &[], "").body).unwrap()
    }

    /// Whether a search finds a path. One by the index's name looks for no changes: what it finds
    /// the watch has brought in.
    fn finds(&self, query: &str, path: &str) -> bool {
        let arguments = json!({
            "query": query, "index_name": "shop", "limit": 20, "response_format": "concise"
        });
        let found = call(self.address, "search_code", &arguments);
        found["content"][0]["text"].as_str().unwrap().contains(path)
    }

    /// Waits until all that has happened is in the index.
    fn settled(&self) {
        std::thread::sleep(LONG_AFTER);
        wait_until("it settles", || self.stats()["watch"]["up_to_date"] == true);
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(self.place.project()).args(["-c", "user.name=t", "-c", "user.email=t@t"]);
        let output = git.args(["-c", "commit.gpgsign=false"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn edits_new_files_renames_and_removals_are_followed() {
    let live = Live::start(&[]);
    let (place, root) = (&live.place, live.place.project());

    place.write("src/retry.rs", "/// Sharpens a pencil.\npub fn sharpen_pencil() {}\n");
    wait_until("an edit", || live.finds("sharpen_pencil", "src/retry.rs"));

    place.write("src/pool.go", "package pool\n\nfunc AcquireBoat() int {\n\treturn 1\n}\n");
    wait_until("a new file", || live.finds("AcquireBoat", "src/pool.go"));

    place.write("new/one/two/kite.py", "def fly_kite():\n    return 'wind'\n");
    wait_until("a new directory", || live.finds("fly_kite", "new/one/two/kite.py"));
    place.write("new/one/two/three/swim.py", "def swim_lake():\n    return 'wet'\n");
    wait_until("a directory in it", || live.finds("swim_lake", "new/one/two/three/swim.py"));

    fs::rename(root.join("src/pool.go"), root.join("src/harbour.go")).unwrap();
    wait_until("a renamed file", || live.finds("AcquireBoat", "src/harbour.go"));
    assert!(!live.finds("AcquireBoat", "src/pool.go"));

    fs::rename(root.join("new"), root.join("old")).unwrap();
    wait_until("a renamed directory", || live.finds("fly_kite", "old/one/two/kite.py"));
    assert!(!live.finds("fly_kite", "new/one/two/kite.py"));
    place.write("old/one/two/kite.py", "def mend_kite():\n    return 'glue'\n");
    wait_until("an edit below it", || live.finds("mend_kite", "old/one/two/kite.py"));

    // As editors save: beside the file, and renamed over it.
    place.write("src/.retry.rs.swp", "swap");
    place.write("src/retry.rs.tmp~", "pub fn brew_coffee() {}\n");
    fs::rename(root.join("src/retry.rs.tmp~"), root.join("src/retry.rs")).unwrap();
    fs::remove_file(root.join("src/.retry.rs.swp")).unwrap();
    wait_until("a file that is replaced", || live.finds("brew_coffee", "src/retry.rs"));

    let files = live.stats()["files"].as_i64().unwrap();
    fs::remove_file(root.join("web/cart.ts")).unwrap();
    fs::remove_dir_all(root.join("old")).unwrap();
    wait_until("what is removed", || live.stats()["files"] == files - 3);
}

#[test]
fn a_branch_switch_and_a_commit_are_followed() {
    let live = Live::start(&[]);
    live.git(&["init", "-q", "-b", "main"]);
    live.git(&["add", "."]);
    live.git(&["commit", "-qm", "first"]);
    wait_until("the first commit", || live.stats()["branch"] == "main");
    live.git(&["switch", "-qc", "boats"]);
    live.place.write("src/boat.py", "def row_boat():\n    return 'oar'\n");
    live.git(&["add", "."]);
    live.git(&["commit", "-qm", "boats"]);
    wait_until("the other branch", || {
        live.stats()["branch"] == "boats" && live.finds("row_boat", "src/boat.py")
    });

    live.git(&["switch", "-q", "main"]);
    wait_until("the way back", || live.stats()["branch"] == "main");
    assert!(!live.finds("row_boat", "src/boat.py"));
    let commit = live.stats()["commit"].clone();
    live.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
    wait_until("a commit of no file", || live.stats()["commit"] != commit);
    assert_eq!(live.stats()["stale"], false);
}

#[test]
fn a_storm_of_changes_is_indexed_at_once() {
    let live = Live::start(&[("SCONCE_WATCH_DEBOUNCE_MS", "1500")]);
    let before = live.jobs().len();
    for number in 0..5000 {
        let path = format!("storm/{}/file_{number}.py", number % 50);
        live.place.write(&path, "def storm():\n    return 'wind'\n");
    }
    wait_until("all of it", || live.stats()["files"] == 5004);
    let of_storm = || live.jobs().split_off(before);
    let changed =
        || -> i64 { of_storm().iter().map(|job| job["files_changed"].as_i64().unwrap()).sum() };
    // They answer before their vectors are made.
    wait_until("the end of the jobs", || changed() >= 5000);
    let jobs = of_storm();
    // One, and on a machine so busy that writing takes more than five seconds, some more.
    assert!(jobs.len() <= 3, "{jobs:?}");
    assert_eq!(changed(), 5000, "{jobs:?}");
}

#[test]
fn what_is_ignored_costs_no_job() {
    let place = Place::with_database();
    place.write(".gitignore", "target/\n*.log\n");
    place.write("target/before.py", "x = 1\n");
    place.json(&["index"]);
    let live = Live::over(place, &[]);
    wait_until("it follows", || live.stats()["watch"]["up_to_date"] == true);
    let before = live.jobs().len();
    for number in 0..20 {
        live.place.write("target/debug/out.py", &format!("x = {number}\n"));
        live.place.write("node_modules/left/index.js", &format!("x({number})\n"));
        live.place.write("src/run.log", &format!("line {number}\n"));
        live.place.write(".env", &format!("TOKEN={number}\n"));
        live.place.write("src/.swap", "");
        fs::remove_file(live.place.project().join("src/.swap")).unwrap();
    }
    live.settled();
    assert_eq!(live.jobs().len(), before);

    live.place.write(".gitignore", "*.log\n");
    wait_until("other patterns", || live.finds("x", "target/before.py"));
    live.place.write("target/before.py", "def after_all():\n    return 2\n");
    wait_until("what they let in", || live.finds("after_all", "target/before.py"));
}

#[test]
fn a_limit_of_watches_falls_back_to_scanning_and_says_so() {
    let live = Live::start(&[("SCONCE_MAX_WATCHES", "2"), ("SCONCE_WATCH_SCAN_SECONDS", "1")]);
    let watch = &live.stats()["watch"];
    assert_eq!(watch["mode"], "scanning");
    assert!(watch["reason"].as_str().unwrap().contains("SCONCE_MAX_WATCHES"), "{watch}");
    wait_until("health tells", || live.health()["watch"]["scanning"] == 1);
    live.place.write("new/kite.py", "def fly_kite():\n    return 'wind'\n");
    wait_until("a scan", || live.finds("fly_kite", "new/kite.py"));
    // What a job has written is found before the job has ended and is in the log.
    live.settled();
    let jobs = live.jobs().len();
    std::thread::sleep(LONG_AFTER * 2);
    assert_eq!(live.jobs().len(), jobs, "a scan that finds nothing is no job");
    let warnings = live.logged("the project is scanned every 1 s instead");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0]["hint"].as_str().unwrap().contains("max_watches"));
}

#[test]
fn indexes_that_come_and_go_are_taken_up_and_dropped() {
    let live = Live::over(Place::with_database(), &[]);
    assert_eq!(live.health()["watch"]["events"], 0);
    // By another process.
    live.place.json(&["index"]);
    wait_until("it is taken up", || live.health()["watch"]["events"] == 1);
    live.place.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    wait_until("an edit", || live.finds("fly_kite", "src/kite.py"));
    live.settled();

    live.place.run(&["clear", "shop", "--yes"]);
    live.place.write("src/kite.py", "def mend_kite():\n    return 'glue'\n");
    wait_until("it is dropped", || live.health()["watch"]["events"] == 0);
    live.place.write("src/kite.py", "def sell_kite():\n    return 'coins'\n");
    std::thread::sleep(LONG_AFTER);
    assert_eq!(live.place.json(&["list"]), json!([]), "an edit makes no index");

    live.place.json(&["index"]);
    wait_until("it is taken up again", || live.health()["watch"]["events"] == 1);
}

#[test]
fn a_search_does_not_wait_for_more_changes() {
    // So long a pause that only somebody who hurries sees the change.
    let live = Live::start(&[("SCONCE_WATCH_DEBOUNCE_MS", "60000")]);
    let before = live.jobs().len();
    live.place.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    wait_until("it hears of it", || live.stats()["watch"]["up_to_date"] == false);
    let asked = |arguments: &Value| {
        let found = call(live.address, "search_code", arguments);
        found["content"][0]["text"].as_str().unwrap().to_owned()
    };
    let search = |query: &str| asked(&json!({ "query": query }));
    wait_until("a search finds it", || search("fly_kite").contains("src/kite.py"));
    wait_until("it is up to date", || live.stats()["watch"]["up_to_date"] == true);
    for _ in 0..5 {
        search("fly_kite");
    }
    assert_eq!(
        live.jobs().len(),
        before + 1,
        "a search of a project that is up to date looks at nothing"
    );

    live.place.write("src/boat.py", "def row_boat():\n    return 'oar'\n");
    wait_until("it hears of that", || live.stats()["watch"]["up_to_date"] == false);
    let named = json!({ "query": "row_boat", "index_name": "shop" });
    wait_until("one of the index by its name too", || asked(&named).contains("src/boat.py"));
}

#[test]
fn nothing_is_followed_where_the_settings_say_so() {
    let place = Place::with_database();
    place.json(&["index"]);
    let live = Live::over(place, &[("SCONCE_WATCH", "false")]);
    live.place.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    std::thread::sleep(LONG_AFTER * 2);
    assert_eq!((live.jobs().len(), &live.stats()["watch"]), (0, &Value::Null));
}
