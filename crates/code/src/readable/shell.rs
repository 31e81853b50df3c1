//! What the shell's grammar cannot be given.

use std::borrow::Cow;
use std::ops::Range;

/// The text as the shell's grammar may read it: where a brace range could stand (`{1..9}`), its
/// scanner asks C's `isdigit` about the next character whatever it is, which reads past a table
/// for most characters beyond Latin-1. Such a character becomes as many underscores as it has
/// bytes, so that every position stays.
pub(crate) fn without_wide_ranges(text: &str) -> Cow<'_, str> {
    let mut masked = without_zsh(text);
    for range in variable_operators(text) {
        let operator = format!("-{}", "n".repeat(range.len() - 1));
        masked.to_mut().replace_range(range, &operator);
    }
    let digits = |at: usize| {
        let rest = &text.as_bytes()[at..];
        at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    for (brace, _) in text.match_indices('{') {
        let first = digits(brace + 1);
        let second = text[first..].strip_prefix("..").map(|_| digits(first + 2));
        for at in std::iter::once(first).chain(second) {
            let Some(wide) = text[at..].chars().next().filter(|char| !char.is_ascii()) else {
                continue;
            };
            masked.to_mut().replace_range(at..at + wide.len_utf8(), &"_".repeat(wide.len_utf8()));
        }
    }
    masked
}

/// The variables that stand for an operator of a test, which the grammar wants by name, and without which it loses the
/// rest of the file: `[ $OP "$L" ]`, `[ "$x" "$OP" 3 ]`.
fn variable_operators(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("[ ").filter_map(|(at, open)| {
        let is_test = at == 0 || text[..at].ends_with([' ', '\t', '\n', ';', '(', '`', '|', '&']);
        let words = operands(text, at + open.len())?;
        let words = if text[words.first()?.clone()] == *"!" { &words[1..] } else { &words[..] };
        let operator = match words {
            [operator, _] | [_, operator, _] => operator.clone(),
            _ => return None,
        };
        (is_test && is_variable(&text[operator.clone()])).then_some(operator)
    })
}

/// The words of a test up to its bracket; none where there are more than an operator takes.
fn operands(text: &str, start: usize) -> Option<Vec<Range<usize>>> {
    const MOST: usize = 4;
    let (mut words, mut at) = (Vec::new(), start);
    while words.len() <= MOST {
        at += text[at..].bytes().take_while(|byte| *byte == b' ').count();
        let length = operand_len(&text[at..])?;
        if text[at..at + length] == *"]" {
            return Some(words);
        }
        words.push(at..at + length);
        at += length;
    }
    None
}

/// How long the word is that a text begins with, of which quotes hold blanks.
fn operand_len(text: &str) -> Option<usize> {
    const LONGEST: usize = 200;
    let mut quote = None;
    let bytes = text.bytes().take(LONGEST).chain([b' ']).enumerate();
    let mut ends = bytes.skip_while(|(_, byte)| {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b';') => return false,
            _ => {}
        }
        true
    });
    let (end, _) = ends.next()?;
    (end > 0 && end < LONGEST).then_some(end)
}

/// Whether a word is a variable alone: `$OP`, `"${OP}"`.
fn is_variable(word: &str) -> bool {
    let quoted = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
    let Some(name) = quoted.unwrap_or(word).strip_prefix('$') else { return false };
    let braced = name.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
    let name = braced.unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The text without what only zsh knows, each as a word of the same length: `$+commands[git]`, a glob's
/// qualifiers (`*.zsh(N)`), alternatives of a pattern (`== (a|b)*`).
fn without_zsh(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    let ranges = existence_checks(text).chain(qualifiers(text)).chain(alternatives(text));
    for range in ranges {
        let word: String = text[range.clone()]
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '$' { c } else { '_' })
            .collect();
        masked.to_mut().replace_range(range, &word);
    }
    for at in unended_bodies(text) {
        masked.to_mut().replace_range(at..=at, ";");
    }
    for (at, read) in short_forms(text) {
        masked.to_mut().replace_range(at..at + read.len(), read);
    }
    masked
}

/// Where to write what, so that bodies in braces without `then` and `do` are groups of commands, and a function without
/// a name is one, too: `if [[ $x ]] { run } else { walk }`, `repeat 3 {`, `() {`.
fn short_forms(text: &str) -> Vec<(usize, &'static str)> {
    let (mut forms, mut next) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let start = next + line.len() - line.trim_start().len();
        next += line.len();
        let code = line.trim();
        let begins = |words: &[&str]| words.iter().any(|word| code.starts_with(word));
        let word = match code {
            _ if begins(&["() {"]) => Some((0, "  ")),
            _ if begins(&["if [[ ", "if (( "]) => Some((0, "  ")),
            _ if begins(&["} else {"]) => Some((2, ";   ")),
            _ if begins(&["} elif [[ ", "} elif (( "]) => Some((2, ";   ")),
            _ if begins(&["repeat "]) => Some((0, "")),
            _ => None,
        };
        let bodies = ["]] {", ")) {"].iter().filter_map(|end| code.find(end).map(|at| at + 2));
        let of_word = bodies.chain(code.find(" {").filter(|_| begins(&["repeat "]))).min();
        let has_body = of_word.is_some() || begins(&["() {", "} else {"]);
        if let Some((at, read)) = word.filter(|_| has_body) {
            forms.push((start + at, read));
            forms.extend(of_word.map(|at| (start + at, ";")));
        }
        let group = ["&& { ", "|| { "].iter().any(|group| code.contains(group));
        if (group || (word.is_some() && has_body)) && is_unended(code) {
            forms.push((start + code.len() - 2, ";"));
        }
    }
    forms
}

