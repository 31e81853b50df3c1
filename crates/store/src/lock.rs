//! Keeps two writers of one index apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::sync::{Notify, watch};
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
    stop: watch::Receiver<bool>,
}

impl IndexLock {
    /// Returns when somebody has asked whoever writes this index to stop; a moment after they did.
    pub async fn stop_requested(&self) {
        let mut stop = self.stop.clone();
        if stop.wait_for(|stop| *stop).await.is_err() {
            // The lock is lost, which nobody asks for.
            std::future::pending::<()>().await;
        }
    }

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
        let Some(mut connection) = retrying!(self, try_lock(self, id))? else { return Ok(None) };
        forget_stop(&mut connection, id).await?;
        let lost = Arc::new(AtomicBool::new(false));
        let released = Arc::new(Notify::new());
        let (told, stop) = watch::channel(false);
        let keeper = Keeper {
            store: self.clone(),
            id,
            released: Arc::clone(&released),
            lost: Arc::clone(&lost),
            stop: told,
        };
        Ok(Some(IndexLock { keeper: tokio::spawn(keeper.keep(connection)), released, lost, stop }))
    }

    /// Asks whoever writes an index, in whichever process, to stop.
    pub async fn request_stop(&self, id: IndexId) -> Result<()> {
        retrying!(self, async {
            let query = sqlx::query("UPDATE sconce.indexes SET stop = true WHERE id = $1");
            Ok(query.bind(id).execute(self.pool()).await.map(|_| ())?)
        })
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
    if !taken {
        return Ok(None);
    }
    Ok(Some(connection))
}

/// Forgets what the writer before was asked for.
async fn forget_stop(connection: &mut PgConnection, id: IndexId) -> Result<(), sqlx::Error> {
    let begin = sqlx::query("UPDATE sconce.indexes SET stop = false WHERE id = $1 AND stop");
    begin.bind(id).execute(connection).await.map(|_| ())
}

async fn unlock(mut connection: PgConnection, id: IndexId) -> std::result::Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_unlock($1, $2::bigint::int)")
        .bind(LOCK_CLASS)
        .bind(id)
        .execute(&mut connection)
        .await?;
    connection.close().await
}

/// What watches the connection of a lock.
struct Keeper {
    store: Store,
    id: IndexId,
    released: Arc<Notify>,
    lost: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
}

impl Keeper {
    /// Watches the connection, and replaces it when it breaks, until the lock is released.
    async fn keep(self, mut connection: PgConnection) {
        let id = self.id;
        loop {
            tokio::select! {
                () = tokio::time::sleep(CHECK_EVERY) => {}
                () = self.released.notified() => {
                    if let Err(error) = unlock(connection, id).await {
                        tracing::debug!(%error, %id, "the index lock goes with its connection");
                    }
                    return;
                }
            }
            if let Ok(stop) = is_to_stop(&mut connection, id).await {
                self.stop.send_if_modified(|known| !std::mem::replace(known, stop) && stop);
                continue;
            }
            if connection.ping().await.is_ok() {
                continue;
            }
            match retrying!(&self.store, try_lock(&self.store, id)) {
                Ok(Some(new)) => connection = new,
                Ok(None) => {
                    self.lost.store(true, Ordering::Release);
                    return;
                }
                Err(error) => tracing::warn!(%error, %id, "the index lock's connection is lost"),
            }
        }
    }
}

/// Asks whether the connection still lives, and whether somebody wants the index's writer to stop.
async fn is_to_stop(connection: &mut PgConnection, id: IndexId) -> Result<bool, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT stop FROM sconce.indexes WHERE id = $1").bind(id);
    let stop: Option<bool> = query.fetch_optional(connection).await?;
    Ok(stop.unwrap_or(false))
}
