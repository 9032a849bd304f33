//! Address spaces (Local Network Access): a page of the internet may not call into the local network unasked.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::host::is_loopback;

/// How far an address reaches, the most private first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// This machine.
    Loopback,
    /// The local network.
    Local,
    /// The internet.
    Public,
}

impl Space {
    /// The space of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => of_v4(v4),
            IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| of_v6(v6), of_v4),
        }
    }

    /// What a host tells without asking anybody; `None` for a name.
    pub fn of_host(host: &str) -> Option<Self> {
        if is_loopback(host) {
            return Some(Self::Loopback);
        }
        if host.ends_with(".local") {
            return Some(Self::Local);
        }
        host.trim_matches(['[', ']']).parse().ok().map(Self::of)
    }

    /// What a page's host tells: a name with dots that is not kept for inner use is one of the internet.
    pub(super) fn of_page(host: &str) -> Option<Self> {
        const INNER: &[&str] = &["test", "example", "invalid", "local", "localhost", "internal", "lan", "home", "corp"];
        let last = host.trim_end_matches('.').rsplit_once('.').map(|(_, last)| last);
        let public = last.is_some_and(|last| !INNER.contains(&last)) && !host.ends_with(".home.arpa");
        Self::of_host(host).or(public.then_some(Self::Public))
    }
}

fn of_v4(address: Ipv4Addr) -> Space {
    let [a, b, ..] = address.octets();
    if address.is_loopback() {
        Space::Loopback
    } else if address.is_private() || address.is_link_local() || (a == 100 && (64..128).contains(&b)) {
        Space::Local
    } else {
        Space::Public
    }
}

fn of_v6(address: Ipv6Addr) -> Space {
    let first = address.segments()[0];
    if address.is_loopback() {
        Space::Loopback
    } else if first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80 {
        Space::Local
    } else {
        Space::Public
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "loopback",
            Self::Local => "local",
            Self::Public => "public",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Space;

    #[test]
    fn spaces() {
        for (host, space) in [
            ("localhost", Some(Space::Loopback)),
            ("127.0.0.9", Some(Space::Loopback)),
            ("[::1]", Some(Space::Loopback)),
            ("[::ffff:10.0.0.1]", Some(Space::Local)),
            ("192.168.1.1", Some(Space::Local)),
            ("printer.local", Some(Space::Local)),
            ("[fd00::1]", Some(Space::Local)),
            ("8.8.8.8", Some(Space::Public)),
            ("api.example.com", None),
        ] {
            assert_eq!(Space::of_host(host), space, "{host}");
        }
        assert_eq!(Space::of_page("app.example.com"), Some(Space::Public));
        assert_eq!((Space::of_page("app.test"), Space::of_page("intranet")), (None, None));
    }
}
