//! The chunks, symbols and imports of a sample in every language, as snapshots.

use std::fmt::Write as _;
use std::path::Path;

use sconce_code::{Chunk, ChunkOptions, Language, ParseStatus, ParsedFile, parse_file};

/// Small, so that samples of a page have several chunks.
const OPTIONS: ChunkOptions = ChunkOptions { max_bytes: 400, min_bytes: 100 };

/// What a grammar has no rule for in its sample; what is right around it is used.
const PARTIAL: [&str; 5] =
    ["Jenkinsfile", "sample.ps1", "sample.scss", "sample.sql", "sample.wgsl"];

/// The samples below a directory of `tests`, by their path in it.
fn samples(directory: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(directory);
    let mut samples = Vec::new();
    let mut left = vec![root.clone()];
    while let Some(directory) = left.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                samples.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    samples.sort();
    samples
}

/// The languages that are dialects, each with its files in `tests/dialects`.
const DIALECTS: [&str; 15] = [
    "ansible",
    "argocd",
    "circleci",
    "cloudformation",
    "cloudformation-json",
    "compose",
    "github-actions",
    "gitlab-ci",
    "helm",
    "jenkinsfile",
    "kubernetes",
    "kustomize",
    "openapi",
    "openapi-json",
    "terraform",
];

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
        for (name, text) in samples("samples") {
            insta::assert_snapshot!(name.as_str(), outline(&parse(&name, &text)));
        }
    });
}

#[test]
fn files_of_dialects_have_the_outlines_of_their_snapshots() {
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        snapshot_path => "snapshots/dialects",
    }, {
        for (path, text) in samples("dialects") {
            let language = Language::detect(&path, &text).map_or("", Language::name);
            let outline = format!("{language}: {}", outline(&parse(&path, &text)));
            insta::assert_snapshot!(path.replace('/', "_").as_str(), outline);
        }
    });
}

#[test]
fn every_language_that_has_an_outline_has_a_sample_that_parses_without_an_error() {
    let files = [samples("samples"), samples("dialects")].concat();
    for language in Language::all().filter(|language| language.gives() != ["text"]) {
        let is_of =
            |(name, text): &&(String, String)| Language::detect(name, text) == Some(language);
        let of_language: Vec<_> = files.iter().filter(is_of).collect();
        assert!(!of_language.is_empty(), "no sample in {language}");
        let mut outlined = false;
        for (name, text) in of_language {
            let parsed = parse(name, text);
            if PARTIAL.contains(&name.as_str()) {
                assert_eq!(parsed.status, ParseStatus::Partial, "{name} is no exception any more");
            } else if language.has_grammar() {
                assert_eq!(parsed.status, ParseStatus::Ok, "{name}");
            }
            let scoped = parsed.chunks.iter().any(|chunk| !chunk.scopes.is_empty());
            outlined |= scoped || !parsed.symbols.is_empty();
        }
        assert!(outlined, "{language} has neither symbols nor scopes");
    }
}

#[test]
fn a_dialect_passes_the_filter_of_its_base() {
    for dialect in DIALECTS {
        let language = Language::by_name(dialect).unwrap();
        let bases = ["yaml", "json", "hcl", "groovy"].map(|base| Language::by_name(base).unwrap());
        assert!(
            bases.iter().any(|base| base.with_dialects().any(|one| one == language)),
            "{dialect}"
        );
    }
}
