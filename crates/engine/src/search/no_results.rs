//! Why a search found nothing, and what would find something.

use sconce_code::filter::{Filter, FilterText};

use super::{PatternRequest, SearchRequest};
use crate::{Engine, EngineError, Index, Skipped};

/// Paths that were skipped and that a glob fits, which are named.
const MOST_SKIPPED: usize = 3;

/// A part of a filter, as one argument writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterPart {
    /// The languages.
    Languages,
    /// The globs of paths.
    Paths,
    /// The kinds of symbols.
    Kinds,
    /// The globs of symbols' names.
    Names,
    /// The directory or file that is searched.
    Within,
}

impl FilterPart {
    const ALL: [Self; 5] = [Self::Languages, Self::Paths, Self::Kinds, Self::Names, Self::Within];

    fn is_in(self, asked: &Unanswered<'_>) -> bool {
        match self {
            Self::Languages => !asked.text.languages.is_empty(),
            Self::Paths => !asked.text.path_globs.is_empty(),
            Self::Kinds => !asked.text.symbol_kinds.is_empty(),
            Self::Names => !asked.text.symbol_names.is_empty(),
            Self::Within => asked.sought.filter().within.is_some(),
        }
    }
}

/// Why a search found nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoResults {
    /// The indexes hold no file, and no job of this process fills them.
    NoFiles {
        /// Their names.
        indexes: Vec<String>,
    },
    /// The indexes hold no file yet: a job fills them.
    BeingMade {
        /// Their names.
        indexes: Vec<String>,
    },
    /// The filters that are written into the query.
    FiltersInQuery {
        /// The query without them, which finds something.
        query: String,
    },
    /// One part of the filter, without which there are results.
    Part {
        /// Which.
        part: FilterPart,
        /// Whether nothing at all passes it, whatever is looked for.
        passes_nothing: bool,
        /// Some of what would pass it, and is not indexed.
        skipped: Vec<Skipped>,
    },
    /// Several parts together, without which there are results.
    Together {
        /// Which.
        parts: Vec<FilterPart>,
    },
}

/// What was looked for.
#[derive(Clone, Copy)]
pub enum Sought<'a> {
    /// Places that answer.
    Places(&'a SearchRequest),
    /// Lines that match.
    Lines(&'a PatternRequest),
}

impl Sought<'_> {
    fn filter(&self) -> &Filter {
        match self {
            Self::Places(request) => &request.filter,
            Self::Lines(request) => &request.filter,
        }
    }
}

/// A search that found nothing, and how it was asked.
pub struct Unanswered<'a> {
    /// What was searched.
    pub indexes: &'a [Index],
    /// What was looked for.
    pub sought: Sought<'a>,
    /// Its filter as it was written.
    pub text: &'a FilterText,
    /// The query without the filters that are written into it; none where there are none.
    pub plain_query: Option<&'a str>,
}

impl Engine {
    /// Why a search found nothing; none where only other words would find something.
    ///
    /// # Errors
    /// What the database says. A search that fails on the way counts as one that finds nothing.
    pub async fn why_no_results(
        &self,
        asked: &Unanswered<'_>,
    ) -> Result<Option<NoResults>, EngineError> {
        if let Some(empty) = of_empty_indexes(asked.indexes) {
            return Ok(Some(empty));
        }
        if let Some(query) = asked.plain_query
            && self.finds(asked, Some(query), Filter::default()).await
        {
            return Ok(Some(NoResults::FiltersInQuery { query: query.to_owned() }));
        }
        let parts: Vec<FilterPart> =
            FilterPart::ALL.into_iter().filter(|part| part.is_in(asked)).collect();
        for part in parts.iter().copied() {
            if self.finds(asked, None, asked.without(part)?).await {
                return Ok(Some(self.because_of(asked, part).await?));
            }
        }
        let together = parts.len() > 1 && self.finds(asked, None, Filter::default()).await;
        Ok(together.then_some(NoResults::Together { parts }))
    }

