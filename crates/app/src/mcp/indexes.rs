//! Which indexes a server may use: a database may hold those of directories that are none of its
//! business.

use std::path::Path;

use sconce_engine::{Engine, EngineError, Index, Job};

use super::Mcp;
use crate::output::{cut, escaped};

impl Mcp {
    /// The index of that name. One of a directory outside of the roots is as good as not there.
    pub(super) async fn index_named(
        &self,
        engine: &Engine,
        name: &str,
    ) -> Result<Index, EngineError> {
        match engine.index_named(name).await {
            Ok(index) if self.may_use(index.root()) => return Ok(index),
            Ok(index) => {
                tracing::warn!(
                    index = cut(name),
                    root = %index.root().display(),
                    "refused an index of a directory outside of the roots"
                );
            }
            Err(EngineError::NoSuchIndex { .. }) => {}
            Err(error) => return Err(error),
        }
        let mut all = self.indexes(engine).await?;
        // A name that was made before there was a rule for names is shown with escapes.
        if let Some(at) = all.iter().position(|index| escaped(index.name()) == name) {
            return Ok(all.swap_remove(at));
        }
        let known = all.iter().map(|index| escaped(index.name())).collect();
        Err(EngineError::NoSuchIndex { name: name.to_owned(), known })
    }

    /// The indexes by name.
    pub(super) async fn indexes(&self, engine: &Engine) -> Result<Vec<Index>, EngineError> {
        let all = engine.indexes().await?;
        Ok(all.into_iter().filter(|index| self.may_use(index.root())).collect())
    }

    /// The jobs of this process, those that run first.
    pub(super) fn jobs(&self, engine: &Engine) -> Vec<Job> {
        let all = engine.jobs().into_iter();
        all.filter(|job| self.may_use(job.root())).collect()
    }

    /// Whether an index of this directory may be used.
    pub(super) fn may_use(&self, root: &Path) -> bool {
        self.projects().allows(root)
    }
}
