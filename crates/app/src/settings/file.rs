//! Configuration files: TOML with the settings' keys at its top level.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use sconce_code::nearest;

use super::setting::{Setting, ValueKind};
use super::table::{SETTINGS, setting};
use crate::failure::Failure;

/// Name of the configuration file, of a project and of a user.
pub const FILE_NAME: &str = "sconce.toml";

/// Reads a configuration file; one that does not exist sets nothing.
pub(super) fn read_file(
    path: &Path,
    project: bool,
    ignored: &mut Vec<String>,
) -> Result<BTreeMap<&'static str, Vec<String>>, Failure> {
    let read = if project { read_project_file(path) } else { read_user_file(path) };
    let text = match read {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(BTreeMap::new()),
        Err(error) => {
            return Err(Failure::usage(format!("cannot read {}: {error}", path.display())));
        }
    };
    // The place and the message: never what stands there, which may be anybody's.
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let (line, column) = place(&text, error.span().map_or(0, |span| span.start));
        Failure::usage(format!("{}:{line}:{column}: {}", path.display(), error.message()))
    })?;
    let mut values = BTreeMap::new();
    for (key, value) in &table {
        let Some(setting) = setting(key) else { return Err(unknown_key(path, key)) };
        if project && !setting.project {
            ignored.push(format!(
                "{}: `{key}` is ignored, since a project may not set it; set it in the user's \
                 configuration or by {}",
                path.display(),
                setting.env.first().copied().unwrap_or("a flag")
            ));
            continue;
        }
        values.insert(setting.key, items_of(path, setting, value)?);
    }
    Ok(values)
}

/// A project's file: whoever wrote it, it is read as what a stranger wrote.
fn read_project_file(path: &Path) -> io::Result<Option<String>> {
    let directory = path.parent().unwrap_or(Path::new("."));
    sconce_engine::read_small(directory, Path::new(path.file_name().unwrap_or_default()))
}

/// The user's own file, which may be a link to wherever the user keeps it.
pub(super) fn read_user_file(path: &Path) -> io::Result<Option<String>> {
    match std::fs::metadata(path) {
        Err(error) if is_nowhere(error.kind()) => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_file() => return Err(io::Error::other("it is no file")),
        Ok(_) => {}
    }
    let mut text = String::new();
    std::fs::File::open(path)?.take(sconce_engine::MAX_SMALL_BYTES).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Whether there is nothing at a path. Above it may lie what is no directory: a service's home is `/dev/null`.
fn is_nowhere(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Line and column of a byte, from 1.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn items_of(path: &Path, setting: &Setting, value: &toml::Value) -> Result<Vec<String>, Failure> {
    let list = matches!(setting.kind, ValueKind::PathList | ValueKind::TextList);
    let wrong = || {
        let wanted = if list { "an array of strings" } else { "a string, number or boolean" };
        Failure::usage(format!("{}: `{}` must be {wanted}", path.display(), setting.key))
    };
    match value {
        toml::Value::Array(items) if list => {
            items.iter().map(|item| scalar(item).ok_or_else(wrong)).collect()
        }
        other => scalar(other).map(|text| vec![text]).ok_or_else(wrong),
    }
}

fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        _ => None,
    }
}

fn unknown_key(path: &Path, key: &str) -> Failure {
    const LONGEST: usize = 40;
    // A word that can be a setting's name, and nothing else of what stands there.
    let plain = key.replace('-', "_");
    let is_letter = |b: u8| b.is_ascii_lowercase() || b == b'_';
    let is_word = (key.len() <= LONGEST && plain.bytes().all(is_letter))
        || setting(&plain.to_ascii_lowercase()).is_some();
    let named = if is_word { format!(" `{key}`") } else { String::new() };
    let failure = Failure::usage(format!("{}: unknown setting{named}", path.display()));
    match nearest(&plain, SETTINGS.iter().map(|setting| setting.key)) {
        Some(near) => failure.with_hint(format!("did you mean `{near}`?")),
        None => failure.with_hint("`sconce config show` lists every setting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_named_as_it_is_written_with_the_right_one() {
        for (key, right) in [("Data-Dir", "data_dir"), ("HOST", "host"), ("modle", "model")] {
            let failure = unknown_key(Path::new("a.toml"), key);
            assert!(failure.message.ends_with(&format!("unknown setting `{key}`")));
            assert_eq!(failure.hint, Some(format!("did you mean `{right}`?")));
        }
        let secret = unknown_key(Path::new("a.toml"), "k3y=secret");
        assert!(secret.message.ends_with("unknown setting"), "{}", secret.message);
    }
}
