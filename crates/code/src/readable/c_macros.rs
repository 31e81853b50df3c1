//! C and C++ with the macros that annotate declarations: what they stand for is not in the file, and
//! the grammars take them for types, names or calls.

use std::borrow::Cow;
use std::ops::Range;

use super::c_conditionals::cut_through;
use super::c_heads::{End, Item, ItemKind, LABELS, heads};
use super::c_tokens::tokens_and_directives;
use super::{Mask, parentheses_len};

/// Words that begin a declaration or a type.
const STARTS: [&str; 44] = [
    "static",
    "extern",
    "inline",
    "virtual",
    "explicit",
    "constexpr",
    "consteval",
    "constinit",
    "mutable",
    "register",
    "thread_local",
    "typedef",
    "using",
    "template",
    "class",
    "struct",
    "union",
    "enum",
    "namespace",
    "friend",
    "const",
    "volatile",
    "auto",
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "bool",
    "_Bool",
    "wchar_t",
    "size_t",
    "ssize_t",
    "int32_t",
    "uint32_t",
    "int64_t",
    "uint64_t",
    "uint8_t",
    "typename",
    "__int128",
];
/// Of these the types that need no other.
const TYPES: [&str; 22] = [
    "auto", "void", "char", "short", "int", "long", "float", "double", "signed", "unsigned",
    "bool", "_Bool", "wchar_t", "size_t", "ssize_t", "int32_t", "uint32_t", "int64_t", "uint64_t",
    "uint8_t", "__int128", "decltype",
];
/// Words that are neither a type nor the name of anything.
const OTHERS: [&str; 24] = [
    "restrict",
    "__restrict",
    "__extension__",
    "export",
    "if",
    "while",
    "for",
    "switch",
    "return",
    "sizeof",
    "alignof",
    "alignas",
    "decltype",
    "typeof",
    "__typeof__",
    "operator",
    "noexcept",
    "throw",
    "requires",
    "override",
    "final",
    "new",
    "delete",
    "default",
];
/// Words whose declarations are not taken apart.
const SPECIAL: [&str; 9] = [
    "typedef",
    "using",
    "friend",
    "operator",
    "static_assert",
    "_Static_assert",
    "concept",
    "return",
    "goto",
];
const CLASSES: [&str; 5] = ["class", "struct", "union", "enum", "interface"];

/// The text as the grammars of C and C++ may read it.
pub(crate) fn without_annotations(text: &str) -> Cow<'_, str> {
    let (mut tokens, directives) = tokens_and_directives(text);
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    let left_out = cut_through(text, &tokens, &directives);
    let mut ranges = left_out.iter().peekable();
    tokens.retain(|token| {
        while ranges.next_if(|range| range.end <= token.bytes.start).is_some() {}
        ranges.peek().is_none_or(|range| range.start > token.bytes.start)
    });
    for range in left_out {
        mask.blank_lines(range);
    }
    heads(text, &tokens, |head, end, class| Head { text, items: head, end, class }.mask(&mut mask));
    for linkage in linkages(text) {
        mask.blank(linkage);
    }
    for annotation in annotations_of_enums(text) {
        mask.blank_lines(annotation);
    }
    mask.finish()
}

/// What enums have that their grammars do not know: `enum class [[nodiscard]] Status`, and Unreal's `Idle UMETA(Hidden)`.
fn annotations_of_enums(text: &str) -> Vec<Range<usize>> {
    let attributes = text.match_indices("[[").filter(|(at, _)| {
        let before = text[..*at].trim_end();
        ["enum", "enum class", "enum struct"].iter().any(|words| before.ends_with(words))
    });
    let attributes = attributes.filter_map(|(at, _)| {
        let line = text[at..].lines().next()?;
        Some(at..at + line.find("]]")? + 2)
    });
    let metas = text.match_indices("UMETA(").filter_map(|(at, word)| {
        let length = parentheses_len(&text[at + word.len() - 1..])?;
        Some(at..at + word.len() - 1 + length)
    });
    attributes.chain(metas).collect()
}

