//! Which entries of a provider are about a request: where its credential may go, what must stand beside it.

use super::hosts::{fits, normal};
use super::{Companion, Hosts, Kind, Needed, Only, Placement, Provider, Region};

/// What is known of a request. `None` is "not known", and leaves open what would depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aim<'a> {
    /// Host name.
    pub host: Option<&'a str>,
    /// Path. Code may show its beginning only, so a short one leaves open whether a longer one is meant.
    pub path: Option<&'a str>,
    /// Kind of the credential.
    pub kind: Option<Kind>,
    /// The credential, or its first characters.
    pub value: Option<&'a str>,
    /// Name of the header or parameter that carries it.
    pub carrier: Option<&'a str>,
    /// Whether a browser makes the call.
    pub browser: Option<bool>,
}

impl Provider {
    /// Whether the placement serves such a request; `None` where it depends on what is not known.
    pub fn serves(&self, placement: &Placement, aim: &Aim<'_>) -> Option<bool> {
        placement.only.covers(&self.hosts, aim)
    }

    /// The headers and parameters without which such a request is surely refused.
    pub fn wanted<'p>(&'p self, aim: &Aim<'_>) -> impl Iterator<Item = &'p Companion> {
        let always = self.companion.iter().filter(|companion| companion.needed == Needed::Always);
        always.filter(|companion| companion.only.covers(&self.hosts, aim) == Some(true))
    }
}

impl Hosts {
    /// The region that the host belongs to, where the service has several.
    pub fn region_of(&self, host: &str) -> Option<&Region> {
        let host = normal(host)?;
        let fitting = self.region.iter().flat_map(|region| region.hosts.iter().map(move |pattern| (pattern, region)));
        fitting.filter(|(pattern, _)| fits(pattern, &host)).max_by_key(|(pattern, _)| pattern.len()).map(|(_, r)| r)
    }

    /// The regions whose keys begin as this value does; none where its beginning does not tell.
    pub fn regions_of_key<'a>(&'a self, value: &'a str) -> impl Iterator<Item = &'a Region> {
        let begins = move |region: &&Region| region.prefixes.iter().any(|prefix| value.starts_with(prefix.as_str()));
        self.region.iter().filter(begins)
    }
}

impl Only {
    /// Whether the request is one that is meant; `None` where it depends on what is not known.
    fn covers(&self, hosts: &Hosts, aim: &Aim<'_>) -> Option<bool> {
        let any = |given: bool, known: Option<bool>| if given { known } else { Some(true) };
        let host = aim.host.and_then(normal);
        let restrictions = [
            any(!self.hosts.is_empty(), host.as_ref().map(|host| self.hosts.iter().any(|own| fits(own, host)))),
            any(self.self_hosted, host.as_ref().map(|host| hosts.cover(host).is_none())),
            any(!self.paths.is_empty(), aim.path.and_then(|path| under(&self.paths, path))),
            any(!self.not_paths.is_empty(), aim.path.and_then(|path| under(&self.not_paths, path)).map(|under| !under)),
            any(!self.kinds.is_empty(), aim.kind.map(|kind| self.kinds.contains(&kind))),
            any(
                !self.prefixes.is_empty(),
                aim.value.map(|value| self.prefixes.iter().any(|prefix| value.starts_with(prefix.as_str()))),
            ),
            any(
                !self.beside.is_empty(),
                aim.carrier.map(|name| self.beside.iter().any(|own| own.eq_ignore_ascii_case(name))),
            ),
            any(self.browser, aim.browser),
        ];
        // One that is broken settles it, whatever is not known of the others.
        if restrictions.contains(&Some(false)) {
            return Some(false);
        }
        restrictions.iter().all(Option::is_some).then_some(true)
    }
}

/// Whether `path` lies under one of these; `None` where it may yet, being only the beginning of one.
fn under(starts: &[String], path: &str) -> Option<bool> {
    let lies = |start: &String| {
        path.strip_prefix(start.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    if starts.iter().any(lies) {
        return Some(true);
    }
    if starts.iter().any(|start| start.starts_with(path)) { None } else { Some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_entry_is_about() {
        let hosts = Hosts { names: vec!["api.acme.example".to_owned()], ..Hosts::default() };
        let list = |text: &str| vec![text.to_owned()];
        let host = Only { hosts: list("*.acme.example"), ..Only::default() };
        let own = Only { self_hosted: true, ..Only::default() };
        let path = Only { paths: list("/v1/oauth"), ..Only::default() };
        let not_path = Only { not_paths: list("/v1/oauth"), ..Only::default() };
        let logins = Only { kinds: vec![Kind::Oauth], paths: list("/v1"), ..Only::default() };
        let prefix = Only { prefixes: list("acme_"), ..Only::default() };
        let beside = Only { beside: list("X-Key"), ..Only::default() };
        let nothing = Aim::default();
        let aim = Aim { host: Some("api.ACME.example"), path: Some("/v1/oauth/token"), ..nothing };
        for (only, aim, covered) in [
            (&Only::default(), nothing, Some(true)),
            (&host, nothing, None),
            (&host, aim, Some(true)),
            (&host, Aim { host: Some("acme.test"), ..nothing }, Some(false)),
            (&own, aim, Some(false)),
            (&own, Aim { host: Some("acme.test"), ..nothing }, Some(true)),
            (&path, aim, Some(true)),
            (&path, Aim { path: Some("/v1"), ..aim }, None),
            (&path, Aim { path: Some(""), ..aim }, None),
            (&path, Aim { path: Some("/v1/oauth2"), ..aim }, Some(false)),
            (&path, Aim { path: Some("/v1/oauth?a=b"), ..aim }, Some(true)),
            (&not_path, aim, Some(false)),
            (&not_path, Aim { path: Some("/v2"), ..aim }, Some(true)),
            (&logins, aim, None),
            (&logins, Aim { path: Some("/v2"), ..aim }, Some(false)),
            (&logins, Aim { kind: Some(Kind::Oauth), ..aim }, Some(true)),
            (&logins, Aim { kind: Some(Kind::Secret), ..aim }, Some(false)),
            (&prefix, aim, None),
            (&prefix, Aim { value: Some("acme_1"), ..aim }, Some(true)),
            (&beside, Aim { carrier: Some("x-key"), ..aim }, Some(true)),
        ] {
            assert_eq!(only.covers(&hosts, &aim), covered, "{only:?} {aim:?}");
        }
    }
}
