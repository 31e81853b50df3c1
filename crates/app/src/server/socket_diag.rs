//! Asks Linux for one socket, by its `sock_diag` (`man 7 sock_diag`): the tables in `/proc/net` are made by a walk
//! over all the sockets that there could be, which takes milliseconds on a large machine.

use std::net::{IpAddr, SocketAddr};

use rustix::io::{Errno, Result};
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use rustix::net::{connect, recv, send, socket_with};

/// `struct nlmsghdr`, before the request and the answer.
const HEADER: usize = 16;
/// `struct inet_diag_req_v2` and `struct inet_diag_msg`.
const REQUEST: usize = 56;
const ANSWER: usize = 72;
/// Of `linux/sock_diag.h`, `linux/netlink.h`, `linux/in.h` and `linux/tcp.h`.
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const IPPROTO_TCP: u8 = 6;
const TCP_ESTABLISHED: u8 = 1;

/// The user of the socket at `here` that is connected to `there`; none where it is closing, or its process
/// has closed it. An error where it is not found or cannot be asked for.
pub(super) fn owner(here: SocketAddr, there: SocketAddr) -> Result<Option<u32>> {
    let kind = (AddressFamily::NETLINK, SocketType::DGRAM, SocketFlags::CLOEXEC);
    let socket = socket_with(kind.0, kind.1, kind.2, Some(SOCK_DIAG))?;
    // To the kernel: nobody else's messages come in then.
    connect(&socket, &SocketAddrNetlink::new(0, 0))?;
    send(&socket, &request(here, there)?, SendFlags::empty())?;
    let mut answer = [0; HEADER + ANSWER];
    // The answer is there when `send` returns.
    let (_, length) = recv(&socket, &mut answer, RecvFlags::DONTWAIT)?;
    read(answer.get(..length).ok_or(Errno::BADMSG)?)
}

fn request(here: SocketAddr, there: SocketAddr) -> Result<[u8; HEADER + REQUEST]> {
    let mut message = [0; HEADER + REQUEST];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        message[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(&((HEADER + REQUEST) as u32).to_ne_bytes());
    put(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    put(&NLM_F_REQUEST.to_ne_bytes());
    // Its number and the sender's, which say nothing on a socket for one message.
    put(&[0; 8]);
    let (here_ip, there_ip) = (here.ip().to_canonical(), there.ip().to_canonical());
    let family = match (here_ip, there_ip) {
        (IpAddr::V4(_), IpAddr::V4(_)) => AddressFamily::INET,
        (IpAddr::V6(_), IpAddr::V6(_)) => AddressFamily::INET6,
        _ => return Err(Errno::AFNOSUPPORT),
    };
    put(&[family.as_raw() as u8, IPPROTO_TCP, 0, 0]);
    put(&u32::MAX.to_ne_bytes());
    put(&here.port().to_be_bytes());
    put(&there.port().to_be_bytes());
    put(&octets(here_ip));
    put(&octets(there_ip));
    // On any interface, whatever its cookie.
    put(&[0; 4]);
    put(&[0xff; 8]);
    Ok(message)
}

/// An address in the sixteen bytes that both families have.
fn octets(ip: IpAddr) -> [u8; 16] {
    let mut octets = [0; 16];
    match ip {
        IpAddr::V4(ip) => octets[..4].copy_from_slice(&ip.octets()),
        IpAddr::V6(ip) => octets = ip.octets(),
    }
    octets
}

fn read(message: &[u8]) -> Result<Option<u32>> {
    let word = |at: usize| {
        let bytes = message.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_ne_bytes).ok_or(Errno::BADMSG)
    };
    let kind = message.get(4..6).ok_or(Errno::BADMSG)?;
    if kind != SOCK_DIAG_BY_FAMILY.to_ne_bytes() {
        // An error, as a negative number.
        return Err(Errno::from_raw_os_error(-(word(HEADER)? as i32)));
    }
    let (user, inode) = (word(HEADER + 64)?, word(HEADER + 68)?);
    let is_open = message[HEADER + 1] == TCP_ESTABLISHED && inode != 0;
    Ok(is_open.then_some(user))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_socket_is_its_users_as_long_as_it_is_open() {
        let own = rustix::process::geteuid().as_raw();
        for address in ["127.0.0.1:0", "[::1]:0"] {
            // A machine may have no IPv6.
            let Ok(listener) = TcpListener::bind(address) else { continue };
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (server, _) = listener.accept().unwrap();
            let ends = (client.local_addr().unwrap(), client.peer_addr().unwrap());
            assert_eq!(owner(ends.0, ends.1), Ok(Some(own)), "{address}");
            let swapped = owner(server.local_addr().unwrap(), server.peer_addr().unwrap());
            assert_eq!(swapped, Ok(Some(own)));
            // Nobody is connected from there: what listens has no other end.
            let unused = SocketAddr::new(ends.0.ip(), 1);
            assert_ne!(owner(unused, ends.1).unwrap_or_default(), Some(own));
            assert_ne!(owner(ends.1, unused).unwrap_or_default(), Some(own));
            drop(client);
            assert_ne!(owner(ends.0, ends.1).unwrap_or_default(), Some(own), "{address}");
        }
    }

    #[test]
    fn an_answer_that_is_cut_or_foreign_says_nothing() {
        assert_eq!(read(&[]), Err(Errno::BADMSG));
        let mut error = [0; HEADER + 4];
        error[4] = 2;
        error[HEADER..].copy_from_slice(&(-2_i32).to_ne_bytes());
        assert_eq!(read(&error), Err(Errno::NOENT));
        let mut cut = [0; HEADER + 8];
        cut[4] = SOCK_DIAG_BY_FAMILY as u8;
        assert_eq!(read(&cut), Err(Errno::BADMSG));
    }
}
