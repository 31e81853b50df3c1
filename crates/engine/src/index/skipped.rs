//! What an index does not hold of its directory: counted by reason, and named.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{EngineError, Index, SkipReason, Skipped};

/// The most paths that are kept of a reason; all are counted.
const MOST_OF_A_REASON: usize = 2_000;

/// What the last walk of a directory left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SkippedFiles {
    /// How many, by reason. A directory that is left out with all in it counts once.
    pub counts: BTreeMap<SkipReason, u64>,
    /// Which ones, by reason and path: the first 2,000 of each reason.
    pub paths: Vec<Skipped>,
}

impl SkippedFiles {
    pub(super) fn new(mut skipped: Vec<Skipped>) -> Self {
        skipped.sort_by(|a, b| (a.reason, &a.path).cmp(&(b.reason, &b.path)));
        let mut counts = BTreeMap::new();
        skipped.retain(|file| {
            let count: &mut u64 = counts.entry(file.reason).or_default();
            *count += 1;
            *count <= MOST_OF_A_REASON as u64
        });
        Self { counts, paths: skipped }
    }

    /// Those of one reason alone.
    #[must_use]
    pub fn of(mut self, reason: SkipReason) -> Self {
        self.counts.retain(|of, _| *of == reason);
        self.paths.retain(|file| file.reason == reason);
        self
    }

    /// What leaves out the most.
    pub(super) fn main_reason(&self) -> Option<SkipReason> {
        self.counts.iter().max_by_key(|(_, count)| **count).map(|(reason, _)| *reason)
    }

    /// Why an index is empty, in a sentence. `files` says how many files that is, where it is known: a
    /// directory that is left out counts once.
    pub(super) fn cause_of_emptiness(&self, files: Option<usize>) -> String {
        let Some((reason, count)) = self.counts.iter().max_by_key(|(_, count)| **count) else {
            return "no file was indexed: the directory holds none".to_owned();
        };
        let first = self.paths.iter().find(|file| file.reason == *reason);
        let example = first.map_or_else(String::new, |file| {
            let rule = file.rule.as_ref().map_or_else(String::new, |rule| format!(" ({rule})"));
            format!(", such as {}{rule}", file.path)
        });
        let count = match files {
            Some(1) => "1 file is".to_owned(),
            Some(files) => format!("{files} files are"),
            None => count.to_string(),
        };
        format!("no file was indexed: {count} {}{example}: {}", reason.as_str(), reason.meaning())
    }
}

impl Index {
    /// What the last walk of its directory left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn skipped_files(&self) -> Result<SkippedFiles, EngineError> {
        let entries = self.store().skipped_files(self.id()).await?;
        // What an older version wrote is written anew by the next job.
        Ok(entries.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_of_each_reason_are_named() {
        let many =
            (0..MOST_OF_A_REASON + 5).map(|n| Skipped::new(format!("{n}.po"), SkipReason::Data));
        let ignored = Skipped::new("out/", SkipReason::Ignored).by(".gitignore:1: out");
        let skipped = SkippedFiles::new(many.chain([ignored.clone()]).collect());
        assert_eq!(skipped.counts[&SkipReason::Data], MOST_OF_A_REASON as u64 + 5);
        assert_eq!(skipped.paths.len(), MOST_OF_A_REASON + 1);
        let json = serde_json::to_value(&skipped).unwrap();
        assert_eq!(serde_json::from_value::<SkippedFiles>(json).unwrap(), skipped);
        let one = skipped.of(SkipReason::Ignored);
        assert_eq!(one.paths, [ignored]);
        assert_eq!(
            one.cause_of_emptiness(None),
            "no file was indexed: 1 ignored, such as out/ (.gitignore:1: out): an ignore file leaves \
             it out; `no_ignore` takes it"
        );
        let counted = one.cause_of_emptiness(Some(1_200));
        assert!(counted.starts_with("no file was indexed: 1200 files are ignored, such as out/ ("));
        let nothing = SkippedFiles::default().cause_of_emptiness(None);
        assert_eq!(nothing, "no file was indexed: the directory holds none");
    }
}
