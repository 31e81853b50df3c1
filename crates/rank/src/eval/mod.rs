//! How good a ranking is, by relevance judgements.
//!
//! A [`JudgedQuery`] says what it should find; [`ndcg`] and [`recall`] say how well a list of [`Hit`]s
//! does that, and an [`EvalReport`] how well a whole run does, and whether it is better than an older
//! one.

mod hit;
mod judgements;
mod metric;
mod report;

pub use hit::{Hit, results};
pub use judgements::{JudgedQuery, JudgedRepository, Target};
pub use metric::{DEPTH, ndcg, recall, recall_within, tokens_until};
pub use report::{BUDGETS, Comparison, EvalReport, QueryOutcome, Score};
