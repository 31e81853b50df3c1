//! Languages that are names and nothing else: those of projects. What reads their files is known to the jobs that
//! read them; a search asks for the name alone, under which a file is stored.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::languages::{Class, Row};

/// So many are told apart in a process. One costs some hundred bytes, for as long as the process lives.
const MOST: usize = 4096;
/// No name of a language is longer.
pub(crate) const MAX_NAME_BYTES: usize = 64;

/// The row of what no file is in.
static NOTHING: Row = row("");

#[derive(Default)]
struct Names {
    rows: Vec<&'static Row>,
    places: HashMap<&'static str, usize>,
}

static NAMES: LazyLock<RwLock<Names>> = LazyLock::new(RwLock::default);

/// The place of a name, which is entered where it is new; `None` where there are enough.
pub(crate) fn place_of(name: &str) -> Option<usize> {
    let known = |names: &Names| names.places.get(name).copied();
    if let Some(place) = known(&NAMES.read().unwrap_or_else(PoisonError::into_inner)) {
        return Some(place);
    }
    let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = known(&names) {
        return Some(place);
    }
    if name.is_empty() || name.len() > MAX_NAME_BYTES || names.rows.len() >= MOST {
        return None;
    }
    let name: &'static str = String::leak(name.to_owned());
    names.rows.push(Box::leak(Box::new(row(name))));
    let place = names.rows.len();
    names.places.insert(name, place);
    Some(place)
}

/// The row at a place: at 0 that of no language.
pub(crate) fn row_at(place: usize) -> Option<&'static Row> {
    let Some(index) = place.checked_sub(1) else { return Some(&NOTHING) };
    NAMES.read().unwrap_or_else(PoisonError::into_inner).rows.get(index).copied()
}

const fn row(name: &'static str) -> Row {
    Row {
        name,
        title: name,
        aliases: &[],
        extensions: &[],
        file_names: &[],
        interpreters: &[],
        class: Class::Data,
        passes: &[],
        grammar: None,
        lines: None,
    }
}
