//! An index over a segment answers as one does that was built in memory, whatever has come and gone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use sconce_code::{ChunkKey, ChunkOptions, Language, parse_file};
use sconce_rank::{
    ChunkScores, LexicalIndex, RankOptions, RankedFile, Scan, ScanWeights, Segment, SegmentError,
    SegmentKey, analyze, encode_postings, rank,
};

const KEY: SegmentKey = [7; 32];

const QUERIES: [&str; 16] = [
    "where is a chunk's score computed from its features",
    "LexicalIndex::definitions_of",
    "FileLock",
    "how are secrets kept out of the index",
    "error: the stored words of a file end early",
    "crates/store/src/write.rs",
    "read_file",
    "\"a lock that one process at a time holds\"",
    "retry when the database is unavailable",
    "tests of the watcher",
    "parse",
    "the",
    "struct that holds configuration of embedder",
    "utf-16 byte order mark",
    "nothing_of_this_name_anywhere",
    "pub fn new self",
];

/// A file as an index takes it.
struct File {
    path: String,
    language: Option<&'static str>,
    postings: Vec<u8>,
}

/// The files of this repository's directories, each directory a project of its own.
fn projects() -> Vec<Vec<File>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let directories = ["crates/rank", "crates/engine", "crates/app/tests", "benches", "docs"];
    directories.iter().map(|directory| files(&root, &root.join(directory))).collect()
}

fn files(root: &Path, directory: &Path) -> Vec<File> {
    let entries = ignore::WalkBuilder::new(directory).sort_by_file_path(Ord::cmp).build();
    let texts = entries.filter_map(Result::ok).filter_map(|entry| {
        let text = fs::read_to_string(entry.path()).ok()?;
        Some((entry.path().strip_prefix(root).ok()?.to_str()?.to_owned(), text))
    });
    texts
        .map(|(path, text)| {
            let language = Language::detect(&path, &text);
            let parsed = parse_file(&path, &text, language, &ChunkOptions::default());
            let postings = encode_postings(&text, &parsed);
            File { path, language: language.map(Language::name), postings }
        })
        .collect()
}

fn insert(index: &mut LexicalIndex, id: i64, file: &File) {
    index.insert(id, &file.path, file.language, &file.postings).expect("fresh postings");
}

fn written(indexes: &[&LexicalIndex]) -> Vec<u8> {
    let mut bytes = Vec::new();
    LexicalIndex::write_segment(&mut bytes, &KEY, indexes).expect("a vector takes all");
    bytes
}

fn over(bytes: Vec<u8>) -> LexicalIndex {
    LexicalIndex::over(Arc::new(Segment::open(Arc::new(bytes), &KEY).expect("a whole segment")))
}

fn answers(index: &LexicalIndex, query: &str) -> Vec<RankedFile> {
    let options = RankOptions { explain: true, limit: 15, ..RankOptions::default() };
    rank(index, &analyze(query), &[], &options)
}

/// What the scan says of each chunk that is there.
fn scores(index: &LexicalIndex, files: &BTreeMap<i64, usize>, scan: &Scan) -> Vec<ChunkScores> {
    let mut scores = Vec::new();
    for &file_id in files.keys() {
        let keys = (0..).map(|ordinal| ChunkKey { file_id, ordinal });
        scores.extend(keys.map_while(|key| index.doc_of(key)).map(|doc| scan.of_chunk(doc)));
    }
    scores
}

