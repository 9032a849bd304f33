//! Needles: whether a text holds any of some words, in one pass at the speed of memory.
//!
//! Most files hold nothing that matters; what is done with the rest may take its time.

use aho_corasick::AhoCorasick;
use aho_corasick::packed::{Config, Searcher};

/// Words to look for, in the letter case in which they were given.
#[derive(Debug)]
pub struct Needles {
    /// Searchers that compare many bytes at once, each for some of the words.
    packed: Vec<Searcher>,
    /// On processors that cannot.
    plain: Option<AhoCorasick>,
}

/// As many words as one searcher takes.
const TOGETHER: usize = 64;

impl Needles {
    /// Will look for these words.
    pub fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        let mut words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
        words.sort_unstable_by_key(String::len);
        // A word that holds another says nothing more.
        let mut short: Vec<String> = Vec::new();
        for word in words {
            if !short.iter().any(|other| memchr::memmem::find(word.as_bytes(), other.as_bytes()).is_some()) {
                short.push(word);
            }
        }
        let packed: Option<Vec<Searcher>> =
            short.chunks(TOGETHER).map(|words| Config::new().builder().extend(words).build()).collect();
        match packed {
            Some(packed) => Self { packed, plain: None },
            None => Self { packed: Vec::new(), plain: AhoCorasick::new(&short).ok() },
        }
    }

    /// Whether one of them stands in `text`.
    pub fn occur_in(&self, text: &str) -> bool {
        self.packed.iter().any(|words| words.find(text).is_some())
            || self.plain.as_ref().is_some_and(|words| words.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::Needles;

    #[test]
    fn words_occur() {
        let needles = Needles::new(["api-key", "getenv", "process.env", ".env"]);
        for (text, occur) in [
            ("x-api-key: 1", true),
            ("X-API-KEY: 1", false),
            ("process.env.A", true),
            ("environment", false),
            ("", false),
        ] {
            assert_eq!(needles.occur_in(text), occur, "{text}");
        }
        assert!(!Needles::new(Vec::<String>::new()).occur_in("a"));
        let many: Vec<String> = (0..300).map(|n| format!("w{n:03}x")).collect();
        assert!(many.iter().all(|word| Needles::new(&many).occur_in(word)));
    }
}
