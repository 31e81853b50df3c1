//! The chunks nearest to a vector among those that pass a filter.

use pgvector::HalfVector;
use sconce_code::filter::Filter;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::connect::{Store, to_its_end};
use crate::error::{Result, StoreError};
use crate::hnsw::Shape;
use crate::index::IndexId;
use crate::rows::Hit;
use crate::standby::reading;
use crate::statement::Statement;
use crate::tables::on_index;

/// Chunks of the best files whose similarities are read; no file that people write has as many.
const MOST_OF_FILES: usize = 20_000;

/// What is looked for.
struct Query<'q> {
    id: IndexId,
    vector: &'q HalfVector,
    limit: i64,
}

/// What passes a filter, looked up before the vectors of a large index are gone through.
enum Narrowed {
    Files { ids: Vec<i64>, chunks: i64 },
    Chunks { files: Vec<i64>, ordinals: Vec<i32> },
}

impl Narrowed {
    fn chunks(&self) -> i64 {
        match self {
            Self::Files { chunks, .. } => *chunks,
            Self::Chunks { files, .. } => files.len() as i64,
        }
    }

    /// A condition on chunks by a hash table of what passes.
    fn condition(self, statement: &mut Statement) -> String {
        match self {
            Self::Files { ids, .. } => {
                format!("file_id IN (SELECT unnest({}))", statement.bind(ids))
            }
            Self::Chunks { files, ordinals } => {
                let (files, ordinals) = (statement.bind(files), statement.bind(ordinals));
                format!("(file_id, ordinal) IN (SELECT * FROM unnest({files}, {ordinals}))")
            }
        }
    }
}

impl Store {
    /// The chunks nearest to a query's vector among those that pass the filter, nearest first.
    /// Exact for an index of moderate size, and for a filter that leaves few chunks of a large one;
    /// else by HNSW.
    pub async fn nearest(
        &self,
        id: IndexId,
        query: &[f32],
        limit: usize,
        filter: &Filter,
    ) -> Result<Vec<Hit>> {
        let (store, filter) = (self.clone(), filter.clone());
        let vector = HalfVector::from_f32_slice(query);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // It begins a transaction: see `Store::begin`.
        to_its_end(async move {
            let (store, query) = (&store, Query { id, vector: &vector, limit });
            reading!(store, id, connection => store.nearest_once(&mut connection, &query, &filter))
        })
        .await
    }

    /// How similar the chunks of these files are to a query's vector, in no order; those without a
    /// vector are left out, and of very many chunks those beyond [`MOST_OF_FILES`].
    pub async fn similarities(
        &self,
        id: IndexId,
        query: &[f32],
        files: &[i64],
    ) -> Result<Vec<Hit>> {
        let vector = HalfVector::from_f32_slice(query);
        reading!(self, id, connection => async {
            let mut statement = Statement::new();
            let distance = format!("(embedding <=> {})", statement.bind(vector.clone()));
            let files = statement.bind(files.to_vec());
            let text = format!(
                "SELECT file_id, ordinal, (1 - {distance})::real FROM {{vectors}} \
                 WHERE file_id = ANY({files}) LIMIT {MOST_OF_FILES}"
            );
            let hits = statement.hits(id, &text, &mut connection).await;
            hits.map_err(|error| StoreError::on_index(error, id))
        })
    }

    async fn nearest_once(
        &self,
        connection: &mut PgConnection,
        query: &Query<'_>,
        filter: &Filter,
    ) -> Result<Vec<Hit>> {
        let Shape { dimension, chunks, hnsw } = Shape::read(&mut *connection, query.id).await?;
        let found = query.vector.as_slice().len();
        if found != dimension {
            return Err(StoreError::Dimension { expected: dimension, found });
        }
        let hits = if hnsw {
            self.nearest_of_many(connection, query, filter, chunks).await
        } else {
            let mut statement = Statement::new();
            let condition = statement.chunk_conditions(filter);
            exact(connection, query, statement, &condition).await
        };
        hits.map_err(|error| StoreError::on_index(error, query.id))
    }

