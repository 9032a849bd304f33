//! Why a shared secret does not fit: it is tried in the forms in which files, dashboards and loaders change it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Signed;
use super::algorithm::{Algorithm, Hash};
use super::unfit::{Unfit, unknown};
use super::verify::verify;
use crate::read::key::{self, Key};
use crate::read::token::base64url;
use crate::secret::Secret;
use crate::signature::keyed::Written;

/// What the secret is tried as: what it should be called, the bytes, and what to do if they fit.
type Form = (&'static str, Vec<u8>, &'static str);

/// Why it does not fit.
pub(super) fn explain(signed: &Signed<'_>, algorithm: Option<Algorithm>, secret: &Secret) -> Unfit {
    let Some(algorithm) = algorithm else { return unknown(signed) };
    let text = secret.expose_str().unwrap_or_default();
    if !algorithm.is_shared() {
        return pair(signed, algorithm, secret, text);
    }
    let fits = |bytes: &[u8], algorithm| verify(algorithm, &Key::of_secret(Secret::new(bytes)), signed).is_ok();
    if let Some((title, _, mend)) = forms(text).into_iter().find(|(_, bytes, _)| fits(bytes, algorithm)) {
        let why = format!("So read, the signature fits with `{}`.", algorithm.name());
        return Unfit::new(title, why, mend);
    }
    let others = Algorithm::ALL.iter().filter(|(_, other)| other.is_shared() && *other != algorithm);
    if let Some((name, _)) = others.into_iter().find(|(_, other)| fits(secret.expose(), *other)) {
        return Unfit::new(
            format!("the token says `{}`, and was signed with `{name}`", algorithm.name()),
            format!("With `{name}` the signature fits the secret."),
            "Let the header say what the signer does: one setting decides both.",
        );
    }
    let shown = secret.shape();
    Unfit {
        is_explained: false,
        ..Unfit::new(
            "the signature does not fit the secret",
            format!(
                "It was tried as it is ({shown}), without blanks and quotes, and decoded from base64, base64url and hex."
            ),
            "Compare digests on both sides (`printf %s \"$SECRET\" | sha256sum`): issuer and verifier need the same bytes.",
        )
    }
}

/// What some libraries say of a secret that is shorter than the hash (RFC 7518, section 3.2).
pub(super) fn short(algorithm: Algorithm, secret: &Secret) -> String {
    let wanted = match algorithm {
        Algorithm::Hs(Hash::Sha256) => 32,
        Algorithm::Hs(Hash::Sha384) => 48,
        Algorithm::Hs(Hash::Sha512) => 64,
        _ => 0,
    };
    if secret.len() >= wanted {
        return String::new();
    }
    format!(", and `{}` wants {wanted}: strict libraries, such as jjwt and .NET's, refuse it", algorithm.name())
}

/// The secret is text of a key pair, or the token wants one.
fn pair(signed: &Signed<'_>, algorithm: Algorithm, secret: &Secret, text: &str) -> Unfit {
    if let Ok(ring) = key::keys(secret.expose())
        && let Some(fitting) = ring.keys.iter().find(|key| verify(algorithm, key, signed).is_ok())
    {
        let title = match ring.notes.first() {
            Some(_) if text.contains("\\n") => "the key's line breaks are written out as `\\n`".to_owned(),
            Some(_) => "the key has lost its line breaks or its first and last line".to_owned(),
            None => format!("the variable holds {fitting}, and the signature fits it"),
        };
        return Unfit::new(
            title,
            "So read, the signature fits.",
            "Turn `\\n` into line breaks where the key is read, or keep it in a file.",
        );
    }
    Unfit::new(
        format!("`{}` wants {}, and a shared secret was given", algorithm.name(), algorithm.wants()),
        "A shared secret verifies `HS256`, `HS384` and `HS512`, and nothing else.",
        "Give the issuer's public key (`--key`, `--jwks`), or let the issuer sign with `HS256`.",
    )
    .open()
}

/// What the secret may really be.
fn forms(text: &str) -> Vec<Form> {
    let bare = text.trim().trim_matches(['"', '\'']);
    let mut forms: Vec<Form> = Vec::new();
    let mut add = |title, bytes: Option<Vec<u8>>, mend| {
        if let Some(bytes) = bytes.filter(|bytes| bytes != text.as_bytes()) {
            forms.push((title, bytes, mend));
        }
    };
    let ends = "Store the secret without it: `printf %s` writes none, `echo` and editors do.";
    add("the secret has a line break at its end that the signer's has not", cut(text, &['\n', '\r']), ends);
    add("the secret has a blank at its end that the signer's has not", Some(text.trim().into()), ends);
    add(
        "the secret has quotes round it that the signer's has not",
        (bare != text.trim()).then(|| bare.into()),
        "Take the quotes off: this loader keeps them.",
    );
    add(
        "the signer's secret has a line break at its end that this one has not",
        Some([text.trim_end(), "\n"].concat().into()),
        "Take the line break off where tokens are signed: `printf %s` writes none.",
    );
    add(
        "the signer's secret has its line breaks written out as `\\n`, or this one has",
        Some(if text.contains('\n') { text.replace('\n', "\\n") } else { text.replace("\\n", "\n") }.into()),
        "Agree on one form on both sides.",
    );
    let decode = "Decode the secret on this side too, or take it as text on both.";
    add("the secret is base64, and the signer decodes it", STANDARD.decode(padded(bare)).ok(), decode);
    add("the secret is base64url, and the signer decodes it", base64url::lenient(bare), decode);
    add("the secret is hex, and the signer decodes it", Written::Hex.read(bare), decode);
    let plain = "Take the secret as text on this side too, or decode it on both.";
    add("the signer's secret is this one in base64", Some(STANDARD.encode(text).into()), plain);
    add(
        "the signer's secret is this one in base64url",
        Some(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text).into()),
        plain,
    );
    add("the signer's secret is this one in hex", Some(Written::Hex.write(text.as_bytes()).into()), plain);
    forms
}

/// The text without these at its end, where it has one.
fn cut(text: &str, ends: &[char]) -> Option<Vec<u8>> {
    text.ends_with(ends).then(|| text.trim_end_matches(ends).into())
}

fn padded(text: &str) -> String {
    let bare = text.trim_end_matches('=');
    format!("{bare}{}", "=".repeat((4 - bare.len() % 4) % 4))
}
