//! Filters written into the query: `lang:go path:src/** kind:function symbol:Foo*`.

use serde::Serialize;

/// What a query's inline filters ask for, as written; empty lists let all through. Whoever builds
/// the search checks the names, with those that come from elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QueryFilters {
    /// `lang:`, `language:`; comma lists are taken apart, here and below.
    pub languages: Vec<String>,
    /// `path:`, `file:`.
    pub path_globs: Vec<String>,
    /// `kind:`, `type:`.
    pub symbol_kinds: Vec<String>,
    /// `symbol:`, `name:`.
    pub symbol_names: Vec<String>,
}

impl QueryFilters {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self == &QueryFilters::default()
    }

    /// The list that `key` adds to, if it is a filter's.
    fn list(&mut self, key: &str) -> Option<&mut Vec<String>> {
        match key.to_ascii_lowercase().as_str() {
            "lang" | "language" => Some(&mut self.languages),
            "path" | "file" => Some(&mut self.path_globs),
            "kind" | "type" => Some(&mut self.symbol_kinds),
            "symbol" | "name" => Some(&mut self.symbol_names),
            _ => None,
        }
    }
}

/// Takes the filters out of the query. `key:value` with another key, as in `std::fs` or
/// `http://…`, and anything in quotes stays where it is.
pub(super) fn split_off(query: &str) -> (String, QueryFilters) {
    let mut filters = QueryFilters::default();
    let mut kept: Vec<&str> = Vec::new();
    let mut quoted = false;
    for token in query.split_whitespace() {
        let was_quoted = quoted;
        quoted ^= token.matches('"').count() % 2 == 1;
        let pair = token
            .split_once(':')
            .filter(|(_, value)| !was_quoted && !value.is_empty() && !value.starts_with(':'));
        match pair.and_then(|(key, value)| Some((filters.list(key)?, value))) {
            Some((list, value)) => {
                let values = value.split(',').map(|one| one.trim_matches('"'));
                list.extend(values.filter(|one| !one.is_empty()).map(str::to_owned));
            }
            None => kept.push(token),
        }
    }
    let text = if filters.is_empty() { query.trim().to_owned() } else { kept.join(" ") };
    (text, filters)
}
