//! Messages, lines of a log, titles of tests and lines of code that are asked for without quotes: which line of code
//! says them.
//!
//! The code may hold placeholders where the query has what a program put there: `no rides on %s` said
//! `no rides on 2024-05-01`.

use std::cmp::Reverse;
use std::collections::HashSet;

use sconce_rank::{QueryAnalysis, QueryKind, inflections, is_log_level};

use super::file_class::FileClass;
use super::literal::{is_in, plain};

/// The fewest words that are compared: fewer stand together by chance.
const FEWEST: usize = 4;
/// The fewest of a line of code, whose signs are compared too.
const FEWEST_OF_CODE: usize = 2;
/// Signs that lines of code have.
const OF_CODE: [char; 8] = ['(', ')', '{', '}', '[', ']', ';', '='];
/// Signs that messages have beside what a program puts into them.
const OF_MESSAGE: [char; 4] = ['=', '"', '\'', '`'];
/// Words that questions begin with.
const QUESTION_WORDS: [&str; 7] = ["how", "what", "when", "where", "which", "who", "why"];
/// Words of the query and of a line beyond these are not compared.
const MOST_WORDS: usize = 60;
const MOST_OF_LINE: usize = 200;
/// Words that one placeholder stands for at most.
const MOST_IN_PLACEHOLDER: usize = 4;
/// Bytes of what stands in a placeholder.
const LONGEST_PLACEHOLDER: usize = 80;
/// What a log puts before its message has at most so many words.
const LONGEST_PREFIX: usize = 8;
/// Languages in which nothing is said by a program.
const PROSE: [&str; 4] = ["asciidoc", "markdown", "rst", "text"];

/// A word in lower case, or a place that a program fills.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Placeholder,
}

/// How words of a line stand for words of the query, up to one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Aligned {
    /// Words that are the same.
    same: usize,
    /// Words that a placeholder stands for.
    filled: usize,
    /// The first word of the query that is one of these.
    start: usize,
}

/// What a query says that may stand in code word for word.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    words: Vec<Token>,
    /// Of each of the words what else may stand for it: the same word in another number or tense.
    forms: Vec<Vec<String>>,
    /// All of these.
    known: HashSet<String>,
    /// Those of the words that no program will have put there.
    own_words: Vec<String>,
    /// Whether it has what a program puts into its messages.
    has_values: bool,
    /// The query as [`plain`] text, where it has signs that a line of code has.
    code: Option<String>,
}

/// How much of what was asked for a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wording {
    /// Most of its words, in their order, in a comment.
    Remark,
    /// Most of its words, in their order.
    Words,
    /// All of it, sign by sign.
    Held,
    /// It, and nothing else.
    Whole,
}

/// A line that says what a query does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SaidLine {
    /// Its number: from 0 in a text, from 1 in a file.
    pub(super) line: u32,
    /// How well it says it.
    pub(super) wording: Wording,
    /// How many of the query's words it says, or leaves a place for.
    pub(super) words: usize,
}

impl SaidLine {
    /// How it stands to other lines that say the query, in a file of this class.
    pub(super) fn standing(self, class: FileClass) -> Standing {
        let Self { wording, words, .. } = self;
        let is_whole = wording == Wording::Whole;
        Standing { is_whole, class: Reverse(class), wording, words }
    }
}

/// What comes first of the lines that say a query, the greatest: those that are it sign by sign; then those of code, and
/// of these what is no comment and says most of it. A test that expects a message holds it as it was printed, and the
/// line that makes it leaves places for its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    is_whole: bool,
    class: Reverse<FileClass>,
    wording: Wording,
    words: usize,
}

impl Spoken {
    /// The words of a query that is a sentence, a message or a line of code; none of one that is too short.
    pub(super) fn of(query: &QueryAnalysis) -> Option<Self> {
        use QueryKind::{ErrorMessage, Sentence, SentenceWithIdentifier};
        if ![ErrorMessage, Sentence, SentenceWithIdentifier].contains(&query.kind) {
            return None;
        }
        let words = tokens(&query.text, MOST_WORDS);
        let code = query.text.contains(OF_CODE).then(|| plain(&query.text));
        let forms: Vec<Vec<String>> = words
            .iter()
            .map(|word| match word {
                Token::Word(word) if code.is_none() => inflections(word),
                _ => Vec::new(),
            })
            .collect();
        let known = words_of(&words).into_iter().chain(forms.iter().flatten().cloned()).collect();
        let fewest = if code.is_some() { FEWEST_OF_CODE } else { FEWEST };
        let own_words = own_words(&query.text, &words);
        let has_values = own_words.len() < words.len() || query.text.contains(OF_MESSAGE);
        (words.len() >= fewest).then_some(Self { words, forms, known, own_words, has_values, code })
    }

