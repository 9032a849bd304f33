//! What is wrong with a shared access signature, or with the request that carries it.

use super::answer;
use super::key::{self, plainly_wrong, readings};
use super::need::need;
use super::recipe::service;
use super::sas::{Kind, Recipe, Sas, Slip, layout};
use super::target::{Service, Target};
use super::{form, refuses};
use crate::clock::{http_date, iso_date};
use crate::exchange::{Answer, Request};
use crate::signature::fault::{At, Candidate, Examined, Fault, Sure, span};
use crate::signature::keyed::{Hash, Written, base64_of_any_kind};
use crate::signature::search::search;
use crate::url::decoded;

/// Looks at a request with this signature.
pub(super) fn examine(
    request: &Request,
    sas: &Sas,
    answer: Option<&Answer>,
    candidates: &[Candidate<'_>],
    now: Option<i64>,
) -> Examined {
    let mut found = Examined::default();
    let target = Target::of(&request.url);
    let service = service(request, &target);
    let server = answer.and_then(|answer| http_date(answer.header("date")?));
    found.faults.extend(encoding(sas));
    found.faults.extend(times(sas, server.or(now), server.is_some()));
    found.faults.extend(version(sas));
    let code = answer.and_then(|answer| answer::code(&answer.body)).unwrap_or_default();
    found.faults.extend(reach(request, sas, &target, service, code));
    let recipe = Recipe::of(sas, request, &target, service);
    let ours = recipe.text();
    let theirs = answer.and_then(|answer| answer::string_to_sign(&answer.body));
    let title = match sas.kind() {
        Kind::Account => "string to sign (shared access signature of an account)",
        Kind::Service => "string to sign (shared access signature of a service)",
        Kind::User => "string to sign (shared access signature by a user delegation key)",
    };
    let both = theirs.as_deref().map(|theirs| ("ours (-) and the server's (+)", theirs));
    found.forms.push(form(title, &ours, both));
    let same =
        theirs.as_deref().is_some_and(|theirs| theirs.trim_end_matches('\n') == ours.joined().trim_end_matches('\n'));
    if theirs.is_some() && !same && found.faults.iter().all(|fault| fault.sure != Sure::Proven) {
        let title = "the server signed another text than these fields give";
        let fault = Fault::proven("signature/canonical", At::Carried, title).sure(Sure::Likely);
        let why = "A field of the signature, or the path that it is used for, was changed after it was made.";
        found.faults.push(
            fault
                .why(why)
                .mend("Use the signature as it was made, every field of it, and for the resource that it names."),
        );
    }
    judge_keys(&mut found, sas, &recipe, candidates, refuses(answer), same);
    found
}

/// What its way into the address did to `sig`.
fn encoding(sas: &Sas) -> Option<Fault> {
    let sent = sas.sig_as_sent.as_str();
    let once = String::from_utf8_lossy(&decoded(sent)).into_owned();
    let broken =
        |cause, title: &str, why: &str, remedy: &str| Some(Fault::proven(cause, At::Sent, title).why(why).mend(remedy));
    if sent.is_empty() {
        return broken(
            "key/malformed",
            "`sig` is empty",
            "The signature was cut off, often by a shell at the first &.",
            "Quote the whole address.",
        );
    }
    if once.contains('%') {
        let why =
            "After one decoding a percent sign is left, and base64 has none: the token was encoded a second time.";
        return broken(
            "key/encoded",
            "`sig` is percent-encoded twice",
            why,
            "Append the token to the address as it is, without encoding it again.",
        );
    }
    if once.contains(' ') || sent.contains('+') {
        let why =
            "In a query a plus stands for a blank, and the signature has none: `+` of base64 must be written `%2B`.";
        let title = if once.contains(' ') {
            "`sig` has a blank where a plus belongs"
        } else {
            "`sig` has a bare plus, which servers read as a blank"
        };
        let fault = broken("key/encoded", title, why, "Take the token as it was made, percent-encoded.");
        return if once.contains(' ') { fault } else { fault.map(|fault| fault.sure(Sure::Likely)) };
    }
    match Written::Base64.read(&once) {
        Some(bytes) if bytes.len() == Hash::Sha256.size() => None,
        _ => {
            let title = format!(
                "`sig` is no whole signature: it has {} characters, and a signature has 44",
                once.chars().count()
            );
            broken(
                "key/malformed",
                &title,
                "It is the base64 of 32 bytes; a part of it was cut off.",
                "Copy the whole token anew, and quote it.",
            )
        }
    }
}

/// Whether now lies between its times.
fn times(sas: &Sas, now: Option<i64>, by_server: bool) -> Option<Fault> {
    let read = |name: &str| (!sas.field(name).is_empty()).then(|| iso_date(sas.field(name)));
    for name in ["st", "se", "skt", "ske"] {
        if read(name) == Some(None) {
            let title = format!("`{name}` is no time as the service reads it");
            let fault = Fault::proven("key/malformed", At::Written, title)
                .why("It is to be in UTC, as in 2030-01-02T03:04:05Z.");
            return Some(fault.mend("Make a new token with that form of time."));
        }
    }
    let sure = if by_server { Sure::Proven } else { Sure::Likely };
    let now = now?;
    for (name, what) in [("se", "the signature"), ("ske", "the user's key behind the signature")] {
        if let Some(Some(end)) = read(name).filter(|end| end.is_some_and(|end| end <= now)) {
            let title = format!("{what} ended {} ago (`{name}`)", span(now - end));
            let fault = Fault::proven("token/expired", At::Written, title).sure(Sure::Proven.max(sure));
            return Some(
                fault
                    .why(format!("`{name}` is {}, in UTC.", sas.field(name)))
                    .mend("Make a new token; give long work one that lasts."),
            );
        }
    }
    for (name, what) in [("st", "the signature"), ("skt", "the user's key behind the signature")] {
        if let Some(Some(start)) = read(name).filter(|start| start.is_some_and(|start| start > now)) {
            let title = format!("{what} begins to be valid in {} (`{name}`)", span(start - now));
            let fault = Fault::proven("token/not-yet-valid", At::Written, title).sure(sure);
            let why = format!("`{name}` is {}, in UTC; clocks differ by some minutes.", sas.field(name));
            return Some(fault.why(why).mend("Leave `st` out, or set it 15 minutes back."));
        }
    }
    match (read("st"), read("se")) {
        (Some(Some(start)), Some(Some(end))) if start >= end => {
            let fault =
                Fault::proven("key/malformed", At::Written, "`st` is not before `se`: the signature is never valid");
            Some(fault.mend("Make a new token."))
        }
        _ => None,
    }
}

/// Whether its version is one.
fn version(sas: &Sas) -> Option<Fault> {
    let version = sas.field("sv");
    if !version.is_empty() && layout(version).is_some() && iso_date(version).is_some() {
        return None;
    }
    let title = if version.is_empty() {
        "`sv`, the version, is missing".to_owned()
    } else {
        "`sv` is no version of the service".to_owned()
    };
    let fault = Fault::proven("key/malformed", At::Written, title).sure(Sure::Likely);
    Some(
        fault
            .why("The version decides which text was signed; it belongs to the token.")
            .mend("Take the whole token, all its fields."),
    )
}

/// What the signature allows, beside what the request asks.
fn reach(request: &Request, sas: &Sas, target: &Target, service: Service, code: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let narrow = |cause, title: String, why: String, remedy: &str| {
        Fault::proven(cause, At::Written, title).why(why).mend(remedy)
    };
    if sas.field("spr") == "https" && !target.secure {
        let why = "`spr=https` turns down whatever comes in the clear.".to_owned();
        faults.push(narrow(
            "request/wrong-endpoint",
            "the signature is for HTTPS alone, and the request goes over HTTP".to_owned(),
            why,
            "Ask over https://.",
        ));
    }
    let need = need(request, service, &target.inner);
    let known = target.service.is_some() || !code.is_empty();
    let sure = if known { Sure::Proven } else { Sure::Likely };
    if let Some(need) = &need {
        let allowed = sas.field("sp");
        let by_policy = !sas.field("si").is_empty() && allowed.is_empty();
        if !by_policy && !need.letters.chars().any(|letter| allowed.contains(letter)) {
            let letters: Vec<String> = need.letters.chars().map(|letter| format!("`{letter}`")).collect();
            let title = format!("the signature does not allow to {}", need.what);
            let why = format!(
                "`sp` is {}, and that needs {}.",
                if allowed.is_empty() { "empty" } else { allowed },
                letters.join(" or ")
            );
            faults.push(narrow("access/scope", title, why, "Make a new token with that permission.").sure(sure));
        }
        if sas.kind() == Kind::Account && !sas.field("srt").contains(need.level) {
            let title = format!(
                "the signature is not for this type of resource: to {} needs `{}` in `srt`",
                need.what, need.level
            );
            let why = format!(
                "`srt` is {}: s stands for the service, c for containers, o for objects in them.",
                sas.field("srt")
            );
            faults.push(narrow("access/restricted-key", title, why, "Make a new token for that type.").sure(sure));
        }
        if sas.kind() != Kind::Account && need.level == 'c' && ["b", "bs", "bv", "f"].contains(&sas.field("sr")) {
            let title = format!("the signature is for one object, and to {} is asked of its container", need.what);
            let why = format!("`sr` is {}.", sas.field("sr"));
            faults.push(
                narrow("access/restricted-key", title, why, "Make a token for the container (`sr=c`).").sure(sure),
            );
        }
        if sas.kind() != Kind::Account && need.level == 's' {
            let title = format!("the signature is for one resource, and to {} is asked of the account", need.what);
            faults.push(
                narrow(
                    "access/restricted-key",
                    title,
                    "No service signature reaches that far.".to_owned(),
                    "Make a token of the account.",
                )
                .sure(sure),
            );
        }
    }
    let told = target.service.is_some() || code == "AuthorizationServiceMismatch";
    if sas.kind() == Kind::Account && told && !sas.field("ss").contains(service.letter()) {
        let title = format!("the signature is not for the {} service", service.word());
        let why = format!("`ss` is {}, and that needs `{}`.", sas.field("ss"), service.letter());
        faults.push(narrow("access/restricted-key", title, why, "Make a new token for that service."));
    }
    faults
}

/// Who signed what.
fn judge_keys(
    found: &mut Examined,
    sas: &Sas,
    recipe: &Recipe<'_>,
    candidates: &[Candidate<'_>],
    refused: bool,
    same: bool,
) {
    let once = String::from_utf8_lossy(&decoded(&sas.sig_as_sent)).replace(' ', "+");
    // An encoding too many does not hide who signed.
    let bare = String::from_utf8_lossy(&decoded(&once)).into_owned();
    let Some(given) = base64_of_any_kind(&bare).filter(|given| given.len() == Hash::Sha256.size()) else { return };
    let keys: Vec<_> =
        candidates.iter().flat_map(|own| readings(own).into_iter().map(|reading| (own.name, reading))).collect();
    let cost = recipe.text().joined().len() * keys.len();
    let fits = |recipe: &Recipe<'_>| {
        let text = recipe.text().joined();
        keys.iter()
            .find(|(_, own)| Hash::Sha256.fits(own.key.expose(), text.as_bytes(), &given))
            .map(|(n, own)| (*n, own.slip))
    };
    match search(recipe, &recipe.slips(), cost, |slip, recipe| recipe.apply(slip), fits) {
        Some((slips, (name, key_slip))) => {
            found.faults.extend(key_slip.map(|slip| key::fault(slip, name)));
            found.faults.extend(slips.iter().map(|slip| slip_fault(slip, name, recipe)));
            if key_slip.is_none() && slips.is_empty() {
                found.verdict = format!("The signature is what {name} makes of these fields.");
                if refused && found.faults.is_empty() {
                    let title = format!("{name} signed this rightly, and the account has another key");
                    let fault = Fault::proven("signature/secret", At::Written, title).sure(if same {
                        Sure::Proven
                    } else {
                        Sure::Likely
                    });
                    let why = "A new account key ends every signature that the old one made; so does the key of another account.";
                    found
                        .faults
                        .push(fault.why(why).mend("Copy a key of this account anew, and make a new token with it."));
                }
            } else if !slips.is_empty() {
                let mut signed = recipe.clone();
                for slip in &slips {
                    signed.apply(slip);
                }
                let title = found.forms.first().map_or_else(String::new, |form| form.title.clone());
                found.forms.clear();
                found.forms.push(form(
                    &title,
                    &signed.text(),
                    Some(("as it was signed (-) and by rule (+)", &recipe.text().joined())),
                ));
            }
        }
        None if candidates.is_empty() => {
            if same {
                let title = "both sides have the same fields, so that the key differs";
                let fault = Fault::proven("signature/secret", At::Written, title).sure(Sure::Likely);
                let why = "The text that these fields give is the one that the server signed.";
                found.faults.push(fault.why(why).mend("Make a new token with a key that this account has today."));
            }
        }
        None => {
            found.faults.extend(candidates.iter().filter_map(plainly_wrong));
            let fault = Fault::not_made("signature/secret", At::Written, &bare, candidates, " or ");
            let why = if sas.kind() == Kind::User {
                "A signature of this kind is made with the user delegation key, which is not the account key."
            } else {
                "Neither the text by rule nor one with a usual slip gives that signature with any of these keys: it was made by another, or a field was changed afterwards."
            };
            found.faults.push(
                fault.why(why).mend("Make a new token with the key of this account, and change none of its fields."),
            );
        }
    }
}

/// A slip in words.
fn slip_fault(slip: &Slip, name: &str, recipe: &Recipe<'_>) -> Fault {
    let (what, remedy) = match slip {
        Slip::Version(version) => (
            format!("the text of version {version} was signed, and `sv` names {}", recipe.version),
            "Sign the lines of the version that `sv` names.".to_owned(),
        ),
        Slip::Resource(word) => (
            format!("the signature was made for `sr={word}`, and the token says `sr={}`", recipe.resource),
            "Make a token for the resource that is asked.".to_owned(),
        ),
        Slip::NoService if recipe.names_service => (
            "the resource was signed without the service before the account".to_owned(),
            format!("Since version 2015-02-21 it is `/{}/account/…`.", recipe.service.word()),
        ),
        Slip::NoService => (
            "the resource was signed with the service before the account".to_owned(),
            "Before version 2015-02-21 it is `/account/…`.".to_owned(),
        ),
        Slip::Encoded => {
            ("the path was signed with its percent-encoding".to_owned(), "Sign the decoded path.".to_owned())
        }
        Slip::Without(field) => (
            format!("`{field}` was added or changed after the token was signed"),
            "Make a new token; each of its fields is signed.".to_owned(),
        ),
        Slip::NoBreak => (
            "no line break was signed at the end".to_owned(),
            "The text of an account's signature ends with a line break.".to_owned(),
        ),
        Slip::Service(service) => (
            format!("the signature was made for the {} service", service.word()),
            format!("Make a token for the {} service.", recipe.service.word()),
        ),
    };
    let why = format!("With that one difference the signature is what {name} makes of these fields.");
    Fault::proven("signature/canonical", At::Sent, what).why(why).mend(remedy)
}
