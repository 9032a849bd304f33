//! Expressions over text: what `regex::Regex` offers, built in a sixteenth of its time and memory.
//!
//! They go over bytes. An expression over characters is ten times as large, since each `[^\n]` becomes a small machine that
//! knows UTF-8, and one run of `explain` needs two hundred of them for a text of a few lines. Where a match ends inside a
//! character, which only a counted `.` can, it is given to the end of that character.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::{Index, Range};

use regex_automata::util::captures::Captures as Slots;
use regex_automata::{Input, meta, util::syntax};

use super::quick;

/// A regular expression whose classes, boundaries and letter case are those of ASCII. It matches in linear time.
#[derive(Debug)]
pub struct Regex(meta::Regex);

/// Why an expression was not built.
#[derive(Debug)]
pub struct Malformed(Box<meta::BuildError>);

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Regex {
    /// An error where the pattern is not well-formed.
    pub fn new(pattern: &str) -> Result<Self, Malformed> {
        if let Ok(over_bytes) = quick().build(pattern) {
            return Ok(Self(over_bytes));
        }
        // A class of characters that are not ASCII.
        let built = quick().syntax(syntax::Config::new()).build(pattern);
        built.map(Self).map_err(|why| Malformed(Box::new(why)))
    }

    /// Whether it matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The first match in `text`.
    pub fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        self.0.find(text).map(|found| Match::of(text, found.range()))
    }

    /// The matches in `text`, none of which reaches into the next.
    pub fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        self.0.find_iter(text).map(|found| Match::of(text, found.range()))
    }

    /// The first match in `text`, with its groups.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let mut slots = self.0.create_captures();
        self.0.search_captures(&Input::new(text), &mut slots);
        slots.is_match().then_some(Captures { text, slots })
    }

    /// The matches in `text`, with their groups.
    pub fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
        self.0.captures_iter(text).map(|slots| Captures { text, slots })
    }

    /// `text` with every match replaced.
    pub fn replace_all<'t, R: AsRef<str>>(&self, text: &'t str, by: impl Fn(&Captures<'t>) -> R) -> Cow<'t, str> {
        let mut replaced = String::new();
        let mut from = 0;
        for found in self.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            replaced.push_str(text.get(from..whole.start()).unwrap_or_default());
            replaced.push_str(by(&found).as_ref());
            from = whole.end();
        }
        if from == 0 && replaced.is_empty() {
            return Cow::Borrowed(text);
        }
        replaced.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(replaced)
    }
}

/// A part of a text that matches.
#[derive(Clone, Copy, Debug)]
pub struct Match<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Match<'t> {
    fn of(text: &'t str, found: Range<usize>) -> Self {
        Self { text, start: text.ceil_char_boundary(found.start), end: text.ceil_char_boundary(found.end) }
    }

    /// Its first byte.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The byte behind it.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Both.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// What matches.
    pub fn as_str(&self) -> &'t str {
        self.text.get(self.range()).unwrap_or_default()
    }
}

/// A match with its groups; the one at 0 is the whole.
#[derive(Debug)]
pub struct Captures<'t> {
    text: &'t str,
    slots: Slots,
}

impl<'t> Captures<'t> {
    /// What a group matches; `None` where it took no part.
    pub fn get(&self, group: usize) -> Option<Match<'t>> {
        self.slots.get_group(group).map(|found| Match::of(self.text, found.range()))
    }

    /// Every group.
    pub fn iter(&self) -> impl Iterator<Item = Option<Match<'t>>> {
        (0..self.slots.group_len()).map(|group| self.get(group))
    }
}

/// Empty where the group took no part.
impl Index<usize> for Captures<'_> {
    type Output = str;

    fn index(&self, group: usize) -> &str {
        self.get(group).map_or("", |found| found.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn characters_stay_whole() {
        let two = Regex::new(r#"a(.{1,2})"#).unwrap();
        assert_eq!(two.find("aéb").map(|found| found.as_str()), Some("aé"));
        assert_eq!(two.captures("a€b").map(|found| found[1].to_owned()).as_deref(), Some("€"));
        assert_eq!(two.find_iter("a€a€").map(|found| found.range()).collect::<Vec<_>>(), [0..4, 4..8]);
        assert_eq!(Regex::new("[‘’]é").unwrap().find("‘é").map(|found| found.range()), Some(0..5));
        assert!(Regex::new("(").is_err());
    }

    #[test]
    fn groups_and_replacements() {
        let pair = Regex::new(r"(\w+)=(?:(\d+)|(\w+))").unwrap();
        let groups = |text: &str| {
            let found = pair.captures_iter(text);
            found.map(|found| [1, 2, 3].map(|group| found[group].to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(groups("a=1, b=c"), [["a", "1", ""], ["b", "", "c"]]);
        assert_eq!(pair.captures("a=1").map(|found| found.iter().flatten().count()), Some(3));
        assert_eq!(pair.replace_all("x a=1 y b=c", |found| found[1].to_uppercase()), "x A y B");
        assert_eq!(pair.replace_all("x", |_| "y"), "x");
    }
}
