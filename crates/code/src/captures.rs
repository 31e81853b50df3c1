//! Runs a language's query over a tree and sorts what it captured.

use std::cell::Cell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};

use tree_sitter::{
    Node, QueryCursor, QueryCursorOptions, QueryCursorState, QueryMatch, StreamingIterator, Tree,
};

use crate::SymbolKind;
use crate::grammar::{Role, Standing, Syntax};
use crate::qualified;
use crate::time_limit::TimeLimit;

/// Nothing is looked for below this depth of the tree, which no person's code has: the work of a
/// query grows with the square of the depth.
const MAX_DEPTH: u32 = 400;
/// So many matches may be in the making at once.
const MAX_MATCHES: u32 = 4096;

/// How deep macros are looked into.
const MAX_EMBEDDED_DEPTH: usize = 3;

/// Everything that a query found in a text, in the order of the text, all as byte ranges.
#[derive(Default)]
pub(crate) struct Captures {
    pub(crate) definitions: Vec<Definition>,
    /// Where values are local: bodies of functions without a name.
    pub(crate) locals: Vec<Range<usize>>,
    pub(crate) comments: Vec<Range<usize>>,
    /// Attributes, decorators, type signatures: what belongs to the definition that follows.
    pub(crate) leading: Vec<Range<usize>>,
    /// What belongs to the definition right before it.
    trailing: Vec<Range<usize>>,
    /// Documentation within something leading.
    pub(crate) doc_texts: Vec<Range<usize>>,
    /// Signatures that stand apart from their definition.
    pub(crate) signatures: Vec<Range<usize>>,
    pub(crate) imports: Vec<ImportCapture>,
    /// Braces around more code of the language, which the grammar sees as mere tokens.
    embedded: Vec<tree_sitter::Range>,
    /// Code of other languages.
    pub(crate) injections: Vec<Injection>,
}

/// A place in another language, as the text or the query names it.
pub(crate) struct Injection {
    pub(crate) range: tree_sitter::Range,
    pub(crate) language: String,
    pub(crate) pattern: usize,
}

/// A definition, or something that only lends its name as a scope.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// `None` for a scope that is no symbol, such as an `impl`.
    pub(crate) kind: Option<SymbolKind>,
    /// A declaration without a body, which means nothing inside of a function.
    pub(crate) declaration: bool,
    /// The node itself.
    pub(crate) node: Range<usize>,
    /// The node with what wraps it: `export`, decorators, `template <…>`.
    pub(crate) whole: Range<usize>,
    pub(crate) name: Range<usize>,
    /// The name where it is none of the text's own words: several of them, joined.
    pub(crate) joined: Option<String>,
    /// The parts of the name without quotes, outermost first, where whoever found it took it apart.
    pub(crate) path: Vec<String>,
    /// Whether the name is taken as it is written.
    pub(crate) plain: bool,
    pub(crate) receiver: Option<Range<usize>>,
    pub(crate) body_start: Option<usize>,
    /// Documentation inside the body, as Python writes it.
    pub(crate) doc: Option<Range<usize>>,
    pub(crate) standing: Standing,
    /// The query's pattern; of two for one name the earlier one counts.
    pattern: usize,
    id: usize,
}

impl Definition {
    /// One that begins with a line, and ends with it as long as nothing else is known.
    pub(crate) fn of_line(
        kind: SymbolKind,
        line: Range<usize>,
        name: Range<usize>,
        pattern: usize,
        plain: bool,
    ) -> Definition {
        Definition {
            kind: Some(kind),
            declaration: false,
            whole: line.clone(),
            id: name.start,
            body_start: Some(line.end),
            node: line,
            name,
            joined: None,
            path: Vec::new(),
            plain,
            receiver: None,
            doc: None,
            standing: Standing::InTree,
            pattern,
        }
    }

    /// Has it end somewhere else.
    pub(crate) fn end_at(&mut self, end: usize) {
        self.node.end = end.max(self.node.end);
        self.whole.end = self.node.end;
    }

    /// Has what stands on a level end before the next one, or where that would be.
    fn end_before(&mut self, next: usize) {
        if self.node.end > next || self.standing.goes_on() {
            self.node.end = next;
            self.whole.end = next;
        }
    }
}

/// An import, with all names that its matches had.
pub(crate) struct ImportCapture {
    pub(crate) node: Range<usize>,
    pub(crate) target: Range<usize>,
    pub(crate) names: Vec<Range<usize>>,
}

