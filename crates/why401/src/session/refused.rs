//! Refusals of one kind: which are the same, how often they came, and what led there.

use std::collections::VecDeque;
use std::time::Instant;

use why401_core::clock::Offset;
use why401_core::exchange::{Exchange, Outcome};
use why401_core::fact::Repeats;
use why401_core::probe::Spot;
use why401_core::provider::Registry;
use why401_core::url::Url;

use super::line::millis;
use crate::capture::Call;
use crate::wire::since_1970;
use crate::world;

/// What makes two refusals one: the host, the status, the credential, what the answer says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    host: String,
    status: Option<u16>,
    credential: [u8; 32],
    body: [u8; 32],
}

impl Kind {
    /// The kind of a call.
    pub fn of(exchange: &Exchange, registry: &Registry) -> Self {
        let request = &exchange.request;
        let url = Url::of(&request.url);
        let host = url.authority().into_owned();
        let provider = url.host().and_then(|host| registry.of_host(&host));
        let mut sent = Vec::new();
        for spot in Spot::all(request, provider, &[]) {
            sent.extend_from_slice(spot.name.as_bytes());
            sent.push(b':');
            sent.extend_from_slice(spot.before.as_bytes());
            sent.extend_from_slice(spot.value.expose());
            sent.push(b'\n');
        }
        // Numbers are times, identifiers and counts.
        let body: String = match &exchange.outcome {
            Outcome::Answered(answer) => {
                let beginning = answer.body.chars().take(2048);
                beginning.filter(|c| !c.is_ascii_digit() && !c.is_ascii_hexdigit()).collect()
            }
            Outcome::Unreachable(why) => why.to_string(),
            Outcome::NotSent(why) => why.clone(),
        };
        Self { host, status: exchange.status(), credential: world::digest(&sent), body: world::digest(body.as_bytes()) }
    }

    /// The same, whatever the answer says: of answers that never say the same twice not each is a kind of its own.
    pub fn with_any_body(mut self) -> Self {
        self.body = [0; 32];
        self
    }

    /// Whether only what the answer says may differ.
    pub fn is_nearly(&self, other: &Self) -> bool {
        self.is_of_same_credential(other) && self.status == other.status
    }

    /// Whether the same credential went to the same host.
    pub fn is_of_same_credential(&self, other: &Self) -> bool {
        self.host == other.host && self.credential == other.credential
    }
}

/// What came of one kind.
#[derive(Debug)]
pub struct Refused {
    /// How often.
    pub times: u32,
    /// Whether it is a refusal at all.
    pub is_refusal: bool,
    /// Whether the same credential was taken later.
    pub is_healed: bool,
    first: Instant,
}

impl Refused {
    /// One that is not counted yet.
    pub fn new(now: Instant) -> Self {
        Self { times: 0, is_refusal: true, is_healed: false, first: now }
    }

    /// Counts one; what that comes to, from the second on.
    pub fn again(&mut self, now: Instant, exchange: &Exchange) -> Option<Repeats> {
        self.times += 1;
        let wait = match &exchange.outcome {
            Outcome::Answered(answer) => answer.header("retry-after").and_then(|text| text.trim().parse().ok()),
            _ => None,
        };
        (self.times > 1).then(|| Repeats { times: self.times, within: millis(now - self.first), wait })
    }
}

/// The refused call, after the hops that led there: each was answered with the address of the next.
pub fn hops(recent: &VecDeque<(u64, Exchange)>, last: Exchange) -> Vec<Exchange> {
    let mut hops = vec![last];
    for (_, exchange) in recent.iter().rev() {
        let Some(answer) = exchange.answer() else { continue };
        if hops.len() > 5 {
            break;
        }
        let Some(location) = answer.header("location") else { continue };
        let to = Url::of(&exchange.request.url).join(location.trim());
        let to = to.split(['?', '#']).next().unwrap_or_default().to_owned();
        if hops.first().is_some_and(|next| next.request.url == to) {
            hops.insert(0, exchange.clone());
        }
    }
    hops
}

/// How far this machine's clock is from that of the server, by the `Date` of its answer.
pub fn clock(call: &Call) -> Option<Offset> {
    let answer = call.exchange.answer()?;
    // What a cache hands out was dated when it was made.
    if answer.header("age").is_some() {
        return None;
    }
    Offset::by_date(answer.header("date")?, since_1970(call.began), millis(call.took))
}

/// Whether the client may send its credential only now that it was asked for it: the call had none, and the answer asks.
pub fn may_be_asked_again(call: &Call, registry: &Registry) -> bool {
    let Some(answer) = call.exchange.answer() else { return false };
    let request = &call.exchange.request;
    let provider = Url::of(&request.url).host().and_then(|host| registry.of_host(&host));
    let asks = match answer.status {
        Some(401) => answer.header("www-authenticate").is_some(),
        Some(407) => answer.header("proxy-authenticate").is_some(),
        _ => false,
    };
    asks && Spot::all(request, provider, &[]).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use why401_core::exchange::{Answer, Request, Via};

    fn call(url: &str, status: u16, location: &str) -> Exchange {
        let headers = if location.is_empty() { Vec::new() } else { vec![("Location".to_owned(), location.to_owned())] };
        Exchange {
            request: Request { method: "GET".to_owned(), url: url.to_owned(), ..Request::default() },
            outcome: Outcome::Answered(Answer { status: Some(status), headers, body: String::new() }),
            via: Via::Capture,
        }
    }

    #[test]
    fn the_hops_of_a_way() {
        let recent = VecDeque::from([
            (1, call("https://a.test/x", 301, "https://b.test/y?z=1")),
            (2, call("https://other.test/", 302, "/elsewhere")),
            (3, call("https://b.test/y", 302, "/end")),
        ]);
        let last = call("https://b.test/end", 401, "");
        let urls: Vec<String> = hops(&recent, last).into_iter().map(|hop| hop.request.url).collect();
        assert_eq!(urls, ["https://a.test/x", "https://b.test/y", "https://b.test/end"]);
    }
}
