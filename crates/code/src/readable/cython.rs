//! Cython as Python's grammar may read it: C's declarations become definitions, classes or `pass`, at
//! the same place and with the names where they are.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

/// Words between `cdef` and what is declared.
const MODIFIERS: [&str; 6] = ["public", "readonly", "api", "inline", "packed", "extern"];
/// What the head of a function ends with that has no body, and what comes before its other end.
const EMPTY: &str = "):0";
/// What declares values: Python has it in functions alone.
const VALUES: &str = "nonlocal";
const CLASSES: [&str; 5] = ["class", "struct", "union", "enum", "cppclass"];

/// The text with what is C's in it masked.
pub(crate) fn as_python(text: &str) -> Cow<'_, str> {
    let mut reader = Reader { text, mask: Mask::new(text, None), block: None };
    let mut at = 0;
    while at < text.len() {
        at = reader.line(at);
    }
    reader.mask.finish()
}

struct Reader<'a> {
    text: &'a str,
    mask: Mask<'a>,
    /// The indentation of what holds C's declarations, which this line may be in.
    block: Option<usize>,
}

impl Reader<'_> {
    /// Masks what begins in the line at `at`, and says where the next line begins.
    fn line(&mut self, at: usize) -> usize {
        let end = line_end(self.text, at);
        let line = &self.text[at..end];
        let body = line.trim_start();
        let start = end - body.len();
        if body.trim().is_empty() || body.starts_with('#') {
            return end;
        }
        if self.block.is_some_and(|indent| start - at <= indent) {
            self.block = None;
        }
        let code = start..start + without_comment(body).len();
        match first_word(body) {
            "cimport" => self.mask.write(start..start + "cimport".len(), "import"),
            "from" => self.mask_cimport(&code),
            "include" | "DEF" if !body.contains('(') => return self.pass(code).max(end),
            "IF" => self.mask.write(start..start + 2, "if"),
            "ELIF" => self.mask.write(start..start + 4, "elif"),
            "ELSE" => self.mask.write(start..start + 4, "else"),
            "property" if code_of(self.text, &code).ends_with(':') => {
                self.mask.write(start..start + "property".len(), "class");
            }
            "cdef" | "cpdef" | "ctypedef" => return self.declaration(code, start - at).max(end),
            "def" | "async" => return self.function(code, false).unwrap_or(end).max(end),
            _ if self.block.is_some() => return self.member(code, start - at).max(end),
            "for" => self.mask_for_from(&code),
            _ => {}
        }
        self.mask_casts(start..end);
        end
    }

    /// `from a cimport b`.
    fn mask_cimport(&mut self, code: &Range<usize>) {
        if let Some(at) = self.text[code.clone()].find(" cimport ") {
            let word = code.start + at + 1;
            self.mask.write(word..word + "cimport".len(), "import");
        }
    }

    /// `for i from 0 <= i < n:`.
    fn mask_for_from(&mut self, code: &Range<usize>) {
        let line = &self.text[code.clone()];
        if let (Some(at), false) = (line.find(" from "), line.contains(" in ")) {
            let word = code.start + at + 1;
            self.mask.write(word..word + "from".len(), "in");
        }
    }

    /// What begins with `cdef`, `cpdef` or `ctypedef`.
    fn declaration(&mut self, code: Range<usize>, indent: usize) -> usize {
        let line = code_of(self.text, &code);
        let mut rest = line.trim_start_matches(|c: char| c.is_alphabetic()).trim_start();
        while MODIFIERS.contains(&first_word(rest)) {
            rest = rest[first_word(rest).len()..].trim_start();
        }
        let rest_at = code.start + (line.len() - rest.len());
        let opens = line.ends_with(':');
        if CLASSES.contains(&first_word(rest)) && (opens || line.starts_with("cdef class")) {
            let holds_code = first_word(rest) == "class";
            self.class(&code, rest_at);
            self.block = if holds_code { self.block } else { Some(indent) };
            return code.end;
        }
        let is_block = opens && (rest == ":" || matches!(first_word(rest), "from" | "nogil"));
        if is_block {
            self.mask.write(code.start..code.start + line.len() - 1, "if 1");
            self.block = Some(indent);
            return code.end;
        }
        let is_type = line.starts_with("ctypedef");
        match self.function(code.clone(), true).filter(|_| !is_type) {
            Some(end) => end,
            None if !is_type && !opens && self.values(&code) => code.end,
            None => self.pass(code.clone()).max(code.end),
        }
    }

    /// A line of a block of C's declarations.
    fn member(&mut self, code: Range<usize>, indent: usize) -> usize {
        let line = code_of(self.text, &code);
        let word = first_word(line);
        let is_plain = matches!(word, "pass" | "if" | "else") || line.starts_with(['"', '\'', '@']);
        if is_plain {
            return code.end;
        }
        if CLASSES.contains(&word) && line.ends_with(':') {
            self.class(&code, code.start);
            self.block = self.block.map_or(Some(indent), Some);
            return code.end;
        }
        self.function(code.clone(), true).unwrap_or_else(|| self.pass(code))
    }

    /// `cdef class Name(Base) [object X]:` and its kin; `at` is where `class` or `struct` stands.
    fn class(&mut self, code: &Range<usize>, at: usize) {
        let line = code_of(self.text, code);
        let end = code.start + line.len();
        let mut name = skip_word(self.text, at);
        if first_word(&self.text[name..end]) == "class" {
            name = skip_word(self.text, name);
        }
        let name_end = name + first_word(&self.text[name..end]).len();
        if !line.ends_with(':') {
            self.pass(code.clone());
        } else if name == name_end {
            // Without a name.
            self.mask.write(code.start..end - 1, "if 1");
        } else if name >= code.start + "class ".len() {
            self.mask.write(code.start..name, "class");
            let bases = self.text[name_end..end].find('[').map_or(end - 1, |at| name_end + at);
            self.mask.blank(bases..end - 1);
        }
    }

    /// The head of a function: the name stays, what C says of it goes. `None` where there is none, or no
    /// room to write one.
    fn function(&mut self, code: Range<usize>, is_c: bool) -> Option<usize> {
        let line = &self.text[code.clone()];
        let open = code.start + line.find('(')?;
        let before = &self.text[code.start..open];
        let name = before.trim_end();
        let name = name.len() - name.trim_end_matches(is_word).len();
        let name = open - (before.len() - before.trim_end().len()) - name;
        if name >= open || before.contains('=') || self.text[open + 1..].starts_with('*') {
            return None;
        }
        let close = closing(self.text, open)?;
        let end = line_end(self.text, close);
        let tail = without_comment(&self.text[close + 1..end]).trim_end();
        let tail_end = close + 1 + tail.len();
        if tail.ends_with(':') {
            if is_c {
                if name < code.start + "def ".len() {
                    return None;
                }
                self.mask.write(code.start..name, "def");
                self.mask.blank(close + 1..tail_end - 1);
            }
            self.mask.blank(open + 1..close);
            return Some(end);
        }
        // Behind the parentheses, where there is room: a signature ends before the body.
        let behind = tail_end >= close + EMPTY.len();
        let empty = if behind { close } else { tail_end - EMPTY.len() };
        let fits = empty > open && !self.text[open..tail_end].contains('\n');
        if !is_c || !fits || name < code.start + "def ".len() {
            return None;
        }
        self.mask.write(code.start..name, "def");
        self.mask.blank(open + 1..empty);
        self.mask.write(empty..tail_end, EMPTY);
        Some(end)
    }

    /// The names of values: `cdef public int count, limit = 3`. False where there are none, or no room to say so.
    fn values(&mut self, code: &Range<usize>) -> bool {
        let line = code_of(self.text, code);
        if line.contains(['(', '"', '\'', '\\']) || line.ends_with(',') {
            return false;
        }
        let mut names = Vec::new();
        for part in outer_parts(line, b',') {
            let part = outer_parts(part, b'=')[0].trim_end();
            // `b[10]` is an array.
            let declared = part.strip_suffix(']').and_then(|part| Some(part.rsplit_once('[')?.0));
            let declared = declared.filter(|name| name.ends_with(is_word)).unwrap_or(part);
            let start = declared.trim_end_matches(is_word).len();
            let at = code.start + (declared.as_ptr() as usize - line.as_ptr() as usize) + start;
            names.push(at..at + declared.len() - start);
        }
        let room = names.first().map_or(0, |first| first.start - code.start);
        if room <= VALUES.len() || names.iter().any(Range::is_empty) {
            return false;
        }
        self.mask.write(code.start..names[0].start, VALUES);
        for (index, name) in names.iter().enumerate() {
            let next = names.get(index + 1).map(|next| next.start);
            self.mask.blank(name.end..next.unwrap_or(code.start + line.len()));
            if let Some(next) = next {
                self.mask.put(next - 1, ",");
            }
        }
        true
    }

    /// Nothing but a statement, with what it goes on in.
    fn pass(&mut self, code: Range<usize>) -> usize {
        let mut end = code.end;
        while self.text[..end].trim_end().ends_with(['\\', ',']) && end < self.text.len() {
            end = line_end(self.text, (line_end(self.text, end)).min(self.text.len()));
        }
        if code.len() >= "pass".len() {
            self.mask.write(code.start..end, "pass");
        } else {
            self.mask.blank(code.start..end);
        }
        end
    }

    /// `<int*>value`.
    fn mask_casts(&mut self, line: Range<usize>) {
        let code = &self.text[line.clone()];
        for (at, _) in code.match_indices('<') {
            let before = code[..at].trim_end();
            let after_operator = before.ends_with(['=', '(', ',', '[', '+', '-', '*', '/', ':']);
            let Some(length) = code[at..].find('>') else { return };
            let is_type = |c: char| is_word(c) || " .*&:[],".contains(c);
            let next = code[at + length + 1..].trim_start();
            let casts = next.starts_with(|c: char| is_word(c) || "(&<\"'".contains(c));
            let is_cast = (after_operator || before.ends_with("return")) && casts;
            if is_cast && length > 1 && code[at + 1..at + length].chars().all(is_type) {
                self.mask.blank(line.start + at..line.start + at + length + 1);
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn first_word(text: &str) -> &str {
    &text[..text.find(|c: char| !is_word(c)).unwrap_or(text.len())]
}

/// The parts of a line between its commas or other signs, those within brackets left out; one at least.
fn outer_parts(line: &str, between: u8) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ if byte == between && depth == 0 => {
                parts.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&line[start..]);
    parts
}

/// Where the word after the one at `at` begins.
fn skip_word(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start_matches(is_word).trim_start_matches([' ', '\t']);
    text.len() - rest.len()
}

/// Behind the line's end.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// A line of code without the comment behind it. A `#` in a string counts as one: nothing that is
/// masked has strings.
fn without_comment(line: &str) -> &str {
    line.split('#').next().unwrap_or(line).trim_end()
}

fn code_of<'a>(text: &'a str, code: &Range<usize>) -> &'a str {
    text[code.clone()].trim_end()
}

