//! Text of others, such as paths, names and code, so that it cannot be taken for text of ours: no
//! character of it breaks a line, steers a terminal, turns the order of what is read or is unseen.

use std::fmt::Write as _;

use sconce_engine::is_unseen;

/// Most characters of what a caller sent that are told back.
const MOST_TOLD: usize = 200;

/// A path, a name or a message on one line.
pub(crate) fn escaped(text: &str) -> String {
    with_escapes(text, |_| false)
}

/// A line of code; its tabs stay.
pub(crate) fn escaped_code(line: &str) -> String {
    with_escapes(line, |c| c == '\t')
}

/// A line of code after its number, which nothing else in an answer begins with.
pub(crate) fn code_line(number: u32, line: &str) -> String {
    let mut text = format!("{number}| {}", escaped_code(line));
    text.truncate(text.trim_end().len());
    text
}

/// What a caller sent, short enough to be told back.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// JSON whose characters beyond ASCII that could pass for something else are JSON's escapes.
pub(crate) fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        let mut one = [0; 4];
        let one = c.encode_utf8(&mut one);
        if escaped(one) == *one {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// A call on one line, as it is proposed to the model.
pub(crate) fn call_line(tool: &str, arguments: &serde_json::Value) -> String {
    ascii(&format!("{tool} {arguments}"))
}

/// The same call with other numbers; of one that is longer than so many bytes only what is new in it.
pub(crate) fn call_again(
    tool: &str,
    given: &serde_json::Map<String, serde_json::Value>,
    new: &[(&str, u64)],
    longest: usize,
) -> String {
    let mut arguments = given.clone();
    arguments.extend(new.iter().map(|&(name, value)| (name.to_owned(), value.into())));
    let call = call_line(tool, &serde_json::Value::Object(arguments));
    if call.len() <= longest || new.is_empty() {
        return call;
    }
    let new: Vec<String> = new.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!("the same call with {}", new.join(" and "))
}

fn with_escapes(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) && !stays(c) {
            let _ = write!(shown, "{}", c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_pass_for_ours_is_escaped_and_words_of_all_scripts_stay() {
        assert_eq!(escaped("a\nnote: b\tc"), r"a\nnote: b\tc");
        assert_eq!(escaped("\u{1b}[31m\u{202e}x\u{2066}"), r"\u{1b}[31m\u{202e}x\u{2066}");
        assert_eq!(escaped("\u{85}\u{2028}\u{e0041}"), r"\u{85}\u{2028}\u{e0041}");
        for stays in ["src/größe.rs", "שלום", "日本語", "👩‍💻", r"a\b"] {
            assert_eq!(escaped(stays), stays);
        }
    }

    #[test]
    fn a_line_of_code_has_its_number_and_keeps_its_tabs() {
        assert_eq!(code_line(7, "\tlet x = 1; "), "7| \tlet x = 1;");
        assert_eq!(code_line(123_456, "a\rb\u{1b}"), r"123456| a\rb\u{1b}");
        assert_eq!(code_line(3, ""), "3|");
    }

    #[test]
    fn what_is_told_back_is_short() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"ü".repeat(1000)).chars().count(), MOST_TOLD + 1);
    }
}
