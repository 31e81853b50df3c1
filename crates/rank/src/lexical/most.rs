//! Which chunks hold most of some words: those in which a line may stand that says them.

use sconce_code::ChunkKey;
use sconce_code::filter::FilterMatcher;

use super::index::LexicalIndex;
use super::scan::idf;
use super::view::FieldName;
use crate::query::is_stop_word;
use crate::term::term_hash;

/// Words of which a project has fewer tell nothing of a line.
const FEWEST: usize = 2;
/// What a word is worth at most, as one that every fiftieth chunk has: a rare one may be what a program put there.
const MOST_WORTH: f32 = 4.0;

impl LexicalIndex {
    /// The chunks that hold at least a `share` of what these words are worth together, each by its idf; the fullest
    /// first, `limit` at most. Words that stand nowhere count nothing: a message may hold what a program put there.
    ///
    /// ```
    /// # use sconce_code::{ChunkOptions, Language, filter::FilterMatcher, parse_file};
    /// # use sconce_rank::{LexicalIndex, encode_postings};
    /// # let (path, text) = ("src/oven.py", "def bake():\n    log('oven %s is cold', name)\n");
    /// # let parsed = parse_file(path, text, Language::by_name("python"), &ChunkOptions::default());
    /// # let mut index = LexicalIndex::new();
    /// # index.insert(7, path, Some("python"), &encode_postings(text, &parsed))?;
    /// let words = ["oven", "n4", "is", "cold"];
    /// assert_eq!(index.chunks_with_most(&words, 0.6, &FilterMatcher::default(), 10).len(), 1);
    /// assert!(index.chunks_with_most(&["n4", "cold"], 0.6, &FilterMatcher::default(), 10).is_empty());
    /// # Ok::<(), sconce_rank::LexicalIndexError>(())
    /// ```
    pub fn chunks_with_most(
        &self,
        words: &[impl AsRef<str>],
        share: f32,
        filter: &FilterMatcher,
        limit: usize,
    ) -> Vec<ChunkKey> {
        let words: Vec<String> = words
            .iter()
            .map(|word| word.as_ref().trim_matches('_').to_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        // What every second chunk has tells nothing, and its list is the longest.
        let telling: Vec<&String> = words.iter().filter(|word| !is_stop_word(word)).collect();
        let telling = if telling.len() < FEWEST { words.iter().collect() } else { telling };
        let mut hashes: Vec<u32> = telling.into_iter().map(|word| term_hash(word)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let lists = hashes.into_iter().map(|hash| {
            let docs = self.words(FieldName::Body, hash).map(|(doc, _)| doc);
            docs.collect::<Vec<u32>>()
        });
        let mut lists: Vec<Vec<u32>> = lists.filter(|docs| !docs.is_empty()).collect();
        if lists.len() < FEWEST {
            return Vec::new();
        }
        lists.sort_by_key(Vec::len);
        let worth = |docs: &Vec<u32>| idf(self.chunks(), docs.len()).min(MOST_WORTH);
        let worth: Vec<f32> = lists.iter().map(worth).collect();
        let least = share * worth.iter().sum::<f32>();
        let mut held = Held::of(&lists, &worth, least);
        for (docs, worth) in lists.iter().zip(worth) {
            held.add(docs, worth);
        }
        held.0.retain(|&(doc, worth)| worth >= least && self.passes(filter, doc));
        held.0.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        held.0.truncate(limit);
        held.0.into_iter().map(|(doc, _)| self.key_of(doc)).collect()
    }
}

/// Chunks by number, each with what it holds.
struct Held(Vec<(u32, f32)>);

impl Held {
    /// The chunks that may hold `least`: those with one of the rarest words, as many of these as all others together
    /// are not worth as much.
    fn of(lists: &[Vec<u32>], worth: &[f32], least: f32) -> Self {
        let mut others: f32 = worth.iter().sum();
        let mut docs = Vec::new();
        for (list, worth) in lists.iter().zip(worth) {
            if others < least {
                break;
            }
            docs.extend_from_slice(list);
            others -= worth;
        }
        docs.sort_unstable();
        docs.dedup();
        Self(docs.into_iter().map(|doc| (doc, 0.0)).collect())
    }

    /// Adds a word to the chunks that are among its own, which are ascending.
    fn add(&mut self, docs: &[u32], worth: f32) {
        let mut rest = docs;
        for (doc, sum) in &mut self.0 {
            let before = rest.partition_point(|other| other < doc);
            rest = &rest[before..];
            if rest.first() == Some(doc) {
                *sum += worth;
            }
        }
    }
}
