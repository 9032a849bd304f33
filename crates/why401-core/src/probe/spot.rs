//! Spot: where in a request a credential stands, so that it can be changed there and nowhere else.

use std::cmp::Reverse;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::exchange::Request;
use crate::provider::{Place, Placement, Provider};
use crate::read::carriers::{is_header, is_parameter};
use crate::secret::Secret;
use crate::url;

/// One credential of a request, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The part of the request.
    pub place: At,
    /// The header, parameter or field, as it is written.
    pub name: String,
    /// What stands before the credential, with what separates them, such as `Bearer `; empty where nothing does.
    pub before: String,
    /// The credential.
    pub value: Secret,
}

/// The part of a request that a credential stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A header field: which of them.
    Header(usize),
    /// HTTP Basic (RFC 7617) in a header field, and the half that is the credential.
    Basic(usize, Half),
    /// A piece of the query: which of them.
    Query(usize),
    /// A cookie: which header field, and which of its pieces.
    Cookie(usize, usize),
    /// A segment of the path.
    Path,
}

/// A half of `user:password`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Before the colon.
    User,
    /// Behind it.
    Password,
}

impl Spot {
    /// The credentials of a request, those first that the service asks for. `carriers` are names of headers, parameters and
    /// cookies that are known to carry one, whatever they are called.
    pub fn all(request: &Request, provider: Option<&Provider>, carriers: &[String]) -> Vec<Self> {
        let is_carrier = |name: &str| carriers.iter().any(|own| own.eq_ignore_ascii_case(name));
        let placements = provider.map(|provider| provider.placement.as_slice()).unwrap_or_default();
        let mut found: Vec<(usize, Self)> = Vec::new();
        for (index, (name, value)) in request.headers.iter().enumerate() {
            let rank = rank(placements, Place::Header, name);
            let is_basic_header = name.eq_ignore_ascii_case("authorization");
            if name.eq_ignore_ascii_case("cookie") {
                let pieces = cookies(value.expose_str().unwrap_or_default());
                for (piece, (name, value)) in pieces.filter(|(_, (name, _))| is_carrier(name) || is_parameter(name)) {
                    found.push((70, Self::new(At::Cookie(index, piece), name, "", value.as_bytes())));
                }
                continue;
            }
            let carries = rank.is_some() || is_header(name) || is_carrier(name) || begins_with_scheme(value);
            if name.eq_ignore_ascii_case("proxy-authorization") || !carries {
                continue;
            }
            let Some(text) = value.expose_str() else {
                found.push((rank.unwrap_or(50), Self::new(At::Header(index), name, "", value.expose())));
                continue;
            };
            let spot =
                if is_basic_header { signature(index, name, text).or_else(|| basic(index, name, text)) } else { None };
            let spot = spot.unwrap_or_else(|| {
                let (before, credential) = split(text);
                Self::new(At::Header(index), name, before, credential.as_bytes())
            });
            found.push((rank.unwrap_or(50), spot));
        }
        for (index, (name, value)) in request.parameters().enumerate() {
            let rank = rank(placements, Place::Query, name);
            if name == "X-Amz-Signature" {
                found.push((0, Self::new(At::Query(index), name, "", value.unwrap_or_default().as_bytes())));
            } else if rank.is_some() || is_parameter(name) || is_carrier(name) {
                let value = url::decoded(value.unwrap_or_default());
                found.push((rank.unwrap_or(60), Self::new(At::Query(index), name, "", &value)));
            }
        }
        if let Some(value) = in_path(request, provider) {
            found.push((0, Self::new(At::Path, "path", "", value.as_bytes())));
        }
        // What else of a signed request looks like a credential, such as its session token, goes with the signature.
        if found.iter().any(|(_, spot)| is_signature(spot)) {
            found.retain(|(_, spot)| is_signature(spot));
        }
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, spot)| spot).collect()
    }

    fn new(place: At, name: &str, before: &str, value: &[u8]) -> Self {
        Self { place, name: name.to_owned(), before: before.to_owned(), value: Secret::new(value) }
    }

    /// What the credential's place is called: `the header Authorization`.
    pub fn called(&self) -> String {
        match self.place {
            At::Header(_) => format!("the header {}", self.name),
            At::Basic(_, Half::User) => "the user name of HTTP Basic".to_owned(),
            At::Basic(_, Half::Password) => "the password of HTTP Basic".to_owned(),
            At::Query(_) => format!("the parameter {}", self.name),
            At::Cookie(..) => format!("the cookie {}", self.name),
            At::Path => "the path".to_owned(),
        }
    }

    /// The word before the credential, in small letters; empty where there is none.
    pub fn scheme(&self) -> String {
        if matches!(self.place, At::Basic(..)) {
            return "basic".to_owned();
        }
        self.before.split([' ', ':', '=']).next().unwrap_or_default().to_ascii_lowercase()
    }

    /// The request with another credential here, everything else as it was.
    pub fn with_value(&self, request: &Request, value: &[u8]) -> Request {
        let mut changed = request.clone();
        match self.place {
            At::Header(index) => {
                let mut bytes = self.before.clone().into_bytes();
                bytes.extend_from_slice(value);
                set(&mut changed, index, bytes);
            }
            At::Basic(index, half) => {
                let (user, password) =
                    request.headers.get(index).and_then(|(_, value)| pair(value.expose_str()?)).unwrap_or_default();
                let (user, password) = match half {
                    Half::User => (value, password.expose()),
                    Half::Password => (user.expose(), value),
                };
                set(&mut changed, index, basic_value(user, password));
            }
            At::Query(index) => changed.query = Some(with_piece(request, index, Some(value))),
            At::Cookie(index, piece) => set(&mut changed, index, with_cookie(request, index, piece, Some(value))),
            At::Path => {
                if let (Some(old), Ok(new)) = (self.value.expose_str(), std::str::from_utf8(value)) {
                    changed.url = changed.url.replacen(old, new, 1);
                }
            }
        }
        changed
    }

    /// The request with other words before the credential.
    pub fn with_before(&self, request: &Request, before: &str) -> Request {
        let spot = Self { before: before.to_owned(), ..self.clone() };
        spot.with_value(request, self.value.expose())
    }

    /// The request without this credential; `None` where it makes no sense without.
    pub fn removed(&self, request: &Request) -> Option<Request> {
        let mut changed = request.clone();
        match self.place {
            At::Header(index) | At::Basic(index, _) => {
                changed.headers.remove(index);
            }
            At::Cookie(index, piece) => {
                let rest = with_cookie(request, index, piece, None);
                if rest.is_empty() {
                    changed.headers.remove(index);
                } else {
                    set(&mut changed, index, rest);
                }
            }
            At::Query(_) if is_signature(self) => {
                let own = request.query.as_ref().and_then(Secret::expose_str).unwrap_or_default();
                let kept = own.split('&').filter(|piece| !piece.starts_with("X-Amz-"));
                let rest = kept.collect::<Vec<_>>().join("&");
                changed.query = (!rest.is_empty()).then(|| Secret::from(&*rest));
            }
            At::Query(index) => {
                let rest = with_piece(request, index, None);
                changed.query = (!rest.is_empty()).then_some(rest);
            }
            At::Path => return None,
        }
        Some(changed)
    }

    /// The request with the credential where, and as, the placement says; `None` where that is no part of its head.
    pub fn moved(&self, request: &Request, placement: &Placement) -> Option<Request> {
        placed(self.removed(request)?, self.value.expose(), placement)
    }
}

