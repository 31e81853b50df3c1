//! What `files.lexical` would hold of a directory, in a file.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sconce_code::{ChunkOptions, Language, parse_file};
use sconce_rank::encode_postings;

/// Larger files are skipped, as the product does.
const LARGEST: u64 = 1 << 20;

/// Writes those of all files in languages that are known.
pub(crate) fn write(directory: &Path, out: &Path) {
    let paths: Vec<PathBuf> = ignore::WalkBuilder::new(directory)
        .sort_by_file_path(Ord::cmp)
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.metadata().is_ok_and(|of| of.is_file() && of.len() <= LARGEST))
        .map(ignore::DirEntry::into_path)
        .collect();
    let out = Mutex::new(BufWriter::new(File::create(out).expect("a file")));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(record) = record(directory, path) {
                        let mut out = out.lock().expect("no thread panics");
                        for part in &record {
                            put(&mut *out, part);
                        }
                    }
                }
            });
        }
    });
}

fn record(root: &Path, path: &Path) -> Option<[Vec<u8>; 3]> {
    let text = fs::read_to_string(path).ok()?;
    let path = path.strip_prefix(root).ok()?.to_str()?;
    let language = Language::detect(path, &text)?;
    let parsed = parse_file(path, &text, Some(language), &ChunkOptions::default());
    Some([path.into(), language.name().into(), encode_postings(&text, &parsed)])
}

fn put(out: &mut impl Write, bytes: &[u8]) {
    out.write_all(&(bytes.len() as u32).to_le_bytes()).expect("room");
    out.write_all(bytes).expect("room");
}

/// Calls with each file's number, path, language and postings.
pub(crate) fn each(file: &Path, mut call: impl FnMut(i64, &str, Option<&str>, &[u8])) {
    let mut input = BufReader::new(File::open(file).expect("a file"));
    let mut id = 0;
    while let Some(path) = take(&mut input) {
        let language = take(&mut input).expect("a language");
        let postings = take(&mut input).expect("postings");
        id += 1;
        let text = |bytes| String::from_utf8(bytes).expect("text");
        call(id, &text(path), Some(&text(language)), &postings);
    }
}

fn take(input: &mut impl Read) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    input.read_exact(&mut length).ok()?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes).expect("a whole file");
    Some(bytes)
}
