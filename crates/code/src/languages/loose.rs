//! Languages whose grammars stumble over what real files hold: told by their lines, as those of `by_lines`.

use super::by_lines::{MEMBER, rule};
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

pub(super) static ROWS: &[Row] = &[
    // A label goes on until the next one. Its grammar knows few of the assemblers' directives.
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["#", "//", ";"],
            blocks: &[("/*", "*/")],
            no_names: &[
                "call", "jmp", "push", "extern", "extrn", "global", "public", "invoke", "endm",
            ],
            rules: &[
                rule(Kind::Macro, r"(?:\.|%)macro\s+(?P<name>\w+)", End::Keyword(r"[.%]endm")),
                // The Linux kernel's macros for them.
                rule(
                    Kind::Function,
                    r"SYM_(?:TYPED_)?(?:FUNC|CODE)_START\w*\(\s*(?P<name>\w+)",
                    End::Keyword(r"SYM_(?:FUNC|CODE)_END\w*\("),
                ),
                rule(
                    Kind::Variable,
                    r"SYM_DATA_START\w*\(\s*(?P<name>\w+)",
                    End::Keyword(r"SYM_DATA_END\w*\("),
                ),
                rule(Kind::Variable, r"SYM_DATA(?:_LOCAL)?\(\s*(?P<name>\w+)\s*,", End::Line),
                rule(
                    Kind::Function,
                    r"(?:ENTRY|WEAK|GLOBAL|SYM_INNER_LABEL)\(\s*(?P<name>\w+)",
                    End::Next,
                ),
                // Those of x86inc, and of the macros for ARM that are used as it is.
                rule(
                    Kind::Function,
                    r"(?:INIT_\w+\s.*)?cglobal\s+(?P<name>\w+)(?:[\s,(]|$)",
                    End::Next,
                ),
                rule(
                    Kind::Function,
                    r"function\s+(?P<name>\w+)\s*(?:,.*)?$",
                    End::Keyword("endfunc"),
                ),
                // Those of MASM.
                rule(
                    Kind::Function,
                    r"(?i)(?P<name>[A-Z_@?$][\w@?$]*)\s+proc(?:$|\s+(?:;|near\b|far\b|c\b|stdcall\b|public\b|private\b|export\b|frame\b|uses\b|\w+:))",
                    End::Keyword(r"(?i)[\w@?$]+\s+endp\b"),
                ),
                rule(
                    Kind::Macro,
                    r"(?i)(?P<name>[A-Z_@?$][\w@?$]*)\s+macro(?:$|\s)",
                    End::Keyword(r"(?i)endm\b"),
                ),
                rule(
                    Kind::Constant,
                    r"(?i)(?:\.equ|\.set|\.equiv)\s+(?P<name>[\w$]+)\s*,",
                    End::Line,
                ),
                rule(Kind::Constant, r"(?i)(?P<name>[A-Z_][\w$]*)\s*(?:=|equ\b)", End::Line),
                rule(Kind::Function, r"(?P<name>[A-Za-z_][\w@.]*):", End::Next),
            ],
            import: Some(r#"(?:\.|%)inc(?:lude|bin)\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("assembly", "Assembly", &["asm", "nasm"], &["asm", "s", "nasm"], &[])
    },
    // Its text is of any language.
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            blocks: &[
                ("{{/*", "*/}}"),
                ("{{- /*", "*/ -}}"),
                ("{{- /*", "*/}}"),
                ("{{/*", "*/ -}}"),
            ],
            rules: &[rule(
                Kind::Function,
                r#"\{\{-?\s*(?:define|block)\s+"(?P<name>[^"]+)""#,
                End::Next,
            )
            .plain()],
            ..NO_RULES
        }),
        ..text("gotmpl", "Go template", &["gotemplate"], &["gotmpl", "tmpl", "gohtml", "tpl"], &[])
    },
    // Its grammars stumble over what Groovy has beyond Java: closures, calls without parentheses.
    Row {
        class: Class::Code,
        interpreters: &["groovy"],
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            strings: &["'''", "\"\"\""],
            attribute: Some(("@", "")),
            rules: &[
                rule(
                    Kind::Interface,
                    r"(?:(?:public|private|protected|static)\s+)*(?:@?interface)\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Class,
                    r"(?:(?:public|private|protected|static|final|abstract|sealed|@\w+)\s+)*(?:class|record)\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Trait, r"(?:(?:public|abstract)\s+)*trait\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Enum,
                    r"(?:(?:public|private|protected|static)\s+)*enum\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r#"(?:@[\w.]+(?:\([^()]*\))?\s+)*(?:(?:public|private|protected|static|final|abstract|synchronized|default|<[^>]*>)\s+)*(?:def|void|int|long|short|byte|char|boolean|float|double|[a-z.]*[A-Z][\w.]*(?:<[^(=]*>)?)(?:\[\])*\s+(?P<name>[\w$]+|"[^"]+"|'[^']+')\s*\((?:.*,$|[^)]*$|.*\)\s*(?:throws\s+[\w., ]+)?(?:default\s.*)?(?:\{.*|;)?(?://.*)?$)"#,
                    End::Indent,
                ),
                // A constructor, or a method without a type.
                rule(
                    Kind::Function,
                    r"(?:(?:public|private|protected|static|final)\s+)+(?P<name>\w+)\s*\(.*\{",
                    End::Indent,
                ),
                rule(Kind::Method, r"(?P<name>[A-Z]\w*)\s*\([^()]*\)\s*\{$", End::Indent),
                rule(
                    Kind::Rule,
                    r#"(?:task\s+|tasks\.(?:register|create|named)\(\s*)["']?(?P<name>[\w-]+)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"(?:@[\w.]+(?:\([^()]*\))?\s+)*(?:(?:public|private|protected)\s+)*(?:static\s+final|final\s+static)\s+(?:[\w.]+(?:<.*>)?(?:\[\])*\s+)?(?P<name>\w+)\s*=",
                    End::Line,
                ),
                rule(
                    Kind::Property,
                    r"(?:@[\w.]+(?:\([^()]*\))?\s+)*(?:(?:(?:public|private|protected|static|final|volatile|transient)\s+)*(?:def|int|long|short|byte|char|boolean|float|double|[a-z.]*[A-Z][\w.]*(?:<[^(=]*>)?)(?:\[\])*|(?:(?:private|protected|static|final)\s+)+)\s*\b(?P<name>[A-Za-z_]\w*)\s*(?:=.*|;|//.*)?$",
                    End::Indent,
                ),
            ],
            members: Some(MEMBER),
            import: Some(r"import\s+(?:static\s+)?(?P<target>[\w.*]+)"),
            ..NO_RULES
        }),
        ..text("groovy", "Groovy", &["gradle"], &["groovy", "gradle", "gvy", "gy", "gsh"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["'", "REM "],
            attribute: Some(("<", ">")),
            rules: &[
                rule(Kind::Module, r"(?i)namespace\s+\[?(?P<name>[\w.]+)", End::Indent),
                rule(
                    Kind::Module,
                    r"(?i)(?:(?:public|friend|private)\s+)*module\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Class,
                    r"(?i)(?:(?:public|friend|private|protected|partial|mustinherit|notinheritable|shadows)\s+)*class\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Struct,
                    r"(?i)(?:(?:public|friend|private|protected|partial)\s+)*structure\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Interface,
                    r"(?i)(?:(?:public|friend|private|protected|partial)\s+)*interface\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Enum,
                    r"(?i)(?:(?:public|friend|private|protected)\s+)*enum\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Type,
                    r"(?i)(?:(?:public|friend|private|protected)\s+)*delegate\s+(?:sub|function)\s+\[?(?P<name>\w+)",
                    End::Line,
                ),
                rule(
                    Kind::Function,
                    r"(?i)(?:(?:public|friend|private|protected|shared|overridable|overrides|mustoverride|notoverridable|overloads|shadows|async|iterator|partial|declare|static)\s+)*(?:sub|function)\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Method,
                    r"(?i)(?:(?:public|shared|overloads|shadows|widening|narrowing)\s+)+operator\s+(?P<name>[^\s(]+)",
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    r"(?i)(?:(?:public|friend|private|protected|shared|default|readonly|writeonly|overridable|overrides|mustoverride|shadows)\s+)*(?:property|(?:custom\s+)?event)\s+\[?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"(?i)(?:(?:public|friend|private|protected|shared)\s+)*const\s+\[?(?P<name>\w+)",
                    End::Line,
                ),
                rule(
                    Kind::Variable,
                    r"(?i)(?:(?:public|friend|private|protected|shared|readonly|withevents|shadows)\s+)+\[?(?P<name>\w+)\]?(?:\([^)]*\))?\s*(?:as\b|=|,)",
                    End::Line,
                ),
            ],
            members: Some(MEMBER),
            import: Some(r"(?i)imports\s+(?:\w+\s*=\s*)?(?P<target>[\w.]+)"),
            ..NO_RULES
        }),
        ..text("vbnet", "Visual Basic", &["vb", "vb.net", "visualbasic"], &["vb"], &[])
    },
];
