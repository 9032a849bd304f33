//! What a signed request claims: who signed, for what, which headers, and the signature itself.

use std::fmt;

use super::ALGORITHM;
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::decoded;

/// The algorithm of SigV4A.
const ECDSA: &str = "AWS4-ECDSA-P256-SHA256";

/// What a signed request says of its signature.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Where it says so.
    pub carrier: Carrier,
    /// By which algorithm.
    pub algorithm: Algorithm,
    /// The id of the key.
    pub key_id: String,
    /// For what the signature is.
    pub scope: Scope,
    /// Names of the headers that are signed, as they were written.
    pub signed: Vec<String>,
    /// The signature, in hex.
    pub signature: Secret,
    /// When it was signed, such as `20260131T235959Z`; empty where the request does not say.
    pub time: String,
    /// For how many seconds from then on it is good, where it stands in a query.
    pub expires: Option<u64>,
    /// The third part of a temporary credential.
    pub token: Option<Secret>,
}

impl Claim {
    /// What a request will say of a signature in its header that is not made yet.
    pub(super) fn unsigned(key_id: &str, scope: Scope, signed: Vec<String>, time: String) -> Self {
        Self {
            carrier: Carrier::Header,
            algorithm: Algorithm::V4,
            key_id: key_id.to_owned(),
            scope,
            signed,
            signature: Secret::default(),
            time,
            expires: None,
            token: None,
        }
    }
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// In the header `Authorization`.
    Header,
    /// In the query: the URL is presigned.
    Query,
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `AWS4-HMAC-SHA256`, by a key that both sides have.
    V4,
    /// `AWS4-ECDSA-P256-SHA256`, for several regions; each signature of the same bytes is another one.
    V4A,
}

/// What a signature is good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The day, such as `20260131`.
    pub date: String,
    /// The region; empty for SigV4A, which names its regions in a header.
    pub region: String,
    /// The service.
    pub service: String,
    /// The word at the end: `aws4_request`.
    pub end: String,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.date)?;
        if !self.region.is_empty() {
            write!(f, "{}/", self.region)?;
        }
        write!(f, "{}/{}", self.service, self.end)
    }
}

/// It cannot be read: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A sentence without a full stop.
    pub what: String,
    /// The character of the header or parameter, counted from 1; 0 where none is meant.
    pub at: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            0 => f.write_str(&self.what),
            at => write!(f, "{} (at character {at})", self.what),
        }
    }
}

impl Claim {
    /// What the request says of its signature; `None` where it carries none of this kind.
    pub fn of(request: &Request) -> Option<Result<Self, Fault>> {
        let header = request.header("authorization").and_then(Secret::expose_str).unwrap_or_default().trim();
        if let Some(algorithm) = algorithm(header.split([' ', ',']).next().unwrap_or_default()) {
            return Some(in_header(request, header, algorithm));
        }
        let parameter = |name: &str| parameter(request, name);
        let algorithm = parameter("X-Amz-Algorithm").and_then(|name| algorithm(&name));
        (algorithm.is_some() || parameter("X-Amz-Signature").is_some())
            .then(|| in_query(request, algorithm.unwrap_or(Algorithm::V4)))
    }

    /// The string to sign, over the hash of a canonical request.
    pub fn string_to_sign(&self, digest: &str) -> String {
        let text = super::string_to_sign(&self.time, &self.scope, digest);
        match self.algorithm {
            Algorithm::V4 => text,
            Algorithm::V4A => text.replacen(ALGORITHM, ECDSA, 1),
        }
    }

    /// Whether the signature could be one: hex and as long as it must be. In a paste it may be masked.
    pub fn is_whole(&self) -> bool {
        self.signature.len() == 64 && self.signature.expose().iter().all(u8::is_ascii_hexdigit)
    }
}

/// The value of a query parameter, its encoding taken off.
pub(super) fn parameter(request: &Request, name: &str) -> Option<String> {
    let (_, value) = request.parameters().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
    Some(String::from_utf8_lossy(&decoded(value.unwrap_or_default())).into_owned())
}

fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        ALGORITHM => Some(Algorithm::V4),
        ECDSA => Some(Algorithm::V4A),
        _ => None,
    }
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
fn in_header(request: &Request, header: &str, algorithm: Algorithm) -> Result<Claim, Fault> {
    let position = |at: usize| header.get(..at).map_or(0, |before| before.chars().count() + 1);
    let (mut credential, mut signed, mut signature) = (None, None, None);
    let mut next = header.find(' ').unwrap_or(header.len());
    let mut credential_at = 0;
    for whole in header[next..].split(',') {
        let part = whole.trim();
        let at = next + (whole.len() - whole.trim_start().len());
        next += whole.len() + 1;
        if part.is_empty() {
            continue;
        }
        let Some((name, value)) = part.split_once('=') else {
            return Err(Fault {
                what: format!("{:?} of the Authorization header has no equals sign", cut(part)),
                at: position(at),
            });
        };
        let slot = match name.trim() {
            "Credential" => {
                credential_at = at + name.len() + 1;
                &mut credential
            }
            "SignedHeaders" => &mut signed,
            "Signature" => &mut signature,
            other => {
                let what = format!("the Authorization header has a part {:?} that no signature has", cut(other));
                return Err(Fault { what, at: position(at) });
            }
        };
        if slot.replace(value.trim()).is_some() {
            let what = format!("the Authorization header says {name} twice");
            return Err(Fault { what, at: position(at) });
        }
    }
    let missing =
        |name: &str| Fault { what: format!("the Authorization header has no {name}="), at: header.chars().count() };
    let credential = credential.ok_or_else(|| missing("Credential"))?;
    let signed = signed.ok_or_else(|| missing("SignedHeaders"))?;
    let signature = signature.ok_or_else(|| missing("Signature"))?;
    let (key_id, scope) = scope(credential, algorithm).map_err(|what| Fault {
        what: format!("Credential= of the Authorization header {what}"),
        at: position(credential_at),
    })?;
    let text = |name: &str| request.header(name).and_then(Secret::expose_str).map(str::trim).unwrap_or_default();
    let own = text("x-amz-date");
    let time = if own.is_empty() { dated(text("date")) } else { own.to_owned() };
    Ok(Claim {
        carrier: Carrier::Header,
        algorithm,
        key_id,
        scope,
        signed: names(signed),
        signature: Secret::from(signature),
        time,
        expires: None,
        token: request.header("x-amz-security-token").or_else(|| request.header("x-amz-s3session-token")).cloned(),
    })
}

