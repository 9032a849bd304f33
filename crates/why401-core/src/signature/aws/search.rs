//! What the client signed: the readings of a request that clients make by mistake, until one gives the signature that was sent.

use super::canonical::{Canonical, Encoding, Rules};
use super::claim::{Algorithm, Claim};
use super::encode::{joined, pieces};
use super::sign::{is_signature, string_to_sign};
use super::{UNSIGNED, digest};
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::{Url, decoded};

/// One way in which a client reads its own request otherwise than the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The path as it was sent, with what S3 would encode.
    PathAsSent,
    /// The path encoded once, where it is to be encoded twice.
    PathOnce,
    /// The path encoded twice, where it is to be encoded once.
    PathTwice,
    /// Dots and doubled slashes kept, or taken out, where it is the other way round.
    PathDots,
    /// The path not encoded at all.
    PathPlain,
    /// The query in the order in which it was sent.
    QueryOrder,
    /// The query as it was sent, with `+` or other encodings.
    QueryAsSent,
    /// The session token was added to the query after it was signed.
    TokenLeftOut,
    /// No query.
    QueryLeftOut,
    /// The host without its port.
    HostWithoutPort,
    /// The host with the port that goes without saying.
    HostWithPort,
    /// The host of the URL, where another one is in the header.
    HostOfUrl,
    /// An empty body.
    BodyEmpty,
    /// A body that is not signed.
    BodyUnsigned,
    /// The body as it was sent, where the header names another hash.
    BodyAsSent,
    /// The secret without blanks at its edges, where it has some: the signature is right without them.
    SecretTrimmed,
    /// The secret with a line break behind it.
    SecretWithBreak,
    /// The secret without its quotes.
    SecretUnquoted,
    /// The secret with its percent-encoding taken off.
    SecretDecoded,
    /// The secret percent-encoded.
    SecretEncoded,
}

/// A reading that fits.
#[derive(Clone, Debug)]
pub struct Found {
    /// In what it differs from the right reading; empty where it does not.
    pub changes: Vec<Change>,
    /// The canonical request by it.
    pub canonical: Canonical,
    /// Which of the secrets it is.
    pub secret: usize,
}

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// The request as it was sent.
    pub request: &'a Request,
    /// What it says of its signature.
    pub claim: &'a Claim,
}

/// The reading of the request by which one of the secrets gives the signature that was sent; the one with the fewest changes.
pub fn by_signature(sought: Sought<'_>, secrets: &[&Secret]) -> Option<Found> {
    let Sought { claim, .. } = sought;
    if claim.algorithm == Algorithm::V4A || !claim.is_whole() || secrets.is_empty() {
        return None;
    }
    let readings = readings(sought);
    let strings: Vec<String> =
        readings.iter().map(|(_, own)| string_to_sign(&claim.time, &claim.scope, &own.digest())).collect();
    for (index, secret) in secrets.iter().enumerate() {
        for (change, secret) in forms(secret) {
            let fits =
                strings.iter().position(|text| is_signature(secret.expose(), &claim.scope, text, &claim.signature));
            if let Some(at) = fits {
                let (mut changes, canonical) = readings.get(at)?.clone();
                changes.extend(change);
                return Some(Found { changes, canonical, secret: index });
            }
        }
    }
    None
}

/// The reading of the request whose hash is the one that the server states.
pub fn by_digest(sought: Sought<'_>, stated: &str) -> Option<Found> {
    let found = readings(sought).into_iter().find(|(_, canonical)| canonical.digest().eq_ignore_ascii_case(stated));
    found.map(|(changes, canonical)| Found { changes, canonical, secret: 0 })
}

/// The secret as it is, and as it would be without what clings to it.
fn forms(secret: &Secret) -> Vec<(Option<Change>, Secret)> {
    let mut forms = vec![(None, secret.clone())];
    let text = secret.expose_str().unwrap_or_default();
    let unquoted = text.trim().trim_matches(['"', '\'']);
    let plain = decoded(text);
    let escaped = crate::url::encoded(text.as_bytes());
    for (change, own) in [
        (Change::SecretTrimmed, text.trim().as_bytes()),
        (Change::SecretUnquoted, unquoted.as_bytes()),
        (Change::SecretDecoded, plain.as_slice()),
        (Change::SecretEncoded, escaped.as_bytes()),
        (Change::SecretWithBreak, format!("{text}\n").as_bytes()),
    ] {
        if !own.is_empty() && forms.iter().all(|(_, known)| known.expose() != own) {
            forms.push((Some(change), Secret::new(own)));
        }
    }
    forms
}

