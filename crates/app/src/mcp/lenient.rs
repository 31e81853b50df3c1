//! Arguments as agents send them, read leniently.
//!
//! Agents send numbers as text, one value where a list is meant, and `null` for what they leave
//! out. All of that is understood; a name or a value that is not, is an error that shows a
//! corrected call.

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

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = Option::<OneOrMany>::deserialize(deserializer)
        .map_err(|_| D::Error::custom("expected a text or a list of texts"))?;
    Ok(match value {
        None => vec![],
        Some(OneOrMany::One(text)) => vec![text],
        Some(OneOrMany::Many(texts)) => texts,
    })
}

/// A list, or one text that stands for a list of one.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = one_or_many(deserializer)?;
    Ok(texts.into_iter().filter(|text| !text.trim().is_empty()).collect())
}

/// Words separated by commas, or a list of them.
pub(super) fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = one_or_many(deserializer)?;
    let words = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    Ok(words.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

fn whole<E: serde::de::Error>(value: &serde_json::Value) -> Result<u32, E> {
    let number = match value {
        serde_json::Value::Number(number) => number.as_f64(),
        serde_json::Value::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    number
        .filter(|n| n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(n))
        .map(|n| n as u32)
        .ok_or_else(|| E::custom(format!("{value} is not a whole number of 0 or more")))
}

/// A whole number, or the text of one. `null` is 0, as for what has no other default.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    whole(&serde_json::Value::deserialize(deserializer)?)
}

pub(super) fn optional_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u32>, D::Error> {
    match Option::<serde_json::Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) => whole(&value).map(Some),
    }
}

/// A boolean, or the text of one.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Bool(flag) => Ok(flag),
        serde_json::Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        serde_json::Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(D::Error::custom(format!("{other} is neither true nor false"))),
    }
}
