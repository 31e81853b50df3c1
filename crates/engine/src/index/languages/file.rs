//! `languages.toml` at a project's root: a file that a stranger may have written, or another tool.

use std::io;
use std::ops::Range;
use std::path::Path;

use sconce_code::NewLanguage;
use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::source::read_text;

/// Name of the file.
pub(super) const FILE_NAME: &str = "languages.toml";

/// No longer file is read. That of an editor of the same name, with some hundred languages, is shorter.
const MOST_BYTES: u64 = 512 << 10;
/// So many languages a project may add, with so many names, extensions and file names each.
const MOST_LANGUAGES: usize = 16;
const MOST_WORDS: usize = 64;
/// A query goes to a parser's process with each file.
const MOST_QUERY_BYTES: usize = 16 << 10;
/// The most of what is said of an entry.
const MOST_CHARACTERS: usize = 160;
/// One of these keys stands in every entry of ours, and in none of Helix, whose file has the same name and tables.
const OUR_KEYS: [&str; 4] = ["extensions", "file_names", "base", "query"];

/// What the file says, each with its line.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) languages: Vec<(usize, NewLanguage)>,
    pub(super) wrong: Vec<(usize, String)>,
}

/// The text of the file of the project at `root`, if there is one. It blocks.
pub(super) fn text(root: &Path) -> io::Result<Option<String>> {
    read_text(root, Path::new(FILE_NAME), MOST_BYTES)
}

/// Reads the text; nothing of a file that is another tool's.
pub(super) fn read(text: &str) -> Written {
    let mut written = Written::default();
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            written.says(text, error.span(), error.message());
            return written;
        }
    };
    let entries = table.iter().find(|(key, _)| key.get_ref() == "language");
    let entries: &[Spanned<DeValue<'_>>] = match entries.map(|(_, value)| value.get_ref()) {
        Some(DeValue::Array(entries)) => entries,
        _ => &[],
    };
    if !entries.iter().any(is_ours) {
        return written;
    }
    for (key, _) in table.iter().filter(|(key, _)| key.get_ref() != "language") {
        let what = format!("`{}` means nothing here", key.get_ref());
        written.says(text, Some(key.span()), &what);
    }
    if let Some(more) = entries.get(MOST_LANGUAGES) {
        let what = format!(
            "a project may add {MOST_LANGUAGES} languages: this one and those after it are left out"
        );
        written.says(text, Some(more.span()), &what);
    }
    for entry in entries.iter().take(MOST_LANGUAGES) {
        written.take(text, entry);
    }
    written
}

fn is_ours(entry: &Spanned<DeValue<'_>>) -> bool {
    let DeValue::Table(table) = entry.get_ref() else { return false };
    table.keys().any(|key| OUR_KEYS.iter().any(|ours| key.get_ref() == ours))
}

impl Written {
    fn take(&mut self, text: &str, entry: &Spanned<DeValue<'_>>) {
        let read = NewLanguage::deserialize(ValueDeserializer::from(entry.clone()));
        match read {
            Ok(new) => match excess(&new) {
                None => self.languages.push((line(text, entry.span().start), new)),
                Some(what) => self.says(text, Some(entry.span()), what),
            },
            Err(error) => self.says(text, error.span().or(Some(entry.span())), error.message()),
        }
    }

    fn says(&mut self, text: &str, span: Option<Range<usize>>, what: &str) {
        self.wrong.push((line(text, span.map_or(0, |span| span.start)), shortened(what)));
    }
}

/// What a language has too much of.
fn excess(new: &NewLanguage) -> Option<&'static str> {
    let words = new.aliases.len() + new.extensions.len() + new.file_names.len();
    if words > MOST_WORDS {
        return Some("it has too many names, extensions and file names");
    }
    let query = new.query.as_ref().map_or(0, String::len);
    (query > MOST_QUERY_BYTES).then_some("its query is too long")
}

/// What is said of an entry, on one line of no great length: words of it may be a stranger's.
pub(super) fn shortened(what: &str) -> String {
    let words = what.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = words.char_indices().nth(MOST_CHARACTERS).map(|(at, _)| at);
    end.map_or_else(|| words.clone(), |end| format!("{}…", &words[..end]))
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(usize, String)> {
        read(text).wrong
    }

    #[test]
    fn each_entry_counts_for_itself_and_a_wrong_one_is_named_with_its_line() {
        let text = "[[language]]\nname = \"a\"\nextensions = [\"a\"]\n\n[[language]]\nnam = \"b\"\n\n\
            [[language]]\nname = 3\n\n[other]\nx = 1\n";
        let written = read(text);
        assert_eq!(written.languages.len(), 1, "{written:?}");
        assert_eq!((written.languages[0].0, written.languages[0].1.name.as_str()), (1, "a"));
        let lines: Vec<usize> = written.wrong.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [11, 6, 9], "{written:?}");
        assert!(written.wrong[1].1.contains("`nam`"), "{written:?}");
        assert_eq!(said("x = \n")[0].0, 1);
    }

    #[test]
    fn a_file_of_another_tool_says_nothing() {
        let helix = "use-grammars = { only = [\"rust\"] }\n[language-server.x]\ncommand = \"x\"\n\
            [[language]]\nname = \"rust\"\nscope = \"source.rust\"\nfile-types = [\"rs\"]\n";
        for text in [helix, "language = \"en\"\n", "", "[languages]\na = 1\n"] {
            let written = read(text);
            assert!(written.languages.is_empty() && written.wrong.is_empty(), "{written:?}");
        }
    }

    #[test]
    fn what_a_file_may_hold_is_bounded() {
        let entry =
            |name: &str| format!("[[language]]\nname = \"{name}\"\nextensions = [\"{name}\"]\n");
        let many: String = (0..40).map(|number| entry(&format!("l{number}"))).collect();
        let written = read(&many);
        assert_eq!((written.languages.len(), written.wrong.len()), (MOST_LANGUAGES, 1));
        assert_eq!(written.wrong[0].0, 3 * MOST_LANGUAGES + 1);
        let long = format!(
            "[[language]]\nname = \"a\"\nbase = \"go\"\nquery = \"{}\"\n",
            "x".repeat(20_000)
        );
        assert_eq!(said(&long), [(1, "its query is too long".to_owned())]);
        let words = format!(
            "[[language]]\nname = \"a\"\naliases = [{}]\nbase = \"c\"\n",
            "\"x\",".repeat(65)
        );
        assert_eq!(said(&words).len(), 1);
        let word = format!("[[language]]\nbase = \"c\"\n{} = 1\n", "k".repeat(5000));
        assert!(said(&word)[0].1.chars().count() <= MOST_CHARACTERS + 1);
    }
}
