//! Words of code: identifiers, whole and in parts.

/// Longer terms are no words: encoded data, at best. In characters.
const MAX_CHARS: usize = 64;

/// Calls `sink` with every lexical term of `text`, in order, lower-cased.
///
/// Each identifier is a term whole (`parseHTTPUrl2` gives `parsehttpurl2`), and each of its parts
/// is one where it has several (`parse`, `http`, `url`, `2`); likewise `foo_bar` gives `foo_bar`,
/// `foo`, `bar`. Underscores around it are left off. Letters and digits of every script count, and a run of a script that is written
/// without spaces (Chinese, Japanese, Korean, Thai) gives its pairs of characters. Terms are 1 to
/// 64 characters long. Nothing is stemmed and no word is left out.
pub fn terms(text: &str, mut sink: impl FnMut(&str)) {
    let mut buffer = String::with_capacity(MAX_CHARS);
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        rest = &rest[start..];
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        word_terms(word, &mut buffer, &mut sink);
    }
}

fn word_terms(word: &str, buffer: &mut String, sink: &mut impl FnMut(&str)) {
    let word = word.trim_matches('_');
    if word.is_empty() {
        return;
    }
    emit(word, buffer, sink);
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return;
    }
    let mut start = 0;
    while let Some(part) = next_part(word, start) {
        if part.len() < word.len() {
            emit(&word[part.clone()], buffer, sink);
        }
        if !word.is_ascii() && word[part.clone()].starts_with(is_unspaced) {
            pairs(&word[part.clone()], buffer, sink);
        }
        start = part.end;
    }
}

/// Gives the pairs of characters of a run that has no spaces between its words.
fn pairs(run: &str, buffer: &mut String, sink: &mut impl FnMut(&str)) {
    let mut ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1).peekable();
    if run.chars().nth(2).is_none() {
        // One pair or one character: given as a part already.
        return;
    }
    for (start, _) in run.char_indices() {
        match ends.next() {
            Some(end) => emit(&run[start..end], buffer, sink),
            None => break,
        }
    }
}

fn emit(word: &str, buffer: &mut String, sink: &mut impl FnMut(&str)) {
    if word.len() > MAX_CHARS && word.chars().nth(MAX_CHARS).is_some() {
        return;
    }
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        sink(word);
        return;
    }
    buffer.clear();
    if word.is_ascii() {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.extend(word.chars().flat_map(char::to_lowercase));
        // Some capitals are two characters in lower case.
        if buffer.chars().nth(MAX_CHARS).is_some() {
            return;
        }
    }
    sink(buffer);
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

/// Marks that combine with the letter before them: accents, vowel signs.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F | 0x591..=0x5BD | 0x64B..=0x65F | 0x900..=0xDFF | 0xE31..=0xE4E)
        && !c.is_alphanumeric()
}

/// Whether a character is of a script that is written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(
        c as u32,
        0x0E00..=0x0EFF // Thai, Lao
            | 0x1000..=0x109F // Burmese
            | 0x1100..=0x11FF // Hangul
            | 0x1780..=0x17FF // Khmer
            | 0x2E80..=0x9FFF // CJK, kana
            | 0xAC00..=0xD7AF // Hangul
            | 0xF900..=0xFAFF
            | 0x2_0000..=0x3_FFFF
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Unspaced,
    Other,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' => Class::Lower,
        'A'..='Z' => Class::Upper,
        '0'..='9' => Class::Digit,
        _ if c.is_ascii() => Class::Other,
        _ if is_unspaced(c) => Class::Unspaced,
        _ if c.is_uppercase() => Class::Upper,
        _ if c.is_alphabetic() || is_mark(c) => Class::Lower,
        _ if c.is_numeric() => Class::Digit,
        _ => Class::Other,
    }
}

