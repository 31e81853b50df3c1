//! What the grammar of YAML cannot be given: templates in it, and lines that nest too deep.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

/// YAML's scanner writes down the columns of all open blocks, and beyond its buffer where there are more
/// than 253. A column may open two, and a line as many as it has indicators; so a line that begins
/// further right, or that has more, is none of the structure.
const MAX_COLUMNS: usize = 60;

/// The text as YAML's grammar may read it.
pub(crate) fn as_yaml(text: &str) -> Cow<'_, str> {
    match without_templates(text) {
        Cow::Borrowed(text) => without_depth(text),
        Cow::Owned(text) => Cow::Owned(without_depth(&text).into_owned()),
    }
}

fn without_depth(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, Some(("#", "")));
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let indented = line.trim_start_matches([' ', '\t', '-', '?', ':']);
        if line.len() - indented.len() > MAX_COLUMNS || indicators(line) > MAX_COLUMNS {
            mask.hide_line(start..start + line.len());
        }
        start += line.len();
    }
    mask.finish()
}

/// How many blocks a line may open: each needs one of these.
fn indicators(line: &str) -> usize {
    line.bytes().filter(|byte| matches!(byte, b':' | b'-' | b'?')).count()
}

/// The text without templates: of `{{ … }}` and `{% … %}` a value becomes a word as long
/// as it is, and what has its line for itself becomes blank.
fn without_templates(text: &str) -> Cow<'_, str> {
    if !text.contains("{{") && !text.contains("{%") {
        return Cow::Borrowed(text);
    }
    let mut mask = Mask::new(text, Some(("#", "")));
    let mut lines = Lines { text, start: 0, seen: 0, end: 0 };
    let mut at = 0;
    while let Some(template) = next_template(text, at) {
        at = template.end;
        let line = lines.around(&template);
        if is_alone(text, &line, &template) && !begins_block(text, line.start) {
            mask.blank(template);
        } else {
            fill_lines(&mut mask, text, template);
        }
    }
    mask.finish()
}

/// Whether the line at `start` is the first of a block (`key: |`), which may have no blank one that is wider.
fn begins_block(text: &str, start: usize) -> bool {
    const LONGEST_HEAD: usize = 500;
    let before = &text[text.ceil_char_boundary(start.saturating_sub(LONGEST_HEAD))..start];
    let before = before.trim_end();
    let head = before.rsplit('\n').next().unwrap_or_default();
    let is_block = head.trim_end_matches(['-', '+']).ends_with(['|', '>']);
    is_block && indent(&text[start..]) > indent(head)
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

/// Makes a word of each line of a template. Its indentation stays: a string that goes on is not at its key's column.
fn fill_lines(mask: &mut Mask<'_>, text: &str, template: Range<usize>) {
    let mut start = template.start;
    for line in text[template].split_inclusive(['\n', '\r']) {
        let indent = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        mask.fill(start + indent..start + line.len(), b'x');
        start += line.len();
    }
}

/// The first template from `at` on.
fn next_template(text: &str, at: usize) -> Option<Range<usize>> {
    let mut braces = text[at..].match_indices('{');
    let (open, close) = braces.find_map(|(open, _)| match text.as_bytes().get(at + open + 1) {
        Some(b'{') => Some((at + open, "}}")),
        Some(b'%') => Some((at + open, "%}")),
        _ => None,
    })?;
    let end = text[open..].find(close)?;
    Some(open..open + end + close.len())
}

/// The lines of templates, which are gone through in order: each byte is looked at once.
struct Lines<'a> {
    text: &'a str,
    start: usize,
    seen: usize,
    end: usize,
}

impl Lines<'_> {
    /// The lines that a template is on.
    fn around(&mut self, template: &Range<usize>) -> Range<usize> {
        if let Some(newline) = self.text[self.seen..template.start].rfind('\n') {
            self.start = self.seen + newline + 1;
        }
        self.seen = template.start;
        if self.end < template.end {
            let newline = self.text[template.end..].find('\n');
            self.end = newline.map_or(self.text.len(), |newline| template.end + newline);
        }
        self.start..self.end
    }
}

/// Whether nothing but templates is on a template's lines.
fn is_alone(text: &str, line: &Range<usize>, template: &Range<usize>) -> bool {
    let before = text[line.start..template.start].trim_start();
    let after = text[template.end..line.end].trim();
    let only_templates = |part: &str, open: &str, close: &str| {
        part.is_empty() || part.starts_with(open) && part.trim_end().ends_with(close)
    };
    only_templates(before, "{{", "}}") && only_templates(after, "{{", "}}")
        || only_templates(before, "{%", "%}") && only_templates(after, "{%", "%}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_becomes_a_word_and_a_line_of_its_own_a_blank() {
        assert_eq!(without_templates("name: {{ .x }}-web\n"), "name: xxxxxxxx-web\n");
        assert_eq!(without_templates("  {{- if .a }}\nb: 1\n"), "              \nb: 1\n");
        assert_eq!(without_templates("{% if a %}\nb: 1\n"), "          \nb: 1\n");
        assert_eq!(without_templates("a: \"{{ b }}\"\n"), "a: \"xxxxxxx\"\n");
        assert_eq!(without_templates("a: '{{ b\n  | c }}'\n"), "a: 'xxxx\n  xxxxxx'\n");
        let block = "a: >-\n  {% if b %}\n  c\n  {% endif %}\n";
        let read = "a: >-\n  xxxxxxxxxx\n  c\n             \n";
        assert_eq!(without_templates(block), read, "no blank line is wider than a block's first");
    }

    #[test]
    fn lines_that_nest_too_deep_are_hidden() {
        let deep = format!("a:\n{}b: 1\nc: 1\n", " ".repeat(61));
        assert_eq!(as_yaml(&deep), format!("a:\n{}\nc: 1\n", " ".repeat(65)));
        assert_eq!(as_yaml(&"- ".repeat(61)).trim(), "");
        assert_eq!(as_yaml(&"a: ".repeat(61)).trim(), "");
        let shallow = format!("{}b: 1\n", " ".repeat(60));
        assert_eq!(as_yaml(&shallow), shallow);
    }

    #[test]
    fn what_is_no_template_stays() {
        for text in ["a: {b: {c: 1}}", "a: {{ b", "", "{%"] {
            assert_eq!(without_templates(text), text);
        }
    }

    #[test]
    fn each_line_and_each_character_keeps_its_place() {
        let text = "a: {{ \"\u{fc}\n\u{1f56f}\" }}\n{{ \u{8a9e} }}\nb: 1\n";
        let masked = without_templates(text);
        assert_eq!(masked.len(), text.len());
        let ends = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(ends(&masked), ends(text));
    }
}
