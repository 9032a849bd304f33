//! What is wrong with a message, or with the way in which it is verified.

use super::bytes::{self, Other};
use super::delivery::Delivery;
use crate::form::Form;
use crate::signature::fault::{At, Candidate, Examined, Fault, span};
use crate::signature::keyed::{Hash, Written, base64_of_any_kind, cut};
use crate::signature::message::Message;
use crate::signature::reading::{KeySlip, Reading, readings};
use crate::signature::schema::{Piece, Rule};
use crate::signature::search::search;
use crate::url::Url;

/// The cause of all that has to do with secret and bytes.
const CAUSE: &str = "signature/webhook-secret";

/// How the message may have been signed.
#[derive(Clone)]
struct Recipe<'o> {
    message: Message,
    rule: Rule,
    /// Whether the signature is read in the other encoding.
    otherwise: bool,
    body: Option<&'o Other>,
    url: bool,
    pieces: bool,
    hash: bool,
}

/// A way in which message and rule part.
#[derive(Clone)]
enum Slip<'o> {
    /// Another body was signed.
    Body(&'o Other),
    /// Another address was signed.
    Address(String),
    /// Another hash.
    Hash(Hash),
    /// The signature is written otherwise.
    Written,
    /// Other pieces were signed.
    Pieces(Vec<Piece>, &'static str, &'static str),
}

impl<'o> Slip<'o> {
    fn apply(&self, recipe: &mut Recipe<'o>) -> bool {
        match self {
            Self::Body(other) => {
                if recipe.body.is_some()
                    || !recipe.rule.signs.iter().any(|p| [Piece::Body, Piece::Parameters].contains(p))
                {
                    return false;
                }
                recipe.body = Some(other);
                recipe.message.body.clone_from(&other.bytes);
            }
            Self::Address(url) => {
                if recipe.url || !recipe.rule.signs.contains(&Piece::Url) {
                    return false;
                }
                recipe.url = true;
                recipe.message.url.clone_from(url);
            }
            Self::Hash(hash) => {
                if recipe.hash {
                    return false;
                }
                (recipe.hash, recipe.rule.hash) = (true, *hash);
            }
            Self::Written => {
                if recipe.otherwise {
                    return false;
                }
                recipe.otherwise = true;
            }
            Self::Pieces(signs, joined, _) => {
                if recipe.pieces {
                    return false;
                }
                recipe.pieces = true;
                recipe.rule.signs.clone_from(signs);
                recipe.rule.joined = (*joined).to_owned();
            }
        }
        true
    }
}

/// Looks at a message. The first candidate is the one that the program verifies with. `at` is when it was verified, in
/// seconds since 1970, where that is known; `now` is the present.
pub fn examine(delivery: &Delivery<'_>, candidates: &[Candidate<'_>], at: Option<i64>, now: Option<i64>) -> Examined {
    let mut found = Examined::default();
    let sender = delivery.sender;
    let rule = by_settings(delivery);
    let mut lines = delivery.message.described(&rule, &sender.version);
    lines.insert(0, format!("{}, {}", rule.hash.name(), rule.written.name()));
    found.forms.push(Form::new(format!("what {} signs", sender.name), &lines.join("\n")));
    found.faults.extend(header(delivery));
    if let Some(fault) = at.and_then(|at| too_old(delivery, at)) {
        found.faults.push(fault);
    }
    if delivery.signatures.is_empty() {
        return found.sorted();
    }
    found.faults.extend(other_body(delivery));
    judge_keys(&mut found, delivery, &rule, candidates);
    if let (None, Some(now), Some(tolerance), Some(time)) = (at, now, sender.tolerance, delivery.time()) {
        let age = now.saturating_sub(time).unsigned_abs();
        if age > tolerance && !found.verdict.is_empty() {
            let when = if time > now { "ahead of now" } else { "old" };
            found.verdict.push_str(&format!(
                " Its timestamp is {} {when}; a check takes {} (--at says when it was checked).",
                span(age.cast_signed()),
                span(tolerance.cast_signed())
            ));
        }
    }
    found.sorted()
}

