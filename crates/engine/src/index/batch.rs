//! Several files on their way into the database, and their rows.

use sconce_code::{Chunk, Symbol, SymbolKind, embedding_text};
use sconce_store::{NewChunk, NewFile, NewSymbol};

use super::prepare::{Prepared, line_count};

/// Files that are written together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    files: Vec<Prepared>,
    chunks: usize,
    bytes: usize,
}

/// Chunks in a batch: enough that a transaction costs little, few enough to answer soon.
const CHUNKS: usize = 512;
/// Text in a batch, so that a batch's memory is bounded whatever the chunks are.
const BYTES: usize = 2 << 20;
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

    /// The rows of its files, and how many chunks they are.
    pub(super) fn into_rows(self) -> (Vec<NewFile>, u64) {
        (self.files.into_iter().map(new_file).collect(), self.chunks as u64)
    }
}

fn new_file(file: Prepared) -> NewFile {
    NewFile {
        symbols: new_symbols(&file),
        chunks: file.parsed.chunks.iter().map(|chunk| new_chunk(&file, chunk)).collect(),
        hash: file.content.hash,
        size: file.content.size as i64,
        mtime_ns: file.content.times.modified_ns,
        changed_ns: file.content.times.changed_ns,
        encoding: file.content.encoding.map(std::borrow::Cow::into_owned),
        language: file.language.map(|language| language.name().to_owned()),
        lines: line_count(&file.content.text) as i32,
        parse_status: file.parsed.status.as_str().to_owned(),
        lexical: file.lexical,
        path: file.path,
    }
}

/// The key of its vector is the hash of the whole text that the model reads, its header too: a vector
/// never depends on what else was embedded before, here or in another index.
fn new_chunk(file: &Prepared, chunk: &Chunk) -> NewChunk {
    let symbol = shown_symbol(&file.parsed.symbols, chunk);
    let content = &file.content.text[chunk.bytes.clone()];
    let embedded = embedding_text(&file.path, &chunk.scopes, content);
    NewChunk {
        start_line: chunk.lines.start as i32,
        end_line: chunk.lines.end as i32,
        start_byte: chunk.bytes.start as i32,
        end_byte: chunk.bytes.end as i32,
        content: content.to_owned(),
        scopes: chunk.scopes.clone(),
        symbol_kind: symbol.map(|symbol| symbol.kind.as_str().to_owned()),
        symbol_name: symbol.map(|symbol| symbol.name.clone()),
        signature: symbol.map(|symbol| symbol.signature.clone()),
        content_hash: *blake3::hash(embedded.as_bytes()).as_bytes(),
    }
}

/// The symbol that a chunk is shown under: the longest definition that starts in it, else the
/// innermost one that it is a part of. A part of an enum is shown under the enum, and not under a member.
fn shown_symbol<'a>(symbols: &'a [Symbol], chunk: &Chunk) -> Option<&'a Symbol> {
    let starting = chunk.symbols.iter().filter_map(|&index| symbols.get(index));
    let longest = starting.max_by_key(|symbol| symbol.bytes.len());
    if let Some(first) = chunk.symbols.first()
        && let Some(of) = longest.and_then(|symbol| enum_of(symbols, *first, symbol))
    {
        return Some(of);
    }
    longest.or_else(|| {
        let around = symbols.iter().filter(|symbol| {
            symbol.bytes.start <= chunk.bytes.start && symbol.bytes.end >= chunk.bytes.end
        });
        around.min_by_key(|symbol| symbol.bytes.len())
    })
}

/// The enum that a symbol is a member of, where it begins before the symbol of an index.
fn enum_of<'a>(symbols: &'a [Symbol], before: usize, member: &Symbol) -> Option<&'a Symbol> {
    let scope = member.scopes.last().filter(|_| member.kind == SymbolKind::Constant)?;
    let last =
        symbols.get(..before)?.iter().rev().find(|symbol| symbol.kind == SymbolKind::Enum)?;
    (last.name == *scope && last.bytes.end >= member.bytes.end).then_some(last)
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

#[cfg(test)]
mod tests {
    use sconce_code::{ChunkOptions, Language, parse_file};

    use super::*;

    #[test]
    fn a_part_of_an_enum_is_shown_under_the_enum() {
        let members = "    VALUE_OF_A_LEVEL,\n".repeat(40);
        let text = format!("enum Level {{\n{members}}};\n\nint f(void) {{ return 1; }}\n");
        let options = ChunkOptions { max_bytes: 200, min_bytes: 50 };
        let parsed = parse_file("a.c", &text, Language::by_name("c"), &options);
        let shown = |chunk| shown_symbol(&parsed.symbols, chunk).map(|found| found.name.as_str());
        let names: Vec<_> = parsed.chunks.iter().map(shown).collect();
        let (last, parts) = names.split_last().unwrap();
        assert!(parts.len() >= 2 && parts.iter().all(|name| *name == Some("Level")), "{names:?}");
        assert_eq!(*last, Some("f"));
    }
}
