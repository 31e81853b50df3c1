//! Which language a file is in.

use crate::{Language, infrastructure, readable, shared_extension, shebang};

/// The language of a file by its name, its extension, or its shebang.
pub(crate) fn detect(path: &str, head: &str) -> Option<Language> {
    let name = file_name(path);
    by_file_name(name)
        .or_else(|| by_extension(name))
        .map(|language| dialect(language, path, head))
        .or_else(|| shebang::language(head))
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The extension of a file's name, lower case.
pub(crate) fn extension(name: &str) -> Option<String> {
    Some(name.rsplit_once('.')?.1.to_lowercase())
}

/// Whether a file has the name that a table gives, in any case; a name that the table ends in `*` also counts with
/// an extension behind it, such as `Dockerfile.dev`.
pub(crate) fn is_called(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name
            .get(..prefix.len())
            .filter(|start| start.eq_ignore_ascii_case(prefix))
            .is_some_and(|_| matches!(name.as_bytes().get(prefix.len()), None | Some(b'.'))),
        None => name.eq_ignore_ascii_case(pattern),
    }
}

/// By a whole file name, of those that a user added first.
fn by_file_name(name: &str) -> Option<Language> {
    let is_its =
        |language: &Language| language.file_names().iter().any(|pattern| is_called(name, pattern));
    Language::all().rev().find(is_its)
}

fn by_extension(name: &str) -> Option<Language> {
    let extension = extension(name)?;
    Language::all().rev().find(|language| language.extensions().contains(&extension.as_str()))
}

/// What a file in `language` really is, by its text: a `.h` file may be C++ or Objective-C, one of
/// YAML or JSON a tool's, and other extensions belong to several languages.
pub(crate) fn dialect(language: Language, path: &str, text: &str) -> Language {
    let name = match language.name() {
        "c" if path.to_lowercase().ends_with(".h") => of_header(text),
        "yaml" => infrastructure::of_yaml(path, text),
        "json" => infrastructure::of_json(text),
        _ => shared_extension::language(language.name(), path, text),
    };
    name.and_then(Language::by_name).unwrap_or(language)
}

/// How a dialect is called in which JavaScript with Flow's types is read.
pub(crate) const FLOW: &str = "js with flow";

/// The language by whose grammar a file is read, and the path that tells its dialect: JavaScript with Flow's types
/// is read as TypeScript.
pub(crate) fn with_types<'a>(language: Language, path: &'a str, text: &str) -> (Language, &'a str) {
    let is_flow = language.name() == "javascript"
        && (readable::is_flow(text) || path.to_lowercase().ends_with(".flow"));
    let typescript = is_flow.then(|| Language::by_name("typescript")).flatten();
    typescript.map_or((language, path), |typescript| (typescript, FLOW))
}

fn of_header(text: &str) -> Option<&'static str> {
    if is_objective_c(text) {
        return Some("objectivec");
    }
    is_cpp(text).then_some("cpp")
}

/// The lines of a header that are looked at.
const MOST_LINES: usize = 5000;

/// Whether a header says things that Objective-C alone says.
fn is_objective_c(text: &str) -> bool {
    const STARTS: [&str; 9] = [
        "@interface ",
        "@protocol ",
        "@class ",
        "@implementation ",
        "@import ",
        "NS_ASSUME_NONNULL_BEGIN",
        "typedef NS_ENUM(",
        "typedef NS_OPTIONS(",
        "FOUNDATION_EXPORT ",
    ];
    starts_a_line(text, &STARTS)
}

/// Whether a header says things that C cannot.
fn is_cpp(text: &str) -> bool {
    const STARTS: [&str; 24] = [
        "class ",
        "namespace ",
        "template<",
        "template <",
        "using ",
        "public:",
        "private:",
        "protected:",
        "public slots:",
        "signals:",
        "Q_SIGNALS:",
        "inline namespace ",
        "enum class ",
        "virtual ",
        "explicit ",
        "constexpr ",
        "friend ",
        "Q_OBJECT",
        "UCLASS(",
        "USTRUCT(",
        "UENUM(",
        "std::",
        "static constexpr ",
        "inline constexpr ",
    ];
    starts_a_line(text, &STARTS)
}

