//! Code of one language within a text of another: the script of a page, the fenced code of a
//! document.

use std::ops::Range;

use tree_sitter::Tree;

use crate::Language;
use crate::captures::{Captures, Injection};
use crate::grammar::Syntax;
use crate::time_limit::TimeLimit;

/// How deep languages are looked for within one another: Markdown, the page in it, its script.
const MAX_DEPTH: usize = 3;
/// So many places of a text are parsed in a language of their own; the rest stays text.
const MAX_PLACES: usize = 1000;

/// A part of a text in a language of its own.
pub(crate) struct Injected {
    pub(crate) bytes: Range<usize>,
    pub(crate) tree: Tree,
}

/// Parses what `captures` found in other languages, and adds what is captured in it.
pub(crate) fn parse_all(
    text: &str,
    outer: &Syntax,
    captures: &mut Captures,
    limit: &TimeLimit,
) -> Vec<Injected> {
    let mut parsed = Vec::new();
    for _ in 0..MAX_DEPTH {
        for injection in std::mem::take(&mut captures.injections) {
            if parsed.len() >= MAX_PLACES || limit.is_over() {
                break;
            }
            let Some(syntax) = syntax_of(&injection.language) else { continue };
            let Some(tree) = syntax.parse_range(text, injection.range, limit) else { continue };
            let Some(inner) = Captures::of_tree(syntax, &tree, text, limit) else { continue };
            captures.absorb(if outer.is_prose() { inner.without_names() } else { inner });
            let bytes = injection.range.start_byte..injection.range.end_byte;
            parsed.push(Injected { bytes, tree });
        }
    }
    parsed
}

/// The syntax of a language as a document names it: `rust`, `ts`, `{.python}`.
fn syntax_of(name: &str) -> Option<&'static Syntax> {
    let word = name.trim_matches(|c: char| !c.is_alphanumeric());
    let word = word.split([',', ' ', '{', '}', ';']).next().unwrap_or_default().to_lowercase();
    Syntax::of(Language::by_name(&word)?, &format!("x.{word}"))
}

impl Injection {
    /// Of two languages for one place the one of the earlier pattern counts.
    pub(crate) fn keep_first(injections: &mut Vec<Injection>) {
        injections.sort_by_key(|injection| (injection.range.start_byte, injection.pattern));
        injections.dedup_by_key(|injection| injection.range.start_byte);
    }
}
