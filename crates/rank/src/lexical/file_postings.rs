//! What the lexical index keeps of a file: its postings, the `files.lexical` column.
//!
//! They are written once when a file is indexed ([`encode_postings`]); every replica reads them back
//! into its [`LexicalIndex`](super::LexicalIndex). They hold facts of the text alone, no weight: what
//! the path is worth, which words are inflections of which and how scores are mixed is decided when a
//! query is answered, so ranking can change without a second indexing.
//!
//! | part | holds |
//! | --- | --- |
//! | header | version, flags of the file ([`FILE_GENERATED`]) |
//! | a chunk | lines, length in terms, flags ([`CHUNK_TEST`], [`CHUNK_IMPORTS`]), fingerprint, its terms, the terms of its doc comments |
//! | a symbol | chunk, kind, name, scopes, number of lines, first line |
//!
//! Terms are 32-bit hashes with their frequency, ascending and delta-coded: about five bytes each.

use std::collections::HashMap;

use sconce_code::{Chunk, Import, LineRange, ParsedFile, Symbol, SymbolKind, words};

use super::codec::{Reader, TermCounts, Writer};
use super::error::LexicalIndexError;
use super::field::MAX_FREQUENCY;
use crate::term::term_hash;

/// The layout's version; postings of an unknown one are refused, and their file must be indexed again.
const VERSION: u8 = 2;
/// The one before, which does not say where a definition begins.
const WITHOUT_STARTS: u8 = 1;

/// The file says itself that a program wrote it.
pub(crate) const FILE_GENERATED: u8 = 1;
/// The chunk lies in a test module or a test function.
pub(crate) const CHUNK_TEST: u8 = 1;
/// The chunk is imports for the most part.
pub(crate) const CHUNK_IMPORTS: u8 = 2;

/// How far into a file its own remark that it is generated is looked for, in bytes.
const GENERATED_WITHIN: usize = 1200;

/// A file's postings, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct FilePostings {
    /// [`FILE_GENERATED`].
    pub(super) flags: u8,
    /// In the file's order.
    pub(super) chunks: Vec<ChunkPostings>,
    /// In the file's order.
    pub(super) symbols: Vec<DefinedSymbol>,
}

/// A chunk's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ChunkPostings {
    /// Its lines.
    pub(super) lines: LineRange,
    /// How many terms its text has, repeats counted.
    pub(super) length: u32,
    /// [`CHUNK_TEST`], [`CHUNK_IMPORTS`].
    pub(super) flags: u8,
    /// Locality-sensitive: near-duplicates differ in few bits.
    pub(super) fingerprint: u64,
    /// Term hash and frequency, ascending by hash.
    pub(super) terms: TermCounts,
    /// The same of the doc comments of the definitions that start here.
    pub(super) doc_terms: TermCounts,
}

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DefinedSymbol {
    /// The ordinal of the chunk that its name lies in.
    pub(super) chunk: u32,
    /// What it is.
    pub(super) kind: SymbolKind,
    /// Its unqualified name.
    pub(super) name: String,
    /// The names of what it is defined in, outermost first, joined by `.`.
    pub(super) scope: String,
    /// Its lines.
    pub(super) lines: LineRange,
}

/// Whether a definition is called by a sentence, as tests are: that is text, and no name that others use.
fn is_title(symbol: &Symbol) -> bool {
    symbol.kind == SymbolKind::Other && symbol.name.contains(char::is_whitespace)
}

/// The postings of a file, ready for `files.lexical`.
///
/// `text` must be the one that `parsed` was made from; a chunk beyond it counts as empty.
pub fn encode_postings(text: &str, parsed: &ParsedFile) -> Vec<u8> {
    let mut out = Writer::new();
    out.byte(VERSION);
    out.byte(if says_generated(text) { FILE_GENERATED } else { 0 });
    out.number(parsed.chunks.len() as u64);
    for chunk in &parsed.chunks {
        encode_chunk(&mut out, text, parsed, chunk);
    }
    let placed: Vec<(usize, usize)> = parsed
        .chunks
        .iter()
        .enumerate()
        .flat_map(|(ordinal, chunk)| chunk.symbols.iter().map(move |&symbol| (ordinal, symbol)))
        .filter(|&(_, symbol)| parsed.symbols.get(symbol).is_some_and(|symbol| !is_title(symbol)))
        .collect();
    out.number(placed.len() as u64);
    for (ordinal, symbol) in placed {
        let symbol = &parsed.symbols[symbol];
        out.number(ordinal as u64);
        out.text(symbol.kind.as_str());
        out.text(&symbol.name);
        out.text(&symbol.scopes.join("."));
        out.number(u64::from(symbol.lines.count()));
        out.number(u64::from(symbol.lines.start));
    }
    out.finish()
}

fn encode_chunk(out: &mut Writer, text: &str, parsed: &ParsedFile, chunk: &Chunk) {
    let body = text.get(chunk.bytes.clone()).unwrap_or_default();
    let (terms, length) = count_terms(body);
    let mut docs = String::new();
    for doc in chunk.symbols.iter().filter_map(|&s| parsed.symbols.get(s)?.doc.as_deref()) {
        docs.push_str(doc);
        docs.push('\n');
    }
    out.number(u64::from(chunk.lines.start));
    out.number(u64::from(chunk.lines.end.saturating_sub(chunk.lines.start)));
    out.number(u64::from(length));
    out.byte(chunk_flags(parsed, chunk));
    out.bytes(&fingerprint(&terms).to_le_bytes());
    out.terms(&terms);
    out.terms(&count_terms(&docs).0);
}

