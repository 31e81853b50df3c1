//! MCP on stdin and stdout, or on any other pair of streams of lines.

use rmcp::model::{ClientJsonRpcMessage, ClientRequest, GetMeta as _, ProtocolVersion};
use rmcp::service::{RxJsonRpcMessage, ServiceExt as _, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::{RoleServer, transport};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::Mcp;
use super::message_check::CheckedLines;
use crate::failure::{Exit, Failure};

/// Longest line that is read; a longer one is dropped, and the connection lives on.
pub const LONGEST_LINE: usize = 4 << 20;

/// Serves one client on stdin and stdout until it disconnects or the shutdown.
pub async fn serve(mcp: Mcp, shutdown: CancellationToken) -> Result<(), Failure> {
    let (input, output) = transport::stdio();
    serve_on(mcp, input, output, shutdown).await
}

/// The same on other streams. The shutdown is cancelled when the client has gone.
pub async fn serve_on<R, W>(
    mcp: Mcp,
    input: R,
    output: W,
    shutdown: CancellationToken,
) -> Result<(), Failure>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let (checked, input) = CheckedLines::of(input, LONGEST_LINE);
    // Of what is in the stream no line is longer than the limit and its end.
    let inner = AsyncRwTransport::new_server(input, output).with_max_line_length(LONGEST_LINE + 1);
    let transport = LenientTransport { inner, checked, opened: false };
    let running = match Box::pin(mcp.serve_with_ct(transport, shutdown)).await {
        Ok(running) => running,
        // A client that leaves before it has said anything is no error.
        Err(
            rmcp::service::ServerInitializeError::ConnectionClosed(_)
            | rmcp::service::ServerInitializeError::Cancelled,
        ) => return Ok(()),
        Err(error) => {
            return Err(Failure::new(Exit::Error, format!("the client cannot be served: {error}")));
        }
    };
    match running.waiting().await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(Exit::Error, format!("serving the client failed: {error}"))),
    }
}

/// A transport that answers what is no JSON, and skips what makes no sense before the first request.
///
/// rmcp ends a server whose client begins with a notification or a response; a client that is so
/// careless is better served than left.
struct LenientTransport<T> {
    inner: T,
    checked: CheckedLines,
    opened: bool,
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for LenientTransport<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            let message = tokio::select! {
                message = self.inner.receive() => message?,
                Some(answer) = self.checked.answers.recv() => {
                    // Apart from here, where another message may interrupt it.
                    tokio::spawn(self.inner.send(answer));
                    continue;
                }
            };
            match &message {
                ClientJsonRpcMessage::Request(request) => {
                    self.opened |= opens(&request.request);
                    return Some(message);
                }
                _ if self.opened => return Some(message),
                _ => tracing::debug!("skipped a message before the first request"),
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}

/// Whether rmcp takes a request as the beginning of a session: `initialize`, or one that says by
/// itself what a session would have said.
fn opens(request: &ClientRequest) -> bool {
    match request {
        ClientRequest::InitializeRequest(_) => true,
        // Probes, which are answered and leave everything open.
        ClientRequest::DiscoverRequest(_) | ClientRequest::PingRequest(_) => false,
        request => {
            let meta = request.get_meta();
            let version = meta.protocol_version();
            meta.missing_required_keys(&ProtocolVersion::V_2026_07_28).is_empty()
                && version.is_some_and(|version| ProtocolVersion::KNOWN_VERSIONS.contains(&version))
        }
    }
}
