//! What the kernels have to know of a batch's texts.

use candle_core::{Device, Result, Tensor};

use crate::batch::Batch;

/// Queries that a block of attention has; `QUERIES` of `kernels.cu` is the same number.
const TILE: usize = 128;

/// A batch on the GPU: `u32` tensors, sent as one.
pub(super) struct Texts {
    /// `[tokens]`.
    pub(super) ids: Tensor,
    /// `[tokens]`: each token's place in its text.
    pub(super) positions: Tensor,
    /// `[texts + 1]`: each text's first token, and the end.
    pub(super) starts: Tensor,
    /// `[tiles, 3]`: a text's first token, its length, and the tile's first token within it.
    pub(super) tiles: Tensor,
}

impl Texts {
    pub(super) fn send(batch: &Batch, device: &Device) -> Result<Self> {
        let (positions, tiles) = (positions(batch), tiles(batch));
        let starts: Vec<u32> = batch.starts.iter().map(|&start| count(start)).collect();
        let parts = [&batch.ids, &positions, &starts, &tiles];
        let all = Tensor::new(parts.map(Vec::as_slice).concat(), device)?;
        let mut sent = 0;
        let [ids, positions, starts, tiles] = parts.map(|part| {
            sent += part.len();
            all.narrow(0, sent - part.len(), part.len())
        });
        let tiles = tiles?.reshape(((), 3))?;
        Ok(Self { ids: ids?, positions: positions?, starts: starts?, tiles })
    }
}

/// Each token's place in its text.
fn positions(batch: &Batch) -> Vec<u32> {
    batch.texts().flat_map(|text| 0..count(text.len())).collect()
}

/// Three numbers a tile, the longest texts' first: what takes longest begins first.
fn tiles(batch: &Batch) -> Vec<u32> {
    let mut texts: Vec<_> = batch.starts.iter().zip(batch.texts()).collect();
    texts.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    let tiles = |(&start, text): (&usize, &[u32])| {
        let (start, length) = (count(start), count(text.len()));
        (0..length).step_by(TILE).flat_map(move |first| [start, length, first])
    };
    texts.into_iter().flat_map(tiles).collect()
}

/// Texts of a batch have fewer tokens than a `u32` can count.
fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).expect("a batch of fewer than 2^32 tokens")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(lengths: &[usize]) -> Batch {
        let texts: Vec<Vec<u32>> = lengths.iter().map(|&length| vec![7; length]).collect();
        Batch::new(texts.iter().map(Vec::as_slice))
    }

    #[test]
    fn positions_begin_anew_with_each_text() {
        assert_eq!(positions(&batch(&[3, 1, 2])), [0, 1, 2, 0, 0, 1]);
    }

    #[test]
    fn tiles_cover_each_text_once_and_the_longest_first() {
        assert_eq!(tiles(&batch(&[128, 129])), [128, 129, 0, 128, 129, 128, 0, 128, 0]);
    }

    #[test]
    fn a_batch_is_sent_in_one_piece_and_taken_apart() {
        let texts = Texts::send(&batch(&[2, 129]), &Device::Cpu).unwrap();
        assert_eq!(texts.ids.dims(), [131]);
        assert_eq!(texts.positions.dims(), [131]);
        assert_eq!(texts.starts.to_vec1::<u32>().unwrap(), [0, 2, 131]);
        let tiles = texts.tiles.to_vec2::<u32>().unwrap();
        assert_eq!(tiles, [[2, 129, 0], [2, 129, 128], [0, 2, 0]]);
    }
}
