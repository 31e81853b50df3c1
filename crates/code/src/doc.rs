//! The first paragraph of a documentation comment, as one line of plain text.

const MAX_CHARS: usize = 300;

/// Marks that open a line of a comment, longest first.
const LINE_MARKS: [&str; 45] = [
    "(;", "/++", "/+", "/--", "/-!", "/-", "#|", "*>", "%!", "REM ", "::", "/**", "/*!", "/*",
    "///", "//!", "//", "*/", "--[[", "---", "--", "{-", "(**", "(*", "<!--", "#[[", "#'", "##",
    "#:", "#", "*", ";;;", ";;", ";", "%%%", "%%", "%", "|", "!> ", "! ", "''' ", "' ", "\"\"\"",
    "\" ", "{ ",
];

/// The first paragraph of comments, each with its marks.
pub(crate) fn of_comments<'a>(comments: impl Iterator<Item = &'a str>) -> Option<String> {
    let lines = comments.flat_map(str::lines).filter(|line| !is_directive(line.trim_start()));
    first_paragraph(lines.map(unmarked))
}

/// Whether a comment is for a tool: `#!/bin/sh`, `//go:noinline`, `//nolint:errcheck`,
/// `;;;###autoload`.
fn is_directive(line: &str) -> bool {
    if line.starts_with("#!") || line.starts_with(";;;###") {
        return true;
    }
    let Some((tool, rest)) = line.strip_prefix("//").and_then(|line| line.split_once(':')) else {
        return false;
    };
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    !tool.is_empty() && tool.chars().all(is_word) && rest.starts_with(is_word)
}

/// The first paragraph of a text without comment marks, perhaps in quotes.
pub(crate) fn of_text(text: &str) -> Option<String> {
    let unprefixed = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let text = if unprefixed.starts_with(['"', '\'']) { unprefixed } else { text };
    first_paragraph(text.trim_matches(['"', '\'']).lines().map(str::trim))
}

/// The first paragraph of documentation inside of what it documents: a string, or comments.
pub(crate) fn of_inside(text: &str) -> Option<String> {
    let is_comment = text.starts_with(['%', '#']);
    if is_comment { of_comments(std::iter::once(text)) } else { of_text(text) }
}

fn unmarked(line: &str) -> &str {
    let mut line = line.trim();
    for mark in ["*/", "-}", "]]", "*)", "-->", " }", "\"\"\"", "+/", "-/", "|#", ";)"] {
        line = line.strip_suffix(mark).unwrap_or(line).trim_end();
    }
    let marked = LINE_MARKS.iter().find_map(|mark| line.strip_prefix(mark));
    let line = marked.unwrap_or(line).trim_start();
    // Haddock: `-- | text`, `-- ^ text`.
    let line = if marked.is_some() { line.strip_prefix(['|', '^']).unwrap_or(line) } else { line };
    // Erlang's first tag says that it is documentation.
    line.strip_prefix("@doc ").unwrap_or(line).trim_start()
}

fn first_paragraph<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut words = String::new();
    for line in lines {
        let line = without_tags(line);
        let line = line.trim();
        let says_something = line.chars().any(char::is_alphanumeric);
        if words.is_empty() && !says_something {
            continue;
        }
        // A paragraph ends at a blank line, a ruler or a list of parameters.
        if !says_something || line.starts_with(['@', '\\']) || line.starts_with(":param") {
            break;
        }
        for word in line.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        if words.len() > 4 * MAX_CHARS {
            break;
        }
    }
    (!words.is_empty()).then(|| truncated(words, MAX_CHARS))
}

/// A line without the XML tags that C# writes around its summaries.
fn without_tags(line: &str) -> String {
    let mut plain = line.to_owned();
    for tag in ["<summary>", "</summary>", "<remarks>", "</remarks>", "<para>", "</para>"] {
        if plain.contains(tag) {
            plain = plain.replace(tag, "");
        }
    }
    plain
}

/// At most `max` characters of a text, with `…` for what was cut off.
pub(crate) fn truncated(mut text: String, max: usize) -> String {
    if let Some((cut, _)) = text.char_indices().nth(max)
        && let Some((last, _)) = text.char_indices().nth(max - 1)
    {
        debug_assert!(last < cut);
        text.truncate(last);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(comment: &str) -> Option<String> {
        of_comments(std::iter::once(comment))
    }

    #[test]
    fn marks_and_later_paragraphs_are_left_out() {
        assert_eq!(doc("/// One\n/// two.\n///\n/// Three."), Some("One two.".into()));
        assert_eq!(doc("/**\n * One\n * two.\n *\n * Three.\n */"), Some("One two.".into()));
        assert_eq!(doc("/** One. */"), Some("One.".into()));
        assert_eq!(doc("/* One.\n * @param x two */"), Some("One.".into()));
        assert_eq!(doc("-- | One\n-- two."), Some("One two.".into()));
        assert_eq!(doc("--- One."), Some("One.".into()));
        assert_eq!(doc("# One.\n#\n# Two."), Some("One.".into()));
        assert_eq!(doc("/// <summary>\n/// One.\n/// </summary>"), Some("One.".into()));
        assert_eq!(doc("%% @doc One.\n%% @private"), Some("One.".into()));
        assert_eq!(doc("! One."), Some("One.".into()));
        assert_eq!(doc("<!-- One. -->"), Some("One.".into()));
        assert_eq!(doc("(** One. *)"), Some("One.".into()));
        assert_eq!(doc("// -----------"), None);
        assert_eq!(doc("// One.\n//go:noinline"), Some("One.".into()));
        assert_eq!(doc("//nolint:all"), None);
        assert_eq!(doc("//see: below"), Some("see: below".into()));
        assert_eq!(doc("//"), None);
    }

    #[test]
    fn docstrings_lose_their_quotes() {
        assert_eq!(
            of_text("r\"\"\"One\n    two.\n\n    Three.\n    \"\"\""),
            Some("One two.".into())
        );
        assert_eq!(of_text("plain text"), Some("plain text".into()));
    }

    #[test]
    fn a_long_paragraph_is_cut_between_characters() {
        let long = doc(&format!("// {}", "ä".repeat(1000))).unwrap();
        assert_eq!(long.chars().count(), 300);
        assert!(long.ends_with('…'));
        assert_eq!(truncated("abc".into(), 3), "abc");
    }
}
