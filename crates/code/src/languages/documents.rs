//! What is written for people beside code, told by its lines.

use super::by_lines::rule;
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Prose,
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("////", "////")],
            fences: &["----", "....", "```", "++++"],
            attribute: Some(("[", "]")),
            rules: &[
                rule(Kind::Section, r"=\s+(?P<name>\S.*)", End::Section(0)).at_margin(),
                rule(Kind::Section, r"==\s+(?P<name>\S.*)", End::Section(1)).at_margin(),
                rule(Kind::Section, r"===\s+(?P<name>\S.*)", End::Section(2)).at_margin(),
                rule(Kind::Section, r"====\s+(?P<name>\S.*)", End::Section(3)).at_margin(),
                rule(Kind::Section, r"={5,6}\s+(?P<name>\S.*)", End::Section(4)).at_margin(),
                rule(Kind::Variable, r":(?P<name>[a-z][\w-]*):(?:\s|$)", End::Line).at_margin(),
            ],
            import: Some(r"include::(?P<target>[^\[]+)\["),
            ..NO_RULES
        }),
        ..text("asciidoc", "AsciiDoc", &["adoc", "asciidoctor"], &["adoc", "asciidoc"], &[])
    },
    // Read as a text of sections: a feature, and its scenarios by what they are called.
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["#"],
            strings: &["\"\"\"", "```"],
            attribute: Some(("@", "")),
            rules: &[
                rule(Kind::Module, r"Feature:\s*(?P<name>\S.*)", End::Section(0)),
                rule(Kind::Section, r"Rule:\s*(?P<name>\S.*)", End::Section(1)),
                rule(Kind::Other, r"(?P<name>Background):", End::Section(2)),
                rule(
                    Kind::Other,
                    r"(?:Scenario(?: Outline| Template)?|Example):\s*(?P<name>\S.*)",
                    End::Section(2),
                ),
            ],
            ..NO_RULES
        }),
        ..text("gherkin", "Gherkin", &["cucumber", "feature"], &["feature"], &[])
    },
    Row {
        class: Class::Prose,
        lines: Some(LineRules {
            comments: &["%%"],
            rules: &[
                rule(Kind::Section, r"(?:accTitle|title):?\s+(?P<name>\S.*)", End::Line).plain(),
                rule(Kind::Class, r"class\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Section, r"(?:subgraph|section)\s+(?P<name>\S.*)", End::Indent).plain(),
                rule(
                    Kind::Other,
                    r"(?:create\s+)?(?:participant|actor)\s+(?P<name>[\w-]+)",
                    End::Line,
                ),
                rule(Kind::Other, r#"state\s+"?(?P<name>[\w ]+)"#, End::Indent),
                rule(Kind::Table, r"(?P<name>[A-Z][\w-]*)\s*\{$", End::Indent).plain(),
            ],
            ..NO_RULES
        }),
        ..text("mermaid", "Mermaid", &["mmd"], &["mmd", "mermaid"], &[])
    },
    Row {
        class: Class::Prose,
        lines: Some(LineRules {
            comments: &["'"],
            blocks: &[("/'", "'/")],
            rules: &[
                rule(Kind::Section, r"@start\w+\s+(?P<name>\S.*)", End::Line).plain(),
                rule(Kind::Section, r"title\s+(?P<name>\S.*)", End::Line).plain(),
                rule(
                    Kind::Class,
                    r#"(?:abstract\s+)?(?:class|annotation|struct|entity|exception)\s+(?P<name>"[^"]+"|[\w.]+)"#,
                    End::Indent,
                ),
                rule(Kind::Interface, r#"interface\s+(?P<name>"[^"]+"|[\w.]+)"#, End::Indent),
                rule(Kind::Enum, r#"enum\s+(?P<name>"[^"]+"|[\w.]+)"#, End::Indent),
                rule(
                    Kind::Module,
                    r#"(?:package|namespace|node|cloud|frame|folder|rectangle|partition|group|together|box)\s+(?P<name>"[^"]+"|[\w.]+)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Other,
                    r#"(?:participant|actor|boundary|control|database|collections|queue|component|usecase|state|agent|artifact|storage|card|object)\s+(?P<name>"[^"]+"|[\w.]+)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Macro,
                    r"!(?:unquoted\s+|final\s+)*(?:procedure|function)\s+(?P<name>\$?\w+)",
                    End::Keyword(r"!end"),
                ),
                rule(Kind::Macro, r"!define\s+(?P<name>\w+)", End::Line),
            ],
            import: Some(r"!include(?:url|_many|_once|sub)?\s+(?P<target>\S+)"),
            ..NO_RULES
        }),
        ..text("plantuml", "PlantUML", &["puml"], &["puml", "plantuml", "pu", "wsd", "iuml"], &[])
    },
    // A template: what it defines for other ones, and where what it holds is known by an id.
    Row {
        class: Class::Data,
        lines: Some(LineRules {
            comments: &["//"],
            rules: &[
                rule(Kind::Function, r"mixin\s+(?P<name>[\w-]+)", End::Indent),
                rule(
                    Kind::Section,
                    r"(?:block\s+(?:append\s+|prepend\s+)?|append\s+|prepend\s+)(?P<name>[\w-]+)",
                    End::Indent,
                )
                .plain(),
                rule(Kind::Other, r"(?:[\w-]*(?:\.[\w-]+)*)#(?P<name>[A-Za-z][\w-]*)", End::Indent),
            ],
            import: Some(r"(?:extends|include(?::\w+)?)\s+(?P<target>\S+)"),
            ..NO_RULES
        }),
        ..text("pug", "Pug", &["jade"], &["pug", "jade"], &[])
    },
    Row {
        class: Class::Prose,
        interpreters: &["typst"],
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            fences: &["```"],
            rules: &[
                rule(Kind::Section, r"=\s+(?P<name>\S.*)", End::Section(0)),
                rule(Kind::Section, r"==\s+(?P<name>\S.*)", End::Section(1)),
                rule(Kind::Section, r"===\s+(?P<name>\S.*)", End::Section(2)),
                rule(Kind::Section, r"={4,6}\s+(?P<name>\S.*)", End::Section(3)),
                rule(Kind::Function, r"#?let\s+(?P<name>[\w-]+)\(", End::Indent),
                rule(
                    Kind::Function,
                    r"#?let\s+(?P<name>[\w-]+)\s*=\s*(?:\([^)]*\)|\w+)\s*=>",
                    End::Indent,
                ),
                rule(Kind::Variable, r"#?let\s+(?P<name>[\w-]+)\s*=", End::Indent),
            ],
            import: Some(r#"#?(?:import|include)\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("typst", "Typst", &["typ"], &["typ"], &[])
    },
];
