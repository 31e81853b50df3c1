//! JSON schemas of the tools, plain enough for every client.
//!
//! `TypeScript` clients complain about `uint32`, others about `null` types or `$ref`; so schemas
//! are inlined and stripped of all three.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The schema of what a tool takes.
pub fn input<T: JsonSchema>() -> Arc<JsonObject> {
    Arc::new(plain::<T>(SchemaSettings::draft2020_12()))
}

/// The schema of what a tool gives as structured content.
pub fn output<T: JsonSchema>() -> Arc<JsonObject> {
    Arc::new(plain::<T>(SchemaSettings::draft2020_12().for_serialize()))
}

fn plain<T: JsonSchema>(settings: SchemaSettings) -> JsonObject {
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    tidy(&mut schema);
    let Value::Object(mut object) = schema else { return JsonObject::new() };
    object.remove("title");
    object.remove("description");
    // Every call pays for it, and an unknown argument is answered with a corrected call.
    object.remove("additionalProperties");
    object.entry("properties").or_insert_with(|| Value::Object(JsonObject::new()));
    object
}

fn tidy(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("format");
            if object.get("minimum") == Some(&Value::from(0)) {
                object.remove("minimum");
            }
            // What is empty, false or 0 unless it is given needs no default.
            let idle = |value: &Value| {
                [Value::Null, Value::Array(vec![]), false.into(), 0.into()].contains(value)
            };
            if object.get("default").is_some_and(idle) {
                object.remove("default");
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            flatten_choice(object);
            object.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// `anyOf: [X, null]` becomes X, and a `oneOf` of documented words becomes an `enum`.
fn flatten_choice(object: &mut JsonObject) {
    if let Some(Value::Array(choices)) = object.get("anyOf") {
        let real: Vec<_> = choices.iter().filter(|c| c["type"] != "null").cloned().collect();
        if let [Value::Object(only)] = real.as_slice() {
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    if let Some(Value::Array(choices)) = object.get("oneOf") {
        let words: Option<Vec<_>> = choices.iter().map(|c| c.get("const").cloned()).collect();
        if let Some(words) = words {
            object.remove("oneOf");
            object.insert("type".to_owned(), "string".into());
            object.insert("enum".to_owned(), Value::Array(words));
        }
    }
}

/// The first thing in a schema that some client does not take, as a path and a reason.
#[cfg(test)]
pub fn objection(schema: &JsonObject) -> Option<String> {
    fn walk(at: &str, value: &Value) -> Option<String> {
        let Value::Object(object) = value else {
            let Value::Array(items) = value else { return None };
            return items.iter().find_map(|item| walk(at, item));
        };
        for key in ["$ref", "format", "$defs", "anyOf", "oneOf", "allOf"] {
            if object.contains_key(key) && !at.ends_with("properties") {
                return Some(format!("{at}: {key}"));
            }
        }
        if !at.ends_with("properties") && object.get("type").is_some_and(|t| !t.is_string()) {
            return Some(format!("{at}: type is no single name"));
        }
        object.iter().find_map(|(key, value)| walk(&format!("{at}/{key}"), value))
    }
    if schema.get("type") != Some(&Value::from("object")) {
        return Some("the root is no object".to_owned());
    }
    walk("", &Value::Object(schema.clone()))
}
