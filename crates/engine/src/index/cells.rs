//! A notebook, parsed cell by cell: what is wrong in one cell spoils no other, and each keeps its lines.

use sconce_code::{ChunkOptions, LineRange, ParseStatus, ParsedFile};

use super::parse::Parser;
use crate::source::{Cells, Content};

/// The chunks and symbols of all cells, by their places in the text and their lines in the file.
pub(super) fn parse_cells(
    parser: &mut Parser<'_>,
    path: &str,
    content: &Content,
    notebook: &Cells,
    options: &ChunkOptions,
) -> ParsedFile {
    let mut all = ParsedFile {
        status: ParseStatus::Ok,
        chunks: Vec::new(),
        symbols: Vec::new(),
        imports: Vec::new(),
    };
    for cell in &notebook.cells {
        let text = &content.text[cell.bytes.clone()];
        let parsed = parser.parse(path, text, &content.hash, cell.language, options);
        append(&mut all, parsed, cell.bytes.start, cell.first_line - 1);
    }
    all
}

/// Appends what was parsed of a text that begins at a byte, after so many lines.
fn append(all: &mut ParsedFile, parsed: ParsedFile, byte: usize, line: u32) {
    let moved = |lines: LineRange| LineRange { start: lines.start + line, end: lines.end + line };
    let symbols_before = all.symbols.len();
    if !matches!(parsed.status, ParseStatus::Ok | ParseStatus::NoGrammar) {
        all.status = ParseStatus::Partial;
    }
    for mut chunk in parsed.chunks {
        chunk.bytes = chunk.bytes.start + byte..chunk.bytes.end + byte;
        chunk.lines = moved(chunk.lines);
        for symbol in &mut chunk.symbols {
            *symbol += symbols_before;
        }
        all.chunks.push(chunk);
    }
    for mut symbol in parsed.symbols {
        symbol.bytes = symbol.bytes.start + byte..symbol.bytes.end + byte;
        symbol.lines = moved(symbol.lines);
        symbol.name_line += line;
        all.symbols.push(symbol);
    }
    for mut import in parsed.imports {
        import.line += line;
        all.imports.push(import);
    }
}
