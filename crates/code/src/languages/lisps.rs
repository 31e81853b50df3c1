//! Lisps, and what is written as they are: a definition is told by the line that it begins with, and ends with its
//! bracket.

use super::by_lines::rule;
use super::row::{Class, Row, text};
use crate::SymbolKind as Kind;
use crate::brackets::BracketRules;
use crate::lined::{End, LineRule, LineRules, NO_RULES};

/// A name in a Lisp.
macro_rules! name {
    () => {
        r#"(?P<name>[^\s()\[\]{}"',`;]+)"#
    };
}

/// A definition that ends with its bracket, by the words that it begins with, up to its name.
macro_rules! form {
    ($kind:expr, $words:expr) => {
        form($kind, concat!(r"\((?:", $words, r")\s+", name!()))
    };
}

/// The same with what stands between the words and the name, as a bracket or a quote.
macro_rules! form_with {
    ($kind:expr, $words:expr, $before:expr) => {
        form($kind, concat!(r"\((?:", $words, r")\s+", $before, name!()))
    };
}

const fn form(kind: Kind, head: &'static str) -> LineRule {
    rule(kind, head, End::Bracket).plain()
}

/// How Common Lisp, Scheme and Racket write what holds no bracket.
static LISP: BracketRules =
    BracketRules { comment: ";", block: Some(("#|", "|#")), character: Some("#\\"), bars: true };
static EMACS: BracketRules =
    BracketRules { comment: ";", block: None, character: Some("?"), bars: false };
static WASM: BracketRules =
    BracketRules { comment: ";;", block: Some(("(;", ";)")), character: None, bars: false };
static FENNEL: BracketRules =
    BracketRules { comment: ";", block: None, character: None, bars: false };

const LISP_LINES: LineRules =
    LineRules { comments: &[";"], blocks: &[("#|", "|#")], brackets: Some(&LISP), ..NO_RULES };

