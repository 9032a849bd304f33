//! The key without quotes round it, and without the backslashes that somebody escaped it with.

use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let Some(text) = spot.value.expose_str() else { return Vec::new() };
    let mut trials = Vec::new();
    let unquoted = text.trim().trim_matches(['"', '\'', '`']);
    if !unquoted.is_empty() && unquoted.len() < text.trim().len() {
        let suspect = Suspect::new(
            "key/quoted",
            Stop::Written,
            94,
            "the quotes round the key are part of it",
            "Take the quotes off: what reads the value does not know them.",
        );
        let request = spot.with_value(&ask.request, unquoted.as_bytes());
        trials.push(Trial::change(ask, "the key without its quotes", request, suspect.decisive()));
    }
    let unescaped: String = unescaped(text);
    if unescaped.len() < text.len() && !unescaped.is_empty() {
        // Whoever writes `\$` does it against an expansion that does not happen here.
        let cause = if text.contains("\\$") { "env/expansion" } else { "env/syntax" };
        let suspect = Suspect::new(
            cause,
            Stop::Loaded,
            80,
            "the backslashes in the key are part of it",
            "Take the backslashes out: what reads the value keeps them.",
        );
        let request = spot.with_value(&ask.request, unescaped.as_bytes());
        trials.push(Trial::change(ask, "the key without its backslashes", request, suspect.decisive()));
    }
    trials
}

/// The text with each backslash and what it escapes replaced by the latter; `\n` at the end is a line break that stayed.
fn unescaped(text: &str) -> String {
    let text = text.trim_end_matches("\\n").trim_end_matches("\\r");
    text.replace('\\', "")
}
