//! Why a search has no results, and what would give some.

use rmcp::model::JsonObject;
use sconce_engine::{Engine, Filter, FilterText, Index, SearchRequest};
use serde_json::Value;

use crate::output::cut;

/// A part of a filter: the arguments that it is written in, and the filter without it.
struct Part {
    arguments: &'static [&'static str],
    without: Filter,
}

/// A search that found nothing.
pub(super) struct Empty<'a> {
    pub(super) tool: &'static str,
    pub(super) engine: &'a Engine,
    pub(super) indexes: &'a [Index],
    pub(super) request: &'a SearchRequest,
    /// The arguments of the call.
    pub(super) given: &'a JsonObject,
    /// The same as a filter.
    pub(super) filter: FilterText,
    /// The query without the filters that are written into it, and whether it has some.
    pub(super) query: (&'a str, bool),
}

impl Empty<'_> {
    /// What to tell of it.
    pub(super) async fn notes(&self) -> Vec<String> {
        let empty: Vec<&str> = self
            .indexes
            .iter()
            .filter(|index| index.row().files == 0 && index.running_job().is_none())
            .map(Index::name)
            .collect();
        if !empty.is_empty() && empty.len() == self.indexes.len() {
            let names = empty.join(", ");
            let status =
                "index_status says whether it is still being made, and index_codebase makes it";
            return vec![format!("the index {names} holds no file: {status}")];
        }
        if self.query.1 && self.finds(self.query.0, Filter::default()).await {
            let arguments = self.without(&[], Some(self.query.0));
            return vec![self.note("the filters in the query leave nothing", &arguments)];
        }
        let parts = self.parts();
        for part in &parts {
            if self.finds(&self.request.query, part.without.clone()).await {
                let named = self.named(part.arguments);
                let arguments = self.without(part.arguments, None);
                return vec![self.note(&format!("{named} leaves nothing"), &arguments)];
            }
        }
        if parts.len() > 1 && self.finds(&self.request.query, Filter::default()).await {
            let all: Vec<&str> = parts.iter().flat_map(|part| part.arguments).copied().collect();
            let arguments = self.without(&all, None);
            return vec![self.note("the filters together leave nothing", &arguments)];
        }
        vec![]
    }

    /// The parts that the filter has.
    fn parts(&self) -> Vec<Part> {
        let text = &self.filter;
        let within = self.request.filter.within.clone();
        let filter = |text: FilterText, within: Option<String>| {
            let mut filter = Filter::parse(&text).ok()?;
            filter.within = within;
            Some(filter)
        };
        let named: [(bool, &'static [&'static str], FilterText, Option<String>); 5] = [
            (
                !text.languages.is_empty(),
                &["language"],
                FilterText { languages: vec![], ..text.clone() },
                within.clone(),
            ),
            (
                !text.path_globs.is_empty(),
                &["path_glob"],
                FilterText { path_globs: vec![], ..text.clone() },
                within.clone(),
            ),
            (
                !text.symbol_kinds.is_empty(),
                &["symbol_type"],
                FilterText { symbol_kinds: vec![], ..text.clone() },
                within.clone(),
            ),
            (
                !text.symbol_names.is_empty(),
                &["symbol_name"],
                FilterText { symbol_names: vec![], ..text.clone() },
                within.clone(),
            ),
            (within.is_some(), &["path"], text.clone(), None),
        ];
        let parts = named.into_iter().filter(|(is_there, ..)| *is_there);
        parts
            .filter_map(|(_, arguments, text, within)| {
                Some(Part { arguments, without: filter(text, within)? })
            })
            .collect()
    }

    async fn finds(&self, query: &str, filter: Filter) -> bool {
        let request = SearchRequest {
            query: query.to_owned(),
            limit: 1,
            filter,
            explain: false,
            ..self.request.clone()
        };
        let found = self.engine.search(self.indexes, &request).await;
        found.is_ok_and(|response| !response.results.is_empty())
    }

    fn named(&self, arguments: &[&str]) -> String {
        let shown = arguments.iter().filter_map(|name| {
            let value = self.given.get(*name)?;
            Some(format!("{name} {}", cut(&value.to_string())))
        });
        shown.collect::<Vec<_>>().join(" and ")
    }

    fn without(&self, arguments: &[&str], query: Option<&str>) -> Value {
        let mut given = self.given.clone();
        given.retain(|name, _| !arguments.contains(&name.as_str()));
        if let Some(query) = query {
            given.insert("query".to_owned(), query.into());
        }
        given.into()
    }

    fn note(&self, what: &str, arguments: &Value) -> String {
        format!("{what}; without it there are results: {} {arguments}", self.tool)
    }
}