/// Whether one of these begins a line.
pub(crate) fn starts_a_line(text: &str, starts: &[&str]) -> bool {
    text.lines().take(MOST_LINES).any(|line| {
        let line = line.trim_start();
        starts.iter().any(|start| line.starts_with(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str, head: &str) -> Option<&'static str> {
        Language::detect(path, head).map(Language::name)
    }

    #[test]
    fn names_come_before_extensions_and_those_before_shebangs() {
        assert_eq!(name("src/main.rs", ""), Some("rust"));
        assert_eq!(name("A.PY", ""), Some("python"));
        assert_eq!(name("web/App.tsx", ""), Some("typescript"));
        assert_eq!(name("C:\\src\\x.cs", ""), Some("csharp"));
        assert_eq!(name("Rakefile", ""), Some("ruby"));
        assert_eq!(name("bin/run.py", "#!/bin/sh\n"), Some("python"));
        assert_eq!(name("bin/run", "#!/bin/sh\n"), Some("bash"));
        assert_eq!(name("run", "#!/usr/bin/env python3.12\nx"), Some("python"));
        assert_eq!(name("run", "text"), None);
        assert_eq!(name("", ""), None);
        assert_eq!(name("x.unknown", ""), None);
        assert_eq!(name("Dockerfile.dev", ""), Some("dockerfile"));
        assert_eq!(name("Dockerfilter", ""), None);
        assert_eq!(name("CMakeLists.txt", ""), Some("cmake"));
        assert_eq!(name("notes.txt", ""), Some("text"));
        assert_eq!(name("chart.yaml.gotmpl", ""), Some("gotmpl"));
        assert_eq!(name(".rs.", ""), None);
    }

    #[test]
    fn a_header_is_cpp_if_it_says_so() {
        assert_eq!(name("a.h", "int f(void);"), Some("c"));
        assert_eq!(name("a.h", "#pragma once\nnamespace a {\n}"), Some("cpp"));
        assert_eq!(name("a.c", "class x"), Some("c"));
        assert_eq!(name("a.h", "struct A {\n  virtual ~A();\n};"), Some("cpp"));
        assert_eq!(name("a.h", "/* using C */\nint class_of(int x);"), Some("c"));
    }

    #[test]
    fn a_header_is_objective_c_if_it_says_so() {
        let header = "#import <Foundation/Foundation.h>\n@interface A : NSObject\n@end\n";
        assert_eq!(name("A.h", header), Some("objectivec"));
        assert_eq!(name("A.h", "@class B;\nnamespace a {}\n"), Some("objectivec"));
        assert_eq!(
            name("A.h", "typedef NS_ENUM(NSInteger, Kind) { KindOne };"),
            Some("objectivec")
        );
        assert_eq!(name("a.h", "/**\n * @interface of C\n */\nint f(void);"), Some("c"));
    }

    #[test]
    fn what_shares_an_extension_is_told_by_what_it_alone_says() {
        for (path, text, language) in [
            ("a.m", "%MEAN Average.\nx = 1;\n", "matlab"),
            ("a.m", "function y = half(x)\n  y = x / 2;\nend\n", "matlab"),
            ("a.m", "## Octave's\n1;\n", "matlab"),
            ("a.m", "(* ::Package:: *)\nf[x_] := x\n", "text"),
            ("a.m", "// %\n#import \"A.h\"\n@implementation A\n% x\n@end\n", "objectivec"),
            ("a.m", "int main(void) { return 0; }\n", "objectivec"),
            ("A.cls", "/** Bills. */\npublic with sharing class Bill {\n}\n", "apex"),
            ("A.cls", "VERSION 1.0 CLASS\nBEGIN\nEND\nPublic Sub Bill()\nEnd Sub\n", "vbnet"),
            ("a.cls", "\\ProvidesClass{bill}\npublic class of\n", "latex"),
            ("a.cls", "% class of bills\n", "latex"),
            ("a.v", "From Coq Require Import List.\nLemma a : True.\nProof. auto. Qed.\n", "coq"),
            ("a.v", "module main\n\npub fn half(x int) int {\n\treturn x / 2\n}\n", "v"),
            ("a.def", "\\ProvidesFile{bill.def}\n", "latex"),
            ("a.def", "LIBRARY bill\nEXPORTS\n  sum @1\n", "text"),
            ("a.v", "module half(input x);\nfn f;\nendmodule\n", "verilog"),
            ("a.v", "`define A 1\n", "verilog"),
            (
                "a.pl",
                ":- module(kin, [aunt/2]).\naunt(X, Y) :- sister(X, Z), parent(Z, Y).\n",
                "prolog",
            ),
            ("a.pl", "use strict;\nprint ':- x';\n", "perl"),
            ("a.pl", "print <<E;\n:- x\nE\nmy $x = 1;\n", "perl"),
            (
                "a.pp",
                "# Web.\nclass web($port = 80) {\n  package { 'web': ensure => present }\n}\n",
                "puppet",
            ),
            ("a.pp", "unit a;\ninterface\ntype\n  class a\n", "pascal"),
            ("a.pp", "{$I common.inc}\n", "pascal"),
            ("Menu.pp", "type Kitchen::Menu = Enum['soup', 'stew']\n", "puppet"),
            ("a.v", "module menu\n\npub struct Soup {\n}\n", "v"),
            ("a.pm", "use v6;\nclass Soup { }\n", "raku"),
            ("a.t", "#!/usr/bin/env raku\nsay 1;\n", "raku"),
            ("a.cl", "(in-package :soup)\n", "commonlisp"),
            ("a.cl", "__kernel void stir(__global float *pot) {\n}\n", "c"),
            ("a.d", "module soup;\nvoid stir() {}\n", "d"),
            ("a.d", "build/soup.o: soup.c \\\n  pot.h\n", "makefile"),
            ("a.d", "#!/usr/sbin/dtrace -s\nsyscall::read:entry\n", "text"),
            ("a.fs", "#version 330\nuniform vec4 tint;\nvoid main() {}\n", "glsl"),
            ("a.fs", "\\ Squares\n: square dup * ;\n", "text"),
            ("a.fs", "module A\nlet x = \"\n#version 330\n\"\n", "fsharp"),
            ("a.ts", "<?xml version=\"1.0\"?>\n<!DOCTYPE TS>\n<TS></TS>\n", "xml"),
            ("a.ts", "<T>(x: T) => x;\n", "typescript"),
        ] {
            assert_eq!(name(path, text), Some(language), "{path}: {text}");
        }
    }

    #[test]
    fn no_name_alias_extension_or_file_name_is_claimed_twice() {
        let mut seen = std::collections::HashMap::new();
        for language in Language::all() {
            let names = std::iter::once(language.name()).chain(language.aliases().iter().copied());
            for (kind, word) in names
                .map(|word| ("name", word))
                .chain(language.extensions().iter().map(|word| ("extension", *word)))
                .chain(language.file_names().iter().map(|word| ("file", *word)))
                .chain(language.row().interpreters.iter().map(|word| ("interpreter", *word)))
            {
                let other = seen.insert((kind, word), language.name());
                assert!(
                    other.is_none_or(|other| other == language.name()),
                    "{kind} {word}: {other:?} and {language:?}"
                );
            }
            assert_eq!(Language::by_name(language.name()), Some(language));
            assert_eq!(Language::by_name(&language.title().to_uppercase()), Some(language));
        }
    }
}
