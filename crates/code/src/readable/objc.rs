//! Objective-C without the macros around its declarations.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Mask;
use super::c_conditionals::cut_through;
use super::c_tokens::tokens_and_directives;

/// The text without conditions that cut through something, without what macros say of pointers and availability, and with `typedef NS_ENUM(…, Name)` as
/// the `enum Name` that it is.
pub(crate) fn without_macros(text: &str) -> Cow<'_, str> {
    static MACROS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let macros = r"\bNS_(?:ASSUME_NONNULL_(?:BEGIN|END)|UNAVAILABLE|DESIGNATED_INITIALIZER|REQUIRES_SUPER)\b";
        Regex::new(macros).ok()
    });
    static ENUMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let heads = r"typedef[ \t]+NS_(?:CLOSED_)?(?:ENUM|OPTIONS|ERROR_ENUM)[ \t]*\([^,()\n]+,[ \t]*\w+[ \t]*(\))";
        Regex::new(heads).ok()
    });
    let mut mask = Mask::new(text, None);
    let (tokens, directives) = tokens_and_directives(text);
    for left_out in cut_through(text, &tokens, &directives) {
        mask.blank_lines(left_out);
    }
    if !text.contains("NS_") {
        return mask.finish();
    }
    for found in MACROS.iter().flat_map(|macros| macros.find_iter(text)) {
        mask.blank(found.range());
    }
    for found in ENUMS.iter().flat_map(|enums| enums.captures_iter(text)) {
        let (Some(head), Some(close)) = (found.get(0), found.get(1)) else { continue };
        let Some(comma) = head.as_str().rfind(',') else { continue };
        mask.write(head.start()..head.start() + comma + 1, "enum");
        mask.blank(close.range());
    }
    mask.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enum_is_called_as_its_macro_says() {
        let text = "NS_ASSUME_NONNULL_BEGIN\ntypedef NS_ENUM(NSInteger, Kind) { KindOne };\n";
        let read = "                       \nenum                       Kind  { KindOne };\n";
        assert_eq!(without_macros(text), read);
        assert_eq!(without_macros("typedef NS_ENUM;"), "typedef NS_ENUM;");
    }
}
