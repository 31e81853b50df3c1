//! The signals that end a process in order: SIGINT, as Ctrl-C sends it, and SIGTERM.

use tokio_util::sync::CancellationToken;

/// Cancels `shutdown` when a signal comes that ends the process.
pub(crate) async fn cancel_on_end(shutdown: CancellationToken) {
    end().await;
    tracing::info!("ending");
    shutdown.cancel();
}

/// Waits for a signal that ends the process.
pub(crate) async fn end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
