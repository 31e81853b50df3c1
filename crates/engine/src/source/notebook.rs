//! Jupyter notebooks by their cells: code and prose as they are written, outputs left out.
//!
//! Each cell is a text of its own, and keeps the lines that it has in the file, so that a result's lines
//! are those that an editor of text shows: notebooks are saved with a line of the file for each line of
//! a cell. Where one is not, its lines count on from where the cell begins.

use std::ops::Range;
use std::path::Path;

use sconce_code::Language;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::SkipReason;

#[derive(Deserialize)]
struct Notebook<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
    /// Before the fourth format the cells lay in sheets.
    #[serde(borrow, default)]
    worksheets: Vec<Sheet<'a>>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Sheet<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    cell_type: Option<String>,
    #[serde(borrow, default, alias = "input")]
    source: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    kernelspec: Option<Kernel>,
    language_info: Option<Kernel>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kernel {
    language: Option<String>,
    name: Option<String>,
}

/// A cell in the text of a notebook's cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellRange {
    /// Where it lies in the text.
    pub(crate) bytes: Range<usize>,
    /// Its first line in the file, from 1.
    pub(crate) first_line: u32,
    /// What it is written in.
    pub(crate) language: Option<Language>,
}

/// A notebook without its outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cells {
    /// All cells, in order.
    pub(crate) cells: Vec<CellRange>,
    /// The language of its kernel.
    pub(crate) language: Language,
}

/// The text of a notebook's cells, and which they are; any other file's text as it is.
pub(super) fn cells_of(path: &Path, text: String) -> Result<(String, Option<Cells>), SkipReason> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ipynb")) {
        return Ok((text, None));
    }
    let cells = read(&text).or_else(|| read(&with_plain_numbers(&text)?));
    let (text, cells) = cells.ok_or(SkipReason::Data)?;
    if cells.cells.is_empty() { Err(SkipReason::Empty) } else { Ok((text, Some(cells))) }
}

fn read(json: &str) -> Option<(String, Cells)> {
    let notebook: Notebook<'_> = serde_json::from_str(json).ok()?;
    let language = notebook.metadata.unwrap_or_default().language()?;
    let mut reader =
        Reader { json, at: 0, line: 1, text: String::new(), cells: Vec::new(), free: 1 };
    let sheets = notebook.worksheets.into_iter().flat_map(|sheet| sheet.cells);
    for cell in notebook.cells.into_iter().chain(sheets) {
        reader.add(&cell, language);
    }
    Some((reader.text, Cells { cells: reader.cells, language }))
}

/// A notebook without the numbers that Python writes and JSON has not, byte for byte in their place;
/// none where there are none.
fn with_plain_numbers(json: &str) -> Option<String> {
    const NUMBERS: [(&str, &str); 2] = [("NaN", "0.0"), ("Infinity", "0.000000")];
    let mut plain = String::with_capacity(json.len());
    let (mut rest, mut in_string, mut is_changed) = (json, false, false);
    while let Some(at) = rest.find(['"', '\\', 'N', 'I']) {
        let (before, found) = rest.split_at(at);
        plain.push_str(before);
        let number = NUMBERS.iter().find(|(name, _)| !in_string && found.starts_with(name));
        let taken = if let Some((name, number)) = number {
            plain.push_str(number);
            is_changed = true;
            name.len()
        } else {
            let is_escape = in_string && found.starts_with('\\');
            in_string ^= found.starts_with('"');
            let escaped = found[1..].chars().next().filter(|_| is_escape);
            let taken = 1 + escaped.map_or(0, char::len_utf8);
            plain.push_str(&found[..taken]);
            taken
        };
        rest = &found[taken..];
    }
    plain.push_str(rest);
    is_changed.then_some(plain)
}

impl Metadata {
    /// The language of the cells; Python, in which notebooks began, where nothing is said.
    fn language(&self) -> Option<Language> {
        let (kernel, info) = (self.kernelspec.as_ref(), self.language_info.as_ref());
        let named = [
            kernel.and_then(|kernel| kernel.language.as_ref()),
            info.and_then(|info| info.name.as_ref()),
            kernel.and_then(|kernel| kernel.name.as_ref()),
        ];
        let known = named.into_iter().flatten().find_map(|name| {
            Language::by_name(name)
                .or_else(|| Language::by_name(name.trim_end_matches(|c: char| c.is_ascii_digit())))
        });
        known.or_else(|| Language::by_name("python"))
    }
}

/// What begins a comment.
fn comment(language: Language) -> &'static str {
    match language.name() {
        "python" | "r" | "julia" | "ruby" | "bash" | "perl" | "elixir" | "powershell" => "# ",
        "haskell" | "sql" | "lua" => "-- ",
        "clojure" => "; ",
        _ => "// ",
    }
}

/// A notebook's cells as they are put together.
struct Reader<'a> {
    json: &'a str,
    /// A place in the notebook, and its line.
    at: usize,
    line: u32,
    text: String,
    cells: Vec<CellRange>,
    /// The first line that no cell has.
    free: u32,
}

