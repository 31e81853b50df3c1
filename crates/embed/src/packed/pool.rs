//! From a text's rows of the last layer to its vector.

use std::ops::Range;

use sconce_kernels::Rows;

use crate::manifest::Pooling;

/// Pools one text's rows and divides by the vector's length.
pub(super) fn pool(pooling: Pooling, rows: &Rows, text: Range<usize>, vector: &mut [f32]) {
    match pooling {
        Pooling::Cls => vector.copy_from_slice(rows.row(text.start)),
        Pooling::Mean => {
            // The division by the number of tokens falls out of the normalisation below.
            vector.fill(0.0);
            for row in text {
                for (sum, x) in vector.iter_mut().zip(rows.row(row)) {
                    *sum += x;
                }
            }
        }
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in vector.iter_mut() {
            *x /= length;
        }
    }
}
