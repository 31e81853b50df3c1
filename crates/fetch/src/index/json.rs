//! The simple API as JSON (PEP 691).

use serde::Deserialize;

use super::Link;
use crate::Address;

#[derive(Deserialize)]
struct Page {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    url: String,
    /// `false`, `true`, or the reason.
    #[serde(default)]
    yanked: serde_json::Value,
}

/// The links of a page, in its order.
pub(super) fn links(text: &str, place: &Address) -> Result<Vec<Link>, String> {
    let page: Page = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let link = |file: File| {
        let yanked = file.yanked == true || file.yanked.is_string();
        Some(Link { address: place.join(&file.url)?, file: file.filename, yanked })
    };
    Ok(page.files.into_iter().filter_map(link).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_to_the_page_and_yanked_ones_marked() {
        let place = Address::parse("https://host/simple/a/").unwrap();
        let text = r#"{"meta": {"api-version": "1.1"}, "name": "a", "files": [
            {"filename": "a-1.whl", "url": "../../f/a-1.whl", "hashes": {}, "yanked": "broken"},
            {"filename": "a-2.whl", "url": "https://cdn/a-2.whl", "hashes": {}, "yanked": false},
            {"filename": "a-3.whl", "url": "a-3.whl", "hashes": {"sha256": "0"}}]}"#;
        let links = links(text, &place).unwrap();
        let shown: Vec<_> =
            links.iter().map(|l| (l.file.as_str(), l.address.to_string(), l.yanked)).collect();
        assert_eq!(shown[0], ("a-1.whl", "https://host/f/a-1.whl".to_owned(), true));
        assert_eq!(shown[1], ("a-2.whl", "https://cdn/a-2.whl".to_owned(), false));
        assert_eq!(shown[2], ("a-3.whl", "https://host/simple/a/a-3.whl".to_owned(), false));
        assert!(super::links("<html>", &place).is_err());
    }
}
