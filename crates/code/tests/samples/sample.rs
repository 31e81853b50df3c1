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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_greets() {
        assert_eq!(greeting!("you"), "hello you");
    }
}
