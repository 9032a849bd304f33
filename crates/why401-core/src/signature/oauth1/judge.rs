//! What is wrong with a request that OAuth 1.0a signs.

use super::base::{Base, Credential, Slip};
use crate::clock::http_date;
use crate::exchange::{Answer, Exchange, Outcome, Request};
use crate::form::Form;
use crate::signature::fault::{At, Candidate, Examined, Fault, Sure, span};
use crate::signature::keyed::{Hash, Written, base64_of_any_kind, cut};
use crate::signature::reading::KeySlip;
use crate::signature::search::search;
use crate::url::encoded;

/// Servers let the clock be off by so many seconds; the standard leaves it to them.
const TOLERANCE: i64 = 300;
/// More secrets than this are not tried in pairs.
const MOST: usize = 12;

/// A key: consumer's secret and token's, joined by `&`.
#[derive(Clone, Debug)]
struct Key {
    bytes: Vec<u8>,
    names: String,
    slip: Option<Join>,
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    /// No `&` stands behind the consumer's secret.
    NoAmpersand,
    /// The token's secret is left out, although a token is sent.
    NoToken,
    /// The two are in the wrong order.
    Swapped,
    /// Blanks or quotes cling to one of them.
    Dirty(KeySlip),
    /// The secrets are not percent-encoded.
    Plain,
}

