//! The line above code in an answer: where the code is, and what it is.

use sconce_code::LineRange;

use super::escaped;

/// `src/store.rs:120-168  method Store::connect`: a path, lines of it, and the kind and the name of what stands
/// there. `mcp/file_location` reads it back, as a place of another call.
pub(crate) fn heading(path: &str, lines: LineRange, symbol: Option<(&str, &str)>) -> String {
    let place = format!("{}:{}-{}", escaped(path), lines.start, lines.end);
    match symbol {
        Some((kind, name)) => format!("{place}  {kind} {}", escaped(name)),
        None => place,
    }
}

/// A line that tells a caller something beside the answer.
pub(crate) fn note(text: &str) -> String {
    format!("note: {}\n", escaped(text))
}
