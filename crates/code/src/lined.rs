//! Outlines of languages without a grammar: a definition is told by the line that it begins with, and ends by
//! a keyword, by its indentation, or where the next section begins.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use crate::captures::{Captures, Definition};
use crate::cuts::Cut;
use crate::lines::LineIndex;
use crate::outline::Outline;
use crate::text_cuts;
use crate::{Language, SymbolKind};

/// Longer texts are generated, and stay text.
const MAX_BYTES: usize = 8 << 20;

/// Definitions within one another, at most: what begins beyond that ends with its line.
const MAX_OPEN: usize = 32;

/// Words of a line, at most, among which the end of what it begins is looked for.
const MAX_WORDS: usize = 500;

/// How a language's definitions are told by their lines.
pub(crate) struct LineRules {
    /// What a comment's line begins with.
    pub(crate) comments: &'static [&'static str],
    /// What a line begins and ends with that leads the next one: an attribute.
    pub(crate) attribute: Option<(&'static str, &'static str)>,
    /// What comments of several lines begin a line with, and end with.
    pub(crate) blocks: &'static [(&'static str, &'static str)],
    /// What strings of several lines begin and end with.
    pub(crate) strings: &'static [&'static str],
    /// What lines of a text that is shown as it is begin with, and end with.
    pub(crate) verbatim: &'static [(&'static str, &'static str)],
    /// Which of the strings documents what follows, where it begins a line.
    pub(crate) docstring: Option<&'static str>,
    /// Whether `<<END` begins a text that its name ends.
    pub(crate) heredocs: bool,
    /// What a head ends with that names nothing: a modifier that a rule takes for a name.
    pub(crate) no_names: &'static [&'static str],
    /// Words alone on their lines, below which each line names a value.
    pub(crate) sections: &'static [(&'static str, SymbolKind)],
    /// Of two for one line the first counts.
    pub(crate) rules: &'static [LineRule],
    /// What a member looks like at the start of a line directly inside of an enum, and again behind each one on
    /// that line, with a group `name`.
    pub(crate) members: Option<&'static str>,
    /// What an import's line looks like, with a group `target`.
    pub(crate) import: Option<&'static str>,
}

/// Those of a language that has none.
pub(crate) const NO_RULES: LineRules = LineRules {
    comments: &[],
    attribute: None,
    blocks: &[],
    strings: &[],
    verbatim: &[],
    docstring: None,
    heredocs: false,
    no_names: &[],
    sections: &[],
    rules: &[],
    members: None,
    import: None,
};

/// How one kind of definition is told.
pub(crate) struct LineRule {
    pub(crate) kind: SymbolKind,
    /// A line that begins one, from its first word on, with a group `name`.
    pub(crate) head: &'static str,
    pub(crate) end: End,
}

/// Where a definition ends.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// With its line.
    Line,
    /// With the first line from its head on that begins so.
    Keyword(&'static str),
    /// Before a line that is indented as its head is, or less; `}`, `)` and `end…` close it.
    Indent,
    /// Before the next definition, whichever it is.
    Next,
    /// Before the next section of its level, or of a higher one.
    Section(u8),
}

/// The rules of a language, ready to be used.
pub(crate) struct Lined {
    of: &'static LineRules,
    rules: Vec<(SymbolKind, Regex, End, Option<Regex>)>,
    members: Option<Regex>,
    import: Option<Regex>,
}

