//! What keeps a page from asking at all: "port blocking" of the Fetch standard, Mixed Content, Local Network Access.

use super::address::Url;
use super::space::Space;
use super::verdict::Rule;
use super::{Call, Origin};

/// What is known of the way between the page and the address.
#[derive(Clone, Debug)]
pub(super) struct Door {
    page: Option<Space>,
    target: Option<Space>,
    permitted: bool,
}

impl Door {
    pub(super) fn of(call: &Call) -> Self {
        let page = call.page_space.or_else(|| Space::of_page(call.page.host()?));
        Self { page, target: call.target_space, permitted: call.permitted }
    }

    /// The rule that stops a request to `url` before it is sent.
    pub(super) fn stops(&self, page: &Origin, url: &Url, redirected: bool) -> Option<Rule> {
        if !url.is_web() {
            return Some(Rule::Scheme(url.scheme.clone()));
        }
        if let Some(port) = url.port.filter(|port| BAD_PORTS.contains(port)) {
            return Some(Rule::Port(port));
        }
        let known = Space::of_host(&url.host);
        let secure = page.is_trustworthy();
        // Local Network Access lets literal addresses of the local network through here and asks the user instead.
        if page.scheme() == Some("https") && !url.origin().is_trustworthy() && known != Some(Space::Local) {
            return Some(Rule::Mixed);
        }
        let target = self.target.filter(|_| !redirected).or(known)?;
        // From the local network to this machine is no step down for Chromium.
        let private = self.page == Some(Space::Public) && target < Space::Public;
        match (private, secure, self.permitted) {
            (true, false, _) => Some(Rule::Insecure(target)),
            (true, true, false) => Some(Rule::Permission(target)),
            _ => None,
        }
    }
}

/// Fetch standard, "bad port".
const BAD_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn stops(page: &str, url: &str) -> Option<Rule> {
        let call = Call::get(Origin::parse(page).unwrap(), url);
        Door::of(&call).stops(&call.page, &Url::parse(url).unwrap(), false)
    }

    #[test]
    fn before_anything_is_asked() {
        let site = "https://app.example.com";
        assert_eq!(stops(site, "https://api.example.com"), None);
        assert_eq!(stops(site, "http://api.example.com"), Some(Rule::Mixed));
        assert_eq!(stops(site, "http://localhost:1234"), Some(Rule::Permission(Space::Loopback)));
        assert_eq!(stops(site, "http://192.168.1.4"), Some(Rule::Permission(Space::Local)));
        assert_eq!(stops("http://app.example.com", "http://127.0.0.1"), Some(Rule::Insecure(Space::Loopback)));
        assert_eq!(stops("http://192.168.1.4", "http://127.0.0.1"), None);
        assert_eq!(stops("http://localhost:3000", "http://127.0.0.1:8000"), None);
        assert_eq!(stops("http://localhost:3000", "http://localhost:6000"), Some(Rule::Port(6000)));
        assert_eq!(stops(site, "ftp://a.test/"), Some(Rule::Scheme("ftp".to_owned())));
    }
}
