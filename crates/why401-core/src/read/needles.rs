//! Needles: whether a text holds any of some words, in one pass at the speed of memory.
//!
//! Most files hold nothing that matters; what is done with the rest may take its time.

use std::collections::BTreeMap;

use aho_corasick::packed::{Config, Searcher};
use aho_corasick::{AhoCorasick, Span};

/// Words to look for, in the letter case in which they were given.
#[derive(Debug)]
pub struct Needles {
    packed: Vec<Packed>,
    /// On processors that cannot compare many bytes at once.
    plain: Option<AhoCorasick>,
}

/// A searcher that compares many bytes at once.
#[derive(Debug)]
struct Packed {
    searcher: Searcher,
    /// For each of the texts that it looks for the words that have it.
    words: Vec<Vec<Word>>,
}

/// A word, and where in it the bytes begin that are rarest in text: a searcher that looks for `bear` stops at far fewer
/// words than one that looks for `eare`. It looks no further than at these bytes.
#[derive(Debug)]
struct Word {
    text: String,
    at: usize,
}

/// As many texts as one searcher takes.
const TOGETHER: usize = 64;
/// As many bytes of a word as a searcher looks at.
const LOOK: usize = 4;

impl Needles {
    /// Will look for these words.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        let mut words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
        words.sort_unstable_by_key(String::len);
        // A word that holds another says nothing more.
        let mut short: Vec<String> = Vec::new();
        for word in words {
            let holds = |other: &String| word.as_bytes().windows(other.len()).any(|part| part == other.as_bytes());
            if !short.iter().any(holds) {
                short.push(word);
            }
        }
        let mut looks: BTreeMap<Vec<u8>, Vec<Word>> = BTreeMap::new();
        for word in short.iter().map(|word| Word::new(word)) {
            looks.entry(word.look().to_owned()).or_default().push(word);
        }
        let mut packed = Vec::new();
        let mut looks = looks.into_iter().peekable();
        while looks.peek().is_some() {
            let (looks, words): (Vec<Vec<u8>>, Vec<Vec<Word>>) = looks.by_ref().take(TOGETHER).unzip();
            let Some(searcher) = Config::new().builder().extend(looks).build() else {
                return Self { packed: Vec::new(), plain: AhoCorasick::new(&short).ok() };
            };
            packed.push(Packed { searcher, words });
        }
        Self { packed, plain: None }
    }

    /// Whether one of them stands in `text`.
    pub fn occur_in(&self, text: &str) -> bool {
        self.packed.iter().any(|packed| packed.finds_in(text.as_bytes()))
            || self.plain.as_ref().is_some_and(|words| words.is_match(text))
    }
}

impl Packed {
    fn finds_in(&self, text: &[u8]) -> bool {
        let mut from = 0;
        while let Some(found) = self.searcher.find_in(text, Span { start: from, end: text.len() }) {
            let stands = |word: &Word| {
                let start = found.start().checked_sub(word.at);
                start.is_some_and(|start| text[start..].starts_with(word.text.as_bytes()))
            };
            if self.words.get(found.pattern().as_usize()).is_some_and(|words| words.iter().any(stands)) {
                return true;
            }
            from = found.start() + 1;
        }
        false
    }
}

impl Word {
    fn new(word: &str) -> Self {
        let worth = |at: &usize| word.as_bytes()[*at..*at + LOOK].iter().map(|byte| rarity(*byte)).sum::<u32>();
        let places = (0..(word.len() + 1).saturating_sub(LOOK)).rev();
        Self { text: word.to_owned(), at: places.max_by_key(worth).unwrap_or(0) }
    }

    fn look(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..self.text.len().min(self.at + LOOK)]
    }
}

/// How rare a byte is in code and prose, roughly.
const fn rarity(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0,
        b'l' | b'c' | b'd' | b'u' | b'p' | b'm' | b'f' => 1,
        b'h' | b'g' | b'y' | b'b' | b'w' | b'v' | b'k' | b'(' | b'.' | b'=' | b'"' | b'\'' | b':' => 2,
        b'A'..=b'Z' | b'x' | b'z' | b'j' | b'q' | b'_' | b'-' => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::Needles;

    #[test]
    fn words_occur() {
        let needles = Needles::new(["api-key", "getenv", "process.env", ".env", "access_token", "csrf_tokens"]);
        for (text, occur) in [
            ("x-api-key: 1", true),
            ("X-API-KEY: 1", false),
            ("process.env.A", true),
            ("environment", false),
            ("refresh_token, id_token, access-token", false),
            ("refresh_token, id_token, access_token", true),
            ("refresh_tokens, csrf_tokens", true),
            ("_token", false),
            ("", false),
        ] {
            assert_eq!(needles.occur_in(text), occur, "{text}");
            // Long texts are searched in another way than short ones.
            let long = format!("{}{text}{}", "- ".repeat(99), " -".repeat(99));
            assert_eq!(needles.occur_in(&long), occur, "{text}");
        }
        assert!(!Needles::new(Vec::<String>::new()).occur_in("a"));
        assert!(Needles::new(["a", "é"]).occur_in("bé"));
        let many: Vec<String> = (0..300).map(|n| format!("w{n:03}x")).collect();
        assert!(many.iter().all(|word| Needles::new(&many).occur_in(word)));
    }
}