/// Looks at a request that carries such a signature; `None` where it carries none. `now` is the time of its judgement.
pub fn examine(
    request: &Request,
    outcome: &Outcome,
    candidates: &[Candidate<'_>],
    now: Option<i64>,
) -> Option<Examined> {
    let credential = Credential::of(request)?;
    let answer = outcome.answer();
    let mut found = Examined::default();
    found.faults.extend(header(&credential));
    found.faults.extend(time(&credential, answer, now));
    let base = Base::of(request, &credential);
    found.forms.push(Form::new("signature base string, a line for each part", &base.described()));
    judge_keys(&mut found, &credential, &base, candidates, answer);
    Some(found.sorted())
}

/// What is wrong with the header.
fn header(credential: &Credential) -> Vec<Fault> {
    let mut faults = Vec::new();
    let broken = |title: String, why: &str| {
        Fault::proven("header/malformed-scheme", At::Sent, title)
            .why(why)
            .mend("Let a library of OAuth 1.0a write the header.")
    };
    let plaintext = credential.value("oauth_signature_method") == "PLAINTEXT";
    for name in ["oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_signature"] {
        let needed = !plaintext || !["oauth_timestamp", "oauth_nonce"].contains(&name);
        if needed && credential.value(name).is_empty() {
            faults.push(broken(format!("{name} is missing"), "RFC 5849 wants it in each request that is signed."));
        }
    }
    let raw = credential.pairs.iter().find(|(name, _)| name == "oauth_signature").map_or("", |(_, value)| value);
    if credential.in_header && raw.contains(['+', '/', '=']) && !plaintext {
        let title = "oauth_signature is not percent-encoded".to_owned();
        let fault = broken(title, "Values of the header are encoded: `+`, `/` and `=` of base64 as %2B, %2F and %3D.");
        faults.push(fault.sure(if raw.contains('+') { Sure::Likely } else { Sure::Possible }));
    }
    faults
}

/// A timestamp too far from the server's time.
fn time(credential: &Credential, answer: Option<&Answer>, now: Option<i64>) -> Option<Fault> {
    let text = credential.value("oauth_timestamp");
    if text.is_empty() {
        return None;
    }
    let broken = |title: &str| {
        let fault =
            Fault::proven("signature/canonical", At::Sent, title).why("It counts seconds since 1970, in digits alone.");
        Some(fault.mend("Send the seconds since 1970."))
    };
    let Ok(sent) = text.parse::<i64>() else { return broken("oauth_timestamp is no whole number") };
    if sent > 100_000_000_000 {
        return broken("oauth_timestamp is in milliseconds");
    }
    let server = answer.and_then(|answer| http_date(answer.header("date")?));
    let off = sent.checked_sub(server.or(now)?)?;
    if off.abs() <= TOLERANCE {
        return None;
    }
    let way = if off < 0 { "behind" } else { "ahead of" };
    let whose = if server.is_some() { "the server's time" } else { "the time of this check" };
    let title = format!("oauth_timestamp is {} {way} {whose}", span(off));
    let sure = if server.is_some() { Sure::Likely } else { Sure::Possible };
    let fault = Fault::proven("clock/skew", At::Sent, title).sure(sure);
    Some(
        fault
            .why("Most servers take five minutes.")
            .mend("Set this machine's clock by NTP, and sign each request when it is sent."),
    )
}

/// A nonce that was sent twice with the same timestamp, which servers refuse as a replay.
pub fn reused(exchanges: &[&Exchange]) -> Option<Fault> {
    let mut seen: Vec<(String, String, String)> = Vec::new();
    for exchange in exchanges {
        let Some(credential) = Credential::of(&exchange.request) else { continue };
        let (nonce, time) = (credential.value("oauth_nonce"), credential.value("oauth_timestamp"));
        let signature = credential.value("oauth_signature");
        if !nonce.is_empty() && seen.iter().any(|(own, when, _)| *own == nonce && *when == time) {
            let title = "the same oauth_nonce was sent twice";
            let why = "A nonce is used once for each timestamp; the second request is a replay to the server.";
            let fault = Fault::proven("signature/canonical", At::Sent, title).sure(Sure::Likely).why(why);
            return Some(fault.mend("Make a new nonce, and sign anew, for each request and each try."));
        }
        seen.push((nonce, time, signature));
    }
    None
}

/// Whether the name says that it holds a token's secret.
fn is_of_token(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    upper.contains("TOKEN") && !upper.contains("CONSUMER")
}

/// The keys that two secrets may make.
fn keys(candidates: &[Candidate<'_>], with_token: bool) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let mut add = |bytes: Vec<u8>, names: String, slip: Option<Join>| {
        if !keys.iter().any(|own| own.bytes == bytes) {
            keys.push(Key { bytes, names, slip });
        }
    };
    let texts: Vec<(&str, &str)> =
        candidates.iter().take(MOST).filter_map(|own| Some((own.name, own.value.expose_str()?))).collect();
    let joined = |consumer: &str, token: &str| {
        format!("{}&{}", encoded(consumer.as_bytes()), encoded(token.as_bytes())).into_bytes()
    };
    let clean = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let consumers = texts.iter().filter(|(name, _)| !is_of_token(name));
    for (consumer_name, consumer) in consumers.chain(texts.iter().filter(|(name, _)| is_of_token(name))) {
        if !with_token {
            add(joined(consumer, ""), (*consumer_name).to_owned(), None);
        }
        for (token_name, token) in texts.iter().filter(|(name, _)| name != consumer_name) {
            let names = format!("{consumer_name} and {token_name}");
            let swapped = is_of_token(consumer_name) && !is_of_token(token_name);
            add(joined(consumer, token), names.clone(), swapped.then_some(Join::Swapped));
            add(format!("{consumer}&{token}").into_bytes(), names.clone(), Some(Join::Plain));
            let trimmed = clean(consumer) == consumer.trim() && clean(token) == token.trim();
            let dirty = if trimmed { KeySlip::Blanks } else { KeySlip::Quotes };
            add(joined(&clean(consumer), &clean(token)), names, Some(Join::Dirty(dirty)));
        }
        let name = (*consumer_name).to_owned();
        add(joined(consumer, ""), name.clone(), with_token.then_some(Join::NoToken));
        add(joined(&clean(consumer), ""), name.clone(), Some(Join::Dirty(KeySlip::Blanks)));
        add(encoded(consumer.as_bytes()).into_bytes(), name, Some(Join::NoAmpersand));
    }
    keys
}

/// Who signed what.
fn judge_keys(
    found: &mut Examined,
    credential: &Credential,
    base: &Base,
    candidates: &[Candidate<'_>],
    answer: Option<&Answer>,
) {
    let method = credential.value("oauth_signature_method");
    let given = credential.value("oauth_signature");
    let with_token = !credential.value("oauth_token").is_empty();
    let keys = keys(candidates, with_token);
    if method == "PLAINTEXT" {
        plaintext(found, &given, &keys, candidates);
        return;
    }
    let own = match method.as_str() {
        "HMAC-SHA256" => Hash::Sha256,
        "HMAC-SHA512" => Hash::Sha512,
        "HMAC-SHA1" | "" => Hash::Sha1,
        _ => return,
    };
    if given.is_empty() {
        return;
    }
    let bytes = base64_of_any_kind(&given.replace(' ', "+"))
        .filter(|bytes| Hash::ALL.iter().any(|hash| hash.size() == bytes.len()));
    let Some(bytes) = bytes.or_else(|| Written::Hex.read(&given)) else {
        let title = format!("oauth_signature {} is no whole signature", cut(&given));
        let fault = Fault::proven("header/malformed-scheme", At::Sent, title)
            .why("It is base64 of the hash, percent-encoded once.");
        found.faults.push(fault.mend("Let a library of OAuth 1.0a write the header."));
        return;
    };
    // The length tells the hash, whatever the method says.
    let hash = Hash::ALL.into_iter().find(|hash| hash.size() == bytes.len()).unwrap_or(own);
    let fits = |base: &Base| {
        let text = base.text();
        keys.iter().find(|key| hash.fits(&key.bytes, text.as_bytes(), &bytes)).cloned()
    };
    let slips = base.slips();
    let cost = base.text().len() * keys.len();
    match search(base, &slips, cost, |slip, base| base.apply(slip), fits) {
        Some((slips, key)) => {
            if hash != own {
                let title = format!("{} signed, and oauth_signature_method says {method}", hash.name());
                let fault = Fault::proven("signature/canonical", At::Sent, title)
                    .why("The server takes the hash that the method names.");
                found.faults.push(fault.mend("Name the method with which you sign."));
            }
            found.faults.extend(key.slip.map(|slip| join_fault(slip, &key.names)));
            found.faults.extend(slips.iter().map(|slip| slip_fault(slip, &key.names)));
            if !slips.is_empty() {
                let mut signed = base.clone();
                for slip in &slips {
                    signed.apply(slip);
                }
                let title = "signature base string: as it was signed (-) and by rule (+)";
                found.forms = vec![Form::compared(title, &signed.described(), &base.described())];
            }
            if key.slip.is_none() && slips.is_empty() && hash == own {
                found.verdict = format!("The signature is what {} make of this request.", key.names);
                let refused =
                    answer.and_then(|answer| answer.status).is_some_and(|status| (400..500).contains(&status));
                if refused && found.faults.is_empty() {
                    let title = "the request is signed rightly, and key and token are not what the server has";
                    let fault = Fault::proven("signature/secret", At::Written, title).sure(Sure::Possible);
                    let why = "What remains is the pair itself: revoked, of another app, or a token that was made for another consumer key.";
                    found.faults.push(fault.why(why).mend("Make key and token anew, all four values of one app."));
                }
            }
        }
        None if candidates.is_empty() => {}
        None => {
            let fault = Fault::not_made("signature/secret", At::Written, &given, candidates, " and ");
            let why =
                "Neither the base string by rule nor one with a usual slip gives that signature with these secrets.";
            found.faults.push(
                fault
                    .why(why)
                    .mend("Take all four values of one app: consumer key and secret, token and token secret."),
            );
        }
    }
}

/// PLAINTEXT: the key itself is sent.
fn plaintext(found: &mut Examined, given: &str, keys: &[Key], candidates: &[Candidate<'_>]) {
    match keys.iter().find(|key| key.bytes == given.as_bytes()) {
        Some(key) => match key.slip {
            Some(slip) => found.faults.push(join_fault(slip, &key.names)),
            None => found.verdict = format!("The signature is {}, as PLAINTEXT has it.", key.names),
        },
        None if !given.contains('&') => {
            let title = "PLAINTEXT has no `&` behind the consumer's secret";
            let fault = Fault::proven("signature/canonical", At::Sent, title)
                .why("The two secrets are joined by it, also where there is no token's.");
            found.faults.push(fault.mend("Send `secret&` and the token's secret behind it."));
        }
        None if !candidates.is_empty() => {
            let title = "the PLAINTEXT signature is not made of these secrets";
            found.faults.push(
                Fault::proven("signature/secret", At::Written, title)
                    .sure(Sure::Likely)
                    .mend("Take both secrets of one app."),
            );
        }
        None => {}
    }
}

/// A key's slip in words.
fn join_fault(slip: Join, names: &str) -> Fault {
    let proven = |title: String, why: &str, remedy: &str| {
        Fault::proven("signature/secret", At::Sent, title).why(why).mend(remedy)
    };
    match slip {
        Join::NoAmpersand => proven(
            format!("{names} alone was the key, without the `&` behind it"),
            "The key is both secrets joined by `&`, which stands there also where there is no token's secret.",
            "Sign with `secret&` where there is no token.",
        ),
        Join::NoToken => proven(
            format!("the token's secret is missing from the key: {names} alone signed"),
            "A token is sent, and its secret belongs behind the `&`.",
            "Sign with consumer secret, `&`, token secret.",
        ),
        Join::Swapped => proven(
            format!("the secrets are in the wrong order in the key: {names}"),
            "The consumer's secret stands first.",
            "Sign with consumer secret, `&`, token secret.",
        ),
        Join::Plain => proven(
            format!("{names} are in the key without their percent-encoding"),
            "Both secrets are encoded before they are joined.",
            "Encode each secret by RFC 3986 first.",
        ),
        Join::Dirty(slip) => slip.fault(names, "signature/secret", ""),
    }
}

/// A slip in words.
fn slip_fault(slip: &Slip, names: &str) -> Fault {
    let (what, remedy) = match slip {
        Slip::Unsorted(_) => (
            "the parameters were signed in the order in which they are sent",
            "Sort them by name, then by value, as they are encoded.",
        ),
        Slip::Once => (
            "names and values were not encoded before they were joined",
            "Encode each name and value, join them, and encode the whole again.",
        ),
        Slip::Inner => (
            "the joined parameters were not encoded again",
            "Encode each name and value, join them, and encode the whole again.",
        ),
        Slip::NoQuery => {
            ("the query was left out of what was signed", "Its parameters are signed with those of the header.")
        }
        Slip::NoBody => (
            "the form in the body was left out of what was signed",
            "The parameters of a form are signed with those of the header.",
        ),
        Slip::Without(name) => {
            let title = format!("{name} was left out of what was signed, or added afterwards");
            return slip_proven(title, names, "Sign every parameter of the header, the query and a form.");
        }
        Slip::Scheme => (
            "the address was signed with the other scheme, http for https or the reverse",
            "Sign the address under which the server is called; behind a proxy the server must know it, too.",
        ),
        Slip::Port => (
            "the address was signed with another port",
            "The port stands there only where it is not 80 of http or 443 of https.",
        ),
        Slip::Realm => ("realm was signed as a parameter", "Leave realm out."),
        Slip::Plus => ("blanks were encoded as `+`", "Encode them as %20."),
        Slip::Lower => ("the percent-encoding is in lower case", "Write %2F, not %2f."),
        Slip::Method => ("the method was signed in lower case", "Sign it in capitals."),
        Slip::WholeUrl => (
            "the address was signed with its query",
            "Sign the address without it; its parameters stand among the others.",
        ),
        Slip::Slash => ("the path was signed with, or without, a slash at its end", "Sign the path as it is sent."),
    };
    slip_proven(what.to_owned(), names, remedy)
}

fn slip_proven(title: String, names: &str, remedy: &str) -> Fault {
    let why = format!("With that one difference the signature is what {names} make of this request.");
    Fault::proven("signature/canonical", At::Sent, title).why(why).mend(remedy)
}
