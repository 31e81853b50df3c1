//! Questions of revision 2026-07-28: results of type `input_required`, which the client answers by
//! calling again.

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ClientCapabilities, ErrorData, InputRequest,
    InputRequests, InputRequiredResult, InputResponses, RequestStateCodec,
};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

use crate::answers::{from_json, text};

type Context = RequestContext<RoleServer>;

/// Seals what one round leaves for the next.
pub(crate) struct Rounds {
    codec: RequestStateCodec,
}

impl Default for Rounds {
    fn default() -> Rounds {
        Rounds { codec: RequestStateCodec::new_unchecked(*b"a key that only this server needs") }
    }
}

impl Rounds {
    fn seal(&self, state: &str) -> String {
        self.codec.seal(state.as_bytes())
    }

    /// What the round before sealed; an error where it was sealed by somebody else.
    fn open(&self, request: &CallToolRequestParams) -> Result<Option<Vec<u8>>, ErrorData> {
        let Some(sealed) = &request.request_state else { return Ok(None) };
        let forged = |_| ErrorData::invalid_params("the requestState is not this server's", None);
        self.codec.open(sealed).map(Some).map_err(forged)
    }

    /// Calls one of the tools that ask; `None` for any other.
    pub(crate) fn call(
        &self,
        request: &CallToolRequestParams,
        context: &Context,
    ) -> Result<Option<CallToolResponse>, ErrorData> {
        let given = request.input_responses.as_ref();
        let answered = |key| accepted(given, key);
        let done = |said: String| Ok(Some(CallToolResponse::from(text(said))));
        let asked = |questions, state| ask(context, questions, state).map(|q| Some(q.into()));
        match request.name.as_ref() {
            "test_input_required_result_elicitation" | "test_streaming_elicitation" => {
                match answered("user_name")? {
                    Some(answer) => done(format!("Hello, {}!", word(answer, "name"))),
                    None => asked(name_question(), None),
                }
            }
            "test_input_required_result_sampling" => match said(given, "capital_question") {
                Some(said) => done(said),
                None => {
                    asked(sampling("capital_question", "What is the capital of France?", 100), None)
                }
            },
            "test_input_required_result_list_roots" => match roots(given) {
                Some(roots) => done(format!("Roots: {roots}")),
                None => asked(list_roots(), None),
            },
            "test_input_required_result_request_state"
            | "test_input_required_result_tampered_state" => {
                let state = self.open(request)?;
                match (answered("confirm")?, state) {
                    (Some(_), Some(_)) => done("state-ok".to_owned()),
                    _ => asked(
                        elicitation("confirm", "Please confirm", "ok", "boolean"),
                        Some(self.seal("asked")),
                    ),
                }
            }
            "test_input_required_result_multiple_inputs" => {
                let state = self.open(request)?;
                match (answered("user_name")?, said(given, "greeting"), roots(given), state) {
                    (Some(answer), Some(greeting), Some(roots), Some(_)) => {
                        done(format!("{greeting} {} of {roots}", word(answer, "name")))
                    }
                    _ => asked(three_questions(), Some(self.seal("asked"))),
                }
            }
            "test_input_required_result_multi_round" => self.several_rounds(request, context),
            "test_input_required_result_capabilities" => {
                match (answered("user_name")?, said(given, "greeting")) {
                    (None, None) => asked(either_question(), None),
                    _ => done("answered".to_owned()),
                }
            }
            _ => Ok(None),
        }
    }

    /// Asks for a name, then for a colour; the name travels in the state.
    fn several_rounds(
        &self,
        request: &CallToolRequestParams,
        context: &Context,
    ) -> Result<Option<CallToolResponse>, ErrorData> {
        let given = request.input_responses.as_ref();
        let state = self.open(request)?;
        if let (Some(answer), Some(name)) = (accepted(given, "step2")?, &state) {
            let (name, colour) = (String::from_utf8_lossy(name), word(answer, "color"));
            return Ok(Some(text(format!("{name} likes {colour}")).into()));
        }
        let (question, state) = match (accepted(given, "step1")?, state) {
            (Some(answer), Some(_)) => (
                elicitation("step2", "Step 2: What is your favorite color?", "color", "string"),
                Some(self.seal(word(answer, "name"))),
            ),
            _ => (
                elicitation("step1", "Step 1: What is your name?", "name", "string"),
                Some(self.seal("asked")),
            ),
        };
        ask(context, question, state).map(|question| Some(question.into()))
    }
}