/// The parenthesis that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    // Far longer than any person's list of parameters.
    const MOST_BYTES: usize = 20_000;
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open).take(MOST_BYTES) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let python = as_python(text);
        assert_eq!(python.len(), text.len());
        let squeeze = |line: &str| {
            let indent = line.len() - line.trim_start().len();
            let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
            " ".repeat(indent) + &words.replace(" :", ":").replace("( ", "(")
        };
        python.lines().map(squeeze).collect()
    }

    #[test]
    fn functions_and_classes_are_pythons() {
        assert_eq!(read("cpdef double f(self, double[:] x) except -1:\n"), ["def f():"]);
        assert_eq!(read("cdef inline int g(int a,\n  int b) nogil:\n"), ["def g(", "       ):"]);
        assert_eq!(read("  cdef class A(B) [object C]:\n"), ["  class A(B):"]);
        assert_eq!(
            read("cdef struct P:\n    int x\n    double y[2]\nz = 1\n"),
            ["class P:", "    pass", "    pass", "z = 1"]
        );
        assert_eq!(as_python("cdef void f(int a)\n"), "def       f(   ):0\n");
        assert_eq!(as_python("cdef int f(a) nogil\n"), "def      f( ):0    \n");
        assert_eq!(read("def f(int a, b=(1, 2)) -> int:\n"), ["def f() -> int:"]);
    }

    #[test]
    fn what_has_no_name_of_its_own_is_a_statement() {
        assert_eq!(read("cdef int i = f(1)\n"), ["pass"]);
        assert_eq!(as_python("cdef int a\n"), "nonlocal a\n");
        assert_eq!(
            read("  cdef np.ndarray[double, ndim=2] a, *b, c[3], d = 4 # e\n"),
            ["  nonlocal a ,b ,c ,d # e"]
        );
        assert_eq!(read("cdef A b\ncdef x\n"), ["pass", "pass"]);
        assert_eq!(read("cdef:\n    int i\n"), ["if 1:", "    pass"]);
        assert_eq!(
            read("cdef extern from \"m.h\" nogil:\n    double sin(double x)\n"),
            ["if 1:", "    def sin():0"]
        );
        assert_eq!(
            read("cimport numpy as np\nfrom a cimport b\n"),
            ["import numpy as np", "from a import b"]
        );
        assert_eq!(read("x = <int*>p + (<A>b).c\n"), ["x = p + (b).c"]);
        assert_eq!(read("ctypedef unsigned int u32\n"), ["pass"]);
    }
}
