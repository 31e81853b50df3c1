//! The golden fixtures on candle's operators, on every device that is here, at both of its
//! precisions. The processor proves the arithmetic everywhere; a GPU needs the feature `cuda` or
//! `metal`, and where none is there the test says that it was skipped.

use std::path::Path;

use candle_core::Device;
use sconce_embed::{
    Batch, CandleModel, DeviceChoice, Embedder, EmbedderConfig, ModelConfig, Pooling, Precision,
    Weights, open_device,
};
use sconce_testing::model;
use serde::Deserialize;

/// The precisions of a GPU, and the least cosine to the reference.
const PRECISIONS: [(Precision, f64); 2] = [(Precision::F32, 0.9999), (Precision::F16, 0.999)];

#[derive(Deserialize)]
struct Golden {
    lengths: Vec<Ids>,
}

#[derive(Deserialize)]
struct Ids {
    ids: Vec<u32>,
    vector: Vec<f32>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    vector: Vec<f32>,
}

/// The GPU that this build can use, or None and a line that says why.
fn gpu() -> Option<(DeviceChoice, Device)> {
    let choice = match () {
        () if cfg!(feature = "cuda") => DeviceChoice::Cuda,
        () if cfg!(feature = "metal") => DeviceChoice::Metal,
        () => {
            eprintln!("skipped: this build has neither the feature cuda nor metal");
            return None;
        }
    };
    match open_device(choice) {
        Ok(device) => Some((choice, device)),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// A small random model, and what an independent encoder gives at every length.
struct Small {
    name: &'static str,
    weights: Weights,
    config: ModelConfig,
    cases: Vec<Ids>,
}

fn small_models() -> [Small; 2] {
    [("small-nomic", Pooling::Mean), ("small-bert", Pooling::Cls)].map(|(name, pooling)| {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        let (weights, config) = Weights::open(&directory.join("model.safetensors")).unwrap();
        let json = std::fs::read(directory.join("golden.json")).unwrap();
        let cases = serde_json::from_slice::<Golden>(&json).unwrap().lengths;
        Small { name, weights, config: ModelConfig { pooling, ..config }, cases }
    })
}

/// Both small models at every length, alone, all together and padded to the limit.
fn small_models_hold(device: &Device) {
    for Small { name, weights, config, cases } in small_models() {
        for (precision, least) in PRECISIONS {
            let model = CandleModel::load(&config, &weights, device, precision).unwrap();
            let together = Batch::new(cases.iter().map(|case| case.ids.as_slice()));
            let together = model.forward(&together).unwrap();
            let mut lowest = 1.0_f64;
            for (case, vector) in cases.iter().zip(together.chunks_exact(config.hidden)) {
                let batch = Batch::new([case.ids.as_slice()]);
                let alone = model.forward(&batch).unwrap();
                let padded = model.forward_padded(&batch, config.max_positions).unwrap();
                for found in [vector, &alone, &padded] {
                    lowest = lowest.min(cosine(&case.vector, found));
                    let squares = found.iter().map(|v| v * v).sum::<f32>();
                    assert!((squares - 1.0).abs() < 1e-4, "{name} {precision}: length {squares}");
                }
            }
            eprintln!("{name}, {precision} on {device:?}: lowest cosine {lowest:.7}");
            assert!(lowest >= least, "{name}, {precision} on {device:?}: cosine {lowest}");
        }
    }
}

#[test]
fn the_operators_hold_at_both_precisions_on_the_processor() {
    small_models_hold(&Device::Cpu);
}

/// The kernels for NVIDIA's GPUs, which pack texts: at every length, alone and all together.
#[cfg(feature = "cuda")]
#[test]
fn the_kernels_hold_at_both_precisions_on_a_gpu() {
    use sconce_embed::CudaModel;

    let Some((_, Device::Cuda(gpu))) = gpu() else { return };
    for Small { name, weights, config, cases } in small_models() {
        for (precision, least) in [(Precision::F16, 0.9999), (Precision::Bf16, 0.999)] {
            assert_eq!(CudaModel::takes(&config, &gpu, precision), Some(precision));
            let model = CudaModel::load(&config, &weights, &gpu, precision).unwrap();
            let together = Batch::new(cases.iter().map(|case| case.ids.as_slice()));
            let together = model.forward(&together).unwrap();
            let mut lowest = 1.0_f64;
            for (case, vector) in cases.iter().zip(together.chunks_exact(config.hidden)) {
                let alone = model.forward(&Batch::new([case.ids.as_slice()])).unwrap();
                assert_eq!(alone.len(), config.hidden);
                for found in [vector, &alone] {
                    lowest = lowest.min(cosine(&case.vector, found));
                }
            }
            eprintln!("{name}, {precision}, packed on the GPU: lowest cosine {lowest:.7}");
            assert!(lowest >= least, "{name}, {precision}: cosine {lowest}");
        }
    }
}

/// Texts of several tiles of attention, and of one token more and less, beside candle's operators.
#[cfg(feature = "cuda")]
#[test]
fn the_kernels_hold_on_long_texts_on_a_gpu() {
    use sconce_embed::CudaModel;

    let Some((_, Device::Cuda(gpu))) = gpu() else { return };
    let [Small { weights, config, .. }, _] = small_models();
    // its positions are turned, and not learnt
    let config = ModelConfig { max_positions: 700, ..config };
    let lengths = [1, 16, 17, 63, 64, 65, 127, 128, 129, 192, 193, 700];
    let id = |at: usize| (at * 31 % config.vocab) as u32;
    let texts: Vec<Vec<u32>> =
        lengths.iter().map(|&length| (length..2 * length).map(id).collect()).collect();
    let reference = CandleModel::load(&config, &weights, &Device::Cpu, Precision::F32).unwrap();
    let model = CudaModel::load(&config, &weights, &gpu, Precision::F16).unwrap();
    let together = model.forward(&Batch::new(texts.iter().map(Vec::as_slice))).unwrap();
    for (text, vector) in texts.iter().zip(together.chunks_exact(config.hidden)) {
        let expected = reference.forward(&Batch::new([text.as_slice()])).unwrap();
        let cosine = cosine(&expected, vector);
        assert!(cosine >= 0.9999, "{} tokens: {cosine}", text.len());
    }
}

#[test]
fn the_operators_hold_at_both_precisions_on_a_gpu() {
    if let Some((_, device)) = gpu() {
        small_models_hold(&device);
    }
}

#[tokio::test]
async fn minilm_on_a_gpu_is_what_sentence_transformers_gives() {
    let Some((device, _)) = gpu() else { return };
    let golden: Vec<Text> =
        serde_json::from_str(include_str!("fixtures/minilm_golden.json")).unwrap();
    for (precision, least) in PRECISIONS {
        let config = EmbedderConfig { device, precision, ..model::config() };
        let embedder = Embedder::open(&config, &mut |notice| eprintln!("{notice}")).unwrap();
        assert_eq!(embedder.info().device, device.as_str());
        assert_eq!(embedder.info().precision, precision.as_str());
        let texts = golden.iter().map(|case| case.text.clone()).collect();
        let embeddings = embedder.embed_documents(texts).await.unwrap();
        for (case, vector) in golden.iter().zip(&embeddings.vectors) {
            let cosine = cosine(&case.vector, vector);
            assert!(cosine >= least, "{precision}: {cosine} for {:?}", case.text);
        }
    }
}

#[test]
fn low_precisions_that_candle_has_not_are_served_by_one_that_loses_less() {
    for (asked, expected) in [
        (Precision::Auto, Precision::F32),
        (Precision::Int16, Precision::F32),
        (Precision::Bf16, Precision::F16),
        (Precision::Int8, Precision::F16),
    ] {
        assert_eq!(CandleModel::precision_for(asked), expected, "{asked}");
    }
}
