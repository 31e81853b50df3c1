//! A search of the command line that a running server answers, so that its model and its words are not
//! loaded a second time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sconce_engine::{Engine, Fresh, Freshness, FreshnessNotice, Index, IndexRequest};

use super::call::{SearchAnswer, SearchCall, Target, within};
use super::{FRESHNESS, PATIENCE, left_behind};
use crate::failure::Failure;
use crate::settings::{Config, ProjectRequest};

/// Answers it as the command line would; `None` where a process of its own does better: a project's
/// first index takes long, and its user wants to see how far it is and to be able to end it.
pub(crate) async fn answered(
    engine: &Engine,
    config: &Config,
    call: &SearchCall,
) -> Result<Option<SearchAnswer>, Failure> {
    let (mut indexes, mut below, mut notices) = (Vec::new(), None, Vec::new());
    let mut goes_on = false;
    match &call.target {
        Target::Named(names) => {
            for name in names {
                indexes.push(engine.index_named(name).await?);
            }
        }
        Target::Directory(directory) => {
            let Some(prepared) = prepare(engine, config, call, directory).await? else {
                return Ok(None);
            };
            (notices, goes_on) = (prepared.notices, prepared.goes_on);
            below = within(prepared.index.root(), directory);
            indexes.push(prepared.index);
        }
    }
    // By now filters know the languages of the indexes.
    let mut request = call.request()?;
    request.filter.within = below;
    let mut response = engine.search(&indexes, &request).await?;
    if goes_on {
        response.notices.push(left_behind(std::process::id()));
    }
    let answer = call.answer(engine, &indexes, &request, response).await?;
    notices.extend(answer.notices);
    Ok(Some(SearchAnswer { notices, ..answer }))
}

/// A directory's index, as fresh as it is quickly had.
struct Prepared {
    index: Index,
    notices: Vec<String>,
    /// Whether a job goes on.
    goes_on: bool,
}

impl Prepared {
    fn of(index: Index) -> Prepared {
        Prepared { index, notices: Vec::new(), goes_on: false }
    }
}

async fn prepare(
    engine: &Engine,
    config: &Config,
    call: &SearchCall,
    directory: &Path,
) -> Result<Option<Prepared>, Failure> {
    if call.arguments.no_index {
        return Ok(Some(Prepared::of(engine.index_covering(directory).await?)));
    }
    let project = engine.project_of(directory, |_| true).await?;
    let found = engine.index_within(&project, directory).await?;
    if found.is_none_or(|index| index.row().generation == 0) {
        return Ok(None);
    }
    let freshness = Freshness {
        wait_for_first: PATIENCE,
        wait_for_changes: PATIENCE,
        words_suffice: call.is_read_at_once,
        ..FRESHNESS
    };
    let ignored = Ignored::default();
    let request = ignored.requests(config);
    let refresh = engine.refresh(&project, directory, &freshness, request).await?;
    let Fresh { index, notice } = refresh.wait().await?;
    let mut prepared = Prepared { notices: ignored.take(), ..Prepared::of(index) };
    match notice {
        Some(FreshnessNotice::Running(_)) => prepared.goes_on = true,
        Some(FreshnessNotice::Failed(error)) => return Err(error.into()),
        Some(FreshnessNotice::Busy) => prepared.notices.push(super::BUSY.to_owned()),
        Some(FreshnessNotice::Indexed(report)) => prepared.notices.extend(report.notices),
        None => {}
    }
    Ok(Some(prepared))
}

/// What a project's own file says and may not.
#[derive(Debug, Default, Clone)]
struct Ignored(Arc<Mutex<Vec<String>>>);

impl Ignored {
    fn requests(
        &self,
        config: &Config,
    ) -> impl FnOnce(&Path) -> Result<IndexRequest, Failure> + Send + use<> {
        let (projects, told) = (config.projects.clone(), self.clone());
        move |root| {
            let ProjectRequest { request, ignored } = projects.request(root)?;
            told.0.lock().unwrap_or_else(PoisonError::into_inner).extend(ignored);
            Ok(request)
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
