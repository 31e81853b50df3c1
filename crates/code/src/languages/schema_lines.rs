//! Schemas of data and of services that are told by their lines.

use super::by_lines::{MEMBER, rule};
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["#"],
            members: Some(r"(?P<name>[a-z]\w*)\s*@\d+[^;]*;\s*"),
            rules: &[
                rule(Kind::Struct, r"struct\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Interface, r"interface\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Constant, r"const\s+(?P<name>\w+)\s*:", End::Line),
                rule(Kind::Other, r"annotation\s+(?P<name>\w+)", End::Line),
                rule(Kind::Endpoint, r"(?P<name>\w+)\s*@\d+\s*(?:\[[^\]]*\]\s*)?\(", End::Indent),
            ],
            import: Some(r#"(?:using\s+)?(?:\w+\s*=\s*)?import\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("capnp", "Cap'n Proto", &["capnproto"], &["capnp"], &[])
    },
    Row {
        class: Class::Data,
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            strings: &["'''"],
            members: Some(r#"(?P<name>\w+|"[^"]+")\s*(?:\[[^\]]*\]\s*)?$"#),
            rules: &[
                rule(Kind::Module, r#"Project\s+(?P<name>\w+|"[^"]+")"#, End::Indent),
                rule(
                    Kind::Table,
                    r#"(?i)Table(?:Partial)?\s+(?P<name>[\w.]+|"[^"]+")"#,
                    End::Indent,
                ),
                rule(Kind::Enum, r#"(?i)Enum\s+(?P<name>[\w.]+|"[^"]+")"#, End::Indent),
                rule(Kind::Other, r#"(?:Ref|TableGroup)\s+(?P<name>\w+|"[^"]+")"#, End::Indent),
            ],
            ..NO_RULES
        }),
        ..text("dbml", "DBML", &[], &["dbml"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            members: Some(MEMBER),
            rules: &[
                rule(Kind::Module, r"namespace\s+(?P<name>[\w.]+)\s*;", End::Line),
                rule(Kind::Struct, r"(?:table|struct|union)\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Service, r"rpc_service\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Endpoint, r"(?P<name>\w+)\s*\(\s*\w[\w.]*\s*\)\s*:", End::Line),
            ],
            import: Some(r#"(?:native_)?include\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("flatbuffers", "FlatBuffers", &["flatbuffer", "fbs"], &["fbs"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//"],
            strings: &["\"\"\""],
            attribute: Some(("@", "")),
            members: Some(MEMBER),
            rules: &[
                rule(Kind::Module, r"namespace\s+(?P<name>[\w.]+)", End::Line),
                rule(Kind::Service, r"service\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Endpoint, r"operation\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Resource, r"resource\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Struct, r"(?:structure|union)\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"(?:intEnum|enum)\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Type,
                    r"(?:list|map|set|string|blob|boolean|document|byte|short|integer|long|float|double|bigInteger|bigDecimal|timestamp)\s+(?P<name>[A-Z]\w*)",
                    End::Indent,
                ),
            ],
            import: Some(r"use\s+(?P<target>[\w.#]+)"),
            ..NO_RULES
        }),
        ..text("smithy", "Smithy", &[], &["smithy"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            attribute: Some(("@", "")),
            members: Some(r"(?P<name>\w+)\s*(?::[^,]*)?(?:[,;]\s*|$)"),
            rules: &[
                rule(Kind::Module, r"namespace\s+(?P<name>[\w.]+)\s*;", End::Line),
                rule(Kind::Module, r"namespace\s+(?P<name>[\w.]+)", End::Indent),
                rule(Kind::Class, r"model\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Interface, r"interface\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Endpoint, r"(?:@\w+(?:\([^)]*\))?\s+)*op\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Type, r"(?:alias|scalar|union)\s+(?P<name>\w+)", End::Indent),
            ],
            import: Some(r#"(?:import\s+"|using\s+)(?P<target>[^"\s;]+)"#),
            ..NO_RULES
        }),
        ..text("typespec", "TypeSpec", &["cadl"], &["tsp", "cadl"], &[])
    },
];
