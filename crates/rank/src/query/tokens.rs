//! A query's pieces.

/// A blank-separated piece of the query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    /// Without the punctuation around it.
    pub(super) text: &'a str,
    /// It was called: `parse()`; or set in backticks.
    pub(super) marked: bool,
    /// Punctuation parts it from the next one.
    pub(super) closed: bool,
}

pub(super) fn tokens_of(text: &str) -> Vec<Token<'_>> {
    text.split_whitespace()
        .filter_map(|raw| {
            let outer: &[char] = &['"', '\'', ',', ';', '?', '!', '(', ')', '[', ']', '{', '}'];
            let bare = raw.trim_matches(outer);
            let marked = raw.contains("()") || bare.starts_with('`') && bare.ends_with('`');
            let text = bare
                .trim_matches('`')
                .trim_end_matches("()")
                .trim_end_matches(['.', ':', ',', ')'])
                .trim_start_matches(':');
            let closed = raw.ends_with([',', ';', '.', ':', '?', '!', ')']);
            text.contains(|c: char| c.is_alphanumeric()).then_some(Token { text, marked, closed })
        })
        .collect()
}

/// What stands between double quotes.
pub(super) fn phrases_of(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = text.split('"').collect();
    let closed = pieces.len() - usize::from(pieces.len().is_multiple_of(2));
    (1..closed)
        .step_by(2)
        .map(|at| pieces[at].trim().to_owned())
        .filter(|phrase| !phrase.is_empty())
        .collect()
}
