//! The base string (RFC 5849, section 3.4.1), and the slips by which clients miss it.

use crate::exchange::Request;
use crate::secret::Secret;
use crate::signature::message::form;
use crate::url::{Url, decoded, encoded};

/// What the `Authorization: OAuth` of a request, or its query, says.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Names and values, as they were sent, still encoded.
    pub(super) pairs: Vec<(String, String)>,
    /// Whether they stand in the header.
    pub(super) in_header: bool,
}

impl Credential {
    /// The one of this request: in its header, else in its query.
    pub fn of(request: &Request) -> Option<Self> {
        if let Some(value) = request.header("authorization").and_then(Secret::expose_str) {
            let value = value.trim_start();
            let rest =
                value.get(..5).filter(|word| word.eq_ignore_ascii_case("oauth")).map(|_| value[5..].trim_start());
            let rest = rest.filter(|rest| rest.contains("oauth_"))?;
            let pairs = rest.split(',').filter_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
            });
            return Some(Self { pairs: pairs.collect(), in_header: true });
        }
        let own = request.parameters().filter(|(name, _)| name.starts_with("oauth_"));
        let pairs: Vec<_> = own.map(|(name, value)| (name.to_owned(), value.unwrap_or_default().to_owned())).collect();
        pairs.iter().any(|(name, _)| name == "oauth_signature").then_some(Self { pairs, in_header: false })
    }

    /// A value, decoded; empty where it is missing.
    pub fn value(&self, name: &str) -> String {
        let found = self.pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str());
        String::from_utf8_lossy(&decoded(found)).into_owned()
    }
}

/// How a base string is made.
#[derive(Clone, Debug)]
pub struct Base {
    method: String,
    scheme: String,
    host: String,
    port: Option<String>,
    path: String,
    /// Of the header, the query and the body, decoded, in that order.
    header: Vec<(Vec<u8>, Vec<u8>)>,
    query: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<(Vec<u8>, Vec<u8>)>,
    realm: Option<String>,
    order: Order,
    parameters: Encoding,
    lower: bool,
    plus: bool,
    whole_url: bool,
}

/// In which order parameters stand: those of the header, the query and the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Sorted by name, then by value.
    Sorted,
    /// Header, query, body.
    HeaderFirst,
    /// Query, header, body.
    QueryFirst,
    /// Query, body, header.
    HeaderLast,
}

/// How names and values are encoded before they are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// By rule: each by itself, and the joined text again.
    Twice,
    /// Only the joined text.
    Once,
    /// Each by itself, and the joined text not.
    Inner,
}

/// A way in which clients miss the base string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// The parameters keep the order in which they are sent, those of header, query and body one after the other.
    Unsorted(Order),
    /// Values are not encoded before they are joined.
    Once,
    /// The joined parameters are not encoded again.
    Inner,
    /// The query is left out.
    NoQuery,
    /// The form in the body is left out.
    NoBody,
    /// One parameter is left out.
    Without(String),
    /// The other scheme: http for https.
    Scheme,
    /// The port stands in the address although it is the usual one, or does not although it is not.
    Port,
    /// The realm is a parameter.
    Realm,
    /// Blanks are `+`.
    Plus,
    /// Encoded bytes are in lower case.
    Lower,
    /// The method is in lower case.
    Method,
    /// The address has its query.
    WholeUrl,
    /// The path has, or lacks, a slash at its end.
    Slash,
}

impl Base {
    /// By rule.
    pub fn of(request: &Request, credential: &Credential) -> Self {
        let url = Url::of(&request.url);
        let scheme = url.scheme.to_ascii_lowercase();
        let usual = match scheme.as_str() {
            "https" => "443",
            _ => "80",
        };
        let decode = |(name, value): (&str, Option<&str>)| {
            let plain = |text: &str| decoded(&text.replace('+', " "));
            (plain(name), plain(value.unwrap_or_default()))
        };
        let is_form = (request.header("content-type").and_then(Secret::expose_str)).is_some_and(|kind| {
            kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
        });
        let own = |(name, _): &(Vec<u8>, Vec<u8>)| name != b"oauth_signature";
        let header = credential.pairs.iter().filter(|(name, _)| credential.in_header && name != "realm");
        Self {
            method: request.method.to_ascii_uppercase(),
            host: url.host.to_ascii_lowercase(),
            port: url.port.filter(|port| *port != usual && !port.is_empty()).map(str::to_owned),
            path: if url.path.is_empty() { "/".to_owned() } else { url.path.to_owned() },
            scheme,
            header: header.map(|(name, value)| (decoded(name), decoded(value))).filter(own).collect(),
            query: request.parameters().map(decode).filter(own).collect(),
            body: if is_form { form(request.body.expose()).into_iter().filter(own).collect() } else { Vec::new() },
            realm: credential.pairs.iter().find(|(name, _)| name == "realm").map(|(_, value)| value.clone()),
            order: Order::Sorted,
            parameters: Encoding::Twice,
            lower: false,
            plus: false,
            whole_url: false,
        }
    }

