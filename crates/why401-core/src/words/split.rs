//! A text as the words that it is made of.

use std::ops::Range;

/// Shorter runs of letters tell nothing, longer ones are made up.
const LETTERS: Range<usize> = 3..41;
/// Signs of which several in a row are a word: quotes, references, masks.
const SIGNS: &[u8] = b"${}'\"`*";

/// The words of `text` in small letters, each with its place: runs of letters with their hyphens and underscores, and the
/// parts of such a run; numbers that may be a status; runs of quotes, braces and stars.
pub fn split(text: &str) -> Vec<(String, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        if byte.is_ascii_alphabetic() {
            at = run_of_letters(bytes, at);
            take(text, start..at, &mut words);
        } else if byte.is_ascii_digit() {
            at = run(bytes, at, |byte| byte.is_ascii_digit());
            // What letters follow or precede is no status.
            let alone = !bytes.get(at).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_')
                && !start
                    .checked_sub(1)
                    .is_some_and(|before| bytes[before].is_ascii_alphanumeric() || bytes[before] == b'_');
            if at - start == 3 && alone && (b'3'..=b'5').contains(&byte) {
                words.push((text[start..at].to_owned(), start..at));
            }
        } else if SIGNS.contains(&byte) {
            at = run(bytes, at, |byte| SIGNS.contains(&byte));
            if at - start >= 2 {
                words.push((text[start..at].to_owned(), start..at));
            }
        } else {
            at += 1;
        }
    }
    words
}

fn run(bytes: &[u8], start: usize, is_part: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|byte| !is_part(*byte)).map_or(bytes.len(), |length| start + length)
}

/// Letters, with a single hyphen or underscore between them.
fn run_of_letters(bytes: &[u8], start: usize) -> usize {
    let mut end = run(bytes, start, |byte| byte.is_ascii_alphabetic());
    while matches!(bytes.get(end), Some(b'-' | b'_')) && bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic) {
        end = run(bytes, end + 1, |byte| byte.is_ascii_alphabetic());
    }
    end
}

/// The run itself, and its parts where it has several.
fn take(text: &str, run: Range<usize>, words: &mut Vec<(String, Range<usize>)>) {
    if !LETTERS.contains(&run.len()) {
        return;
    }
    words.push((text[run.clone()].to_ascii_lowercase(), run.clone()));
    let parts = parts(text.as_bytes(), run);
    if parts.len() > 1 {
        let long = parts.into_iter().filter(|part| LETTERS.contains(&part.len()));
        words.extend(long.map(|part| (text[part.clone()].to_ascii_lowercase(), part)));
    }
}

/// `API_KEY`, `apiKey` and `APIKey` have two parts each.
fn parts(bytes: &[u8], run: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = run.start;
    for at in run.clone().skip(1) {
        let (before, byte, next) = (bytes[at - 1], bytes[at], bytes[at + 1..run.end].first());
        let is_sign = matches!(byte, b'-' | b'_');
        let begins = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_uppercase() && next.is_some_and(u8::is_ascii_lowercase));
        if is_sign || begins {
            parts.push(start..at);
            start = at + usize::from(is_sign);
        }
    }
    parts.push(start..run.end);
    parts
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words() {
        for (text, expected) in [
            ("Invalid API_KEY: 401", &["invalid", "api_key", "api", "key", "401"][..]),
            ("process.env.apiKey", &["process", "env", "apikey", "api", "key"]),
            ("APIKeyError x-api-key", &["apikeyerror", "api", "key", "error", "x-api-key", "api", "key"]),
            ("${TOKEN} \"'a'\" 1401 v401 203", &["${", "token", "\"'", "'\""]),
            ("a-b ab", &["a-b"]),
            ("ü Schlüssel", &["schl", "ssel"]),
        ] {
            let found: Vec<String> = split(text).into_iter().map(|(word, _)| word).collect();
            assert_eq!(found, expected, "{text}");
        }
        for (word, span) in split("an apiKey here") {
            assert_eq!("an apiKey here"[span].to_ascii_lowercase(), word);
        }
    }
}
