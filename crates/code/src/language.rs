//! [`Language`]: a row of the language table, and how a file's language is told.

use std::fmt;

use crate::added::{self, NewLanguage};
use crate::languages::{Class, LANGUAGES, Row};
use crate::lined::LineRules;
use crate::named;

/// What is kept for each language has so many places: for those of the table, and for those that a user may add.
pub(crate) const SLOTS: usize = 256;

/// A language: a row of one static table, cheap to copy and to compare.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(u16);

impl Language {
    /// The language of the file at `path` whose text begins with `head`: by the whole file name,
    /// then the extension, then the interpreter of a `#!` line.
    ///
    /// The first 200 bytes are enough for a shebang. A C header is told from a C++ one by its text,
    /// the more of it the better; the whole text is welcome.
    pub fn detect(path: &str, head: &str) -> Option<Language> {
        crate::detect::detect(path, head)
    }

    /// The language with this name or alias (`"rust"`, `"rs"`, `"c++"`), in any case.
    pub fn by_name(name: &str) -> Option<Language> {
        let name = name.trim();
        Language::all().find(|language| {
            let row = language.row();
            row.name.eq_ignore_ascii_case(name)
                || row.title.eq_ignore_ascii_case(name)
                || row.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
        })
    }

    /// Every language: those with a grammar first, then the text formats, then what a user added.
    pub fn all() -> impl DoubleEndedIterator<Item = Language> {
        (0..LANGUAGES.len() + added::count()).map(Language::at)
    }

    pub(crate) fn at(index: usize) -> Language {
        Language(index as u16)
    }

    /// The language under whose name a file is stored: one of all, or a project's, of which only the name is known.
    /// `None` where a process has met too many of these.
    pub fn stored(name: &str) -> Option<Language> {
        let of_all = Language::all().find(|language| language.name() == name);
        of_all.or_else(|| named::place_of(name).map(|place| Language::at(first_named() + place)))
    }

    /// A language that no file is in.
    pub(crate) fn of_nothing() -> Language {
        Language::at(first_named())
    }

    /// Whether it is of the table, and of nobody's own.
    pub(crate) fn is_of_table(self) -> bool {
        self.index() < LANGUAGES.len()
    }

    /// How its user described it, where one added it.
    pub fn definition(self) -> Option<&'static NewLanguage> {
        added::definition_at(self.index().checked_sub(LANGUAGES.len())?)
    }

    /// The canonical name, as it is stored and filtered by: `"rust"`, `"cpp"`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The name for people: `"Rust"`, `"C++"`.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Other names a user may give it, lower case.
    pub fn aliases(self) -> &'static [&'static str] {
        self.row().aliases
    }

    /// Its file extensions, lower case, without the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().extensions
    }

    /// Whole file names that mean it, such as `Dockerfile`.
    pub fn file_names(self) -> &'static [&'static str] {
        self.row().file_names
    }

    /// Whether files are parsed, or only split as text.
    pub fn has_grammar(self) -> bool {
        self.row().grammar.is_some()
    }

    /// What is found in its files: of `symbols`, `scopes` and `imports` those that its query or the rules
    /// of its lines have, and `text` where there are neither.
    pub fn gives(self) -> Vec<&'static str> {
        let Some(grammar) = &self.row().grammar else {
            let parts = |lines: &LineRules| {
                let imports = lines.import.map(|_| "imports");
                ["symbols", "scopes"].into_iter().chain(imports).collect()
            };
            return self.row().lines.as_ref().map_or_else(|| vec!["text"], parts);
        };
        let has =
            |captures: &[&str]| captures.iter().any(|capture| grammar.query.contains(capture));
        let parts = [
            ("symbols", has(&["@definition.", "@declaration."])),
            ("scopes", has(&["@definition.", "@scope"])),
            ("imports", has(&["@import"])),
        ];
        parts.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
    }

    /// The languages whose filter its files pass too: what it is a dialect of, or holds.
    pub fn passes(self) -> &'static [&'static str] {
        self.row().passes
    }

    /// Whether people program in it: it is neither a format of data nor prose.
    pub fn is_code(self) -> bool {
        self.row().class == Class::Code
    }

    /// Its names in the database that a filter for it lets through: its own, those of its dialects,
    /// and of the languages that hold it.
    pub fn with_dialects(self) -> impl Iterator<Item = Language> {
        let own = self.name();
        Language::all().filter(move |other| *other == self || other.row().passes.contains(&own))
    }

    pub(crate) fn row(self) -> &'static Row {
        let others = || match self.index().checked_sub(first_named()) {
            Some(place) => named::row_at(place),
            None => added::row_at(self.index() - LANGUAGES.len()),
        };
        LANGUAGES.get(self.index()).copied().or_else(others).unwrap_or(LANGUAGES[0])
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The index of the first language that is a name alone: behind all that a user can add.
fn first_named() -> usize {
    LANGUAGES.len() + added::MOST
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.name())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_that_is_read_by_rules_has_a_place() {
        assert!(first_named() <= SLOTS, "{}", first_named());
    }
}
