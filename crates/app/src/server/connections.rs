//! The connections there are: capped, all together and for each address.
//!
//! Where a cap is reached, a connection without a request in progress makes room for the new one:
//! those that never finish a request cannot keep out those that do.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::peers;

/// Most connections, however many files may be open.
const MOST: usize = 2048;
/// Where the system says no limit of open files.
const UNLIMITED: u64 = 1 << 20;

/// Lets this process open as many files as it may: connections, the database's and models count.
pub(crate) fn raise_file_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        // Where that is refused, the caps are as low as the limit is.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
}

/// Both caps, for the files that this process may open: half of them are for connections.
fn caps() -> (usize, usize) {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(UNLIMITED);
    let most = usize::try_from(files / 2).unwrap_or(MOST).clamp(2, MOST);
    (most, most / 2)
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// Their address.
    pub address: SocketAddr,
    local: SocketAddr,
    same_user: Arc<OnceCell<bool>>,
}

impl Peer {
    pub(super) fn new(address: SocketAddr, local: SocketAddr) -> Peer {
        Peer { address, local, same_user: Arc::default() }
    }

    /// Whether it is a process of this user; asked of the system once a connection.
    pub(super) async fn is_same_user(&self) -> bool {
        let (peer, local) = (self.address, self.local);
        let ask = || async move {
            let asked = tokio::task::spawn_blocking(move || peers::is_same_user(peer, local));
            asked.await.unwrap_or(false)
        };
        *self.same_user.get_or_init(ask).await
    }
}

/// What counts as one address: of IPv6 the network, since a machine has as many as it likes in it.
pub(super) fn origin_of(address: SocketAddr) -> IpAddr {
    match address.ip().to_canonical() {
        IpAddr::V6(ip) if !ip.is_loopback() => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        ip => ip,
    }
}

/// The connections there are.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    most_of_one: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    slots: BTreeMap<u64, Slot>,
}

#[derive(Debug)]
struct Slot {
    from: IpAddr,
    /// Requests whose answers are not finished.
    requests: usize,
    /// When the last of them ended, or when it was opened.
    idle_since: Instant,
    end: CancellationToken,
}

impl Connections {
    pub(super) fn new() -> Arc<Connections> {
        let (most, most_of_one) = caps();
        Connections::with_caps(most, most_of_one)
    }

    fn with_caps(most: usize, most_of_one: usize) -> Arc<Connections> {
        Arc::new(Connections { most, most_of_one, open: Mutex::default() })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a new connection in; `None` where there is no room, and none can be made.
    pub(super) fn admit(self: &Arc<Connections>, from: SocketAddr) -> Option<Connection> {
        let from = origin_of(from);
        let mut open = self.lock();
        let of_one = open.slots.values().filter(|slot| slot.from == from).count();
        if of_one >= self.most_of_one {
            open.end_one(|slot| slot.from == from)?;
        } else if open.slots.len() >= self.most {
            open.end_one(|_| true)?;
        }
        let (id, end) = (open.next, CancellationToken::new());
        open.next += 1;
        let slot = Slot { from, requests: 0, idle_since: Instant::now(), end: end.clone() };
        open.slots.insert(id, slot);
        Some(Connection { id, end, all: Arc::clone(self) })
    }

    /// Makes room where the system has no files left.
    pub(super) fn make_room(&self) {
        // Where all are at work, one of them will end.
        let _ = self.lock().end_one(|_| true);
    }
}

impl Open {
    /// Ends the connection that has been without a request for the longest time.
    fn end_one(&mut self, may_end: impl Fn(&Slot) -> bool) -> Option<()> {
        let idle = self.slots.iter().filter(|(_, slot)| slot.requests == 0 && may_end(slot));
        let id = *idle.min_by_key(|(_, slot)| slot.idle_since)?.0;
        self.slots.remove(&id)?.end.cancel();
        Some(())
    }
}

/// A connection that counts as long as this lives.
#[derive(Debug)]
pub(super) struct Connection {
    id: u64,
    /// Ends it, where another one needs the room.
    pub end: CancellationToken,
    all: Arc<Connections>,
}

impl Connection {
    /// A request begins; it ends with the value.
    pub(super) fn begin(&self) -> InProgress {
        if let Some(slot) = self.all.lock().slots.get_mut(&self.id) {
            slot.requests += 1;
        }
        InProgress { id: self.id, all: Arc::clone(&self.all) }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.lock().slots.remove(&self.id);
    }
}

/// A request whose answer is not finished.
#[derive(Debug)]
pub(super) struct InProgress {
    id: u64,
    all: Arc<Connections>,
}

impl Drop for InProgress {
    fn drop(&mut self) {
        if let Some(slot) = self.all.lock().slots.get_mut(&self.id) {
            slot.requests = slot.requests.saturating_sub(1);
            slot.idle_since = Instant::now();
        }
    }
}

/// The body of an answer; its request is in progress until all of it is sent.
pub(super) struct AnswerBody {
    pub body: Body,
    pub _request: InProgress,
}

impl hyper::body::Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, last], 1))
    }

    #[test]
    fn an_idle_connection_makes_room_and_one_at_work_does_not() {
        let all = Connections::with_caps(3, 2);
        let first = all.admit(from(1)).unwrap();
        let second = all.admit(from(1)).unwrap();
        let request = first.begin();
        let third = all.admit(from(1)).unwrap();
        assert!(second.end.is_cancelled() && !first.end.is_cancelled(), "the idle one ends");
        let other = third.begin();
        assert!(all.admit(from(1)).is_none(), "both of this address are at work");
        let elsewhere = all.admit(from(2)).expect("another address has room");
        drop(request);
        assert!(all.admit(from(3)).is_some());
        assert!(elsewhere.end.is_cancelled() && !third.end.is_cancelled());
        drop((other, second));
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let at = |text: &str| origin_of(SocketAddr::new(text.parse().unwrap(), 1));
        assert_eq!(at("2001:db8::1"), at("2001:db8::2:3:4:5"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }
}