/// The text's terms, ascending by hash, and how many there are with repeats.
fn count_terms(text: &str) -> (TermCounts, u32) {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let mut length = 0_u32;
    words::terms(text, |term| {
        *counts.entry(term_hash(term)).or_default() += 1;
        length = length.saturating_add(1);
    });
    let mut terms: TermCounts =
        counts.into_iter().map(|(hash, count)| (hash, count.min(MAX_FREQUENCY))).collect();
    terms.sort_unstable();
    (terms, length)
}

/// A 64-bit simhash: texts that share most of their terms differ in few bits.
fn fingerprint(terms: &[(u32, u32)]) -> u64 {
    let mut votes = [0_i64; 64];
    for &(hash, count) in terms {
        let bits = mix(u64::from(hash));
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if bits >> bit & 1 == 1 { i64::from(count) } else { -i64::from(count) };
        }
    }
    votes.iter().enumerate().fold(0, |all, (bit, &vote)| all | u64::from(vote > 0) << bit)
}

/// The finaliser of `splitmix64`: every input bit moves half of the output bits.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn chunk_flags(parsed: &ParsedFile, chunk: &Chunk) -> u8 {
    let mut flags = 0;
    let named_test = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "test" || name == "tests" || name.starts_with("test_") || name.ends_with("_test")
    };
    let mut defined = chunk.symbols.iter().filter_map(|&symbol| parsed.symbols.get(symbol));
    let defines_tests = !chunk.symbols.is_empty()
        && defined.all(|s| named_test(&s.name) || s.scopes.iter().any(|scope| named_test(scope)));
    if chunk.scopes.iter().any(|scope| named_test(scope)) || defines_tests {
        flags |= CHUNK_TEST;
    }
    let within = |import: &&Import| chunk.lines.contains(import.line);
    let imports = parsed.imports.iter().filter(within).count() as u32;
    if chunk.symbols.is_empty() && imports * 2 > chunk.lines.count() {
        flags |= CHUNK_IMPORTS;
    }
    flags
}

/// Whether the file's head carries one of the usual remarks of code generators.
fn says_generated(text: &str) -> bool {
    let mut end = text.len().min(GENERATED_WITHIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].to_ascii_lowercase();
    // A marker in pieces, so that this file does not say it of itself.
    let marker = concat!("@", "generated");
    head.contains(marker)
        || head.contains("do not edit")
            && (head.contains("generated") || head.contains("automatically"))
}

/// Reads postings back; whatever the bytes are, the answer is a value or an error.
pub(super) fn decode(bytes: &[u8]) -> Result<FilePostings, LexicalIndexError> {
    let mut input = Reader::new(bytes);
    let version = input.byte()?;
    if version != VERSION && version != WITHOUT_STARTS {
        return Err(LexicalIndexError::Version { found: version, known: VERSION });
    }
    let flags = input.byte()?;
    let count = input.count(13)?;
    let chunks = (0..count).map(|_| decode_chunk(&mut input)).collect::<Result<Vec<_>, _>>()?;
    let count = input.count(5)?;
    let symbols = (0..count)
        .map(|_| decode_symbol(&mut input, version, &chunks))
        .collect::<Result<Vec<_>, _>>()?;
    input.finish()?;
    Ok(FilePostings { flags, chunks, symbols })
}

fn decode_chunk(input: &mut Reader<'_>) -> Result<ChunkPostings, LexicalIndexError> {
    let start = input.number_u32()?;
    let end = start
        .checked_add(input.number_u32()?)
        .ok_or(LexicalIndexError::Corrupt { what: "a chunk's lines" })?;
    Ok(ChunkPostings {
        lines: LineRange { start, end },
        length: input.number_u32()?,
        flags: input.byte()?,
        fingerprint: u64::from_le_bytes(input.array()?),
        terms: input.terms()?,
        doc_terms: input.terms()?,
    })
}

fn decode_symbol(
    input: &mut Reader<'_>,
    version: u8,
    chunks: &[ChunkPostings],
) -> Result<DefinedSymbol, LexicalIndexError> {
    let chunk = input.number_u32()?;
    let of_chunk = chunks
        .get(chunk as usize)
        .ok_or(LexicalIndexError::Corrupt { what: "a symbol's chunk" })?;
    let kind = SymbolKind::parse(input.text()?)
        .ok_or(LexicalIndexError::Corrupt { what: "a symbol's kind" })?;
    let (name, scope) = (input.text()?.to_owned(), input.text()?.to_owned());
    let count = input.number_u32()?;
    let start =
        if version == WITHOUT_STARTS { of_chunk.lines.start } else { input.number_u32()? };
    let end = start
        .checked_add(count.saturating_sub(1))
        .ok_or(LexicalIndexError::Corrupt { what: "a symbol's lines" })?;
    Ok(DefinedSymbol { chunk, kind, name, scope, lines: LineRange { start, end } })
}
