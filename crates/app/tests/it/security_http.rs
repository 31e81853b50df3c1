//! What a client, a web page or another user may not do to a server. Each test is a finding of an
//! audit, on the real binary.

mod answers;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sconce_testing::{RunningProcess, http, signal, text_of};
use serde_json::{Value, json};

use crate::http::call;
use crate::support::{Place, text};

/// The user that the other processes of these tests are of, where they may be of another one.
const NOBODY: u32 = 65_534;
/// How an MCP client posts.
const POST: [(&str, &str); 2] =
    [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8_lossy(&id.stdout).trim() == "0"
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that may not have a database yet, so that no ready line says where it listens.
fn listening(
    mut command: Command,
    port: u16,
) -> (RunningProcess, std::thread::JoinHandle<String>, SocketAddr) {
    command.args(["serve", "--port", &port.to_string()]);
    let (server, log) = RunningProcess::logged(command);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let begin = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begin.elapsed() < Duration::from_mins(2), "the server does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (server, log, address)
}

fn started(place: &Place) -> (RunningProcess, std::thread::JoinHandle<String>, SocketAddr) {
    listening(place.command(&[]), free_port())
}

/// A server that is ready.
fn ready(command: Command) -> (RunningProcess, std::thread::JoinHandle<String>, SocketAddr) {
    let (server, log) = RunningProcess::logged(command);
    let line = server.line();
    let address = line.split(' ').nth(1).unwrap().trim_start_matches("http://").parse().unwrap();
    (server, log, address)
}

/// Ends a server; its log.
fn log_of(server: RunningProcess, log: std::thread::JoinHandle<String>) -> String {
    signal(server.id(), "TERM");
    assert_eq!(server.end().0, Some(0));
    log.join().unwrap()
}

fn list_tools() -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": { "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "0" },
        "io.modelcontextprotocol/clientCapabilities": {}
    } } })
    .to_string()
}

fn post(address: SocketAddr, headers: &[(&str, &str)], body: &str) -> http::Answer {
    let modern = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/list")];
    http::request(address, "POST", "/mcp", &[&POST[..], &modern, headers].concat(), body)
}

/// The answer to another user of this machine; their client is bash.
fn as_nobody(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> String {
    let script = "exec 3<>/dev/tcp/127.0.0.1/$0; cat >&3; cat <&3";
    let mut command = Command::new("bash");
    command.args(["-c", script, &address.port().to_string()]).current_dir("/").env_clear();
    command.uid(NOBODY).gid(NOBODY).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    child.stdin.take().unwrap().write_all(request.as_bytes()).unwrap();
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned()
}

#[test]
fn s6_half_open_connections_keep_nobody_out_and_are_closed() {
    let place = Place::without_database();
    let mut command = place.program(Path::new("sh"));
    let script = "ulimit -n 256 && exec \"$0\" \"$@\"";
    command.args(["-c", script, env!("CARGO_BIN_EXE_sconce")]);
    let (_server, _log, address) = listening(command, free_port());
    let half_open: Vec<TcpStream> = (0..300)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            let _ = stream.write_all(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n");
            stream
        })
        .collect();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        stream.write_all(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.0 200"), "{read:?}: {answer}");
    }
    for mut stream in half_open {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let ended = stream.read(&mut [0; 512]);
        let kind = ended.as_ref().err().map(std::io::Error::kind);
        assert!(!matches!(kind, Some(std::io::ErrorKind::WouldBlock)), "it stays: {ended:?}");
    }
}

#[test]
fn s6_a_body_that_does_not_come_is_not_waited_for_and_a_stream_goes_on() {
    let place = Place::without_database();
    let (_server, _log, address) = started(&place);
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "0" }
    } });
    let opened = http::request(address, "POST", "/mcp", &POST, &hello.to_string());
    let session = opened.head.lines().find_map(|line| line.strip_prefix("mcp-session-id: "));
    let mut stream = TcpStream::connect(address).unwrap();
    let open = format!(
        "GET /mcp HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\
         Mcp-Session-Id: {}\r\nMCP-Protocol-Version: 2025-11-25\r\n\r\n",
        session.unwrap()
    );
    stream.write_all(open.as_bytes()).unwrap();

    let mut slow = TcpStream::connect(address).unwrap();
    let head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Accept: application/json, text/event-stream\r\nContent-Length: 100\r\n\r\n{";
    slow.write_all(head.as_bytes()).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).expect("the connection is closed");

    // Its keep-alive comes every 15 s.
    std::thread::sleep(Duration::from_secs(7));
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let (mut read, mut part, begin) = (Vec::new(), [0; 1024], Instant::now());
    while begin.elapsed() < Duration::from_secs(12) {
        let count = stream.read(&mut part).expect("the stream lives");
        assert!(count > 0, "the stream was closed: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&part[..count]);
        if String::from_utf8_lossy(&read).lines().any(|line| line.starts_with(':')) {
            return;
        }
    }
    panic!("no keep-alive came: {}", String::from_utf8_lossy(&read));
}

