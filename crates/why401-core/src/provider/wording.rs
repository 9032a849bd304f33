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

    /// Whether it says what everybody says.
    fn is_unspecific(self) -> bool {
        matches!(self, Self::Family(family) if family.slug == "unspecific")
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

/// Text as it is compared: one kind of quote, no escapes before it, one blank between words, none after `":`, and the
/// names of fields in quotes, which JavaScript leaves out.
pub struct Plain {
    /// The text.
    pub text: String,
    /// For each of its bytes the place in the text that it was made of.
    at: Vec<u32>,
    /// The length of that text.
    length: usize,
}

impl Plain {
    /// Makes it of `text`.
    pub fn of(text: &str) -> Self {
        let mut plain = Self { text: String::with_capacity(text.len()), at: Vec::with_capacity(text.len()), length: text.len() };
        let mut chars = text.char_indices().peekable();
        let mut depth = 0_u32;
        while let Some((at, c)) = chars.next() {
            match c {
                '{' => {
                    depth += 1;
                    plain.push(at, c);
                }
                '}' => {
                    depth = depth.saturating_sub(1);
                    plain.push(at, c);
                }
                c if depth > 0 && c.is_ascii_lowercase() && plain.text.trim_end().ends_with(['{', ',']) => {
                    let name = bare_name(&text[at..]);
                    let quote = |plain: &mut Self, at| if name > 0 { plain.push(at, '"') };
                    quote(&mut plain, at);
                    plain.push(at, c);
                    for _ in 1..name {
                        if let Some((at, c)) = chars.next() {
                            plain.push(at, c);
                        }
                    }
                    quote(&mut plain, at + name.saturating_sub(1));
                }
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
        let at = |byte: usize| self.at.get(byte).map_or(self.length, |at| *at as usize);
        at(span.start)..at(span.end)
    }
}

/// The length of the name of a field at the beginning of `text`; 0 where there is none.
fn bare_name(text: &str) -> usize {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let after = text[name..].strip_prefix(':');
    after.filter(|after| after.starts_with([' ', '\n', '\'', '"', '{', '['])).map_or(0, |_| name)
}

/// The known answers in what came back, the first that fits of each speaker, the weightiest first. `known` are the
/// services that the refusal may come from, with how surely (0 to 100).
pub fn meanings(answer: &exchange::Answer, known: &[(&'static Provider, u8)]) -> Vec<Meaning> {
    let all = wordings();
    let plain = Plain::of(&answer.body);
    let mut candidates = vec![false; all.entries.len()];
    let texts = [plain.text.as_str(), &answer.body];
    for found in all.search.iter().flat_map(|search| texts.map(|text| search.find_overlapping_iter(text))).flatten() {
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
    let (parts, is_whole) = (parts(answer, &plain), is_whole(&answer.body));
    for (entry, _) in all.entries.iter().zip(candidates).filter(|(_, candidate)| *candidate) {
        let Some(hit) = entry.hit(answer, &plain, &parts) else { continue };
        let sure = entry.sure(known);
        // What every service says is this one's only where this one was asked, or where nothing else was pasted.
        let is_common = sure.is_some_and(|sure| sure < 40)
            && is_common(answer.body.get(hit.span.clone()).filter(|text| !text.is_empty()).unwrap_or(&hit.text));
        if is_common && !is_whole {
            continue;
        }
        let weight = entry.weight(answer, &hit, known) - if is_common { 10 } else { 0 };
        let meaning = Meaning { answer: entry.answer, speaker: entry.speaker, weight, span: hit.span };
        // Of one speaker the first that fits, unless a later one fits the status, too.
        match found.iter_mut().find(|other| same(other.speaker, entry.speaker)) {
            Some(other) if disagrees(other.answer, answer) && !disagrees(entry.answer, answer) => *other = meaning,
            Some(_) => {}
            None => found.push(meaning),
        }
    }
    // What is said everywhere counts where nothing else is said.
    if found.iter().any(|meaning| meaning.weight >= LEAST && !meaning.speaker.is_unspecific()) {
        let unspecific = found.iter_mut().filter(|meaning| meaning.speaker.is_unspecific());
        unspecific.for_each(|meaning| meaning.weight -= 15);
    }
    // Where a paste is an answer and nothing else, the best that fits is what it may mean.
    let best = found.iter().map(|meaning| meaning.weight).max().unwrap_or(LEAST);
    let lift = if is_whole { (LEAST - best).max(0) } else { 0 };
    found.iter_mut().for_each(|meaning| meaning.weight += lift);
    found.retain(|meaning| meaning.weight >= LEAST);
    found.sort_by_key(|meaning| -meaning.weight);
    found
}

/// Answers lighter than this match by chance.
const LEAST: i32 = 4;

/// Whether a text is an answer's body and nothing else, as a person pastes it who has no more.
fn is_whole(body: &str) -> bool {
    let body = body.trim();
    let lines = body.lines().count();
    body.len() <= 1200 && (lines <= 2 || body.starts_with(['{', '[', '<']) && body.ends_with(['}', ']', '>']))
}

/// The parts of a text that may be an answer's whole body: what stands in braces, and what stands behind the last words
/// of a line that announces it.
fn parts<'t>(answer: &exchange::Answer, plain: &'t Plain) -> Vec<&'t str> {
    let text = plain.text.as_str();
    if text.len() > 4096 || !answer.status.is_some_and(|status| status >= 400) {
        return Vec::new();
    }
    let braces = text.match_indices('{').map(|(at, _)| at).filter_map(|at| text.get(at..closing(&text[at..])? + at));
    let behind = answer_starts(text).filter_map(|at| Some(text.get(at..)?.trim().trim_matches('"')));
    braces.take(8).chain(behind.take(16)).collect()
}

fn answer_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    [": ", " - ", "\":"].into_iter().flat_map(|mark| text.match_indices(mark).map(move |(at, _)| at + mark.len()))
}

/// The length of the object that `text` begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return Some(at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
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

/// Where an answer was found.
struct Hit {
    /// The bytes of the body that match, empty where a header or the status does.
    span: Range<usize>,
    /// What matches.
    text: String,
}

impl Entry {
    fn hit(&self, answer: &exchange::Answer, plain: &Plain, parts: &[&str]) -> Option<Hit> {
        if self.answer.within == Within::Status {
            let fits = answer.status.is_some() && answer.status == self.answer.status;
            return fits.then(|| Hit { span: 0..0, text: String::new() });
        }
        if let Within::Header(name) = &self.answer.within {
            let values = answer.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
            let mut found = values.filter_map(|(_, value)| value.get(self.find(value, &Plain::of(value))?));
            if let Some(text) = found.next() {
                return Some(Hit { span: 0..0, text: text.to_owned() });
            }
        }
        if let Some(span) = self.find(&answer.body, plain) {
            return Some(Hit { text: answer.body.get(span.clone())?.to_owned(), span });
        }
        // An expression over the whole of a body fits a part of what a client prints.
        let pattern = self.answer.pattern.as_deref().filter(|pattern| pattern.contains(['^', '$']))?;
        let pattern = self.pattern.get_or_init(|| Regex::new(pattern).ok()).as_ref()?;
        let start = plain.text.as_ptr() as usize;
        parts.iter().find_map(|part| {
            let found = pattern.find(part)?;
            let at = part.as_ptr() as usize - start;
            let span = plain.origin(&(at + found.start()..at + found.end()));
            Some(Hit { span, text: found.as_str().to_owned() })
        })
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

    /// How surely this is the service that was asked; `None` where it is none.
    fn sure(&self, known: &[(&'static Provider, u8)]) -> Option<u8> {
        let own = self.speaker.provider()?;
        Some(known.iter().find(|(other, _)| other.slug == own.slug).map_or(0, |(_, sure)| *sure))
    }

    fn weight(&self, answer: &exchange::Answer, hit: &Hit, known: &[(&'static Provider, u8)]) -> i32 {
        // A sentence says more than a code of the same length.
        let blanks = hit.text.split_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).count();
        let (most, sentence) = if blanks >= 3 { (50, 8) } else { (30, 0) };
        let length = sentence + i32::try_from(hit.text.len().min(most)).unwrap_or(50);
        let speaker = match self.sure(known) {
            Some(0) if known.iter().any(|(_, sure)| *sure >= 50) => -45,
            Some(0) => -10,
            Some(sure) => i32::from(sure) / 2,
            None if self.speaker.is_unspecific() => 0,
            None => 5,
        };
        let status = match (self.answer.status, answer.status) {
            (Some(known), Some(seen)) if known == seen => 12,
            (Some(_), Some(_)) => -12,
            _ => 0,
        };
        let code = match &self.answer.code {
            Some(code) if hit.text.contains(code.as_str()) || has_value(&answer.body, code) => 10,
            Some(_) => 4,
            None => 0,
        };
        let verified = if self.answer.verified { 0 } else { -8 };
        length + speaker + status + code + verified
    }
}

/// Whether `code` is the value of a field, in any notation.
fn has_value(body: &str, code: &str) -> bool {
    body.match_indices(code).any(|(at, _)| {
        let before = body[..at].trim_end_matches(['"', '\'', '\\', ' ']);
        let after = body[at + code.len()..].chars().next();
        before.ends_with(':') && after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
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
            ("{ error: { code: 'x' } }", r#"{ "error":{ "code":"x" } }"#),
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