/// Whether a line ends in a brace before which a semicolon is missing.
fn is_unended(code: &str) -> bool {
    let body = code.strip_suffix(" }");
    body.is_some_and(|body| !body.ends_with([';', '}', '{', '&', ' ', '\\']))
}

/// The blanks before the braces that end functions of one line without a semicolon: `f() { run }`.
fn unended_bodies(text: &str) -> impl Iterator<Item = usize> {
    let mut next = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = next;
        next += line.len();
        let code = line.trim_end();
        let body = code.strip_suffix(" }")?;
        let (head, _) = body.split_once("() {")?;
        let is_head = !head.trim().is_empty() && !head.contains(['"', '\'', '#', '(', '$']);
        (is_head && is_unended(code)).then_some(start + body.len())
    })
}

/// `$+commands[git]`, and the plus alone where braces are around it.
fn existence_checks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let plain = text.match_indices("$+").filter_map(|(at, mark)| {
        let end = at + mark.len() + word(&text[at + mark.len()..], "");
        let inside = text[end..].strip_prefix('[')?;
        let key = word(inside, "-.");
        inside[key..].starts_with(']').then_some(at..end + key + 2)
    });
    let braced = text.match_indices("${+").map(|(at, mark)| at + 2..at + mark.len());
    plain.chain(braced)
}

/// The qualifiers of a glob, in their parentheses.
fn qualifiers(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(['*', '/', '?']).filter_map(|(at, _)| {
        let name = at + 1 + word(&text[at + 1..], "-.");
        let inside = text[name..].strip_prefix('(')?;
        let length = word(inside, "./@^-");
        let kind = inside.starts_with(['N', '.', '/', '@', '^', 'D']) || inside.starts_with("om");
        (kind && length <= 6 && inside[length..].starts_with(')'))
            .then_some(name..name + length + 2)
    })
}

/// The alternatives that a comparison's pattern begins with.
fn alternatives(text: &str) -> impl Iterator<Item = Range<usize>> {
    let comparisons = text.match_indices("= (").map(|(at, mark)| at + mark.len() - 1);
    comparisons.filter_map(|at| {
        let compared = text[..at - 2].ends_with(['=', '!', ' ']);
        let length = word(&text[at + 1..], "-.|*?/");
        let inside = &text[at + 1..at + 1 + length];
        let is_group = inside.contains('|') && text[at + 1 + length..].starts_with(')');
        (compared && is_group).then_some(at..at + length + 2)
    })
}

/// How long what a text begins with is of letters, digits, underscores and some marks.
fn word(text: &str, marks: &str) -> usize {
    const LONGEST: usize = 100;
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || *byte == b'_' || marks.as_bytes().contains(byte)
    };
    text.bytes().take(LONGEST).take_while(is_part).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_zsh_knows_becomes_words() {
        for (text, read) in [
            ("(( $+commands[git-lfs] ))", "(( $_commands_git_lfs_ ))"),
            ("(( ${+functions[f]} ))", "(( ${_functions[f]} ))"),
            ("a=(~/*.zsh(N) **/x(om))", "a=(~/*.zsh_N_ **/x_om_)"),
            ("[[ $x == (a|b*)c ]]", "[[ $x == _a_b__c ]]"),
            ("f() { run it }\ng() { x; }\n", "f() { run it;}\ng() { x; }\n"),
            ("[[ -e x ]] && { run || return 1 }\n", "[[ -e x ]] && { run || return 1;}\n"),
            ("if [[ $x ]] { run }\n", "   [[ $x ]];{ run;}\n"),
            ("if (( x )) {\n  run\n} else {\n  y\n}\n", "   (( x ));{\n  run\n} ;    {\n  y\n}\n"),
            ("} elif [[ $x ]] {\n", "} ;    [[ $x ]];{\n"),
            ("repeat 3 { run }\n", "repeat 3;{ run;}\n"),
            ("() {\n  local x\n}\n", "   {\n  local x\n}\n"),
        ] {
            assert_eq!(without_wide_ranges(text), read);
        }
        for plain in [
            "f() {\n  a=(b|c)\n}",
            "x=\"f() { a }\"",
            "x*(a|b)",
            "a = (b)",
            "$+x",
            "= (",
            "if [[ x ]]; then {",
            "a && { b; }",
        ] {
            assert_eq!(without_wide_ranges(plain), plain);
        }
    }

    #[test]
    fn an_operator_in_a_variable_is_read_as_an_operator() {
        for (text, read) in [
            ("[ $OP \"$L\" ]", "[ -nn \"$L\" ]"),
            ("if [ \"${OP}\" \"$L x\" ]; then", "if [ -nnnnnn \"$L x\" ]; then"),
            ("[ ! $OP $x ]", "[ ! -nn $x ]"),
            ("[ \"$a\" $OP 3 ]", "[ \"$a\" -nn 3 ]"),
        ] {
            assert_eq!(without_wide_ranges(text), read);
        }
        for plain in ["[ $a ]", "[ $a = $b ]", "[ -n $a ]", "[ ! $a ]", "a[ $b c ]", "[ $a b", "[ "]
        {
            assert_eq!(without_wide_ranges(plain), plain);
        }
    }

    #[test]
    fn wide_characters_where_a_range_could_stand_are_masked_and_no_others() {
        assert_eq!(without_wide_ranges("{🕯}"), "{____}");
        assert_eq!(without_wide_ranges("echo {12語}"), "echo {12___}");
        assert_eq!(without_wide_ranges("echo {1..2語}"), "echo {1..2___}");
        for plain in ["", "{", "{1..", "{1..9}", "{ 語}", "語{a語", "{.語", "{1..a語"] {
            assert!(matches!(without_wide_ranges(plain), Cow::Borrowed(same) if same == plain));
        }
    }
}
