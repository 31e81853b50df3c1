//! The packed pass at every precision and on every instruction set of this processor, on the small
//! random models of `tests/fixtures`.

use std::path::Path;

use sconce_kernels::InstructionSet;

use super::*;

const MODELS: [&str; 2] = ["small-bert", "small-nomic"];

fn load(name: &str, precision: Precision, kernels: Kernels) -> PackedModel {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let (weights, config) = Weights::open(&fixtures.join(name).join("model.safetensors")).unwrap();
    PackedModel::load_with(&config, weights, precision, kernels).unwrap()
}

/// Those of every level that is here, and of the model of AMX.
fn every_kernels() -> Vec<Kernels> {
    let here = InstructionSet::ALL.into_iter().filter(|level| level.is_here());
    here.map(Kernels::strongest).chain([Kernels::model_of_tiles()]).collect()
}

/// Texts of 1 to 64 tokens, more than one pass of them.
fn batch() -> Batch {
    let text = |n: u32| -> Vec<u32> { (0..n).map(|i| (i * 37 + n * 11) % 119).collect() };
    let texts: Vec<_> = (1..=64).map(text).collect();
    assert!(texts.iter().map(Vec::len).sum::<usize>() > 2 * TOKENS);
    Batch::new(texts.iter().map(Vec::as_slice))
}

fn lowest_cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |(a, b): (&[f32], &[f32])| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    a.chunks_exact(64).zip(b.chunks_exact(64)).map(dot).fold(1.0, f32::min)
}

#[test]
fn every_precision_on_every_instruction_set() {
    let batch = batch();
    for name in MODELS {
        let portable = Kernels::strongest(InstructionSet::Portable);
        let reference = load(name, Precision::F32, portable).forward(&batch).unwrap();
        for (precision, least) in [
            (Precision::F32, 0.99999),
            (Precision::Int16, 0.9999),
            (Precision::Bf16, 0.999),
            (Precision::Int8, 0.99),
        ] {
            for kernels in every_kernels() {
                let level = kernels.name();
                let found = load(name, precision, kernels).forward(&batch).unwrap();
                let cosine = lowest_cosine(&found, &reference);
                assert!(cosine >= least, "{name} {precision} {level}: {cosine}");
            }
        }
    }
}

#[test]
fn a_text_does_not_depend_on_its_batch_nor_on_threads() {
    let batch = batch();
    for name in MODELS {
        let levels = || [InstructionSet::Avx512Bf16, InstructionSet::Amx].map(Kernels::strongest);
        let all = || levels().into_iter().chain([Kernels::model_of_tiles()]);
        let runs = [Precision::F32, Precision::Int8, Precision::Bf16].into_iter();
        for (precision, kernels) in runs.flat_map(|p| all().map(move |kernels| (p, kernels))) {
            let mut model = load(name, precision, kernels);
            let together = model.forward(&batch).unwrap();
            assert_eq!(together, model.forward_query(&batch, 3).unwrap());
            let mut worker = model.worker();
            for (text, vector) in batch.texts().zip(together.chunks_exact(64)) {
                assert_eq!(worker.forward(&Batch::new([text])).unwrap(), vector, "{name}");
            }
        }
    }
}

#[test]
fn a_batch_that_no_model_can_take_is_an_error() {
    let mut model = load("small-bert", Precision::Auto, Kernels::strongest(InstructionSet::Amx));
    for ids in [vec![], vec![1; 65], vec![1, 119]] {
        assert!(model.forward(&Batch::new([ids.as_slice()])).is_err(), "{} ids", ids.len());
    }
    assert_eq!(model.forward(&Batch::default()).unwrap(), Vec::<f32>::new());
}

#[test]
fn shapes_that_do_not_fill_vectors_are_left_to_candle() {
    let encoder =
        load("small-bert", Precision::F32, Kernels::strongest(InstructionSet::Portable)).encoder;
    let with = |hidden, heads, intermediate| {
        PackedModel::supports(&ModelConfig {
            hidden,
            heads,
            intermediate,
            ..encoder.config.clone()
        })
    };
    assert!(with(384, 12, 1536) && with(768, 12, 3072));
    assert!(!with(384, 24, 1536) && !with(400, 10, 1600) && !with(384, 12, 1500));
    assert!(!with(384, 0, 1536) && !with(1024, 2, 4096));
}
