//! `clear_index`: destructive, so the user is asked, in the way of the peer's protocol revision.

use std::time::Duration;

use rmcp::model::{
    CallToolResponse, ClientCapabilities, ElicitRequest, ElicitRequestParams, InputRequest,
    InputRequests, InputRequiredResult, RequestStateCodec, SealOptions, Tool,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Effect, meta, tool};
use crate::mcp::call::{Call, structured};
use crate::mcp::errors::ToolError;
use crate::mcp::{revision, schema};
use crate::output::escaped;

const DESCRIPTION: &str = "\
Delete an index; its files stay. The user is asked, unless `confirm` is true.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("clear_index", "Delete an index", Effect::Destroys, DESCRIPTION)
        .with_raw_output_schema(schema::output::<Cleared>())
        .with_meta(meta("anthropic/requiresUserInteraction", true.into()))
}

/// Arguments of `clear_index`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    pub index_name: String,
    #[serde(default)]
    pub confirm: bool,
}

/// How long a question stays open.
const OPEN_FOR: Duration = Duration::from_mins(10);
/// What a seal is for, so that it is good for nothing else.
const PURPOSE: &[u8] = b"clear_index";
/// The question's name in `inputRequests`.
const QUESTION: &str = "confirm";

/// What was deleted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Cleared {
    /// The index.
    pub cleared: String,
    /// The directory that it was of.
    pub root: String,
}

/// The user's answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct Answer {
    /// Delete the index?
    confirm: bool,
}

rmcp::elicit_safe!(Answer);

/// Seals what a question was about, so that the answer to one cannot be used for another.
#[derive(Debug)]
pub(in crate::mcp) struct Confirmations {
    codec: RequestStateCodec,
}

impl Default for Confirmations {
    fn default() -> Confirmations {
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key).expect("the system has random numbers");
        Confirmations { codec: RequestStateCodec::new_unchecked(key.to_vec()) }
    }
}

impl Confirmations {
    fn seal(&self, index: &str) -> String {
        let options = SealOptions::new().associated_data(PURPOSE).ttl(OPEN_FOR);
        self.codec.seal_with(index.as_bytes(), &options)
    }

    fn is_for(&self, sealed: &str, index: &str) -> bool {
        self.codec.open_with(sealed, PURPOSE).is_ok_and(|about| about == index.as_bytes())
    }
}

/// Deletes an index once the user has agreed.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let engine = call.mcp.engine().await?;
    let index = call.mcp.index_named(&engine, &arguments.index_name).await?;
    let (name, root) = (index.name(), index.root().to_string_lossy());
    if !arguments.confirm {
        match ask(call, name, &root).await? {
            Confirmation::Yes => {}
            Confirmation::Question(question) => return Ok((*question).into()),
        }
    }
    index.delete().await?;
    tracing::info!(index = name, "deleted an index");
    structured(&Cleared { cleared: name.to_owned(), root: root.into_owned() })
}

enum Confirmation {
    Yes,
    /// The client asks its user, and calls again with the answer.
    Question(Box<InputRequiredResult>),
}

async fn ask(call: &Call<'_>, name: &str, root: &str) -> Result<Confirmation, ToolError> {
    let (shown, root) = (escaped(name), escaped(root));
    let message = format!("Delete the index '{shown}' of {root}? The files stay.");
    let is_sessionless = call
        .context
        .protocol_version()
        .is_some_and(|version| revision::is_sessionless(version.as_str()));
    let able = call.context.client_capabilities().is_some_and(|able| takes_forms(&able));
    if !able {
        return Err(unasked(name));
    }
    if !is_sessionless {
        return match call.context.peer.elicit::<Answer>(message).await {
            Ok(Some(Answer { confirm: true })) => Ok(Confirmation::Yes),
            _ => Err(declined(name)),
        };
    }
    let Some(responses) = &call.input_responses else {
        return Ok(Confirmation::Question(Box::new(question(call, name, message)?)));
    };
    let state = call.request_state.as_deref().unwrap_or_default();
    let answer = &responses.get(QUESTION).cloned().unwrap_or_default();
    let accepted = answer["action"] == "accept" && answer["content"]["confirm"] == true;
    if accepted && call.mcp.shared.confirmations.is_for(state, name) {
        Ok(Confirmation::Yes)
    } else {
        Err(declined(name))
    }
}

fn takes_forms(capabilities: &ClientCapabilities) -> bool {
    capabilities.elicitation.as_ref().is_some_and(|able| able.form.is_some() || able.url.is_none())
}

fn question(
    call: &Call<'_>,
    name: &str,
    message: String,
) -> Result<InputRequiredResult, ToolError> {
    let schema = json!({
        "type": "object",
        "properties": { "confirm": { "type": "boolean", "title": "Delete the index" } },
        "required": ["confirm"]
    });
    let schema = serde_json::from_value(schema)
        .map_err(|error| ToolError::new(format!("the question cannot be written: {error}")))?;
    let params = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message,
        requested_schema: schema,
    };
    let mut requests = InputRequests::new();
    requests.insert(QUESTION.to_owned(), InputRequest::Elicitation(ElicitRequest::new(params)));
    let state = call.mcp.shared.confirmations.seal(name);
    Ok(InputRequiredResult::new(Some(requests), Some(state)))
}

fn declined(name: &str) -> ToolError {
    ToolError::new(format!("the user did not confirm, so index '{name}' stays"))
}

fn unasked(name: &str) -> ToolError {
    ToolError::new(format!("deleting index '{name}' needs a confirmation")).with_hint(
        "ask the user, and where they agree say so with `confirm`; this client cannot be asked to",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_for_the_index_it_was_given_for() {
        let confirmations = Confirmations::default();
        let sealed = confirmations.seal("a");
        assert!(confirmations.is_for(&sealed, "a"));
        assert!(!confirmations.is_for(&sealed, "b"));
        assert!(!confirmations.is_for("", "a"));
        assert!(!Confirmations::default().is_for(&sealed, "a"), "another server's seal");
    }
}
