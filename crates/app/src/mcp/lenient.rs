//! Defaults of arguments, and arguments that are one text or a list of texts, which a schema says as a text.
//!
//! All else that agents send in another form has the schema's type already (`normalize`).

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

pub(super) fn five() -> u32 {
    5
}

pub(super) fn ten() -> u32 {
    10
}

pub(super) fn four_thousand() -> u32 {
    4000
}

pub(super) fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// One text, or a list of texts; blank ones are left out.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = match OneOrMany::deserialize(deserializer) {
        Ok(OneOrMany::One(text)) => vec![text],
        Ok(OneOrMany::Many(texts)) => texts,
        Err(_) => return Err(D::Error::custom("expected a text or a list of texts")),
    };
    Ok(texts.into_iter().filter(|text| !text.trim().is_empty()).collect())
}

/// Words separated by commas, or a list of them.
pub(super) fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = texts(deserializer)?;
    let words = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    Ok(words.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}
