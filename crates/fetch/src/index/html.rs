//! The simple API as HTML (PEP 503), and any page with links: the anchors of a page, as far as a
//! browser would find them.

use super::Link;
use crate::Address;

/// The links of a page, in its order.
pub(super) fn links(text: &str, place: &Address) -> Vec<Link> {
    let mut base = place.clone();
    let mut links = Vec::new();
    for tag in (Tags { rest: text }) {
        let attribute = |name: &str| {
            let found = tag.attributes.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str())
        };
        match (tag.name.as_str(), attribute("href")) {
            ("base", Some(href)) => base = base.join(href).unwrap_or(base),
            ("a", Some(href)) => {
                let Some(address) = base.join(href) else { continue };
                let Some(file) = address.file_name().filter(|file| !file.is_empty()) else {
                    continue;
                };
                links.push(Link { address, file, yanked: attribute("data-yanked").is_some() });
            }
            _ => {}
        }
    }
    links
}

/// An opening tag, its name and its attributes' names in lower case.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

/// The opening tags of a page. What stands in comments, scripts and styles is none.
struct Tags<'a> {
    rest: &'a str,
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let start = self.rest.find('<')?;
            self.rest = &self.rest[start + 1..];
            if let Some(comment) = self.rest.strip_prefix("!--") {
                self.rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            if !self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
            let (name, after) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            let name = name.to_ascii_lowercase();
            let attributes = self.attributes(after);
            if matches!(name.as_str(), "script" | "style") {
                self.skip_to_end_of(&name);
                continue;
            }
            return Some(Tag { name, attributes });
        }
    }
}

impl<'a> Tags<'a> {
    /// Reads attributes up to the tag's end.
    fn attributes(&mut self, mut rest: &'a str) -> Vec<(String, String)> {
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                self.rest = rest;
                return attributes;
            }
            if let Some(after) = rest.strip_prefix('>') {
                self.rest = after;
                return attributes;
            }
            // an attribute may begin with `=`: that one belongs to its name
            let end = rest
                .char_indices()
                .position(|(at, c)| {
                    c.is_whitespace() || matches!(c, '/' | '>') || c == '=' && at > 0
                })
                .and_then(|count| rest.char_indices().nth(count))
                .map_or(rest.len(), |(at, _)| at);
            let (name, after) = rest.split_at(end);
            rest = after.trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                (value, rest) = attribute_value(after.trim_start());
            }
            attributes.push((name.to_ascii_lowercase(), unescaped(value)));
        }
    }

    fn skip_to_end_of(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.rest = &self.rest[at + 2..];
            if self.rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                return;
            }
        }
        self.rest = "";
    }
}

/// A value in quotes of either kind, or up to the next space; and what comes after it.
fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(after) = text.strip_prefix(quote) {
            return after.split_once(quote).unwrap_or((after, ""));
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// Puts the characters for the entities that an address can hold.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.split_once(';').filter(|(name, _)| name.len() <= 10);
        let found = entity.and_then(|(name, after)| Some((character(&name[1..])?, after)));
        let (c, after) = found.unwrap_or(('&', &rest[1..]));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => match name.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
            digits => number(digits, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String, bool)> {
        let place = Address::parse("https://host/simple/a/").unwrap();
        let shown = |link: Link| (link.file, link.address.url().to_string(), link.yanked);
        links(text, &place).into_iter().map(shown).collect()
    }

    #[test]
    fn anchors_are_found_as_a_browser_finds_them() {
        let text = r#"<!DOCTYPE html><html><head><title>Links for a</title></head><body>
            <!-- <a href="commented.whl">no</a> --><script>'<a href="script.whl">'</script>
            <A class=x HREF='../../f/a-1.whl#sha256=00' data-yanked="">a-1.whl</A><br/>
            <a href=a-2.whl data-requires-python="&gt;=3.8">a-2.whl</a>
            <a
              href = "https://cdn/x/a%2B3.whl?t=1&amp;s=&#50;"
            >a-3</a><a name="top">no</a><abbr href="no.whl"></abbr>"#;
        let expected = [
            ("a-1.whl", "https://host/f/a-1.whl#sha256=00", true),
            ("a-2.whl", "https://host/simple/a/a-2.whl", false),
            ("a+3.whl", "https://cdn/x/a%2B3.whl?t=1&s=2", false),
        ];
        let expected = expected.map(|(file, url, yanked)| (file.into(), url.into(), yanked));
        assert_eq!(found(text), expected);
    }

    #[test]
    fn the_base_of_a_page_counts() {
        let text = r#"<base href="https://cdn/files/"><a href="a.whl">a</a>"#;
        assert_eq!(found(text)[0].1, "https://cdn/files/a.whl");
    }

    #[test]
    fn any_text_ends() {
        for text in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href='",
            "<!--",
            "<script>",
            "&#x;",
            "<a =",
            "<a ü=ü>",
        ] {
            found(text);
        }
        assert_eq!(unescaped("&unknown; &#x41; &"), "&unknown; A &");
    }
}
