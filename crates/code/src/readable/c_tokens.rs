//! The tokens of C and its kin, as far as declarations are told apart by them.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or a keyword.
    Word,
    /// A string or a character.
    Literal,
    /// `::`
    Path,
    /// Any other character.
    Sign(u8),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) bytes: Range<usize>,
}

/// The tokens of a text, without comments and numbers' parts of no interest, and the lines of the preprocessor
/// between them.
pub(super) fn tokens_and_directives(text: &str) -> (Vec<Token>, Vec<Range<usize>>) {
    let mut scanner =
        Scanner { text: text.as_bytes(), at: 0, is_line_start: true, directives: Vec::new() };
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next() {
        tokens.push(token);
    }
    (tokens, scanner.directives)
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether nothing but blanks came since the last line's end.
    is_line_start: bool,
    directives: Vec<Range<usize>>,
}

impl Scanner<'_> {
    fn next(&mut self) -> Option<Token> {
        loop {
            let byte = *self.text.get(self.at)?;
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.is_line_start = true;
                }
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'#' if self.is_line_start => self.skip_directive(),
                b'/' if self.rest().starts_with(b"//") => self.skip_line(),
                b'/' if self.rest().starts_with(b"/*") => self.skip_past(b"*/", 2),
                _ => break,
            }
        }
        self.is_line_start = false;
        let start = self.at;
        let kind = self.token();
        Some(Token { kind, bytes: start..self.at })
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }

    fn token(&mut self) -> Kind {
        let byte = self.text[self.at];
        if is_word(byte) {
            while self.text.get(self.at).copied().is_some_and(is_word) || self.parts_digits(byte) {
                self.at += 1;
            }
            if self.text.get(self.at) == Some(&b'"') && self.text[self.at - 1] == b'R' {
                self.skip_raw_string();
                return Kind::Literal;
            }
            return Kind::Word;
        }
        match byte {
            b'"' | b'\'' => {
                self.skip_quoted(byte);
                Kind::Literal
            }
            b':' if self.rest().starts_with(b"::") => {
                self.at += 2;
                Kind::Path
            }
            sign => {
                self.at += 1;
                Kind::Sign(sign)
            }
        }
    }

    /// Whether a quote here parts the digits of a number: `1'000`.
    fn parts_digits(&self, first: u8) -> bool {
        first.is_ascii_digit()
            && self.text.get(self.at) == Some(&b'\'')
            && self.text.get(self.at + 1).is_some_and(u8::is_ascii_hexdigit)
    }

    fn skip_line(&mut self) {
        self.at = find(self.text, self.at, b"\n").unwrap_or(self.text.len());
    }

    /// A directive goes on where its line ends in a backslash.
    fn skip_directive(&mut self) {
        let start = self.at;
        loop {
            self.skip_line();
            let line = self.text[..self.at].strip_suffix(b"\r").unwrap_or(&self.text[..self.at]);
            if self.at >= self.text.len() || !line.ends_with(b"\\") {
                break;
            }
            self.at += 1;
        }
        self.directives.push(start..self.at);
    }

    fn skip_past(&mut self, end: &[u8], from: usize) {
        let found = find(self.text, (self.at + from).min(self.text.len()), end);
        self.at = found.map_or(self.text.len(), |at| at + end.len());
    }

    /// A literal ends with its line, whatever it is.
    fn skip_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'\n' => return,
                b'\\' => self.at = (self.at + 2).min(self.text.len()),
                byte => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    /// `R"mark(…)mark"`.
    fn skip_raw_string(&mut self) {
        let mark = self.at + 1;
        let open = find(self.text, mark, b"(").filter(|open| open - mark <= 16);
        let Some(open) = open else {
            self.skip_quoted(b'"');
            return;
        };
        let end = [b")", &self.text[mark..open], b"\""].concat();
        self.skip_past(&end, open - self.at);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn find(text: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    text[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_directives_and_literals_are_no_words() {
        let text =
            "#define A(x) \\\n  b\nint /* c */ f('d', \"e\\\"\", R\"x(g)\")x\"); // h\n\"open";
        let (tokens, directives) = tokens_and_directives(text);
        assert_eq!(directives, std::slice::from_ref(&(0..18)));
        let words: Vec<&str> = tokens
            .iter()
            .filter(|token| token.kind == Kind::Word)
            .map(|token| &text[token.bytes.clone()])
            .collect();
        assert_eq!(words, ["int", "f"]);
    }
}
