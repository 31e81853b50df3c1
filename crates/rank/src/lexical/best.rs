//! The best chunks by a score that most of them share with their file.

use std::cmp::Ordering;

use sconce_code::filter::FilterMatcher;

use super::bits::Bits;
use super::index::LexicalIndex;
use super::part::Measures;
use super::view::FieldName;

/// A chunk and its score.
type Scored = (u32, f32);

/// Scores of chunks, by way of their files.
pub(crate) struct Scores<'a, F, D> {
    /// The chunks that have anything of their own.
    pub(crate) docs: &'a Bits,
    /// The files that have a score, those of the chunks above apart.
    pub(crate) files: Bits,
    /// A file's score, which is that of each of its chunks that has nothing of its own.
    pub(crate) of_file: F,
    /// A chunk's, made from its file's.
    pub(crate) of_doc: D,
}

fn order(a: Scored, b: Scored) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

impl LexicalIndex {
    /// The chunks with the highest positive scores that the filter allows, best first: the very ones
    /// that looking at each chunk of the project finds. Those that have nothing of their own are looked
    /// at only in files that could have one of the best.
    pub(crate) fn best<F: Fn(u32) -> f32, D: Fn(f32, u32) -> f32>(
        &self,
        mut by: Scores<'_, F, D>,
        filter: &FilterMatcher,
        limit: usize,
    ) -> Vec<u32> {
        let (mut scored, files) = self.scored(&mut by);
        // A filter may leave few of the best: then more are looked at.
        let mut wanted = limit;
        loop {
            let mut best = self.with_the_rest(&mut scored, &files, by.docs, wanted);
            let is_all = best.len() < wanted;
            best.retain(|&(doc, _)| self.passes(filter, doc));
            if best.len() >= limit || is_all {
                best.truncate(limit);
                return best.into_iter().map(|(doc, _)| doc).collect();
            }
            wanted = wanted.saturating_mul(8);
        }
    }

    /// The chunks that have something of their own with their scores, and the files with theirs, the
    /// best file first.
    fn scored<F: Fn(u32) -> f32, D: Fn(f32, u32) -> f32>(
        &self,
        by: &mut Scores<'_, F, D>,
    ) -> (Vec<Scored>, Vec<Scored>) {
        let measures = Measures::new(self, FieldName::Body);
        let mut scored = Vec::new();
        let (mut last, mut of_last) = (u32::MAX, 0.0);
        for doc in by.docs.iter() {
            let file = measures.file_of(doc);
            if file != last {
                (last, of_last) = (file, (by.of_file)(file));
            }
            let score = (by.of_doc)(of_last, doc);
            if score > 0.0 {
                scored.push((doc, score));
            }
            by.files.set(file);
        }
        let files = by.files.iter().map(|file| (file, (by.of_file)(file)));
        let mut files: Vec<Scored> = files.filter(|&(_, score)| score > 0.0).collect();
        files.sort_unstable_by(|&a, &b| order(a, b));
        (scored, files)
    }

    /// The best `limit` of the chunks with something of their own and of those that have their file's
    /// score.
    fn with_the_rest(
        &self,
        scored: &mut [Scored],
        files: &[Scored],
        docs: &Bits,
        limit: usize,
    ) -> Vec<Scored> {
        let mut best = highest(scored, limit).to_vec();
        let least = if best.len() < limit {
            0.0
        } else {
            best.iter().map(|&(_, score)| score).fold(f32::INFINITY, f32::min)
        };
        for &(file, score) in files.iter().take_while(|&&(_, score)| score >= least) {
            let rest = self.file(file).docs().filter(|&doc| !docs.has(doc));
            best.extend(rest.map(|doc| (doc, score)));
        }
        let kept = highest(&mut best, limit).len();
        best.truncate(kept);
        best.sort_unstable_by(|&a, &b| order(a, b));
        best
    }
}

/// Puts the best to the front, in no order.
fn highest(scored: &mut [Scored], limit: usize) -> &[Scored] {
    let limit = limit.min(scored.len());
    if limit > 0 && limit < scored.len() {
        scored.select_nth_unstable_by(limit - 1, |&a, &b| order(a, b));
    }
    &scored[..limit]
}
