//! Registry: the providers that are known in one run, looked up by variable, host and shape.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind, StartKind};

use super::{Credential, Provider};

/// The registered providers and the user's own.
#[derive(Debug)]
pub struct Registry {
    providers: Vec<&'static Provider>,
    variables: OnceLock<HashMap<&'static str, usize>>,
    prefixes: OnceLock<Prefixes>,
}

#[derive(Debug)]
struct Prefixes {
    automaton: Option<AhoCorasick>,
    /// For each prefix the provider and its credential.
    owners: Vec<Vec<(usize, usize)>>,
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
        let own = own.into_iter().map(|provider| &*Box::leak(Box::new(provider)));
        Self { providers: own.chain(Provider::all()).collect(), variables: OnceLock::new(), prefixes: OnceLock::new() }
    }

    /// All providers, the user's own first.
    pub fn providers(&self) -> &[&'static Provider] {
        &self.providers
    }

    /// The provider with this slug.
    pub fn find(&self, slug: &str) -> Option<&'static Provider> {
        self.providers.iter().copied().find(|provider| provider.slug == slug)
    }

    /// The provider whose SDKs, CLIs or docs use this variable, a public prefix such as `VITE_` left aside.
    pub fn of_variable(&self, name: &str) -> Option<&'static Provider> {
        let index = self.variables().get(name).or_else(|| self.variables().get(without_public_prefix(name)))?;
        self.providers.get(*index).copied()
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
        let covering = self.providers.iter().copied().filter_map(|p| Some((p.hosts.cover(host)?, p)));
        covering.min_by_key(|(length, _)| std::cmp::Reverse(*length)).map(|(_, provider)| provider)
    }

    /// Every provider whose hosts this one is among, the one that names it most exactly first.
    pub fn all_of_host(&self, host: &str) -> Vec<&'static Provider> {
        let mut covering: Vec<_> =
            self.providers.iter().copied().filter_map(|p| Some((p.hosts.cover(host)?, p))).collect();
        covering.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        covering.into_iter().map(|(_, provider)| provider).collect()
    }

    /// The credential that this value is by its prefix and its whole shape. Shapes without a prefix say nothing about
    /// the provider and are never the answer.
    pub fn recognise(&self, value: &str) -> Option<Recognised> {
        self.with_prefix_of(value).find(|found| found.credential.fits(value))
    }

    /// Credentials whose prefix `value` begins with, the longest prefix first, whether or not the rest fits.
    pub fn with_prefix_of<'a>(&'a self, value: &'a str) -> impl Iterator<Item = Recognised> + 'a {
        let prefixes = self.prefixes();
        let found = prefixes.automaton.as_ref().and_then(|automaton| {
            automaton.find(aho_corasick::Input::new(value).anchored(aho_corasick::Anchored::Yes))
        });
        let owners =
            found.map_or(&[][..], |found| prefixes.owners.get(found.pattern().as_usize()).map_or(&[], Vec::as_slice));
        owners.iter().filter_map(|&(provider, credential)| {
            let provider = *self.providers.get(provider)?;
            Some(Recognised { provider, credential: provider.credential.get(credential)? })
        })
    }

    fn variables(&self) -> &HashMap<&'static str, usize> {
        self.variables.get_or_init(|| {
            let mut map = HashMap::new();
            for (index, provider) in self.providers.iter().enumerate() {
                let variables = &provider.variables;
                for name in variables.secret.iter().chain(&variables.public).chain(&variables.other) {
                    map.entry(name.as_str()).or_insert(index);
                }
            }
            map
        })
    }

    fn prefixes(&self) -> &Prefixes {
        self.prefixes.get_or_init(|| {
            let mut owners: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
            for (p, provider) in self.providers.iter().enumerate() {
                for (c, credential) in provider.credential.iter().enumerate() {
                    if credential.prefix.len() >= 3 {
                        owners.entry(&credential.prefix).or_default().push((p, c));
                    }
                }
            }
            let names: Vec<&str> = owners.keys().copied().collect();
            // A longer prefix also answers for the shorter ones that it begins with: `sk-` for `sk-proj-`.
            let owners = names
                .iter()
                .map(|name| {
                    let mut shorter: Vec<&str> =
                        names.iter().copied().filter(|other| name.starts_with(other)).collect();
                    shorter.sort_by_key(|other| std::cmp::Reverse(other.len()));
                    shorter.iter().flat_map(|other| owners[other].clone()).collect()
                })
                .collect();
            let automaton = AhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .start_kind(StartKind::Anchored)
                .build(&names)
                .ok();
            Prefixes { automaton, owners }
        })
    }
}

/// The name without the prefix by which a framework lets it into a browser bundle.
pub fn without_public_prefix(name: &str) -> &str {
    const PREFIXES: [&str; 9] = [
        "NEXT_PUBLIC_",
        "VITE_",
        "REACT_APP_",
        "EXPO_PUBLIC_",
        "NUXT_PUBLIC_",
        "PUBLIC_",
        "VUE_APP_",
        "GATSBY_",
        "STORYBOOK_",
    ];
    PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}
