//! Objective-C++ as the grammar of Objective-C may read it: what only C++ knows is masked, and its namespaces and
//! classes become blocks, which are parsed as C++ in their turn (`objectivec.scm`).

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;
use super::c_tokens::{Kind, Token, tokens_and_directives};
use super::objc::without_macros;

/// Tokens, at most, among which the end of a head or of a type's arguments is looked for.
const MOST_TOKENS: usize = 100;

/// Words before a brace that begins a block.
const BEFORE_BLOCKS: [&str; 9] =
    ["else", "do", "try", "mutable", "const", "noexcept", "override", "final", "extern"];

const CASTS: [&str; 4] = ["static_cast", "dynamic_cast", "const_cast", "reinterpret_cast"];

/// The text without C++'s constructs, and without macros as Objective-C has it.
pub(crate) fn without_cpp(text: &str) -> Cow<'_, str> {
    match without_macros(text) {
        Cow::Borrowed(text) => masked(text),
        Cow::Owned(text) => Cow::Owned(masked(&text).into_owned()),
    }
}

fn masked(text: &str) -> Cow<'_, str> {
    let (tokens, _) = tokens_and_directives(text);
    let partners = partners(&tokens);
    let mask = Mask::new(text, Some(("/*", "*/")));
    let mut reader = Reader { text, tokens, partners, mask };
    reader.mask_file();
    reader.mask.finish()
}

/// For each opening bracket the one that closes it; for all else the token itself.
fn partners(tokens: &[Token]) -> Vec<usize> {
    let mut partners: Vec<usize> = (0..tokens.len()).collect();
    let mut open: Vec<(usize, u8)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Sign(sign) = token.kind else { continue };
        let opener = match sign {
            b'(' | b'[' | b'{' => {
                open.push((at, sign));
                continue;
            }
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            _ => continue,
        };
        // A brace closes what is open within its own, too.
        while opener == b'{' && open.last().is_some_and(|(_, sign)| *sign != b'{') {
            open.pop();
        }
        if let Some((opened, _)) = open.pop_if(|(_, sign)| *sign == opener) {
            partners[opened] = at;
        }
    }
    partners
}

struct Reader<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    partners: Vec<usize>,
    mask: Mask<'a>,
}

