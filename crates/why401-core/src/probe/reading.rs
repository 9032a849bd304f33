//! Reading: what an answer says of the credential that was asked with, in one word, and whether two answers say the same.

use std::collections::BTreeSet;

use super::spot::Spot;
use crate::exchange::{Answer, Exchange, Outcome, Request};
use crate::provider::{Meaning, Probe, Provider, meanings};
use crate::symptom::{self, Symptom};

/// What an answer says of the credential, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Nobody answered.
    Unanswered,
    /// It cannot be sent as it is.
    NotSent,
    /// Something else than the API answered, or the service is down.
    Elsewhere,
    /// It leads somewhere else.
    Redirect,
    /// The credential is not taken, or was not seen.
    Refused,
    /// The credential is known, and this is not allowed with it.
    Denied,
    /// The credential is known, and too much was asked for.
    Limited,
    /// Something else is wrong with the request; nothing is said of the credential.
    Other,
    /// It works.
    Accepted,
}

impl Reading {
    /// Whether the credential was turned down, as far as the answer tells.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::NotSent | Self::Refused | Self::Denied | Self::Limited)
    }
}

/// An answer of a service that is not known weighs this little when its wording is known from elsewhere.
const KNOWN: i32 = 20;

/// What came of the exchange. `probe` is the provider's own free request, where that was asked.
pub fn reading(exchange: &Exchange, provider: Option<&'static Provider>, probe: Option<&Probe>) -> Reading {
    let answer = match &exchange.outcome {
        Outcome::Answered(answer) => answer,
        Outcome::Unreachable(_) => return Reading::Unanswered,
        Outcome::NotSent(_) => return Reading::NotSent,
    };
    let status = answer.status.unwrap_or_default();
    if probe.is_some_and(|probe| probe.expect == status || probe.also_accepted.contains(&status)) {
        let told = told(answer, provider).filter(|_| status == 200 || status >= 400);
        return match told {
            Some(reading @ (Reading::Refused | Reading::Limited))
                if status >= 400 || is_known_refusal(answer, provider) =>
            {
                reading
            }
            _ => Reading::Accepted,
        };
    }
    match status {
        200..=299 if is_known_refusal(answer, provider) => told(answer, provider).unwrap_or(Reading::Refused),
        200..=299 | 304 => Reading::Accepted,
        300..=399 => Reading::Redirect,
        401 | 407 => match told(answer, provider) {
            Some(Reading::Limited) => Reading::Limited,
            Some(Reading::Denied) => Reading::Denied,
            _ => Reading::Refused,
        },
        403 => match told(answer, provider) {
            Some(Reading::Other) | None => Reading::Denied,
            Some(reading) => reading,
        },
        429 => told(answer, provider).filter(|reading| *reading == Reading::Refused).unwrap_or(Reading::Limited),
        402 => Reading::Limited,
        400..=499 => told(answer, provider).unwrap_or(Reading::Other),
        _ => told(answer, provider).filter(|reading| reading.is_refusal()).unwrap_or(Reading::Elsewhere),
    }
}

/// What the wording of an answer means, the weightiest first, where this is the service that was asked.
pub(crate) fn said(answer: &Answer, provider: Option<&'static Provider>) -> Vec<Meaning> {
    let known: Vec<_> = provider.into_iter().map(|provider| (provider, 90)).collect();
    meanings(answer, &known)
}

/// What the wording says, where it is known.
fn told(answer: &Answer, provider: Option<&'static Provider>) -> Option<Reading> {
    let best = said(answer, provider).into_iter().next().filter(|meaning| meaning.weight >= KNOWN)?;
    let reading = match symptom::of(&best.answer.cause).first()? {
        Symptom::Absent | Symptom::Unsent | Symptom::Rejected | Symptom::Claims | Symptom::Signature => {
            Reading::Refused
        }
        Symptom::Denied => Reading::Denied,
        Symptom::Limited => Reading::Limited,
        Symptom::Elsewhere => Reading::Elsewhere,
        Symptom::Browser => Reading::Other,
    };
    Some(reading)
}

