//! From a glob to a regular expression that PostgreSQL and Rust's `regex` read alike.

/// What `[id]` is where it begins a name in a path, as routers call directories and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brackets {
    /// One of the letters, or the name itself.
    Either,
    /// The name itself.
    Names,
}

/// A path glob as a regular expression. `*` and `?` stay within a directory, `**` does not, `[…]`
/// and `{a,b}` are as in a shell. Without a `/` in its middle or at its front it fits at any depth,
/// as in a `.gitignore`; and a directory stands for all that is in it.
pub(super) fn path_regex(glob: &str, brackets: Brackets) -> String {
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    let anchored = glob.trim_end_matches('/').contains('/');
    let within = if glob.ends_with('/') { "/.*" } else { "(?:/.*)?" };
    let glob = glob.trim_start_matches('/').trim_end_matches('/');
    if glob.is_empty() || glob == "." {
        // The root stands for all that is in it.
        return "^.*$".to_owned();
    }
    let front = if anchored { "^" } else { "^(?:.*/)?" };
    format!("{front}{}{within}$", body(glob, "[^/]", brackets))
}

/// A glob on a symbol's name as a regular expression, and whether case counts: it does when the
/// glob has a capital letter.
pub(super) fn name_regex(glob: &str) -> (String, bool) {
    let regex = format!("^{}$", body(glob, ".", Brackets::Either));
    (regex, glob.chars().any(char::is_uppercase))
}

/// A glob on a symbol's name with its scope (`Backend::*`, `Cart.total`, `Store#open`) as a regular expression on the
/// scopes and the name with dots between them, of which the outer ones may be left out. None where it names no scope.
pub(super) fn qualified_regex(glob: &str) -> Option<String> {
    let dotted =
        glob.trim().trim_end_matches("()").replace("::", ".").replace("->", ".").replace('#', ".");
    let (scope, name) = dotted.rsplit_once('.')?;
    let names_both = !scope.trim_matches('.').is_empty() && !name.is_empty();
    names_both.then(|| format!("^(?:.*\\.)?{}$", body(&dotted, ".", Brackets::Either)))
}

/// A glob on a symbol's name as a regular expression that fits the name in every convention, where case
/// does not count: `listUsers` fits `list_users`.
pub(super) fn folded_name_regex(glob: &str) -> String {
    let mut regex = String::from("^_*");
    for char in glob.chars().filter(|char| !matches!(char, '_' | '-' | '\0')) {
        match char {
            '*' => regex.push_str(".*"),
            '?' => regex.push_str("._*"),
            other => {
                literal(other, &mut regex);
                regex.push_str("_*");
            }
        }
    }
    regex.push('$');
    regex
}

/// Translates; `any` is what a `?` may be.
fn body(glob: &str, any: &str, brackets: Brackets) -> String {
    // No path and no name holds a NUL, and PostgreSQL takes none.
    let chars: Vec<char> = glob.chars().map(|char| if char == '\0' { ' ' } else { char }).collect();
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
                    // Several of them say the same, and cost each time.
                    while chars[at + 1..].starts_with(&['*', '*', '/']) {
                        at += 3;
                    }
                    regex.push_str("(?:.*/)?");
                } else {
                    regex.push_str(".*");
                }
            }
            '*' => regex.extend([any, "*"]),
            '?' => regex.push_str(any),
            '[' if brackets == Brackets::Names && route(&chars, at).is_some() => {
                let length = route(&chars, at).unwrap_or(1);
                chars[at..at + length].iter().for_each(|char| literal(*char, &mut regex));
                at += length - 1;
            }
            '[' => match class(&chars[at..]) {
                Some((text, length)) => {
                    // Routers name directories so: what no such class fits may be called that.
                    regex.extend(["(?:", &text, "|"]);
                    chars[at..at + length].iter().for_each(|char| literal(*char, &mut regex));
                    regex.push(')');
                    at += length - 1;
                }
                None => regex.push_str("\\["),
            },
            '{' if let Some(length) = placeholder(&chars[at..]) => {
                chars[at..at + length].iter().for_each(|char| literal(*char, &mut regex));
                at += length - 1;
            }
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
    // A brace that was closed fewer times than it was opened
    regex.push_str(&")".repeat(depth));
    regex
}

/// The length of `{{ name }}`, as templates of projects call their directories; no alternatives stand in it.
fn placeholder(chars: &[char]) -> Option<usize> {
    let inner = chars.strip_prefix(&['{', '{'])?;
    let length = inner.iter().position(|char| "{},/".contains(*char))?;
    inner[length..].starts_with(&['}', '}']).then_some(length + 4)
}

/// The length of `[id]`, `[...slug]` or `[[...slug]]` at the beginning of a name in a path; none where it
/// is a class of letters by its look, such as `[a-z]`, `[!a]` or `[a]`.
fn route(chars: &[char], at: usize) -> Option<usize> {
    if at > 0 && chars[at - 1] != '/' {
        return None;
    }
    let close = chars[at..].iter().position(|char| *char == ']')?;
    let length = chars[at + close..].iter().take_while(|char| **char == ']').count() + close;
    let ends = matches!(chars.get(at + length), None | Some('/' | '.'));
    let name: Vec<char> =
        chars[at..at + length].iter().copied().filter(|c| !"[]".contains(*c)).collect();
    let is_name = name.iter().all(|char| char.is_alphanumeric() || "_-.".contains(*char));
    let is_range = name.len() == 3 && name[1] == '-';
    (ends && is_name && !is_range && name.len() > 1).then_some(length)
}

/// `[a-z]` or `[!a-z]` with its length; `None` where it is never closed or is empty.
pub(super) fn class(chars: &[char]) -> Option<(String, usize)> {
    let negated = matches!(chars.get(1), Some('!' | '^'));
    let start = if negated { 2 } else { 1 };
    let end = start + 1 + chars.get(start + 1..)?.iter().position(|char| *char == ']')?;
    let mut text = String::from(if negated { "[^/" } else { "[" });
    let inside = &chars[start..end];
    let mut used = 0;
    for (at, char) in inside.iter().enumerate() {
        let between = at > 0 && at + 1 < inside.len();
        if *char == '-' && between && at > used && inside[at - 1] < inside[at + 1] {
            // What ends a range begins no other.
            used = at + 1;
            text.push('-');
        } else {
            // Also `[.`, `[:` and `[=`, which mean something of their own to PostgreSQL
            literal(*char, &mut text);
        }
    }
    text.push(']');
    Some((text, end + 1))
}

fn literal(char: char, regex: &mut String) {
    // `\` before a letter or a digit would be an escape, before a bracket `<` the start of a word;
    // before other ASCII it is the thing itself.
    if char.is_ascii_punctuation() && !matches!(char, '_' | '/' | '<' | '>') {
        regex.push('\\');
    }
    regex.push(char);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_of_any_depth_count_once() {
        let many = "**/".repeat(300) + "a.rs";
        assert_eq!(path_regex(&many, Brackets::Either), path_regex("**/a.rs", Brackets::Either));
    }
}
