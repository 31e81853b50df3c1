//! Judged projects, chunked and in lexical indexes.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sconce_code::{
    Chunk, ChunkOptions, Language, LineRange, ParsedFile, embedding_text, parse_file,
};
use sconce_rank::eval::{JudgedQuery, JudgedRepository};
use sconce_rank::{LexicalIndex, QueryAnalysis, analyze, encode_postings, whole_definition};

/// Larger files are skipped, as the product does.
const LARGEST_FILE: u64 = 1 << 20;

/// What stands above a chunk's lines when it is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    /// As the product does: the directory, the file and the definitions around the chunk.
    Product,
    /// Nothing.
    None,
    /// The path alone.
    Path,
    /// The whole path and the definitions around the chunk.
    Whole,
    /// The file's name and the definitions around the chunk.
    Name,
    /// The definitions around the chunk alone: what does not change when a file moves.
    Scopes,
    /// As the product does, and the signature of the innermost definition that the chunk is the
    /// inside of.
    Signature,
}

impl Header {
    pub(crate) fn parse(name: &str) -> Header {
        match name {
            "product" => Header::Product,
            "none" => Header::None,
            "path" => Header::Path,
            "whole" => Header::Whole,
            "name" => Header::Name,
            "scopes" => Header::Scopes,
            "signature" => Header::Signature,
            other => panic!("no header is called {other}"),
        }
    }

    fn text(self, path: &str, text: &str, parsed: &ParsedFile, chunk: &Chunk) -> String {
        let body = &text[chunk.bytes.clone()];
        let around = chunk.scopes.join(" > ");
        let under = |path: &str| match around.as_str() {
            "" => format!("{path}\n{body}"),
            around => format!("{path} > {around}\n{body}"),
        };
        match self {
            Header::Product => embedding_text(path, &chunk.scopes, body),
            Header::Whole => under(path),
            Header::Name => under(path.rsplit('/').next().unwrap_or(path)),
            Header::None => body.to_owned(),
            Header::Path => format!("{path}\n{body}"),
            Header::Scopes => format!("{around}\n{body}"),
            Header::Signature => {
                let inside = parsed.symbols.iter().rev().find(|symbol| {
                    symbol.bytes.start < chunk.bytes.start && chunk.bytes.start < symbol.bytes.end
                });
                let signature = inside.map_or("", |symbol| symbol.signature.as_str());
                let product = embedding_text(path, &chunk.scopes, body);
                let (header, body) = product.split_once('\n').unwrap_or((&product, ""));
                let signature: String = signature.chars().take(120).collect();
                format!("{header}\n{signature}\n{body}")
            }
        }
    }
}

/// A project with its queries.
pub(crate) struct Corpus {
    pub(crate) name: String,
    /// The number of its set of judgements.
    pub(crate) set: usize,
    pub(crate) language: String,
    /// The directory that is indexed, with a `/`; judgements' paths begin with it.
    pub(crate) prefix: String,
    pub(crate) index: LexicalIndex,
    /// By the chunk's number in the index.
    pub(crate) chunks: Vec<ChunkInfo>,
    pub(crate) queries: Vec<(JudgedQuery, QueryAnalysis)>,
    /// By the query's number; empty until they are filled.
    pub(crate) query_vectors: Vec<Vec<f32>>,
}

/// A chunk.
pub(crate) struct ChunkInfo {
    pub(crate) path: String,
    /// The lines of the place that it stands for.
    pub(crate) place: LineRange,
    /// What is embedded.
    pub(crate) text: String,
    /// Empty until it is filled.
    pub(crate) vector: Vec<f32>,
}

impl Corpus {
    /// Reads them all, in the judgements' order.
    pub(crate) fn read(
        judgements: &Path,
        trees: &Path,
        only: &[String],
        chunks: &ChunkOptions,
        header: Header,
    ) -> Vec<Corpus> {
        let repositories = read_judgements(judgements, only);
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Corpus)>> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(repository) = repositories.get(at) else { break };
                        let corpus = Corpus::of(repository, trees, chunks, header);
                        done.lock().expect("no thread panics").push((at, corpus));
                    }
                });
            }
        });
        let mut done = done.into_inner().expect("no thread panics");
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, corpus)| corpus).collect()
    }

    fn of(
        repository: &JudgedRepository,
        trees: &Path,
        options: &ChunkOptions,
        header: Header,
    ) -> Corpus {
        let prefix = repository.prefix();
        let root = trees.join(&repository.name).join(&prefix);
        let mut index = LexicalIndex::new();
        let mut chunks = Vec::new();
        for (id, (path, text)) in (1..).zip(texts(&root)) {
            let Some(language) = Language::detect(&path, &text) else { continue };
            let parsed = parse_file(&path, &text, Some(language), options);
            let postings = encode_postings(&text, &parsed);
            index.insert(id, &path, Some(language.name()), &postings).expect("fresh postings");
            chunks.extend(parsed.chunks.iter().map(|chunk| ChunkInfo {
                path: path.clone(),
                place: place(&parsed, chunk),
                text: header.text(&path, &text, &parsed, chunk),
                vector: Vec::new(),
            }));
        }
        let with_analysis = |judged: &JudgedQuery| (judged.clone(), analyze(&judged.query));
        Corpus {
            name: repository.name.clone(),
            set: 0,
            language: repository.language.clone(),
            prefix,
            index,
            chunks,
            queries: repository.queries.iter().map(with_analysis).collect(),
            query_vectors: Vec::new(),
        }
    }
}

/// The place that a chunk stands for, as the engine tells it.
fn place(parsed: &ParsedFile, chunk: &Chunk) -> LineRange {
    let whole =
        whole_definition(chunk.lines, &parsed.symbols, |symbol| (symbol.kind, symbol.lines));
    whole.map_or(chunk.lines, |symbol| symbol.lines)
}

/// Reads a directory of judgements, as `sconce eval` does.
fn read_judgements(directory: &Path, only: &[String]) -> Vec<JudgedRepository> {
    let read = |path: &Path| fs::read_to_string(path).expect("a file of judgements");
    let list = JudgedRepository::parse_list(&read(&directory.join("repos.json")));
    let mut repositories = list.expect("repos.json");
    repositories.retain(|one| only.is_empty() || only.contains(&one.name));
    for repository in &mut repositories {
        let path = directory.join("annotations").join(format!("{}.json", repository.name));
        repository.queries = JudgedQuery::parse_list(&read(&path)).expect("annotations");
    }
    repositories
}

/// The texts below the directory with their paths, sorted.
fn texts(root: &Path) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = ignore::WalkBuilder::new(root)
        .build()
        .filter_map(|entry| {
            let entry =
                entry.ok().filter(|entry| entry.file_type().is_some_and(|t| t.is_file()))?;
            let path = entry.path().strip_prefix(root).ok()?.to_str()?.to_owned();
            let small = entry.metadata().is_ok_and(|data| data.len() <= LARGEST_FILE);
            let text = fs::read_to_string(entry.path()).ok().filter(|_| small)?;
            (!text.contains('\0') && !path.contains(".min.")).then_some((path, text))
        })
        .collect();
    texts.sort();
    texts
}
