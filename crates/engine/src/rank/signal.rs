//! The signals of the ranking, by name.

use std::fmt;

use serde::Serialize;

/// Something besides the two arms' scores that moves a result. Each can be switched off, to see
/// what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The query names the file's stem.
    StemMatch,
    /// The query names the file's folder.
    FolderMatch,
    /// The chunk defines the symbol that is asked for; it is found even if no arm found it.
    Definition,
    /// The same for a name inside a sentence.
    EmbeddedName,
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
    /// Each further chunk of a file counts less.
    FileSaturation,
    /// Tests, examples, legacy, generated, vendored, declarations, data step back.
    PathPenalty,
    /// A chunk that repeats a better one steps back.
    NearDuplicate,
    /// Forms of the query's words count as the words do.
    WordForms,
    /// Neighbouring words of the query are also looked for as one.
    Compounds,
}

impl Signal {
    /// Every signal.
    pub const ALL: [Signal; 14] = [
        Signal::StemMatch,
        Signal::FolderMatch,
        Signal::Definition,
        Signal::EmbeddedName,
        Signal::NameMatch,
        Signal::CommentMatch,
        Signal::Coverage,
        Signal::FileCoherence,
        Signal::FileSize,
        Signal::FileSaturation,
        Signal::PathPenalty,
        Signal::NearDuplicate,
        Signal::WordForms,
        Signal::Compounds,
    ];

    /// The signal as it is written, such as `stem_match`.
    pub fn as_str(self) -> &'static str {
        match self {
            Signal::StemMatch => "stem_match",
            Signal::FolderMatch => "folder_match",
            Signal::Definition => "definition",
            Signal::EmbeddedName => "embedded_name",
            Signal::NameMatch => "name_match",
            Signal::CommentMatch => "comment_match",
            Signal::Coverage => "coverage",
            Signal::FileCoherence => "file_coherence",
            Signal::FileSize => "file_size",
            Signal::FileSaturation => "file_saturation",
            Signal::PathPenalty => "path_penalty",
            Signal::NearDuplicate => "near_duplicate",
            Signal::WordForms => "word_forms",
            Signal::Compounds => "compounds",
        }
    }

    /// The signal called `name`, with `-` or `_`.
    pub fn parse(name: &str) -> Option<Signal> {
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        Signal::ALL.into_iter().find(|signal| signal.as_str() == name)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
