//! The chunks, symbols and imports of a sample in every language, as snapshots.

use std::fmt::Write as _;

use sconce_code::{Chunk, ChunkOptions, Language, ParseStatus, ParsedFile, parse_file};

/// Small, so that samples of a page have several chunks.
const OPTIONS: ChunkOptions = ChunkOptions { max_bytes: 400, min_bytes: 100 };

fn samples() -> Vec<(String, String)> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples");
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut samples: Vec<(String, String)> = entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    samples.sort();
    samples
}

fn parse(name: &str, text: &str) -> ParsedFile {
    parse_file(name, text, Language::detect(name, text), &OPTIONS)
}

fn outline(parsed: &ParsedFile) -> String {
    let mut out = format!("{}\n", parsed.status);
    for import in &parsed.imports {
        let names = import.names.join(", ");
        writeln!(out, "{:>3} import {} ({names})", import.line, import.target).unwrap();
    }
    for Chunk { lines, scopes, symbols, .. } in &parsed.chunks {
        writeln!(out, "\nchunk {}-{} [{}]", lines.start, lines.end, scopes.join(", ")).unwrap();
        for symbol in symbols.iter().map(|index| &parsed.symbols[*index]) {
            let path: Vec<&str> =
                symbol.scopes.iter().chain([&symbol.name]).map(String::as_str).collect();
            let (line, kind, lines) = (symbol.name_line, symbol.kind, symbol.lines);
            let path = path.join(" > ");
            writeln!(out, "{line:>3} {kind} {path} ({}-{})", lines.start, lines.end).unwrap();
            writeln!(out, "      {}", symbol.signature).unwrap();
            if let Some(doc) = &symbol.doc {
                writeln!(out, "      \"{doc}\"").unwrap();
            }
        }
    }
    out
}

#[test]
fn samples_have_the_outlines_of_their_snapshots() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        for (name, text) in samples() {
            insta::assert_snapshot!(name.as_str(), outline(&parse(&name, &text)));
        }
    });
}

#[test]
fn every_language_with_a_grammar_has_a_sample_that_parses_without_an_error() {
    let samples = samples();
    for language in Language::all().filter(|language| language.has_grammar()) {
        let mut of_language = samples
            .iter()
            .filter(|(name, text)| Language::detect(name, text) == Some(language))
            .peekable();
        assert!(of_language.peek().is_some(), "no sample in {language}");
        for (name, text) in of_language {
            let parsed = parse(name, text);
            assert_eq!(parsed.status, ParseStatus::Ok, "{name}");
            assert!(!parsed.symbols.is_empty(), "{name} has no symbols");
        }
    }
}
