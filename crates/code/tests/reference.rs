//! `docs/languages.md` is generated from the language table; this keeps it so.
//!
//! `SCONCE_UPDATE_DOCS=1 cargo test -p sconce-code --test reference` writes it again.

use std::fmt::Write as _;

use sconce_code::Language;

const UPDATE: &str = "SCONCE_UPDATE_DOCS=1 cargo test -p sconce-code --test reference";

fn words(words: &[&str], prefix: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{prefix}{word}`")).collect();
    words.join(" ")
}

fn row(out: &mut String, language: Language) {
    let files = [words(language.extensions(), "."), words(language.file_names(), "")];
    let files = files.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>();
    let names = [&[language.name()], language.aliases()].concat();
    let (title, names, files) = (language.title(), words(&names, ""), files.join(" "));
    writeln!(out, "| {title} | {names} | {files} |").unwrap();
}

fn reference() -> String {
    let mut out = String::from("# Languages\n\n");
    writeln!(out, "<!-- Generated: {UPDATE} -->\n").unwrap();
    out.push_str(
        "A file's language is told by its whole name, then its extension, then the interpreter of \
         its `#!` line. The first of the names is the one that is stored; all of them can be asked \
         for in a filter, in any case. A file name that ends in `*` also counts with an extension \
         behind it. A `.h` file that says what C cannot (`class`, `namespace`, `template`) is C++.\n",
    );
    let (parsed, text): (Vec<_>, Vec<_>) =
        Language::all().partition(|language| language.has_grammar());
    writeln!(
        out,
        "\n## Parsed\n\nThese {} are cut along their syntax, and have symbols, scopes and imports.\n",
        parsed.len()
    )
    .unwrap();
    let head = "| language | names | files |\n| --- | --- | --- |\n";
    out.push_str(head);
    for language in parsed {
        row(&mut out, language);
    }
    writeln!(
        out,
        "\n## Split as text\n\nThese {} are cut at blank lines, at the indentation that data has, \
         and Markdown before headings. So is any text file of no known language.\n",
        text.len()
    )
    .unwrap();
    out.push_str(head);
    for language in text {
        row(&mut out, language);
    }
    out
}

#[test]
fn the_reference_of_languages_is_that_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/languages.md");
    let reference = reference();
    if std::env::var_os("SCONCE_UPDATE_DOCS").is_some() {
        std::fs::write(path, &reference).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == reference, "docs/languages.md is out of date: run {UPDATE}");
}
