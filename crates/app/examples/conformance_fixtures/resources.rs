//! Resources: `test://…`.

use rmcp::model::{ErrorData, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde_json::json;

use crate::answers::PNG;

const TEXT: &str = "test://static-text";
const BINARY: &str = "test://static-binary";
const WATCHED: &str = "test://watched-resource";

pub(crate) fn all() -> Vec<Resource> {
    vec![
        Resource::new(TEXT, "static_text").with_mime_type("text/plain"),
        Resource::new(BINARY, "static_binary").with_mime_type("image/png"),
        Resource::new(WATCHED, "watched_resource").with_mime_type("text/plain"),
    ]
}

pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let template = ResourceTemplate::new("test://template/{id}/data", "template");
    vec![template.with_mime_type("application/json")]
}

pub(crate) fn read(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let id = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
    let contents = match (uri, id) {
        (TEXT, _) => text(uri, "This is the content of the static text resource."),
        (WATCHED, _) => text(uri, "Nothing has changed."),
        (BINARY, _) => ResourceContents::blob(PNG, uri).with_mime_type("image/png"),
        (_, Some(id)) => {
            let data = format!("Data for ID: {id}");
            let data = json!({ "id": id, "templateTest": true, "data": data }).to_string();
            ResourceContents::text(data, uri).with_mime_type("application/json")
        }
        _ => {
            let about = json!({ "uri": uri });
            return Err(ErrorData::resource_not_found("resource not found", Some(about)));
        }
    };
    Ok(ReadResourceResult::new(vec![contents]))
}

fn text(uri: &str, text: &str) -> ResourceContents {
    ResourceContents::text(text, uri).with_mime_type("text/plain")
}
