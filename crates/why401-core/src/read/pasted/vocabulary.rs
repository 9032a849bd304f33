//! The words of a paste that are known to tell of causes, each where it stands first.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::fact::{Fact, Origin, Place, Seen};
use crate::words::{known, split};

/// What follows so many bytes of a log repeats what was there.
const MOST: usize = 64 << 10;

/// The words in `text`.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let head = &text[..text.floor_char_boundary(MOST)];
    let mut seen = BTreeSet::new();
    let words = split(head).into_iter().filter_map(|(word, span)| Some((known(&word)?, span)));
    let first = words.filter(|(word, _)| seen.insert(*word));
    let fact = |(word, span): (&'static str, std::ops::Range<usize>)| {
        let origin = Origin::File(Place::of(path, text.as_bytes(), &span));
        Fact { origin, span, seen: Seen::Word(word) }
    };
    first.map(fact).collect()
}
