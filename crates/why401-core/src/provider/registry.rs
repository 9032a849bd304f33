//! Registry: the providers that are known in one run, looked up by variable, host and shape.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::hosts::{fits, normal};
use super::index::SHORTEST_PREFIX;
use super::loose::Shapes;
use super::{Credential, Provider, prefixes, registered};
use crate::framework::without_public_prefix;

/// The registered providers and the user's own.
#[derive(Debug)]
pub struct Registry {
    pub(super) own: Vec<&'static Provider>,
    /// For keys in texts; made when the first text asks.
    pub(super) shapes: OnceLock<Shapes>,
}

/// A value that was recognised by its shape.
#[derive(Clone, Copy, Debug)]
pub struct Recognised {
    /// Whose it is.
    pub provider: &'static Provider,
    /// Which kind.
    pub credential: &'static Credential,
}

impl Registry {
    /// The built-in providers, and `own` before them.
    pub fn new(own: Vec<Provider>) -> Self {
        // A run has one registry; leaking the few own providers lets every judge hold plain references.
        let own: Vec<&'static Provider> = own.into_iter().map(|provider| &*Box::leak(Box::new(provider))).collect();
        Self { own, shapes: OnceLock::new() }
    }

    /// All providers, the user's own first.
    pub fn providers(&self) -> Vec<&'static Provider> {
        self.own.iter().copied().chain(Provider::all()).collect()
    }

    /// The provider with this slug.
    pub fn find(&self, slug: &str) -> Option<&'static Provider> {
        self.own.iter().copied().find(|provider| provider.slug == slug).or_else(|| Provider::find(slug))
    }

    /// The provider whose SDKs, CLIs or docs use this variable, a public prefix such as `VITE_` left aside.
    pub fn of_variable(&self, name: &str) -> Option<&'static Provider> {
        if name.is_empty() {
            return None;
        }
        let exactly = |name: &str| {
            let own = self.own.iter().copied().find(|provider| {
                let variables = &provider.variables;
                variables.secret.iter().chain(&variables.public).chain(&variables.other).any(|known| known == name)
            });
            own.or_else(|| registered().get(registered().index.of_variable(name)?))
        };
        exactly(name).or_else(|| exactly(without_public_prefix(name)))
    }

    /// Whether a provider says that this variable holds a credential, secret or public.
    pub fn is_secret_variable(&self, name: &str) -> bool {
        let bare = without_public_prefix(name);
        self.of_variable(name).is_some_and(|provider| {
            let variables = &provider.variables;
            variables.secret.iter().chain(&variables.public).any(|known| known == name || known == bare)
        })
    }

    /// The provider that this host belongs to; the one that names it most exactly, where several do. Whether a host
    /// is one provider's own is [`Hosts::cover`](super::Hosts::cover): some hosts have several owners.
    pub fn of_host(&self, host: &str) -> Option<&'static Provider> {
        self.all_of_host(host).first().copied()
    }

    /// Every provider whose hosts this one is among, the one that names it most exactly first.
    pub fn all_of_host(&self, host: &str) -> Vec<&'static Provider> {
        let mut covering: Vec<_> =
            self.own.iter().copied().filter_map(|provider| Some((provider.hosts.cover(host)?, provider))).collect();
        if let Some(host) = normal(host) {
            let mut found: Vec<(usize, usize)> = Vec::new();
            for &(pattern, at) in registered().index.hosts.iter().filter(|(pattern, _)| fits(pattern, &host)) {
                match found.last_mut().filter(|(_, last)| *last == at) {
                    Some((length, _)) => *length = pattern.len().max(*length),
                    None => found.push((pattern.len(), at)),
                }
            }
            covering.extend(found.into_iter().filter_map(|(length, at)| Some((length, registered().get(at)?))));
        }
        covering.sort_by_key(|(length, _)| Reverse(*length));
        covering.into_iter().map(|(_, provider)| provider).collect()
    }

    /// The credential that this value is by its prefix and its whole shape. Shapes without a prefix say nothing about
    /// the provider and are never the answer.
    pub fn recognise(&self, value: &str) -> Option<Recognised> {
        self.with_prefix_of(value).find(|found| found.credential.fits(value))
    }

    /// Credentials whose prefix `value` begins with, the longest prefix first, whether or not the rest fits.
    pub fn with_prefix_of<'a>(&'a self, value: &'a str) -> impl Iterator<Item = Recognised> + 'a {
        let own = self.own.iter().copied().flat_map(|provider| {
            provider.credential.iter().map(move |credential| (credential.prefix.len(), Ok((provider, credential))))
        });
        let fits = |prefix: &str| prefix.len() >= SHORTEST_PREFIX && value.starts_with(prefix);
        let own =
            own.filter(|(_, found)| found.is_ok_and(|(_, credential): (_, &Credential)| fits(&credential.prefix)));
        let known = prefixes().of(value).into_iter().map(|(prefix, provider, at)| (prefix.len(), Err((provider, at))));
        let mut all: Vec<(usize, Result<_, (usize, usize)>)> = own.chain(known).collect();
        all.sort_by_key(|(length, _)| Reverse(*length));
        // Most of these are never asked for, and so not decoded.
        all.into_iter().filter_map(|(_, found)| {
            let (provider, credential) = match found {
                Ok(own) => own,
                Err((provider, at)) => {
                    let provider = registered().get(provider)?;
                    (provider, provider.credential.get(at)?)
                }
            };
            Some(Recognised { provider, credential })
        })
    }
}
