//! The known names that a misspelt one may mean.

/// Longest name that is compared, in bytes: nobody mistypes so much, and the time it takes grows with it.
const LONGEST: usize = 256;
/// The most names that are near.
const MOST: usize = 3;

/// The known names nearest to `name`, whatever their case, the nearest first and at most three; none where none is
/// near, since a far one would mislead.
pub fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if name.len() > LONGEST {
        return Vec::new();
    }
    let name = name.trim().to_lowercase();
    let letters = name.chars().count();
    // Of a short name every other letter makes another name.
    let allowed = (letters / 3).min(2);
    let ranked = known.into_iter().filter_map(|known| {
        let candidate = known.to_lowercase();
        let distance = strsim::damerau_levenshtein(&name, &candidate);
        let is_near = distance <= allowed || (letters > 2 && candidate.starts_with(&name));
        is_near.then_some((distance, known))
    });
    let mut ranked: Vec<(usize, &str)> = ranked.collect();
    ranked.sort_unstable();
    ranked.into_iter().take(MOST).map(|(_, known)| known).collect()
}

/// The known name nearest to `name`, where one is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(name, known).into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_far_name_is_none() {
        let known = ["go", "rust", "python", "html", "lua", "yaml", "java", "javascript", "zig"];
        let near = |name| near(name, known);
        assert_eq!(near("pyton"), ["python"]);
        assert_eq!(near("javascirpt"), ["javascript"]);
        assert_eq!(near("rsut"), ["rust"]);
        assert_eq!(near("java"), ["java", "javascript"]);
        for far in ["all", "q", "klingon", "zzz", "dart", "ocaml"] {
            assert_eq!(near(far), [""; 0], "{far}");
        }
        assert_eq!(super::near("databse_url", ["model", "DATABASE_URL"]), ["DATABASE_URL"]);
    }
}
