//! What must hold for any text in any language: chunks cover it, never overlap, never split a
//! character; lines are right; nothing panics.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use sconce_code::{ChunkOptions, Language, ParsedFile, parse_file, words};

/// Every sample, with the language it is in.
fn samples() -> Vec<(Language, String, String)> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples");
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut samples: Vec<_> = entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (Language::detect(&name, &text).unwrap(), name, text)
        })
        .collect();
    samples.sort_by(|a, b| a.1.cmp(&b.1));
    samples
}

fn check(text: &str, parsed: &ParsedFile, options: &ChunkOptions) {
    let newlines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line_of = |byte: usize| 1 + newlines.iter().take_while(|at| **at < byte).count() as u32;
    let mut end = 0;
    let mut owners = vec![0; parsed.symbols.len()];
    for chunk in &parsed.chunks {
        assert_eq!(chunk.bytes.start, end, "a gap or an overlap");
        end = chunk.bytes.end;
        let content = text.get(chunk.bytes.clone()).expect("a chunk splits a character");
        assert!(!content.is_empty(), "an empty chunk");
        let one_char = content.chars().nth(1).is_none();
        assert!(content.len() <= options.max_bytes || one_char, "{} bytes", content.len());
        assert_eq!(chunk.lines.start, line_of(chunk.bytes.start));
        assert_eq!(chunk.lines.end, line_of(chunk.bytes.end - 1));
        for symbol in &chunk.symbols {
            owners[*symbol] += 1;
            let name_line = parsed.symbols[*symbol].name_line;
            assert!((chunk.lines.start..=chunk.lines.end).contains(&name_line));
        }
    }
    assert_eq!(end, text.len(), "the end is in no chunk");
    assert!(owners.iter().all(|owners| *owners == 1), "a symbol not in exactly one chunk");
    let mut start = 0;
    for symbol in &parsed.symbols {
        assert!(text.get(symbol.bytes.clone()).is_some_and(|text| !text.is_empty()));
        assert_eq!(symbol.lines.start, line_of(symbol.bytes.start));
        assert_eq!(symbol.lines.end, line_of(symbol.bytes.end - 1));
        assert!((symbol.lines.start..=symbol.lines.end).contains(&symbol.name_line));
        assert!(!symbol.name.is_empty() && symbol.signature.chars().count() <= 200);
        assert!(!symbol.signature.contains('\n'));
        assert!(symbol.doc.as_ref().is_none_or(|doc| doc.chars().count() <= 300));
        assert!(symbol.name_line >= start, "symbols are out of order");
        start = symbol.lines.start;
    }
}

fn parse_and_check(language: Option<Language>, path: &str, text: &str, options: &ChunkOptions) {
    check(text, &parse_file(path, text, language, options), options);
}

fn any_options() -> impl Strategy<Value = ChunkOptions> {
    (0_usize..600, 0_usize..300)
        .prop_map(|(max_bytes, min_bytes)| ChunkOptions { max_bytes, min_bytes })
}

fn any_language() -> impl Strategy<Value = Option<Language>> {
    prop_oneof![Just(None), select(Language::all().collect::<Vec<_>>()).prop_map(Some)]
}

