//! Texts that look like credentials, wherever they stand in a paste.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::{Fact, Origin, Place, Seen};
use crate::secret::Secret;

/// More than so many are a list of something else.
const MOST: usize = 64;

/// The runs of characters that keys are made of and words are not.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static RUN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9_\-.~+/]{12,400}={0,2}").ok());
    let runs = RUN.as_ref().into_iter().flat_map(|run| run.find_iter(text));
    let mut facts: Vec<Fact> = Vec::new();
    for run in runs.filter(|run| is_dense(run.as_str()) && !is_of_an_address(text, run.range())).take(MOST) {
        let place = Place::of(path, text.as_bytes(), &run.range());
        let value = Secret::from(run.as_str().trim_end_matches(['.', '-']));
        facts.push(Fact { origin: Origin::File(place), span: run.range(), seen: Seen::Looks(value) });
    }
    facts
}

/// Whether digits and letters take turns as no word has them, or a known way of beginning is followed by many of both.
fn is_dense(run: &str) -> bool {
    let bytes = run.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let dots = bytes.iter().filter(|b| **b == b'.' || **b == b'/').count();
    let key_id = bytes.len() == 20 && ["AKIA", "ASIA"].iter().any(|start| run.starts_with(start));
    key_id || digits >= 3 && letters >= 4 && dots <= 3 && !run.starts_with(['/', '.'])
}

/// Whether the run is part of a URL, and not the password before its host.
fn is_of_an_address(text: &str, run: Range<usize>) -> bool {
    let word = text[..run.start].rfind(char::is_whitespace).map_or(0, |space| space + 1);
    text.get(word..run.start).is_some_and(|before| before.contains("://")) && !text[run.end..].starts_with('@')
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_looks_like_a_credential() {
        let key = ["sk-", "tr-", "abcdefg1234567890"].concat();
        let text =
            format!("Bearer {key} and https://a.test/v1/abcdef1234567890 in src/lib/client.js at 2024-01-01T00:00");
        let found = read(&"x".into(), &text);
        assert_eq!(found.len(), 1);
    }
}
