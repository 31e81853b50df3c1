//! Our engine as `benches/engines/run` and `benches/gpu/run` want it: token ids in, vectors and times
//! out.
//!
//! `engine_bench DIRECTORY [--precision P] [--threads N] [--tokens N] [--device D]` reads commands from
//! stdin, line by line, and answers each with a line of JSON. Devices are `cpu`, `cuda` and `metal`, as the
//! product has them, and candle's operators on the processor (`operators`) and on a GPU
//! (`cuda-operators`), where the precision `tf32` is `f32` with products of fewer bits. `--tokens` is how
//! many tokens a batch has.
//!
//! - `bulk IDS OUT` embeds every line of token ids and writes the vectors (f32) to OUT;
//! - `query IDS TIMES OUT` embeds the first line alone, TIMES times, all threads on each product.
#![expect(clippy::print_stdout, reason = "the answers")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;
use std::{fs, io, thread};

use sconce_embed::{
    Batch, CandleModel, DeviceChoice, Model, PackedModel, Precision, Weights, open_device,
};

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse(std::env::args().skip(1))?;
    let (mut first, instructions) = options.model()?;
    let mut others: Vec<_> = (1..options.threads).map(|_| first.worker()).collect();
    println!("{{\"instructions\": \"{instructions}\"}}");
    for line in io::stdin().lines() {
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["bulk", ids, out] => {
                let texts = read(ids.as_ref())?;
                let workers = std::iter::once(&mut first).chain(&mut others);
                let started = Instant::now();
                let vectors = bulk(&texts, workers, options.limit())?;
                let seconds = started.elapsed().as_secs_f64();
                write(out.as_ref(), vectors.iter().flatten())?;
                println!("{{\"seconds\": {seconds}}}");
            }
            ["query", ids, times, out] => {
                let text = read(ids.as_ref())?.swap_remove(0);
                let batch = Batch::new([text.as_slice()]);
                let mut spent = Vec::new();
                let mut vector = Vec::new();
                for _ in 0..times.parse::<usize>()? {
                    let started = Instant::now();
                    vector = first.forward_query(&batch, options.threads)?;
                    spent.push(started.elapsed().as_secs_f64() * 1e3);
                }
                write(out.as_ref(), &vector)?;
                println!("{{\"milliseconds\": {spent:?}}}");
            }
            _ => return Err(format!("unknown command: {line}").into()),
        }
    }
    Ok(())
}

struct Options {
    weights: PathBuf,
    precision: Precision,
    threads: usize,
    tokens: Option<usize>,
    /// Products of `f32` with the mantissas of TF32.
    tf32: bool,
    engine: Engine,
}

/// What computes.
#[derive(Clone, Copy)]
enum Engine {
    /// What the product has for a device.
    Product(DeviceChoice),
    /// candle's operators.
    Operators(DeviceChoice),
}

