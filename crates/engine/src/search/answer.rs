//! From ranked files to what is shown: the best places of all indexes, with their code and the lines
//! that match.

use std::collections::HashMap;

use sconce_code::ChunkKey;
use sconce_code::filter::FilterMatcher;
use sconce_rank::{
    LineMatcher, MatchType, Place, QueryAnalysis, QueryKind, RankedFile, Signal, arrange,
};

use super::file_class::{FileClass, class_of};
use super::label::LabelContext;
use super::literal::put_said_first;
use super::place::FoundPlace;
use super::said::MaySay;
use super::snippet::Snippet;
use super::spoken::{SaidLine, Spoken, Wording};
use super::{MatchedLine, SearchRequest, SearchResult, SignalEffect};
use crate::{EngineError, Index};

/// Places that are looked at for each one that is shown: several chunks may be of one definition.
const OVERFETCH: usize = 3;
/// The most lines of a place that are named.
const MOST_MATCHES: usize = 5;

/// What an index answers before its chunks are fetched.
pub(super) struct RankedIndex<'a> {
    pub(super) index: &'a Index,
    pub(super) files: Vec<RankedFile>,
    pub(super) matcher: LineMatcher,
    /// The query's words that it has nowhere.
    pub(super) absent: Vec<String>,
    /// The chunks in which a line may say what the query does.
    pub(super) may_say: MaySay,
}

/// What was asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) query: &'a QueryAnalysis,
    pub(super) filter: &'a FilterMatcher,
    /// What of the query may stand in code word for word.
    pub(super) spoken: Option<&'a Spoken>,
}

impl<'a> Asked<'a> {
    /// The same for the choice of labels in an index.
    fn of(self, ranked: &'a RankedIndex<'_>) -> LabelContext<'a> {
        let Self { query, filter, spoken } = self;
        LabelContext { query, filter, matcher: &ranked.matcher, spoken }
    }
}

/// A chunk that answers.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) key: ChunkKey,
    pub(super) score: f32,
    pub(super) match_type: MatchType,
    /// The number of its index.
    index: usize,
    /// Its file's rank among those of all indexes.
    pub(super) file_rank: usize,
    /// What each signal did to its file.
    effects: Vec<(Signal, f32)>,
    further: bool,
}

impl Hit {
    /// One of the index that is asked alone.
    pub(super) fn alone(key: ChunkKey, score: f32) -> Self {
        let (match_type, effects) = (MatchType::Vectors, Vec::new());
        Self { key, score, match_type, index: 0, file_rank: 0, effects, further: false }
    }
}

