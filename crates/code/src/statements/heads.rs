//! The first words of a statement that defines something: `CREATE OR REPLACE VIEW shop.open_orders`.

use std::ops::Range;

use super::tokens::{Kind, Lexer, Token};
use crate::SymbolKind;

/// More words than this stand before no name.
const MOST_WORDS: usize = 40;

/// Words between `CREATE` and the kind of what is created.
const MODIFIERS: [&str; 42] = [
    "OR",
    "REPLACE",
    "ALTER",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "PRIVATE",
    "PUBLIC",
    "UNIQUE",
    "MATERIALIZED",
    "RECURSIVE",
    "UNLOGGED",
    "CONSTRAINT",
    "VIRTUAL",
    "FOREIGN",
    "EXTERNAL",
    "TRANSIENT",
    "SECURE",
    "DYNAMIC",
    "FORCE",
    "NO",
    "NOFORCE",
    "EDITIONABLE",
    "NONEDITIONABLE",
    "EDITIONING",
    "CLUSTERED",
    "NONCLUSTERED",
    "COLUMNSTORE",
    "FULLTEXT",
    "SPATIAL",
    "BITMAP",
    "PRIMARY",
    "XML",
    "SQL",
    "SECURITY",
    "INVOKER",
    "DEFINER",
    "ALGORITHM",
    "HYBRID",
    "SHARED",
    "NATIVE",
];

/// What may stand in what a statement defines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Nothing that is read.
    Nothing,
    /// Statements: it is a routine.
    Statements,
    /// Functions and procedures, and their statements: it is a package.
    Members,
}

/// What a statement defines.
pub(super) struct Head {
    /// `None` for what lends its name alone: a table that is altered.
    pub(super) kind: Option<SymbolKind>,
    /// The parts of its name without quotes, outermost first.
    pub(super) path: Vec<String>,
    /// Where the last part of its name stands.
    pub(super) name: Range<usize>,
    /// What may stand in it.
    pub(super) holds: Holds,
    /// Whether it is gone with its session, so that a routine may make it, too.
    pub(super) is_temporary: bool,
    /// Whether it is a definition only with an `AS` behind its name: `ALTER VIEW v AS …`.
    pub(super) needs_as: bool,
}

impl Head {
    /// Whether statements may stand in it.
    pub(super) fn is_routine(&self) -> bool {
        self.holds != Holds::Nothing
    }

    /// Reads what follows `CREATE` or `ALTER`; `None` where that defines nothing that has a name.
    pub(super) fn read(lexer: &Lexer, verb: &str) -> Option<Head> {
        let mut words = Words { lexer: lexer.clone(), left: MOST_WORDS, next: None };
        if verb.eq_ignore_ascii_case("ALTER") {
            return words.altered();
        }
        verb.eq_ignore_ascii_case("CREATE").then(|| words.created()).flatten()
    }
}

/// The tokens behind a statement's first word.
struct Words<'text> {
    lexer: Lexer<'text>,
    left: usize,
    next: Option<Token>,
}

impl<'text> Words<'text> {
    fn peek(&mut self) -> Option<&Token> {
        if self.next.is_none() && self.left > 0 {
            self.left -= 1;
            self.next = self.lexer.next(&mut Vec::new());
        }
        self.next.as_ref()
    }

    fn take(&mut self) -> Option<Token> {
        self.peek()?;
        self.next.take()
    }

