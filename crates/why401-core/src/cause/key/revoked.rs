//! key/revoked: its issuer says that it is no longer good.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Introspected, Origin};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let Some((at, told)) = case.introspected() else { return Vec::new() };
    let token = case.tokens().next();
    if told.is_active {
        let text = format!("{} says that the token is active", told.by);
        return vec![Evidence::Against(Reason { text, origin: Some(at.origin.clone()) })];
    }
    // Its times say why it is not active.
    if token.is_some_and(|(_, token)| token.is_out_of_time()) {
        return Vec::new();
    }
    let origin = token.map_or(&at.origin, |(fact, _)| &fact.origin);
    let is_alive = token.is_some_and(|(_, token)| token.expires.is_some() && token.judged.is_some());
    // A server that refuses it, too, says that this is what matters.
    let standing = if is_alive || case.is_refusal { Standing::Likely } else { Standing::Possible };
    vec![inactive(told, is_alive, standing, origin.clone(), at.origin.clone()).into()]
}

/// It is not good, and its times are not why.
fn inactive(told: &Introspected, is_alive: bool, standing: Standing, origin: Origin, at: Origin) -> Finding {
    let why = if is_alive {
        "By its own times it is good: it was revoked, or its session was ended, or it is of another issuer."
    } else {
        "It was revoked, it has ended, or it is of another issuer: the answer does not tell which (RFC 7662, section 2.2)."
    };
    let finding = Finding::new(standing, Stop::Judged, "the issuer says that the token is not active", origin, why);
    let finding = finding.and(format!("{} answers `active: false`.", told.by), Some(at));
    finding.mend(Remedy::new(
        "Get a new token; where the old one was not revoked on purpose, ask the issuer's log who ended it.",
    ))
}