    /// By HNSW, or exact where a filter leaves so little that HNSW would wander far to find it.
    async fn nearest_of_many(
        &self,
        connection: &mut PgConnection,
        query: &Query<'_>,
        filter: &Filter,
        chunks: i64,
    ) -> Result<Vec<Hit>, sqlx::Error> {
        let mut statement = Statement::new();
        let candidates = self.policy.search_candidates(chunks, query.limit as usize);
        if filter.is_empty() {
            return self.by_hnsw(connection, query, statement, "true", candidates).await;
        }
        let narrowed = narrow(connection, query.id, filter).await?;
        let is_small = self.policy.scans(narrowed.chunks(), chunks);
        let condition = narrowed.condition(&mut statement);
        if is_small {
            return exact(connection, query, statement, &condition).await;
        }
        // `IS TRUE` keeps PostgreSQL from turning the check of each row into a join, which would
        // not keep the order of the index
        let condition = format!("({condition}) IS TRUE");
        self.by_hnsw(connection, query, statement, &condition, candidates).await
    }

    async fn by_hnsw(
        &self,
        connection: &mut PgConnection,
        query: &Query<'_>,
        mut statement: Statement,
        condition: &str,
        candidates: usize,
    ) -> Result<Vec<Hit>, sqlx::Error> {
        let dimension = query.vector.as_slice().len();
        let vector = statement.bind(query.vector.clone());
        // the very expression of the index
        let distance = format!("(embedding::halfvec({dimension}) <=> {vector})");
        let limit = statement.bind(query.limit);
        let text = format!(
            "SELECT file_id, ordinal, (1 - {distance})::real FROM {{vectors}} \
             WHERE {condition} ORDER BY {distance} LIMIT {limit}"
        );
        let mut transaction = connection.begin().await?;
        self.set_scan(&mut transaction, candidates).await?;
        let hits = statement.hits(query.id, &text, &mut transaction).await?;
        transaction.commit().await?;
        Ok(hits)
    }

    /// Sets, for the transaction, how far the HNSW index is searched.
    async fn set_scan(
        &self,
        connection: &mut PgConnection,
        candidates: usize,
    ) -> Result<(), sqlx::Error> {
        let mut text = String::from(
            "SELECT set_config('hnsw.ef_search', $1, true), set_config('work_mem', '64MB', true), \
             set_config('enable_seqscan', 'off', true)",
        );
        if self.versions().has_iterative_scans() {
            text.push_str(
                ", set_config('hnsw.iterative_scan', 'relaxed_order', true), \
                 set_config('hnsw.max_scan_tuples', '200000', true)",
            );
        }
        let query = sqlx::query(AssertSqlSafe(text)).bind(candidates.to_string());
        query.execute(connection).await?;
        Ok(())
    }
}

async fn narrow(
    connection: &mut PgConnection,
    id: IndexId,
    filter: &Filter,
) -> Result<Narrowed, sqlx::Error> {
    let mut statement = Statement::new();
    if filter.narrows_symbols() {
        let text = statement.symbols_query(filter, "DISTINCT file_id, chunk");
        let query = sqlx::query_as_with(on_index(id, &text), statement.arguments);
        let found: Vec<(i64, i32)> = query.fetch_all(connection).await?;
        let (files, ordinals) = found.into_iter().unzip();
        return Ok(Narrowed::Chunks { files, ordinals });
    }
    let conditions = statement.file_conditions(filter);
    let text = format!("SELECT file_id, chunks FROM {{files}} WHERE {conditions}");
    let query = sqlx::query_as_with(on_index(id, &text), statement.arguments);
    let found: Vec<(i64, i32)> = query.fetch_all(connection).await?;
    let chunks = found.iter().map(|(_, chunks)| i64::from(*chunks)).sum();
    Ok(Narrowed::Files { ids: found.into_iter().map(|(id, _)| id).collect(), chunks })
}

/// Every vector that passes. Without the cast of the HNSW index's expression, so that PostgreSQL
/// can't take that index for it.
async fn exact(
    connection: &mut PgConnection,
    query: &Query<'_>,
    mut statement: Statement,
    condition: &str,
) -> Result<Vec<Hit>, sqlx::Error> {
    let distance = format!("(embedding <=> {})", statement.bind(query.vector.clone()));
    let limit = statement.bind(query.limit);
    let text = format!(
        "SELECT file_id, ordinal, (1 - {distance})::real FROM {{vectors}} \
         WHERE {condition} ORDER BY {distance}, file_id, ordinal LIMIT {limit}"
    );
    statement.hits(query.id, &text, connection).await
}
