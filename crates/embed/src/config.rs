//! A model's shape, read from Hugging Face's `config.json` or from GGUF metadata.

use serde::Deserialize;

use crate::manifest::{Architecture, Pooling};

/// The feed-forward network's activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// GELU by the error function, between one up and one down projection (BERT).
    Gelu,
    /// `up(x) * silu(gate(x))`, then down (`NomicBERT`).
    SwiGlu,
}

/// The shape of a BERT or `NomicBERT` encoder: post-norm, scaled dot-product attention, heads of
/// `hidden / heads` columns.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelConfig {
    /// Which of the two encoders.
    pub architecture: Architecture,
    /// Columns of the residual stream, and of the vectors.
    pub hidden: usize,
    /// Encoder layers.
    pub layers: usize,
    /// Attention heads.
    pub heads: usize,
    /// Columns inside of the feed-forward network.
    pub intermediate: usize,
    /// Rows of the token embedding table (some are padding that no token uses).
    pub vocab: usize,
    /// Positions the weights, or the training, know: the longest text in tokens.
    pub max_positions: usize,
    /// Rows of the token type table; 0 where there is none. Only row 0 is ever used.
    pub type_vocab: usize,
    /// Added to the variance in every layer norm.
    pub layer_norm_eps: f32,
    /// The feed-forward network's activation.
    pub activation: Activation,
    /// The base of the rotary position embedding (halves, as GPT-NeoX), None with learnt positions.
    pub rotary_base: Option<f32>,
    /// Whether the projections have biases (layer norms always have).
    pub biases: bool,
    /// How the last layer becomes one vector.
    pub pooling: Pooling,
}

/// The keys of `config.json` that either encoder needs; the rest is left alone.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the format's own flags")]
struct Json {
    model_type: Option<String>,
    vocab_size: usize,
    type_vocab_size: Option<usize>,
    // BERT
    hidden_size: Option<usize>,
    num_hidden_layers: Option<usize>,
    num_attention_heads: Option<usize>,
    intermediate_size: Option<usize>,
    max_position_embeddings: Option<usize>,
    layer_norm_eps: Option<f32>,
    hidden_act: Option<String>,
    position_embedding_type: Option<String>,
    // NomicBERT, whose configuration derives from GPT-2's
    n_embd: Option<usize>,
    n_layer: Option<usize>,
    n_head: Option<usize>,
    n_inner: Option<usize>,
    n_positions: Option<usize>,
    max_trained_positions: Option<usize>,
    layer_norm_epsilon: Option<f32>,
    activation_function: Option<String>,
    pad_vocab_size_multiple: Option<usize>,
    rotary_emb_base: Option<f32>,
    rotary_emb_fraction: Option<f32>,
    rotary_emb_interleaved: Option<bool>,
    #[serde(default)]
    prenorm: bool,
    #[serde(default)]
    use_rms_norm: bool,
    #[serde(default)]
    qkv_proj_bias: bool,
    #[serde(default)]
    mlp_fc1_bias: bool,
    #[serde(default)]
    mlp_fc2_bias: bool,
}

impl ModelConfig {
    /// Reads Hugging Face's `config.json`. The error says what is wrong, for people.
    pub(crate) fn from_json(text: &[u8]) -> Result<Self, String> {
        let json: Json = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match json.model_type.as_deref() {
            Some("bert") => json.bert(),
            Some("nomic_bert") => json.nomic(),
            other => Err(format!(
                "model type {} is neither bert nor nomic_bert",
                other.unwrap_or("(none)")
            )),
        }
    }

    /// The configuration, if its numbers make sense together.
    pub(crate) fn validated(self) -> Result<Self, String> {
        let counts = [self.hidden, self.layers, self.heads, self.intermediate, self.vocab];
        if counts.contains(&0) || self.max_positions == 0 {
            return Err("a size of the model is zero".into());
        }
        for (what, size, most) in [
            ("layers", self.layers, 256),
            ("columns", self.hidden, 16_384),
            ("heads", self.heads, 1_024),
            ("columns of the feed-forward network", self.intermediate, 131_072),
            ("rows of the vocabulary", self.vocab, 2 << 20),
            ("positions", self.max_positions, 1 << 20),
            ("token types", self.type_vocab, 1_024),
        ] {
            if size > most {
                return Err(format!("{size} {what} are more than the {most} of any encoder"));
            }
        }
        if !self.hidden.is_multiple_of(self.heads) {
            return Err(format!("{} columns do not divide into {} heads", self.hidden, self.heads));
        }
        if self.rotary_base.is_some() && !(self.hidden / self.heads).is_multiple_of(2) {
            return Err("rotary positions need heads of an even width".into());
        }
        Ok(self)
    }
}

