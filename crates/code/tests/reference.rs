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
    let gives = language.gives().join(", ");
    let also = words(language.passes(), "");
    if language.has_grammar() {
        writeln!(out, "| {title} | {names} | {files} | {gives} | {also} |").unwrap();
    } else if language.gives() == ["text"] {
        writeln!(out, "| {title} | {names} | {files} |").unwrap();
    } else {
        writeln!(out, "| {title} | {names} | {files} | {gives} |").unwrap();
    }
}

/// What `docs/languages.md` says before its tables.
const INTRODUCTION: &str = "A file's language is told by its whole name, then its extension, then the interpreter of \
    its `#!` line. The first of the names is the one that is stored; all of them can be asked for in a filter, in any \
    case. A file name that ends in `*` also counts with an extension behind it. A `.h` file that says what C cannot \
    (`class`, `namespace`, `template`) is C++, and a YAML file may be a dialect's: by its path (`.github/workflows`, \
    `compose.yaml`) or its first keys (`apiVersion` and `kind`). OpenAPI and CloudFormation are told in JSON, too. \
    Other extensions belong to several languages (`.m`, `.cls`, `.v`, `.pl`, `.pp`, `.fs`, `.ts`, `.d`, `.cl`): a file that says \
    what only another one can is in that one, or text.\n";

/// What is said of those without a grammar that have an outline.
const BY_LINES: &str = "have no grammar here: there is none that is kept, it stumbles over what real files hold \
    (Assembly, Groovy, Visual Basic), or its tables are large for what they would add (F#, Verilog, Fortran, Julia and LaTeX \
    have 7 MB and more each). A definition is told by the line that it begins with, and ends by a keyword, by its indentation, \
    where the next section begins, or in a Lisp with its bracket.";

/// What is said of the parsed ones.
const PARSED: &str = "are cut along their syntax. A filter for one finds what it passes for too: `yaml` finds the \
    files of each dialect, and `typescript` Vue's components. Scripts and styles in pages and components, the fences \
    of Markdown and the pages around PHP are parsed in their own language; code in Markdown is an example and no \
    symbol. Of JSON, YAML and XML the keys are scopes and no symbols. Templates (`{{ … }}`, `{% … %}`) in YAML are \
    masked where they stand.";

fn reference() -> String {
    let mut out = String::from("# Languages\n\n");
    writeln!(out, "<!-- Generated: {UPDATE} -->\n").unwrap();
    out.push_str(INTRODUCTION);
    let (parsed, text): (Vec<_>, Vec<_>) =
        Language::all().partition(|language| language.has_grammar());
    writeln!(out, "\n## Parsed\n\nThese {} {PARSED}\n", parsed.len()).unwrap();
    out.push_str(
        "| language | names | files | gives | passes for |\n| --- | --- | --- | --- | --- |\n",
    );
    for language in parsed {
        row(&mut out, language);
    }
    let (lined, text): (Vec<_>, Vec<_>) =
        text.into_iter().partition(|language| language.gives() != ["text"]);
    writeln!(out, "\n## By their lines\n\nThese {} {BY_LINES}\n", lined.len()).unwrap();
    out.push_str("| language | names | files | gives |\n| --- | --- | --- | --- |\n");
    for language in lined {
        row(&mut out, language);
    }
    let note = "are cut at blank lines and at the indentation that data has. So is any text file of no known language.";
    writeln!(out, "\n## Split as text\n\nThese {} {note}\n", text.len()).unwrap();
    out.push_str("| language | names | files |\n| --- | --- | --- |\n");
    for language in text {
        row(&mut out, language);
    }
    out.push_str(YOUR_OWN);
    out
}

/// What `docs/languages.md` says of `languages.toml`.
const YOUR_OWN: &str = "
## Your own

`languages.toml`, beside your `sconce.toml`, adds languages for all that you index; one at a project's root adds some for
that project's files alone, and comes first there. A language that is wrong is named with its line, and the others hold.

```toml
[[language]]
name = \"tasks\"           # in filters; lower case
extensions = [\"tsk\"]     # these come before the ones above
base = \"python\"          # whose grammar reads it; without one it is text
query = '''
(call function: (identifier) @_task arguments: (argument_list . (string) @name)
  (#eq? @_task \"task\")) @definition.job
'''
```

`aliases` and `file_names` are lists too. A filter knows the language by its names and its extensions, and `sconce languages`
lists it in the directory where it holds. The query comes before the base's; `crates/code/queries/README.md` has its
captures. After a change of your file, `sconce index --rebuild` reads the files again; after one of a project's, its next
index job reads again what that concerns.

A project's file is read as what a stranger wrote. It may add 16 languages, whose names are none of those above and none of
yours, and whose base is one of those above; two projects may give one name to different languages. Its queries are compiled
and run in processes with limits alone, and not at all where there are none: one that takes too long or too much memory is
refused, or its files are read without it. A filter knows these names as long as an index has them. A `languages.toml` in
which no language has `extensions`, `file_names`, `base` or `query` is another tool's (Helix's), and is let alone.
";

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
