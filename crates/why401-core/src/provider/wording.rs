//! Wording: which known answers a text holds, looked for in all providers and families at once.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::{Answer, Family, Provider, Within};
use crate::exchange;

/// Who says so.
#[derive(Clone, Copy, Debug)]
pub enum Speaker {
    /// A service.
    Provider(&'static Provider),
    /// Client libraries, standards, gateways, browsers.
    Family(&'static Family),
}

/// A known answer that was found in a text.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// The answer.
    pub answer: &'static Answer,
    /// Whose it is.
    pub speaker: Speaker,
    /// How much of the text is explained by it, and how surely it is this speaker's: more is better.
    pub weight: i32,
    /// The bytes of the text that match; empty where only the status does.
    pub span: Range<usize>,
}

impl Speaker {
    /// The provider, where it is one.
    pub fn provider(self) -> Option<&'static Provider> {
        match self {
            Self::Provider(provider) => Some(provider),
            Self::Family(_) => None,
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Provider(provider) => &provider.name,
            Self::Family(family) => &family.name,
        }
    }
}

/// Every known answer, found by a text that it requires.
struct Wordings {
    entries: Vec<Entry>,
    search: Option<AhoCorasick>,
    /// For each needle of `search` the entry that it belongs to.
    needles: Vec<usize>,
}

struct Entry {
    speaker: Speaker,
    answer: &'static Answer,
    pattern: OnceLock<Option<Regex>>,
}

fn wordings() -> &'static Wordings {
    static ALL: OnceLock<Wordings> = OnceLock::new();
    ALL.get_or_init(|| {
        let required: Vec<Vec<Vec<String>>> =
            postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/wordings.bin"))).unwrap_or_default();
        let providers = Provider::all().into_iter().map(|provider| (Speaker::Provider(provider), &provider.answer));
        let families = Family::all().iter().map(|family| (Speaker::Family(family), &family.answer));
        let (mut entries, mut needles, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for ((speaker, answers), required) in providers.chain(families).zip(required) {
            for (answer, required) in answers.iter().zip(required) {
                owners.extend(required.iter().map(|_| entries.len()));
                needles.extend(required.iter().map(|needle| Plain::of(needle).text));
                entries.push(Entry { speaker, answer, pattern: OnceLock::new() });
            }
        }
        let search =
            AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(&needles).ok();
        Wordings { entries, search, needles: owners }
    })
}

/// Text as it is compared: one kind of quote, no escapes before it, one blank between words, none after `":`.
pub struct Plain {
    /// The text.
    pub text: String,
    /// For each of its bytes the place in the text that it was made of.
    at: Vec<u32>,
}

impl Plain {
    /// Makes it of `text`.
    pub fn of(text: &str) -> Self {
        let mut plain = Self { text: String::with_capacity(text.len()), at: Vec::with_capacity(text.len()) };
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.peek() {
                    Some((_, 'n' | 'r' | 't')) => {
                        chars.next();
                        plain.push(at, ' ');
                    }
                    Some((_, '"' | '\'' | '\\' | '/')) => {}
                    _ => plain.push(at, c),
                },
                '\'' | '`' | '‘' | '’' | '“' | '”' => plain.push(at, '"'),
                '&' if text[at..].starts_with("&quot;") => {
                    plain.push(at, '"');
                    chars.nth(4);
                }
                c if c.is_whitespace() => plain.push(at, ' '),
                c => plain.push(at, c),
            }
        }
        plain
    }

    fn push(&mut self, at: usize, c: char) {
        let last = self.text.as_bytes().last();
        let between = [b' ', b',', b':'];
        if c == ' '
            && last.is_none_or(|last| {
                between.contains(last) && (*last == b' ' || self.text.ends_with("\":") || self.text.ends_with("\","))
            })
        {
            return;
        }
        self.text.push(c);
        self.at.resize(self.text.len(), u32::try_from(at).unwrap_or(u32::MAX));
    }

    /// The place in the original text of a span of this one.
    fn origin(&self, span: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.at.get(byte).map_or(0, |at| *at as usize);
        at(span.start)..at(span.end.saturating_sub(1).max(span.start)) + 1
    }
}