impl Lined {
    /// Those of a language, if it has any.
    pub(crate) fn of(language: Language) -> Option<&'static Lined> {
        static READY: [OnceLock<Option<Lined>>; 256] = [const { OnceLock::new() }; 256];
        let rules = language.row().lines.as_ref()?;
        READY[language.index()].get_or_init(|| Lined::compile(rules).ok()).as_ref()
    }

    /// Compiles rules, or says what is wrong with them.
    pub(crate) fn compile(rules: &'static LineRules) -> Result<Lined, regex::Error> {
        let line = |pattern: &str| Regex::new(&format!("^(?:{pattern})"));
        let compiled = rules.rules.iter().map(|rule| {
            let end = match rule.end {
                End::Keyword(pattern) => Some(line(pattern)?),
                _ => None,
            };
            Ok((rule.kind, line(rule.head)?, rule.end, end))
        });
        Ok(Lined {
            of: rules,
            rules: compiled.collect::<Result<_, regex::Error>>()?,
            members: rules.members.map(line).transpose()?,
            import: rules.import.map(line).transpose()?,
        })
    }

    /// What the lines of a text begin and import; nothing where it is too long.
    pub(crate) fn captures(&self, text: &str) -> Captures {
        let mut reader = Reader {
            lined: self,
            last_end: 0,
            within: None,
            open: Vec::new(),
            section: None,
            captures: Captures::default(),
        };
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let lines = text[start..].split_inclusive('\n');
        for line in lines.take_while(|_| text.len() <= MAX_BYTES) {
            reader.read(start, line);
            start += line.len();
        }
        reader.close_all(text.trim_end().len());
        reader.captures.order();
        reader.captures
    }
}

/// A definition that has not ended yet.
struct OpenDefinition {
    definition: usize,
    indent: usize,
    rule: usize,
}

/// A section of values that has not ended yet.
struct OpenSection {
    indent: usize,
    /// The indentation of its first line, and so of each that names one.
    inner: Option<usize>,
    kind: SymbolKind,
}

/// What goes on over several lines and defines nothing.
enum Within<'a> {
    /// What ends it, and where it began.
    Comment(&'a str, usize),
    String(&'a str),
    Heredoc(String),
}

struct Reader<'a> {
    lined: &'a Lined,
    within: Option<Within<'a>>,
    /// Where the last line ended that is no comment and not empty.
    last_end: usize,
    open: Vec<OpenDefinition>,
    section: Option<OpenSection>,
    captures: Captures,
}

