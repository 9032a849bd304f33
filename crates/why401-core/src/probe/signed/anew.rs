//! The same request, signed as AWS says: with the very keys, for the very region and time.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::signature::aws::{Sought, by_signature};

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let request = resign.with(|_, _| {});
    let same = |name: &str| request.header(name) == resign.request.header(name);
    if request.query == resign.request.query && same("authorization") {
        return Vec::new();
    }
    let sought = Sought { request: resign.request, claim: &resign.claim };
    let found = by_signature(sought, &[&resign.signer.keys.secret]);
    let change = found.as_ref().and_then(|found| found.changes.first().copied());
    let suspect = match (found.is_some(), change) {
        (_, Some(change)) => {
            let (title, remedy) = change.told();
            Suspect::new("signature/canonical", Stop::Sent, 92, title, remedy).decisive()
        }
        (true, None) => return Vec::new(),
        (false, None) => Suspect::new(
            "signature/secret",
            Stop::Loaded,
            58,
            format!("the signature was not made with {}, which is good", resign.secret_name()),
            "Find out which secret the program signs with: `aws configure list` names where it comes from; then make it this one.",
        ),
    };
    vec![("signed anew as AWS says".to_owned(), request, suspect)]
}