    /// The slips that are possible, the usual ones first.
    pub fn slips(&self) -> Vec<Slip> {
        let mut slips = vec![
            Slip::NoQuery,
            Slip::NoBody,
            Slip::Unsorted(Order::HeaderFirst),
            Slip::Unsorted(Order::QueryFirst),
            Slip::Unsorted(Order::HeaderLast),
            Slip::Once,
            Slip::Inner,
            Slip::Scheme,
            Slip::Port,
            Slip::WholeUrl,
            Slip::Slash,
            Slip::Realm,
            Slip::Plus,
            Slip::Lower,
            Slip::Method,
        ];
        let names =
            self.header.iter().chain(&self.query).chain(&self.body).map(|(name, _)| String::from_utf8_lossy(name));
        // More are hardly ever left out one by one.
        slips.extend(names.take(40).map(|name| Slip::Without(name.into_owned())));
        slips
    }

    /// Makes the slip, where it changes anything.
    pub fn apply(&mut self, slip: &Slip) -> bool {
        match slip {
            Slip::NoQuery if !self.query.is_empty() => self.query.clear(),
            Slip::NoBody if !self.body.is_empty() => self.body.clear(),
            Slip::Realm => match self.realm.take() {
                Some(realm) => self.header.push((b"realm".to_vec(), decoded(&realm))),
                None => return false,
            },
            Slip::NoQuery | Slip::NoBody => return false,
            Slip::Without(name) => {
                for list in [&mut self.header, &mut self.query, &mut self.body] {
                    list.retain(|(own, _)| own != name.as_bytes());
                }
            }
            Slip::Unsorted(order) if self.order == Order::Sorted => self.order = *order,
            Slip::Unsorted(_) => return false,
            Slip::Once => self.parameters = Encoding::Once,
            Slip::Inner => self.parameters = Encoding::Inner,
            Slip::Scheme => self.scheme = if self.scheme == "https" { "http".to_owned() } else { "https".to_owned() },
            Slip::Port => {
                let usual = if self.scheme == "https" { "443" } else { "80" };
                self.port = if self.port.is_some() { None } else { Some(usual.to_owned()) };
            }
            Slip::Plus => self.plus = true,
            Slip::Lower => self.lower = true,
            Slip::Method => self.method = self.method.to_ascii_lowercase(),
            Slip::WholeUrl if !self.query.is_empty() => self.whole_url = true,
            Slip::WholeUrl => return false,
            Slip::Slash if self.path.ends_with('/') => self.path = self.path.trim_end_matches('/').to_owned(),
            Slip::Slash => self.path.push('/'),
        }
        true
    }

    fn encode(&self, bytes: &[u8]) -> String {
        let mut text = encoded(bytes);
        if self.plus {
            text = text.replace("%20", "+");
        }
        if !self.lower {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut left = 0;
        for c in text.chars() {
            out.push(if left > 0 { c.to_ascii_lowercase() } else { c });
            left = if c == '%' { 2_u8 } else { left.saturating_sub(1) };
        }
        out
    }

    /// The parameters, in their order, encoded once.
    fn pairs(&self) -> Vec<(String, String)> {
        let (first, second, third) = match self.order {
            Order::Sorted | Order::HeaderFirst => (&self.header, &self.query, &self.body),
            Order::QueryFirst => (&self.query, &self.header, &self.body),
            Order::HeaderLast => (&self.query, &self.body, &self.header),
        };
        let all = first.iter().chain(second).chain(third);
        let piece = |bytes: &[u8]| match self.parameters {
            Encoding::Once => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Twice | Encoding::Inner => self.encode(bytes),
        };
        let mut pairs: Vec<_> = all.map(|(name, value)| (piece(name), piece(value))).collect();
        if self.order == Order::Sorted {
            pairs.sort();
        }
        pairs
    }

    fn address(&self) -> String {
        let port = self.port.as_ref().map(|port| format!(":{port}")).unwrap_or_default();
        let query = if self.whole_url {
            let all: Vec<_> =
                self.query.iter().map(|(n, v)| format!("{}={}", self.encode(n), self.encode(v))).collect();
            format!("?{}", all.join("&"))
        } else {
            String::new()
        };
        format!("{}://{}{port}{}{query}", self.scheme, self.host, self.path)
    }

    /// The base string.
    pub fn text(&self) -> String {
        let pairs: Vec<String> = self.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let pairs = pairs.join("&");
        let pairs = if self.parameters == Encoding::Inner { pairs } else { self.encode(pairs.as_bytes()) };
        format!("{}&{}&{pairs}", self.method, self.encode(self.address().as_bytes()))
    }

    /// The same for people: a line for the method, for the address and for each parameter; values that may be secrets cut.
    pub fn described(&self) -> String {
        let hidden =
            |name: &str| ["token", "password", "secret", "key", "verifier"].iter().any(|word| name.contains(word));
        let lines = self.pairs().into_iter().map(|(name, value)| {
            let value = if hidden(&name) { format!("‹{} characters›", value.chars().count()) } else { value };
            format!("{name}={value}")
        });
        [self.method.clone(), self.address()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        // RFC 5849, section 3.4.1.1.
        let header = "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"";
        let request = Request {
            method: "POST".into(),
            url: "http://EXAMPLE.COM:80/request".into(),
            query: Some("b5=%3D%253D&a3=a&c%40=&a2=r%20b".into()),
            headers: vec![
                ("Authorization".into(), Secret::from(header)),
                ("Content-Type".into(), Secret::from("application/x-www-form-urlencoded")),
            ],
            body: Secret::from("c2&a3=2+q"),
        };
        let credential = Credential::of(&request).unwrap();
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(Base::of(&request, &credential).text(), expected);
        assert!(!Base::of(&request, &credential).described().contains("kkk9d7dh3k39sjv7"));
    }
}
