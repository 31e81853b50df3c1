//! Pages, components, style sheets and documents.

use super::row::{Class, Grammar, Parser, Row, grammar, of_parser, parsed};

pub(super) static ROWS: &[Row] = &[
    Row {
        passes: &["html", "typescript"],
        ..parsed(
            Class::Code,
            "astro",
            "Astro",
            &[],
            &["astro"],
            grammar(tree_sitter_astro_next::LANGUAGE, include_str!("../../queries/astro.scm")),
        )
    },
    parsed(
        Class::Data,
        "css",
        "CSS",
        &[],
        &["css", "pcss", "postcss"],
        grammar(tree_sitter_css::LANGUAGE, include_str!("../../queries/css.scm")),
    ),
    parsed(
        Class::Data,
        "dtd",
        "DTD",
        &[],
        &["dtd", "ent"],
        grammar(tree_sitter_xml::LANGUAGE_DTD, include_str!("../../queries/dtd.scm")),
    ),
    parsed(
        Class::Data,
        "html",
        "HTML",
        &["htm"],
        &["html", "htm", "xhtml"],
        grammar(tree_sitter_html::LANGUAGE, include_str!("../../queries/html.scm")),
    ),
    parsed(
        Class::Prose,
        "markdown",
        "Markdown",
        &["md", "mdx"],
        &["md", "mdx", "markdown", "mdown", "mkd", "qmd", "rmd"],
        grammar(tree_sitter_md::LANGUAGE, include_str!("../../queries/markdown.scm")),
    ),
    // Only its blocks of C# are parsed; the page around them is text.
    Row {
        passes: &["html", "csharp"],
        ..parsed(
            Class::Code,
            "razor",
            "Razor",
            &["blazor", "cshtml"],
            &["cshtml", "razor"],
            Grammar {
                readable: crate::readable::code_of_page,
                ..grammar(tree_sitter_c_sharp::LANGUAGE, include_str!("../../queries/csharp.scm"))
            },
        )
    },
    parsed(
        Class::Data,
        "scss",
        "SCSS",
        &[],
        &["scss"],
        Grammar {
            readable: crate::readable::without_expressions,
            ..of_parser(
                Parser::Made(tree_sitter_scss::language),
                include_str!("../../queries/scss.scm"),
            )
        },
    ),
    Row {
        passes: &["html", "javascript", "typescript"],
        ..parsed(
            Class::Code,
            "svelte",
            "Svelte",
            &[],
            &["svelte"],
            grammar(tree_sitter_svelte_ng::LANGUAGE, include_str!("../../queries/svelte.scm")),
        )
    },
    Row {
        passes: &["html", "javascript", "typescript"],
        ..parsed(
            Class::Code,
            "vue",
            "Vue",
            &[],
            &["vue"],
            grammar(tree_sitter_vue_next::LANGUAGE, include_str!("../../queries/vue.scm")),
        )
    },
    parsed(
        Class::Data,
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
        grammar(tree_sitter_xml::LANGUAGE_XML, include_str!("../../queries/xml.scm")),
    ),
];
