//! From captured definitions to symbols, and who encloses whom.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::captures::{Captures, Definition};
use crate::grammar::Standing;
use crate::lines::LineIndex;
use crate::qualified::{self, Qualified};
use crate::signature::{MAX_SCANNED, signature};
use crate::trivia::Trivia;
use crate::{Symbol, SymbolKind, doc};

/// Scopes deeper than this are not recorded: no person nests so, but a generated file may.
const MAX_SCOPES: usize = 32;

/// The symbols of a file, and its scopes, which are more: an `impl` is no symbol.
#[derive(Default)]
pub(crate) struct Outline {
    pub(crate) symbols: Vec<Symbol>,
    /// The byte of each symbol's name, by the symbol's index.
    pub(crate) names: Vec<usize>,
    /// In order of their start, outer before inner.
    pub(crate) scopes: Vec<Scope>,
}

/// Something that encloses other things by name.
pub(crate) struct Scope {
    /// Without what leads it.
    pub(crate) bytes: Range<usize>,
    /// With doc comments, attributes and decorators.
    pub(crate) span: Range<usize>,
    /// The scopes it is in and its own name, outermost first.
    path: Vec<String>,
    parent: Option<usize>,
    /// `None` for a scope that is no symbol.
    kind: Option<SymbolKind>,
    /// A key of data, of which there may be many.
    key: bool,
}

impl Scope {
    /// Whether it is a definition of its own weight, and not one value among many.
    pub(crate) fn is_major(&self) -> bool {
        !self.key && !self.kind.is_some_and(|kind| kind.is_value() || kind == SymbolKind::Type)
    }
}

/// What is open around a place, while the definitions are gone through in order.
enum Open {
    /// A scope, by its index.
    Scope(usize),
    /// A function without a name.
    Local,
}

struct Builder<'a> {
    text: &'a str,
    lines: &'a LineIndex,
    trivia: &'a Trivia<'a>,
    captures: &'a Captures,
    /// Whether neighbours of one name are clauses of one function.
    clauses: bool,
    open: Vec<(Range<usize>, Open)>,
    /// The last function of each name, as indices of its scope and its symbol.
    functions: HashMap<String, (usize, usize)>,
    outline: Outline,
}

impl Outline {
    pub(crate) fn build(
        text: &str,
        lines: &LineIndex,
        trivia: &Trivia,
        captures: &Captures,
        clauses: bool,
    ) -> Outline {
        let mut builder = Builder {
            text,
            lines,
            trivia,
            captures,
            clauses,
            open: Vec::new(),
            functions: HashMap::new(),
            outline: Outline::default(),
        };
        let mut locals = captures.locals.iter().peekable();
        for definition in &captures.definitions {
            while let Some(local) = locals.next_if(|local| local.start < definition.node.start) {
                builder.close(local);
                builder.open.push((local.clone(), Open::Local));
            }
            builder.close(&definition.node);
            builder.define(definition);
        }
        builder.outline
    }

    /// The last scope that starts before `at` and those around it, innermost first. Whatever
    /// encloses `at` is among them.
    pub(crate) fn before(&self, at: usize) -> impl Iterator<Item = &Scope> {
        let before = self.scopes.partition_point(|scope| scope.bytes.start < at);
        let last = before.checked_sub(1).map(|index| &self.scopes[index]);
        std::iter::successors(last, |scope| scope.parent.map(|index| &self.scopes[index]))
    }

    /// The names of the scopes that `bytes` lies within and that start before it.
    pub(crate) fn enclosing(&self, bytes: &Range<usize>) -> &[String] {
        let enclosing = self.before(bytes.start).find(|scope| scope.bytes.end >= bytes.end);
        enclosing.map_or(&[], |scope| &scope.path)
    }
}

