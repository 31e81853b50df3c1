//! Chooses among the possible cuts: the cheapest way to part a text into chunks within the budget.

use crate::ChunkOptions;
use crate::cuts::Cut;

/// What each chunk costs, so that nothing is cut for no reason.
const PER_CHUNK: f32 = 0.05;
/// What a chunk costs that is as small as nothing, down to none at the minimum.
const SMALL: f32 = 1.0;
/// What a chunk that fills the budget costs more than an empty one: parts come out alike in size.
const FULL: f32 = 0.05;
/// What a chunk over the budget costs. Only a character longer than the budget makes one.
const OVER: f32 = 1e6;

/// The bytes at which `len` bytes are cut, given the possible cuts in order.
///
/// The parts between neighbouring cuts fit the budget, so a way always exists.
pub(crate) fn choose(cuts: &[Cut], len: usize, options: &ChunkOptions) -> Vec<usize> {
    let ends: Vec<usize> = cuts.iter().map(|cut| cut.at).chain(std::iter::once(len)).collect();
    // The place at which the last chunk before each place starts, places being 0, the cuts and the end.
    let mut from = vec![0_usize; ends.len() + 1];
    let fits: Vec<f32> =
        (0..=options.max_bytes.min(len)).map(|bytes| chunk(bytes, options)).collect();
    let mut starts = vec![Start { at: 0, cost: 0.0, join: 0.0 }];
    for (last, &end) in ends.iter().enumerate() {
        let mut least = f32::INFINITY;
        let mut joins = 0.0;
        for (place, start) in starts.iter().enumerate().rev() {
            let cost = match fits.get(end - start.at) {
                Some(chunk) => start.cost + joins + chunk,
                None if place == last => start.cost + joins + chunk(end - start.at, options),
                None => break,
            };
            if cost < least {
                least = cost;
                from[last + 1] = place;
            }
            joins += start.join;
        }
        if let Some(cut) = cuts.get(last) {
            starts.push(Start { at: cut.at, cost: least + cut.part, join: cut.join });
        }
    }
    chosen(&from, cuts)
}

/// A place where a chunk may start.
struct Start {
    at: usize,
    /// The least cost of the text before it, the cut here included.
    cost: f32,
    join: f32,
}

fn chosen(from: &[usize], cuts: &[Cut]) -> Vec<usize> {
    let mut chosen = Vec::new();
    let mut place = from.len() - 1;
    while from[place] > 0 {
        place = from[place];
        chosen.push(cuts[place - 1].at);
    }
    chosen.reverse();
    chosen
}

fn chunk(bytes: usize, options: &ChunkOptions) -> f32 {
    let (bytes, max) = (bytes as f32, options.max_bytes.max(1) as f32);
    let min = (options.min_bytes.min(options.max_bytes)) as f32;
    let small = if bytes < min { SMALL * (1.0 - bytes / min) } else { 0.0 };
    let over = if bytes > max { OVER } else { 0.0 };
    PER_CHUNK + small + FULL * (bytes / max) * (bytes / max) + over
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> ChunkOptions {
        ChunkOptions { max_bytes: 100, min_bytes: 30 }
    }

    fn cuts(places: &[(usize, f32, f32)]) -> Vec<Cut> {
        places.iter().map(|&(at, cut, join)| Cut { at, part: cut, join }).collect()
    }

    #[test]
    fn what_fits_stays_whole_and_what_does_not_is_cut_where_it_is_cheap() {
        assert_eq!(choose(&[], 80, &options()), [0_usize; 0]);
        assert_eq!(choose(&cuts(&[(40, 0.1, 0.0)]), 80, &options()), [0_usize; 0]);
        let dear_and_cheap = cuts(&[(50, 0.6, 0.0), (70, 0.1, 0.0), (80, 0.6, 0.0)]);
        assert_eq!(choose(&dear_and_cheap, 120, &options()), [70]);
    }

    #[test]
    fn definitions_part_where_joining_costs_more() {
        assert_eq!(choose(&cuts(&[(40, 0.1, 0.3)]), 80, &options()), [40]);
        // Small ones are merged nevertheless.
        assert_eq!(choose(&cuts(&[(10, 0.1, 0.1)]), 60, &options()), [0_usize; 0]);
    }

    #[test]
    fn many_small_parts_fill_chunks_evenly() {
        let small: Vec<_> = (1..15).map(|i| (i * 10, 0.1, 0.0)).collect();
        let chosen = choose(&cuts(&small), 150, &options());
        assert_eq!(chosen.len(), 1);
        assert!((60..=90).contains(&chosen[0]));
    }
}
