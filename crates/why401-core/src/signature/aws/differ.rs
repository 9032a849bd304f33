//! Where two canonical requests differ, and what that comes of.

use super::UNSIGNED;
use super::canonical::Canonical;
use crate::url::decoded;

/// One difference between what was sent and what the server computed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The part.
    pub part: Part,
    /// As it was sent.
    pub ours: String,
    /// As the server has it.
    pub theirs: String,
    /// What it comes of, a sentence without a full stop. It quotes no value of a header.
    pub comes_of: String,
    /// What to do about it, a sentence.
    pub remedy: String,
    /// Whether something between client and server did it, and not the client itself.
    pub on_the_way: bool,
}

/// A part of a canonical request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
    /// The signed header of this name.
    Header(String),
    /// The list of signed headers.
    Signed,
    /// The hash of the body.
    Payload,
}

impl Part {
    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Self::Method => "the method".to_owned(),
            Self::Path => "the path".to_owned(),
            Self::Query => "the query".to_owned(),
            Self::Header(name) => format!("the header {name}"),
            Self::Signed => "the list of signed headers".to_owned(),
            Self::Payload => "the hash of the body".to_owned(),
        }
    }
}

/// All differences, in the order of the canonical request.
pub fn differences(ours: &Canonical, theirs: &Canonical) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |part: Part, ours: &str, theirs: &str, (comes_of, remedy, on_the_way): (String, &str, bool)| {
        let own = |text: &str| text.to_owned();
        found.push(Difference {
            part,
            ours: own(ours),
            theirs: own(theirs),
            comes_of,
            remedy: own(remedy),
            on_the_way,
        });
    };
    if ours.method != theirs.method {
        let told = format!("the method was {} when it was sent and {} at the server", ours.method, theirs.method);
        add(
            Part::Method,
            &ours.method,
            &theirs.method,
            (told, "Let what stands between hand on the method as it came.", true),
        );
    }
    if ours.path != theirs.path {
        add(Part::Path, &ours.path, &theirs.path, path(&ours.path, &theirs.path));
    }
    if ours.query != theirs.query {
        add(Part::Query, &ours.query, &theirs.query, query(&ours.query, &theirs.query));
    }
    let mut names: Vec<&str> = ours.headers.iter().chain(&theirs.headers).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (own, other) = (ours.header(name), theirs.header(name));
        if own != other {
            let part = Part::Header(name.to_owned());
            add(part, own.unwrap_or_default(), other.unwrap_or_default(), header(name, own, other));
        }
    }
    if ours.signed != theirs.signed {
        let told = "the list of signed headers is not the one that the request names".to_owned();
        add(
            Part::Signed,
            &ours.signed,
            &theirs.signed,
            (told, "Name every signed header in SignedHeaders=, in small letters and sorted.", false),
        );
    }
    if ours.payload != theirs.payload {
        add(Part::Payload, &ours.payload, &theirs.payload, payload(&ours.payload, &theirs.payload));
    }
    found
}

fn path(ours: &str, theirs: &str) -> (String, &'static str, bool) {
    let unescaped = |text: &str| String::from_utf8_lossy(&decoded(text)).into_owned();
    let squashed = |text: &str| text.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    if unescaped(theirs) == ours || unescaped(ours) == theirs {
        let (side, other) = if theirs.len() > ours.len() { ("server", "client") } else { ("client", "server") };
        return (
            format!("the {side} has the path encoded once more than the {other}"),
            "Encode each segment of the path once for S3, and twice in the canonical request of every other service.",
            false,
        );
    }
    if unescaped(ours) == unescaped(theirs) {
        return (
            "the path is encoded in another way".to_owned(),
            "Percent-encode everything but letters, digits and -._~ in the path, with capital hex digits.",
            false,
        );
    }
    if squashed(ours) == squashed(theirs) {
        return (
            "doubled slashes or the slash at the end were taken out of the path".to_owned(),
            "Hand the path on as it came: nginx with `merge_slashes off` and `proxy_pass` without a path.",
            true,
        );
    }
    if ours.ends_with(theirs) || theirs.ends_with(ours) {
        return (
            "something before the server takes a part off the path, or puts one before it".to_owned(),
            "Sign the path that the server sees, or hand the path on as it came.",
            true,
        );
    }
    ("another path arrived than was sent".to_owned(), "Hand the path on as it came.", true)
}