/// One match of a pattern, by role.
#[derive(Default)]
struct Match<'tree> {
    definition: Option<(Option<SymbolKind>, bool, Node<'tree>)>,
    names: Vec<Node<'tree>>,
    receiver: Option<Node<'tree>>,
    body: Option<Node<'tree>>,
    wrapper: Option<Node<'tree>>,
    wrapped: Option<Node<'tree>>,
    documented: Option<Node<'tree>>,
    doc: Option<Node<'tree>>,
    import: Option<Node<'tree>>,
    import_target: Option<Node<'tree>>,
    import_name: Option<Node<'tree>>,
    injected: Option<Node<'tree>>,
    injected_language: Option<Node<'tree>>,
}

/// What is known of nodes by their id until all matches are in.
#[derive(Default)]
struct Notes {
    wrappers: HashMap<usize, (usize, Range<usize>)>,
    docs: HashMap<usize, Range<usize>>,
    imports: HashMap<(usize, usize), usize>,
}

impl Captures {
    /// Runs the query of `syntax` over `tree`, the tree of `text`, and over what is code of the
    /// same language in it: the items in a Rust macro's braces. `None` where that takes too long.
    pub(crate) fn collect(
        syntax: &Syntax,
        tree: &Tree,
        text: &str,
        limit: &TimeLimit,
    ) -> Option<Captures> {
        let mut captures = Captures::of_tree(syntax, tree, text, limit)?;
        for _ in 0..MAX_EMBEDDED_DEPTH {
            for embedded in std::mem::take(&mut captures.embedded) {
                if let Some(tree) = syntax.parse_within(text, embedded, limit) {
                    captures.absorb(Captures::of_tree(syntax, &tree, text, limit)?);
                }
            }
        }
        Some(captures)
    }

