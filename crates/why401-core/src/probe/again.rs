//! The same once more, after the time that the server asks to wait: a rate limit may call itself 401.

use std::time::Duration;

use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;

/// Longer than this nobody waits for a diagnosis. Seconds.
const PATIENCE: u64 = 20;

pub(super) fn trials(ask: &Ask<'_>, _: &Spot, seen: Seen) -> Vec<Trial> {
    let Some(seconds) = seen.retry_after.filter(|seconds| *seconds <= PATIENCE) else { return Vec::new() };
    let suspect = Suspect::new(
        "limit/rate",
        Stop::Judged,
        70,
        "the server refuses for a while because too much was asked, whatever it calls that",
        "Ask less often, and wait as long as `Retry-After` says.",
    );
    let change = format!("the same after {seconds} s, as Retry-After asks");
    let mut trial = Trial::change(ask, change, ask.request.clone(), suspect.decisive());
    trial.after = Duration::from_secs(seconds);
    vec![trial]
}