/// The known answers in what came back, the first that fits of each speaker, the weightiest first. `known` are the
/// services that the refusal may come from, with how surely (0 to 100).
pub fn meanings(answer: &exchange::Answer, known: &[(&'static Provider, u8)]) -> Vec<Meaning> {
    let all = wordings();
    let plain = Plain::of(&answer.body);
    let mut candidates = vec![false; all.entries.len()];
    for found in all.search.iter().flat_map(|search| search.find_overlapping_iter(&plain.text)) {
        if let Some(entry) = all.needles.get(found.pattern().as_usize()) {
            candidates[*entry] = true;
        }
    }
    for (entry, candidate) in all.entries.iter().zip(&mut candidates) {
        *candidate |= match entry.answer.within {
            Within::Header(_) => !answer.headers.is_empty(),
            Within::Status => entry.speaker.provider().is_some_and(|p| known.iter().any(|(k, _)| k.slug == p.slug)),
            _ => false,
        };
    }
    let mut found: Vec<Meaning> = Vec::new();
    for (entry, _) in all.entries.iter().zip(candidates).filter(|(_, candidate)| *candidate) {
        let Some(span) = entry.span(answer, &plain) else { continue };
        // What every service says is this one's only where this one was asked.
        let known_speaker =
            entry.speaker.provider().is_none_or(|p| known.iter().any(|(k, sure)| k.slug == p.slug && *sure >= 40));
        if !known_speaker && is_common(answer.body.get(span.clone()).unwrap_or_default()) {
            continue;
        }
        let meaning =
            Meaning { answer: entry.answer, speaker: entry.speaker, weight: entry.weight(answer, &span, known), span };
        // Of one speaker the first that fits, unless a later one fits the status, too.
        match found.iter_mut().find(|other| same(other.speaker, entry.speaker)) {
            Some(other) if disagrees(other.answer, answer) && !disagrees(entry.answer, answer) => *other = meaning,
            Some(_) => {}
            None => found.push(meaning),
        }
    }
    found.sort_by_key(|meaning| -meaning.weight);
    found
}

fn same(a: Speaker, b: Speaker) -> bool {
    match (a, b) {
        (Speaker::Provider(a), Speaker::Provider(b)) => a.slug == b.slug,
        (Speaker::Family(a), Speaker::Family(b)) => a.slug == b.slug,
        _ => false,
    }
}

/// Whether the known answer has another status than the one that was seen.
fn disagrees(known: &Answer, seen: &exchange::Answer) -> bool {
    known.status.zip(seen.status).is_some_and(|(known, seen)| known != seen)
}

impl Entry {
    /// The bytes of the answer's body that match, empty where a header or the status does; `None` where nothing does.
    fn span(&self, answer: &exchange::Answer, plain: &Plain) -> Option<Range<usize>> {
        if self.answer.within == Within::Status {
            return (answer.status.is_some() && answer.status == self.answer.status).then_some(0..0);
        }
        if let Within::Header(name) = &self.answer.within {
            let mut values = answer.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
            if values.any(|(_, value)| self.find(value, &Plain::of(value)).is_some()) {
                return Some(0..0);
            }
        }
        self.find(&answer.body, plain)
    }

    fn find(&self, text: &str, plain: &Plain) -> Option<Range<usize>> {
        if let Some(literal) = &self.answer.text {
            return find_literal(&plain.text, &Plain::of(literal).text).map(|span| plain.origin(&span));
        }
        let pattern = self.answer.pattern.as_ref()?;
        let pattern = self.pattern.get_or_init(|| Regex::new(pattern).ok()).as_ref()?;
        let raw = pattern.find(text).map(|found| found.range());
        raw.or_else(|| Some(plain.origin(&pattern.find(&plain.text)?.range())))
    }

    fn weight(&self, answer: &exchange::Answer, span: &Range<usize>, known: &[(&'static Provider, u8)]) -> i32 {
        let length = i32::try_from(span.len().min(50)).unwrap_or(50);
        let surely = self.speaker.provider().map(|own| {
            known.iter().find(|(other, _)| other.slug == own.slug).map_or(0, |(_, surely)| i32::from(*surely))
        });
        let speaker = match surely {
            Some(0) if known.iter().any(|(_, surely)| *surely >= 50) => -45,
            Some(0) => -15,
            Some(surely) => surely / 2,
            None => 5,
        };
        let status = match (self.answer.status, answer.status) {
            (Some(known), Some(seen)) if known == seen => 12,
            (Some(_), Some(_)) => -12,
            _ => 0,
        };
        let code = if self.answer.code.is_some() { 6 } else { 0 };
        let verified = if self.answer.verified { 0 } else { -12 };
        length + speaker + status + code + verified
    }
}

/// Whether a text says no more than any server does that refuses.
fn is_common(text: &str) -> bool {
    const COMMON: &[&str] = &[
        "a",
        "access",
        "an",
        "and",
        "api",
        "apikey",
        "auth",
        "authentication",
        "authorization",
        "authorized",
        "bad",
        "be",
        "client",
        "code",
        "credential",
        "credentials",
        "denied",
        "detail",
        "details",
        "error",
        "errors",
        "failed",
        "failure",
        "false",
        "for",
        "forbidden",
        "found",
        "http",
        "incorrect",
        "insufficient",
        "invalid",
        "is",
        "key",
        "keys",
        "login",
        "message",
        "missing",
        "msg",
        "no",
        "not",
        "null",
        "ok",
        "or",
        "permission",
        "permissions",
        "provided",
        "reason",
        "request",
        "required",
        "resource",
        "response",
        "status",
        "statuscode",
        "success",
        "the",
        "this",
        "title",
        "to",
        "token",
        "true",
        "type",
        "unauthenticated",
        "unauthorised",
        "unauthorized",
        "url",
        "valid",
        "was",
        "wrong",
        "you",
        "your",
    ];
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).all(|word| COMMON.contains(&word.as_str()))
}

/// Where `literal` stands in `text` as words of its own; a long one in any letter case.
fn find_literal(text: &str, literal: &str) -> Option<Range<usize>> {
    let literal = literal.trim();
    if literal.is_empty() {
        return None;
    }
    let fits = |at: &usize| {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let end = at + literal.len();
        let opens = word(literal.chars().next()) && word(text[..*at].chars().next_back());
        let closes = word(literal.chars().next_back()) && word(text[end..].chars().next());
        !(opens || closes)
    };
    let at = if literal.len() < 12 {
        text.match_indices(literal).map(|(at, _)| at).find(fits)
    } else {
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build([literal]).ok()?;
        search.find_iter(text).map(|found| found.start()).find(fits)
    }?;
    Some(at..at + literal.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_blanks_and_escapes_are_unified() {
        for (text, plain) in [
            (r#"{"error": {"code": "x"}}"#, r#"{"error":{"code":"x"}}"#),
            (r"{'error': {'code': 'x'}}", r#"{"error":{"code":"x"}}"#),
            (r#"{\"error\":{\"code\":\"x\"}}"#, r#"{"error":{"code":"x"}}"#),
            ("a\n   b\\nc", "a b c"),
        ] {
            assert_eq!(Plain::of(text).text, plain, "{text}");
        }
        let plain = Plain::of("ab  'cd'");
        assert_eq!(plain.origin(&(3..6)), 4..7);
    }

    #[test]
    fn a_literal_is_found_as_a_word() {
        assert_eq!(find_literal("error: not_authed.", "not_authed"), Some(7..17));
        assert_eq!(find_literal("not_authed_yet", "not_authed"), None);
        assert_eq!(find_literal("INCORRECT API KEY provided", "Incorrect API key"), Some(0..17));
    }

    #[test]
    fn a_known_service_speaks_first() {
        let body = "{'error': {'message': 'Incorrect API key provided: sk-1***2.', 'code': 'invalid_api_key'}}";
        let answer = exchange::Answer { status: Some(401), headers: Vec::new(), body: body.to_owned() };
        let openai = Provider::find("openai").unwrap();
        let found = meanings(&answer, &[(openai, 100)]);
        assert_eq!(found.first().map(|m| (m.speaker.name(), &*m.answer.cause)), Some(("OpenAI", "key/revoked")));
    }
}
