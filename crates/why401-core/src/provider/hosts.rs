//! Which hosts are a provider's own.

use super::Hosts;

impl Hosts {
    /// How exactly `host` is named here, in characters of the pattern; `None` where it is not. The larger number knows
    /// better: `maps.googleapis.com` is named by Google Maps, and by Google Cloud's `*.googleapis.com`.
    pub fn cover(&self, host: &str) -> Option<usize> {
        let host = normal(host)?;
        self.names.iter().filter(|name| fits(name, &host)).map(String::len).max()
    }
}

/// The form of a host name that patterns are held against; `None` where it is none.
pub(super) fn normal(host: &str) -> Option<String> {
    // Longer ones are no host names (RFC 1035, section 2.3.4).
    (host.len() <= 253).then(|| host.to_ascii_lowercase())
}

/// Whether `host` fits `pattern`; a star stands for one or more characters.
pub(super) fn fits(pattern: &str, host: &str) -> bool {
    // Most patterns are of other hosts, and end in another way.
    let mut ends = pattern.bytes().rev().zip(host.bytes().rev()).take_while(|(pattern, _)| *pattern != b'*');
    if ends.any(|(pattern, host)| pattern != host) {
        return false;
    }
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == host };
    let Some(tail) = host.strip_prefix(start) else { return false };
    (1..=tail.len()).any(|at| tail.get(at..).is_some_and(|tail| fits(rest, tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_covered() {
        for (pattern, host, covered) in [
            ("api.github.com", "API.github.com", true),
            ("api.github.com", "xapi.github.com", false),
            ("*.azure.com", "a.b.azure.com", true),
            ("*.azure.com", "azure.com", false),
            ("*.azure.com", ".azure.com", false),
            ("*.azure.com", "x.azure.com.evil.example", false),
            ("*-aiplatform.googleapis.com", "us-central1-aiplatform.googleapis.com", true),
            ("*.execute-api.*.amazonaws.com", "a1.execute-api.eu-west-1.amazonaws.com", true),
            ("*.execute-api.*.amazonaws.com", "execute-api.eu-west-1.amazonaws.com", false),
            ("*.é", "é.é", true),
        ] {
            let hosts = Hosts { names: vec![pattern.to_owned()], ..Hosts::default() };
            assert_eq!(hosts.cover(host).is_some(), covered, "{pattern} {host}");
        }
    }
}
