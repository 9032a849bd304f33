//! The schemas of `words.toml`, which words stand beside refusals of which cause, and of `pitfalls/*.toml`, what people
//! who use a product mostly do wrong. Data only; also read by `build.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// All causes, each with how often a refusal comes of it whatever is said, in hundredths; [`HARMLESS`] is one of them.
    pub causes: Vec<(String, i8)>,
    /// The words, each with the causes (by place) that it speaks for or against, and how much, in hundredths.
    pub words: BTreeMap<String, Vec<(u8, i8)>>,
}

/// What stands for a cause where nothing was refused.
pub const HARMLESS: &str = "none";

/// The same as a search reads it: the words in their order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Table<'a> {
    /// The causes, each with its share.
    #[serde(borrow)]
    pub causes: Vec<(&'a str, i8)>,
    /// The words in their order, each with the causes (by place) that it speaks for or against.
    #[serde(borrow)]
    pub words: Vec<(&'a str, Vec<(u8, i8)>)>,
}

impl<'a> Table<'a> {
    /// Lends the file's texts.
    pub fn of(file: &'a File) -> Self {
        Self {
            causes: file.causes.iter().map(|(slug, share)| (slug.as_str(), *share)).collect(),
            words: file.words.iter().map(|(word, told)| (word.as_str(), told.clone())).collect(),
        }
    }
}

/// A file of pitfalls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pitfalls {
    /// One after the other.
    pub pitfall: Vec<Written>,
}

/// A pitfall as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Terms that all stand in the refusal, beside it or in the names of the stack: words or pairs of words as
    /// [`split`](super::split) finds them, with ` | ` between those of which one is enough. The rarest term comes first.
    pub when: Vec<String>,
    /// Terms of which none may stand there.
    #[serde(default)]
    pub unless: Vec<String>,
    /// The cause.
    pub cause: String,
    /// Other causes that may show themselves so.
    #[serde(default)]
    pub also: Vec<String>,
    /// What is wrong and what is right, in a sentence.
    pub note: String,
    /// In how many known refusals it showed itself, and in how many of them it was this: `examples/count_pitfalls.rs`
    /// counts them.
    #[serde(default)]
    pub seen: (u16, u16),
}

/// A pitfall as a search reads it: words by their place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pitfall<'a> {
    /// Of each of these sets one word stands there.
    pub when: Vec<Vec<usize>>,
    /// None of these words does.
    pub unless: Vec<usize>,
    /// The cause.
    pub cause: &'a str,
    /// Other causes that may show themselves so.
    #[serde(borrow)]
    pub also: Vec<&'a str>,
    /// What is wrong and what is right.
    pub note: &'a str,
    /// In how many known refusals it showed itself.
    pub shown: u16,
    /// In how many of them it was this.
    pub right: u16,
}

/// All pitfalls, with the words that they ask for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lore<'a> {
    /// The words in their order.
    #[serde(borrow)]
    pub words: Vec<&'a str>,
    /// For each of them the pitfalls whose first term has it.
    pub begins: Vec<Vec<usize>>,
    /// The pitfalls.
    #[serde(borrow)]
    pub pitfalls: Vec<Pitfall<'a>>,
}

fn words_of(term: &str) -> impl Iterator<Item = &str> {
    term.split('|').map(str::trim).filter(|word| !word.is_empty())
}

impl<'a> Lore<'a> {
    /// Lends the texts of all files.
    pub fn of(files: &'a [Pitfalls]) -> Self {
        let written = || files.iter().flat_map(|file| &file.pitfall);
        let terms = written().flat_map(|pitfall| pitfall.when.iter().chain(&pitfall.unless));
        let words: BTreeSet<&str> = terms.flat_map(|term| words_of(term)).collect();
        let words: Vec<&str> = words.into_iter().collect();
        let places = |term: &String| -> Vec<usize> {
            words_of(term).filter_map(|word| words.binary_search(&word).ok()).collect()
        };
        let pitfall = |written: &'a Written| Pitfall {
            when: written.when.iter().map(places).collect(),
            unless: written.unless.iter().flat_map(places).collect(),
            cause: &written.cause,
            also: written.also.iter().map(String::as_str).collect(),
            note: &written.note,
            shown: written.seen.0,
            right: written.seen.1,
        };
        let pitfalls: Vec<Pitfall<'_>> = written().map(pitfall).collect();
        let mut begins = vec![Vec::new(); words.len()];
        for (place, pitfall) in pitfalls.iter().enumerate() {
            pitfall.when.first().into_iter().flatten().for_each(|&word| begins[word].push(place));
        }
        Self { words, begins, pitfalls }
    }
}
