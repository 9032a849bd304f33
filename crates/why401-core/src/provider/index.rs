//! The index of the registered providers: what a look-up needs, so that only the providers that a project uses are
//! decoded. `build.rs` writes it; decoding it copies no text.

use serde::{Deserialize, Serialize};

/// Providers are meant by their place in `entries`, which is the order of their files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Index<'a> {
    /// Slugs, sorted.
    #[serde(borrow)]
    pub slugs: Vec<(&'a str, usize)>,
    /// Variables, sorted by name, each with the first provider that has it.
    #[serde(borrow)]
    pub variables: Vec<(&'a str, usize)>,
    /// Host patterns.
    #[serde(borrow)]
    pub hosts: Vec<(&'a str, usize)>,
    /// The providers themselves, as `postcard` writes them.
    #[serde(borrow)]
    pub entries: Vec<&'a [u8]>,
}

/// What every token of one kind has and has not: most tokens are turned down by it, and no pattern is tried on them.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mark<'a> {
    /// The provider that issues it.
    pub provider: usize,
    /// Claims that it has, as [`Issued::claims`](super::Issued::claims) names them; each with lines of texts in lower case, a tab
    /// between them: of each line one stands in the claim's value. One text is read faster than many.
    #[serde(borrow)]
    pub claims: Vec<(&'a str, &'a str)>,
    /// Claims that it does not have.
    #[serde(borrow)]
    pub without: Vec<&'a str>,
}

/// Shorter prefixes are words that other values begin with too.
pub const SHORTEST_PREFIX: usize = 3;

impl<'a> Index<'a> {
    /// The provider with this slug.
    pub fn of_slug(&self, slug: &str) -> Option<usize> {
        let at = self.slugs.binary_search_by_key(&slug, |(slug, _)| slug).ok()?;
        self.slugs.get(at).map(|(_, provider)| *provider)
    }

    /// The provider that has this variable.
    pub fn of_variable(&self, name: &str) -> Option<usize> {
        let at = self.variables.binary_search_by_key(&name, |(name, _)| name).ok()?;
        self.variables.get(at).map(|(_, provider)| *provider)
    }
}

/// The prefixes of credentials: enough to see that a value is none, without the rest of the index.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Prefixes<'a> {
    /// Sorted, each with its provider and the place of the credential there.
    #[serde(borrow)]
    pub all: Vec<(&'a str, usize, usize)>,
}

impl<'a> Prefixes<'a> {
    /// The prefixes that `value` begins with, each with its provider and the place of the credential there.
    pub fn of(&self, value: &str) -> Vec<(&'a str, usize, usize)> {
        // They are sorted by bytes: those that have their beginning in common stand together.
        let Some(head) = value.as_bytes().get(..SHORTEST_PREFIX) else { return Vec::new() };
        let start = self.all.partition_point(|(prefix, ..)| prefix.as_bytes() < head);
        let near = self.all[start..].iter().take_while(|(prefix, ..)| prefix.as_bytes().starts_with(head));
        near.filter(|(prefix, ..)| value.starts_with(prefix)).copied().collect()
    }
}
