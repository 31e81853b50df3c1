//! Languages of functions, told by their lines.

use super::by_lines::rule;
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["--"],
            blocks: &[("{-", "-}")],
            strings: &["\"\"\""],
            clauses: true,
            rules: &[
                rule(Kind::Module, r"module\s+(?P<name>[\w.]+)", End::Line),
                rule(
                    Kind::Type,
                    r"foreign\s+import\s+data\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"foreign\s+import\s+(?P<name>[\w']+)",
                    End::Indent,
                ),
                rule(Kind::Enum, r"data\s+(?P<name>[A-Z][\w']*)", End::Indent).at_margin(),
                rule(Kind::Type, r"(?:newtype|type)\s+(?P<name>[A-Z][\w']*)", End::Indent).at_margin(),
                rule(Kind::Trait, r"class\s+(?:.*<=\s*)?(?P<name>[A-Z][\w']*)", End::Indent).at_margin(),
                rule(
                    Kind::Other,
                    r"(?:derive\s+)?(?:newtype\s+)?(?:else\s+)?instance\s+(?P<name>[a-z][\w']*)\s*::",
                    End::Indent,
                )
                .at_margin(),
                rule(
                    Kind::Constant,
                    r"[|=]\s*(?P<name>[A-Z][\w']*)(?:\s+[^<>=|-]*)?$",
                    End::Line,
                ),
                rule(
                    Kind::Other,
                    r"infix[lr]?\s+\d\s+(?:type\s+)?\S+\s+as\s+(?P<name>\S+)",
                    End::Line,
                )
                .at_margin()
                .plain(),
                rule(Kind::Function, r"(?P<name>[a-z_][\w']*)\s*(?:::|∷|$)", End::Indent).at_margin(),
                rule(Kind::Function, r"(?P<name>[a-z_][\w']*)\s(?:[^=|]*=|[^=]*$|.*\|)", End::Indent)
                    .at_margin(),
            ],
            no_heads: Some(r"(?:import|derive\s+(?:newtype\s+)?instance\s+[A-Z]|(?:else\s+)?instance\s+[A-Z(]|where)\b"),
            import: Some(r"import\s+(?P<target>[\w.]+)"),
            ..NO_RULES
        }),
        ..text("purescript", "PureScript", &["purs"], &["purs"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            attribute: Some(("@", "")),
            strings: &["`"],
            rules: &[
                rule(
                    Kind::Module,
                    r"module\s+(?:type\s+|rec\s+)?(?P<name>[A-Z]\w*)",
                    End::Indent,
                ),
                rule(
                    Kind::Type,
                    r"(?:@\S+\s+)*(?:type|and)\s+(?:rec\s+)?(?P<name>[a-z_]\w*)(?:<[^=]*>)?\s*(?:=|$)",
                    End::Indent,
                ),
                rule(Kind::Type, r"(?:@\S+\s+)*type\s+(?P<name>[a-z_]\w*)", End::Line),
                rule(Kind::Class, r"exception\s+(?P<name>[A-Z]\w*)", End::Line),
                rule(
                    Kind::Function,
                    r#"(?:@\S+(?:\([^)]*\))?\s+)*external\s+(?P<name>\\?"?\w+)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:@\S+\s+)*let\s+(?:rec\s+)?(?P<name>[a-z_]\w*)\s*(?::[^=]*)?=\s*(?:async\s+)?(?:\(.*=>|\([^)]*$|\w+\s*=>|\(\s*$)",
                    End::Indent,
                ),
                rule(Kind::Function, r"(?:@\S+\s+)*let\s+(?P<name>[a-z_]\w*)\s*:.*=>", End::Indent),
                rule(
                    Kind::Variable,
                    r"(?:@\S+\s+)*let\s+(?:rec\s+)?(?P<name>[a-z_]\w*)\s*[:=]",
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"\|\s*(?P<name>[A-Z]\w*)(?:\([^>]*\))?$",
                    End::Line,
                ),
            ],
            import: Some(r"(?:open!?|include)\s+(?P<target>[A-Z][\w.]*)"),
            ..NO_RULES
        }),
        ..text("rescript", "ReScript", &["res", "reason"], &["res", "resi"], &[])
    },
];
