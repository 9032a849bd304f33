//! Why no key fits a token's signature: what was handed over is tried in the ways in which people mix them up.

use super::Signed;
use super::algorithm::Algorithm;
use super::verify::{Failure, from_der, verify};
use crate::read::key::{Curve, Key};
use crate::secret::Secret;

/// Why it does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What is wrong, a sentence without a full stop.
    pub title: String,
    /// What shows it.
    pub why: String,
    /// What to do.
    pub mend: String,
    /// Whether it was found out what fits, and not only that nothing does.
    pub is_explained: bool,
}

impl Unfit {
    /// The same where nothing was found that fits.
    pub(super) fn open(self) -> Self {
        Self { is_explained: false, ..self }
    }

    pub(super) fn new(title: impl Into<String>, why: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { title: title.into(), why: why.into(), mend: mend.into(), is_explained: true }
    }
}

/// Names in a set that are listed.
const LISTED: usize = 4;

/// `alg` names nothing that signs.
pub(super) fn unknown(signed: &Signed<'_>) -> Unfit {
    let name: String = signed.algorithm.chars().take(30).collect();
    let right = Algorithm::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
    match right {
        Some((known, _)) => Unfit::new(
            format!("`alg` is `{name}`, and its name is `{known}`"),
            "Letter case counts in `alg` (RFC 7515, section 4.1.1).",
            format!("Make the token with `alg` `{known}`."),
        ),
        None => Unfit::new(
            format!("`alg` `{name}` is no algorithm that signs tokens"),
            "RFC 7518, section 3.1, and its registry name those that do.",
            "Ask the issuer for a token with an algorithm that the API takes.",
        ),
    }
}

/// Why none of these keys fits; `is_chosen`: `kid` leaves some of them out.
pub fn explain(signed: &Signed<'_>, algorithm: Algorithm, keys: &[Key], text: &Secret, is_chosen: bool) -> Unfit {
    let id = signed.id.map(|id| id.chars().take(80).collect::<String>());
    let meant: Vec<&Key> = keys.iter().filter(|key| key.id.is_none() || key.id.as_deref() == signed.id).collect();
    // Another key of the set, which `kid` does not name.
    if let (true, Some(id)) = (is_chosen, &id)
        && let Some(key) = keys.iter().find(|key| verify(algorithm, key, signed).is_ok())
    {
        let title = match meant.is_empty() {
            true => format!("`kid` `{id}` is not in the key set, and {key} fits the signature"),
            false => format!("`kid` names `{id}`, and {key} fits the signature"),
        };
        let why = "The signature was tried with each key of the set.";
        return Unfit::new(title, why, "Make the token with the `kid` of the key that signs it.");
    }
    if let Some(found) = keys.iter().find_map(|key| odd_key(signed, algorithm, key)) {
        return found;
    }
    if algorithm.is_shared() {
        return shared_from_public(signed, algorithm, keys, text);
    }
    if let (true, Some(id)) = (is_chosen && meant.is_empty(), &id) {
        let names: Vec<String> =
            keys.iter().filter_map(|key| key.id.as_deref()).take(LISTED).map(|id| format!("`{id}`")).collect();
        let more = keys.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return Unfit::new(
            format!("`kid` `{id}` is not in the key set"),
            format!("The set has {}{more}, and none of them fits the signature either.", names.join(", ")),
            "Fetch the key set again, or a new token: keys are rotated; or the token is of another issuer.",
        );
    }
    if let Some(key) = keys.iter().find(|key| key.is_for_encryption && verify(algorithm, key, signed).is_ok()) {
        return Unfit::new(
            format!("the signature fits {key}, which is set aside for encryption"),
            "`use` or `key_ops` of the key says so (RFC 7517, section 4.2), and verifiers pass over it.",
            "Publish the key with `use` `sig`.",
        );
    }
    if let Some(key) = keys.iter().find(|key| verify(algorithm, key, signed).is_ok()) {
        let own = key.algorithm.clone().unwrap_or_default();
        return Unfit::new(
            format!("the key that fits is published for `{own}`, and the token says `{}`", algorithm.name()),
            "`alg` of a key says what it may be used for (RFC 7517, section 4.4), and verifiers hold to it.",
            format!("Publish the key with `alg` `{}`, or without one.", algorithm.name()),
        );
    }
    let taken: Vec<&&Key> = meant.iter().filter(|key| algorithm.takes(key)).collect();
    if taken.is_empty() {
        let has = keys.first().map_or_else(|| "no key at all".to_owned(), Key::to_string);
        return Unfit::new(
            format!("`{}` wants {}, and what was given is {has}", algorithm.name(), algorithm.wants()),
            "A key of another kind cannot have made the signature.",
            "Give the public key of who issues these tokens.",
        )
        .open();
    }
    let whose = match taken.as_slice() {
        [one] => format!("{one}"),
        many => format!("any of {} keys", many.len()),
    };
    Unfit {
        is_explained: false,
        ..Unfit::new(
            format!("the signature does not fit {whose}"),
            format!("It was computed with `{}` over header and claims as they were sent.", algorithm.name()),
            "Take a token and a key of one issuer and one environment; where both are right, the token was changed on the way.",
        )
    }
}

