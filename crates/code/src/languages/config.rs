//! Configuration, data, and how things are built.

use super::row::{Class, Grammar, Row, grammar, parsed};

pub(super) static ROWS: &[Row] = &[
    parsed(
        Class::Data,
        "bicep",
        "Bicep",
        &[],
        &["bicep", "bicepparam"],
        Grammar {
            readable: crate::readable::without_null,
            ..grammar(tree_sitter_bicep::LANGUAGE, include_str!("../../queries/bicep.scm"))
        },
    ),
    Row {
        file_names: &["CMakeLists.txt"],
        ..parsed(
            Class::Data,
            "cmake",
            "CMake",
            &[],
            &["cmake"],
            grammar(tree_sitter_cmake::LANGUAGE, include_str!("../../queries/cmake.scm")),
        )
    },
    Row {
        file_names: &["Dockerfile*", "Containerfile*"],
        ..parsed(
            Class::Data,
            "dockerfile",
            "Dockerfile",
            &["docker", "containerfile"],
            &["dockerfile"],
            grammar(
                tree_sitter_containerfile::LANGUAGE,
                include_str!("../../queries/dockerfile.scm"),
            ),
        )
    },
    parsed(
        Class::Data,
        "hcl",
        "HCL",
        &[],
        &["hcl", "nomad"],
        grammar(tree_sitter_hcl::LANGUAGE, include_str!("../../queries/hcl.scm")),
    ),
    Row {
        file_names: &[
            ".prettierrc",
            ".eslintrc",
            ".babelrc",
            ".swcrc",
            "composer.lock",
            "Pipfile.lock",
            "flake.lock",
        ],
        ..parsed(
            Class::Data,
            "json",
            "JSON",
            &["jsonc", "json5"],
            &["json", "jsonc", "json5", "jsonl", "ndjson", "geojson", "webmanifest"],
            grammar(tree_sitter_json::LANGUAGE, include_str!("../../queries/json.scm")),
        )
    },
    Row {
        file_names: &["Makefile", "GNUmakefile", "Makefile.am", "Makefile.in"],
        ..parsed(
            Class::Data,
            "makefile",
            "Makefile",
            &["make", "mk"],
            &["mk", "mak", "make"],
            Grammar {
                readable: crate::readable::without_conditions,
                ..grammar(tree_sitter_make::LANGUAGE, include_str!("../../queries/make.scm"))
            },
        )
    },
    Row {
        file_names: &["Cargo.lock", "Pipfile", "poetry.lock", "uv.lock", "Gopkg.lock"],
        ..parsed(
            Class::Data,
            "toml",
            "TOML",
            &[],
            &["toml"],
            grammar(tree_sitter_toml_ng::LANGUAGE, include_str!("../../queries/toml.scm")),
        )
    },
    Row {
        file_names: &[".clang-format", ".clang-tidy", "pubspec.lock"],
        ..parsed(
            Class::Data,
            "yaml",
            "YAML",
            &["yml"],
            &["yaml", "yml"],
            Grammar {
                readable: crate::readable::as_yaml,
                ..grammar(tree_sitter_yaml::LANGUAGE, include_str!("../../queries/yaml.scm"))
            },
        )
    },
];
