//! What is embedded of a chunk.

/// The longest header, in bytes: a model of 256 tokens must have most of them left for the code.
const LONGEST_HEADER: usize = 200;

/// The path's last parts that the header has: the file and its directory. More brings nothing
/// (docs/retrieval.md), and without them a directory that is renamed further up embeds nothing again.
const PATH_PARTS: usize = 2;

/// The text that is embedded for a chunk: a header that says where it stands (its directory, its file
/// and the definitions around it), then its lines, `content`.
///
/// The database cannot hold a NUL, so there is none in it: what is read back says the same.
pub fn embedding_text(path: &str, scopes: &[String], content: &str) -> String {
    let cut = path.rmatch_indices('/').nth(PATH_PARTS - 1);
    let mut header = cut.map_or(path, |(at, _)| &path[at + 1..]).to_owned();
    for scope in scopes {
        header.push_str(" > ");
        header.push_str(scope);
    }
    header.truncate(header.floor_char_boundary(LONGEST_HEADER));
    let text = format!("{header}\n{content}");
    if text.contains('\0') { text.replace('\0', " ") } else { text }
}
