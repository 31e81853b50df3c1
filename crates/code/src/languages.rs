//! The language table. A language is a row here and, where it has a grammar, a query in
//! `queries/`; nothing else in this crate knows languages by name.
//!
//! `docs/languages.md` is generated from this table (see `tests/reference.rs`).

use std::borrow::Cow;

use tree_sitter_language::LanguageFn;

/// A language, as data.
pub(crate) struct Row {
    /// Canonical name, lower case.
    pub(crate) name: &'static str,
    /// Name for people.
    pub(crate) title: &'static str,
    /// Other names, lower case.
    pub(crate) aliases: &'static [&'static str],
    /// Extensions, lower case, without the dot.
    pub(crate) extensions: &'static [&'static str],
    /// Whole file names; a name that ends in `*` is a prefix.
    pub(crate) file_names: &'static [&'static str],
    /// Programs of a `#!` line, without version numbers.
    pub(crate) interpreters: &'static [&'static str],
    /// How it is parsed; `None` for text formats.
    pub(crate) grammar: Option<Grammar>,
}

/// How a language is parsed.
pub(crate) struct Grammar {
    /// The tree-sitter grammar.
    pub(crate) parser: LanguageFn,
    /// The query of `queries/<name>.scm`.
    pub(crate) query: &'static str,
    /// Grammars for some of its extensions: TSX has one of its own.
    pub(crate) dialects: &'static [Dialect],
    /// Neighbouring definitions of one name are clauses of one function.
    pub(crate) clauses: bool,
    /// The text as the grammar may read it, byte for byte in its place.
    pub(crate) readable: fn(&str) -> Cow<'_, str>,
}

/// A grammar for some of a language's extensions, with the same query.
pub(crate) struct Dialect {
    /// The extensions it is for.
    pub(crate) extensions: &'static [&'static str],
    /// Its grammar.
    pub(crate) parser: LanguageFn,
}

fn as_it_is(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

const fn grammar(parser: LanguageFn, query: &'static str) -> Grammar {
    Grammar { parser, query, dialects: &[], clauses: false, readable: as_it_is }
}

/// A text format: no grammar, split at blank lines.
const fn text(
    name: &'static str,
    title: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    file_names: &'static [&'static str],
) -> Row {
    Row { name, title, aliases, extensions, file_names, interpreters: &[], grammar: None }
}

