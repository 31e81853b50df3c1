//! Made-up vectors that lie in clusters, as those of code do; for tests and benches.

/// Vectors in clusters of clusters, the same for the same seed.
#[derive(Debug, Clone)]
pub struct Clusters {
    random: u64,
    dimension: usize,
    centres: Vec<Vec<f32>>,
    spread: f32,
}

impl Clusters {
    /// `count` clusters in that many dimensions. `spread` is how far a vector lies from its centre:
    /// at 1.0 about as far as the centre from the origin.
    pub fn new(seed: u64, count: usize, dimension: usize, spread: f32) -> Self {
        let mut clusters = Self { random: seed, dimension, centres: Vec::new(), spread };
        let outer: Vec<Vec<f32>> = (0..count.div_ceil(16)).map(|_| clusters.noise()).collect();
        clusters.centres = (0..count)
            .map(|at| {
                let near = clusters.noise();
                unit(outer[at % outer.len()].iter().zip(&near).map(|(a, b)| a + b).collect())
            })
            .collect();
        clusters
    }

    /// The next vector, L2-normalised.
    pub fn next_vector(&mut self) -> Vec<f32> {
        let at = (self.next() % self.centres.len() as u64) as usize;
        let scale = self.spread / (self.dimension as f32).sqrt();
        let noise = self.noise();
        unit(self.centres[at].iter().zip(&noise).map(|(a, b)| a + b * scale).collect())
    }

    fn noise(&mut self) -> Vec<f32> {
        (0..self.dimension).map(|_| self.normal()).collect()
    }

    /// Nearly normal: a sum of uniform numbers.
    fn normal(&mut self) -> f32 {
        let sum: f32 = (0..6).map(|_| (self.next() >> 40) as f32 / (1_u64 << 24) as f32).sum();
        (sum - 3.0) * std::f32::consts::SQRT_2
    }

    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.random;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }
}

fn unit(vector: Vec<f32>) -> Vec<f32> {
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.into_iter().map(|value| value / norm).collect()
}
