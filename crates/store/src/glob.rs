//! Globs as PostgreSQL's regular expressions.

/// A path glob as a regular expression. `*` and `?` stay within a folder, `**` does not, `[…]` and
/// `{a,b}` are as in a shell. Without a `/` in its middle or at its front it fits at any depth, as in
/// a `.gitignore`; and a folder stands for all that is in it.
pub(crate) fn path_regex(glob: &str) -> String {
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    let anchored = glob.trim_end_matches('/').contains('/');
    let glob = glob.trim_start_matches('/').trim_end_matches('/');
    let front = if anchored { "^" } else { "^(?:.*/)?" };
    format!("{front}{}(?:/.*)?$", body(glob, "[^/]"))
}

/// A glob on a symbol's name as a regular expression, and whether case counts: it does when the
/// glob has a capital letter.
pub(crate) fn name_regex(glob: &str) -> (String, bool) {
    (format!("^{}$", body(glob, ".")), glob.chars().any(char::is_uppercase))
}

/// Translates; `any` is what a `?` may be.
fn body(glob: &str, any: &str) -> String {
    let chars: Vec<char> = glob.chars().collect();
    let mut regex = String::with_capacity(glob.len() * 2);
    let mut depth = 0_usize;
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '*' if chars.get(at + 1) == Some(&'*') => {
                at += 1;
                let starts_part = at < 2 || chars[at - 2] == '/';
                if starts_part && chars.get(at + 1) == Some(&'/') {
                    at += 1;
                    regex.push_str("(?:.*/)?");
                } else {
                    regex.push_str(".*");
                }
            }
            '*' => regex.extend([any, "*"]),
            '?' => regex.push_str(any),
            '[' => match class(&chars[at..]) {
                Some((text, length)) => {
                    regex.push_str(&text);
                    at += length - 1;
                }
                None => regex.push_str("\\["),
            },
            '{' if chars[at..].contains(&'}') => {
                depth += 1;
                regex.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                regex.push(')');
            }
            ',' if depth > 0 => regex.push('|'),
            '\\' if at + 1 < chars.len() => {
                at += 1;
                literal(chars[at], &mut regex);
            }
            other => literal(other, &mut regex),
        }
        at += 1;
    }
    // a brace that was closed fewer times than it was opened
    regex.push_str(&")".repeat(depth));
    regex
}

/// `[a-z]` or `[!a-z]` with its length; `None` where it is never closed or is empty.
fn class(chars: &[char]) -> Option<(String, usize)> {
    let negated = matches!(chars.get(1), Some('!' | '^'));
    let start = if negated { 2 } else { 1 };
    let end = start + 1 + chars.get(start + 1..)?.iter().position(|char| *char == ']')?;
    let mut text = String::from(if negated { "[^/" } else { "[" });
    let inside = &chars[start..end];
    for (at, char) in inside.iter().enumerate() {
        let between = at > 0 && at + 1 < inside.len();
        let is_range = *char == '-' && between && inside[at - 1] < inside[at + 1];
        match char {
            '-' if is_range => text.push('-'),
            // also `[.`, `[:` and `[=`, which mean something of their own to PostgreSQL
            char if char.is_alphanumeric() || *char == '_' => text.push(*char),
            char => {
                text.push('\\');
                text.push(*char);
            }
        }
    }
    text.push(']');
    Some((text, end + 1))
}

fn literal(char: char, regex: &mut String) {
    // `\` before a letter or a digit would be an escape, before anything else it is the thing itself
    if !(char.is_alphanumeric() || char == '_' || char == '/') {
        regex.push('\\');
    }
    regex.push(char);
}
