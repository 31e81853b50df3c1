//! Outlines of languages without a grammar: a definition is told by the line that it begins with, and ends by
//! a keyword, by its indentation, or where the next section begins.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use crate::brackets::{BracketReader, BracketRules};
use crate::captures::{Captures, Definition};
use crate::cuts::Cut;
use crate::lines::LineIndex;
use crate::outline::Outline;
use crate::text_cuts;
use crate::{Language, SymbolKind, language};

/// Longer texts are generated, and stay text.
const MAX_BYTES: usize = 8 << 20;

/// Definitions within one another, at most: what begins beyond that ends with its line.
const MAX_OPEN: usize = 32;

/// Words of a line, at most, among which the end of what it begins is looked for.
const MAX_WORDS: usize = 500;

/// Further lines that a head may have, such as those of its parameters.
const MOST_HEAD_LINES: usize = 3;

/// How a language's definitions are told by their lines.
pub(crate) struct LineRules {
    /// What a comment's line begins with.
    pub(crate) comments: &'static [&'static str],
    /// What a line begins and ends with that leads the next one: an attribute.
    pub(crate) attribute: Option<(&'static str, &'static str)>,
    /// What a line looks like, its end included, whose head may go on in the next ones.
    pub(crate) goes_on: Option<&'static str>,
    /// What comments of several lines begin a line with, and end with.
    pub(crate) blocks: &'static [(&'static str, &'static str)],
    /// What strings of several lines begin and end with.
    pub(crate) strings: &'static [&'static str],
    /// What lines of a text that is shown as it is begin with, and end with.
    pub(crate) verbatim: &'static [(&'static str, &'static str)],
    /// What lines begin with that a text shown as it is stands between: the same row begins and ends it.
    pub(crate) fences: &'static [&'static str],
    /// Which of the strings documents what follows, where it begins a line.
    pub(crate) docstring: Option<&'static str>,
    /// Whether `<<END` begins a text that its name ends.
    pub(crate) heredocs: bool,
    /// What a head ends with that names nothing: a modifier that a rule takes for a name.
    pub(crate) no_names: &'static [&'static str],
    /// What a line looks like which is no head, whatever a rule takes it for: `return f(x)`.
    pub(crate) no_heads: Option<&'static str>,
    /// How brackets are counted, where they end definitions.
    pub(crate) brackets: Option<&'static BracketRules>,
    /// Whether a comment, or with brackets a string, below a head documents what it begins.
    pub(crate) doc_below: bool,
    /// Whether neighbouring definitions of one name are clauses of one function.
    pub(crate) clauses: bool,
    /// Words alone on their lines, or with what stands in parentheses, below which each line names a value.
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
    goes_on: None,
    blocks: &[],
    strings: &[],
    verbatim: &[],
    fences: &[],
    docstring: None,
    heredocs: false,
    no_names: &[],
    no_heads: None,
    brackets: None,
    doc_below: false,
    clauses: false,
    sections: &[],
    rules: &[],
    members: None,
    import: None,
};

/// How one kind of definition is told.
pub(crate) struct LineRule {
    pub(crate) kind: SymbolKind,
    /// A line that begins one, from its first word on, with a group `name`, and perhaps a group `receiver`: the type
    /// whose method it is; or `more`: further names.
    pub(crate) head: &'static str,
    pub(crate) end: End,
    /// Whether its line is not indented.
    pub(crate) margin: bool,
    /// Whether its name is taken as it is written: nothing in it qualifies the rest.
    pub(crate) plain: bool,
    pub(crate) role: Role,
    /// Whether `::` in its name parts namespaces, and no type from its method.
    pub(crate) namespaced: bool,
}

/// What a line that fits a rule begins.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Role {
    Definition,
    /// A constant directly inside of an enum, a property directly inside of a struct, and else a definition as others.
    Member,
    /// No definition, but a body without a name, whose values are local.
    Local,
}

impl LineRule {
    pub(crate) const fn new(kind: SymbolKind, head: &'static str, end: End) -> LineRule {
        let plain = matches!(end, End::Section(_));
        LineRule {
            kind,
            head,
            end,
            margin: false,
            plain,
            namespaced: false,
            role: Role::Definition,
        }
    }

