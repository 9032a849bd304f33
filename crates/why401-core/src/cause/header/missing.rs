//! header/missing: no credential in the request.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Seen;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    look(case).into_iter().map(Into::into).collect()
}

/// A command line gives a header without its name, so that it is none.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (fact, word) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Nameless(word) => Some((fact, word)),
        _ => None,
    })?;
    if !refusal.fits("header/missing") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the header has a value and no name",
        fact.origin.clone(),
        format!("`{word} …` is the value of Authorization; without the name and a colon before it, it is no header."),
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(format!("Write `Authorization: {word} …`."))))
}