    /// Runs the query over one tree; `None` where that takes too long: its work may grow with the square of what is
    /// beside one another.
    pub(crate) fn of_tree(
        syntax: &Syntax,
        tree: &Tree,
        text: &str,
        limit: &TimeLimit,
    ) -> Option<Captures> {
        let mut captures = Captures::default();
        let mut notes = Notes::default();
        let mut cursor = QueryCursor::new();
        cursor.set_max_start_depth(Some(MAX_DEPTH));
        cursor.set_match_limit(MAX_MATCHES);
        let late = Cell::new(false);
        let mut go_on = |_: &QueryCursorState| {
            late.set(late.get() || limit.is_over());
            if late.get() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = QueryCursorOptions::new().progress_callback(&mut go_on);
        let (root, bytes) = (tree.root_node(), text.as_bytes());
        let mut matches = cursor.matches_with_options(&syntax.query, root, bytes, options);
        while let Some(found) = matches.next() {
            let parts = captures.sort(syntax, found, text);
            captures.note(&mut notes, syntax, found.pattern_index, &parts, text);
        }
        if late.get() {
            return None;
        }
        captures.join(&notes);
        captures.drop_second_names(text);
        captures.extend_by_trailing(text);
        captures.extend_to_next(text);
        captures.end_by_levels(root.end_byte());
        Injection::keep_first(&mut captures.injections);
        Some(captures)
    }

    /// Adds an import that has no names.
    pub(crate) fn import(&mut self, node: Range<usize>, target: Range<usize>) {
        self.imports.push(ImportCapture { node, target, names: Vec::new() });
    }

    /// These without what they define and import: what stands in an example.
    pub(crate) fn without_names(self) -> Captures {
        Captures {
            comments: self.comments,
            leading: self.leading,
            injections: self.injections,
            ..Captures::default()
        }
    }

    pub(crate) fn absorb(&mut self, other: Captures) {
        self.definitions.extend(other.definitions);
        self.locals.extend(other.locals);
        self.comments.extend(other.comments);
        self.leading.extend(other.leading);
        self.doc_texts.extend(other.doc_texts);
        self.signatures.extend(other.signatures);
        self.imports.extend(other.imports);
        self.embedded.extend(other.embedded);
        self.injections.extend(other.injections);
    }

    /// Takes what stands for itself, and returns the rest of the match by role.
    fn sort<'tree>(
        &mut self,
        syntax: &Syntax,
        found: &QueryMatch<'_, 'tree>,
        text: &str,
    ) -> Match<'tree> {
        let mut parts = Match::default();
        for capture in found.captures() {
            let node = capture.node;
            match syntax.roles[capture.index as usize] {
                Role::Definition(kind) => parts.definition = Some((Some(kind), false, node)),
                Role::Declaration(kind) => parts.definition = Some((Some(kind), true, node)),
                Role::Scope => parts.definition = Some((None, false, node)),
                Role::Name => parts.names.push(node),
                Role::Receiver => parts.receiver = Some(node),
                Role::Body => parts.body = Some(node),
                Role::Wrapper => parts.wrapper = Some(node),
                Role::Wrapped => parts.wrapped = Some(node),
                Role::Documented => parts.documented = Some(node),
                Role::Doc => parts.doc = Some(node),
                Role::Import => parts.import = Some(node),
                Role::ImportTarget => parts.import_target = Some(node),
                Role::ImportName => parts.import_name = Some(node),
                Role::Local => self.locals.push(bytes_of(&node, text)),
                Role::Comment => self.comments.push(bytes_of(&node, text)),
                Role::Leading => self.leading.push(bytes_of(&node, text)),
                Role::Trailing => self.trailing.push(bytes_of(&node, text)),
                Role::DocText => self.doc_texts.push(bytes_of(&node, text)),
                Role::Signature => self.signatures.push(bytes_of(&node, text)),
                Role::Embedded => self.embedded.push(node.range()),
                Role::Injected => parts.injected = Some(node),
                Role::InjectedLanguage => parts.injected_language = Some(node),
                Role::None => {}
            }
        }
        parts
    }

    fn note(
        &mut self,
        notes: &mut Notes,
        syntax: &Syntax,
        pattern: usize,
        parts: &Match,
        text: &str,
    ) {
        self.note_definition(syntax, pattern, parts, text);
        self.note_injection(syntax, pattern, parts, text);
        if let (Some(wrapper), Some(wrapped)) = (parts.wrapper, parts.wrapped) {
            notes.wrappers.insert(wrapped.id(), (wrapper.id(), bytes_of(&wrapper, text)));
        }
        if let (Some(documented), Some(doc)) = (parts.documented, parts.doc) {
            notes.docs.entry(documented.id()).or_insert_with(|| bytes_of(&doc, text));
        }
        if let (Some(import), Some(target)) = (parts.import, parts.import_target) {
            let index = *notes.imports.entry((import.id(), target.id())).or_insert_with(|| {
                let (node, target) = (bytes_of(&import, text), bytes_of(&target, text));
                self.imports.push(ImportCapture { node, target, names: Vec::new() });
                self.imports.len() - 1
            });
            self.imports[index].names.extend(parts.import_name.map(|name| bytes_of(&name, text)));
        }
    }

    fn note_definition(&mut self, syntax: &Syntax, pattern: usize, parts: &Match, text: &str) {
        let (Some((kind, declaration, node)), Some(name)) = (parts.definition, parts.names.last())
        else {
            return;
        };
        let body = parts.body.or_else(|| node.child_by_field_name("body"));
        let join = syntax.settings[pattern].join.as_deref();
        let bytes = bytes_of(&node, text);
        self.definitions.push(Definition {
            kind,
            declaration,
            node: bytes.clone(),
            whole: bytes,
            name: declared_name(*name, text),
            joined: join.map(|join| joined(&parts.names, join, text)),
            path: Vec::new(),
            plain: syntax.is_plain(),
            receiver: parts.receiver.map(|receiver| bytes_of(&receiver, text)),
            body_start: body.map(|body| bytes_of(&body, text).start),
            doc: None,
            standing: syntax.settings[pattern].standing,
            pattern,
            id: node.id(),
        });
    }

    fn note_injection(&mut self, syntax: &Syntax, pattern: usize, parts: &Match, text: &str) {
        let Some(place) = parts.injected else { return };
        let said = parts.injected_language.map(|node| text[bytes_of(&node, text)].to_owned());
        let Some(language) = said.or_else(|| syntax.settings[pattern].injection.clone()) else {
            return;
        };
        if !place.byte_range().is_empty() {
            self.injections.push(Injection { range: place.range(), language, pattern });
        }
    }

    /// Joins what the matches in one tree told apart, and drops duplicates.
    fn join(&mut self, notes: &Notes) {
        self.definitions.sort_by_key(|found| (found.name.start, found.pattern));
        self.definitions.dedup_by_key(|found| found.name.start);
        let symbols = self.definitions.iter().filter(|found| found.kind.is_some());
        let symbols: HashSet<usize> = symbols.map(|found| found.id).collect();
        self.definitions.retain(|found| found.kind.is_some() || !symbols.contains(&found.id));
        // Of several patterns that put a node's name together the first one counts.
        let mut joined: HashMap<usize, usize> = HashMap::new();
        for found in self.definitions.iter().filter(|found| found.joined.is_some()) {
            let first = joined.entry(found.id).or_insert(found.pattern);
            *first = found.pattern.min(*first);
        }
        self.definitions.retain(|found| {
            found.joined.is_none() || joined.get(&found.id) == Some(&found.pattern)
        });
        for found in &mut self.definitions {
            found.doc = notes.docs.get(&found.id).cloned();
            let mut id = found.id;
            while let Some((wrapper, range)) = notes.wrappers.get(&id) {
                found.whole = range.clone();
                id = *wrapper;
            }
        }
    }

    /// Drops what gives a body its name a second time: `const run = exports.run = function () {…}`.
    fn drop_second_names(&mut self, text: &str) {
        let mut named: HashMap<usize, &str> = HashMap::new();
        self.definitions.retain(|found| {
            let name = text[found.name.clone()].rsplit('.').next().unwrap_or_default();
            let Some(body) = found.body_start.filter(|_| found.kind.is_some()) else { return true };
            match named.entry(body) {
                Entry::Vacant(entry) => entry.insert(name) == &name,
                Entry::Occupied(entry) => *entry.get() != name,
            }
        });
    }

    /// Has what trails a definition be part of it.
    fn extend_by_trailing(&mut self, text: &str) {
        if self.trailing.is_empty() {
            return;
        }
        let mut by_end: HashMap<usize, usize> = HashMap::new();
        for (index, found) in self.definitions.iter().enumerate() {
            by_end.insert(found.node.end, index);
        }
        for trailing in std::mem::take(&mut self.trailing) {
            let before = text[..trailing.start].trim_end().len();
            if let Some(index) = by_end.remove(&before) {
                self.definitions[index].end_at(trailing.end);
                by_end.insert(trailing.end, index);
            }
        }
    }

    /// Has what goes on until the next of its like end before the comments that lead that.
    fn extend_to_next(&mut self, text: &str) {
        let trimmed = |comment: &Range<usize>| text[..comment.end].trim_end().len();
        let comments: HashMap<usize, usize> =
            self.comments.iter().map(|comment| (trimmed(comment), comment.start)).collect();
        let mut open = self
            .definitions
            .iter_mut()
            .filter(|found| found.standing == Standing::UntilNext)
            .peekable();
        while let Some(found) = open.next() {
            let mut end = open.peek().map_or(text.len(), |next| next.node.start);
            end = text[..end].trim_end().len();
            while let Some(start) = comments.get(&end) {
                end = text[..*start].trim_end().len();
            }
            found.end_at(end);
        }
    }

    /// Has what stands on a level end before the next one on it or above it, or with the tree.
    fn end_by_levels(&mut self, end: usize) {
        let mut open: Vec<(u8, usize)> = Vec::new();
        for index in 0..self.definitions.len() {
            let Standing::OnLevel { level, .. } = self.definitions[index].standing else {
                continue;
            };
            let start = self.definitions[index].node.start;
            while let Some((_, above)) = open.pop_if(|(open, _)| *open >= level) {
                self.definitions[above].end_before(start);
            }
            open.push((level, index));
        }
        for (_, index) in open {
            self.definitions[index].end_before(end);
        }
    }

    /// Puts all in the order of the text, once all of it is in.
    pub(crate) fn order(&mut self) {
        self.definitions.sort_by_key(|found| (found.node.start, usize::MAX - found.node.end));
        self.imports.sort_by_key(|import| import.node.start);
        let Captures { comments, leading, doc_texts, locals, .. } = self;
        for ranges in [comments, leading, doc_texts, locals] {
            ranges.sort_by_key(|range| range.start);
            ranges.dedup();
        }
        self.signatures.sort_by_key(|range| range.start);
    }
}

