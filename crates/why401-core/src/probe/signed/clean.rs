//! Keys without what clings to them: blanks, line breaks, quotes, a percent-encoding that nobody took off.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::decoded;
use crate::value::is_blank;

/// What clings, the cause's slug, its title behind "… the secret", and how it is taken off.
const WAYS: &[(&str, &str, &str, Clean)] = &[
    (
        "blanks or line breaks",
        "key/whitespace",
        "Take them off where the key is written, or trim the values when they are read.",
        trimmed,
    ),
    ("quotes", "key/quoted", "Take them off where the key is written.", unquoted),
    ("percent-encoding", "key/encoded", "Write the key as it was given, with its / and +.", plain),
];

type Clean = fn(&str) -> String;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let keys = &resign.own().0;
    let token = keys.token.as_ref().and_then(Secret::expose_str).unwrap_or_default();
    let secret = keys.secret.expose_str().unwrap_or_default();
    let parts = [("key id", keys.id.as_str()), ("secret", secret), ("session token", token)];
    let mut trials = Vec::new();
    for (what, cause, remedy, clean) in WAYS {
        let unclean: Vec<&str> = parts.iter().filter(|(_, text)| clean(text) != *text).map(|(name, _)| *name).collect();
        if unclean.is_empty() {
            continue;
        }
        let name = unclean.join(" and the ");
        let of = |secret: &Secret| Secret::from(&*clean(secret.expose_str().unwrap_or_default()));
        let request = resign.with(|keys, _| {
            keys.id = clean(&keys.id);
            keys.secret = of(&keys.secret);
            keys.token = keys.token.as_ref().map(of);
        });
        let verb = if *what == "percent-encoding" { "clings" } else { "cling" };
        let title = format!("{what} {verb} to the {name}, and the request is signed with it");
        let suspect = Suspect::new(cause, Stop::Written, 96, title, *remedy).decisive();
        trials.push((format!("signed with the {name} without the {what}"), request, suspect));
    }
    trials
}

fn trimmed(text: &str) -> String {
    text.trim_matches(is_blank).to_owned()
}

fn unquoted(text: &str) -> String {
    let bare = text.trim_matches(is_blank);
    let inner = ['"', '\''].iter().find_map(|quote| bare.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.map_or_else(|| text.to_owned(), str::to_owned)
}

fn plain(text: &str) -> String {
    if text.contains('%') { String::from_utf8_lossy(&decoded(text)).into_owned() } else { text.to_owned() }
}
