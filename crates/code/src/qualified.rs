//! Names as they are written, with what they are qualified by.

/// A name and its qualifier.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Qualified {
    pub(crate) name: String,
    /// Outermost first.
    pub(crate) qualifier: Vec<String>,
    /// Whether the qualifier is a type, so that a function of this name is a method.
    pub(crate) of_type: bool,
}

/// What qualifies a name without being a scope: `module.exports.f`, `this.f`, `F.prototype.g`.
const NO_SCOPES: [&str; 11] = [
    "module",
    "exports",
    "this",
    "self",
    "window",
    "globalThis",
    "prototype",
    // PowerShell's.
    "script",
    "global",
    "$script",
    "$global",
];
const MAX_BYTES: usize = 256;

/// Splits a name as written: `Foo::bar`, `M.f`, `M:f`, `A\B`, `Foo<T>::~Foo`. A receiver, as Go
/// writes it (`*Store[T]`), comes before it all. `None` if nothing is left to name.
pub(crate) fn split(written: &str, receiver: Option<&str>) -> Option<Qualified> {
    let written: String = written.split_whitespace().collect::<Vec<_>>().join(" ");
    // A name of F# that says what it likes: ``adds up``.
    if let Some(name) = written.strip_prefix("``").and_then(|rest| rest.strip_suffix("``")) {
        let name = name[..name.floor_char_boundary(MAX_BYTES)].to_owned();
        let qualified = Qualified { name, qualifier: Vec::new(), of_type: false };
        return Some(qualified).filter(|found| !found.name.is_empty());
    }
    let written = unquoted(&written);
    // An operator as Haskell writes it alone: `(<+>)`.
    let operator = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let written = operator.filter(|name| !name.is_empty()).unwrap_or(written);
    // A Ruby symbol.
    let symbol = written.strip_prefix(':').filter(|rest| rest.starts_with(char::is_alphabetic));
    let written = symbol.unwrap_or(written);
    let (path, by_colons) = segments(written).unwrap_or_else(|| (vec![written], false));
    let (name, path) = path.split_last()?;
    let name = without_arguments(not_inline(name));
    if name.is_empty() || name.len() > MAX_BYTES || (NO_SCOPES.contains(&name) && !path.is_empty())
    {
        return None;
    }
    let is_received = receiver.is_some() || path.contains(&"prototype");
    let receiver = receiver.map(type_name).filter(|name| !name.is_empty());
    let qualifier: Vec<String> = receiver
        .into_iter()
        .chain(path.iter().map(|part| without_arguments(not_inline(part))))
        .filter(|part| !NO_SCOPES.contains(part) && !part.is_empty())
        .map(str::to_owned)
        .collect();
    let of_type = is_received || (by_colons && !qualifier.is_empty());
    Some(Qualified { name: name.to_owned(), qualifier, of_type })
}

/// A name that was taken apart, outermost part first. `None` where its last part is none.
pub(crate) fn of_path(parts: &[String]) -> Option<Qualified> {
    let on_one_line = |part: &String| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts: Vec<String> = parts.iter().map(on_one_line).collect();
    let name = parts.pop().filter(|name| !name.is_empty() && name.len() <= MAX_BYTES)?;
    Some(Qualified { name, qualifier: parts, of_type: false })
}

/// A name as it is written, on one line: nothing in it qualifies the rest.
pub(crate) fn whole(written: &str) -> Option<Qualified> {
    let written: String = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let written = without_tags(&written);
    // A heading may end as it began.
    let open = written.trim_end_matches('#');
    let written = if open.ends_with(' ') { open.trim_end() } else { &written };
    let name = unquoted(written);
    let name = name[..name.floor_char_boundary(MAX_BYTES)].to_owned();
    (!name.is_empty()).then(|| Qualified { name, qualifier: Vec::new(), of_type: false })
}

/// A heading without the tags of HTML in it, such as an anchor.
fn without_tags(written: &str) -> String {
    let mut rest = written;
    let mut plain = String::with_capacity(rest.len());
    if !rest.contains("</") && !rest.contains("/>") {
        return rest.to_owned();
    }
    while let Some((before, tag)) = rest.split_once('<') {
        let Some((_, after)) = tag.split_once('>') else { break };
        plain.push_str(before);
        rest = after;
    }
    plain.push_str(rest);
    if plain.trim().is_empty() { written.to_owned() } else { plain.trim().to_owned() }
}

