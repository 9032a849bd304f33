//! The token that a request carried: what it says of itself, and the time at which it was judged.

use crate::exchange::{Exchange, Outcome};
use crate::fact::{Claims, Fact, Origin, Seen, Token};
use crate::read::{http_date, jwt};

/// The tokens in the headers of a call.
pub(super) fn of(exchange: &Exchange) -> Vec<Fact> {
    let judged = match &exchange.outcome {
        Outcome::Answered(answer) => {
            let date = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
            date.and_then(|(_, value)| http_date::http_date(value))
        }
        Outcome::Unreachable(_) | Outcome::NotSent(_) => None,
    };
    let mut facts = Vec::new();
    for (name, value) in &exchange.request.headers {
        let Some(token) = value.expose_str().and_then(jwt::within) else { continue };
        let fact = |seen| Fact { origin: Origin::Header(name.clone()), span: 0..0, seen };
        for claim in ["aud", "iss"] {
            for text in token.texts(claim) {
                facts.push(fact(Seen::Claims(Claims { name: claim, value: text.to_owned(), wanted: false })));
            }
        }
        let algorithm = token.header.get("alg").and_then(serde_json::Value::as_str).unwrap_or_default();
        facts.push(fact(Seen::Token(Token {
            expires: token.time("exp"),
            not_before: token.time("nbf"),
            issued: token.time("iat"),
            judged,
            is_unsigned: !token.is_signed || algorithm.eq_ignore_ascii_case("none"),
            is_identity: token.is_identity(),
        })));
    }
    facts
}
