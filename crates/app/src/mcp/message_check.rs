//! Messages that rmcp would not answer, or without saying what is wrong: what is no JSON, and requests of a
//! wrong form. Each is answered under its id, as far as it has one, and the session goes on.

use rmcp::RoleServer;
use rmcp::model::{ErrorData, JsonRpcMessage, RequestId};
use rmcp::service::TxJsonRpcMessage;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWriteExt as _, DuplexStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::lines::{Line, Lines};

/// Bytes of lines that are read ahead of the server.
const AHEAD: usize = 64 << 10;

/// The lines of a stream that are JSON, as a stream, and the answers to those that are not.
#[derive(Debug)]
pub(super) struct CheckedLines {
    /// What to tell the client.
    pub(super) answers: mpsc::Receiver<TxJsonRpcMessage<RoleServer>>,
    reading: JoinHandle<()>,
}

impl CheckedLines {
    /// Reads lines of at most `longest` bytes; longer ones are answered with an error.
    pub(super) fn of<R>(input: R, longest: usize) -> (CheckedLines, DuplexStream)
    where
        R: AsyncRead + Send + Unpin + 'static,
    {
        let (mut lines, (mut checked, stream)) =
            (Lines::new(input, longest), tokio::io::duplex(AHEAD));
        let (sender, answers) = mpsc::channel(16);
        let reading = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_of_client().await {
                let read = match line {
                    Line::Whole(line) => checked_message(line),
                    Line::TooLong(beginning) => Err(too_long(&beginning, longest)),
                };
                match read {
                    Ok(mut line) => {
                        line.push(b'\n');
                        if checked.write_all(&line).await.is_err() {
                            return;
                        }
                    }
                    Err(answer) => {
                        tracing::warn!("a line of the client is no message that can be read");
                        if sender.send(*answer).await.is_err() {
                            return;
                        }
                    }
                }
            }
        });
        (CheckedLines { answers, reading }, stream)
    }
}

impl Drop for CheckedLines {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// An answer that refuses a message.
pub(crate) type Refusal = Box<TxJsonRpcMessage<RoleServer>>;

/// A message as rmcp takes it, or the answer to one that it does not.
pub(crate) fn checked_message(message: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    if let Some(answer) = objection(&message) {
        return Err(Box::new(answer));
    }
    if message.trim_ascii_start().starts_with(b"[") {
        let wrong = "batches are not taken: send one message at a time";
        return Err(Box::new(JsonRpcMessage::error(ErrorData::invalid_request(wrong, None), None)));
    }
    // What is no object is rmcp's to refuse, as are ids that are none.
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&message) else { return Ok(message) };
    let id = envelope.id.and_then(|id| serde_json::from_value::<RequestId>(id).ok());
    let Some(id) = id else { return Ok(message) };
    let refuse = |error: ErrorData| Err(Box::new(JsonRpcMessage::error(error, Some(id.clone()))));
    let is_answer = envelope.result.is_some() || envelope.error.is_some();
    let method = match envelope.method {
        Some(Value::String(method)) => method,
        _ if is_answer => return Ok(message),
        _ => {
            let wrong = "the message has no `method` that is a text";
            return refuse(ErrorData::invalid_request(wrong, None));
        }
    };
    if envelope.jsonrpc != Some("2.0".into()) {
        let wrong = "the message lacks `\"jsonrpc\": \"2.0\"`";
        return refuse(ErrorData::invalid_request(wrong, None));
    }
    match envelope.params.unwrap_or(Params::Object) {
        _ if nesting(&message) > MOST_NESTED => {
            let wrong = format!("the message is nested deeper than {MOST_NESTED} levels");
            refuse(ErrorData::invalid_request(wrong, None))
        }
        // What PHP makes of an empty object.
        Params::EmptyList => checked_message(without_params(&message)),
        // Its arguments may be text.
        Params::Text if method == "tools/call" => Ok(message),
        Params::Object if method == "initialize" => match missing_of_initialize(&message) {
            Some(wrong) => refuse(ErrorData::invalid_params(wrong, None)),
            None => Ok(message),
        },
        Params::Object => Ok(message),
        Params::EmptyText | Params::Text | Params::Other => {
            refuse(ErrorData::invalid_params("`params` must be an object", None))
        }
    }
}

/// Where a request of a revision without a handshake says its revision.
const REVISION_IN_META: &str = "io.modelcontextprotocol/protocolVersion";

/// The most levels of lists and objects in a message; rmcp reads no more than 127.
const MOST_NESTED: usize = 100;

/// What tells of a message whether it can be read.
#[derive(Deserialize)]
struct Envelope {
    jsonrpc: Option<Value>,
    id: Option<Value>,
    method: Option<Value>,
    params: Option<Params>,
    result: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

/// The kind of a message's `params`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Params {
    Object,
    EmptyList,
    EmptyText,
    Text,
    Other,
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Params, D::Error> {
        deserializer.deserialize_any(ParamsVisitor)
    }
}

