//! A filter whose globs fit nothing, read as they may be meant.

use sconce_code::filter::{Filter, Reading, Readings};

use crate::{Engine, EngineError, Index};

/// Globs of one filter that are read otherwise; each costs a look at all paths or names.
const MOST_GLOBS: usize = 8;

/// A filter as it may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherReading {
    /// The filter.
    pub filter: Filter,
    /// What is read otherwise, for the user to know.
    pub notices: Vec<String>,
}

impl Engine {
    /// The filter with each glob that fits nothing in any of the indexes as it may be meant: at any depth,
    /// whatever its case, in another convention. None where that changes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read_otherwise(
        &self,
        indexes: &[Index],
        filter: &Filter,
    ) -> Result<Option<OtherReading>, EngineError> {
        let roots: Vec<&str> = indexes.iter().map(|index| index.row().root.as_str()).collect();
        let mut read = OtherReading { filter: filter.clone(), notices: vec![] };
        for glob in filter.readings(&roots).into_iter().take(MOST_GLOBS) {
            let fitting = self.first_fitting(indexes, &glob).await?;
            if let Some(reading) = fitting.filter(|at| *at > 0).map(|at| &glob.readings[at]) {
                read.notices.push(notice(&glob.readings[0], reading));
                read.filter.read_as(&glob, reading);
            }
        }
        Ok((!read.notices.is_empty()).then_some(read))
    }

    /// The first of the readings that fits anything.
    async fn first_fitting(
        &self,
        indexes: &[Index],
        glob: &Readings,
    ) -> Result<Option<usize>, EngineError> {
        let regexes: Vec<String> =
            glob.readings.iter().map(|reading| reading.regex.clone()).collect();
        let mut first: Option<usize> = None;
        for index in indexes {
            let fits = self.store().fitting(index.id(), glob.target, &regexes).await?;
            let here = fits.into_iter().position(|fits| fits);
            first = [first, here].into_iter().flatten().min();
        }
        Ok(first)
    }
}

fn notice(written: &Reading, meant: &Reading) -> String {
    let how = match (meant.glob == written.glob, meant.manner) {
        (true, Some(manner)) => manner.to_owned(),
        (true, None) => "as a class of letters".to_owned(),
        (false, Some(manner)) => format!("as `{}`, {manner}", meant.glob),
        (false, None) => format!("as `{}`", meant.glob),
    };
    format!("nothing is called `{}` exactly, so it is read {how}", written.glob)
}
