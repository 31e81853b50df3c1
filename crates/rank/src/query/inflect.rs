//! English forms of a word: what else a comment or a name may say for it.
//!
//! Words are not stemmed in the index; a query is widened instead. A form that is no word costs a
//! look-up that finds nothing.

/// Shorter words have few forms.
const SHORTEST: usize = 4;

/// The word without its plural ending, where it has one.
pub(super) fn singular(word: &str) -> Option<String> {
    if word.len() < SHORTEST || !word.is_ascii() {
        return None;
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return Some(word[..word.len() - 2].to_owned());
        }
    }
    let keeps = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
    word.strip_suffix('s').filter(|_| !keeps).map(str::to_owned)
}

/// The word in the other number; nothing of what is no word.
pub(super) fn number(word: &str) -> Option<String> {
    if word.len() < SHORTEST || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    singular(word).or_else(|| Some(plural(word)))
}

/// The same English word in other numbers and tenses; some of them are no words.
///
/// ```
/// let forms = sconce_rank::inflections("parses");
/// assert!(["parse", "parsed", "parsing"].iter().all(|form| forms.iter().any(|one| one == form)));
/// ```
pub fn inflections(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if !word.is_ascii() || word.len() < 2 || word.bytes().any(|b| b.is_ascii_digit()) {
        return forms;
    }
    for base in bases(word) {
        forms.push(base.clone());
        forms.push(plural(&base));
        if base.len() < 3 {
            continue;
        }
        let stem = base.strip_suffix('e').unwrap_or(&base);
        forms.push(format!("{stem}ing"));
        match base.strip_suffix('y').filter(|stem| !ends_with_vowel(stem)) {
            Some(stem) => forms.push(format!("{stem}ied")),
            None => forms.push(format!("{stem}ed")),
        }
        if let Some(doubled) = doubled(&base) {
            forms.push(format!("{doubled}ing"));
            forms.push(format!("{doubled}ed"));
        }
    }
    forms.retain(|form| form != word && form.len() > 1);
    forms
}

/// Words of the same family: `parser`, `serialization`, `validator`, `registration`.
pub(super) fn derivations(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if !word.is_ascii() || word.len() < 3 || word.bytes().any(|b| b.is_ascii_digit()) {
        return forms;
    }
    if word.len() < SHORTEST {
        return doers(word);
    }
    let mut roots = bases(word);
    roots.push(word.to_owned());
    roots.extend(roots_of(word));
    if let Some(singular) = singular(word) {
        roots.extend(roots_of(&singular));
    }
    roots.sort();
    roots.dedup();
    for root in roots.iter().filter(|root| root.len() >= 3) {
        let stem = root.strip_suffix('e').unwrap_or(root);
        forms.push(root.clone());
        forms.push(plural(root));
        for ending in ["er", "ers", "or", "ors", "ing", "ed", "ion", "ions", "ation", "able"] {
            forms.push(format!("{stem}{ending}"));
        }
        if let Some(doubled) = doubled(root) {
            forms.push(format!("{doubled}er"));
        }
        forms.push(format!("{root}ment"));
        if let Some(stem) = root.strip_suffix('y') {
            forms.push(format!("{stem}ication"));
            forms.push(format!("{stem}ier"));
        }
    }
    forms.retain(|form| form != word);
    forms
}

/// Who does what a short word says: `mixer`, `logger`. Its other relatives are mostly no words.
fn doers(word: &str) -> Vec<String> {
    let stem = word.strip_suffix('e').unwrap_or(word);
    let doubled = doubled(word);
    let stems = std::iter::once(stem).chain(doubled.as_deref());
    stems.flat_map(|stem| [format!("{stem}er"), format!("{stem}ers")]).collect()
}

/// What the word may be an inflection of, itself included.
fn bases(word: &str) -> Vec<String> {
    let mut bases = vec![word.to_owned()];
    bases.extend(singular(word));
    for ending in ["ing", "ed"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() >= 3) {
            bases.push(stem.to_owned());
            bases.push(format!("{stem}e"));
            let bytes = stem.as_bytes();
            if bytes[bytes.len() - 1] == bytes[bytes.len() - 2] {
                bases.push(stem[..stem.len() - 1].to_owned());
            }
        }
    }
    if let Some(stem) = word.strip_suffix("ied") {
        bases.push(format!("{stem}y"));
    }
    bases
}

/// What the word may be derived from.
fn roots_of(word: &str) -> Vec<String> {
    let mut roots = Vec::new();
    let mut take = |ending: &str, with: &[&str]| {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() >= 3) {
            roots.extend(with.iter().map(|last| format!("{stem}{last}")));
        }
    };
    take("er", &["", "e"]);
    take("or", &["", "e"]);
    take("ier", &["y"]);
    take("ion", &["", "e"]);
    take("ation", &["", "e", "ate"]);
    take("ication", &["y"]);
    take("ment", &[""]);
    take("able", &["", "e"]);
    take("ive", &["", "e"]);
    take("al", &["", "e"]);
    take("ly", &[""]);
    take("ness", &[""]);
    take("ity", &["", "e"]);
    roots
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y').filter(|stem| !ends_with_vowel(stem)) {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => {
            format!("{word}es")
        }
        None => format!("{word}s"),
    }
}

fn ends_with_vowel(text: &str) -> bool {
    text.ends_with(['a', 'e', 'i', 'o', 'u'])
}

/// `run` as `runn`: a short stem that ends in consonant, vowel, consonant.
fn doubled(word: &str) -> Option<String> {
    let bytes = word.as_bytes();
    let [.., before, vowel, last] = bytes else { return None };
    let is_vowel = |byte: &u8| b"aeiou".contains(byte);
    let doubles = !is_vowel(before)
        && is_vowel(vowel)
        && !is_vowel(last)
        && !b"wxy".contains(last)
        && word.is_ascii();
    doubles.then(|| format!("{word}{}", char::from(*last)))
}
