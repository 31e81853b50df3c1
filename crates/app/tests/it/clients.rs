//! Whole sessions by clients that are not ours, installed under the target directory: `PyPI` `mcp`, the
//! TypeScript client, `mcp-remote` before a server, and the Inspector.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sconce_testing::RunningProcess;
use serde_json::Value;

use crate::node;
use crate::support::{Mode, Place, text};

/// The client, pinned: a newer one is a change of the test.
const CLIENT: &str = "mcp==2.3.0";
const TOKEN: &str = "a-token-of-more-than-16-characters";
const TYPESCRIPT: &str = "@modelcontextprotocol/client@2.4.0";
const REMOTE: &str = "mcp-remote@0.15.1";
const INSPECTOR: &str = "@modelcontextprotocol/inspector@2.12.0";

/// Python with the client.
fn python() -> PathBuf {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON
        .get_or_init(|| environment("mcp-client", CLIENT, "import mcp").join("bin/python"))
        .clone()
}

/// A virtual environment under the target directory that has a package; made once.
pub(crate) fn environment(name: &str, package: &str, works: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = directory.join("bin/python");
    let (module, version) = package.split_once("==").unwrap();
    let pinned =
        format!("{works}, importlib.metadata as m; assert m.version('{module}') == '{version}'");
    let found = Command::new(&python).args(["-c", &pinned]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return directory;
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory));
    let quiet = ["-m", "pip", "install", "-q", "--disable-pip-version-check"];
    run(Command::new(&python).args(quiet).arg(package));
    directory
}

/// Runs a program that must succeed; what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{stdout}\n{stderr}");
    stdout
}

/// Runs a script of a client that is not ours, in Python, which must succeed; what it says that it saw.
pub(crate) fn seen_by_python(place: &Place, script: &str, arguments: &[&str]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
    let mut command = Command::new(python());
    let output = command.arg(script).args(arguments).envs(place.environment()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a session; what it saw.
fn session(place: &Place, mode: &str, target: &[&str]) -> Value {
    let (kind, rest) = target.split_first().unwrap();
    let (place_of, token) = rest.split_first().unwrap();
    let project = text(&place.project());
    let arguments = [&[mode, kind, place_of, &project], token].concat();
    seen_by_python(place, "session.py", &arguments)
}

fn check(seen: &Value, mode: &str) {
    let version = seen["version"].as_str().unwrap();
    match mode {
        "legacy" => assert!(version < "2026", "{version}"),
        _ => assert_eq!(version, "2026-07-28"),
    }
    if mode != "2026-07-28" {
        assert_eq!((&seen["server"], &seen["instructions"]), (&"sconce".into(), &true.into()));
    }
    for tool in ["search_code", "index_codebase", "list_indexes", "index_stats", "clear_index"] {
        assert!(seen["tools"].as_array().unwrap().contains(&tool.into()), "{tool}");
    }
    assert_eq!(seen["index"]["phase"], "done", "{seen}");
    assert_eq!(seen["same_as_text"], true);
    assert!(seen["search"].as_str().unwrap().contains("src/retry.rs:"), "{seen}");
    assert_eq!(seen["search_structured"], Value::Null);
    assert!(seen["read"].as_str().unwrap().contains("pub fn backoff_delay"), "{seen}");
    assert_eq!(seen["wrong"]["is_error"], true);
    assert!(seen["wrong"]["text"].as_str().unwrap().contains("try: search_code"), "{seen}");
    assert_eq!(seen["indexes"][0], "shop");
    assert_eq!(seen["cleared"]["cleared"], "shop", "the user was asked and said yes: {seen}");
}

/// A server that is ready, and where it serves MCP.
pub(crate) fn serve(command: Command) -> (RunningProcess, String) {
    let server = RunningProcess::start(command);
    let url = format!("{}/mcp", server.line().split(' ').nth(1).unwrap());
    (server, url)
}

/// The same, for those that send [`TOKEN`].
fn serve_with_token(place: &Place) -> (RunningProcess, String) {
    let mut command = place.command(&["serve", "--port", "0"]);
    command.env("SCONCE_TOKEN", TOKEN);
    serve(command)
}

/// A session by the TypeScript client, which must index and search.
fn typescript(place: &Place, target: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/session.mjs");
    let mut command = node::script(&script);
    command.arg(node::package(TYPESCRIPT)).arg(place.project()).args(target);
    let seen: Value = serde_json::from_str(&run(command.envs(place.environment()))).unwrap();
    assert!(seen["tools"].as_array().unwrap().contains(&"search_code".into()), "{seen}");
    assert_eq!(seen["index"]["phase"], "done", "{seen}");
    assert!(seen["search"].as_str().unwrap().contains("src/retry.rs:"), "{seen}");
    assert_eq!(seen["wrong"], true);
}

#[test]
fn typescript_over_stdio() {
    for mode in [Mode::Shared, Mode::Alone] {
        let place = Place::with_database().in_mode(mode);
        typescript(&place, &["stdio", env!("CARGO_BIN_EXE_sconce"), "mcp"]);
    }
}

#[test]
fn typescript_over_http_with_a_token() {
    let place = Place::with_database();
    let (_server, url) = serve_with_token(&place);
    typescript(&place, &["http", &url, TOKEN]);
}

#[test]
fn a_client_of_stdio_reaches_a_server_by_mcp_remote() {
    let place = Place::with_database();
    let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
    typescript(&place, &["stdio", &text(&node::program(REMOTE, "mcp-remote")), &url]);
}

#[test]
fn the_inspector_finds_nothing_to_complain_of() {
    let place = Place::without_database();
    let inspector = node::program(INSPECTOR, "mcp-inspector");
    for era in [&["--protocol-era", "modern"][..], &[]] {
        let mut command = node::script(&inspector);
        command.args(["--cli", "--format", "json", "-q"]).args(era);
        // It hands a server nothing of its own environment but what it is told to.
        for (name, value) in place.environment() {
            command.arg("-e").arg(format!("{name}={value}"));
        }
        command.args([env!("CARGO_BIN_EXE_sconce"), "mcp", "--method", "tools/list", "--strict"]);
        let seen = run(command.envs(place.environment()).current_dir(place.project()));
        let seen: Value = serde_json::from_str(&seen).unwrap();
        assert_eq!(seen["result"]["tools"][0]["name"], "search_code");
    }
}

#[test]
fn python_over_stdio() {
    for shared in [Mode::Shared, Mode::Alone] {
        let place = Place::with_database().in_mode(shared);
        for mode in ["legacy", "auto", "2026-07-28"] {
            check(&session(&place, mode, &["stdio", env!("CARGO_BIN_EXE_sconce")]), mode);
        }
    }
}

#[test]
fn python_over_http() {
    let place = Place::with_database();
    let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
    for mode in ["legacy", "auto", "2026-07-28"] {
        check(&session(&place, mode, &["http", &url]), mode);
    }
}

#[test]
fn python_over_http_with_a_token() {
    let place = Place::with_database();
    let (_server, url) = serve_with_token(&place);
    check(&session(&place, "auto", &["http", &url, TOKEN]), "auto");
}
