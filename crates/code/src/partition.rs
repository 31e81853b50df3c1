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
    // best[i]: the least cost of the text before place i, places being 0, the cuts and the end;
    // from[i]: the place at which the last chunk before place i starts.
    let mut best = vec![0.0_f32; ends.len() + 1];
    let mut from = vec![0_usize; ends.len() + 1];
    for place in 1..=ends.len() {
        let end = ends[place - 1];
        let mut least = f32::INFINITY;
        let mut joins = 0.0;
        for start in (0..place).rev() {
            let start_at = if start == 0 { 0 } else { cuts[start - 1].at };
            let bytes = end - start_at;
            if bytes > options.max_bytes && start + 1 < place {
                break;
            }
            let cut = if start == 0 { 0.0 } else { cuts[start - 1].part };
            let cost = best[start] + cut + joins + chunk(bytes, options);
            if cost < least {
                least = cost;
                from[place] = start;
            }
            joins += if start == 0 { 0.0 } else { cuts[start - 1].join };
        }
        best[place] = least;
    }
    chosen(&from, cuts)
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
