//! The bearer token: read, or made at the first start.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq as _;

use crate::failure::{Exit, Failure};
use crate::settings::ServerConfig;

/// File in the data directory that holds a token made by sconce.
const FILE_NAME: &str = "token";

/// A secret that requests must carry. Never printed by `Debug`.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// Whether `given` is the token, in a time that says nothing about where it differs.
    pub fn matches(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// The token itself, to show it once to the user.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The token of the settings, where they have one.
pub(super) fn configured(server: &ServerConfig) -> Result<Option<Token>, Failure> {
    match (&server.token, &server.token_file) {
        (Some(text), _) => parse(text, "SCONCE_TOKEN").map(Some),
        (None, Some(path)) => read(path).map(Some),
        (None, None) => Ok(None),
    }
}

/// The token of the data directory, made if there is none; and where it was written to, if so.
pub(super) fn kept(data_dir: &Path) -> Result<(Token, Option<PathBuf>), Failure> {
    let path = path(data_dir);
    match read(&path) {
        Ok(token) => Ok((token, None)),
        Err(_) if !path.exists() => Ok((make(&path)?, Some(path))),
        Err(failure) => Err(failure),
    }
}

/// Where the token of a data directory is kept.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}

fn parse(text: &str, source: &str) -> Result<Token, Failure> {
    let text = text.trim();
    let sound = text.len() >= 16 && text.chars().all(|c| c.is_ascii_graphic());
    if !sound {
        return Err(Failure::usage(format!("the token of {source} is not usable"))
            .with_hint("a token has 16 visible ASCII characters or more and no blanks"));
    }
    Ok(Token(text.to_owned()))
}

fn read(path: &Path) -> Result<Token, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("cannot read the token file {}: {error}", path.display()))
            .with_hint("set SCONCE_TOKEN, or make the file readable")
    })?;
    warn_of_readers(path);
    parse(&text, &path.display().to_string())
}

/// A container's secret may be readable by all in the container, so this is no error.
fn warn_of_readers(path: &Path) {
    #[cfg(unix)]
    if let Ok(meta) = std::fs::metadata(path) {
        let mode = std::os::unix::fs::MetadataExt::mode(&meta) & 0o777;
        if mode & 0o077 != 0 {
            tracing::warn!(
                "other users may read the token: {} has mode {mode:03o}; chmod 600 closes it",
                path.display()
            );
        }
    }
}

fn make(path: &Path) -> Result<Token, Failure> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random)
        .map_err(|error| Failure::new(Exit::Error, format!("no random numbers: {error}")))?;
    let digits = random.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let text: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    write_private(path, &text).map_err(|error| {
        Failure::new(Exit::Error, format!("cannot write {}: {error}", path.display()))
            .with_hint("set SCONCE_TOKEN, or SCONCE_DATA_DIR to a directory of yours")
    })?;
    Ok(Token(text))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        let mut builder = std::fs::DirBuilder::new();
        // The managed PostgreSQL of root runs as another user, and must reach its own part.
        #[cfg(unix)]
        if !rustix::process::geteuid().is_root() {
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        }
        builder.recursive(true).create(directory)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_token_is_private_and_is_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data").join(FILE_NAME);
        let made = make(&path).unwrap();
        assert_eq!(made.reveal().len(), 64);
        assert!(read(&path).unwrap().matches(made.reveal()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(make(&path).is_err(), "a token is never overwritten");
    }

    #[test]
    fn only_the_whole_token_matches() {
        let token = parse("0123456789abcdef", "test").unwrap();
        assert!(token.matches("0123456789abcdef"));
        for wrong in ["", "0123456789abcde", "0123456789abcdeg", "0123456789abcdef0"] {
            assert!(!token.matches(wrong), "{wrong}");
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn a_short_or_blank_token_is_refused() {
        assert!(parse("short", "test").is_err());
        assert!(parse("0123456789 abcdef0", "test").is_err());
    }
}
