//! Languages of offices and of statistics, told by their lines.

use super::by_lines::rule;
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

/// A line of COBOL, which may begin with its number.
macro_rules! cobol {
    ($rest:expr) => {
        concat!(r"(?i)(?:\d{6}\s+)?", $rest)
    };
}

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["*", "\""],
            rules: &[
                rule(Kind::Module, r"(?i)(?:report|program|function-pool|type-pool)\s+(?P<name>[\w/]+)", End::Line),
                rule(
                    Kind::Class,
                    r"(?i)class\s+(?P<name>[\w/]+)\s+(?:definition\s+(?:deferred|load)|definition\s+local\s+friends)\b",
                    End::Line,
                ),
                rule(
                    Kind::Class,
                    r"(?i)class\s+(?P<name>[\w/]+)\s+(?:definition|implementation)\b",
                    End::Keyword(r"(?i)endclass\b"),
                ),
                rule(
                    Kind::Interface,
                    r"(?i)interface\s+(?P<name>[\w/]+)(?:\s+public)?\s*\.?$",
                    End::Keyword(r"(?i)endinterface\b"),
                ),
                rule(
                    Kind::Method,
                    r"(?i)method\s+(?P<name>[\w/~]+)",
                    End::Keyword(r"(?i)endmethod\b"),
                ),
                rule(
                    Kind::Method,
                    r"(?i)(?:class-)?methods:?\s+(?P<name>[\w/~]+)",
                    End::Indent,
                ),
                rule(Kind::Function, r"(?i)form\s+(?P<name>[\w/-]+)", End::Keyword(r"(?i)endform\b")),
                rule(
                    Kind::Function,
                    r"(?i)function\s+(?P<name>[\w/]+)\s*\.",
                    End::Keyword(r"(?i)endfunction\b"),
                ),
                rule(
                    Kind::Function,
                    r"(?i)module\s+(?P<name>[\w/]+)\s+(?:input|output)",
                    End::Keyword(r"(?i)endmodule\b"),
                ),
                rule(Kind::Macro, r"(?i)define\s+(?P<name>\w+)\s*\.", End::Keyword(r"(?i)end-of-definition")),
                rule(
                    Kind::Struct,
                    r"(?i)(?:types:?\s+)?begin\s+of\s+(?:enum\s+)?(?P<name>\w+)",
                    End::Keyword(r"(?i)(?:types:?\s+)?end\s+of\b"),
                ),
                rule(Kind::Type, r"(?i)types:?\s+(?P<name>\w+)", End::Line),
                rule(Kind::Constant, r"(?i)constants:?\s+(?P<name>\w+)", End::Line),
                rule(
                    Kind::Variable,
                    r"(?i)(?:class-data|data|parameters|select-options|tables):?\s+(?P<name>\w+)",
                    End::Line,
                ),
            ],
            import: Some(r"(?i)include:?\s+(?P<target>[\w/]+)\s*\."),
            ..NO_RULES
        }),
        ..text("abap", "ABAP", &["sap-abap"], &["abap"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["*", "*>"],
            no_heads: Some(cobol!(
                r"(?:exit|goback|continue|stop|end-[\w-]+|else|copy|filler|file-control|special-names|i-o-control|repository|author|installation|date-[\w-]+|security|remarks|source-computer|object-computer|then)\b"
            )),
            rules: &[
                rule(
                    Kind::Module,
                    cobol!(r#"(?:program|class|function|interface)-id\.?\s+["']?(?P<name>[\w-]+)"#),
                    End::Section(0),
                ),
                rule(Kind::Section, cobol!(r"(?P<name>[\w-]+\s+division)\b"), End::Section(1)),
                rule(
                    Kind::Section,
                    cobol!(
                        r"(?P<name>(?:file|working-storage|local-storage|linkage|report|screen|communication|configuration|input-output)\s+section)\s*\."
                    ),
                    End::Section(2),
                ),
                rule(Kind::Function, cobol!(r"(?P<name>[\w-]+)\s+section\s*(?:\d+\s*)?\."), End::Section(2)),
                rule(Kind::Struct, cobol!(r"(?:fd|sd|rd)\s+(?P<name>[\w-]+)"), End::Line).plain(),
                rule(
                    Kind::Constant,
                    cobol!(r"(?:78|88)\s+(?P<name>[a-z][\w-]*)"),
                    End::Line,
                )
                .plain(),
                rule(
                    Kind::Variable,
                    cobol!(r"(?:0?1|77)\s+(?P<name>[a-z][\w-]*)"),
                    End::Line,
                )
                .plain(),
                // A paragraph.
                rule(Kind::Function, cobol!(r"(?P<name>[a-z0-9][\w-]*)\s*\.$"), End::Section(3)),
            ],
            import: Some(cobol!(r#"copy\s+["']?(?P<target>[\w.-]*\w)"#)),
            ..NO_RULES
        }),
        ..text("cobol", "COBOL", &["cob"], &["cob", "cbl", "cobol", "cpy"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["*", "%*"],
            blocks: &[("/*", "*/")],
            rules: &[
                rule(
                    Kind::Function,
                    r"(?i)%macro\s+(?P<name>\w+)",
                    End::Keyword(r"(?i)%mend\b"),
                ),
                rule(
                    Kind::Function,
                    r"(?i)(?:function|subroutine|start)\s+(?P<name>\w+)\s*[(;]",
                    End::Keyword(r"(?i)(?:endsub|endfunc|finish)\b"),
                ),
                rule(
                    Kind::Table,
                    r"(?i)data\s+(?P<name>(?:\w+\.)?[A-Z_]\w*)(?:\s*\(.*)?[^=]*;",
                    End::Keyword(r"(?i)(?:run|cards|datalines)\d*\s*;"),
                ),
                rule(
                    Kind::Table,
                    r"(?i)create\s+(?:table|view)\s+(?P<name>[\w.]+)",
                    End::Line,
                ),
                rule(Kind::Type, r"(?i)(?:in|p)?value\s+(?P<name>\$?\w+)(?:\s*\([^)]*\))?\s*$", End::Line),
                rule(Kind::Variable, r"(?i)%let\s+(?P<name>\w+)\s*=", End::Line),
                rule(Kind::Other, r"(?i)libname\s+(?P<name>\w+)", End::Line),
            ],
            import: Some(r#"(?i)%include\s+["']?(?P<target>[^"';\s]+)"#),
            ..NO_RULES
        }),
        ..text("sas", "SAS", &[], &["sas"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["gst", "pharo", "squeak"],
        lines: Some(LineRules {
            strings: &[],
            rules: &[
                rule(
                    Kind::Class,
                    r"(?:Class|Trait|Extension)\s*\{\s*#name\s*:\s*#?'?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Class, r"#name\s*:\s*#?'?(?P<name>[A-Z]\w*)'?,?", End::Line),
                rule(
                    Kind::Class,
                    r"!?[\w.]+\s+(?:\w+[sS]ubclass|subclass):\s*#?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Class, r"(?P<name>[A-Z]\w*)\s+extend\s*\[", End::Indent),
                rule(
                    Kind::Method,
                    r"(?P<receiver>[A-Z]\w*)(?:\s+class)?\s*>>\s*#?(?P<name>(?:\w+:\s*\w+\s*)+|[A-Za-z]\w*|[-+*/\\~<>=@%|&?,]+\s*\w+)\s*(?:\[.*)?$",
                    End::Indent,
                )
                .at_margin(),
                rule(
                    Kind::Method,
                    r"(?P<name>(?:[a-z]\w*:\s+\w+\s+)+|[a-z]\w*\s+)\[$",
                    End::Indent,
                ),
            ],
            ..NO_RULES
        }),
        ..text("smalltalk", "Smalltalk", &["pharo", "squeak"], &["st"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["stata"],
        lines: Some(LineRules {
            comments: &["*", "//"],
            blocks: &[("/*", "*/")],
            no_heads: Some(r"(?:(?:pr(?:ogram|og|o)?\s+(?:drop|dir|list))|if|else|while|for|forval\w*|foreach|return)\b"),
            rules: &[
                rule(
                    Kind::Function,
                    r"(?:(?:capture|cap|quietly|qui)\s+)?pr(?:ogram|og|o)?\s+(?:de(?:fine|f)?\s+)?(?P<name>[A-Za-z_]\w*)(?:\s*,.*)?$",
                    End::Keyword(r"end\s*$"),
                ),
                rule(
                    Kind::Function,
                    r"(?:(?:real|string|numeric|void|transmorphic|pointer(?:\([^)]*\))?|complex|struct\s+\w+|class\s+\w+|function|(?:(?:row|col)?vector)|scalar|matrix)\s+)+(?P<name>[A-Za-z_]\w*)\s*\([^=;]*$",
                    End::Indent,
                )
                .at_margin(),
                rule(Kind::Class, r"(?:struct|class)\s+(?P<name>\w+)\s*(?:extends\s+\w+\s*)?\{", End::Indent),
                rule(Kind::Variable, r"gl(?:obal)?\s+(?P<name>[A-Za-z_]\w*)(?:\s|=|$)", End::Line),
                rule(Kind::Constant, r"sca(?:lar)?\s+(?:de(?:fine|f)?\s+)?(?P<name>[A-Za-z_]\w*)\s*=", End::Line),
            ],
            import: Some(r#"(?:include|do|run|use)\s+"?(?P<target>[^\s",]+)"#),
            ..NO_RULES
        }),
        ..text("stata", "Stata", &[], &["do", "ado", "mata"], &[])
    },
];
