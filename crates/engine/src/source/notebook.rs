//! Jupyter notebooks by their cells: code as it is, prose as comments, outputs left out.
//!
//! Every line stays where it lies in the file, so that a result's lines are those that an editor shows:
//! notebooks are saved with a line of the file for each line of a cell. Where one is not, its lines
//! follow each other from where their cell begins.

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
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Sheet<'a> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    #[serde(default)]
    cell_type: String,
    #[serde(borrow, default, alias = "input")]
    source: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    kernelspec: Kernel,
    language_info: Kernel,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kernel {
    language: Option<String>,
    name: Option<String>,
}

/// The cells of a notebook with the language of its kernel; any other file's text as it is.
pub(super) fn cells_of(
    path: &Path,
    text: String,
) -> Result<(String, Option<Language>), SkipReason> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ipynb")) {
        return Ok((text, None));
    }
    let (cells, language) = read(&text).ok_or(SkipReason::Data)?;
    if cells.trim().is_empty() { Err(SkipReason::Empty) } else { Ok((cells, Some(language))) }
}

fn read(json: &str) -> Option<(String, Language)> {
    let notebook: Notebook<'_> = serde_json::from_str(json).ok()?;
    let language = notebook.metadata.language()?;
    let mut lines = Lines { json, at: 0, line: 0, text: String::new(), written: 0 };
    let sheets = notebook.worksheets.into_iter().flat_map(|sheet| sheet.cells);
    for cell in notebook.cells.into_iter().chain(sheets) {
        lines.add(&cell, comment(language));
    }
    Some((lines.text, language))
}

impl Metadata {
    /// The language of the cells; Python, in which notebooks began, where nothing is said.
    fn language(&self) -> Option<Language> {
        let named = [&self.kernelspec.language, &self.language_info.name, &self.kernelspec.name];
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

/// A notebook's lines as they are put together.
struct Lines<'a> {
    json: &'a str,
    /// A place in the notebook, and its line from 0.
    at: usize,
    line: usize,
    text: String,
    /// Lines of the text.
    written: usize,
}

impl Lines<'_> {
    fn add(&mut self, cell: &Cell<'_>, comment: &str) {
        let Some(source) = cell.source else { return };
        let pieces: Vec<&RawValue> =
            serde_json::from_str(source.get()).unwrap_or_else(|_| vec![source]);
        let mut is_prose = cell.cell_type != "code";
        let mut is_first = true;
        // A piece that does not end its line is gone on with by the next one.
        let mut begun = false;
        for piece in pieces {
            let Ok(piece_text) = serde_json::from_str::<String>(piece.get()) else { continue };
            let place = self.line_of(piece);
            for line in piece_text.split_inclusive('\n') {
                let ends = line.ends_with('\n');
                let line = line.trim_end_matches(['\n', '\r']);
                if begun {
                    self.text.push_str(line);
                } else {
                    if is_first {
                        is_prose |= is_of_another_language(line);
                        is_first = false;
                    }
                    let is_magic = line.trim_start().starts_with(['%', '!']);
                    let front =
                        if (is_prose || is_magic) && !line.is_empty() { comment } else { "" };
                    self.begin_line(place);
                    self.text.push_str(front);
                    self.text.push_str(line);
                }
                begun = !ends;
            }
        }
    }

    /// Goes to the line of the file, or to the next one where that is taken.
    fn begin_line(&mut self, place: usize) {
        if self.written > 0 {
            self.text.push('\n');
        }
        while self.written < place {
            self.text.push('\n');
            self.written += 1;
        }
        self.written += 1;
    }

    /// The line of the notebook in which a piece of it begins.
    fn line_of(&mut self, piece: &RawValue) -> usize {
        let begin = self.json.as_ptr().addr();
        let at = piece.get().as_ptr().addr().saturating_sub(begin).min(self.json.len());
        if at >= self.at {
            let between = &self.json.as_bytes()[self.at..at];
            self.line += between.iter().filter(|byte| **byte == b'\n').count();
            self.at = at;
        }
        self.line
    }
}

/// Whether a cell's first line says that the rest is not in the kernel's language.
fn is_of_another_language(line: &str) -> bool {
    const SAME: [&str; 6] = ["time", "timeit", "capture", "prun", "memit", "debug"];
    let magic = line.strip_prefix("%%");
    magic.is_some_and(|magic| !SAME.contains(&magic.split_whitespace().next().unwrap_or("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(json: &str) -> (String, Option<Language>) {
        cells_of(Path::new("a/b.ipynb"), json.to_owned()).unwrap()
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
    fn each_line_of_a_cell_stays_in_its_line_of_the_file() {
        let (text, language) = cells(SAVED);
        assert_eq!(language.unwrap().name(), "python");
        let found: Vec<(usize, &str)> =
            text.lines().enumerate().filter(|(_, line)| !line.is_empty()).collect();
        let expected = [
            (5, "# # Churn"),
            (6, "# Which customers leave"),
            (13, "# %matplotlib inline"),
            (14, "def churn_score(frame):"),
            (15, "    return frame[\"state\"]"),
        ];
        assert_eq!(found, expected);
        assert!(SAVED.lines().nth(14).unwrap().contains("def churn_score"));
    }

    #[test]
    fn cells_that_lie_in_one_line_follow_each_other() {
        let json = r##"{"cells": [{"cell_type": "code", "source": "a <- 1\nb <- 2"},
            {"cell_type": "markdown", "source": ["Prose."]}],
            "metadata": {"language_info": {"name": "R"}}}"##;
        assert_eq!(cells(json).0, "a <- 1\nb <- 2\n# Prose.");
        let old = r##"{"worksheets": [{"cells": [{"cell_type": "code", "input": ["%%bash\n", "ls"]}]}]}"##;
        assert_eq!(cells(old).0, "# %%bash\n# ls");
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