/// Looks at the kind alone, at whatever depth the content is nested.
struct ParamsVisitor;

impl<'de> Visitor<'de> for ParamsVisitor {
    type Value = Params;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("params")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Params::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Params, A::Error> {
        let mut kind = Params::EmptyList;
        while list.next_element::<IgnoredAny>()?.is_some() {
            kind = Params::Other;
        }
        Ok(kind)
    }

    fn visit_str<E>(self, text: &str) -> Result<Params, E> {
        Ok(if text.is_empty() { Params::EmptyText } else { Params::Text })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Params, E> {
        Ok(Params::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Params, E> {
        Ok(Params::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Params, E> {
        Ok(Params::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Params, E> {
        Ok(Params::Other)
    }
}

/// How deep lists and objects are nested in JSON.
fn nesting(json: &[u8]) -> usize {
    let (mut depth, mut most, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                most = most.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn without_params(message: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(message) else {
        return message.to_vec();
    };
    fields.remove("params");
    Value::Object(fields).to_string().into_bytes()
}

/// What an `initialize` lacks; none where it lacks nothing, or is of a revision that has no such method and tells of itself
/// in `_meta`.
fn missing_of_initialize(message: &[u8]) -> Option<String> {
    let message: Value = serde_json::from_slice(message).ok()?;
    let Some(params) = message.get("params").filter(|params| params.is_object()) else {
        let all = "`protocolVersion`, `capabilities` and `clientInfo`";
        return Some(format!("initialize lacks `params` with {all}"));
    };
    if params.get("_meta").is_some_and(|meta| meta.get(REVISION_IN_META).is_some()) {
        return None;
    }
    let needed = [
        ("/protocolVersion", "a text"),
        ("/capabilities", "an object"),
        ("/clientInfo", "an object"),
        ("/clientInfo/name", "a text"),
        ("/clientInfo/version", "a text"),
    ];
    let fits = |value: &Value, kind: &str| match kind {
        "a text" => value.is_string(),
        _ => value.is_object(),
    };
    let (path, kind) = needed
        .into_iter()
        .find(|(path, kind)| !params.pointer(path).is_some_and(|value| fits(value, kind)))?;
    Some(format!("initialize lacks `params{}`, which is {kind}", path.replace('/', ".")))
}

/// The answer to a message that is longer than `longest` bytes and begins so.
pub(crate) fn too_long(beginning: &[u8], longest: usize) -> Refusal {
    let error = format!("the message is longer than {longest} bytes");
    let error = ErrorData::invalid_request(error, None);
    Box::new(JsonRpcMessage::error(error, id_at_beginning(beginning)))
}

/// The id of a message of which there is the beginning alone, where it stands before the first object in it.
fn id_at_beginning(beginning: &[u8]) -> Option<RequestId> {
    let text = String::from_utf8_lossy(beginning);
    let inner = text.trim_start().strip_prefix('{')?;
    let inner = &inner[..inner.find('{').unwrap_or(inner.len())];
    let fields = &inner[..inner.rfind(',')?];
    let mut message: Value = serde_json::from_str(&format!("{{{fields}}}")).ok()?;
    serde_json::from_value(message.get_mut("id")?.take()).ok()
}

/// The answer to a line that is no JSON; none where it is.
fn objection(line: &[u8]) -> Option<TxJsonRpcMessage<RoleServer>> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return Some(parse_error("the line is not UTF-8".to_owned(), None));
    };
    // Of these not all can be read, and only reading them tells.
    let (has_escapes, has_exponents) = (text.contains("\\u"), has_exponents(text));
    let read = if has_escapes || has_exponents {
        serde_json::from_str::<Value>(text).map(|_| ())
    } else {
        serde_json::from_str::<IgnoredAny>(text).map(|_| ())
    };
    let error = read.err()?;
    let of_halves = has_escapes.then(|| id_of(text)).flatten();
    let is_half = of_halves.is_some();
    let id = of_halves.or_else(|| has_exponents.then(|| id_beside_numbers(text)).flatten());
    let message = if is_half {
        format!("the line holds half of a surrogate pair: {error}")
    } else {
        format!("the line is no JSON: {error}")
    };
    Some(parse_error(message, id))
}

/// Whether a text may have numbers with exponents, as `1e400`, which is beyond all that are read.
fn has_exponents(text: &str) -> bool {
    text.as_bytes()
        .windows(3)
        .any(|window| matches!(window, [b'0'..=b'9', b'e' | b'E', b'0'..=b'9' | b'+']))
}

/// The id of a message whose other parts need not be read.
fn id_beside_numbers(text: &str) -> Option<RequestId> {
    #[derive(Deserialize)]
    struct Message {
        id: Option<RequestId>,
    }
    serde_json::from_str::<Message>(text).ok()?.id
}

fn parse_error(message: String, id: Option<RequestId>) -> TxJsonRpcMessage<RoleServer> {
    JsonRpcMessage::error(ErrorData::parse_error(message, None), id)
}

/// The id of a message that would be JSON but for its surrogates.
fn id_of(text: &str) -> Option<RequestId> {
    let mut whole = String::with_capacity(text.len());
    for (number, part) in text.split("\\u").enumerate() {
        let is_surrogate = part.as_bytes().first().is_some_and(|byte| matches!(byte, b'd' | b'D'))
            && part.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_hexdigit() && *byte > b'7');
        if number > 0 {
            whole.push_str("\\u");
        }
        match part.get(4..).filter(|_| number > 0 && is_surrogate) {
            Some(rest) => {
                whole.push_str("fffd");
                whole.push_str(rest);
            }
            None => whole.push_str(part),
        }
    }
    let mut message: Value = serde_json::from_str(&whole).ok()?;
    serde_json::from_value(message.get_mut("id")?.take()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(line: &[u8]) -> Option<Value> {
        objection(line).map(|answer| serde_json::to_value(answer).unwrap())
    }

    #[test]
    fn what_is_no_json_is_a_parse_error() {
        for line in [&b"{"[..], b"hello", b"{\"a\": \xff}", b"{\"id\": 1,}"] {
            assert_eq!(answer(line).unwrap()["error"]["code"], -32700);
        }
        for line in [&b""[..], b" \r", b"{}", b"[1]", b"\"\\ud83d\\udc4b\"", b"{\"a\":\"\\u00e4\"}"]
        {
            assert_eq!(answer(line), None);
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_answered_under_the_requests_id() {
        let line = br#"{"jsonrpc":"2.0","id":101,"params":{"q":"clamp \ud83d","r":"\uDE00"}}"#;
        let answer = answer(line).unwrap();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&101.into(), &(-32700).into()));
    }

    #[test]
    fn a_number_beyond_all_is_answered_under_the_requests_id() {
        let line = br#"{"jsonrpc":"2.0","id":7,"params":{"x":1e400},"note":"2e5 and \u00e4"}"#;
        let refused = answer(line).unwrap();
        assert_eq!((&refused["id"], &refused["error"]["code"]), (&7.into(), &(-32700).into()));
        assert_eq!(answer(br#"{"id":7,"params":{"x":1e300}}"#), None);
    }

    /// The answer to a message that is refused.
    fn refusal(message: &str) -> Value {
        let refused = checked_message(message.as_bytes().to_vec()).unwrap_err();
        serde_json::to_value(refused).unwrap()
    }

    #[test]
    fn a_request_of_a_wrong_form_is_refused_under_its_id() {
        let deep = format!("{}{}", "[".repeat(126), "]".repeat(126));
        let deep = format!(r#"{{"jsonrpc":"2.0","id":"a","method":"x","params":{{"y":{deep}}}}}"#);
        for (message, id, code, said) in [
            (r#"{"id":4,"method":"ping"}"#, json!(4), -32600, "jsonrpc"),
            (r#"{"jsonrpc":"1.0","id":"b","method":"ping"}"#, json!("b"), -32600, "jsonrpc"),
            (
                r#"{"jsonrpc":"2.0","id":5,"method":"tools/list","params":"x"}"#,
                json!(5),
                -32602,
                "params",
            ),
            (
                r#"{"jsonrpc":"2.0","id":6,"method":"tools/list","params":[1]}"#,
                json!(6),
                -32602,
                "params",
            ),
            (
                r#"{"jsonrpc":"2.0","id":7,"method":"initialize"}"#,
                json!(7),
                -32602,
                "`params` with",
            ),
            (
                r#"{"jsonrpc":"2.0","id":8,"method":"initialize","params":{"protocolVersion":"x","capabilities":{}}}"#,
                json!(8),
                -32602,
                "`params.clientInfo`",
            ),
            (deep.as_str(), json!("a"), -32600, "nested"),
            (r#"[{"id":1}]"#, json!(null), -32600, "batches are not taken"),
            (r#"{"jsonrpc":"2.0","id":7}"#, json!(7), -32600, "no `method`"),
        ] {
            let answer = refusal(message);
            assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &code.into()), "{message}");
            assert!(answer["error"]["message"].as_str().unwrap().contains(said), "{answer}");
        }
    }

    #[test]
    fn what_can_be_read_goes_on_as_it_is() {
        for message in [
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"{}"}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"x"}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            "",
        ] {
            assert_eq!(checked_message(message.into()).unwrap(), message.as_bytes());
        }
        let empty = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}"#;
        let read = checked_message(empty.into()).unwrap();
        assert_eq!(read, br#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_under_its_id() {
        let beginning = br#"{"jsonrpc": "2.0", "id": 12, "method": "x", "params": {"query": "aaa"#;
        let answer = serde_json::to_value(too_long(beginning, 10)).unwrap();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&12.into(), &(-32600).into()));
        for unknown in [&b"{\"params\":{\"id\":3"[..], b"aaaa", b"{", "{\"ü".as_bytes()] {
            assert_eq!(id_at_beginning(unknown), None);
        }
    }
}
