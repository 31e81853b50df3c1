//! The signals of the ranking, by name.

use std::fmt;

use serde::Serialize;

/// Something besides the two retrievers' scores that moves a result. Each can be switched off, to see
/// what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The query names the file's stem.
    StemMatch,
    /// The query names the file's directory.
    #[serde(rename = "folder_match")]
    DirectoryMatch,
    /// The chunk defines the symbol that is asked for; it is found even if no retriever found it.
    Definition,
    /// The same for a name inside a sentence.
    EmbeddedName,
    /// It is one of few that hold a name, a dotted string, a number or a phrase as it is written.
    #[serde(rename = "exact_match")]
    Exact,
    /// The query names the file by its path, or a line of it.
    NamedFile,
    /// The names that the chunk, or its file, defines share words with the query.
    NameMatch,
    /// The doc comments of what the chunk defines share words with the query.
    CommentMatch,
    /// The chunk, or its file, holds much of the query and not one word of it often.
    Coverage,
    /// The file as a whole answers the query, by its words or its vectors.
    FileCoherence,
    /// Larger files are more often what is asked for.
    FileSize,
    /// A file's places are chosen by their own evidence; without it each file has one, its best chunk.
    Places,
    /// Tests, examples, legacy, generated, vendored, declarations, data are demoted.
    PathPenalty,
    /// A chunk that repeats a better one is demoted.
    NearDuplicate,
    /// Forms of the query's words count as the words do.
    WordForms,
    /// Neighbouring words of the query are also looked for as one.
    Compounds,
}

impl Signal {
    /// Every signal.
    pub const ALL: [Self; 16] = [
        Self::StemMatch,
        Self::DirectoryMatch,
        Self::Definition,
        Self::EmbeddedName,
        Self::Exact,
        Self::NamedFile,
        Self::NameMatch,
        Self::CommentMatch,
        Self::Coverage,
        Self::FileCoherence,
        Self::FileSize,
        Self::Places,
        Self::PathPenalty,
        Self::NearDuplicate,
        Self::WordForms,
        Self::Compounds,
    ];

    /// The signal as it is written, such as `stem_match`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StemMatch => "stem_match",
            Self::DirectoryMatch => "folder_match",
            Self::Definition => "definition",
            Self::EmbeddedName => "embedded_name",
            Self::Exact => "exact_match",
            Self::NamedFile => "named_file",
            Self::NameMatch => "name_match",
            Self::CommentMatch => "comment_match",
            Self::Coverage => "coverage",
            Self::FileCoherence => "file_coherence",
            Self::FileSize => "file_size",
            Self::Places => "places",
            Self::PathPenalty => "path_penalty",
            Self::NearDuplicate => "near_duplicate",
            Self::WordForms => "word_forms",
            Self::Compounds => "compounds",
        }
    }

    /// The signal called `name`, with `-` or `_`.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|signal| signal.as_str() == name)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
