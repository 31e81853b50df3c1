//! Questions for the uses of a name: `who calls parse_config`, `callers of Store::connect`, `who implements Oven`.

use super::symbols::{KEYWORDS, looks_like_name};
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

/// Words that ask for what is made from a type, whatever it is called.
const SUBCLASSES: [&str; 6] =
    ["implementers", "implementors", "subclass", "subclasses", "subtype", "subtypes"];
/// Words that do so of what cannot but be a name, or begins with a capital.
const IMPLEMENTS: [&str; 11] = [
    "conform",
    "conforms",
    "extend",
    "extending",
    "extends",
    "implement",
    "implementations",
    "implementing",
    "implements",
    "inherit",
    "inherits",
];
/// What else such a question is made of.
const TYPES: [&str; 14] = [
    "abstract",
    "base",
    "class",
    "classes",
    "in",
    "interface",
    "other",
    "protocol",
    "struct",
    "structs",
    "trait",
    "traits",
    "type",
    "types",
];

/// Whether a token is one of these words, and not marked as a name.
fn is_in(words: &[&str], token: &Token<'_>) -> bool {
    !token.marked && words.contains(&token.text.to_lowercase().as_str())
}

/// Whether a token cannot but be a name, or begins with a capital.
fn may_be_type(token: &Token<'_>) -> bool {
    token.marked
        || looks_like_name(token.text)
        || token.text.starts_with(char::is_uppercase) && token.text.contains(char::is_lowercase)
}

/// Whether a query has one of these words.
fn has(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.iter().any(|token| is_in(words, token))
}

/// The one token of a query that is none of the words that it asks with.
fn only_other<'a>(tokens: &[Token<'a>], asking: &[&[&str]]) -> Option<Token<'a>> {
    let mut rest = tokens.iter().filter(|token| !asking.iter().any(|words| is_in(words, token)));
    let name = *rest.next()?;
    rest.next().is_none().then_some(name)
}

/// The name of the type whose implementations a query asks for, where it asks for nothing else.
pub(super) fn name_implemented<'a>(tokens: &[Token<'a>]) -> Option<Token<'a>> {
    let name = only_other(tokens, &[&SUBCLASSES, &IMPLEMENTS, &TYPES, &AROUND])?;
    let may_be = || may_be_type(&name) || has(tokens, &["who"]);
    let is_asked = has(tokens, &SUBCLASSES) || has(tokens, &IMPLEMENTS) && may_be();
    is_asked.then_some(name)
}

/// Words that ask for the tests of what stands beside them.
const TESTS: [&str; 4] = ["test", "tested", "testing", "tests"];
/// What else such a question is made of.
const AROUND_TESTS: [&str; 6] = ["cover", "covered", "covering", "covers", "integration", "unit"];

/// The name whose tests a query asks for, where it asks for nothing else: `tests of Oven.heat`, `where is open_store
/// tested`.
pub(super) fn name_tested<'a>(tokens: &[Token<'a>]) -> Option<Token<'a>> {
    let name = only_other(tokens, &[&TESTS, &AROUND_TESTS, &KEYWORDS, &AROUND])?;
    (may_be_type(&name) && has(tokens, &TESTS)).then_some(name)
}

/// Words that ask for the definition of what stands beside them.
const DEFINED: [&str; 6] =
    ["declaration", "declared", "define", "defined", "definition", "implemented"];

/// The name whose definition a query asks for, where it asks for nothing else: `where is ParamType defined`,
/// `definition of the class Option`, `struct GlobSet`.
pub(super) fn name_defined<'a>(tokens: &[Token<'a>]) -> Option<Token<'a>> {
    let name = only_other(tokens, &[&DEFINED, &KEYWORDS, &AROUND])?;
    let is_asked = has(tokens, &DEFINED) || tokens.len() == 2 && is_in(&KEYWORDS, &tokens[0]);
    (may_be_type(&name) && is_asked).then_some(name)
}

/// The name whose uses a query asks for, where it asks for nothing else.
pub(super) fn name_asked<'a>(tokens: &[Token<'a>]) -> Option<Token<'a>> {
    let name = only_other(tokens, &[&CALLERS, &USES, &AROUND])?;
    let is_name = || name.marked || looks_like_name(name.text) || has(tokens, &["who"]);
    let is_asked = has(tokens, &CALLERS) || has(tokens, &USES) && is_name();
    is_asked.then_some(name)
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
    fn a_question_for_the_subtypes_of_a_type_is_about_that_type() {
        for query in [
            "implementations of BreadOven",
            "class that implements BreadOven",
            "who implements BreadOven?",
            "subclasses of BreadOven",
            "which classes extend `BreadOven`",
            "implementations of the trait BreadOven",
            "implementations of BreadOven interface",
        ] {
            let query = analyze(query);
            assert!(query.asks_for_subtypes && !query.asks_for_uses, "{}", query.text);
            assert_eq!((query.text.as_str(), query.kind), ("BreadOven", QueryKind::Identifier));
        }
        for query in [
            "implementation of caching",
            "how is BreadOven implemented",
            "where do plugins extend the menu",
            "BreadOven",
            "implements",
        ] {
            assert!(!analyze(query).asks_for_subtypes, "{query}");
        }
        assert!(analyze("who implements Oven").asks_for_subtypes);
    }

    #[test]
    fn a_question_for_the_definition_of_a_name_is_that_name() {
        for query in [
            "where is BreadOven defined",
            "Where is the class BreadOven defined?",
            "definition of BreadOven",
            "BreadOven definition",
            "the definition of struct `BreadOven`",
            "class BreadOven",
        ] {
            let query = analyze(query);
            assert!(!query.asks_for_subtypes && !query.asks_for_uses, "{}", query.text);
            assert_eq!((query.text.as_str(), query.kind), ("BreadOven", QueryKind::Identifier));
        }
        for query in ["where is the oven defined", "BreadOven class", "class of BreadOven heat"] {
            assert_ne!(analyze(query).text, "BreadOven", "{query}");
        }
    }

    #[test]
    fn a_question_for_the_tests_of_a_name_is_about_that_name() {
        for query in [
            "tests of open_store",
            "unit tests for the function open_store",
            "where is `open_store` tested?",
            "which tests cover open_store",
            "open_store tests",
            "show me the test for open_store()",
        ] {
            let query = analyze(query);
            assert!(query.asks_for_tests && !query.asks_for_uses, "{}", query.text);
            assert_eq!((query.text.as_str(), query.kind), ("open_store", QueryKind::Identifier));
        }
        for query in [
            "add tests for open_store",
            "tests of the store",
            "open_store",
            "test",
            "who covers open_store",
            "open_store_test",
        ] {
            assert!(!analyze(query).asks_for_tests, "{query}");
        }
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
