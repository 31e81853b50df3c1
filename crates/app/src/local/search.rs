//! A search of the command line, asked of the server that runs.

use std::io;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::timeout;

use super::address::Address;
use super::handshake::{Handshake, Streams};
use crate::commands::{SearchAnswer, SearchCall};
use crate::settings::{Config, Settings};

/// Longest wait for a server to say that it is there.
const THERE_WITHIN: Duration = Duration::from_millis(500);
/// Longest wait for its answer; it waits some seconds for changed files itself.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// The answer of the server of these settings; `None` where none runs, or where it leaves the search to
/// this process: nothing that a server is or does hinders a search.
pub(crate) async fn search(
    settings: &Settings,
    config: &Config,
    call: &SearchCall,
) -> Option<SearchAnswer> {
    if !config.share {
        return None;
    }
    let address = Address::of(settings, config).ok()?;
    match ask(&address, call).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::debug!("no server answers the search: {error}");
            None
        }
    }
}

async fn ask(address: &Address, call: &SearchCall) -> io::Result<Option<SearchAnswer>> {
    let handshake = Handshake::Search(Box::new(call.clone()));
    let there = async {
        let stream = UnixStream::connect(address.socket()).await?;
        let mut streams = Streams::new(stream, usize::MAX)?;
        streams.ask(&handshake).await.map(|_| streams)
    };
    let mut streams = timeout(THERE_WITHIN, there).await??;
    let answer = timeout(ANSWER_WITHIN, streams.input.next()).await??;
    Ok(serde_json::from_slice(&answer.ok_or(io::ErrorKind::UnexpectedEof)?)?)
}
