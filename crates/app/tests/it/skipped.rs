//! What is not in an index, and why: nothing is left out in silence.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::{Value, json};

use crate::support::{Place, text};

/// A project of which much is left out.
fn place() -> Place {
    let place = Place::with_database();
    place.write(".gitignore", "*.log.txt\n/out\n");
    place.write("web/.sconceignore", "\n# generated\ngenerated/\n");
    place.write("web/generated/a.js", "let a;\n");
    place.write("out/b.rs", "fn b() {}\n");
    place.write("day.log.txt", "started\n");
    place.write(".env", "TOKEN=1\n");
    place.write("locale/de.po", &"msgid \"cart_is_empty\"\nmsgstr \"leer\"\n".repeat(500));
    place.write("empty.rs", "");
    fs::write(place.project().join("logo.png"), b"\x89PNG\0\0\0").unwrap();
    let outside = place.project().with_file_name("legacy");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(outside, place.project().join("legacy")).unwrap();
    place
}

fn named<'a>(files: &'a Value, path: &str) -> &'a Value {
    let files = files.as_array().unwrap();
    files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("{path}: {files:?}"))
}

#[test]
fn the_command_line_counts_and_names_what_is_skipped() {
    let place = place();
    let report = place.json(&["index"]);
    let expected = json!({
        "secret": 1, "binary": 1, "data": 1, "empty": 1, "ignored": 3, "link_outside": 1,
    });
    assert_eq!(report["skipped"], expected);
    let again = place.run(&["index"]);
    assert!(again.stdout.contains("3 ignored"), "{again}");
    assert!(again.stdout.contains("`sconce stats shop --skipped` names them"), "{again}");

    let all = place.json(&["stats", "shop", "--skipped"]);
    assert_eq!(all["counts"], expected);
    for (path, reason, rule) in [
        ("out/", "ignored", ".gitignore:2: /out"),
        ("day.log.txt", "ignored", ".gitignore:1: *.log.txt"),
        ("web/generated/", "ignored", "web/.sconceignore:3: generated/"),
        ("locale/de.po", "data", "the extension .po, and more than 16 KiB"),
        (".env", "secret", "its name or its directory"),
    ] {
        let file = named(&all["paths"], path);
        assert_eq!((&file["reason"], &file["rule"]), (&reason.into(), &rule.into()), "{path}");
    }
    assert_eq!(named(&all["paths"], "legacy")["reason"], "link_outside");
    let one = place.run(&["stats", "--skipped", "ignored"]);
    assert!(one.stdout.contains("  out/  (.gitignore:2: /out)\n"), "{one}");
    assert!(!one.stdout.contains("logo.png"), "{one}");
    let by_name = place.run(&["stats", "--skipped", "shop"]);
    assert!(by_name.stdout.contains("  logo.png\n"), "{by_name}");
    let wrong = place.run(&["stats", "shop", "--skipped", "boring"]);
    assert_eq!(wrong.code, Some(2), "{wrong}");
    assert!(wrong.stderr.contains("the reasons are secret, binary"), "{wrong}");
    let neither = place.run(&["stats", "--skipped", "boring"]);
    assert_eq!(neither.code, Some(3), "{neither}");
    assert!(neither.stderr.contains("the reasons are secret, binary"), "{neither}");
}

#[test]
fn over_mcp_status_counts_and_stats_name_what_is_skipped() {
    let place = place();
    let mut client = place.initialized_client();
    let indexed = client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    assert_eq!(indexed["structuredContent"]["skipped"]["ignored"], 3, "{indexed}");
    let job = client.call("index_status", &json!({ "index_name": "shop" }));
    assert_eq!(job["structuredContent"]["jobs"][0]["skipped"]["link_outside"], 1, "{job}");
    let counted = client.call("index_stats", &json!({}));
    assert_eq!(counted["structuredContent"]["skipped"]["secret"], 1, "{counted}");
    assert!(counted["structuredContent"]["skipped_files"].is_null(), "{counted}");
    let all = client.call("index_stats", &json!({ "skipped": true }));
    let out = named(&all["structuredContent"]["skipped_files"], "out/");
    assert_eq!((&out["reason"], &out["rule"]), (&"ignored".into(), &".gitignore:2: /out".into()));
    let data = client.call("index_stats", &json!({ "skipped": true, "reason": "data" }));
    let data = &data["structuredContent"]["skipped_files"];
    assert_eq!(data.as_array().unwrap().len(), 1, "{data}");
    let wrong = client.call("index_stats", &json!({ "reason": "boring" }));
    assert_eq!(wrong["isError"], true, "{wrong}");
}

#[test]
fn an_empty_index_says_why_and_is_no_failure() {
    let place = Place::with_database();
    place.write(".gitignore", "*\n");
    let indexed = place.run(&["index"]);
    assert_eq!(indexed.code, Some(0), "{indexed}");
    assert!(indexed.stderr.contains("no file was indexed: 5 files are ignored"), "{indexed}");
    assert!(indexed.stderr.contains("(.gitignore:1: *)"), "{indexed}");
    assert!(indexed.stderr.contains("`no_ignore` takes it"), "{indexed}");
    let mut client = place.initialized_client();
    let indexed = client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    let summary = indexed["structuredContent"]["summary"].as_str().unwrap();
    assert!(summary.contains("is empty: no file was indexed"), "{summary}");
}

