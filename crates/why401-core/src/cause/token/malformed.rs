//! token/malformed: not a decodable token, or one that a strict reader turns down.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::exchange::Via;
use crate::fact::{Fact, Origin, Seen, Token};
use crate::read::token::{self, Flaw, Kind};
use crate::symptom::Symptom;

/// What every reader of tokens knows of (RFC 7515, section 4.1.11): nothing that `crit` may name.
const REGISTERED: [&str; 11] = ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let sent = sent(case).into_iter().filter_map(|(origin, text)| {
        let found = match token::kind(&text) {
            Kind::Broken(flaw) if case.is_token || !is_other_payload(&text) => {
                let mut finding = broken(origin, &flaw);
                if may_be_hidden(case) {
                    finding.standing = Standing::Possible;
                    finding.weight = 4;
                }
                Some(finding)
            }
            Kind::Signed(_) => token::signed(&text).ok().and_then(|(_, flaws)| Some(strict(origin, flaws.first()?))),
            _ => None,
        };
        found.map(Evidence::from)
    });
    let odd = case.tokens().filter_map(|(fact, token)| critical(fact, token).or_else(|| untimely(fact, token)));
    sent.chain(odd.map(Evidence::from)).collect()
}

/// Whoever pastes a request takes his token apart first; only where the answer finds fault with it was it so before.
fn may_be_hidden(case: &Case<'_>) -> bool {
    let Some(refusal) = case.as_refusal() else { return false };
    let is_shown = refusal.exchanges.iter().all(|exchange| matches!(exchange.via, Via::Text(_)));
    is_shown && refusal.main != Some(Symptom::Claims)
}

/// What was sent or handed over as a token.
fn sent(case: &Case<'_>) -> Vec<(Origin, String)> {
    if case.is_token {
        let facts = case.project.facts.iter().filter_map(|fact| match &fact.seen {
            Seen::Token(token) => Some((fact.origin.clone(), token.text.expose_str()?.to_owned())),
            _ => None,
        });
        return facts.collect();
    }
    let Some(refusal) = case.as_refusal().filter(|refusal| refusal.refuses()) else { return Vec::new() };
    let sent = refusal.exchanges.iter().flat_map(|exchange| &exchange.request.headers);
    let found = sent.filter_map(|(name, value)| {
        let text = value.expose_str()?.split(' ').next_back()?.trim();
        let is_meant = text.starts_with("eyJ") && text.len() >= 20 && !text.contains(['*', '\u{2026}']);
        is_meant.then(|| (Origin::Header(name.clone()), text.to_owned()))
    });
    found.collect()
}

/// Whether it is signed as tokens are (RFC 7515), and what is signed is JSON, but no set of claims: some programs sign a mere
/// text, and read it again.
fn is_other_payload(text: &str) -> bool {
    let json = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
        serde_json::from_slice::<serde_json::Value>(&bytes).ok()
    };
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, _] = parts[..] else { return false };
    json(header).is_some_and(|header| header.is_object()) && json(payload).is_some_and(|payload| !payload.is_object())
}

/// Nobody can read it.
fn broken(origin: Origin, flaw: &Flaw) -> Finding {
    let title = match flaw.what.starts_with("the token has") {
        true => flaw.what.clone(),
        false => "the token cannot be decoded".to_owned(),
    };
    let why = "A token is header, claims and signature, each in base64url, with a dot between (RFC 7515, section 7.1).";
    let mut finding = Finding::new(Standing::Proven, Stop::Sent, title.clone(), origin, why);
    if title != flaw.what {
        finding = finding.and(format!("It breaks at character {}: {}.", flaw.at, flaw.what), None);
    }
    finding.weight = 20;
    finding.mend(Remedy::new("Copy the token whole; a line break or a cookie's length limit may have cut it."))
}

/// Lenient readers take it.
fn strict(origin: Origin, flaw: &Flaw) -> Finding {
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        "strict readers turn the token down",
        origin,
        format!("At character {}: {}.", flaw.at, flaw.what),
    );
    finding.weight = 4;
    finding.mend(Remedy::new("Make tokens with a library for JWT, and hand them on unchanged."))
}

/// It demands of its reader what few can do (RFC 7515, section 4.1.11).
fn critical(fact: &Fact, token: &Token) -> Option<Finding> {
    let list = token.header.get("crit")?;
    let names: Vec<&str> = list.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let missing = names.iter().find(|name| !token.header.contains_key(**name));
    let title = match (names.is_empty(), missing) {
        (true, _) => "`crit` in the header names nothing, which no reader may take".to_owned(),
        (_, Some(name)) => format!("`crit` names `{}`, and the header does not have it", short(name)),
        _ if names.iter().any(|name| REGISTERED.contains(name)) => {
            "`crit` names a part that every reader knows".to_owned()
        }
        _ => format!("the header demands that its reader knows `{}`", short(names.first()?)),
    };
    let why = "Who does not know what `crit` names must refuse the token (RFC 7515, section 4.1.11).";
    let finding = Finding::new(Standing::Likely, Stop::Sent, title, fact.origin.clone(), why);
    Some(
        finding
            .mend(Remedy::new("Let the issuer leave `crit` out, or verify with a library that knows what it names.")),
    )
}

/// A time that is no number (RFC 7519, section 2).
fn untimely(fact: &Fact, token: &Token) -> Option<Finding> {
    let name =
        ["exp", "nbf", "iat"].into_iter().find(|name| token.claims.get(*name).is_some_and(|own| !own.is_number()))?;
    let finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("`{name}` is no number"),
        fact.origin.clone(),
        "Times are numbers of seconds since 1970 (RFC 7519, section 2), and most verifiers refuse anything else.",
    );
    Some(finding.mend(Remedy::new("Make it a number: no quotes, no date in words.")))
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}
