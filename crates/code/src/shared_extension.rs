//! Extensions that several languages have. The one that an extension usually means keeps a file unless the
//! file says what only another language can, and nothing that this one says.

use crate::detect::{extension, starts_a_line};

/// What a file that the extension says is in `language` is in; `None` where it is as the extension says.
pub(crate) fn language(language: &str, path: &str, text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    match (language, extension(path)?.as_str()) {
        ("objectivec", "m") => of_m(text),
        ("commonlisp", "cl") => is_opencl(text).then_some("c"),
        ("d", "d") => of_d(text),
        ("latex", "cls") => of_class(text),
        ("verilog", "v") if is_coq(text) => Some("coq"),
        ("verilog", "v") => is_v(text).then_some("v"),
        ("perl", "pl" | "pm" | "t") if is_raku(text) => Some("raku"),
        ("perl", "pl") => is_prolog(text).then_some("prolog"),
        ("pascal", "pp") => is_puppet(text).then_some("puppet"),
        ("latex", "def") => (!starts_a_line(text, &["\\", "%"])).then_some("text"),
        ("fsharp", "fs") => of_fragment(text),
        ("typescript", "ts") => is_translation(text).then_some("xml"),
        _ => None,
    }
}

/// MATLAB and Octave; Mathematica and Mercury are text.
fn of_m(text: &str) -> Option<&'static str> {
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
    const MATLAB: [&str; 8] =
        ["%", "classdef ", "function ", "## ", "clear all", "close all", "clc;", "endfunction"];
    if starts_a_line(text, &OBJECTIVE_C) {
        None
    } else if starts_a_line(text, &["(*", ":- "]) {
        Some("text")
    } else {
        starts_a_line(text, &MATLAB).then_some("matlab")
    }
}

fn is_opencl(text: &str) -> bool {
    starts_a_line(text, &["__kernel", "kernel void", "#pragma OPENCL", "#define", "#include", "/*"])
        && !starts_a_line(text, &["(def", "(in-package"])
}

/// Not D: a list of what a target depends on, as compilers write it for make, or a script of `DTrace`.
fn of_d(text: &str) -> Option<&'static str> {
    const D: [&str; 6] = ["module ", "import ", "//", "/*", "/+", "struct "];
    const DTRACE: [&str; 5] =
        ["#!/usr/sbin/dtrace", "#pragma D ", "provider ", "BEGIN", "syscall::"];
    let names_targets = |line: &str| {
        line.split_once(": ").is_some_and(|(targets, _)| !targets.contains(['(', '"', '*', '{']))
    };
    if starts_a_line(text, &D) {
        return None;
    }
    if starts_a_line(text, &DTRACE) {
        return Some("text");
    }
    let first = text.lines().find(|line| !line.trim().is_empty());
    first
        .is_some_and(|line| line.contains(".o: ") || line.ends_with('\\') && names_targets(line))
        .then_some("makefile")
}

/// A script or a module that says which Perl it is in.
fn is_raku(text: &str) -> bool {
    starts_a_line(text, &["use v6", "unit module ", "unit class ", "unit role "])
        || text.lines().next().is_some_and(|line| {
            line.starts_with("#!") && (line.contains("raku") || line.contains("perl6"))
        })
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
    starts_a_line(&text, &MODIFIERS).then_some("apex")
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
    const STARTS: [&str; 8] = [
        "fn ",
        "pub fn ",
        "pub struct ",
        "pub enum ",
        "pub const ",
        "pub interface ",
        "pub type ",
        "@[",
    ];
    !is_verilog(text) && starts_a_line(text, &STARTS)
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
    let is_alias = |line: &str| line.starts_with("type ") && line.contains("::");
    !starts_a_line(&lower, &PASCAL) && (starts_a_line(text, &PUPPET) || text.lines().any(is_alias))
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
