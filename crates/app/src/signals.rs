//! The signals that end a process in order: SIGINT, as Ctrl-C sends it, SIGTERM, and SIGHUP, as a terminal
//! sends it that is closed.

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
        let (terminate, hang_up) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()));
        if let (Ok(mut terminate), Ok(mut hang_up)) = (terminate, hang_up) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