/// Text of brackets, keywords, newlines of all kinds, and characters of all sizes.
fn code_like() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        8 => select(vec![
            "{", "}", "(", ")", "[", "]", "\n", "\r\n", "\t", " ", "\"", "'", "`", "#", "//", "/*",
            "*/", "--", ";", ",", ":", "=", "=>", "->", "@", "<", ">", "\\", "\0", "\u{feff}", "$",
            "fn ", "def ", "class ", "end", "function ", "do ", "if ", "struct ", "impl ", "module ",
            "use ", "import ", "local ", "type ", "enum ", "where ", "val ", "pub ", "<?php ",
            "name", "Foo::bar", "ä", "語", "🕯", "e\u{301}", "\u{2028}", "\u{85}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(token, 0..200).prop_map(|tokens| tokens.concat())
}

/// Razor's grammar reads what it does not know byte by byte, and has a node begin within U+0085.
#[test]
fn a_node_that_begins_within_a_character() {
    let text = "\u{85}module <?php \t{\0{{Foo::bar{(\u{feff}\r\nimpl struct {def //struct struct fn \
                function {{{Foo::barmodule {{{function 語{{{def //function --\t{\t\t{class \
                \tfunction {{\t{\u{1}{{--{fn struct {{🕯\r\nfn {struct {{def {\u{feff}{//struct \
                {{class \u{feff}def \u{85}𐀀fn fn {";
    let razor = Language::all().find(|language| language.name() == "razor");
    parse_and_check(razor, "file", text, &ChunkOptions { max_bytes: 0, min_bytes: 0 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_in_any_language(
        language in any_language(),
        text in prop_oneof![code_like(), any::<String>()],
        options in any_options(),
    ) {
        parse_and_check(language, "file", &text, &options);
    }

    #[test]
    fn damaged_samples(
        (language, name, text) in select(samples()),
        cut in any::<(Index, Index)>(),
        inserted in (any::<Index>(), code_like()),
        crlf in any::<bool>(),
        options in any_options(),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        let (a, b) = (cut.0.index(chars.len()), cut.1.index(chars.len()));
        // Some are cut off, some lose their middle.
        if a < b { chars.drain(a..b); } else { chars.truncate(a); }
        let at = if chars.is_empty() { 0 } else { inserted.0.index(chars.len()) };
        chars.splice(at..at, inserted.1.chars());
        let mut text: String = chars.into_iter().collect();
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        parse_and_check(Some(language), &name, &text, &options);
    }

    #[test]
    fn words_of_any_text(text in prop_oneof![code_like(), any::<String>()]) {
        words::terms(&text, |term| {
            assert!((1..=64).contains(&term.chars().count()), "{term:?}");
            assert!(!term.contains(char::is_whitespace), "{term:?}");
        });
        for word in text.split_whitespace() {
            assert!(words::split_identifier(word).iter().all(|part| !part.is_empty()));
        }
    }
}

#[test]
fn samples_with_windows_line_ends_and_a_byte_order_mark_have_the_same_symbols() {
    for (language, name, text) in samples() {
        let names = |text: &str| {
            let parsed = parse_file(&name, text, Some(language), &ChunkOptions::default());
            check(text, &parsed, &ChunkOptions::default());
            let symbols = parsed.symbols.into_iter();
            symbols.map(|symbol| (symbol.name_line, symbol.kind, symbol.name)).collect::<Vec<_>>()
        };
        let plain = names(&text);
        assert_eq!(plain, names(&text.replace('\n', "\r\n")), "{name} with \\r\\n");
        assert_eq!(plain, names(&format!("\u{feff}{text}")), "{name} with a byte order mark");
        assert_eq!(plain, names(text.trim_end()), "{name} without a last newline");
    }
}

#[test]
fn deep_nesting_ends_in_chunks() {
    let options = ChunkOptions::default();
    let nested = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let texts = [nested("(", ")"), nested("{", "}"), nested("[", "]"), "f(".repeat(100_000)];
    let indented = |line: &str| (0..450).map(|depth| " ".repeat(depth) + line).collect::<String>();
    let blocks = ["if a:\n", "if a {\n", "if a then\n", "x = y ? z :\n"].map(indented);
    for text in texts.into_iter().chain(blocks) {
        for language in Language::all().filter(|language| language.has_grammar()) {
            parse_and_check(Some(language), "file", &text, &options);
        }
    }
}

#[test]
fn a_character_of_any_width_may_stand_anywhere_in_a_small_text() {
    let wide = ['\u{ff}', '\u{100}', '語', '\u{ffff}', '🕯', '\u{10ffff}'];
    let around =
        ["{", "{1", "{1..", "{1..2", "$", "${", "[", "(", "<", "'", "\"", "`", "#", "@", "\\"];
    for language in Language::all().filter(|language| language.has_grammar()) {
        for (before, wide) in around.iter().flat_map(|around| wide.map(|wide| (around, wide))) {
            let text = format!("a {before}{wide}}}\nb={before}{wide}{wide} c\n");
            parse_and_check(Some(language), "file", &text, &ChunkOptions::default());
        }
    }
}

#[test]
fn minified_code_is_cut_at_the_budget() {
    let options = ChunkOptions::default();
    let text = "function a(b){return b+1};".repeat(20_000);
    let javascript = Language::by_name("javascript");
    let parsed = parse_file("min.js", &text, javascript, &options);
    check(&text, &parsed, &options);
    assert!(parsed.chunks.len() < 2 * text.len() / options.max_bytes, "{}", parsed.chunks.len());
    parse_and_check(None, "data", &"0123456789".repeat(100_000), &options);
}

#[test]
fn an_empty_text_has_no_chunks() {
    for language in Language::all() {
        let parsed = parse_file("file", "", Some(language), &ChunkOptions::default());
        assert!(parsed.chunks.is_empty() && parsed.symbols.is_empty());
    }
}