/// The request with a credential where, and as, the placement says; `None` where that is no part of its head.
pub fn placed(bare: Request, value: &[u8], placement: &Placement) -> Option<Request> {
    match placement.place {
        Place::Header => {
            let before = if placement.scheme.is_empty() { String::new() } else { format!("{} ", placement.scheme) };
            let whole = match &placement.user {
                Some(user) if placement.scheme.eq_ignore_ascii_case("basic") => basic_value(user.as_bytes(), value),
                _ => [before.as_bytes(), value].concat(),
            };
            Some(with_header(bare, &placement.name, whole))
        }
        Place::BasicUser => Some(with_header(bare, "Authorization", basic_value(value, b""))),
        Place::Query => {
            let piece = format!("{}={}", placement.name, url::encoded(value));
            let mut query = bare.query.as_ref().map(|query| query.expose().to_vec()).unwrap_or_default();
            if !query.is_empty() {
                query.push(b'&');
            }
            query.extend_from_slice(piece.as_bytes());
            Some(Request { query: Some(Secret::new(query)), ..bare })
        }
        Place::Body | Place::Path | Place::Signature => None,
    }
}

/// The request without these credentials; `None` where it makes no sense without one of them.
pub(super) fn without<'s>(request: &Request, spots: impl Iterator<Item = &'s Spot>) -> Option<Request> {
    // From the last to the first, so that each still stands where it stood.
    let mut spots: Vec<&Spot> = spots.collect();
    spots.sort_by_key(|spot| match spot.place {
        At::Header(index) | At::Basic(index, _) | At::Query(index) => Reverse((index, 0)),
        At::Cookie(index, piece) => Reverse((index, piece)),
        At::Path => Reverse((0, 0)),
    });
    spots.into_iter().try_fold(request.clone(), |request, spot| spot.removed(&request))
}

