//! token/signature: signed with another key, algorithm or `kid`; or not at all.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Fact, Keys, Origin, Seen, Token, Wants};
use crate::read::key;
use crate::secret::Secret;
use crate::signature::jws::{Handed, Signed, Unfit, examine};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let unsigned = case.tokens().filter(|(_, token)| token.is_unsigned).map(|(fact, _)| {
        let finding = Finding::new(
            if case.is_token && verifies(case) { Standing::Proven } else { Standing::Likely },
            Stop::Sent,
            "the token carries no signature",
            fact.origin.clone(),
            "Its algorithm is `none`, or nothing stands behind its last dot; no API takes such a token (RFC 8725, section 3.1).",
        );
        Evidence::from(finding.mend(Remedy::new("Take the token as its issuer signed it, whole.")))
    });
    let signed = || case.tokens().filter(|(_, token)| !token.is_unsigned);
    // In order as far as it can be read, and still refused: only who has the keys can tell more.
    let sound = signed().filter(|(_, token)| !case.is_token && !token.is_out_of_time() && token.judged.is_some());
    let sound = sound.map(|(fact, _)| {
        let mut finding = Finding::new(
            Standing::Possible,
            Stop::Judged,
            "the token is in order as far as it can be read, and its signature may not be",
            fact.origin.clone(),
            "Its times are right; what is left is its signature, its issuer and its audience.",
        );
        finding.weight = 6;
        let remedy =
            "Compare `kid` and `iss` of the token with the keys that the API loads, and `aud` with what it expects.";
        Evidence::from(finding.mend(Remedy::new(remedy)))
    });
    let allowed = signed().filter_map(|(fact, token)| Some(other_algorithm(case, fact, token)?.into()));
    let examined = signed().flat_map(|(fact, token)| examined(case, fact, token));
    unsigned.chain(allowed).chain(examined).chain(sound).collect()
}

/// The keys that were handed over or shown, and the secrets that the project signs its own tokens with.
fn keys(case: &Case<'_>) -> Vec<(Origin, Keys)> {
    let shown = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Keys(keys) => Some((fact.origin.clone(), keys.clone())),
        _ => None,
    });
    let mut found: Vec<(Origin, Keys)> = shown.collect();
    // What the user hands over for the token alone is all that counts.
    if case.is_token {
        return found;
    }
    for file in case.project.env_files.iter().filter(|file| !file.is_template()) {
        for intent in file.intents.iter().filter(|intent| signs_tokens(&intent.name)) {
            let value = file.bytes.expose().get(intent.inner.clone()).unwrap_or_default();
            let keys = Keys { text: Secret::new(value), is_secret: true, name: intent.name.clone() };
            found.push((Origin::File(file.place(&intent.span)), keys));
        }
    }
    found
}

/// Whether a variable of this name holds the secret of tokens that the project makes or verifies itself.
fn signs_tokens(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    ["JWT_SECRET", "JWT_KEY", "TOKEN_SECRET", "JWT_SIGNING_KEY", "JWT_SECRET_KEY"]
        .iter()
        .any(|end| upper.ends_with(end))
}

fn verifies(case: &Case<'_>) -> bool {
    !keys(case).is_empty() || allowed(case).next().is_some()
}

/// The algorithms that are allowed.
fn allowed<'p>(case: &Case<'p>) -> impl Iterator<Item = (&'p Fact, &'p str)> + use<'p> {
    case.wants().filter_map(|(fact, wants)| match wants {
        Wants::Algorithm(name) => Some((fact, name.as_str())),
        _ => None,
    })
}

/// Its algorithm is none of those that are allowed, or none that its service signs with.
fn other_algorithm(case: &Case<'_>, fact: &Fact, token: &Token) -> Option<Finding> {
    let own = token.header.get("alg")?.as_str()?;
    let shown: String = own.chars().take(30).collect();
    let named: Vec<_> = allowed(case).collect();
    let (names, who, origin) = match named.first() {
        Some((first, _)) => {
            (named.iter().map(|(_, name)| *name).collect(), "is allowed".to_owned(), Some(&first.origin))
        }
        None => {
            let (provider, kind) = case.issued(token).filter(|_| case.is_token)?;
            let names: Vec<&str> = kind.algorithms.iter().map(String::as_str).collect();
            (names, format!("is what {} signs {} with", provider.name, kind.label), None)
        }
    };
    if names.is_empty() || names.contains(&own) {
        return None;
    }
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let standing = if origin.is_some() { Standing::Proven } else { Standing::Likely };
    let finding = Finding::new(
        standing,
        Stop::Judged,
        format!("the token is signed with `{shown}`, and {} {who}", listed.join(" or ")),
        fact.origin.clone(),
        "A verifier takes only algorithms that it names itself (RFC 8725, section 3.1).",
    );
    let finding = match origin {
        Some(origin) => finding.and("This is what is allowed.", Some(origin.clone())),
        None => finding,
    };
    Some(finding.mend(Remedy::new(
        "Let issuer and verifier name one algorithm; where keys are rotated, verify with both for a while.",
    )))
}

/// The signature against each of the keys that were handed over: one that fits is enough.
fn examined(case: &Case<'_>, fact: &Fact, token: &Token) -> Vec<Evidence> {
    let Some(text) = token.text.expose_str().filter(|text| !text.is_empty()) else { return Vec::new() };
    let text = text.split('~').next().unwrap_or(text);
    let Some(signed) = Signed::of(text, &token.header).filter(|signed| !signed.is_unsigned()) else {
        return Vec::new();
    };
    let mut unfit: Vec<(Origin, String, Unfit)> = Vec::new();
    for (at, keys) in keys(case) {
        let handed = match handed(&keys) {
            Ok(handed) => handed,
            Err(why) => {
                let unread = unread(&keys, &why);
                unfit.push((at, keys.name, unread));
                continue;
            }
        };
        match examine(&signed, &handed) {
            Ok(by) => {
                let text = format!("the signature fits {by}");
                return vec![Evidence::Against(Reason { text, origin: Some(at) })];
            }
            Err(why) => unfit.push((at, keys.name, why)),
        }
    }
    // A key that lies about may be another token's; one that fits but for the way it is written is this one's.
    unfit.retain(|(_, _, why)| case.is_token || why.is_explained);
    unfit.sort_by_key(|(_, _, why)| !why.is_explained);
    let standing = if case.is_token { Standing::Proven } else { Standing::Likely };
    let found = unfit.into_iter().take(1).map(|(at, name, why)| {
        let mut finding = Finding::new(standing, Stop::Judged, why.title, fact.origin.clone(), why.why);
        finding.weight = 20;
        finding.and(format!("It was verified with {name}."), Some(at)).mend(Remedy::new(why.mend)).into()
    });
    found.collect()
}

fn handed(keys: &Keys) -> Result<Handed, String> {
    if keys.is_secret {
        return Ok(Handed::Secret(keys.text.clone()));
    }
    let ring = key::keys(keys.text.expose())?;
    let is_set = keys.text.expose_str().is_some_and(|text| text.trim_start().starts_with(['{', '[']));
    Ok(Handed::Keys { keys: ring.keys, text: keys.text.clone(), is_set })
}

/// What was handed over is no key.
fn unread(keys: &Keys, why: &str) -> Unfit {
    Unfit {
        title: format!("{} holds no key that can be read", keys.name),
        why: format!("Tried as JWK, key set and PEM: {why}."),
        mend: "Give a JWK, a key set, a public key or a certificate in PEM.".to_owned(),
        is_explained: true,
    }
}
