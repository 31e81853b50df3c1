//! Whether a text is minified or generated in lines that nobody reads.

/// A line of so many bytes is long.
const LONG: usize = 300;
/// So many ordinary lines of code are worth reading, whatever else there is.
const WORTH_READING: usize = 5;

/// Long lines throughout, by the whole of the text: one long line, such as a picture in a module, makes
/// nothing minified, and neither does a comment on top make minified code readable.
pub(super) fn is_minified(text: &str) -> bool {
    const AT_LEAST_BYTES: usize = 4096;
    if text.len() < AT_LEAST_BYTES || text.len() / text.lines().count().max(1) <= LONG {
        return false;
    }
    let (mut long, mut ordinary) = (0, 0);
    for line in text.lines().map(str::trim) {
        if line.len() > LONG {
            long += 1;
        } else if !line.is_empty() && !is_comment(line) {
            ordinary += 1;
        }
    }
    ordinary < WORTH_READING || ordinary < 2 * long
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "*", "#", "--", "<!--", ";", "\"\"\""].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minified_code_is_known_with_and_without_a_comment_on_top() {
        let code = "var a=1;function b(c){return c+a}".repeat(500);
        let comment = " * Licensed under the terms of some licence.\n".repeat(20);
        assert!(is_minified(&code));
        assert!(is_minified(&format!("/*!\n{comment} */\n{code}\n")));
        let wrapped = format!("{}\n", &code[..500]).repeat(40);
        assert!(is_minified(&format!("{wrapped}a();\nb();\nc();\nd();\ne();\nf();\n")));
    }

    #[test]
    fn a_long_line_alone_makes_no_file_minified() {
        let picture = format!("ICON = '{}'\n", "iVBORw0KGgo".repeat(4000));
        let code = "def paint(icon):\n    image = decode(icon)\n    return image\n\n".repeat(3);
        assert!(!is_minified(&format!("{picture}{code}")));
        assert!(!is_minified(&"let value = 1;\n".repeat(2000)));
        assert!(is_minified(&picture), "a picture alone is nothing to read");
    }
}
