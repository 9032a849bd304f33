//! limit/rate: too many requests in a short time; what is seen of a program that asks again without waiting.

use crate::case::{Case, Stop};
use crate::cause::carried::captured;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Repeats, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    impatient(case).into_iter().map(Into::into).collect()
}

/// The same refused request was sent again before its time.
fn impatient(case: &Case<'_>) -> Option<Finding> {
    let exchange = captured(case).filter(|exchange| exchange.status() == Some(429))?;
    let repeats = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Repeats(repeats) => Some(*repeats),
        _ => None,
    })?;
    let Repeats { times, within, wait } = repeats;
    let took = within / 1000;
    let early = wait.is_some_and(|wait| within < wait.saturating_mul(1000));
    if times < 3 || !(early || within < 60_000) {
        return None;
    }
    let asked = match wait {
        Some(wait) => format!("The answer asks to wait {wait} s (`Retry-After`)"),
        None => "The answer does not say how long to wait".to_owned(),
    };
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Judged,
        format!("the program asked {times} times within {took} s, and each try counts against the limit"),
        exchange.origin(),
        format!("{asked}; the program did not wait."),
    );
    finding.weight = 40;
    Some(
        finding.mend(Remedy::new(
            "Wait as long as `Retry-After` says, or longer each time, and give up after a few tries.",
        )),
    )
}
