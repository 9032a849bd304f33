//! signature/canonical: the server signed other bytes than the client.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::signed::{Signed, may_be_signature};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::exchange::Answer;
use crate::fact::{Origin, Remark};
use crate::secret::Secret;
use crate::signature::aws::{CHUNKED, Found, Part, broken, chunks, digest};
use crate::symptom::Symptom;

/// Host, paths and some headers are signed, and what hands a request on changes them.
const HANDED: Known = Known {
    remark: Remark::HandedOn,
    standing: Standing::Likely,
    stop: Stop::Carried,
    title: "something between changes what was signed",
    why: "A signature covers the host, the path and some headers; a proxy or CDN that rewrites one of them, such as Host or Accept-Encoding, breaks it.",
    remedy: "Ask the service without it once; then let it hand on Host, path and the signed headers as they came.",
    weight: 14,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let signed = |case: &Case<'_>| case.as_refusal().is_some_and(|refusal| refusal.main == Some(Symptom::Signature));
    let handed = known_by(case, "signature/canonical", &HANDED).filter(|_| signed(case));
    computed(case).or(handed).into_iter().map(Into::into).collect()
}

/// The signature was computed again, and shows which bytes were signed.
fn computed(case: &Case<'_>) -> Option<Finding> {
    may_be_signature(case).then_some(())?;
    let signed = Signed::of(case)?;
    let of_request = |found: &&Found| found.changes.iter().any(|change| !change.is_of_secret());
    let said = signed.exchange.request.header("x-amz-content-sha256").and_then(Secret::expose_str).unwrap_or_default();
    let body = signed.exchange.request.body.expose();
    if said.len() == 64 && !body.is_empty() && !said.eq_ignore_ascii_case(&digest(body)) {
        let title = "x-amz-content-sha256 is not the hash of the body that was sent";
        let why = "The hash of the body goes into the signature, and the server computes it again over what arrives.";
        let remedy = "Hash the very bytes that are sent: serialise once, keep the buffer, and compress before hashing.";
        return Some(finding(Stop::Sent, title, &signed, why, remedy));
    }
    if let Some(found) = in_chunks(&signed) {
        return Some(found);
    }
    // What the client signed weighs more than what the server shows: it says who is to change.
    if let Some(found) = signed.found.as_ref().filter(of_request) {
        let change = found.changes.iter().find(|change| !change.is_of_secret())?;
        let (title, remedy) = change.told();
        let why = "With the secret that is known here the signature that was sent comes out of this reading of the request, and of no other.";
        return Some(finding(Stop::Sent, title, &signed, why, remedy));
    }
    if let Some(one) = signed.differences.first() {
        let stop = if one.on_the_way { Stop::Carried } else { Stop::Sent };
        let why = format!(
            "{} of the canonical request that the server shows is not that of what was sent.",
            capital(&one.part.name())
        );
        let mut found = finding(stop, &one.comes_of, &signed, &why, &one.remedy);
        if let (Part::Header(name), Some(reason)) = (&one.part, found.why.first_mut()) {
            reason.origin = Some(Origin::Header(name.clone()));
        }
        for other in signed.differences.iter().skip(1).take(3).filter(|other| other.part != Part::Signed) {
            found = found.and(format!("Besides, {}.", other.comes_of), None);
        }
        return Some(found);
    }
    let Some(stated) = signed.stated.as_ref().filter(of_request) else { return behind(case, &signed) };
    let change = stated.changes.first()?;
    let (title, remedy) = change.told();
    let why = "The hash of the canonical request that the server states comes out of what was sent only so.";
    Some(finding(Stop::Carried, &title.replace("the client signed", "the server computed over"), &signed, why, remedy))
}

/// A body that is said to come in signed chunks: whether it does, and whether their signatures follow from each other.
fn in_chunks(signed: &Signed<'_>) -> Option<Finding> {
    let Signed { exchange, claim, ours, .. } = signed;
    let request = &exchange.request;
    let body = request.body.expose();
    if !ours.payload.starts_with(CHUNKED) || body.is_empty() {
        return None;
    }
    let remedy =
        "Let the SDK make the chunks, hand its body on as it is, and let nothing between change, repack or decode it.";
    let whole = match chunks(body) {
        Ok(whole) => whole,
        // What was copied may have been cut.
        Err(flaw) if flaw.is_short => return None,
        Err(flaw) => {
            let title = format!("the body does not come in signed chunks from byte {} on: {}", flaw.at, flaw.what);
            let why = format!("x-amz-content-sha256 says {}.", ours.payload);
            return Some(finding(Stop::Sent, &title, signed, &why, remedy));
        }
    };
    let length: usize = whole.iter().map(|chunk| chunk.data.len()).sum();
    let said = request.header("x-amz-decoded-content-length").and_then(Secret::expose_str);
    if let Some(said) = said.and_then(|said| said.trim().parse::<usize>().ok()).filter(|said| *said != length) {
        let title = format!("x-amz-decoded-content-length says {said} bytes, and the chunks hold {length}");
        let why = "It is the length of the body without the lines between its chunks.";
        return Some(finding(Stop::Sent, &title, signed, why, remedy));
    }
    let secret = signed.found.as_ref().filter(|found| found.changes.is_empty())?.secret;
    let broken = broken(signed.pairs.get(secret)?.secret.expose(), claim, &whole)?;
    let title = format!("the signature of chunk {} of {} does not fit its bytes", broken.number, whole.len());
    let why = match broken.signed {
        Some(what) => format!("What was signed for it is {what}."),
        None => "Each is made over the signature before it and over the chunk's own bytes; those before this one fit."
            .to_owned(),
    };
    Some(finding(Stop::Sent, &title, signed, &why, remedy))
}

/// Signed rightly with a secret that is known, and something else than the service answers: it may change what was signed.
fn behind(case: &Case<'_>, signed: &Signed<'_>) -> Option<Finding> {
    let is_right = signed.found.as_ref().is_some_and(|found| found.changes.is_empty()) && !signed.agrees();
    let answers = case.as_refusal()?.answers();
    let between = answers.filter_map(|(_, answer)| between(answer)).next().filter(|_| is_right)?;
    let why = "The signature that was sent comes out of the secret and of the request as it was sent: either the secret is not that of the key, or other bytes reach the server.";
    let title = format!("{between} stands between, and may change what was signed");
    let mut finding = Finding::new(Standing::Likely, Stop::Carried, title, signed.origin(), why);
    finding.weight = 30;
    Some(finding.mend(Remedy::new(HANDED.remedy)))
}

/// What hands the request on, where the answer names it.
fn between(answer: &Answer) -> Option<String> {
    let server = answer.header("server").unwrap_or_default();
    let name = server.split(['/', ' ']).next().unwrap_or_default();
    let known = [
        "nginx",
        "openresty",
        "caddy",
        "envoy",
        "cloudflare",
        "cloudfront",
        "varnish",
        "haproxy",
        "apache",
        "traefik",
        "kong",
    ];
    if known.contains(&name.to_ascii_lowercase().as_str()) {
        return Some(name.to_owned());
    }
    answer.header("via").map(|_| "a proxy".to_owned())
}

fn finding(stop: Stop, title: &str, signed: &Signed<'_>, why: &str, remedy: &str) -> Finding {
    let mut finding = Finding::new(Standing::Proven, stop, title, signed.origin(), why);
    finding.weight = 50;
    finding.mend(Remedy::new(remedy))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().to_string() + letters.as_str())
}