/// The lines for C++ alone that open and close `extern "C"`: to a grammar, whose conditions hold whole
/// declarations, either brace lacks its other one.
fn linkages(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut within, mut start): (_, Option<Vec<_>>, _) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let words = line.trim();
        if is_for_cpp(words) {
            within = Some(Vec::new());
        } else if let Some(mut lines) = within.take() {
            if words.starts_with("#endif") {
                found.append(&mut lines);
            } else if opens_or_closes_linkage(words) {
                lines.push(range);
                within = Some(lines);
            }
        }
    }
    found
}

fn is_for_cpp(line: &str) -> bool {
    let Some(condition) = line.strip_prefix('#').map(str::trim_start) else { return false };
    ["ifdef __cplusplus", "if defined(__cplusplus)", "if defined __cplusplus"].contains(&condition)
}

fn opens_or_closes_linkage(line: &str) -> bool {
    let rest = line.strip_prefix("extern \"C\"").unwrap_or(line).trim_start();
    is_comment_or_nothing(rest.strip_prefix(['{', '}']).unwrap_or(rest))
}

fn is_comment_or_nothing(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with("//") || (rest.starts_with("/*") && rest.ends_with("*/"))
}

struct Head<'a> {
    text: &'a str,
    items: &'a [Item],
    end: End,
    /// The class that it is a member of.
    class: Option<&'a str>,
}

