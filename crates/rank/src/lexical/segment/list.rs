//! Ascending numbers, each with a small value, in few bytes: a word's chunks with its frequencies.

/// Writes a list. Each number is its distance to the one before, with a bit that says whether the
/// value is 1, as most are; else the value follows.
#[derive(Debug, Default)]
pub(crate) struct ListWriter {
    bytes: Vec<u8>,
    last: u32,
}

impl ListWriter {
    /// Adds a number that is no lower than the last.
    pub(crate) fn push(&mut self, number: u32, value: u32) {
        debug_assert!(number >= self.last, "numbers ascend");
        let distance = u64::from(number - self.last);
        self.last = number;
        self.number(distance << 1 | u64::from(value == 1));
        if value != 1 {
            self.number(u64::from(value));
        }
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// What was written since the last time.
    pub(crate) fn take<T>(&mut self, take: impl FnOnce(&[u8]) -> T) -> T {
        let taken = take(&self.bytes);
        self.bytes.clear();
        self.last = 0;
        taken
    }
}

/// Reads a list; one whose bytes end early ends early.
#[derive(Debug, Clone, Default)]
pub(crate) struct List<'a> {
    bytes: &'a [u8],
    last: u32,
}

impl<'a> List<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, last: 0 }
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        if first < 0x80 { Some(u64::from(first)) } else { self.longer(first) }
    }

    fn longer(&mut self, first: u8) -> Option<u64> {
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for List<'_> {
    type Item = (u32, u32);

    #[inline]
    fn next(&mut self) -> Option<(u32, u32)> {
        let head = self.number()?;
        self.last = self.last.wrapping_add((head >> 1) as u32);
        let value = if head & 1 == 1 { 1 } else { self.number()? as u32 };
        Some((self.last, value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_reads_back_as_it_was_written(
            steps in prop::collection::vec((0..100_000_u32, 0..200_u32), 0..50),
        ) {
            let mut number = 0;
            let mut writer = ListWriter::default();
            let pairs: Vec<(u32, u32)> = steps.into_iter().map(|(step, value)| {
                number += step;
                (number, value)
            }).collect();
            for &(number, value) in &pairs {
                writer.push(number, value);
            }
            let mut bytes = Vec::new();
            writer.take(|written| bytes.extend_from_slice(written));
            prop_assert_eq!(List::new(&bytes).collect::<Vec<_>>(), pairs);
        }

        #[test]
        fn any_bytes_are_a_list(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(List::new(&bytes).count() <= bytes.len());
        }
    }
}
