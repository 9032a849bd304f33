//! Signatures of tokens: the vectors of Project Wycheproof, in which those of RFC 7520 are, that of RFC 8037, and what is said
//! where a signature does not fit.
#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{self as rs, EcdsaKeyPair, KeyPair};
use ring::{hmac, rand};
use serde_json::{Map, Value};
use why401_core::read::key::{self, Ring};
use why401_core::read::token::base64url::decode;
use why401_core::secret::Secret;
use why401_core::signature::jws::{Handed, Signed, Unfit, examine};

const VECTORS: &str = include_str!("wycheproof.txt");

/// Valid by the suite, and turned down here: their keys are published for another algorithm than the token's, which RFC 7517,
/// section 4.4, does not allow. `ES521` is a slip of the suite's.
const PUBLISHED_FOR_OTHERS: [&str; 2] = ["Figure20", "Figure27"];

/// Not what they say: two are letter by letter the valid token, and two have a `?` inside, which is none of base64url.
const SLIPS: [&str; 4] = [
    "invalidBase64Padding",
    "invalidBase64PaddingInPayload",
    "InvalidCharacterInsertedInHeader",
    "InvalidCharacterInsertedInPayload",
];

/// Header and parts as the strictest reader takes them; `None` where it takes none.
fn strict(text: &str) -> Option<Map<String, Value>> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return None };
    decode(payload).and(decode(signature)).ok()?;
    match serde_json::from_slice(&decode(header).ok()?).ok()? {
        Value::Object(header) => Some(header),
        _ => None,
    }
}

fn examined(text: &str, handed: &Handed) -> Result<String, Unfit> {
    let header = strict(text).unwrap();
    examine(&Signed::of(text, &header).unwrap(), handed)
}

fn keys(text: &str, is_set: bool) -> Handed {
    let Ring { keys, .. } = key::keys(text.as_bytes()).unwrap();
    Handed::Keys { keys, text: Secret::from(text), is_set }
}

#[test]
fn wycheproof() {
    let mut handed: Option<Handed> = None;
    let (mut run, mut wrong) = (0, Vec::new());
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        if let Some(text) = line.strip_prefix("key ") {
            handed = key::keys(text.as_bytes()).ok().map(|ring| Handed::Keys {
                keys: ring.keys,
                text: Secret::from(text),
                is_set: false,
            });
            continue;
        }
        let [wanted, comment, token] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let verdict = strict(token).zip(handed.as_ref()).and_then(|(header, handed)| {
            let signed = Signed::of(token, &header)?;
            // Critical parts that nobody here knows are turned down by another judge.
            (!signed.is_unsigned() && !header.contains_key("crit")).then(|| examine(&signed, handed).is_ok())
        });
        run += 1;
        if PUBLISHED_FOR_OTHERS.contains(&comment) || SLIPS.contains(&comment) {
            continue;
        }
        if verdict.unwrap_or(false) != (wanted == "valid") {
            wrong.push(format!("{wanted} {comment} {token}"));
        }
    }
    assert_eq!(run, 401);
    assert!(wrong.is_empty(), "{} of {run}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rfc_8037() {
    let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(examined(token, &keys(key, false)).unwrap(), "an Ed25519 key");
    assert!(examined(&token.replace("hgyY", "hgyZ"), &keys(key, false)).unwrap_err().title.contains("does not fit"));
}

