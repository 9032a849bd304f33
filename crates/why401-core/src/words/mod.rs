//! Words: what those of a refusal, and of what lies beside it, tell of its cause.
//!
//! Where texts leave a cause open and nothing beside them decides, experience does: a person who has seen a thousand
//! refusals guesses by the words. `words.toml` holds such experience. It was learnt by `examples/learn_words.rs` from
//! refusals whose cause came out, from others that were written down from memory, from the samples of all known answers and
//! from harmless texts, by linear regression: each word speaks for or against a cause by so many hundredths, and a text of n
//! known words by their sum over the root of n. Two words that follow each other are a word of their own: `not set` tells
//! what neither `not` nor `set` does. What the judges found is a word as well (`likely key/quoted seen`), so that experience
//! tells how far a finding is to be trusted, and what it mostly is where it is wrong.
//!
//! What single products are known for nobody learns from so few cases; people who know them wrote it down in
//! `pitfalls/*.toml`: `zendesk`, `bearer` and `api token` together mean that the token belongs into Basic.

mod pitfalls;
#[allow(dead_code, reason = "the build script reads the file")]
mod schema;
mod split;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use pitfalls::pitfalls;
pub use split::split;

use schema::Table;
pub use schema::{HARMLESS, Pitfall};

/// What words tell of one cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The cause.
    pub slug: &'static str,
    /// How much speaks for it: about 1 where it is sure, about 0 where nothing does.
    pub score: f32,
    /// The words that speak for it, the loudest first.
    pub words: Vec<&'static str>,
}

fn table() -> &'static Table<'static> {
    static TABLE: OnceLock<Table<'static>> = OnceLock::new();
    TABLE.get_or_init(|| {
        postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"))).unwrap_or_default()
    })
}

/// The word as the table or the pitfalls have it, where it tells anything.
pub fn known(word: &str) -> Option<&'static str> {
    let words = &table().words;
    let at = words.binary_search_by(|(other, _)| (*other).cmp(word)).ok();
    at.map_or_else(|| pitfalls::known(word), |at| Some(words[at].0))
}

/// What these words, each named once, tell of every cause, the likeliest first.
pub fn tell<'w>(words: impl Iterator<Item = &'w str>) -> Vec<Told> {
    let Table { causes, words: all } = table();
    let mut loud: BTreeMap<u8, Vec<(i8, &'static str)>> = BTreeMap::new();
    let mut sums = vec![0i32; causes.len()];
    let mut count = 0u16;
    for word in words {
        let Ok(at) = all.binary_search_by(|(other, _)| (*other).cmp(word)) else { continue };
        count = count.saturating_add(1);
        for &(cause, weight) in &all[at].1 {
            if let Some(sum) = sums.get_mut(usize::from(cause)) {
                *sum += i32::from(weight);
            }
            if weight > 0 {
                loud.entry(cause).or_default().push((weight, all[at].0));
            }
        }
    }
    if count == 0 {
        return Vec::new();
    }
    let root = f32::from(count).sqrt();
    let score = |share: i8, sum: i32| {
        // No sum comes near what an `i16` cannot hold.
        (f32::from(share) + f32::from(i16::try_from(sum).unwrap_or(i16::MAX)) / root) / 100.0
    };
    let mut told: Vec<Told> = causes
        .iter()
        .zip(sums)
        .zip(0u8..=u8::MAX)
        .map(|(((slug, share), sum), cause)| {
            let mut words = loud.remove(&cause).unwrap_or_default();
            words.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
            Told { slug, score: score(*share, sum), words: words.into_iter().map(|(_, word)| word).collect() }
        })
        .collect();
    told.sort_by(|a, b| b.score.total_cmp(&a.score));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudest_words_are_heard_first() {
        let told = tell(["preflight", "cors", "origin", "options"].into_iter());
        assert!(told[0].slug.starts_with("cors/"), "{told:?}");
        assert!(!told[0].words.is_empty() && told[0].score > told[1].score);
        assert!(tell(["qwertyuiop"].into_iter()).is_empty());
    }
}
