//! What belongs to a definition without being part of it: comments above, attributes, decorators.

use std::ops::Range;

use crate::captures::Captures;
use crate::lines::{LineIndex, is_blank};

struct Piece {
    bytes: Range<usize>,
    comment: bool,
    /// Where what leads this one begins.
    lead: usize,
}

/// The comments and the leading attributes of a text.
pub(crate) struct Trivia<'text> {
    text: &'text str,
    /// The text as its grammar reads it: what is masked parts nothing from what leads it.
    readable: &'text str,
    lines: &'text LineIndex,
    /// By their end.
    pieces: Vec<Piece>,
}

impl<'text> Trivia<'text> {
    pub(crate) fn new(
        text: &'text str,
        readable: &'text str,
        lines: &'text LineIndex,
        captures: &Captures,
    ) -> Self {
        let of = |ranges: &[Range<usize>], comment| {
            let trimmed = move |range: &Range<usize>| Piece {
                // Some grammars count a comment's newline as part of it.
                bytes: range.start..range.start + text[range.clone()].trim_end().len(),
                comment,
                lead: range.start,
            };
            ranges.iter().map(trimmed).collect::<Vec<_>>()
        };
        let mut pieces = of(&captures.comments, true);
        pieces.extend(of(&captures.leading, false));
        pieces.sort_by_key(|piece| (piece.bytes.end, usize::MAX - piece.bytes.start));
        let mut trivia = Trivia { text, readable, lines, pieces };
        for index in 0..trivia.pieces.len() {
            trivia.pieces[index].lead = trivia.lead(trivia.pieces[index].bytes.start);
        }
        trivia
    }

    /// Where what leads the thing at `start` begins; `start` itself if nothing does.
    ///
    /// A comment leads if no blank line parts it from what it leads and it starts its line;
    /// attributes lead across blank lines too.
    pub(crate) fn lead(&self, start: usize) -> usize {
        let before = self.pieces.partition_point(|piece| piece.bytes.end <= start);
        let Some(piece) = before.checked_sub(1).map(|index| &self.pieces[index]) else {
            return start;
        };
        let gap = piece.bytes.end..start;
        let is_gap = self.readable.get(gap.clone()).is_some_and(|gap| gap.trim().is_empty());
        if !is_gap || piece.bytes.start >= start {
            return start;
        }
        let parted = has_blank_line(&self.text[gap]);
        // A comment that documents belongs to the annotated thing below it all the same.
        let annotated = self.text[piece.bytes.clone()].starts_with("/**")
            && self.text[start..].starts_with('@');
        let parted = parted && !annotated;
        if piece.comment && (parted || !self.starts_line(piece.bytes.start)) {
            return start;
        }
        // Pieces are in the order of their ends: this one's own lead is known by now.
        piece.lead
    }

    /// The comments between two places, in order.
    pub(crate) fn comments(&self, within: Range<usize>) -> impl Iterator<Item = &'text str> {
        let from = self.pieces.partition_point(|piece| piece.bytes.end <= within.start);
        self.pieces[from..]
            .iter()
            .take_while(move |piece| piece.bytes.end <= within.end)
            .filter(|piece| piece.comment)
            .map(|piece| &self.text[piece.bytes.clone()])
    }

    /// Whether there is nothing before `at` on its line.
    pub(crate) fn starts_line(&self, at: usize) -> bool {
        is_blank(&self.text[self.lines.line_start(at)..at])
    }
}

/// Whether there is a blank line between the two that a gap begins and ends in.
fn has_blank_line(gap: &str) -> bool {
    let mut inner = gap.split('\n').skip(1).peekable();
    std::iter::from_fn(|| inner.next().filter(|_| inner.peek().is_some())).any(is_blank)
}
