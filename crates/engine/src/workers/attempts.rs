//! Files whose vectors do not come.

use std::collections::HashMap;

/// So often one tries: a vector may leave the cache before it has reached its chunk, and a server may
/// be away, but not each time.
const MOST: u8 = 3;

/// How often each file was tried.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    by_file: HashMap<i64, u8>,
    given_up: Vec<i64>,
}

impl Attempts {
    /// These files were tried once more, to no effect where they come again.
    pub(crate) fn note(&mut self, files: &[i64]) {
        for file in files {
            let tried = self.by_file.entry(*file).or_default();
            *tried = tried.saturating_add(1);
            if *tried == MOST {
                self.given_up.push(*file);
            }
        }
    }

    /// These have what they were tried for.
    pub(crate) fn forget(&mut self, files: &[i64]) {
        for file in files {
            self.by_file.remove(file);
        }
        self.given_up.retain(|file| !files.contains(file));
    }

    /// Files that are not to be tried again.
    pub(crate) fn given_up(&self) -> &[i64] {
        &self.given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_given_up_after_three_attempts() {
        let mut attempts = Attempts::default();
        attempts.note(&[1, 2]);
        attempts.note(&[1, 2]);
        attempts.forget(&[2]);
        attempts.note(&[1, 2]);
        assert_eq!(attempts.given_up(), [1]);
    }
}
