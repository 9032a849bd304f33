//! Marks: words of which any refusal holds one, to find the few places of a large log that matter.
//!
//! They are few and rare in other texts, so that the search runs at the speed of memory. A place that is found is only
//! worth a look; nothing is concluded from it.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::packed::{Config, Searcher};
use aho_corasick::{AhoCorasick, Span};

/// Statuses of refusals with what stands before them in logs.
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
    "d token",
    "token is",
    "oken was",
    "ebToken",
    "otAuth",
    "uthFail",
    "uthorizationH",
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

/// Three bytes of each mark that are rare in other texts: what the search looks for.
///
/// A processor compares so few short texts twice as fast as all the marks, and three times as fast where it seldom has to
/// look closer. It puts what stands eight places apart into one bucket and mixes the bytes of a bucket: this order was found
/// by trying for the one that looks closer least in logs, code and prose.
#[rustfmt::skip]
const LOOKS: &[&str] = &[
    "key", "gna", "den", "401", "xpi", "ota", "rer", "429",
    "rmi", "nva", "nme", "403", "AAD", "COR", "uth", "oke",
    "Key", "NIE", "cee", "407", "LID", "BID", "UTH",
    "imi", "cie", "Den",
];

struct Marks {
    search: Option<Searcher>,
    /// For each of the looks the marks that have it, how sure they are, and where in them it stands.
    of_look: Vec<Vec<(&'static str, Sure, usize)>>,
    /// On processors that cannot compare many bytes at once.
    plain: Option<AhoCorasick>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let mut of_look = vec![Vec::new(); LOOKS.len()];
    for (mark, sure) in all() {
        let look = LOOKS.iter().enumerate().find_map(|(look, text)| Some((look, mark.find(text)?)));
        if let Some((look, at)) = look {
            of_look[look].push((mark, sure, at));
        }
    }
    let search = Config::new().builder().extend(LOOKS).build();
    let plain = if search.is_none() { AhoCorasick::new(all().map(|(mark, _)| mark)).ok() } else { None };
    Marks { search, of_look, plain }
});

fn all() -> impl Iterator<Item = (&'static str, Sure)> {
    STATUSES.iter().map(|mark| (*mark, Sure::Number)).chain(WORDS.iter().map(|mark| (*mark, Sure::Word)))
}

/// The first mark in `text` at or after `from`.
pub fn find(text: &[u8], from: usize) -> Option<(Range<usize>, Sure)> {
    let Some(search) = &MARKS.search else {
        let found = MARKS.plain.as_ref()?.find(text.get(from..)?)?;
        let sure = if found.pattern().as_usize() < STATUSES.len() { Sure::Number } else { Sure::Word };
        return Some((found.start() + from..found.end() + from, sure));
    };
    let mut at = from;
    while at < text.len() {
        let found = search.find_in(text, Span { start: at, end: text.len() })?;
        let stands = |(mark, sure, look): &(&str, Sure, usize)| {
            let start = found.start().checked_sub(*look).filter(|start| *start >= from)?;
            text[start..].starts_with(mark.as_bytes()).then(|| (start..start + mark.len(), *sure))
        };
        let marks = MARKS.of_look.get(found.pattern().as_usize())?;
        if let Some(mark) = marks.iter().find_map(stands) {
            return Some(mark);
        }
        at = found.start() + 1;
    }
    None
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
    fn every_mark_is_found() {
        for (mark, _) in all() {
            assert!(LOOKS.iter().any(|look| mark.contains(look)), "{mark} has no look");
            for before in ["", "uthkey4", &"- ".repeat(40)] {
                for after in ["", "key", &" -".repeat(40)] {
                    let text = format!("{before}{mark}{after}");
                    let (span, _) = find(text.as_bytes(), 0).unwrap();
                    assert!(span.start <= before.len() && span.end > before.len(), "{text}: {span:?}");
                    assert_eq!(find(&text.as_bytes()[..before.len() + mark.len() - 1], before.len()), None, "{text}");
                }
            }
        }
        assert!(LOOKS.iter().all(|look| look.len() == 3 && all().any(|(mark, _)| mark.contains(look))));
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
