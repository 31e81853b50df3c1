//! Conditions of the preprocessor that cut through a declaration or a statement: to the grammars, whose conditions hold
//! whole ones, each branch lacks what the others have.

use std::ops::Range;

use super::c_tokens::{Kind, Token};

/// What is left out of a condition is no longer: it would hold definitions of its own.
const MOST_LEFT_OUT: usize = 4096;

/// One that is longer, or is all of a file, holds whole declarations, and something else in it is not as it seems.
const LONGEST: usize = 16 << 10;

/// The lines to leave out, in order, so that of each condition that cuts through something one branch remains.
///
/// `directives` are the lines of the preprocessor, and `tokens` what is between them, both in order.
pub(super) fn cut_through(
    text: &str,
    tokens: &[Token],
    directives: &[Range<usize>],
) -> Vec<Range<usize>> {
    let mut reader = Reader { open: Vec::new(), state: State::default(), left_out: Vec::new() };
    let mut tokens = tokens.iter().peekable();
    for directive in directives {
        while let Some(token) = tokens.next_if(|token| token.bytes.start < directive.start) {
            reader.token(text, token);
        }
        let line = &text[directive.clone()];
        let words = line.trim_start_matches('#').trim_start();
        let end = words.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(words.len());
        match &words[..end] {
            "if" | "ifdef" | "ifndef" => {
                let asks = match words[end..].trim() {
                    condition if condition.contains("__cplusplus") => Asks::Cpp,
                    condition if condition.split_whitespace().next() == Some("0") => Asks::Never,
                    _ => Asks::Other,
                };
                reader.begin(directive.clone(), asks);
            }
            "elif" | "else" | "elifdef" | "elifndef" => reader.next_branch(directive.clone()),
            "endif" => {
                let next = tokens.peek().map(|token| token.kind);
                reader.end(directive.clone(), next);
            }
            _ => {}
        }
    }
    let mut left_out = reader.left_out;
    left_out.sort_by_key(|range| (range.start, usize::MAX - range.end));
    left_out
}

/// What is known of a place by the tokens before it.
#[derive(Clone, Copy, Default)]
struct State {
    parens: i32,
    braces: i32,
    last: Option<Last>,
}

/// The last token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A word, of which something may be the name.
    Word,
    /// Closed parentheses, as a macro's call may end.
    Closed,
    /// A sign that something has to follow.
    Operator,
    /// Anything else.
    Other,
}

struct Reader {
    open: Vec<Condition>,
    state: State,
    left_out: Vec<Range<usize>>,
}

struct Condition {
    directives: Vec<Range<usize>>,
    before: State,
    branches: Vec<Branch>,
    asks: Asks,
}

/// What a condition asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// `#if 0`
    Never,
    /// Whether this is C++: `extern "C" {` alone is masked elsewhere.
    Cpp,
    Other,
}

#[derive(Clone, Copy)]
struct Branch {
    end: State,
    /// The fewest of each that were open within it.
    lowest_parens: i32,
    lowest_braces: i32,
    is_empty: bool,
    /// Whether a statement ends or a brace opens in it.
    is_whole: bool,
}

impl Branch {
    fn beginning(state: State) -> Branch {
        Branch {
            end: state,
            lowest_parens: state.parens,
            lowest_braces: state.braces,
            is_empty: true,
            is_whole: false,
        }
    }
}

impl Reader {
    fn token(&mut self, text: &str, token: &Token) {
        let state = &mut self.state;
        state.last = Some(match token.kind {
            Kind::Word => match &text[token.bytes.clone()] {
                "else" | "do" => Last::Other,
                _ => Last::Word,
            },
            Kind::Sign(b')') => Last::Closed,
            Kind::Sign(
                b'=' | b'|' | b'&' | b'+' | b'-' | b'*' | b'/' | b'?' | b'<' | b'!' | b'%' | b'^'
                | b'(',
            ) => Last::Operator,
            _ => Last::Other,
        });
        match token.kind {
            Kind::Sign(b'(') => state.parens += 1,
            Kind::Sign(b')') => state.parens -= 1,
            Kind::Sign(b'{') => state.braces += 1,
            Kind::Sign(b'}') => state.braces -= 1,
            _ => {}
        }
        if matches!(token.kind, Kind::Sign(b'{' | b'}')) {
            // What was left open before a brace is none of what follows.
            state.parens = 0;
        }
        if let Some(branch) = self.open.last_mut().and_then(|open| open.branches.last_mut()) {
            branch.lowest_parens = branch.lowest_parens.min(state.parens);
            branch.lowest_braces = branch.lowest_braces.min(state.braces);
            branch.is_empty = false;
            branch.is_whole |= matches!(token.kind, Kind::Sign(b';' | b'{' | b'}'));
        }
    }

