//! Text as PostgreSQL takes it.

use std::borrow::Cow;

/// The text without NUL characters, which PostgreSQL can't hold. Each becomes a space, so that byte
/// offsets into the text stay right.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', " ")) } else { Cow::Borrowed(text) }
}