/// The parts of an identifier, as written: at underscores and other signs, at camel humps, between
/// letters and digits. `HTTPServer2` is `HTTP`, `Server`, `2`.
pub fn split_identifier(ident: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(part) = next_part(ident, start) {
        start = part.end;
        parts.push(&ident[part]);
    }
    parts
}

/// The first part of an identifier at or after `start`.
fn next_part(ident: &str, start: usize) -> Option<std::ops::Range<usize>> {
    let mut chars = ident[start..].char_indices().map(|(at, c)| (start + at, class(c))).peekable();
    while chars.next_if(|(_, class)| *class == Class::Other).is_some() {}
    let (first, mut last) = chars.next()?;
    let mut humps = 1;
    let mut last_at = first;
    while let Some((at, class)) = chars.next() {
        let ends = match (last, class) {
            // `Server`: the first capital begins the part, and only the first.
            (Class::Upper, Class::Lower) if humps > 1 => {
                // `HTTPServer`: the last capital begins the next part; `URLs` stays whole.
                let plural = ident[at..].starts_with('s')
                    && !chars.peek().is_some_and(|(_, class)| *class == Class::Lower);
                if !plural {
                    return Some(first..last_at);
                }
                false
            }
            (Class::Upper, Class::Lower) => false,
            (before, after) => before != after,
        };
        if ends {
            return Some(first..at);
        }
        humps += usize::from(class == Class::Upper);
        (last, last_at) = (class, at);
    }
    Some(first..ident.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        terms(text, |term| found.push(term.to_owned()));
        found
    }

    #[test]
    fn identifiers_are_terms_whole_and_in_parts() {
        assert_eq!(all("parseHTTPUrl2"), ["parsehttpurl2", "parse", "http", "url", "2"]);
        assert_eq!(all("foo_bar"), ["foo_bar", "foo", "bar"]);
        assert_eq!(all("let x = plain;"), ["let", "x", "plain"]);
        assert_eq!(all("Session.get(URL)"), ["session", "get", "url"]);
        assert_eq!(all("__init__ ___"), ["init"]);
        assert_eq!(all("MAX_SIZE"), ["max_size", "max", "size"]);
        assert_eq!(all(""), [""; 0]);
    }

    #[test]
    fn letters_of_every_script_count() {
        assert_eq!(all("Größe ÄnderungsDatum"), ["größe", "änderungsdatum", "änderungs", "datum"]);
        assert_eq!(all("naïve cafe\u{301}"), ["naïve", "cafe\u{301}"]);
        assert_eq!(all("数据库"), ["数据库", "数据", "据库"]);
        assert_eq!(all("数据"), ["数据"]);
        assert_eq!(all("get数据库"), ["get数据库", "get", "数据库", "数据", "据库"]);
    }

    #[test]
    fn endless_words_are_no_terms() {
        assert_eq!(all(&"x".repeat(64)), ["x".repeat(64)]);
        assert_eq!(all(&"x".repeat(65)), [""; 0]);
        assert_eq!(all(&format!("{}_short", "x".repeat(65))), ["short"]);
    }

    #[test]
    fn identifiers_split_at_humps_digits_and_signs() {
        assert_eq!(split_identifier("HTTPServer2"), ["HTTP", "Server", "2"]);
        assert_eq!(split_identifier("getURLs"), ["get", "URLs"]);
        assert_eq!(split_identifier("XMLHttpRequest"), ["XML", "Http", "Request"]);
        assert_eq!(split_identifier("aB"), ["a", "B"]);
        assert_eq!(split_identifier("snake_case__x"), ["snake", "case", "x"]);
        assert_eq!(split_identifier("kebab-case.rs"), ["kebab", "case", "rs"]);
        assert_eq!(split_identifier("ABC"), ["ABC"]);
        assert_eq!(split_identifier("utf8Text"), ["utf", "8", "Text"]);
        assert_eq!(split_identifier("ABä"), ["A", "Bä"]);
        assert_eq!(split_identifier("__"), [""; 0]);
    }
}
