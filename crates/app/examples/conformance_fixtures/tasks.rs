//! Tools of the tasks extension: they run behind their call, for a client that declares it.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock,
    CreateTaskResult, ErrorData, InputRequests, JsonObject,
};
use rmcp::service::RequestContext;
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use serde_json::Value;

use crate::answers::{from_json, text};
use crate::rounds::{accepted, ask, elicitation, name_question};

/// Longest a client without tasks is kept waiting for `slow_compute`.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What a task does.
enum Work {
    Compute(Duration, String),
    Fail,
    Break,
    Delete(String),
    AskTwice,
    Greet(String),
}

/// Calls one of the tools; `None` for any other.
pub(crate) async fn call(
    tasks: &TaskManager,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<Option<CallToolResponse>, ErrorData> {
    let empty = JsonObject::new();
    let arguments = request.arguments.as_ref().unwrap_or(&empty);
    let given =
        |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let work = match request.name.as_ref() {
        "greet" => return Ok(Some(text(format!("Hello, {}!", given("name"))).into())),
        "slow_compute" => {
            let seconds = arguments.get("seconds").and_then(Value::as_f64).unwrap_or(1.0);
            Work::Compute(Duration::from_secs_f64(seconds.clamp(0.0, 3600.0)), given("label"))
        }
        "failing_job" => Work::Fail,
        "protocol_error_job" => Work::Break,
        "confirm_delete" => Work::Delete(given("filename")),
        "multi_input" => Work::AskTwice,
        "test_tool_with_task" => {
            let Some(answer) = accepted(request.input_responses.as_ref(), "user_name")? else {
                return ask(context, name_question(), None).map(|asked| Some(asked.into()));
            };
            Work::Greet(answer["name"].as_str().unwrap_or_default().to_owned())
        }
        _ => return Ok(None),
    };
    if context.client_capabilities().is_some_and(|able| able.supports_tasks()) {
        let task = tasks.spawn(TaskOptions::new(), |task| Box::pin(run(work, task)));
        return Ok(Some(CreateTaskResult::new(task).into()));
    }
    match work {
        Work::Compute(time, label) if time <= TIMEOUT => {
            tokio::time::sleep(time).await;
            Ok(Some(computed(&label).into()))
        }
        _ => {
            let needed = ClientCapabilities::builder().enable_tasks().build();
            Err(ErrorData::missing_required_client_capability(needed))
        }
    }
}

fn computed(label: &str) -> CallToolResult {
    text(format!("computed {label}"))
}

async fn run(work: Work, task: TaskContext) -> Result<CallToolResult, TaskExit> {
    match work {
        Work::Compute(time, label) => tokio::select! {
            () = tokio::time::sleep(time) => Ok(computed(&label)),
            () = task.cancelled() => Err(TaskExit::Cancelled),
        },
        Work::Fail => {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(CallToolResult::error(vec![ContentBlock::text("the job failed, as it always does")]))
        }
        Work::Break => Err(ErrorData::internal_error("the job broke the protocol", None).into()),
        Work::Delete(file) => {
            let message = format!("Delete {file}?");
            let answer = question(&task, elicitation("confirm", &message, "confirm", "boolean"));
            let done = if answer.await?["action"] == "accept" { "deleted" } else { "kept" };
            Ok(text(format!("{done} {file}")))
        }
        Work::AskTwice => {
            let name = question(&task, elicitation("name", "Who?", "name", "string"));
            let sure = question(&task, elicitation("sure", "Sure?", "confirm", "boolean"));
            let (name, _) = tokio::try_join!(name, sure)?;
            Ok(text(format!("{} is sure", name["content"]["name"].as_str().unwrap_or("somebody"))))
        }
        Work::Greet(name) => Ok(text(format!("Hello, {name}!"))),
    }
}

/// Parks the task at a question until the client answers.
async fn question(task: &TaskContext, question: Value) -> Result<Value, TaskExit> {
    let questions: InputRequests = from_json(question)?;
    let none = || ErrorData::internal_error("there is no question", None);
    let (key, request) = questions.into_iter().next().ok_or_else(none)?;
    task.request_input(key, request).await
}
