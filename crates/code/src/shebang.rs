//! Which language a script is in, by its first line.

use crate::Language;

/// Programs that run another one, and the language of what they run where the line names none; nothing
/// where it always does.
const RUNNERS: [(&str, &str); 26] = [
    ("env", ""),
    ("sudo", ""),
    ("busybox", "bash"),
    ("nix", ""),
    ("nix-shell", "bash"),
    ("uv", "python"),
    ("uvx", "python"),
    ("pipx", "python"),
    ("pdm", "python"),
    ("poetry", "python"),
    ("pipenv", "python"),
    ("hatch", "python"),
    ("conda", "python"),
    ("npx", "javascript"),
    ("npm", "javascript"),
    ("pnpm", "javascript"),
    ("pnpx", "javascript"),
    ("yarn", "javascript"),
    ("bunx", "javascript"),
    ("zx", "javascript"),
    ("bundle", "ruby"),
    ("stack", "haskell"),
    ("cabal", "haskell"),
    ("cargo", "rust"),
    ("dotnet", "csharp"),
    ("mix", "elixir"),
];
/// Programs of languages that have no interpreters in the table.
const PROGRAMS: [(&str, &str); 10] = [
    ("dart", "dart"),
    ("perl", "perl"),
    ("Rscript", "r"),
    ("pwsh", "powershell"),
    ("make", "makefile"),
    ("groovy", "groovy"),
    ("jbang", "java"),
    ("ts-node-esm", "typescript"),
    ("python3w", "python"),
    ("psql", "sql"),
];

/// The language of a script that begins with `head`.
pub(crate) fn language(head: &str) -> Option<Language> {
    let mut lines = head.trim_start_matches('\u{feff}').lines();
    let line = lines.next()?.strip_prefix("#!")?;
    let first = program(line.split_whitespace().next()?);
    if let Some(language) = interpreter(first) {
        return Some(language);
    }
    let mut default = runner(first)?;
    // What nix-shell runs is said in lines of their own.
    let more = lines.take_while(|line| line.starts_with('#')).filter_map(|line| {
        line.strip_prefix("#!").map(str::trim).filter(|line| line.starts_with("nix"))
    });
    for line in std::iter::once(line).chain(more) {
        if let Some(language) = named_after(line, &mut default) {
            return Some(language);
        }
    }
    Language::by_name(default)
}

/// The first interpreter that a runner's words name. A runner among them says what is run where none
/// is named.
fn named_after(line: &str, default: &mut &'static str) -> Option<Language> {
    let words = line.split_whitespace().skip(1);
    let words =
        words.filter_map(|word| word.rsplit(['=', '\'', '"']).find(|word| !word.is_empty()));
    for word in words {
        let word = program(word);
        if let Some(language) = interpreter(word) {
            return Some(language);
        }
        *default = runner(word).filter(|named| !named.is_empty()).unwrap_or(*default);
    }
    None
}

/// The program that a word names: `/usr/bin/python3.12` is `python`.
fn program(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

fn interpreter(program: &str) -> Option<Language> {
    let listed = PROGRAMS.iter().find(|(name, _)| *name == program);
    match listed {
        Some((_, language)) => Language::by_name(language),
        None => Language::all().find(|language| language.row().interpreters.contains(&program)),
    }
}

fn runner(program: &str) -> Option<&'static str> {
    RUNNERS.iter().find(|(name, _)| *name == program).map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_in_the_language_of_what_runs_it() {
        for (head, expected) in [
            ("#!/bin/sh", "bash"),
            ("#!/usr/bin/env python3.12\nx", "python"),
            ("#!/usr/bin/env -S node --flag", "javascript"),
            ("#!/usr/bin/env --split-string=python3 -u", "python"),
            ("#!/usr/bin/env -S VAR=1 /opt/ruby/bin/ruby -w", "ruby"),
            ("\u{feff}#! /usr/local/bin/ruby -w\r\n", "ruby"),
            ("#!/usr/bin/env -S uv run --script", "python"),
            ("#!/usr/bin/env -S uv run --with rich python", "python"),
            ("#!/usr/bin/env -S npx tsx", "typescript"),
            ("#!/usr/bin/env -S npx --yes zx", "javascript"),
            ("#!/usr/bin/env nix-shell\n#!nix-shell -i python3 -p python3\n", "python"),
            ("#! /usr/bin/env nix-shell\n#! nix-shell -p jq\n", "bash"),
            ("#!/usr/bin/env -S nix shell nixpkgs#ruby --command ruby", "ruby"),
            ("#!/usr/bin/env -S deno run --allow-net", "typescript"),
            ("#!/usr/bin/env -S bun run", "javascript"),
            ("#!/usr/bin/env -S cargo +nightly -Zscript", "rust"),
            ("#!/usr/bin/env -S stack script --resolver lts-22", "haskell"),
            ("#!/usr/bin/perl -w", "perl"),
            ("#!/usr/bin/env Rscript", "r"),
            ("#!/usr/bin/env dart", "dart"),
        ] {
            assert_eq!(language(head).map(Language::name), Some(expected), "{head}");
        }
        for head in ["#!", "#!/usr/bin/env", "#!/usr/bin/strange python", "text", ""] {
            assert_eq!(language(head), None, "{head}");
        }
    }
}
