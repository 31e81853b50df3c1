//! Hugging Face's safetensors format.

use std::collections::BTreeMap;

use safetensors::{Dtype, SafeTensors};

use super::entry::{Entry, WeightType};

/// The tensors of a file, under their canonical names. Tensors of types that no encoder uses (the
/// position ids of old checkpoints) are left out.
pub(super) fn read(bytes: &[u8]) -> Result<BTreeMap<String, Entry>, String> {
    let file =
        SafeTensors::deserialize(bytes).map_err(|error| format!("no safetensors file: {error}"))?;
    let base = bytes.as_ptr().addr();
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        let dtype = match view.dtype() {
            Dtype::F32 => WeightType::F32,
            Dtype::F16 => WeightType::F16,
            Dtype::BF16 => WeightType::Bf16,
            _ => continue,
        };
        let start = view.data().as_ptr().addr() - base;
        let bytes = start..start + view.data().len();
        tensors.insert(canonical(name), Entry { dtype, shape: view.shape().to_vec(), bytes });
    }
    Ok(tensors)
}

/// Checkpoints with a head keep the encoder under a prefix; TensorFlow's layer norms have gamma and
/// beta.
fn canonical(name: &str) -> String {
    let name = ["bert.", "nomic_bert.", "model."]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    if let Some(norm) = name.strip_suffix("LayerNorm.gamma") {
        format!("{norm}LayerNorm.weight")
    } else if let Some(norm) = name.strip_suffix("LayerNorm.beta") {
        format!("{norm}LayerNorm.bias")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn prefixes_and_old_names_are_translated() {
        assert_eq!(canonical("bert.embeddings.LayerNorm.gamma"), "embeddings.LayerNorm.weight");
        assert_eq!(canonical("embeddings.LayerNorm.beta"), "embeddings.LayerNorm.bias");
        assert_eq!(canonical("nomic_bert.emb_ln.weight"), "emb_ln.weight");
        assert_eq!(
            canonical("encoder.layer.0.output.dense.bias"),
            "encoder.layer.0.output.dense.bias"
        );
    }
}
