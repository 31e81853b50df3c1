//! The tokens of SQL in all of its dialects, as far as statements are told apart by them.

use std::ops::Range;

/// A quoted name is no longer.
const LONGEST_BRACKETS: usize = 128;
/// So many dollar quotes may lack their end before none is looked for any more.
const MOST_OPEN_DOLLARS: u8 = 64;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// A name in double quotes, backticks or brackets.
    Quoted,
    /// A string, or what is between dollar quotes.
    Text,
    /// `;`, or what `DELIMITER` has put in its place.
    End,
    /// A line that ends whatever is open: `GO`, or `/` alone.
    Break,
    /// Any other character.
    Sign(u8),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) bytes: Range<usize>,
    /// How far it is indented, where nothing but blanks stands before it on its line.
    pub(super) indent: Option<usize>,
}

/// What a text says of its dialect.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dialect {
    /// A backslash in a string escapes what follows it.
    pub(super) escapes: bool,
    /// Batches end with a line `GO`: a routine is all of its batch.
    pub(super) batches: bool,
    /// Routines end with a line `/`.
    pub(super) slashes: bool,
}

impl Dialect {
    pub(super) fn of(text: &str) -> Dialect {
        let has_line = |word: &str| text.lines().any(|line| line.trim().eq_ignore_ascii_case(word));
        let batches = has_line("GO");
        let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
        let is_mysql = has(&["DELIMITER", "ENGINE=", "AUTO_INCREMENT"])
            || (has(&["`"]) && !has(&["plpgsql", "$$"]));
        Dialect { escapes: is_mysql && !batches, batches, slashes: has_line("/") }
    }
}

/// Reads the tokens of a text one by one. A copy of it looks ahead.
#[derive(Clone)]
pub(super) struct Lexer<'text> {
    text: &'text str,
    at: usize,
    line_start: usize,
    /// Whether nothing but blanks came since the last line's end.
    is_first: bool,
    dialect: Dialect,
    delimiter: Option<&'text str>,
    open_dollars: u8,
}