fn need<T>(value: Option<T>, key: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("{key} is missing"))
}

fn supported(good: bool, what: &str) -> Result<(), String> {
    if good { Ok(()) } else { Err(format!("{what} is not supported")) }
}

impl Json {
    fn bert(self) -> Result<ModelConfig, String> {
        let activation = self.hidden_act.as_deref().unwrap_or("gelu");
        supported(activation == "gelu", &format!("hidden_act {activation}"))?;
        let positions = self.position_embedding_type.as_deref().unwrap_or("absolute");
        supported(positions == "absolute", &format!("position_embedding_type {positions}"))?;
        ModelConfig {
            architecture: Architecture::Bert,
            hidden: need(self.hidden_size, "hidden_size")?,
            layers: need(self.num_hidden_layers, "num_hidden_layers")?,
            heads: need(self.num_attention_heads, "num_attention_heads")?,
            intermediate: need(self.intermediate_size, "intermediate_size")?,
            vocab: self.vocab_size,
            max_positions: need(self.max_position_embeddings, "max_position_embeddings")?,
            type_vocab: self.type_vocab_size.unwrap_or(2),
            layer_norm_eps: self.layer_norm_eps.unwrap_or(1e-12),
            activation: Activation::Gelu,
            rotary_base: None,
            biases: true,
            pooling: Pooling::Mean,
        }
        .validated()
    }

    fn nomic(self) -> Result<ModelConfig, String> {
        let activation = self.activation_function.as_deref().unwrap_or("swiglu");
        supported(activation == "swiglu", &format!("activation_function {activation}"))?;
        supported(!self.prenorm, "prenorm")?;
        supported(!self.use_rms_norm, "use_rms_norm")?;
        supported(self.rotary_emb_interleaved != Some(true), "rotary_emb_interleaved")?;
        let fraction = self.rotary_emb_fraction.unwrap_or(1.0);
        supported((fraction - 1.0).abs() < 1e-6, &format!("rotary_emb_fraction {fraction}"))?;
        let biases = [self.qkv_proj_bias, self.mlp_fc1_bias, self.mlp_fc2_bias];
        supported(biases == [biases[0]; 3], "a bias on only some projections")?;
        let hidden = need(self.n_embd, "n_embd")?;
        let multiple = self.pad_vocab_size_multiple.unwrap_or(1).max(1);
        let positions = self.max_trained_positions.or(self.n_positions);
        ModelConfig {
            architecture: Architecture::NomicBert,
            hidden,
            layers: need(self.n_layer, "n_layer")?,
            heads: need(self.n_head, "n_head")?,
            intermediate: self.n_inner.unwrap_or(hidden.saturating_mul(4)),
            vocab: self.vocab_size.checked_next_multiple_of(multiple).unwrap_or(usize::MAX),
            max_positions: need(positions, "n_positions")?,
            type_vocab: self.type_vocab_size.unwrap_or(2),
            layer_norm_eps: self.layer_norm_epsilon.unwrap_or(1e-12),
            activation: Activation::SwiGlu,
            rotary_base: Some(self.rotary_emb_base.unwrap_or(10_000.0)),
            biases: biases[0],
            pooling: Pooling::Mean,
        }
        .validated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOMIC: &str = r#"{"model_type": "nomic_bert", "vocab_size": 30522,
        "pad_vocab_size_multiple": 64, "n_embd": 768, "n_layer": 12, "n_head": 12, "n_inner": 3072,
        "n_positions": 8192, "max_trained_positions": 2048, "rotary_emb_base": 1000,
        "rotary_emb_fraction": 1.0, "activation_function": "swiglu", "layer_norm_epsilon": 1e-12}"#;

    #[test]
    fn nomic_configuration_is_read() {
        let config = ModelConfig::from_json(NOMIC.as_bytes()).unwrap();
        assert_eq!(config.vocab, 30528);
        assert_eq!(config.max_positions, 2048);
        assert_eq!(config.rotary_base, Some(1000.0));
        assert!(!config.biases);
    }

    #[test]
    fn what_is_not_supported_is_named() {
        let with = |from: &str, to: &str| {
            ModelConfig::from_json(NOMIC.replace(from, to).as_bytes()).unwrap_err()
        };
        assert_eq!(with("swiglu", "relu"), "activation_function relu is not supported");
        assert_eq!(with("nomic_bert", "llama"), "model type llama is neither bert nor nomic_bert");
        assert_eq!(
            with("\"n_head\": 12", "\"n_head\": 7"),
            "768 columns do not divide into 7 heads"
        );
        assert_eq!(with("\"n_layer\": 12,", ""), "n_layer is missing");
    }
}
