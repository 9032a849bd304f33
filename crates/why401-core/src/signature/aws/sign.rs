//! The string to sign, the signing key, the signature; and a request signed anew.

use zeroize::Zeroizing;

use super::canonical::{Canonical, Rules, is_s3};
use super::claim::{Carrier, Claim, Scope};
use super::{ALGORITHM, UNSIGNED, digest, time};
use crate::exchange::Request;
use crate::secret::Secret;
use crate::signature::keyed::{Hash, Written};
use crate::url::encoded;

/// What one signs with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The id of the key.
    pub id: String,
    /// The secret of the key.
    pub secret: Secret,
    /// The third part of a temporary credential.
    pub token: Option<Secret>,
}

/// How a request is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manner {
    /// The region.
    pub region: String,
    /// The service.
    pub service: String,
    /// Seconds since 1970.
    pub at: i64,
    /// How the path is taken.
    pub rules: Rules,
    /// Names of the headers that are signed, in small letters; those of a usual client where there are none.
    pub signed: Vec<String>,
    /// The host that is signed, where it is not the one that is sent.
    pub host: Option<String>,
}

impl Manner {
    /// As a usual client signs for this service.
    pub fn new(region: &str, service: &str, at: i64) -> Self {
        let own = |text: &str| text.to_owned();
        Self {
            region: own(region),
            service: own(service),
            at,
            rules: Rules::of(service),
            signed: Vec::new(),
            host: None,
        }
    }

    /// For what such a signature is good.
    pub fn scope(&self) -> Scope {
        let date = time(self.at).chars().take(8).collect();
        Scope { date, region: self.region.clone(), service: self.service.clone(), end: "aws4_request".to_owned() }
    }
}

/// The text that is signed: algorithm, time, scope, and the hash of the canonical request.
pub fn string_to_sign(time: &str, scope: &Scope, digest: &str) -> String {
    format!("{}-HMAC-SHA256\n{time}\n{scope}\n{digest}", word(scope))
}

/// The signature of a string to sign.
pub fn signature(secret: &[u8], scope: &Scope, text: &str) -> Vec<u8> {
    Hash::Sha256.mac(&signing_key(secret, scope), text.as_bytes())
}

/// The signature that a claim is to carry, in hex.
pub(super) fn made(keys: &Keys, claim: &Claim, canonical: &Canonical) -> String {
    let text = string_to_sign(&claim.time, &claim.scope, &canonical.digest());
    Written::Hex.write(&signature(keys.secret.expose(), &claim.scope, &text))
}

/// The value of `Authorization` for a claim with this signature.
pub(super) fn authorization(claim: &Claim, mac: &str) -> Secret {
    let Claim { key_id, scope, signed, .. } = claim;
    let signed = signed.join(";");
    let text =
        format!("{}-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={mac}", word(scope));
    Secret::from(&*text)
}

/// Whether a text in hex is this signature; in constant time.
pub(super) fn is_signature(secret: &[u8], scope: &Scope, text: &str, claimed: &Secret) -> bool {
    let claimed = claimed.expose_str().and_then(|claimed| Written::Hex.read(claimed));
    claimed.is_some_and(|claimed| Hash::Sha256.fits(&signing_key(secret, scope), text.as_bytes(), &claimed))
}

fn signing_key(secret: &[u8], scope: &Scope) -> Zeroizing<Vec<u8>> {
    let key = Zeroizing::new([word(scope).as_bytes(), secret].concat());
    let parts = [&scope.date, &scope.region, &scope.service, &scope.end];
    parts.iter().fold(key, |key, part| Zeroizing::new(Hash::Sha256.mac(&key, part.as_bytes())))
}

