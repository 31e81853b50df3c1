//! Languages of proofs and of logic, told by their lines.

use super::by_lines::rule;
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::lined::{End, LineRules, NO_RULES};

/// What may stand before a declaration of Coq.
macro_rules! coq {
    ($rest:expr) => {
        concat!(
            r"(?:#\[[^\]]*\]\s*)?(?:(?:Global|Local|Polymorphic|Monomorphic|Program|Private|Time|Cumulative)\s*)*",
            $rest,
            r"\s+[({]?\s*(?P<name>[\pL_][\w']*)"
        )
    };
}

/// What may stand before a declaration of Lean.
macro_rules! lean {
    ($rest:expr) => {
        concat!(
            r"(?:@\[[^\]]*\]\s*)*(?:(?:private|protected|noncomputable|partial|unsafe|nonrec|local|scoped|public|meta)\s+)*",
            $rest
        )
    };
}

/// A name of Lean.
macro_rules! lean_name {
    () => {
        r"\s+(?P<name>(?:[\pL_][\w'!?₀-₉]*|«[^»]+»)(?:\.(?:[\pL_0-9][\w'!?₀-₉]*|«[^»]+»))*)"
    };
}

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &["--"],
            blocks: &[("{-", "-}")],
            no_heads: Some(r"(?:let|where|in|with|\(|\{|→|\.\.\.|using)(?:\s|$)"),
            rules: &[
                rule(Kind::Module, r"module\s+(?P<name>[^\s(){};@]+)", End::Sibling),
                rule(
                    Kind::Struct,
                    r"record\s+(?P<name>[^\s(){};@]+)(?:\s*[:({].*|$|\s[^=]*)$",
                    End::Sibling,
                )
                .plain(),
                rule(Kind::Enum, r"(?:co)?data\s+(?P<name>[^\s(){};@]+)", End::Sibling).plain(),
                rule(Kind::Function, r"pattern\s+(?P<name>[^\s(){};@]+)", End::Line).plain(),
                rule(Kind::Other, r"infix[lr]?\s+-?[\d.]+\s+(?P<name>[^\s(){};@]+)", End::Line).plain(),
                rule(
                    Kind::Function,
                    r"(?P<name>(?:[^\s(){};@.=|→λ∀-]|-[^\s-])[^\s(){};@]*)(?:\s+[^\s(){};@:=|]+)*\s+:(?:\s|$)",
                    End::Sibling,
                )
                .plain()
                .or_member(),
            ],
            import: Some(r"(?:open\s+)?import\s+(?P<target>[^\s(){};]+)"),
            ..NO_RULES
        }),
        ..text("agda", "Agda", &[], &["agda", "lagda"], &[])
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &[],
            blocks: &[("(*", "*)")],
            rules: &[
                rule(
                    Kind::Module,
                    r"Module\s+(?:Type\s+|Import\s+|Export\s+)*(?P<name>[\pL_][\w']*)",
                    End::Keyword(r"End\s"),
                ),
                rule(
                    Kind::Function,
                    coq!(r"(?:Theorem|Lemma|Remark|Fact|Corollary|Proposition|Property|Example|Goal)"),
                    End::Sibling,
                ),
                rule(
                    Kind::Function,
                    coq!(r"(?:Definition|Fixpoint|CoFixpoint|Function|Let(?:\s+Fixpoint)?|Equations\??|Instance|SubClass|Canonical(?:\s+Structure)?|Coercion)"),
                    End::Sibling,
                ),
                rule(
                    Kind::Enum,
                    coq!(r"(?:Inductive|CoInductive|Variant)"),
                    End::Sibling,
                ),
                rule(
                    Kind::Struct,
                    coq!(r"(?:Record|Structure|HB\.(?:structure|mixin|factory|builders)\s+(?:Definition|Record|Context))"),
                    End::Sibling,
                ),
                rule(Kind::Trait, coq!(r"Class"), End::Sibling),
                rule(
                    Kind::Constant,
                    coq!(r"(?:Axiom|Conjecture|Parameters?|Hypothes[ie]s|Variables?|Context|Axioms|Primitive)"),
                    End::Sibling,
                ),
                rule(Kind::Macro, coq!(r"(?:Ltac2?|Tactic\s+Notation|Notation)(?:\s+rec|\s+mutable)?"), End::Sibling),
                rule(
                    Kind::Macro,
                    r#"(?:(?:Global|Local|Reserved)\s+)*(?:Tactic\s+)?(?:Notation|Infix)\s+(?P<name>"[^"]+")"#,
                    End::Sibling,
                )
                .plain(),
                rule(Kind::Section, r"Section\s+(?P<name>\w+)", End::Keyword(r"End\s")),
            ],
            import: Some(
                r"(?:From\s+[\w.]+\s+)?(?:Require\s+)?(?:Import|Export|Require)\s+(?P<target>[\w.]+\w)",
            ),
            ..NO_RULES
        }),
        ..text("coq", "Coq", &["rocq"], &["coq"], &["_CoqProject", "_RocqProject"])
    },
    Row {
        class: Class::Code,
        interpreters: &["lean"],
        lines: Some(LineRules {
            comments: &["--"],
            blocks: &[("/-", "-/")],
            attribute: Some(("@[", "]")),
            rules: &[
                rule(
                    Kind::Module,
                    r"(?:public\s+)?namespace\s+(?P<name>[\w.«»']+)",
                    End::Keyword(r"end\s+\S"),
                ),
                rule(Kind::Struct, lean!(concat!(r"structure", lean_name!())), End::Indent),
                rule(Kind::Trait, lean!(concat!(r"class(?:\s+abbrev)?", lean_name!())), End::Indent),
                rule(
                    Kind::Enum,
                    lean!(concat!(r"(?:class\s+)?(?:co)?inductive", lean_name!())),
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    lean!(concat!(r"(?:def|theorem|lemma|instance|example|irreducible_def)(?:\s*\(priority[^)]*\))?", lean_name!())),
                    End::Indent,
                ),
                rule(Kind::Type, lean!(concat!(r"abbrev", lean_name!())), End::Indent),
                rule(Kind::Constant, lean!(concat!(r"(?:axiom|opaque|constant)", lean_name!())), End::Indent),
                rule(
                    Kind::Macro,
                    lean!(concat!(r"(?:macro|syntax|elab|declare_syntax_cat|initialize|register_\w+)", lean_name!())),
                    End::Indent,
                ),
                rule(
                    Kind::Macro,
                    lean!(r#"(?:macro|syntax|elab|notation|infix[lr]?|prefix|postfix)(?:\s*\([^)]*\)|\s*:\d+)*\s+(?P<name>"[^"]+")"#),
                    End::Indent,
                )
                .plain(),
                rule(Kind::Constant, r"\|\s*(?P<name>[\pL_][\w']*)(?:\s*[:(].*)?$", End::Line),
                rule(Kind::Rule, r"(?:lean_lib|lean_exe|package|script|target)\s+(?P<name>[\w.«»-]+)", End::Indent)
                    .at_margin(),
            ],
            import: Some(r"(?:public\s+)?(?:meta\s+)?import\s+(?:all\s+)?(?P<target>[\w.]+)"),
            ..NO_RULES
        }),
        ..text("lean", "Lean", &["lean4"], &["lean"], &[])
    },
    // Clauses of one head are one predicate.
    Row {
        class: Class::Code,
        interpreters: &["swipl", "gprolog", "scryer-prolog", "yap", "prolog"],
        lines: Some(LineRules {
            comments: &["%"],
            blocks: &[("/*", "*/")],
            clauses: true,
            rules: &[
                rule(Kind::Module, r":-\s*module\(\s*'?(?P<name>[\w/]+)", End::Line),
                rule(Kind::Module, r":-\s*object\(\s*(?P<name>\w+)", End::Keyword(r":-\s*end_object")),
                rule(
                    Kind::Variable,
                    r":-\s*(?:dynamic|multifile|discontiguous|table)\s*\(?\s*(?P<name>\w+)/\d",
                    End::Indent,
                ),
                rule(
                    Kind::Function,
                    r"(?:\w+:)?(?P<name>[a-z]\w*)(?:\(.*|\s*(?::-|-->|=>).*|\.|)$",
                    End::Indent,
                )
                .at_margin(),
                rule(Kind::Function, r"(?P<name>'[^']+')\s*(?:\(|:-|-->)", End::Indent).at_margin().plain(),
            ],
            import: Some(
                r"(?::-\s*)?(?:use_module|ensure_loaded|consult|include|autoload)\(\s*(?:library\()?'?(?P<target>[\w/.]+)",
            ),
            ..NO_RULES
        }),
        ..text("prolog", "Prolog", &["swipl", "swi-prolog"], &["prolog", "lgt"], &[])
    },
];