fn assert_alike(one: &LexicalIndex, other: &LexicalIndex, files: &BTreeMap<i64, usize>) {
    assert_eq!((one.files(), one.chunks()), (other.files(), other.chunks()));
    assert_eq!(one.files(), files.len());
    let mut ids: Vec<i64> = other.file_ids().collect();
    ids.sort_unstable();
    assert_eq!(ids, files.keys().copied().collect::<Vec<_>>());
    for query in QUERIES {
        let scan = |index: &LexicalIndex| {
            scores(index, files, &index.scan(&analyze(query), &ScanWeights::default()))
        };
        assert!(scan(one) == scan(other), "{query}: scores");
        assert_eq!(answers(one, query), answers(other, query), "{query}");
        assert_eq!(one.chunks_with_name(query), other.chunks_with_name(query), "{query}");
    }
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn an_index_over_a_segment_answers_like_one_in_memory_as_files_come_and_go() {
    for (at, files) in projects().iter().enumerate() {
        let mut dice = Dice(at as u64);
        let mut memory = LexicalIndex::new();
        let mut mapped = LexicalIndex::new();
        let mut there: BTreeMap<i64, usize> = BTreeMap::new();
        let mut next_id = 1;
        for (place, file) in files.iter().enumerate() {
            insert(&mut memory, next_id, file);
            insert(&mut mapped, next_id, file);
            there.insert(next_id, place);
            next_id += 1;
        }
        mapped = over(written(&[&mapped]));
        assert_eq!(mapped.unwritten(), 0);
        assert_alike(&memory, &mapped, &there);
        for _ in 0..3 {
            for _ in 0..files.len().div_ceil(4) {
                let id = *there.keys().nth(dice.below(there.len())).expect("some are left");
                assert!(memory.remove(id) && mapped.remove(id));
                assert!(!mapped.contains(id) && !mapped.remove(id));
                there.remove(&id);
                if dice.below(3) > 0 {
                    let place = dice.below(files.len());
                    insert(&mut memory, next_id, &files[place]);
                    insert(&mut mapped, next_id, &files[place]);
                    there.insert(next_id, place);
                    next_id += 1;
                }
            }
            assert_alike(&memory, &mapped, &there);
            mapped = over(written(&[&mapped]));
            assert_alike(&memory, &mapped, &there);
        }
    }
}

#[test]
fn segments_are_merged_into_the_very_bytes_of_one_that_was_built_at_once() {
    let projects = projects();
    let files: Vec<&File> = projects.iter().flatten().collect();
    let mut whole = LexicalIndex::new();
    let runs: Vec<LexicalIndex> = files
        .chunks(files.len().div_ceil(5))
        .map(|files| {
            let mut run = LexicalIndex::new();
            for file in files {
                let id = whole.files() as i64;
                insert(&mut whole, id, file);
                insert(&mut run, id, file);
            }
            over(written(&[&run]))
        })
        .collect();
    assert!(written(&[&whole]) == written(&runs.iter().collect::<Vec<_>>()));
}

#[test]
fn a_torn_or_foreign_segment_is_refused() {
    let mut index = LexicalIndex::new();
    projects().iter().flatten().zip(0..).for_each(|(file, id)| insert(&mut index, id, file));
    let bytes = written(&[&index]);
    let open = |bytes: &[u8], key| Segment::open(Arc::new(bytes.to_vec()), key).err();
    assert_eq!(open(&bytes, &KEY), None);
    assert_eq!(open(&bytes, &[8; 32]), Some(SegmentError::Foreign));
    for length in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(open(&bytes[..length], &KEY), Some(SegmentError::Torn), "{length}");
    }
    let layout = bytes.len() - 24;
    let mut other = bytes.clone();
    other[layout] = 99;
    assert_eq!(open(&other, &KEY), Some(SegmentError::Layout { found: 99 }));
}

#[test]
fn a_byte_that_changed_is_found_out_where_it_is_read() {
    let mut index = LexicalIndex::new();
    projects().iter().flatten().zip(0..).for_each(|(file, id)| insert(&mut index, id, file));
    let bytes = written(&[&index]);
    let page = 1 << 14;
    let mut found = 0;
    for at in (page / 2..bytes.len()).step_by(page) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 16;
        // Also where it cannot be found when it is opened, nothing of it is believed.
        let Ok(segment) = Segment::open(Arc::new(damaged), &KEY) else {
            found += 1;
            continue;
        };
        let index = LexicalIndex::over(Arc::new(segment));
        for query in QUERIES {
            let answers = answers(&index, query);
            if index.is_damaged() {
                found += 1;
                break;
            }
            let whole = over(bytes.clone());
            assert_eq!(answers, self::answers(&whole, query), "{at}");
        }
    }
    assert!(found > bytes.len() / page / 4, "{found} of {}", bytes.len() / page);
}
