//! Parses what `benches/fuzz` sends: for each frame on stdin (a line with path and length, then the
//! text) a line with the time on a processor in microseconds, this process's peak memory in KiB, and the status.

#![expect(clippy::print_stdout, reason = "an example prints")]

use std::io::{self, BufRead, Read};
use std::time::Instant;

use sconce_code::{ChunkOptions, Language, parse_file};

fn main() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut head = String::new();
    while input.read_line(&mut head)? > 0 {
        let (path, length) = head.trim_end().rsplit_once('\t').ok_or(io::ErrorKind::InvalidData)?;
        let length: usize = length.parse().map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let language = Language::detect(path, &text);
        let started = Times::now();
        let parsed = parse_file(path, &text, language, &ChunkOptions::default());
        let micros = started.micros();
        assert!(parsed.chunks.last().is_none_or(|last| last.bytes.end == text.len()));
        println!("{micros} {} {}", peak_kib(), parsed.status);
        head.clear();
    }
    Ok(())
}

/// Where the clock, and where the system tells it the time on a processor, stands.
struct Times {
    clock: Instant,
    processor_ns: Option<u128>,
}

impl Times {
    fn now() -> Times {
        let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
        let processor_ns = told.split(' ').next().and_then(|ns| ns.parse().ok());
        Times { clock: Instant::now(), processor_ns }
    }

    fn micros(&self) -> u128 {
        match (self.processor_ns, Times::now().processor_ns) {
            (Some(before), Some(after)) => (after - before) / 1000,
            _ => self.clock.elapsed().as_micros(),
        }
    }
}

/// The peak memory of this process, where the system tells it.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}
