//! JWK and JWK sets (RFC 7517), with the key types of RFC 7518, RFC 8037 and RFC 8812.

use serde_json::{Map, Value};

use super::{Curve, Key, Material, Ring, trimmed};
use crate::read::token::base64url;
use crate::secret::Secret;

/// A set with more keys than this is none that a service publishes.
const MOST: usize = 200;

/// The keys of a JSON text: a JWK, a set, or a list of JWKs.
pub(super) fn ring(text: &str) -> Result<Ring, String> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("it is no JSON from line {}, column {} on", error.line(), error.column()))?;
    let entries = match value {
        Value::Array(entries) => entries,
        Value::Object(mut object) => match object.remove("keys") {
            Some(Value::Array(entries)) => entries,
            Some(_) => return Err("its `keys` is no list (RFC 7517, section 5.1)".to_owned()),
            None if object.contains_key("kty") => vec![Value::Object(object)],
            None if object.contains_key("jwks_uri") => {
                return Err("it is the issuer's metadata; the keys are at its `jwks_uri`".to_owned());
            }
            None => match certificates(&object) {
                Some(ring) => return Ok(ring),
                None => return Err("it has neither `keys` nor `kty`: it is no JWK and no key set".to_owned()),
            },
        },
        _ => return Err("it is JSON, and neither a JWK nor a key set".to_owned()),
    };
    let mut ring = Ring::default();
    for (index, entry) in entries.iter().take(MOST).enumerate() {
        match entry.as_object().ok_or_else(|| "it is no object".to_owned()).and_then(key) {
            Ok(key) => ring.keys.push(key),
            Err(why) => ring.notes.push(format!("key {} of the set was left out: {why}", index + 1)),
        }
    }
    if entries.is_empty() {
        ring.notes.push("the set is empty".to_owned());
    }
    Ok(ring)
}

/// Certificates by their `kid`, as Google publishes them for Firebase.
fn certificates(object: &Map<String, Value>) -> Option<Ring> {
    let mut ring = Ring::default();
    for (id, value) in object {
        let found = super::pem::ring(value.as_str().filter(|text| super::pem::is_one(text))?).ok()?;
        ring.keys.extend(found.keys.into_iter().map(|key| Key { id: Some(id.clone()), ..key }));
    }
    (!ring.keys.is_empty()).then_some(ring)
}

/// One JWK.
fn key(jwk: &Map<String, Value>) -> Result<Key, String> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let bytes = |name: &str| {
        let text = text(name).ok_or_else(|| format!("`{name}` is missing"))?;
        base64url::decode(text)
            .or_else(|flaw| base64url::lenient(text).filter(|_| flaw.is_forgiven).ok_or(flaw))
            .map_err(|flaw| format!("`{name}`: {} (character {})", flaw.what, flaw.at))
    };
    let kind = text("kty").ok_or("`kty` is missing")?;
    let material = match kind {
        "oct" => Material::Octets(Secret::new(bytes("k")?)),
        "RSA" => Material::Rsa { n: trimmed(&bytes("n")?), e: trimmed(&bytes("e")?) },
        "EC" => {
            let name = text("crv").ok_or("`crv` is missing")?;
            let curve = Curve::of(name).ok_or_else(|| format!("the curve `{}` is not known", short(name)))?;
            let (x, y) = (bytes("x")?, bytes("y")?);
            let size = curve.size();
            if x.len() > size || y.len() > size {
                return Err(format!("its coordinates are longer than those of {}", curve.name()));
            }
            // Some leave the zeros before a number out, which RFC 7518, section 6.2.1.2, forbids.
            let padded = |number: &[u8]| [&vec![0; size - number.len()], number].concat();
            Material::Ec { curve, point: [vec![4], padded(&x), padded(&y)].concat() }
        }
        "OKP" => {
            let name = text("crv").ok_or("`crv` is missing")?;
            let known = ["Ed25519", "Ed448", "X25519", "X448"].into_iter().find(|known| *known == name);
            Material::Okp {
                curve: known.ok_or_else(|| format!("the curve `{}` is not known", short(name)))?,
                x: bytes("x")?,
            }
        }
        other => return Err(format!("`kty` `{}` is not known", short(other))),
    };
    let operations = jwk.get("key_ops").and_then(Value::as_array);
    let cannot = operations.is_some_and(|all| !all.iter().any(|one| one == "verify" || one == "sign"));
    Ok(Key {
        id: text("kid").map(str::to_owned),
        algorithm: text("alg").map(str::to_owned),
        is_for_encryption: text("use").is_some_and(|own| own != "sig") || cannot,
        is_private: kind != "oct" && jwk.contains_key("d"),
        ..Key::new(material, "JWK")
    })
}

fn short(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_and_single_keys() {
        let set = r#"{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"},{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"},{"kty":"AKP"},{"kty":"EC","crv":"P-256","x":"AA","y":"A A"}]}"#;
        let ring = ring(set).unwrap();
        assert_eq!(ring.keys.len(), 2);
        assert_eq!(ring.keys[0].id.as_deref(), Some("a"));
        assert!(ring.keys[1].is_for_encryption);
        assert_eq!(ring.notes[0], "key 3 of the set was left out: `kty` `AKP` is not known");
        assert!(ring.notes[1].contains("`y`: a blank"), "{:?}", ring.notes);
        assert_eq!(ring.keys[0].to_string(), "a shared secret of 6 bytes (`kid` `a`)");
    }

    #[test]
    fn what_is_no_key() {
        for (text, why) in [
            ("{", "no JSON from line 1"),
            ("{\"keys\":1}", "`keys` is no list"),
            ("{\"jwks_uri\":\"x\"}", "`jwks_uri`"),
            ("{\"a\":1}", "neither `keys` nor `kty`"),
        ] {
            let found = ring(text).unwrap_err();
            assert!(found.contains(why), "{found}");
        }
    }
}
