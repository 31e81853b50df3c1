//! What the grammars of programs for graphics cards cannot be given.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::{Mask, without_annotations};

/// No configuration of a launch is longer.
const LONGEST_LAUNCH: usize = 500;

/// The text as the grammar of C++ may read it: without the configuration of a kernel's launch
/// (`<<<blocks, threads>>>`), where a variable lies, nor what C's macros need masked.
pub(crate) fn without_launches(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    for word in ["__shared__ ", "__constant__ ", "__restrict__ "] {
        for (at, _) in text.match_indices(word) {
            mask.blank(at..at + word.len());
        }
    }
    for (open, _) in text.match_indices("<<<") {
        let near = &text[open..text.floor_char_boundary(open + LONGEST_LAUNCH)];
        let statement = near.find([';', '{']).unwrap_or(near.len());
        if let Some(end) = near[..statement].rfind(">>>") {
            mask.blank(open..open + end + 3);
        }
    }
    match mask.finish() {
        Cow::Borrowed(text) => without_annotations(text),
        Cow::Owned(text) => Cow::Owned(without_annotations(&text).into_owned()),
    }
}

/// The text in the words of WGSL as the grammar knows it: `const` was `let`, and `alias` was `type`.
pub(crate) fn in_older_words(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, None);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for (new, old) in [("const ", "let   "), ("alias ", "type  ")] {
            let indent = line.len() - line.trim_start().len();
            if line[indent..].starts_with(new) {
                mask.put(start + indent, old);
            }
        }
        start += line.len();
    }
    mask.finish()
}

/// GLSL without its statements of precision, which the grammar takes for a declaration without a name.
pub(crate) fn without_precision(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, None);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("precision ") && line.trim_end().ends_with(';') {
            mask.hide_line(start..start + line.len());
        }
        start += line.len();
    }
    mask.finish()
}

/// HLSL as the grammar of C++ may read it: without semantics (`: SV_Target`), registers, attributes and qualifiers,
/// and with a buffer of constants as the struct that it is.
pub(crate) fn without_semantics(text: &str) -> Cow<'_, str> {
    static MODES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[(,]\s*((?:(?:in|out|inout|uniform)\s+)+)").ok());
    static PARTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let parts = r"(?m):\s*(?:SV_\w+|[A-Z][A-Z0-9_]*\b|register\s*\([^)]*\)|packoffset\s*\([^)]*\))|^\s*\[[^\]\n]*\]\s*$";
        Regex::new(parts).ok()
    });
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    for found in PARTS.iter().flat_map(|parts| parts.find_iter(text)) {
        mask.blank(found.range());
    }
    for found in MODES.iter().flat_map(|modes| modes.captures_iter(text)) {
        mask.blank(found.get(1).map_or(0..0, |mode| mode.range()));
    }
    for word in ["groupshared ", "nointerpolation ", "globallycoherent "] {
        for (at, _) in text.match_indices(word) {
            mask.blank(at..at + word.len());
        }
    }
    for (at, word) in text.match_indices("interface ") {
        mask.write(at..at + word.len(), "struct");
    }
    for (at, word) in text.match_indices("cbuffer ").chain(text.match_indices("tbuffer ")) {
        mask.write(at..at + word.len(), "struct");
    }
    mask.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launch_is_a_call_and_a_shift_stays() {
        assert_eq!(without_launches("f<<<1, n>>>(a);"), "f          (a);");
        assert_eq!(without_launches("x = a << 2 >> 3;"), "x = a << 2 >> 3;");
        assert_eq!(without_launches("f<<<a; b>>>"), "f<<<a; b>>>");
    }

    #[test]
    fn semantics_are_blank_and_a_buffer_is_a_struct() {
        assert_eq!(
            without_semantics("float4 f(float2 u : TEXCOORD0) : SV_Target"),
            "float4 f(float2 u            )            "
        );
        assert_eq!(without_semantics("cbuffer A : register(b0) {"), "struct  A                {");
        assert_eq!(
            without_semantics("[numthreads(8, 8, 1)]\nvoid f()"),
            "                     \nvoid f()"
        );
        assert_eq!(without_semantics("a ? b : c"), "a ? b : c");
    }

    #[test]
    fn newer_words_are_read_as_older_ones() {
        assert_eq!(in_older_words("const A = 1;\n  const b;\n"), "let   A = 1;\n  let   b;\n");
        assert_eq!(in_older_words("alias A = f32;"), "type  A = f32;");
    }
}
