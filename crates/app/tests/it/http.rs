//! The HTTP server: health, token, origin, host, limits, roots.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce::mcp::Projects;
use sconce::server::{Access, Server};
use sconce::settings::{Config, Layers, Settings, setting};
use sconce::warmup::Warmup;
use sconce_testing::{RunningProcess, http, signal};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{Place, text};

/// A server in this process, without a database, that ends with this value.
struct Local {
    address: SocketAddr,
    token: Option<String>,
    shutdown: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
    _place: Place,
}

impl Local {
    /// `settings` are keys of the table with their values.
    fn start(settings: &[(&'static str, &str)]) -> Local {
        let place = Place::without_database();
        let data = text(&place.project().join("data"));
        let url = "postgres://nobody@127.0.0.1:1/nothing";
        let given = [("data_dir", data.as_str()), ("database_url", url)];
        let given: Vec<_> = given.into_iter().chain(settings.iter().copied()).collect();
        let environment = |name: &str| {
            let (_, value) = given.iter().find(|(key, _)| setting(key).unwrap().env[0] == name)?;
            Some((*value).to_owned())
        };
        let layers = Layers { environment: Some(&environment), ..Layers::default() };
        let config = Arc::new(Config::new(&Settings::resolve(&layers).unwrap()).unwrap());
        let access = Access::find(&config).unwrap();
        let token = access.token().map(|token| token.reveal().to_owned());
        let shutdown = CancellationToken::new();
        let server = Server {
            warmup: Warmup::new(Arc::clone(&config)),
            config,
            projects: Projects::served(&[place.project()]),
            access,
            shutdown: shutdown.clone(),
        };
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let address = SocketAddr::from((IpAddr::from([127, 0, 0, 1]), 0));
                let listener = tokio::net::TcpListener::bind(address).await.unwrap();
                sender.send(listener.local_addr().unwrap()).unwrap();
                server.run(listener, |_, _| ()).await.unwrap();
            });
            runtime.shutdown_background();
        });
        let address = receiver.recv().unwrap();
        Local { address, token, shutdown, thread: Some(thread), _place: place }
    }

    fn initialize(&self, headers: &[(&str, &str)]) -> http::Answer {
        let body = json!({
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": { "name": "test", "version": "0" }
            }
        });
        self.post(headers, &body.to_string())
    }

    fn post(&self, headers: &[(&str, &str)], body: &str) -> http::Answer {
        let mut all = vec![
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ];
        all.extend(headers);
        http::request(self.address, "POST", "/mcp", &all, body)
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.shutdown.cancel();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server ends without a panic");
        }
    }
}

#[test]
fn live_is_200_and_ready_is_503_before_a_search_would_work() {
    let server = Local::start(&[]);
    let live = http::request(server.address, "GET", "/health/live", &[], "");
    assert_eq!(live.status, 200, "{live:?}");
    for path in ["/health", "/health/ready"] {
        let answer = http::request(server.address, "GET", path, &[], "");
        assert_eq!(answer.status, 503, "{answer:?}");
        let health: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        for part in ["database", "pgvector", "model"] {
            assert_eq!(health[part]["ok"], false, "{health}");
        }
    }
    let nothing = http::request(server.address, "GET", "/", &[], "");
    assert_eq!(nothing.status, 404);
    assert!(nothing.body.contains("/mcp"));
}

#[test]
fn loopback_needs_no_token_and_answers_before_anything_is_open() {
    let server = Local::start(&[]);
    let answer = server.initialize(&[]);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("\"name\":\"sconce\""), "{answer:?}");
    assert!(answer.head.contains("mcp-session-id"), "{answer:?}");
}

#[test]
fn a_token_is_required_off_loopback_and_where_one_is_set() {
    let made = Local::start(&[("host", "0.0.0.0")]);
    let set = Local::start(&[("token", "0123456789abcdef")]);
    for server in [&made, &set] {
        let token = server.token.clone().unwrap();
        let right = format!("Bearer {token}");
        assert_eq!(server.initialize(&[("Authorization", &right)]).status, 200);
        let wrong = format!("Bearer {token}x");
        for headers in [
            vec![],
            vec![("Authorization", wrong.as_str())],
            vec![("Authorization", token.as_str())],
            vec![("Authorization", "Basic abc")],
        ] {
            let answer = server.initialize(&headers);
            assert_eq!(answer.status, 401, "{headers:?}");
            assert!(answer.head.contains("www-authenticate: bearer"), "{answer:?}");
            assert!(!answer.body.contains(&token));
        }
        // Health says nothing that is worth a token.
        assert_eq!(http::request(server.address, "GET", "/health/live", &[], "").status, 200);
    }
}

