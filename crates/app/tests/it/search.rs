//! Indexing and searching by the command line, on a real database and a real model.

use std::path::Path;
use std::time::Duration;

use sconce_testing::{RunningProcess, signal};
use serde_json::Value;

use crate::jobs::generate;
use crate::support::{Place, text};

fn paths(found: &Value) -> Vec<&str> {
    let results = found["results"].as_array().unwrap();
    results.iter().map(|result| result["path"].as_str().unwrap()).collect()
}

#[test]
fn the_first_search_indexes_and_the_next_one_embeds_only_what_changed() {
    let place = Place::with_database();
    let question = ["search", "waits longer after each failed attempt"];
    let found = place.json(&question);
    assert_eq!(paths(&found)[0], "src/retry.rs", "{found}");
    assert_eq!(found["results"][0]["symbol"], "backoff_delay");

    let again = place.json(&["index"]);
    assert_eq!((&again["files_changed"], &again["chunks_embedded"]), (&0.into(), &0.into()));

    place.write("src/pool.go", "package pool\n\n// Acquire takes a connection from the pool.\nfunc Acquire() int {\n\treturn 1\n}\n");
    let found = place.json(&["search", "take a database connection from the pool"]);
    assert_eq!(paths(&found)[0], "src/pool.go", "a changed project is seen: {found}");
    let report = place.json(&["index"]);
    assert_eq!(report["files_changed"], 0, "the search before indexed it");
}

#[test]
fn the_first_search_on_a_terminal_answers_before_the_vectors_are_made() {
    let place = Place::with_database();
    generate(&place, "long", 40, 40);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/terminal.py");
    let search = |query: &str| {
        let mut command = place.program(Path::new("python3"));
        command.args([script, env!("CARGO_BIN_EXE_sconce"), "--color", "never", "search", query]);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        said
    };
    let said = search("long_39_39");
    let at = |what: &str| said.find(what).unwrap_or_else(|| panic!("no {what} in {said}"));
    assert!(at("words alone answer") < at("long/part_39.py"), "{said}");
    assert!(at("long/part_39.py") < at("now the vectors are made"), "{said}");
    assert!(at("now the vectors are made") < at("44 files indexed in"), "{said}");
    let again = search("long_39_39");
    assert!(again.contains("long/part_39.py") && !again.contains("words alone"), "{again}");
    // A program gets the whole answer, where that takes no longer than it waits.
    let place = Place::with_database();
    generate(&place, "long", 2, 10);
    let found = place.json(&["search", "long_1_9"]);
    assert_eq!((paths(&found)[0], &found["notices"]), ("long/part_1.py", &Value::Array(vec![])));
}

#[test]
fn a_program_is_answered_by_words_where_vectors_take_long_and_the_job_goes_on_behind_it() {
    let place = Place::with_database().slowed();
    generate(&place, "long", 600, 40);
    let found = place.json(&["search", "long_0_39"]);
    assert_eq!(paths(&found)[0], "long/part_0.py", "{found}");
    let notices = found["notices"].as_array().unwrap();
    let last = notices.last().unwrap().as_str().unwrap();
    let process = last.split_once("in the background (process ").unwrap().1;
    let process: u32 = process.split(')').next().unwrap().parse().unwrap();
    let stats = || place.json(&["stats"]);
    assert!(stats()["chunks_to_embed"].as_i64() > Some(0), "the answer came before all vectors");
    // The job was stopped and taken up again.
    while stats()["state"]["status"] != "indexing" {}
    signal(process, "TERM");
    while stats()["state"]["status"] == "indexing" {}
    assert_eq!(stats()["state"]["status"], "interrupted");
}

#[test]
fn a_worktree_and_another_branch_embed_nothing_twice() {
    let place = Place::with_database();
    let git = place.project().join(".git");
    let head = |directory: &Path, branch: &str| {
        std::fs::write(directory.join("HEAD"), format!("ref: refs/heads/{branch}\n")).unwrap();
    };
    std::fs::create_dir_all(git.join("refs/heads")).unwrap();
    for (branch, commit) in [("main", "a"), ("other", "b")] {
        std::fs::write(git.join("refs/heads").join(branch), commit.repeat(40)).unwrap();
    }
    head(&git, "main");
    let first = place.json(&["index"]);
    assert!(first["chunks_embedded"].as_u64() > Some(0), "{first}");
    let stats = place.json(&["stats"]);
    assert_eq!((&stats["state"]["branch"], &stats["stale"]), (&"main".into(), &false.into()));

    // Another worktree of the repository, with the same files.
    let linked = git.join("worktrees/shop-two");
    std::fs::create_dir_all(&linked).unwrap();
    std::fs::write(linked.join("commondir"), "../..\n").unwrap();
    head(&linked, "other");
    let two = place.project().with_file_name("shop-two");
    for path in ["src/retry.rs", "src/parser.py", "web/cart.ts", "README.md"] {
        let content = std::fs::read_to_string(place.project().join(path)).unwrap();
        place.write(&format!("../shop-two/{path}"), &content);
    }
    std::fs::write(two.join(".git"), format!("gitdir: {}\n", linked.display())).unwrap();
    let second = place.json(&["index", &text(&two)]);
    assert_eq!(second["files_changed"], 4, "it has an index of its own: {second}");
    assert_eq!(second["chunks_embedded"], 0, "{second}");

    // The first one goes to another branch, whose one other file alone is new, and back.
    head(&git, "other");
    assert_eq!(place.json(&["stats", "shop"])["stale"], true, "the branch is another one");
    place.write("src/pool.go", "package pool\n\nfunc Acquire() int {\n\treturn 1\n}\n");
    assert_eq!(place.json(&["index"])["chunks_embedded"], 1);
    std::fs::remove_file(place.project().join("src/pool.go")).unwrap();
    head(&git, "main");
    let back = place.json(&["index"]);
    assert_eq!(
        (&back["chunks_embedded"], &back["files_removed"]),
        (&0.into(), &1.into()),
        "{back}"
    );
    place.write("src/pool.go", "package pool\n\nfunc Acquire() int {\n\treturn 1\n}\n");
    assert_eq!(place.json(&["index"])["chunks_embedded"], 0, "the cache still knows it");
}