impl Reader<'_> {
    fn read(&mut self, start: usize, line: &str) {
        let content = line.trim();
        if content.is_empty() {
            return;
        }
        let indent = line.len() - line.trim_start().len();
        let at = start + indent;
        let end = at + content.len();
        if self.goes_on(content, at..end) || self.begins_block(content, at..end) {
            return;
        }
        if self.lined.of.comments.iter().any(|mark| content.starts_with(mark)) {
            self.captures.comments.push(at..end);
            return;
        }
        self.begin_text(content);
        let head = self.lined.rules.iter().enumerate().find_map(|(rule, (_, head, ..))| {
            let name = head.captures(content)?.name("name")?.range();
            (!self.names_nothing(&content[..name.end])).then_some((rule, name))
        });
        if head.is_none() && self.is_attribute(content) {
            self.close(content, indent, at, at, None);
            self.captures.leading.push(at..end);
            return;
        }
        self.close(content, indent, at, end, head.as_ref().map(|(rule, _)| *rule));
        let section = self.section(content, indent);
        if let Some((rule, name)) = head {
            let ends = self.ends_itself(rule, &content[name.end..]);
            self.begin(rule, indent, at..end, at + name.start..at + name.end, ends);
        } else if let Some(kind) = section {
            self.begin_value(kind, content, at);
        } else if self.is_of_enum(indent) {
            self.begin_members(content, at);
        } else if let Some(target) = self.imported(content) {
            let target = at + target.start..at + target.end;
            self.captures.import(at..end, target);
        }
        self.last_end = end;
    }

    /// Whether what a rule takes for a head ends with no name.
    fn names_nothing(&self, head: &str) -> bool {
        let mut words = self.lined.of.no_names.iter();
        words.any(|word| {
            head.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
        })
    }

    /// What a line names that is directly inside of a section.
    fn section(&mut self, content: &str, indent: usize) -> Option<SymbolKind> {
        if self.lined.of.sections.is_empty() {
            return None;
        }
        let of_section = self.section.as_mut().filter(|section| indent > section.indent);
        if let Some(section) = of_section {
            let first = *section.inner.get_or_insert(indent);
            return (indent == first).then_some(section.kind);
        }
        let code = without_comment(content, self.lined.of.comments);
        let begun = self.lined.of.sections.iter().find(|(word, _)| *word == code);
        self.section = begun.map(|(_, kind)| OpenSection { indent, inner: None, kind: *kind });
        None
    }

    /// Notes the value that a line of a section names.
    fn begin_value(&mut self, kind: SymbolKind, content: &str, at: usize) {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let name = content.find(|c| !is_name(c)).unwrap_or(content.len());
        let follows = content[name..].trim_start_matches(['*', ' ']);
        if name > 0 && follows.starts_with(['=', ':', ',', '{']) {
            let (line, pattern) = (at..at + content.len(), self.lined.rules.len());
            let found = Definition::of_line(kind, line, at..at + name, pattern, false);
            self.captures.definitions.push(found);
        }
    }

    /// Whether a line is part of what began above it.
    fn goes_on(&mut self, content: &str, line: Range<usize>) -> bool {
        let Some(within) = &self.within else { return false };
        let ends = match within {
            Within::Comment(close, _) | Within::String(close) => content.contains(close),
            Within::Heredoc(name) => content == name,
        };
        match within {
            Within::Comment(_, start) if ends => self.captures.comments.push(*start..line.end),
            Within::Comment(..) => {}
            Within::String(_) | Within::Heredoc(_) => self.last_end = line.end,
        }
        if ends {
            self.within = None;
        }
        true
    }

    /// Whether a line begins a comment of several lines, or a string that documents.
    fn begins_block(&mut self, content: &str, line: Range<usize>) -> bool {
        let string = self.lined.of.docstring.map(|quotes| (quotes, quotes));
        let mut blocks = self.lined.of.blocks.iter().copied().chain(string);
        let begun = blocks.find_map(|(open, close)| Some((close, content.strip_prefix(open)?)));
        let Some((close, rest)) = begun else { return false };
        match rest.split_once(close) {
            // Code stands behind it.
            Some((_, after)) if !after.trim().is_empty() => return false,
            Some(_) => self.captures.comments.push(line),
            None => self.within = Some(Within::Comment(close, line.start)),
        }
        true
    }

    fn is_attribute(&self, content: &str) -> bool {
        let is =
            |(open, close): (&str, &str)| content.starts_with(open) && content.ends_with(close);
        self.lined.of.attribute.is_some_and(is)
    }

    /// Notes a string or a text that begins behind something else on its line.
    fn begin_text(&mut self, content: &str) {
        static HEREDOC: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r#"<<~?(?:["']( *\w[\w ]*)["']|([A-Z_]\w*))"#).ok());
        let begins = |quotes: &&&str| content.matches(**quotes).count() % 2 == 1;
        let verbatim = self.lined.of.verbatim.iter();
        let mut shown =
            verbatim.filter(|(open, close)| content.starts_with(open) && !content.contains(close));
        if let Some((_, close)) = shown.next() {
            self.within = Some(Within::String(close));
        } else if let Some(quotes) = self.lined.of.strings.iter().find(begins) {
            self.within = Some(Within::String(quotes));
        } else if self.lined.of.heredocs
            && let Some(found) = HEREDOC.as_ref().and_then(|heredoc| heredoc.captures(content))
        {
            let name = found.get(1).or_else(|| found.get(2));
            self.within = name.map(|name| Within::Heredoc(name.as_str().trim().to_owned()));
        }
    }

    fn imported(&self, content: &str) -> Option<Range<usize>> {
        Some(self.lined.import.as_ref()?.captures(content)?.name("target")?.range())
    }

    /// Ends what a line ends, from the innermost out.
    fn close(&mut self, content: &str, indent: usize, at: usize, end: usize, head: Option<usize>) {
        let ends = |open: &OpenDefinition| self.ends(open, content, indent, head);
        let by_keyword = |open: &OpenDefinition| self.lined.rules[open.rule].3.is_some();
        // A keyword ends the innermost of its kind, and all the rest the outermost that they can; what
        // is in a definition that ends here ends with it.
        let keyword = self.open.iter().rposition(|open| by_keyword(open) && ends(open));
        let other = self.open.iter().position(|open| !by_keyword(open) && ends(open));
        let Some(ended) = keyword.into_iter().chain(other).min() else { return };
        let outermost = &self.open[ended];
        let includes = match self.lined.rules[outermost.rule].2 {
            End::Keyword(_) => true,
            End::Indent => indent == outermost.indent && is_closer(content),
            End::Line | End::Next | End::Section(_) => false,
        };
        let before = self.last_end.min(at);
        for (inner, open) in self.open.drain(ended..).enumerate() {
            let until = if includes && inner == 0 { end } else { before };
            self.captures.definitions[open.definition].end_at(until);
        }
    }

    fn ends(
        &self,
        open: &OpenDefinition,
        content: &str,
        indent: usize,
        head: Option<usize>,
    ) -> bool {
        let (.., end, keyword) = &self.lined.rules[open.rule];
        match end {
            End::Line => true,
            End::Keyword(_) => keyword.as_ref().is_some_and(|end| end.is_match(content)),
            End::Indent => indent <= open.indent && !content.starts_with(['{', '(', '|']),
            End::Next => head.is_some(),
            End::Section(level) => head.is_some_and(
                |head| matches!(self.lined.rules[head].2, End::Section(next) if next <= *level),
            ),
        }
    }

    /// Whether the keyword that ends a definition stands on the line that begins it.
    fn ends_itself(&self, rule: usize, rest: &str) -> bool {
        let Some(end) = &self.lined.rules[rule].3 else { return false };
        let code = without_comment(rest, self.lined.of.comments);
        let words = code.match_indices([' ', ';', '\t']).map(|(at, _)| &code[at + 1..]);
        words.take(MAX_WORDS).any(|rest| end.is_match(rest))
    }

    fn begin(
        &mut self,
        rule: usize,
        indent: usize,
        line: Range<usize>,
        name: Range<usize>,
        ends: bool,
    ) {
        let (kind, _, end, _) = &self.lined.rules[rule];
        let definition = self.captures.definitions.len();
        let plain = matches!(end, End::Section(_));
        self.captures.definitions.push(Definition::of_line(*kind, line, name, rule, plain));
        if !ends && !matches!(end, End::Line) && self.open.len() < MAX_OPEN {
            self.open.push(OpenDefinition { definition, indent, rule });
        }
    }

    /// Whether a line of this indentation is directly inside of an enum whose members are told.
    fn is_of_enum(&self, indent: usize) -> bool {
        let is_enum = |open: &OpenDefinition| {
            indent > open.indent && self.lined.rules[open.rule].0 == SymbolKind::Enum
        };
        self.lined.members.is_some() && self.open.last().is_some_and(is_enum)
    }

    /// Notes the members of an enum that a line names.
    fn begin_members(&mut self, content: &str, at: usize) {
        let Some(members) = &self.lined.members else { return };
        let code = without_comment(content, self.lined.of.comments);
        let mut from = 0;
        while let Some(found) = members.captures(&code[from..]) {
            let (Some(name), Some(whole)) = (found.name("name"), found.get(0)) else { break };
            let name = at + from + name.start()..at + from + name.end();
            let line = at..at + code.len();
            let (kind, pattern) = (SymbolKind::Constant, self.lined.rules.len());
            self.captures.definitions.push(Definition::of_line(kind, line, name, pattern, false));
            if whole.end() == 0 {
                break;
            }
            from += whole.end();
        }
    }

    fn close_all(&mut self, end: usize) {
        for open in std::mem::take(&mut self.open) {
            self.captures.definitions[open.definition].end_at(end);
        }
    }
}

