//! Paths as clients write them: with a tilde, as a URI, as Windows has them.

use std::path::{Path, PathBuf};

use crate::uri::decoded;

/// The paths that a text may mean, the likeliest first. `home` is the user's directory, where the
/// server is the user's own.
pub(crate) fn meanings(given: &str, home: Option<&Path>) -> Vec<PathBuf> {
    let given = unquoted(given.trim());
    let given = match of_uri(given) {
        Some(path) => path,
        None => given.to_owned(),
    };
    let mut paths = vec![PathBuf::from(&given)];
    if let Some(home) = home
        && let Some(below) = below_home(&given)
    {
        paths.insert(0, home.join(below));
    }
    if given.contains('\\') || has_drive(&given) {
        paths.extend(of_windows(&given));
    }
    paths
}

/// The lines in the fragment of a `file:` URI, such as `#L12-L20`; nothing of another text.
pub(crate) fn lines_of_uri(text: &str) -> &str {
    let text = unquoted(text.trim());
    let is_uri = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    let fragment = text.find('#').filter(|_| is_uri).map_or("", |at| &text[at..]);
    let number = fragment.trim_start_matches('#').trim_start_matches(['L', 'l']);
    let is_line = number.starts_with(|c: char| c.is_ascii_digit());
    if is_line { fragment } else { "" }
}

fn unquoted(text: &str) -> &str {
    let quotes = ['"', '\'', '`'];
    let inside = quotes.iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inside.unwrap_or(text)
}

/// The path of a `file:` URI: `file:///a/my%20b`, `file://localhost/a`, `file:/a`.
fn of_uri(text: &str) -> Option<String> {
    let scheme = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    let rest = &text[scheme.len()..];
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) => {
            let (host, _) = rest.split_once('/').unwrap_or((rest, ""));
            let is_here =
                host.is_empty() || host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1";
            // A relative path is none of a URI's, and some clients write it all the same.
            if is_here { &rest[host.len()..] } else { rest }
        }
    };
    let path = decoded(path.split(['?', '#']).next().unwrap_or(path));
    // `/C:/a`.
    let windows = path.strip_prefix('/').filter(|path| has_drive(path));
    Some(windows.map_or(path.clone(), str::to_owned))
}

fn below_home(text: &str) -> Option<&str> {
    for name in ["~", "$HOME", "${HOME}", "%USERPROFILE%"] {
        if let Some(rest) = text.strip_prefix(name) {
            let below = rest.trim_start_matches(['/', '\\']);
            return (rest.is_empty() || rest.len() > below.len()).then_some(below);
        }
    }
    None
}

fn has_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.get(1) == Some(&b':')
        && matches!(bytes.get(2), None | Some(b'/' | b'\\'))
}

/// A path of Windows: one of the Linux that runs in it, a drive as that Linux has it, or with its
/// backslashes turned.
fn of_windows(text: &str) -> Vec<PathBuf> {
    let turned = text.replace('\\', "/");
    let mut paths = Vec::new();
    for share in ["//wsl$/", "//wsl.localhost/"] {
        let start = turned.get(..share.len());
        if start.is_some_and(|start| start.eq_ignore_ascii_case(share)) {
            let below = turned[share.len()..].split_once('/').map_or("", |(_, below)| below);
            paths.push(Path::new("/").join(below));
        }
    }
    if has_drive(&turned) {
        let (drive, below) = turned.split_at(2);
        let letter = drive.trim_end_matches(':').to_lowercase();
        let below = below.trim_start_matches('/');
        paths.push(Path::new("/mnt").join(letter).join(below));
    }
    paths.push(PathBuf::from(turned));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(given: &str) -> String {
        meanings(given, Some(Path::new("/home/me")))[0].display().to_string()
    }

    #[test]
    fn a_path_may_be_a_uri_or_begin_at_home() {
        for (given, expected) in [
            ("/a/b", "/a/b"),
            ("src", "src"),
            ("~", "/home/me/"),
            ("~/project", "/home/me/project"),
            ("$HOME/project", "/home/me/project"),
            ("~other/x", "~other/x"),
            ("file:///a/my%20repo", "/a/my repo"),
            ("file://localhost/a/b", "/a/b"),
            ("FILE:/a/b/", "/a/b/"),
            ("file:///a/100%25", "/a/100%"),
            ("file://src/api", "src/api"),
            ("\"/a/b\"", "/a/b"),
            ("/a/my%20repo", "/a/my%20repo"),
        ] {
            assert_eq!(first(given), expected, "{given}");
        }
        assert_eq!(meanings("~/x", None), [PathBuf::from("~/x")]);
    }

    #[test]
    fn a_path_of_windows_is_looked_for_where_linux_has_it() {
        let means = |given: &str, expected: &str| {
            assert!(meanings(given, None).contains(&PathBuf::from(expected)), "{given}");
        };
        means("src\\api", "src/api");
        means("C:\\Users\\me\\repo", "/mnt/c/Users/me/repo");
        means("file:///C:/Users/me%20too", "/mnt/c/Users/me too");
        means("\\\\wsl$\\Ubuntu\\home\\me", "/home/me");
        means("\\\\wsl.localhost\\Debian\\srv\\a", "/srv/a");
    }
}
