//! Where a text may be cut, and what each cut costs.
//!
//! Costs have no unit; they only weigh against one another and against those of
//! [`partition`](crate::partition), where a chunk as small as nothing costs 1.

use std::collections::HashMap;
use std::ops::Range;

use tree_sitter::{Node, Tree};

use crate::ChunkOptions;
use crate::captures::bytes_of;
use crate::injection::Injected;
use crate::lines::{LineIndex, is_blank};
use crate::outline::{Outline, Scope};
use crate::trivia::Trivia;

/// A cut between the top-level things of a file, and what each level of syntax below adds.
const TOP_LEVEL: f32 = 0.1;
const PER_LEVEL: f32 = 0.05;
const MAX_LEVELS: u16 = 12;
/// A blank line says that the author saw a cut there.
const BLANK_LINE_DISCOUNT: f32 = 0.04;
/// Between a definition's head and its first member or statement.
const AFTER_HEAD: f32 = 0.5;
/// In the middle of a line.
const WITHIN_LINE: f32 = 1.0;
/// Two whole definitions in one chunk, if both are large enough to stand alone.
const JOIN_DEFINITIONS: f32 = 0.3;
/// A part of a definition together with something outside of it: its scopes would be lost.
const JOIN_ACROSS_SCOPES: f32 = 0.6;
const JOIN_ACROSS_BLOCKS: f32 = 0.2;

/// The tree is not looked into below this level; what is still too long there is cut at lines.
const MAX_DEPTH: u16 = 400;

/// A place where a text may be cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cut {
    pub(crate) at: usize,
    /// What it costs to cut here.
    pub(crate) part: f32,
    /// What it costs not to.
    pub(crate) join: f32,
}

/// The cuts that the syntax tree of a text allows, in order. Nothing that fits the budget is cut
/// inside; parts between neighbouring cuts may still be over it.
pub(crate) fn along_tree(
    text: &str,
    tree: &Tree,
    injected: &[Injected],
    lines: &LineIndex,
    trivia: &Trivia,
    outline: &Outline,
    options: &ChunkOptions,
) -> Vec<Cut> {
    let injected = injected.iter().map(|part| (part.bytes.clone(), part.tree.root_node()));
    let injected = injected.collect();
    let walk = Walk { text, lines, trivia, outline, options, injected };
    let mut cuts = Vec::new();
    let mut left = vec![OversizePart { node: tree.root_node(), bytes: 0..text.len(), level: 0 }];
    while let Some(part) = left.pop() {
        walk.expand(&part, &mut cuts, &mut left);
    }
    cuts.sort_by_key(|cut| cut.at);
    cuts.dedup_by_key(|cut| cut.at);
    cuts
}

/// Adds the cuts before definitions that no node of the tree begins with: a grammar that stumbles takes several for one.
pub(crate) fn add_definitions(
    cuts: &mut Vec<Cut>,
    text: &str,
    outline: &Outline,
    lines: &LineIndex,
) {
    for scope in outline.scopes.iter().filter(|scope| scope.is_major()) {
        let at = lines.line_start(scope.span.start);
        if at > 0 && is_blank(&text[at..scope.span.start]) {
            cuts.push(Cut { at, part: before_item(text, at, 0), join: JOIN_DEFINITIONS / 2.0 });
        }
    }
    // Of two cuts at one place the tree's own comes first.
    cuts.sort_by_key(|cut| cut.at);
    cuts.dedup_by_key(|cut| cut.at);
}

/// A part of the text that is over the budget and is cut along the children of a node.
struct OversizePart<'tree> {
    node: Node<'tree>,
    bytes: Range<usize>,
    level: u16,
}

/// Some children of a node that begin on a line of their own, with what leads them.
struct Segment<'tree> {
    bytes: Range<usize>,
    /// All named children in it.
    nodes: Vec<Node<'tree>>,
    major: bool,
}

struct Walk<'a> {
    text: &'a str,
    lines: &'a LineIndex,
    trivia: &'a Trivia<'a>,
    outline: &'a Outline,
    options: &'a ChunkOptions,
    /// What stands in the place of a node that is in another language.
    injected: HashMap<Range<usize>, Node<'a>>,
}

impl<'a> Walk<'a> {
    fn expand(
        &self,
        part: &OversizePart<'a>,
        cuts: &mut Vec<Cut>,
        left: &mut Vec<OversizePart<'a>>,
    ) {
        let segments = self.segments(part);
        for pair in segments.windows(2) {
            cuts.push(self.between(&pair[0], &pair[1], part));
        }
        for segment in segments.iter().filter(|segment| self.too_long(segment.bytes.len())) {
            self.expand_segment(segment, part, cuts, left);
        }
    }

    /// The children of a part, grouped so that each group starts a line. The first group holds
    /// what comes before the first such child: the head of a definition.
    fn segments(&self, part: &OversizePart<'a>) -> Vec<Segment<'a>> {
        let head = Segment { bytes: part.bytes.clone(), nodes: Vec::new(), major: false };
        let mut segments = vec![head];
        let node = self.injected.get(&part.node.byte_range()).unwrap_or(&part.node);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.end_byte() <= part.bytes.start || child.start_byte() < part.bytes.start {
                continue;
            }
            if child.start_byte() >= part.bytes.end {
                break;
            }
            let start = self.trivia.lead(self.start_of(&child));
            let line = self.lines.line_start(start);
            let Some(last) = segments.last_mut() else { break };
            let new_line = line > last.bytes.start
                && self.trivia.starts_line(start)
                && !self.within_short_definition(line, start);
            if new_line {
                last.bytes.end = line;
                // Comments that turn out to lead this child.
                last.nodes.retain(|node| node.start_byte() < line);
                let bytes = line..part.bytes.end;
                segments.push(Segment { bytes, nodes: vec![child], major: false });
            } else {
                last.nodes.push(child);
            }
        }
        for segment in &mut segments {
            segment.major = self.is_major(&segment.bytes);
        }
        segments
    }

