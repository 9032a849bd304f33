//! token/not-yet-valid: `nbf` or `iat` lies ahead.

use super::lifetime::{ago, tokens};
use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};

/// Seconds by which clocks differ without anybody refusing.
const LEEWAY: i64 = 5;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let found = tokens(case).filter_map(|(fact, token)| {
        let judged = token.judged?;
        let ahead = |time: Option<i64>| time.and_then(|time| time.checked_sub(judged)).filter(|ahead| *ahead > LEEWAY);
        let (claim, standing, early) = match (ahead(token.not_before), ahead(token.issued)) {
            (Some(early), _) => ("nbf", Standing::Proven, early),
            (None, Some(early)) => ("iat", Standing::Likely, early),
            (None, None) => return None,
        };
        let finding = Finding::new(
            standing,
            Stop::Sent,
            format!("the token is valid only from {} on", ago(early)),
            fact.origin.clone(),
            format!("Its `{claim}` lies ahead of the `Date` of the answer that refuses it."),
        );
        let remedy =
            "Compare the clock of the machine that makes the token with the server's; the one that is ahead is wrong.";
        Some(Evidence::from(finding.mend(Remedy::new(remedy))))
    });
    found.collect()
}
