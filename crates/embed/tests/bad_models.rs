//! Model files that cannot be used: a clear error when they are opened, never later.

use std::path::{Path, PathBuf};

use sconce_embed::{
    Architecture, EmbedError, Embedder, EmbedderConfig, Located, Manifest, Pooling, Source,
    SourceOptions, WeightFormat, Weights, locate,
};
use sconce_testing::model::small_manifest;
use serde_json::json;
use tempfile::TempDir;

fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small-nomic").join(file)
}

fn manifest() -> Manifest {
    small_manifest("small-nomic", Architecture::NomicBert, Pooling::Mean)
}

/// A copy of the fixture's directory, to be damaged.
fn copy() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for file in ["config.json", "tokenizer.json", "model.safetensors", "f16.gguf"] {
        std::fs::copy(fixture(file), directory.path().join(file)).unwrap();
    }
    directory
}

fn edit(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    edit(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

fn replace(path: &Path, from: &str, to: &str) {
    edit(path, |bytes| {
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes.splice(at..at + from.len(), to.bytes());
    });
}

fn open(path: &Path, format: WeightFormat) -> Result<Embedder, EmbedError> {
    let located = Located { path: path.to_path_buf(), source: Source::ModelDir, format };
    let config = EmbedderConfig::new(SourceOptions::from_env("nowhere"));
    Embedder::load(&manifest(), &located, &config)
}

/// The message, which names the file and comes with a hint.
fn complaint(path: &Path, format: WeightFormat) -> String {
    let error = open(path, format).unwrap_err();
    assert!(error.remedy().is_some(), "{error} has a remedy");
    error.to_string()
}

fn assert_directory(directory: &TempDir, file: &str, words: &str) {
    let message = complaint(directory.path(), WeightFormat::Safetensors);
    assert!(message.contains(words) && message.contains(file), "{message}, expected {words}");
}

fn assert_gguf(directory: &TempDir, words: &str) {
    let message = complaint(&directory.path().join("f16.gguf"), WeightFormat::Gguf);
    assert!(message.contains(words) && message.contains("f16.gguf"), "{message}, expected {words}");
}

#[test]
fn the_undamaged_copy_opens() {
    let directory = copy();
    open(directory.path(), WeightFormat::Safetensors).unwrap();
    open(&directory.path().join("f16.gguf"), WeightFormat::Gguf).unwrap();
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    for (file, format) in
        [("f16.gguf", WeightFormat::Gguf), ("model.safetensors", WeightFormat::Safetensors)]
    {
        let whole = std::fs::read(fixture(file)).unwrap();
        let cuts = (0..whole.len()).step_by(whole.len() / 60).chain([whole.len() - 1]);
        for cut in cuts {
            let directory = copy();
            let path = directory.path().join(file);
            std::fs::write(&path, &whole[..cut]).unwrap();
            let opened = if format == WeightFormat::Gguf {
                open(&path, format)
            } else {
                open(directory.path(), format)
            };
            assert!(opened.is_err(), "{file} cut after {cut} bytes");
        }
    }
}

#[test]
fn another_architecture_is_named() {
    let directory = copy();
    replace(&directory.path().join("f16.gguf"), "nomic-bert", "nomic-moes");
    assert_gguf(&directory, "architecture nomic-moes is neither bert nor nomic-bert");
    replace(&directory.path().join("config.json"), "nomic_bert", "llama");
    assert_directory(&directory, "config.json", "model type llama is neither bert nor nomic_bert");
}

#[test]
fn another_model_than_the_manifests_is_refused() {
    let bert = fixture("../small-bert");
    let message = complaint(&bert, WeightFormat::Safetensors);
    assert!(message.contains("it is not small-nomic: its architecture is Bert"), "{message}");
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let directory = copy();
    replace(&directory.path().join("config.json"), "\"n_inner\": 96", "\"n_inner\": 32");
    assert_directory(
        &directory,
        "model.safetensors",
        "mlp.fc11.weight has shape [96, 64], expected [32, 64]",
    );
    replace(&directory.path().join("config.json"), "\"n_layer\": 2", "\"n_layer\": 3");
    replace(&directory.path().join("config.json"), "\"n_inner\": 32", "\"n_inner\": 96");
    assert_directory(
        &directory,
        "model.safetensors",
        "tensor encoder.layers.2.attn.Wqkv.weight is missing",
    );
}

#[test]
fn nan_in_the_weights_is_found() {
    let directory = copy();
    edit(&directory.path().join("model.safetensors"), |bytes| {
        let end = bytes.len();
        bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    });
    assert_directory(&directory, "model.safetensors", "holds NaN");
    edit(&directory.path().join("f16.gguf"), |bytes| {
        let end = bytes.len();
        bytes[end - 4..].copy_from_slice(&[0xff; 4]);
    });
    assert_gguf(&directory, "holds NaN");
}

#[test]
fn a_tokenizer_that_does_not_fit_is_refused() {
    let directory = copy();
    let path = directory.path().join("tokenizer.json");
    let mut tokenizer: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    tokenizer["model"]["vocab"]["onemore"] = json!(30_000);
    std::fs::write(&path, tokenizer.to_string()).unwrap();
    assert_directory(
        &directory,
        "tokenizer.json",
        "has an id 30000, but the model's embedding table has",
    );
    std::fs::write(&path, "{\"version\": 7").unwrap();
    assert_directory(&directory, "tokenizer.json", "cannot be used");
    std::fs::remove_file(&path).unwrap();
    let error = open(directory.path(), WeightFormat::Safetensors).unwrap_err();
    assert!(error.to_string().contains("tokenizer.json"), "{error}");
}

#[test]
fn noise_and_nothing_are_no_model() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("f16.gguf");
    for bytes in [&b""[..], b"GGUF", &[0xff; 5000], b"<html>404</html>"] {
        std::fs::write(&path, bytes).unwrap();
        assert!(Weights::open(&path).is_err());
    }
}

#[test]
fn ollamas_own_store_is_found_and_loaded() {
    let store = tempfile::tempdir().unwrap();
    let digest = "sha256:0123456789abcdef";
    let blob = store.path().join("blobs/sha256-0123456789abcdef");
    let tags = store.path().join("manifests/registry.ollama.ai/library/small");
    std::fs::create_dir_all(blob.parent().unwrap()).unwrap();
    std::fs::create_dir_all(&tags).unwrap();
    std::fs::copy(fixture("f16.gguf"), &blob).unwrap();
    let image = json!({"schemaVersion": 2, "layers": [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:00", "size": 11357},
        {"mediaType": "application/vnd.ollama.image.model", "digest": digest,
         "size": blob.metadata().unwrap().len()},
    ]});
    std::fs::write(tags.join("latest"), image.to_string()).unwrap();

    let mut manifest = manifest();
    manifest.files = vec![sconce_embed::ModelFile {
        name: "model.safetensors".into(),
        sha256: None,
        bytes: None,
    }];
    let nowhere = store.path().join("nowhere");
    let sources = SourceOptions {
        model_dir: None,
        ollama_models: Some(store.path().to_path_buf()),
        image_dir: nowhere.clone(),
        hf_home: None,
        ..SourceOptions::from_env(nowhere)
    };
    let located = locate(&manifest, &sources).unwrap();
    assert_eq!((located.source, located.format), (Source::Ollama, WeightFormat::Gguf));
    Embedder::load(&manifest, &located, &EmbedderConfig::new(sources.clone())).unwrap();

    // a blob that is not whole is none
    edit(&blob, |bytes| bytes.truncate(1000));
    assert_eq!(locate(&manifest, &sources), None);
}

#[test]
fn an_absurd_shape_is_refused_before_anything_is_made_for_it() {
    for (key, good, absurd, words) in [
        ("n_layer", "2", "200000000", "200000000 layers"),
        ("n_embd", "64", "9999999999", "9999999999 columns"),
        ("n_inner", "96", "18446744073709551615", "columns of the feed-forward network"),
        ("vocab_size", "", "18446744073709551615", "rows of the vocabulary"),
    ] {
        let directory = copy();
        let path = directory.path().join("config.json");
        let mut json: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert!(good.is_empty() || json[key] == good.parse::<u64>().unwrap(), "{key}");
        json[key] = serde_json::from_str(absurd).unwrap();
        std::fs::write(&path, json.to_string()).unwrap();
        assert_directory(&directory, "config.json", words);
    }
    let directory = copy();
    // a count is 32 bits wide there, after the key and its type
    let key = b"nomic-bert.block_count";
    edit(&directory.path().join("f16.gguf"), |bytes| {
        let at = bytes.windows(key.len()).position(|window| window == key).unwrap();
        let value = at + key.len() + 4;
        bytes[value..value + 4].copy_from_slice(&200_000_000_u32.to_le_bytes());
    });
    assert_gguf(&directory, "200000000 layers");
}

#[test]
fn an_alignment_of_zero_is_an_error_and_no_panic() {
    let directory = copy();
    edit(&directory.path().join("f16.gguf"), |bytes| {
        // one more key before the others, and the count of them raised
        let count = u64::from_le_bytes(bytes[16..24].try_into().unwrap());
        bytes[16..24].copy_from_slice(&(count + 1).to_le_bytes());
        let key = b"general.alignment";
        let mut entry = (key.len() as u64).to_le_bytes().to_vec();
        entry.extend(key);
        entry.extend(4_u32.to_le_bytes());
        entry.extend(0_u32.to_le_bytes());
        bytes.splice(24..24, entry);
    });
    assert_gguf(&directory, "general.alignment is 0");
}
