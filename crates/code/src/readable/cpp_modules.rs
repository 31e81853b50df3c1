//! C++ with modules, which its grammar does not know.

use std::borrow::Cow;

use super::c_tokens::{Kind, Token, tokens_and_directives};
use super::{Mask, without_annotations};

/// No name of a module has more tokens.
const MOST_TOKENS: usize = 64;

/// The text as the grammar of C++ may read it: without `export` and what says which module a file is of, with
/// `import a.b;` as `using  a_b;`, and without what C's macros need masked.
pub(crate) fn without_cpp_modules(text: &str) -> Cow<'_, str> {
    if !["export", "import", "module"].iter().any(|word| text.contains(word)) {
        return without_annotations(text);
    }
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    let (tokens, _) = tokens_and_directives(text);
    Modules { text, tokens: &tokens }.mask(&mut mask);
    match mask.finish() {
        Cow::Borrowed(text) => without_annotations(text),
        Cow::Owned(text) => Cow::Owned(without_annotations(&text).into_owned()),
    }
}

struct Modules<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Modules<'_> {
    fn mask(&self, mask: &mut Mask<'_>) {
        // Of each brace that is open, whether it is one of `export { … }`.
        let mut open: Vec<bool> = Vec::new();
        let mut begins = true;
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            if begins && self.word(at) == "export" && self.goes_on(at + 1) {
                mask.blank(token.bytes.clone());
                at += 1;
                if self.is_sign(at, b'{') {
                    mask.blank(self.tokens[at].bytes.clone());
                    open.push(true);
                    at += 1;
                }
                continue;
            }
            if begins && let Some(end) = self.module_or_import(at, mask) {
                at = end;
                continue;
            }
            match token.kind {
                Kind::Sign(b'{') => open.push(false),
                Kind::Sign(b'}') if open.pop() == Some(true) => mask.blank(token.bytes.clone()),
                _ => {}
            }
            begins = matches!(token.kind, Kind::Sign(b';' | b'{' | b'}'));
            at += 1;
        }
    }

    fn word(&self, at: usize) -> &str {
        match self.tokens.get(at) {
            Some(token) if token.kind == Kind::Word => &self.text[token.bytes.clone()],
            _ => "",
        }
    }

    fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    /// Whether a declaration may begin with this token.
    fn goes_on(&self, at: usize) -> bool {
        !self.word(at).is_empty() || self.is_sign(at, b'{') || self.is_sign(at, b'[')
    }

    /// Masks `module a.b:c;` or `import a.b;`, and says where it ends.
    fn module_or_import(&self, at: usize, mask: &mut Mask<'_>) -> Option<usize> {
        let word = self.word(at);
        if !matches!(word, "module" | "import") {
            return None;
        }
        let rest = self.tokens.get(at + 1..)?;
        let end = rest.iter().take(MOST_TOKENS).position(|token| token.kind == Kind::Sign(b';'))?;
        let named = &rest[..end];
        let bytes = self.tokens[at].bytes.start..rest[end].bytes.end;
        if word == "module" {
            named.iter().all(Self::may_name).then(|| mask.blank(bytes))?;
        } else {
            let (first, last) = (named.first()?, named.last()?);
            let target = first.bytes.start..last.bytes.end;
            let is_header = first.kind == Kind::Literal || first.kind == Kind::Sign(b'<');
            let is_plain = self.text[target.clone()].bytes().all(|byte| byte.is_ascii_graphic());
            if !is_plain || !(is_header || named.iter().all(Self::may_name)) {
                return None;
            }
            // What is imported is read in the text itself.
            mask.put(bytes.start, "using ");
            let name = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte) } else { '_' };
            let written: String = self.text[target.clone()].bytes().map(name).collect();
            mask.put(target.start, &written);
        }
        Some(at + 1 + end + 1)
    }

    fn may_name(token: &Token) -> bool {
        matches!(token.kind, Kind::Word | Kind::Sign(b'.' | b':'))
    }
}