/// Every language: those with a grammar first, by name; then the text formats.
pub(crate) static LANGUAGES: &[Row] = &[
    Row {
        name: "bash",
        title: "Bash",
        aliases: &["sh", "shell", "zsh", "ksh"],
        extensions: &["sh", "bash", "zsh", "ksh", "bats", "ebuild", "eclass"],
        file_names: &[
            ".bashrc",
            ".bash_profile",
            ".bash_aliases",
            ".bash_logout",
            ".profile",
            ".zshrc",
            ".zshenv",
            ".zprofile",
            ".envrc",
            "PKGBUILD",
            "APKBUILD",
        ],
        interpreters: &["sh", "bash", "zsh", "ksh", "dash", "ash"],
        grammar: Some(Grammar {
            readable: crate::shell::without_wide_ranges,
            ..grammar(tree_sitter_bash::LANGUAGE, include_str!("../queries/bash.scm"))
        }),
    },
    Row {
        name: "c",
        title: "C",
        aliases: &[],
        extensions: &["c", "h"],
        file_names: &[],
        interpreters: &["tcc"],
        grammar: Some(grammar(tree_sitter_c::LANGUAGE, include_str!("../queries/c.scm"))),
    },
    Row {
        name: "cpp",
        title: "C++",
        aliases: &["c++", "cc", "cxx", "cplusplus"],
        extensions: &[
            "cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "inl", "tpp", "ixx",
            "cppm", "cu", "cuh", "ino",
        ],
        file_names: &[],
        interpreters: &[],
        grammar: Some(grammar(
            tree_sitter_cpp::LANGUAGE,
            concat!(include_str!("../queries/c.scm"), "\n", include_str!("../queries/cpp.scm")),
        )),
    },
    Row {
        name: "csharp",
        title: "C#",
        aliases: &["c#", "cs"],
        extensions: &["cs", "csx"],
        file_names: &[],
        interpreters: &[],
        grammar: Some(grammar(
            tree_sitter_c_sharp::LANGUAGE,
            include_str!("../queries/csharp.scm"),
        )),
    },
    Row {
        name: "elixir",
        title: "Elixir",
        aliases: &["ex", "exs"],
        extensions: &["ex", "exs"],
        file_names: &[".formatter.exs", "mix.lock"],
        interpreters: &["elixir"],
        grammar: Some(Grammar {
            clauses: true,
            ..grammar(tree_sitter_elixir::LANGUAGE, include_str!("../queries/elixir.scm"))
        }),
    },
    Row {
        name: "go",
        title: "Go",
        aliases: &["golang"],
        extensions: &["go"],
        file_names: &[],
        interpreters: &[],
        grammar: Some(grammar(tree_sitter_go::LANGUAGE, include_str!("../queries/go.scm"))),
    },
    Row {
        name: "haskell",
        title: "Haskell",
        aliases: &["hs"],
        extensions: &["hs", "hsc", "hs-boot"],
        file_names: &[],
        interpreters: &["runhaskell", "runghc"],
        grammar: Some(Grammar {
            clauses: true,
            ..grammar(tree_sitter_haskell::LANGUAGE, include_str!("../queries/haskell.scm"))
        }),
    },
    Row {
        name: "java",
        title: "Java",
        aliases: &[],
        extensions: &["java"],
        file_names: &[],
        interpreters: &[],
        grammar: Some(grammar(tree_sitter_java::LANGUAGE, include_str!("../queries/java.scm"))),
    },
    Row {
        name: "javascript",
        title: "JavaScript",
        aliases: &["js", "jsx", "node", "ecmascript"],
        extensions: &["js", "jsx", "mjs", "cjs", "es6"],
        file_names: &["Jakefile"],
        interpreters: &["node", "nodejs", "bun"],
        grammar: Some(grammar(
            tree_sitter_javascript::LANGUAGE,
            concat!(
                include_str!("../queries/ecmascript.scm"),
                "\n",
                include_str!("../queries/javascript.scm")
            ),
        )),
    },
    Row {
        name: "kotlin",
        title: "Kotlin",
        aliases: &["kt", "kts"],
        extensions: &["kt", "kts"],
        file_names: &[],
        interpreters: &["kotlin"],
        grammar: Some(grammar(
            tree_sitter_kotlin_sg::LANGUAGE,
            include_str!("../queries/kotlin.scm"),
        )),
    },
    Row {
        name: "lua",
        title: "Lua",
        aliases: &["luajit"],
        extensions: &["lua", "rockspec"],
        file_names: &[".luacheckrc"],
        interpreters: &["lua", "luajit"],
        grammar: Some(grammar(tree_sitter_lua::LANGUAGE, include_str!("../queries/lua.scm"))),
    },
    Row {
        name: "php",
        title: "PHP",
        aliases: &[],
        extensions: &["php", "phtml", "php5", "php7", "phpt"],
        file_names: &[],
        interpreters: &["php"],
        grammar: Some(grammar(tree_sitter_php::LANGUAGE_PHP, include_str!("../queries/php.scm"))),
    },
    Row {
        name: "python",
        title: "Python",
        aliases: &["py", "python3", "pyi"],
        extensions: &["py", "pyi", "pyw", "pyx", "pxd"],
        file_names: &["SConstruct", "SConscript", "wscript"],
        interpreters: &["python", "pypy"],
        grammar: Some(grammar(tree_sitter_python::LANGUAGE, include_str!("../queries/python.scm"))),
    },
    Row {
        name: "ruby",
        title: "Ruby",
        aliases: &["rb"],
        extensions: &["rb", "rake", "gemspec", "ru", "podspec", "jbuilder", "rbi"],
        file_names: &[
            "Rakefile",
            "Gemfile",
            "Guardfile",
            "Capfile",
            "Vagrantfile",
            "Podfile",
            "Fastfile",
            "Brewfile",
            "Dangerfile",
            ".irbrc",
            ".pryrc",
        ],
        interpreters: &["ruby", "jruby"],
        grammar: Some(grammar(tree_sitter_ruby::LANGUAGE, include_str!("../queries/ruby.scm"))),
    },
    Row {
        name: "rust",
        title: "Rust",
        aliases: &["rs"],
        extensions: &["rs"],
        file_names: &[],
        interpreters: &["rust-script"],
        grammar: Some(grammar(tree_sitter_rust::LANGUAGE, include_str!("../queries/rust.scm"))),
    },
    Row {
        name: "scala",
        title: "Scala",
        aliases: &["sc", "sbt"],
        extensions: &["scala", "sc", "sbt"],
        file_names: &[],
        interpreters: &["scala", "scala-cli"],
        grammar: Some(grammar(tree_sitter_scala::LANGUAGE, include_str!("../queries/scala.scm"))),
    },
    Row {
        name: "swift",
        title: "Swift",
        aliases: &[],
        extensions: &["swift"],
        file_names: &[],
        interpreters: &["swift"],
        grammar: Some(grammar(tree_sitter_swift::LANGUAGE, include_str!("../queries/swift.scm"))),
    },
    Row {
        name: "typescript",
        title: "TypeScript",
        aliases: &["ts", "tsx"],
        extensions: &["ts", "tsx", "mts", "cts"],
        file_names: &[],
        interpreters: &["deno", "ts-node", "tsx"],
        grammar: Some(Grammar {
            parser: tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
            query: concat!(
                include_str!("../queries/ecmascript.scm"),
                "\n",
                include_str!("../queries/typescript.scm")
            ),
            dialects: &[Dialect {
                extensions: &["tsx"],
                parser: tree_sitter_typescript::LANGUAGE_TSX,
            }],
            clauses: false,
            readable: as_it_is,
        }),
    },
    Row {
        name: "zig",
        title: "Zig",
        aliases: &["zon"],
        extensions: &["zig", "zon"],
        file_names: &[],
        interpreters: &["zig"],
        grammar: Some(grammar(tree_sitter_zig::LANGUAGE, include_str!("../queries/zig.scm"))),
    },
    text("css", "CSS", &[], &["css", "pcss", "postcss"], &[]),
    text("cmake", "CMake", &[], &["cmake"], &["CMakeLists.txt"]),
    text(
        "dockerfile",
        "Dockerfile",
        &["docker", "containerfile"],
        &["dockerfile"],
        &["Dockerfile*", "Containerfile*"],
    ),
    text("dtd", "DTD", &[], &["dtd", "ent"], &[]),
    text("fortran", "Fortran", &[], &["f", "f77", "f90", "f95", "f03", "f08", "for", "ftn"], &[]),
    text("gotmpl", "Go template", &["gotemplate"], &["gotmpl", "tmpl", "gohtml", "tpl"], &[]),
    text("graphql", "GraphQL", &["gql"], &["graphql", "gql", "graphqls"], &[]),
    text(
        "groovy",
        "Groovy",
        &["gradle"],
        &["groovy", "gradle", "gvy", "gy", "gsh"],
        &["Jenkinsfile*"],
    ),
    text("hcl", "HCL", &["terraform", "tf"], &["tf", "hcl", "tfvars", "tofu", "nomad"], &[]),
    text(
        "html",
        "HTML",
        &["htm"],
        &[
            "html", "htm", "xhtml", "vue", "svelte", "astro", "erb", "heex", "eex", "leex", "hbs",
            "ejs", "jinja", "jinja2", "j2", "twig", "liquid",
        ],
        &[],
    ),
    text(
        "ini",
        "INI",
        &["cfg", "properties"],
        &["ini", "cfg", "conf", "properties", "editorconfig"],
        &[".editorconfig", ".gitconfig", ".npmrc", ".flake8", ".pylintrc"],
    ),
    text(
        "json",
        "JSON",
        &["jsonc", "json5"],
        &["json", "jsonc", "json5", "jsonl", "ndjson", "geojson", "webmanifest"],
        &[
            ".prettierrc",
            ".eslintrc",
            ".babelrc",
            ".swcrc",
            "composer.lock",
            "Pipfile.lock",
            "flake.lock",
        ],
    ),
    text(
        "makefile",
        "Makefile",
        &["make", "mk"],
        &["mk", "mak", "make"],
        &["Makefile", "GNUmakefile", "Makefile.am", "Makefile.in", "Justfile", ".justfile"],
    ),
    text(
        "markdown",
        "Markdown",
        &["md", "mdx"],
        &["md", "mdx", "markdown", "mdown", "mkd", "qmd", "rmd"],
        &[],
    ),
    text("nix", "Nix", &[], &["nix"], &[]),
    text("objectivec", "Objective-C", &["objc", "obj-c", "objective-c++"], &["m", "mm"], &[]),
    text("pascal", "Pascal", &["delphi"], &["pas", "pp", "dpr", "lpr", "dfm"], &[]),
    text("perl", "Perl", &[], &["pl", "pm", "t"], &["Makefile.PL"]),
    text("powershell", "PowerShell", &["pwsh", "ps1"], &["ps1", "psm1", "psd1"], &[]),
    text("proto", "Protocol Buffers", &["protobuf"], &["proto"], &[]),
    text("r", "R", &[], &["r"], &[".Rprofile"]),
    text("rst", "reStructuredText", &["restructuredtext"], &["rst"], &[]),
    text("scss", "SCSS", &["sass", "less"], &["scss", "sass", "less", "styl"], &[]),
    text("solidity", "Solidity", &["sol"], &["sol"], &[]),
    text("sql", "SQL", &["psql", "mysql"], &["sql", "psql", "pgsql", "mysql", "ddl", "dml"], &[]),
    text(
        "toml",
        "TOML",
        &[],
        &["toml"],
        &["Cargo.lock", "Pipfile", "poetry.lock", "uv.lock", "Gopkg.lock"],
    ),
    text(
        "xml",
        "XML",
        &[],
        &[
            "xml",
            "xsd",
            "xsl",
            "xslt",
            "svg",
            "plist",
            "csproj",
            "fsproj",
            "vbproj",
            "props",
            "targets",
            "resx",
            "xaml",
            "wsdl",
            "pom",
            "nuspec",
            "storyboard",
            "xib",
        ],
        &[],
    ),
    text(
        "yaml",
        "YAML",
        &["yml"],
        &["yaml", "yml"],
        &[".clang-format", ".clang-tidy", "pubspec.lock"],
    ),
    text(
        "text",
        "Plain text",
        &["txt", "plain", "plaintext"],
        &["txt", "text", "adoc", "asciidoc", "org", "tex"],
        &[
            "README",
            "LICENSE",
            "LICENCE",
            "COPYING",
            "NOTICE",
            "AUTHORS",
            "CHANGELOG",
            "CHANGES",
            "CONTRIBUTING",
            "CODEOWNERS",
            "TODO",
            "VERSION",
            "go.mod",
            "go.sum",
            "go.work",
        ],
    ),
];