/// Every reading, those with fewer changes first.
fn readings(sought: Sought<'_>) -> Vec<(Vec<Change>, Canonical)> {
    let Sought { request, claim } = sought;
    let right = Canonical::of(request, claim, Rules::of(&claim.scope.service));
    let (paths, queries, hosts, bodies) =
        (paths(request, claim, &right), queries(request, &right), hosts(request, &right), bodies(request, &right));
    let mut all: Vec<(Vec<Change>, Canonical)> = Vec::new();
    for (path_change, path) in &paths {
        for (query_change, query) in &queries {
            for (host_change, host) in &hosts {
                for (body_change, payload) in &bodies {
                    let changes = [path_change, query_change, host_change, body_change].into_iter().copied().flatten();
                    let mut own = right.clone();
                    own.path.clone_from(path);
                    own.query.clone_from(query);
                    own.payload.clone_from(payload);
                    if let Some((_, value)) = own.headers.iter_mut().find(|(name, _)| name == "host") {
                        value.clone_from(host);
                    }
                    all.push((changes.collect(), own));
                }
            }
        }
    }
    all.sort_by_key(|(changes, _)| changes.len());
    all
}

type Choice = (Option<Change>, String);

/// The choices without those that come to the same.
fn distinct(right: &str, others: Vec<(Change, String)>) -> Vec<Choice> {
    let mut choices = vec![(None, right.to_owned())];
    for (change, text) in others {
        if choices.iter().all(|(_, known)| *known != text) {
            choices.push((Some(change), text));
        }
    }
    choices
}

fn paths(request: &Request, claim: &Claim, right: &Canonical) -> Vec<Choice> {
    let sent = Url::of(&request.url).path;
    let rules = Rules::of(&claim.scope.service);
    let other = |normalises: bool, encoding: Encoding| Rules { normalises, encoding }.path(sent);
    let again = if rules.encoding == Encoding::Once { Encoding::Twice } else { Encoding::Once };
    let change = if rules.encoding == Encoding::Once { Change::PathTwice } else { Change::PathOnce };
    let as_sent = if rules.encoding == Encoding::Once { Change::PathAsSent } else { Change::PathOnce };
    distinct(
        &right.path,
        vec![
            (as_sent, if sent.is_empty() { "/".to_owned() } else { sent.to_owned() }),
            (change, other(rules.normalises, again)),
            (change, other(!rules.normalises, again)),
            (Change::PathDots, other(!rules.normalises, rules.encoding)),
            (Change::PathPlain, String::from_utf8_lossy(&decoded(sent)).into_owned()),
        ],
    )
}

fn queries(request: &Request, right: &Canonical) -> Vec<Choice> {
    let text = request.query.as_ref().and_then(Secret::expose_str).unwrap_or_default();
    let mut own = pieces(text);
    own.retain(|(name, _)| name != "X-Amz-Signature");
    let as_sent = joined(&own);
    own.sort();
    let sorted = joined(&own);
    let order = super::encode::pieces_once(&as_sent);
    let mut without_token = super::encode::pieces_once(&sorted);
    without_token.retain(|(name, _)| name != "X-Amz-Security-Token");
    let raw: Vec<&str> = text.split('&').filter(|piece| !piece.starts_with("X-Amz-Signature=")).collect();
    distinct(
        &right.query,
        vec![
            (Change::QueryOrder, joined(&order)),
            (Change::QueryAsSent, sorted),
            (Change::QueryAsSent, as_sent),
            (Change::QueryAsSent, raw.join("&")),
            (Change::TokenLeftOut, joined(&without_token)),
            (Change::QueryLeftOut, String::new()),
        ],
    )
}

