//! Languages without a grammar: cut as text, and known by name.

use super::row::{Row, text};

pub(super) static ROWS: &[Row] = &[
    text(
        "ini",
        "INI",
        &["cfg", "properties"],
        &["ini", "cfg", "conf", "properties", "editorconfig"],
        &[".editorconfig", ".gitconfig", ".npmrc", ".flake8", ".pylintrc"],
    ),
    text("jq", "jq", &[], &["jq"], &[]),
    text("just", "Just", &["justfile"], &["just"], &["Justfile", ".justfile"]),
    text("less", "Less", &[], &["less"], &[]),
    text("rst", "reStructuredText", &["restructuredtext"], &["rst"], &[]),
    text("sass", "Sass", &[], &["sass"], &[]),
    text("stylus", "Stylus", &[], &["styl"], &[]),
    text(
        "template",
        "Template",
        &["jinja", "jinja2", "erb", "handlebars", "twig", "liquid"],
        &["erb", "heex", "eex", "leex", "hbs", "ejs", "jinja", "jinja2", "j2", "twig", "liquid"],
        &[],
    ),
    text("dfm", "Delphi form", &[], &["dfm", "lfm"], &[]),
    text(
        "text",
        "Plain text",
        &["txt", "plain", "plaintext"],
        &["txt", "text", "org"],
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