/// The best places of all indexes as they are shown.
pub(super) async fn results(
    ranked: &[RankedIndex<'_>],
    request: &SearchRequest,
    asked: Asked<'_>,
    limit: usize,
) -> Result<Vec<SearchResult>, EngineError> {
    let hits = best_hits(ranked, limit);
    let mut found: Vec<(Hit, FoundPlace)> = Vec::with_capacity(hits.len());
    for (number, of) in ranked.iter().enumerate() {
        let mine: Vec<Hit> = hits.iter().filter(|hit| hit.index == number).cloned().collect();
        found.extend(places(of.index, mine, Some(&asked.of(of))).await?);
    }
    if let Some(spoken) = asked.spoken
        && !is_said(&found, spoken)
    {
        for (number, of) in ranked.iter().enumerate() {
            let keys = of.index.chunks_that_say(spoken, &of.may_say).await?;
            let hits = further_hits(number, &keys, &found);
            if !hits.is_empty() {
                found.extend(places(of.index, hits, Some(&asked.of(of))).await?);
            }
        }
    }
    let is_message = asked.query.kind == QueryKind::ErrorMessage;
    put_said_first(&mut found, asked.query.literal(), is_message);
    let candidates: Vec<Place> = found
        .iter()
        .map(|(hit, place)| Place {
            file_rank: hit.file_rank,
            lines: place.lines,
            score: hit.score,
        })
        .collect();
    let arranged = arrange(&candidates, limit);
    let order: Vec<usize> = arranged.best.iter().chain(&arranged.others).copied().collect();
    for &at in &arranged.others {
        found[at].0.further = true;
    }
    let mut results: Vec<Option<SearchResult>> = vec![None; order.len()];
    for (number, of) in ranked.iter().enumerate() {
        let (positions, mine): (Vec<usize>, Vec<(Hit, FoundPlace)>) = order
            .iter()
            .enumerate()
            .filter(|(_, at)| found[**at].0.index == number)
            .map(|(position, at)| (position, found[*at].clone()))
            .unzip();
        let shown = shown(of.index, mine, &of.matcher, request).await?;
        for (position, mut result) in positions.into_iter().zip(shown) {
            add_named_lines(&mut result, &asked.of(of));
            results[position] = Some(result);
        }
    }
    Ok(results.into_iter().flatten().collect())
}

/// Whether a place says what the query does as well as any can be hoped to: nothing better need be looked for. A test
/// that does may expect what code makes.
fn is_said(found: &[(Hit, FoundPlace)], spoken: &Spoken) -> bool {
    let hoped = if spoken.code().is_some() { Wording::Held } else { Wording::Words };
    found.iter().any(|(_, FoundPlace { row, said, .. })| {
        let is_code = || class_of(&row.path, row.language.as_deref()) == FileClass::Code;
        said.is_some_and(|said| {
            said.wording == Wording::Whole || said.wording >= hoped && is_code()
        })
    })
}

/// Chunks of an index that the ranking has not found, of the files that it has and behind these.
fn further_hits(index: usize, keys: &[ChunkKey], found: &[(Hit, FoundPlace)]) -> Vec<Hit> {
    let mut ranks: HashMap<(usize, i64), usize> =
        found.iter().map(|(hit, _)| ((hit.index, hit.key.file_id), hit.file_rank)).collect();
    let mut next = ranks.values().max().map_or(0, |last| last + 1);
    let is_known =
        |key: &ChunkKey| found.iter().any(|(hit, _)| hit.index == index && hit.key == *key);
    let new = keys.iter().filter(|key| !is_known(key));
    new.map(|key| {
        let file_rank = *ranks.entry((index, key.file_id)).or_insert_with(|| {
            next += 1;
            next - 1
        });
        Hit { index, file_rank, match_type: MatchType::Words, ..Hit::alone(*key, 0.0) }
    })
    .collect()
}

/// The best chunks of the best files, and of each of these one at least.
fn best_hits(ranked: &[RankedIndex<'_>], limit: usize) -> Vec<Hit> {
    let mut files: Vec<(usize, &RankedFile)> = ranked
        .iter()
        .enumerate()
        .flat_map(|(number, of)| of.files.iter().map(move |file| (number, file)))
        .collect();
    // Stable, so that equal scores keep their index's order.
    files.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    files.truncate(limit);
    let mut hits: Vec<Hit> = Vec::new();
    for (file_rank, (index, file)) in files.into_iter().enumerate() {
        hits.extend(file.places.iter().map(|place| Hit {
            key: place.key,
            score: place.score,
            match_type: place.match_type,
            index,
            file_rank,
            effects: file.effects.clone(),
            further: false,
        }));
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut taken = 0;
    let mut seen = vec![false; limit];
    hits.retain(|hit| {
        taken += 1;
        let is_first = !std::mem::replace(&mut seen[hit.file_rank], true);
        taken <= limit * OVERFETCH || is_first
    });
    hits
}

/// The hits with their places; those whose chunk was replaced since it was ranked are gone, and their
/// successors come next time.
pub(super) async fn places(
    index: &Index,
    hits: Vec<Hit>,
    asked: Option<&LabelContext<'_>>,
) -> Result<Vec<(Hit, FoundPlace)>, EngineError> {
    let keys: Vec<ChunkKey> = hits.iter().map(|hit| hit.key).collect();
    let found = index.places(&keys, asked).await?;
    let mut by_key: HashMap<ChunkKey, Hit> = hits.into_iter().map(|hit| (hit.key, hit)).collect();
    Ok(found
        .into_iter()
        .filter_map(|place| Some((by_key.remove(&place.row.key())?, place)))
        .collect())
}

/// The places as they are shown, in their order.
pub(super) async fn shown(
    index: &Index,
    found: Vec<(Hit, FoundPlace)>,
    matcher: &LineMatcher,
    request: &SearchRequest,
) -> Result<Vec<SearchResult>, EngineError> {
    let (hits, places): (Vec<Hit>, Vec<FoundPlace>) = found.into_iter().unzip();
    let snippets = index.snippets(&places, &request.context).await?;
    let found = hits.into_iter().zip(places).zip(snippets);
    Ok(found
        .map(|((hit, place), (whole, shown))| {
            let lines = matching_lines(matcher, &place, &whole);
            result(index, &hit, place, lines, shown, request.explain)
        })
        .collect())
}

/// The lines that say most beside the place's path and name, which stand above them.
fn matching_lines(matcher: &LineMatcher, place: &FoundPlace, code: &Snippet) -> Vec<MatchedLine> {
    let name = match &place.definition {
        Some(of) => Some(&of.name),
        None => place.row.symbol_name.as_ref(),
    };
    let told = [Some(&place.row.path), name].into_iter().flatten().map(String::as_str);
    let told = told.collect::<Vec<_>>().join(" ");
    let found = matcher.lines(&code.text, &told, MOST_MATCHES);
    let lines: Vec<&str> = code.text.lines().collect();
    let mut found: Vec<MatchedLine> = found
        .into_iter()
        .map(|found| MatchedLine {
            line: code.start_line + found.line as u32,
            text: lines[found.line].to_owned(),
            share: found.share,
        })
        .collect();
    if let Some(SaidLine { line, .. }) = place.said
        && let Some(at) = line.checked_sub(code.start_line)
        && let Some(text) = lines.get(at as usize)
    {
        found.retain(|known| known.line != line);
        found.push(MatchedLine { line, text: (*text).to_owned(), share: 1.0 });
        found.sort_by_key(|found| found.line);
    }
    found
}

/// Adds the lines that the query names by the file and their numbers to those that match.
fn add_named_lines(result: &mut SearchResult, asked: &LabelContext<'_>) {
    for line in asked.named_lines(&result.path) {
        let Some(at) = line.checked_sub(result.content_start_line) else { continue };
        let Some(text) = result.content.lines().nth(at as usize) else { continue };
        result.matches.retain(|found| found.line != line);
        result.matches.push(MatchedLine { line, text: text.to_owned(), share: 1.0 });
    }
    result.matches.sort_by_key(|found| found.line);
}

fn result(
    index: &Index,
    hit: &Hit,
    place: FoundPlace,
    matches: Vec<MatchedLine>,
    code: Snippet,
    explain: bool,
) -> SearchResult {
    let FoundPlace { lines, row, definition, symbol_line, .. } = place;
    let (kind, symbol, scopes, signature) = match definition {
        Some(of) => (Some(of.kind), Some(of.name), of.scopes, Some(of.signature)),
        None => (row.symbol_kind, row.symbol_name, row.scopes, row.signature),
    };
    let effects = hit.effects.iter().map(|&(signal, effect)| SignalEffect { signal, effect });
    SearchResult {
        index: index.name().to_owned(),
        path: row.path,
        language: row.language,
        start_line: lines.start,
        end_line: lines.end,
        kind,
        symbol,
        symbol_line,
        scopes,
        signature,
        score: hit.score,
        further: hit.further,
        match_type: hit.match_type,
        matches,
        content: code.text,
        content_start_line: code.start_line,
        explanation: explain.then(|| effects.collect()),
    }
}