    /// One that is no definition: what a line looks like that begins a body without a name. Its group `name` is the word
    /// that says so.
    pub(crate) const fn local(head: &'static str) -> LineRule {
        LineRule { role: Role::Local, ..LineRule::new(SymbolKind::Function, head, End::Indent) }
    }

    /// The same for lines alone that are not indented.
    pub(crate) const fn at_margin(self) -> LineRule {
        LineRule { margin: true, ..self }
    }

    /// The same with namespaces in its name.
    pub(crate) const fn namespaced(self) -> LineRule {
        LineRule { namespaced: true, ..self }
    }

    /// The same that is a member of the enum or the struct which it is directly inside of.
    pub(crate) const fn or_member(self) -> LineRule {
        LineRule { role: Role::Member, ..self }
    }

    /// The same with names as they are written.
    pub(crate) const fn plain(self) -> LineRule {
        LineRule { plain: true, ..self }
    }
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
    /// Before the next definition that is indented as it is or less, and before a line that is indented less.
    Sibling,
    /// Before the next section of its level, or of a higher one.
    Section(u8),
    /// With the bracket that closes the one it begins with.
    Bracket,
}

/// The rules of a language, ready to be used.
pub(crate) struct Lined {
    of: &'static LineRules,
    rules: Vec<CompiledRule>,
    no_heads: Option<Regex>,
    goes_on: Option<Regex>,
    members: Option<Regex>,
    import: Option<Regex>,
}

struct CompiledRule {
    rule: &'static LineRule,
    head: Regex,
    /// What ends it, where that is a keyword.
    keyword: Option<Regex>,
}

impl Lined {
    /// Those of a language, if it has any.
    pub(crate) fn of(language: Language) -> Option<&'static Lined> {
        static READY: [OnceLock<Option<Lined>>; language::SLOTS] =
            [const { OnceLock::new() }; language::SLOTS];
        let rules = language.row().lines.as_ref()?;
        READY[language.index()].get_or_init(|| Lined::compile(rules).ok()).as_ref()
    }

    /// Compiles rules, or says what is wrong with them.
    pub(crate) fn compile(rules: &'static LineRules) -> Result<Lined, regex::Error> {
        let line = |pattern: &str| Regex::new(&format!("^(?:{pattern})"));
        let compiled = rules.rules.iter().map(|rule| {
            let keyword = match rule.end {
                End::Keyword(pattern) => Some(line(pattern)?),
                _ => None,
            };
            Ok(CompiledRule { rule, head: line(rule.head)?, keyword })
        });
        Ok(Lined {
            of: rules,
            rules: compiled.collect::<Result<_, regex::Error>>()?,
            no_heads: rules.no_heads.map(line).transpose()?,
            goes_on: rules.goes_on.map(line).transpose()?,
            members: rules.members.map(line).transpose()?,
            import: rules.import.map(line).transpose()?,
        })
    }

    /// Whether neighbouring definitions of one name are clauses of one function.
    pub(crate) fn has_clauses(&self) -> bool {
        self.of.clauses
    }

    /// Where what may be the head of a definition ends that begins with a line: with it, or with one of the next ones.
    fn head_end(&self, text: &str, start: usize, line: &str) -> usize {
        let goes_on =
            |line: &str| self.goes_on.as_ref().is_some_and(|head| head.is_match(line.trim()));
        let mut end = start + line.len();
        if goes_on(line) {
            let next = text[end..].split_inclusive('\n').take(MOST_HEAD_LINES);
            for line in next {
                end += line.len();
                if !goes_on(line) {
                    break;
                }
            }
        }
        end
    }

    /// What the lines of a text begin and import; nothing where it is too long.
    pub(crate) fn captures(&self, text: &str) -> Captures {
        let mut reader = Reader {
            lined: self,
            last_end: 0,
            within: None,
            open: Vec::new(),
            section: None,
            head_end: 0,
            brackets: self.of.brackets.map(BracketReader::new),
            undocumented: None,
            captures: Captures::default(),
        };
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let lines = text[start..].split_inclusive('\n');
        for line in lines.take_while(|_| text.len() <= MAX_BYTES) {
            reader.head_end = self.head_end(text, start, line);
            reader.read(text, start, line);
            start += line.len();
        }
        reader.close_all(text.trim_end().len());
        reader.captures.order();
        reader.captures
    }
}

