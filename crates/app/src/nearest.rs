//! The nearest known word to a mistyped one.

/// Longest word that is compared, in bytes.
const LONGEST: usize = 256;

/// The candidate that differs least from `word`, if it differs little enough to be meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Nobody mistypes so much, and the time it takes grows with it.
    if word.len() > LONGEST {
        return None;
    }
    let allowed = (word.chars().count() / 3).max(1) + 1;
    candidates
        .into_iter()
        .map(|candidate| {
            (strsim::levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_recognised_and_another_word_is_not() {
        let words = ["model", "port", "database_url"];
        assert_eq!(nearest("modle", words), Some("model"));
        assert_eq!(nearest("databse_url", words), Some("database_url"));
        assert_eq!(nearest("completely", words), None);
    }
}
