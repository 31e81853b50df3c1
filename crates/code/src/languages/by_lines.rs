//! Languages whose definitions are told by their lines: a grammar is not there, or its tables are so large
//! that all others together are hardly more (docs/languages.md). Those of `loose` are told so, too.

use super::row::{Class, Grammar, Row, grammar, parsed, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRule, LineRules, NO_RULES};

/// What follows the name of a function of Julia that is written as `f(x; y=1)::T where {T} = …`.
macro_rules! short_function {
    () => {
        concat!(
            r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*",
            r"(?:::(?:[^\s={]|\{[^}]*\})+\s*)?",
            r"(?:where\s+(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w+(?:\s*<:\s*\w+)?)\s*)*",
            r"=(?:[^=>]|$)"
        )
    };
}

/// A member of an enum: `Red`, `Red = 1`, `RED("red")`, with the comma or the semicolon behind it.
pub(super) const MEMBER: &str =
    r"(?P<name>[A-Za-z_]\w*)\s*(?:\([^()]*\)\s*)?(?:=[^,;=]*)?(?:[,;]\s*|$)";

pub(super) const fn rule(kind: Kind, head: &'static str, end: End) -> LineRule {
    LineRule::new(kind, head, end)
}

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["!"],
            rules: &[
                rule(
                    Kind::Module,
                    r"(?i)(?:sub)?module\s+(?:\([^)]*\)\s*)?(?P<name>\w+)$",
                    End::Keyword(r"(?i)end\s*(?:sub)?module"),
                ),
                rule(
                    Kind::Function,
                    r"(?i)module\s+procedure\s+(?P<name>\w+)$",
                    End::Keyword(r"(?i)end\s*procedure"),
                ),
                rule(
                    Kind::Constant,
                    r"(?i)[^!:]*\bparameter\b[^:]*::\s*(?P<name>\w+)\s*=",
                    End::Line,
                ),
                rule(
                    Kind::Module,
                    r"(?i)program\s+(?P<name>\w+)$",
                    End::Keyword(r"(?i)end\s*program"),
                ),
                rule(
                    Kind::Function,
                    r"(?i)(?:(?:pure|elemental|recursive|impure|module)\s+)*subroutine\s+(?P<name>\w+)",
                    End::Keyword(r"(?i)end\s*subroutine|end$"),
                ),
                rule(
                    Kind::Function,
                    r"(?i)(?:[\w(),=*:\s]+?\s)?function\s+(?P<name>\w+)\s*\(",
                    End::Keyword(r"(?i)end\s*function|end$"),
                ),
                rule(
                    Kind::Interface,
                    r"(?i)(?:abstract\s+)?interface\s+(?P<name>(?:operator|assignment)\s*\([^)]+\)|\w+)",
                    End::Keyword(r"(?i)end\s*interface"),
                ),
                rule(
                    Kind::Struct,
                    r"(?i)type(?:\s*,[^:]*)?(?:\s*::\s*|\s+)(?P<name>\w+)$",
                    End::Keyword(r"(?i)end\s*type"),
                ),
            ],
            import: Some(r"(?i)use(?:\s*,[^:]*::)?\s+(?P<target>\w+)"),
            ..NO_RULES
        }),
        ..text(
            "fortran",
            "Fortran",
            &["f90"],
            &["f", "f77", "f90", "f95", "f03", "f08", "for", "ftn", "fypp"],
            &[],
        )
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//", "(*"],
            blocks: &[("(*", "*)")],
            strings: &["\"\"\""],
            attribute: Some(("[<", ">]")),
            no_names: &[
                "private", "internal", "public", "inline", "mutable", "rec", "and set", "and get",
            ],
            rules: &[
                rule(
                    Kind::Module,
                    r"(?:namespace|module)\s+(?:(?:rec|private|internal|global)\s+)*(?P<name>[\w.]+)$",
                    End::Line,
                ),
                rule(
                    Kind::Module,
                    r"module\s+(?:(?:rec|private|internal)\s+)*(?P<name>[\w.]+)\s*=",
                    End::Indent,
                ),
                rule(
                    Kind::Class,
                    r"(?:\[<[^>]*>\]\s*)?(?:type|and)\s+(?:\[<[^>]*>\]\s*)?(?:(?:private|internal|public)\s+)*(?P<name>[A-Z][\w.]*)",
                    End::Indent,
                ),
                rule(
                    Kind::Type,
                    r"type\s+(?:(?:private|internal|public)\s+)*(?P<name>[a-z_]\w*)",
                    End::Indent,
                ),
                rule(Kind::Class, r"exception\s+(?P<name>\w+)", End::Line),
                // A case of a union, and not of a match.
                rule(
                    Kind::Constant,
                    r"\|\s*(?P<name>[A-Z]\w*)(?:\s+of\s[^>]*|\s*=[^>]*)?$",
                    End::Line,
                ),
                rule(
                    Kind::Function,
                    r#"(?:\[<[^>]*>\]\s*)?(?:(?:static\s+)?let|and)\s+(?:(?:rec|inline|private|internal|public|mutable)\s+)*(?P<name>``[^`]+``|[A-Za-z_][\w']*|\([^\w()\s]+\)|\(\|[\w|]+\|\))(?:\s*<[^|=]|\s*\(|\s+[A-Za-z_(\["{`]|$)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Variable,
                    r"(?:\[<[^>]*>\]\s*)?(?:static\s+)?let\s+(?:\[<[^>]*>\]\s*)?(?:(?:rec|inline|private|internal|public|mutable)\s+)*(?P<name>``[^`]+``|[A-Za-z_][\w']*)\s*[:=]",
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    r"(?:(?:static|override|default)\s+)*member\s+val\s+(?:(?:private|internal|public|mutable)\s+)*(?P<name>\w+)",
                    End::Line,
                ),
                rule(
                    Kind::Method,
                    r"(?:(?:static|abstract|override|default|member|private|inline)\s+)*(?:member|override|default|abstract)\s+(?:(?:private|internal|public|inline)\s+)*(?:\w+\.)?(?P<name>``[^`]+``|\w+|\([^\w()\s]+\))",
                    End::Indent,
                ),
            ],
            import: Some(r"open\s+(?P<target>[\w.]+)"),
            ..NO_RULES
        }),
        ..text("fsharp", "F#", &["f#", "fs"], &["fs", "fsx", "fsi"], &[])
    },
    // C++'s grammar reads it without its semantics.
    parsed(
        Class::Code,
        "hlsl",
        "HLSL",
        &[],
        &["hlsl", "hlsli", "fx"],
        Grammar {
            readable: crate::readable::without_semantics,
            ..grammar(
                tree_sitter_cpp::LANGUAGE,
                concat!(
                    include_str!("../../queries/cpp.scm"),
                    "\n",
                    include_str!("../../queries/c.scm")
                ),
            )
        },
    ),
    Row {
        class: Class::Code,
        interpreters: &["julia"],
        lines: Some(LineRules {
            comments: &["#"],
            blocks: &[("#=", "=#")],
            strings: &["\"\"\""],
            docstring: Some("\"\"\""),
            rules: &[
                rule(Kind::Module, r"(?:bare)?module\s+(?P<name>\w+)", End::Line),
                rule(
                    Kind::Function,
                    r"(?:(?:\w+\.)?@\w+\s+)*function\s+(?:(?:\w+\.)*:)?\(?(?P<name>[^\w\s.(){}@#,;:]+)\)?\s*\(",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:(?:\w+\.)?@\w+\s+)*function\s+(?P<name>[\w.!]+)",
                    End::Indent,
                ),
                // What calls a value of a type, and a function in a variable.
                rule(
                    Kind::Function,
                    r"(?:function\s+)?\(\s*\w*::(?P<name>[A-Z]\w*)(?:\{[^=]*?\})?\)\([^=]*\)(?:::\S+)?(?:\s+where\s+[^=]+)?\s*(?:=[^=]|$)",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:const\s+)?(?P<name>[\pL_][\w!]*)\s*=\s*(?:function\b|(?:\([^()=]*\)|\w+)\s*->\s*(?:begin\b|$))",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:const\s+)?(?P<name>[\pL_][\w!]*)\s*=\s*(?:\([^()=]*\)|\w+)\s*->",
                    End::Line,
                ),
                rule(Kind::Macro, r"macro\s+(?P<name>\w+)", End::Indent),
                rule(
                    Kind::Struct,
                    r"(?:(?:\w+\.)?@\w+\s+)*(?:mutable\s+)?struct\s+(?P<name>\w+)",
                    End::Indent,
                ),
                rule(Kind::Interface, r"(?:abstract|primitive)\s+type\s+(?P<name>\w+)", End::Line),
                rule(Kind::Enum, r"@enum\s+(?P<name>\w+)(?:::\w+)?\s+begin\b", End::Indent),
                rule(Kind::Enum, r"@enum\s+(?P<name>\w+)", End::Line),
                rule(
                    Kind::Constant,
                    r"const\s+(?P<name>\w+)(?:\{[^=]*\})?(?:::\S+)?\s*=",
                    End::Line,
                ),
                rule(
                    Kind::Function,
                    concat!(
                        r"(?:@\w+\s+)*(?:\w+\.)*:\(?(?P<name>[^\w\s.(){}@#,;:]+)\)?",
                        short_function!()
                    ),
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    concat!(
                        r"(?:@\w+\s+)*(?P<name>[\pL_][\w.!]*|[-+*/<>^%&|~]+)(?:\{[^=]*\})?",
                        short_function!()
                    ),
                    End::Indent,
                ),
            ],
            members: Some(MEMBER),
            import: Some(r#"(?:using\s+|import\s+|include\(")(?P<target>[\w./]+)"#),
            ..NO_RULES
        }),
        ..text("julia", "Julia", &["jl"], &["jl"], &[])
    },
    Row {
        class: Class::Prose,
        lines: Some(LineRules {
            comments: &["%"],
            verbatim: &[
                ("\\begin{verbatim", "\\end{verbatim"),
                ("\\begin{Verbatim", "\\end{Verbatim"),
                ("\\begin{lstlisting", "\\end{lstlisting"),
                ("\\begin{minted", "\\end{minted"),
                ("\\begin{alltt", "\\end{alltt"),
                ("\\begin{comment", "\\end{comment"),
            ],
            rules: &[
                rule(
                    Kind::Section,
                    r"\\part\*?(?:\[[^\]]*\])?\{(?P<name>(?:[^{}]|\{[^{}]*\})+)\}",
                    End::Section(0),
                ),
                rule(
                    Kind::Section,
                    r"\\chapter\*?(?:\[[^\]]*\])?\{(?P<name>(?:[^{}]|\{[^{}]*\})+)\}",
                    End::Section(1),
                ),
                rule(
                    Kind::Section,
                    r"\\section\*?(?:\[[^\]]*\])?\{(?P<name>(?:[^{}]|\{[^{}]*\})+)\}",
                    End::Section(2),
                ),
                rule(
                    Kind::Section,
                    r"\\subsection\*?(?:\[[^\]]*\])?\{(?P<name>(?:[^{}]|\{[^{}]*\})+)\}",
                    End::Section(3),
                ),
                rule(
                    Kind::Section,
                    r"\\subsubsection\*?(?:\[[^\]]*\])?\{(?P<name>(?:[^{}]|\{[^{}]*\})+)\}",
                    End::Section(4),
                ),
                rule(
                    Kind::Macro,
                    r"(?:\\(?:global|long|outer|protected)\s*)*\\(?:(?:(?:re|provide)?new|provide)(?:command|robustcmd)|(?:provide|Declare)(?:Robust|robust)(?:Command|cmd)|DeclareMathOperator|(?:re)?newenvironment|newtheorem|(?:New|Renew|Provide|Declare)(?:Expandable)?Document(?:Command|Environment)|[egx]?def)\*?\s*(?:\{\s*\\?|\\)(?P<name>[\w@]+)",
                    End::Line,
                ),
                rule(
                    Kind::Macro,
                    r"\\cs_(?:new|set|gset|generate)\w*:\w+\s*\{?\s*\\(?P<name>[\w@]+)",
                    End::Line,
                ),
            ],
            import: Some(
                r"\\(?:usepackage|input|include|documentclass)(?:\[[^\]]*\])?\{(?P<target>[^}]+)\}",
            ),
            ..NO_RULES
        }),
        ..text("latex", "LaTeX", &["tex"], &["tex", "sty", "cls", "dtx", "def", "bbx", "cbx"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["#"],
            blocks: &[("#[", "]#"), ("##[", "]##")],
            strings: &["\"\"\""],
            sections: &[
                ("const", Kind::Constant),
                ("let", Kind::Variable),
                ("var", Kind::Variable),
            ],
            rules: &[
                rule(
                    Kind::Macro,
                    r"(?:template|macro)\s+`?(?P<name>[\w\[\]=+/<>~*$@&%!?^.|-]+?)(?:$|`|[\s*\[(:{])",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:proc|func|method|iterator|converter)\s+`?(?P<name>[\w\[\]=+/<>~*$@&%!?^.|-]+?)(?:$|`|[\s*\[(:{])",
                    End::Indent,
                ),
                rule(
                    Kind::Class,
                    r"(?:type\s+)?(?P<name>[A-Z]\w*)\*?\s*(?:\[[^\]]*\]\s*)?(?:\{[^}]*\}\s*)?=\s*(?:(?:ref|ptr)\s+)?(?:object|tuple)\b",
                    End::Indent,
                ),
                rule(
                    Kind::Enum,
                    r"(?:type\s+)?(?P<name>[A-Z]\w*)\*?\s*(?:\{[^}]*\}\s*)?=\s*enum\b",
                    End::Indent,
                ),
                rule(
                    Kind::Interface,
                    r"(?:type\s+)?(?P<name>[A-Z]\w*)\*?\s*(?:\[[^\]]*\]\s*)?=\s*concept\b",
                    End::Indent,
                ),
                rule(
                    Kind::Type,
                    r"(?:type\s+)?(?P<name>[A-Z]\w*)\*?\s*(?:\[[^\]]*\]\s*)?=\s*(?:distinct|proc|ref|ptr|set|seq)\b",
                    End::Line,
                ),
                rule(Kind::Constant, r"const\s+(?P<name>\w+)", End::Line),
                rule(Kind::Variable, r"(?:let|var)\s+(?P<name>\w+)", End::Line),
                // What Nimble runs.
                rule(Kind::Rule, r#"task\s+(?P<name>\w+)\s*,\s*""#, End::Indent),
            ],
            members: Some(MEMBER),
            import: Some(r"(?:import|from|include)\s+(?P<target>[\w./]+)"),
            ..NO_RULES
        }),
        ..text("nim", "Nim", &[], &["nim", "nims", "nimble"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["perl"],
        lines: Some(LineRules {
            comments: &["#"],
            blocks: &[
                ("__END__", "\0"),
                ("__DATA__", "\0"),
                ("=pod", "=cut"),
                ("=head", "=cut"),
                ("=over", "=cut"),
                ("=encoding", "=cut"),
                ("=begin", "=cut"),
            ],
            heredocs: true,
            rules: &[
                rule(Kind::Module, r"package\s+(?P<name>[\w:]+)[^;]*\{", End::Indent),
                rule(Kind::Module, r"package\s+(?P<name>[\w:]+)", End::Line),
                rule(Kind::Class, r"class\s+(?P<name>[A-Za-z_][\w:]*)(?:\s[^;=]*)?\{", End::Indent),
                rule(Kind::Class, r"class\s+(?P<name>[A-Za-z_][\w:]*)(?:\s[^;={]*)?;", End::Line),
                rule(
                    Kind::Function,
                    r"(?:(?:async|my|our|state)\s+)*sub\s+(?P<name>[\w:]+)",
                    End::Indent,
                ),
                rule(Kind::Method, r"method\s+(?P<name>\w+)\s*(?:[({:]|$)", End::Indent),
                rule(Kind::Property, r"field\s+[$@%](?P<name>\w+)", End::Line),
                // An attribute of Moose.
                rule(
                    Kind::Property,
                    r#"has(?:\s+|\s*\(\s*)["']?\+?(?P<name>[A-Za-z_]\w*)["']?\s*(?:=>|,|;)"#,
                    End::Indent,
                ),
                rule(
                    Kind::Property,
                    r#"has\s*\(?\s*\[\s*(?:qw\s*[(\[{/<]\s*|["']\+?)(?P<name>[A-Za-z_]\w*)(?P<more>[^\])}>/=]*)"#,
                    End::Line,
                ),
                rule(
                    Kind::Function,
                    r"(?:my|our|state)\s+\$(?P<name>\w+)\s*=\s*(?:async\s+)?sub\b",
                    End::Indent,
                ),
                // Around a method of Moose, and what is called by another name.
                rule(
                    Kind::Method,
                    r#"(?:around|before|after|override|augment)\s*\(?\s*["']?(?P<name>\w+)["']?\s*(?:=>|,)\s*sub\b"#,
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"\*(?P<name>[A-Za-z_][\w:]*)\s*=\s*(?:\\&|sub\b)",
                    End::Indent,
                ),
                rule(
                    Kind::Constant,
                    r"use\s+constant\s+(?:\+?\{\s*)?(?P<name>[A-Za-z_]\w*)",
                    End::Indent,
                ),
                rule(Kind::Variable, r"our\s+[$@%](?P<name>\w+)", End::Line),
            ],
            sections: &[("use constant {", Kind::Constant), ("use constant +{", Kind::Constant)],
            import: Some(r"(?:use|require)\s+(?P<target>[A-Za-z][\w:]*)"),
            ..NO_RULES
        }),
        ..text("perl", "Perl", &[], &["pl", "pm", "t"], &["Makefile.PL"])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//", "#"],
            blocks: &[("/*", "*/")],
            rules: &[
                rule(Kind::Struct, r"(?:struct|union|exception)\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Service, r"service\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Enum, r"s?enum\s+(?P<name>\w+)", End::Indent),
                rule(Kind::Type, r"typedef\s+.*?\s(?P<name>\w+)\s*(?:\(.*\)\s*)?[,;]?$", End::Line),
                rule(Kind::Constant, r"const\s+.+?\s(?P<name>\w+)\s*=", End::Indent),
                rule(
                    Kind::Endpoint,
                    r"(?:(?:oneway|async)\s+)?[A-Za-z][\w.]*(?:<.*>)?\s+(?P<name>\w+)\s*\(",
                    End::Indent,
                ),
            ],
            members: Some(MEMBER),
            import: Some(r#"include\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("thrift", "Thrift", &[], &["thrift"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["//"],
            blocks: &[("/*", "*/")],
            rules: &[
                rule(
                    Kind::Interface,
                    r"interface\s+(?:(?:automatic|static)\s+)?(?P<name>[A-Za-z_]\w*)",
                    End::Keyword("endinterface"),
                ),
                rule(
                    Kind::Module,
                    r"(?:module|macromodule|program|package|primitive)\s+(?:(?:automatic|static)\s+)?(?P<name>[A-Za-z_]\w*)",
                    End::Keyword("end(?:module|program|package|primitive)"),
                ),
                rule(
                    Kind::Class,
                    r"(?:virtual\s+)?class\s+(?:(?:automatic|static)\s+)?(?P<name>\w+)",
                    End::Keyword("endclass"),
                ),
                rule(
                    Kind::Method,
                    r"(?:extern|pure|import)\b.*?\b(?:function|task)\s.*?(?P<name>\w+)\s*[(;]",
                    End::Line,
                ),
                rule(
                    Kind::Function,
                    r"(?:(?:virtual|static|protected|local)\s+)*(?:function|task)\s+(?:[\w:\[\]$-]+\s+)*?(?P<name>[A-Za-z_][\w:]*)\s*[(;]",
                    End::Keyword("end(?:function|task)"),
                ),
                rule(Kind::Class, r"covergroup\s+(?P<name>[A-Za-z_]\w*)", End::Keyword("endgroup")),
                rule(
                    Kind::Property,
                    r"property\s+(?P<name>[A-Za-z_]\w*)\s*[(;]",
                    End::Keyword("endproperty"),
                ),
                rule(
                    Kind::Rule,
                    r"sequence\s+(?P<name>[A-Za-z_]\w*)\s*[(;]",
                    End::Keyword("endsequence"),
                ),
                rule(
                    Kind::Rule,
                    r"(?:static\s+)?constraint\s+(?P<name>[A-Za-z_][\w:]*)\s*(?:\{|$)",
                    End::Indent,
                ),
                rule(Kind::Macro, r"`define\s+(?P<name>\w+)", End::Line),
                rule(
                    Kind::Type,
                    r"(?:typedef\s.*)?\}\s*(?P<name>\w+)\s*(?:\[[^\]]*\]\s*)*;",
                    End::Line,
                ),
                rule(Kind::Type, r"typedef\s[^{}]*?(?P<name>\w+)\s*(?:\[[^\]]*\]\s*)*;", End::Line),
                rule(Kind::Constant, r"(?:localparam|parameter)\s.*?(?P<name>\w+)\s*=", End::Line),
            ],
            import: Some(r#"(?:import\s+|`include\s+")(?P<target>[\w:*./-]+)"#),
            ..NO_RULES
        }),
        ..text("verilog", "Verilog", &["systemverilog", "sv"], &["v", "vh", "sv", "svh"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["\""],
            rules: &[
                rule(
                    Kind::Function,
                    r"(?:export\s+)?(?:fu(?:nc(?:tion)?)?!?|def)\s+(?:[sg]:)?(?P<name>[\w#.]+)\s*\(",
                    End::Keyword("endf|enddef"),
                ),
                rule(Kind::Macro, r"com(?:mand)?!?\s+(?:-\S+\s+)*(?P<name>[A-Z]\w*)", End::Line),
                rule(
                    Kind::Constant,
                    r"(?:const|final)\s+(?:[gsb]:)?(?P<name>\w+)\s*[:=]",
                    End::Line,
                ),
                rule(Kind::Variable, r"let\s+[gsb]:(?P<name>\w+)", End::Line),
            ],
            import: Some(r"(?:source|runtime!?)\s+(?P<target>\S+)"),
            ..NO_RULES
        }),
        ..text("vim", "Vim script", &["vimscript", "viml"], &["vim"], &[".vimrc", ".gvimrc"])
    },
];
