//! header/case-sensitive: a strict server wants the scheme in one letter case.

use super::wrong_scheme::expected;
use crate::case::{Case, Stop};
use crate::cause::echo::echoes;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Seen;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    look(case).or_else(|| compared(case)).or_else(|| small(case)).into_iter().map(Into::into).collect()
}

/// The code that judges compares the word letter by letter, and the client writes it otherwise.
fn compared(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal().filter(|refusal| refusal.refuses())?;
    let (judging, wanted) = expected(case)?;
    let sent = case.project.facts.iter().find(|fact| {
        let Seen::Sends(sends) = &fact.seen else { return false };
        let word = sends.before.as_deref().map_or("", str::trim);
        word.eq_ignore_ascii_case(wanted) && word != wanted
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("the server looks for `{wanted}` letter by letter, and the request writes it otherwise"),
        sent.origin.clone(),
        "Schemes know no letter case (RFC 9110, section 11.1); this check does.",
    );
    finding.weight = 60;
    let finding = finding.and("Here the word is compared.", Some(judging.origin.clone()));
    Some(finding.mend(Remedy::new(format!("Send `{wanted}`, and compare without letter case on the server."))))
}

/// The request says `bearer` to a server that nobody registered, and the answer says nothing.
fn small(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.meanings.is_empty() && refusal.provider().is_none())?;
    let fact = case.project.facts.iter().find(|fact| {
        matches!(&fact.seen, Seen::Sends(sends) if sends.before.as_deref() == Some("bearer ") && sends.name.eq_ignore_ascii_case("authorization"))
    })?;
    if !refusal.has_status(&[401, 403]) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        "the scheme is written small, and some servers want `Bearer`",
        fact.origin.clone(),
        "Schemes know no letter case (RFC 9110, section 11.1); home-made checks compare the word letter by letter.",
    );
    finding.weight = 12;
    Some(finding.mend(Remedy::new("Send `Bearer`, not `bearer`.")))
}

/// The server repeats `bearer …`, and its message asks for `Bearer`.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let asks = refusal.answers().any(|(_, answer)| {
        ["`Bearer ` prefix", "'Bearer '", "\"Bearer \"", "start with Bearer", "'Bearer' prefix"]
            .iter()
            .any(|words| answer.body.contains(words))
    });
    let echoed = echoes(case).find(|echoed| echoed.scheme == "bearer" && asks)?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the server wants the scheme with a capital letter: `Bearer`",
        echoed.fact.origin.clone(),
        "It repeats what it got with a small letter, and asks for the capital one. RFC 9110, section 11.1 makes schemes case-insensitive; this server does not.",
    );
    finding.weight = 40;
    Some(finding.mend(Remedy::new("Send `Bearer`, not `bearer`.")))
}
