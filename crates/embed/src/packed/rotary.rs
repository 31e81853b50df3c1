//! Rotary position embedding: the angles of every position.

/// Cosines and sines, `[positions, columns / 2]` each.
pub(super) struct Rotary {
    pub(super) cosines: Vec<f32>,
    pub(super) sines: Vec<f32>,
}

impl Rotary {
    /// Angles `position / base^(2 i / columns)`.
    pub(super) fn new(base: f32, columns: usize, positions: usize) -> Self {
        let half = columns / 2;
        let rate = |i: usize| f64::from(base).powf(-2.0 * i as f64 / columns as f64);
        let rates: Vec<f64> = (0..half).map(rate).collect();
        let angles = (0..positions).flat_map(|p| rates.iter().map(move |r| p as f64 * r));
        let (sines, cosines) = angles.map(|a| (a.sin() as f32, a.cos() as f32)).unzip();
        Self { cosines, sines }
    }
}
