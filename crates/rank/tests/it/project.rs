//! A project whose files are indexed by their words.

use std::fs;
use std::path::Path;

use sconce_code::{ChunkOptions, Language, parse_file};
use sconce_rank::{LexicalIndex, RankOptions, RankedFile, analyze, encode_postings, rank};

/// Larger files are no code that somebody wrote.
const MAX_BYTES: usize = 512 << 10;

/// A project whose files are indexed by their words.
pub(crate) struct Project {
    /// Path and text, by id from 1.
    files: Vec<(String, String)>,
    index: LexicalIndex,
}

impl Project {
    /// The files of a language below `root` whose path is wanted.
    pub(crate) fn read(root: &Path, is_wanted: impl Fn(&str) -> bool) -> Self {
        let mut files: Vec<(String, String)> = ignore::WalkBuilder::new(root)
            .build()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(root).ok()?.to_str()?.to_owned();
                is_wanted(&path).then(|| Some((path, fs::read_to_string(entry.path()).ok()?)))?
            })
            .collect();
        files.sort();
        Self::of(files)
    }

    /// The same files under other paths.
    pub(crate) fn renamed(&self, rename: impl Fn(&str) -> String) -> Self {
        Self::of(self.files.iter().map(|(path, text)| (rename(path), text.clone())).collect())
    }

    fn of(mut files: Vec<(String, String)>) -> Self {
        let mut index = LexicalIndex::new();
        files.retain(|(path, text)| {
            text.len() <= MAX_BYTES && Language::detect(path, text).is_some()
        });
        for (id, (path, text)) in (1..).zip(&files) {
            let language = Language::detect(path, text);
            let parsed = parse_file(path, text, language, &ChunkOptions::default());
            let postings = encode_postings(text, &parsed);
            index.insert(id, path, language.map(Language::name), &postings).expect("postings");
        }
        Self { files, index }
    }

    /// The files that answer, the best first.
    pub(crate) fn ask(&self, query: &str) -> Vec<RankedFile> {
        rank(&self.index, &analyze(query), &[], &RankOptions::default())
    }

    /// Path and text of a file that answers.
    pub(crate) fn file(&self, ranked: &RankedFile) -> &(String, String) {
        &self.files[ranked.file_id as usize - 1]
    }
}
