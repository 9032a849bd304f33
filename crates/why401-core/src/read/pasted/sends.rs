//! A request as it was sent says where its credential was put, just as code does that builds one.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::exchange::{Exchange, Via};
use crate::fact::{Carrier, Encoding, Fact, Near, Operand, Origin, Place, Seen, Sends, Slot};
use crate::read::carriers::is_parameter;
use crate::secret::Secret;
use crate::url::{Url, decoded};

/// Header fields that carry a credential by their name.
const CARRIERS: &[&str] = &["authorization", "proxy-authorization"];

/// The credentials that addresses in a text carry in their query.
pub(super) fn in_addresses(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static PARAMETER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"https?://([^\s/"'`?]+)([^\s"'`?]*)\?[^\s"'`]*?\b((?:api[_-]?)?key|apikey|(?:access_|auth_|api_)?token)=([^\s"'`&<>]*)"#).ok()
    });
    let found = PARAMETER.as_ref().into_iter().flat_map(|parameter| parameter.captures_iter(text));
    let facts = found.filter_map(|found| {
        let value = found.get(4)?;
        let sent = Sent {
            name: found.get(3)?.as_str(),
            value: value.as_str(),
            host: Some(found.get(1)?.as_str().to_ascii_lowercase()),
            path: found.get(2)?.as_str().to_owned(),
            others: Vec::new(),
            complete: false,
        };
        let mut fact = fact_of(&sent, Origin::File(Place::of(path, text.as_bytes(), &value.range())), value.range());
        if let Seen::Sends(sends) = &mut fact.seen {
            sends.carrier = Carrier::Query;
            // What code puts in cannot be seen here.
            if value.as_str().contains(['{', '$', '%', '*']) {
                sends.credential = Operand::Unknown;
            }
        }
        Some(fact)
    });
    facts.take(16).collect()
}

/// A header that carries a credential.
pub(super) struct Sent<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
    pub(super) host: Option<String>,
    pub(super) path: String,
    /// Names of the other headers.
    pub(super) others: Vec<String>,
    /// Whether these are all of them.
    pub(super) complete: bool,
}

/// The fact that a credential is sent in this header.
pub(super) fn fact_of(sent: &Sent<'_>, origin: Origin, span: Range<usize>) -> Fact {
    let (before, credential) = split(sent.value);
    let sends = Sends {
        carrier: Carrier::Header,
        name: sent.name.to_owned(),
        name_span: 0..0,
        before: Some(before.to_owned()),
        before_span: 0..0,
        after: String::new(),
        credential: operand(credential),
        slot: Slot::default(),
        encoding: Encoding::None,
        host: sent.host.clone(),
        url_path: sent.path.clone(),
        near: Near::Call,
        companions: sent.others.clone(),
        complete: sent.complete,
        sdk: None,
    };
    Fact { origin, span, seen: Seen::Sends(sends) }
}

/// The credentials that the request carries.
pub(super) fn of(exchange: &Exchange) -> Vec<Fact> {
    let origin = |name: &str| match &exchange.via {
        Via::Text(origin) => origin.clone(),
        Via::Probe | Via::Capture => Origin::Header(name.to_owned()),
    };
    let url = Url::of(&exchange.request.url);
    let mut facts = Vec::new();
    for (name, value) in &exchange.request.headers {
        let lower = name.to_ascii_lowercase();
        let words = ["api-key", "apikey", "auth-token", "access-token", "api_key"];
        let carries = CARRIERS.contains(&lower.as_str()) || words.iter().any(|word| lower.contains(word));
        let Some(value) = value.expose_str().filter(|_| carries) else { continue };
        let others = exchange.request.headers.iter().map(|(other, _)| other).filter(|other| *other != name);
        let sent = Sent {
            name,
            value,
            host: url.host(),
            path: url.path.to_owned(),
            others: others.cloned().collect(),
            complete: true,
        };
        facts.push(fact_of(&sent, origin(name), 0..0));
    }
    // Of a text's addresses `in_addresses` tells.
    let parameters =
        exchange.request.parameters().filter(|(name, _)| exchange.via == Via::Capture && is_parameter(name));
    for (name, value) in parameters {
        let value = String::from_utf8_lossy(&decoded(value.unwrap_or_default())).into_owned();
        let sent = Sent {
            name,
            value: &value,
            host: url.host(),
            path: url.path.to_owned(),
            others: Vec::new(),
            complete: true,
        };
        let mut fact = fact_of(&sent, origin(name), 0..0);
        if let Seen::Sends(sends) = &mut fact.seen {
            sends.carrier = Carrier::Query;
        }
        facts.push(fact);
    }
    facts
}

/// What a person writes for a variable in a printed header, or the value itself.
fn operand(credential: &str) -> Operand {
    let bare = credential.trim_matches(['"', '\'', '<', '>']);
    // Whoever shows a request hides the key in it.
    if bare.bytes().all(|byte| b".*x".contains(&byte)) || credential.starts_with('<') {
        return Operand::Unknown;
    }
    let reference = bare.strip_prefix('$').map(|name| name.trim_matches(['{', '}']));
    match reference {
        Some(name)
            if name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit()) && !name.is_empty() =>
        {
            Operand::Variable(name.to_owned())
        }
        _ => Operand::Literal(Secret::from(credential)),
    }
}

/// A header's value as the words before the credential, and the credential.
fn split(value: &str) -> (&str, &str) {
    let words =
        ["bearer ", "bearer=", "bearer:", "basic ", "token ", "bot ", "apikey ", "key ", "api-key ", "jwt ", "ssws "];
    let mut at = 0;
    while let Some(word) =
        words.iter().find(|word| value.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
    {
        at += word.len();
    }
    value.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_the_credential() {
        for (value, parts) in [
            ("Bearer abc", ("Bearer ", "abc")),
            ("Bearer Bearer abc", ("Bearer Bearer ", "abc")),
            ("abc", ("", "abc")),
            ("Bearer", ("", "Bearer")),
        ] {
            assert_eq!(split(value), parts);
        }
    }
}