#[test]
fn s8_health_tells_strangers_its_state_alone() {
    let place = Place::without_database();
    let (_server, _log, address) = started(&place);
    let keys = |body: &str| -> Vec<String> {
        let health: Value = serde_json::from_str(body).unwrap();
        health.as_object().unwrap().keys().cloned().collect()
    };
    let get =
        |path: &str, headers: &[(&str, &str)]| http::request(address, "GET", path, headers, "");
    for path in ["/health", "/health/ready"] {
        assert!(
            keys(&get(path, &[]).body).contains(&"database".to_owned()),
            "its own user sees all"
        );
        // Kubernetes probes a pod by its address.
        let probe = get(path, &[("Host", "10.1.2.3:3000")]);
        assert_eq!(
            (probe.status, keys(&probe.body)),
            (503, vec!["status".into(), "version".into()])
        );
        let proxied = get(path, &[("X-Forwarded-For", "192.0.2.1")]);
        assert_eq!(keys(&proxied.body), ["status", "version"]);
        if is_root() {
            let answer = as_nobody(address, "GET", path, "", "");
            assert_eq!(keys(answer.split_once("\r\n\r\n").unwrap().1), ["status", "version"]);
        }
    }
    assert_eq!(get("/health/live", &[("Host", "10.1.2.3:3000")]).status, 200);
    for path in ["/health", "/health/live", "/health/ready", "/", "/mcp"] {
        assert_eq!(get(path, &[("Host", "evil.example.com")]).status, 403, "{path}");
        assert_eq!(get(path, &[("Origin", "https://evil.example.com")]).status, 403, "{path}");
    }
}

#[test]
fn s8_credentials_of_an_ollama_are_shown_nowhere() {
    let place = Place::with_database();
    let url = "http://user:hunter2pw@127.0.0.1:1";
    let command = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.env("SCONCE_BACKEND", "ollama").env("OLLAMA_HOST", url);
        command
    };
    let (server, log, address) = listening(command(&["-vv"]), free_port());
    let begin = Instant::now();
    let health = loop {
        let health = http::request(address, "GET", "/health", &[], "").body;
        if health.contains("127.0.0.1:1") {
            break health;
        }
        assert!(begin.elapsed() < Duration::from_mins(1), "{health}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let mut all = health + &log_of(server, log);
    for arguments in [&["config", "show"][..], &["--json", "config", "show"], &["search", "x"]] {
        let output = command(arguments).output().unwrap();
        all += &String::from_utf8_lossy(&output.stdout);
        all += &String::from_utf8_lossy(&output.stderr);
    }
    assert!(all.contains("127.0.0.1:1") && !all.contains("hunter2pw"), "{all}");
}

#[test]
fn s11_on_loopback_another_user_needs_the_token_and_the_same_one_does_not() {
    let place = Place::without_database();
    let (server, log, address) = started(&place);
    let body = list_tools();
    assert_eq!(post(address, &[], &body).status, 200, "a process of the same user");
    assert_eq!(post(address, &[("Authorization", "Bearer old")], &body).status, 200);
    let proxied = post(address, &[("X-Forwarded-For", "192.0.2.1")], &body);
    assert_eq!(proxied.status, 401, "whoever asks through a proxy is not known: {proxied:?}");
    let token = std::fs::read_to_string(place.data_dir().join("token")).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let with_token = [("X-Forwarded-For", "192.0.2.1"), ("Authorization", bearer.as_str())];
    assert_eq!(post(address, &with_token, &body).status, 200);
    if is_root() {
        let headers = "Content-Type: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\n\
                       Mcp-Method: tools/list\r\nAccept: application/json, text/event-stream\r\n";
        let refused = as_nobody(address, "POST", "/mcp", headers, &body);
        assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
        let headers = format!("{headers}Authorization: {bearer}\r\n");
        let answer = as_nobody(address, "POST", "/mcp", &headers, &body);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("search_code"), "{answer}");
    }
    let log = log_of(server, log);
    let line = format!("claude mcp add --transport http sconce http://{address}/mcp");
    assert!(log.contains(&line) && !log.contains(token.trim()), "{log}");
}

