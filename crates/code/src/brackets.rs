//! How deep a text stands in brackets, told line by line; strings, characters and comments are minded.

/// How a language writes that in which no bracket counts.
pub(crate) struct BracketRules {
    /// What begins a comment that ends with its line.
    pub(crate) comment: &'static str,
    /// What comments of several lines begin and end with; they may stand in one another.
    pub(crate) block: Option<(&'static str, &'static str)>,
    /// What a character is written after: `#\(`.
    pub(crate) character: Option<&'static str>,
    /// Whether a name may stand between bars: `|a (b|`.
    pub(crate) bars: bool,
}

/// What a place in a text is within.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Code,
    String,
    /// In so many comments of several lines.
    Blocks(usize),
}

/// Counts the brackets of one line after the other.
pub(crate) struct BracketReader {
    rules: &'static BracketRules,
    within: Within,
    depth: usize,
}

impl BracketReader {
    pub(crate) fn new(rules: &'static BracketRules) -> BracketReader {
        BracketReader { rules, within: Within::Code, depth: 0 }
    }

    /// In how many brackets the next line begins.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether the next line begins in a string, or in a comment.
    pub(crate) fn is_in_text(&self) -> bool {
        self.within != Within::Code
    }

    /// Begins anew, as at the start of a text.
    pub(crate) fn reset(&mut self) {
        (self.within, self.depth) = (Within::Code, 0);
    }

    /// Reads a line, and tells of each bracket that closes, by the depth outside of it and the byte behind it.
    pub(crate) fn read(&mut self, line: &str, mut closed: impl FnMut(usize, usize)) {
        let mut at = 0;
        while let Some(c) = line[at..].chars().next() {
            let rest = &line[at..];
            at += match self.within {
                Within::String => self.in_string(rest, c),
                Within::Blocks(count) => self.in_blocks(rest, c, count),
                Within::Code if rest.starts_with(self.rules.comment) => return,
                Within::Code => {
                    let len = self.in_code(rest, c);
                    if matches!(c, ')' | ']' | '}') && len == 1 {
                        self.depth = self.depth.saturating_sub(1);
                        closed(self.depth, at + len);
                    }
                    len
                }
            };
        }
    }

    /// How many bytes to go on by in a string, at its character `c`.
    fn in_string(&mut self, rest: &str, c: char) -> usize {
        if c == '"' {
            self.within = Within::Code;
        }
        if c == '\\' { c.len_utf8() + first_len(&rest[1..]) } else { c.len_utf8() }
    }

    fn in_blocks(&mut self, rest: &str, c: char, count: usize) -> usize {
        let Some((open, close)) = self.rules.block else { return rest.len() };
        if rest.starts_with(close) {
            self.within = if count > 1 { Within::Blocks(count - 1) } else { Within::Code };
            close.len()
        } else if rest.starts_with(open) {
            self.within = Within::Blocks(count + 1);
            open.len()
        } else {
            c.len_utf8()
        }
    }

    fn in_code(&mut self, rest: &str, c: char) -> usize {
        if let Some((open, _)) = self.rules.block.filter(|(open, _)| rest.starts_with(open)) {
            self.within = Within::Blocks(1);
            return open.len();
        }
        if let Some(mark) = self.rules.character.filter(|mark| rest.starts_with(mark)) {
            return mark.len() + escaped_len(&rest[mark.len()..]);
        }
        match c {
            '"' => self.within = Within::String,
            '(' | '[' | '{' => self.depth += 1,
            // An escaped letter of a name.
            '\\' => return 1 + first_len(&rest[1..]),
            '|' if self.rules.bars => {
                return rest[1..].find('|').map_or(1, |end| end + 2);
            }
            _ => {}
        }
        c.len_utf8()
    }
}

/// The length of a text's first character.
fn first_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The length of a character that may be escaped: `\(`.
fn escaped_len(text: &str) -> usize {
    let first = first_len(text);
    if text.starts_with('\\') { first + first_len(&text[first..]) } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LISP: BracketRules = BracketRules {
        comment: ";",
        block: Some(("#|", "|#")),
        character: Some("#\\"),
        bars: true,
    };
    static EMACS: BracketRules =
        BracketRules { comment: ";", block: None, character: Some("?"), bars: false };

    fn depths(rules: &'static BracketRules, text: &str) -> Vec<usize> {
        let mut reader = BracketReader::new(rules);
        let depth = |line| {
            reader.read(line, |_, _| {});
            reader.depth()
        };
        text.lines().map(depth).collect()
    }

    #[test]
    fn brackets_in_strings_characters_and_comments_do_not_count() {
        assert_eq!(
            depths(&LISP, "(a \"(\" #\\( |(| ; (\n#| ( #| ( |# |# [b \\(\n\"ü\\\"(\n(\" {})]"),
            [1, 2, 2, 0]
        );
        assert_eq!(depths(&EMACS, "(a ?( ?\\( ?\" ?\\\"\n ?ü) ?"), [1, 0]);
        assert_eq!(depths(&LISP, "))) (\n#\\"), [1, 1]);
    }

    #[test]
    fn what_closes_is_told_by_its_depth_and_its_end() {
        let mut closed = Vec::new();
        BracketReader::new(&LISP).read("(a (b) ü)", |depth, end| closed.push((depth, end)));
        assert_eq!(closed, [(1, 6), (0, 10)]);
    }
}
