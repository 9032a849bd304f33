//! Wording: which known answers a text holds, looked for in all providers and families at once.

use std::ops::Range;

use crate::expression::Regex;

use super::common::is_common;
use super::known::{Entry, known_answers};
use super::literal::find_literal;
use super::parts::{has_value, is_whole, parts};
use super::plain::Plain;
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

/// Fewer characters than this are a code or a phrase, and may stand in a text by chance.
const SENTENCE: usize = 32;

impl Meaning {
    /// Whether so much of the text matches that it is hardly there by chance.
    pub fn is_sentence(&self) -> bool {
        self.span.len() >= SENTENCE
    }
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
        matches!(self, Self::Family(family) if family.slug.starts_with("unspecific"))
    }

    /// Its slug.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Provider(provider) => &provider.slug,
            Self::Family(family) => &family.slug,
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

/// The known answers in what came back, the first that fits of each speaker, the weightiest first. `known` are the
/// services that the refusal may come from, with how surely (0 to 100).
pub fn meanings(answer: &exchange::Answer, known: &[(&'static Provider, u8)]) -> Vec<Meaning> {
    let plain = Plain::of(&answer.body);
    let open = |entry: &Entry| match entry.answer.within {
        Within::Header(_) => !answer.headers.is_empty(),
        Within::Status => entry.speaker.provider().is_some_and(|p| known.iter().any(|(k, _)| k.slug == p.slug)),
        _ => false,
    };
    let candidates = known_answers().required_by([&plain.text, &answer.body], open);
    let mut found: Vec<Meaning> = Vec::new();
    let (parts, is_whole) = (parts(answer, &plain), is_whole(&answer.body));
    for entry in candidates {
        let Some(hit) = entry.hit(answer, &plain, &parts) else { continue };
        let sure = entry.sure(known);
        // What every service says is this one's only where this one was asked, or where nothing else was pasted.
        let is_common = sure.is_some_and(|sure| sure < 30)
            && is_common(answer.body.get(hit.span.clone()).filter(|text| !text.is_empty()).unwrap_or(&hit.text));
        if is_common && !(is_whole && answer.body.trim_start().starts_with(['{', '<', '['])) {
            continue;
        }
        let weight = entry.weight(answer, &hit, known) - if is_common { 10 } else { 0 };
        let meaning = Meaning { answer: entry.answer, speaker: entry.speaker, weight, span: hit.span };
        // Of one speaker the first that fits, unless a later one fits the status, too.
        match found.iter_mut().find(|other| same(other.speaker, entry.speaker)) {
            Some(other) if disagrees(other.answer, answer) && !disagrees(entry.answer, answer) => *other = meaning,
            // Of two sentences the one that names its cause for certain.
            Some(other)
                if other.answer.cause != entry.answer.cause
                    && is_certain(&meaning)
                    && !is_certain(other)
                    && !disagrees(entry.answer, answer) =>
            {
                *other = meaning;
            }
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

fn same(a: Speaker, b: Speaker) -> bool {
    match (a, b) {
        (Speaker::Provider(a), Speaker::Provider(b)) => a.slug == b.slug,
        (Speaker::Family(a), Speaker::Family(b)) => a.slug == b.slug,
        _ => false,
    }
}

/// Whether a whole sentence names its cause and leaves no other open.
fn is_certain(meaning: &Meaning) -> bool {
    meaning.answer.certain && meaning.answer.verified && meaning.is_sentence()
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
            let raw = find_literal(text, literal);
            let own = || self.plain.get_or_init(|| Plain::of(literal).text);
            let found = || find_literal(&plain.text, own()).map(|span| plain.origin(&span));
            return raw.or_else(found);
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
            Some(0) => -14,
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
        // What leaves nothing open is the more exact wording.
        let exact = if self.answer.also.is_empty() { 6 } else { 0 };
        length + speaker + status + code + verified + exact
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_service_speaks_first() {
        let body = "{'error': {'message': 'Incorrect API key provided: sk-1***2.', 'code': 'invalid_api_key'}}";
        let answer = exchange::Answer { status: Some(401), headers: Vec::new(), body: body.to_owned() };
        let openai = Provider::find("openai").unwrap();
        let found = meanings(&answer, &[(openai, 100)]);
        assert_eq!(found.first().map(|m| (m.speaker.name(), &*m.answer.cause)), Some(("OpenAI", "key/revoked")));
    }
}
