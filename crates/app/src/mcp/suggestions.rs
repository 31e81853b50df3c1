//! Calls that would work, in the place of calls that the engine refused.

use rmcp::model::JsonObject;
use sconce_code::nearest;
use sconce_engine::Remedy;
use serde_json::{Value, json};

/// Characters of a query that is shown as a shorter one.
const SHORT_QUERY: usize = 80;

/// What to do, and a call that would work, in the words of the tools.
pub(super) struct Suggestion {
    /// In the place of the hint that the remedy has.
    pub hint: Option<String>,
    pub tool: String,
    pub arguments: Value,
}

/// A call that would work, where it is the call that is wrong. `destroys` says whether the tool takes
/// something away.
pub(super) fn suggestion(
    remedy: &Remedy,
    tool: &str,
    given: &JsonObject,
    destroys: bool,
) -> Option<Suggestion> {
    let same = |arguments: JsonObject| {
        Some(Suggestion { hint: None, tool: tool.to_owned(), arguments: Value::Object(arguments) })
    };
    let other = |tool: &str, arguments: Value| {
        Some(Suggestion { hint: None, tool: tool.to_owned(), arguments })
    };
    if destroys {
        return of_destroyer(remedy);
    }
    match remedy {
        Remedy::ChangeValue { wrong, near, .. } => {
            same(without_value(given, wrong, near.first().map(String::as_str)))
        }
        Remedy::ChangeGlob { wrong } => same(without_value(given, wrong, None)),
        Remedy::IndexFirst | Remedy::GoOn | Remedy::KeepCache => other("index_codebase", json!({})),
        Remedy::IndexDirectoryOfFile { directory } => {
            other("index_codebase", json!({ "path": directory }))
        }
        // Another glob of what is there would leave out the rest of an index that has all of it.
        Remedy::Include { .. } => {
            let mut corrected = given.clone();
            corrected.remove("include");
            same(corrected)
        }
        Remedy::ChangeModel { root, .. } | Remedy::Rebuild { root } => {
            other("index_codebase", json!({ "path": root, "rebuild": true }))
        }
        Remedy::NameIndex { wrong, known } => {
            let is_named = |name: &str| given.values().any(|value| names(value, name));
            let others = known.iter().map(String::as_str).filter(|name| !is_named(name));
            let mut corrected = without_value(given, wrong, nearest(wrong, others));
            // What is done to one index is no proposal for another one.
            corrected.retain(|argument, _| !["cancel", "rebuild"].contains(&argument.as_str()));
            let still_names =
                ["index_name", "index_names"].iter().any(|of| corrected.contains_key(*of));
            if still_names { same(corrected) } else { other("list_indexes", json!({})) }
        }
        Remedy::ChooseName { taken } => {
            let mut corrected = without_value(given, taken, None);
            corrected.insert("index_name".to_owned(), format!("{taken}-2").into());
            other(tool, Value::Object(corrected))
        }
        Remedy::Index { root } => other("index_codebase", json!({ "path": root })),
        Remedy::FindFile { path } => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let mut find = json!({ "query": name, "response_format": "concise" });
            for (of_search, argument) in [("index_name", "index_name"), ("path", "project")] {
                if let Some(value) = given.get(argument) {
                    find[of_search] = value.clone();
                }
            }
            other("search_code", find)
        }
        Remedy::AwaitVectors { index } => {
            let wait = json!({ "index_name": index, "wait_seconds": 20 });
            other("index_status", wait)
        }
        Remedy::ShortenQuery => same(shortened(given, "query")),
        Remedy::ChangePattern => {
            let mut corrected = shortened(given, "pattern");
            corrected.remove("regex");
            same(corrected)
        }
        Remedy::AwaitWriter { index } => {
            other("index_status", json!({ "index_name": index, "wait_seconds": 20 }))
        }
        _ => None,
    }
}

/// Whether a value is a name, or a list of which it is one.
fn names(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text.split(',').any(|one| one.trim() == name),
        Value::Array(items) => items.iter().any(|item| names(item, name)),
        _ => false,
    }
}

/// For a tool that destroys: what it would destroy is the user's to say, and never a guess.
fn of_destroyer(remedy: &Remedy) -> Option<Suggestion> {
    match remedy {
        Remedy::NameIndex { .. } | Remedy::IndexFirst => Some(Suggestion {
            hint: Some("list_indexes names what there is".to_owned()),
            tool: "list_indexes".to_owned(),
            arguments: json!({}),
        }),
        _ => None,
    }
}

/// The arguments with the beginning of a text's first line in its place.
fn shortened(given: &JsonObject, name: &str) -> JsonObject {
    let mut corrected = given.clone();
    let text = given.get(name).and_then(Value::as_str).unwrap_or_default();
    let line = text.trim_start().lines().next().unwrap_or_default();
    let short: String = line.chars().take(SHORT_QUERY).collect();
    corrected.insert(name.to_owned(), short.into());
    corrected
}

