//! What MCP clients really send, after public bug reports of other servers' users.

use std::net::SocketAddr;
use std::path::Path;

use sconce_testing::{McpClient, RunningProcess, project, text_of};
use serde_json::{Value, json};

use crate::http::call_at;
use crate::support::{Mode, Place, in_both_modes, text};

in_both_modes! {
    lists_and_flags_as_json_text,
    arguments_that_say_nothing_are_left_out,
    arguments_as_text_are_read_or_refused,
    lines_that_are_no_json_get_a_parse_error,
    a_path_may_be_written_in_any_style,
}

fn lists_and_flags_as_json_text(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = place.initialized_client();
    let query = "sum the prices of the cart";
    for arguments in [
        json!({ "query": query, "path_glob": "[\"web/**\"]" }),
        json!({ "query": query, "path_glob": "src/**,web/**", "limit": "3" }),
        json!({ "query": query, "language": "[\"typescript\"]", "smart_context": "False" }),
        json!({ "query": query, "include_deps": true, "rewrite_query": false, "no_cache": 1 }),
        json!({ "query": query, "language": ".ts" }),
        json!({ "query": query, "language": "*", "symbol_type": "all" }),
        json!({ "arguments": { "query": query } }),
    ] {
        let found = client.text("search_code", &arguments);
        assert!(found.contains("web/cart.ts:"), "{arguments}: {found}");
    }
    let concise = json!({ "query": query, "response_format": "Concise" });
    let concise = client.text("search_code", &concise);
    let detailed = json!({ "query": query, "response_format": "\"detailed\"" });
    assert!(client.text("search_code", &detailed).len() > concise.len(), "{concise}");
}

fn arguments_that_say_nothing_are_left_out(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = place.initialized_client();
    let found = client.text("search_code", &json!({
        "query": "cartTotal", "path": "", "language": "", "path_glob": "", "symbol_name": "null",
        "symbol_type": "", "index_name": "", "index_names": "[]", "limit": ""
    }));
    assert!(found.contains("web/cart.ts:"), "{found}");
    let chunk =
        json!({ "path": "src/retry.rs", "index_name": "", "project": "undefined", "line": "" });
    assert!(client.text("read_chunk", &chunk).contains("backoff_delay"));
}

fn arguments_as_text_are_read_or_refused(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let mut client = place.initialized_client();
    let ask = |client: &mut McpClient, arguments: Value| {
        client.ask("tools/call", &json!({ "name": "search_code", "arguments": arguments }))
    };
    let answer = ask(&mut client, json!("{\"query\":\"cartTotal\"}"));
    assert!(text_of(&answer["result"]).contains("web/cart.ts:"), "{answer}");
    for wrong in [json!("cartTotal"), json!(["cartTotal"]), json!(7)] {
        assert_eq!(ask(&mut client, wrong)["error"]["code"], -32602);
    }
    assert_eq!(client.ask("tools/nothing", &json!({}))["error"]["code"], -32601);
}

fn lines_that_are_no_json_get_a_parse_error(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    let mut client = place.initialized_client();
    let lone = br#"{"jsonrpc":"2.0","id":101,"method":"tools/call","params":{"name":"search_code","arguments":{"query":"clamp \ud83d"}}}"#;
    for (line, id) in [
        (&b"hello"[..], Value::Null),
        (b"{\"jsonrpc\":\"2.0\",", Value::Null),
        (b"{\"a\":\"\xff\xfe\"}", Value::Null),
        (lone, json!(101)),
    ] {
        client.raw(&[line, b"\n"].concat());
        let answer: Value = serde_json::from_str(&client.line()).unwrap();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32700), &id), "{answer}");
    }
    for (line, id, says) in [
        (&br#"{"jsonrpc":"2.0","id":102}"#[..], json!(102), "no `method`"),
        (br#"{"jsonrpc":"2.0","id":103,"method":7}"#, json!(103), "no `method`"),
        (br#"[{"jsonrpc":"2.0","id":104,"method":"ping"}]"#, Value::Null, "batches are not taken"),
    ] {
        client.raw(&[line, b"\n"].concat());
        let answer: Value = serde_json::from_str(&client.line()).unwrap();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32600), &id), "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(says), "{answer}");
    }
    let unknown = client.ask("shop/sell", &json!({}));
    assert_eq!(unknown["error"]["message"], "unknown method shop/sell", "{unknown}");
    let tools = client.ask("tools/list", &json!({}));
    assert_eq!(tools["result"]["tools"][0]["name"], "search_code", "the session goes on");
}