/// The request with this header, in the place of one of the same name or after the last.
pub(super) fn with_header(mut request: Request, name: &str, value: impl Into<Vec<u8>>) -> Request {
    let value = Secret::new(value);
    match request.headers.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        Some((_, own)) => *own = value,
        None => request.headers.push((name.to_owned(), value)),
    }
    request
}

/// The request without the headers of this name.
pub(super) fn without_header(mut request: Request, name: &str) -> Request {
    request.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
    request
}

/// The value of an `Authorization` header by HTTP Basic.
pub fn basic_value(user: &[u8], password: &[u8]) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode([user, b":", password].concat())).into_bytes()
}

/// User and password of a value by HTTP Basic.
pub(super) fn pair(value: &str) -> Option<(Secret, Secret)> {
    let (scheme, encoded) = value.split_once(' ')?;
    let bytes = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let at = memchr::memchr(b':', &bytes)?;
    Some((Secret::new(&bytes[..at]), Secret::new(&bytes[at + 1..])))
}

/// The signature at the end of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`: nobody can act with the rest.
fn signature(index: usize, name: &str, text: &str) -> Option<Spot> {
    let at = text.find("Signature=").filter(|_| text.trim_start().starts_with("AWS4-"))? + "Signature=".len();
    let length = text[at..].find([',', ' ']).unwrap_or(text.len() - at);
    (at + length == text.len()).then(|| Spot::new(At::Header(index), name, &text[..at], &text.as_bytes()[at..]))
}

/// Whether the credential is a signature of AWS.
pub(super) fn is_signature(spot: &Spot) -> bool {
    spot.name == "X-Amz-Signature" || spot.before.ends_with("Signature=")
}

fn basic(index: usize, name: &str, text: &str) -> Option<Spot> {
    let (user, password) = pair(text)?;
    let half = if password.is_empty() { Half::User } else { Half::Password };
    let value = if half == Half::User { user } else { password };
    Some(Spot { place: At::Basic(index, half), name: name.to_owned(), before: "Basic ".to_owned(), value })
}

fn set(request: &mut Request, index: usize, bytes: Vec<u8>) {
    if let Some((_, value)) = request.headers.get_mut(index) {
        *value = Secret::new(bytes);
    }
}

/// How soon the service asks for a credential of this name.
fn rank(placements: &[Placement], place: Place, name: &str) -> Option<usize> {
    placements.iter().position(|placement| {
        let is_basic =
            place == Place::Header && placement.place == Place::BasicUser && name.eq_ignore_ascii_case("authorization");
        placement.place == place && placement.name.eq_ignore_ascii_case(name) || is_basic
    })
}

