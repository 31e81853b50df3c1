//! Whose process is at the other end of a loopback connection, as Linux knows it.
//!
//! A process of the same user could read the token from its file, so asking it for the token guards
//! nothing. What is not certain counts as another user:
//!
//! - A socket that its process has closed already, which Linux shows as root's.
//! - A process in a user namespace, as in a rootless container: there the users of the host may all
//!   look like one, and what forwards a published port runs as the container's root.
//! - A request that came through a proxy, whose user is not the caller's.
//! - Every system without these tables: there the token is always needed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use axum::http::HeaderMap;

#[cfg(target_os = "linux")]
use super::socket_diag;

/// The tables of the sockets of this network namespace.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// What the table says of a connection that both ends hold open.
const ESTABLISHED: &str = "01";
/// Headers by which a proxy says for whom it asks.
const FORWARDED: [&str; 4] = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];

/// Whether this system says whose a loopback connection is.
pub(super) fn are_known() -> bool {
    // The initial namespace maps every user to itself.
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    map.split_whitespace().eq(["0", "0", "4294967295"]) && Path::new(TABLES[0]).exists()
}

/// Whether `peer`, connected to `local`, is a socket of this process's user. Where the socket cannot be asked for
/// by itself, this reads the system's tables, so it may block for some milliseconds.
pub(super) fn is_same_user(peer: SocketAddr, local: SocketAddr) -> bool {
    if !peer.ip().to_canonical().is_loopback() || !local.ip().to_canonical().is_loopback() {
        return false;
    }
    let own = rustix::process::geteuid().as_raw();
    #[cfg(target_os = "linux")]
    if let Ok(owner) = socket_diag::owner(peer, local) {
        return owner == Some(own);
    }
    let mut tables = TABLES.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    tables.find_map(|table| owner(&table, peer, local)) == Some(own)
}

/// Whether a proxy asks for somebody else.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDED.iter().any(|name| headers.contains_key(*name))
}

/// The user of the socket at `here` that is connected to `there`.
fn owner(table: &str, here: SocketAddr, there: SocketAddr) -> Option<u32> {
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (local, remote, state) = (words.next()?, words.next()?, words.next()?);
        if state != ESTABLISHED || !is(local, here) || !is(remote, there) {
            return None;
        }
        // Queues, timers and retransmissions stand between; then the user, a timeout, the inode.
        let (user, inode) = (words.nth(3)?, words.nth(1)?);
        if inode == "0" { None } else { user.parse().ok() }
    })
}

fn is(shown: &str, address: SocketAddr) -> bool {
    parse(shown).is_some_and(|(ip, port)| {
        ip.to_canonical() == address.ip().to_canonical() && port == address.port()
    })
}

/// `0100007F:0BB8`: words of an address as the machine holds them, and a port.
fn parse(shown: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = shown.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let word = u32::from_str_radix(address.get(8 * at..8 * at + 8)?, 16).ok()?;
        Some(word.to_ne_bytes())
    };
    let ip = match address.len() {
        8 => IpAddr::from(Ipv4Addr::from(word(0)?)),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?];
            let mut octets = [0; 16];
            octets.copy_from_slice(words.as_flattened());
            IpAddr::from(Ipv6Addr::from(octets))
        }
        _ => return None,
    };
    Some((ip, port))
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000  1000        0 101 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:1F91 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1
   3: 0100007F:1F92 0100007F:0BB8 05 00000000:00000000 00:00000000 00000000     0        0 103 1 0000000000000000 20 4 30 10 -1
   4: 0000000000000000FFFF00000100007F:1F93 0000000000000000FFFF00000100007F:0BB8 01 00000000:00000000 00:00000000 00000000  1001        0 104 1
";

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn a_connection_has_the_user_of_its_other_end() {
        assert_eq!(owner(TABLE, at(8080), at(3000)), Some(1000));
        assert_eq!(owner(TABLE, at(8083), at(3000)), Some(1001), "a mapped address is the same");
        assert_eq!(owner(TABLE, at(8084), at(3000)), None);
    }

    #[test]
    fn a_socket_that_is_closed_is_nobodys_though_the_table_says_root() {
        assert_eq!(owner(TABLE, at(8081), at(3000)), None, "it has no inode any more");
        assert_eq!(owner(TABLE, at(8082), at(3000)), None, "it is closing");
    }

    #[test]
    fn addresses_are_read_as_the_machine_holds_them() {
        let local = "00000000000000000000000001000000:0050";
        assert_eq!(parse(local), Some((IpAddr::from(Ipv6Addr::LOCALHOST), 80)));
        for wrong in ["", "0100007F", "xx:0050", "0100:0050"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
