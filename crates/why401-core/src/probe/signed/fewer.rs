//! Signed over no more headers than must be: what stands between may change the others.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let names: Vec<String> = resign.claim.signed.iter().map(|name| name.to_ascii_lowercase()).collect();
    let needed = |name: &str| name == "host" || name.starts_with("x-amz-");
    let (kept, gone): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| needed(name));
    if gone.is_empty() {
        return Vec::new();
    }
    let list = gone.join(", ");
    let suspect = Suspect::new(
        "signature/canonical",
        Stop::Carried,
        52,
        format!("a signed header is changed on the way: {list}"),
        "Sign host and x-amz-* alone, or let what stands between hand on the signed headers as they came.",
    );
    let request = resign.with(|_, manner| manner.signed = kept);
    vec![(format!("signed without {list}"), request, suspect)]
}
