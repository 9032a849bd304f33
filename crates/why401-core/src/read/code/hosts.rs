//! Hosts: to which host a request goes, by the URLs that stand near its headers.

use std::ops::Range;

use super::lexer::Kind;
use super::source::Source;
use super::value::Scope;
use crate::fact::Near;

/// A URL in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// Host in small letters; empty where a part of it is worked out at run time.
    pub(super) host: String,
    /// Path as far as it is written.
    pub(super) path: String,
}

/// The URLs of a file, by token.
pub(super) struct Urls {
    seen: Vec<(usize, Url)>,
}

impl Urls {
    pub(super) fn of(source: &Source<'_>) -> Self {
        let seen = (0..source.tokens.len())
            .filter(|at| source.kind(*at) == Some(Kind::Text))
            .filter_map(|at| {
                let text = source.word(at);
                let hole = source.kind(at + 1) == Some(Kind::Open);
                Some((at, parse(text, hole)?))
            })
            .collect();
        Self { seen }
    }

    /// The URL that `index` most surely belongs to.
    pub(super) fn near(&self, scope: &Scope<'_, '_>, index: usize) -> Option<(Url, Near)> {
        let source = scope.source;
        if self.seen.is_empty() {
            return None;
        }
        // A header in one `Name: value` text, a value in a chain: the statement and what is round it, from the inside.
        let mut at = index;
        let mut outermost = index;
        loop {
            let statement = source.statement(at);
            if let Some(found) = self.within(scope, &statement) {
                return found.map(|url| (url, Near::Call));
            }
            match source.parent(at) {
                Some(open) if !source.is_body(open) => {
                    at = open;
                    outermost = open;
                }
                _ => break,
            }
        }
        if let Some(found) = self.through_name(scope, outermost) {
            return found.map(|url| (url, Near::Call));
        }
        if let Some(function) = source.function(index)
            && let Some(found) = self.within(scope, &function)
        {
            return found.or_else(|| self.last_before(index, &function)).map(|url| (url, Near::Function));
        }
        let all = 0..source.tokens.len();
        self.within(scope, &all).flatten().map(|url| (url, Near::File))
    }

    /// The only URL of a range: `Some(None)` where there are several hosts.
    fn within(&self, scope: &Scope<'_, '_>, range: &Range<usize>) -> Option<Option<Url>> {
        let from = self.seen.partition_point(|(at, _)| *at < range.start);
        let mut found: Vec<&Url> =
            self.seen[from..].iter().take_while(|(at, _)| *at < range.end).map(|(_, url)| url).collect();
        if found.is_empty() && range.len() < 400 {
            found = range.clone().filter_map(|at| self.named(scope, at)).collect();
        }
        let first = *found.first()?;
        let same = found.iter().all(|url| url.host == first.host);
        Some((same && !first.host.is_empty()).then(|| first.clone()))
    }

    /// The URL that the name at `at` is bound to.
    fn named(&self, scope: &Scope<'_, '_>, at: usize) -> Option<&Url> {
        let name = scope.source.name(at)?;
        let binding = scope.locals.binding(name, at, scope.source.is_member(at))?;
        let from = self.seen.partition_point(|(seen, _)| *seen < binding.value.start);
        let url = self.seen.get(from).filter(|(seen, _)| *seen < binding.value.end).map(|(_, url)| url);
        // `url = f"{BASE}/chat"`: one hop more.
        url.or_else(|| {
            let mut inner = binding.value.clone().filter(|at| scope.source.kind(*at) == Some(Kind::Name));
            inner.find_map(|at| {
                let name = scope.source.word(at);
                let binding = scope.locals.binding(name, at, scope.source.is_member(at))?;
                let from = self.seen.partition_point(|(seen, _)| *seen < binding.value.start);
                self.seen.get(from).filter(|(seen, _)| *seen < binding.value.end).map(|(_, url)| url)
            })
        })
    }

    /// `const headers = {…}` and later `fetch(url, { headers })`: the calls that the name is handed to.
    fn through_name(&self, scope: &Scope<'_, '_>, group: usize) -> Option<Option<Url>> {
        let source = scope.source;
        let statement = source.statement(group);
        let equals = (statement.start..group).rev().find(|at| source.is(*at, b'='))?;
        let name = (statement.start..equals).rev().find_map(|at| source.name(at))?;
        let reach = source.function(group).unwrap_or(0..source.tokens.len());
        let mut urls = Vec::new();
        for at in (group + 1)..reach.end.min(source.tokens.len()) {
            if source.name(at) != Some(name) || source.is(at + 1, b'=') {
                continue;
            }
            let mut inner = at;
            while let Some(open) = source.parent(inner) {
                if source.is_body(open) {
                    break;
                }
                if let Some(found) = self.within(scope, &(open..source.other(open) + 1)) {
                    urls.push(found);
                    break;
                }
                inner = open;
            }
        }
        let first = urls.first()?.clone();
        let same = urls.iter().all(|url| url.as_ref().map(|url| &url.host) == first.as_ref().map(|url| &url.host));
        Some(first.filter(|_| same))
    }

    /// Of several URLs of a function, the last one before the header, unless a part of it is unknown.
    fn last_before(&self, index: usize, function: &Range<usize>) -> Option<Url> {
        let before = self.seen.iter().rev().find(|(at, _)| *at < index && *at >= function.start)?;
        (!before.1.host.is_empty()).then(|| before.1.clone())
    }
}

/// The host and path of a text that begins like a URL; `hole` where an expression follows the text.
pub(super) fn parse(text: &str, hole: bool) -> Option<Url> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let end = rest.find(['/', '?', '#', ' ', '"', '\'', '\\']).unwrap_or(rest.len());
    // `https://${host}/…`, `https://{subdomain}.example.com`: not all of the host is written.
    if rest.is_empty() || end == rest.len() && hole || rest[..end].contains(['{', '$', '%', '<']) {
        return Some(Url { host: String::new(), path: String::new() });
    }
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let path_end = rest[end..].find(['?', '#', ' ', '"', '\'']).map_or(rest.len(), |at| end + at);
    Some(Url { host, path: rest[end..path_end].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn urls() {
        for (text, hole, expected) in [
            ("https://api.openai.com/v1/models", false, Some(("api.openai.com", "/v1/models"))),
            ("https://API.x.com:8443?key=1", false, Some(("api.x.com", ""))),
            ("https://", true, Some(("", ""))),
            ("https://api.", true, Some(("", ""))),
            ("https://api.x.com/", true, Some(("api.x.com", "/"))),
            ("/v1/models", false, None),
        ] {
            let found = parse(text, hole);
            assert_eq!(found.as_ref().map(|url| (&*url.host, &*url.path)), expected, "{text}");
        }
    }
}
