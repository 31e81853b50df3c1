//! A store of greetings.

use std::collections::{BTreeMap, HashMap as Map};
use std::fmt;
use std::io::*;

mod disk;

/// How many greetings fit.
pub const CAPACITY: usize = 16;
static mut COUNT: u32 = 0;

/// What went wrong.
#[derive(Debug)]
pub enum Error {
    Full,
    Missing(String),
}

/// Keeps greetings.
///
/// One for each name.
#[derive(Default)]
pub struct Store<T> {
    greetings: Map<String, T>,
}

pub trait Greet {
    type Output;
    /// Says hello.
    fn greet(&self, name: &str) -> Self::Output;
}

impl<T: Clone> Store<T> {
    // An ordinary comment.
    pub fn insert(
        &mut self,
        name: &str,
        greeting: T,
    ) -> Result<(), Error> {
        const LOCAL: usize = 1;
        let full = || self.greetings.len() + LOCAL > CAPACITY;
        if full() { return Err(Error::Full); }
        self.greetings.insert(name.to_owned(), greeting);
        Ok(())
    }
}

impl<T> fmt::Display for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} greetings", self.greetings.len())
    }
}

macro_rules! greeting {
    ($name:expr) => { format!("hello {}", $name) };
}

cfg_greetings! {
    /// Greets in a macro.
    pub fn embedded(name: &str) -> String {
        greeting!(name)
    }
}

pub type Names = BTreeMap<String, ()>;

/// Whatever has doors.
#[must_use]
pub trait House<'a, K = ()>: Sized + 'a
where
    K: Copy,
{
    const DOORS: usize = 1;
    type Door<'d>: fmt::Debug
    where
        Self: 'd;

    fn open<'d>(&'d mut self, key: K) -> Option<Self::Door<'d>>;

    /// Knocks, as one does.
    fn knock(self: &Self) -> impl Iterator<Item = u8> + use<'a, '_, K, Self> {
        let _ = Self::DOORS;
        std::iter::repeat_n(1, 3)
    }
}

bitflags::bitflags! {
    #[derive(Clone, Copy)]
    pub struct Wood: u32 {
        const OAK = 1;
    }
}

#[repr(C)]
pub union Value {
    whole: u64,
    part: f64,
}

pub struct Unit;
pub struct Point<const N: usize>(pub [f64; N]);

const _: () = assert!(CAPACITY > 0);
thread_local! {
    static CURRENT: Cell<usize> = const { Cell::new(0) };
}

impl<const N: usize> std::ops::Index<usize> for Point<N> {
    type Output = f64;

    #[inline]
    fn index(&self, at: usize) -> &f64 {
        &self.0[at]
    }
}

unsafe impl Send for Value {}

impl dyn Greet<Output = String> {
    pub const fn shout() {}
}

unsafe extern "C" {
    static ERRNO: i32;
    /// Opens a door of C.
    pub fn door_open(name: *const std::ffi::c_char) -> i32;
}

pub async fn visit<F, T>(houses: &[F]) -> Vec<T>
where
    F: AsyncFn() -> T,
{
    fn inner() {}
    let mut visits = vec![];
    for house in houses {
        visits.push(house().await);
    }
    visits
}

pub mod prelude {
    pub use super::{Greet as _, Store};
    pub(crate) mod doors {
        pub(in crate::prelude) enum Lock { Open { turns: u8 }, Shut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_greets() {
        assert_eq!(greeting!("you"), "hello you");
    }
}
