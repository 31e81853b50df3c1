//! The known names that a misspelt one may mean.

/// The known names nearest to `name`; the first of all where none is near.
pub(super) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let known: Vec<&str> = known.collect();
    let name = name.to_lowercase();
    let mut ranked: Vec<(usize, &str)> =
        known.iter().map(|candidate| (strsim::levenshtein(&name, candidate), *candidate)).collect();
    ranked.sort_unstable();
    let close: Vec<String> = ranked
        .iter()
        .filter(|(distance, candidate)| {
            *distance <= 2 || (name.len() > 2 && candidate.starts_with(&name))
        })
        .take(3)
        .map(|(_, candidate)| (*candidate).to_owned())
        .collect();
    let all = || known.iter().take(12).map(|candidate| (*candidate).to_owned()).collect();
    if close.is_empty() { all() } else { close }
}
