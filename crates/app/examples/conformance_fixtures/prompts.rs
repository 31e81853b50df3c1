//! Prompts: `test_…`.

use rmcp::RoleServer;
use rmcp::model::{
    ContentBlock, ErrorData, GetPromptRequestParams, GetPromptResponse, GetPromptResult, Prompt,
    PromptArgument, PromptMessage, Role,
};
use rmcp::service::RequestContext;
use serde_json::Value;

use crate::answers::{embedded, png};
use crate::changes::{Changed, Changes};
use crate::rounds::{accepted, ask, elicitation};

/// Name, description and arguments.
const PROMPTS: [(&str, &str, &[&str]); 5] = [
    ("test_simple_prompt", "Has no arguments", &[]),
    ("test_prompt_with_arguments", "Has two arguments", &["arg1", "arg2"]),
    ("test_prompt_with_embedded_resource", "Embeds a resource", &["resourceUri"]),
    ("test_prompt_with_image", "Has an image", &[]),
    ("test_input_required_result_prompt", "Asks the user first", &[]),
];

pub(crate) fn all(changes: &Changes) -> Vec<Prompt> {
    let passing = changes.is_there(Changed::Prompts).then_some((
        "test_passing_prompt",
        "Is there at times",
        &[][..],
    ));
    let prompts = PROMPTS.into_iter().chain(passing).map(|(name, description, arguments)| {
        let arguments =
            arguments.iter().map(|name| PromptArgument::new(*name).with_required(true)).collect();
        Prompt::new(name, Some(description), Some(arguments))
    });
    prompts.collect()
}

pub(crate) fn get(
    request: &GetPromptRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<GetPromptResponse, ErrorData> {
    let contents = match request.name.as_str() {
        "test_simple_prompt" | "test_passing_prompt" => {
            vec![ContentBlock::text("This is a simple prompt for testing.")]
        }
        "test_prompt_with_arguments" => {
            let (first, second) = (argument(request, "arg1")?, argument(request, "arg2")?);
            let text = format!("Prompt with arguments: arg1='{first}', arg2='{second}'");
            vec![ContentBlock::text(text)]
        }
        "test_prompt_with_embedded_resource" => {
            let uri = argument(request, "resourceUri")?;
            vec![
                embedded(uri, "text/plain", "Embedded resource content for testing."),
                ContentBlock::text("Please process the embedded resource above."),
            ]
        }
        "test_prompt_with_image" => {
            vec![png(), ContentBlock::text("Please analyze the image above.")]
        }
        "test_input_required_result_prompt" => {
            let answer = accepted(request.input_responses.as_ref(), "user_context")?;
            let Some(answer) = answer else {
                let message = "What context should the prompt use?";
                let question = elicitation("user_context", message, "context", "string");
                return ask(context, question, None).map(GetPromptResponse::from);
            };
            let about = answer["context"].as_str().unwrap_or_default();
            vec![ContentBlock::text(format!("Answer in the context of {about}."))]
        }
        other => return Err(ErrorData::invalid_params(format!("unknown prompt {other}"), None)),
    };
    let messages = contents.into_iter().map(|content| PromptMessage::new(Role::User, content));
    Ok(GetPromptResult::new(messages.collect()).into())
}

fn argument<'a>(request: &'a GetPromptRequestParams, name: &str) -> Result<&'a str, ErrorData> {
    let given = request.arguments.as_ref().and_then(|arguments| arguments.get(name));
    let missing = || ErrorData::invalid_params(format!("{name} is missing"), None);
    given.and_then(Value::as_str).ok_or_else(missing)
}
