//! Which services a text names: by their name, by their pages.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Provider, Registry};
use crate::url::Url;

struct Names {
    search: Option<AhoCorasick>,
    owners: Vec<&'static Provider>,
    pages: Vec<(String, &'static Provider)>,
}

/// Names that are words of the language, too: they count where they are written as names are.
const WORDS: &[&str] = &[
    "exa", "linear", "square", "notion", "render", "neon", "line", "segment", "jina", "cohere", "meta", "aws", "figma",
    "box", "clerk", "asana", "zoom", "monday", "convex", "paddle",
];

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let (mut words, mut owners, mut pages) = (Vec::new(), Vec::new(), Vec::new());
        for provider in Provider::all() {
            let mut own = vec![
                provider.name.to_ascii_lowercase(),
                provider.slug.replace('-', " "),
                provider.slug.replace('-', "_"),
            ];
            own.extend([own[0].replace(' ', ""), provider.slug.clone()]);
            own.sort();
            own.dedup();
            owners.extend(own.iter().map(|_| provider));
            words.extend(own);
            let links = &provider.links;
            let urls = [Some(&links.docs), Some(&links.keys), links.billing.as_ref(), links.status.as_ref()];
            pages.extend(urls.into_iter().flatten().filter_map(|url| Some((Url::of(url).host()?, provider))));
        }
        pages.sort_by(|a, b| a.0.cmp(&b.0));
        pages.dedup_by(|a, b| a.0 == b.0 && a.1.slug == b.1.slug);
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words)
            .ok();
        Names { search, owners, pages }
    })
}

/// Whether a name is followed by a class of errors, as the module of an SDK is: `.AuthenticationError`.
fn is_module(after: &str) -> bool {
    let class: Option<&str> =
        after.strip_prefix('.').and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    class.is_some_and(|class| {
        class.starts_with(|c: char| c.is_ascii_uppercase())
            && ["Error", "Exception"].iter().any(|end| class.ends_with(end))
    })
}

impl Registry {
    /// The services that `text` calls by name, in the order of their first mention.
    pub fn named_in(&self, text: &str) -> Vec<&'static Provider> {
        let names = names();
        let mut found: Vec<&'static Provider> = Vec::new();
        for hit in names.search.iter().flat_map(|search| search.find_iter(text)) {
            let edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
            let bytes = text.as_bytes();
            // A library names its error by its service: `StripeException`, `OpenAIError`.
            let raised = ["Error", "Exception", "ApiError", "APIError", "AuthenticationError"];
            let raised = text.get(hit.end()..).is_some_and(|rest| {
                raised.iter().any(|word| rest.strip_prefix(word).is_some_and(|rest| edge(rest.as_bytes().first())))
            });
            let alone =
                edge(hit.start().checked_sub(1).and_then(|at| bytes.get(at))) && (edge(bytes.get(hit.end())) || raised);
            let Some(provider) = names.owners.get(hit.pattern().as_usize()) else { continue };
            let name = &text[hit.range()];
            let plain = (WORDS.contains(&name) || name.len() < 3) && !is_module(&text[hit.end()..]);
            if alone && !plain && !found.iter().any(|other| other.slug == provider.slug) {
                found.push(provider);
            }
        }
        found
    }

    /// The services whose pages for people are at this host.
    pub fn of_page(&self, host: &str) -> Vec<&'static Provider> {
        let pages = &names().pages;
        let start = pages.partition_point(|(page, _)| page.as_str() < host);
        pages[start..].iter().take_while(|(page, _)| page == host).map(|(_, provider)| *provider).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_by_name_and_page() {
        let registry = Registry::new(Vec::new());
        let slugs = |found: Vec<&Provider>| found.into_iter().map(|p| p.slug.clone()).collect::<Vec<_>>();
        assert_eq!(slugs(registry.named_in("openai.AuthenticationError at Slack")), ["openai", "slack"]);
        assert_eq!(slugs(registry.named_in("StripeException(error: No such key)")), ["stripe"]);
        assert_eq!(slugs(registry.named_in("render the line in linear time")), Vec::<String>::new());
        assert!(slugs(registry.of_page("platform.openai.com")).contains(&"openai".to_owned()));
    }
}