    fn between(&self, before: &Segment, after: &Segment, part: &OversizePart) -> Cut {
        let at = after.bytes.start;
        if before.bytes.start == part.bytes.start && before.nodes.iter().all(|n| !n.is_named()) {
            // A brace on a line of its own belongs to the head before it.
            let brace = self.text[at..].trim_start().starts_with('{');
            return Cut { at, part: if brace { WITHIN_LINE } else { AFTER_HEAD }, join: 0.0 };
        }
        Cut { at, part: before_item(self.text, at, part.level), join: self.join(before, after) }
    }

    fn join(&self, before: &Segment, after: &Segment) -> f32 {
        let sides = [before, after];
        let cut_up = |segment: &&&Segment| self.too_long(segment.bytes.len());
        if sides.iter().filter(cut_up).any(|segment| segment.major) {
            return JOIN_ACROSS_SCOPES;
        }
        if sides.iter().any(|segment| cut_up(&segment)) {
            return JOIN_ACROSS_BLOCKS;
        }
        let major = sides.iter().filter(|segment| segment.major).count() as f32;
        let smaller = before.bytes.len().min(after.bytes.len()) as f32;
        let weight = (smaller / self.options.min_bytes.max(1) as f32).min(1.0);
        JOIN_DEFINITIONS * weight * major / 2.0
    }

    /// Goes on inside a segment that is over the budget.
    fn expand_segment(
        &self,
        segment: &Segment<'a>,
        part: &OversizePart<'a>,
        cuts: &mut Vec<Cut>,
        left: &mut Vec<OversizePart<'a>>,
    ) {
        let level = part.level + 1;
        let mut expanded = false;
        for (index, node) in segment.nodes.iter().enumerate() {
            let next = segment.nodes.get(index + 1);
            let end = next.map_or(segment.bytes.end, |next| self.start_of(next));
            let end = end.min(segment.bytes.end);
            let start = self.start_of(node);
            let line = self.lines.line_start(start).max(segment.bytes.start);
            let start = if self.trivia.starts_line(start) { line } else { start };
            if !self.too_long(end.saturating_sub(start)) || level > MAX_DEPTH {
                continue;
            }
            // Long documentation before a definition is cut off it if it must be.
            if start > segment.bytes.start && start == line {
                cuts.push(Cut { at: start, part: AFTER_HEAD, join: 0.0 });
            }
            left.push(OversizePart { node: *node, bytes: start..end, level });
            expanded = true;
        }
        if expanded {
            return;
        }
        let largest = segment.nodes.iter().max_by_key(|node| node.byte_range().len());
        if let Some(node) = largest
            .filter(|node| level <= MAX_DEPTH && node.byte_range().len() * 2 > segment.bytes.len())
        {
            // A body that fits with a head that does not fit in beside it: cut inside of the body.
            left.push(OversizePart {
                node: *node,
                bytes: self.start_of(node)..segment.bytes.end,
                level,
            });
        } else if self.lines.starts_within(&segment.bytes).is_empty() {
            // One long line. What has several lines is cut between these later.
            let starts = segment.nodes.iter().map(|node| self.start_of(node));
            let within = starts.filter(|at| segment.bytes.start < *at && *at < segment.bytes.end);
            cuts.extend(within.map(|at| Cut { at, part: WITHIN_LINE, join: 0.0 }));
        }
    }

    /// Where a node begins in the text, never within a character.
    fn start_of(&self, node: &Node) -> usize {
        bytes_of(node, self.text).start
    }

    fn too_long(&self, bytes: usize) -> bool {
        bytes > self.options.max_bytes
    }

    /// Whether a definition that fits the budget would be cut at `line`: a further clause of a
    /// function, or an attribute's definition.
    fn within_short_definition(&self, line: usize, start: usize) -> bool {
        self.outline.before(start).any(|Scope { span, .. }| {
            span.start < line && start < span.end && !self.too_long(span.len())
        })
    }

    /// Whether a definition of weight starts a segment.
    fn is_major(&self, segment: &Range<usize>) -> bool {
        let from = self.outline.scopes.partition_point(|scope| scope.span.start < segment.start);
        self.outline.scopes.get(from).is_some_and(|scope| {
            scope.is_major()
                && scope.span.start < segment.end
                && is_blank(&self.text[segment.start..scope.span.start])
        })
    }
}

/// What a cut costs before the line at a byte, which begins something so deep in the syntax.
pub(crate) fn before_item(text: &str, at: usize, level: u16) -> f32 {
    let blank_line = text[..at].trim_end_matches([' ', '\t', '\r']).ends_with("\n\n")
        || text[..at].ends_with("\r\n\r\n");
    let at_level = TOP_LEVEL + PER_LEVEL * f32::from(level.min(MAX_LEVELS));
    at_level - if blank_line { BLANK_LINE_DISCOUNT } else { 0.0 }
}
