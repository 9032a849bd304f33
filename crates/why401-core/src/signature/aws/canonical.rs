//! The canonical request: the one form of a request over which both sides compute.

use super::claim::{Carrier, Claim, parameter};
use super::encode::{joined, normalised, path_encoded, path_once, pieces_once};
use super::{UNSIGNED, digest};
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::Url;

/// A canonical request, part by part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, sorted.
    pub query: String,
    /// The signed headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The names of those, joined by semicolons.
    pub signed: String,
    /// The hash of the body, or a word that stands for it.
    pub payload: String,
}

/// How a service wants a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether `.`, `..` and doubled slashes are taken out.
    pub normalises: bool,
    /// How it is encoded.
    pub encoding: Encoding,
}

/// How a path is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Each byte in its one form.
    Once,
    /// What was sent, encoded once more.
    Twice,
}

impl Rules {
    /// The rules of a service: S3 takes the path as it is, all others normalise it and encode it twice.
    pub fn of(service: &str) -> Self {
        if is_s3(service) {
            Self { normalises: false, encoding: Encoding::Once }
        } else {
            Self { normalises: true, encoding: Encoding::Twice }
        }
    }

    /// The path by these rules.
    pub fn path(self, path: &str) -> String {
        let short = if self.normalises { normalised(path) } else { path.to_owned() };
        let encoded = match self.encoding {
            Encoding::Once => path_once(&short),
            Encoding::Twice => path_encoded(&short),
        };
        if encoded.is_empty() { "/".to_owned() } else { encoded }
    }
}

/// Whether the service is S3 or one that signs as it does.
pub(super) fn is_s3(service: &str) -> bool {
    ["s3", "s3-express", "s3express", "s3-outposts", "s3-object-lambda"].contains(&service)
}

impl Canonical {
    /// The canonical request of what was sent, as the claim says that it was signed.
    pub fn of(request: &Request, claim: &Claim, rules: Rules) -> Self {
        let mut names: Vec<String> = claim.signed.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        names.sort();
        names.dedup();
        let payload = payload(request, claim.carrier, &claim.scope.service);
        Self {
            method: request.method.clone(),
            path: rules.path(Url::of(&request.url).path),
            query: query(request),
            headers: names.iter().map(|name| (name.clone(), value(request, name))).collect(),
            signed: names.join(";"),
            payload,
        }
    }

    /// The text that is hashed.
    pub fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let Self { method, path, query, signed, payload, .. } = self;
        format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{payload}")
    }

    /// The SHA-256 of the text, in hex.
    pub fn digest(&self) -> String {
        digest(self.text().as_bytes())
    }

    /// A canonical request read from its text; `None` where that is none.
    pub fn read(text: &str) -> Option<Self> {
        let lines: Vec<&str> =
            text.trim_matches(['\n', '\r', ' ', '\'']).split('\n').map(|line| line.trim_end_matches('\r')).collect();
        let [method, path, query, headers @ .., signed, payload] = &lines[..] else { return None };
        let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_method || !path.starts_with('/') || signed.is_empty() {
            return None;
        }
        let headers = headers.iter().filter(|line| !line.is_empty());
        let headers = headers.map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.to_owned()))
        });
        let own = |text: &str| text.to_owned();
        Some(Self {
            method: own(method),
            path: own(path),
            query: own(query),
            headers: headers.collect::<Option<_>>()?,
            signed: own(signed),
            payload: own(payload),
        })
    }

    /// The value of a header in it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// The query without the signature itself, each piece in its one form, sorted by name and then by value.
fn query(request: &Request) -> String {
    let text = request.query.as_ref().and_then(Secret::expose_str).unwrap_or_default();
    let mut pieces = pieces_once(text);
    pieces.retain(|(name, _)| name != "X-Amz-Signature");
    pieces.sort();
    joined(&pieces)
}

/// A header's value: blanks at its edges gone and those inside made one, several joined by commas.
pub(super) fn value(request: &Request, name: &str) -> String {
    let own = request.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
    let folded = |value: &Secret| {
        let text = String::from_utf8_lossy(value.expose()).into_owned();
        text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    };
    let values: Vec<String> = own.map(|(_, value)| folded(value)).collect();
    if values.is_empty() && name == "host" {
        return Url::of(&request.url).authority().into_owned();
    }
    values.join(",")
}

/// What stands for the body: what the request says of it, or its hash.
fn payload(request: &Request, carrier: Carrier, service: &str) -> String {
    let named = request.header("x-amz-content-sha256").and_then(Secret::expose_str).map(|text| text.trim().to_owned());
    let named = named.or_else(|| parameter(request, "X-Amz-Content-Sha256"));
    match (named, carrier) {
        (Some(named), _) => named,
        (None, Carrier::Query) if is_s3(service) => UNSIGNED.to_owned(),
        (None, _) => digest(request.body.expose()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;my-header1;x-amz-date, Signature=00";

    #[test]
    fn part_by_part() {
        let request = Request {
            method: "GET".to_owned(),
            url: "https://example.amazonaws.com/a/../b%20c//".to_owned(),
            query: Some(Secret::from("Param2=value2&Param1=v+1&Param1=a&X-Amz-Signature=00")),
            headers: [
                ("My-Header1", "  a   b "),
                ("my-header1", "c"),
                ("X-Amz-Date", "20150830T123600Z"),
                ("Authorization", HEADER),
            ]
            .map(|(name, value)| (name.to_owned(), Secret::from(value)))
            .to_vec(),
            ..Request::default()
        };
        let claim = Claim::of(&request).unwrap().unwrap();
        let canonical = Canonical::of(&request, &claim, Rules::of("service"));
        let text = "GET\n/b%2520c/\nParam1=a&Param1=v%201&Param2=value2\nhost:example.amazonaws.com\nmy-header1:a b,c\nx-amz-date:20150830T123600Z\n\nhost;my-header1;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(canonical.text(), text);
        assert_eq!(Canonical::read(text), Some(canonical));
        assert_eq!(Canonical::of(&request, &claim, Rules::of("s3")).path, "/a/../b%20c//");
        assert_eq!(Canonical::read("no canonical\nrequest"), None);
    }
}
