//! Text to token ids, cut at the model's limit.

use std::path::Path;

use serde_json::json;
use tokenizers::Tokenizer;

use crate::error::{EmbedError, Result};
use crate::weights::{Vocabulary, Weights};

/// Texts are tokenised in pieces of about this many bytes, so that a huge text costs what the
/// model's limit lets through and not what its length would.
const PIECE_BYTES: usize = 16 * 1024;

/// A tokenizer that frames a text with `[CLS]` and `[SEP]`.
#[derive(Debug)]
pub(crate) struct TextTokenizer {
    inner: Tokenizer,
    cls: u32,
    sep: u32,
    max_tokens: usize,
}

/// A text's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// The ids, special tokens included; never empty.
    pub(crate) ids: Vec<u32>,
    /// Whether the text was longer than the limit.
    pub(crate) truncated: bool,
}

impl TextTokenizer {
    /// The tokenizer of a model: from the vocabulary in its GGUF file, else from the
    /// `tokenizer.json` beside its weights. One with ids beyond the embedding table is refused.
    pub(crate) fn load(weights: &Weights, rows: usize, max_tokens: usize) -> Result<Self> {
        let (path, tokenizer) = if let Some(vocabulary) = weights.vocabulary() {
            (weights.path().to_path_buf(), Self::from_vocabulary(vocabulary, max_tokens))
        } else {
            let path = weights.path().with_file_name("tokenizer.json");
            let bytes = std::fs::read(&path).map_err(|err| EmbedError::io(&path, err))?;
            (path, Self::from_json(&bytes, max_tokens))
        };
        let checked = tokenizer.and_then(|tokenizer| tokenizer.fits(rows));
        checked.map_err(|why| EmbedError::corrupt(Path::new(&path), why))
    }

    fn from_json(bytes: &[u8], max_tokens: usize) -> Result<Self, String> {
        let mut inner = Tokenizer::from_bytes(bytes).map_err(|err| err.to_string())?;
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|err| err.to_string())?;
        // What the tokenizer itself puts around a text tells how it frames one
        let frame = inner.encode_fast("", true).map_err(|err| err.to_string())?;
        let &[cls, sep] = frame.get_ids() else {
            return Err("the tokenizer does not frame a text with [CLS] and [SEP]".into());
        };
        Ok(Self { inner, cls, sep, max_tokens })
    }

    fn from_vocabulary(vocabulary: &Vocabulary, max_tokens: usize) -> Result<Self, String> {
        let added: Vec<_> = vocabulary
            .tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| {
                ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].contains(&token.as_str())
            })
            .map(|(id, token)| {
                json!({"id": id, "content": token, "special": true, "normalized": false,
                       "single_word": false, "lstrip": false, "rstrip": false})
            })
            .collect();
        let ids: serde_json::Map<_, _> = vocabulary
            .tokens
            .iter()
            .enumerate()
            .map(|(id, token)| (token.clone(), id.into()))
            .collect();
        let tokenizer = json!({
            "version": "1.0", "truncation": null, "padding": null, "decoder": null,
            "added_tokens": added,
            "normalizer": {"type": "BertNormalizer", "clean_text": true,
                "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "BertProcessing",
                "sep": ["[SEP]", vocabulary.sep], "cls": ["[CLS]", vocabulary.cls]},
            "model": {"type": "WordPiece", "unk_token": "[UNK]",
                "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids},
        });
        Self::from_json(tokenizer.to_string().as_bytes(), max_tokens)
    }

    fn fits(self, rows: usize) -> Result<Self, String> {
        match self.inner.get_vocab(true).values().max() {
            Some(&id) if (id as usize) < rows => Ok(self),
            Some(id) => Err(format!(
                "the tokenizer has an id {id}, but the model's embedding table has {rows} rows"
            )),
            None => Err("the tokenizer's vocabulary is empty".into()),
        }
    }

    /// The ids of `prefix` and `text` together.
    pub(crate) fn encode(&self, prefix: &str, text: &str) -> Result<Tokens> {
        let room = self.max_tokens - 2;
        let mut ids = vec![self.cls];
        let mut rest = text;
        let mut first = true;
        // One token more than fits tells that the text is cut
        while ids.len() <= room + 1 && (first || !rest.is_empty()) {
            let (piece, after) = rest.split_at(piece_end(rest));
            let encoded = if first && !prefix.is_empty() {
                self.inner.encode_fast(format!("{prefix}{piece}"), false)
            } else {
                self.inner.encode_fast(piece, false)
            };
            let encoded = encoded.map_err(|err| EmbedError::Tokenize(err.to_string()))?;
            ids.extend_from_slice(encoded.get_ids());
            rest = after;
            first = false;
        }
        let truncated = ids.len() > room + 1;
        ids.truncate(room + 1);
        ids.push(self.sep);
        Ok(Tokens { ids, truncated })
    }
}

