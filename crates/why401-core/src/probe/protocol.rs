//! Other versions of the protocols below: IPv4 or IPv6, HTTP/2 in place of HTTP/1.1.

use super::{Ask, Reading, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::exchange::{Family, Manner, Version};
use crate::url::Url;

pub(super) fn trials(ask: &Ask<'_>, _: &Spot, seen: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let url = Url::of(&ask.request.url);
    let is_address = url.host.starts_with('[') || url.host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if ask.manner.family.is_none() && !is_address && seen.reading == Some(Reading::Denied) {
        for (family, name) in [(Family::V4, "IPv4"), (Family::V6, "IPv6")] {
            let suspect = Suspect::new(
                "access/ip",
                Stop::Judged,
                30,
                format!("the key's list of addresses holds this machine's {name} address and not the other one"),
                "Add both addresses of this machine to the key's list, or call over one only.",
            );
            let mut trial = Trial::change(ask, format!("over {name}"), ask.request.clone(), suspect);
            trial.manner = Manner { family: Some(family), ..trial.manner };
            trials.push(trial);
        }
    }
    if ask.manner.version.is_none() && url.scheme.eq_ignore_ascii_case("https") {
        let suspect = Suspect::new(
            "header/case-sensitive",
            Stop::Sent,
            16,
            "the server takes the header over HTTP/2 only, where names are in small letters",
            "Send the header's name in small letters, or use HTTP/2.",
        );
        let mut trial = Trial::change(ask, "over HTTP/2", ask.request.clone(), suspect);
        trial.manner = Manner { version: Some(Version::Http2), ..trial.manner };
        trials.push(trial);
    }
    trials
}
