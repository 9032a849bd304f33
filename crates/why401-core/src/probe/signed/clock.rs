//! The time of the signature: that of the server's own clock.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::signature::aws::{Carrier, seconds, time};

/// Services refuse a signature that is further off, some sooner than others. Seconds.
const OFF: i64 = 4 * 60;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let signed = seconds(&resign.claim.time);
    let Some((server, signed)) = resign.signer.told.server_time.zip(signed) else { return Vec::new() };
    let age = server - signed;
    let expires = i64::try_from(resign.claim.expires.unwrap_or_default()).unwrap_or(i64::MAX);
    let has_ended = resign.claim.carrier == Carrier::Query && age > expires;
    let is_off = if resign.claim.carrier == Carrier::Query { age < -OFF } else { age.abs() > OFF };
    if !has_ended && !is_off {
        return Vec::new();
    }
    let minutes = (age.abs() + 30) / 60;
    let way = if age > 0 { "behind" } else { "ahead of" };
    let (cause, title, remedy) = if has_ended {
        (
            "token/expired",
            format!("the presigned URL was good for {expires} s from {}, and that is over", time(signed)),
            "Make a new one when it is needed, or with a longer X-Amz-Expires: at most 7 days, and no longer than the key itself lives.",
        )
    } else if resign.signer.is_own {
        (
            "clock/skew",
            format!("this machine's clock is {minutes} min {way} that of the server"),
            "Switch on time synchronisation; in a virtual machine or container, on its host.",
        )
    } else {
        (
            "clock/skew",
            format!("the signature says a time that is {minutes} min {way} that of the server"),
            "Compare `date -u` where it was signed with the `Date` of the answer; sign each request anew, and keep no signature.",
        )
    };
    let suspect = Suspect::new(cause, Stop::Judged, 94, title, remedy).decisive();
    let request = resign.with(|_, manner| manner.at = server);
    vec![("signed at the time of the server".to_owned(), request, suspect)]
}
