//! Whether projects' queries can be used: looked at in a process of their own, since compiling one is C code over what a
//! stranger has written.

use std::time::{Duration, Instant};

use sconce_code::NewLanguage;

use super::ParserPool;
use super::process::{ParserReply, Process};
use crate::sync::lock;

/// The time on a processor that the look at one may take: with the query of its base a sane one takes .3 s.
const CPU_TIME: Duration = Duration::from_secs(2);
/// Where those of a project have taken longer together, the rest is not looked at.
const MOST_TIME: Duration = Duration::from_secs(4);
/// So many verdicts are kept.
const MOST_KEPT: usize = 1000;

/// What is known of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::index) enum QueryCheck {
    /// It fits its base.
    Fits,
    /// It cannot be used; why.
    Wrong(String),
    /// There is no process that could look at it.
    NoProcess,
}

/// A look at the queries of one project.
pub(in crate::index) struct QueryChecks<'a> {
    pool: &'a ParserPool,
    process: Option<Process>,
    spent: Duration,
}

impl<'a> QueryChecks<'a> {
    pub(super) fn new(pool: &'a ParserPool) -> Self {
        Self { pool, process: None, spent: Duration::ZERO }
    }

    /// Has the query of a language looked at, unless just this one was before.
    pub(in crate::index) fn check(&mut self, new: &NewLanguage) -> QueryCheck {
        let written = serde_json::to_vec(new).unwrap_or_default();
        let key = *blake3::hash(&written).as_bytes();
        if let Some(known) = lock(&self.pool.checked).get(&key) {
            return known.clone();
        }
        if self.spent > MOST_TIME {
            return QueryCheck::Wrong(
                "its query was not looked at: those before it took too long".into(),
            );
        }
        let began = Instant::now();
        let checked = self.asked(new);
        // Not what it waited for a busy machine.
        self.spent += began.elapsed().min(CPU_TIME);
        let Some(checked) = checked else { return QueryCheck::NoProcess };
        let mut kept = lock(&self.pool.checked);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, checked.clone());
        checked
    }

    /// What a process says; none where there is none to be had.
    fn asked(&mut self, new: &NewLanguage) -> Option<QueryCheck> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(self.pool.command.as_ref()?).ok()?,
        };
        let verdict = match process.check(new, CPU_TIME) {
            ParserReply::Answered(Ok(())) => QueryCheck::Fits,
            ParserReply::Answered(Err(what)) => QueryCheck::Wrong(what),
            ParserReply::Died(how) => {
                tracing::warn!(language = new.name, "the parser {how} over a query of a project");
                QueryCheck::Wrong("its query takes too long, or too much memory".to_owned())
            }
            ParserReply::Ended => return None,
        };
        self.process = Some(process).filter(|process| !process.is_used_up());
        Some(verdict)
    }
}