#[test]
fn a_page_of_another_site_is_refused() {
    let server = Local::start(&[("allowed_origins", "https://app.example.com:443")]);
    let status = |headers: &[(&str, &str)]| server.initialize(headers).status;
    assert_eq!(status(&[("Origin", "http://localhost:6274")]), 200);
    assert_eq!(status(&[("Origin", "https://app.example.com")]), 200);
    assert_eq!(status(&[("Origin", "https://evil.example.com")]), 403);
    assert_eq!(status(&[("Origin", "null")]), 403);
    assert_eq!(status(&[("Host", "evil.example.com")]), 403);
    assert_eq!(status(&[("Host", "localhost")]), 200);
}

#[test]
fn bodies_rates_and_sessions_are_limited() {
    let server = Local::start(&[("max_body_bytes", "4096")]);
    let answer = server.post(&[], &"x".repeat(10_000));
    assert_eq!(answer.status, 413, "{answer:?}");

    let server = Local::start(&[("rate_limit", "3")]);
    let statuses: Vec<u16> = (0..5).map(|_| server.initialize(&[]).status).collect();
    assert_eq!(statuses[..3], [200, 200, 200]);
    assert_eq!(statuses[4], 429);
    let answer = server.initialize(&[]);
    assert!(answer.head.contains("retry-after: "), "{answer:?}");

    let server = Local::start(&[("max_sessions", "2")]);
    let statuses: Vec<u16> = (0..3).map(|_| server.initialize(&[]).status).collect();
    assert_eq!(statuses, [200, 200, 503]);
}

#[test]
fn a_session_that_is_idle_ends_and_makes_room() {
    let server = Local::start(&[("max_sessions", "1"), ("session_idle_seconds", "10")]);
    let opened = server.initialize(&[]);
    let session = opened.head.lines().find_map(|line| line.strip_prefix("mcp-session-id: "));
    let session = session.unwrap().to_owned();
    assert_eq!(server.initialize(&[]).status, 503, "there is room for one");
    let deadline = Instant::now() + Duration::from_mins(1);
    while server.initialize(&[]).status != 200 {
        assert!(Instant::now() < deadline, "the session does not end");
        std::thread::sleep(Duration::from_millis(200));
    }
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }).to_string();
    let headers = [("Mcp-Session-Id", session.as_str()), ("MCP-Protocol-Version", "2025-11-25")];
    assert_eq!(server.post(&headers, &list).status, 404, "a client opens another one then");
}

/// One stateless call of a tool; its result.
pub(crate) fn call(address: SocketAddr, tool: &str, arguments: &Value) -> Value {
    let answer = call_at(address, "/mcp", tool, arguments);
    assert_eq!(answer.status, 200, "{answer:?}");
    let message = answer
        .body
        .lines()
        .map(|line| line.strip_prefix("data: ").unwrap_or(line))
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|message| message["id"] == 1)
        .unwrap_or_else(|| panic!("no answer in {answer:?}"));
    message["result"].clone()
}

/// One stateless call of a tool at an address of the server; the answer as it came.
pub(crate) fn call_at(
    address: SocketAddr,
    target: &str,
    tool: &str,
    arguments: &Value,
) -> http::Answer {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {
            "name": tool,
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "0" },
                "io.modelcontextprotocol/clientCapabilities": {}
            }
        }
    });
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("MCP-Protocol-Version", "2026-07-28"),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", tool),
    ];
    http::request(address, "POST", target, &headers, &body.to_string())
}

