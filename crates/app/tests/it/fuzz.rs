//! Whatever comes in on stdin, every line of stdout is a message of JSON-RPC, and the server lives.

use sconce_testing::{McpClient, json_rpc};
use serde_json::{Map, Value, json};

use crate::support::{Mode, Place, in_both_modes};

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn bytes(&mut self) -> Vec<u8> {
        (0..self.below(200)).map(|_| self.next() as u8).filter(|byte| *byte != b'\n').collect()
    }
}

/// Lines that are no message, or a strange one.
const STRANGE: [&[u8]; 14] = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"{\"jsonrpc\":\"2.0\"}",
    b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{}}\r",
    b"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/list\"}",
    b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}",
    b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":\"x\"}}",
    b"{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}",
    b"{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":1,\"message\":\"x\"}}",
    b"{\"jsonrpc\":\"1.0\",\"id\":[],\"method\":5}",
    b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}]",
    b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}",
];

/// What requests are made of: a method, its parameters, and for a tool its arguments.
const METHODS: [&str; 16] = [
    "tools/call",
    "tools/call",
    "tools/call",
    "tools/call",
    "tools/list",
    "ping",
    "initialize",
    "server/discover",
    "resources/read",
    "resources/list",
    "resources/templates/list",
    "prompts/get",
    "prompts/list",
    "completion/complete",
    "subscriptions/listen",
    "no/method",
];
const TOOLS: [&str; 10] = [
    "search_code",
    "read_chunk",
    "find_related",
    "index_codebase",
    "index_status",
    "list_indexes",
    "index_stats",
    "clear_index",
    "analyze_query",
    "no_tool",
];
const NAMES: [&str; 14] = [
    "query",
    "path",
    "index_name",
    "index_names",
    "language",
    "path_glob",
    "symbol_type",
    "symbol_name",
    "limit",
    "max_tokens",
    "response_format",
    "line",
    "wait_seconds",
    "cancel",
];

/// A value that an argument hardly has.
fn value(random: &mut Random) -> Value {
    match random.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e300),
        4 => json!(u64::MAX),
        5 => json!([]),
        6 => json!(["src/**", 5, null]),
        7 => json!({ "a": { "b": [{}] } }),
        8 => json!("../../../etc/passwd"),
        9 => json!("\u{0}\u{1f}\u{2028}\u{fffd}🦀"),
        10 => json!("src/retry.rs:6"),
        11 => json!("x".repeat(random.below(20_000))),
        12 => json!("[a-"),
        _ => json!("retry"),
    }
}

fn request(random: &mut Random, id: u64) -> Value {
    let mut arguments = Map::new();
    for _ in 0..random.below(5) {
        arguments.insert((*random.one_of(&NAMES)).to_owned(), value(random));
    }
    // Waiting would be all that the test did.
    arguments.entry("wait_seconds").and_modify(|seconds| *seconds = json!(0));
    let arguments = if random.below(10) == 0 { value(random) } else { Value::Object(arguments) };
    let mut params = json!({ "arguments": arguments, "name": random.one_of(&TOOLS) });
    match random.below(8) {
        0 => params["uri"] = json!("sconce://shop/chunk/1/../../x"),
        1 => params["_meta"] = json!({ "progressToken": value(random) }),
        2 => params["_meta"] = json!({ "io.modelcontextprotocol/protocolVersion": value(random) }),
        3 => params["inputResponses"] = value(random),
        4 => params = value(random),
        5 => {
            params["ref"] = json!({ "type": "ref/resource", "uri": "x" });
            params["argument"] = json!({ "name": random.one_of(&NAMES), "value": value(random) });
        }
        _ => {}
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": random.one_of(&METHODS), "params": params })
}

/// A line that is strange, random, or a request whose bytes may be damaged.
fn line(random: &mut Random, id: u64) -> Vec<u8> {
    let mut line = match random.below(6) {
        0 => random.bytes(),
        1 => random.one_of(&STRANGE).to_vec(),
        _ => request(random, id).to_string().into_bytes(),
    };
    if random.below(4) == 0 && !line.is_empty() {
        let at = random.below(line.len());
        match random.below(3) {
            0 => line[at] = random.next() as u8,
            1 => line.truncate(at),
            _ => line.insert(at, b'"'),
        }
        line.retain(|byte| *byte != b'\n');
    }
    line.push(b'\n');
    line
}

fn noise(client: &mut McpClient, random: &mut Random, lines: u64) {
    for n in 0..lines {
        client.raw(&line(random, 1_000_000 + n));
    }
}

/// Talks nonsense to a server, before and after the handshake, that has to answer in the end.
fn session(place: &Place, seed: u64, lines: u64) {
    let mut random = Random::new(seed);
    let mut client = place.client();
    noise(&mut client, &mut random, lines / 4);
    // `ask` reads every line up to its answer, and each must be JSON-RPC.
    client.initialize("2025-11-25");
    noise(&mut client, &mut random, lines);
    let huge = format!("{{\"jsonrpc\":\"2.0\",\"pad\":\"{}\"}}\n", "x".repeat(5 << 20));
    client.raw(huge.as_bytes());
    client.raw(format!("{}1{}\n", "[".repeat(100_000), "]".repeat(100_000)).as_bytes());
    let tools = client.ask("tools/list", &json!({}));
    assert!(tools["result"]["tools"].is_array(), "seed {seed}: {tools}");
    let (code, rest) = client.end();
    assert_eq!(code, Some(0), "seed {seed}");
    for line in rest {
        json_rpc(&line);
    }
}

in_both_modes! {
    every_line_is_json_rpc_whatever_comes_in,
    every_line_is_json_rpc_while_the_tools_work,
}

fn every_line_is_json_rpc_whatever_comes_in(mode: Mode) {
    let place = Place::without_database().in_mode(mode);
    for seed in 1..=8 {
        session(&place, seed, 80);
    }
}

fn every_line_is_json_rpc_while_the_tools_work(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    place.json(&["index"]);
    for seed in 100..=103 {
        session(&place, seed, 300);
    }
}
