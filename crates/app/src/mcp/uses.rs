//! Where a symbol that a search is about is used.

use std::collections::HashSet;

use rmcp::model::JsonObject;
use sconce_engine::{
    AskedLines, AskedSymbol, Filter, Index, MatchingLines, Occurrences, PatternRequest,
};

use super::call::Call;
use super::errors::ToolError;
use super::matches::{LineQuery, matches};
use crate::output::{Budget, escaped};

/// Most lines that are given of a symbol's uses, and most of their tokens: beside the symbol, and where they
/// are what was asked for.
const SOME_USES: (u32, u32) = (8, 300);
const ASKED_USES: (u32, u32) = (24, 900);

/// Arguments that say where uses are looked for; what a search says of symbols is meant of the definitions that it finds.
const SCOPE: [&str; 5] = ["path", "index_name", "index_names", "language", "path_glob"];

/// What is told of a symbol's uses.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// The line above them, or all that there is to say.
    label: String,
    /// Their lines.
    found: Vec<MatchingLines>,
    /// The call that would list them.
    given: JsonObject,
    limit: u32,
    max_tokens: u32,
    names_indexes: bool,
    /// Whether they are what was asked for.
    is_asked: bool,
    /// How many of the lines stand above.
    above: u64,
}

impl Uses {
    /// As text: nothing where the symbol stands nowhere.
    pub(super) fn text(&self) -> String {
        if self.found.is_empty() {
            return self.label.clone();
        }
        let Self { given, limit, max_tokens, names_indexes, above, .. } = self;
        let asked = LineQuery {
            given,
            limit: *limit,
            max_tokens: *max_tokens,
            names_indexes: *names_indexes,
            above: *above,
        };
        format!("{}{}", self.label, matches(&self.found, &[], asked))
    }

    /// The same without lines that the answer has above, which are only counted, unless all uses were asked for.
    pub(super) fn beside(mut self, shown: &HashSet<(String, String, u32)>) -> Self {
        if self.is_asked {
            return self;
        }
        for found in &mut self.found {
            for file in &mut found.files {
                for place in &mut file.places {
                    let before = place.lines.len();
                    place.lines.retain(|line| {
                        let line = (found.index.clone(), file.path.clone(), line.number);
                        !shown.contains(&line)
                    });
                    self.above += (before - place.lines.len()) as u64;
                }
            }
        }
        self
    }
}

/// The uses of each query's symbol.
pub(super) async fn of_each(
    call: &Call<'_>,
    indexes: &[Index],
    filter: &Filter,
    symbols: Vec<Option<AskedSymbol>>,
    budget: Budget,
) -> Result<Vec<Uses>, ToolError> {
    let mut told = Vec::with_capacity(symbols.len());
    let filter = filter.clone().without_symbols();
    for symbol in symbols {
        told.push(match symbol {
            Some(symbol) => of_symbol(call, indexes, &filter, &symbol, budget).await?,
            None => Uses::default(),
        });
    }
    Ok(told)
}

