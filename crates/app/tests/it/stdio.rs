//! MCP on stdin and stdout.

use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::support::{Client, Mode, Place, text};

/// Each test twice: served by the local server, and by the process itself.
macro_rules! in_both_modes {
    ($($name:ident),* $(,)?) => {
        mod shared {
            $(#[test] fn $name() { super::$name(super::Mode::Shared); })*
        }
        mod alone {
            $(#[test] fn $name() { super::$name(super::Mode::Alone); })*
        }
    };
}

in_both_modes! {
    the_handshake_and_the_tools_need_no_database,
    a_client_without_initialize_is_served_too,
    a_call_without_a_database_is_an_error_that_helps,
    bad_input_comes_back_with_a_corrected_call,
    every_line_is_json_rpc_whatever_comes_in,
    a_project_is_searched_without_being_indexed_first,
    a_change_is_seen_by_a_later_search_and_a_budget_is_kept,
    wrong_filters_are_corrected_in_band,
}

fn the_handshake_and_the_tools_need_no_database(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        let mut client = Client::start(&place);
        let answer = client.initialize(version);
        assert_eq!(answer["result"]["protocolVersion"], version);
        assert_eq!(answer["result"]["serverInfo"]["name"], "sconce");
        assert!(answer["result"]["instructions"].as_str().unwrap().len() < 2048);
        let tools = client.ask("tools/list", &json!({}));
        assert_eq!(tools["result"]["tools"][0]["name"], "search_code");
        assert_eq!(client.end().0, Some(0));
    }
}

fn a_client_without_initialize_is_served_too(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    let mut client = Client::start(&place);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "0" },
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let discovered = client.ask("server/discover", &json!({ "_meta": meta }));
    let versions = &discovered["result"]["supportedVersions"];
    assert!(versions.as_array().unwrap().contains(&"2026-07-28".into()), "{discovered}");
    let tools = client.ask("tools/list", &json!({ "_meta": meta }));
    assert!(tools["result"]["ttlMs"].is_u64(), "{tools}");
    assert_eq!(tools["result"]["resultType"], "complete");
}

fn a_call_without_a_database_is_an_error_that_helps(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    let mut client = Client::initialized(&place);
    let result = client.call("search_code", &json!({ "query": "x" }));
    assert_eq!(result["isError"], true);
    let said = result["content"][0]["text"].as_str().unwrap();
    assert!(said.starts_with("error: ") && said.contains("hint: "), "{said}");
}

fn bad_input_comes_back_with_a_corrected_call(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    let mut client = Client::initialized(&place);
    let cases = [
        ("search_code", json!({})),
        ("search_code", json!({ "query": " " })),
        ("search_code", json!({ "query": "x", "langauge": "rust" })),
        ("search_code", json!({ "query": "x", "limit": "many" })),
        ("search_code", json!({ "query": "x", "response_format": "short" })),
        ("index_codebase", json!({ "path": "nowhere" })),
        ("index_codebase", json!({ "path": "README.md" })),
        ("clear_index", json!({ "name": "shop" })),
        ("read_chunk", json!({ "path": "" })),
    ];
    let mut shown = String::new();
    for (tool, arguments) in cases {
        let result = client.call(tool, &arguments);
        assert_eq!(result["isError"], true, "{tool} {arguments}");
        let said = result["content"][0]["text"].as_str().unwrap();
        // What needs the engine may say first that there is none.
        {
            let _ = write!(shown, "{tool} {arguments}\n{said}\n\n");
        };
    }
    insta::assert_snapshot!("bad_input_comes_back_with_a_corrected_call", place.tidy(&shown));
    let unknown = client.ask("tools/call", &json!({ "name": "serch_code", "arguments": {} }));
    assert!(unknown["error"]["message"].as_str().unwrap().contains("did you mean search_code?"));
}

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.next() % 200;
        (0..length).map(|_| self.next() as u8).filter(|byte| *byte != b'\n').collect()
    }
}

