//! The known names that a misspelt one may mean.

/// Languages that a name may be of although none here is called so: nothing is near to them.
const OTHERS: [&str; 23] = [
    "abap",
    "apex",
    "awk",
    "cobol",
    "coffeescript",
    "crystal",
    "d",
    "haxe",
    "idris",
    "lisp",
    "matlab",
    "mojo",
    "octave",
    "odin",
    "prolog",
    "purescript",
    "racket",
    "reason",
    "scheme",
    "smalltalk",
    "tcl",
    "v",
    "vala",
];

/// The known names nearest to `name`, at most three; none where none is near, since a far one would
/// mislead.
pub(super) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = name.trim().to_lowercase();
    let letters = name.chars().count();
    // Of a short name every other letter makes another name.
    let allowed = (letters / 3).min(2);
    if OTHERS.contains(&name.as_str()) {
        return Vec::new();
    }
    let mut ranked: Vec<(usize, &str)> = known
        .map(|candidate| (strsim::damerau_levenshtein(&name, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= allowed || (letters > 2 && candidate.starts_with(&name))
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().take(3).map(|(_, candidate)| candidate.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_far_name_is_none() {
        let known = ["go", "rust", "python", "html", "lua", "yaml", "java", "javascript", "zig"];
        let near = |name| near(name, known.into_iter());
        assert_eq!(near("pyton"), ["python"]);
        assert_eq!(near("javascirpt"), ["javascript"]);
        assert_eq!(near("rsut"), ["rust"]);
        assert_eq!(near("java"), ["java", "javascript"]);
        for far in ["all", "vue", "q", "klingon", "zzz", "dart", "ocaml"] {
            assert_eq!(near(far), [""; 0], "{far}");
        }
    }
}
