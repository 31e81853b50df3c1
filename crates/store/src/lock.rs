//! Keeps two writers of one index apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;

/// First key of every index lock, `SCNC`; the second is the index's id.
pub(crate) const LOCK_CLASS: i32 = 0x53_43_4e_43;

/// How often the lock's connection is asked whether it still lives.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// Longest wait for a server to take a lock back.
const RELEASE_WITHIN: Duration = Duration::from_secs(5);

/// The right to write an index. [`IndexLock::release`] gives it back; dropped, it goes when the
/// server notices that its connection is closed, a moment later.
///
/// It is an advisory lock of a connection of its own, so the death of the process releases it. When
/// the connection breaks, because the server restarted, a task takes the lock again on a new one.
#[derive(Debug)]
pub struct IndexLock {
    keeper: JoinHandle<()>,
    released: Arc<Notify>,
    lost: Arc<AtomicBool>,
}

impl IndexLock {
    /// Fails when the lock went to another writer while the database was away.
    pub fn check(&self) -> Result<()> {
        if self.lost.load(Ordering::Acquire) { Err(StoreError::LockLost) } else { Ok(()) }
    }

    /// Gives it back, and returns when the next writer can have it.
    pub async fn release(mut self) {
        self.released.notify_one();
        // A server that does not answer lets go of it when it sees the connection closed.
        let _ = tokio::time::timeout(RELEASE_WITHIN, &mut self.keeper).await;
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        // the task owns the connection: with it goes the lock
        self.keeper.abort();
    }
}

impl Store {
    /// Takes the right to write an index; `None` where another writer has it.
    pub async fn lock_index(&self, id: IndexId) -> Result<Option<IndexLock>> {
        let Some(connection) = retrying!(self, try_lock(self, id))? else { return Ok(None) };
        let lost = Arc::new(AtomicBool::new(false));
        let released = Arc::new(Notify::new());
        let kept = keep(self.clone(), id, connection, Arc::clone(&released), Arc::clone(&lost));
        Ok(Some(IndexLock { keeper: tokio::spawn(kept), released, lost }))
    }
}

/// A connection that holds the lock; `None` where another one does.
async fn try_lock(store: &Store, id: IndexId) -> Result<Option<PgConnection>> {
    let mut connection = store.connect_alone().await?;
    let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2::bigint::int)")
        .bind(LOCK_CLASS)
        .bind(id)
        .fetch_one(&mut connection)
        .await?;
    Ok(taken.then_some(connection))
}

async fn unlock(mut connection: PgConnection, id: IndexId) -> std::result::Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_unlock($1, $2::bigint::int)")
        .bind(LOCK_CLASS)
        .bind(id)
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// Watches the connection, and replaces it when it breaks, until the lock is `released`.
async fn keep(
    store: Store,
    id: IndexId,
    mut connection: PgConnection,
    released: Arc<Notify>,
    lost: Arc<AtomicBool>,
) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(CHECK_EVERY) => {}
            () = released.notified() => {
                if let Err(error) = unlock(connection, id).await {
                    tracing::debug!(%error, %id, "the index lock goes with its connection");
                }
                return;
            }
        }
        if connection.ping().await.is_ok() {
            continue;
        }
        match retrying!(&store, try_lock(&store, id)) {
            Ok(Some(new)) => connection = new,
            Ok(None) => {
                lost.store(true, Ordering::Release);
                return;
            }
            Err(error) => tracing::warn!(%error, %id, "the index lock's connection is lost"),
        }
    }
}