/// Asks the client what it is able to answer; an error where it is able to answer nothing of it.
pub(crate) fn ask(
    context: &Context,
    questions: Value,
    state: Option<String>,
) -> Result<InputRequiredResult, ErrorData> {
    let questions: InputRequests = from_json(questions)?;
    let able = context.client_capabilities().unwrap_or_default();
    let needed = questions.values().fold(json!({}), |mut needed, question| {
        needed[capability(question)] = json!({});
        needed
    });
    let questions: InputRequests =
        questions.into_iter().filter(|(_, question)| answers(&able, question)).collect();
    if questions.is_empty() {
        return Err(ErrorData::missing_required_client_capability(from_json(needed)?));
    }
    Ok(InputRequiredResult::new(Some(questions), state))
}

fn capability(question: &InputRequest) -> &'static str {
    match question {
        InputRequest::CreateMessage(_) => "sampling",
        InputRequest::ListRoots(_) => "roots",
        _ => "elicitation",
    }
}

fn answers(able: &ClientCapabilities, question: &InputRequest) -> bool {
    match question {
        InputRequest::CreateMessage(_) => able.sampling.is_some(),
        InputRequest::ListRoots(_) => able.roots.is_some(),
        _ => able.elicitation.is_some(),
    }
}

/// What the user entered at a question; `None` where it is unanswered or was declined.
pub(crate) fn accepted<'a>(
    given: Option<&'a InputResponses>,
    key: &str,
) -> Result<Option<&'a Value>, ErrorData> {
    let Some(answer) = given.and_then(|given| given.get(key)) else { return Ok(None) };
    let Some(action) = answer["action"].as_str() else {
        let message = format!("the answer to {key} is no result of an elicitation");
        return Err(ErrorData::invalid_params(message, None));
    };
    Ok((action == "accept").then_some(&answer["content"]))
}

/// What the client's model said.
fn said(given: Option<&InputResponses>, key: &str) -> Option<String> {
    given?.get(key)?["content"]["text"].as_str().map(str::to_owned)
}

/// The client's roots.
fn roots(given: Option<&InputResponses>) -> Option<String> {
    let roots = given?.get("client_roots")?["roots"].as_array()?;
    let uris: Vec<&str> = roots.iter().filter_map(|root| root["uri"].as_str()).collect();
    Some(uris.join(", "))
}

fn word<'a>(answer: &'a Value, field: &str) -> &'a str {
    answer[field].as_str().unwrap_or_default()
}

/// A question to the user with one field.
pub(crate) fn elicitation(key: &str, message: &str, field: &str, kind: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": { field: { "type": kind } },
        "required": [field]
    });
    json!({ key: {
        "method": "elicitation/create",
        "params": { "mode": "form", "message": message, "requestedSchema": schema }
    } })
}

fn sampling(key: &str, prompt: &str, tokens: u32) -> Value {
    let message = json!({ "role": "user", "content": { "type": "text", "text": prompt } });
    json!({ key: {
        "method": "sampling/createMessage",
        "params": { "messages": [message], "maxTokens": tokens }
    } })
}

fn list_roots() -> Value {
    json!({ "client_roots": { "method": "roots/list", "params": {} } })
}

pub(crate) fn name_question() -> Value {
    elicitation("user_name", "What is your name?", "name", "string")
}

fn together<const N: usize>(questions: [Value; N]) -> Value {
    questions
        .into_iter()
        .flat_map(|question| match question {
            Value::Object(question) => question,
            _ => serde_json::Map::new(),
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn either_question() -> Value {
    together([name_question(), sampling("greeting", "Generate a greeting", 50)])
}

fn three_questions() -> Value {
    together([either_question(), list_roots()])
}
