//! What a file's path says: the words of its stem and folders, and what kind of file it is.

use sconce_code::words;

use super::postings::TermMap;
use super::term_hash;

/// Stems that say nothing of their file, which is then called by its folder.
const EMPTY_STEMS: [&str; 5] = ["__init__", "index", "init", "mod", "package"];

/// Folders from the file upwards whose words count.
const FOLDERS: usize = 4;

/// A set of what a path can say about a file besides its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathClass(u16);

impl PathClass {
    /// Tests, mocks, fixtures, benchmarks.
    pub const TEST: PathClass = PathClass(1);
    /// Examples, samples, demonstrations, tutorials.
    pub const EXAMPLE: PathClass = PathClass(1 << 1);
    /// Documentation: folders of it, and prose by its extension.
    pub const DOCUMENTATION: PathClass = PathClass(1 << 2);
    /// Compatibility layers, legacy, deprecated and old versions.
    pub const LEGACY: PathClass = PathClass(1 << 3);
    /// Generated code.
    pub const GENERATED: PathClass = PathClass(1 << 4);
    /// Others' code that was copied in.
    pub const VENDORED: PathClass = PathClass(1 << 5);
    /// Files that mostly re-export: `__init__.py`, `index.ts`, `package-info.java`.
    pub const REEXPORT: PathClass = PathClass(1 << 6);
    /// Declarations without code: `.d.ts`, `.pyi`, headers, files of types and constants alone.
    pub const DECLARATION: PathClass = PathClass(1 << 7);
    /// Data and configuration: JSON, YAML, TOML, XML, lock files, changelogs, licences.
    pub const DATA: PathClass = PathClass(1 << 8);

    /// Each class alone.
    pub const ALL: [PathClass; 9] = [
        PathClass::TEST,
        PathClass::EXAMPLE,
        PathClass::DOCUMENTATION,
        PathClass::LEGACY,
        PathClass::GENERATED,
        PathClass::VENDORED,
        PathClass::REEXPORT,
        PathClass::DECLARATION,
        PathClass::DATA,
    ];

    /// Whether it holds all of `other`.
    pub fn contains(self, other: PathClass) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: PathClass) -> PathClass {
        PathClass(self.0 | other.0)
    }

    /// What is in this one and not in `other`.
    #[must_use]
    pub fn without(self, other: PathClass) -> PathClass {
        PathClass(self.0 & !other.0)
    }

    /// The class that a word names, in a path or in a query: `tests`, `vendor`, `legacy`.
    pub fn of_word(word: &str) -> PathClass {
        match word {
            "test" | "tests" | "testing" | "testdata" | "testutil" | "testutils" | "spec"
            | "specs" | "__tests__" | "__mocks__" | "mock" | "mocks" | "fixture" | "fixtures"
            | "bench" | "benches" | "benchmark" | "benchmarks" | "e2e" => PathClass::TEST,
            "example" | "examples" | "_examples" | "sample" | "samples" | "demo" | "demos"
            | "tutorial" | "tutorials" | "playground" | "cookbook" => PathClass::EXAMPLE,
            "doc" | "docs" | "documentation" | "website" | "readme" | "site" => {
                PathClass::DOCUMENTATION
            }
            "compat" | "compatibility" | "legacy" | "deprecated" | "_compat" | "obsolete"
            | "old" | "polyfill" | "polyfills" => PathClass::LEGACY,
            "generated" | "gen" | "__generated__" | "autogen" => PathClass::GENERATED,
            "vendor" | "vendored" | "_vendor" | "third_party" | "thirdparty" | "node_modules"
            | "external" | "externals" | "deps" | "dist" => PathClass::VENDORED,
            _ => PathClass::default(),
        }
    }
}

/// The words of a path.
#[derive(Debug, Clone, Default)]
pub struct PathTerms {
    /// The stem's words (of an empty stem such as `mod` the folder's), lower-cased.
    pub stem: Vec<Box<str>>,
    /// The folders' words, the nearest folder first.
    pub folders: Vec<Vec<Box<str>>>,
    /// What kind of file it is.
    pub class: PathClass,
    /// How many folders lie above it.
    pub depth: u8,
}

