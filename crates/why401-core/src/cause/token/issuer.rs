//! token/issuer: `iss` is not trusted.

use super::expected;
use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let words = "the token's issuer is another than the one that is expected";
    let remedy = "Reach the issuer by one address from everywhere, and configure exactly that one, slash included.";
    let found = expected::finding(case, "iss", words, remedy);
    let found = found.or_else(|| of_service(case)).or_else(|| two_addresses(case));
    found.into_iter().map(Into::into).collect()
}

/// The user says whose token it should be, and that service issues none like it.
fn of_service(case: &Case<'_>) -> Option<Finding> {
    let slug = case.project.hints.provider.as_deref().filter(|_| case.is_token)?;
    let provider = case.registry.find(slug).filter(|provider| provider.has_issuers())?;
    let (fact, token) = case.tokens().next()?;
    let issuer = token.claims.get("iss").and_then(serde_json::Value::as_str)?;
    if provider.issued(token).is_some() || provider.of_issuer(issuer).is_some() {
        return None;
    }
    let whose = case.registry.issuer(token).map(|(other, kind)| format!(" It is {} of {}.", kind.label, other.name));
    let shown: String = issuer.chars().take(200).collect();
    let why = format!("Its `iss` is `{shown}`.{}", whose.unwrap_or_default());
    let title = format!("the token's issuer is none of {}", provider.name);
    let finding = Finding::new(Standing::Likely, Stop::Judged, title, fact.origin.clone(), why);
    Some(finding.mend(Remedy::new(format!("Log in at {} and send the token that it gives.", provider.name))))
}

/// One realm is reached by two addresses, and a token carries the one by which it was asked for.
fn two_addresses(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let realm =
        |path: &str| path.find("/realms/").map(|at| path[at..].split('/').take(3).collect::<Vec<_>>().join("/"));
    let (first, second) = refusal.mentions.iter().enumerate().find_map(|(at, (fact, mention))| {
        let own = realm(&mention.path)?;
        let other = refusal.mentions[at + 1..]
            .iter()
            .find(|(_, other)| other.host != mention.host && realm(&other.path).as_ref() == Some(&own))?;
        Some((fact, other))
    })?;
    if !refusal.fits("token/issuer") || !refusal.refuses() {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Judged,
        "one realm is reached by two addresses",
        first.origin.clone(),
        "`iss` is the address by which the token was asked for, and the judge compares it with the one that it knows.",
    );
    finding.weight = 15;
    let finding = finding.and(format!("Here it is {}.", second.1.host), Some(second.0.origin.clone()));
    Some(finding.mend(Remedy::new("Fix the issuer's public address (Keycloak: `--hostname`), and use it everywhere.")))
}
