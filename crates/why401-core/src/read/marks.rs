//! Marks: words of which any refusal holds one, to find the few places of a large log that matter.
//!
//! They are few and rare in other texts, so that the search runs at the speed of memory. A place that is found is only
//! worth a look; nothing is concluded from it.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::{Config, Searcher};

/// Statuses of refusals with what stands before them in logs. All marks have at least four bytes: the search compares as
/// many at once as the shortest has.
const STATUSES: &[&str] =
    &[" 401", "\"401", ":401", "=401", "(401", " 403", "\"403", ":403", "=403", "(403", " 407", " 429", ":429"];

/// Fragments of words, without a first letter that may be large.
const WORDS: &[&str] = &[
    "nauthor",
    "AUTH",
    "nauthent",
    "uthentication",
    "ot author",
    "to authent",
    "orbidden",
    "ORBIDDEN",
    "denied",
    "Denied",
    "DENIED",
    "ermission",
    "pi key",
    "PI key",
    "PI Key",
    "pi_key",
    "piKey",
    "pi-key",
    "redential",
    "nvalid",
    "INVALID",
    "ccess token",
    "ccess_token",
    "xpired",
    "ignature",
    "evoked",
    "authed",
    "nsufficient",
    "uota",
    "rate limit",
    "exceeded",
    "AADSTS",
    "OAuth",
    "earer",
    "CORS",
    "ecurity token",
    "nvironment var",
];

/// How sure a mark is that somebody was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sure {
    /// A status, which may also be a size or a duration.
    Number,
    /// A word.
    Word,
}

struct Marks {
    packed: Option<Searcher>,
    /// On processors that cannot compare many bytes at once, and for short texts.
    plain: Option<AhoCorasick>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let all: Vec<&str> = STATUSES.iter().chain(WORDS).copied().collect();
    Marks { packed: Config::new().builder().extend(&all).build(), plain: AhoCorasick::new(&all).ok() }
});

/// The first mark in `text` at or after `from`.
pub fn find(text: &[u8], from: usize) -> Option<(Range<usize>, Sure)> {
    let marks = &*MARKS;
    let rest = text.get(from..)?;
    let found = match &marks.packed {
        Some(packed) => packed.find(rest),
        None => marks.plain.as_ref()?.find(rest),
    }?;
    let sure = if found.pattern().as_usize() < STATUSES.len() { Sure::Number } else { Sure::Word };
    Some((found.start() + from..found.end() + from, sure))
}

/// Whether the number at `mark` of `line` can be a status: no digit follows, and where the line names the protocol,
/// as access logs do, it stands behind that.
pub fn is_status(line: &[u8], mark: &Range<usize>) -> bool {
    let after = line.get(mark.end);
    if after.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'-')) {
        return false;
    }
    let before = &line[..mark.start];
    match memchr::memmem::rfind(before, b" HTTP/") {
        // `"GET / HTTP/1.1" 401 12`, `HTTP/1.1 401 Unauthorized`
        Some(at) => !before[at + 6..].contains(&b' '),
        None => memchr::memmem::find(&line[mark.end..], b" HTTP/").is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_found() {
        for (text, sure) in [
            ("Error code: 401 - no", Some(Sure::Number)),
            ("\"status\":401", Some(Sure::Number)),
            ("Unauthorized", Some(Sure::Word)),
            ("UNAUTHENTICATED: no", Some(Sure::Word)),
            ("{\"error\":\"invalid_auth\"}", Some(Sure::Word)),
            ("Incorrect API key provided", Some(Sure::Word)),
            ("GET /index.html 200 in 12 ms, 1401 bytes, took 0.401 s", None),
        ] {
            let found = find(text.as_bytes(), 0).map(|(_, sure)| sure);
            assert_eq!(found, sure, "{text}");
        }
        assert_eq!(find(b"401 401 401", 4).map(|(span, _)| span), Some(7..11));
        assert_eq!(find(b"a", 9), None);
    }

    #[test]
    fn numbers_that_are_statuses() {
        for (line, is) in [
            ("1.2.3.4 - - [x] \"GET / HTTP/1.1\" 401 12", true),
            ("1.2.3.4 - - [x] \"GET / HTTP/1.1\" 200 401", false),
            ("HTTP/1.1 401 Unauthorized", true),
            ("x HTTP/2 401", true),
            ("took 401ms", false),
            ("took 401.5 s", false),
            ("GET 401 /a HTTP/1.1", false),
        ] {
            let mark = find(line.as_bytes(), 0).unwrap().0;
            let mark = if line.ends_with(" 401") && !is { line.len() - 4..line.len() } else { mark };
            assert_eq!(is_status(line.as_bytes(), &mark), is, "{line}");
        }
    }
}
