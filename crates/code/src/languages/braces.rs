//! Languages whose blocks stand in braces, and whose definitions are told by their lines.

use super::by_lines::{MEMBER, rule};
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRule, LineRules, NO_RULES};

/// What begins a statement that looks like a declaration.
const STATEMENTS: &str = r"(?:static\s+)?(?:when|return|throw|else|new|assert|delete|case|goto|yield|await|in|import|using|package|if|for|foreach|while|switch|with|synchronized|debug|version|mixin\s+[\w.!]+\s*(?:\(.*\)\s*)?;|alias\s+this|insert|update|upsert|undelete)\b";

/// A member of an enum of Cairo: `Sent: felt252,`.
const TYPED_MEMBER: &str = r"(?P<name>[A-Za-z_]\w*)\s*(?::[^,]*)?(?:,\s*|$)";

const SLASHES: LineRules =
    LineRules { comments: &["//"], blocks: &[("/*", "*/")], members: Some(MEMBER), ..NO_RULES };

/// Modifiers of a declaration of D.
macro_rules! d {
    ($rest:expr) => {
        concat!(
            r#"(?:(?:public|private|protected|package(?:\([\w.]+\))?|export|static|final|abstract|override|const|immutable|shared|extern\s*\([^)]*\)|extern|deprecated(?:\("[^"]*"\))?|pure|nothrow|synchronized|align\(\d+\)|__gshared|ref|inout|lazy|@\w+(?:\([^)]*\))?):?\s+)*"#,
            $rest
        )
    };
}

/// A type of D, and the space behind it.
macro_rules! d_type {
    ($rest:expr) => {
        d!(concat!(
            r"(?:(?:const|immutable|shared|inout|typeof)\([^()]*\)|[A-Za-z_][\w.]*(?:!\([^()]*\)|!\w+)?(?:\.\w+)*)(?:\[[^\]]*\])*\**(?:\s+(?:function|delegate)\([^()]*\)[\w\s@]*)?\s+",
            $rest
        ))
    };
}

/// Modifiers of a declaration of Vala or Apex, in any case.
macro_rules! modified {
    ($rest:expr) => {
        concat!(
            r"(?i)(?:(?:public|private|protected|internal|global|static|final|abstract|virtual|override|async|extern|inline|const|weak|unowned|owned|new|transient|testmethod|webservice|(?:with|without|inherited)\s+sharing|sealed|partial|@\w+(?:\([^)]*\))?)\s+)*",
            $rest
        )
    };
}