/// Where a node stands in its text. Where a grammar reads what it does not know byte by byte, a node
/// can begin within a character: it then counts from the character's start.
pub(crate) fn bytes_of(node: &Node, text: &str) -> Range<usize> {
    text.floor_char_boundary(node.start_byte())..text.floor_char_boundary(node.end_byte())
}

/// Several words of a text as one name, each without its quotes.
fn joined(names: &[Node], join: &str, text: &str) -> String {
    let words = names.iter().map(|name| qualified::unquoted(text[bytes_of(name, text)].trim()));
    words.collect::<Vec<_>>().join(join)
}

/// The type that an operator converts to, which may be qualified: `Cart::operator std::string() const`.
fn conversion(mut node: Node) -> Option<Node> {
    // Far longer than any name that a person wrote.
    for _ in 0..16 {
        match node.kind() {
            "qualified_identifier" => node = node.child_by_field_name("name")?,
            "operator_cast" => return node.child_by_field_name("type"),
            _ => return None,
        }
    }
    None
}

/// The name within what C calls a declarator: `*f(int)` declares `f`, and `operator bool() const` what
/// stands before the parentheses.
fn declared_name(mut node: Node, text: &str) -> Range<usize> {
    // Far deeper than any declarator that a person wrote.
    for _ in 0..64 {
        if let Some(target) = conversion(node) {
            return bytes_of(&node, text).start..bytes_of(&target, text).end;
        }
        let inner = node.child_by_field_name("declarator").or_else(|| {
            let nested = matches!(node.kind(), "reference_declarator" | "parenthesized_declarator");
            nested.then(|| node.named_child(0)).flatten()
        });
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    bytes_of(&node, text)
}
