//! The heads of declarations in C and its kin: what stands before a body or a semicolon, where
//! declarations can stand.

use std::ops::Range;

use super::c_tokens::{Kind, Token};

/// A part of a head.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    pub(super) bytes: Range<usize>,
}

/// What a part of a head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// An identifier or a keyword.
    Word,
    /// `(…)`
    Group,
    /// `<…>` or `[…]`
    Bracket,
    /// `::`
    Path,
    /// A string or a character.
    Literal,
    /// Any other character.
    Sign(u8),
}

/// What a head ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// `{`
    Body,
    /// `;`, or the end of what it stands in.
    Statement,
    /// The colon after `public`, `signals`, …
    Label,
}

/// What stands in braces.
enum Inside<'a> {
    /// The members of a class of this name.
    Class(&'a str),
    /// Other declarations.
    Declarations,
    /// Statements or values.
    Code,
}

/// Gives every head to `each`, outermost first, with the name of the class that it stands in.
pub(super) fn heads<'a>(
    text: &'a str,
    tokens: &[Token],
    mut each: impl FnMut(&[Item], End, Option<&'a str>),
) {
    let mut open: Vec<Inside> = Vec::new();
    let mut head: Vec<Item> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let declares = !matches!(open.last(), Some(Inside::Code));
        let class = match open.last() {
            Some(Inside::Class(name)) => Some(*name),
            _ => None,
        };
        let mut next = at + 1;
        match token.kind {
            Kind::Sign(b'{') => {
                if declares && !ends_with_assignment(&head) {
                    each(&head, End::Body, class);
                }
                open.push(if declares { inside(text, &head) } else { Inside::Code });
                head.clear();
            }
            Kind::Sign(b'}') => {
                if class.is_some() {
                    each(&head, End::Statement, class);
                }
                open.pop();
                head.clear();
            }
            _ if !declares => {}
            Kind::Sign(b';') => {
                each(&head, End::Statement, class);
                head.clear();
            }
            Kind::Sign(b':') if is_label(text, &head) => {
                each(&head, End::Label, class);
                head.clear();
            }
            kind => {
                let (item, end) = item(kind, tokens, at, &head);
                head.push(item);
                next = end;
            }
        }
        at = next;
    }
}

/// The part of a head that begins with the token at `at`, and where the next one begins.
fn item(kind: Kind, tokens: &[Token], at: usize, head: &[Item]) -> (Item, usize) {
    let (kind, close) = match kind {
        Kind::Word => (ItemKind::Word, None),
        Kind::Literal => (ItemKind::Literal, None),
        Kind::Path => (ItemKind::Path, None),
        Kind::Sign(b'(') => (ItemKind::Group, Some(b')')),
        Kind::Sign(b'[') => (ItemKind::Bracket, Some(b']')),
        Kind::Sign(b'<') if head.last().is_some_and(|last| last.kind == ItemKind::Word) => {
            (ItemKind::Bracket, Some(b'>'))
        }
        Kind::Sign(sign) => (ItemKind::Sign(sign), None),
    };
    if let Some(last) = close.and_then(|close| closing(tokens, at, close)) {
        let bytes = tokens[at].bytes.start..tokens[last].bytes.end;
        return (Item { kind, bytes }, last + 1);
    }
    let kind = match tokens[at].kind {
        Kind::Sign(sign) => ItemKind::Sign(sign),
        _ => kind,
    };
    (Item { kind, bytes: tokens[at].bytes.clone() }, at + 1)
}

/// The bracket that closes the one at `at`; none where something else comes first.
fn closing(tokens: &[Token], at: usize, close: u8) -> Option<usize> {
    // Far longer than any person's list of parameters.
    const MOST_TOKENS: usize = 2000;
    let Kind::Sign(open) = tokens[at].kind else { return None };
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at).take(MOST_TOKENS) {
        match token.kind {
            Kind::Sign(sign) if sign == open => depth += 1,
            Kind::Sign(sign) if sign == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(index);
                }
            }
            Kind::Sign(b';' | b'{' | b'}') if close == b'>' => return None,
            _ => {}
        }
    }
    None
}

/// What the braces after a head hold.
fn inside<'a>(text: &'a str, head: &[Item]) -> Inside<'a> {
    let word = |item: &Item| item.kind == ItemKind::Word;
    let has = |name: &str| head.iter().any(|item| word(item) && &text[item.bytes.clone()] == name);
    let is_linkage = head.last().is_some_and(|last| last.kind == ItemKind::Literal);
    if has("namespace") || (is_linkage && has("extern")) {
        return Inside::Declarations;
    }
    let is_class = ["class", "struct", "union", "interface"].into_iter().any(has);
    let assigns = head.iter().any(|item| item.kind == ItemKind::Sign(b'='));
    let ends_in_group = head.last().is_some_and(|last| last.kind == ItemKind::Group);
    if !is_class || assigns || ends_in_group || is_linkage || has("enum") {
        return Inside::Code;
    }
    let bases = head.iter().position(|item| item.kind == ItemKind::Sign(b':'));
    let names = head[..bases.unwrap_or(head.len())].iter().rev().filter(|item| word(item));
    let mut names = names.map(|item| &text[item.bytes.clone()]);
    Inside::Class(names.find(|name| !matches!(*name, "final" | "sealed")).unwrap_or_default())
}

fn ends_with_assignment(head: &[Item]) -> bool {
    head.last().is_some_and(|last| last.kind == ItemKind::Sign(b'='))
}

/// The words that make a label of a colon.
pub(super) const LABELS: [&str; 7] =
    ["public", "private", "protected", "signals", "Q_SIGNALS", "slots", "Q_SLOTS"];

/// Whether a head is the label of what follows in a class, and not a bit field that is called so.
fn is_label(text: &str, head: &[Item]) -> bool {
    let word = |item: &Item| match item.kind {
        ItemKind::Word => &text[item.bytes.clone()],
        _ => "",
    };
    let mut words = head.iter().rev().map(word);
    let label = words.next().unwrap_or_default();
    match label {
        "slots" | "Q_SLOTS" => words.next().is_some_and(|access| LABELS.contains(&access)),
        "signals" => words.next().is_none_or(|before| !before.contains(char::is_lowercase)),
        label => LABELS.contains(&label),
    }
}
