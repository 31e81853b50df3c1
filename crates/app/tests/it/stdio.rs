//! MCP on stdin and stdout.

use std::fmt::Write as _;
use std::path::Path;

use sconce_testing::{McpClient, json_rpc, text_of};
use serde_json::{Value, json};

use crate::support::{Mode, Place, in_both_modes, text};

in_both_modes! {
    the_handshake_and_the_tools_need_no_database,
    a_client_without_initialize_is_served_too,
    a_call_without_a_database_is_an_error_that_helps,
    bad_input_comes_back_with_a_corrected_call,
    a_project_is_searched_without_being_indexed_first,
    a_change_is_seen_by_a_later_search_and_a_budget_is_kept,
    wrong_filters_are_corrected_in_band,
    requests_of_a_wrong_form_are_answered,
    a_last_message_without_an_end_is_answered,
}

fn the_handshake_and_the_tools_need_no_database(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        let mut client = place.client();
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
    let mut client = place.client();
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
    let mut client = place.initialized_client();
    let result = client.call("search_code", &json!({ "query": "x" }));
    assert_eq!(result["isError"], true);
    let said = result["content"][0]["text"].as_str().unwrap();
    assert!(said.starts_with("error: ") && said.contains("hint: "), "{said}");
}

fn bad_input_comes_back_with_a_corrected_call(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    let mut client = place.initialized_client();
    let cases = [
        ("search_code", json!({})),
        ("search_code", json!({ "query": " " })),
        ("search_code", json!({ "query": "x", "langauge": "rust" })),
        ("search_code", json!({ "query": "x", "limit": "many" })),
        ("search_code", json!({ "query": "x", "response_format": "loud" })),
        ("index_codebase", json!({ "path": "nowhere" })),
        ("index_codebase", json!({ "path": "README.md" })),
        ("clear_index", json!({ "name": "shop" })),
        ("read_chunk", json!({ "path": "" })),
    ];
    let mut shown = String::new();
    for (tool, arguments) in cases {
        let result = client.call(tool, &arguments);
        assert_eq!(result["isError"], true, "{tool} {arguments}");
        let _ = write!(shown, "{tool} {arguments}\n{}\n\n", text_of(&result));
    }
    insta::assert_snapshot!("bad_input_comes_back_with_a_corrected_call", place.tidy(&shown));
    let unknown = client.ask("tools/call", &json!({ "name": "serch_code", "arguments": {} }));
    assert!(unknown["error"]["message"].as_str().unwrap().contains("did you mean search_code?"));
}

fn a_project_is_searched_without_being_indexed_first(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = place.initialized_client();
    let query = "waits longer after each failed attempt";
    let detailed = json!({ "query": query, "response_format": "detailed" });
    let found = client.text("search_code", &detailed);
    assert!(found.contains("src/retry.rs:"), "{found}");
    assert!(found.contains("pub fn backoff_delay"), "{found}");

    let query = "parse ini sections";
    let concise = client.call("search_code", &json!({ "query": query }));
    assert!(concise["structuredContent"].is_null(), "code is text alone");
    let concise = concise["content"][0]["text"].as_str().unwrap();
    assert!(
        concise.contains("src/parser.py:") && concise.contains("def parse_section"),
        "{concise}"
    );
    let detailed = json!({ "query": query, "response_format": "detailed" });
    let detailed = client.text("search_code", &detailed);
    let unknown = client.text("search_code", &json!({ "query": "parse ini sections of a pdf" }));
    assert!(unknown.starts_with("nowhere here: pdf\n"), "{unknown}");
    assert!(detailed.len() > concise.len(), "{detailed}\nand concise:\n{concise}");

    let definition = client.text("read_chunk", &json!({ "path": "src/retry.rs:6" }));
    assert!(definition.contains("function backoff_delay"), "{definition}");
    assert!(definition.contains("attempt.min(10)"), "{definition}");
    let named = client.text("read_chunk", &json!({ "path": "src/retry.rs::backoff_delay" }));
    assert!(
        named.contains("function backoff_delay") && named.contains("attempt.min(10)"),
        "{named}"
    );
    let unknown = client.text("read_chunk", &json!({ "path": "src/retry.rs::nothing" }));
    assert!(unknown.contains("nothing in src/retry.rs is called `nothing`"), "{unknown}");
    let outline = client.text("read_chunk", &json!({ "path": "src/parser.py" }));
    assert!(outline.contains("class") && outline.contains("parse_section"), "{outline}");
    let related = client.text("find_related", &json!({ "path": "src/retry.rs", "line": 5 }));
    assert!(related.contains("src/parser.py:"), "{related}");
    let symbol = client.text("search_code", &json!({ "query": "parse_section" }));
    assert!(symbol.starts_with("src/parser.py:"), "{symbol}");
    assert!(symbol.ends_with("uses: none\n"), "its definition is no use: {symbol}");
    let used = json!({ "query": "backoff_delay", "symbol_name": "backoff_delay" });
    let used = client.text("search_code", &used);
    let unfiltered = client.text("search_code", &json!({ "query": "backoff_delay" }));
    // `2 lines in 1 file`, and perhaps how many of them stand above.
    let count = |text: &str| {
        let (_, tail) = text.split_once("uses:").unwrap_or_else(|| panic!("{text}"));
        tail.lines().last().and_then(|last| last.split(", ").next()).map(str::to_owned)
    };
    assert_eq!(count(&used), count(&unfiltered), "{used}\nand\n{unfiltered}");
    let callers = ["who calls attempt?", "waits, longer"];
    let callers = client.text("search_code", &json!({ "queries": callers }));
    let (first, second) = callers.split_once("query: waits").unwrap();
    assert!(first.contains("uses:\n") && first.contains("attempt.min("), "{callers}");
    assert!(!first.contains("nowhere here") && !second.contains("uses:"), "{callers}");
    let two = json!({ "queries": ["waits, longer", "parse ini sections"] });
    let two = client.text("search_code", &two);
    assert!(two.starts_with("query: waits, longer\nsrc/retry.rs:"), "{two}");
    assert!(two.contains("query: parse ini sections\nsrc/parser.py:"), "{two}");
    let heads: Vec<&str> = two.lines().filter(|line| line.starts_with("src/")).collect();
    let mut told = heads.clone();
    told.sort_unstable();
    told.dedup();
    // The best place of the second answer may stand in the first one already, and no other.
    assert!(told.len() + 1 >= heads.len() && two.contains(" above\n"), "{two}");
    let explained = client.text("analyze_query", &json!({ "query": "backoff_delay" }));
    assert!(explained.contains("timings: embed"), "{explained}");
}