/// Whether an answer that calls itself good is one of the service's known refusals all the same.
fn is_known_refusal(answer: &Answer, provider: Option<&'static Provider>) -> bool {
    let Some(provider) = provider else { return says_error(&answer.body) };
    let own = said(answer, Some(provider)).into_iter().any(|meaning| {
        meaning.weight >= 2 * KNOWN && meaning.speaker.provider().is_some_and(|other| other.slug == provider.slug)
    });
    own || says_error(&answer.body)
}

/// Whether a body begins as an error does that comes with a good status: `{"ok":false,…}`, GraphQL's `errors` alone.
fn says_error(body: &str) -> bool {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(body) else { return false };
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    fields.get("ok") == Some(&serde_json::Value::Bool(false))
        || fields.get("success") == Some(&serde_json::Value::Bool(false))
        || has("errors") && !has("data")
}

/// Whether two answers say the same: one status, and one text but for what changes from answer to answer and what repeats
/// the credential.
pub fn alike(a: &Exchange, b: &Exchange) -> bool {
    match (&a.outcome, &b.outcome) {
        (Outcome::Answered(first), Outcome::Answered(second)) => {
            first.status == second.status && words(first, &a.request) == words(second, &b.request)
        }
        (Outcome::Unreachable(first), Outcome::Unreachable(second)) => first.at == second.at,
        (Outcome::NotSent(_), Outcome::NotSent(_)) => true,
        _ => false,
    }
}

/// The words of the body and of the challenge that are no identifiers, times, lengths or echoes.
fn words(answer: &Answer, request: &Request) -> BTreeSet<String> {
    let spots = Spot::all(request, None, &[]);
    let sent: Vec<&str> = spots.iter().filter_map(|spot| spot.value.expose_str()).collect();
    let challenges = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    let texts = challenges.map(|(_, value)| value.as_str()).chain([answer.body.as_str()]);
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-' && c != '*'));
    let plain = words.filter(|word| {
        let is_echo = word.contains('*') || word.len() >= 8 && sent.iter().any(|sent| sent.contains(word));
        (2..=24).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-')
            && !is_echo
    });
    plain.map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Via;
    use crate::secret::Secret;

    fn answered(status: u16, body: &str, key: &str) -> Exchange {
        let request = Request {
            headers: vec![("Authorization".to_owned(), Secret::from(format!("Bearer {key}").as_str()))],
            ..Request::default()
        };
        let answer = Answer { status: Some(status), headers: Vec::new(), body: body.to_owned() };
        Exchange { request, outcome: Outcome::Answered(answer), via: Via::Probe }
    }

    #[test]
    fn same_or_not() {
        let one = answered(401, "Incorrect key abcd-efgh given. Request 8f3a9c", "abcd-efgh");
        let two = answered(401, "Incorrect key wxyz-wxyz given. Request 77b1d0", "wxyz-wxyz");
        let none = answered(401, "No key given", "");
        assert!(alike(&one, &two));
        assert!(!alike(&one, &none));
        assert!(!alike(&one, &answered(403, "Incorrect key abcd-efgh given", "abcd-efgh")));
    }

    #[test]
    fn what_it_says() {
        let openai = Provider::find("openai");
        for (status, body, expected) in [
            (200, "{\"data\":[]}", Reading::Accepted),
            (200, "{\"ok\":false,\"error\":\"invalid_auth\"}", Reading::Refused),
            (401, "no", Reading::Refused),
            (403, "no", Reading::Denied),
            (404, "no such page", Reading::Other),
            (429, "{\"error\":{\"code\":\"insufficient_quota\"}}", Reading::Limited),
            (301, "", Reading::Redirect),
            (503, "", Reading::Elsewhere),
        ] {
            assert_eq!(reading(&answered(status, body, "x"), openai, None), expected, "{status} {body}");
        }
    }
}