fn a_path_may_be_written_in_any_style(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    let home = place.project().parent().unwrap().join("home");
    for repository in [home.join("code"), place.project().parent().unwrap().join("my repo")] {
        project::write(&repository, ".git/HEAD", "");
        project::write(&repository, "src/tilde.rs", "pub fn tilde_found() -> u32 { 1 }\n");
    }
    let parent = text(place.project().parent().unwrap());
    let mut client = place.initialized_client();
    for path in [
        "~/code".to_owned(),
        "$HOME/code/src".to_owned(),
        format!("file://{parent}/my%20repo"),
        format!("file://localhost{parent}/my%20repo/src"),
        format!("{parent}/my repo/src/tilde.rs"),
        "..\\my repo\\src".to_owned(),
        format!("\"{parent}/my repo\""),
    ] {
        let found = client.text("search_code", &json!({ "query": "tilde_found", "path": path }));
        assert!(found.contains("src/tilde.rs:"), "{path}: {found}");
    }
    let home = client.call("search_code", &json!({ "query": "x", "path": "~" }));
    assert_eq!(home["isError"], true, "{home}");
    assert!(text_of(&home).contains("is no project"), "{home}");
    let indexes = client.call("list_indexes", &json!({}));
    let indexes = indexes["structuredContent"]["indexes"].as_array().unwrap().len();
    assert_eq!(indexes, 2, "a path into a project makes no index of its own");
}

#[test]
fn a_path_inside_of_an_indexed_project_without_a_marker_means_that_one() {
    let place = Place::with_database();
    let root = place.project().parent().unwrap().join("plain");
    project::write(&root, "src/api/users.py", "def list_users():\n    return []\n");
    project::write(&root, "docs/users.md", "# Users\n");
    let mut client = place.initialized_client();
    let indexed = client.call("index_codebase", &json!({ "path": root, "wait_seconds": 30 }));
    assert_eq!(indexed["structuredContent"]["phase"], "done", "{indexed}");
    let found =
        client.text("search_code", &json!({ "query": "list_users", "path": root.join("src/api") }));
    assert!(found.contains("src/api/users.py:"), "{found}");
    let listed = client.call("list_indexes", &json!({}));
    assert_eq!(listed["structuredContent"]["indexes"].as_array().unwrap().len(), 1, "{listed}");
    let chunk = json!({ "path": root.join("src/api/users.py"), "line": 1 });
    assert!(client.text("read_chunk", &chunk).contains("def list_users"));
    let searched = place.json(&["search", "list_users", "--path", &text(&root.join("src"))]);
    assert_eq!(searched["results"][0]["path"], "src/api/users.py");
}

#[test]
fn what_follows_a_call_stays_in_its_project() {
    let place = Place::with_database();
    let blog = place.project().parent().unwrap().join("blog");
    project::write(&blog, "README.md", "# Diary\n\nThe diary of a lighthouse keeper.\n");
    project::write(&blog, "feed.py", "def atom_feed(entries):\n    return entries\n");
    project::write(&blog, "sconce.toml", "");
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "path": blog, "wait_seconds": 30 }));
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    let query = "diary of a lighthouse keeper";
    for scope in
        [json!({ "path": blog }), json!({ "index_name": "blog" }), json!({ "path": "blog" })]
    {
        let mut asked = scope.clone();
        asked["query"] = query.into();
        asked["limit"] = 1.into();
        let found = client.text("search_code", &asked);
        assert!(found.contains("[blog] README.md:1-3"), "{scope}: {found}");
        let (_, next) = found.trim_end().rsplit_once("next: read_chunk ").unwrap();
        let read = client.text("read_chunk", &serde_json::from_str(next).unwrap());
        assert!(read.contains("lighthouse keeper"), "{next}: {read}");
        let read = client.text("read_chunk", &json!({ "path": "[blog] README.md:1-3" }));
        assert!(read.contains("lighthouse keeper"), "{read}");
    }
    let both = json!({ "query": query, "index_names": ["shop", "blog"], "limit": 1 });
    let found = client.text("search_code", &both);
    assert!(found.contains("[blog] README.md"), "one of several: {found}");
    let own = client.text("search_code", &json!({ "query": "backoff_delay" }));
    assert!(!own.contains("[shop]") && !own.contains("index_name"), "{own}");
    let missing = client.call("read_chunk", &json!({ "path": "x/feed.py", "index_name": "blog" }));
    let said = text_of(&missing);
    let (_, call) = said.rsplit_once("try: ").unwrap();
    assert!(call.contains("feed.py") && call.contains("\"index_name\":\"blog\""), "{said}");
}

#[test]
fn an_edit_is_in_the_next_answer() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    client.text("search_code", &json!({ "query": "backoff_delay" }));
    project::write(&place.project(), "src/oven.py", "def braise(litres):\n    return litres\n");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let found = client.text("search_code", &json!({ "query": "braise" }));
    assert!(found.contains("src/oven.py:1"), "{found}");
}

