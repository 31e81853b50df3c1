//! The languages near to a machine: hardware, shaders, assembly.

use super::row::{Class, Grammar, Row, grammar, parsed};

pub(super) static ROWS: &[Row] = &[
    Row {
        passes: &["cpp"],
        ..parsed(
            Class::Code,
            "cuda",
            "CUDA",
            &["cu"],
            &["cu", "cuh"],
            Grammar {
                readable: crate::readable::without_launches,
                ..grammar(
                    tree_sitter_cpp::LANGUAGE,
                    concat!(
                        include_str!("../../queries/cpp.scm"),
                        "\n",
                        include_str!("../../queries/c.scm")
                    ),
                )
            },
        )
    },
    parsed(
        Class::Code,
        "glsl",
        "GLSL",
        &[],
        &["glsl", "vert", "frag", "geom", "comp", "tesc", "tese"],
        Grammar {
            readable: crate::readable::without_precision,
            ..grammar(tree_sitter_glsl::LANGUAGE_GLSL, include_str!("../../queries/glsl.scm"))
        },
    ),
    parsed(
        Class::Code,
        "vhdl",
        "VHDL",
        &[],
        &["vhd", "vhdl"],
        grammar(tree_sitter_vhdl::LANGUAGE, include_str!("../../queries/vhdl.scm")),
    ),
    parsed(
        Class::Code,
        "wgsl",
        "WGSL",
        &["webgpu"],
        &["wgsl"],
        Grammar {
            readable: crate::readable::in_older_words,
            ..grammar(tree_sitter_wgsl_bevy::LANGUAGE, include_str!("../../queries/wgsl.scm"))
        },
    ),
];
