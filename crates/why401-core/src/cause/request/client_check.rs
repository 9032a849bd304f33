//! request/client-check: the tool's own check of the form refuses a good key.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::expression::Regex;
use crate::fact::{Remark, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let asserted = || known_by(case, "request/client-check", &ASSERTED);
    look(case).or_else(|| by_expression(case)).or_else(asserted).into_iter().map(Into::into).collect()
}

/// The check itself is the line that failed.
const ASSERTED: Known = Known {
    remark: Remark::AssertsBeginning,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the program's own check of the key's beginning fails",
    why: "The traceback ends in a claim about how the key begins; no service was asked whether it is good.",
    remedy: "Send a key that begins so: a gateway wants one of its own, and not the service's. Or update the program.",
    weight: 40,
};

/// Code beside the refusal holds the key against an expression, and the key that is there does not fit.
fn by_expression(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let unfit = |pattern: &str| {
        let Ok(expression) = Regex::new(pattern) else { return false };
        let looks = case.project.facts.iter().filter_map(|fact| match &fact.seen {
            Seen::Looks(value) => value.expose_str(),
            _ => None,
        });
        let begins = |text: &str| pattern.trim_start_matches('^').get(..2) == text.get(..2);
        looks.into_iter().any(|text| begins(text) && !expression.is_match(text))
    };
    let (fact, pattern) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Demands(pattern) if unfit(pattern) => Some((fact, pattern)),
        _ => None,
    })?;
    if refusal.has_status(&[401, 403]) && !refusal.symptoms.is_empty() {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the program's own check does not know keys of this form",
        fact.origin.clone(),
        format!(
            "It takes only what `{pattern}` fits, and the key here does not: services change the form of their keys."
        ),
    );
    finding.weight = 60;
    Some(finding.mend(Remedy::new(
        "Update the program, or take the check out: only the service can say whether a key is good.",
    )))
}

/// Code beside the refusal compares the beginning of the key, and the key that is there begins otherwise.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (fact, prefix) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Compares(prefix) => Some((fact, prefix.as_str())),
        _ => None,
    })?;
    let other = case.project.facts.iter().any(|fact| match &fact.seen {
        Seen::Looks(value) => value.expose_str().is_some_and(|text| !text.starts_with(prefix)),
        _ => false,
    });
    // A server that answered did not leave it to the client.
    if !other || refusal.has_status(&[401, 403]) && !refusal.symptoms.is_empty() {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the program's own check lets no key of this form through",
        fact.origin.clone(),
        format!(
            "It takes only what begins with {prefix}, and the key here begins otherwise: services change the form of their keys."
        ),
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(
        "Update the program, or take the check out: only the service can say whether a key is good.",
    )))
}
