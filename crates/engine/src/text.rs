//! What is embedded of a chunk.

use sconce_code::{Chunk, ParsedFile};

/// The longest header, in bytes: a model of 256 tokens must have most of them left for the code.
const LONGEST_HEADER: usize = 200;

/// The text that is embedded for a chunk: a header that says where it stands (its path and the
/// definitions around it), then its lines. `text` is the file's.
pub fn embedding_text(path: &str, text: &str, _parsed: &ParsedFile, chunk: &Chunk) -> String {
    let body = text.get(chunk.bytes.clone()).unwrap_or_default();
    let mut header = path.to_owned();
    for scope in &chunk.scopes {
        header.push_str(" > ");
        header.push_str(scope);
    }
    header.truncate(header.floor_char_boundary(LONGEST_HEADER));
    format!("{header}\n{body}")
}
