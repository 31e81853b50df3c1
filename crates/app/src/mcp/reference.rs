//! `docs/mcp.md`, made from the tools.

use std::fmt::Write as _;

use rmcp::model::Tool;
use serde_json::Value;

use super::tools;

/// The whole reference.
pub fn reference() -> String {
    let mut text = include_str!("reference.md").to_owned();
    text.push_str(
        "\n## Tools\n\n<!-- Generated from crates/app/src/mcp; \
         SCONCE_UPDATE_DOCS=1 cargo test -p sconce --test it docs -->\n",
    );
    for tool in tools::all() {
        entry(&mut text, tool);
    }
    text
}

fn entry(text: &mut String, tool: &Tool) {
    let description = tool.description.as_deref().unwrap_or_default();
    let _ = write!(text, "\n### `{}`\n\n{description}\n", tool.name);
    let required: Vec<&str> = tool
        .input_schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let Some(properties) = tool.input_schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    if !properties.is_empty() {
        text.push_str("\n| argument | type | default | |\n| --- | --- | --- | --- |\n");
    }
    for (name, schema) in properties {
        let kind = schema["type"].as_str().unwrap_or_default();
        let default = match schema.get("default") {
            Some(default) => format!("`{default}`"),
            None if required.contains(&name.as_str()) => "required".to_owned(),
            None => String::new(),
        };
        let doc = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        let _ = writeln!(text, "| `{name}` | {kind} | {default} | {doc} |");
    }
}