fn input(header: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(r#"{"sub":"x"}"#))
}

fn hs(algorithm: &str, secret: &[u8], by: hmac::Algorithm) -> String {
    let input = input(&format!(r#"{{"alg":"{algorithm}"}}"#));
    let tag = hmac::sign(&hmac::Key::new(by, secret), input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))
}

fn hs256(secret: &[u8]) -> String {
    hs("HS256", secret, hmac::HMAC_SHA256)
}

#[test]
fn secrets_that_do_not_fit() {
    let fake = b"plainly fake secret";
    let base64 = STANDARD.encode(fake);
    let said = |token: &str, secret: &str| match examined(token, &Handed::Secret(Secret::from(secret))) {
        Ok(by) => by,
        Err(unfit) => format!("{}: {}", unfit.is_explained, unfit.title),
    };
    for (token, secret, words) in [
        (hs256(fake), "plainly fake secret", "a shared secret of 19 bytes"),
        (hs256(fake), "plainly fake secret\n", "line break at its end that the signer's has not"),
        (hs256(fake), "plainly fake secret ", "blank at its end"),
        (hs256(fake), "\"plainly fake secret\"", "quotes round it"),
        (hs256(fake), &base64, "the secret is base64, and the signer decodes it"),
        (hs256(fake), &URL_SAFE_NO_PAD.encode(fake), "base64"),
        (hs256(fake), "706c61696e6c792066616b6520736563726574", "the secret is hex"),
        (hs256(base64.as_bytes()), "plainly fake secret", "the signer's secret is this one in base64"),
        (hs256(b"plainly fake secret\n"), "plainly fake secret", "the signer's secret has a line break"),
        (hs("HS256", fake, hmac::HMAC_SHA512), "plainly fake secret", "says `HS256`, and was signed with `HS512`"),
        (hs256(fake), "another", "false: the signature does not fit the secret"),
        (hs("hs256", fake, hmac::HMAC_SHA256), "plainly fake secret", "its name is `HS256`"),
        (hs("XS256", fake, hmac::HMAC_SHA256), "plainly fake secret", "no algorithm that signs tokens"),
        (hs("RS256", fake, hmac::HMAC_SHA256), "plainly fake secret", "`RS256` wants an RSA key"),
    ] {
        assert!(said(&token, secret).contains(words), "{words:?}: {}", said(&token, secret));
    }
}

/// A pair of P-256, its public key as a JWK with this `kid`, and a signer.
struct Pair(EcdsaKeyPair);

impl Pair {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&rs::ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&rs::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap())
    }

    fn jwk(&self, rest: &str) -> String {
        let point = self.0.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"{rest}}}"#)
    }

    fn sign(&self, header: &str) -> String {
        let input = input(header);
        let signature = self.0.sign(&rand::SystemRandom::new(), input.as_bytes()).unwrap();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// r and s in DER.
fn der(signature: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let bare: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        let bare = if bare.first().is_some_and(|byte| *byte > 127) { [vec![0], bare].concat() } else { bare };
        [vec![2, u8::try_from(bare.len()).unwrap()], bare].concat()
    };
    let inside = [integer(&signature[..32]), integer(&signature[32..])].concat();
    [vec![0x30, u8::try_from(inside.len()).unwrap()], inside].concat()
}

#[test]
fn keys_that_do_not_fit() {
    let (own, other) = (Pair::new(), Pair::new());
    let token = own.sign(r#"{"alg":"ES256","kid":"a"}"#);
    let set = |keys: &[String]| format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    let (input, signature) = token.rsplit_once('.').unwrap();
    let in_der = format!("{input}.{}", URL_SAFE_NO_PAD.encode(der(&decode(signature).unwrap())));
    let text = other.jwk("");
    let confused = hs256(text.as_bytes());
    for (token, keys, words) in [
        (&token, keys(&own.jwk(""), false), "an EC key on P-256"),
        (&token, keys(&set(&[own.jwk(r#","kid":"a""#)]), true), "an EC key on P-256 (`kid` `a`)"),
        (
            &token,
            keys(&set(&[own.jwk(r#","kid":"b""#)]), true),
            "`kid` `a` is not in the key set, and an EC key on P-256 (`kid` `b`) fits",
        ),
        (
            &token,
            keys(&set(&[own.jwk(r#","kid":"b""#), other.jwk(r#","kid":"a""#)]), true),
            "`kid` names `a`, and an EC key on P-256 (`kid` `b`) fits",
        ),
        (&token, keys(&set(&[other.jwk(r#","kid":"b""#)]), true), "`kid` `a` is not in the key set"),
        (&token, keys(&set(&[other.jwk(r#","kid":"a""#)]), true), "does not fit an EC key on P-256"),
        (&token, keys(&set(&[own.jwk(r#","kid":"a","use":"enc""#)]), true), "set aside for encryption"),
        (&token, keys(&set(&[own.jwk(r#","kid":"a","alg":"ES384""#)]), true), "published for `ES384`"),
        (&in_der, keys(&own.jwk(""), false), "in DER, where r and s stand side by side"),
        (
            &token,
            keys(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#, false),
            "`ES256` wants an EC key on P-256",
        ),
        (&confused, keys(&text, false), "the public key as its secret"),
        (&hs256(b"else"), keys(&text, false), "computed with a shared secret"),
        (&token, Handed::Secret(Secret::from("fake")), "a shared secret was given"),
    ] {
        let said = examined(token, &keys).unwrap_or_else(|unfit| unfit.title);
        assert!(said.contains(words), "{words:?}: {said}");
    }
}

proptest! {
    /// Whatever is read as a key, nothing panics.
    #[test]
    fn any_key(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[A-Za-z0-9+/=\\-\\n{}\":,. ]{0,200}") {
        let _ = key::keys(&bytes);
        let _ = key::keys(text.as_bytes());
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", STANDARD.encode(&bytes));
        let _ = key::keys(pem.as_bytes());
    }

    /// Whatever is examined, nothing panics, and no signature that nobody made fits.
    #[test]
    fn any_signature(algorithm in 0_usize..16, bytes in proptest::collection::vec(any::<u8>(), 0..150), secret in ".{0,40}") {
        let names = ["HS256","HS384","HS512","RS256","RS384","RS512","PS256","PS384","PS512","ES256","ES384","ES512","ES256K","EdDSA","none",""];
        let token = format!("{}.{}", input(&format!(r#"{{"alg":"{}"}}"#, names[algorithm])), URL_SAFE_NO_PAD.encode(&bytes));
        prop_assert!(examined(&token, &Handed::Secret(Secret::from(secret.as_str()))).is_err());
        let own = r#"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#;
        prop_assert!(examined(&token, &keys(own, false)).is_err());
    }

    /// Whatever is read as a token, nothing panics, and what is broken says where, within the text.
    #[test]
    fn any_token(text in "(eyJ[A-Za-z0-9_.~=+/ -]{0,120}|\\PC{0,80}|[A-Za-z_]{0,12}[=: ]eyJ[A-Za-z0-9_.%-]{0,60})") {
        use why401_core::read::token::{Kind, kind, wrapped::bare};
        let bare = bare(&text);
        if let Kind::Broken(flaw) = kind(&bare.text) {
            prop_assert!(flaw.at >= 1 && flaw.at <= bare.text.chars().count() + 2, "{} of {:?}", flaw.at, bare.text);
            prop_assert!(!flaw.what.is_empty());
        }
    }
}