impl Head<'_> {
    fn mask(&self, mask: &mut Mask<'_>) {
        if self.end == End::Label {
            return self.mask_label(mask);
        }
        if self.end == End::Statement {
            self.mask_behind_body(mask);
        }
        self.mask_conventions(mask);
        let from = self.after_templates(mask);
        if self.end == End::Statement && self.is_macros_alone(from) {
            return self.mask_macros(from, mask);
        }
        if let Some(class) = self.class_head(from) {
            return self.mask_class(from, class, mask);
        }
        if let Some(namespace) = self.position(from, &["namespace"]) {
            return self.mask_class(from, namespace, mask);
        }
        if let Some(special) = self.position(from, &SPECIAL) {
            return self.blank_annotations(from, special, mask);
        }
        match self.function_name(from) {
            Some(name) => self.mask_function(from, name, mask),
            None if self.end == End::Body => self.mask_definer(from, mask),
            None => self.mask_variable(from, mask),
        }
    }

    /// The text of a word; nothing of anything else.
    fn word(&self, at: usize) -> &str {
        match self.items.get(at) {
            Some(Item { kind: ItemKind::Word, bytes }) => &self.text[bytes.clone()],
            _ => "",
        }
    }

    fn is(&self, at: usize, kind: ItemKind) -> bool {
        self.items.get(at).is_some_and(|item| item.kind == kind)
    }

    fn position(&self, from: usize, words: &[&str]) -> Option<usize> {
        (from..self.items.len()).find(|at| words.contains(&self.word(*at)))
    }

    /// Blanks a word and the parentheses after it.
    fn blank(&self, at: usize, mask: &mut Mask<'_>) {
        mask.blank(self.items[at].bytes.clone());
        if self.is(at, ItemKind::Word) && self.is(at + 1, ItemKind::Group) {
            mask.blank(self.items[at + 1].bytes.clone());
        }
    }

    /// Blanks what looks like a macro in a part of the head.
    fn blank_annotations(&self, from: usize, to: usize, mask: &mut Mask<'_>) {
        for at in from..to {
            if is_macro(self.word(at)) {
                self.blank(at, mask);
            }
        }
    }

    /// Qt's `public slots:` and `signals:` are `public:`.
    fn mask_label(&self, mask: &mut Mask<'_>) {
        let is_label = |at: &usize| LABELS.contains(&self.word(*at));
        let count = (0..self.items.len()).rev().take_while(is_label).count();
        let first = self.items.len() - count;
        self.blank_annotations(0, first, mask);
        for at in first..self.items.len() {
            match self.word(at) {
                "signals" | "Q_SIGNALS" => mask.write(self.items[at].bytes.clone(), "public"),
                "slots" | "Q_SLOTS" => self.blank(at, mask),
                _ => {}
            }
        }
    }

    /// Blanks how the function is called that a pointer is to: `(WINAPI *Hook)(int)`, and in types also
    /// `(APIENTRYP Draw)(int)`, whose macro holds the star.
    fn mask_conventions(&self, mask: &mut Mask<'_>) {
        let is_type = self.word(0) == "typedef";
        let is_pointer =
            |at: &usize| self.is(*at, ItemKind::Group) && self.is(at + 1, ItemKind::Group);
        for at in (0..self.items.len()).filter(is_pointer) {
            let group = &self.text[self.items[at].bytes.clone()];
            let Some(inside) = group[1..].strip_suffix(')').map(str::trim_start) else { continue };
            let behind = inside.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
            let word = &inside[..inside.len() - behind.len()];
            let start = self.items[at].bytes.end - 1 - inside.len();
            if !is_macro(word) {
                continue;
            }
            if behind.trim_start().starts_with('*') {
                mask.blank(start..start + word.len());
            } else if is_type && is_identifier(behind.trim()) {
                mask.write(start..start + word.len(), "*");
            }
        }
    }

    fn is_behind_body(&self) -> bool {
        let start = self.items.first().map_or(0, |first| first.bytes.start);
        self.text[..start].trim_end().ends_with('}')
    }

    /// Blanks the macros between a type's body and the names behind it: `} __packed;`, `} __aligned(8) entry_t;`.
    fn mask_behind_body(&self, mask: &mut Mask<'_>) {
        if !self.is_behind_body() {
            return;
        }
        let is_word = |at: usize| is_macro(self.word(at)) && self.word(at).starts_with("__");
        let is_one = |at: &usize| {
            is_word(*at) || *at > 0 && self.is(*at, ItemKind::Group) && is_word(*at - 1)
        };
        for at in (0..self.items.len()).take_while(is_one) {
            mask.blank(self.items[at].bytes.clone());
        }
    }

    /// Where the declaration begins after its `template <…>`, of which there may be several.
    fn after_templates(&self, mask: &mut Mask<'_>) -> usize {
        let mut from = 0;
        while let Some(template) = self.position(from, &["template"]) {
            if !self.is(template + 1, ItemKind::Bracket) {
                break;
            }
            self.blank_annotations(from, template, mask);
            from = template + 2;
        }
        from
    }

    /// The word `class` of a class that is defined here.
    fn class_head(&self, from: usize) -> Option<usize> {
        let class = self.position(from, &CLASSES).filter(|_| self.end == End::Body)?;
        let names = &self.items[class + 1..self.base_clause(class)];
        let is_name = |item: &Item| {
            use ItemKind::{Bracket, Group, Path, Word};
            matches!(item.kind, Word | Group | Bracket | Path)
        };
        let ends_in_group = names.last().is_some_and(|item| item.kind == ItemKind::Group);
        (names.iter().all(is_name) && !ends_in_group).then_some(class)
    }

    /// Whether a member of a class is made of macros and nothing else: `DISALLOW_COPY(Cart)`. A class may be written as
    /// a macro is, and has constructors.
    fn is_macros_alone(&self, from: usize) -> bool {
        let Some(class) = self.class else { return false };
        // `struct { … } UNIX;` names a member.
        if self.items.len() == from + 1 && self.is_behind_body() {
            return false;
        }
        let is_call = |at: usize| {
            at > from && self.is(at, ItemKind::Group) && !self.is(at - 1, ItemKind::Group)
        };
        let is_one = |at: usize| is_macro(self.word(at)) && self.word(at) != class;
        (from..self.items.len()).all(|at| is_one(at) || is_call(at))
    }

    /// Leaves nothing of such a member, unless its last macro declares a method.
    fn mask_macros(&self, from: usize, mask: &mut Mask<'_>) {
        let last = self.items.len().checked_sub(2).filter(|last| *last >= from);
        let called = last.filter(|last| self.is(last + 1, ItemKind::Group));
        let mocked = called.filter(|last| self.mask_mock(*last, mask));
        for at in from..mocked.unwrap_or(self.items.len()) {
            mask.blank_lines(self.items[at].bytes.clone());
        }
        // A struct of C has no empty members.
        let end = self.items.last().map_or(0, |last| last.bytes.end);
        let blanks = self.text[end..].len() - self.text[end..].trim_start().len();
        if mocked.is_none() && self.text[end + blanks..].starts_with(';') {
            mask.blank(end + blanks..end + blanks + 1);
        }
    }

    /// `MOCK_METHOD(int, count, (int id), (override))` as `int count (int id)`, and the older
    /// `MOCK_METHOD1(count, int(int id))` as `void count (int id)`; false where a macro is neither.
    fn mask_mock(&self, at: usize, mask: &mut Mask<'_>) -> bool {
        let (word, group) = (self.items[at].bytes.clone(), self.items[at + 1].bytes.clone());
        let arguments = arguments(self.text, &group);
        let text =
            |at: usize| arguments.get(at).map_or("", |argument| &self.text[argument.clone()]);
        let has_parameters = |text: &str| text.starts_with('(') && text.ends_with(')');
        if is_identifier(text(1)) && has_parameters(text(2)) {
            let (kind, name, parameters) = (&arguments[0], &arguments[1], &arguments[2]);
            mask.blank(word.start..kind.start);
            if has_parameters(text(0)) {
                mask.blank(kind.start..kind.start + 1);
                mask.blank(kind.end - 1..kind.end);
            }
            mask.blank(kind.end..name.start);
            mask.blank_lines(name.end..parameters.start);
            mask.blank_lines(parameters.end..group.end);
            return true;
        }
        let is_older = self.word(at).contains("METHOD") && arguments.len() == 2;
        let Some(parameters) = text(1).find('(').filter(|_| text(1).ends_with(')')) else {
            return false;
        };
        if !is_older || !is_identifier(text(0)) {
            return false;
        }
        let (name, signature) = (&arguments[0], &arguments[1]);
        mask.write(word.clone(), "void");
        mask.blank(word.end..name.start);
        mask.blank_lines(name.end..signature.start + parameters);
        mask.blank_lines(signature.end..group.end);
        true
    }

    /// Where the base classes begin.
    fn base_clause(&self, class: usize) -> usize {
        let colon = |at: &usize| self.is(*at, ItemKind::Sign(b':'));
        (class..self.items.len()).find(colon).unwrap_or(self.items.len())
    }

    /// Leaves of a class's or namespace's head the keywords, the name and the base classes.
    fn mask_class(&self, from: usize, class: usize, mask: &mut Mask<'_>) {
        for at in from..class {
            let word = self.word(at);
            let is_known = word.is_empty() || STARTS.contains(&word) || OTHERS.contains(&word);
            if !is_known {
                self.blank(at, mask);
            }
        }
        let end = self.base_clause(class);
        let names: Vec<usize> = (class + 1..end)
            .filter(|at| is_identifier(self.word(*at)) && !is_specifier(self.word(*at)))
            .collect();
        let plain = names.iter().rev().find(|at| !is_macro(self.word(**at)));
        let Some(last) = plain.or(names.last()).copied() else { return };
        let name = self.chain_start(last);
        for at in names.into_iter().filter(|at| *at < name || *at > last) {
            self.blank(at, mask);
        }
    }

    /// Where the qualified name begins that the word at `last` ends: `a::B<c>::d`, `a::inline b`.
    fn chain_start(&self, last: usize) -> usize {
        let mut start = last;
        loop {
            let is_inline = start >= 1 && self.word(start - 1) == "inline";
            let path = start.checked_sub(1 + usize::from(is_inline));
            let path = path.filter(|path| self.is(*path, ItemKind::Path));
            let Some(before) = path.and_then(|path| path.checked_sub(1)) else { return start };
            start =
                if self.is(before, ItemKind::Bracket) && before > 0 { before - 1 } else { before };
        }
    }

    /// The name of the function that is declared: a word with parentheses after it, which is neither a
    /// macro nor followed by a type.
    fn function_name(&self, from: usize) -> Option<usize> {
        let calls = |at: &usize| {
            is_identifier(self.word(*at))
                && self.is(at + 1, ItemKind::Group)
                && !self.begins_anew(at + 2)
        };
        let mut all = (from..self.items.len()).filter(calls);
        let plain = all.clone().find(|at| !is_macro(self.word(*at)));
        plain.or_else(|| all.find(|at| self.follows_type(from, *at)))
    }

    /// Whether a word begins a declaration, so that what stands before it is a macro's call.
    fn begins_anew(&self, at: usize) -> bool {
        STARTS.contains(&self.word(at)) && !matches!(self.word(at), "const" | "volatile")
    }

    /// Whether what stands before a word is a type and nothing else, so that the word is a name although
    /// it is written as macros are: `void __free(void *)`.
    fn follows_type(&self, from: usize, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before >= from) else { return false };
        let pointer = [b'*', b'&'].iter().any(|sign| self.is(before, ItemKind::Sign(*sign)));
        let words = (from..at).filter(|at| is_identifier(self.word(*at))).count();
        let has_type = (from..at).any(|at| TYPES.contains(&self.word(at)));
        let is_attribute = matches!(self.word(at), "__attribute__" | "__declspec" | "__asm__");
        !is_attribute
            && (pointer
                || TYPES.contains(&self.word(before))
                || (is_identifier(self.word(before))
                    && !is_macro(self.word(before))
                    && words == 1
                    && !has_type))
    }

    fn mask_function(&self, from: usize, name: usize, mask: &mut Mask<'_>) {
        let start = self.chain_start(name);
        let start = if start > from && self.is(start - 1, ItemKind::Sign(b'~')) {
            start - 1
        } else {
            start
        };
        self.mask_specifiers(from, start, mask);
        for at in name + 2..self.items.len() {
            let ends = [b':', b'=', b'-'].iter().any(|sign| self.is(at, ItemKind::Sign(*sign)));
            if ends {
                break;
            }
            if is_macro(self.word(at)) {
                self.blank(at, mask);
            }
        }
    }

    /// Leaves of what stands before a name the keywords and one type.
    fn mask_specifiers(&self, from: usize, name: usize, mask: &mut Mask<'_>) {
        let mut has_type = self.is(name, ItemKind::Sign(b'~'));
        let (mut candidates, mut calls) = (Vec::new(), Vec::new());
        for at in from..name {
            let word = self.word(at);
            let is_tagged = at > from && CLASSES.contains(&self.word(at - 1));
            let in_chain = self.is(at + 1, ItemKind::Path) || self.is(at + 1, ItemKind::Bracket);
            let after_path = at > from && self.is(at - 1, ItemKind::Path);
            if TYPES.contains(&word)
                || (is_identifier(word) && (is_tagged || in_chain || after_path))
            {
                has_type = true;
            } else if is_identifier(word) && self.is(at + 1, ItemKind::Group) {
                calls.push(at);
            } else if is_identifier(word) {
                candidates.push(at);
            }
        }
        let plain = candidates.iter().rev().find(|at| !is_macro(self.word(**at)));
        let kept = plain
            .or(candidates.last())
            .copied()
            .filter(|at| !has_type && !STARTS.contains(&self.word(at + 1)));
        let is_typeless = !has_type && kept.is_none();
        let typed = calls.last().copied().filter(|at| is_typeless && self.mask_typed(*at, mask));
        for at in candidates.into_iter().chain(calls).filter(|at| Some(*at) != kept.or(typed)) {
            self.blank(at, mask);
        }
    }

    /// A macro around the type of what follows, `METHODDEF(int) name(…)`: the type is left. False where it holds none.
    fn mask_typed(&self, at: usize, mask: &mut Mask<'_>) -> bool {
        let (word, group) = (self.items[at].bytes.clone(), self.items[at + 1].bytes.clone());
        let inside = &self.text[group.start + 1..group.end - 1];
        let is_type = inside.starts_with(char::is_alphabetic)
            && inside.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '*' | ' '));
        if is_type {
            mask.write(word.start..group.end, inside);
        }
        is_type
    }

    /// A macro that defines a function, `SYSCALL_DEFINE3(name, int, fd) {`: its name alone is left in the
    /// parentheses, which the grammar takes for the declarator.
    fn mask_definer(&self, from: usize, mask: &mut Mask<'_>) {
        let Some(definer) = (from..self.items.len()).find(|at| is_identifier(self.word(*at)))
        else {
            return;
        };
        let ends = definer + 2 == self.items.len() && self.is(definer + 1, ItemKind::Group);
        if !ends {
            return;
        }
        let group = self.items[definer + 1].bytes.clone();
        if self.mask_titled(definer, &group, mask) {
            return;
        }
        let inside = &self.text[group.start + 1..group.end - 1];
        // A test is called after what it tests, and then by its own name.
        let is_test = self.word(definer).contains("TEST") && inside.contains(',');
        let Some(argument) = inside.split(',').nth(usize::from(is_test)) else { return };
        let name = argument.trim();
        if !is_identifier(name) || inside.trim() == name {
            return;
        }
        let start = name.as_ptr() as usize - self.text.as_ptr() as usize;
        mask.blank(group.start + 1..start);
        mask.blank(start + name.len()..group.end - 1);
    }

    /// A macro that defines what a string names, `TEST_CASE("sums up", "[basket]") {`: what is in the string is left as
    /// the function's name. False where no string does.
    fn mask_titled(&self, definer: usize, group: &Range<usize>, mask: &mut Mask<'_>) -> bool {
        const VOID: &str = "void";
        let is_title = |argument: &&Range<usize>| {
            let text = &self.text[(*argument).clone()];
            let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            inside.is_some_and(|inside| !inside.trim().is_empty() && !inside.contains(['"', '\n']))
        };
        let arguments = arguments(self.text, group);
        let word = self.items[definer].bytes.clone();
        let is_definer = is_macro(self.word(definer)) && word.len() >= VOID.len();
        // What follows the quote makes room for a parenthesis.
        let has_room = |title: &&Range<usize>| {
            let behind = self.text[title.end..].bytes().next();
            behind.is_some_and(|byte| byte.is_ascii() && !byte.is_ascii_control())
        };
        let mut titles = arguments.iter().take(2).filter(is_title).filter(has_room);
        let Some(title) = titles.next().filter(|_| is_definer) else { return false };
        mask.write(word.clone(), VOID);
        mask.blank_lines(word.end..title.start + 1);
        mask.fill(title.start + 1..title.end - 1, b'x');
        mask.put(title.end - 1, "()");
        mask.blank_lines(title.end + 1..group.end);
        true
    }

    fn mask_variable(&self, from: usize, mask: &mut Mask<'_>) {
        let ends =
            |at: &usize| [b'=', b',', b':'].iter().any(|sign| self.is(*at, ItemKind::Sign(*sign)));
        let end = (from..self.items.len()).find(ends).unwrap_or(self.items.len());
        let is_name = |at: &usize| is_identifier(self.word(*at)) && !is_macro(self.word(*at));
        let Some(name) = (from..end).rev().find(is_name) else { return };
        let has_type = (from..name).any(|at| {
            let word = self.word(at);
            TYPES.contains(&word)
                || CLASSES.contains(&word)
                || (is_identifier(word) && !is_macro(word))
        });
        for at in from..end {
            let calls = self.is(at + 1, ItemKind::Group);
            let annotates = if at < name {
                has_type || calls
            } else {
                self.word(at).starts_with("__") || (has_type && calls)
            };
            if is_macro(self.word(at)) && annotates {
                self.blank(at, mask);
            }
        }
    }
}

