//! A query that is a part of a word, as people type it: `anager` finds `IOManager`.

use std::collections::HashMap;

use sconce_code::filter::Filter;
use sconce_code::words;
use sconce_rank::TermRole;
use sconce_store::Needle;

use super::SearchResponse;
use crate::{EngineError, Index};

/// A shorter part stands in too many words.
const SHORTEST: usize = 3;
/// The most words that are searched for instead.
const MOST_WORDS: usize = 4;
/// The most definitions, and chunks, that are looked through for words.
const MOST_NAMES: usize = 1000;
const MOST_CHUNKS: usize = 100;
/// The database looks at each name, and each text: not in an index of more chunks than these.
const CHUNKS_FOR_NAMES: i64 = 300_000;
const CHUNKS_FOR_TEXTS: i64 = 50_000;

/// The one word that a query is, where it, or a part of it, stands nowhere. Of an identifier whose parts all stand
/// somewhere these are looked for.
pub(super) fn lone_absent_word(response: &SearchResponse) -> Option<&str> {
    let asked = response.query.text.trim();
    let is_word = asked.chars().all(words::is_word) && asked.chars().count() >= SHORTEST;
    let has_parts = response.query.terms.iter().any(|term| term.role == TermRole::Whole);
    let lacks_a_part = response.absent_words.iter().any(|absent| !has_parts || absent != asked);
    (is_word && lacks_a_part).then_some(asked)
}

/// Words of the indexes that hold `part`, as they are written there: names of definitions, or, where none
/// has it, others. The shortest are the nearest.
pub(super) async fn words_with(
    indexes: &[Index],
    part: &str,
    filter: &Filter,
) -> Result<Vec<String>, EngineError> {
    let mut found: HashMap<String, usize> = HashMap::new();
    for index in indexes {
        for word in index.words_with(part, filter).await? {
            *found.entry(word).or_default() += 1;
        }
    }
    let mut found: Vec<(String, usize)> = found.into_iter().collect();
    found.sort_by(|(a, often), (b, other)| {
        a.len().cmp(&b.len()).then(other.cmp(often)).then_with(|| a.cmp(b))
    });
    Ok(found.into_iter().map(|(word, _)| word).take(MOST_WORDS).collect())
}

impl Index {
    async fn words_with(&self, part: &str, filter: &Filter) -> Result<Vec<String>, EngineError> {
        if self.row.chunks > CHUNKS_FOR_NAMES {
            return Ok(Vec::new());
        }
        let needles = [Needle { text: part.to_lowercase(), any_case: true }];
        let names = self.store().symbol_names(self.id(), &needles, &[], MOST_NAMES).await?;
        let names: Vec<String> = names.into_iter().map(|symbol| symbol.name).collect();
        if !names.is_empty() || self.row.chunks > CHUNKS_FOR_TEXTS {
            return Ok(names);
        }
        let filter = self.filter_here(filter);
        let texts =
            self.store().chunk_texts(self.id(), &needles, &filter, None, MOST_CHUNKS).await?;
        Ok(texts.iter().flat_map(|text| holding(&text.content, part)).collect())
    }
}

/// The words of a text that hold a part, whatever its case.
fn holding(text: &str, part: &str) -> Vec<String> {
    let part = part.to_lowercase();
    let words = text.split(|c| !words::is_word(c));
    words.filter(|word| word.to_lowercase().contains(&part)).map(str::to_owned).collect()
}
