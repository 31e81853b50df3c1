//! GGUF as llama.cpp's converter writes it for `bert` and `nomic-bert`, and as Ollama stores it.
//!
//! The converter neither permutes nor transposes anything for these two: Q, K and V lie in Hugging
//! Face's order and the rotary embedding works on halves, so only names are translated.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file::{Content, Value};

use super::entry::{Entry, WeightType};
use super::{gguf_header, numbers};
use crate::config::{Activation, ModelConfig};
use crate::manifest::{Architecture, Pooling};

/// `tokenizer.ggml.token_type` of special tokens such as `[CLS]`.
const CONTROL: i64 = 3;

/// Everything that a GGUF file holds.
pub(super) struct GgufContents {
    pub(super) config: ModelConfig,
    pub(super) tensors: BTreeMap<String, Entry>,
    pub(super) vocabulary: Vocabulary,
}

/// A `WordPiece` vocabulary in its original spelling: `##` before a continuation.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) tokens: Vec<String>,
    pub(crate) cls: u32,
    pub(crate) sep: u32,
}

pub(super) fn read(bytes: &[u8]) -> Result<GgufContents, String> {
    gguf_header::check(bytes)?;
    let content = content(bytes)?;
    let metadata = Metadata(&content.metadata);
    let architecture = match metadata.text("general.architecture")? {
        "bert" => Architecture::Bert,
        "nomic-bert" => Architecture::NomicBert,
        other => return Err(format!("architecture {other} is neither bert nor nomic-bert")),
    };
    let tensors = tensors(&content, architecture, bytes.len())?;
    let config = config(&metadata, architecture, &tensors)?;
    Ok(GgufContents { vocabulary: vocabulary(&metadata)?, config, tensors })
}

/// What candle reads. It is made for files that are well: where one makes it panic, that is the
/// file's fault.
fn content(bytes: &[u8]) -> Result<Content, String> {
    let read = || Content::read(&mut Cursor::new(bytes));
    match std::panic::catch_unwind(read) {
        Ok(content) => content.map_err(|error| format!("no whole GGUF file: {error}")),
        Err(_) => Err("no GGUF file that can be read".into()),
    }
}

fn tensors(
    content: &Content,
    architecture: Architecture,
    file_bytes: usize,
) -> Result<BTreeMap<String, Entry>, String> {
    let mut tensors = BTreeMap::new();
    for (gguf_name, info) in &content.tensor_infos {
        let Some(name) = canonical(gguf_name, architecture) else { continue };
        let dtype = match info.ggml_dtype {
            GgmlDType::F32 => WeightType::F32,
            GgmlDType::F16 => WeightType::F16,
            GgmlDType::BF16 => WeightType::Bf16,
            GgmlDType::Q8_0 => WeightType::Q8_0,
            other => {
                return Err(format!(
                    "tensor {gguf_name} is {other:?}; F32, F16, BF16 and Q8_0 can be read"
                ));
            }
        };
        let mut shape = info.shape.dims().to_vec();
        if shape.len() == 1 && name.ends_with("token_type_embeddings.weight") {
            shape.insert(0, 1); // A single token type is stored as a vector
        }
        let columns = shape.last().copied().unwrap_or(1);
        if dtype == WeightType::Q8_0 && columns % 32 != 0 {
            return Err(format!("tensor {gguf_name} has {columns} columns, no whole blocks of 32"));
        }
        let range = shape
            .iter()
            .try_fold(1_usize, |count, &n| count.checked_mul(n))
            .and_then(|count| {
                let start = content.tensor_data_offset.checked_add(info.offset)?;
                let start = usize::try_from(start).ok()?;
                Some(start..start.checked_add(numbers::bytes_for(dtype, count))?)
            })
            .filter(|range| range.end <= file_bytes)
            .ok_or_else(|| format!("the file is cut short: tensor {gguf_name} is not all there"))?;
        tensors.insert(name, Entry { dtype, shape, bytes: range });
    }
    Ok(tensors)
}