pub(super) static ROWS: &[Row] = &[
    Row {
        class: Class::Code,
        interpreters: &["sbcl", "clisp", "ecl", "ros", "cl"],
        lines: Some(LineRules {
            doc_below: true,
            rules: &[
                form!(
                    Kind::Function,
                    r"(?i)(?:[\w-]+:)?(?:defun\*?|defgeneric|defsetf|define-setf-expander|define-modify-macro|defsubst)"
                ),
                form(
                    Kind::Function,
                    r"(?i)\((?:[\w-]+:)?(?:defun|defgeneric)\s+(?P<name>\(setf\s+[^\s()]+\))",
                ),
                form!(Kind::Method, r"(?i)(?:[\w-]+:)?defmethod"),
                form(Kind::Method, r"(?i)\((?:[\w-]+:)?defmethod\s+(?P<name>\(setf\s+[^\s()]+\))"),
                form!(
                    Kind::Macro,
                    r"(?i)(?:[\w-]+:)?(?:defmacro\*?|define-symbol-macro|define-compiler-macro)"
                ),
                form!(Kind::Class, r"(?i)(?:[\w-]+:)?(?:defclass\*?|define-condition)"),
                form_with!(Kind::Struct, r"(?i)(?:[\w-]+:)?defstruct", r"\(?\s*"),
                form!(Kind::Type, r"(?i)(?:[\w-]+:)?(?:deftype|define-alien-type)"),
                form!(Kind::Constant, r"(?i)(?:[\w-]+:)?(?:defconstant|define-constant|defconst)"),
                form!(
                    Kind::Variable,
                    r"(?i)(?:[\w-]+:)?(?:defvar|defparameter|defglobal|define-alien-variable)"
                ),
                form_with!(
                    Kind::Module,
                    r"(?i)(?:[\w-]+:)?(?:defpackage|define-package|defsystem)",
                    r#"#?:?"?"#
                ),
                form_with!(Kind::Other, r"(?i)(?:[\w-]+:)?def[\w-]*|(?:[\w-]+:)?test", r#"[("']*"#)
                    .at_margin(),
            ],
            import: Some(
                r#"(?i)(?:\((?:ql:quickload|asdf:load-system|require|load|use-package)\s+|\(:(?:use|import-from)\s+)[#:'"]*(?P<target>[^\s()"]+)"#,
            ),
            ..LISP_LINES
        }),
        ..text(
            "commonlisp",
            "Common Lisp",
            &["lisp", "common-lisp", "cl"],
            &["lisp", "lsp", "cl", "asd"],
            &[],
        )
    },
    Row {
        class: Class::Code,
        interpreters: &["emacs"],
        lines: Some(LineRules {
            comments: &[";"],
            brackets: Some(&EMACS),
            doc_below: true,
            rules: &[
                form!(
                    Kind::Function,
                    r"(?:cl-|iter-)?def(?:un|subst|generic)\*?|define-inline|define-(?:derived|minor|global(?:ized)?-minor|generic|compilation)-mode|transient-define-\w+"
                ),
                form_with!(Kind::Function, r"defalias|define-obsolete-function-alias", "'"),
                form_with!(Kind::Variable, r"defvaralias|define-obsolete-variable-alias", "'"),
                form!(Kind::Function, r"defadvice|define-advice"),
                form!(Kind::Method, r"(?:cl-)?defmethod"),
                form!(Kind::Macro, r"(?:cl-)?defmacro\*?|pcase-defmacro|define-compiler-macro"),
                form_with!(Kind::Struct, r"(?:cl-)?defstruct", r"\(?\s*"),
                form_with!(Kind::Class, r"defclass|define-error", "'?"),
                form!(Kind::Type, r"cl-deftype"),
                form!(Kind::Constant, r"defconst"),
                form(
                    Kind::Variable,
                    r#"\((?:def(?:var|custom|var-local|var-keymap|face)|define-multisession-variable)\s+(?P<name>[^\s()\[\]{}"',`;]+)(?:\s|$)"#,
                ),
                form_with!(Kind::Other, r"ert-deftest|def[\w-]*", r#"[("']*"#).at_margin(),
            ],
            import: Some(
                r#"\((?:require\s+'|use-package\s+|load\s+"|load-library\s+")(?P<target>[^\s()"]+)"#,
            ),
            ..NO_RULES
        }),
        ..text(
            "elisp",
            "Emacs Lisp",
            &["emacs-lisp", "emacslisp", "emacs"],
            &["el"],
            &[".emacs", "_emacs", "Cask", "Eask", ".spacemacs"],
        )
    },
    Row {
        class: Class::Code,
        interpreters: &["fennel"],
        lines: Some(LineRules {
            comments: &[";"],
            brackets: Some(&FENNEL),
            no_heads: Some(r"\((?:local|var|global)\s+\S+\s+\((?:require|include)\b"),
            doc_below: true,
            rules: &[
                rule(Kind::Function, concat!(r"\((?:fn|lambda|λ|defn)\s+", name!()), End::Bracket),
                form!(Kind::Macro, r"macro|macrodebug"),
                form!(Kind::Variable, r"local|var|global"),
            ],
            import: Some(
                r#".*\((?:require|include|import-macros\s+\S+)\s+[:"](?P<target>[^\s()"]+)"#,
            ),
            ..NO_RULES
        }),
        ..text("fennel", "Fennel", &["fnl"], &["fnl", "fnlm"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["racket"],
        lines: Some(LineRules {
            goes_on: Some(r"\(define\S*\s+[^\s()]+$"),
            rules: &[
                form_with!(
                    Kind::Macro,
                    r"define-syntax(?:-rule|-parser|-parse-rule|es)?|define-simple-macro|define-for-syntax|define-match-expander",
                    r"\(?"
                ),
                form_with!(
                    Kind::Function,
                    r"define(?:/[\w/-]+|-public|\*)?|define-(?:memoized|inline|values/\w+)",
                    r"\(+"
                ),
                form(Kind::Class, r"\(define(?:/\w+)?\s+(?P<name>[^\s()\[\]{};]+%)(?:\s|$)"),
                form(
                    Kind::Function,
                    concat!(
                        r"\(define(?:/\w+)?\s+",
                        name!(),
                        r"\s*\((?:case-|opt-|match-|thunk|contract)?(?:lambda\b|λ)"
                    ),
                ),
                form!(Kind::Struct, r"(?:define-)?struct(?:/[\w-]+|\+\+|\*)?"),
                form_with!(Kind::Struct, r"define-struct", r"\("),
                form!(Kind::Interface, r"define-(?:signature|generics|interface)"),
                form!(Kind::Module, r"module[+*]?|define-unit"),
                form!(Kind::Type, r"define-type|define-new-subtype"),
                form!(
                    Kind::Variable,
                    r"define(?:/[\w/-]+)?|define-(?:parameter|runtime-path|logger|syntax-class)|def"
                ),
                form_with!(Kind::Variable, r"define-values", r"\("),
                form_with!(Kind::Other, r"def[\w-]*|test-(?:case|suite)", r#"[("']*"#).at_margin(),
            ],
            import: Some(
                r#"\(require\s+(?:\((?:for-syntax|only-in|prefix-in\s+\S+|except-in|submod)\s+)?"?(?P<target>[^\s()"]+)"#,
            ),
            ..LISP_LINES
        }),
        ..text("racket", "Racket", &["rkt"], &["rkt", "rktl", "rktd", "scrbl"], &[])
    },
    Row {
        class: Class::Code,
        interpreters: &["guile", "scheme", "chezscheme", "csi", "gosh", "gsi", "chibi-scheme"],
        lines: Some(LineRules {
            goes_on: Some(r"\(define\S*\s+[^\s()]+$"),
            rules: &[
                form_with!(
                    Kind::Macro,
                    r"define-syntax(?:-rule|-public|-rules)?|define-syntax-parameter|define-macro|defmacro(?:-public)?|define-syntax-case",
                    r"\(?"
                ),
                form_with!(Kind::Method, r"define-method|defmethod", r"\(?"),
                form_with!(
                    Kind::Function,
                    r"define(?:\*|-public|\*-public|-inlinable|-integrable|-inline|-memoized|/[\w-]+)?|define-(?:generic|constructor|procedure)",
                    r"\(+"
                ),
                form(
                    Kind::Function,
                    concat!(
                        r"\(define(?:-public)?\s+",
                        name!(),
                        r"\s*\((?:case-|named-|match-|opt-)?(?:lambda\b|λ)"
                    ),
                ),
                form_with!(
                    Kind::Struct,
                    r"define-(?:immutable-)?(?:record-type|record|structure|struct)\*?",
                    r"\(?"
                ),
                form!(Kind::Class, r"define-(?:class|condition-type)"),
                form(
                    Kind::Module,
                    r"\((?:define-module|define-library|library|module)\s+(?P<name>\([^()]+\)|[^\s()]+)",
                ),
                form!(Kind::Constant, r"define-(?:constant|enum\w*)"),
                form!(Kind::Variable, r"define(?:-public)?|define-parameter"),
                form_with!(Kind::Other, r"def[\w-]*|test-group", r#"[("']*"#).at_margin(),
            ],
            import: Some(
                r#"(?:\((?:use-modules|import|require-extension|use)\s+(?:\((?:only|prefix|except|rename)\s+)?|\(load\s+|#:use-module\s+\(?)(?P<target>\([^()]+\)|"[^"]+"|[^\s()]+(?:\s+[^\s()]+)*)"#,
            ),
            ..LISP_LINES
        }),
        ..text(
            "scheme",
            "Scheme",
            &["scm", "guile", "chez-scheme"],
            &["scm", "ss", "sld", "sls", "sps"],
            &[],
        )
    },
    Row {
        class: Class::Code,
        lines: Some(LineRules {
            comments: &[";;"],
            blocks: &[("(;", ";)")],
            brackets: Some(&WASM),
            rules: &[
                form_with!(Kind::Module, r"module|component|core module", r"\$"),
                form_with!(Kind::Function, r"func|core func", r"\$"),
                form_with!(Kind::Type, r"type|rec", r"\$"),
                form_with!(Kind::Variable, r"global|memory|table|elem|data", r"\$"),
                form_with!(Kind::Other, r"tag|event", r"\$"),
                form(
                    Kind::Function,
                    r#"\(import\s+"[^"]*"\s+"[^"]*"\s+\(func\s+\$(?P<name>[^\s()]+)"#,
                ),
                form(Kind::Other, r#"\(export\s+"(?P<name>[^"]+)""#),
            ],
            import: Some(r#"\(import\s+"(?P<target>[^"]+)""#),
            ..NO_RULES
        }),
        ..text("wat", "WebAssembly text", &["wasm", "webassembly", "wast"], &["wat", "wast"], &[])
    },
];