/// A line without the comment that ends it.
fn without_comment<'a>(line: &'a str, marks: &[&str]) -> &'a str {
    let starts = marks.iter().flat_map(|mark| line.match_indices(mark).map(|(at, _)| at));
    let parted = |at: &usize| line[..*at].ends_with([' ', '\t']);
    let end = starts.filter(parted).min().unwrap_or(line.len());
    line[..end].trim_end()
}

/// Whether a line closes what its indentation ends.
fn is_closer(content: &str) -> bool {
    let word = content.to_ascii_lowercase();
    content.starts_with(['}', ')', ']']) || word.starts_with("end")
}

/// Makes the cuts at the starts of definitions cheap, and dear what joins two of them.
pub(crate) fn prefer_definitions(cuts: &mut [Cut], outline: &Outline, lines: &LineIndex) {
    let mut starts: Vec<usize> = outline
        .scopes
        .iter()
        .filter(|scope| scope.is_major())
        .map(|scope| lines.line_start(scope.span.start))
        .collect();
    starts.sort_unstable();
    for cut in cuts.iter_mut().filter(|cut| starts.binary_search(&cut.at).is_ok()) {
        (cut.part, cut.join) = (text_cuts::HEADING, text_cuts::JOIN_SECTIONS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::LANGUAGES;

    fn of_one(head: &'static str, end: End) -> Lined {
        let rule = LineRule { kind: SymbolKind::Function, head, end };
        let rules = LineRules { comments: &["#"], rules: vec![rule].leak(), ..NO_RULES };
        Lined::compile(Box::leak(Box::new(rules))).unwrap()
    }

    fn ranges(lined: &Lined, text: &str) -> Vec<Range<usize>> {
        lined.captures(text).definitions.into_iter().map(|found| found.node).collect()
    }

    #[test]
    fn every_rule_compiles_and_names_what_it_finds() {
        let mut languages = 0;
        for row in LANGUAGES.iter() {
            let Some(rules) = &row.lines else { continue };
            languages += 1;
            let lined =
                Lined::compile(rules).unwrap_or_else(|error| panic!("{}: {error}", row.name));
            let has =
                |regex: &Regex, group| regex.capture_names().flatten().any(|name| name == group);
            assert!(lined.rules.iter().all(|(_, head, ..)| has(head, "name")), "{}", row.name);
            assert!(lined.members.iter().all(|members| has(members, "name")), "{}", row.name);
            assert!(lined.import.iter().all(|import| has(import, "target")), "{}", row.name);
        }
        assert!(languages >= 9, "{languages}");
    }

    #[test]
    fn nothing_is_defined_in_comments_and_texts() {
        let rule =
            LineRule { kind: SymbolKind::Function, head: r"sub (?P<name>\w+)", end: End::Indent };
        let rules = LineRules {
            blocks: &[("=pod", "=cut")],
            strings: &["\"\"\""],
            docstring: Some("\"\"\""),
            heredocs: true,
            rules: vec![rule].leak(),
            ..NO_RULES
        };
        let lined = Lined::compile(Box::leak(Box::new(rules))).unwrap();
        let text = "=pod\nsub a\n=cut\nsub b\n '<<' => 'x';\n x <<' END';\nsub c\nEND\n y = \"\"\"\nsub d\n\"\"\"\n";
        assert_eq!(ranges(&lined, text).first(), Some(&(16..text.len() - 1)));
        let text = "\"\"\"\nsub a\n\"\"\"\nsub b\n";
        assert_eq!(ranges(&lined, text).first(), Some(&(14..19)));
        assert_eq!(lined.captures(text).comments.first(), Some(&(0..13)));
    }

    #[test]
    fn a_keyword_ends_the_innermost_and_indentation_all_that_is_further_in() {
        let by_keyword = of_one(r"sub (?P<name>\w+)", End::Keyword("end"));
        let text = "sub a\nsub b\nend\nend\nsub c\nend\n";
        assert_eq!(ranges(&by_keyword, text), [0..19, 6..15, 20..29]);
        let by_indent = of_one(r"proc (?P<name>\w+)", End::Indent);
        let text = "proc a\n  proc b\n    x\ny\nproc c {\n  x\n}\n";
        assert_eq!(ranges(&by_indent, text), [0..21, 9..21, 24..38]);
    }
}
