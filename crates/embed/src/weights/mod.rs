//! A model's tensors by their Hugging Face names, mapped from a safetensors or GGUF file.

mod check;
mod entry;
mod gguf;
mod gguf_header;
mod mapping;
mod numbers;
mod safetensors;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::config::ModelConfig;
use crate::error::{EmbedError, Result};

use entry::Entry;
pub(crate) use gguf::Vocabulary;
use mapping::Mapping;

/// A model's tensors, mapped from their file. Names are Hugging Face's, whatever the file's format:
///
/// BERT: `embeddings.{word_embeddings,position_embeddings,token_type_embeddings}.weight`,
/// `embeddings.LayerNorm.{weight,bias}`, and for each layer `encoder.layer.N.` with
/// `attention.self.{query,key,value}.{weight,bias}`, `attention.output.dense.{weight,bias}`,
/// `attention.output.LayerNorm.{weight,bias}`, `intermediate.dense.{weight,bias}`,
/// `output.dense.{weight,bias}`, `output.LayerNorm.{weight,bias}`.
///
/// `NomicBERT`: `embeddings.{word_embeddings,token_type_embeddings}.weight`, `emb_ln.{weight,bias}`,
/// and for each layer `encoder.layers.N.` with `attn.Wqkv.weight` (rows: Q, K, V; heads within),
/// `attn.out_proj.weight`, `mlp.fc11.weight` (up), `mlp.fc12.weight` (gate), `mlp.fc2.weight`
/// (down), `norm1.{weight,bias}` (after attention), `norm2.{weight,bias}`.
///
/// Projections are stored `[out, in]`, row after row. A clone shares the mapping.
#[derive(Debug, Clone)]
pub struct Weights {
    path: Arc<PathBuf>,
    mapping: Mapping,
    tensors: Arc<BTreeMap<String, Entry>>,
    vocabulary: Option<Arc<Vocabulary>>,
}

impl Weights {
    /// Maps a file (GGUF, or `model.safetensors` with its `config.json` beside it), reads the
    /// model's shape, and checks that every tensor the shape asks for is there, of the right shape,
    /// and finite.
    pub fn open(path: &Path) -> Result<(Self, ModelConfig)> {
        let mapping = Mapping::open(path)?;
        let corrupt = |why: String| EmbedError::corrupt(path, why);
        let (config, tensors, vocabulary) = if mapping.bytes().starts_with(b"GGUF") {
            let parts = gguf::read(mapping.bytes()).map_err(corrupt)?;
            (parts.config, parts.tensors, Some(Arc::new(parts.vocabulary)))
        } else {
            let json = path.with_file_name("config.json");
            let text = std::fs::read(&json).map_err(|error| EmbedError::io(&json, error))?;
            let config =
                ModelConfig::from_json(&text).map_err(|why| EmbedError::corrupt(&json, why))?;
            (config, safetensors::read(mapping.bytes()).map_err(corrupt)?, None)
        };
        let path = Arc::new(path.to_path_buf());
        let weights = Self { path, mapping, tensors: Arc::new(tensors), vocabulary };
        weights.check(&config)?;
        Ok((weights, config))
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A tensor's shape, outer dimension first.
    pub(crate) fn shape(&self, name: &str) -> Result<&[usize]> {
        Ok(&self.entry(name)?.shape)
    }

    /// A tensor's numbers, row after row: borrowed from the mapping where they are stored as f32,
    /// else converted.
    pub fn f32(&self, name: &str) -> Result<Cow<'_, [f32]>> {
        let entry = self.entry(name)?;
        Ok(numbers::to_f32(entry.dtype, &self.mapping.bytes()[entry.bytes.clone()]))
    }

    /// One row of a two-dimensional tensor into `out`, without touching the others. This is how the
    /// embedding table is read where it lies. Panics if `out` is not one row long or there is no
    /// such row or tensor.
    pub fn row(&self, name: &str, row: usize, out: &mut [f32]) {
        let entry = &self.tensors[name];
        let columns = entry.shape[entry.shape.len() - 1];
        assert_eq!(out.len(), columns, "one row of {name}");
        let stride = numbers::bytes_for(entry.dtype, columns);
        let start = entry.bytes.start + row * stride;
        assert!(start + stride <= entry.bytes.end, "row {row} of {name}");
        out.copy_from_slice(&numbers::to_f32(
            entry.dtype,
            &self.mapping.bytes()[start..start + stride],
        ));
    }

    /// A tensor as f32 on a device.
    pub(crate) fn tensor(&self, name: &str, device: &Device) -> Result<Tensor> {
        Ok(Tensor::from_slice(&self.f32(name)?, self.shape(name)?, device)?)
    }

    /// Gives the mapping's resident pages back, unless another clone still holds them; what is read
    /// later is mapped in again.
    pub(crate) fn release_pages(&mut self) {
        self.mapping.refresh();
    }

    /// The tokenizer's vocabulary, where the file has one (GGUF).
    pub(crate) fn vocabulary(&self) -> Option<&Vocabulary> {
        self.vocabulary.as_deref()
    }

    fn entry(&self, name: &str) -> Result<&Entry> {
        let missing = || EmbedError::corrupt(&self.path, format!("tensor {name} is missing"));
        self.tensors.get(name).ok_or_else(missing)
    }
}