/// What one key shows by itself.
fn odd_key(signed: &Signed<'_>, algorithm: Algorithm, key: &Key) -> Option<Unfit> {
    match (verify(algorithm, key, signed), algorithm) {
        (Err(Failure::Short { fits }), _) => {
            let bits = key.bits().unwrap_or_default();
            let fits = if fits { "The signature fits it all the same." } else { "" };
            Some(Unfit::new(
                format!("the RSA key has {bits} bits, and {} wants 2048 at least", algorithm.name()),
                format!("RFC 7518, section 3.3, asks for it, and most libraries hold to it. {fits}").trim_end(),
                "Make a key of 2048 bits or more, and let the issuer sign with it.",
            ))
        }
        (Err(Failure::BrokenKey), _) => Some(Unfit::new(
            format!("{key} is broken: it is no point of its curve"),
            "No signature can fit it.",
            "Copy the key whole, from where it was made.",
        )),
        (Err(Failure::NotComputed), _) => Some(Unfit {
            is_explained: false,
            ..Unfit::new(
                format!("nothing here computes signatures with {key}"),
                "Ed448, and RSA above 8192 bits, are left out.",
                "Verify it with the library that the API uses.",
            )
        }),
        (Err(Failure::Length { .. }), Algorithm::Es(curve)) => der(signed, algorithm, curve, key),
        (Err(Failure::Length { wanted }), _) if algorithm.takes(key) => {
            let has = signed.signature.len();
            let how = if has < wanted { "it was cut" } else { "it is of a longer key or of another algorithm" };
            Some(Unfit::new(
                format!("the signature has {has} bytes, and {} with this key makes {wanted}", algorithm.name()),
                format!("The signature is of the wrong length: {how}."),
                "Copy the token whole, or verify with the key that signed it.",
            ))
        }
        (Err(Failure::Differs), _) => other_algorithm(signed, algorithm, key),
        _ => None,
    }
}

/// ECDSA in the form of X.509 and of most libraries' defaults.
fn der(signed: &Signed<'_>, algorithm: Algorithm, curve: Curve, key: &Key) -> Option<Unfit> {
    let (has, wanted) = (signed.signature.len(), 2 * curve.size());
    let side_by_side = from_der(curve, &signed.signature);
    let Some(signature) = side_by_side else {
        return Some(Unfit::new(
            format!("the signature has {has} bytes, and {} makes {wanted}", algorithm.name()),
            "It is neither r and s side by side (RFC 7518, section 3.4) nor DER.",
            "Copy the token whole; a cookie's or a column's length may have cut it.",
        ));
    };
    let fits = verify(algorithm, key, &Signed { signature, ..signed.clone() }).is_ok();
    Some(Unfit {
        is_explained: fits,
        ..Unfit::new(
            "the signature is in DER, where r and s stand side by side in a token",
            format!(
                "It has {has} bytes and begins as DER does; {} has {wanted} (RFC 7518, section 3.4). {}",
                algorithm.name(),
                if fits { "Turned round it fits the key." } else { "Turned round it does not fit this key either." }
            ),
            "Sign with a library for JWS, or turn the signature round: `ieee-p1363` in Node, `P1363` elsewhere.",
        )
    })
}

/// The same key with the other algorithms that take it.
fn other_algorithm(signed: &Signed<'_>, algorithm: Algorithm, key: &Key) -> Option<Unfit> {
    let others = Algorithm::ALL.iter().map(|(_, other)| *other).filter(|other| *other != algorithm && other.takes(key));
    let other = others.into_iter().find(|other| verify(*other, key, signed).is_ok())?;
    Some(Unfit::new(
        format!("the token says `{}`, and was signed with `{}`", algorithm.name(), other.name()),
        format!("With `{}` the signature fits {key}.", other.name()),
        "Let the header say what the signer does: one setting decides both.",
    ))
}

/// `HS…` where keys of a pair were given: the public key may have been taken for a secret.
fn shared_from_public(signed: &Signed<'_>, algorithm: Algorithm, keys: &[Key], text: &Secret) -> Unfit {
    let written = text.expose_str().unwrap_or_default();
    let forms = [written.to_owned(), written.trim_end().to_owned(), format!("{}\n", written.trim_end())];
    let taken =
        forms.iter().find(|form| verify(algorithm, &Key::of_secret(Secret::from(form.as_str())), signed).is_ok());
    if taken.is_some() {
        return Unfit::new(
            format!("the token is signed with `{}`, and the public key as its secret", algorithm.name()),
            "Everybody has the public key: who takes such a token takes anybody's (RFC 8725, section 2.1).",
            "Sign with the private key and its own algorithm, such as `RS256`, and allow no other where tokens are verified.",
        );
    }
    let has = keys.first().map_or_else(|| "no key".to_owned(), Key::to_string);
    Unfit::new(
        format!("`{}` is computed with a shared secret, and what was given is {has}", algorithm.name()),
        "A key of a pair verifies nothing that a shared secret signed.",
        "Give the secret (`--secret-env NAME`), or find out who signs with `HS…` where a key pair is expected.",
    )
    .open()
}
