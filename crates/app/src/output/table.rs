//! Aligned columns.

use unicode_width::UnicodeWidthStr as _;

use super::{Paint, escaped};

/// Side that a column's cells lean to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells under headings.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these columns.
    pub(crate) fn new(columns: &[(&str, Align)]) -> Table {
        let columns = columns.iter().map(|(name, align)| ((*name).to_owned(), *align)).collect();
        Table { columns, rows: vec![] }
    }

    /// Adds a row; it has a cell a column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().map(|cell| escaped(&cell)).collect();
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    /// The text, with dim headings and without blanks at line ends.
    pub(crate) fn render(&self, paint: Paint) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|column| {
                let cells = self.rows.iter().map(|row| row[column].width());
                cells.chain([self.columns[column].0.width()]).max().unwrap_or(0)
            })
            .collect();
        let headings: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let mut text = paint.dim(&self.line(&headings, &widths));
        text.push('\n');
        for row in &self.rows {
            text.push_str(&self.line(row, &widths));
            text.push('\n');
        }
        text
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if column > 0 {
                line.push_str("  ");
            }
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            match self.columns[column].1 {
                Align::Left => line.extend([cell.as_str(), &blanks]),
                Align::Right => line.extend([blanks.as_str(), cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_line_and_steers_no_terminal() {
        let mut table = Table::new(&[("NAME", Align::Left)]);
        table.row(["a\nb\u{1b}[2J".to_owned()]);
        assert_eq!(table.render(Paint::new(false)), "NAME\na\\nb\\u{1b}[2J\n");
    }

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&[("NAME", Align::Left), ("FILES", Align::Right)]);
        table.row(["app".to_owned(), "12".to_owned()]);
        table.row(["crates".to_owned(), "1,234".to_owned()]);
        assert_eq!(
            table.render(Paint::new(false)),
            "NAME    FILES\napp        12\ncrates  1,234\n"
        );
    }
}