impl Engine {
    fn parse(name: &str) -> Result<Self, Box<dyn Error>> {
        Ok(match name {
            "operators" => Self::Operators(DeviceChoice::Cpu),
            "cuda-operators" => Self::Operators(DeviceChoice::Cuda),
            name => Self::Product(name.parse()?),
        })
    }
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let directory = words.next().ok_or("the directory of model.safetensors is missing")?;
        let mut options = Self {
            weights: Path::new(&directory).join("model.safetensors"),
            precision: Precision::Auto,
            threads: 2,
            tokens: None,
            tf32: false,
            engine: Engine::Product(DeviceChoice::Cpu),
        };
        while let Some(flag) = words.next() {
            let value = words.next().ok_or("a flag's value is missing")?;
            match flag.as_str() {
                "--precision" if value == "tf32" => {
                    (options.precision, options.tf32) = (Precision::F32, true);
                }
                "--precision" => options.precision = value.parse()?,
                "--threads" => options.threads = value.parse()?,
                "--tokens" => options.tokens = Some(value.parse()?),
                "--device" => options.engine = Engine::parse(&value)?,
                _ => return Err(format!("unknown flag {flag}").into()),
            }
        }
        if !matches!(options.engine, Engine::Product(DeviceChoice::Cpu)) {
            options.threads = 1; // candle's operators use all threads themselves
        }
        Ok(options)
    }

    /// The model, and the precision and instruction set that it uses.
    fn model(&self) -> Result<(Model, String), Box<dyn Error>> {
        let (weights, config) = Weights::open(&self.weights)?;
        let choice = match self.engine {
            Engine::Product(DeviceChoice::Cpu) => {
                let model = PackedModel::load(&config, weights, self.precision)?;
                let instructions = format!("{} on {}", model.precision(), model.kernels());
                return Ok((Model::Packed(model), instructions));
            }
            Engine::Product(choice) | Engine::Operators(choice) => choice,
        };
        let device =
            open_device(choice).map_err(|error| format!("{error}: {:?}", error.remedy()))?;
        #[cfg(feature = "cuda")]
        {
            candle_core::cuda::set_gemm_reduced_precision_f32(self.tf32);
            if let (Engine::Product(_), candle_core::Device::Cuda(gpu)) = (self.engine, &device)
                && let Some(precision) =
                    sconce_embed::CudaModel::takes(&config, gpu, self.precision)
            {
                let model = sconce_embed::CudaModel::load(&config, &weights, gpu, precision)?;
                return Ok((Model::Cuda(model.into()), format!("{precision} packed on {choice}")));
            }
        }
        let model = CandleModel::load(&config, &weights, &device, self.precision)?;
        let precision = CandleModel::precision_for(self.precision);
        Ok((Model::Candle(model.into()), format!("{precision} on {choice}")))
    }

    /// Tokens a worker takes at a time, as the product's own queue hands them out.
    fn limit(&self) -> Limit {
        let (tokens, padded) = match self.engine {
            Engine::Product(DeviceChoice::Cpu) => (512, false),
            Engine::Operators(DeviceChoice::Cpu) => (512, true),
            Engine::Product(_) => (32 * 1024, false),
            Engine::Operators(_) => (16 * 1024, true),
        };
        Limit { tokens: self.tokens.unwrap_or(tokens), padded }
    }
}

#[derive(Clone, Copy)]
struct Limit {
    tokens: usize,
    /// Whether a text counts as many tokens as the longest of its batch.
    padded: bool,
}

/// Sorts texts by length, and lets each worker take the next batch when it is done with one.
fn bulk<'a>(
    texts: &[Vec<u32>],
    workers: impl Iterator<Item = &'a mut Model>,
    limit: Limit,
) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&i| texts[i].len());
    let queue = Mutex::new(order);
    let done = Mutex::new(vec![Vec::new(); texts.len()]);
    let work = |model: &mut Model| -> Result<(), String> {
        loop {
            let mut order = queue.lock().map_err(|e| e.to_string())?;
            let indices = take(&mut order, texts, limit);
            drop(order);
            if indices.is_empty() {
                return Ok(());
            }
            let batch = Batch::new(indices.iter().map(|&i| texts[i].as_slice()));
            let vectors = model.forward(&batch).map_err(|e| e.to_string())?;
            let rows = vectors.chunks_exact(vectors.len() / indices.len());
            let mut done = done.lock().map_err(|e| e.to_string())?;
            indices.iter().zip(rows).for_each(|(&i, row)| done[i] = row.to_vec());
        }
    };
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = workers.map(|model| scope.spawn(move || work(model))).collect();
        let panicked = |_| Err("a worker panicked".to_owned());
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(panicked))
    })?;
    Ok(done.into_inner().map_err(|e| e.to_string())?)
}

/// The longest texts that are left, as many as fit.
fn take(order: &mut Vec<usize>, texts: &[Vec<u32>], limit: Limit) -> Vec<usize> {
    let mut tokens = 0;
    let mut taken: Vec<usize> = Vec::new();
    while let Some(&index) = order.last() {
        let longest = taken.first().map_or(0, |&first| texts[first].len());
        tokens += if limit.padded { longest.max(texts[index].len()) } else { texts[index].len() };
        if tokens > limit.tokens && !taken.is_empty() {
            break;
        }
        taken.push(index);
        order.pop();
    }
    taken
}

fn read(path: &Path) -> Result<Vec<Vec<u32>>, Box<dyn Error>> {
    let ids = |line: &str| line.split_whitespace().map(str::parse).collect::<Result<_, _>>();
    Ok(fs::read_to_string(path)?.lines().map(ids).collect::<Result<_, _>>()?)
}

fn write<'a>(path: &Path, numbers: impl IntoIterator<Item = &'a f32>) -> io::Result<()> {
    fs::write(path, numbers.into_iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>())
}