fn query(ours: &str, theirs: &str) -> (String, &'static str, bool) {
    let sorted = |text: &str| {
        let mut pieces: Vec<&str> = text.split('&').collect();
        pieces.sort_unstable();
        pieces.join("&")
    };
    if sorted(ours) == sorted(theirs) {
        return (
            "the parameters of the query stand in another order".to_owned(),
            "Sort the parameters of the canonical request by their encoded names.",
            false,
        );
    }
    let plain = |text: &str| String::from_utf8_lossy(&decoded(&text.replace('+', " "))).into_owned();
    if plain(ours) == plain(theirs) {
        let blank = ours.contains('+') || theirs.contains('+');
        let what = if blank {
            "a blank of the query is `+` on one side and `%20` on the other"
        } else {
            "the query is encoded in another way"
        };
        return (
            what.to_owned(),
            "Percent-encode everything but letters, digits and -._~ in the query; a blank is %20.",
            false,
        );
    }
    let name = |piece: &str| piece.split('=').next().unwrap_or_default().to_owned();
    let only = |one: &str, other: &str| {
        let others: Vec<&str> = other.split('&').collect();
        one.split('&').filter(|piece| !piece.is_empty() && !others.contains(piece)).map(name).next()
    };
    let told = match (only(ours, theirs), only(theirs, ours)) {
        (Some(gone), None) => format!("the parameter {gone} of the query did not arrive"),
        (None, Some(new)) => format!("a parameter {new} was added to the query on the way"),
        (Some(changed), Some(_)) => format!("the parameter {changed} of the query arrived changed"),
        (None, None) => "another query arrived than was sent".to_owned(),
    };
    (told, "Hand the query on as it came, and sign every parameter that is sent.", true)
}

fn header(name: &str, ours: Option<&str>, theirs: Option<&str>) -> (String, &'static str, bool) {
    if name == "host" {
        let (ours, theirs) = (ours.unwrap_or_default(), theirs.unwrap_or_default());
        let bare = |text: &str| {
            text.rsplit_once(':')
                .map_or(text, |(host, port)| if port.bytes().all(|b| b.is_ascii_digit()) { host } else { text })
                .to_ascii_lowercase()
        };
        if bare(ours) == bare(theirs) {
            let told = format!("the host was signed as {ours} and reached the server as {theirs}: a port came or went");
            return (
                told,
                "Sign the host with the port that the server sees, or hand on Host as it came: `proxy_set_header Host $http_host`.",
                true,
            );
        }
        let told = format!("the host was signed as {ours} and reached the server as {theirs}: a proxy rewrites Host");
        return (
            told,
            "Let the proxy hand on Host as it came (nginx: `proxy_set_header Host $http_host`), or sign for the host that the server sees.",
            true,
        );
    }
    let remedy = "Let what stands between hand on the signed headers as they came, or sign fewer headers: host and x-amz-* are enough.";
    let told = match (ours.filter(|value| !value.is_empty()), theirs.filter(|value| !value.is_empty())) {
        (Some(_), None) => format!("the signed header {name} did not arrive"),
        (None, Some(_)) => format!("the header {name} is signed and was not sent; on the way it was added"),
        _ => format!("the signed header {name} arrived changed"),
    };
    (told, remedy, true)
}

fn payload(ours: &str, theirs: &str) -> (String, &'static str, bool) {
    if [ours, theirs].iter().any(|one| *one == UNSIGNED || one.starts_with("STREAMING-")) {
        return (
            "one side signs the body and the other does not".to_owned(),
            "Send in x-amz-content-sha256 what the canonical request ends with.",
            false,
        );
    }
    (
        "the body that arrived is not the one that was signed".to_owned(),
        "Sign the very bytes that are sent, after they are compressed or written anew; let nothing between change them.",
        true,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_comes_of() {
        let base = || Canonical {
            method: "GET".into(),
            path: "/a%20b".into(),
            query: "a=1&b=2".into(),
            headers: vec![("accept-encoding".into(), "identity".into()), ("host".into(), "a.test:8080".into())],
            signed: "accept-encoding;host".into(),
            payload: "00".into(),
        };
        type Change = fn(&mut Canonical);
        let changes: &[(Change, &str)] = &[
            (|c| c.path = "/a%2520b".into(), "the server has the path encoded once more than the client"),
            (
                |c| c.path = "/v1/a%20b".into(),
                "something before the server takes a part off the path, or puts one before it",
            ),
            (|c| c.path = "//a%20b".into(), "doubled slashes or the slash at the end were taken out of the path"),
            (|c| c.query = "b=2&a=1".into(), "the parameters of the query stand in another order"),
            (|c| c.query = "a=1".into(), "the parameter b of the query did not arrive"),
            (|c| c.query = "a=1&b=2&c=3".into(), "a parameter c was added to the query on the way"),
            (|c| c.headers[0].1 = "gzip".into(), "the signed header accept-encoding arrived changed"),
            (|c| c.headers[0].1 = String::new(), "the signed header accept-encoding did not arrive"),
            (
                |c| c.headers[1].1 = "a.test".into(),
                "the host was signed as a.test:8080 and reached the server as a.test: a port came or went",
            ),
            (
                |c| c.headers[1].1 = "b.test".into(),
                "the host was signed as a.test:8080 and reached the server as b.test: a proxy rewrites Host",
            ),
            (|c| c.payload = "11".into(), "the body that arrived is not the one that was signed"),
            (|c| c.payload = UNSIGNED.into(), "one side signs the body and the other does not"),
        ];
        for (change, told) in changes {
            let mut theirs = base();
            change(&mut theirs);
            let found = differences(&base(), &theirs);
            assert_eq!(found.iter().map(|one| one.comes_of.as_str()).collect::<Vec<_>>(), [*told]);
        }
        assert!(differences(&base(), &base()).is_empty());
    }
}
