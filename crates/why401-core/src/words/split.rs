//! A text as the words that it is made of.

use std::ops::Range;

/// Shorter runs of letters tell nothing, longer ones are made up.
const LETTERS: Range<usize> = 3..41;
/// Signs of which several in a row are a word: quotes, references, masks.
const SIGNS: &[u8] = b"${}'\"`*";

/// The words of `text` in small letters, each with its place: runs of letters with their hyphens and underscores, and the
/// parts of such a run; numbers that may be a status; runs of quotes, braces and stars; and each two of these that follow
/// each other in a line, with a blank between them.
pub fn split(text: &str) -> Vec<(String, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut words = Words { text, found: Vec::new(), last: None };
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        if byte.is_ascii_alphabetic() {
            at = run_of_letters(bytes, at);
            words.take(start..at);
        } else if byte.is_ascii_digit() {
            at = run(bytes, at, |byte| byte.is_ascii_digit());
            // What letters follow or precede is no status.
            let alone = !bytes.get(at).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_')
                && !start
                    .checked_sub(1)
                    .is_some_and(|before| bytes[before].is_ascii_alphanumeric() || bytes[before] == b'_');
            if at - start == 3 && alone && (b'3'..=b'5').contains(&byte) {
                words.add(start..at);
                words.follow(start..at);
            }
        } else if SIGNS.contains(&byte) {
            at = run(bytes, at, |byte| SIGNS.contains(&byte));
            if at - start >= 2 {
                words.add(start..at);
                words.follow(start..at);
            }
        } else {
            at += 1;
            if byte == b'\n' {
                words.last = None;
            }
        }
    }
    words.found
}

/// The words found so far.
struct Words<'t> {
    text: &'t str,
    found: Vec<(String, Range<usize>)>,
    /// What stands before in the same line.
    last: Option<Range<usize>>,
}

impl Words<'_> {
    fn add(&mut self, word: Range<usize>) {
        self.found.push((self.text[word.clone()].to_ascii_lowercase(), word));
    }

    /// With what stands before it, it is a pair.
    fn follow(&mut self, word: Range<usize>) {
        if let Some(last) = self.last.replace(word.clone()) {
            let (one, other) = (&self.text[last.clone()], &self.text[word.clone()]);
            self.found.push((format!("{one} {other}").to_ascii_lowercase(), last.start..word.end));
        }
    }

    /// The run itself, and its parts where it has several.
    fn take(&mut self, run: Range<usize>) {
        if run.len() >= LETTERS.end {
            self.last = None;
            return;
        }
        if run.len() >= LETTERS.start {
            self.add(run.clone());
        }
        let parts = parts(self.text.as_bytes(), run);
        let several = parts.len() > 1;
        for part in parts {
            if several && LETTERS.contains(&part.len()) {
                self.add(part.clone());
            }
            self.follow(part);
        }
    }
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
        let all = |text: &str| split(text).into_iter().map(|(word, _)| word).collect::<Vec<String>>();
        for (text, expected) in [
            ("Invalid API_KEY: 401", &["invalid", "api_key", "api", "key", "401"][..]),
            ("process.env.apiKey", &["process", "env", "apikey", "api", "key"]),
            ("APIKeyError x-api-key", &["apikeyerror", "api", "key", "error", "x-api-key", "api", "key"]),
            ("${TOKEN} \"'a'\" 1401 v401 203", &["${", "token", "\"'", "'\""]),
            ("a-b ab", &["a-b"]),
            ("ü Schlüssel", &["schl", "ssel"]),
        ] {
            let single: Vec<String> = all(text).into_iter().filter(|word| !word.contains(' ')).collect();
            assert_eq!(single, expected, "{text}");
        }
        for (text, expected) in [
            ("Is not set\nhere: API_KEY=403", &["is not", "not set", "here api", "api key", "key 403"][..]),
            ("a ${b}", &["a ${", "${ b"]),
        ] {
            let pairs: Vec<String> = all(text).into_iter().filter(|word| word.contains(' ')).collect();
            assert_eq!(pairs, expected, "{text}");
        }
        let text = "an apiKey here";
        for (word, span) in split(text).into_iter().filter(|(word, _)| !word.contains(' ')) {
            assert_eq!(text[span].to_ascii_lowercase(), word);
        }
    }
}