fn hosts(request: &Request, right: &Canonical) -> Vec<Choice> {
    let Some(host) = right.header("host") else { return vec![(None, String::new())] };
    let url = Url::of(&request.url);
    let (bare, port) = match host.rsplit_once(':') {
        Some((bare, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (bare, Some(port)),
        _ => (host, None),
    };
    let mut others = vec![(Change::HostWithoutPort, bare.to_owned())];
    if let (None, Some(port)) = (port, url.port()) {
        others.push((Change::HostWithPort, format!("{bare}:{port}")));
    }
    if !url.host.is_empty() {
        others.push((Change::HostOfUrl, url.authority().into_owned()));
        others.push((Change::HostOfUrl, url.host.to_owned()));
    }
    distinct(host, others)
}

fn bodies(request: &Request, right: &Canonical) -> Vec<Choice> {
    distinct(
        &right.payload,
        vec![
            (Change::BodyAsSent, digest(request.body.expose())),
            (Change::BodyEmpty, digest(b"")),
            (Change::BodyUnsigned, UNSIGNED.to_owned()),
        ],
    )
}

impl Change {
    /// Whether it is one of the secret, and not of the request.
    pub fn is_of_secret(self) -> bool {
        self >= Self::SecretTrimmed
    }

    /// What the client did, a sentence without a full stop, and what to do about it.
    pub fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::PathAsSent => (
                "the client signed the path with characters that the server encodes",
                "Percent-encode everything but letters, digits and -._~ in the path, in the address as well.",
            ),
            Self::PathOnce => (
                "the client signed the path as it stands in the address, and this service wants it encoded once more",
                "Encode the path of the canonical request twice; only S3 takes it as it is.",
            ),
            Self::PathTwice => (
                "the client signed the path encoded twice, and S3 wants it encoded once",
                "Switch the double encoding off (`uriEscapePath: false`, `DisableURIPathEscaping`, `disableDoubleEncoding`).",
            ),
            Self::PathDots => (
                "the client and the server do not agree on dots and doubled slashes in the path",
                "S3 keeps them; every other service takes them out before it signs.",
            ),
            Self::PathPlain => (
                "the client signed the path without its percent-encoding",
                "Sign the path as it stands in the address, percent-encoded.",
            ),
            Self::QueryOrder => (
                "the client signed the parameters of the query in the order in which they are sent",
                "Sort the parameters of the canonical request by their encoded names.",
            ),
            Self::QueryAsSent => (
                "the client signed the query as it is written, and the server in its one right encoding",
                "Percent-encode everything but letters, digits and -._~ in the query: a blank is %20 and not +; give each name an equals sign; sort.",
            ),
            Self::TokenLeftOut => (
                "the client added the session token to the query after it had signed",
                "Add X-Amz-Security-Token first, and sign the query with it.",
            ),
            Self::QueryLeftOut => (
                "the client signed without the query that it sends",
                "Put the sorted query into the third line of the canonical request.",
            ),
            Self::HostWithoutPort => (
                "the client signed the host without the port that it sends",
                "Sign the value of Host byte for byte, its port included.",
            ),
            Self::HostWithPort => (
                "the client signed the host with a port that it does not send",
                "Sign the value of Host byte for byte: the port that goes without saying is left out.",
            ),
            Self::HostOfUrl => (
                "the client signed the host of the address, and another one stands in Host",
                "Sign the value that Host has when it arrives, or let Host be that of the address.",
            ),
            Self::BodyEmpty => {
                ("the client signed an empty body and sent another", "Sign the bytes of the body that is sent.")
            }
            Self::BodyUnsigned => (
                "the client signed UNSIGNED-PAYLOAD and does not say so",
                "Send x-amz-content-sha256: UNSIGNED-PAYLOAD, or sign the body.",
            ),
            Self::BodyAsSent => (
                "the client signed its body, and x-amz-content-sha256 names another one",
                "Send in x-amz-content-sha256 what the canonical request ends with.",
            ),
            Self::SecretTrimmed => (
                "blanks stand round the secret where it is written, and the client signed without them",
                "Take the blanks off where the secret is written.",
            ),
            Self::SecretWithBreak => (
                "the client signed with a line break behind the secret",
                "Read the secret without the line break at its end: `printf %s`, `.trim()`.",
            ),
            Self::SecretUnquoted => (
                "quotes stand round the secret where it is written, and the client signed without them",
                "Take the quotes off where the secret is written.",
            ),
            Self::SecretDecoded => (
                "the secret is percent-encoded where it is written, and the client signed with it decoded",
                "Write the secret as it was given, with its / and +.",
            ),
            Self::SecretEncoded => (
                "the client signed with the secret percent-encoded",
                "Sign with the secret as it was given, with its / and +.",
            ),
        }
    }
}
