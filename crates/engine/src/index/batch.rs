//! Several files' chunks on their way to the model and into the database.

use std::collections::HashMap;

use sconce_code::{Chunk, Symbol, embedding_text};
use sconce_embed::Embedder;
use sconce_store::{NewChunk, NewFile, NewImport, NewSymbol, Store};

use super::prepare::{Prepared, line_count};
use super::progress::{Meter, Step};
use crate::EngineError;

/// Files that are embedded and written together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    files: Vec<Prepared>,
    chunks: usize,
    bytes: usize,
}

/// Chunks in a batch: enough for the model to sort by length, few enough to write often.
const CHUNKS: usize = 256;
/// Text in a batch, so that a batch's memory is bounded whatever the chunks are.
const BYTES: usize = 1 << 20;
/// Files in a batch; many tiny files need not wait for the chunks to add up.
const FILES: usize = 128;

impl Batch {
    pub(super) fn push(&mut self, file: Prepared) {
        self.chunks += file.parsed.chunks.len();
        self.bytes += file.content.text.len();
        self.files.push(file);
    }

    pub(super) fn is_full(&self) -> bool {
        self.chunks >= CHUNKS || self.bytes >= BYTES || self.files.len() >= FILES
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Gives every chunk its vector, from the cache or from the model.
    pub(super) async fn embed(
        self,
        store: &Store,
        embedder: &Embedder,
        meter: &Meter,
    ) -> Result<(Vec<NewFile>, Step), EngineError> {
        let (texts, keys) = self.texts();
        let model = embedder.model_id();
        let mut vectors = cached(&texts, store, embedder).await?;
        let missing: Vec<([u8; 32], String)> =
            texts.into_iter().filter(|(hash, _)| !vectors.contains_key(hash)).collect();
        let mut step = Step { chunks_cached: self.chunks as u64, ..Step::default() };
        if !missing.is_empty() {
            let (hashes, texts): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
            let made = embedder.embed_documents(texts).await?;
            step.tokens = made.tokens;
            step.truncated = made.truncated;
            let fresh: Vec<_> = hashes.into_iter().zip(made.vectors).collect();
            store.cache_embeddings(model, fresh.clone()).await?;
            step.chunks_cached -= (fresh.len() as u64).min(step.chunks_cached);
            vectors.extend(fresh);
        }
        meter.embedded(step);
        step.files = self.files.len() as u64;
        step.bytes = self.files.iter().map(|file| file.content.size).sum();
        step.chunks = self.chunks as u64;
        let mut keys = keys.into_iter();
        let files = self.files.into_iter().map(|file| new_file(file, &mut keys, &vectors));
        Ok((files.collect(), step))
    }

    /// Gives the chunks of a file their vectors where the cache has all of them. The paths of the
    /// other files, whose words are all that there is of them; the step is of the whole ones alone.
    pub(super) async fn look_up(
        self,
        store: &Store,
        embedder: &Embedder,
        meter: &Meter,
    ) -> Result<(Vec<NewFile>, Step, Vec<String>), EngineError> {
        let (texts, keys) = self.texts();
        let vectors = cached(&texts, store, embedder).await?;
        let mut keys = keys.into_iter();
        let mut files = Vec::with_capacity(self.files.len());
        let (mut step, mut to_embed) = (Step::default(), Vec::new());
        for file in self.files {
            let bytes = file.content.size;
            let mut file = new_file(file, &mut keys, &vectors);
            if file.is_embedded() {
                step.files += 1;
                step.bytes += bytes;
                step.chunks += file.chunks.len() as u64;
            } else {
                // Half of a file's vectors would rank one half of it above the other.
                file.chunks.iter_mut().for_each(|chunk| chunk.embedding.clear());
                to_embed.push(file.path.clone());
            }
            files.push(file);
        }
        step.chunks_cached = step.chunks;
        meter.embedded(step);
        Ok((files, step, to_embed))
    }

    /// What is embedded, each text once, and every chunk's key to it, in order. The key is the hash of
    /// the whole text that the model reads, its header too: a vector never depends on what else was
    /// embedded before, here or in another index.
    fn texts(&self) -> (HashMap<[u8; 32], String>, Vec<[u8; 32]>) {
        let mut texts = HashMap::with_capacity(self.chunks);
        let mut keys = Vec::with_capacity(self.chunks);
        for file in &self.files {
            for chunk in &file.parsed.chunks {
                let text = embedding_text(&file.path, &file.content.text, chunk);
                let key = *blake3::hash(text.as_bytes()).as_bytes();
                texts.entry(key).or_insert(text);
                keys.push(key);
            }
        }
        (texts, keys)
    }
}

/// The vectors that were made of these texts before.
async fn cached(
    texts: &HashMap<[u8; 32], String>,
    store: &Store,
    embedder: &Embedder,
) -> Result<HashMap<[u8; 32], Vec<f32>>, EngineError> {
    let hashes: Vec<[u8; 32]> = texts.keys().copied().collect();
    let mut vectors = store.cached_embeddings(embedder.model_id(), &hashes).await?;
    // A model's dimension is part of its identity, but a damaged cache must not reach a chunk.
    vectors.retain(|_, vector| vector.len() == embedder.dimension());
    Ok(vectors)
}

fn new_file(
    file: Prepared,
    keys: &mut impl Iterator<Item = [u8; 32]>,
    vectors: &HashMap<[u8; 32], Vec<f32>>,
) -> NewFile {
    let chunks = file.parsed.chunks.iter().zip(keys);
    let chunks = chunks.map(|(chunk, key)| new_chunk(&file, chunk, key, vectors)).collect();
    let symbols = new_symbols(&file);
    let imports = file.parsed.imports.iter().map(|import| NewImport {
        target: import.target.clone(),
        names: import.names.clone(),
        line: import.line as i32,
    });
    NewFile {
        imports: imports.collect(),
        symbols,
        chunks,
        hash: file.content.hash,
        size: file.content.size as i64,
        mtime_ns: file.content.mtime_ns,
        language: file.language.map(|language| language.name().to_owned()),
        lines: line_count(&file.content.text) as i32,
        parse_status: file.parsed.status.as_str().to_owned(),
        lexical: file.lexical,
        path: file.path,
    }
}

fn new_chunk(
    file: &Prepared,
    chunk: &Chunk,
    content_hash: [u8; 32],
    vectors: &HashMap<[u8; 32], Vec<f32>>,
) -> NewChunk {
    let symbol = shown_symbol(&file.parsed.symbols, chunk);
    NewChunk {
        start_line: chunk.lines.start as i32,
        end_line: chunk.lines.end as i32,
        start_byte: chunk.bytes.start as i32,
        end_byte: chunk.bytes.end as i32,
        content: file.content.text[chunk.bytes.clone()].to_owned(),
        scopes: chunk.scopes.clone(),
        symbol_kind: symbol.map(|symbol| symbol.kind.as_str().to_owned()),
        symbol_name: symbol.map(|symbol| symbol.name.clone()),
        signature: symbol.map(|symbol| symbol.signature.clone()),
        content_hash,
        embedding: vectors.get(&content_hash).cloned().unwrap_or_default(),
    }
}

/// The symbol that a chunk is shown under: the longest definition that starts in it, else the
/// innermost one that it is a part of.
fn shown_symbol<'a>(symbols: &'a [Symbol], chunk: &Chunk) -> Option<&'a Symbol> {
    let starting = chunk.symbols.iter().filter_map(|&index| symbols.get(index));
    starting.max_by_key(|symbol| symbol.bytes.len()).or_else(|| {
        let around = symbols.iter().filter(|symbol| {
            symbol.bytes.start <= chunk.bytes.start && symbol.bytes.end >= chunk.bytes.end
        });
        around.min_by_key(|symbol| symbol.bytes.len())
    })
}

fn new_symbols(file: &Prepared) -> Vec<NewSymbol> {
    let mut rows = Vec::with_capacity(file.parsed.symbols.len());
    for (ordinal, chunk) in file.parsed.chunks.iter().enumerate() {
        for symbol in chunk.symbols.iter().filter_map(|&index| file.parsed.symbols.get(index)) {
            rows.push(NewSymbol {
                kind: symbol.kind.as_str().to_owned(),
                name: symbol.name.clone(),
                scopes: symbol.scopes.clone(),
                signature: symbol.signature.clone(),
                start_line: symbol.lines.start as i32,
                end_line: symbol.lines.end as i32,
                name_line: symbol.name_line as i32,
                chunk: ordinal as i32,
                doc: symbol.doc.clone(),
            });
        }
    }
    rows
}