/// llama.cpp's name of a tensor to Hugging Face's; None for one that no encoder reads.
fn canonical(name: &str, architecture: Architecture) -> Option<String> {
    use Architecture::{Bert, NomicBert};
    let (stem, kind) = name.rsplit_once('.')?;
    let translated = if let Some(rest) = stem.strip_prefix("blk.") {
        let (layer, part) = rest.split_once('.')?;
        let directory = if architecture == Bert { "layer" } else { "layers" };
        let part = match (architecture, part) {
            (Bert, "attn_q") => "attention.self.query",
            (Bert, "attn_k") => "attention.self.key",
            (Bert, "attn_v") => "attention.self.value",
            (Bert, "attn_output") => "attention.output.dense",
            (Bert, "attn_output_norm") => "attention.output.LayerNorm",
            (Bert, "ffn_up") => "intermediate.dense",
            (Bert, "ffn_down") => "output.dense",
            (Bert, "layer_output_norm") => "output.LayerNorm",
            (NomicBert, "attn_qkv") => "attn.Wqkv",
            (NomicBert, "attn_output") => "attn.out_proj",
            (NomicBert, "attn_output_norm") => "norm1",
            (NomicBert, "ffn_up") => "mlp.fc11",
            (NomicBert, "ffn_gate") => "mlp.fc12",
            (NomicBert, "ffn_down") => "mlp.fc2",
            (NomicBert, "layer_output_norm") => "norm2",
            _ => return None,
        };
        format!("encoder.{directory}.{layer}.{part}")
    } else {
        match (architecture, stem) {
            (_, "token_embd") => "embeddings.word_embeddings",
            (_, "token_types") => "embeddings.token_type_embeddings",
            (Bert, "position_embd") => "embeddings.position_embeddings",
            (Bert, "token_embd_norm") => "embeddings.LayerNorm",
            (NomicBert, "token_embd_norm") => "emb_ln",
            _ => return None,
        }
        .to_owned()
    };
    Some(format!("{translated}.{kind}"))
}

fn config(
    metadata: &Metadata<'_>,
    architecture: Architecture,
    tensors: &BTreeMap<String, Entry>,
) -> Result<ModelConfig, String> {
    let nomic = architecture == Architecture::NomicBert;
    let prefix = if nomic { "nomic-bert" } else { "bert" };
    let number = |key: &str| metadata.number(&format!("{prefix}.{key}"));
    let rows = |name: &str| tensors.get(name).map_or(0, |entry| entry.shape[0]);
    let positions = rows("embeddings.position_embeddings.weight");
    let eps = metadata.float(&format!("{prefix}.attention.layer_norm_epsilon"))?;
    let config = ModelConfig {
        architecture,
        hidden: number("embedding_length")?,
        layers: number("block_count")?,
        heads: number("attention.head_count")?,
        intermediate: number("feed_forward_length")?,
        vocab: rows("embeddings.word_embeddings.weight"),
        max_positions: if nomic { number("context_length")? } else { positions },
        type_vocab: rows("embeddings.token_type_embeddings.weight"),
        layer_norm_eps: eps,
        activation: if nomic { Activation::SwiGlu } else { Activation::Gelu },
        // llama.cpp's own default, for files that do not say
        rotary_base: nomic
            .then(|| metadata.float(&format!("{prefix}.rope.freq_base")).unwrap_or(10_000.0)),
        biases: tensors.contains_key(if nomic {
            "encoder.layers.0.attn.Wqkv.bias"
        } else {
            "encoder.layer.0.attention.self.query.bias"
        }),
        pooling: match number("pooling_type") {
            Ok(2) => Pooling::Cls,
            _ => Pooling::Mean,
        },
    };
    config.validated()
}