#[test]
fn what_is_included_is_checked_before_anything_is_changed() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    let files = |client: &mut McpClient, arguments: Value| {
        let state = client.call("index_codebase", &arguments);
        state["structuredContent"]["files_total"].as_u64()
    };
    assert_eq!(files(&mut client, json!({ "wait_seconds": 30 })), Some(4));
    let some = json!({ "include": "[\"src/**\"]", "wait_seconds": 30 });
    assert_eq!(files(&mut client, some), Some(2), "a list as text is a list");
    let found = client.text("search_code", &json!({ "query": "backoff_delay" }));
    assert!(found.contains("src/retry.rs:"), "{found}");
    assert_eq!(
        files(&mut client, json!({ "wait_seconds": 30 })),
        Some(4),
        "without it, it is whole"
    );
    let refused =
        client.call("index_codebase", &json!({ "include": ["lib/**"], "wait_seconds": 30 }));
    let said = refused.to_string();
    assert!(said.contains("matches include lib/**") && said.contains("src/**"), "{said}");
    assert_eq!(refused["isError"], true, "{refused}");
    let found = client.text("search_code", &json!({ "query": "cartTotal" }));
    assert!(found.contains("web/cart.ts:") && !found.contains("note:"), "as before: {found}");
    let outcome = place.run(&["index", "--include", "lib/**"]);
    assert_ne!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stderr.contains("there is src/**"), "{outcome}");
}

#[test]
fn suggestions_go_by_what_a_name_means() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    let refused = client.call("search_code", &json!({ "query": "x", "language": "klingon" }));
    let said = text_of(&refused);
    assert!(said.ends_with("try: search_code {\"query\":\"x\"}"), "no far one: {said}");
    let refused = client.call("search_code", &json!({ "query": "x", "symbol_type": "gadget" }));
    assert!(text_of(&refused).contains("the types are function, method"), "{refused}");
    let refused = client.call("search_code", &json!({ "query": "x", "top_k": 3, "glob": "src" }));
    let call = "try: search_code {\"query\":\"x\",\"limit\":3,\"path_glob\":[\"src\"]}";
    assert!(text_of(&refused).contains(call), "{refused}");
}

#[test]
fn no_results_say_which_filter_leaves_none() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    client.text("index_codebase", &json!({ "wait_seconds": 30 }));
    let mut search = |arguments: Value| client.text("search_code", &arguments);
    let said = search(json!({ "query": "cartTotal", "language": "go" }));
    assert!(
        said.contains("language [\"go\"] leaves nothing")
            || said.contains("language \"go\" leaves nothing"),
        "{said}"
    );
    assert!(said.contains("search_code {\"query\":\"cartTotal\"}"), "{said}");
    let said = search(json!({ "query": "cartTotal", "path_glob": "nowhere/**", "limit": 3 }));
    assert!(said.contains("path_glob [\"nowhere/**\"] leaves nothing"), "{said}");
    let said = search(json!({ "query": "cartTotal lang:go" }));
    assert!(said.contains("the filters in the query leave nothing"), "{said}");
    let said = search(json!({ "query": "x", "language": "go", "path_glob": "nowhere/**" }));
    assert!(said.contains("the filters together leave nothing"), "{said}");
    let said = search(json!({ "pattern": "cartTotal", "path_glob": "nowhere/**" }));
    assert!(said.contains("path_glob [\"nowhere/**\"] leaves nothing"), "{said}");
    assert!(said.contains("search_code {\"pattern\":\"cartTotal\"}"), "{said}");
    let said = search(json!({ "pattern": "cartTotal", "path": "src" }));
    assert!(said.contains("nothing of it is within path \"src\""), "{said}");
    assert!(said.contains("without it there are results: search_code {\"pattern\""), "{said}");
    let said = search(json!({ "pattern": "cartTotal", "path_glob": "WEB\\**" }));
    assert!(said.contains("web/cart.ts") && said.contains("so it is read as `WEB/**`"), "{said}");
    let said = search(json!({ "pattern": "no such text", "language": "typescript" }));
    assert!(!said.contains("leaves nothing"), "the filter is not why: {said}");
    let empty = place.project().parent().unwrap().join("empty");
    project::write(&empty, ".git/HEAD", "");
    let said = search(json!({ "query": "x", "path": empty }));
    assert!(said.contains("holds no file"), "{said}");
}

#[test]
fn the_address_may_name_the_project() {
    let place = Place::with_database();
    let other = place.project().join("other project");
    project::write(&other, ".git/HEAD", "");
    project::write(&other, "a.rs", "pub fn only_in_other() {}\n");
    let server = RunningProcess::start(place.command(&["serve", "--port", "0"]));
    let ready = server.line();
    let address = ready.split(' ').nth(1).unwrap().trim_start_matches("http://");
    let address: SocketAddr = address.parse().unwrap();
    let named = text(&other).replace(' ', "%20");
    let said = search_at(address, &format!("/mcp?project_path={named}"), "only_in_other");
    assert!(said.contains("a.rs:"), "{said}");
    let outside = Path::new("/etc").display();
    let said = search_at(address, &format!("/mcp?project_path={outside}"), "x");
    assert!(said.contains("outside of the directories"), "{said}");
}

fn search_at(address: SocketAddr, target: &str, query: &str) -> String {
    call_at(address, target, "search_code", &json!({ "query": query })).body
}