/// A body that is not the one whose hash the address names, as Twilio signs JSON.
fn other_body(delivery: &Delivery<'_>) -> Option<Fault> {
    if !delivery.sender.rule.signs.contains(&Piece::Parameters) {
        return None;
    }
    let query = delivery.message.query.as_deref()?;
    let (_, named) =
        query.split('&').filter_map(|piece| piece.split_once('=')).find(|(name, _)| *name == "bodySHA256")?;
    let hash = |bytes: &[u8]| Written::Hex.write(&Hash::Sha256.digest(bytes));
    if hash(&delivery.message.body).eq_ignore_ascii_case(named) {
        return None;
    }
    let others = bytes::others(&delivery.message.body);
    let meant = others.iter().find(|other| hash(&other.bytes).eq_ignore_ascii_case(named));
    let title = match meant {
        Some(other) => format!("other bytes were sent than are verified: {}", other.what),
        None => "the body is not the one whose hash stands in the address".to_owned(),
    };
    let why = "The address is signed, and `bodySHA256` in it is the hash of the body as it was sent.";
    let remedy = "Hand the raw body to the check, before anything parses it.";
    Some(Fault::proven(CAUSE, At::Judged, title).why(why).mend(remedy))
}

/// The rule of this very message: Twilio signs JSON by its address alone.
fn by_settings(delivery: &Delivery<'_>) -> Rule {
    let mut rule = delivery.sender.rule.clone();
    if rule.signs.contains(&Piece::Parameters) && delivery.message.url.contains("bodySHA256=") {
        rule.signs = vec![Piece::Url];
    }
    rule
}

/// What is wrong with the header.
fn header(delivery: &Delivery<'_>) -> Vec<Fault> {
    let sender = delivery.sender;
    let missing = |title: String, why: String, remedy: &str| {
        Fault::proven("header/missing", At::Carried, title).why(why).mend(remedy)
    };
    let mut faults = Vec::new();
    if delivery.header.is_empty() {
        let why = format!("{} puts its signature there.", sender.name);
        let title = format!("the message has no header {}", sender.header);
        faults.push(missing(
            title,
            why,
            "Let proxies hand it on, and read it by that name; header names have no letter case.",
        ));
        return faults;
    }
    if delivery.signatures.is_empty() {
        let own = if sender.before.is_empty() { "one".to_owned() } else { format!("one of {}", sender.before) };
        let title = match delivery.schemes.is_empty() {
            true => format!("{} holds no signature", sender.header),
            false => format!("{} holds signatures of {}, and not {own}", sender.header, delivery.schemes.join(", ")),
        };
        faults.push(missing(
            title,
            format!("{} signs by {own}.", sender.name),
            "Read the header that the sender's page names, and hand it over whole.",
        ));
    }
    let needs = |piece: Piece| sender.rule.signs.contains(&piece);
    let named = [
        (Piece::Timestamp, &sender.time_header, delivery.message.timestamp.is_empty()),
        (Piece::Id, &sender.id_header, delivery.message.id.is_empty()),
    ];
    for (piece, name, is_empty) in named {
        if let Some(name) = name.as_ref().filter(|_| needs(piece) && is_empty) {
            let title = format!("the message has no header {name}");
            faults.push(missing(
                title,
                "What stands there is signed along.".to_owned(),
                "Let proxies hand it on, and keep it with the body.",
            ));
        }
    }
    if delivery.timed && needs(Piece::Timestamp) && !delivery.message.timestamp.is_empty() && delivery.time().is_none()
    {
        let title = "the timestamp is no number";
        faults.push(missing(
            title.to_owned(),
            "It counts seconds since 1970.".to_owned(),
            "Hand the header over as it came.",
        ));
    }
    faults
}

/// A message that was verified too late, or by a clock that is off.
fn too_old(delivery: &Delivery<'_>, at: i64) -> Option<Fault> {
    let (tolerance, time) = (delivery.sender.tolerance?, delivery.time()?);
    let off = at.checked_sub(time)?;
    if off.unsigned_abs() <= tolerance {
        return None;
    }
    let (title, why) = if off > 0 {
        (
            format!("the timestamp was {} old when it was checked", span(off)),
            "A queue held it back, it was sent again by hand, or the clock of the machine that checks is ahead.",
        )
    } else {
        (
            format!("the timestamp lay {} ahead when it was checked", span(off)),
            "The clock of the machine that checks is behind.",
        )
    };
    let why = format!("{} takes {}. {why}", delivery.sender.name, span(tolerance.cast_signed()));
    Some(
        Fault::proven("clock/skew", At::Judged, title)
            .why(why)
            .mend("Check at once when it comes in, and keep the clock right by NTP."),
    )
}

