//! Files that are indexed although they are known for secrets, or for data.

use sconce_code::filter::{PathGlobs, PathMatcher};

use crate::EngineError;

/// Globs of files that are indexed all the same; by default none.
#[derive(Debug, Clone, Default)]
pub struct Exceptions {
    globs: PathGlobs,
    matcher: Option<PathMatcher>,
}

impl Exceptions {
    /// Those that these globs fit.
    pub fn of(globs: &[String]) -> Result<Self, EngineError> {
        if globs.is_empty() {
            return Ok(Self::default());
        }
        let globs = PathGlobs::parse(globs)?;
        let matcher = Some(globs.matcher()?);
        Ok(Self { globs, matcher })
    }

    /// Whether the file at a path is one.
    pub(crate) fn allow(&self, path: &str) -> bool {
        self.matcher.as_ref().is_some_and(|matcher| matcher.decides(path) == Some(true))
    }
}

impl PartialEq for Exceptions {
    fn eq(&self, other: &Self) -> bool {
        self.globs == other.globs
    }
}

impl Eq for Exceptions {}
