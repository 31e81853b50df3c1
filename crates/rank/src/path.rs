//! What a file's path says: the words of its stem and directories, and what kind of file it is.

use sconce_code::{DATA_EXTENSIONS, words};

/// Stems that say nothing of their file, which is then called by its directory.
const EMPTY_STEMS: [&str; 5] = ["__init__", "index", "init", "mod", "package"];

/// Directories from the file upwards whose words count.
const DIRECTORIES: usize = 4;

/// A set of what a path can say about a file besides its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathClass(u16);

impl PathClass {
    /// Tests, mocks, fixtures, benchmarks.
    pub const TEST: Self = Self(1);
    /// Examples, samples, demonstrations, tutorials.
    pub const EXAMPLE: Self = Self(1 << 1);
    /// Documentation: directories of it, and prose by its extension. A website's program is code like any other.
    pub const DOCUMENTATION: Self = Self(1 << 2);
    /// Compatibility layers, legacy, deprecated and old versions.
    pub const LEGACY: Self = Self(1 << 3);
    /// Generated code.
    pub const GENERATED: Self = Self(1 << 4);
    /// Others' code that was copied in.
    pub const VENDORED: Self = Self(1 << 5);
    /// Files that mostly re-export: `__init__.py`, `index.ts`, `package-info.java`, where they define nothing that runs.
    pub const REEXPORT: Self = Self(1 << 6);
    /// Declarations without code: `.d.ts`, `.pyi`, headers, files of types and constants alone.
    pub const DECLARATION: Self = Self(1 << 7);
    /// Data and configuration: JSON, YAML, TOML, XML, tables, translations, patches, lock files, changelogs,
    /// licences.
    pub const DATA: Self = Self(1 << 8);

    /// Each class alone.
    pub const ALL: [Self; 9] = [
        Self::TEST,
        Self::EXAMPLE,
        Self::DOCUMENTATION,
        Self::LEGACY,
        Self::GENERATED,
        Self::VENDORED,
        Self::REEXPORT,
        Self::DECLARATION,
        Self::DATA,
    ];

    /// As a number, which [`PathClass::from_bits`] reads.
    pub(crate) fn bits(self) -> u16 {
        self.0
    }

    /// The set of [`PathClass::bits`].
    pub(crate) fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Whether it holds all of `other`.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this one and not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What a file is by its path, relative to its project's root.
    ///
    /// ```
    /// use sconce_rank::PathClass;
    /// assert!(PathClass::of_path("tests/cart.py").contains(PathClass::TEST));
    /// assert!(!PathClass::of_path("league/fixtures/schedule.py").contains(PathClass::TEST));
    /// ```
    pub fn of_path(path: &str) -> Self {
        PathTerms::of(path).class
    }

    /// The class that a word names, in a path or in a query: `tests`, `vendor`, `legacy`.
    pub fn of_word(word: &str) -> Self {
        known(word).map_or(Self::default(), |(class, _)| class)
    }
}

/// Whether a directory's name says its class wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    /// It does.
    Plain,
    /// It also names subjects: samples of audio, fixtures of a league, a site to visit. Such a word is
    /// a class only at the top of a project, or below what says it of all.
    Ambiguous,
}

