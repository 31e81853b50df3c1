//! A GGUF file's metadata, walked over before candle reads it: candle divides by the alignment that
//! the file names.

/// Lists in lists that are walked over; no file has any.
const MAX_DEPTH: usize = 4;
const ALIGNMENT: &[u8] = b"general.alignment";
const STRING: u32 = 8;
const LIST: u32 = 9;

/// Refuses an alignment that is no power of two, or larger than a mebibyte. What is no whole header
/// is left to candle, which says so.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let found = Header { rest: bytes }.alignment();
    let Some(alignment) = found else { return Ok(()) };
    if alignment.is_power_of_two() && alignment <= 1 << 20 {
        return Ok(());
    }
    Err(format!("general.alignment is {alignment}, no power of two"))
}

struct Header<'a> {
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    /// The alignment of the file; `None` where it names none, or the header is not whole.
    fn alignment(&mut self) -> Option<u64> {
        let _magic = self.take(4)?;
        let version = self.number(4)?;
        // The first version counted in 32 bits
        let width = if version == 1 { 4 } else { 8 };
        let _tensors = self.number(width)?;
        let count = self.number(width)?;
        let mut last = None;
        for _ in 0..count {
            let key = self.text(width)?;
            let kind = self.number(4)? as u32;
            if key == ALIGNMENT {
                last = Some(self.integer(kind)?);
            } else {
                self.skip(kind, width, 0)?;
            }
        }
        last
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self, width: usize) -> Option<u64> {
        let bytes = self.take(width)?;
        Some(bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn text(&mut self, width: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number(width)?).ok()?;
        self.take(length)
    }

    /// One that is no integer counts as 0, which no alignment is.
    fn integer(&mut self, kind: u32) -> Option<u64> {
        match size(kind) {
            Some(width) if !matches!(kind, 6 | 7 | 12) => self.number(width),
            _ => Some(0),
        }
    }

    fn skip(&mut self, kind: u32, width: usize, depth: usize) -> Option<()> {
        match kind {
            STRING => self.text(width).map(drop),
            LIST if depth < MAX_DEPTH => {
                let kind = self.number(4)? as u32;
                let count = usize::try_from(self.number(width)?).ok()?;
                if let Some(size) = size(kind) {
                    return self.take(count.checked_mul(size)?).map(drop);
                }
                (0..count).try_for_each(|_| self.skip(kind, width, depth + 1))
            }
            kind => self.take(size(kind)?).map(drop),
        }
    }
}

/// Bytes of a value of a fixed size.
fn size(kind: u32) -> Option<usize> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of version 3 with a list of two texts before the alignment.
    fn header(alignment: u32) -> Vec<u8> {
        let text = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
        let mut bytes =
            [&b"GGUF"[..], &3_u32.to_le_bytes(), &[0; 8], &2_u64.to_le_bytes()].concat();
        bytes.extend(text("tokens"));
        bytes.extend([LIST.to_le_bytes(), STRING.to_le_bytes()].concat());
        bytes.extend(2_u64.to_le_bytes());
        bytes.extend(text("one"));
        bytes.extend(text("two"));
        bytes.extend(text("general.alignment"));
        bytes.extend([4_u32.to_le_bytes(), alignment.to_le_bytes()].concat());
        bytes
    }

    #[test]
    fn an_alignment_must_be_a_power_of_two() {
        for good in [1, 32, 4096] {
            check(&header(good)).unwrap();
        }
        for bad in [0, 3, u32::MAX] {
            assert!(check(&header(bad)).unwrap_err().contains("general.alignment"));
        }
    }

    #[test]
    fn a_header_that_is_not_whole_is_left_to_the_reader() {
        let whole = header(0);
        for end in 0..whole.len() {
            check(&whole[..end]).unwrap();
        }
    }
}
