//! Prints the outline of files: their chunks and symbols, and figures over all of them.
//!
//! ```sh
//! cargo run --release -p sconce-code --example outline -- src/main.rs      # the outline of a file
//! cargo run --release -p sconce-code --example outline -- --stats path/    # only the figures
//! cargo run --release -p sconce-code --example outline -- --names path/    # a line a symbol
//! ```
//!
//! `--max-bytes N` and `--min-bytes N` set the chunks' sizes.

#![expect(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sconce_code::{ChunkOptions, Language, ParseStatus, ParsedFile, parse_file};

#[derive(Clone, Copy, PartialEq)]
enum Show {
    Outline,
    Names,
    Stats,
}

#[derive(Default)]
struct Figures {
    files: usize,
    bytes: usize,
    chunks: usize,
    small: usize,
    time: Duration,
    kinds: BTreeMap<&'static str, usize>,
    statuses: BTreeMap<&'static str, usize>,
}

fn main() -> std::io::Result<()> {
    let (mut show, mut options, mut paths) = (Show::Outline, ChunkOptions::default(), Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--stats" => show = Show::Stats,
            "--names" => show = Show::Names,
            "--max-bytes" | "--min-bytes" => {
                let value = args.next().and_then(|value| value.parse().ok());
                let value =
                    value.ok_or_else(|| std::io::Error::other(format!("{arg} needs a number")))?;
                let max = arg == "--max-bytes";
                *if max { &mut options.max_bytes } else { &mut options.min_bytes } = value;
            }
            path => walk(Path::new(path), &mut paths)?,
        }
    }
    let mut figures: BTreeMap<&str, Figures> = BTreeMap::new();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.to_string_lossy();
        let language = Language::detect(&name, &text);
        let started = Instant::now();
        let parsed = parse_file(&name, &text, language, &options);
        let time = started.elapsed();
        if time > Duration::from_millis(500) || parsed.status == ParseStatus::Error {
            eprintln!("{name}: {} bytes, {time:?}, {}", text.len(), parsed.status);
        }
        print(&name, &text, &parsed, show);
        let figures = figures.entry(language.map_or("(none)", Language::name)).or_default();
        figures.add(&text, &parsed, &options, time);
    }
    if show != Show::Names {
        for (language, figures) in &figures {
            figures.print(language);
        }
    }
    Ok(())
}

fn walk(path: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_symlink() {
        return Ok(());
    }
    if path.is_dir() {
        let mut entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries.iter().filter(|entry| entry.file_name() != ".git") {
            walk(&entry.path(), paths)?;
        }
    } else {
        paths.push(path.to_owned());
    }
    Ok(())
}

fn print(name: &str, text: &str, parsed: &ParsedFile, show: Show) {
    if show == Show::Names {
        for symbol in &parsed.symbols {
            let scopes = symbol.scopes.join("/");
            println!("{name}:{}\t{}\t{scopes}\t{}", symbol.name_line, symbol.kind, symbol.name);
        }
    }
    if show != Show::Outline {
        return;
    }
    println!("{name}: {}", parsed.status);
    for import in &parsed.imports {
        println!("  {:>5}  import {} {}", import.line, import.target, import.names.join(", "));
    }
    for chunk in &parsed.chunks {
        let (lines, scopes) = (chunk.lines, chunk.scopes.join(" > "));
        println!("  chunk {}-{} ({} bytes) {scopes}", lines.start, lines.end, chunk.bytes.len());
        for symbol in chunk.symbols.iter().map(|index| &parsed.symbols[*index]) {
            let (kind, line) = (symbol.kind, symbol.name_line);
            println!("  {line:>5}    {kind} {}: {}", symbol.name, symbol.signature);
            if let Some(doc) = &symbol.doc {
                println!("             {doc}");
            }
        }
        debug_assert!(text.get(chunk.bytes.clone()).is_some());
    }
}

impl Figures {
    fn add(&mut self, text: &str, parsed: &ParsedFile, options: &ChunkOptions, time: Duration) {
        self.files += 1;
        self.bytes += text.len();
        self.chunks += parsed.chunks.len();
        let small = |chunk: &&sconce_code::Chunk| chunk.bytes.len() < options.min_bytes;
        self.small += parsed.chunks.iter().filter(small).count();
        self.time += time;
        *self.statuses.entry(parsed.status.as_str()).or_default() += 1;
        for symbol in &parsed.symbols {
            *self.kinds.entry(symbol.kind.as_str()).or_default() += 1;
        }
    }

    fn print(&self, language: &str) {
        let speed = self.bytes as f64 / 1e6 / self.time.as_secs_f64().max(1e-9);
        println!(
            "{language}: {} files, {} bytes, {speed:.1} MB/s, {} chunks of {} bytes on average, {} \
             small, {:?} {:?}",
            self.files,
            self.bytes,
            self.chunks,
            self.bytes / self.chunks.max(1),
            self.small,
            self.statuses,
            self.kinds
        );
    }
}