impl Reader<'_> {
    fn add(&mut self, cell: &Cell<'_>, kernel: Language) {
        let Some(source) = cell.source else { return };
        let pieces: Vec<&RawValue> =
            serde_json::from_str(source.get()).unwrap_or_else(|_| vec![source]);
        let Some(first_line) = pieces.first().map(|piece| self.line_of(piece)) else { return };
        let texts = pieces.iter().filter_map(|piece| serde_json::from_str(piece.get()).ok());
        let text = texts.collect::<Vec<String>>().concat();
        if text.trim().is_empty() {
            return;
        }
        let begin = self.text.len();
        let language = match cell.cell_type.as_deref() {
            Some("code") => language_of(&text, kernel),
            Some("raw") => None,
            _ => Language::by_name("markdown"),
        };
        let is_code = language == Some(kernel);
        for line in text.lines() {
            // What speaks to the notebook itself would be an error in the language.
            if is_code && line.trim_start().starts_with(['%', '!']) {
                self.text.push_str(comment(kernel));
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
        let first_line = first_line.max(self.free);
        self.free = first_line + text.lines().count() as u32;
        self.cells.push(CellRange { bytes: begin..self.text.len(), first_line, language });
    }

    /// The line of the notebook in which a piece of it begins.
    fn line_of(&mut self, piece: &RawValue) -> u32 {
        let begin = self.json.as_ptr().addr();
        let at = piece.get().as_ptr().addr().saturating_sub(begin).min(self.json.len());
        if at >= self.at {
            self.line += self.json[self.at..at].matches('\n').count() as u32;
            self.at = at;
        }
        self.line
    }
}

/// The language of a cell of code: that of the kernel, unless its first line names another one.
fn language_of(text: &str, kernel: Language) -> Option<Language> {
    const SAME: [&str; 6] = ["time", "timeit", "capture", "prun", "memit", "debug"];
    let Some(magic) = text.strip_prefix("%%") else { return Some(kernel) };
    let name = magic.split_whitespace().next().unwrap_or("");
    if SAME.contains(&name) { Some(kernel) } else { Language::by_name(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each cell: its first line, its language and its text.
    fn cells(json: &str) -> Vec<(u32, &'static str, String)> {
        let (text, cells) = cells_of(Path::new("a/b.ipynb"), json.to_owned()).unwrap();
        let cells = cells.unwrap().cells.into_iter();
        let told = cells.map(|cell| {
            let language = cell.language.map_or("", Language::name);
            (cell.first_line, language, text[cell.bytes].to_owned())
        });
        told.collect()
    }

    const SAVED: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "source": [
    "# Churn\n",
    "Which customers leave"
   ]
  },
  {
   "cell_type": "code",
   "outputs": [{"text": ["never shown"]}],
   "source": [
    "%matplotlib inline\n",
    "def churn_score(frame):\n",
    "    return frame[\"state\"]"
   ]
  }
 ],
 "metadata": {"kernelspec": {"language": "python", "name": "python3"}}
}
"##;

    #[test]
    fn each_cell_begins_in_its_line_of_the_file() {
        let code = "# %matplotlib inline\ndef churn_score(frame):\n    return frame[\"state\"]\n";
        let expected = [
            (6, "markdown", "# Churn\nWhich customers leave\n".to_owned()),
            (14, "python", code.to_owned()),
        ];
        assert_eq!(cells(SAVED), expected);
        assert!(SAVED.lines().nth(14).unwrap().contains("def churn_score"));
    }

    #[test]
    fn cells_of_other_shapes_and_languages_are_read() {
        let json = r#"{"cells": [{"cell_type": "code", "source": "a <- 1\nb <- 2"},
            {"cell_type": "code", "source": ["%%bash\n", "ls"]}, {"cell_type": "code", "source": []},
            {"cell_type": "raw", "source": "raw"}], "metadata": {"language_info": {"name": "R"}}}"#;
        let expected = [
            (1, "r", "a <- 1\nb <- 2\n".to_owned()),
            (3, "bash", "%%bash\nls\n".to_owned()),
            (5, "", "raw\n".to_owned()),
        ];
        assert_eq!(cells(json), expected);
        let old = r#"{"worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1"]}]}]}"#;
        assert_eq!(cells(old), [(1, "python", "a = 1\n".to_owned())]);
    }

    #[test]
    fn what_other_tools_write_is_read() {
        let code = |cell: &str| vec![(1, "python", format!("{cell}\n"))];
        let nothing_said = r#"{"cells": [{"cell_type": "code", "source": "a = 1"}],
            "metadata": {"kernelspec": null, "language_info": {"name": null}}}"#;
        assert_eq!(cells(nothing_said), code("a = 1"));
        assert_eq!(cells(&nothing_said.replace("metadata\": {", "m\": {")), code("a = 1"));
        let numbers = r#"{"cells": [{"cell_type": "code", "outputs": [{"y": [NaN, -Infinity, Infinity]}],
            "source": "b = \"NaN \\\" Infinity\" # ü"}], "metadata": null}"#;
        assert_eq!(cells(numbers), [(2, "python", "b = \"NaN \\\" Infinity\" # ü\n".to_owned())]);
    }

    #[test]
    fn what_is_no_notebook_is_data() {
        let read = |json: &str| cells_of(Path::new("b.ipynb"), json.to_owned());
        assert_eq!(read("not json"), Err(SkipReason::Data));
        assert_eq!(read("{\"cells\": []}"), Err(SkipReason::Empty));
        let other = cells_of(Path::new("b.json"), "{}".to_owned());
        assert_eq!(other, Ok(("{}".to_owned(), None)));
    }
}