fn in_query(request: &Request, algorithm: Algorithm) -> Result<Claim, Fault> {
    let wanted =
        |name: &str| parameter(request, name).ok_or_else(|| Fault { what: format!("the query has no {name}"), at: 0 });
    let credential = wanted("X-Amz-Credential")?;
    let (key_id, scope) = scope(&credential, algorithm)
        .map_err(|what| Fault { what: format!("X-Amz-Credential of the query {what}"), at: 1 })?;
    let expires = match parameter(request, "X-Amz-Expires") {
        Some(text) => Some(text.parse::<u64>().map_err(|_| Fault {
            what: format!("X-Amz-Expires of the query is no number of seconds: {:?}", cut(&text)),
            at: 1,
        })?),
        None => None,
    };
    Ok(Claim {
        carrier: Carrier::Query,
        algorithm,
        key_id,
        scope,
        signed: names(&wanted("X-Amz-SignedHeaders")?),
        signature: Secret::from(&*wanted("X-Amz-Signature")?),
        time: wanted("X-Amz-Date")?,
        expires,
        token: parameter(request, "X-Amz-Security-Token").map(|text| Secret::from(&*text)),
    })
}

/// `KEYID/date/region/service/aws4_request`. Ids of compatible stores may hold slashes themselves.
fn scope(credential: &str, algorithm: Algorithm) -> Result<(String, Scope), String> {
    let count = if algorithm == Algorithm::V4A { 3 } else { 4 };
    let mut parts: Vec<&str> = credential.rsplitn(count + 1, '/').collect();
    if parts.len() <= count {
        let has = parts.len();
        return Err(format!(
            "has {has} of the {} parts that slashes separate: key id, date, region, service, aws4_request",
            count + 1
        ));
    }
    parts.reverse();
    let (region, service) = if count == 3 { ("", parts[2]) } else { (parts[2], parts[3]) };
    let own = |text: &str| text.to_owned();
    let scope = Scope { date: own(parts[1]), region: own(region), service: own(service), end: own(parts[count]) };
    Ok((own(parts[0]), scope))
}

fn names(list: &str) -> Vec<String> {
    list.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A `Date` header as a time of signatures: it stands in for `X-Amz-Date`.
fn dated(date: &str) -> String {
    crate::clock::http_date(date).map_or_else(|| date.to_owned(), super::time)
}

/// So much of a text that an error quotes it: what does not fit its place may be a secret.
fn cut(text: &str) -> String {
    let start: String = text.chars().take(12).collect();
    if start.len() < text.len() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(authorization: &str, query: &str) -> Request {
        let headers = vec![
            ("Authorization".to_owned(), Secret::from(authorization)),
            ("X-Amz-Date".to_owned(), Secret::from("20150830T123600Z")),
        ];
        Request { headers, query: Some(Secret::from(query)), ..Request::default() }
    }

    #[test]
    fn read_in_both_places() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,SignedHeaders=host;x-amz-date, Signature=5d67";
        let claim = Claim::of(&request(header, "")).unwrap().unwrap();
        assert_eq!(
            (claim.key_id.as_str(), claim.scope.to_string().as_str()),
            ("AKIDEXAMPLE", "20150830/us-east-1/iam/aws4_request")
        );
        assert_eq!(
            (claim.signed, claim.time.as_str()),
            (vec!["host".to_owned(), "x-amz-date".to_owned()], "20150830T123600Z")
        );
        let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb%2F20150830%2Fr%2Fs3%2Faws4_request&X-Amz-Date=20150830T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=ff";
        let claim = Claim::of(&request("Bearer x", query)).unwrap().unwrap();
        assert_eq!((claim.key_id.as_str(), claim.expires, claim.carrier), ("a/b", Some(60), Carrier::Query));
        let v4a =
            "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/s3/aws4_request, SignedHeaders=host, Signature=30";
        assert_eq!(Claim::of(&request(v4a, "")).unwrap().unwrap().algorithm, Algorithm::V4A);
        assert!(Claim::of(&request("Bearer x", "a=b")).is_none());
    }

    #[test]
    fn faults_say_where() {
        for (header, what) in [
            ("AWS4-HMAC-SHA256", "the Authorization header has no Credential= (at character 16)"),
            (
                "AWS4-HMAC-SHA256 Credential=a, b",
                "\"b\" of the Authorization header has no equals sign (at character 32)",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=0",
                "Credential= of the Authorization header has 4 of the 5 parts that slashes separate: key id, date, region, service, aws4_request (at character 29)",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a, Credential=b",
                "the Authorization header says Credential twice (at character 32)",
            ),
            (
                "AWS4-HMAC-SHA256 Secret=a",
                "the Authorization header has a part \"Secret\" that no signature has (at character 18)",
            ),
        ] {
            assert_eq!(Claim::of(&request(header, "")).unwrap().unwrap_err().to_string(), what);
        }
    }
}
