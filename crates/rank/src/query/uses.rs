//! Questions for the uses of a name: `who calls parse_config`, `callers of Store::connect`.

use super::symbols::looks_like_name;
use super::tokens::Token;

/// Words that ask for the uses of what stands beside them, whatever it is called.
const CALLERS: [&str; 2] = ["caller", "callers"];
/// Words that do so of what cannot but be a name, or where somebody is asked for (`who`): there are system calls,
/// and memory is used.
const USES: [&str; 16] = [
    "call",
    "called",
    "calls",
    "invocations",
    "invoke",
    "invoked",
    "invokes",
    "invoking",
    "reference",
    "referenced",
    "references",
    "usage",
    "usages",
    "use",
    "used",
    "uses",
];
/// What else such a question is made of.
const AROUND: [&str; 33] = [
    "a",
    "all",
    "an",
    "and",
    "are",
    "by",
    "code",
    "do",
    "does",
    "every",
    "find",
    "for",
    "from",
    "function",
    "functions",
    "is",
    "it",
    "list",
    "me",
    "method",
    "methods",
    "of",
    "place",
    "places",
    "show",
    "that",
    "the",
    "this",
    "to",
    "what",
    "where",
    "which",
    "who",
];

/// The name whose uses a query asks for, where it asks for nothing else.
pub(super) fn name_asked<'a>(tokens: &[Token<'a>]) -> Option<Token<'a>> {
    let is_in = |words: &[&str], token: &Token<'_>| {
        !token.marked && words.contains(&token.text.to_lowercase().as_str())
    };
    let mut rest = tokens
        .iter()
        .filter(|token| ![&CALLERS[..], &USES, &AROUND].iter().any(|words| is_in(words, token)));
    let name = *rest.next().filter(|_| tokens.len() > 1)?;
    let has = |words: &[&str]| tokens.iter().any(|token| is_in(words, token));
    let is_name = name.marked || looks_like_name(name.text);
    let is_asked = has(&CALLERS) || has(&USES) && (is_name || has(&["who"]));
    (is_asked && rest.next().is_none()).then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::{QueryKind, analyze};

    fn asked(query: &str) -> Option<String> {
        let query = analyze(query);
        query.asks_for_uses.then(|| query.symbols[0].name.clone())
    }

    #[test]
    fn a_question_for_the_callers_of_a_name_is_about_that_name() {
        for query in [
            "who calls open_store?",
            "callers of open_store",
            "open_store callers",
            "where is `open_store` used",
            "which functions call open_store()",
            "find all references to open_store",
            "Usages of open_store lang:rust",
        ] {
            assert_eq!(asked(query).as_deref(), Some("open_store"), "{query}");
            assert_eq!(analyze(query).kind, QueryKind::Identifier, "{query}");
        }
        assert_eq!(asked("who calls connect").as_deref(), Some("connect"));
        let scoped = analyze("who calls Store::connect");
        assert_eq!((scoped.kind, scoped.asks_for_uses), (QueryKind::QualifiedName, true));
        assert_eq!(scoped.text, "Store::connect");
    }

    #[test]
    fn other_questions_are_none() {
        for query in [
            "callers",
            "calls",
            "system calls",
            "who owns a lock",
            "open_store",
            "where is memory used",
            "who calls open_store when a job ends",
            "how are callbacks called",
            "use of the cache",
            "where is open_store",
        ] {
            assert_eq!(asked(query), None, "{query}");
        }
    }
}