/// A name that is written as a string. A quote alone is part of a name: Haskell's `foldl'`.
pub(crate) fn unquoted(written: &str) -> &str {
    let quoted = ['"', '\'', '`'].iter().find_map(|quote| {
        let rest = written.strip_prefix(*quote)?;
        rest.strip_suffix(*quote).filter(|inside| !inside.is_empty())
    });
    quoted.unwrap_or(written)
}

/// The parts of a qualified name, and whether a method's colons join them. `None` for an operator
/// or anything else that only looks like one.
fn segments(written: &str) -> Option<(Vec<&str>, bool)> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut by_colons) = (0, 0_usize, false);
    for (at, c) in written.char_indices() {
        if at == start && is_operator(&written[at..]) {
            break;
        }
        match c {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth = depth.saturating_sub(1),
            '.' | ':' | '\\' if depth == 0 => {
                by_colons |= c == ':';
                if at > start {
                    parts.push(&written[start..at]);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&written[start..]);
    let named = |part: &&str| {
        part.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '~' | '$' | '#' | '@'))
    };
    parts.iter().all(named).then_some((parts, by_colons))
}

/// Whether the rest of a name is an operator, whose type may be qualified in turn: `operator std::string`.
fn is_operator(rest: &str) -> bool {
    let behind = rest.strip_prefix("operator");
    behind.is_some_and(|behind| {
        behind.starts_with(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | ':' | '\\'))
    })
}

/// A namespace of C++ without what says that its members are those around it: `shop::inline v1`.
fn not_inline(name: &str) -> &str {
    name.strip_prefix("inline ").unwrap_or(name)
}

/// A name without type arguments: `Foo<T>` is `Foo`.
fn without_arguments(name: &str) -> &str {
    let is_name = name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    match name.find(['<', '[', '(']) {
        Some(at) if is_name && at > 0 && !name.starts_with("operator") => name[..at].trim_end(),
        _ => name.trim(),
    }
}

/// The bare name of a type: `*Store[T]` is `Store`, `&'a mut pkg.Store` too.
fn type_name(written: &str) -> &str {
    let written = written.trim_start_matches(['*', '&', '(', ' ']);
    let name = without_arguments(written);
    name.rsplit(['.', ':', ' ']).next().unwrap_or(name).trim_end_matches(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(written: &str, receiver: Option<&str>) -> (String, Vec<String>, bool) {
        let split = split(written, receiver).unwrap();
        (split.name, split.qualifier, split.of_type)
    }

    #[test]
    fn qualifiers_become_scopes() {
        let strings = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(parts("f", None), ("f".into(), vec![], false));
        assert_eq!(parts("Foo::bar", None), ("bar".into(), strings(&["Foo"]), true));
        assert_eq!(
            parts("a::Foo<T, b::C>::~Foo", None),
            ("~Foo".into(), strings(&["a", "Foo"]), true)
        );
        assert_eq!(parts("M.f", None), ("f".into(), strings(&["M"]), false));
        assert_eq!(parts("M:f", None), ("f".into(), strings(&["M"]), true));
        assert_eq!(parts("module.exports.f", None), ("f".into(), vec![], false));
        assert_eq!(parts("F.prototype.g", None), ("g".into(), strings(&["F"]), true));
        assert_eq!(parts("get", Some("*Store[T]")), ("get".into(), strings(&["Store"]), true));
        assert_eq!(parts("Foo<T>", None), ("Foo".into(), vec![], false));
        assert_eq!(split("module.exports", None), None);
        assert_eq!(parts("``a sum: 1.5``", None), ("a sum: 1.5".into(), vec![], false));
        assert_eq!(split("````", None), None);
    }

    #[test]
    fn operators_are_names() {
        for operator in ["::", "==", "[]", "operator==", "operator()", "<*>", ".", "+:", "<"] {
            assert_eq!(parts(operator, None), (operator.to_owned(), vec![], false));
        }
        assert_eq!(parts("(<+>)", None), ("<+>".into(), vec![], false));
    }
}