    async fn because_of(
        &self,
        asked: &Unanswered<'_>,
        part: FilterPart,
    ) -> Result<NoResults, EngineError> {
        let alone = asked.alone(part)?;
        let mut passes_nothing = true;
        for index in asked.indexes {
            let alone = index.filter_here(&alone);
            passes_nothing &= !self.store().passes_any(index.id(), &alone).await?;
        }
        let mut skipped = vec![];
        if passes_nothing && part == FilterPart::Paths {
            for index in asked.indexes {
                skipped.extend(skipped_of(index, &alone).await?);
            }
        }
        skipped.truncate(MOST_SKIPPED);
        Ok(NoResults::Part { part, passes_nothing, skipped })
    }

    /// Whether the same is found through another filter, by another query where there is one.
    async fn finds(&self, asked: &Unanswered<'_>, query: Option<&str>, filter: Filter) -> bool {
        match asked.sought {
            Sought::Places(request) => {
                let query = query.map_or_else(|| request.query.clone(), str::to_owned);
                let limit = 1;
                let request =
                    SearchRequest { query, limit, filter, explain: false, ..request.clone() };
                let found = self.search(asked.indexes, &request).await;
                found.is_ok_and(|response| !response.results.is_empty())
            }
            Sought::Lines(request) => {
                let request = PatternRequest { filter, limit: 1, ..request.clone() };
                let found = self.matching_lines(asked.indexes, &request).await;
                let found = found.map(|response| response.of_indexes).unwrap_or_default();
                found.iter().any(|found| found.total_lines > 0)
            }
        }
    }
}

impl Unanswered<'_> {
    fn without(&self, part: FilterPart) -> Result<Filter, EngineError> {
        let mut text = self.text.clone();
        match part {
            FilterPart::Languages => text.languages.clear(),
            FilterPart::Paths => text.path_globs.clear(),
            FilterPart::Kinds => text.symbol_kinds.clear(),
            FilterPart::Names => text.symbol_names.clear(),
            FilterPart::Within => {}
        }
        let mut filter = Filter::parse(&text)?;
        let within = self.sought.filter().within.clone();
        filter.within = within.filter(|_| part != FilterPart::Within);
        Ok(filter)
    }

    fn alone(&self, part: FilterPart) -> Result<Filter, EngineError> {
        let all = self.text.clone();
        let none = FilterText::default();
        let text = match part {
            FilterPart::Languages => FilterText { languages: all.languages, ..none },
            FilterPart::Paths => FilterText { path_globs: all.path_globs, ..none },
            FilterPart::Kinds => FilterText { symbol_kinds: all.symbol_kinds, ..none },
            FilterPart::Names => FilterText { symbol_names: all.symbol_names, ..none },
            FilterPart::Within => none,
        };
        let mut filter = Filter::parse(&text)?;
        let within = self.sought.filter().within.clone();
        filter.within = within.filter(|_| part == FilterPart::Within);
        Ok(filter)
    }
}

fn of_empty_indexes(indexes: &[Index]) -> Option<NoResults> {
    let are_empty = !indexes.is_empty() && indexes.iter().all(|index| index.row().files == 0);
    are_empty.then(|| {
        let names = indexes.iter().map(|index| index.name().to_owned()).collect();
        if indexes.iter().any(|index| index.running_job().is_some()) {
            NoResults::BeingMade { indexes: names }
        } else {
            NoResults::NoFiles { indexes: names }
        }
    })
}

/// Some of what a glob fits and was left out: directories and links by what would lie in them too.
async fn skipped_of(index: &Index, filter: &Filter) -> Result<Vec<Skipped>, EngineError> {
    let matcher = filter.matcher()?;
    let mut paths = index.skipped_files().await?.paths;
    paths.retain(|file| {
        let inside = format!("{}/x", file.path.trim_end_matches('/'));
        matcher.passes_file(&file.path, None) || matcher.passes_file(&inside, None)
    });
    Ok(paths)
}
