//! What has to stand beside the key: a header of the service, the organization, a user agent; and what should not.

use super::spot::{with_header, without_header};
use super::{AGENT, Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::provider::{Companion, Needed, Place};

/// Words of headers that name an organization, a project or a tenant.
const BELONGING: [&str; 6] = ["organization", "org-id", "project", "tenant", "workspace", "team"];

pub(super) fn trials(ask: &Ask<'_>, _: &Spot, _: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let companions = ask.provider.map(|provider| provider.companion.as_slice()).unwrap_or_default();
    for companion in companions.iter().filter(|companion| companion.place == Place::Header) {
        let is_there =
            std::iter::once(&companion.name).chain(&companion.instead).any(|name| ask.request.header(name).is_some());
        // What only the account knows cannot be made up.
        let value = companion.example.as_deref().filter(|value| is_general(companion, value));
        if let (false, Some(value)) = (is_there, value) {
            let suspicion = match companion.needed {
                Needed::Always => 84,
                Needed::Sometimes => 42,
                Needed::Never => continue,
            };
            let suspect = Suspect::new(
                "header/companion-missing",
                Stop::Sent,
                suspicion,
                format!("the header {} is missing", companion.name),
                format!("Send `{}: {value}` as well: {}.", companion.name, companion.meaning),
            );
            let request = with_header(ask.request.clone(), &companion.name, value);
            trials.push(Trial::change(ask, format!("with `{}: {value}`", companion.name), request, suspect.decisive()));
        }
    }
    for (name, _) in &ask.request.headers {
        let lower = name.to_ascii_lowercase();
        if BELONGING.iter().any(|word| lower.contains(word)) {
            let suspect = Suspect::new(
                "access/organization",
                Stop::Judged,
                64,
                format!("the key does not belong to what the header {name} names"),
                format!("Leave {name} out, or give the one that the key was made in."),
            );
            let request = without_header(ask.request.clone(), name);
            trials.push(Trial::change(ask, format!("without the header {name}"), request, suspect.decisive()));
        }
    }
    if ask.request.header("user-agent").is_none_or(|value| value.is_empty()) {
        let suspect = Suspect::new(
            "header/companion-missing",
            Stop::Sent,
            40,
            "the header User-Agent is missing",
            "Send a User-Agent that names your program.",
        );
        let request = with_header(ask.request.clone(), "User-Agent", AGENT);
        trials.push(Trial::change(ask, "with a User-Agent", request, suspect.decisive()));
    }
    trials
}

/// Whether the example is the same for everybody: a version, a word; no identifier of somebody's account.
fn is_general(companion: &Companion, value: &str) -> bool {
    let lower = companion.name.to_ascii_lowercase();
    !BELONGING.iter().any(|word| lower.contains(word))
        && !value.contains(['{', '<'])
        && !["xxx", "00000000"].iter().any(|filler| value.to_ascii_lowercase().contains(filler))
        && !["referer", "origin", "account", "user-agent"].iter().any(|word| lower.contains(word))
}
