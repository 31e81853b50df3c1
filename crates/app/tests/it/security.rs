//! What a repository may not do to whoever indexes it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{Outcome, Place};

/// The most memory of one process over all that it was seen at, in KiB, and how it ended.
struct Watched {
    outcome: Outcome,
    most_kib: u64,
    children: usize,
}

/// Runs the binary to its end and looks at the memory of the processes that it starts.
fn watched(place: &Place, arguments: &[&str]) -> Watched {
    /// Nothing here hangs; a loaded machine is slow.
    const HANG: Duration = Duration::from_mins(8);
    let mut child = place.command(arguments).spawn().unwrap();
    let tasks = format!("/proc/{}/task", child.id());
    let begin = Instant::now();
    let (mut most_kib, mut seen) = (0, std::collections::HashSet::new());
    let watcher = |most: &mut u64, seen: &mut std::collections::HashSet<String>| {
        for task in std::fs::read_dir(&tasks).into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children"));
            for child in children.unwrap_or_default().split_whitespace() {
                seen.insert(child.to_owned());
                let status = std::fs::read_to_string(format!("/proc/{child}/status"));
                let status = status.unwrap_or_default();
                let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
                let kib = peak.and_then(|rest| rest.trim().split(' ').next()?.parse().ok());
                *most = (*most).max(kib.unwrap_or(0));
            }
        }
    };
    let stdout = child.stdout.take().unwrap();
    let stderr = child.stderr.take().unwrap();
    let drain = |mut pipe: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = pipe.read_to_string(&mut text);
            text
        })
    };
    let (stdout, stderr) = (drain(Box::new(stdout)), drain(Box::new(stderr)));
    let status = loop {
        watcher(&mut most_kib, &mut seen);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(begin.elapsed() < HANG, "it hangs");
        std::thread::sleep(Duration::from_millis(20));
    };
    let outcome = Outcome {
        code: status.code(),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    };
    Watched { outcome, most_kib, children: seen.len() }
}

fn deadly(place: &Place) {
    let lines = |line: &str, many: usize| line.repeat(many);
    place.write("deadly/x.c", &format!("int f() {{\n{}b", lines("a =>\n", 5_000)));
    place.write("deadly/y.c", &format!("int f() {{\n{}b", lines("a =>\n", 100_000)));
    place.write("deadly/x.java", &format!("class X {{ void f() {{\n{}", lines("a =>\n", 3_000)));
    place.write("deadly/x.py", &lines("/*\n", 3_000));
}

/// 25 KB took 5 GB and half a minute; 500 KB overflowed the stack of the whole process.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_a_grammar_cannot_bear_is_split_as_text_once() {
    let place = Place::with_database();
    deadly(&place);
    let run = watched(&place, &["index"]);
    assert_eq!(run.outcome.code, Some(0), "{}", run.outcome);
    assert!(run.children > 0 && run.most_kib < 512 << 10, "{} KiB", run.most_kib);
    assert!(run.outcome.stderr.contains("split as plain text"), "{}", run.outcome);
    let stats = place.json(&["stats", "shop"]);
    let rows = stats["parse_status"].as_array().unwrap();
    let aborted = rows.iter().find(|row| row[0] == "aborted").unwrap_or_else(|| panic!("{stats}"));
    assert!(aborted[1].as_i64().unwrap() >= 1, "{stats}");
    // The others are parsed as ever.
    let found = place.json(&["search", "--no-index", "backoff_delay"]);
    assert_eq!(found["results"][0]["symbol"], "backoff_delay", "{found}");
    let again = watched(&place, &["index"]);
    assert!(!again.outcome.stderr.contains("split as plain text"), "{}", again.outcome);
}

/// What nests, what is an error at every line, in each language.
#[cfg(target_os = "linux")]
#[test]
fn no_language_has_a_text_that_takes_more_than_its_share() {
    let place = Place::with_database();
    for extension in [
        "sh", "c", "cs", "cpp", "ex", "go", "hs", "java", "js", "kt", "lua", "php", "py", "rb",
        "rs", "scala", "swift", "ts", "zig",
    ] {
        let head = if extension == "php" { "<?php\n" } else { "" };
        place.write(&format!("deep/a.{extension}"), &format!("{head}{}", "(".repeat(100_000)));
        place.write(&format!("deep/b.{extension}"), &format!("{head}{}", "a =>\n".repeat(3_000)));
        let mut deep = head.to_owned();
        for depth in 0..2_000 {
            let _ = writeln!(deep, "if a{depth} {{ -!");
        }
        place.write(&format!("deep/c.{extension}"), &deep);
    }
    let run = watched(&place, &["index"]);
    assert_eq!(run.outcome.code, Some(0), "{}", run.outcome);
    assert!(run.children > 0 && run.most_kib < 512 << 10, "{} KiB", run.most_kib);
}

