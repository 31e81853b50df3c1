//! Search results for people: where, what, and the code with its line numbers.

use std::fmt::Write as _;

use sconce_engine::{SearchResponse, SearchResult};

use super::{Paint, counted, escaped, escaped_code};

/// Longest line of code shown; generated code has lines of many thousand characters.
const MAX_LINE: usize = 240;

/// What is shown of each result.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResultStyle {
    /// Most lines of code; 0 shows none.
    pub lines: usize,
    /// Why it ranks where it does.
    pub explain: bool,
    /// Put before every path.
    pub base: String,
}

/// The text of a search's answer.
pub(crate) fn search_results(
    response: &SearchResponse,
    style: &ResultStyle,
    paint: Paint,
) -> String {
    if response.results.is_empty() {
        return format!("{}\n", paint.dim("no results; try other words, or fewer filters"));
    }
    let mut text = String::new();
    let several = response.results.iter().any(|result| result.index != response.results[0].index);
    for result in &response.results {
        heading(&mut text, result, several, style, paint);
        if !result.further {
            code(&mut text, result, style, paint);
        }
        if style.explain {
            explanation(&mut text, result, paint);
        }
        if style.lines > 0 && !result.further {
            text.push('\n');
        }
    }
    if style.explain {
        let _ = writeln!(text, "{}", paint.dim(&response.timings.to_string()));
    }
    text
}

fn heading(
    text: &mut String,
    result: &SearchResult,
    several: bool,
    style: &ResultStyle,
    paint: Paint,
) {
    // A terminal opens the line: that of the name above it, where others come before that.
    let line = result.symbol_line.unwrap_or(result.start_line);
    let place = format!("{}{}:{line}", escaped(&style.base), escaped(&result.path));
    text.push_str(&paint.path(&place));
    if let Some(symbol) = qualified(result) {
        let kind = result.kind.as_deref().unwrap_or_default();
        let _ = write!(text, "  {} {}", paint.dim(kind), paint.symbol(&escaped(&symbol)));
    }
    let mut notes = format!("{:.3}", result.score);
    if several {
        notes.push_str(" in ");
        notes.push_str(&escaped(&result.index));
    }
    let _ = writeln!(text, "  {}", paint.dim(&notes));
}

/// The symbol with the scopes around it, `Store::connect`.
pub(crate) fn qualified(result: &SearchResult) -> Option<String> {
    let symbol = result.symbol.as_deref()?;
    let mut parts: Vec<&str> = result.scopes.iter().map(String::as_str).collect();
    if parts.last() != Some(&symbol) {
        parts.push(symbol);
    }
    Some(parts.join("::"))
}

fn code(text: &mut String, result: &SearchResult, style: &ResultStyle, paint: Paint) {
    let lines: Vec<&str> = result.content.lines().collect();
    let skip = first_shown(result, lines.len(), style.lines);
    let shown = lines.iter().enumerate().skip(skip).take(style.lines);
    let last = result.content_start_line as usize + lines.len();
    let width = last.to_string().len().max(4);
    for (position, line) in shown {
        let number = result.content_start_line as usize + position;
        let mut line = escaped_code(line);
        if line.chars().count() > MAX_LINE {
            line = line.chars().take(MAX_LINE).chain(['…']).collect();
        }
        let gutter = paint.dim(&format!("{number:>width$} │"));
        let _ = writeln!(text, "{}", format!("{gutter} {line}").trim_end());
    }
    let left = lines.len().saturating_sub(skip + style.lines);
    if style.lines > 0 && left > 0 {
        let blank = " ".repeat(width);
        let more = counted(left as u64, "more line", "more lines");
        let _ = writeln!(text, "{}", paint.dim(&format!("{blank} │ … {more}")));
    }
}

/// Of more lines than are shown the first one: as much of the beginning as keeps the line in view that
/// matches best.
fn first_shown(result: &SearchResult, lines: usize, shown: usize) -> usize {
    let best = result.matches.iter().max_by(|a, b| a.share.total_cmp(&b.share));
    let best = best.map_or(result.start_line, |found| found.line);
    let best = best.saturating_sub(result.content_start_line) as usize;
    if best < shown { 0 } else { best.saturating_sub(shown / 2).min(lines.saturating_sub(shown)) }
}

fn explanation(text: &mut String, result: &SearchResult, paint: Paint) {
    let mut parts = vec![format!("found by {}", word(&result.match_type))];
    for effect in result.explanation.iter().flatten() {
        parts.push(format!("{} {:+.3}", word(&effect.signal), effect.effect));
    }
    let _ = writeln!(text, "     {}", paint.dim(&parts.join(", ")));
}

/// The name of one of the engine's unit variants, as JSON has it.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
