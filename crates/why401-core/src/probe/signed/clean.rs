//! Keys without the blanks, line breaks and quotes that cling to them.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::secret::Secret;
use crate::value::is_blank;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let keys = &resign.own().0;
    let token = keys.token.as_ref().and_then(Secret::expose_str).unwrap_or_default();
    let secret = keys.secret.expose_str().unwrap_or_default();
    let parts = [("key id", keys.id.as_str()), ("secret", secret), ("session token", token)];
    let mut trials = Vec::new();
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let clean = |text: &str| text.trim_matches(|c| is_blank(c) || is_quote(c)).to_owned();
    let unclean: Vec<&str> = parts.iter().filter(|(_, text)| clean(text) != *text).map(|(name, _)| *name).collect();
    if unclean.is_empty() {
        return trials;
    }
    let is_quoted = parts.iter().any(|(_, text)| text.trim_matches(is_blank).starts_with(is_quote));
    let (cause, what) = if is_quoted { ("key/quoted", "quotes") } else { ("key/whitespace", "blanks or line breaks") };
    let name = unclean.join(" and the ");
    let request = resign.with(|keys, _| {
        keys.id = clean(&keys.id);
        keys.secret = Secret::from(&*clean(keys.secret.expose_str().unwrap_or_default()));
        keys.token = keys.token.as_ref().map(|token| Secret::from(&*clean(token.expose_str().unwrap_or_default())));
    });
    let suspect = Suspect::new(
        cause,
        Stop::Written,
        96,
        format!("{what} cling to the {name}, and it is signed with them"),
        "Take them off where the key is written, or trim the values when they are read.",
    );
    trials.push((format!("signed without the {what} at the edges of the {name}"), request, suspect.decisive()));
    trials
}
