//! server/verifier: the backend that judges is one's own, and it is the one that is wrong.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Seen;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    look(case).into_iter().map(Into::into).collect()
}

/// The code beside the refusal judges credentials, and no service that is known refuses.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| matches!(fact.seen, Seen::Verifies))?;
    let surely = refusal.providers.iter().any(|(_, sure)| *sure >= 80);
    if surely || !refusal.fits("server/verifier") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Judged,
        "the code that judges the credential is your own",
        fact.origin.clone(),
        "It compares with a secret, a list or a clock of its own; where that is another than the one the credential was made with, a good credential is refused.",
    );
    finding.weight = 12;
    Some(finding.mend(Remedy::new(
        "Compare what the verifier reads (secret, key set, list, time) with what issued the credential, by digest.",
    )))
}
