//! A search without results, in the words of the tools.

use rmcp::model::JsonObject;
use sconce_engine::FilterPart;
use serde_json::Value;

use crate::no_results::Wording;
use crate::output::cut;

/// A call of a tool that searches.
pub(super) struct SearchCall<'a> {
    pub(super) tool: &'static str,
    /// Its arguments.
    pub(super) given: &'a JsonObject,
}

/// The argument that a part of the filter is written in.
fn argument(part: FilterPart) -> &'static str {
    match part {
        FilterPart::Languages => "language",
        FilterPart::Paths => "path_glob",
        FilterPart::Kinds => "symbol_type",
        FilterPart::Names => "symbol_name",
        FilterPart::Within => "path",
    }
}

impl Wording for SearchCall<'_> {
    fn named(&self, part: FilterPart) -> String {
        let argument = argument(part);
        let value = self.given.get(argument).map(Value::to_string).unwrap_or_default();
        format!("{argument} {}", cut(&value))
    }

    fn on_empty(&self, _: &str) -> String {
        "index_status says whether it is still being made, and index_codebase makes it".to_owned()
    }

    fn without(&self, parts: &[FilterPart], query: Option<&str>) -> Option<String> {
        let mut given = self.given.clone();
        given.retain(|name, _| parts.iter().all(|part| argument(*part) != name));
        if let Some(query) = query {
            given.insert("query".to_owned(), query.into());
        }
        Some(format!("{} {}", self.tool, Value::Object(given)))
    }
}
