//! token/expired: `exp` has passed.

use super::lifetime::{ago, tokens};
use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let found = tokens(case).filter_map(|(fact, token)| {
        let late = token.judged?.checked_sub(token.expires?)?;
        // A time in milliseconds lies thousands of years ahead, and is not what is meant here.
        (late >= 0).then(|| {
            let finding = Finding::new(
                Standing::Proven,
                Stop::Sent,
                format!("the token expired {} before it was sent", ago(late)),
                fact.origin.clone(),
                "Its `exp` lies before the `Date` of the answer that refuses it.",
            );
            let remedy = "Ask for a new token before the old one ends, and keep it no longer than `exp` says.";
            Evidence::from(finding.mend(Remedy::new(remedy)))
        })
    });
    found.collect()
}
