//! The host of an address: names, IPv4 in all the forms that browsers read, IPv6 in brackets.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::address::{NotAnAddress, wrong};

/// Host and port as written, apart.
pub(super) fn host_and_port(place: &str) -> Result<(&str, Option<u16>), NotAnAddress> {
    let end = if place.starts_with('[') { place.find(']').map_or(place.len(), |at| at + 1) } else { 0 };
    match place[end..].split_once(':') {
        None if end == 0 || end == place.len() => Ok((place, None)),
        None => Err(wrong("something stands behind the address in brackets")),
        Some((_, "")) => Ok((&place[..place.len() - 1], None)),
        Some((before, port)) => match port.bytes().all(|byte| byte.is_ascii_digit()).then(|| port.parse()) {
            Some(Ok(port)) => Ok((&place[..end + before.len()], Some(port))),
            _ => Err(wrong("the port is no number up to 65535")),
        },
    }
}

/// The host in its one form.
pub(super) fn read_host(host: &str) -> Result<String, NotAnAddress> {
    if host.is_empty() {
        return Err(wrong("the address names no host"));
    }
    if let Some(inside) = host.strip_prefix('[') {
        let address: Option<Ipv6Addr> = inside.strip_suffix(']').and_then(|text| text.parse().ok());
        return address.map(|address| format!("[{address}]")).ok_or_else(|| wrong("this is no IPv6 address"));
    }
    if !host.is_ascii() {
        return Err(wrong("the host has letters outside ASCII: write it in its xn-- form"));
    }
    // Forbidden domain code points of the URL standard.
    if host.bytes().any(|byte| byte <= b' ' || byte == 0x7f || b"#%/:<>?@[\\]^|".contains(&byte)) {
        return Err(wrong("the host has a character that no host has"));
    }
    let host = host.to_ascii_lowercase();
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    if number || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return ipv4(&host).map(|address| address.to_string()).ok_or_else(|| wrong("this is no IPv4 address"));
    }
    Ok(host)
}

/// An IPv4 address in any of the forms that browsers read: `127.1`, `0x7f.1`, `2130706433`.
fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let read = |part: &&str| match (part.strip_prefix("0x"), part.strip_prefix('0')) {
        (Some(""), _) => Some(0),
        (Some(hex), _) => u32::from_str_radix(hex, 16).ok(),
        (None, Some(octal)) if !octal.is_empty() => u32::from_str_radix(octal, 8).ok(),
        _ => part.parse().ok(),
    };
    let numbers = parts.iter().map(read).collect::<Option<Vec<u32>>>()?;
    let (last, first) = numbers.split_last().filter(|(_, first)| first.len() <= 3)?;
    let room = 32 - 8 * u32::try_from(first.len()).ok()?;
    let mut address = Some(*last).filter(|last| room == 32 || *last < 1 << room)?;
    for (at, number) in (0..).zip(first) {
        address |= Some(*number).filter(|number| *number < 256)? << (24 - 8 * at);
    }
    Some(address.into())
}

/// Whether it is this machine for sure.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a text without a scheme rather names this machine than a site.
pub(super) fn is_local_name(text: &str) -> bool {
    let host = text.split([':', '/']).next().unwrap_or_default();
    !host.contains('.') || host.parse::<Ipv4Addr>().is_ok() || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, same) in [
            ("A.Test", "a.test"),
            ("127.1", "127.0.0.1"),
            ("0x7f.0.0.01", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("1.2.3.4.", "1.2.3.4"),
            ("[0:0::1]", "[::1]"),
            ("1.test", "1.test"),
        ] {
            assert_eq!(read_host(host), Ok(same.to_owned()), "{host}");
        }
        for host in ["", "a b", "a%b", "1.2.3.4.5", "1.2.3.256", "4294967296", "[1", "ü"] {
            assert!(read_host(host).is_err(), "{host}");
        }
        assert_eq!(host_and_port("[::1]:8"), Ok(("[::1]", Some(8))));
        assert_eq!(host_and_port("a:"), Ok(("a", None)));
        assert!(host_and_port("a:65536").is_err() && host_and_port("a:+1").is_err());
    }
}