/// A type of Vala or Apex, and the space behind it.
macro_rules! typed {
    ($rest:expr) => {
        modified!(concat!(
            r"[A-Z_][\w.]*(?:\s*<[^()=;]*>)?(?:\s*\[[\w,]*\])*[?*]*(?:\[\])*\s+",
            $rest
        ))
    };
}

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            no_heads: Some(STATEMENTS),
            attribute: Some(("@", "")),
            rules: &[
                LineRule::local(
                    r"(?i)(?:(?:public|private|protected|internal|static|async|class)\s+)*(?P<name>get|set|construct)\s*(?:\{|;|$)",
                ),
                rule(Kind::Class, modified!(r"trigger\s+(?P<name>\w+)\s+on\s"), End::Indent),
                rule(Kind::Class, modified!(r"class\s+(?P<name>\w+)"), End::Indent),
                rule(Kind::Interface, modified!(r"interface\s+(?P<name>\w+)"), End::Indent),
                rule(Kind::Enum, modified!(r"enum\s+(?P<name>\w+)"), End::Indent),
                rule(
                    Kind::Constant,
                    r"(?i)(?:(?:public|private|protected|global)\s+)?(?:static\s+final|final\s+static)\s+[\w.]+(?:<[^=;]*>)?(?:\[\])*\s+(?P<name>\w+)\s*(?:=|;)",
                    End::Indent,
                ),
                rule(
                    Kind::Method,
                    typed!(r"(?P<name>\w+)\s*\((?:.*[{},(]|.*\)\s*;?|[^;=]*)$"),
                    End::Indent,
                ),
                // A constructor.
                rule(
                    Kind::Method,
                    r"(?i)(?:(?:public|private|protected|global|@\w+)\s+)+(?P<name>\w+)\s*\([^;=]*$",
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    typed!(r"(?P<name>\w+)\s*(?:=(?:[^=].*)?|;.*|\{.*|)$"),
                    End::Indent,
                ),
            ],
            ..SLASHES
        }),
        ..text("apex", "Apex", &["salesforce"], &["apex", "trigger", "apxc", "apxt"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            attribute: Some(("#[", "]")),
            members: Some(TYPED_MEMBER),
            rules: &[
                rule(
                    Kind::Function,
                    r"(?:pub(?:\([^)]*\))?\s+)?(?:extern\s+|const\s+)?(?:fn|func)\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Module,
                    r"(?:pub(?:\([^)]*\))?\s+)?(?:mod|namespace)\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Trait, r"(?:pub(?:\([^)]*\))?\s+)?trait\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Class,
                    r"(?:pub(?:\([^)]*\))?\s+)?(?:impl|component)\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Struct, r"(?:pub(?:\([^)]*\))?\s+)?struct\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"(?:pub(?:\([^)]*\))?\s+)?enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Type, r"(?:pub\s+)?type\s+(?P<name>\w+)", End::Line),
                rule(Kind::Macro, r"(?:pub\s+)?macro\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Constant, r"(?:pub(?:\([^)]*\))?\s+)?const\s+(?P<name>\w+)", End::Line),
            ],
            import: Some(r"(?:(?:pub\s+)?use|from)\s+(?P<target>[\w:.]+\w)"),
            ..SLASHES
        }),
        ..text("cairo", "Cairo", &[], &["cairo"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["rdmd", "dmd", "ldc", "dub"],
        lines: Some(LineRules {
            blocks: &[("/*", "*/"), ("/+", "+/")],
            no_heads: Some(STATEMENTS),
            attribute: Some(("@", "")),
            rules: &[
                rule(Kind::Module, r"module\s+(?P<name>[\w.]+)\s*;", End::Line),
                rule(Kind::Class, d!(r"class\s+(?P<name>\w+)"), End::Indent),
                rule(Kind::Interface, d!(r"interface\s+(?P<name>\w+)"), End::Indent),
                rule(Kind::Struct, d!(r"(?:struct|union)\s+(?P<name>\w+)"), End::Indent),
                rule(Kind::Macro, d!(r"(?:mixin\s+)?template\s+(?P<name>\w+)"), End::Indent),
                rule(
                    Kind::Enum,
                    d!(r"enum\s+(?P<name>\w+)\s*(?::\s*[\w.]+\s*)?(?:\{.*|$)"),
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    d!(r"enum\s+(?:[\w.!()\[\]*]+\s+)?(?P<name>\w+)\s*(?:\([^()]*\)\s*)?="),
                    End::Indent,
                ),
                rule(Kind::Type, d!(r"alias\s+(?P<name>\w+)\s*(?:\([^()]*\)\s*)?="), End::Indent),
                rule(Kind::Type, d!(r"alias\s+\S.*\s(?P<name>\w+)\s*;"), End::Line),
                rule(Kind::Method, d!(r"(?P<name>~?this)\s*\([^;]*$"), End::Indent),
                LineRule::local(
                    r"(?:@\w+\s+)*(?P<name>unittest|get|set|in|out|do|body)\b\s*(?:\{|$)",
                ),
                rule(Kind::Function, d_type!(r"(?P<name>\w+)\s*\("), End::Indent),
                // Its type is inferred.
                rule(
                    Kind::Function,
                    r"(?:(?:public|private|protected|package|static|final|override|pure|nothrow|ref|@\w+)\s+)+(?P<name>\w+)\s*\([^;]*$",
                    End::Indent,
                ),
                rule(
                    Kind::Variable,
                    d_type!(r"(?P<name>\w+)\s*(?:=[^=>]|;|,\s*\w+\s*[,;=])"),
                    End::Indent,
                ),
            ],
            import: Some(
                r"(?:(?:public|private|static)\s+)*import\s+(?:\w+\s*=\s*)?(?P<target>[\w.]+)",
            ),
            ..SLASHES
        }),
        ..text("d", "D", &["dlang"], &["d", "di", "dd"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            attribute: Some(("@", "")),
            rules: &[
                rule(Kind::Module, r"package\s+(?P<name>[\w.]+)\s*;", End::Line),
                rule(
                    Kind::Class,
                    r"(?:(?:private|public|extern|final|abstract|@:\w+(?:\([^)]*\))?)\s+)*class\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Interface,
                    r"(?:(?:private|extern)\s+)*interface\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Enum,
                    r"(?:(?:private|extern|@:\w+)\s+)*enum\s+(?:abstract\s+)?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Type,
                    r"(?:(?:private|extern|@:\w+(?:\([^)]*\))?)\s+)*(?:typedef|abstract)\s+(?P<name>[A-Z]\w*)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:(?:public|private|static|inline|override|dynamic|extern|macro|final|abstract|overload|@:?\w+(?:\([^)]*\))?)\s+)*function\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"(?:(?:public|private|static|inline|@:?\w+(?:\([^)]*\))?)\s+)*(?:static\s+)?(?:inline\s+var|inline\s+final|final)\s+(?P<name>\w+)\s*[:=]",
                    End::Line,
                ),
                rule(
                    Kind::Property,
                    r"(?:(?:public|private|static|inline|extern|override|@:?\w+(?:\([^)]*\))?)\s+)*var\s+(?P<name>\w+)",
                    End::Line,
                ),
            ],
            import: Some(r"(?:import|using)\s+(?P<target>[\w.]+)"),
            ..SLASHES
        }),
        ..text("haxe", "Haxe", &["hx"], &["hx", "hxsl"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            attribute: Some(("#[", "]")),
            rules: &[
                rule(Kind::Module, r"module\s+(?P<name>[\w:]+)\s*;", End::Line).plain(),
                rule(
                    Kind::Module,
                    r"(?:module|address)\s+(?P<name>[\w:]+)\s*(?:\{|$)",
                    End::Indent,
                )
                .plain(),
                rule(
                    Kind::Function,
                    r"(?:(?:public(?:\([^)]*\))?|entry|native|inline|friend|package|macro)\s+)*fun\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Struct, r"(?:(?:public|native)\s+)*struct\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"(?:public\s+)?enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Constant, r"const\s+(?P<name>\w+)\s*:", End::Line),
            ],
            import: Some(r"(?:public\s+)?use\s+(?P<target>[\w:]+\w)"),
            ..SLASHES
        }),
        ..text("move", "Move", &[], &["move"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            attribute: Some(("@", "")),
            strings: &["`"],
            rules: &[
                rule(Kind::Module, r"package\s+(?P<name>\w+)", End::Line),
                rule(Kind::Function, r"(?P<name>\w+)\s*::\s*(?:#\w+\s+)*proc\b", End::Indent),
                rule(
                    Kind::Struct,
                    r"(?P<name>\w+)\s*::\s*(?:struct|union|bit_field)\b",
                    End::Indent,
                ),
                rule(Kind::Enum, r"(?P<name>\w+)\s*::\s*enum\b", End::Indent),
                rule(
                    Kind::Type,
                    r"(?P<name>\w+)\s*::\s*(?:distinct|bit_set|map|matrix|\[|\^|#type)",
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"(?P<name>\w+)\s*:\s*(?:[\w.\[\]^]+\s*)?:\s*[^\s:]",
                    End::Indent,
                ),
                rule(Kind::Variable, r"(?P<name>\w+)\s*:(?:\s*=|\s*[\w.\[\]^]+)", End::Indent)
                    .at_margin(),
            ],
            import: Some(r#"(?:foreign\s+)?import\s+(?:\w+\s+)?"(?P<target>[^"]+)""#),
            ..SLASHES
        }),
        ..text("odin", "Odin", &[], &["odin"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["v"],
        lines: Some(LineRules {
            attribute: Some(("@[", "]")),
            sections: &[("const (", Kind::Constant), ("__global (", Kind::Variable)],
            rules: &[
                rule(Kind::Module, r"module\s+(?P<name>\w+)$", End::Line),
                rule(
                    Kind::Function,
                    r"(?:pub\s+)?fn\s+\((?:mut\s+|shared\s+)?\w+\s+(?P<receiver>&?\w+(?:\[[^\]]*\])?)\)\s*(?P<name>\w+|[-+*/%<>=!]+)\s*[(\[]",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:pub\s+)?fn\s+(?P<name>(?:C\.|JS\.)?\w+(?:\.\w+)?)\s*[(\[]",
                    End::Indent,
                ),
                rule(Kind::Struct, r"(?:pub\s+)?(?:struct|union)\s+(?P<name>[\w.]+)", End::Indent),
                rule(Kind::Interface, r"(?:pub\s+)?interface\s+(?P<name>[\w.]+)", End::Indent),
                rule(Kind::Enum, r"(?:pub\s+)?enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Type, r"(?:pub\s+)?type\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Constant, r"(?:pub\s+)?const\s+(?P<name>\w+)\s*=", End::Indent),
            ],
            import: Some(r"import\s+(?P<target>[\w.]+)"),
            ..SLASHES
        }),
        ..text("v", "V", &["vlang"], &["vsh", "vv"], &["v.mod"])
    },
    Row {
        class: Class::Code,
        interpreters: &["vala"],
        lines: Some(LineRules {
            no_heads: Some(STATEMENTS),
            attribute: Some(("[", "]")),
            strings: &["\"\"\""],
            rules: &[
                LineRule::local(
                    r"(?i)(?:(?:public|private|protected|internal|static|async|class)\s+)*(?P<name>get|set|construct)\s*(?:\{|;|$)",
                ),
                rule(Kind::Module, r"namespace\s+(?P<name>[\w.]+)", End::Indent),
                rule(
                    Kind::Class,
                    modified!(r"(?:class|errordomain)\s+(?P<name>[\w.]+)"),
                    End::Indent,
                ),
                rule(Kind::Interface, modified!(r"interface\s+(?P<name>[\w.]+)"), End::Indent),
                rule(Kind::Struct, modified!(r"struct\s+(?P<name>[\w.]+)"), End::Indent),
                rule(Kind::Enum, modified!(r"enum\s+(?P<name>[\w.]+)"), End::Indent),
                rule(
                    Kind::Type,
                    modified!(r"delegate\s+[\w.<>?\[\]]+\s+(?P<name>\w+)"),
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    modified!(r"signal\s+[\w.<>?\[\]]+\s+(?P<name>\w+)"),
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"(?:(?:public|private|internal|protected|static)\s+)*const\s+[\w.<>?]+(?:\s*\[\w*\])?\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    typed!(r"@?(?P<name>[\w.]+)\s*\((?:.*[{},(]|.*\)[^;=]*;?|[^;=]*)$"),
                    End::Indent,
                ),
                // A constructor, whose name may be qualified.
                rule(
                    Kind::Method,
                    r"(?:(?:public|private|protected|internal|async)\s+)+(?P<name>\w+(?:\.\w+)?)\s*\([^;=]*$",
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    typed!(r"(?P<name>\w+)\s*(?:=(?:[^=].*)?|;.*|\{.*)$"),
                    End::Indent,
                ),
            ],
            import: Some(r"using\s+(?P<target>[\w.]+)"),
            ..SLASHES
        }),
        ..text("vala", "Vala", &[], &["vala", "vapi"], &[])
    },
];