    fn begin(&mut self, directive: Range<usize>, asks: Asks) {
        let branches = vec![Branch::beginning(self.state)];
        let directives = vec![directive];
        self.open.push(Condition { directives, before: self.state, branches, asks });
    }

    fn next_branch(&mut self, directive: Range<usize>) {
        let Some(open) = self.open.last_mut() else { return };
        if let Some(branch) = open.branches.last_mut() {
            branch.end = self.state;
        }
        self.state = open.before;
        open.branches.push(Branch::beginning(self.state));
        open.directives.push(directive);
    }

    fn end(&mut self, directive: Range<usize>, next: Option<Kind>) {
        let Some(mut open) = self.open.pop() else { return };
        if let Some(branch) = open.branches.last_mut() {
            branch.end = self.state;
        }
        open.directives.push(directive);
        let kept = usize::from(open.asks == Asks::Never);
        if open.cuts_through(next) {
            self.leave_out(&open, kept);
        }
        let nothing = Branch::beginning(open.before);
        let branch = open.branches.get(kept).copied().unwrap_or(nothing);
        self.state = branch.end;
        if let Some(outer) = self.open.last_mut().and_then(|outer| outer.branches.last_mut()) {
            outer.lowest_parens = outer.lowest_parens.min(branch.lowest_parens);
            outer.lowest_braces = outer.lowest_braces.min(branch.lowest_braces);
            outer.is_empty &= branch.is_empty;
            outer.is_whole |= branch.is_whole;
        }
    }

    /// Leaves out the directives, and all branches but the one that is kept.
    fn leave_out(&mut self, open: &Condition, kept: usize) {
        let pairs = open.directives.windows(2);
        let between = pairs.map(|pair| pair[0].end..pair[1].start).enumerate();
        let others = between.filter(|(at, _)| *at != kept).map(|(_, branch)| branch);
        let bytes: usize = others.clone().map(|branch| branch.len()).sum();
        let whole = open.directives.first().zip(open.directives.last());
        let whole = whole.map_or(0, |(first, last)| last.end - first.start);
        if bytes <= MOST_LEFT_OUT && whole <= LONGEST {
            self.left_out.extend(others);
            self.left_out.extend(open.directives.iter().cloned());
        }
    }
}

impl Condition {
    fn cuts_through(&self, next: Option<Kind>) -> bool {
        let (before, branches) = (self.before, &self.branches);
        let is_all = before.last.is_none() && next.is_none();
        if is_all || self.asks == Asks::Cpp || branches.iter().all(|branch| branch.is_empty) {
            return false;
        }
        let is_balanced = |branch: &Branch| {
            branch.end.parens == before.parens
                && branch.end.braces == before.braces
                && branch.lowest_parens >= before.parens
                && branch.lowest_braces >= before.braces
        };
        if !branches.iter().all(is_balanced) {
            return true;
        }
        let opens = next == Some(Kind::Sign(b'{'));
        if branches.iter().any(|branch| branch.is_whole) {
            return opens
                && branches.iter().any(|branch| branch.end.last.is_some_and(Last::goes_on));
        }
        let is_open = match before.last {
            _ if before.parens > 0 => true,
            Some(Last::Operator) => true,
            Some(Last::Word) => opens || matches!(next, Some(Kind::Word | Kind::Sign(b'(' | b'*'))),
            Some(Last::Closed) => opens,
            _ => false,
        };
        let ends_open = |branch: &Branch| match branch.end.last {
            Some(Last::Operator) => true,
            Some(Last::Word | Last::Closed) => opens,
            _ => false,
        };
        is_open || branches.iter().any(|branch| !branch.is_empty && ends_open(branch))
    }
}

impl Last {
    fn goes_on(self) -> bool {
        self != Last::Other
    }
}