impl Builder<'_> {
    /// Leaves what `next` is not inside of. One node may define several names (`attr_reader :a,
    /// :b`), of which none is inside another.
    fn close(&mut self, next: &Range<usize>) {
        while self.open.last().is_some_and(|(open, _)| open.end <= next.start || open == next) {
            self.open.pop();
        }
    }

    fn define(&mut self, definition: &Definition) {
        let mut around = self.open.iter().rev().filter_map(|(_, open)| match open {
            Open::Scope(index) => Some(*index),
            Open::Local => None,
        });
        let parent = if definition.standing == Standing::OfType {
            around.find(|index| self.holds_methods(&self.outline.scopes[*index]))
        } else {
            around.next()
        };
        let inside_local = matches!(self.open.last(), Some((_, Open::Local)));
        if self.is_local(definition, parent, inside_local) {
            return;
        }
        let Some(Qualified { name, mut qualifier, of_type }) = self.name(definition) else {
            return;
        };
        // What is thrown away, or only checked.
        if name == "_" && !definition.plain {
            return;
        }
        let outer = parent.map(|index| &self.outline.scopes[index]);
        let in_type = outer.is_some_and(|scope| self.holds_methods(scope));
        let kind = match definition.kind {
            Some(SymbolKind::Function) if of_type || (in_type && !inside_local) => {
                Some(SymbolKind::Method)
            }
            kind => kind,
        };
        let mut scopes = outer.map(|scope| scope.path.clone()).unwrap_or_default();
        scopes.append(&mut qualifier);
        scopes.truncate(MAX_SCOPES);
        let span = self.span(definition);
        if let Some(kind) = kind {
            let has_doc = definition.doc.is_some();
            let merged = self.clauses && !has_doc && self.extend_clause(&name, &span, definition);
            if merged {
                return;
            }
            self.add_symbol(kind, &name, &scopes, span.clone(), definition);
        }
        let mut path = scopes;
        if path.len() < MAX_SCOPES {
            path.push(name);
        }
        let bytes = definition.whole.start..span.end;
        self.open.push((definition.node.clone(), Open::Scope(self.outline.scopes.len())));
        let key = definition.plain && kind.is_none();
        self.outline.scopes.push(Scope { bytes, span, path, parent, kind, key });
    }

    fn name(&self, definition: &Definition) -> Option<Qualified> {
        if !definition.path.is_empty() {
            return qualified::of_path(&definition.path);
        }
        let written = &self.text[definition.name.clone()];
        if definition.plain || definition.joined.is_some() {
            return qualified::whole(definition.joined.as_deref().unwrap_or(written));
        }
        let receiver = definition.receiver.clone().map(|range| &self.text[range]);
        qualified::split(written, receiver)
    }

    /// Whether a function directly inside of a scope is its method. A member of an enum may have a body of its own.
    fn holds_methods(&self, scope: &Scope) -> bool {
        let of_enum = |parent: usize| self.outline.scopes[parent].kind == Some(SymbolKind::Enum);
        match scope.kind {
            Some(SymbolKind::Constant) => scope.parent.is_some_and(of_enum),
            kind => kind.is_none_or(SymbolKind::has_methods),
        }
    }

    /// Whether a definition means nothing outside of the function it is in.
    fn is_local(&self, definition: &Definition, parent: Option<usize>, in_local: bool) -> bool {
        let in_function = in_local
            || parent.is_some_and(|index| {
                self.outline.scopes[index].kind.is_some_and(SymbolKind::is_callable)
            });
        let value = definition.kind.is_some_and(SymbolKind::is_value);
        (in_function && (value || definition.declaration)) || (value && self.is_import(definition))
    }

    /// Whether a value is an imported module: `const fs = require("fs")`.
    fn is_import(&self, value: &Definition) -> bool {
        let imports = &self.captures.imports;
        let from = imports.partition_point(|import| import.node.start < value.node.start);
        imports.get(from).is_some_and(|import| {
            import.node.end <= value.node.end
                && self.text[import.node.end..value.node.end].trim_matches([';', ' ']).is_empty()
        })
    }

    /// A definition with what leads it, without the whitespace that some grammars end it with.
    fn span(&self, definition: &Definition) -> Range<usize> {
        let start = self.trivia.lead(definition.whole.start);
        let text = &self.text[definition.whole.clone()];
        let end = definition.whole.start + text.trim_end().len();
        start..end.max(definition.name.end)
    }

    /// Makes a further clause of a function part of its symbol, if it follows the last one.
    fn extend_clause(&mut self, name: &str, span: &Range<usize>, clause: &Definition) -> bool {
        let Some(&(scope, symbol)) = self.functions.get(name) else { return false };
        let last = &self.outline.symbols[symbol];
        let follows = last.bytes.end <= span.start
            && self.text[last.bytes.end..span.start].trim().is_empty()
            && self.documentation(span.start, clause).is_none();
        if follows {
            let symbol = &mut self.outline.symbols[symbol];
            symbol.bytes.end = span.end;
            symbol.lines = self.lines.lines(&symbol.bytes);
            self.outline.scopes[scope].bytes.end = span.end;
            self.outline.scopes[scope].span.end = span.end;
            self.open.push((clause.node.clone(), Open::Scope(scope)));
        }
        follows
    }

    fn add_symbol(
        &mut self,
        kind: SymbolKind,
        name: &str,
        scopes: &[String],
        bytes: Range<usize>,
        definition: &Definition,
    ) {
        if kind.is_callable() || matches!(kind, SymbolKind::Macro | SymbolKind::Rule) {
            let indices = (self.outline.scopes.len(), self.outline.symbols.len());
            self.functions.insert(name.to_owned(), indices);
        }
        self.outline.names.push(definition.name.start);
        self.outline.symbols.push(Symbol {
            kind,
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            signature: self.signature(bytes.start, definition),
            name_line: self.lines.line(definition.name.start),
            lines: self.lines.lines(&bytes),
            doc: self.documentation(bytes.start, definition),
            bytes,
        });
    }

    fn signature(&self, start: usize, definition: &Definition) -> String {
        let node = &definition.node;
        let signatures = &self.captures.signatures;
        let apart = signatures.partition_point(|range| range.start < start);
        let belongs = |range: &&Range<usize>| range.end <= node.start || *range == node;
        if let Some(range) = signatures.get(apart).filter(belongs) {
            return signature(&self.without_comments(range.clone()), Some(range.len()), None);
        }
        let start = self.head_start(definition);
        if let Some(name) = self.unnamed_head(start, definition) {
            return signature(name, Some(name.len()), None);
        }
        let body = definition.body_start.and_then(|body| body.checked_sub(start));
        let name = definition.name.start.checked_sub(start);
        signature(&self.without_comments(start..node.end), body, name)
    }

    /// The text of a definition with blanks in the place of the comments in its head.
    fn without_comments(&self, range: Range<usize>) -> Cow<'_, str> {
        let text = &self.text[range.clone()];
        let head = range.start..range.start + text.floor_char_boundary(MAX_SCANNED);
        let comments = &self.captures.comments;
        let from = comments.partition_point(|comment| comment.start <= range.start);
        let within = comments[from..].iter().take_while(|comment| comment.end <= head.end);
        let mut text = Cow::Borrowed(text);
        for comment in within {
            let comment = comment.start - range.start..comment.end - range.start;
            // Its line's end is none of it.
            let end = comment.start + text[comment.clone()].trim_end().len();
            text.to_mut().replace_range(comment.start..end, &" ".repeat(end - comment.start));
        }
        text
    }

    /// The name that was put together, where the first line of its definition says nothing of it: a
    /// Kubernetes document begins with its API's version.
    fn unnamed_head<'a>(&self, start: usize, definition: &'a Definition) -> Option<&'a str> {
        let name = definition.joined.as_deref()?;
        let word = name.split(['/', '.', ' ', '+']).find(|word| !word.is_empty())?;
        let head = self.text[start..definition.node.end].lines().next()?;
        (!head.contains(word)).then_some(name)
    }

    /// Where a definition's head starts: at a short word that wraps it on its line (`export`,
    /// `const`, `type`), or at itself.
    fn head_start(&self, definition: &Definition) -> usize {
        const MAX_WORDS_BYTES: usize = 32;
        let start = definition.whole.start;
        let words = &self.text[start..definition.node.start.max(start)];
        let short = words.len() <= MAX_WORDS_BYTES;
        let is_word = |c: char| c.is_ascii_lowercase() || c == ' ';
        if short && words.chars().all(is_word) { start } else { definition.node.start }
    }

    fn documentation(&self, start: usize, definition: &Definition) -> Option<String> {
        let inside = definition.doc.clone().and_then(|range| doc::of_inside(&self.text[range]));
        inside
            .or_else(|| {
                let texts = &self.captures.doc_texts;
                let from = texts.partition_point(|range| range.start < start);
                let text = texts.get(from).filter(|range| range.end <= definition.node.start)?;
                doc::of_text(&self.text[text.clone()])
            })
            .or_else(|| doc::of_comments(self.trivia.comments(start..definition.node.start)))
    }
}