#[test]
fn only_the_roots_can_be_indexed_over_http() {
    let place = Place::with_database();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a.rs"), "fn a() {}").unwrap();
    std::os::unix::fs::symlink(outside.path(), place.project().join("way-out")).unwrap();
    let server = RunningProcess::start(place.command(&["serve", "--port", "0"]));
    let ready = server.line();
    let address = ready.split(' ').nth(1).unwrap().trim_start_matches("http://");
    let address: SocketAddr = address.parse().unwrap();

    for path in ["..", "way-out", "/etc", &text(outside.path())] {
        for tool in ["index_codebase", "search_code"] {
            let mut arguments = json!({ "path": path });
            if tool == "search_code" {
                arguments["query"] = "x".into();
            }
            let result = call(address, tool, &arguments);
            assert_eq!(result["isError"], true, "{tool} {path}: {result}");
            let said = result["content"][0]["text"].as_str().unwrap();
            assert!(said.contains("outside of the directories this server may use"), "{said}");
        }
    }
    let indexed = call(address, "index_codebase", &json!({ "path": ".", "wait_seconds": 30 }));
    assert_eq!(indexed["structuredContent"]["phase"], "done", "{indexed}");
    let found = call(address, "search_code", &json!({ "query": "sum the prices of the cart" }));
    let said = found["content"][0]["text"].as_str().unwrap();
    assert!(said.contains("web/cart.ts:"), "{said}");
    let health = http::request(address, "GET", "/health", &[], "");
    assert_eq!(health.status, 200, "{health:?}");
}

#[test]
fn what_is_outside_of_the_roots_is_refused_and_logged() {
    let place = Place::with_database();
    let secret = place.project().with_file_name("secret");
    place.write("../secret/key.rs", "fn secret_key() {}");
    place.json(&["index", &text(&secret)]);
    let command = place.command(&["serve", "--port", "0"]);
    let (server, log) = RunningProcess::logged(command);
    let ready = server.line();
    let address = ready.split(' ').nth(1).unwrap().trim_start_matches("http://");
    let address: SocketAddr = address.parse().unwrap();

    let by_name = json!({ "index_name": "secret" });
    for (tool, extra) in [
        ("search_code", json!({ "query": "secret key" })),
        ("search_code", json!({ "query": "secret key", "index_names": ["secret"] })),
        ("analyze_query", json!({ "query": "secret key" })),
        ("read_chunk", json!({ "path": "key.rs" })),
        ("find_related", json!({ "path": "key.rs" })),
        ("index_stats", json!({})),
        ("index_status", json!({})),
        ("clear_index", json!({ "confirm": true })),
    ] {
        let mut arguments = extra;
        if arguments.get("index_names").is_none() {
            arguments["index_name"] = by_name["index_name"].clone();
        }
        let result = call(address, tool, &arguments);
        let said = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(result["isError"], true, "{tool}: {said}");
        assert!(said.contains("there is no index named 'secret'"), "{tool}: {said}");
        assert!(!said.contains(&text(&secret)), "{tool}: {said}");
    }
    let listed = call(address, "list_indexes", &json!({}));
    assert!(!listed.to_string().contains("secret"), "{listed}");
    let taken = json!({ "path": ".", "index_name": "secret" });
    let taken = call(address, "index_codebase", &taken).to_string();
    assert!(taken.contains("is taken") && !taken.contains(&text(&secret)), "{taken}");
    call(address, "search_code", &json!({ "query": "x", "path": "../secret" }));
    call(address, "search_code", &json!({ "query": "x", "path": "../nowhere" }));

    signal(server.id(), "TERM");
    assert_eq!(server.end().0, Some(0));
    let log = log.join().unwrap();
    assert!(log.contains("refused an index of a directory outside of the roots"), "{log}");
    assert!(log.contains("refused a path outside of the roots"), "{log}");
    assert!(log.contains("refused a path that cannot be used"), "{log}");
    assert_eq!(place.json(&["list"])[0]["name"], "secret", "nobody deleted it");
}

#[test]
fn a_database_that_stays_away_is_told_of_once() {
    let place = Place::without_database();
    let server = place.command(&["serve", "--port", "0"]).spawn().unwrap();
    // It tries five times a second, while nothing can be searched.
    std::thread::sleep(Duration::from_secs(4));
    signal(server.id(), "TERM");
    let output = server.wait_with_output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(log.matches("the database cannot be opened").count(), 1, "{log}");
}

