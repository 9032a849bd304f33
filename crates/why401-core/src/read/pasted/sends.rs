//! A request as it was sent says where its credential was put, just as code does that builds one.

use crate::exchange::Exchange;
use crate::exchange::Via;
use crate::fact::{Carrier, Encoding, Fact, Near, Operand, Origin, Seen, Sends, Slot};
use crate::secret::Secret;

/// Header fields that carry a credential by their name.
const CARRIERS: &[&str] = &["authorization", "proxy-authorization", "cookie"];

/// The credentials that the request carries.
pub(super) fn of(exchange: &Exchange) -> Vec<Fact> {
    let origin = match &exchange.via {
        Via::Text(origin) => origin.clone(),
        Via::Probe | Via::Capture => Origin::Header("Authorization".to_owned()),
    };
    let (host, path) = host_and_path(&exchange.request.url);
    let names: Vec<String> = exchange.request.headers.iter().map(|(name, _)| name.clone()).collect();
    let mut facts = Vec::new();
    for (name, value) in &exchange.request.headers {
        let lower = name.to_ascii_lowercase();
        let carries = CARRIERS.contains(&lower.as_str())
            || ["api-key", "apikey", "auth-token", "access-token", "api_key"].iter().any(|word| lower.contains(word));
        if !carries || lower == "cookie" {
            continue;
        }
        let Some(text) = value.expose_str() else { continue };
        let (before, credential) = split(text);
        facts.push(Fact {
            origin: origin.clone(),
            span: 0..0,
            seen: Seen::Sends(Sends {
                carrier: Carrier::Header,
                name: name.clone(),
                name_span: 0..0,
                before: Some(before.to_owned()),
                before_span: 0..0,
                after: String::new(),
                credential: operand(credential),
                slot: Slot::default(),
                encoding: Encoding::None,
                host: host.clone(),
                url_path: path.clone(),
                near: Near::Call,
                companions: names.iter().filter(|other| *other != name).cloned().collect(),
                complete: true,
                sdk: None,
            }),
        });
    }
    facts
}

/// What a person writes for a variable in a printed header, or the value itself.
fn operand(credential: &str) -> Operand {
    let bare = credential.trim_matches(['"', '\'', '<', '>']);
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
    let words = ["bearer ", "basic ", "token ", "bot ", "apikey ", "key ", "api-key "];
    let mut at = 0;
    while let Some(word) =
        words.iter().find(|word| value.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
    {
        at += word.len();
    }
    value.split_at(at)
}

pub(super) fn host_and_path(url: &str) -> (Option<String>, String) {
    let Some((_, rest)) = url.split_once("://") else { return (None, url.to_owned()) };
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    ((!host.is_empty()).then(|| host.to_ascii_lowercase()), path)
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
        assert_eq!(host_and_path("https://u@A.test:8443/x/y"), (Some("a.test".into()), "/x/y".into()));
    }
}
