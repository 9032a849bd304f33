//! key/revoked: its issuer says that it is no longer good.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Introspected, Seen, Token};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let told = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Introspected(told) => Some((fact, told)),
        _ => None,
    });
    let (Some((at, told)), Some((fact, token))) = (told, case.tokens().next()) else { return Vec::new() };
    if told.is_active {
        let text = format!("{} says that the token is active", told.by);
        return vec![Evidence::Against(Reason { text, origin: Some(at.origin.clone()) })];
    }
    if token.is_out_of_time() {
        // Its times say why it is not active.
        return Vec::new();
    }
    vec![inactive(told, token, fact.origin.clone(), at.origin.clone()).into()]
}

/// It is not good, and its times are not why.
fn inactive(told: &Introspected, token: &Token, origin: crate::fact::Origin, at: crate::fact::Origin) -> Finding {
    let is_alive = token.expires.is_some() && token.judged.is_some();
    let why = if is_alive {
        "By its own times it is good: it was revoked, or its session was ended, or it is of another issuer."
    } else {
        "It was revoked, it has ended, or it is of another issuer: the answer does not tell which (RFC 7662, section 2.2)."
    };
    let standing = if is_alive { Standing::Likely } else { Standing::Possible };
    let finding = Finding::new(standing, Stop::Judged, "the issuer says that the token is not active", origin, why);
    let finding = finding.and(format!("{} answers `active: false`.", told.by), Some(at));
    finding.mend(Remedy::new(
        "Get a new token; where the old one was not revoked on purpose, ask the issuer's log who ended it.",
    ))
}
