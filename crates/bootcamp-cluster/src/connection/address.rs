//! Which address leads to a controller that listens on all of them.

use std::net::{IpAddr, ToSocketAddrs as _, UdpSocket};

use super::ConnectionError;

const LOOPBACK: &str = "127.0.0.1";

/// The interface with an address that this machine can connect to: a controller that
/// listens everywhere is reached through the loopback if it runs here, else where the file
/// says it is.
pub(super) fn reachable(interface: &str, location: &str) -> Result<String, ConnectionError> {
    let wrong = || ConnectionError::Interface(interface.to_owned());
    let address = interface.strip_prefix("tcp://").ok_or_else(wrong)?;
    if address.is_empty() || address.contains('/') {
        return Err(wrong());
    }
    let address = match address {
        "0.0.0.0" | "*" if location.is_empty() || is_here(location) => LOOPBACK,
        "0.0.0.0" | "*" => location,
        explicit => explicit,
    };
    Ok(format!("tcp://{address}"))
}

fn is_here(location: &str) -> bool {
    if rustix::system::uname().nodename().to_str() == Ok(location) {
        return true;
    }
    let address = match location.parse::<IpAddr>() {
        Ok(address) => Some(address),
        Err(_) => (location, 0)
            .to_socket_addrs()
            .ok()
            .and_then(|mut found| found.next())
            .map(|found| found.ip()),
    };
    // Only an address of this machine can be bound; nothing is sent.
    address.is_some_and(|address| UdpSocket::bind((address, 0)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_controller_that_listens_everywhere_is_found() {
        let at = |interface, location| reachable(interface, location).unwrap();
        let host = rustix::system::uname();
        let host = host.nodename().to_str().unwrap();
        assert_eq!(at("tcp://0.0.0.0", ""), "tcp://127.0.0.1");
        assert_eq!(at("tcp://*", host), "tcp://127.0.0.1");
        assert_eq!(at("tcp://*", "127.0.0.1"), "tcp://127.0.0.1");
        // An address that is kept for documentation: nobody's.
        assert_eq!(at("tcp://*", "192.0.2.7"), "tcp://192.0.2.7");
        assert_eq!(at("tcp://192.0.2.8", "192.0.2.7"), "tcp://192.0.2.8");
        for wrong in ["ipc:///tmp/socket", "tcp://", "127.0.0.1"] {
            assert!(reachable(wrong, "").is_err(), "{wrong}");
        }
    }
}