    /// The next word; nothing where something else comes.
    fn word(&mut self) -> &'text str {
        let text = self.lexer.text();
        match self.peek() {
            Some(Token { kind: Kind::Word, bytes, .. }) => &text[bytes.clone()],
            _ => "",
        }
    }

    /// Takes the next word if it is this one.
    fn skip(&mut self, word: &str) -> bool {
        let is = self.word().eq_ignore_ascii_case(word);
        if is {
            self.take();
        }
        is
    }

    fn skip_sign(&mut self, sign: u8) -> bool {
        let is = self.peek().is_some_and(|token| token.kind == Kind::Sign(sign));
        if is {
            self.take();
        }
        is
    }

    fn created(&mut self) -> Option<Head> {
        let mut is_temporary = false;
        loop {
            let word = self.word();
            if is_any(word, &["EVENT", "AGGREGATE"]) {
                let kind = self.take()?;
                // `EVENT TRIGGER t` and `AGGREGATE FUNCTION f` are kinds of those.
                let is_modifier = is_any(self.word(), &["TRIGGER", "FUNCTION"]);
                if !is_modifier {
                    return self.named(&self.lexer.text()[kind.bytes], is_temporary);
                }
            } else if is_any(word, &MODIFIERS) {
                is_temporary |= is_any(word, &["TEMP", "TEMPORARY"]);
                self.take();
                self.skip_value()?;
            } else {
                let kind = self.take()?;
                return self.named(&self.lexer.text()[kind.bytes], is_temporary);
            }
        }
    }

    /// Skips what a modifier is set to: `DEFINER = 'shop'@'localhost'`.
    fn skip_value(&mut self) -> Option<()> {
        if !self.skip_sign(b'=') {
            return Some(());
        }
        self.take()?;
        if self.skip_sign(b'(') {
            self.skip_sign(b')');
        }
        let is_host = self.word().starts_with('@');
        if is_host {
            let host = self.take()?;
            if host.bytes.len() == 1 {
                self.take()?;
            }
        }
        Some(())
    }

    fn named(&mut self, kind: &str, is_temporary: bool) -> Option<Head> {
        let is = |words: &[&str]| is_any(kind, words);
        let of_functions = is(&["TABLE"]) && self.skip("FUNCTION");
        let symbol = if of_functions || is(&["FUNCTION", "PROCEDURE", "PROC", "AGGREGATE"]) {
            SymbolKind::Function
        } else if is(&["TABLE", "VIEW"]) {
            SymbolKind::Table
        } else if is(&["TYPE", "DOMAIN"]) {
            SymbolKind::Type
        } else if is(&["SCHEMA", "PACKAGE"]) {
            SymbolKind::Module
        } else if is(&["MACRO"]) {
            SymbolKind::Macro
        } else if is(&["TRIGGER", "EVENT", "INDEX", "SEQUENCE", "POLICY", "RULE", "SYNONYM"]) {
            SymbolKind::Other
        } else {
            return None;
        };
        let has_body = self.skip("BODY");
        self.skip("CONCURRENTLY");
        self.skip_condition(&["IF", "NOT", "EXISTS"]);
        let holds = if has_body || is(&["PACKAGE"]) {
            Holds::Members
        } else if is(&["FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "EVENT"]) {
            Holds::Statements
        } else {
            Holds::Nothing
        };
        if symbol == SymbolKind::Module {
            self.skip("AUTHORIZATION");
        }
        let (path, name) = self.name(kind)?;
        Some(Head { kind: Some(symbol), path, name, holds, is_temporary, needs_as: false })
    }

    fn altered(&mut self) -> Option<Head> {
        let kind = self.take()?;
        let kind = &self.lexer.text()[kind.bytes];
        let symbol = if is_any(kind, &["TABLE"]) {
            None
        } else if is_any(kind, &["FUNCTION", "PROCEDURE", "PROC"]) {
            Some(SymbolKind::Function)
        } else if is_any(kind, &["VIEW"]) {
            Some(SymbolKind::Table)
        } else if is_any(kind, &["TRIGGER"]) {
            Some(SymbolKind::Other)
        } else {
            return None;
        };
        self.skip_condition(&["IF", "EXISTS"]);
        self.skip("ONLY");
        let (path, name) = self.name(kind)?;
        let defines = symbol.is_some();
        let is_routine = defines && !is_any(kind, &["VIEW"]);
        let holds = if is_routine { Holds::Statements } else { Holds::Nothing };
        Some(Head { kind: symbol, path, name, holds, is_temporary: false, needs_as: defines })
    }

    fn skip_condition(&mut self, words: &[&str]) {
        if self.skip(words[0]) {
            words[1..].iter().all(|word| self.skip(word));
        }
    }

    /// A qualified name: its parts, and where the last one stands.
    fn name(&mut self, kind: &str) -> Option<(Vec<String>, Range<usize>)> {
        let is_nameless = is_any(self.word(), &["ON"]) && is_any(kind, &["INDEX"]);
        let mut found = None;
        let mut path = Vec::new();
        while let Some(token) = self.peek().filter(|_| !is_nameless).cloned() {
            let text = &self.lexer.text()[token.bytes.clone()];
            let name = match token.kind {
                Kind::Word => text,
                Kind::Quoted => text.trim_matches(['"', '`', '[', ']']),
                _ => break,
            };
            self.take();
            // Google writes the whole path into one pair of quotes.
            let parts = if text.starts_with('`') { name.split('.') } else { name.split('\0') };
            path.extend(parts.filter(|part| !part.is_empty()).map(str::to_owned));
            found = Some(token.bytes);
            let mut dots = 0;
            while self.skip_sign(b'.') {
                dots += 1;
            }
            if dots == 0 {
                break;
            }
        }
        // A table of a session's own in T-SQL.
        let is_local = path.last().is_some_and(|name| name.starts_with(['#', '@']));
        found.filter(|_| !is_local && !path.is_empty()).map(|name| (path, name))
    }
}

fn is_any(word: &str, of: &[&str]) -> bool {
    of.iter().any(|other| other.eq_ignore_ascii_case(word))
}
