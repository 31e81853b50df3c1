//! The known names that a misspelt one may mean.

/// The known names nearest to `name`; the first of all where none is near.
pub(super) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let known: Vec<&str> = known.collect();
    let name = name.to_lowercase();
    let mut ranked: Vec<(usize, &str)> =
        known.iter().map(|candidate| (distance(&name, candidate), *candidate)).collect();
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

/// Edits between two short words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_edits() {
        assert_eq!(distance("pyton", "python"), 1);
        assert_eq!(distance("", "go"), 2);
        assert_eq!(distance("rust", "rust"), 0);
    }
}
