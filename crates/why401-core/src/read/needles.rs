//! Needles: whether a text holds any of some words, in one pass at the speed of memory.
//!
//! Most files hold nothing that matters; what is done with the rest may take its time.

use aho_corasick::packed::{Config, Searcher};
use aho_corasick::{AhoCorasick, Span};

/// Words to look for, in the letter case in which they were given.
#[derive(Debug)]
pub struct Needles {
    words: Vec<Word>,
    /// Searchers that compare many bytes at once, each for some of the words.
    packed: Vec<Searcher>,
    /// On processors that cannot.
    plain: Option<AhoCorasick>,
}

/// A word that is searched from its most telling part on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    tail: String,
    front: String,
}

/// As many words as one searcher takes.
const TOGETHER: usize = 64;
/// As many bytes as a searcher looks at before it compares a whole word.
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
        let mut words: Vec<Word> = short.iter().map(|word| Word::new(word)).collect();
        words.sort_unstable();
        let packed = words.chunks(TOGETHER).map(|words| {
            let mut tails: Vec<&str> = words.iter().map(|word| word.tail.as_str()).collect();
            tails.dedup();
            Config::new().builder().extend(tails).build()
        });
        match packed.collect() {
            Some(packed) => Self { words, packed, plain: None },
            None => Self { words, packed: Vec::new(), plain: AhoCorasick::new(&short).ok() },
        }
    }

    /// Whether one of them stands in `text`.
    pub fn occur_in(&self, text: &str) -> bool {
        self.packed.iter().any(|searcher| self.found_by(searcher, text.as_bytes()))
            || self.plain.as_ref().is_some_and(|words| words.is_match(text))
    }

    fn found_by(&self, searcher: &Searcher, text: &[u8]) -> bool {
        let mut from = 0;
        while let Some(found) = searcher.find_in(text, Span { start: from, end: text.len() }) {
            let (front, rest) = text.split_at(found.start());
            let whole = |word: &Word| rest.starts_with(word.tail.as_bytes()) && front.ends_with(word.front.as_bytes());
            if self.words.iter().any(whole) {
                return true;
            }
            from = found.start() + 1;
        }
        false
    }
}

impl Word {
    /// Cut before the bytes that are rarest in text: a searcher that looks for `bear` stops at far fewer words than one
    /// that looks for `eare`.
    fn new(word: &str) -> Self {
        let worth = |at: &usize| word.as_bytes()[*at..*at + LOOK].iter().map(|byte| rarity(*byte)).sum::<u32>();
        let last = word.len().saturating_sub(LOOK);
        let cuts = (0..=last).rev().filter(|at| at + LOOK <= word.len() && word.is_char_boundary(*at));
        let (front, tail) = word.split_at(cuts.max_by_key(worth).unwrap_or(0));
        Self { tail: tail.to_owned(), front: front.to_owned() }
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
