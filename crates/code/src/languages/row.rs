//! What the table says of a language.

use std::borrow::Cow;

use tree_sitter_language::LanguageFn;

use crate::lined::LineRules;

/// A language, as data.
pub(crate) struct Row {
    /// Canonical name, lower case.
    pub(crate) name: &'static str,
    /// Name for people.
    pub(crate) title: &'static str,
    /// Other names, lower case.
    pub(crate) aliases: &'static [&'static str],
    /// Extensions, lower case, without the dot.
    pub(crate) extensions: &'static [&'static str],
    /// Whole file names; a name that ends in `*` is a prefix.
    pub(crate) file_names: &'static [&'static str],
    /// Programs of a `#!` line, without version numbers.
    pub(crate) interpreters: &'static [&'static str],
    /// What people do in it.
    pub(crate) class: Class,
    /// Other languages whose filter its files pass too: what it is a dialect of, or holds.
    pub(crate) passes: &'static [&'static str],
    /// How it is parsed; `None` for text formats.
    pub(crate) grammar: Option<Grammar>,
    /// Without a grammar, how definitions are told by their lines.
    pub(crate) lines: Option<LineRules>,
}

/// What people do in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Program: names may be qualified, and a scope is a definition of weight.
    Code,
    /// Configure, and keep data: a name is what is written, and a key is no definition.
    Data,
    /// Write for people: code in it is an example, and defines nothing.
    Prose,
}

/// A grammar as its crate gives it.
#[derive(Clone, Copy)]
pub(crate) enum Parser {
    Static(LanguageFn),
    /// Of crates from before `LanguageFn`.
    Made(fn() -> tree_sitter::Language),
}

impl Parser {
    pub(crate) fn language(self) -> tree_sitter::Language {
        match self {
            Parser::Static(language) => language.into(),
            Parser::Made(make) => make(),
        }
    }
}

/// How a language is parsed.
pub(crate) struct Grammar {
    /// The tree-sitter grammar.
    pub(crate) parser: Parser,
    /// The query of `queries/<name>.scm`.
    pub(crate) query: &'static str,
    /// Grammars for some of its extensions: TSX has one of its own.
    pub(crate) dialects: &'static [Dialect],
    /// Neighbouring definitions of one name are clauses of one function.
    pub(crate) clauses: bool,
    /// A text may be a table of C's macros.
    pub(crate) macros: bool,
    /// Definitions are told by the first words of SQL's statements.
    pub(crate) statements: bool,
    /// The text as the grammar may read it, byte for byte in its place.
    pub(crate) readable: fn(&str) -> Cow<'_, str>,
}

/// A grammar for some of a language's extensions, with the same query.
pub(crate) struct Dialect {
    /// The extensions it is for.
    pub(crate) extensions: &'static [&'static str],
    /// Its grammar.
    pub(crate) parser: Parser,
    /// The text as this grammar may read it.
    pub(crate) readable: fn(&str) -> Cow<'_, str>,
}

pub(super) fn as_it_is(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

pub(super) const fn grammar(parser: LanguageFn, query: &'static str) -> Grammar {
    of_parser(Parser::Static(parser), query)
}

pub(super) const fn of_parser(parser: Parser, query: &'static str) -> Grammar {
    Grammar {
        parser,
        query,
        dialects: &[],
        clauses: false,
        macros: false,
        statements: false,
        readable: as_it_is,
    }
}

/// A text format: no grammar, split at blank lines.
pub(super) const fn text(
    name: &'static str,
    title: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    file_names: &'static [&'static str],
) -> Row {
    Row {
        name,
        title,
        aliases,
        extensions,
        file_names,
        interpreters: &[],
        class: Class::Data,
        passes: &[],
        grammar: None,
        lines: None,
    }
}

/// A parsed language that is known by its extensions and names.
pub(super) const fn parsed(
    class: Class,
    name: &'static str,
    title: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    grammar: Grammar,
) -> Row {
    Row {
        name,
        title,
        aliases,
        extensions,
        file_names: &[],
        interpreters: &[],
        class,
        passes: &[],
        grammar: Some(grammar),
        lines: None,
    }
}