impl PathTerms {
    /// Those of a path relative to its code base's root.
    pub fn of(path: &str) -> PathTerms {
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let name = parts.pop().unwrap_or_default();
        let depth = parts.len().min(255) as u8;
        let class = class_of(&parts, name);
        let stem = stem_of(name);
        let folders: Vec<Vec<Box<str>>> =
            parts.iter().rev().take(FOLDERS).map(|folder| split(folder)).collect();
        let mut words = split(stem);
        if EMPTY_STEMS.contains(&stem.to_ascii_lowercase().as_str())
            && let Some(folder) = folders.first()
        {
            words.clone_from(folder);
        }
        words.truncate(32);
        PathTerms { stem: words, folders, class, depth }
    }
}

/// A file name without its last extension, and without the leading dot of a hidden one.
fn stem_of(name: &str) -> &str {
    let name = name.trim_start_matches('.');
    let name = name.strip_suffix(".d.ts").unwrap_or(name);
    match name.rfind('.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}

/// The lower-cased words of a stem or folder, in order.
fn split(name: &str) -> Vec<Box<str>> {
    name.split(|c: char| !c.is_alphanumeric() && c != '_')
        .flat_map(words::split_identifier)
        .map(|word| word.to_lowercase().into_boxed_str())
        .collect()
}

fn class_of(folders: &[&str], name: &str) -> PathClass {
    let mut class = PathClass::default();
    for folder in folders {
        class = class.with(PathClass::of_word(&folder.to_ascii_lowercase()));
    }
    let lower = name.to_ascii_lowercase();
    let stem = stem_of(&lower);
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    let words = split(stem_of(name));
    let ends: Vec<&str> =
        [words.first(), words.last()].into_iter().flatten().map(|word| &**word).collect();
    // `test_x`, `x_test`, `XTests`, `x.spec.ts`; a middle word (`latest test case`) says nothing.
    if words.len() > 1
        && ends.iter().any(|word| matches!(*word, "test" | "tests" | "spec" | "specs"))
        || matches!(stem, "conftest")
    {
        class = class.with(PathClass::TEST);
    }
    if ends.iter().any(|word| matches!(*word, "compat" | "legacy" | "deprecated")) {
        class = class.with(PathClass::LEGACY);
    }
    if ends.last().is_some_and(|word| *word == "generated" || *word == "pb")
        || lower.contains(".g.")
        || lower.contains(".min.")
        || stem.ends_with("_pb2")
    {
        class = class.with(PathClass::GENERATED);
    }
    if matches!(stem, "__init__" | "index" | "package-info") {
        class = class.with(PathClass::REEXPORT);
    }
    if lower.ends_with(".d.ts") || extension == "pyi" {
        class = class.with(PathClass::DECLARATION);
    }
    if matches!(extension, "md" | "mdx" | "rst" | "txt" | "adoc" | "org" | "html" | "htm") {
        class = class.with(PathClass::DOCUMENTATION);
    }
    if matches!(
        extension,
        "json" | "yaml" | "yml" | "toml" | "xml" | "lock" | "csv" | "svg" | "ini" | "cfg" | "conf"
    ) || matches!(stem, "changelog" | "changes" | "history" | "license" | "licence" | "copying")
    {
        class = class.with(PathClass::DATA);
    }
    class
}

/// Where in a path a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathPlace {
    /// The stem's word with this number.
    Stem(u8),
    /// The stem as a whole, its words joined.
    WholeStem,
    /// The nearest folder.
    Parent,
    /// A folder further up.
    Ancestor,
}

/// The files by the words of their paths.
#[derive(Debug, Default)]
pub(super) struct PathIndex(TermMap<Vec<(u32, PathPlace)>>);

impl PathIndex {
    pub(super) fn add(&mut self, slot: u32, terms: &PathTerms) {
        for (place, word) in (0..).zip(&terms.stem) {
            self.push(word, slot, PathPlace::Stem(place));
        }
        if terms.stem.len() > 1 {
            self.push(&terms.stem.concat(), slot, PathPlace::WholeStem);
        }
        for (distance, folder) in terms.folders.iter().enumerate() {
            let place = if distance == 0 { PathPlace::Parent } else { PathPlace::Ancestor };
            for word in folder {
                self.push(word, slot, place);
            }
            if folder.len() > 1 {
                self.push(&folder.concat(), slot, place);
            }
        }
    }

    fn push(&mut self, word: &str, slot: u32, place: PathPlace) {
        self.0.entry(term_hash(word)).or_default().push((slot, place));
    }

    /// The places of a word, those of removed files among them.
    pub(super) fn of(&self, term: u32) -> &[(u32, PathPlace)] {
        self.0.get(&term).map_or(&[], Vec::as_slice)
    }
}