fn every_line_is_json_rpc_whatever_comes_in(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    for seed in 1..=4 {
        let mut random = Random(seed * 0x9E37_79B9);
        let mut client = Client::start(&place);
        let seeds: [&[u8]; 8] = [
            b"{}", b"[]", b"null", b"{\"jsonrpc\":\"2.0\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{}}",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}",
            b"{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}",
            b"{\"jsonrpc\":\"1.0\",\"id\":[],\"method\":5}",
        ];
        let noise = |client: &mut Client, random: &mut Random| {
            for _ in 0..60 {
                let mut line = match random.next() % 3 {
                    0 => random.bytes(),
                    _ => seeds[(random.next() % seeds.len() as u64) as usize].to_vec(),
                };
                if random.next().is_multiple_of(4) && !line.is_empty() {
                    let at = (random.next() % line.len() as u64) as usize;
                    line[at] = b'x';
                }
                line.push(b'\n');
                client.raw(&line);
            }
        };
        noise(&mut client, &mut random);
        // `ask` reads every line up to its answer, and each must be JSON-RPC.
        client.initialize("2025-11-25");
        noise(&mut client, &mut random);
        let huge = format!("{{\"jsonrpc\":\"2.0\",\"pad\":\"{}\"}}\n", "x".repeat(5 << 20));
        client.raw(huge.as_bytes());
        let tools = client.ask("tools/list", &json!({}));
        assert!(tools["result"]["tools"].is_array(), "seed {seed}");
        let (code, rest) = client.end();
        assert_eq!(code, Some(0), "seed {seed}");
        for line in rest {
            let message: Value = serde_json::from_str(&line).expect("every line is JSON");
            assert_eq!(message["jsonrpc"], "2.0", "{line}");
        }
    }
}

fn a_project_is_searched_without_being_indexed_first(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = Client::initialized(&place);
    let found =
        client.text("search_code", &json!({ "query": "waits longer after each failed attempt" }));
    assert!(found.contains("src/retry.rs:"), "{found}");
    assert!(found.contains("pub fn backoff_delay"), "{found}");

    let concise = client.call(
        "search_code",
        &json!({ "query": "parse ini sections", "response_format": "concise" }),
    );
    assert!(concise["structuredContent"].is_null(), "code is text alone");
    let concise = concise["content"][0]["text"].as_str().unwrap();
    assert!(concise.contains("src/parser.py:") && !concise.contains("line.strip"), "{concise}");

    let definition = client.text("read_chunk", &json!({ "path": "src/retry.rs:6" }));
    assert!(definition.contains("function backoff_delay"), "{definition}");
    assert!(definition.contains("attempt.min(10)"), "{definition}");
    let outline = client.text("read_chunk", &json!({ "path": "src/parser.py" }));
    assert!(outline.contains("class") && outline.contains("parse_section"), "{outline}");
    let related = client.text("find_related", &json!({ "path": "src/retry.rs", "line": 5 }));
    assert!(related.contains(" result"), "{related}");
    let explained = client.text("analyze_query", &json!({ "query": "backoff_delay" }));
    assert!(explained.contains("timings: embed"), "{explained}");
}

fn a_change_is_seen_by_a_later_search_and_a_budget_is_kept(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = Client::initialized(&place);
    let state = client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    assert_eq!(state["structuredContent"]["phase"], "done", "{state}");
    let same: Value = serde_json::from_str(state["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(same, state["structuredContent"], "the text says the same");

    let long: String = (0..300)
        .flat_map(|n| ["    total += ".into(), format!("weights[{n}] * values[{n}]\n")])
        .collect();
    place.write(
        "src/sum.py",
        &format!("def weighted_sum(weights, values):\n    total = 0\n{long}    return total\n"),
    );
    let state = client.call("index_codebase", &json!({ "path": text(&place.project()) }));
    assert_eq!(state["structuredContent"]["phase"], "done", "{state}");
    for max_tokens in [200, 500, 2000] {
        let arguments = json!({ "query": "weighted sum of values", "max_tokens": max_tokens });
        let found = client.text("search_code", &arguments);
        assert!(found.contains("src/sum.py"), "{found}");
        assert!(found.len() <= max_tokens * 3, "{max_tokens} tokens: {} bytes", found.len());
    }

    let measured = client.call("index_stats", &json!({}));
    assert_eq!(measured["structuredContent"]["files"], 5, "{measured}");
    assert_eq!(measured["structuredContent"]["status"], "ready");
    let listed = client.call("list_indexes", &json!({}));
    assert_eq!(listed["structuredContent"]["indexes"][0]["name"], "shop");
    let jobs = client.call("index_status", &json!({}));
    assert_eq!(jobs["structuredContent"]["jobs"][0]["phase"], "done");

    let asked = client.call("clear_index", &json!({ "index_name": "shop" }));
    assert_eq!(asked["isError"], true, "this client cannot ask its user");
    let cleared = client.call("clear_index", &json!({ "index_name": "shop", "confirm": true }));
    assert_eq!(cleared["structuredContent"]["cleared"], "shop", "{cleared}");
}

fn wrong_filters_are_corrected_in_band(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = Client::initialized(&place);
    for (arguments, hint) in [
        (json!({ "query": "x", "language": "pyton" }), "python"),
        (json!({ "query": "x", "symbol_type": "functoin" }), "function"),
        (json!({ "query": "x", "index_name": "nothing" }), "hint: "),
        (json!({ "query": "x".repeat(100_000) }), "hint: "),
    ] {
        let result = client.call("search_code", &arguments);
        let said = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(result["isError"], true, "{said}");
        assert!(said.contains(hint), "{said}");
    }
}
