//! Why a file is not in the index.

use std::path::Path;

use serde::Serialize;

/// Why a file was passed over. Reported by count, so that nothing disappears silently.
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

/// File names that hold credentials, whole and in lower case.
const SECRET_NAMES: [&str; 22] = [
    ".env",
    ".envrc",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".htpasswd",
    ".dockercfg",
    ".git-credentials",
    ".vault-token",
    ".s3cfg",
    ".boto",
    "credentials",
    "credentials.json",
    "client_secret.json",
    "service-account.json",
    "secrets.yaml",
    "secrets.yml",
    "secrets.json",
    "secrets.toml",
    "master.key",
];
/// Beginnings of names that hold credentials.
const SECRET_PREFIXES: [&str; 5] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env."];
/// Extensions of keys, certificates and their stores.
const SECRET_EXTENSIONS: [&str; 17] = [
    "pem", "key", "p8", "p12", "pfx", "crt", "cer", "der", "csr", "jks", "keystore", "kdbx", "ppk",
    "asc", "gpg", "ovpn", "tfstate",
];
/// `.env.example` and its like document a program and hold no secret.
const HARMLESS_SUFFIXES: [&str; 5] = [".example", ".sample", ".template", ".dist", ".tmpl"];
/// What begins a private key in any text file.
const KEY_MARKERS: [&str; 2] = ["-----BEGIN ", "PRIVATE KEY-----"];

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
    if is_secret_name(&name, extension) {
        return Some(SkipReason::Secret);
    }
    if DATA_NAMES.contains(&name.as_str()) || DATA_EXTENSIONS.contains(&extension) {
        return Some(SkipReason::Data);
    }
    let minified = [".min.js", ".min.css", ".min.mjs", ".bundle.js"];
    minified.iter().any(|end| name.ends_with(end)).then_some(SkipReason::Minified)
}

fn is_secret_name(name: &str, extension: &str) -> bool {
    if HARMLESS_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        return false;
    }
    // A public key is no secret, but neither is it code.
    SECRET_NAMES.contains(&name)
        || SECRET_EXTENSIONS.contains(&extension)
        || SECRET_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What a file's text says against it.
pub(super) fn by_text(text: &str) -> Option<SkipReason> {
    let head = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
    if head.trim_start().starts_with(KEY_MARKERS[0]) && head.contains(KEY_MARKERS[1]) {
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
    fn credentials_are_known_by_name() {
        for path in
            [".env", "a/.env.production", "deploy/server.pem", "home/id_rsa", "x/ID_RSA.pub"]
        {
            assert_eq!(name(path), Some(SkipReason::Secret), "{path}");
        }
        for path in [".env.example", "src/env.rs", "keys.rs", "monkey.py", "src/key/mod.rs"] {
            assert_eq!(name(path), None, "{path}");
        }
    }

    #[test]
    fn a_private_key_is_known_by_its_text() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n";
        assert_eq!(by_text(key), Some(SkipReason::Secret));
        assert_eq!(by_text("// parses \"-----BEGIN RSA PRIVATE KEY-----\"\n"), None);
    }

    #[test]
    fn lock_files_and_minified_text_are_passed_over() {
        assert_eq!(name("web/package-lock.json"), Some(SkipReason::Data));
        assert_eq!(name("static/app.min.js"), Some(SkipReason::Minified));
        assert_eq!(by_text(&"var a=1;".repeat(2000)), Some(SkipReason::Minified));
        assert_eq!(by_text(&"let value = 1;\n".repeat(2000)), None);
    }
}
