//! Keys in DER: SPKI (RFC 5280), PKCS#1 (RFC 8017), PKCS#8 (RFC 5958), SEC 1 (RFC 5915), and the key of a certificate.

use super::der::{Reader, bits, tag};
use super::{Curve, Key, Material, trimmed};

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const OKP: [(&[u8], &str); 4] = [
    (&[0x2b, 0x65, 0x70], "Ed25519"),
    (&[0x2b, 0x65, 0x71], "Ed448"),
    (&[0x2b, 0x65, 0x6e], "X25519"),
    (&[0x2b, 0x65, 0x6f], "X448"),
];
const CURVES: [(&[u8], Curve); 4] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], Curve::P256),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], Curve::P384),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], Curve::P521),
    (&[0x2b, 0x81, 0x04, 0x00, 0x0a], Curve::K256),
];

/// The key in DER of whatever form.
pub(super) fn any(bytes: &[u8]) -> Result<Key, String> {
    let readers = [public_key, certificate, pkcs8, pkcs1_public, pkcs1_private, sec1];
    let found = readers.iter().find_map(|read| read(bytes));
    found.ok_or_else(|| "it is no key and no certificate in DER, or one of a kind that signs no tokens".to_owned())
}

/// SPKI: an algorithm and a key.
pub fn public_key(bytes: &[u8]) -> Option<Key> {
    spki(&mut Reader(bytes)).map(|material| Key::new(material, "SPKI"))
}

fn spki(reader: &mut Reader<'_>) -> Option<Material> {
    let mut info = reader.sequence()?;
    let mut algorithm = info.sequence()?;
    let object = algorithm.take(tag::OBJECT)?;
    let key = bits(info.take(tag::BITS)?)?;
    if object == RSA || object == RSA_PSS {
        return rsa(&mut Reader(key).sequence()?);
    }
    if object == EC {
        return ec(algorithm.take(tag::OBJECT)?, key);
    }
    okp(object, key)
}

fn rsa(numbers: &mut Reader<'_>) -> Option<Material> {
    let (n, e) = (numbers.take(tag::INTEGER)?, numbers.take(tag::INTEGER)?);
    Some(Material::Rsa { n: trimmed(n), e: trimmed(e) })
}

fn ec(curve: &[u8], point: &[u8]) -> Option<Material> {
    let (_, curve) = CURVES.into_iter().find(|(object, _)| *object == curve)?;
    (point.len() == 1 + 2 * curve.size() && point.first() == Some(&4))
        .then(|| Material::Ec { curve, point: point.to_vec() })
}

fn okp(object: &[u8], key: &[u8]) -> Option<Material> {
    let (_, curve) = OKP.into_iter().find(|(own, _)| *own == object)?;
    Some(Material::Okp { curve, x: key.to_vec() })
}

/// The key of an X.509 certificate.
fn certificate(bytes: &[u8]) -> Option<Key> {
    let mut body = Reader(bytes).sequence()?.sequence()?;
    // Version, serial number, algorithm, issuer, validity, subject; then the key.
    body.take(tag::ZERO);
    body.take(tag::INTEGER)?;
    for _ in 0..4 {
        body.take(tag::SEQUENCE)?;
    }
    spki(&mut body).map(|material| Key::new(material, "X.509 certificate"))
}

fn private(material: Material, form: &'static str) -> Key {
    Key { is_private: true, ..Key::new(material, form) }
}

/// PKCS#1, public.
pub(super) fn pkcs1_public(bytes: &[u8]) -> Option<Key> {
    let mut numbers = Reader(bytes).sequence()?;
    let material = rsa(&mut numbers)?;
    numbers.0.is_empty().then(|| Key::new(material, "PKCS#1"))
}

/// PKCS#1, private: its first numbers after the version are the public key.
pub(super) fn pkcs1_private(bytes: &[u8]) -> Option<Key> {
    let mut numbers = Reader(bytes).sequence()?;
    let version = numbers.take(tag::INTEGER)?;
    (version.len() == 1).then(|| rsa(&mut numbers)).flatten().map(|material| private(material, "PKCS#1"))
}

/// PKCS#8.
pub(super) fn pkcs8(bytes: &[u8]) -> Option<Key> {
    let mut info = Reader(bytes).sequence()?;
    info.take(tag::INTEGER)?;
    let mut algorithm = info.sequence()?;
    let object = algorithm.take(tag::OBJECT)?;
    let inner = info.take(tag::OCTETS)?;
    if object == RSA || object == RSA_PSS {
        return Some(Key { form: "PKCS#8", ..pkcs1_private(inner)? });
    }
    if object == EC {
        return sec1_on(inner, algorithm.take(tag::OBJECT)).map(|key| Key { form: "PKCS#8", ..key });
    }
    let (_, curve) = OKP.into_iter().find(|(own, _)| *own == object)?;
    let seed = Reader(inner).take(tag::OCTETS)?;
    // The public half is seldom there (RFC 8410, section 7), and follows from the private one.
    let x = ring::signature::Ed25519KeyPair::from_seed_unchecked(seed).ok().filter(|_| curve == "Ed25519")?;
    let x = ring::signature::KeyPair::public_key(&x).as_ref().to_vec();
    Some(private(Material::Okp { curve, x }, "PKCS#8"))
}

/// SEC 1.
pub(super) fn sec1(bytes: &[u8]) -> Option<Key> {
    sec1_on(bytes, None)
}

fn sec1_on(bytes: &[u8], curve: Option<&[u8]>) -> Option<Key> {
    let mut inner = Reader(bytes).sequence()?;
    inner.take(tag::INTEGER)?;
    let scalar = inner.take(tag::OCTETS)?;
    let own = inner.take(tag::ZERO).and_then(|content| Reader(content).take(tag::OBJECT));
    let curve = own.or(curve)?;
    let point = inner.take(tag::ONE).and_then(|content| bits(Reader(content).take(tag::BITS)?));
    let material = match point {
        Some(point) => ec(curve, point)?,
        None => ec(curve, &computed(curve, scalar)?)?,
    };
    Some(private(material, "SEC 1"))
}

/// The public point of a private key that came without it, on the curves that can be computed here.
fn computed(curve: &[u8], scalar: &[u8]) -> Option<Vec<u8>> {
    let (_, curve) = CURVES.into_iter().find(|(object, _)| *object == curve)?;
    match curve {
        Curve::P521 => {
            let key = p521::SecretKey::from_slice(scalar).ok()?;
            Some(p521::EncodedPoint::from(key.public_key()).as_bytes().to_vec())
        }
        Curve::K256 => {
            let key = k256::SecretKey::from_slice(scalar).ok()?;
            Some(k256::EncodedPoint::from(key.public_key()).as_bytes().to_vec())
        }
        Curve::P256 | Curve::P384 => None,
    }
}
