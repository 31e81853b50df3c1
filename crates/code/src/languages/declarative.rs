//! Languages of policies, of settings and of builds, told by their lines.

use super::by_lines::rule;
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//"],
            strings: &["\"\"\"", "'''"],
            attribute: Some(("@", ")")),
            rules: &[
                rule(Kind::Module, r"package\s+(?P<name>\w+)", End::Line),
                rule(Kind::Type, r"(?P<name>_?#\w+)\s*(?:=\s*\S+\s*)?[?!]?:", End::Indent),
                rule(Kind::Variable, r"let\s+(?P<name>\w+)\s*=", End::Indent),
                rule(Kind::Property, r#"(?P<name>[\w$-]+|"[^"]+")[?!]?\s*:"#, End::Indent).at_margin(),
            ],
            import: Some(r#"(?:import\s+(?:\w+\s+)?)?"(?P<target>[\w./:-]+)"$"#),
            ..NO_RULES
        }),
        ..text("cue", "CUE", &["cuelang"], &["cue"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["dhall"],
        lines: Some(LineRules {
            comments: &["--"],
            blocks: &[("{-", "-}")],
            strings: &["''"],
            goes_on: Some(r"(?:in\s+)?let\s+\S+$"),
            no_heads: Some(r"(?:let\s+\S+\s*=\s*(?:https?://|\.{0,2}/|env:|missing))"),
            rules: &[
                rule(
                    Kind::Function,
                    r"(?s)(?:in\s+)?let\s+(?P<name>[\w/-]+|`[^`]+`)\s*(?::.*(?:→|->|∀|forall).*|=\s*(?:λ|\\|∀).*|:[^=]*=\s*(?:λ|\\).*)$",
                    End::Indent,
                )
                .plain(),
                rule(Kind::Type, r"(?:in\s+)?let\s+(?P<name>[A-Z][\w/-]*)\s*(?::\s*Type\s*)?=\s*[{<]", End::Indent).plain(),
                rule(Kind::Variable, r"(?:in\s+)?let\s+(?P<name>[\w/-]+|`[^`]+`)\s*(?:[:=]|$)", End::Indent).plain(),
            ],
            import: Some(r"(?:let\s+\S+\s*=\s*)?(?P<target>(?:https?://|\.{1,2}/|env:)\S+)"),
            ..NO_RULES
        }),
        ..text("dhall", "Dhall", &[], &["dhall"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["jsonnet"],
        lines: Some(LineRules {
            comments: &["//", "#"],
            blocks: &[("/*", "*/")],
            verbatim: &[],
            no_heads: Some(r"(?:local\s+\w+\s*=\s*\(?\s*import(?:str|bin)?\b|assert\b|if\b|else\b|for\b|function\b)"),
            rules: &[
                rule(
                    Kind::Function,
                    r"local\s+(?P<name>\w+)\s*(?:\(|=\s*function\b).*;$",
                    End::Line,
                ),
                rule(Kind::Variable, r"local\s+(?P<name>\w+)\s*=.*;$", End::Line),
                rule(
                    Kind::Function,
                    r"local\s+(?P<name>\w+)\s*(?:\(|=\s*function\b)",
                    End::Indent,
                ),
                rule(Kind::Variable, r"local\s+(?P<name>\w+)\s*=", End::Indent),
                rule(
                    Kind::Function,
                    r#"(?P<name>\w+|'[^']+'|"[^"]+")\s*(?:\([^():]*(?:\([^()]*\)[^():]*)*\)?\s*(?::{1,3}|$)|:{1,3}\s*function\b)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    r#"(?P<name>\w+|'[^']+'|"[^"]+")\s*\+?:::?"#,
                    End::Indent,
                ),
            ],
            import: Some(r#"(?:local\s+\w+\s*=\s*)?\(?\s*import(?:str|bin)?\s+['"](?P<target>[^'"]+)"#),
            ..NO_RULES
        }),
        ..text("jsonnet", "Jsonnet", &[], &["jsonnet", "libsonnet"], &[])
    },
    Row {
        class: Class::Data,
        lines: Some(LineRules {
            comments: &["#"],
            strings: &["'''"],
            goes_on: Some(r".*\($"),
            no_heads: Some(r"(?:if|elif|else|foreach|endif|endforeach)\b"),
            rules: &[
                rule(Kind::Module, r"project\(\s*'(?P<name>[^']+)'", End::Indent).plain(),
                rule(
                    Kind::Rule,
                    r"(?:(?:\w+\s*=\s*)?(?:\w+\.)*(?:executable|(?:static_|shared_|both_)?librar(?:y|ies)|shared_module|jar|build_target|custom_target|run_target|extension_module|generate_gir))\(\s*'(?P<name>[^']+)'",
                    End::Indent,
                )
                .plain(),
                rule(Kind::Other, r"(?:test|benchmark)\(\s*'(?P<name>[^']+)'", End::Indent).plain(),
                rule(Kind::Property, r"option\(\s*'(?P<name>[^']+)'", End::Indent).plain(),
                rule(Kind::Variable, r"(?P<name>\w+)\s*=[^=]", End::Indent).at_margin(),
            ],
            import: Some(
                r"(?:\w+\s*=\s*)?(?:subdir|subproject|dependency|import)\(\s*'(?P<target>[^']+)'",
            ),
            ..NO_RULES
        }),
        ..text(
            "meson",
            "Meson",
            &["mesonbuild"],
            &["meson"],
            &["meson.build", "meson.options", "meson_options.txt"],
        )
    },
    Row {
        class: Class::Code,
        interpreters: &["puppet"],
        lines: Some(LineRules {
            comments: &["#"],
            rules: &[
                rule(Kind::Class, r"class\s+(?P<name>[\w:]*\w)", End::Indent),
                rule(Kind::Resource, r"define\s+(?P<name>[\w:]*\w)", End::Indent),
                rule(Kind::Function, r"(?:function|plan)\s+(?P<name>[\w:]*\w)", End::Indent).namespaced(),
                rule(Kind::Resource, r"node\s+(?P<name>'[^']+'|/[^/]+/|default)", End::Indent).plain(),
                rule(Kind::Type, r"type\s+(?P<name>[\w:]*\w)\s*=", End::Indent),
                rule(
                    Kind::Resource,
                    r#"@{0,2}[a-z][\w:]*\s*\{\s*(?P<name>'[^']+'|"[^"]+"|\$[\w:]+)\s*:"#,
                    End::Indent,
                )
                .plain(),
                rule(Kind::Variable, r"\$(?P<name>\w+)\s*=[^~=]", End::Indent),
            ],
            import: Some(r"(?:include|contain|require|inherit)\s+(?:'|::)?(?P<target>[\w:]+)"),
            ..NO_RULES
        }),
        ..text("puppet", "Puppet", &[], &["puppet", "epp"], &["Puppetfile"])
    },
    // Several of one head are one rule.
    Row {
        class: Class::Code,
        interpreters: &["opa"],
        lines: Some(LineRules {
            comments: &["#"],
            clauses: true,
            no_heads: Some(r"(?:import|some|not|with|else|every)\b"),
            rules: &[
                rule(Kind::Module, r"package\s+(?P<name>[\w.]+)", End::Line).at_margin(),
                rule(
                    Kind::Constant,
                    r"(?P<name>[A-Za-z_]\w*)\s*:?=\s*[^{]*$",
                    End::Indent,
                )
                .at_margin(),
                rule(Kind::Function, r"(?P<name>[A-Za-z_][\w.]*)\(", End::Indent).at_margin(),
                rule(
                    Kind::Rule,
                    r"(?:default\s+)?(?P<name>[A-Za-z_][\w.]*)\s*(?:\[|\{|:?=|if\b|contains\b)",
                    End::Indent,
                )
                .at_margin(),
            ],
            import: Some(r"import\s+(?P<target>[\w.]+)"),
            ..NO_RULES
        }),
        ..text("rego", "Rego", &["opa", "openpolicyagent"], &["rego"], &[])
    },
];