/// What a line begins: by which rule, and where in the line its name and its receiver stand.
struct Head {
    rule: usize,
    name: Range<usize>,
    receiver: Option<Range<usize>>,
    /// Where more names of its kind stand.
    more: Option<Range<usize>>,
    /// The parts of its name, where they are namespaces.
    path: Vec<String>,
}

/// A definition that has not ended yet.
struct OpenDefinition {
    /// Its index among the definitions, or among the places where values are local.
    definition: usize,
    is_local: bool,
    indent: usize,
    rule: usize,
    /// In how many brackets it stands.
    depth: usize,
}

/// A definition whose documentation may stand below its head.
struct Undocumented {
    definition: usize,
    /// In how many brackets its documentation would stand.
    depth: usize,
    lines_left: usize,
    /// Where the string that documents it began.
    string: Option<usize>,
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
    /// Where the head ends that the line which is read may begin.
    head_end: usize,
    /// Where the last line ended that is no comment and not empty.
    last_end: usize,
    open: Vec<OpenDefinition>,
    section: Option<OpenSection>,
    brackets: Option<BracketReader>,
    undocumented: Option<Undocumented>,
    captures: Captures,
}

impl Reader<'_> {
    fn read(&mut self, text: &str, start: usize, line: &str) {
        let content = line.trim();
        if content.is_empty() {
            return;
        }
        let indent = line.len() - line.trim_start().len();
        let at = start + indent;
        let end = at + content.len();
        let head_text = text[at..self.head_end.max(end)].trim_end();
        if self.is_in_text() {
            if indent > 0 || self.head(head_text, indent).is_none() {
                self.count_brackets(content, at);
                self.last_end = end;
                return;
            }
            // A definition at the margin is in no string: what seemed to begin one did not.
            self.begin_anew();
        }
        if self.goes_on(content, at..end) || self.begins_block(content, at..end) {
            return;
        }
        if self.lined.of.comments.iter().any(|mark| content.starts_with(mark)) {
            self.captures.comments.push(at..end);
            self.document_by_comment(at..end);
            return;
        }
        self.begin_text(content);
        let head = self.head(head_text, indent);
        if head.is_some() && indent == 0 {
            self.begin_anew();
        }
        if head.is_none() && self.is_attribute(content) {
            self.close(content, indent, at, at, None);
            self.captures.leading.push(at..end);
            return;
        }
        self.close(content, indent, at, end, head.as_ref().map(|head| head.rule));
        let section = self.section(content, indent);
        if let Some(head) = head {
            let ends =
                self.ends_itself(head.rule, content.get(head.name.end..).unwrap_or_default());
            self.begin(&head, indent, at..end, ends);
            self.begin_members_of_head(&head, content, at);
            self.begin_more(head, content, at);
        } else if let Some(kind) = section {
            self.begin_value(kind, content, at);
        } else if self.is_of_enum(indent) {
            self.begin_members(content, at);
        } else if let Some(target) = self.imported(content) {
            let target = at + target.start..at + target.end;
            self.captures.import(at..end, target);
        }
        self.document_by_string(content, at);
        self.count_brackets(content, at);
        self.last_end = end;
    }

    /// What a line begins, if it begins a definition.
    fn head(&self, content: &str, indent: usize) -> Option<Head> {
        if self.lined.no_heads.as_ref().is_some_and(|no_heads| no_heads.is_match(content)) {
            return None;
        }
        self.lined.rules.iter().enumerate().find_map(|(index, CompiledRule { rule, head, .. })| {
            if rule.margin && indent > 0 {
                return None;
            }
            let found = head.captures(content)?;
            let name = found.name("name")?.range();
            let receiver = found.name("receiver").map(|receiver| receiver.range());
            let names_nothing = self.names_nothing(&content[..name.end]);
            let path = if rule.namespaced { parts(&content[name.clone()]) } else { Vec::new() };
            let more = found.name("more").map(|more| more.range());
            (!names_nothing).then_some(Head { rule: index, name, receiver, more, path })
        })
    }

    /// Whether a line begins in a string or a comment, by the brackets' count.
    fn is_in_text(&self) -> bool {
        self.brackets.as_ref().is_some_and(BracketReader::is_in_text)
    }

    /// Ends what brackets have not closed before a definition at the margin.
    fn begin_anew(&mut self) {
        let Some(brackets) = &mut self.brackets else { return };
        brackets.reset();
        self.undocumented = None;
        self.close_all(self.last_end);
    }

    /// Counts the brackets of a line, and ends what they close.
    fn count_brackets(&mut self, content: &str, at: usize) {
        let Some(brackets) = &mut self.brackets else { return };
        let (open, captures) = (&mut self.open, &mut self.captures);
        brackets.read(content, |depth, end| {
            while let Some(closed) = open.pop_if(|open| open.depth >= depth) {
                end_at(captures, &closed, at + end);
            }
        });
        let string = self.undocumented.as_ref().and_then(|waits| waits.string);
        if let (Some(start), false) = (string, self.is_in_text()) {
            let end = at + content.rfind('"').map_or(content.len(), |quote| quote + 1);
            self.document(start..end.max(start));
            self.undocumented = None;
        }
    }

    /// Takes a comment below a head for its documentation.
    fn document_by_comment(&mut self, comment: Range<usize>) {
        // With brackets it is a string that documents.
        let Some(waits) = self.undocumented.as_ref().filter(|_| self.brackets.is_none()) else {
            return;
        };
        let doc = &self.captures.definitions[waits.definition].doc;
        let start = doc.as_ref().map_or(comment.start, |doc| doc.start);
        self.document(start..comment.end);
    }

    /// Looks for a string below a head that documents what it begins.
    fn document_by_string(&mut self, content: &str, at: usize) {
        let depth = self.brackets.as_ref().map(BracketReader::depth);
        let Some(waits) = &mut self.undocumented else { return };
        let is_below = self.captures.definitions[waits.definition].name.start < at;
        if depth == Some(waits.depth) && is_below && content.starts_with('"') {
            waits.string = Some(at);
        } else if is_below {
            waits.lines_left -= 1;
            if waits.lines_left == 0 || depth.is_none() {
                self.undocumented = None;
            }
        }
    }

    fn document(&mut self, doc: Range<usize>) {
        if let Some(waits) = &self.undocumented {
            self.captures.definitions[waits.definition].doc = Some(doc);
        }
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
        let is_alone = |rest: &str| {
            rest.is_empty() || rest.trim_start().starts_with('(') && rest.ends_with(')')
        };
        let mut sections = self.lined.of.sections.iter();
        let begun = sections.find(|(word, _)| code.strip_prefix(word).is_some_and(is_alone));
        self.section = begun.map(|(_, kind)| OpenSection { indent, inner: None, kind: *kind });
        None
    }

    /// Notes the value that a line of a section names.
    fn begin_value(&mut self, kind: SymbolKind, content: &str, at: usize) {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let name = content.find(|c| !is_name(c)).unwrap_or(content.len());
        let follows = content[name..].trim_start_matches(['*', ' ']);
        let follows = follows.trim_end_matches(';');
        if name > 0 && (follows.is_empty() || follows.starts_with(['=', ':', ',', '{', '('])) {
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
        // A longer row of what begins and ends one is a comment's ruler: `####`.
        let row = content.starts_with(close)
            && close.chars().next().is_some_and(|mark| rest.starts_with(mark));
        if row && content.len() == close.len() + rest.len() {
            return false;
        }
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
        if let Some(fence) = self.lined.of.fences.iter().find_map(|open| fence(content, open)) {
            self.within = Some(Within::Heredoc(fence.to_owned()));
            return;
        }
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
        let by_keyword = |open: &OpenDefinition| self.lined.rules[open.rule].keyword.is_some();
        // A keyword ends the innermost of its kind, and all the rest the outermost that they can; what
        // is in a definition that ends here ends with it.
        let keyword = self.open.iter().rposition(|open| by_keyword(open) && ends(open));
        let other = self.open.iter().position(|open| !by_keyword(open) && ends(open));
        let Some(ended) = keyword.into_iter().chain(other).min() else { return };
        let outermost = &self.open[ended];
        let includes = match self.lined.rules[outermost.rule].rule.end {
            End::Keyword(_) => true,
            End::Indent => indent == outermost.indent && is_closer(content),
            End::Line | End::Next | End::Sibling | End::Section(_) | End::Bracket => false,
        };
        let before = self.last_end.min(at);
        for (inner, open) in self.open.drain(ended..).enumerate() {
            let until = if includes && inner == 0 { end } else { before };
            end_at(&mut self.captures, &open, until);
        }
    }

    fn ends(
        &self,
        open: &OpenDefinition,
        content: &str,
        indent: usize,
        head: Option<usize>,
    ) -> bool {
        let CompiledRule { rule, keyword, .. } = &self.lined.rules[open.rule];
        match rule.end {
            End::Line => true,
            End::Keyword(_) => keyword.as_ref().is_some_and(|end| end.is_match(content)),
            // What closes parentheses may close those of its head: its body is still to come.
            End::Indent if indent == open.indent => !content.starts_with(['{', '(', '|', ')', ']']),
            End::Indent => indent < open.indent && !content.starts_with(['{', '(', '|']),
            End::Next => head.is_some(),
            End::Sibling => {
                indent < open.indent || (indent == open.indent && head.is_some())
            }
            End::Section(level) => head.is_some_and(
                |head| matches!(self.lined.rules[head].rule.end, End::Section(next) if next <= level),
            ),
            End::Bracket => false,
        }
    }

    /// Whether the keyword that ends a definition stands on the line that begins it.
    fn ends_itself(&self, rule: usize, rest: &str) -> bool {
        let Some(end) = &self.lined.rules[rule].keyword else { return false };
        let code = without_comment(rest, self.lined.of.comments);
        let words = code.match_indices([' ', ';', '\t']).map(|(at, _)| &code[at + 1..]);
        words.take(MAX_WORDS).any(|rest| end.is_match(rest))
    }

    fn begin(&mut self, head: &Head, indent: usize, line: Range<usize>, ends: bool) {
        let LineRule { kind, end, plain, role, .. } = *self.lined.rules[head.rule].rule;
        let local = role == Role::Local;
        let definition = if local {
            self.captures.locals.push(line);
            self.captures.locals.len() - 1
        } else {
            self.define(self.kind_of(head.rule, kind, indent), head, line, plain)
        };
        let depth = self.brackets.as_ref().map_or(0, BracketReader::depth);
        if self.lined.of.doc_below && !local {
            self.undocumented = Some(Undocumented {
                definition,
                depth: depth + 1,
                lines_left: MOST_HEAD_LINES,
                string: None,
            });
        }
        if !ends && !matches!(end, End::Line) && self.open.len() < MAX_OPEN {
            let rule = head.rule;
            self.open.push(OpenDefinition { definition, is_local: local, indent, rule, depth });
        }
    }

    /// What a definition is by the one that it is directly inside of.
    fn kind_of(&self, rule: usize, kind: SymbolKind, indent: usize) -> SymbolKind {
        let outer = self.open.last().filter(|open| {
            self.lined.rules[rule].rule.role == Role::Member
                && indent > open.indent
                && !open.is_local
        });
        match outer.map(|open| self.lined.rules[open.rule].rule.kind) {
            Some(SymbolKind::Enum) => SymbolKind::Constant,
            Some(SymbolKind::Struct) => SymbolKind::Property,
            _ => kind,
        }
    }

    /// Notes a definition, which ends with its head until more is known, and gives its index.
    fn define(&mut self, kind: SymbolKind, head: &Head, line: Range<usize>, plain: bool) -> usize {
        let placed = |range: &Range<usize>| line.start + range.start..line.start + range.end;
        let name = placed(&head.name);
        let whole = line.start..line.end.max(name.end);
        let mut found = Definition::of_line(kind, whole, name, head.rule, plain);
        found.receiver = head.receiver.as_ref().map(placed);
        found.path.clone_from(&head.path);
        self.captures.definitions.push(found);
        self.captures.definitions.len() - 1
    }

    /// Whether a line of this indentation is directly inside of an enum whose members are told.
    fn is_of_enum(&self, indent: usize) -> bool {
        let is_enum = |open: &OpenDefinition| {
            indent > open.indent && self.lined.rules[open.rule].rule.kind == SymbolKind::Enum
        };
        self.lined.members.is_some() && self.open.last().is_some_and(is_enum)
    }

    /// Notes what else a head names.
    fn begin_more(&mut self, mut head: Head, content: &str, at: usize) {
        let Some(more) = head.more.take() else { return };
        let LineRule { kind, plain, .. } = *self.lined.rules[head.rule].rule;
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let mut from = more.start;
        while let Some(start) = content[from..more.end].find(is_name) {
            let rest = &content[from + start..more.end];
            let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            head.name = from + start..from + start + length;
            from = head.name.end;
            self.define(kind, &head, at..at + content.len(), plain);
        }
    }

    /// Notes the members of an enum that its own line names: `enum Sky { Clear, Cloudy }`.
    fn begin_members_of_head(&mut self, head: &Head, content: &str, at: usize) {
        let is_enum = self.lined.rules[head.rule].rule.kind == SymbolKind::Enum;
        let from = content.get(head.name.end..).and_then(|rest| rest.find('{'));
        if let Some(from) = from.filter(|_| is_enum) {
            let from = head.name.end + from + 1;
            let inside = content[from..].split('}').next().unwrap_or_default();
            let blank = inside.len() - inside.trim_start().len();
            self.begin_members(inside.trim(), at + from + blank);
        }
    }

    /// Notes the members of an enum that a line names.
    fn begin_members(&mut self, content: &str, at: usize) {
        let Some(members) = &self.lined.members else { return };
        let code = without_comment(content, self.lined.of.comments);
        let mut from = 0;
        while let Some(found) = members.captures(&code[from..]) {
            let (Some(name), Some(whole)) = (found.name("name"), found.get(0)) else { break };
            let said = code[from + name.start()..from + whole.end()]
                .trim_end_matches([',', ';', ' ', '\t']);
            let start = at + from + name.start();
            let line = start..start + said.len().max(name.len());
            let name = start..start + name.len();
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
            end_at(&mut self.captures, &open, end);
        }
    }
}

