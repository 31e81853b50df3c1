//! The chunks of a term: lists of its forms, each ascending, put together.

use std::iter::Peekable;

/// How many chunks are put together at once: their sums stay in the processor's nearest cache, and which
/// of them are touched is a word of words.
const WINDOW: usize = 64 * 64;

/// A chunk and a number of it: how often it holds a term, or what that is worth.
pub(super) type Posting = (u32, f32);

/// A form's chunks with its frequencies, and what each counts.
pub(super) type FormList<I> = (Peekable<I>, f32);

/// Sums over neighbouring chunks; all are nothing between two uses.
#[derive(Debug)]
pub(super) struct Window<T> {
    sums: Vec<T>,
    /// A bit a chunk, and a bit for each word of these.
    touched: [u64; WINDOW / 64],
    words: u64,
}

impl<T: Copy + Default> Window<T> {
    pub(super) fn new() -> Self {
        Self { sums: vec![T::default(); WINDOW], touched: [0; WINDOW / 64], words: 0 }
    }

    /// The chunks from the beginning of the window that this one lies in to its end.
    pub(super) fn around(doc: u32) -> std::ops::Range<u32> {
        let start = doc - doc % WINDOW as u32;
        start..start.saturating_add(WINDOW as u32)
    }

    /// The sums of a chunk of the window.
    #[inline]
    pub(super) fn of(&mut self, doc: u32) -> &mut T {
        let at = doc as usize % WINDOW;
        self.touched[at / 64] |= 1 << (at % 64);
        self.words |= 1 << (at / 64);
        &mut self.sums[at]
    }

    /// Calls with each chunk that was touched, ascending, and clears it.
    #[inline]
    pub(super) fn drain(&mut self, start: u32, mut call: impl FnMut(u32, T)) {
        while self.words != 0 {
            let word = self.words.trailing_zeros();
            self.words &= self.words - 1;
            let mut bits = std::mem::take(&mut self.touched[word as usize]);
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros();
                bits &= bits - 1;
                call(start + at, std::mem::take(&mut self.sums[at as usize]));
            }
        }
    }
}

/// Adds up what the forms have of each chunk; ascending.
pub(super) fn merge<I: Iterator<Item = (u32, u32)>>(
    mut lists: Vec<FormList<I>>,
    window: &mut Window<f32>,
    out: &mut Vec<Posting>,
) {
    lists.retain_mut(|(list, _)| list.peek().is_some());
    if let [(_, weight)] = lists[..] {
        let only = lists.into_iter().flat_map(|(list, _)| list);
        out.extend(only.map(|(doc, frequency)| (doc, weight * frequency as f32)));
        return;
    }
    while let Some(first) = lists.iter_mut().filter_map(|(list, _)| list.peek()).min() {
        let docs = Window::<f32>::around(first.0);
        for (list, weight) in &mut lists {
            while let Some((doc, frequency)) = list.next_if(|&(doc, _)| doc < docs.end) {
                *window.of(doc) += *weight * frequency as f32;
            }
        }
        window.drain(docs.start, |doc, frequency| out.push((doc, frequency)));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn merged_lists_hold_the_sums_of_each_chunk(
            lists in prop::collection::vec(
                prop::collection::btree_map(0..20_000_u32, 1..64_u32, 0..200),
                0..4,
            ),
        ) {
            let mut sums: BTreeMap<u32, f32> = BTreeMap::new();
            for (list, weight) in lists.iter().zip([1.0, 0.5, 0.25, 2.0]) {
                for (&doc, &frequency) in list {
                    *sums.entry(doc).or_default() += weight * frequency as f32;
                }
            }
            let lists = lists.into_iter().map(|list| list.into_iter().peekable());
            let mut found = Vec::new();
            merge(lists.zip([1.0, 0.5, 0.25, 2.0]).collect(), &mut Window::new(), &mut found);
            prop_assert_eq!(found, sums.into_iter().collect::<Vec<_>>());
        }
    }
}
