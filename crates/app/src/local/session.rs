//! What a relay must know of its client's session to go on with another server.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::mcp::may_be_repeated;

/// Servers that may be lost under one request; then it is not sent again, since it may be what
/// ends them.
const MOST_LOSSES: u8 = 2;
/// Each server counts its questions from zero. What the client sees is that number and this times
/// the number of servers before, so that an answer never goes to another server's question.
const QUESTIONS_A_SERVER: u64 = 1 << 32;
/// JSON-RPC's code for errors of a server's own.
const SERVER_ERROR: i32 = -32000;

/// What of a message matters here.
#[derive(Deserialize)]
struct Message {
    id: Option<Value>,
    method: Option<String>,
    params: Option<Value>,
    result: Option<IgnoredAny>,
}

/// A request without an answer.
#[derive(Debug)]
struct Pending {
    id: Value,
    line: Vec<u8>,
    opens: bool,
    repeatable: bool,
    losses: u8,
}

/// One client's session, across servers.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// `initialize`, once it was answered.
    initialize: Option<Vec<u8>>,
    /// `notifications/initialized`.
    initialized: Option<Vec<u8>>,
    pending: Vec<Pending>,
    /// The server's questions to the client, by the ids that the client sees.
    questions: Vec<Value>,
    /// Servers lost so far.
    servers: u64,
}

impl Session {
    /// A line of the client: what goes to the server, if anything.
    pub(super) fn said_by_client(&mut self, line: Vec<u8>) -> Option<Vec<u8>> {
        // What is no message is the server's to answer.
        let Ok(message) = serde_json::from_slice::<Message>(&line) else { return Some(line) };
        match (message.method, message.id) {
            (Some(method), Some(id)) => {
                self.pending.push(Pending {
                    id,
                    line: line.clone(),
                    opens: method == "initialize",
                    repeatable: is_repeatable(&method, message.params.as_ref()),
                    losses: 0,
                });
            }
            (Some(method), None) => self.notified(&method, message.params.as_ref(), &line),
            (None, Some(id)) => return self.answered(&id, line),
            (None, None) => {}
        }
        Some(line)
    }

    fn notified(&mut self, method: &str, params: Option<&Value>, line: &[u8]) {
        match method {
            "notifications/initialized" => self.initialized = Some(line.to_vec()),
            "notifications/cancelled" => {
                // It will not be answered.
                let about = params.map_or(&Value::Null, |params| &params["requestId"]);
                self.pending.retain(|pending| pending.id != *about);
            }
            _ => {}
        }
    }

    /// The client's answer to a question: to this server's under this server's number, to a lost
    /// server's not at all.
    fn answered(&mut self, id: &Value, line: Vec<u8>) -> Option<Vec<u8>> {
        if self.servers == 0 {
            self.questions.retain(|question| question != id);
            return Some(line);
        }
        let at = self.questions.iter().position(|question| question == id)?;
        self.questions.swap_remove(at);
        let number = id.as_u64().map(|id| Value::from(id % QUESTIONS_A_SERVER));
        Some(number.map_or(line.clone(), |number| with(&line, "/id", number)))
    }

    /// A line of the server: what goes to the client.
    pub(super) fn said_by_server(&mut self, line: Vec<u8>) -> Vec<u8> {
        let Ok(message) = serde_json::from_slice::<Message>(&line) else { return line };
        match (message.method.as_deref(), message.id) {
            (Some(_), Some(id)) => {
                let seen = self.seen(&id);
                self.questions.push(seen.clone());
                if seen == id { line } else { with(&line, "/id", seen) }
            }
            (Some("notifications/cancelled"), None) => {
                let about =
                    message.params.map_or(Value::Null, |mut params| params["requestId"].take());
                let seen = self.seen(&about);
                self.questions.retain(|question| *question != seen);
                if seen == about { line } else { with(&line, "/params/requestId", seen) }
            }
            (None, Some(id)) => {
                if let Some(at) = self.pending.iter().position(|pending| pending.id == id) {
                    let pending = self.pending.remove(at);
                    if pending.opens && message.result.is_some() {
                        self.initialize = Some(pending.line);
                    }
                }
                line
            }
            _ => line,
        }
    }

    /// The number of a question as the client sees it.
    fn seen(&self, id: &Value) -> Value {
        match id.as_u64() {
            Some(id) if self.servers > 0 => (id + self.servers * QUESTIONS_A_SERVER).into(),
            _ => id.clone(),
        }
    }

    /// The server is lost: what the client is told. Its questions are withdrawn, and requests that
    /// cannot be sent again fail.
    pub(super) fn lost(&mut self) -> Vec<Vec<u8>> {
        self.servers += 1;
        let reason = "the local server was lost";
        let mut lines: Vec<Value> = std::mem::take(&mut self.questions)
            .into_iter()
            .map(|id| {
                let params = json!({ "requestId": id, "reason": reason });
                json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params })
            })
            .collect();
        self.pending.retain_mut(|pending| {
            pending.losses += 1;
            let again = pending.repeatable && pending.losses < MOST_LOSSES;
            if !again {
                let message = format!("{reason} while this request ran; send it again");
                let error = json!({ "code": SERVER_ERROR, "message": message });
                lines.push(json!({ "jsonrpc": "2.0", "id": pending.id, "error": error }));
            }
            again
        });
        lines.iter().map(|line| line.to_string().into_bytes()).collect()
    }

    /// Whether the client waits for an answer.
    pub(super) fn waits(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The handshake that another server must be given first, and its id; none where the client has
    /// not shaken hands, or needs not to.
    pub(super) fn handshake(&self) -> Option<(Value, &[u8])> {
        let line = self.initialize.as_deref()?;
        let message: Message = serde_json::from_slice(line).ok()?;
        Some((message.id?, line))
    }

    /// What another server is sent after the handshake.
    pub(super) fn again(&self) -> Vec<Vec<u8>> {
        let notice = self.initialize.as_ref().and(self.initialized.as_ref());
        notice
            .into_iter()
            .chain(self.pending.iter().map(|pending| &pending.line))
            .cloned()
            .collect()
    }
}

