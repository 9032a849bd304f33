//! Signed with the path in other encodings: not every server takes it as AWS does.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::signature::aws::{Encoding, Rules};
use crate::url::Url;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let path = Url::of(&resign.request.url).path;
    let own = Rules::of(&resign.claim.scope.service);
    let mut seen = vec![own.path(path)];
    let mut trials = Vec::new();
    for (encoding, normalises, what) in [
        (Encoding::Once, own.normalises, "encoded once"),
        (Encoding::Twice, own.normalises, "encoded twice"),
        (own.encoding, !own.normalises, "with its dots and slashes taken the other way"),
    ] {
        let rules = Rules { normalises, encoding };
        let text = rules.path(path);
        if seen.contains(&text) {
            continue;
        }
        seen.push(text);
        let title = format!("this server wants the path in the canonical request {what}");
        let suspect = Suspect::new(
            "signature/canonical",
            Stop::Judged,
            44,
            title,
            "Sign as this server does: most clients have a setting for the encoding of the path.",
        );
        trials.push((format!("signed with the path {what}"), resign.with(|_, manner| manner.rules = rules), suspect));
    }
    trials
}