#[test]
fn a_page_of_an_allowed_origin_is_served_and_no_other() {
    let local = Local::start(&[("allowed_origins", "https://tools.example")]);
    let ask = |method: &str, origin: &str, body: &str| {
        let headers = format!(
            "Origin: {origin}\r\nAccess-Control-Request-Method: POST\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n"
        );
        raw(local.address, method, &headers, body)
    };
    let first = ask("OPTIONS", "https://tools.example", "");
    assert!(first.starts_with("HTTP/1.1 204 "), "{first}");
    for line in [
        "access-control-allow-origin: https://tools.example\r\n",
        "access-control-allow-headers: content-type, authorization, mcp-session-id, \
         mcp-protocol-version, mcp-method, mcp-name, last-event-id\r\n",
        "access-control-expose-headers: mcp-session-id, retry-after, www-authenticate\r\n",
        "vary: Origin\r\n",
    ] {
        assert!(first.contains(line), "{line}{first}");
    }
    let answer = ask("POST", "https://tools.example", "{}");
    assert!(answer.contains("access-control-allow-origin: https://tools.example\r\n"), "{answer}");
    let other = ask("OPTIONS", "https://elsewhere.example", "");
    assert!(other.starts_with("HTTP/1.1 403 ") && !other.contains("access-control"), "{other}");
}

#[test]
fn a_slash_at_the_end_and_accepting_anything_are_understood() {
    let local = Local::start(&[]);
    let live = http::request(local.address, "GET", "/health/live/", &[], "");
    assert_eq!(live.status, 200, "{live:?}");
    let root = http::request(local.address, "GET", "/", &[], "");
    assert_eq!(root.status, 404, "{root:?}");
    let bearer = format!("Bearer {}", local.token.as_deref().unwrap_or_default());
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",
        "capabilities":{},"clientInfo":{"name":"test","version":"0"}}}"#;
    for (path, accept) in [("/mcp/", "application/json, text/event-stream"), ("/mcp", "*/*")] {
        let headers =
            [("Content-Type", "application/json"), ("Accept", accept), ("Authorization", &*bearer)];
        let answer = http::request(local.address, "POST", path, &headers, ping);
        assert_eq!(answer.status, 200, "{path} {accept}: {answer:?}");
    }
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "text/html"),
        ("Authorization", &*bearer),
    ];
    let answer = http::request(local.address, "POST", "/mcp", &headers, ping);
    assert_eq!(answer.status, 406, "{answer:?}");
}

#[test]
fn a_body_that_is_no_message_gets_an_error_of_json_rpc() {
    let local = Local::start(&[]);
    let headers =
        "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
    for (body, code, id) in [
        ("", -32700, json!(null)),
        ("{\"jsonrpc\":", -32700, json!(null)),
        (r#"{"jsonrpc":"2.0","id":3,"method":"ping","params":{"x":"\ud800"}}"#, -32700, json!(3)),
        (r#"[{"jsonrpc":"2.0","id":4,"method":"ping"}]"#, -32600, json!(null)),
        (r#"{"id":5,"method":"ping"}"#, -32600, json!(5)),
        (r#"{"jsonrpc":"2.0","id":6,"method":"initialize"}"#, -32602, json!(6)),
        ("7", -32600, json!(null)),
    ] {
        let answer = raw(local.address, "POST", headers, body);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{body}: {answer}");
        let said: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!((&said["error"]["code"], &said["id"]), (&json!(code), &id), "{body}: {answer}");
    }
}

#[test]
fn a_client_that_parses_every_event_gets_none_without_a_message() {
    let local = Local::start(&[]);
    let headers =
        "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
    for (revision, expected) in [("2024-11-05", 1), ("2025-06-18", 1), ("2025-11-25", 2)] {
        let hello = json!({
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {
                "protocolVersion": revision, "capabilities": {},
                "clientInfo": { "name": "x", "version": "1" }
            }
        });
        let answer = raw(local.address, "POST", headers, &hello.to_string());
        let events = answer.lines().filter_map(|line| line.strip_prefix("data:"));
        let events: Vec<&str> = events.map(str::trim).collect();
        assert!(events.last().unwrap().starts_with('{'), "{answer}");
        assert_eq!(events.len(), expected, "{revision}: {answer}");
    }
}

/// The whole answer to a request on a connection of its own.
fn raw(address: SocketAddr, method: &str, headers: &str, body: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{method} /mcp HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
