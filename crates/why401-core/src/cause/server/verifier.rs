//! server/verifier: the backend that judges is one's own, and it is the one that is wrong.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Operand, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    look(case).or_else(|| at_home(case)).into_iter().map(Into::into).collect()
}

/// The one who was asked runs on this machine, and what it says of the token fits no service that is known.
fn at_home(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (fact, _) = refusal.mentions.iter().find(|(_, mention)| {
        mention.host == "localhost" || mention.host.starts_with("127.") || mention.host == "0.0.0.0"
    })?;
    let elsewhere = refusal.mentions.iter().any(|(_, mention)| case.registry.of_host(&mention.host).is_some());
    let token = case.project.facts.iter().any(|fact| match &fact.seen {
        Seen::Sends(sends) => {
            matches!(&sends.credential, Operand::Literal(value) if value.expose().starts_with(b"eyJ"))
        }
        _ => false,
    });
    if elsewhere || !token || refusal.provider().is_some() || !refusal.fits("server/verifier") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Judged,
        "the server that judges runs on this machine",
        fact.origin.clone(),
        "The token goes to a backend of your own, and arrives: its secret, its clock, or how it takes the header apart decides.",
    );
    finding.weight = 5;
    Some(finding.mend(Remedy::new(
        "Print what the verifier gets, without the word before it, and which secret it verifies with, by digest.",
    )))
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