#[test]
fn what_is_left_out_is_taken_for_one_run_and_by_a_setting() {
    let place = place();
    let files =
        |place: &Place, arguments: &[&str]| place.json(arguments)["files"].as_u64().unwrap();
    let before = files(&place, &["index"]);
    let once = place.run(&["index", "--no-ignore"]);
    assert!(once.stderr.contains("until the next run without --no-ignore"), "{once}");
    assert_eq!(files(&place, &["index", "--no-ignore"]), before + 3);
    assert_eq!(files(&place, &["index"]), before);
    place.write("sconce.toml", "no_ignore = true\ninclude_data = [\"*.po\"]\n");
    // And the settings' own file.
    assert_eq!(files(&place, &["index"]), before + 5);
    let found = place.json(&["search", "--mode", "words", "msgid"]);
    assert_eq!(found["results"][0]["path"], "locale/de.po", "{found}");
    place.write("sconce.toml", "max_file_bytes = \"many\"\n");
    let wrong = place.run(&["index"]);
    assert_eq!(wrong.code, Some(2), "{wrong}");
    assert!(wrong.stderr.contains("max_file_bytes (from sconce.toml)"), "{wrong}");
}

#[test]
fn a_setting_that_is_gone_holds_no_longer_and_a_flag_is_remembered() {
    let place = place();
    let files = |arguments: &[&str]| place.json(arguments)["files"].as_u64().unwrap();
    let all = files(&["index"]);
    place.write("sconce.toml", "exclude = [\"src/**\"]\n");
    let without = files(&["index"]);
    assert!(without < all, "{without} of {all}");
    place.write("sconce.toml", "exclude = []\n");
    // And the settings' own file.
    assert_eq!(files(&["index"]), all + 1);
    assert_eq!(files(&["index", "--exclude", "src/**"]), without);
    assert_eq!(files(&["index"]), without, "it is remembered");
    assert_eq!(files(&["index", "--exclude", ""]), all + 1, "it is forgotten");
}

#[test]
fn a_directory_answers_from_its_first_index_and_says_so() {
    let place = Place::with_database();
    place.json(&["index"]);
    let second = place.run(&["index", "--name", "second"]);
    assert!(second.stderr.contains("name 'second' to search this one"), "{second}");
    place.write("src/heron.py", "def stale_heron():\n    return 1\n");
    place.json(&["index"]);
    let found = place.json(&["search", "--no-index", "stale_heron"]);
    assert_eq!(found["results"][0]["path"], "src/heron.py", "{found}");
}

#[test]
fn what_was_not_utf8_is_counted_and_named() {
    let place = Place::with_database();
    let write = |name: &str, bytes: &[u8]| fs::write(place.project().join(name), bytes).unwrap();
    write("groesse.c", b"/* Gr\xf6\xdfe des Beh\xe4lters */\rint behaelter_volumen(void);\r");
    let wide: Vec<u8> =
        "class BasketCounter { }\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    write("Basket.cs", &wide);
    let report = place.json(&["index"]);
    assert_eq!(report["encodings"], json!({ "UTF-16LE": 1, "windows-1252": 1 }));
    assert!(place.run(&["index"]).stdout.contains("  decoded 1 UTF-16LE, 1 windows-1252"));
    let stats = place.json(&["stats"]);
    let expected = json!([
        { "encoding": "UTF-16LE", "files": 1, "paths": ["Basket.cs"] },
        { "encoding": "windows-1252", "files": 1, "paths": ["groesse.c"] },
    ]);
    assert_eq!(stats["encodings"], expected);
    let mut client = place.initialized_client();
    let stats = client.call("index_stats", &json!({}));
    assert_eq!(stats["structuredContent"]["encodings"], expected, "{stats}");
    let job = client.call("index_status", &json!({ "index_name": "shop" }));
    let encodings = &job["structuredContent"]["jobs"][0]["encodings"];
    assert_eq!(encodings["windows-1252"], 1, "{job}");
    let read = client.text("read_chunk", &json!({ "path": "groesse.c", "line": 2 }));
    assert!(read.contains("Größe des Behälters"), "{read}");
    assert!(read.contains("2| int behaelter_volumen(void);"), "{read}");
}

