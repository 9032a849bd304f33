//! Trials: calls that a person tried and noted with what they came to: `Authorization: Bearer … -> 401`, a command and
//! under it `# 200`.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::{Fact, Origin, Place, Seen, Tried, TriedIn};

/// More than so many are a log.
const MOST: usize = 16;

/// The calls of `text` that are noted with an outcome. A command takes the outcome that is noted under it.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut open = Noted::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim().is_empty() {
            open = Noted::default();
            continue;
        }
        let outcome = outcome(line);
        let told = outcome.as_ref().map_or(line, |(before, _)| line.get(..*before).unwrap_or(line));
        let own = Noted::of(told, start..start + line.trim_end().len());
        let worked = outcome.map(|(_, worked)| worked);
        // An outcome on a line of its own is that of the command above it.
        let noted = if own.is_empty() { std::mem::take(&mut open) } else { own };
        match worked {
            Some(worked) if !noted.is_empty() && facts.len() < MOST => {
                let tried = Tried { worked, carrier: noted.carrier, host: noted.host };
                let place = Place::of(path, text.as_bytes(), &noted.span);
                facts.push(Fact { origin: Origin::File(place), span: noted.span, seen: Seen::Tried(tried) });
            }
            Some(_) => {}
            None => open.take(noted),
        }
    }
    let came_to =
        |worked: bool| facts.iter().any(|fact| matches!(&fact.seen, Seen::Tried(tried) if tried.worked == worked));
    // One alone tells nothing: it is what comes to two ends that does.
    if came_to(true) && came_to(false) { facts } else { Vec::new() }
}

/// What is told of a call.
#[derive(Default)]
struct Noted {
    carrier: Option<TriedIn>,
    host: String,
    span: Range<usize>,
}

impl Noted {
    fn of(line: &str, span: Range<usize>) -> Self {
        let carrier = carrier(line);
        let host = host(line).unwrap_or_default();
        Self { carrier, host, span }
    }

    fn is_empty(&self) -> bool {
        self.carrier.is_none() && self.host.is_empty()
    }

    /// Takes what a further line of the same command tells.
    fn take(&mut self, other: Self) {
        if other.is_empty() {
            return;
        }
        if self.is_empty() {
            self.span = other.span;
        }
        self.carrier = self.carrier.take().or(other.carrier);
        if self.host.is_empty() {
            self.host = other.host;
        }
    }
}

/// What a line notes at its end, and where that begins: whether the call was taken.
fn outcome(line: &str) -> Option<(usize, bool)> {
    static NOTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(?:->|=>|→|⇒|➜|#|//|—|–|:|=)\s*\**`?(?:http(?:/[\d.]+)? ?)?(?:(20[0-4]|works|worked|works fine|ok|succeeds|success)|(401|403|fails|failed|unauthorized|rejected|refused))\b",
        )
        .ok()
    });
    let found = NOTE.as_ref()?.captures_iter(line).last()?;
    // `"status": 401` is an answer, and no note.
    let start = found.get(0)?.start();
    Some((start, found.get(1).is_some()))
}

fn carrier(line: &str) -> Option<TriedIn> {
    static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r#"(?i)\b(authorization|authentication|private-token|ocp-apim-subscription-key|x-[a-z-]*(?:key|token|auth)[a-z-]*|api-key|apikey)\b["'`]*\s*(?:[:=]\s*["'`]?(bearer|basic|token|bot|apikey|api-key|jwt|key)?\b)?"#,
            r"|\b(Bearer)\b",
        ))
        .ok()
    });
    static QUERY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)[?&](key|api_?key|token|access_token|auth)=").ok());
    if let Some(found) = HEADER.as_ref()?.captures(line) {
        let word = found.get(2).or_else(|| found.get(3)).map_or(String::new(), |word| word.as_str().to_lowercase());
        let name = found.get(1).map_or_else(|| "authorization".to_owned(), |name| name.as_str().to_lowercase());
        return Some(TriedIn { query: false, name, scheme: word });
    }
    let name = QUERY.as_ref()?.captures(line)?.get(1)?.as_str().to_lowercase();
    Some(TriedIn { query: true, name, scheme: String::new() })
}

fn host(line: &str) -> Option<String> {
    static HOST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)https?://([a-z0-9.-]+\.[a-z]{2,}|localhost)|(?:^|[\s`"'])((?:[a-z0-9-]+\.){1,4}(?:com|net|org|io|ai|cn|dev|app|co|eu))\b"#).ok()
    });
    let found = HOST.as_ref()?.captures(line)?;
    Some(found.get(1).or_else(|| found.get(2))?.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(text: &str) -> Vec<(bool, String, String)> {
        let facts = read(&"x".into(), text);
        let of = |fact: Fact| match fact.seen {
            Seen::Tried(tried) => {
                let carrier = tried.carrier.map_or(String::new(), |own| format!("{} {}", own.name, own.scheme));
                (tried.worked, carrier.trim().to_owned(), tried.host)
            }
            _ => (false, String::new(), String::new()),
        };
        facts.into_iter().map(of).collect()
    }

    #[test]
    fn calls_and_what_they_came_to() {
        let text = "GET https://a.test/v1?key=abc   -> 200\nGET https://a.test/v1  Authorization: Bearer abc -> 401\n";
        let host = || "a.test".to_owned();
        assert_eq!(tried(text), [(true, "key".into(), host()), (false, "authorization bearer".into(), host())]);
        let text = "curl -H 'X-Api-Key: k' \\\n  https://a.test/me\n# 200\n\ncurl -H 'Authorization: Bearer k' \\\n  https://a.test/me\n# 401";
        let found = tried(text);
        assert_eq!(found.iter().map(|(worked, ..)| *worked).collect::<Vec<_>>(), [true, false]);
        assert_eq!(found[1].1, "authorization bearer");
        assert_eq!(tried("api.a.cn -> 200\napi.a.ai -> 401").len(), 2);
        for text in ["Authorization: Bearer x -> 401", "a: 200\nb: 401", "{\"status\": 401}\n{\"status\": 200}"] {
            assert!(tried(text).is_empty(), "{text}");
        }
    }
}