/// Names of directories that say what kind of files lie in them.
const WORDS: [(PathClass, Sense, &[&str]); 12] = [
    (
        PathClass::TEST,
        Sense::Plain,
        &[
            "test",
            "tests",
            "testdata",
            "testutil",
            "testutils",
            "__tests__",
            "__mocks__",
            "benches",
            "benchmark",
            "benchmarks",
            "e2e",
        ],
    ),
    (
        PathClass::TEST,
        Sense::Ambiguous,
        &["testing", "spec", "specs", "mock", "mocks", "fixture", "fixtures", "bench"],
    ),
    (PathClass::EXAMPLE, Sense::Plain, &["examples", "_examples"]),
    (
        PathClass::EXAMPLE,
        Sense::Ambiguous,
        &[
            "example",
            "sample",
            "samples",
            "demo",
            "demos",
            "tutorial",
            "tutorials",
            "playground",
            "cookbook",
        ],
    ),
    (PathClass::DOCUMENTATION, Sense::Plain, &["docs", "documentation"]),
    (PathClass::DOCUMENTATION, Sense::Ambiguous, &["doc", "readme"]),
    (
        PathClass::LEGACY,
        Sense::Plain,
        &[
            "compat",
            "compatibility",
            "legacy",
            "deprecated",
            "_compat",
            "obsolete",
            "polyfill",
            "polyfills",
            ".history",
        ],
    ),
    (PathClass::LEGACY, Sense::Ambiguous, &["old", "backup", "backups", "tmp"]),
    (
        PathClass::GENERATED,
        Sense::Plain,
        &["generated", "__generated__", "autogen", ".next", ".nuxt", ".svelte-kit", ".output"],
    ),
    (PathClass::GENERATED, Sense::Ambiguous, &["gen", "out"]),
    (
        PathClass::VENDORED,
        Sense::Plain,
        &[
            "vendor",
            "vendored",
            "_vendor",
            "third_party",
            "thirdparty",
            "node_modules",
            "dist",
            "bower_components",
            ".eggs",
        ],
    ),
    (PathClass::VENDORED, Sense::Ambiguous, &["external", "externals", "deps", "pods"]),
];

/// What a word says of the files in a directory of that name.
fn known(word: &str) -> Option<(PathClass, Sense)> {
    let (class, sense, _) = WORDS.iter().find(|(.., words)| words.contains(&word))?;
    Some((*class, *sense))
}

/// Languages whose directories are packages, by their files' extensions.
const PACKAGED: [&str; 7] = ["java", "kt", "kts", "scala", "groovy", "clj", "cljc"];

/// Where packages begin: the top domains that owners of packages have, by far the most of them.
const TOP_DOMAINS: [&str; 16] = [
    "ch", "cn", "com", "de", "dev", "edu", "eu", "fr", "gov", "io", "me", "net", "nl", "org", "ru",
    "uk",
];

/// The number of the first directory that is a name the code chose: one of a package, below a
/// source root (`src/main/java`) or from a top domain on (`com/example`). All directories where
/// there is none.
fn names_from(directories: &[&str], name: &str) -> usize {
    if let Some(at) = source_root(directories) {
        return at;
    }
    let packaged = name.rsplit_once('.').is_some_and(|(_, end)| PACKAGED.contains(&end));
    let domain = |two: &[&str]| TOP_DOMAINS.contains(&two[0]);
    match directories.windows(2).position(domain) {
        Some(at) if packaged => at,
        _ => directories.len(),
    }
}

/// The number of the first directory below `src/SET/LANGUAGE`.
fn source_root(directories: &[&str]) -> Option<usize> {
    const KINDS: [&str; 7] =
        ["java", "kotlin", "scala", "groovy", "clojure", "resources", "webapp"];
    let is_root = |three: &[&str]| three[0] == "src" && KINDS.contains(&three[2]);
    directories.windows(3).position(is_root).map(|at| at + 3)
}

/// What the set of sources says: `src/test/java`, `src/integrationTest/kotlin`.
fn class_of_source_set(directories: &[&str]) -> PathClass {
    let set = source_root(directories).map(|at| split(directories[at - 2]));
    match set {
        Some(words) if words.iter().any(|word| word.starts_with("test") || &**word == "it") => {
            PathClass::TEST
        }
        _ => PathClass::default(),
    }
}

/// The words of a path.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathTerms {
    /// The stem's words (of an empty stem such as `mod` the directory's), lower-cased.
    pub(crate) stem: Vec<Box<str>>,
    /// The directories' words, the nearest directory first.
    pub(crate) directories: Vec<Vec<Box<str>>>,
    /// What kind of file it is.
    pub(crate) class: PathClass,
    /// How many directories lie above it.
    pub(crate) depth: u8,
}