#[test]
fn s11_a_registration_carries_the_token_where_one_is_needed() {
    let place = Place::without_database();
    let printed = |variables: &[(&str, &str)]| {
        let mut command = place.command(&["init"]);
        command.envs(variables.iter().copied());
        let printed = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let line = printed.lines().find(|line| line.contains("--transport http")).unwrap();
        line.to_owned()
    };
    assert!(!printed(&[]).contains("Authorization"), "{}", printed(&[]));
    let secret = [("SCONCE_TOKEN", "0123456789abcdef")];
    assert!(printed(&secret).ends_with("--header \"Authorization: Bearer $SCONCE_TOKEN\""));
    let everywhere = printed(&[("SCONCE_HOST", "0.0.0.0")]);
    assert!(everywhere.contains("http://127.0.0.1:3000/mcp --header"), "{everywhere}");
    assert!(everywhere.contains("/token')\""), "{everywhere}");
}

#[test]
fn l1_existence_outside_of_the_roots_cannot_be_asked_for() {
    let place = Place::with_database();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("there"), "x").unwrap();
    let (_server, _log, address) = ready(place.command(&["serve", "--port", "0"]));
    for tool in ["search_code", "index_codebase"] {
        let answer = |name: &str| {
            let path = text(&outside.path().join(name));
            let mut arguments = json!({ "path": path });
            if tool == "search_code" {
                arguments["query"] = "x".into();
            }
            text_of(&call(address, tool, &arguments)).replace(&path, "PATH")
        };
        assert_eq!(answer("there"), answer("nowhere"), "{tool}");
    }
}

#[test]
fn l10_wrong_tokens_are_slowed_down_and_log_little_and_an_open_file_is_told_of() {
    let place = Place::without_database();
    let file = place.project().join("../token-of-all");
    std::fs::write(&file, "0123456789abcdef\n").unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&file, open).unwrap();
    let mut command = place.command(&[]);
    command.env("SCONCE_TOKEN_FILE", &file);
    let (server, log, address) = listening(command, free_port());
    let body = list_tools();
    let right = [("Authorization", "Bearer 0123456789abcdef")];
    assert_eq!(post(address, &right, &body).status, 200);
    let statuses: Vec<u16> = (0..200)
        .map(|n| {
            post(address, &[("Authorization", &format!("Bearer guess-{n:016}"))], &body).status
        })
        .collect();
    assert_eq!(statuses[0], 401);
    assert!(statuses[150..].iter().filter(|status| **status == 429).count() > 40, "{statuses:?}");
    // One guess in two seconds is looked at again; right after it there is none left.
    let waiting = (0..20).find_map(|_| {
        post(address, &[("Authorization", "Bearer one-more-guess-0123")], &body);
        Some(post(address, &right, &body)).filter(|answer| answer.status == 429)
    });
    let waiting = waiting.expect("the right one is not looked at either");
    assert!(waiting.head.contains("retry-after: "), "{waiting:?}");
    let log = log_of(server, log);
    assert!(log.contains("other users may read the token"), "{log}");
    assert!(log.matches("wrong token").count() < 60, "{log}");
    assert!(!log.contains("guess-") && !log.contains("0123456789abcdef"), "{log}");
}

#[test]
fn l13_a_token_that_nobody_checked_gives_no_second_rate() {
    let place = Place::without_database();
    let mut command = place.command(&[]);
    command.env("SCONCE_RATE_LIMIT", "4");
    let (_server, _log, address) = listening(command, free_port());
    let body = list_tools();
    let statuses: Vec<u16> = (0..8)
        .map(|n| match n % 2 {
            0 => post(address, &[], &body).status,
            _ => post(address, &[("Authorization", "Bearer any-other-token")], &body).status,
        })
        .collect();
    assert_eq!(statuses[..4], [200; 4], "{statuses:?}");
    assert!(statuses[5..].iter().all(|status| *status == 429), "{statuses:?}");
}