    /// Its words, in their order.
    pub(super) fn words(&self) -> Vec<String> {
        words_of(&self.words)
    }

    /// Its words, without those that a program will have put there, where others are left.
    pub(super) fn own_words(&self) -> &[String] {
        &self.own_words
    }

    /// Whether it has what a program puts into its messages: numbers, paths, what follows a sign or stands in quotes.
    pub(super) fn has_values(&self) -> bool {
        self.has_values
    }

    /// The query in lower case, with one blank for each run of them, where it may be a line of code.
    pub(super) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether it has words enough to be told by them alone.
    fn is_told_by_words(&self) -> bool {
        self.words.len() >= FEWEST
    }

    /// Whether it may be what a program says, however little else speaks for the place: no question, which stands in an
    /// example of how one asks, and not where the answer is.
    pub(super) fn may_be_said(&self) -> bool {
        let asks = |word: &str| QUESTION_WORDS.contains(&word);
        let is_question = matches!(self.words.first(), Some(Token::Word(word)) if asks(word));
        self.is_told_by_words() && !is_question
    }

    /// The line of a text that says it best; none where no line does, and in prose.
    pub(super) fn line_in(&self, text: &str, language: Option<&str>) -> Option<SaidLine> {
        if language.is_none_or(|language| PROSE.contains(&language)) {
            return None;
        }
        let mut best: Option<((Wording, usize), u32)> = None;
        for (number, line) in (0..).zip(text.lines()) {
            let Some(said) = self.said_by(line) else { continue };
            if best.is_none_or(|(known, _)| said > known) {
                best = Some((said, number));
            }
        }
        best.map(|((wording, words), line)| SaidLine { line, wording, words })
    }

    /// How well a line says it, and with how many of its words.
    fn said_by(&self, line: &str) -> Option<(Wording, usize)> {
        if let Some(code) = &self.code {
            let line = plain(line);
            if line == *code {
                return Some((Wording::Whole, self.words.len()));
            }
            if is_in(code, &line) {
                return Some((Wording::Held, self.words.len()));
            }
        }
        let said = if self.is_told_by_words() { self.said(line) } else { None };
        let wording = if is_remark(line) { Wording::Remark } else { Wording::Words };
        said.map(|words| (wording, words))
    }

    /// How many words of it a line says or leaves a place for, where these are most of it, in its order and with nothing
    /// between them.
    fn said(&self, line: &str) -> Option<usize> {
        let line = tokens(line, MOST_OF_LINE);
        let shared = line.iter().filter(|token| match token {
            Token::Word(word) => self.known.contains(word),
            Token::Placeholder => false,
        });
        if shared.count() + 1 < FEWEST {
            return None;
        }
        let best = self.aligned(&line)?;
        let is_prefix = best.start <= LONGEST_PREFIX && {
            let before = &self.words[..best.start];
            before.iter().any(is_of_log) || before == [Token::Word("at".to_owned())]
        };
        let all = self.words.len() - if is_prefix { best.start } else { 0 };
        let held = best.same + best.filled;
        let is_most = best.same >= FEWEST && held * 5 >= all * 4 && best.same * 2 > all;
        let is_whole = best.same + 1 >= FEWEST && best.filled > 0 && held == all;
        (is_most || is_whole && all >= FEWEST).then_some(held)
    }

    /// Whether a word of a line is that word of the query, in any of its forms.
    fn is_word(&self, at: usize, of_line: &Token) -> bool {
        let is_form = |word: &String| self.forms[at].contains(word);
        self.words[at] == *of_line || matches!(of_line, Token::Word(word) if is_form(word))
    }

    /// The best run of a line's words that are the query's.
    fn aligned(&self, line: &[Token]) -> Option<Aligned> {
        let count = self.words.len();
        let mut ends: Vec<Option<Aligned>> = vec![None; count + 1];
        let mut best: Option<Aligned> = None;
        for token in line {
            let mut next = vec![None; count + 1];
            for at in 0..=count {
                next[at] = match token {
                    Token::Word(_) if at > 0 && self.is_word(at - 1, token) => {
                        let before = ends[at - 1];
                        let before =
                            before.unwrap_or(Aligned { same: 0, filled: 0, start: at - 1 });
                        Some(Aligned { same: before.same + 1, ..before })
                    }
                    Token::Word(_) => None,
                    Token::Placeholder => filled(&ends, at),
                };
            }
            ends = next;
            best =
                ends.iter().flatten().copied().chain(best).max_by_key(|one| (one.same, one.filled));
        }
        best
    }
}

