//! What can be told of a file only beside the others: that its version is an old one, that it
//! declares what another file holds.

use std::collections::{BTreeMap, HashMap};

use crate::path::PathClass;

/// Headers and declarations.
const DECLARING: [&str; 6] = ["h", "hh", "hpp", "hxx", "pyi", "mli"];
/// What the code of such files stands in.
const DEFINING: [&str; 9] = ["c", "cc", "cpp", "cxx", "m", "mm", "cu", "py", "ml"];

/// Counts of what is there; files come and go.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// The versions `v1`, `v2`, … that stand in a directory, with their numbers of files.
    versions: HashMap<String, BTreeMap<u32, u32>>,
    /// File names without extension of files with code, with their numbers.
    defining: HashMap<String, u32>,
}

impl Siblings {
    pub(super) fn add(&mut self, path: &str) {
        for (directory, version) in versions_in(path) {
            let count = self.versions.entry(directory.to_owned()).or_default().entry(version);
            *count.or_default() += 1;
        }
        if let Some(stem) = stem_with(path, &DEFINING) {
            *self.defining.entry(stem.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, path: &str) {
        for (directory, version) in versions_in(path) {
            let Some(versions) = self.versions.get_mut(directory) else { continue };
            if let Some(count) = versions.get_mut(&version) {
                *count -= 1;
                if *count == 0 {
                    versions.remove(&version);
                }
            }
            if versions.is_empty() {
                self.versions.remove(directory);
            }
        }
        if let Some(stem) = stem_with(path, &DEFINING)
            && let Some(count) = self.defining.get_mut(stem)
        {
            *count -= 1;
            if *count == 0 {
                self.defining.remove(stem);
            }
        }
    }

    pub(super) fn class_of(&self, path: &str) -> PathClass {
        let mut class = PathClass::default();
        let outdated = versions_in(path).any(|(directory, version)| {
            self.versions
                .get(directory)
                .and_then(|versions| versions.last_key_value())
                .is_some_and(|(&newest, _)| version < newest)
        });
        if outdated {
            class = class.with(PathClass::LEGACY);
        }
        if stem_with(path, &DECLARING).is_some_and(|stem| self.defining.contains_key(stem)) {
            class = class.with(PathClass::DECLARATION);
        }
        class
    }
}

/// The directories of a path that are called `v` and a number: what they stand in, and the number.
fn versions_in(path: &str) -> impl Iterator<Item = (&str, u32)> {
    let mut start = 0;
    path.match_indices('/').filter_map(move |(end, _)| {
        let directory = &path[start..end];
        let parent = &path[..start];
        start = end + 1;
        let digits = directory.strip_prefix(['v', 'V'])?;
        // Longer numbers are dates.
        let number = digits.parse().ok().filter(|_| digits.len() <= 3)?;
        Some((parent, number))
    })
}

/// The file's name without its extension, if that is one of these.
fn stem_with<'a>(path: &'a str, extensions: &[&str]) -> Option<&'a str> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    extensions.contains(&extension).then_some(stem)
}
