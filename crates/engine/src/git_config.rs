//! The one reader of git's configuration files.

/// A value of a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// With its subsection, as it is written: `core`, `includeIf "gitdir:~/clients/"`.
    pub(crate) section: &'a str,
    pub(crate) key: &'a str,
    /// Without its quotes and the comment behind it.
    pub(crate) value: String,
}

impl Entry<'_> {
    /// Whether it is of that key in that section.
    pub(crate) fn is(&self, section: &str, key: &str) -> bool {
        self.section.eq_ignore_ascii_case(section) && self.key.eq_ignore_ascii_case(key)
    }
}

/// The values that a file says, in their order. What it includes is not read.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut section = "";
    text.lines().filter_map(move |line| {
        let mut line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            let (name, behind) = header.split_once(']')?;
            (section, line) = (name.trim(), behind.trim());
        }
        let (key, value) = line.split_once('=')?;
        Some(Entry { section, key: key.trim(), value: value_of(value) })
    })
}

/// A value without its quotes and the comment behind it.
fn value_of(text: &str) -> String {
    let mut value = String::new();
    let (mut is_quoted, mut letters) = (false, text.trim().chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '\\' => value.extend(letters.next()),
            '#' | ';' if !is_quoted => break,
            _ => value.push(letter),
        }
    }
    value.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_sections_and_no_comments() {
        let text = "[Core] bare = true\n\tworktree = \"../a # b\" ; c\n# x = y\n[remote \"o\"]\nurl=u\n[core\nno\n";
        let found: Vec<Entry<'_>> = entries(text).collect();
        assert!(found[0].is("core", "BARE") && found[0].value == "true", "{found:?}");
        assert!(found[1].is("core", "worktree") && found[1].value == "../a # b", "{found:?}");
        assert_eq!((found[3].section, found[3].value.as_str()), ("remote \"o\"", "u"));
        assert_eq!(found.len(), 4);
    }
}
