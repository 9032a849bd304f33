//! The schema of `words.toml`: which words stand beside refusals of which cause. Data only; also read by `build.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// All causes.
    pub cause: Vec<Cause>,
}

/// One cause and its words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The cause.
    pub slug: String,
    /// How often a refusal comes of it whatever is said, in thousandths.
    pub share: i16,
    /// How much each word speaks for it, or against it, in thousandths.
    pub words: BTreeMap<String, i16>,
}

/// The same turned round: what each word tells.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// The causes, each with its share.
    pub causes: Vec<(String, i16)>,
    /// The words in their order, each with the causes (by place) that it speaks for or against.
    pub words: Vec<(String, Vec<(u8, i16)>)>,
}

impl Table {
    /// Turns the file round.
    pub fn of(file: File) -> Self {
        let mut words: BTreeMap<String, Vec<(u8, i16)>> = BTreeMap::new();
        let mut causes = Vec::new();
        for (cause, place) in file.cause.into_iter().zip(0u8..=u8::MAX) {
            for (word, weight) in cause.words {
                words.entry(word).or_default().push((place, weight));
            }
            causes.push((cause.slug, cause.share));
        }
        Self { causes, words: words.into_iter().collect() }
    }
}