/// The request with a signature in its header; one that it had before is replaced.
pub fn signed(request: &Request, keys: &Keys, manner: &Manner) -> Request {
    let mut request = request.clone();
    let at = request.headers.iter().position(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let at = at.unwrap_or_else(|| {
        usize::from(request.headers.first().is_some_and(|(name, _)| name.eq_ignore_ascii_case("host")))
    });
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    if request.parameters().any(|(name, _)| name.eq_ignore_ascii_case("x-amz-signature")) {
        let rest = unsigned(&request).join("&");
        request.query = (!rest.is_empty()).then(|| Secret::from(&*rest));
    }
    let when = time(manner.at);
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("date"));
    put(&mut request, "X-Amz-Date", Some(Secret::from(&*when)));
    put(&mut request, "X-Amz-Security-Token", keys.token.clone());
    let named = request.header("x-amz-content-sha256").and_then(Secret::expose_str);
    let is_word = named.is_some_and(|text| text.starts_with("STREAMING-") || text == UNSIGNED);
    if !is_word && (named.is_some() || is_s3(&manner.service)) {
        let own = digest(request.body.expose());
        put(&mut request, "X-Amz-Content-SHA256", Some(Secret::from(&*own)));
    }
    let mut names = if manner.signed.is_empty() { usual(&request) } else { manner.signed.clone() };
    names.retain(|name| !["x-amz-security-token", "x-amz-date", "date"].contains(&name.as_str()));
    names.push("x-amz-date".to_owned());
    names.extend(keys.token.iter().map(|_| "x-amz-security-token".to_owned()));
    names.sort();
    names.dedup();
    let claim = Claim { token: keys.token.clone(), ..Claim::unsigned(&keys.id, manner.scope(), names, when) };
    let canonical = canonical(&request, &claim, manner);
    let value = authorization(&claim, &made(keys, &claim, &canonical));
    request.headers.insert(at.min(request.headers.len()), ("Authorization".to_owned(), value));
    request
}

/// The request with a signature in its query, good for so many seconds; one that it had before is replaced.
pub fn presigned(request: &Request, keys: &Keys, manner: &Manner, expires: u64) -> Request {
    let mut request = request.clone();
    let mut pieces = unsigned(&request);
    for name in ["authorization", "x-amz-security-token"] {
        put(&mut request, name, None);
    }
    let mut names = manner.signed.clone();
    names.push("host".to_owned());
    names.sort();
    names.dedup();
    let (scope, when) = (manner.scope(), time(manner.at));
    let mut add = |name: &str, value: &[u8]| pieces.push(format!("{name}={}", encoded(value)));
    add("X-Amz-Algorithm", ALGORITHM.as_bytes());
    add("X-Amz-Credential", format!("{}/{scope}", keys.id).as_bytes());
    add("X-Amz-Date", when.as_bytes());
    add("X-Amz-Expires", expires.to_string().as_bytes());
    add("X-Amz-SignedHeaders", names.join(";").as_bytes());
    if let Some(token) = &keys.token {
        add("X-Amz-Security-Token", token.expose());
    }
    request.query = Some(Secret::from(&*pieces.join("&")));
    let claim = Claim {
        carrier: Carrier::Query,
        expires: Some(expires),
        token: keys.token.clone(),
        ..Claim::unsigned(&keys.id, scope, names, when)
    };
    let canonical = canonical(&request, &claim, manner);
    pieces.push(format!("X-Amz-Signature={}", made(keys, &claim, &canonical)));
    request.query = Some(Secret::from(&*pieces.join("&")));
    request
}

/// The canonical request, with the host that is to be signed.
fn canonical(request: &Request, claim: &Claim, manner: &Manner) -> Canonical {
    let mut canonical = Canonical::of(request, claim, manner.rules);
    let host = canonical.headers.iter_mut().find(|(name, _)| name == "host");
    if let (Some((_, value)), Some(own)) = (host, &manner.host) {
        value.clone_from(own);
    }
    canonical
}

/// The pieces of the query without a signature and what goes with it.
fn unsigned(request: &Request) -> Vec<String> {
    let own = ["algorithm", "credential", "date", "expires", "signedheaders", "security-token", "signature"];
    let is_own = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("x-amz-").is_some_and(|rest| own.contains(&rest))
    };
    let kept = request.parameters().filter(|(name, _)| !is_own(name));
    kept.map(|(name, value)| value.map_or_else(|| name.to_owned(), |value| format!("{name}={value}"))).collect()
}

/// The headers that a usual client signs: the host, those of AWS, and the type of the content.
fn usual(request: &Request) -> Vec<String> {
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| name.starts_with("x-amz-") || name == "content-type" || name == "content-md5");
    names.push("host".to_owned());
    names
}

/// Sets a header in its place, adds it at the end, or takes it out.
fn put(request: &mut Request, name: &str, value: Option<Secret>) {
    match (request.headers.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)), value) {
        (Some((_, own)), Some(value)) => *own = value,
        (None, Some(value)) => request.headers.push((name.to_owned(), value)),
        (_, None) => request.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name)),
    }
}

/// The word before the key: `AWS4` for `aws4_request`.
fn word(scope: &Scope) -> String {
    scope.end.split('_').next().unwrap_or_default().to_ascii_uppercase()
}