/// The arguments with `right` in the place of a wrong value, or without that value; it may stand
/// alone, in a list, or among words separated by commas or blanks (a filter in the query).
fn without_value(given: &JsonObject, wrong: &str, right: Option<&str>) -> JsonObject {
    let mut corrected = JsonObject::new();
    for (name, value) in given {
        let value = match value {
            Value::String(text) => replaced(text, wrong, right, name == "query").map(Value::from),
            Value::Array(items) => {
                let items: Vec<Value> = items
                    .iter()
                    .filter_map(|item| match item.as_str() {
                        Some(text) => replaced(text, wrong, right, false).map(Value::from),
                        None => Some(item.clone()),
                    })
                    .collect();
                (!items.is_empty()).then_some(Value::Array(items))
            }
            other => Some(other.clone()),
        };
        if let Some(value) = value {
            corrected.insert(name.clone(), value);
        }
    }
    corrected
}

fn replaced(text: &str, wrong: &str, right: Option<&str>, query: bool) -> Option<String> {
    if query {
        // `lang:pyton`: the filter, not the same word elsewhere.
        let words = text.split(' ').filter_map(|word| match word.split_once(':') {
            Some((key, value)) if value == wrong => right.map(|right| format!("{key}:{right}")),
            _ => Some(word.to_owned()),
        });
        return Some(words.collect::<Vec<_>>().join(" "));
    }
    let words: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter_map(|word| if word == wrong { right } else { Some(word) })
        .collect();
    (!words.is_empty()).then(|| words.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(remedy: &Remedy, given: Value) -> String {
        let Value::Object(given) = given else { panic!("arguments are an object") };
        let Suggestion { tool, arguments, .. } =
            suggestion(remedy, "search_code", &given, false).unwrap();
        format!("{tool} {arguments}")
    }

    fn unknown(wrong: &str, near: &[&str]) -> Remedy {
        let near = near.iter().map(|s| (*s).to_owned()).collect();
        Remedy::ChangeValue {
            field: sconce_engine::FilterField::Language,
            wrong: wrong.to_owned(),
            near,
        }
    }

    #[test]
    fn a_wrong_value_is_put_right_where_it_stands() {
        let remedy = unknown("pyton", &["python"]);
        assert_eq!(
            shown(&remedy, json!({ "query": "pyton x", "language": "rust, pyton" })),
            r#"search_code {"query":"pyton x","language":"rust,python"}"#
        );
        assert_eq!(
            shown(&remedy, json!({ "query": "x lang:pyton", "language": ["pyton", "go"] })),
            r#"search_code {"query":"x lang:python","language":["python","go"]}"#
        );
    }

    #[test]
    fn a_value_that_nothing_is_near_to_is_left_out() {
        let given = json!({ "query": "x", "language": "klingon", "limit": 3 });
        assert_eq!(
            shown(&unknown("klingon", &[]), given),
            r#"search_code {"query":"x","limit":3}"#
        );
    }

    #[test]
    fn nothing_is_proposed_that_destroys() {
        let known = vec!["small".to_owned()];
        let remedy = Remedy::NameIndex { wrong: "smal".to_owned(), known };
        let given = json!({ "index_name": "smal", "confirm": true });
        let Suggestion { tool, arguments, .. } =
            suggestion(&remedy, "clear_index", given.as_object().unwrap(), true).unwrap();
        assert_eq!((tool.as_str(), arguments), ("list_indexes", json!({})));
    }

    #[test]
    fn an_index_that_is_not_there_becomes_the_nearest_one() {
        let known = vec!["blog".to_owned(), "shop".to_owned()];
        let remedy = Remedy::NameIndex { wrong: "shpo".to_owned(), known };
        let given = json!({ "query": "x", "index_name": "shpo" });
        assert_eq!(shown(&remedy, given), r#"search_code {"query":"x","index_name":"shop"}"#);
    }

    #[test]
    fn an_index_that_none_is_near_to_is_left_out_or_looked_up() {
        let known = vec!["blog".to_owned(), "shop".to_owned()];
        let remedy = Remedy::NameIndex { wrong: "shops".to_owned(), known: known.clone() };
        let given = json!({ "query": "x", "index_names": ["shop", "shops"] });
        assert_eq!(shown(&remedy, given), r#"search_code {"query":"x","index_names":["shop"]}"#);
        let remedy = Remedy::NameIndex { wrong: "elsewhere".to_owned(), known };
        let given = json!({ "query": "x", "index_name": "elsewhere" });
        assert_eq!(shown(&remedy, given), "list_indexes {}");
    }
}