#[test]
fn results_for_people_are_places_symbols_and_numbered_code() {
    let place = Place::with_database();
    let found = place.run(&["search", "backoff delay", "-n", "1"]);
    assert_eq!(found.code, Some(0), "{found}");
    let mut lines = found.stdout.lines();
    let first = lines.next().unwrap();
    assert!(
        first.starts_with("src/retry.rs:") && first.contains("function backoff_delay"),
        "{found}"
    );
    assert!(found.stdout.contains(" │ pub fn backoff_delay(attempt: u32) -> u64 {"), "{found}");

    let inside = place.run(&["search", "--path", "src", "price of the cart", "--lines", "0"]);
    assert!(inside.stdout.lines().all(|line| line.starts_with("src/")), "{inside}");
}

#[test]
fn filters_are_checked_and_kept() {
    let place = Place::with_database();
    let python = place.json(&["search", "--language", "py", "parse"]);
    assert_eq!(paths(&python), ["src/parser.py"]);
    let class = place.json(&["search", "--kind", "class", "parse"]);
    assert_eq!(paths(&class), ["src/parser.py"]);
    let glob = place.json(&["search", "--glob", "web/**", "anything"]);
    assert!(paths(&glob).iter().all(|path| path.starts_with("web/")));

    for arguments in [
        ["search", "--language", "pyton", "x"],
        ["search", "--kind", "functoin", "x"],
        ["search", "--glob", "src/[", "x"],
    ] {
        let outcome = place.run(&arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}: {outcome}");
        assert!(outcome.stderr.contains("hint: "), "{outcome}");
    }
    let long = "x".repeat(100_000);
    let outcome = place.run(&["search", &long]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
}

#[test]
fn no_results_say_what_leaves_none_and_what_would_bring_them() {
    let place = Place::with_database();
    place.write("assets/logo.svg", &"<svg><path d=\"M0 0\"/></svg>\n".repeat(1000));
    place.json(&["index"]);
    for (arguments, expected) in [
        (vec!["--language", "go"], "--language go leaves nothing, since no file is of it"),
        (vec!["--kind", "macro"], "--kind macro leaves nothing, since no symbol is one"),
        (vec!["--symbol", "zz*"], "--symbol zz* leaves nothing, since no symbol is called so"),
        (vec!["--glob", "*.svg"], "assets/logo.svg is not indexed: data"),
        (vec!["--glob", "*.svg", "--kind", "macro"], "the filters together leave nothing"),
        (vec!["lang:go"], "the filters in the query leave nothing"),
    ] {
        let question = [vec!["search", "cartTotal"], arguments.clone()].concat();
        let outcome = place.run(&question);
        assert!(outcome.stderr.contains(expected), "{arguments:?}: {outcome}");
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert!(place.json(&question)["notices"].to_string().contains(expected), "{arguments:?}");
    }
    let empty = place.project().with_file_name("empty");
    place.write("../empty/.git/HEAD", "");
    place.run(&["index", &text(&empty)]);
    let outcome = place.run(&["search", "--path", &text(&empty), "x"]);
    assert!(outcome.stderr.contains("the index empty holds no file"), "{outcome}");
    let told = place.run(&["search", "cartTotal", "--glob", "WEB\\**"]);
    assert!(told.stdout.contains("web/cart.ts:"), "{told}");
    assert!(told.stderr.contains("so it is read as `WEB/**`, whatever its case"), "{told}");
}

#[test]
fn flags_of_other_tools_narrow_a_search_and_never_what_is_stored() {
    let place = Place::with_database();
    place.json(&["index"]);
    let only = |arguments: &[&str], expected: &str| {
        let found = place.json(&[&["search", "parse the price"], arguments].concat());
        assert!(!paths(&found).is_empty(), "{arguments:?}: {found}");
        assert!(
            paths(&found).iter().all(|path| path.ends_with(expected)),
            "{arguments:?}: {found}"
        );
    };
    only(&["--include", "*.py"], ".py");
    only(&["--lang", "py", "--top-k", "1"], ".py");
    only(&["--glob", "*.py,*.ts", "--exclude", "*.ts"], ".py");
    only(&["--type", "", "--lang", "", "--symbol-name", "", "-g", "*.py"], ".py");
    only(&["--path", &format!("file://{}/web", text(&place.project()))], ".ts");
    assert_eq!(place.json(&["status", "shop"])["files"], 4, "all files are indexed as before");
    assert_eq!(place.run(&["search", "x", "--max-file-bytes", "1x"]).code, Some(2));
}

#[test]
fn an_index_is_listed_measured_and_deleted() {
    let place = Place::with_database();
    assert_eq!(place.run(&["stats"]).code, Some(3), "nothing is indexed yet");
    place.json(&["index"]);
    let listed = place.json(&["list"]);
    assert_eq!(listed[0]["name"], "shop");
    let stats = place.json(&["stats"]);
    assert_eq!(stats["files"], 4, "{stats}");
    let shown = place.run(&["stats", "shop"]);
    assert!(shown.stdout.contains("LANGUAGE") && shown.stdout.contains("python"), "{shown}");

    assert_eq!(place.run(&["clear", "shpo"]).code, Some(3));
    assert_eq!(place.run(&["clear", "shop"]).code, Some(2), "nobody was there to confirm");
    assert_eq!(place.run(&["clear", "shop", "--yes"]).code, Some(0));
    assert_eq!(place.json(&["list"]), Value::Array(vec![]));
}

#[test]
fn a_check_of_everything_names_what_works() {
    let place = Place::with_database();
    let check = place.json(&["config", "check"]);
    for part in ["project", "database", "pgvector", "model", "backend"] {
        assert_eq!(check[part]["ok"], true, "{check}");
    }
    place.write("sconce.toml", "include = [\"src/{a\"]\n");
    let wrong = place.run(&["config", "check"]);
    assert!(wrong.code != Some(0) && wrong.stdout.contains("FAIL  project"), "{wrong}");
    assert!(wrong.stdout.contains("sconce.toml") && wrong.stdout.contains("include"), "{wrong}");
    let broken = Place::without_database().run(&["config", "check"]);
    assert_eq!(broken.code, Some(4), "{broken}");
    assert!(broken.stdout.contains("FAIL  database"), "{broken}");
}

#[test]
fn an_interrupted_index_ends_with_130_and_answers() {
    let place = Place::with_database();
    for file in 0..400 {
        let functions = (0..300)
            .map(|n| format!("def step_{file}_{n}(value):\n    return value * {n} + {file}\n"));
        let body = functions.collect::<Vec<_>>().join("\n");
        place.write(&format!("gen/part_{file}.py"), &body);
    }
    let mut command = place.command(&["index"]);
    command.stdout(std::process::Stdio::null());
    let child = command.spawn().unwrap();
    // Late enough that the job has begun, and long before so many texts can be embedded.
    std::thread::sleep(Duration::from_secs(6));
    signal(child.id(), "INT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("run it again to go on"), "{stderr}");
    let listed = place.json(&["list"]);
    assert_ne!(listed[0]["state"]["status"], "indexing", "{listed}");
    let found = place.run(&["search", "--no-index", "step value"]);
    assert!(matches!(found.code, Some(0 | 3)), "{found}");
}

#[test]
fn health_asks_a_running_server() {
    let place = Place::with_database();
    let nobody = place.run(&["health", "--url", "http://127.0.0.1:1"]);
    assert_eq!(nobody.code, Some(4), "{nobody}");
    assert!(nobody.stderr.contains("hint: start it with `sconce serve`"), "{nobody}");

    let server = RunningProcess::start(place.command(&["serve", "--port", "0"]));
    let ready = server.line();
    let words: Vec<&str> = ready.split(' ').collect();
    assert_eq!(words[0], "SCONCE_READY", "{ready}");
    assert_eq!(words[4..], ["model", "all-MiniLM-L6-v2"], "{ready}");
    let health = place.json(&["health", "--url", words[1]]);
    assert_eq!(health["status"], "ok", "{health}");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    signal(server.id(), "TERM");
    let (code, rest) = server.end();
    assert_eq!(code, Some(0), "a server that is told to end has not failed");
    assert_eq!(rest, Vec::<String>::new(), "nothing but the ready line is on stdout");
    assert_eq!(place.run(&["health", "--url", words[1]]).code, Some(4));
}

#[test]
fn a_search_from_a_directory_within_says_that_it_is_kept_to_it() {
    let place = Place::with_database();
    let search = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.current_dir(place.project().join("src"));
        let output = command.output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let said = search(&["search", "backoff"]);
    assert!(said.contains("searched src alone: --path ../ is all of the project"), "{said}");
    let said = search(&["search", "backoff", "--path", "."]);
    assert!(!said.contains("alone"), "{said}");
    let said = search(&["search", "backoff", "--path", ".."]);
    assert!(!said.contains("alone"), "{said}");
}