fn vocabulary(metadata: &Metadata<'_>) -> Result<Vocabulary, String> {
    let model = metadata.text("tokenizer.ggml.model")?;
    if model != "bert" {
        return Err(format!("its tokenizer is {model}, not WordPiece (bert)"));
    }
    let stored = metadata.list("tokenizer.ggml.tokens")?;
    let types = metadata.list("tokenizer.ggml.token_type").unwrap_or_default();
    let mut tokens = Vec::with_capacity(stored.len());
    for (index, token) in stored.iter().enumerate() {
        let token = token.to_string().map_err(|_| "its vocabulary is not text".to_owned())?;
        let control = types.get(index).and_then(integer) == Some(CONTROL);
        tokens.push(original(token, control));
    }
    let find = |text: &str| tokens.iter().position(|token| token == text);
    let special = |keys: &[&str], text: &str| {
        let named =
            keys.iter().find_map(|key| metadata.number(&format!("tokenizer.ggml.{key}")).ok());
        find(text)
            .or(named)
            .filter(|&id| id < tokens.len())
            .map(|id| id as u32)
            .ok_or_else(|| format!("its vocabulary has no {text}"))
    };
    // "seperator" is how the key was spelt for years
    let cls = special(&["cls_token_id", "bos_token_id"], "[CLS]")?;
    let sep = special(&["seperator_token_id", "separator_token_id", "eos_token_id"], "[SEP]")?;
    Ok(Vocabulary { tokens, cls, sep })
}

/// Undoes the converter's phantom space: `▁word` was `word`, `ing` was `##ing`, and a special token
/// was left alone.
fn original(token: &str, control: bool) -> String {
    let bracketed = token.len() > 2 && token.starts_with('[') && token.ends_with(']');
    match token.strip_prefix('\u{2581}') {
        Some(word) if !word.is_empty() => word.to_owned(),
        None if control || bracketed => token.to_owned(),
        _ => format!("##{token}"),
    }
}

fn integer(value: &Value) -> Option<i64> {
    Some(match *value {
        Value::U8(v) => v.into(),
        Value::I8(v) => v.into(),
        Value::U16(v) => v.into(),
        Value::I16(v) => v.into(),
        Value::U32(v) => v.into(),
        Value::I32(v) => v.into(),
        Value::U64(v) => v.try_into().ok()?,
        Value::I64(v) => v,
        _ => return None,
    })
}

struct Metadata<'a>(&'a HashMap<String, Value>);

impl<'a> Metadata<'a> {
    fn get(&self, key: &str) -> Result<&'a Value, String> {
        self.0.get(key).ok_or_else(|| format!("its metadata has no {key}"))
    }

    fn text(&self, key: &str) -> Result<&'a str, String> {
        let text = self.get(key)?.to_string().map_err(|_| format!("{key} is no text"))?;
        Ok(text)
    }

    fn number(&self, key: &str) -> Result<usize, String> {
        let number = integer(self.get(key)?).and_then(|v| usize::try_from(v).ok());
        number.ok_or_else(|| format!("{key} is no count"))
    }

    fn float(&self, key: &str) -> Result<f32, String> {
        match *self.get(key)? {
            Value::F32(v) => Ok(v),
            Value::F64(v) => Ok(v as f32),
            _ => Err(format!("{key} is no float")),
        }
    }

    fn list(&self, key: &str) -> Result<&'a [Value], String> {
        let list = self.get(key)?.to_vec().map_err(|_| format!("{key} is no list"))?;
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phantom_space_is_undone() {
        assert_eq!(original("\u{2581}word", false), "word");
        assert_eq!(original("ing", false), "##ing");
        assert_eq!(original("[CLS]", false), "[CLS]");
        assert_eq!(original("<odd>", true), "<odd>");
        assert_eq!(original("\u{2581}[unused7]", false), "[unused7]");
        assert_eq!(original("]", false), "##]");
        // The vocabulary's own "▁" as a word is stored with the phantom space, "##▁" bare
        assert_eq!(original("\u{2581}\u{2581}", false), "\u{2581}");
        assert_eq!(original("\u{2581}", false), "##\u{2581}");
    }

    #[test]
    fn a_file_of_noise_is_an_error() {
        for bytes in [
            &b"GGUF"[..],
            b"GGUF\x03\0\0\0",
            &[b'G'; 4096],
            b"GGUF\x03\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert!(read(bytes).is_err());
        }
    }
}