impl<'a> Reader<'a> {
    /// The text of a word; nothing of anything else.
    fn word(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(Token { kind: Kind::Word, bytes }) => &self.text[bytes.clone()],
            _ => "",
        }
    }

    fn is(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    /// What closes the bracket here, if it is this one.
    fn closed(&self, at: usize, open: u8) -> Option<usize> {
        let close = *self.partners.get(at)?;
        (self.is(at, open) && close > at).then_some(close)
    }

    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        let Some(last) = tokens.end.checked_sub(1).filter(|last| *last >= tokens.start) else {
            return 0..0;
        };
        self.tokens[tokens.start].bytes.start..self.tokens[last].bytes.end
    }

    fn blank(&mut self, tokens: Range<usize>) {
        let bytes = self.bytes(tokens);
        self.mask.blank_lines(bytes);
    }

    /// The first of these signs from a token on, whatever is in brackets before it left out.
    fn next(&self, from: usize, signs: &[u8]) -> Option<usize> {
        let mut at = from;
        while at < self.tokens.len().min(from + MOST_TOKENS) {
            match self.tokens[at].kind {
                Kind::Sign(sign) if signs.contains(&sign) => return Some(at),
                Kind::Sign(b'(' | b'[') => at = self.partners[at],
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// The token behind the arguments of a template: `<class T, int n>`.
    fn after_arguments(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in open..self.tokens.len().min(open + MOST_TOKENS) {
            match self.tokens[at].kind {
                Kind::Sign(b'<') => depth += 1,
                Kind::Sign(b'>') => depth -= 1,
                Kind::Sign(b';' | b'{') => return None,
                _ => {}
            }
            if depth == 0 {
                return (at > open).then_some(at + 1);
            }
        }
        None
    }

    /// Masks what is outside of any function.
    fn mask_file(&mut self) {
        let (mut at, mut start) = (0, 0);
        while at < self.tokens.len() {
            let begins = at == start;
            let next = match self.word(at) {
                _ if at > 0 && self.is(at - 1, b'@') => Some(self.after_interface(at)),
                "namespace" if begins => self.mask_namespace(at),
                "using" if begins => self.mask_statement(at),
                "template" if begins => self.mask_template(at),
                "class" | "struct" | "union" | "enum" if begins => self.mask_class(at, at),
                _ if self.is(at, b'{') => Some(self.mask_definition(start, at)),
                _ => None,
            };
            at = next.unwrap_or(at + 1);
            let ends = self.is(at - 1, b';') || self.is(at - 1, b'}') || self.is(at - 1, b'{');
            if ends || next.is_some() {
                start = at;
            }
        }
    }

    /// The token behind an interface or a protocol: in it nothing is masked.
    fn after_interface(&self, at: usize) -> usize {
        let is_forward = || self.next(at, b";").is_some_and(|end| end <= at + 2);
        match self.word(at) {
            "interface" => {}
            "protocol" if !is_forward() => {}
            _ => return at + 1,
        }
        let end =
            (at..self.tokens.len()).find(|end| self.is(*end, b'@') && self.word(end + 1) == "end");
        end.map_or(self.tokens.len(), |end| end + 2)
    }

    fn mask_statement(&mut self, at: usize) -> Option<usize> {
        let end = self.next(at, b";{")?;
        self.blank(at..end + 1);
        Some(end + 1)
    }

    /// A namespace with nothing of Objective-C in it is parsed as C++; of any other what is in it is read.
    fn mask_namespace(&mut self, at: usize) -> Option<usize> {
        let open = self.next(at, b"{;")?;
        let Some(close) = self.closed(open, b'{') else { return self.mask_statement(at) };
        if self.is_plain(open..close) {
            self.make_block(at..close + 1);
            return Some(close + 1);
        }
        self.blank(at..open + 1);
        self.blank(close..close + 1);
        Some(open + 1)
    }

    fn mask_template(&mut self, at: usize) -> Option<usize> {
        let behind = self.after_arguments(at + 1)?;
        if matches!(self.word(behind), "class" | "struct") {
            return self.mask_class(at, behind);
        }
        self.blank(at..behind);
        Some(behind)
    }

    /// A class of C++, which begins at a token before its keyword where it is a template.
    fn mask_class(&mut self, start: usize, keyword: usize) -> Option<usize> {
        let open = self.next(keyword, b"{;=*&")?;
        let is_class = self.word(keyword) == "class";
        let is_enum = self.word(keyword) == "enum";
        let Some(close) = self.closed(open, b'{') else {
            return is_class.then(|| self.mask_statement(start)).flatten();
        };
        let has = |mut tokens: Range<usize>, sign| tokens.any(|at| self.is(at, sign));
        let of_cpp = is_class
            || start < keyword
            || self.word(keyword + 1) == "class"
            || (!is_enum && (has(keyword..open, b':') || has(open..close, b'(')));
        if !of_cpp || has(keyword..open, b'(') || !self.is(close + 1, b';') {
            return None;
        }
        if self.is_plain(open..close) {
            self.make_block(start..close + 1);
            self.blank(close + 1..close + 2);
        } else {
            self.mask_members(start, keyword, open, close);
        }
        Some(close + 2)
    }

    /// Leaves of a class its name, as that of something which C has.
    fn mask_members(&mut self, start: usize, keyword: usize, open: usize, close: usize) {
        self.blank(start..keyword);
        self.blank(keyword + 2..open);
        self.blank(open + 1..close);
        if self.word(keyword) == "class" {
            self.mask.put(self.tokens[keyword].bytes.start, "union");
        }
    }

    /// Whether there is nothing of Objective-C: no `@`, and no message to something.
    fn is_plain(&self, tokens: Range<usize>) -> bool {
        let is_message = |at: usize| {
            self.is(at, b'[')
                && (self.is(at + 1, b'[') && !self.is(at + 2, b'[')
                    || !self.word(at + 1).is_empty() && !self.word(at + 2).is_empty())
        };
        !tokens.into_iter().any(|at| self.is(at, b'@') || is_message(at))
    }

    fn make_block(&mut self, tokens: Range<usize>) {
        let bytes = self.bytes(tokens);
        self.mask.blank_lines(bytes.clone());
        self.mask.put(bytes.start, "{");
        self.mask.put(bytes.end - 1, "}");
    }

    /// A function, a method or a variable that is given its value in braces; returns the token behind it.
    fn mask_definition(&mut self, start: usize, open: usize) -> usize {
        let Some(close) = self.closed(open, b'{') else { return open + 1 };
        let is_value = !self.word(open - open.min(1)).is_empty()
            && self.is(close + 1, b';')
            && open > start + 1
            && !(start..open)
                .any(|at| self.is(at, b')') || self.is(at, b'=') || is_tag(self.word(at)));
        self.mask_head(start..open);
        if is_value {
            self.blank(open..close + 1);
        } else {
            self.mask_body(open + 1..close);
        }
        close + 1
    }

    /// Makes plain names and pointers of what stands before a body.
    fn mask_head(&mut self, head: Range<usize>) {
        let is_method = self.is(head.start, b'-') || self.is(head.start, b'+');
        let mut behind = head.start;
        for at in head.clone() {
            match self.tokens[at].kind {
                Kind::Path => self.mask_path(at),
                Kind::Sign(b'&') => self.mask.put(self.tokens[at].bytes.start, "*"),
                Kind::Sign(b'~') => self.mask.put(self.tokens[at].bytes.start, "_"),
                Kind::Sign(b')') => behind = at + 1,
                // What a constructor begins its members with.
                Kind::Sign(b':') if behind == at && !is_method && at > head.start => {
                    return self.blank(at..head.end);
                }
                Kind::Word if self.word(at) == "auto" => {
                    let bytes = self.bytes(at..at + 1);
                    self.mask.write(bytes, "int");
                }
                Kind::Word if matches!(self.word(at), "constexpr" | "noexcept" | "override") => {
                    self.blank(at..at + 1);
                }
                Kind::Word if behind == at && behind > head.start && self.word(at) == "const" => {
                    self.blank(at..at + 1);
                    behind = at + 1;
                }
                _ => {}
            }
        }
    }

    fn mask_path(&mut self, at: usize) {
        let bytes = self.tokens[at].bytes.clone();
        let joins =
            at > 0 && self.tokens[at - 1].bytes.end == bytes.start && !self.word(at - 1).is_empty();
        self.mask.fill(bytes, if joins { b'_' } else { b' ' });
    }

    /// Masks what is in a function.
    fn mask_body(&mut self, body: Range<usize>) {
        let mut at = body.start;
        while at < body.end {
            let next = match self.tokens[at].kind {
                Kind::Path => {
                    self.mask_path(at);
                    None
                }
                Kind::Word => self.mask_word(at),
                Kind::Sign(b'[') => self.mask_lambda(at),
                Kind::Sign(b'{') => self.mask_value(at),
                _ => None,
            };
            at = next.unwrap_or(at + 1).max(at + 1);
        }
    }

    fn mask_word(&mut self, at: usize) -> Option<usize> {
        let group = self.closed(at + 1, b'(');
        match self.word(at) {
            "for" => {
                let close = group?;
                let colon = self
                    .next(at + 2, b":;?{")
                    .filter(|colon| *colon < close && self.is(*colon, b':'))?;
                self.put_within(at + 1, close, ";;");
                (colon < close).then_some(close + 1)
            }
            "if" | "while" | "switch" => {
                let close = group?;
                let first = if self.word(at + 2) == "const" { at + 3 } else { at + 2 };
                let declares = self.word(first) == "auto"
                    || self.next(at + 2, b";{").is_some_and(|end| end < close);
                declares.then(|| self.put_within(at + 1, close, "1"))?;
                Some(close + 1)
            }
            "catch" => {
                let close = group?;
                self.blank(at..close + 1);
                Some(close + 1)
            }
            "using" => self.mask_statement(at),
            "auto" => Some(self.mask_auto(at)),
            word if CASTS.contains(&word) => {
                let behind = self.after_arguments(at + 1)?;
                self.blank(at + 1..behind);
                Some(behind)
            }
            "try" | "new" | "template" | "typename" | "constexpr" | "noexcept" => {
                self.blank(at..at + 1);
                None
            }
            _ => None,
        }
    }

    /// `auto x`, `auto &&x`, `auto [x, y]`.
    fn mask_auto(&mut self, at: usize) -> usize {
        let bytes = self.bytes(at..at + 1);
        self.mask.write(bytes, "int");
        let mut next = at + 1;
        while self.is(next, b'&') {
            self.blank(next..next + 1);
            next += 1;
        }
        let Some(close) = self.closed(next, b'[') else { return next };
        self.blank(next..close + 1);
        self.mask.put(self.tokens[next].bytes.start, "x");
        close + 1
    }

    fn put_within(&mut self, open: usize, close: usize, words: &str) {
        let inside = self.tokens[open].bytes.end..self.tokens[close].bytes.start;
        let start = &self.text[inside.clone()];
        if start.get(..words.len()).is_some_and(|start| !start.contains(['\n', '\r']))
            && start.is_ascii()
        {
            self.mask.blank_lines(inside.clone());
            self.mask.put(inside.start, words);
        }
    }

    /// A lambda becomes a block: `[=](int x) mutable { … }`.
    fn mask_lambda(&mut self, at: usize) -> Option<usize> {
        let close = self.closed(at, b'[')?;
        let begins = |before: usize| {
            matches!(self.word(before), "return")
                || matches!(self.tokens[before].kind, Kind::Sign(sign) if b"=(,{};:?&|".contains(&sign))
        };
        if !at.checked_sub(1).is_none_or(begins) || !self.is_captures(at + 1..close) {
            return None;
        }
        let open = self.next(close + 1, b"{;")?;
        let arguments = self.closed(close + 1, b'(').map_or(close, |arguments| arguments);
        let only_words = (arguments + 1..open).all(|at| !self.is(at, b'=') && !self.is(at, b']'));
        if !self.is(open, b'{') || !only_words {
            return None;
        }
        self.blank(at..open);
        self.mask.put(self.tokens[at].bytes.start, "^");
        Some(open + 1)
    }

    /// Whether tokens are what a lambda captures, and no message and no index.
    fn is_captures(&self, tokens: Range<usize>) -> bool {
        let mut at = tokens.start;
        while at < tokens.end {
            if self.is(at, b'&') || self.is(at, b'=') || self.is(at, b'*') {
                at += 1;
            }
            if !self.word(at).is_empty() && at < tokens.end {
                at += 1;
            }
            let end = self.next(at, b",]").map_or(tokens.end, |end| end.min(tokens.end));
            if end > at && !self.is(at, b'=') {
                return false;
            }
            at = end + 1;
        }
        true
    }

    /// A value in braces behind its type becomes a call: `Size{1, 2}`.
    fn mask_value(&mut self, at: usize) -> Option<usize> {
        let close = self.closed(at, b'{')?;
        let before = at.checked_sub(1)?;
        let word = self.word(before);
        let is_argument = (self.is(before, b'(') || self.is(before, b','))
            && !(at..close).any(|at| self.is(at, b';'));
        if is_argument {
            self.blank(at..close + 1);
            self.mask.put(self.tokens[at].bytes.start, "0");
            return Some(close + 1);
        }
        let is_type = !word.is_empty() || self.is(before, b'>');
        let names =
            before.checked_sub(1).is_some_and(|at| is_tag(self.word(at)) || self.is(at, b'@'));
        if !is_type || names || BEFORE_BLOCKS.contains(&word) || is_tag(word) {
            return None;
        }
        self.blank(at..close + 1);
        if word == "return" {
            self.mask.put(self.tokens[at].bytes.start, "0");
        } else {
            self.mask.put(self.tokens[at].bytes.start, "(");
            self.mask.put(self.tokens[close].bytes.start, ")");
        }
        Some(close + 1)
    }
}

fn is_tag(word: &str) -> bool {
    matches!(
        word,
        "class" | "struct" | "union" | "enum" | "typedef" | "namespace" | "NS_ENUM" | "NS_OPTIONS"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_cpp_knows_becomes_what_objective_c_knows() {
        let within = |text: &str| masked(&format!("void f() {{{text}}}")).into_owned();
        for (text, read) in [
            (" for (auto &x : a::b()) { x; } ", " for (;;              ) { x; } "),
            (
                " for (id x in y) {} for (;a ? b : c;) {} ",
                " for (id x in y) {} for (;a ? b : c;) {} ",
            ),
            (
                " g([=, &y](int x) mutable { y; }, {z}); ",
                " g(^                      { y; }, 0  ); ",
            ),
            (" [a b:c]; x[1] = 2; @[ a ]; ", " [a b:c]; x[1] = 2; @[ a ]; "),
            (" auto m = a::B{.c = 1}; ", " int  m = a__B(      ); "),
            (" if (auto *p = q) { r; } ", " if (1          ) { r; } "),
            (" try { a; } catch (b const& c) { d; } ", "     { a; }                    { d; } "),
            (" return static_cast<A &>(b); ", " return static_cast     (b); "),
            (" struct A a = { 1 }; do { } while (1); ", " struct A a = { 1 }; do { } while (1); "),
        ] {
            assert_eq!(within(text), format!("void f() {{{read}}}"));
        }
        for (text, read) in [
            ("using namespace a;\nint b;", "                  \nint b;"),
            ("A::A(B &b) : c(b) {}", "A__A(B *b)        {}"),
            ("A::~A() {}", "A___A() {}"),
            ("static a::b c{true};", "static a__b c      ;"),
            ("template <class T>\nT f(T t) {}", "                  \nT f(T t) {}"),
            ("namespace a { int b(); }", "{                      }"),
            ("namespace a { @interface B\n@end }", "              @interface B\n@end  "),
            ("class A : B { int c(); };", "{                      } "),
            ("class A : B { id c = @1; };", "union A     {            };"),
            ("@class A;\nstruct B { int c; };", "@class A;\nstruct B { int c; };"),
        ] {
            assert_eq!(masked(text), read);
        }
        for broken in [
            "{",
            "for (",
            "[",
            "}",
            "class A {",
            "namespace",
            "a::",
            "auto [",
            "template <",
            "@interface",
        ] {
            assert_eq!(masked(broken).len(), broken.len());
        }
    }
}
