//! The scores of every chunk, one by one, against the best that are found without that.

use std::path::Path;

use sconce_code::filter::{Filter, FilterMatcher, FilterText};
use sconce_code::{ChunkKey, ChunkOptions, Language, parse_file};

use super::evidence::Evidence;
use super::feature::{Feature, Features};
use super::{VectorHit, Weights};
use crate::lexical::{LexicalIndex, encode_postings};
use crate::query::analyze;

const QUERIES: [&str; 12] = [
    "where is a chunk's score computed from its features",
    "LexicalIndex::definitions_of",
    "how are secrets kept out of the index",
    "error: the stored words of a file end early",
    "crates/rank/src/lexical/scan.rs",
    "read_file",
    "use super",
    "the",
    "fn",
    "src",
    "chunks of a file that was removed",
    "nothing_of_this_name_anywhere",
];

/// The sources of this crate, a few of them removed again.
fn own_sources() -> LexicalIndex {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut index = LexicalIndex::new();
    let entries = ignore::WalkBuilder::new(root).sort_by_file_path(Ord::cmp).build();
    for (id, entry) in (1..).zip(entries.filter_map(Result::ok)) {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap();
        let language = Language::detect(path, &text);
        let options = ChunkOptions { max_bytes: 600, min_bytes: 100 };
        let parsed = parse_file(path, &text, language, &options);
        let name = language.map(Language::name);
        index.insert(id, path, name, &encode_postings(&text, &parsed)).unwrap();
    }
    for id in (3..60).step_by(11) {
        index.remove(id);
    }
    index
}

/// The best of all chunks, each of which is looked at.
fn exhaustive(
    evidence: &Evidence<'_>,
    weights: &Features,
    filter: &FilterMatcher,
    limit: usize,
) -> Vec<u32> {
    let (index, scan) = (evidence.index, &evidence.scan);
    let mut scored: Vec<(u32, f32)> = (0..index.doc_count() as u32)
        .filter(|&doc| index.file(index.doc(doc).file).is_live() && index.passes(filter, doc))
        .map(|doc| {
            let own = scan.of_chunk(doc);
            let of_file = evidence.of_file(index.doc(doc).file).dot(weights);
            let own = [
                (evidence.body, Feature::Body, own.body),
                (evidence.names, Feature::Names, own.names),
                (evidence.comments, Feature::Comments, own.comments),
                (1.0, Feature::Cover, own.cover),
            ];
            let add = |sum, (scale, feature, value)| sum + scale * weights[feature] * value;
            (doc, own.into_iter().fold(of_file, add))
        })
        .filter(|&(_, score)| score > 0.0)
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.truncate(limit);
    scored.into_iter().map(|(doc, _)| doc).collect()
}

fn filter(glob: &str) -> FilterMatcher {
    let path_globs = if glob.is_empty() { Vec::new() } else { vec![glob.to_owned()] };
    let text = FilterText { path_globs, ..FilterText::default() };
    Filter::parse(&text).unwrap().matcher().unwrap()
}

#[test]
fn the_best_are_those_that_looking_at_every_chunk_finds() {
    let index = own_sources();
    let weights = Weights::default();
    let some: Vec<i64> = index.file_ids().filter(|id| id % 7 == 0).collect();
    let similar = |&file_id: &i64| VectorHit {
        key: ChunkKey { file_id, ordinal: 0 },
        similarity: 0.5 + file_id as f32 / 1000.0,
    };
    let mut compared = 0;
    for query in QUERIES.map(analyze) {
        for vectors in [Vec::new(), some.iter().map(similar).collect()] {
            let scan = index.scan(&query, &weights.scan);
            let evidence = Evidence::collect(&index, &query, scan, &vectors, &weights.scan);
            for filter in ["", "src/ranking/**", "*.toml", "nowhere/**"].map(filter) {
                for limit in [1, 7, 200, 100_000] {
                    let found = evidence.best(&weights.features, &filter, limit);
                    let all = exhaustive(&evidence, &weights.features, &filter, limit);
                    assert_eq!(found, all, "{} {limit}", query.text);
                    compared += found.len();
                }
            }
        }
    }
    assert!(compared > 10_000, "{compared} are few");
}
