//! Putting sconce's part into a file that belongs to somebody else.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstRootNode};
use serde_json::Value;

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Merged {
    /// It says what it should already.
    Unchanged,
    /// Its new text.
    Write(String),
    /// It is left alone, for this reason.
    NotOurs(String),
}

/// Puts `entry` under `keys` and `sconce` into a JSON document, which may have comments; everything else stays as it is
/// written.
pub(super) fn json_entry(old: Option<&str>, keys: &[&str], entry: &Value) -> Merged {
    let old = old.filter(|text| !text.trim().is_empty()).unwrap_or("{}\n");
    let Ok(document) = CstRootNode::parse(old, &JSON_WITH_COMMENTS) else {
        return Merged::NotOurs("it is not valid JSON".to_owned());
    };
    let Some(mut servers) = document.object_value_or_create() else { return not_an_object() };
    for key in keys {
        let Some(object) = servers.object_value_or_create(key) else { return not_an_object() };
        servers = object;
    }
    let Some(known) = servers.get("sconce") else {
        servers.append("sconce", written(entry));
        return Merged::Write(document.to_string());
    };
    let found = known.value().and_then(|value| value.to_serde_value()).unwrap_or_default();
    if found == *entry {
        return Merged::Unchanged;
    }
    if !starts_sconce(&found) {
        return Merged::NotOurs("it has another server named sconce".to_owned());
    }
    known.set_value(written(entry));
    Merged::Write(document.to_string())
}

/// What editors take in their settings, and nothing of JSON5 beside it.
const JSON_WITH_COMMENTS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

fn written(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(values) => CstInputValue::Array(values.iter().map(written).collect()),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), written(value)));
            CstInputValue::Object(entries.collect())
        }
    }
}

fn not_an_object() -> Merged {
    Merged::NotOurs("it has another shape than its agent's documentation says".to_owned())
}

/// Whether an entry is one of ours: its command is a program named sconce.
fn starts_sconce(entry: &Value) -> bool {
    let command = match &entry["command"] {
        Value::Array(words) => words.first().and_then(Value::as_str),
        other => other.as_str(),
    };
    let program = command.and_then(|command| command.rsplit(['/', '\\']).next());
    program.is_some_and(|program| program.trim_end_matches(".exe") == "sconce")
}

/// Appends a TOML table that is not there yet; of one that starts another sconce, the command is set.
pub(super) fn toml_table(old: Option<&str>, name: &str, text: &str) -> Merged {
    let old = old.unwrap_or_default();
    let Ok(document) = old.parse::<toml::Table>() else {
        return Merged::NotOurs("it is not valid TOML".to_owned());
    };
    match table_in(document, name) {
        Some(found) if starts_sconce(&found) => return set_command(old, name, text, &found),
        Some(_) => return Merged::NotOurs(format!("it has another [{name}]")),
        None => {}
    }
    let gap = if old.is_empty() || old.ends_with("\n\n") { "" } else { "\n" };
    let newline = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    let new = format!("{old}{newline}{gap}{text}");
    // A table that is written inline takes no further one behind it.
    if new.parse::<toml::Table>().is_err() {
        return Merged::NotOurs(format!("nothing can be appended to it as [{name}]"));
    }
    Merged::Write(new)
}

/// Has the table of that name, which is `found`, start what `text` starts; its other keys stay.
fn set_command(old: &str, name: &str, text: &str, found: &Value) -> Merged {
    let command = |text: &str| {
        let table = table_in(text.parse().ok()?, name)?;
        table.get("command").cloned()
    };
    let wanted = command(text);
    if wanted.as_ref() == found.get("command") {
        return Merged::Unchanged;
    }
    let is_command =
        |line: &&str| line.split_once('=').is_some_and(|(key, _)| key.trim() == "command");
    let Some(line) = text.lines().find(is_command) else { return Merged::Unchanged };
    let (mut within, mut new) = (false, String::new());
    for old in old.lines() {
        if old.trim_start().starts_with('[') {
            within = old.trim() == format!("[{name}]");
        }
        let is_it = within && is_command(&old);
        new.push_str(if is_it { line } else { old });
        new.push('\n');
    }
    if command(&new) == wanted {
        Merged::Write(new)
    } else {
        Merged::NotOurs(format!("its [{name}] starts another sconce"))
    }
}

/// The table of a dotted name.
fn table_in(document: toml::Table, name: &str) -> Option<Value> {
    let mut at = toml::Value::Table(document);
    for key in name.split('.') {
        at = at.as_table_mut()?.remove(key)?;
    }
    serde_json::to_value(at).ok()
}