/// Where a symbol is used, or, where that was asked, the heads of the types made from it; nothing where it stands
/// nowhere. Of one that is defined and used nowhere, it says so.
async fn of_symbol(
    call: &Call<'_>,
    indexes: &[Index],
    filter: &Filter,
    symbol: &AskedSymbol,
    budget: Budget,
) -> Result<Uses, ToolError> {
    let is_asked = symbol.lines != AskedLines::Unasked;
    let (limit, most) = if is_asked { ASKED_USES } else { SOME_USES };
    let mut given = call.given.clone();
    given.retain(|name, _| SCOPE.contains(&name.as_str()));
    given.insert("pattern".to_owned(), symbol.name.as_str().into());
    let told = |label: String, found: Vec<MatchingLines>| Uses {
        label,
        found,
        given: given.clone(),
        limit,
        max_tokens: most.min(budget.max_tokens / 2),
        names_indexes: budget.names_indexes,
        is_asked,
        above: 0,
    };
    if symbol.lines == AskedLines::Subtypes {
        let heads = standing(indexes, filter, symbol, Occurrences::Heads, limit).await?;
        if has_lines(&heads) {
            return Ok(told("types made from it:\n".to_owned(), heads));
        }
    }
    if is_asked && let Some(qualified) = &symbol.qualified {
        let as_written = as_written(call, indexes, filter, qualified, limit).await?;
        // A change log that says so is not all that uses it.
        if as_written.iter().any(MatchingLines::is_of_code) {
            let mut uses = told("uses:\n".to_owned(), as_written);
            uses.given.insert("pattern".to_owned(), qualified.as_str().into());
            return Ok(uses);
        }
    }
    let uses = standing(indexes, filter, symbol, Occurrences::Uses, limit).await?;
    if has_lines(&uses) {
        let of_any = is_asked && symbol.qualified.is_some();
        let of =
            if of_any { format!(" of any `{}`", escaped(&symbol.name)) } else { String::new() };
        return Ok(told(format!("uses{of}:\n"), uses));
    }
    let all = standing(indexes, filter, symbol, Occurrences::All, 1).await?;
    let label = if has_lines(&all) { "uses: none\n" } else { "" };
    Ok(told(label.to_owned(), Vec::new()))
}

/// The lines that have a name in its scope as it is written, such as `CircuitBreaker::new`.
async fn as_written(
    call: &Call<'_>,
    indexes: &[Index],
    filter: &Filter,
    qualified: &str,
    limit: u32,
) -> Result<Vec<MatchingLines>, ToolError> {
    let request = PatternRequest {
        pattern: qualified.to_owned(),
        filter: filter.clone(),
        limit: limit as usize,
        ..PatternRequest::default()
    };
    Ok(call.mcp.engine().await?.matching_lines(indexes, &request).await?.of_indexes)
}

/// The lines with a symbol's name in each index.
async fn standing(
    indexes: &[Index],
    filter: &Filter,
    symbol: &AskedSymbol,
    which: Occurrences,
    limit: u32,
) -> Result<Vec<MatchingLines>, ToolError> {
    let mut found = Vec::with_capacity(indexes.len());
    for index in indexes {
        found.push(index.occurrences(&symbol.name, which, filter, limit as usize).await?);
    }
    Ok(found)
}

fn has_lines(found: &[MatchingLines]) -> bool {
    found.iter().any(|found| found.total_lines > 0)
}

#[cfg(test)]
mod tests {
    use sconce_engine::{Completeness, MatchedFile, MatchedPlace, PatternLine};
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_that_stand_above_are_counted_unless_they_were_asked_for() {
        let line = |number| PatternLine { number, text: "bake(2)".to_owned(), matches: true };
        let place = MatchedPlace { definition: None, lines: vec![line(4), line(9)] };
        let file = MatchedFile { path: "src/oven.rs".to_owned(), places: vec![place] };
        let found = MatchingLines {
            index: "shop".to_owned(),
            files: vec![file],
            total_lines: 2,
            total_files: 1,
            completeness: Completeness::Whole,
        };
        let uses = |is_asked| Uses {
            label: "uses:\n".to_owned(),
            found: vec![found.clone()],
            given: json!({ "pattern": "bake" }).as_object().unwrap().clone(),
            limit: 8,
            max_tokens: 300,
            is_asked,
            ..Uses::default()
        };
        let shown = |lines: &[u32]| -> HashSet<(String, String, u32)> {
            let shown = lines.iter();
            shown.map(|line| ("shop".to_owned(), "src/oven.rs".to_owned(), *line)).collect()
        };
        let whole = "uses:\nsrc/oven.rs\n4| bake(2)\n9| bake(2)\n2 lines in 1 file\n";
        assert_eq!(uses(false).beside(&shown(&[5])).text(), whole);
        assert_eq!(uses(true).beside(&shown(&[4, 9])).text(), whole);
        assert_eq!(
            uses(false).beside(&shown(&[4])).text(),
            "uses:\nsrc/oven.rs\n9| bake(2)\n2 lines in 1 file, 1 of them above\n"
        );
        assert_eq!(uses(false).beside(&shown(&[4, 9])).text(), "uses:\n2 lines in 1 file, above\n");
    }
}