/// Whether a line is the answer to this request.
pub(super) fn answers(line: &[u8], id: &Value) -> bool {
    let message = serde_json::from_slice::<Message>(line);
    message.is_ok_and(|message| message.method.is_none() && message.id.as_ref() == Some(id))
}

/// Whether a request may be made a second time. Only calls change anything.
fn is_repeatable(method: &str, params: Option<&Value>) -> bool {
    let tool = params.and_then(|params| params["name"].as_str());
    method != "tools/call" || tool.is_none_or(may_be_repeated)
}

/// The line with another value at a place in it.
fn with(line: &[u8], place: &str, value: Value) -> Vec<u8> {
    let Ok(mut message) = serde_json::from_slice::<Value>(line) else { return line.to_vec() };
    if let Some(old) = message.pointer_mut(place) {
        *old = value;
    }
    message.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: &Value) -> Vec<u8> {
        value.to_string().into_bytes()
    }

    fn value(line: &[u8]) -> Value {
        serde_json::from_slice(line).unwrap()
    }

    fn request(id: u64, method: &str) -> Vec<u8> {
        line(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": {} }))
    }

    fn call(id: u64, tool: &str) -> Vec<u8> {
        let params = json!({ "name": tool, "arguments": {} });
        line(&json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }))
    }

    fn answer(id: u64) -> Vec<u8> {
        line(&json!({ "jsonrpc": "2.0", "id": id, "result": {} }))
    }

    #[test]
    fn the_handshake_and_what_is_not_answered_go_to_the_next_server() {
        let mut session = Session::default();
        let initialized = line(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        session.said_by_client(request(1, "initialize"));
        assert!(session.handshake().is_none(), "not answered yet, so sent again as it is");
        assert_eq!(session.again(), [request(1, "initialize")]);
        session.said_by_server(answer(1));
        session.said_by_client(initialized.clone());
        session.said_by_client(request(2, "tools/list"));
        session.said_by_client(call(3, "search_code"));
        session.said_by_server(answer(2));
        assert!(session.lost().is_empty());
        assert_eq!(session.handshake(), Some((json!(1), request(1, "initialize").as_slice())));
        assert_eq!(session.again(), [initialized, call(3, "search_code")]);
    }

    #[test]
    fn a_call_that_destroys_is_not_made_twice() {
        let mut session = Session::default();
        session.said_by_client(call(1, "clear_index"));
        session.said_by_client(call(2, "index_codebase"));
        let told = session.lost();
        assert_eq!(told.len(), 1);
        assert_eq!(value(&told[0])["id"], 1);
        assert_eq!(value(&told[0])["error"]["code"], SERVER_ERROR);
        assert_eq!(session.again(), [call(2, "index_codebase")]);
    }

    #[test]
    fn a_request_that_ends_servers_is_given_up() {
        let mut session = Session::default();
        session.said_by_client(call(1, "search_code"));
        assert!(session.lost().is_empty() && session.waits());
        let told = session.lost();
        assert_eq!(value(&told[0])["id"], 1);
        assert!(!session.waits());
    }

    #[test]
    fn a_cancelled_request_is_not_sent_again() {
        let mut session = Session::default();
        session.said_by_client(call(1, "search_code"));
        let params = json!({ "requestId": 1 });
        let cancelled =
            json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
        session.said_by_client(line(&cancelled));
        assert!(session.lost().is_empty() && !session.waits());
    }

    #[test]
    fn an_answer_goes_to_the_server_that_asked() {
        let mut session = Session::default();
        let question = request(0, "elicitation/create");
        assert_eq!(session.said_by_server(question.clone()), question);
        let withdrawn = session.lost();
        assert_eq!(value(&withdrawn[0])["params"]["requestId"], 0);
        assert_eq!(session.said_by_client(answer(0)), None, "to a server that is lost");

        let seen = value(&session.said_by_server(question));
        let number = seen["id"].as_u64().unwrap();
        assert_eq!(number, QUESTIONS_A_SERVER, "another question has another number");
        assert_eq!(seen["method"], "elicitation/create");
        let passed = session.said_by_client(answer(number)).unwrap();
        assert_eq!(value(&passed), value(&answer(0)));
        assert_eq!(session.said_by_client(answer(number)), None, "it was answered");
    }

    #[test]
    fn a_question_that_the_server_withdraws_is_withdrawn() {
        let mut session = Session::default();
        session.lost();
        session.said_by_server(request(3, "roots/list"));
        let params = json!({ "requestId": 3, "reason": "late" });
        let withdrawn =
            json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
        let told = value(&session.said_by_server(line(&withdrawn)));
        assert_eq!(told["params"]["requestId"], QUESTIONS_A_SERVER + 3);
        assert!(session.lost().is_empty());
    }

    #[test]
    fn what_is_no_message_is_passed_on() {
        let mut session = Session::default();
        for text in [&b"nonsense"[..], b"[]", b"7", b"\xff", b"{\"id\":{}}"] {
            assert_eq!(session.said_by_client(text.to_vec()).as_deref(), Some(text));
            assert_eq!(session.said_by_server(text.to_vec()), text);
        }
    }
}