/// Who signed what.
fn judge_keys(found: &mut Examined, delivery: &Delivery<'_>, rule: &Rule, candidates: &[Candidate<'_>]) {
    let sender = delivery.sender;
    let own = |text: &str| rule.written.read(text.trim());
    let other = |text: &str| match rule.written {
        Written::Hex => base64_of_any_kind(text.trim()),
        Written::Base64 => Written::Hex.read(text.trim()).or_else(|| base64_of_any_kind(text.trim())),
    };
    let given: Vec<_> = delivery.signatures.iter().map(|text| (own(text), other(text))).collect();
    let lengths = Hash::ALL.map(Hash::size);
    let whole = |bytes: &Option<Vec<u8>>| bytes.as_ref().is_some_and(|bytes| lengths.contains(&bytes.len()));
    if !given.iter().any(|(own, other)| whole(own) || whole(other)) {
        let text = &delivery.signatures[0];
        let title = format!("the signature {} is no whole {} in {}", cut(text), rule.hash.name(), rule.written.name());
        let why = format!("It has {} characters: it was cut off or changed on its way.", text.chars().count());
        found.faults.push(Fault::proven(CAUSE, At::Carried, title).why(why).mend("Hand the header over as it came."));
        return;
    }
    let keys: Vec<(&str, Reading)> = candidates
        .iter()
        .filter_map(|own| Some((own.name, own.value.expose_str()?)))
        .flat_map(|(name, text)| {
            readings(text, rule.secret, &sender.prefix).into_iter().map(move |reading| (name, reading))
        })
        .collect();
    let bodies = bytes::others(&delivery.message.body);
    let slips = slips(delivery, rule, &bodies);
    let plain = Recipe {
        message: delivery.message.clone(),
        rule: rule.clone(),
        otherwise: false,
        body: None,
        url: false,
        pieces: false,
        hash: false,
    };
    let cost = (delivery.message.body.len() + delivery.message.url.len()) * keys.len();
    let fits = |recipe: &Recipe<'_>| {
        let text = recipe.message.text(&recipe.rule, &sender.version);
        let signature =
            given.iter().filter_map(|(own, other)| if recipe.otherwise { other.as_ref() } else { own.as_ref() });
        let signature: Vec<_> = signature.filter(|bytes| bytes.len() == recipe.rule.hash.size()).collect();
        let fits = |key: &Reading| signature.iter().any(|given| recipe.rule.hash.fits(key.key.expose(), &text, given));
        keys.iter().find(|(_, key)| fits(key)).map(|(name, key)| (*name, key.slip))
    };
    match search(&plain, &slips, cost, |slip, recipe| slip.apply(recipe), fits) {
        Some((slips, (name, key_slip))) => {
            found.faults.extend(key_slip.map(|slip: KeySlip| slip.fault(name, CAUSE, &sender.prefix)));
            found.faults.extend(slips.iter().map(|slip| fault(slip, name, rule)));
            if key_slip.is_none() && slips.is_empty() {
                found.verdict = format!("The signature is what {name} makes of these bytes.");
            }
            if let Some(first) = candidates.first().filter(|first| first.name != name) {
                let title = format!("the message was signed with {name}, and not with {}", first.name);
                let why = "Each endpoint and each mode has a signing secret of its own; the command line's own listener has another.";
                let fault = Fault::proven(CAUSE, At::Judged, title).why(why);
                found.faults.push(fault.mend(format!(
                    "Verify with {name} at this endpoint, or have the other endpoint's secret in {}.",
                    first.name
                )));
            }
        }
        None if candidates.is_empty() => {}
        None => {
            let why = "Neither these bytes, nor those of the same body written anew in any usual way, give that signature: the secret is another endpoint's or mode's, or the body is not the one that was sent.";
            let fault = Fault::not_made(CAUSE, At::Judged, &delivery.signatures[0], candidates, " or ").why(why);
            let link = if sender.docs.is_empty() { String::new() } else { format!(" ({})", sender.docs) };
            found.faults.push(
                fault.mend(format!("Copy the signing secret of exactly this endpoint{link}, and verify the raw body.")),
            );
        }
    }
}