/// Where the arguments within parentheses stand, without the blanks around them.
fn arguments(text: &str, group: &Range<usize>) -> Vec<Range<usize>> {
    let inside = group.start + 1..group.end - 1;
    let (mut found, mut depth, mut start, mut quoted) = (Vec::new(), 0_usize, inside.start, false);
    let mut is_escaped = false;
    for (at, byte) in inside.clone().zip(text[inside.clone()].bytes()) {
        match byte {
            b'"' if !is_escaped => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    found.push(start..inside.end);
    for argument in &mut found {
        let written = &text[argument.clone()];
        let begins = argument.start + written.len() - written.trim_start().len();
        *argument = begins..begins + written.trim().len();
    }
    found
}

fn is_specifier(word: &str) -> bool {
    matches!(word, "sealed" | "abstract")
}

fn is_identifier(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
        && !STARTS.contains(&word)
        && !TYPES.contains(&word)
        && !OTHERS.contains(&word)
}

/// Whether a word is written as macros are: `SHOP_API`, `__init`. The kernel's types are none.
fn is_macro(word: &str) -> bool {
    let Some(lower) = word.strip_prefix("__") else {
        return word.len() > 1
            && word.contains(|c: char| c.is_ascii_uppercase())
            && !word.contains(|c: char| c.is_lowercase());
    };
    let sized = lower.trim_start_matches(['u', 's', 'l', 'e', 'b']);
    let is_type = lower.ends_with("_t") || matches!(sized, "8" | "16" | "32" | "64" | "128");
    !is_type && !STARTS.contains(&word) && !OTHERS.contains(&word)
}
