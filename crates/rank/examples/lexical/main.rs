//! The lexical index of a real project, measured: how long a segment takes to write and how large it is,
//! and how long searches by words take over it and what they leave in memory.
//!
//! ```sh
//! alias lexical='cargo run --release -p sconce-rank --example lexical --'
//! lexical postings DIRECTORY FILE    # what `files.lexical` would hold of a directory
//! lexical segment FILE SEGMENT       # a segment of these
//! lexical search SEGMENT [ROUNDS]    # searches over it, and a scan of every chunk beside each
//! lexical memory FILE                # the same, over an index in memory
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod postings;
mod queries;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_dirs::MappedFile;
use sconce_rank::{LexicalIndex, RankOptions, Segment, SegmentKey, analyze, rank};

const KEY: SegmentKey = [0; 32];

/// Chunks of a run, as the engine takes them.
const RUN: usize = 1 << 16;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["postings", directory, file] => postings::write(directory.as_ref(), file.as_ref()),
        ["segment", file, segment] => write_segment(file.as_ref(), segment.as_ref()),
        ["search", segment] => search(&mapped(segment.as_ref()), 3),
        ["search", segment, rounds] => {
            search(&mapped(segment.as_ref()), rounds.parse().expect("a number"));
        }
        ["memory", file] => search(&in_memory(file.as_ref()), 3),
        _ => panic!("postings DIRECTORY FILE, segment FILE SEGMENT, search SEGMENT, memory FILE"),
    }
}

fn mapped(path: &Path) -> LexicalIndex {
    let started = Instant::now();
    let mapped = MappedFile::open(path).expect("a file");
    let segment = Segment::open(Arc::new(mapped), &KEY).expect("a segment");
    let index = LexicalIndex::over(Arc::new(segment));
    say("opened", started);
    index
}

fn in_memory(path: &Path) -> LexicalIndex {
    let started = Instant::now();
    let mut index = LexicalIndex::new();
    postings::each(path, |id, path, language, postings| {
        index.insert(id, path, language, postings).expect("good postings");
    });
    say("read into memory", started);
    index
}

fn write_segment(postings: &Path, path: &Path) {
    let started = Instant::now();
    let mut runs = vec![LexicalIndex::new()];
    postings::each(postings, |id, file, language, postings| {
        let last = runs.last_mut().expect("one at least");
        last.insert(id, file, language, postings).expect("good postings");
        if last.unwritten() >= RUN {
            *last = run(path, last);
            runs.push(LexicalIndex::new());
        }
    });
    say("runs written", started);
    write(path, &runs.iter().collect::<Vec<_>>());
    say("segment written", started);
    println!("{} bytes", fs::metadata(path).expect("a file").len());
}

fn run(path: &Path, index: &LexicalIndex) -> LexicalIndex {
    let path = path.with_extension("run");
    write(&path, &[index]);
    let mapped = MappedFile::open(&path).expect("a file");
    fs::remove_file(&path).expect("a file");
    LexicalIndex::over(Arc::new(Segment::open(Arc::new(mapped), &KEY).expect("a segment")))
}

fn write(path: &Path, indexes: &[&LexicalIndex]) {
    let out = BufWriter::new(File::create(path).expect("a file"));
    LexicalIndex::write_segment(out, &KEY, indexes).expect("room");
}

fn search(index: &LexicalIndex, rounds: usize) {
    let (files, chunks, mib) = (index.files(), index.chunks(), index.bytes() >> 20);
    println!("{files} files, {chunks} chunks, {mib} MiB of its own by its own count");
    let mut times: Vec<Duration> = Vec::new();
    for round in 0..rounds {
        times.clear();
        for query in queries::QUERIES {
            let query = analyze(query);
            let (started, begun) = (Instant::now(), processor_time());
            let found = rank(index, &query, &[], &RankOptions::default());
            times.push(processor_time().saturating_sub(begun));
            if round == 0 && times.len() == 1 {
                say("first search", started);
                println!("its best file is {:?}", found.first().map(|file| file.file_id));
            }
        }
        println!("round {round}, on a processor: {}", percentiles(&mut times.clone()));
    }
    let mut slowest: Vec<(Duration, &str)> = times.into_iter().zip(queries::QUERIES).collect();
    slowest.sort_unstable();
    for (time, query) in slowest.iter().rev().take(5) {
        println!("{:.1} ms: {query}", time.as_secs_f64() * 1e3);
    }
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    format!("p50 {:.1} ms, p95 {:.1} ms, most {:.1} ms", at(50), at(95), at(100))
}

/// How long this thread has been on a processor, whoever else was on the others.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Says how long something took and what the process holds in memory then.
fn say(what: &str, started: Instant) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        kib.unwrap_or_default() / 1024
    };
    println!(
        "{what}: {:.0} ms, {} MiB of its own and {} MiB of files in memory",
        started.elapsed().as_secs_f64() * 1e3,
        of("RssAnon:"),
        of("RssFile:"),
    );
}
