//! The key without blanks and line breaks at its edges.

use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::value::is_blank;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let Some(text) = spot.value.expose_str() else { return Vec::new() };
    let trimmed = text.trim_matches(is_blank);
    if trimmed.is_empty() || trimmed.len() == text.len() {
        return Vec::new();
    }
    let breaks = text.trim_matches([' ', '\t']).len() != text.trim_matches(is_blank).len();
    let what = if breaks { "line break" } else { "blank" };
    // A blank at the key's beginning shows itself as a second one behind the word before it.
    let before = spot.before.trim_end();
    let begins = text.starts_with(is_blank) || spot.before.len() > before.len() + 1;
    let edge = match (begins, text.ends_with(is_blank)) {
        (true, true) => "at both ends",
        (true, false) => "at its beginning",
        _ => "at its end",
    };
    let suspect = Suspect::new(
        "key/whitespace",
        Stop::Written,
        95,
        format!("the key has a {what} {edge}"),
        format!("Take the {what} off where the key is written, or trim the value when it is read."),
    );
    let before = if before.is_empty() { String::new() } else { format!("{before} ") };
    let request = Spot { before, ..spot.clone() }.with_value(&ask.request, trimmed.as_bytes());
    vec![Trial::change(ask, format!("the key without the {what} {edge}"), request, suspect.decisive())]
}
