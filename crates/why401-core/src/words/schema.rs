//! The schema of `words.toml`: which words stand beside refusals of which cause. Data only; also read by `build.rs`.

use std::collections::BTreeMap;

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
