//! Objective-C without the macros around its declarations.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::c_conditionals::cut_through;
use super::c_tokens::tokens_and_directives;
use super::{Mask, parentheses_len};

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
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    let (tokens, directives) = tokens_and_directives(text);
    for left_out in cut_through(text, &tokens, &directives) {
        mask.blank_lines(left_out);
    }
    for macros in before_classes(text) {
        mask.blank_lines(macros);
    }
    if text.contains("RCT_") {
        mask_modules(text, &mut mask);
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

/// The macros that stand before classes, with the comments behind them. Those that the grammar knows stay: the
/// class begins with them.
fn before_classes(text: &str) -> Vec<Range<usize>> {
    static HEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let heads = concat!(
            r"(?m)^[ \t]*((?:(?:[A-Z][A-Z0-9_]+|__attribute__|\[\[[^\]\n]*\]\])",
            r"(?:[ \t]*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?\s*(?://[^\n]*\s)?\s*)+)",
            r"@(?:interface|protocol|implementation)\b"
        );
        Regex::new(heads).ok()
    });
    static KNOWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let known = r"(?:__attribute__|API_AVAILABLE|API_UNAVAILABLE)[ \t]*\((?:[^()]|\([^()]*\))*\)|NS_SWIFT_NAME\(\w+\)";
        Regex::new(known).ok()
    });
    let mut macros = Vec::new();
    let heads = HEADS.iter().flat_map(|heads| heads.captures_iter(text));
    for head in heads.filter_map(|head| Some(head.get(1)?.range())) {
        let mut start = head.start;
        for known in KNOWN.iter().flat_map(|known| known.find_iter(&text[head.clone()])) {
            macros.push(start..head.start + known.start());
            start = head.start + known.end();
        }
        macros.push(start..head.end);
    }
    macros
}

/// No head of an exported method is longer.
const LONGEST_EXPORT: usize = 4 << 10;

/// Masks what React Native's macros have around a module's methods: `RCT_EXPORT_METHOD(add:(int)a)` is read as the
/// method that it becomes, and `RCT_EXPORT_MODULE()` is blank.
fn mask_modules(text: &str, mask: &mut Mask<'_>) {
    static MACROS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let macros = r"(?m)^[ \t]*(RCT_EX(?:PORT|TERN)_(?:MODULE|VIEW_PROPERTY|(?:__)?(?:BLOCKING_SYNCHRONOUS_)?METHOD)[ \t]*)(\()";
        Regex::new(macros).ok()
    });
    for found in MACROS.iter().flat_map(|macros| macros.captures_iter(text)) {
        let (Some(name), Some(open)) = (found.get(1), found.get(2)) else { continue };
        let near = &text[open.start()..text.floor_char_boundary(open.start() + LONGEST_EXPORT)];
        let Some(length) = parentheses_len(near) else { continue };
        let end = open.start() + length;
        if !name.as_str().trim_end().ends_with("METHOD") {
            mask.blank_lines(name.start()..end);
            continue;
        }
        mask.write(name.start()..open.end(), "- (void)");
        // A method that is written in another language has no body here.
        let has_body = text[end..].trim_start().starts_with('{');
        mask.put(end - 1, if has_body { " " } else { ";" });
    }
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

    #[test]
    fn macros_before_a_class_are_blank_and_known_attributes_stay() {
        let text = "/// Ours.\nSHOP_FINAL // yes\nAPI_AVAILABLE(ios(13.0))\n[[clang::x]]\n@interface A : B\n";
        let read = "/// Ours.\n                 \nAPI_AVAILABLE(ios(13.0))\n            \n@interface A : B\n";
        assert_eq!(without_macros(text), read);
        for plain in [
            "SHOP_FINAL\nint a;\n@interface A\n",
            "Shop\n@protocol A\n",
            "#define A\n@protocol B\n",
        ] {
            assert_eq!(without_macros(plain), plain);
        }
    }

    #[test]
    fn an_exported_method_is_read_as_a_method() {
        let text = "RCT_EXPORT_MODULE()\nRCT_EXPORT_METHOD(add:(int)a to:(f (*)(int))b)\n{\n}\nRCT_EXTERN_METHOD(go:(int)x)\n";
        let read = "                   \n- (void)          add:(int)a to:(f (*)(int))b \n{\n}\n- (void)          go:(int)x;\n";
        assert_eq!(without_macros(text), read);
        assert_eq!(without_macros("RCT_EXPORT_METHOD(a"), "RCT_EXPORT_METHOD(a");
    }
}