/// Whether a line is a comment, or one of several.
fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    let is_hash = line.strip_prefix('#').is_some_and(|rest| rest.starts_with([' ', '#']));
    let begins = ["//", "/*", "* ", "-- ", ";;", "\"\"\"", "'''"];
    is_hash || begins.iter().any(|sign| line.starts_with(sign))
}

/// The words of a text without numbers, paths, addresses and what has hyphens, where others are left; else `all`.
fn own_words(text: &str, all: &[Token]) -> Vec<String> {
    let is_value = |part: &&str| part.contains(|c: char| c.is_ascii_digit() || "/\\@-".contains(c));
    let own = text.split_whitespace().filter(|part| !is_value(part)).collect::<Vec<_>>().join(" ");
    let found = words_of(&tokens(&own, MOST_WORDS));
    if found.len() < FEWEST_OF_CODE { words_of(all) } else { found }
}

fn words_of(tokens: &[Token]) -> Vec<String> {
    let words = tokens.iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.clone()),
        Token::Placeholder => None,
    });
    words.collect()
}

/// What ends at a word of the query with a placeholder, which stands for some words or for none.
fn filled(ends: &[Option<Aligned>], at: usize) -> Option<Aligned> {
    let each = (0..=MOST_IN_PLACEHOLDER.min(at)).filter_map(|some| {
        let begun = (some > 0).then_some(Aligned { same: 0, filled: 0, start: at - some });
        let before = ends[at - some].or(begun)?;
        Some(Aligned { filled: before.filled + some, ..before })
    });
    each.max_by_key(|one| (one.same, one.filled))
}

/// A level, or a part of a date or a time.
fn is_of_log(token: &Token) -> bool {
    match token {
        Token::Word(word) => is_log_level(word) || word.starts_with(|c: char| c.is_ascii_digit()),
        Token::Placeholder => false,
    }
}

/// The words and placeholders of a text, `most` of them at most.
fn tokens(text: &str, most: usize) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < most
        && let Some(first) = rest.chars().next()
    {
        if let Some(length) = placeholder(rest) {
            found.push(Token::Placeholder);
            rest = &rest[length..];
        } else if is_of_word(first) {
            let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            found.push(Token::Word(rest[..end].to_lowercase()));
            rest = &rest[end..];
        } else {
            // Of `\n` the letter is no word.
            let skipped = if first == '\\' { 2 } else { 1 };
            rest = rest.char_indices().nth(skipped).map_or("", |(at, _)| &rest[at..]);
        }
    }
    found
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The bytes of the placeholder that a text begins with: `%s`, `%(name)s`, `{}`, `{name}`, `${…}`, `#{…}`, `$name`,
/// `\(…)`.
fn placeholder(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'%' => conversion(text),
        b'{' => {
            let length = closed(text, '{', '}')?;
            (!text[..length].contains(char::is_whitespace)).then_some(length)
        }
        b'#' | b'$' if text[1..].starts_with('{') => Some(1 + closed(&text[1..], '{', '}')?),
        b'\\' if text[1..].starts_with('(') => Some(1 + closed(&text[1..], '(', ')')?),
        b'$' if text[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') => {
            Some(1 + text[1..].find(|c| !is_of_word(c)).unwrap_or(text.len() - 1))
        }
        _ => None,
    }
}

/// The bytes of `%s`, `%-8.2lf`, `%1$s`, `%(name)s`.
fn conversion(text: &str) -> Option<usize> {
    let mut at = 1;
    if text[at..].starts_with('(') {
        at += closed(&text[at..], '(', ')')?;
    }
    let is_flag = |c: char| c.is_ascii_digit() || "-+#.$*hlz".contains(c);
    at += text[at..].find(|c| !is_flag(c))?;
    let ends = text[at..].starts_with(|c: char| "sdifuxXgGeEcpqvTwr@".contains(c));
    let goes_on = text[at..].chars().nth(1).is_some_and(is_of_word);
    (ends && !goes_on).then_some(at + 1)
}