#[test]
fn a_file_of_an_odd_name_is_read_by_what_is_shown_of_it() {
    let place = Place::with_database();
    for (name, function) in
        [(&b"gr\xf6sse.py"[..], "in_latin_name"), (b"new\nline.py", "with_newline_name")]
    {
        let path = place.project().join(OsStr::from_bytes(name));
        fs::write(path, format!("def {function}():\n    return 1\n")).unwrap();
    }
    let mut client = place.initialized_client();
    for (function, path) in
        [("in_latin_name", r"gr\xf6sse.py"), ("with_newline_name", r"new\nline.py")]
    {
        let found = place.json(&["search", function]);
        assert_eq!(found["results"][0]["path"], path, "{found}");
        let said = client.text("search_code", &json!({ "query": function }));
        assert!(said.contains(path), "{said}");
        let read = client.text("read_chunk", &json!({ "path": path, "line": 1 }));
        assert!(read.contains(&format!("1| def {function}():")), "{read}");
    }
}

#[test]
fn a_notebook_is_read_by_its_cells_in_the_lines_of_its_file() {
    let place = Place::with_database();
    let notebook = "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"outputs\": [{\"text\": \
                    [\"shown_once\"]}],\n   \"source\": [\n    \"def churn_score(frame):\\n\",\n    \
                    \"    return frame\"\n   ]\n  }\n ]\n}\n";
    place.write("churn.ipynb", notebook);
    let found = place.json(&["search", "churn_score"]);
    let first = &found["results"][0];
    assert_eq!((&first["path"], &first["language"]), (&"churn.ipynb".into(), &"python".into()));
    assert_eq!((&first["symbol"], &first["start_line"]), (&"churn_score".into(), &7.into()));
    let line = notebook.lines().nth(6).unwrap();
    assert!(line.contains("def churn_score"), "{line}");
    let mut client = place.initialized_client();
    for lines in ["7", "7-8"] {
        let read = client.text("read_chunk", &json!({ "path": format!("churn.ipynb:{lines}") }));
        assert!(read.contains("7| def churn_score(frame):"), "{read}");
        assert!(read.contains("8|     return frame"), "{read}");
    }
    let none = place.json(&["search", "--mode", "words", "shown_once"]);
    assert_eq!(none["results"], json!([]), "{none}");
}

#[test]
fn a_project_that_moved_takes_its_index_along() {
    let place = Place::with_database();
    let first = place.json(&["index"]);
    assert!(first["chunks_embedded"].as_u64() > Some(0), "{first}");
    let (old, new) = (place.project(), place.project().with_file_name("store"));
    fs::rename(&old, &new).unwrap();
    fs::create_dir(&old).unwrap();
    let here = ["--quiet", "list"];
    // The directory in which these commands run is there, and no project.
    fs::rename(&old, old.with_file_name("elsewhere")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.current_dir(new.parent().unwrap());
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        (String::from_utf8(output.stdout).unwrap(), stderr)
    };
    let (listed, _) = run(&here);
    assert!(listed.contains("gone"), "{listed}");
    let (_, told) = run(&["list"]);
    assert!(told.contains("the directory of shop is gone"), "{told}");
    let (stats, _) = run(&["stats", "shop"]);
    assert!(stats.contains("the directory is gone"), "{stats}");

    let (indexed, told) = run(&["index", &text(&new), "--json"]);
    let indexed: Value = serde_json::from_str(&indexed).unwrap();
    assert_eq!((&indexed["index"], &indexed["files_changed"]), (&"shop".into(), &0.into()));
    assert_eq!(indexed["chunks_embedded"], 0, "{indexed}");
    assert!(told.contains("is gone, and its index 'shop' goes on here"), "{told}");
    let (listed, _) = run(&["list", "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed[0]["root"], &listed[0]["root_gone"]), (&text(&new).into(), &false.into()));
    fs::create_dir(&old).unwrap();
}

#[test]
fn a_repository_that_was_copied_is_known_by_its_commit() {
    let place = Place::with_database();
    let git = place.project().join(".git");
    fs::create_dir_all(git.join("refs/heads")).unwrap();
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(git.join("refs/heads/main"), "a".repeat(40)).unwrap();
    place.json(&["index"]);
    let other = place.project().with_file_name("copy");
    let copied =
        std::process::Command::new("cp").arg("-r").arg(place.project()).arg(&other).status();
    assert!(copied.unwrap().success());
    // While the first is there, another clone of it has an index of its own.
    assert_eq!(place.json(&["index", &text(&other)])["index"], "copy");
    place.json(&["clear", "-y", "copy"]);
    let mut client = place.initialized_client();
    fs::remove_dir_all(place.project()).unwrap();
    let listed = client.call("list_indexes", &json!({}));
    let listed = &listed["structuredContent"]["indexes"][0];
    assert_eq!((&listed["name"], &listed["root_gone"]), (&"shop".into(), &true.into()));
    let indexed =
        client.call("index_codebase", &json!({ "path": text(&other), "wait_seconds": 30 }));
    assert_eq!(indexed["structuredContent"]["index_name"], "shop", "{indexed}");
    let listed = client.call("list_indexes", &json!({}));
    let listed = &listed["structuredContent"]["indexes"];
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert!(listed[0]["root_gone"].is_null() && listed[0]["root"] == text(&other), "{listed}");
    fs::create_dir_all(place.project()).unwrap();
}