fn a_change_is_seen_by_a_later_search_and_a_budget_is_kept(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = place.initialized_client();
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
    for max_tokens in [500, 2000] {
        let callers = ["who calls `weights`", "callers of weights"];
        let arguments = json!({ "queries": callers, "max_tokens": max_tokens });
        let found = client.text("search_code", &arguments);
        assert_eq!(found.matches("uses:\n").count(), 2, "{found}");
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
    let mut client = place.initialized_client();
    for (arguments, hint) in [
        (json!({ "query": "x", "language": "pyton" }), r#""language":"python"}"#),
        (json!({ "query": "x", "symbol_type": "functoin" }), r#""symbol_type":"function"}"#),
        (json!({ "query": "x lang:pyton" }), r#"{"query":"x lang:python"}"#),
        (json!({ "query": "x", "path_glob": "src/[" }), r#"search_code {"query":"x"}"#),
        (json!({ "query": "x", "index_name": "shpo" }), r#""index_name":"shop"}"#),
        (json!({ "query": "x".repeat(100_000) }), r#"search_code {"query":"xxx"#),
    ] {
        let result = client.call("search_code", &arguments);
        let said = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(result["isError"], true, "{said}");
        assert!(said.contains("\ntry: ") && said.contains(hint), "{said}");
    }
    let missing = client.text("read_chunk", &json!({ "path": "src/retyr.rs" }));
    assert!(missing.contains("try: search_code {\"query\":\"retyr.rs\""), "{missing}");
}

/// The directory that a call without a path means.
fn meant(mut client: McpClient) -> String {
    client.initialize("2025-11-25");
    let state = client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    state["structuredContent"]["root"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_project_is_the_argument_the_root_the_clients_directory_the_repository_or_the_old_root() {
    let place = Place::with_database();
    let dirs = ["given", "root", "claude", "repo", "old"].map(|name| {
        place.write(&format!("../{name}/a.py"), "def a():\n    return 1\n");
        place.project().with_file_name(name)
    });
    let [given, root, claude, repo, old] = &dirs;
    std::fs::create_dir_all(repo.join(".git")).unwrap();
    std::fs::create_dir_all(repo.join("inside")).unwrap();

    let command = |arguments: &[&str], working: &Path, claude: Option<&Path>| {
        let mut command = place.command(arguments);
        command.current_dir(working);
        if let Some(claude) = claude {
            command.env("CLAUDE_PROJECT_DIR", claude);
        }
        McpClient::on(command)
    };
    let with_root = ["mcp", "--root", &text(root)];
    assert_eq!(meant(command(&with_root, repo, Some(claude)).with_root(old)), text(root));
    assert_eq!(meant(command(&["mcp"], repo, Some(claude)).with_root(old)), text(claude));
    assert_eq!(meant(command(&["mcp"], &repo.join("inside"), None).with_root(old)), text(repo));
    assert_eq!(meant(command(&["mcp"], Path::new("/"), None).with_root(old)), text(old));

    let mut client = command(&["mcp"], repo, Some(claude)).with_root(old);
    client.initialize("2025-11-25");
    let state = client.call("index_codebase", &json!({ "path": given, "wait_seconds": 30 }));
    assert_eq!(state["structuredContent"]["root"], text(given), "{state}");
}

#[test]
fn resources_and_completions_name_what_is_indexed() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    let read =
        |client: &mut McpClient, uri: &str| client.ask("resources/read", &json!({ "uri": uri }));
    let listed = client.ask("resources/list", &json!({}));
    assert_eq!(listed["result"]["resources"][0]["uri"], "sconce://shop/stats", "{listed}");
    let stats = read(&mut client, "sconce://shop/stats");
    let stats = stats["result"]["contents"][0]["text"].as_str().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<Value>(&stats).unwrap()["files"], 4, "{stats}");
    let chunk = read(&mut client, "sconce://shop/chunk/5/src/retry.rs").to_string();
    assert!(chunk.contains("pub fn backoff_delay"), "{chunk}");
    let symbol = read(&mut client, "sconce://shop/symbol/cartTotal").to_string();
    assert!(symbol.contains("web/cart.ts:3-6  function cartTotal"), "{symbol}");
    for nothing in ["sconce://shop/symbol/nothing", "sconce://shpo/stats", "test://x"] {
        let error = read(&mut client, nothing);
        assert_eq!(error["error"]["code"], -32002, "{error}");
    }

    let mut complete = |of: &Value, name: &str, typed: &str| {
        let answer = client.ask(
            "completion/complete",
            &json!({
                "ref": of,
                "argument": { "name": name, "value": typed },
                "context": { "arguments": { "index": "shop" } }
            }),
        );
        answer["result"]["completion"]["values"].clone()
    };
    let symbol = json!({ "type": "ref/resource", "uri": "sconce://{index}/symbol/{name}" });
    assert_eq!(complete(&symbol, "index", "sh"), json!(["shop"]));
    assert_eq!(complete(&symbol, "name", "cart"), json!(["CartItem", "cartTotal"]));
    assert_eq!(complete(&symbol, "name", "parse_"), json!(["parse_section"]));
    let chunk = json!({ "type": "ref/resource", "uri": "sconce://{index}/chunk/{line}/{+path}" });
    assert_eq!(complete(&chunk, "path", "src/r"), json!(["src/retry.rs"]));
    let prompt = json!({ "type": "ref/prompt", "name": "find_behaviour" });
    assert_eq!(complete(&prompt, "language", "types"), json!(["typescript", "typespec"]));
}

#[test]
fn a_projects_language_is_completed_too() {
    let place = Place::with_database();
    place.write("languages.toml", "[[language]]\nname = \"typical\"\nextensions = [\"tyc\"]\n");
    let mut client = place.initialized_client();
    client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    let prompt = json!({ "type": "ref/prompt", "name": "find_behaviour" });
    let argument = json!({ "name": "language", "value": "typi" });
    let asked = json!({ "ref": prompt, "argument": argument });
    let answer = client.ask("completion/complete", &asked);
    assert_eq!(answer["result"]["completion"]["values"], json!(["typical"]));
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let place = Place::with_database();
    let mut command = place.program(Path::new("sh"));
    command.args(["-c", "exec \"$0\" -v mcp 2>/dev/full", env!("CARGO_BIN_EXE_sconce")]);
    let mut client = McpClient::on(command);
    client.initialize("2025-06-18");
    client.call("index_codebase", &json!({ "wait_seconds": 30 }));
    let found = client.text("search_code", &json!({ "query": "backoff_delay" }));
    assert!(found.contains("src/retry.rs"), "{found}");
    assert_eq!(client.end().0, Some(0));
}

fn requests_of_a_wrong_form_are_answered(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    let mut client = place.client();
    client.raw("\u{feff}{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\"}\n".as_bytes());
    let answer = json_rpc(&client.line());
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&0.into(), &(-32602).into()));
    assert!(answer["error"]["message"].as_str().unwrap().contains("`clientInfo`"), "{answer}");
    client.initialize("2025-06-18");
    client.raw(b"{\"jsonrpc\":\"2.0\",\"id\":41,\"method\":\"tools/list\",\"params\":[]}\n");
    let answer = json_rpc(&client.line());
    assert_eq!(
        (&answer["id"], &answer["result"]["tools"][0]["name"]),
        (&41.into(), &"search_code".into())
    );
    let long = "x".repeat(5 << 20);
    client.raw(format!("{{\"jsonrpc\":\"2.0\",\"id\":42,\"method\":\"ping\",\"params\":{{\"x\":\"{long}\"}}}}\n").as_bytes());
    let answer = json_rpc(&client.line());
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&42.into(), &(-32600).into()));
    let deep = format!("{}{}", "[".repeat(126), "]".repeat(126));
    let deep = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":43,\"method\":\"ping\",\"params\":{{\"x\":{deep}}}}}"
    );
    for (id, line) in [(43, deep.as_str()), (44, "{\"id\":44,\"method\":\"ping\"}")] {
        client.raw(format!("{line}\n").as_bytes());
        let answer = json_rpc(&client.line());
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id.into(), &(-32600).into()));
    }
}

fn a_last_message_without_an_end_is_answered(mode: Mode) {
    use std::io::Write as _;
    let place = Place::without_database().in_mode(mode);
    let mut command = place.command(&["mcp"]);
    let mut process = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let handshake = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "x", "version": "1" }
    });
    let handshake =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": handshake });
    write!(input, "{handshake}\n{{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}}").unwrap();
    drop(input);
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let ids: Vec<Value> = said.lines().map(|line| json_rpc(line)["id"].clone()).collect();
    assert_eq!(ids, [1, 2], "{said}");
}
