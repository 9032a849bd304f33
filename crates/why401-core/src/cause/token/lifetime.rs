//! The tokens that a refused request carried, and spans of time in words; for the judges of lifetimes.

use crate::case::Case;
use crate::fact::{Fact, Seen, Token};

/// The tokens, where this case is a refusal.
pub(super) fn tokens<'c>(case: &'c Case<'_>) -> impl Iterator<Item = (&'c Fact, &'c Token)> {
    let facts = case.as_refusal().filter(|refusal| refusal.refuses()).map(|_| &case.project.facts);
    facts.into_iter().flatten().filter_map(|fact| match &fact.seen {
        Seen::Token(token) => Some((fact, token)),
        _ => None,
    })
}

/// So many seconds in words: `3 h`, `2 days`.
pub(super) fn ago(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