impl PathTerms {
    /// Those of a path relative to its project's root.
    pub(crate) fn of(path: &str) -> Self {
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let name = parts.pop().unwrap_or_default();
        // A package's directories are its name.
        let depth = source_root(&parts).map_or(parts.len(), |at| at - 2).min(255) as u8;
        let class = class_of(&parts, name);
        let stem = stem_of(name);
        let directories: Vec<Vec<Box<str>>> =
            parts.iter().rev().take(DIRECTORIES).map(|directory| split(directory)).collect();
        let mut words = split(stem);
        if EMPTY_STEMS.contains(&stem.to_ascii_lowercase().as_str())
            && let Some(directory) = directories.first()
        {
            words.clone_from(directory);
        }
        words.truncate(32);
        Self { stem: words, directories, class, depth }
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

/// The lower-cased words of a stem or directory, in order.
fn split(name: &str) -> Vec<Box<str>> {
    words::fold(name)
        .split(|c| !words::is_word(c))
        .flat_map(words::split_identifier)
        .map(|word| word.to_lowercase().into_boxed_str())
        .collect()
}

fn class_of(directories: &[&str], name: &str) -> PathClass {
    let mut class = PathClass::default();
    for (at, directory) in directories[..names_from(directories, name)].iter().enumerate() {
        let lower = directory.to_ascii_lowercase();
        let Some((named, sense)) = known(&lower).or_else(|| of_tests(directory)) else { continue };
        if sense == Sense::Plain || is_top(directories, at) || class != PathClass::default() {
            class = class.with(named);
        }
    }
    // What Kotlin's builds write down of a library, to be compared with.
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    if (directories.last(), ending) == (Some(&"api"), Some("api")) {
        class = class.with(PathClass::GENERATED);
    }
    class.with(class_of_name(name)).with(class_of_source_set(directories))
}

/// What the words of a directory of tests say: `Shop.Tests`, `integration-tests`, `e2e-web`, `test_helpers`. What is called
/// `shop-test` may be a library that others test with.
fn of_tests(directory: &str) -> Option<(PathClass, Sense)> {
    const KINDS: [&str; 6] = ["acceptance", "functional", "integration", "smoke", "system", "unit"];
    let words = split(directory);
    let [first, second, ..] = words.as_slice() else { return None };
    let is_kind = KINDS.contains(&&**first) || directory.contains('.');
    let ends = words.last().is_some_and(|last| &**last == "tests" || is_kind && &**last == "test");
    let begins = matches!(&**first, "test" | "tests") && AROUND_TESTS.contains(&&**second);
    // Its words are a letter, a digit and a letter.
    let is_end_to_end = directory
        .to_ascii_lowercase()
        .strip_prefix("e2e")
        .is_some_and(|rest| rest.starts_with(['-', '_', '.']));
    (ends || begins || is_end_to_end).then_some((PathClass::TEST, Sense::Plain))
}

/// Whether the directory stands at the top of the project, or of one of its parts: `packages/x/demo`.
fn is_top(directories: &[&str], at: usize) -> bool {
    const PARTS: [&str; 9] = [
        "apps", "crates", "libs", "modules", "packages", "plugins", "projects", "services", "tools",
    ];
    at == 0 || at == 2 && PARTS.contains(&directories[0])
}

fn class_of_name(name: &str) -> PathClass {
    let mut class = PathClass::default();
    let lower = name.to_ascii_lowercase();
    let stem = stem_of(&lower);
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    let words = split(stem_of(name));
    let ends: Vec<&str> =
        [words.first(), words.last()].into_iter().flatten().map(|word| &**word).collect();
    if is_test(&words, stem_of(name), extension) {
        class = class.with(PathClass::TEST);
    }
    if is_copy(stem) || ends.iter().any(|word| matches!(*word, "compat" | "legacy" | "deprecated"))
    {
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
    let is_about =
        matches!(stem, "changelog" | "changes" | "history" | "license" | "licence" | "copying");
    let is_data = CONFIGURATION.contains(&extension) || DATA_EXTENSIONS.contains(&extension);
    if is_data || is_about || is_of_a_tool(&lower) {
        class = class.with(PathClass::DATA);
    }
    class
}

/// Extensions of configuration: what programs and builds are told, and do not run.
const CONFIGURATION: [&str; 22] = [
    "cfg",
    "conf",
    "csproj",
    "dic",
    "fsproj",
    "ini",
    "json",
    "lock",
    "neon",
    "pbxproj",
    "plist",
    "properties",
    "props",
    "sln",
    "slnx",
    "targets",
    "toml",
    "vbproj",
    "vcxproj",
    "xml",
    "yaml",
    "yml",
];

/// Hidden files that tell a tool about the project, as it is called behind the dot.
const OF_TOOLS: [&str; 24] = [
    "babelrc",
    "browserslistrc",
    "clang-format",
    "clang-tidy",
    "coveragerc",
    "editorconfig",
    "eslintrc",
    "flake8",
    "gitattributes",
    "gitmodules",
    "mailmap",
    "node-version",
    "npmrc",
    "nvmrc",
    "prettierrc",
    "pylintrc",
    "python-version",
    "ruby-version",
    "rubocop_todo",
    "stylelintrc",
    "swift-version",
    "tool-versions",
    "watchmanconfig",
    "yarnrc",
];

/// Whether a lower-case name is that of a file which tells a tool about the project: `.gitignore`, `.editorconfig`,
/// `go.mod`.
fn is_of_a_tool(name: &str) -> bool {
    let hidden = name.strip_prefix('.');
    let of_tool = |name: &str| name.ends_with("ignore") || OF_TOOLS.contains(&name);
    hidden.is_some_and(of_tool) || matches!(name, "codeowners" | "go.mod" | "go.sum" | "go.work")
}

/// Languages whose tests end with `Spec` or `_spec`; in others that is a specification of something else.
const WITH_SPECS: [&str; 19] = [
    "cjs", "coffee", "cr", "groovy", "hs", "js", "jsx", "kt", "kts", "lhs", "lua", "m", "mjs",
    "moon", "php", "purs", "rb", "scala", "swift",
];

/// Languages whose tests do not begin with `test`.
const WITHOUT_TEST_FIRST: [&str; 10] =
    ["astro", "cjs", "cts", "js", "jsx", "mjs", "mts", "svelte", "ts", "tsx"];

/// What the code around tests is called behind their word: `testUtils.ts`, `cart.test-support.ts`, `spec_helper.rb`.
const AROUND_TESTS: [&str; 13] = [
    "cases", "data", "fixture", "fixtures", "harness", "helper", "helpers", "mock", "mocks",
    "setup", "support", "util", "utils",
];

/// Whether a file's name is that of a test: `test_x`, `x_test`, `XTests`, `x.spec.ts`. A word in the middle
/// (`latest test case`) says nothing, nor does one at the beginning of what is called after something else
/// (`specStore.ts`, `test-run.ts`).
fn is_test(words: &[Box<str>], stem: &str, extension: &str) -> bool {
    let words: Vec<&str> = words.iter().map(|word| &**word).collect();
    let ([first, second, ..], [.., last_but_one, last]) = (words.as_slice(), words.as_slice())
    else {
        return matches!(stem, "conftest" | "tests");
    };
    let is_around = AROUND_TESTS.contains(second);
    let begins = match *first {
        "test" | "tests" => is_around || !WITHOUT_TEST_FIRST.contains(&extension),
        "spec" | "specs" => is_around,
        _ => false,
    };
    let is_of_typescript = matches!(extension, "ts" | "tsx" | "mts" | "cts");
    let separators: &[char] = if is_of_typescript { &['.', '-', '_'] } else { &['.'] };
    let before_last = stem.get(..stem.len().saturating_sub(last.len())).unwrap_or_default();
    let ends = match *last {
        "test" | "tests" => true,
        "spec" | "specs" => WITH_SPECS.contains(&extension) || before_last.ends_with(separators),
        _ => matches!(*last_but_one, "test" | "tests") && AROUND_TESTS.contains(last),
    };
    begins || ends
}

/// Whether a stem is that of a copy beside the file itself: what file managers and downloads make (`billing (copy)`,
/// `billing (2)`), what synchronisation leaves (`billing (conflicted copy 2024-01-01)`), and what a merge does
/// (`billing_LOCAL_1234`).
fn is_copy(stem: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let in_brackets = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let of_merge = stem.rsplit_once('_').filter(|(_, number)| is_number(number));
    let sides = ["_base", "_local", "_remote", "_backup"];
    stem.ends_with(" copy")
        || ["copy of ", "a copy of "].iter().any(|begin| stem.starts_with(begin))
        || in_brackets.is_some_and(|(_, what)| is_number(what) || what.contains("copy"))
        || of_merge.is_some_and(|(rest, _)| sides.iter().any(|side| rest.ends_with(side)))
}
