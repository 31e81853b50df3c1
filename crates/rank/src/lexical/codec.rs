//! Bytes of a file's postings: numbers of variable length, texts, delta-coded term lists.

use super::error::LexicalIndexError;
use super::field::MAX_FREQUENCY;

/// Hashes of terms with their frequencies, ascending by hash.
pub(super) type TermCounts = Vec<(u32, u32)>;

/// Writes postings.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(1024))
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// LEB128: seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// Terms ascending by hash: each is the distance to the last and its frequency.
    pub(super) fn terms(&mut self, terms: &[(u32, u32)]) {
        self.number(terms.len() as u64);
        let mut last = 0;
        for &(hash, count) in terms {
            self.number(u64::from(hash - last));
            self.byte(count.min(MAX_FREQUENCY) as u8);
            last = hash;
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Takes postings apart; every read is checked against the end.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn byte(&mut self) -> Result<u8, LexicalIndexError> {
        let (&first, rest) = self.bytes.split_first().ok_or(LexicalIndexError::Truncated)?;
        self.bytes = rest;
        Ok(first)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], LexicalIndexError> {
        let (head, rest) =
            self.bytes.split_first_chunk::<N>().ok_or(LexicalIndexError::Truncated)?;
        self.bytes = rest;
        Ok(*head)
    }

    pub(super) fn number(&mut self) -> Result<u64, LexicalIndexError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(LexicalIndexError::Corrupt { what: "a number" })
    }

    pub(super) fn number_u32(&mut self) -> Result<u32, LexicalIndexError> {
        u32::try_from(self.number()?).map_err(|_| LexicalIndexError::Corrupt { what: "a number" })
    }

    /// A count of things that take at least `least` bytes each, so that a corrupt one cannot make
    /// the caller allocate more than the bytes could hold.
    pub(super) fn count(&mut self, least: usize) -> Result<usize, LexicalIndexError> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if count > self.bytes.len() / least {
            return Err(LexicalIndexError::Truncated);
        }
        Ok(count)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, LexicalIndexError> {
        let length = self.count(1)?;
        let (head, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        std::str::from_utf8(head).map_err(|_| LexicalIndexError::Corrupt { what: "a text" })
    }

    pub(super) fn terms(&mut self) -> Result<TermCounts, LexicalIndexError> {
        let count = self.count(2)?;
        let mut terms = Vec::with_capacity(count);
        let mut last = 0_u32;
        for place in 0..count {
            let step = self.number_u32()?;
            last = last
                .checked_add(step)
                .filter(|_| place == 0 || step > 0)
                .ok_or(LexicalIndexError::Corrupt { what: "a term" })?;
            let frequency = u32::from(self.byte()?);
            if frequency == 0 || frequency > MAX_FREQUENCY {
                return Err(LexicalIndexError::Corrupt { what: "a term's frequency" });
            }
            terms.push((last, frequency));
        }
        Ok(terms)
    }

    pub(super) fn finish(self) -> Result<(), LexicalIndexError> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(LexicalIndexError::Corrupt { what: "its end" })
        }
    }
}