/// Where the first piece of a text ends. A word is never split, since words are tokenised one by
/// one and so the pieces' ids are the whole text's; only one of over sixteen pieces is, which is no
/// word but data.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE_BYTES {
        return text.len();
    }
    let longest = text.floor_char_boundary(16 * PIECE_BYTES);
    let space = text.as_bytes()[PIECE_BYTES..longest].iter().position(u8::is_ascii_whitespace);
    space.map_or(longest, |at| PIECE_BYTES + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokenizer(max_tokens: usize) -> TextTokenizer {
        let mut tokens: Vec<String> =
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "fn", "main", "##s", "(", ")", "a", "##a"]
                .map(String::from)
                .to_vec();
        tokens.push("b".into());
        TextTokenizer::from_vocabulary(&Vocabulary { tokens, cls: 2, sep: 3 }, max_tokens).unwrap()
    }

    #[test]
    fn a_text_is_framed_and_cut() {
        let ids = |max, text: &str| tokenizer(max).encode("", text).unwrap();
        assert_eq!(ids(8, "fn mains()").ids, [2, 4, 5, 6, 7, 8, 3]);
        assert_eq!(ids(8, ""), Tokens { ids: vec![2, 3], truncated: false });
        assert_eq!(ids(4, "fn main"), Tokens { ids: vec![2, 4, 5, 3], truncated: false });
        assert_eq!(ids(4, "fn main("), Tokens { ids: vec![2, 4, 5, 3], truncated: true });
    }

    #[test]
    fn the_prefix_is_part_of_the_text() {
        let tokens = tokenizer(8).encode("fn ", "main").unwrap();
        assert_eq!(tokens.ids, [2, 4, 5, 3]);
        assert_eq!(tokenizer(8).encode("fn ", "").unwrap().ids, [2, 4, 3]);
    }

    #[test]
    fn ids_beyond_the_table_are_refused() {
        assert!(tokenizer(8).fits(12).is_ok());
        let error = tokenizer(8).fits(11).unwrap_err();
        assert_eq!(
            error,
            "the tokenizer has an id 11, but the model's embedding table has 11 rows"
        );
    }

    #[test]
    fn huge_texts_are_cut_without_reading_them_whole() {
        let words = "a ".repeat(20_000_000);
        let tokens = tokenizer(256).encode("", &words).unwrap();
        assert_eq!(tokens.ids.len(), 256);
        assert!(tokens.truncated);
        let one_word = "a".repeat(5_000_000);
        assert!(tokenizer(256).encode("", &one_word).unwrap().ids.len() <= 256);
        let blank = " ".repeat(1_000_000);
        assert_eq!(tokenizer(256).encode("", &blank).unwrap().ids, [2, 3]);
    }

    #[test]
    fn odd_characters_are_no_error() {
        for text in [
            "\0",
            "\u{fffd}\u{200b}\u{feff}",
            "e\u{301}\u{301}",
            "\u{1f9d1}\u{200d}\u{1f4bb}",
            "[CLS] [SEP]",
        ] {
            let tokens = tokenizer(256).encode("", text).unwrap();
            assert!(tokens.ids.iter().all(|&id| id < 12), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn pieces_give_the_whole_texts_ids(words in prop::collection::vec("[ab(]{1,9}[ \t\n\u{e9}]{1,3}", 3000..5000)) {
            let text = words.concat();
            let tokenizer = tokenizer(1_000_000);
            let whole = tokenizer.inner.encode_fast(text.as_str(), true).unwrap();
            prop_assert_eq!(&tokenizer.encode("", &text).unwrap().ids[..], whole.get_ids());
        }
    }
}
