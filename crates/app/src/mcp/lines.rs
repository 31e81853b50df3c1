//! Lines that are no JSON: each is answered with a parse error, and the session goes on.

use rmcp::RoleServer;
use rmcp::model::{ErrorData, JsonRpcMessage, RequestId};
use rmcp::service::TxJsonRpcMessage;
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWriteExt as _, DuplexStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::lines::Lines;

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
    /// Reads lines of at most `longest` bytes; longer ones are dropped.
    pub(super) fn of<R>(input: R, longest: usize) -> (CheckedLines, DuplexStream)
    where
        R: AsyncRead + Send + Unpin + 'static,
    {
        let (mut lines, (mut checked, stream)) =
            (Lines::new(input, longest), tokio::io::duplex(AHEAD));
        let (sender, answers) = mpsc::channel(16);
        let reading = tokio::spawn(async move {
            while let Ok(Some(mut line)) = lines.next().await {
                match objection(&line) {
                    None => {
                        line.push(b'\n');
                        if checked.write_all(&line).await.is_err() {
                            return;
                        }
                    }
                    Some(answer) => {
                        tracing::warn!("a line of the client is no JSON");
                        if sender.send(answer).await.is_err() {
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

/// The answer to a line that is no JSON; none where it is.
fn objection(line: &[u8]) -> Option<TxJsonRpcMessage<RoleServer>> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return Some(parse_error("the line is not UTF-8".to_owned(), None));
    };
    let has_escapes = text.contains("\\u");
    let read = if has_escapes {
        serde_json::from_str::<Value>(text).map(|_| ())
    } else {
        serde_json::from_str::<IgnoredAny>(text).map(|_| ())
    };
    let error = read.err()?;
    let id = has_escapes.then(|| id_of(text)).flatten();
    let message = if id.is_some() {
        format!("the line holds half of a surrogate pair: {error}")
    } else {
        format!("the line is no JSON: {error}")
    };
    Some(parse_error(message, id))
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
}
