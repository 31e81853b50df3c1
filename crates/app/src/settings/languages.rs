//! `languages.toml`, beside the user's `sconce.toml`: languages that the user adds.
//!
//! They hold for all that a server indexes. Those of a project hold for its own files, and are read by the engine.

use std::path::Path;

use sconce_code::NewLanguage;
use serde::Deserialize;
use toml::Spanned;

use super::file::{place, read_user_file};

/// Name of the file.
const FILE_NAME: &str = "languages.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    #[serde(default)]
    language: Vec<Spanned<toml::Value>>,
}

/// Adds the languages of the `languages.toml` beside `file`, and says which of them are wrong, each with
/// its line; the others are there all the same.
pub(crate) fn add_languages(file: &Path) -> Vec<String> {
    let path = file.with_file_name(FILE_NAME);
    let text = match read_user_file(&path) {
        Ok(Some(text)) => text,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![format!("cannot read {}: {error}", path.display())],
    };
    let says = |at: usize, what: &str| format!("{}:{}: {what}", path.display(), place(&text, at).0);
    let languages: Languages = match toml::from_str(&text) {
        Ok(languages) => languages,
        Err(error) => {
            return vec![says(error.span().map_or(0, |span| span.start), error.message())];
        }
    };
    let mut wrong = Vec::new();
    for entry in languages.language {
        let at = entry.span().start;
        let added = NewLanguage::deserialize(entry.into_inner())
            .map_err(|error| error.message().to_owned())
            .and_then(|new| sconce_code::add_language(&new).map_err(|error| error.to_string()));
        if let Err(error) = added {
            wrong.push(says(at, &error));
        }
    }
    wrong
}