/// The bytes up to the sign that closes the first one, if it is near.
fn closed(text: &str, opens: char, closes: char) -> Option<usize> {
    let mut open = 0_usize;
    for (at, c) in text.char_indices().take_while(|(at, _)| *at < LONGEST_PLACEHOLDER) {
        if c == opens {
            open += 1;
        } else if c == closes {
            open = open.saturating_sub(1);
            if open == 0 {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use sconce_rank::analyze;

    use super::*;

    fn said(query: &str, line: &str) -> bool {
        let spoken = Spoken::of(&analyze(query));
        spoken.is_some_and(|spoken| spoken.line_in(line, Some("python")).is_some())
    }

    #[test]
    fn a_message_is_found_by_what_a_program_said() {
        for (query, line) in [
            (
                "WARNING no trains on 2024-05-01, is the feed up?",
                "log.warning(\"no trains on %s, is the feed up?\", day)",
            ),
            (
                "need 200 MB to keep map-7 offline, have 118",
                "throw `need ${a} MB to keep ${id.raw} offline, have ${free()}`",
            ),
            ("oven 17 not warm", "raise(\"oven %d not warm\\n\")"),
            ("2024-05-01T10:00:00Z WARN dough rests too long", "warn(\"Dough rests too long.\")"),
            ("a loaf moves from raw to baked", "fail(\"a loaf moves from #{a} to #{b}\")"),
            ("the crust is #{colour} now", "\"the crust is #{colour} now\""),
            ("keeps the crust until it cools", "it('keeps the crust until it cools', () => {"),
            ("need 4 eggs for Ana", "print(\"need \\(count) eggs for \\(who)\")"),
        ] {
            assert!(said(query, line), "{query}: {line}");
        }
    }

    #[test]
    fn what_stands_otherwise_is_not_said() {
        for (query, line) in [
            ("where is the crust of a loaf made", "// where is the crust cut"),
            ("how are loaves moved to the shelf", "move(loaf, to: the, shelf)"),
            ("the oven is off", "the = oven(is)"),
            ("warm oven", "\"warm oven\""),
            ("which function opens the oven door", "fn opens_door(the: Oven) { oven }"),
            ("keep the dough cold at night", "keep(cold, the, dough, at, night)"),
        ] {
            assert!(!said(query, line), "{query}: {line}");
        }
        let spoken = Spoken::of(&analyze("dough rests too long today")).unwrap();
        let text = "x\n- dough rests too long today\n";
        let said = SaidLine { line: 1, wording: Wording::Words, words: 5 };
        assert_eq!(spoken.line_in(text, Some("go")), Some(said));
        assert_eq!(spoken.line_in(text, Some("markdown")), None, "written of it");
    }

    #[test]
    fn a_question_is_no_message() {
        let may_be_said = |query: &str| Spoken::of(&analyze(query)).unwrap().may_be_said();
        assert!(!may_be_said("where are loaves put on the shelf"));
        assert!(may_be_said("loaves are put on the shelf"));
    }

    #[test]
    fn of_two_lines_that_say_it_the_one_with_more_of_it_counts() {
        let text = "# the loaf of a day at noon\n# Bakes the loaf of a day.\n";
        let spoken = Spoken::of(&analyze("bake the loaf of a day")).unwrap();
        let said = SaidLine { line: 1, wording: Wording::Remark, words: 6 };
        assert_eq!(spoken.line_in(text, Some("python")), Some(said));
    }

    #[test]
    fn a_line_of_code_is_found_sign_by_sign() {
        let text =
            "fn bake(&self, heat: u32) -> Loaf {\n}\nfn bake(&self) -> Loaf {\nbake(&self)\n";
        let line = |query: &str| Spoken::of(&analyze(query))?.line_in(text, Some("rust"));
        let said = |line, wording, words| Some(SaidLine { line, wording, words });
        assert_eq!(line("fn bake(&self)  -> Loaf {"), said(2, Wording::Whole, 4));
        assert_eq!(line("fn bake(&self)"), said(2, Wording::Held, 3));
        assert_eq!(line("bake(&self, heat:"), said(0, Wording::Held, 3));
        assert_eq!(line("fn bake(heat)"), None);
    }

    #[test]
    fn odd_texts_are_taken_apart() {
        for text in ["%", "%(", "%é", "{", "${é", "\\", "\\(", "#{", "$", "%1$", "a\\é", "%s%"] {
            let _ = tokens(text, MOST_WORDS);
        }
        assert_eq!(tokens(&"{".repeat(5000), MOST_WORDS), []);
    }
}
