//! Extensions that several languages have. The one that an extension usually means keeps a file unless the
//! file says what only another language can, and nothing that this one says.

use crate::detect::{extension, starts_a_line};

/// What a file that the extension says is in `language` is in; `None` where it is as the extension says.
pub(crate) fn language(language: &str, path: &str, text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    match (language, extension(path)?.as_str()) {
        ("objectivec", "m") => is_matlab(text).then_some("text"),
        ("latex", "cls") => of_class(text),
        ("latex", "def") => (!starts_a_line(text, &["\\", "%"])).then_some("text"),
        ("verilog", "v") => (is_coq(text) || is_v(text)).then_some("text"),
        ("perl", "pl") => is_prolog(text).then_some("text"),
        ("pascal", "pp") => is_puppet(text).then_some("text"),
        ("fsharp", "fs") => of_fragment(text),
        ("typescript", "ts") => is_translation(text).then_some("xml"),
        _ => None,
    }
}

/// MATLAB, Octave, Mathematica, Mercury.
fn is_matlab(text: &str) -> bool {
    const OBJECTIVE_C: [&str; 12] = [
        "#import",
        "#include",
        "#define",
        "#if",
        "#pragma",
        "@interface",
        "@implementation",
        "@protocol",
        "@class",
        "@end",
        "//",
        "/*",
    ];
    const OTHERS: [&str; 10] = [
        "%",
        "classdef ",
        "function ",
        "## ",
        "(*",
        ":- ",
        "clear all",
        "close all",
        "clc;",
        "endfunction",
    ];
    !starts_a_line(text, &OBJECTIVE_C) && starts_a_line(text, &OTHERS)
}

/// A class of Apex or of Visual Basic, and not of LaTeX.
fn of_class(text: &str) -> Option<&'static str> {
    const MODIFIERS: [&str; 8] = [
        "public ",
        "private ",
        "global ",
        "virtual ",
        "abstract ",
        "with sharing ",
        "class ",
        "@istest",
    ];
    if starts_a_line(text, &["\\", "%"]) {
        return None;
    }
    if text.starts_with("VERSION ") {
        return Some("vbnet");
    }
    let text = text.to_lowercase();
    starts_a_line(&text, &MODIFIERS).then_some("text")
}

fn is_verilog(text: &str) -> bool {
    const DIRECTIVES: [&str; 5] = ["`define", "`include", "`timescale", "`ifdef", "`ifndef"];
    starts_a_line(text, &DIRECTIVES) || text.contains("endmodule") || text.contains("endpackage")
}

fn is_coq(text: &str) -> bool {
    const STARTS: [&str; 10] = [
        "Require ",
        "From ",
        "Theorem ",
        "Lemma ",
        "Definition ",
        "Fixpoint ",
        "Inductive ",
        "Proof.",
        "Qed.",
        "Notation ",
    ];
    !is_verilog(text) && starts_a_line(text, &STARTS)
}

fn is_v(text: &str) -> bool {
    !is_verilog(text) && starts_a_line(text, &["fn ", "pub fn "])
}

fn is_prolog(text: &str) -> bool {
    const PERL: [&str; 9] = [
        "use ",
        "my ",
        "our ",
        "sub ",
        "package ",
        "require ",
        "print ",
        "=head",
        "#!/usr/bin/perl",
    ];
    let is_clause =
        |line: &str| line.starts_with(":- ") || line.contains(") :- ") || line.ends_with(" :-");
    !starts_a_line(text, &PERL) && text.lines().any(is_clause)
}

fn is_puppet(text: &str) -> bool {
    const PASCAL: [&str; 10] = [
        "unit ",
        "program ",
        "library ",
        "uses ",
        "begin",
        "interface",
        "procedure ",
        "{$",
        "(*",
        "{ ",
    ];
    const PUPPET: [&str; 10] = [
        "class ",
        "define ",
        "node ",
        "include ",
        "contain ",
        "package {",
        "file {",
        "service {",
        "exec {",
        "$",
    ];
    let lower = text.to_lowercase();
    !starts_a_line(&lower, &PASCAL) && starts_a_line(text, &PUPPET)
}

/// A fragment shader, or Forth, and not F#.
fn of_fragment(text: &str) -> Option<&'static str> {
    const FSHARP: [&str; 6] = ["let ", "module ", "namespace ", "open ", "type ", "[<"];
    const SHADER: [&str; 6] =
        ["#version ", "void main", "precision ", "uniform ", "varying ", "layout("];
    if starts_a_line(text, &FSHARP) {
        return None;
    }
    if starts_a_line(text, &SHADER) {
        return Some("glsl");
    }
    (starts_a_line(text, &["\\ "]) && starts_a_line(text, &[": "])).then_some("text")
}

/// A translation of Qt.
fn is_translation(text: &str) -> bool {
    let text = text.trim_start();
    ["<?xml ", "<!DOCTYPE TS", "<TS "].iter().any(|start| text.starts_with(start))
}
