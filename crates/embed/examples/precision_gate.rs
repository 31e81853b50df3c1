//! The full figure of the precision gates: cosines against f32 over real code.
//!
//! `precision_gate [--chunks N] [--model ID] [--data-dir DIR] DIRECTORY…` cuts the source files below
//! the directories into chunks, takes N of them (5,000) spread evenly, embeds them at each
//! precision, and prints the mean, the first percentile and the lowest cosine against f32.
#![expect(clippy::print_stdout, reason = "the table")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sconce_embed::{Embedder, EmbedderConfig, Precision, SourceOptions};

/// Bytes of the shortest and of the longest chunks.
const BYTES: [usize; 2] = [300, 1500];
/// Chunks of one file at most, so that a few long files are not the whole sample.
const CHUNKS_PER_FILE: usize = 3;
const EXTENSIONS: &[&str] = &[
    "rs", "py", "go", "js", "ts", "tsx", "java", "kt", "c", "h", "cpp", "hpp", "cs", "rb", "php",
    "swift", "scala", "hs", "ex", "exs", "lua", "zig", "sh", "md", "toml", "yml", "css", "html",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse(std::env::args().skip(1))?;
    let texts = sample(&options)?;
    println!("{} chunks, {}", texts.len(), options.model);
    println!("| precision | kernels | mean | 1st percentile | lowest | tokens/s |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut reference = Vec::new();
    for &precision in Precision::ALL.iter().filter(|&&p| p != Precision::Auto) {
        let config = EmbedderConfig {
            model: options.model.clone(),
            precision,
            ..EmbedderConfig::new(SourceOptions::from_env(&options.data_dir))
        };
        let embedder = Embedder::open(&config, &mut |notice| eprintln!("{notice}"))?;
        let started = Instant::now();
        let found = embedder.embed_documents(texts.clone()).await?;
        let rate = found.tokens as f64 / started.elapsed().as_secs_f64();
        if reference.is_empty() {
            reference.clone_from(&found.vectors);
        }
        let mut cosines: Vec<f64> =
            found.vectors.iter().zip(&reference).map(|(a, b)| dot(a, b)).collect();
        cosines.sort_by(f64::total_cmp);
        let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
        let (percentile, lowest) = (cosines[cosines.len() / 100], cosines[0]);
        let info = embedder.info();
        println!(
            "| {precision} | {} {} | {mean:.5} | {percentile:.5} | {lowest:.5} | {rate:.0} |",
            info.kernels, info.precision
        );
    }
    Ok(())
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}

struct Options {
    chunks: usize,
    model: String,
    data_dir: PathBuf,
    directories: Vec<PathBuf>,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut options = Self {
            chunks: 5000,
            model: "all-MiniLM-L6-v2".into(),
            data_dir: PathBuf::from("target/sconce-test-data"),
            directories: Vec::new(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or("a flag's value is missing");
            match word.as_str() {
                "--chunks" => options.chunks = value()?.parse()?,
                "--model" => options.model = value()?,
                "--data-dir" => options.data_dir = value()?.into(),
                _ => options.directories.push(word.into()),
            }
        }
        if options.directories.is_empty() {
            return Err("no directory of source files was given".into());
        }
        Ok(options)
    }
}

/// Chunks of the source files, spread evenly over all that there are.
fn sample(options: &Options) -> Result<Vec<String>, Box<dyn Error>> {
    let mut files = Vec::new();
    for directory in &options.directories {
        walk(directory, &mut files)?;
    }
    files.sort();
    let chunks: Vec<String> = files.iter().enumerate().flat_map(|(i, f)| cut(i, f)).collect();
    let count = options.chunks.min(chunks.len());
    if count == 0 {
        return Err("no source file was found".into());
    }
    Ok((0..count).map(|i| chunks[i * chunks.len() / count].clone()).collect())
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() && !path.ends_with(".git") {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|e| EXTENSIONS.iter().any(|known| e == *known)) {
            files.push(path);
        }
    }
    Ok(())
}

/// A file in chunks of whole lines, of lengths that differ; some of them.
fn cut(index: usize, path: &Path) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let mut chunks = vec![String::new()];
    for line in text.lines() {
        let at = (index * 7 + chunks.len() * 13) % 25;
        let limit = BYTES[0] + (BYTES[1] - BYTES[0]) * at / 25;
        let Some(last) = chunks.last_mut() else { break };
        last.push_str(line);
        last.push('\n');
        if last.len() >= limit {
            chunks.push(String::new());
        }
    }
    chunks.retain(|chunk| !chunk.trim().is_empty());
    let step = chunks.len().div_ceil(CHUNKS_PER_FILE).max(1);
    chunks.into_iter().step_by(step).collect()
}
