//! token/not-yet-valid: `nbf` or `iat` lies ahead.

use super::lifetime::{ago, clock, is_in_milliseconds};
use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{LEEWAY, Remark, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    // A token that this machine made by a clock that is ahead: the clock is the cause.
    let fast = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::ClockDiffers(offset) if case.is_token && offset.ahead > 0 => Some(offset.ahead / 1000 + LEEWAY),
        _ => None,
    });
    let found = case.tokens().filter_map(|(fact, token)| {
        let (claim, time, standing, early) = match (token.early(token.not_before), token.early(token.issued)) {
            (Some(early), _) => ("nbf", token.not_before, Standing::Proven, early),
            (None, Some(early)) => ("iat", token.issued, Standing::Likely, early),
            (None, None) => return None,
        };
        if time.is_some_and(is_in_milliseconds) {
            let finding = Finding::new(
                standing,
                Stop::Sent,
                format!("`{claim}` is in milliseconds, and counts seconds"),
                fact.origin.clone(),
                "So read it lies thousands of years ahead, and the token is valid from then on (RFC 7519, section 2).",
            );
            let remedy = "Divide by 1000 where the token is made: `Math.floor(Date.now() / 1000)`.";
            return Some(Evidence::from(finding.mend(Remedy::new(remedy))));
        }
        let standing = if fast.is_some_and(|fast| early <= fast) { Standing::Likely } else { standing };
        let finding = Finding::new(
            standing,
            Stop::Sent,
            format!("the token is valid only from {} on", ago(early)),
            fact.origin.clone(),
            format!("Its `{claim}` lies ahead of {}.", clock(token)),
        );
        let remedy =
            "Compare the clock of the machine that makes the token with the server's; the one that is ahead is wrong.";
        Some(Evidence::from(finding.mend(Remedy::new(remedy))))
    });
    found.chain(known_by(case, "token/not-yet-valid", &BEFORE).map(Evidence::from)).collect()
}

/// The server names both times.
const BEFORE: Known = Known {
    remark: Remark::BeforeStart,
    standing: Standing::Proven,
    stop: Stop::Sent,
    title: "the server has an earlier time than that from which the credential is good",
    why: "What it names as the current time lies before the start that it read: the clock that made it is ahead, or local time was written as UTC.",
    remedy: "Leave the start out or set it a quarter of an hour back, write times in UTC, and compare the clock with the server's.",
    weight: 40,
};
