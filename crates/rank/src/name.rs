//! Names of symbols, as they are compared.

use sconce_code::words;

/// A name without case and separators, so that `HttpClient`, `http_client` and `httpClient` meet;
/// of a qualified one (Elixir's `Ecto.Schema`) the last part.
pub(crate) fn fold_name(name: &str) -> String {
    words::fold(last_part(name))
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The part of a qualified name behind its last separator.
pub(crate) fn last_part(name: &str) -> &str {
    let end = name.trim_end_matches(['?', '!', '=']);
    end.rsplit(['.', ':', '#', '/', '\\']).next().filter(|part| !part.is_empty()).unwrap_or(name)
}
