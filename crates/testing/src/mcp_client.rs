//! The simplest client of MCP over stdio.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::RunningProcess;

/// A line of stdout, which must be a message of JSON-RPC.
pub fn json_rpc(line: &str) -> Value {
    let message: Value = serde_json::from_str(line).expect("every line is JSON");
    assert_eq!(message["jsonrpc"], "2.0", "{line}");
    let kinds = ["method", "result", "error"].map(|key| message.get(key).is_some());
    assert_eq!(kinds.iter().filter(|is| **is).count(), 1, "{line}");
    // An error may name none, where the request could not be read: so MCP's schema has it.
    assert!(!kinds[1] || message.get("id").is_some(), "an answer names its request: {line}");
    message
}

/// The text of a tool's result.
pub fn text_of(result: &Value) -> &str {
    result["content"][0]["text"].as_str().expect("a result begins with a text")
}

/// An MCP client on stdio, as simple as can be.
pub struct McpClient {
    process: RunningProcess,
    next: u64,
    /// The root that it tells of when it is asked.
    root: Option<PathBuf>,
}

impl McpClient {
    /// Starts a server of its own; nothing is sent yet.
    pub fn on(command: Command) -> Self {
        Self { process: RunningProcess::start(command), next: 0, root: None }
    }

    /// The same with a root, which the server may ask for.
    #[must_use]
    pub fn with_root(mut self, root: &Path) -> Self {
        self.root = Some(root.to_owned());
        self
    }

    /// Shakes hands at a revision; the server's answer.
    pub fn initialize(&mut self, version: &str) -> Value {
        let capabilities = match self.root {
            Some(_) => json!({ "roots": {} }),
            None => json!({}),
        };
        let answer = self.ask(
            "initialize",
            &json!({
                "protocolVersion": version,
                "capabilities": capabilities,
                "clientInfo": { "name": "test", "version": "0" }
            }),
        );
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        answer
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        self.process.send(format!("{message}\n").as_bytes());
    }

    /// The next line, whatever it is.
    pub fn line(&self) -> String {
        self.process.line()
    }

    /// Sends bytes that may be no message.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.process.send(bytes);
    }

    /// Sends a request and waits for its answer, the whole message.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = json_rpc(&self.process.line());
            if message["method"] == "roots/list" {
                let root = self.root.as_ref().expect("only those with roots are asked");
                let roots = json!([{ "uri": format!("file://{}", root.display()) }]);
                let result = json!({ "roots": roots });
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
            } else if message["id"] == id {
                return message;
            }
        }
    }

    /// Calls a tool; its result.
    pub fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        assert!(answer["result"].is_object(), "{answer}");
        answer["result"].clone()
    }

    /// Calls a tool; its text.
    pub fn text(&mut self, tool: &str, arguments: &Value) -> String {
        text_of(&self.call(tool, arguments)).to_owned()
    }

    /// Closes stdin and waits for the end; the exit code and the lines that were not read.
    pub fn end(self) -> (Option<i32>, Vec<String>) {
        self.process.end()
    }
}
