//! The best chunks by a score that most of them share with their file.

use std::cmp::Ordering;

use sconce_code::filter::FilterMatcher;

use super::index::LexicalIndex;
use super::scan::{ChunkScores, Scan};

/// A chunk and its score.
type Scored = (u32, f32);

/// Scores of chunks, by way of their files.
pub(crate) struct Scores<'a, D> {
    /// The chunks that have anything of their own.
    pub(crate) scan: &'a Scan,
    /// The files that have a score, which is that of each of their chunks that has nothing of its own.
    /// All files of those chunks are among them.
    pub(crate) files: Vec<Scored>,
    /// A chunk's score, made from its file's.
    pub(crate) of_doc: D,
}

fn order(a: Scored, b: Scored) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

impl LexicalIndex {
    /// The chunks with the highest positive scores that the filter allows, best first: the very ones
    /// that looking at each chunk of the project finds. Those that have nothing of their own are looked
    /// at only in files that could have one of the best.
    pub(crate) fn best<D: Fn(f32, &ChunkScores) -> f32>(
        &self,
        by: &Scores<'_, D>,
        filter: &FilterMatcher,
        limit: usize,
    ) -> Vec<u32> {
        let mut of_files = vec![0.0; self.file_count()];
        by.files.iter().for_each(|&(file, score)| of_files[file as usize] = score);
        // A filter may leave few of the best: then more are looked at.
        let mut wanted = limit;
        loop {
            let mut best = Best::new(wanted);
            for (&(doc, file), scores) in by.scan.docs.iter().zip(&by.scan.of_docs) {
                best.offer((doc, (by.of_doc)(of_files[file as usize], scores)));
            }
            let mut best = self.with_the_rest(best, by);
            let is_all = best.len() < wanted;
            best.retain(|&(doc, _)| self.passes(filter, doc));
            if best.len() >= limit || is_all {
                best.truncate(limit);
                return best.into_iter().map(|(doc, _)| doc).collect();
            }
            wanted = wanted.saturating_mul(8);
        }
    }

    /// The best of the chunks with something of their own and of those that have their file's score.
    fn with_the_rest<D>(&self, mut best: Best, by: &Scores<'_, D>) -> Vec<Scored> {
        let least = best.least();
        for &(file, score) in by.files.iter().filter(|&&(_, score)| score >= least) {
            let docs = self.file(file).docs();
            let first = by.scan.docs.partition_point(|&(doc, _)| doc < docs.start);
            let mut own = by.scan.docs[first..].iter().map(|&(doc, _)| doc).peekable();
            for doc in docs.filter(|doc| own.next_if_eq(doc).is_none()) {
                best.offer((doc, score));
            }
        }
        best.sorted()
    }
}

/// The best of what was offered.
struct Best {
    limit: usize,
    kept: Vec<Scored>,
    /// The last one that is kept, once there are enough: what is no better is not.
    last: Option<Scored>,
}

impl Best {
    fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), last: None }
    }

    #[inline]
    fn offer(&mut self, scored: Scored) {
        if scored.1 > 0.0 && self.last.is_none_or(|last| order(scored, last).is_lt()) {
            self.keep(scored);
        }
    }

    fn keep(&mut self, scored: Scored) {
        self.kept.push(scored);
        // Chosen from some at once, which costs less than finding each one's place.
        if self.kept.len() >= self.limit.saturating_mul(2) {
            self.choose();
        }
    }

    /// Lets go of all but the best.
    fn choose(&mut self) {
        if self.limit > 0 && self.kept.len() >= self.limit {
            let (_, last, _) =
                self.kept.select_nth_unstable_by(self.limit - 1, |&a, &b| order(a, b));
            self.last = Some(*last);
        }
        self.kept.truncate(self.limit);
    }

    /// What a score must be at least to be among them.
    fn least(&mut self) -> f32 {
        self.choose();
        self.last.map_or(0.0, |(_, score)| score)
    }

    /// Best first.
    fn sorted(mut self) -> Vec<Scored> {
        self.choose();
        self.kept.sort_unstable_by(|&a, &b| order(a, b));
        self.kept
    }
}