/// Ends what has not ended yet.
fn end_at(captures: &mut Captures, open: &OpenDefinition, end: usize) {
    if open.is_local {
        let local = &mut captures.locals[open.definition];
        local.end = local.end.max(end);
    } else {
        captures.definitions[open.definition].end_at(end);
    }
}

/// The row of one character that a line begins with where that is a fence, or a longer one. Behind it a word may stand that
/// says what it fences.
fn fence<'a>(content: &'a str, open: &str) -> Option<&'a str> {
    let mark = open.chars().next()?;
    let rest = content.trim_start_matches(mark);
    let row = &content[..content.len() - rest.len()];
    let is_word = |c: char| c.is_alphanumeric() || "+-#_".contains(c);
    (row.starts_with(open) && rest.chars().all(is_word)).then_some(row)
}

/// A line without the comment that ends it.
fn without_comment<'a>(line: &'a str, marks: &[&str]) -> &'a str {
    let starts = marks.iter().flat_map(|mark| line.match_indices(mark).map(|(at, _)| at));
    let parted = |at: &usize| line[..*at].ends_with([' ', '\t']);
    let end = starts.filter(parted).min().unwrap_or(line.len());
    line[..end].trim_end()
}

/// The parts of a name that `::` joins.
fn parts(name: &str) -> Vec<String> {
    name.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
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
        let rule = LineRule::new(SymbolKind::Function, head, end);
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
            assert!(lined.rules.iter().all(|rule| has(&rule.head, "name")), "{}", row.name);
            assert!(lined.members.iter().all(|members| has(members, "name")), "{}", row.name);
            assert!(lined.import.iter().all(|import| has(import, "target")), "{}", row.name);
        }
        assert!(languages >= 60, "{languages}");
    }

    #[test]
    fn nothing_is_defined_in_comments_and_texts() {
        let rule = LineRule::new(SymbolKind::Function, r"sub (?P<name>\w+)", End::Indent);
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

    fn of(rules: LineRules) -> Lined {
        Lined::compile(Box::leak(Box::new(rules))).unwrap()
    }

    static LISP: BracketRules = BracketRules {
        comment: ";",
        block: Some(("#|", "|#")),
        character: Some("#\\"),
        bars: false,
    };

    #[test]
    fn a_bracket_ends_a_definition_and_a_string_below_its_head_documents_it() {
        let rule = LineRule::new(SymbolKind::Function, r"\(def (?P<name>\w+)", End::Bracket);
        let lined = of(LineRules {
            comments: &[";"],
            brackets: Some(&LISP),
            doc_below: true,
            rules: vec![rule].leak(),
            ..NO_RULES
        });
        let text = "(def a (x\n y)\n  \"Does a.\n( (def b\"\n  #\\(\n (def c 1)\n ; )\n  ) (x)\n";
        let parts: Vec<&str> = ranges(&lined, text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, [&text[..text.len() - 5], "(def c 1)"]);
        let found = lined.captures(text).definitions;
        assert_eq!(found[0].doc.clone().map(|doc| &text[doc]), Some("\"Does a.\n( (def b\""));
        assert_eq!(found[1].doc, None);
        // What is not closed ends where the next definition begins at the margin.
        let text = "(def a \"\n(def b (\n  ;\n(def c ())\n";
        assert_eq!(ranges(&lined, text), [0..8, 9..17, 22..32]);
    }

    #[test]
    fn a_sibling_ends_what_need_not_be_indented() {
        let rule = LineRule::new(SymbolKind::Function, r"let (?P<name>\w+)", End::Sibling);
        let lined = of(LineRules { rules: vec![rule].leak(), ..NO_RULES });
        let text = "let a\nx\n let b\n y\n let c\nz\nlet d\n";
        assert_eq!(
            ranges(&lined, text),
            [0..28, 9..17, 19..24, 27..32].map(|range| match range.start {
                0 => 0..26,
                _ => range,
            })
        );
    }

    #[test]
    fn a_head_goes_on_and_what_its_parentheses_close_does_not_end_it() {
        let rule = LineRule::new(SymbolKind::Rule, r"make\((?:\s*'(?P<name>\w+)')?", End::Indent);
        let rule = LineRule { head: r"make\(\s*'(?P<name>\w+)'", ..rule };
        let lined = of(LineRules { goes_on: Some(r".*\($"), rules: vec![rule].leak(), ..NO_RULES });
        let text = "make(\n  'a',\n) {\n  x\n}\nmake('b')\nmake(\n";
        assert_eq!(ranges(&lined, text), [0..22, 23..32]);
        assert_eq!(lined.captures(text).definitions[0].name, 9..10);
    }

    #[test]
    fn rules_for_the_margin_for_members_and_for_bodies_without_a_name() {
        let lined = of(LineRules {
            comments: &["#"],
            fences: &["----"],
            no_heads: Some("fn no"),
            members: Some(r"(?P<name>[A-Z]\w*)(?:,\s*|$)"),
            rules: vec![
                LineRule::new(SymbolKind::Enum, r"enum (?P<name>\w+)", End::Indent),
                LineRule::new(SymbolKind::Variable, r"set (?P<name>\w+)", End::Line).at_margin(),
                LineRule::local(r"(?P<name>get) \{"),
                LineRule::new(SymbolKind::Function, r"fn (?P<name>[\w:]+)", End::Indent)
                    .namespaced()
                    .or_member(),
            ]
            .leak(),
            ..NO_RULES
        });
        let text = "enum A { B, C }\nenum D\n  fn e\nset f\n set g\nfn no\nfn h::i\n------\nfn j\n----\n------\nget {\n  x\n}\n";
        let captures = lined.captures(text);
        let found: Vec<_> = captures
            .definitions
            .iter()
            .map(|found| (found.kind.unwrap().as_str(), &text[found.name.clone()]))
            .collect();
        assert_eq!(
            found,
            [
                ("enum", "A"),
                ("constant", "B"),
                ("constant", "C"),
                ("enum", "D"),
                ("constant", "e"),
                ("variable", "f"),
                ("function", "h::i"),
            ]
        );
        assert_eq!(captures.definitions[6].path, ["h", "i"]);
        assert_eq!(
            captures.locals.first().map(|local| &text[local.clone()]),
            Some("get {\n  x\n}")
        );
    }
}