/// In which ways the message may have been signed otherwise.
fn slips<'o>(delivery: &Delivery<'_>, rule: &Rule, bodies: &'o [Other]) -> Vec<Slip<'o>> {
    let mut slips: Vec<Slip<'o>> = bodies.iter().map(Slip::Body).collect();
    slips.extend(addresses(&delivery.message.url).into_iter().map(Slip::Address));
    slips.push(Slip::Written);
    slips.extend(Hash::ALL.into_iter().filter(|hash| *hash != rule.hash).map(Slip::Hash));
    let texts: [(&[Piece], &str, &str); 7] = [
        (&[Piece::Body], "", "the body alone was signed"),
        (&[Piece::Timestamp, Piece::Body], ".", "`timestamp.body` was signed"),
        (&[Piece::Timestamp, Piece::Body], "", "timestamp and body were signed without anything between"),
        (&[Piece::Id, Piece::Timestamp, Piece::Body], ".", "`id.timestamp.body` was signed"),
        (&[Piece::Version, Piece::Timestamp, Piece::Body], ":", "`version:timestamp:body` was signed"),
        (&[Piece::Url, Piece::Body], "", "address and body were signed"),
        (&[Piece::Url], "", "the address alone was signed"),
    ];
    let others = texts.into_iter().filter(|(signs, joined, _)| *signs != rule.signs || *joined != rule.joined);
    slips.extend(others.map(|(signs, joined, what)| Slip::Pieces(signs.to_vec(), joined, what)));
    slips
}

/// Addresses under which the sender may have called: what proxies change.
fn addresses(url: &str) -> Vec<String> {
    let parts = Url::of(url);
    let Some((scheme, rest)) = url.split_once("://") else { return Vec::new() };
    let mut found = Vec::new();
    let mut add = |url: String| {
        if !found.contains(&url) {
            found.push(url);
        }
    };
    let bare = match parts.port {
        Some(port) => rest.replacen(&format!(":{port}"), "", 1),
        None => rest.to_owned(),
    };
    let other = if scheme.eq_ignore_ascii_case("http") { "https" } else { "http" };
    for scheme in [scheme, other] {
        add(format!("{scheme}://{rest}"));
        add(format!("{scheme}://{bare}"));
        let port = if scheme == "https" { ":443" } else { ":80" };
        add(format!("{scheme}://{}{port}{}", parts.host, &bare[parts.host.len().min(bare.len())..]));
        let (start, query) = bare.split_once('?').map_or((bare.as_str(), None), |(start, query)| (start, Some(query)));
        let slash = if start.ends_with('/') { start.trim_end_matches('/').to_owned() } else { format!("{start}/") };
        add(format!("{scheme}://{slash}{}", query.map(|query| format!("?{query}")).unwrap_or_default()));
        if query.is_some() {
            add(format!("{scheme}://{start}"));
        }
    }
    found.retain(|found| found != url);
    found
}

/// A slip in words.
fn fault(slip: &Slip<'_>, name: &str, rule: &Rule) -> Fault {
    let fits = format!("With that one difference the signature is what {name} makes of this message.");
    let (at, title, remedy) = match slip {
        Slip::Body(other) if other.bytes.is_empty() => (
            At::Judged,
            "the signature is over an empty body".to_owned(),
            "Whatever signed had no body: a stream that was read before, or a test that signs another message.".to_owned(),
        ),
        Slip::Body(other) => (
            At::Judged,
            format!("other bytes were signed than are verified: {}", other.what),
            "Hand the raw body to the check, before anything parses it: `express.raw({ type: \"application/json\" })`, `await req.text()`, `request.get_data()`; decode API Gateway's base64.".to_owned(),
        ),
        Slip::Address(url) => (
            At::Carried,
            format!("another address was signed than is verified: {}", url.split('?').next().unwrap_or_default()),
            "Verify with the address that the sender calls: behind a proxy that is X-Forwarded-Proto and X-Forwarded-Host, with port and query as the sender has them.".to_owned(),
        ),
        Slip::Hash(hash) => (
            At::Judged,
            format!("the signature was made with {}, and the sender's is {}", hash.name(), rule.hash.name()),
            "Take the hash that the sender's page names.".to_owned(),
        ),
        Slip::Written => (
            At::Judged,
            format!("the signature is not written in {}, as this sender's are", rule.written.name()),
            "Compare bytes, and write them as the sender does.".to_owned(),
        ),
        Slip::Pieces(_, _, what) => (
            At::Judged,
            format!("another text was signed than by this sender's rule: {what}"),
            "Sign and verify the same text, as the sender's page has it.".to_owned(),
        ),
    };
    Fault::proven(CAUSE, at, title).why(fits).mend(remedy)
}
