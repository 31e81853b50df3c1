//! What git's rules mean in a tree without its repository, as an archive or an image leaves it.
//!
//! A repository's index says which files belong to the project although a rule fits them. Without it only
//! the place is left to go by: a rule of one name (`types`, `lib/`, `core`) is written for what is made
//! beside the sources, and fits what people have written among them as well.

use std::path::Path;

/// Directories of sources.
const SOURCES: [&str; 3] = ["source", "sources", "src"];

/// Directories of what tools make or fetch, among sources too. Sorted.
const MADE: [&str; 32] = [
    "artifacts",
    "bin",
    "bower_components",
    "build",
    "cache",
    "coverage",
    "debug",
    "deps",
    "dist",
    "downloads",
    "env",
    "gen",
    "generated",
    "jspm_packages",
    "log",
    "logs",
    "node_modules",
    "obj",
    "out",
    "output",
    "pods",
    "release",
    "target",
    "temp",
    "third_party",
    "tmp",
    "typings",
    "vendor",
    "venv",
    "virtualenv",
    "x64",
    "x86",
];

/// Whether a line of an ignore file may mean something else than the directory it fits, which lies `below` the
/// file's own: the line is a mere name, and the directory is one among sources that no tool calls so.
pub(super) fn may_mean_another(line: &str, below: &Path) -> bool {
    let is_name = !line.trim_end_matches('/').contains(['/', '*', '?', '[', '\\']);
    let mut parts = below.iter().map(|part| part.to_string_lossy().to_lowercase());
    let name = parts.next_back().unwrap_or_default();
    let is_of_tools = name.starts_with(['.', '_']) || MADE.binary_search(&&*name).is_ok();
    is_name && !is_of_tools && parts.any(|part| SOURCES.contains(&&*part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_for_what_lies_beside_the_sources() {
        assert!(MADE.is_sorted());
        let may = |line: &str, below: &str| may_mean_another(line, Path::new(below));
        assert!(
            may("types", "src/types") && may("lib/", "web/src/a/lib") && may("core", "Source/core")
        );
        assert!(
            !may("types", "types") && !may("types", "packages/a/types"),
            "no sources around it"
        );
        assert!(!may("/src/types", "src/types") && !may("src/types/", "src/types"), "it is named");
        assert!(!may("type*", "src/types") && !may("[Tt]ypes", "src/types"), "no mere name");
        assert!(!may("build", "src/build") && !may("Obj", "src/a/Obj"), "made by tools");
        assert!(!may("__pycache__", "src/__pycache__") && !may(".next", "src/.next"));
    }
}