/// Writes a marked section of a Markdown file, in place of an earlier one.
pub(super) fn section(old: Option<&str>, mark: &str, text: &str) -> Merged {
    let (begin, end) = (format!("<!-- {mark}:begin -->"), format!("<!-- {mark}:end -->"));
    let block = format!("{begin}\n{}\n{end}\n", text.trim_end());
    let old = old.unwrap_or_default();
    let new = match (old.find(&begin), old.find(&end)) {
        (Some(from), Some(to)) if from < to => {
            let rest = old[to + end.len()..].trim_start_matches('\n');
            let gap = if rest.is_empty() { "" } else { "\n" };
            format!("{}{block}{gap}{rest}", &old[..from])
        }
        (None, None) if old.trim().is_empty() => block,
        (None, None) => format!("{}\n\n{block}", old.trim_end()),
        _ => return Merged::NotOurs(format!("its section {mark} has only one end")),
    };
    if new == old { Merged::Unchanged } else { Merged::Write(new) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry() -> Value {
        json!({ "command": "sconce", "args": ["mcp"] })
    }

    fn text_of(merged: Merged) -> String {
        let Merged::Write(text) = merged else { panic!("{merged:?}") };
        text
    }

    #[test]
    fn other_servers_and_settings_stay_as_and_where_they_are() {
        let old = r#"{"zoom": 1, "mcpServers": {"other": {"command": "x"}}, "alpha": true}"#;
        let new = text_of(json_entry(Some(old), &["mcpServers"], &entry()));
        let document: Value = serde_json::from_str(&new).unwrap();
        assert_eq!(document["mcpServers"]["other"]["command"], "x");
        assert_eq!(document["mcpServers"]["sconce"], entry());
        let keys: Vec<_> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["zoom", "mcpServers", "alpha"]);
        assert_eq!(json_entry(Some(&new), &["mcpServers"], &entry()), Merged::Unchanged);
    }

    #[test]
    fn comments_and_the_form_of_a_document_stay() {
        let old = "{\n\t// mine\n\t\"servers\": {\n\t\t\"other\": { \"args\": [\"a\",\"b\"] }, // theirs\n\t},\n}\n";
        let new = text_of(json_entry(Some(old), &["servers"], &entry()));
        for kept in ["\t// mine\n", "\"other\": { \"args\": [\"a\",\"b\"] }, // theirs\n"] {
            assert!(new.contains(kept), "{new}");
        }
        assert!(new.contains("\n\t\t\"sconce\": {\n\t\t\t\"command\": \"sconce\""), "{new}");
        assert_eq!(json_entry(Some(&new), &["servers"], &entry()), Merged::Unchanged);
        let older = new.replace("\"mcp\"", "\"mcp\", \"--verbose\"");
        assert_eq!(text_of(json_entry(Some(&older), &["servers"], &entry())), new);
        let first = text_of(json_entry(None, &["a", "b"], &entry()));
        let expected = json!({ "a": { "b": { "sconce": entry() } } });
        assert_eq!(serde_json::from_str::<Value>(&first).unwrap(), expected, "{first}");
        assert!(first.ends_with("}\n") && first.contains("\n  \"a\": {\n    \"b\""), "{first}");
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let left =
            |old: &str| matches!(json_entry(Some(old), &["m"], &entry()), Merged::NotOurs(_));
        assert!(left("{ mcp: 'sconce' }") && left("{ // a comment\n") && left("[]"));
        assert!(left(r#"{"m": []}"#));
        assert!(left(r#"{"m": {"sconce": {"command": "docker"}}}"#));
        assert!(!left(r#"{"m": {"sconce": {"command": "/usr/bin/sconce"}}}"#));
        assert!(matches!(
            toml_table(Some("[a.b]\nx = 1\n"), "a.b", "[a.b]\ny = 2\n"),
            Merged::NotOurs(_)
        ));
    }

    #[test]
    fn a_table_that_starts_another_sconce_is_set_right() {
        let text = "[mcp_servers.sconce]\ncommand = \"/new/sconce\"\nargs = [\"mcp\"]\n";
        let old = "[mcp_servers.sconce]\ncommand = \"/old/sconce\"\ntimeout = 9\n\n[other]\ncommand = \"x\"\n";
        let new = text_of(toml_table(Some(old), "mcp_servers.sconce", text));
        assert_eq!(new, old.replace("/old/", "/new/"));
        assert_eq!(toml_table(Some(&new), "mcp_servers.sconce", text), Merged::Unchanged);
        for closed in [
            "mcp_servers = { docs = { command = \"npx\" } }\n",
            "mcp_servers = { sconce = { command = \"/old/sconce\" } }\n",
        ] {
            let merged = toml_table(Some(closed), "mcp_servers.sconce", text);
            assert!(matches!(merged, Merged::NotOurs(_)), "{closed}: {merged:?}");
        }
    }

    #[test]
    fn a_toml_table_is_appended_once() {
        let text = "[mcp_servers.sconce]\ncommand = \"sconce\"\n";
        let new = text_of(toml_table(Some("model = \"x\""), "mcp_servers.sconce", text));
        assert_eq!(new, format!("model = \"x\"\n\n{text}"));
        assert_eq!(toml_table(Some(&new), "mcp_servers.sconce", text), Merged::Unchanged);
    }

    #[test]
    fn a_section_is_replaced_in_place() {
        let first = text_of(section(Some("# Mine\n"), "s", "one"));
        assert_eq!(first, "# Mine\n\n<!-- s:begin -->\none\n<!-- s:end -->\n");
        let more = format!("{first}\n# More\n");
        let second = text_of(section(Some(&more), "s", "two"));
        assert_eq!(second, "# Mine\n\n<!-- s:begin -->\ntwo\n<!-- s:end -->\n\n# More\n");
        assert_eq!(section(Some(&second), "s", "two"), Merged::Unchanged);
    }
}
