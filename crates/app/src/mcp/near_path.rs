//! The path of a project that one means which is not there: at another depth, in another case.

use std::path::Path;

/// Parts of a path that may be too many at its beginning, such as those of another machine's directory.
const MOST_DROPPED: usize = 8;

/// What a path must be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathKind {
    /// A file.
    File,
    /// A file or a directory.
    Any,
}

/// The likeliest of the files at `paths`, which are below `root`, and of the directories around them, that `asked`
/// may mean; none where nothing ends as it does, whatever the case.
pub(super) fn near_path<'a>(
    paths: &(impl Iterator<Item = &'a str> + Clone),
    root: &Path,
    asked: &str,
    kind: PathKind,
) -> Option<&'a str> {
    let below = Path::new(asked.trim()).strip_prefix(root).map(Path::to_string_lossy);
    let asked = below.map_or_else(|_| asked.trim().to_owned(), String::from).replace('\\', "/");
    let parts = asked.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let parts: Vec<&str> = parts.collect();
    // What is left of a longer path must still say something.
    let most = MOST_DROPPED.min(parts.len().saturating_sub(2));
    (0..=most).filter(|from| *from < parts.len()).find_map(|from| {
        let tail = parts[from..].join("/");
        let ends = paths.clone().flat_map(|path| candidates(path, kind));
        let ends = ends.filter(|path| ends_as(path, &tail));
        ends.min_by_key(|path| (!path.ends_with(&tail), path.matches('/').count(), *path))
    })
}

/// A file, and the directories around it.
fn candidates(path: &str, kind: PathKind) -> impl Iterator<Item = &str> {
    let directories = path.match_indices('/').map(|(at, _)| &path[..at]);
    let directories = directories.take(if kind == PathKind::Any { usize::MAX } else { 0 });
    std::iter::once(path).chain(directories)
}

/// Whether the last parts of a path are those of `tail`, whatever the case of ASCII's letters.
fn ends_as(path: &str, tail: &str) -> bool {
    let Some(at) = path.len().checked_sub(tail.len()) else { return false };
    let bytes = path.as_bytes();
    bytes[at..].eq_ignore_ascii_case(tail.as_bytes()) && (at == 0 || bytes[at - 1] == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 5] = [
        "web/checkout/tax.ts",
        "web/checkout/Tax.test.ts",
        "services/mail/queue.rs",
        "services/mail/inner/mail/x.rs",
        "größe/ß.rs",
    ];

    fn near(asked: &str, kind: PathKind) -> Option<&'static str> {
        near_path(&PATHS.into_iter(), Path::new("/srv/app"), asked, kind)
    }

    #[test]
    fn a_path_is_found_at_any_depth_in_any_case() {
        for (asked, expected) in [
            ("checkout", Some("web/checkout")),
            ("/checkout/", Some("web/checkout")),
            ("./Checkout/tax.ts", Some("web/checkout/tax.ts")),
            ("/srv/app/Web", Some("web")),
            ("mail", Some("services/mail")),
            ("QUEUE.RS", Some("services/mail/queue.rs")),
            ("web\\checkout", Some("web/checkout")),
            ("/home/other/app/services/mail", Some("services/mail")),
            ("out", None),
            ("x/checkout", None),
            ("ß.rs", Some("größe/ß.rs")),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(near(asked, PathKind::Any), expected, "{asked}");
        }
        assert_eq!(near("checkout", PathKind::File), None);
        assert_eq!(near("tax.test.ts", PathKind::File), Some("web/checkout/Tax.test.ts"));
    }
}
