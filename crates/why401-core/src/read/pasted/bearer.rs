//! The token that a request carried: what it says of itself, and the time at which it was judged.

use crate::clock::{http_date, iso_date};
use crate::exchange::Exchange;
use crate::fact::{Claims, Fact, Origin, Seen, Token};
use crate::read::jwt;
use crate::secret::Secret;
use crate::url::decoded;

/// The tokens in the headers of a call.
pub(super) fn of(exchange: &Exchange) -> Vec<Fact> {
    let judged = exchange.answer().and_then(|answer| answer.header("date")).and_then(http_date);
    let mut facts = Vec::new();
    facts.extend(shared_access(exchange, judged));
    facts.extend(service(exchange));
    for (name, value) in &exchange.request.headers {
        let Some((text, token)) = value.expose_str().and_then(jwt::found_in) else { continue };
        let fact = |seen| Fact { origin: Origin::Header(name.clone()), span: 0..0, seen };
        for claim in ["aud", "iss"] {
            for value in token.texts(claim) {
                facts.push(fact(Seen::Claims(Claims { name: claim, value: value.to_owned(), wanted: false })));
            }
        }
        let seen = Token { text: Secret::from(text), ..token.seen(judged) };
        facts.push(fact(Seen::Token(Box::new(seen))));
    }
    facts
}

/// A shared access signature of Azure Storage, whose parameters say from when until when it is good.
fn shared_access(exchange: &Exchange, judged: Option<i64>) -> Option<Fact> {
    let get =
        |wanted: &str| exchange.request.parameters().find(|(name, _)| *name == wanted).and_then(|(_, value)| value);
    get("sig")?;
    let time = |name: &str| iso_date(std::str::from_utf8(&decoded(get(name)?)).ok()?);
    let (expires, not_before) = (time("se"), time("st"));
    expires.or(not_before)?;
    let token = Token { expires, not_before, judged, ..Token::default() };
    Some(Fact { origin: Origin::Header("se".to_owned()), span: 0..0, seen: Seen::Token(Box::new(token)) })
}

/// The audience that a challenge of the token protocol of container registries asks for.
fn service(exchange: &Exchange) -> Option<Fact> {
    let challenge = exchange.answer()?.header("www-authenticate")?;
    let value = challenge.split_once("service=\"")?.1.split('"').next()?;
    challenge.to_ascii_lowercase().starts_with("bearer").then(|| Fact {
        origin: Origin::Header("WWW-Authenticate".to_owned()),
        span: 0..0,
        seen: Seen::Claims(Claims { name: "aud", value: value.to_owned(), wanted: true }),
    })
}
