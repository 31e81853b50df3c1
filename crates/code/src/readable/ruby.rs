//! What Ruby's grammar cannot be given.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

/// The scanner keeps all open here-documents in 1,024 bytes, four and its word for each. It counts two of the four, so that
/// at one sum it writes a byte too many, and ends.
const MOST_BYTES: usize = 1000;
/// The length of a word is kept in one byte.
const LONGEST_WORD: usize = 255;

/// What may begin a here-document: `<<~TEXT`, `<<-'SQL'`, and `list <<item` where the grammar has lost its way.
struct Opener<'text> {
    range: Range<usize>,
    word: &'text str,
    /// Whether the word may be indented where the document ends.
    is_indented: bool,
}

/// The text as Ruby's grammar may read it: where all here-documents together could fill what its scanner keeps of open
/// ones, each becomes a string on its first line, with blank lines below, and a shift by a word becomes a sum. In a file
/// without errors few are open at a time, and in one with an error all behind it may be.
pub(crate) fn without_many_heredocs(text: &str) -> Cow<'_, str> {
    let openers: Vec<Opener<'_>> =
        text.match_indices("<<").filter_map(|(at, _)| Opener::at(text, at)).collect();
    let bytes: usize = openers.iter().map(|opener| opener.word.len() + 4).sum();
    if bytes < MOST_BYTES && openers.iter().all(|opener| opener.word.len() < LONGEST_WORD) {
        return Cow::Borrowed(text);
    }
    let mut mask = Mask::new(text, Some(("#", "")));
    let mut bodies = 0..0;
    for opener in openers {
        if bodies.contains(&opener.range.start) {
            continue;
        }
        // Those of one line have their bodies one behind the other.
        let start = line_end(text, opener.range.end);
        if start != bodies.start {
            bodies = start..start;
        }
        if let Some(body) = opener.body(text, bodies.end.max(start)) {
            mask.fill(opener.range.clone(), b'_');
            mask.put(opener.range.start, "\"");
            mask.put(opener.range.end - 1, "\"");
            bodies.end = body.end;
            mask.hide_lines(body);
        } else if opener.word != "self" {
            mask.put(opener.range.start, " +");
        }
    }
    mask.finish()
}

impl<'text> Opener<'text> {
    fn at(text: &'text str, at: usize) -> Option<Self> {
        let mark = text[at + 2..].starts_with(['-', '~']);
        let start = at + 2 + usize::from(mark);
        let rest = &text[start..];
        let first = rest.chars().next()?;
        let (word, end) = if matches!(first, '"' | '\'' | '`') {
            let word = rest[1..].split(first).next()?;
            (word, (start + 1 + word.len() + 1).min(text.len()))
        } else {
            let is_word = |char: char| char.is_alphanumeric() || char == '_';
            let length = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
            (&rest[..length], start + length)
        };
        (!word.is_empty()).then_some(Self { range: at..end, word, is_indented: mark })
    }

    /// The lines of its document from there, with the one that ends it.
    fn body(&self, text: &str, start: usize) -> Option<Range<usize>> {
        if self.word.contains('\n') {
            return None;
        }
        let mut end = start;
        for line in text[start..].split_inclusive('\n') {
            end += line.len();
            let line = line.trim_end();
            let line = if self.is_indented { line.trim_start() } else { line };
            if line == self.word {
                return Some(start..end);
            }
        }
        None
    }
}

/// Where the line at a place ends, with its break.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        // Enough of them to be too many, and none of them a document.
        let more = "a <<b\n".repeat(MOST_BYTES);
        let whole = format!("{text}{more}");
        let masked = without_many_heredocs(&whole).into_owned();
        assert_eq!(masked.len(), whole.len());
        assert!(masked.ends_with("a  +b\n"));
        masked[..text.len()].to_owned()
    }

    #[test]
    fn too_many_documents_become_strings_and_shifts_sums() {
        assert_eq!(
            masked("x = <<~SQL.strip\n  a\n  SQL\ny\n"),
            "x = \"____\".strip\n   \n     \ny\n"
        );
        assert_eq!(masked("f(<<-'A', <<B)\n1\n A\n2\nB\n"), "f(\"____\", \"_\")\n \n  \n \n \n");
        assert_eq!(masked("f <<A\n\u{8a9e} <<B\nA\nB\n"), "f \"_\"\n#######\n \nB\n");
        assert_eq!(masked("class <<self\nout<<\"a\" <<3\n"), "class <<self\nout +\"a\"  +3\n");
        assert_eq!(masked("class << self\na << b\n<<\n"), "class << self\na << b\n<<\n");
    }

    #[test]
    fn a_few_stay_as_they_are() {
        let few = "x = <<~SQL\n  a\nSQL\nlist <<item\n";
        assert!(matches!(without_many_heredocs(few), Cow::Borrowed(same) if same == few));
        let long = format!("x <<{}\n", "a".repeat(LONGEST_WORD));
        assert!(without_many_heredocs(&long).starts_with("x  +"));
    }

    /// Each is open behind the error, and one of these sums is the one that ends the scanner.
    #[test]
    fn no_sum_of_open_documents_ends_the_parser() {
        for length in 1..60 {
            let word = "W".repeat(length);
            let text = format!("def broken(\n{}", format!("x(<<~{word}, ").repeat(1100 / length));
            let language = crate::Language::by_name("ruby");
            crate::parse_file("a.rb", &text, language, &crate::ChunkOptions::default());
        }
    }
}
