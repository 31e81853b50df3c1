//! A number for each of some features.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// `N` numbers, one for each feature of a kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerFeature<F, const N: usize> {
    numbers: [f32; N],
    of: PhantomData<F>,
}

impl<F, const N: usize> PerFeature<F, N> {
    /// The sum of the products.
    pub fn dot(&self, other: &Self) -> f32 {
        self.numbers.iter().zip(&other.numbers).map(|(a, b)| a * b).sum()
    }
}

impl<F, const N: usize> Default for PerFeature<F, N> {
    fn default() -> Self {
        Self { numbers: [0.0; N], of: PhantomData }
    }
}

/// A feature's place among those of its kind.
pub trait Ordinal {
    /// From 0, less than the number of features.
    fn ordinal(self) -> usize;
}

impl<F: Ordinal, const N: usize> Index<F> for PerFeature<F, N> {
    type Output = f32;

    fn index(&self, feature: F) -> &f32 {
        &self.numbers[feature.ordinal()]
    }
}

impl<F: Ordinal, const N: usize> IndexMut<F> for PerFeature<F, N> {
    fn index_mut(&mut self, feature: F) -> &mut f32 {
        &mut self.numbers[feature.ordinal()]
    }
}
