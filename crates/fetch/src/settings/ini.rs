//! `pip.conf`: sections, `key = value`, values that go on in indented lines.

/// The values of a file, in its order: section, key, value. Keys are written as on the command line
/// (`extra-index-url`), whatever the file uses.
pub(super) fn parse(text: &str) -> Vec<(String, String, String)> {
    let mut values: Vec<(String, String, String)> = Vec::new();
    let mut section = String::new();
    let mut is_open = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && is_open {
            if let Some((_, _, value)) = values.last_mut() {
                value.push('\n');
                value.push_str(trimmed);
            }
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
            is_open = false;
            continue;
        }
        let Some((key, value)) = trimmed.split_once(['=', ':']) else { continue };
        let key = key.trim().trim_start_matches("--").to_ascii_lowercase().replace('_', "-");
        values.push((section.clone(), key, value.trim().to_owned()));
        is_open = true;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_configparser_reads_it() {
        let text = "# a comment\n[global]\nindex_url = https://host/simple\nextra-index-url =\n    \
                    https://one/\n    # between\n    https://two/\n\n[install]\n--no-index: true\nbare\n";
        let expected = [
            ("global", "index-url", "https://host/simple"),
            ("global", "extra-index-url", "\nhttps://one/\nhttps://two/"),
            ("install", "no-index", "true"),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(parse(text), expected);
    }
}
