//! Lines that say what a query does, wherever they stand: in places that its words alone do not bring among the best.

use std::cmp::Reverse;

use sconce_code::ChunkKey;
use sconce_code::filter::{Filter, FilterMatcher};
use sconce_rank::LexicalIndex;
use sconce_store::{ChunkText, Needle};

use super::file_class::class_of;
use super::spoken::Spoken;
use crate::{EngineError, Index};

/// Chunks that are read for a message, whose words may stand otherwise in them.
const MOST_READ: usize = 64;
/// How much of what a message's words are worth its chunk holds: the rest is what a program put there.
const SHARE_OF_MESSAGE: f32 = 0.5;
/// How much of what the words of a sentence are worth, in which nothing looks so.
const SHARE_OF_SENTENCE: f32 = 0.8;
/// Chunks in which the database looks for a line of code.
const MOST_LOOKED_AT: usize = 1000;
/// How much of what its words are worth such a chunk holds. The first and the last may be parts of words.
const SHARE_OF_CODE: f32 = 0.9;
/// Chunks that say it; what more of them do is no answer.
const MOST: usize = 10;

/// Chunks in which a line may say what a query does, by the words that they hold; the fullest first.
#[derive(Debug, Default)]
pub(super) struct MaySay {
    /// Where it may stand as a line of code.
    code: Vec<ChunkKey>,
    /// Where most of its words may stand in a row.
    words: Vec<ChunkKey>,
}

impl MaySay {
    /// Those of an index that pass the filter.
    pub(super) fn of(index: &LexicalIndex, spoken: &Spoken, filter: &FilterMatcher) -> Self {
        let with_most =
            |words: &[String], share, most| index.chunks_with_most(words, share, filter, most);
        let share = if spoken.has_values() { SHARE_OF_MESSAGE } else { SHARE_OF_SENTENCE };
        let code = spoken.code().map(|_| with_most(&spoken.words(), SHARE_OF_CODE, MOST_LOOKED_AT));
        let words = spoken.may_be_said().then(|| with_most(spoken.own_words(), share, MOST_READ));
        Self { code: code.unwrap_or_default(), words: words.unwrap_or_default() }
    }
}

impl Index {
    /// The chunks of which a line does say it, the best wording first, code before its tests; few at most.
    pub(super) async fn chunks_that_say(
        &self,
        spoken: &Spoken,
        may_say: &MaySay,
    ) -> Result<Vec<ChunkKey>, EngineError> {
        let mut said = Vec::new();
        if let Some(code) = spoken.code() {
            let needle =
                longest_run(code).map(|text| Needle { text: text.to_owned(), any_case: true });
            said = self.saying(spoken, needle.as_slice(), &may_say.code).await?;
        }
        if said.is_empty() {
            said = self.saying(spoken, &[], &may_say.words).await?;
        }
        Ok(said)
    }

    /// Those of the chunks of which a line says it, in the order of their wording and class.
    async fn saying(
        &self,
        spoken: &Spoken,
        needles: &[Needle],
        chunks: &[ChunkKey],
    ) -> Result<Vec<ChunkKey>, EngineError> {
        if chunks.is_empty() {
            return Ok(Vec::new());
        }
        let texts = self.store().texts_of(self.id(), needles, &Filter::default(), chunks).await?;
        let rank = |text: &ChunkText| chunks.iter().position(|chunk| *chunk == text.key());
        let standing = |text: &ChunkText| {
            let language = text.language.as_deref();
            let said = spoken.line_in(&text.content, language)?;
            Some((Reverse(said.standing(class_of(&text.path, language))), rank(text)))
        };
        let mut said: Vec<_> =
            texts.iter().filter_map(|text| Some((standing(text)?, text.key()))).collect();
        said.sort();
        said.truncate(MOST);
        Ok(said.into_iter().map(|(_, key)| key).collect())
    }
}

/// The longest part of a line that stands in the code as it is, but for the case of its letters: blanks may be more
/// there, and of other letters than these the database knows no small ones.
fn longest_run(code: &str) -> Option<&str> {
    code.split(' ').filter(|run| run.is_ascii()).max_by_key(|run| run.len())
}
