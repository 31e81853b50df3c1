//! What a directory has that globs could include.

use std::collections::BTreeMap;

use crate::source::Walk;

/// Globs that are named.
const MOST: usize = 6;

/// Globs of the directories and the kinds of files that a walk found, the most files first.
pub(super) fn globs(walk: &Walk) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in &walk.candidates {
        if let Some((directory, _)) = candidate.path.split_once('/') {
            *counts.entry(format!("{directory}/**")).or_default() += 1;
        }
        let name = candidate.path.rsplit('/').next().unwrap_or(&candidate.path);
        if let Some((stem, extension)) = name.rsplit_once('.')
            && !stem.is_empty()
        {
            *counts.entry(format!("**/*.{extension}")).or_default() += 1;
        }
    }
    let mut globs: Vec<(String, usize)> = counts.into_iter().collect();
    globs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    globs.into_iter().take(MOST).map(|(glob, _)| glob).collect()
}
