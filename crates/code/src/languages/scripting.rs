//! Languages of scripts, told by their lines.

use super::by_lines::{MEMBER, rule};
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        interpreters: &["awk", "gawk", "mawk", "nawk"],
        lines: Some(LineRules {
            comments: &["#"],
            rules: &[
                rule(Kind::Function, r"func(?:tion)?\s+(?P<name>[\w:]+)\s*\(", End::Indent).namespaced(),
                rule(Kind::Rule, r"(?P<name>BEGIN|END|BEGINFILE|ENDFILE)\s*(?:\{|$)", End::Indent)
                    .at_margin(),
            ],
            import: Some(r#"@(?:include|load)\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("awk", "AWK", &["gawk"], &["awk", "gawk", "mawk", "nawk"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["::", "REM ", "rem ", "Rem ", "@REM ", "@rem "],
            no_heads: Some(r"(?i):eof\b"),
            rules: &[
                rule(Kind::Function, r":(?P<name>[A-Za-z_.$][^\s:;,=]*)", End::Section(0)),
                rule(Kind::Variable, r#"(?i)@?set\s+(?:/[ap]\s+)?"?(?P<name>[\w.-]+)="#, End::Line)
                    .at_margin(),
            ],
            import: Some(r#"(?i)@?call\s+"?(?P<target>[^:\s"][^\s"]*)"#),
            ..NO_RULES
        }),
        ..text("batch", "Batch", &["bat", "cmd", "batchfile", "dosbatch"], &["bat", "cmd"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["coffee"],
        lines: Some(LineRules {
            comments: &["#"],
            blocks: &[("###", "###")],
            strings: &["\"\"\"", "'''"],
            no_heads: Some(
                r"(?:.*=\s*require[\s(]|(?:if|unless|return|when|else|for|while|switch|then)\b)",
            ),
            rules: &[
                rule(
                    Kind::Class,
                    r"(?:(?:module\.)?exports(?:\.\w+)?\s*=\s*|[\w.]+\s*=\s*|export\s+(?:default\s+)?)?class\s+(?P<name>[@\w.$]+)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:export\s+)?@?(?P<name>[A-Za-z_$][\w$.:]*)\s*=\s*(?:[\w.$]+\s*=\s*)*(?:\w+\s*\(?\s*)?(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)?[-=]>",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r#"['"]?@?(?P<name>[A-Za-z_$][\w$]*)['"]?\s*:\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)?[-=]>"#,
                    End::Indent,
                ),
                rule(
                    Kind::Variable,
                    r"(?:export\s+)?(?P<name>[A-Za-z_$][\w$]*)\s*=(?:[^=]|$)",
                    End::Indent,
                )
                .at_margin(),
            ],
            import: Some(
                r#"(?:.*\brequire[\s(]+|import\s+(?:.*\s+from\s+)?)["'](?P<target>[^"']+)"#,
            ),
            ..NO_RULES
        }),
        ..text(
            "coffeescript",
            "CoffeeScript",
            &["coffee", "coffee-script"],
            &["coffee", "litcoffee", "iced", "cjsx"],
            &["Cakefile"],
        )
    },
    Row {
        class: Class::Code,
        interpreters: &["crystal"],
        lines: Some(LineRules {
            comments: &["#"],
            attribute: Some(("@[", "]")),
            members: Some(MEMBER),
            rules: &[
                rule(
                    Kind::Module,
                    r"(?:private\s+)?(?:module|lib)\s+(?P<name>[A-Z][\w:]*)",
                    End::Indent,
                ),
                rule(
                    Kind::Class,
                    r"(?:(?:abstract|private)\s+)*(?:class|annotation)\s+(?P<name>[A-Z][\w:]*)",
                    End::Indent,
                ),
                rule(
                    Kind::Struct,
                    r"(?:(?:abstract|private)\s+)*(?:struct|union)\s+(?P<name>[A-Z][\w:]*)",
                    End::Indent,
                ),
                rule(
                    Kind::Struct,
                    r"(?:private\s+)?record\s*\(?\s*(?P<name>[A-Z]\w*)",
                    End::Indent,
                ),
                rule(Kind::Enum, r"(?:private\s+)?enum\s+(?P<name>[A-Z][\w:]*)", End::Indent),
                rule(Kind::Macro, r"(?:private\s+)?macro\s+(?P<name>[\w.]+[?!=]?)", End::Indent),
                rule(
                    Kind::Function,
                    r"(?:(?:abstract|private|protected)\s+)*def\s+(?P<name>(?:self\.|[A-Z]\w*\.)?(?:\w+[?!=]?|\[\][?=]?|[-+*/%<>=!~^&|]+))",
                    End::Indent,
                ),
                rule(Kind::Function, r"(?:private\s+)?fun\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Type,
                    r"(?:private\s+)?(?:alias|type)\s+(?P<name>[A-Z][\w:]*)\s*=",
                    End::Line,
                ),
                rule(
                    Kind::Property,
                    r"(?:(?:private|protected)\s+)?(?:class_)?(?:property|getter|setter)[?!]?\s*\(?\s*:?(?P<name>[a-z_]\w*)",
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"(?:private\s+)?(?P<name>[A-Z][A-Z0-9_]+)\s*=[^=~]",
                    End::Indent,
                ),
            ],
            import: Some(r#"require\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("crystal", "Crystal", &["cr"], &["cr"], &[])
    },
    // A file that names its class is that class.
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["#"],
            strings: &["\"\"\""],
            attribute: Some(("@", "")),
            members: Some(MEMBER),
            rules: &[
                rule(Kind::Class, r"class_name\s+(?P<name>\w+)", End::Section(0)),
                rule(Kind::Class, r"class\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Function,
                    r"(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:static|remote|master|puppet)\s+)*func\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Property, r"signal\s+(?P<name>\w+)", End::Line),
                rule(Kind::Enum, r"enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Constant, r"const\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Variable,
                    r"(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:static|export(?:\([^)]*\))?|onready)\s+)*var\s+(?P<name>\w+)",
                    End::Indent,
                ),
            ],
            import: Some(r#"extends\s+"?(?P<target>[\w./:]+)"#),
            ..NO_RULES
        }),
        ..text("gdscript", "GDScript", &["gd", "godot"], &["gd"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["luau"],
        lines: Some(LineRules {
            comments: &["--"],
            blocks: &[("--[[", "]]"), ("--[=[", "]=]")],
            attribute: Some(("@", "")),
            no_heads: Some(r"local\s+\w+\s*=\s*require\b"),
            rules: &[
                rule(
                    Kind::Function,
                    r"(?:@\w+\s+)*(?:local\s+)?function\s+(?P<name>[\w.:]+)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:local\s+)?(?P<name>[\w.]+)\s*=\s*function\b",
                    End::Indent,
                ),
                rule(
                    Kind::Type,
                    r"(?:export\s+)?type\s+(?:function\s+)?(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Variable, r"local\s+(?P<name>\w+)[^=]*=", End::Indent).at_margin(),
            ],
            import: Some(r"local\s+\w+\s*=\s*require\(?\s*(?P<target>[^)]+)"),
            ..NO_RULES
        }),
        ..text("luau", "Luau", &["roblox"], &["luau"], &[])
    },
    // Bodies of functions need not be indented, and a script's functions need no end.
    Row {
        class: Class::Code,
        interpreters: &["octave", "octave-cli"],
        lines: Some(LineRules {
            comments: &["%", "#"],
            blocks: &[("%{", "%}"), ("#{", "#}")],
            doc_below: true,
            goes_on: Some(r".*\.\.\.$"),
            sections: &[
                ("properties", Kind::Property),
                ("enumeration", Kind::Constant),
                ("events", Kind::Property),
            ],
            rules: &[
                rule(Kind::Class, r"classdef\s*(?:\([^)]*\)\s*)?(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Function,
                    r"function\s+(?:(?:\[[^\]]*\]|\w+)\s*=\s*)?(?P<name>[A-Za-z_][\w.]*)",
                    End::Sibling,
                )
                .plain(),
            ],
            import: Some(r"(?:import\s+|pkg\s+load\s+)(?P<target>[\w.*-]+)"),
            ..NO_RULES
        }),
        ..text("matlab", "MATLAB", &["octave"], &["matlab"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["raku", "perl6", "rakudo"],
        lines: Some(LineRules {
            comments: &["#"],
            blocks: &[("=begin", "=end"), ("#`[", "]"), ("#`(", ")"), ("#`{", "}")],
            rules: &[
                rule(
                    Kind::Module,
                    r"unit\s+(?:module|package)\s+(?P<name>[\w:-]+)",
                    End::Section(0),
                ),
                rule(
                    Kind::Class,
                    r"unit\s+(?:class|grammar|role|monitor)\s+(?P<name>[\w:-]+\w)",
                    End::Section(0),
                ),
                rule(
                    Kind::Module,
                    r"(?:(?:my|our)\s+)?(?:module|package)\s+(?P<name>[\w:-]+\w)",
                    End::Indent,
                ),
                rule(
                    Kind::Class,
                    r"(?:(?:my|our)\s+)?(?:class|grammar|monitor|actor)\s+(?P<name>[\w:-]*\w)",
                    End::Indent,
                ),
                rule(Kind::Trait, r"(?:(?:my|our)\s+)?role\s+(?P<name>[\w:-]*\w)", End::Indent),
                rule(
                    Kind::Method,
                    r"(?:(?:multi|proto|only|my|our)\s+)*(?:method|submethod)\s+!?(?P<name>[\w'-]+)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:(?:multi|proto|only|my|our)\s+)*sub\s+(?P<name>[\w'-]+(?::[\w<>«»]+)?)",
                    End::Indent,
                )
                .plain(),
                rule(Kind::Function, r"(?:multi|proto)\s+(?P<name>[a-z][\w'-]*)\s*\(", End::Indent)
                    .plain(),
                rule(
                    Kind::Rule,
                    r"(?:(?:multi|proto|my)\s+)*(?:token|rule|regex)\s+(?P<name>[\w-]+)",
                    End::Indent,
                ),
                rule(Kind::Enum, r"(?:(?:my|our)\s+)?enum\s+(?P<name>[\w:-]*\w)", End::Indent),
                rule(Kind::Type, r"(?:(?:my|our)\s+)?subset\s+(?P<name>[\w:-]*\w)", End::Indent),
                rule(
                    Kind::Constant,
                    r"(?:(?:my|our)\s+)?constant\s+(?:\w+\s+)?[$@%&\\]?(?P<name>[\w-]+)",
                    End::Line,
                ),
                rule(
                    Kind::Property,
                    r"has\s+(?:[\w:]+(?:\[[^\]]*\])?\s+)?[$@%&][.!]?(?P<name>[\w-]+)",
                    End::Line,
                ),
                rule(Kind::Variable, r"our\s+(?:[\w:]+\s+)?[$@%](?P<name>[\w-]+)", End::Line),
            ],
            import: Some(r"(?:use|need|require)\s+(?P<target>[A-Z][\w:-]*|[a-z][a-z-][\w:-]*)"),
            ..NO_RULES
        }),
        ..text(
            "raku",
            "Raku",
            &["perl6", "rakulang"],
            &["raku", "rakumod", "rakutest", "rakudoc", "p6", "pm6", "pl6"],
            &[],
        )
    },
    // Tests and keywords have the names of their lines, at the margin.
    Row {
        class: Class::Code,
        interpreters: &["robot"],
        lines: Some(LineRules {
            comments: &["#"],
            rules: &[
                rule(Kind::Section, r"\*+\s*(?P<name>[A-Z][\w ]*?)\s*(?:\*.*)?$", End::Section(0))
                    .at_margin(),
                rule(Kind::Variable, r"[$@&%]\{(?P<name>[^}]+)\}", End::Indent).at_margin().plain(),
                rule(Kind::Function, r"(?P<name>[^\s*$@&%#|.\[](?:[^\s]| [^\s])*)$", End::Indent)
                    .at_margin()
                    .plain(),
            ],
            import: Some(r"(?:Library|Resource|Variables)\s{2,}(?P<target>\S+)"),
            ..NO_RULES
        }),
        ..text(
            "robot",
            "Robot Framework",
            &["robotframework", "robot-framework"],
            &["robot", "resource"],
            &[],
        )
    },
    Row {
        class: Class::Code,
        interpreters: &["tclsh", "wish", "expect", "jimsh", "tclkit"],
        lines: Some(LineRules {
            comments: &["#"],
            rules: &[
                rule(Kind::Module, r"namespace\s+eval\s+(?P<name>[\w:]*\w)", End::Indent),
                rule(
                    Kind::Class,
                    r"(?:oo::class\s+create|oo::define|(?:::)?(?:itcl::)?class|snit::(?:type|widget(?:adaptor)?))\s+(?P<name>[\w:]*\w)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:proc|(?:public|private|protected)\s+proc|typemethod|snit::proc)\s+(?P<name>[^\s{}\[\]$]+)",
                    End::Indent,
                ).namespaced(),
                rule(
                    Kind::Method,
                    r"(?:(?:public|private|protected)\s+)?(?:method|itcl::body|classmethod)\s+(?P<name>[^\s{}\[\]$]+)",
                    End::Indent,
                ),
                rule(Kind::Method, r"(?P<name>constructor|destructor)\s+\{", End::Indent),
                rule(Kind::Variable, r"variable\s+(?P<name>[\w:]+)(?:\s|$)", End::Indent),
                rule(Kind::Variable, r"set\s+(?P<name>[\w:]+)\s", End::Indent).at_margin(),
                rule(Kind::Other, r"(?:tcltest::)?test\s+(?P<name>[\w.:-]+)\s", End::Indent)
                    .at_margin()
                    .plain(),
            ],
            import: Some(r"(?:package\s+require\s+(?:-exact\s+)?|source\s+)(?P<target>[\w:./-]+)"),
            ..NO_RULES
        }),
        ..text("tcl", "Tcl", &["tk", "itcl"], &["tcl", "tm", "tk", "itcl", "exp", "xdc"], &[])
    },
];
