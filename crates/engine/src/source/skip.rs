//! Why a file is not in the index.

use std::path::Path;

use serde::Serialize;

use super::secret::{is_secret_path, is_secret_text};

/// Why a file was skipped. Reported by count, so that nothing disappears silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// Keys, certificates, `.env` and other credentials.
    Secret,
    /// Not text: a NUL byte near its beginning.
    Binary,
    /// Text in an encoding that is neither UTF-8 nor UTF-16.
    NotUtf8,
    /// Minified or generated in lines that nobody reads.
    Minified,
    /// Lock files, source maps, tables of data: text without meaning to a reader of code.
    Data,
    /// Above the size limit.
    TooLarge,
    /// It could not be opened or read.
    Unreadable,
    /// It changed at every attempt to read it; the next run takes it.
    ChangedWhileRead,
    /// No bytes, so no chunks.
    Empty,
}

impl SkipReason {
    /// The reason as it stands in reports, such as `too_large`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Binary => "binary",
            Self::NotUtf8 => "not_utf8",
            Self::Minified => "minified",
            Self::Data => "data",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::ChangedWhileRead => "changed_while_read",
            Self::Empty => "empty",
        }
    }
}

/// Names of lock files and the like, in lower case.
const DATA_NAMES: [&str; 15] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "cargo.lock",
    "poetry.lock",
    "pdm.lock",
    "uv.lock",
    "pipfile.lock",
    "composer.lock",
    "gemfile.lock",
    "go.sum",
    "mix.lock",
    "flake.lock",
];
/// Extensions of text that is data.
const DATA_EXTENSIONS: [&str; 19] = [
    "map", "svg", "csv", "tsv", "log", "lock", "snap", "ipynb", "jsonl", "ndjson", "geojson", "po",
    "pot", "srt", "vtt", "patch", "diff", "rej", "orig",
];

/// What a file's path alone says against it.
pub(super) fn by_name(path: &Path) -> Option<SkipReason> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let extension = extension.as_deref().unwrap_or("");
    if is_secret_path(path) {
        return Some(SkipReason::Secret);
    }
    if DATA_NAMES.contains(&name.as_str()) || DATA_EXTENSIONS.contains(&extension) {
        return Some(SkipReason::Data);
    }
    let minified = [".min.js", ".min.css", ".min.mjs", ".bundle.js"];
    minified.iter().any(|end| name.ends_with(end)).then_some(SkipReason::Minified)
}

/// What the text of the file at a path says against it.
pub(super) fn by_text(path: &Path, text: &str) -> Option<SkipReason> {
    if is_secret_text(path, text) {
        return Some(SkipReason::Secret);
    }
    is_minified(text).then_some(SkipReason::Minified)
}

/// Long lines throughout: nothing that was written by hand has 300 bytes a line on average.
fn is_minified(text: &str) -> bool {
    const AT_LEAST_BYTES: usize = 4096;
    const MEAN_LINE_BYTES: usize = 300;
    text.len() >= AT_LEAST_BYTES && text.len() / (text.lines().count().max(1)) > MEAN_LINE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> Option<SkipReason> {
        by_name(Path::new(path))
    }

    #[test]
    fn lock_files_and_minified_text_are_passed_over() {
        assert_eq!(name("web/package-lock.json"), Some(SkipReason::Data));
        assert_eq!(name("static/app.min.js"), Some(SkipReason::Minified));
        assert_eq!(
            by_text(Path::new("a.js"), &"var a=1;".repeat(2000)),
            Some(SkipReason::Minified)
        );
        assert_eq!(by_text(Path::new("a.js"), &"let value = 1;\n".repeat(2000)), None);
    }
}
