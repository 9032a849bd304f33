//! key/encoded: an encoding or an envelope that nobody took off.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Encoding, Fact, Remark, Sends, Value};
use crate::provider::{Kind, Recognised};
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let held = case.effective().filter_map(|held| look(case, held));
    held.chain(case.sets.iter().filter_map(|(fact, sets)| in_the_open(case, fact, &sets.value)))
        .chain(case.sends.iter().filter_map(|(fact, sends)| taken_whole(case, fact, sends)))
        .chain(shown_whole(case))
        .map(Into::into)
        .collect()
}

/// A secret manager's object is shown beside a refusal, or beside an error of what took it for the bare value.
fn shown_whole(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::Envelope))?;
    let parses = refusal.answers().any(|(_, answer)| {
        ["JSON", "Unexpected token", "parse", "authentication"].iter().any(|word| answer.body.contains(word))
    });
    if !(refusal.refuses() && refusal.fits("key/encoded") || refusal.has_status(&[403]) || parses) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        "what is stored is an object, and not the bare value",
        fact.origin.clone(),
        "A secret manager keeps pairs of name and value as one JSON object; whoever takes all of it for the key sends braces, names and quotes with it.",
    );
    finding.weight = 20;
    Some(
        finding
            .mend(Remedy::new("Take the one field: `jq -r .NAME`, `json.loads(…)[\"NAME\"]`; or store the bare text.")),
    )
}

/// Everything that AWS Secrets Manager holds under one name, sent as the key. Its console stores pairs as a JSON object;
/// whether somebody stored plain text cannot be seen here.
fn taken_whole(case: &Case<'_>, fact: &Fact, sends: &Sends) -> Option<Finding> {
    if sends.encoding != Encoding::Whole {
        return None;
    }
    let finding = Finding::new(
        Standing::Possible,
        Stop::Read,
        format!("{} is sent as the key: everything that AWS Secrets Manager holds, and no field of it", case.name),
        fact.origin.clone(),
        "Pairs of key and value are stored as one JSON object, and nothing in this file takes it apart.",
    );
    Some(finding.mend(Remedy::new(
        "Parse it and take the one field, unless the secret was stored as plain text: `json.loads(…)[\"API_KEY\"]`, `JSON.parse(…).API_KEY`.",
    )))
}

/// Plain text where the place asks for base64: `data:` of a Kubernetes Secret.
fn in_the_open(case: &Case<'_>, fact: &Fact, value: &Value) -> Option<Finding> {
    let Value::Undecodable(value) = value else { return None };
    let text = value.expose_str()?;
    // Some keys happen to be base64 as well; what comes out is not what anybody meant.
    let decodable = STANDARD.decode(text.trim()).is_ok();
    if decodable && case.registry.recognise(text).is_none() {
        return None;
    }
    let why = if decodable {
        "Kubernetes decodes what stands under `data:`, and hands on bytes that are not the key."
    } else {
        "Kubernetes refuses the object: what stands under `data:` must be base64."
    };
    let title = format!("{} stands in plain text under `data:`", case.name);
    let finding = Finding::new(Standing::Proven, Stop::Written, title, fact.origin.clone(), why);
    Some(
        finding.mend(Remedy::new(
            "Put it under `stringData:` as it is, or under `data:` in base64 (`printf %s … | base64`).",
        )),
    )
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let text = held.value.expose_str()?;
    let (what, inside, remedy) = match held.plainly() {
        Plainly::Json => (
            "a JSON object",
            key_in_json(case, text)?,
            "Take the one field out of the object: a secret manager gives the whole object, the header wants the key alone.",
        ),
        Plainly::Candidate => {
            // What fits as it is is not encoded, even where it could be decoded.
            if case.registry.recognise(text).is_some() || fits_own_shape(case, text) {
                return None;
            }
            match base64_decoded(text).and_then(|decoded| recognised(case, &decoded)) {
                Some(found) => ("base64", found, "Decode it once: `base64 -d` gives the key itself."),
                None if case.refusal.is_some() && base64_decoded(text).is_some_and(|decoded| is_object(&decoded)) => {
                    return object_inside(case, held);
                }
                None => (
                    "URL-encoded",
                    percent_decoded(text).and_then(|decoded| recognised(case, &decoded))?,
                    "Decode the %XX sequences: they belong into a URL, not into a variable.",
                ),
            }
        }
        _ => return None,
    };
    let finding = Finding::new(
        Standing::Proven,
        Stop::Written,
        format!("the value of {} is {what} with the key inside", case.called()),
        held.origin.clone(),
        format!("Taken apart, it is of the shape of {} ({}).", inside.credential.label, inside.provider.name),
    );
    Some(finding.mend(Remedy::new(remedy)))
}

/// Base64 of a whole JSON object, where the variable's name does not say that this is meant.
fn object_inside(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let upper = case.name.to_ascii_uppercase();
    if ["B64", "BASE64", "JSON", "CREDENTIALS", "SERVICE_ACCOUNT"].iter().any(|word| upper.contains(word)) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Written,
        format!("the value of {} is base64 of a JSON object", case.called()),
        held.origin.clone(),
        "Kubernetes and charts encode what a Secret holds; encoded by hand before, it arrives encoded once.",
    );
    finding.weight = 30;
    Some(finding.mend(Remedy::new(
        "Look whether the program takes it so; if not, store the object as it is (`stringData:`), or encode it once.",
    )))
}

fn is_object(text: &str) -> bool {
    matches!(serde_json::from_str(text.trim()), Ok(serde_json::Value::Object(_)))
}

fn recognised(case: &Case<'_>, text: &str) -> Option<Recognised> {
    let found = case.registry.recognise(text.trim())?;
    (found.credential.kind != Kind::NoCredential).then_some(found)
}

fn fits_own_shape(case: &Case<'_>, text: &str) -> bool {
    case.provider.is_some_and(|provider| provider.credential.iter().any(|credential| credential.fits(text)))
}

fn base64_decoded(text: &str) -> Option<String> {
    let plain = text.trim_end_matches('=');
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(plain)).ok()?;
    String::from_utf8(bytes).ok()
}

fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first == b'%' {
            let hex = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A field of the object whose value is a known key, or the one field that bears the variable's name.
fn key_in_json(case: &Case<'_>, text: &str) -> Option<Recognised> {
    let serde_json::Value::Object(object) = serde_json::from_str(text).ok()? else { return None };
    // A service account's key file is a JSON object by design.
    if object.contains_key("private_key") {
        return None;
    }
    object.values().filter_map(|value| recognised(case, value.as_str()?)).next()
}