impl<'text> Lexer<'text> {
    pub(super) fn new(text: &'text str, dialect: Dialect) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Lexer {
            text,
            at,
            line_start: at,
            is_first: true,
            dialect,
            delimiter: None,
            open_dollars: 0,
        }
    }

    pub(super) fn text(&self) -> &'text str {
        self.text
    }

    fn rest(&self) -> &'text [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// The rest of the line, which is skipped.
    pub(super) fn take_line(&mut self) -> &'text str {
        let start = self.at;
        self.at = self.line_end();
        self.text.get(start..self.at).unwrap_or_default().trim()
    }

    fn line_end(&self) -> usize {
        let end = self.rest().iter().position(|byte| *byte == b'\n');
        end.map_or(self.text.len(), |end| self.at + end)
    }

    /// Has statements end with something else than `;`.
    pub(super) fn delimit(&mut self, delimiter: &'text str) {
        self.delimiter = Some(delimiter).filter(|delimiter| !matches!(*delimiter, "" | ";"));
    }

    /// Skips the rows that follow `COPY … FROM stdin;`; false where nothing ends them.
    pub(super) fn skip_rows(&mut self) -> bool {
        let end = find(self.rest(), b"\n\\.");
        self.at += end.map_or(0, |end| end + 3);
        end.is_some()
    }

    /// The next token; comments before it go to `comments`.
    pub(super) fn next(&mut self, comments: &mut Vec<Range<usize>>) -> Option<Token> {
        self.skip_blanks(comments)?;
        let indent = self.is_first.then(|| self.at - self.line_start);
        self.is_first = false;
        let start = self.at;
        let kind = self.token(indent.is_some());
        Some(Token { kind, bytes: start..self.at, indent })
    }

    /// Goes to the next token; `None` at the end.
    fn skip_blanks(&mut self, comments: &mut Vec<Range<usize>>) -> Option<()> {
        loop {
            let (start, rest) = (self.at, self.rest());
            match *rest.first()? {
                b'\n' => {
                    self.at += 1;
                    (self.line_start, self.is_first) = (self.at, true);
                }
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'\\' if self.is_first => self.at = self.line_end(),
                b'-' if rest.starts_with(b"--") => {
                    self.at = self.line_end();
                    comments.push(start..self.at);
                }
                b'#' if self.is_line_comment() => {
                    self.at = self.line_end();
                    comments.push(start..self.at);
                }
                // What MySQL runs from its version such on: `/*!50003 CREATE … */`.
                b'/' if rest.starts_with(b"/*!") && rest.get(3).is_some_and(u8::is_ascii_digit) => {
                    let digits = rest[3..].iter().take_while(|byte| byte.is_ascii_digit());
                    self.at += 3 + digits.count();
                }
                b'*' if rest.starts_with(b"*/") => self.at += 2,
                b'/' if rest.starts_with(b"/*") => {
                    self.skip_past(2, b"*/");
                    comments.push(start..self.at);
                }
                // A comment of a template.
                b'{' if rest.starts_with(b"{#") => self.skip_past(2, b"#}"),
                _ => return Some(()),
            }
        }
    }

    fn is_line_comment(&self) -> bool {
        let followed =
            self.rest().get(1).is_none_or(|byte| matches!(byte, b' ' | b'#' | b'\n' | b'\r'));
        followed && (self.dialect.escapes || self.is_first)
    }

    fn skip_past(&mut self, from: usize, end: &[u8]) {
        let found = self.rest().get(from..).and_then(|rest| find(rest, end));
        self.at = found.map_or(self.text.len(), |found| self.at + from + found + end.len());
    }

    fn token(&mut self, is_first: bool) -> Kind {
        let rest = self.rest();
        if let Some(delimiter) = self.delimiter.filter(|end| rest.starts_with(end.as_bytes())) {
            self.at += delimiter.len();
            return Kind::End;
        }
        match rest[0] {
            b'\'' => self.string(),
            b'"' => self.double_quoted(),
            b'`' => self.name_in_quotes(b'`', usize::MAX),
            b'[' if self.may_begin_name() => self.name_in_quotes(b']', LONGEST_BRACKETS),
            b'$' if self.delimiter.is_none() => self.dollar_quoted(),
            byte if is_word(byte) && byte != b'$' => self.word(is_first),
            b'/' if is_first && self.text[self.at..self.line_end()].trim_end() == "/" => {
                self.sign(Kind::Break)
            }
            b';' if self.delimiter.is_none() => self.sign(Kind::End),
            sign => self.sign(Kind::Sign(sign)),
        }
    }

    fn sign(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    fn word(&mut self, is_first: bool) -> Kind {
        let start = self.at;
        let ends = |rest: &[u8]| {
            !rest.first().copied().is_some_and(is_word)
                || self.delimiter.is_some_and(|end| rest.starts_with(end.as_bytes()))
        };
        let rest = self.rest();
        self.at += (1..rest.len()).find(|at| ends(&rest[*at..])).unwrap_or(rest.len());
        let is_go = is_first && self.text[start..self.at].eq_ignore_ascii_case("GO");
        if is_go {
            let behind = self.text[self.at..self.line_end()].trim();
            if behind.bytes().all(|byte| byte.is_ascii_digit() || byte == b';') {
                self.at = self.line_end();
                return Kind::Break;
            }
        }
        Kind::Word
    }

    /// `'…'`, in which a quote is doubled and, in some dialects, escaped.
    fn string(&mut self) -> Kind {
        let before = &self.text.as_bytes()[..self.at];
        let has_prefix = |prefix: &[u8]| {
            before.len() >= prefix.len()
                && before[before.len() - prefix.len()..].eq_ignore_ascii_case(prefix)
                && !before[..before.len() - prefix.len()].last().copied().is_some_and(is_word)
        };
        let opens = |byte: &&u8| byte.is_ascii_punctuation() && **byte != b'\'';
        let is_raw = has_prefix(b"q") || has_prefix(b"nq");
        if let Some(open) = self.rest().get(1).filter(opens).filter(|_| is_raw) {
            let close = match open {
                b'[' => b']',
                b'(' => b')',
                b'{' => b'}',
                b'<' => b'>',
                other => *other,
            };
            self.skip_past(2, &[close, b'\'']);
            return Kind::Text;
        }
        let escapes = self.dialect.escapes || has_prefix(b"e");
        self.skip_quoted(b'\'', escapes);
        Kind::Text
    }

    fn double_quoted(&mut self) -> Kind {
        if !self.dialect.escapes {
            return self.name_in_quotes(b'"', usize::MAX);
        }
        self.skip_quoted(b'"', true);
        Kind::Quoted
    }

    /// Goes past a quote and what it opens.
    fn skip_quoted(&mut self, quote: u8, escapes: bool) {
        self.at += 1;
        while let Some(&byte) = self.rest().first() {
            let next = self.rest().get(1).copied();
            let is_pair = byte == b'\\' && (escapes || (next == Some(quote) && self.goes_on(2)));
            let doubled = byte == quote && next == Some(quote);
            self.at = (self.at + if is_pair || doubled { 2 } else { 1 }).min(self.text.len());
            if byte == quote && !doubled {
                break;
            }
        }
        // What was escaped may be wider than a byte.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    /// Whether what stands so far on cannot follow a string, so that a quote before it does not end one.
    fn goes_on(&self, from: usize) -> bool {
        let behind = self.rest().get(from).copied();
        behind.is_some_and(|byte| is_word(byte) || matches!(byte, b'.' | b'!' | b'?'))
    }

    /// Whether a bracket begins a name, and does not index what stands before it.
    fn may_begin_name(&self) -> bool {
        let before = self.text[..self.at].bytes().next_back();
        let first = self.rest().get(1);
        !before.is_some_and(|byte| is_word(byte) || matches!(byte, b']' | b')'))
            && first.is_some_and(|byte| {
                byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'#' | 0x80..)
            })
    }

    /// A name up to a quote on its line.
    fn name_in_quotes(&mut self, close: u8, longest: usize) -> Kind {
        let inside = self.rest()[1..].iter().take(longest);
        let end = inside.take_while(|byte| **byte != b'\n').position(|byte| *byte == close);
        let Some(end) = end.filter(|end| *end > 0) else {
            return self.sign(Kind::Sign(self.rest()[0]));
        };
        self.at += end + 2;
        Kind::Quoted
    }

    /// `$tag$ … $tag$`
    fn dollar_quoted(&mut self) -> Kind {
        let rest = self.rest();
        let tag = rest[1..].iter().take_while(|byte| is_word(**byte) && **byte != b'$').count();
        let is_tag = rest.get(tag + 1) == Some(&b'$') && !rest[1].is_ascii_digit();
        if !is_tag || self.open_dollars >= MOST_OPEN_DOLLARS {
            return self.sign(Kind::Sign(b'$'));
        }
        let quote = &rest[..tag + 2];
        let end = find(&rest[quote.len()..], quote);
        self.open_dollars += u8::from(end.is_none());
        self.at += quote.len() + end.map_or(0, |end| end + quote.len());
        Kind::Text
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'#' | b'$') || byte >= 0x80
}

/// Where bytes first stand in others.
fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    loop {
        from += within[from..].iter().position(|byte| *byte == first)?;
        if within[from..].starts_with(what) {
            return Some(from);
        }
        from += 1;
    }
}