/// A header's value as the words before the credential and the credential: `Bearer `, twice where it stands twice. One blank
/// belongs to the word; what further blanks there are came with the credential.
fn split(value: &str) -> (&str, &str) {
    let mut at = 0;
    loop {
        let rest = &value[at..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-').count();
        let (word, behind) = rest.split_at(length);
        let behind = if is_known(word) { behind.trim_start_matches([':', '=']) } else { behind };
        let credential = behind.strip_prefix(' ').unwrap_or(behind);
        let is_word = (1..=16).contains(&length) && (behind.starts_with(' ') || behind.len() < rest.len() - length);
        if credential.trim().is_empty() {
            // The word alone: what belongs behind it is missing.
            return value.split_at(if is_known(word) { value.len() } else { at });
        }
        if !is_word {
            return value.split_at(at);
        }
        at = value.len() - credential.len();
    }
}

/// Schemes that people put a colon or an equals sign behind.
fn is_known(word: &str) -> bool {
    ["bearer", "token", "basic", "apikey", "bot", "key"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The query with the piece of this index replaced, or left out.
fn with_piece(request: &Request, index: usize, value: Option<&[u8]>) -> Secret {
    let mut pieces: Vec<String> = Vec::new();
    for (at, (name, own)) in request.parameters().enumerate() {
        if at != index {
            pieces.push(own.map_or_else(|| name.to_owned(), |own| format!("{name}={own}")));
        } else if let Some(value) = value {
            pieces.push(format!("{name}={}", url::encoded(value)));
        }
    }
    Secret::from(pieces.join("&").as_str())
}

/// The cookies of a `Cookie` header (RFC 6265, section 4.2).
fn cookies(value: &str) -> impl Iterator<Item = (usize, (&str, &str))> {
    value.split(';').enumerate().filter_map(|(index, piece)| Some((index, piece.trim().split_once('=')?)))
}

/// The `Cookie` header with one cookie replaced, or left out.
fn with_cookie(request: &Request, index: usize, piece: usize, value: Option<&[u8]>) -> Vec<u8> {
    let text = request.headers.get(index).and_then(|(_, value)| value.expose_str()).unwrap_or_default();
    let mut pieces: Vec<String> = Vec::new();
    for (at, own) in text.split(';').map(str::trim).enumerate() {
        if at != piece {
            pieces.push(own.to_owned());
        } else if let (Some(value), Some((name, _))) = (value, own.split_once('=')) {
            pieces.push(format!("{name}={}", String::from_utf8_lossy(value)));
        }
    }
    pieces.join("; ").into_bytes()
}

/// Whether a header's value begins as only a credential does, whatever the header is called.
fn begins_with_scheme(value: &Secret) -> bool {
    let text = value.expose_str().unwrap_or_default();
    text.split_once(' ').is_some_and(|(word, rest)| {
        ["bearer", "basic", "token"].iter().any(|own| word.eq_ignore_ascii_case(own)) && !rest.trim().is_empty()
    })
}

/// A credential that stands in the path, as some services want it.
fn in_path<'r>(request: &'r Request, provider: Option<&Provider>) -> Option<&'r str> {
    let provider = provider.filter(|provider| provider.placement.iter().any(|own| own.place == Place::Path))?;
    let path = url::Url::of(&request.url).path;
    path.split('/').find_map(|segment| {
        let mut shapes = provider.credential.iter().filter(|shape| shape.pattern.len() > 4);
        let starts = (0..segment.len().min(8)).filter(|at| segment.is_char_boundary(*at));
        starts.map(|at| &segment[at..]).find(|text| !text.is_empty() && shapes.any(|shape| shape.fits(text)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)], query: Option<&str>) -> Request {
        Request {
            method: "GET".to_owned(),
            url: "https://api.acme.test/v1/me".to_owned(),
            query: query.map(Secret::from),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value))).collect(),
            ..Request::default()
        }
    }

    #[test]
    fn where_it_stands() {
        for (name, value, before, credential) in [
            ("Authorization", "Bearer abc", "Bearer ", "abc"),
            ("authorization", "Bearer  abc ", "Bearer ", " abc "),
            ("Authorisation", "Bearer abc", "Bearer ", "abc"),
            ("Authorization", "Bearer Bearer abc", "Bearer Bearer ", "abc"),
            ("Authorization", "Bearer: abc", "Bearer: ", "abc"),
            ("Authorization", "abc", "", "abc"),
            ("Authorization", "Bearer", "Bearer", ""),
            ("Authorization", "Bearer ", "Bearer ", ""),
            ("X-Api-Key", "abc=d", "", "abc=d"),
            ("X-Api-Key", "Bearer abc", "Bearer ", "abc"),
        ] {
            let spots = Spot::all(&request(&[("Accept", "*/*"), (name, value)], None), None, &[]);
            assert_eq!(spots.len(), 1, "{value}");
            assert_eq!((spots[0].before.as_str(), spots[0].value.expose_str()), (before, Some(credential)), "{value}");
        }
        assert!(Spot::all(&request(&[("Accept", "a"), ("Content-Type", "b")], Some("page=2")), None, &[]).is_empty());
    }

    #[test]
    fn changed_there_and_nowhere_else() {
        let asked = request(&[("X-Api-Key", "abc"), ("Authorization", "Basic dXNlcjpwdw==")], Some("a=1&key=x%2B&b"));
        let spots = Spot::all(&asked, None, &[]);
        assert_eq!(spots.len(), 3);
        assert_eq!(spots[1].place, At::Basic(1, Half::Password));
        assert_eq!(spots[2].value.expose_str(), Some("x+"));
        let changed = spots[1].with_value(&asked, b"new");
        assert_eq!(changed.headers[1].1.expose_str(), Some("Basic dXNlcjpuZXc="));
        let changed = spots[2].with_value(&asked, b"n/w");
        assert_eq!(changed.query.unwrap().expose_str(), Some("a=1&key=n%2Fw&b"));
        let removed = spots[2].removed(&asked).unwrap();
        assert_eq!(removed.query.unwrap().expose_str(), Some("a=1&b"));
        assert_eq!(spots[0].removed(&asked).unwrap().headers.len(), 1);
    }

    #[test]
    fn several_are_taken_out_in_whatever_order() {
        let asked = request(
            &[("X-Api-Key", "abc"), ("Accept", "a"), ("Authorization", "Bearer d"), ("B", "b")],
            Some("key=x&a=1"),
        );
        let mut spots = Spot::all(&asked, None, &[]);
        assert_eq!(spots.len(), 3);
        for _ in 0..2 {
            let bare = without(&asked, spots.iter()).unwrap();
            let names: Vec<&str> = bare.headers.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!((names, bare.query.unwrap().expose_str()), (vec!["Accept", "B"], Some("a=1")));
            spots.reverse();
        }
    }
}
