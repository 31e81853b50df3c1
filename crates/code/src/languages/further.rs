//! The languages of programs that fewer repositories hold.

use super::row::{Class, Dialect, Grammar, Parser, Row, as_it_is, grammar, of_parser, parsed};

pub(super) static ROWS: &[Row] = &[
    parsed(
        Class::Code,
        "ada",
        "Ada",
        &[],
        &["adb", "ads", "ada", "gpr"],
        grammar(tree_sitter_ada::LANGUAGE, include_str!("../../queries/ada.scm")),
    ),
    parsed(
        Class::Code,
        "clojure",
        "Clojure",
        &["clj", "cljs", "clojurescript", "edn"],
        &["clj", "cljs", "cljc", "edn", "bb"],
        grammar(tree_sitter_clojure_orchard::LANGUAGE, include_str!("../../queries/clojure.scm")),
    ),
    parsed(
        Class::Code,
        "dart",
        "Dart",
        &["flutter"],
        &["dart"],
        grammar(tree_sitter_dart::LANGUAGE, include_str!("../../queries/dart.scm")),
    ),
    parsed(
        Class::Code,
        "elm",
        "Elm",
        &[],
        &["elm"],
        grammar(tree_sitter_elm::LANGUAGE, include_str!("../../queries/elm.scm")),
    ),
    Row {
        file_names: &["rebar.config"],
        interpreters: &["escript"],
        ..parsed(
            Class::Code,
            "erlang",
            "Erlang",
            &["erl"],
            &["erl", "hrl", "escript"],
            Grammar {
                clauses: true,
                ..grammar(tree_sitter_erlang::LANGUAGE, include_str!("../../queries/erlang.scm"))
            },
        )
    },
    Row {
        interpreters: &["fish"],
        ..parsed(
            Class::Code,
            "fish",
            "Fish",
            &[],
            &["fish"],
            of_parser(
                Parser::Made(tree_sitter_fish::language),
                include_str!("../../queries/fish.scm"),
            ),
        )
    },
    parsed(
        Class::Code,
        "gleam",
        "Gleam",
        &[],
        &["gleam"],
        grammar(tree_sitter_gleam::LANGUAGE, include_str!("../../queries/gleam.scm")),
    ),
    parsed(
        Class::Code,
        "nix",
        "Nix",
        &[],
        &["nix"],
        grammar(tree_sitter_nix::LANGUAGE, include_str!("../../queries/nix.scm")),
    ),
    parsed(
        Class::Code,
        "objectivec",
        "Objective-C",
        &["objc", "obj-c", "objective-c++"],
        &["m", "mm"],
        Grammar {
            readable: crate::readable::without_macros,
            dialects: &[Dialect {
                extensions: &["mm", "h"],
                parser: Parser::Static(tree_sitter_objc::LANGUAGE),
                readable: crate::readable::without_cpp,
            }],
            ..grammar(tree_sitter_objc::LANGUAGE, include_str!("../../queries/objectivec.scm"))
        },
    ),
    Row {
        interpreters: &["ocaml"],
        ..parsed(
            Class::Code,
            "ocaml",
            "OCaml",
            &["ml", "reasonml"],
            &["ml", "mli"],
            Grammar {
                dialects: &[Dialect {
                    extensions: &["mli"],
                    parser: Parser::Static(tree_sitter_ocaml::LANGUAGE_OCAML_INTERFACE),
                    readable: as_it_is,
                }],
                ..grammar(
                    tree_sitter_ocaml::LANGUAGE_OCAML,
                    include_str!("../../queries/ocaml.scm"),
                )
            },
        )
    },
    parsed(
        Class::Code,
        "pascal",
        "Pascal",
        &["delphi"],
        &["pas", "pp", "dpr", "lpr"],
        grammar(tree_sitter_pascal::LANGUAGE, include_str!("../../queries/pascal.scm")),
    ),
    Row {
        interpreters: &["pwsh"],
        ..parsed(
            Class::Code,
            "powershell",
            "PowerShell",
            &["pwsh", "ps1"],
            &["ps1", "psm1", "psd1"],
            Grammar {
                readable: crate::readable::without_configurations,
                ..grammar(
                    tree_sitter_powershell::LANGUAGE,
                    include_str!("../../queries/powershell.scm"),
                )
            },
        )
    },
    Row {
        file_names: &[".Rprofile"],
        interpreters: &["Rscript"],
        ..parsed(
            Class::Code,
            "r",
            "R",
            &["rlang"],
            &["r"],
            grammar(tree_sitter_r::LANGUAGE, include_str!("../../queries/r.scm")),
        )
    },
    parsed(
        Class::Code,
        "solidity",
        "Solidity",
        &["sol"],
        &["sol"],
        grammar(tree_sitter_solidity::LANGUAGE, include_str!("../../queries/solidity.scm")),
    ),
    Row {
        file_names: &["BUILD", "BUILD.bazel", "WORKSPACE", "MODULE.bazel", "Tiltfile", "BUCK"],
        ..parsed(
            Class::Code,
            "starlark",
            "Starlark",
            &["bazel", "bzl"],
            &["bzl", "star", "bazel", "sky"],
            grammar(tree_sitter_starlark::LANGUAGE, include_str!("../../queries/starlark.scm")),
        )
    },
];
