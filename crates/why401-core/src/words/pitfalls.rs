//! Pitfalls: what people who use a product mostly do wrong, and by which words beside a refusal one sees it.

use std::sync::OnceLock;

use super::schema::{Lore, Pitfall};

fn lore() -> &'static Lore<'static> {
    static LORE: OnceLock<Lore<'static>> = OnceLock::new();
    LORE.get_or_init(|| {
        postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/pitfalls.bin"))).unwrap_or_default()
    })
}

/// The word as the pitfalls have it, where one of them asks for it.
pub(super) fn known(word: &str) -> Option<&'static str> {
    let words = &lore().words;
    words.binary_search(&word).ok().map(|at| words[at])
}

/// The pitfalls that these words show.
pub fn pitfalls<'w>(words: impl Iterator<Item = &'w str>) -> Vec<&'static Pitfall<'static>> {
    let lore = lore();
    let mut stands = vec![false; lore.words.len()];
    let mut begun: Vec<usize> = Vec::new();
    for at in words.filter_map(|word| lore.words.binary_search(&word).ok()) {
        if !std::mem::replace(&mut stands[at], true) {
            begun.extend(&lore.begins[at]);
        }
    }
    begun.sort_unstable();
    begun.dedup();
    let one_stands = |term: &Vec<usize>| term.iter().any(|&at| stands[at]);
    let is_shown = |pitfall: &&Pitfall<'_>| pitfall.when.iter().all(one_stands) && !one_stands(&pitfall.unless);
    begun.into_iter().filter_map(|at| lore.pitfalls.get(at)).filter(is_shown).collect()
}

impl Pitfall<'_> {
    /// The words that it asks for, those of the rarest term first, whichever of them stand there.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.when.iter().flatten().filter_map(|&at| lore().words.get(at).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Cause;
    use crate::words::split;

    fn shown(text: &str) -> Vec<&'static str> {
        let words = split(text);
        pitfalls(words.iter().map(|(word, _)| word.as_str())).iter().map(|pitfall| pitfall.cause).collect()
    }

    #[test]
    fn each_can_show_itself_and_names_a_cause() {
        assert!(!lore().pitfalls.is_empty());
        for word in &lore().words {
            assert!(split(word).iter().any(|(own, _)| own == word), "no text has the word {word}");
        }
        for pitfall in &lore().pitfalls {
            assert!(!pitfall.when.is_empty() && pitfall.when.iter().all(|term| !term.is_empty()), "{pitfall:?}");
            assert!(pitfall.right <= pitfall.shown, "{pitfall:?}");
            for cause in [pitfall.cause].iter().chain(&pitfall.also) {
                assert!(Cause::find(cause).is_some(), "{cause}: {}", pitfall.note);
            }
        }
    }

    #[test]
    fn all_terms_stand_there_and_none_that_may_not() {
        let text = "curl https://acme.zendesk.com/api -H 'Authorization: Bearer x' # API token, 401";
        assert!(shown(text).contains(&"header/wrong-scheme"), "{:?}", shown(text));
        assert!(!shown(&text.replace("Bearer", "Digest")).contains(&"header/wrong-scheme"));
        let scoped = Pitfall { when: vec![vec![0, 1], vec![2]], ..lore().pitfalls[0].clone() };
        assert_eq!(scoped.words().collect::<Vec<_>>(), &lore().words[..3]);
    }
}