/// A parser gets nothing of its parent's: no variable, no directory, no file that is open.
#[cfg(target_os = "linux")]
#[test]
fn a_parser_has_nothing_and_ends_with_its_parent() {
    use std::io::Read as _;

    let place = Place::without_database();
    let mut parent = place.command(&["--parser-process"]);
    let mut child = parent.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut hello = [0; 8];
    child.stdout.as_mut().unwrap().read_exact(&mut hello).unwrap();
    assert_eq!(&hello, b"sconce/1");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limit = |name: &str| limits.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(!limit("Max address space").contains("unlimited"), "{limits}");
    assert!(!limit("Max cpu time").contains("unlimited"), "{limits}");
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn ignore_files_are_bounded_and_what_is_left_out_is_said() {
    let place = Place::with_database();
    let deep = format!("{}a{}\nweb/\n", "{".repeat(20_000), "}".repeat(20_000));
    place.write(".gitignore", &deep);
    let indexed = place.run(&["index"]);
    assert_eq!(indexed.code, Some(0), "{indexed}");
    assert!(indexed.stderr.contains(".gitignore:1: does not apply"), "{indexed}");
    let found = place.json(&["search", "--no-index", "--mode", "words", "cartTotal"]);
    assert_eq!(found["results"].as_array().unwrap().len(), 0, "the other line holds: {found}");
}

#[test]
fn no_pattern_of_a_command_or_a_projects_file_ends_the_process() {
    let place = Place::with_database();
    let deep = format!("{}a{}", "{".repeat(20_000), "}".repeat(20_000));
    for arguments in [
        ["search", "--glob", &deep, "cart"],
        ["search", "--symbol", &deep, "cart"],
        ["index", "--include", &deep, "."],
        ["index", "--exclude", &deep, "."],
    ] {
        let outcome = place.run(&arguments);
        assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("at most 1024"), "{}", outcome.stderr);
    }
    place.write("sconce.toml", &format!("include = [\"{deep}\"]\n"));
    assert_eq!(place.run(&["index"]).code, Some(2));
}

/// They froze the process, filled its memory, or came out in the message.
#[test]
fn a_projects_configuration_is_read_through_no_link() {
    let place = Place::with_database();
    let secret = place.project().join("../secret");
    std::fs::write(&secret, "root:$6$SECRETHASH:19000:0:99999:7:::\n").unwrap();
    let link = place.project().join("sconce.toml");
    for target in [Path::new("/dev/zero"), Path::new("/dev/ptmx"), &secret] {
        std::os::unix::fs::symlink(target, &link).unwrap();
        let outcome = place.run(&["index"]);
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(outcome.stderr.contains("no regular file"), "{outcome}");
        assert!(!outcome.stderr.contains("SECRET"), "{outcome}");
        std::fs::remove_file(&link).unwrap();
    }
    std::fs::write(&link, "root:$6$SECRETHASH:19000\n").unwrap();
    let outcome = place.run(&["index"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(!outcome.stderr.contains("SECRET"), "{outcome}");
}

#[test]
fn secrets_are_left_out_unless_they_are_asked_for() {
    let place = Place::with_database();
    place.write("prod.env", "PASSWORD=kingfisher\n");
    place.write(".kube/config", "token: kingfisher\n");
    place.write("id_rsa_parser.py", "def parse_kingfisher():\n    return 1\n");
    let paths = |place: &Place| {
        let found = place.json(&["search", "--mode", "words", "kingfisher"]);
        let results = found["results"].as_array().unwrap().clone();
        let mut paths: Vec<String> =
            results.iter().map(|result| result["path"].as_str().unwrap().to_owned()).collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&place), ["id_rsa_parser.py"]);
    let mut command = place.command(&["index"]);
    let output = command.env("SCONCE_INCLUDE_SECRETS", "prod.env").output().unwrap();
    assert!(output.status.success());
    let found = place.json(&["search", "--no-index", "--mode", "words", "kingfisher"]);
    assert!(found.to_string().contains("prod.env"), "{found}");
    assert!(!found.to_string().contains(".kube/config"), "{found}");
}
