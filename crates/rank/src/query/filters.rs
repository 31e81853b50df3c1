//! Filters written into the query: `lang:go path:src/** kind:function symbol:Foo*`.

use sconce_code::filter::FilterText;

/// The list that `key` adds to, if it is a filter's.
fn list<'a>(filters: &'a mut FilterText, key: &str) -> Option<&'a mut Vec<String>> {
    match key.to_ascii_lowercase().as_str() {
        "lang" | "language" => Some(&mut filters.languages),
        "path" | "file" => Some(&mut filters.path_globs),
        "kind" | "type" => Some(&mut filters.symbol_kinds),
        "symbol" | "name" => Some(&mut filters.symbol_names),
        _ => None,
    }
}

/// Takes the filters out of the query. `key:value` with another key, as in `std::fs` or
/// `http://…`, and anything in quotes stays where it is.
pub(super) fn split_off(query: &str) -> (String, FilterText) {
    let mut filters = FilterText::default();
    let mut kept: Vec<&str> = Vec::new();
    let mut quoted = false;
    for token in query.split_whitespace() {
        let was_quoted = quoted;
        quoted ^= token.matches('"').count() % 2 == 1;
        let pair = token
            .split_once(':')
            .filter(|(_, value)| !was_quoted && !value.is_empty() && !value.starts_with(':'));
        match pair.and_then(|(key, value)| Some((list(&mut filters, key)?, value))) {
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
