//! Filters written into the query: `lang:go path:src/** kind:function symbol:Foo*`.
//!
//! People also write colons that are none: `error: no file`, `kind: Deployment`, `std::fs`, `a:80`.
//! So a filter is a known key with a value right behind the colon, and the value is one that the
//! filter can have:
//!
//! | key | value |
//! | --- | --- |
//! | `lang` | any: nobody writes it by chance, so that an unknown language is refused with near ones |
//! | `language` | a language, or next to one (`pyton`), which is refused with it |
//! | `kind`, `type` | a kind of symbol; `type:module` is what package files hold, and `kind:Service` manifests, so that they are text |
//! | `path` | a path or glob; `-path:` leaves out |
//! | `file` | the same with a `/`, a `.` or a `*` in it |
//! | `symbol` | a name, qualified or not, or a glob |
//! | `name` | the same with an underscore, a capital or a `*` in it |
//!
//! Everything else, and what stands in quotes, stays text. Where there is nothing else, what the filters say is asked
//! for too.

use sconce_code::filter::{Filter, FilterError, FilterText};

/// What a key narrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Lang,
    Language,
    Kind,
    Type,
    Path,
    File,
    Symbol,
    Name,
}

impl Key {
    fn of(key: &str) -> Option<Self> {
        match key.to_ascii_lowercase().as_str() {
            "lang" => Some(Self::Lang),
            "language" => Some(Self::Language),
            "kind" => Some(Self::Kind),
            "type" => Some(Self::Type),
            "path" => Some(Self::Path),
            "file" => Some(Self::File),
            "symbol" => Some(Self::Symbol),
            "name" => Some(Self::Name),
            _ => None,
        }
    }

    /// Whether the filter can have the value.
    fn takes(self, value: &str) -> bool {
        match self {
            Self::Lang => true,
            Self::Language => match Filter::parse(&self.text(value)) {
                Ok(_) => true,
                Err(FilterError::Unknown { suggestions, .. }) => !suggestions.is_empty(),
                Err(_) => false,
            },
            // So a manifest of Kubernetes has it.
            Self::Kind if matches!(value, "Service" | "Job") => false,
            Self::Kind => Filter::parse(&self.text(value)).is_ok(),
            Self::Type => value != "module" && Filter::parse(&self.text(value)).is_ok(),
            Self::Path => is_path(value),
            Self::File => is_path(value) && value.contains(['/', '.', '*']),
            Self::Symbol => is_name(value),
            Self::Name => {
                is_name(value) && value.contains(|c: char| c == '_' || c == '*' || c.is_uppercase())
            }
        }
    }

    fn list(self, filters: &mut FilterText) -> &mut Vec<String> {
        match self {
            Self::Lang | Self::Language => &mut filters.languages,
            Self::Kind | Self::Type => &mut filters.symbol_kinds,
            Self::Path | Self::File => &mut filters.path_globs,
            Self::Symbol | Self::Name => &mut filters.symbol_names,
        }
    }

    fn text(self, value: &str) -> FilterText {
        let mut text = FilterText::default();
        self.list(&mut text).push(value.to_owned());
        text
    }
}

fn is_path(value: &str) -> bool {
    !value.contains("//") && !value.contains(['"', '\'', ':', ';', '<', '>', '|'])
}

fn is_name(value: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || "_$*?.:#!=[]~".contains(c);
    value.contains(|c: char| c.is_alphanumeric() || c == '*') && value.chars().all(in_name)
}

/// A filter that the token is, with its values.
fn filter_of(token: &str) -> Option<(Key, Vec<String>)> {
    let (key, value) = token.split_once(':').filter(|(_, value)| !value.starts_with(':'))?;
    let (key, leaves_out) = match key.strip_prefix('-') {
        Some(key) => (Key::of(key).filter(|key| matches!(key, Key::Path | Key::File))?, true),
        None => (Key::of(key)?, false),
    };
    // A glob's commas may stand in braces.
    let pieces: Vec<&str> =
        if value.contains('{') { vec![value] } else { value.split(',').collect() };
    let values: Vec<&str> =
        pieces.into_iter().map(|one| one.trim_matches('"')).filter(|one| !one.is_empty()).collect();
    if values.is_empty() || !values.iter().all(|value| key.takes(value)) {
        return None;
    }
    let sign = if leaves_out { "!" } else { "" };
    Some((key, values.into_iter().map(|value| format!("{sign}{value}")).collect()))
}

/// What filters say as words: what is asked for where a query has nothing else.
fn said(filters: &FilterText) -> String {
    let FilterText { languages, path_globs, symbol_kinds, symbol_names } = filters;
    let kept = path_globs.iter().filter(|glob| !glob.starts_with('!'));
    let all = symbol_names.iter().chain(kept).chain(symbol_kinds).chain(languages);
    let words: Vec<String> = all
        .map(|value| value.replace('*', " ").trim().to_owned())
        .filter(|value| value.contains(char::is_alphanumeric))
        .collect();
    if words.is_empty() { "*".to_owned() } else { words.join(" ") }
}

/// Takes the filters out of the query.
pub(super) fn split_off(query: &str) -> (String, FilterText) {
    let mut filters = FilterText::default();
    let mut kept: Vec<&str> = Vec::new();
    let mut quoted = false;
    let mut after_filter = false;
    let mut tokens = query.split_whitespace().peekable();
    while let Some(token) = tokens.next() {
        let was_quoted = quoted;
        quoted ^= token.matches('"').count() % 2 == 1;
        let filter = filter_of(token).filter(|_| !was_quoted);
        // Several values are alternatives anyway.
        let joins = after_filter
            && matches!(token, "OR" | "AND" | "|" | "||" | "&&")
            && tokens.peek().is_some_and(|next| filter_of(next).is_some());
        after_filter = filter.is_some();
        match filter {
            Some((key, values)) => key.list(&mut filters).extend(values),
            None if joins => {}
            None => kept.push(token),
        }
    }
    if filters.is_empty() {
        return (query.trim().to_owned(), filters);
    }
    let text = if kept.is_empty() { said(&filters) } else { kept.join(" ") };
    (text, filters)
}
