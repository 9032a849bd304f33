//! A call that somebody recorded: a preflight, the real request, or both, held against the same rules.

use super::address::Url;
use super::fetch::{Asked, Fetch, Next, Step};
use super::verdict::{Gets, Rule, Verdict};
use super::{Call, Credentials, Mode, Origin};
use crate::exchange::{Answer, Exchange, Outcome, Request};
use crate::secret::Secret;

/// What a recorded call shows.
#[derive(Clone, Debug)]
pub struct Seen<'e> {
    /// The exchange that decides.
    pub exchange: &'e Exchange,
    /// The verdict on it.
    pub verdict: Verdict,
}

/// The verdict on the first cross-origin call among `exchanges` that a browser stops for sure, whatever the page says of
/// cookies; `None` where there is none. A request that names an origin is taken for a browser's, or for one that stands in
/// for it.
pub fn judge<'e>(exchanges: &[&'e Exchange]) -> Option<Seen<'e>> {
    exchanges.iter().find_map(|exchange| {
        let call = call_of(&exchange.request)?;
        let is_preflight = exchange.request.method == "OPTIONS";
        let mut fetch = Fetch::new(&call);
        let mut decided = *exchange;
        loop {
            match fetch.ask() {
                Next::Done(verdict) => {
                    let stopped = matches!(&verdict.gets, Gets::Nothing(blocked) if blocked.step != Step::Before);
                    return stopped.then_some(Seen { exchange: decided, verdict: *verdict });
                }
                Next::Ask(asked) if asked.step == Step::Preflight && !is_preflight => {
                    // Only a record of the preflight itself says what came of it; one that was not kept went well.
                    fetch.hear(&Outcome::Answered(passing(&asked)));
                }
                Next::Ask(asked) if asked.step == Step::Real && is_preflight => return None,
                Next::Ask(asked) => {
                    decided = if asked.hop == 0 { exchange } else { find(exchanges, &asked.request)? };
                    let answer = decided.answer()?;
                    answer.status?;
                    fetch.hear(&decided.outcome);
                }
            }
        }
    })
}

/// The call that a recorded request belongs to; `None` where no page made it with `fetch`.
fn call_of(request: &Request) -> Option<Call> {
    let page = Origin::parse(header(request, "origin")?).ok()?;
    // Handshakes of WebSocket and forms name an origin, too, and CORS is not about them.
    if header(request, "upgrade").is_some() || header(request, "sec-fetch-mode").is_some_and(|mode| mode != "cors") {
        return None;
    }
    // Whether it went by https is often guessed; the same host and port may be the page's own.
    let target = Url::parse(&request.url).ok()?;
    if let Origin::Tuple { host, port, .. } = &page
        && (host, port) == (&target.host, &target.port)
    {
        return None;
    }
    let mut call = Call::get(page, request.url.clone());
    if request.method == "OPTIONS" {
        header(request, "access-control-request-method")?.clone_into(&mut call.method);
        let names = header(request, "access-control-request-headers").unwrap_or_default().split(',').map(str::trim);
        // A name on the list was unsafe by its value; any unsafe value stands for it.
        call.headers =
            names.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), Secret::from("\""))).collect();
    } else {
        call.method.clone_from(&request.method);
        call.headers = request.headers.iter().filter(|(name, _)| is_set_by_page(name)).cloned().collect();
        if request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
            call.credentials = Credentials::Include;
        }
    }
    // What the network looks like from there is not recorded.
    call.permitted = true;
    call.mode = Mode::Cors;
    Some(call)
}

fn is_set_by_page(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "authorization" || name.starts_with("x-") || name.ends_with("key") || name.ends_with("token")
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.header(name).and_then(Secret::expose_str).map(str::trim)
}

fn find<'e>(exchanges: &[&'e Exchange], request: &Request) -> Option<&'e Exchange> {
    exchanges.iter().copied().find(|own| own.request.method == request.method && own.request.url == request.url)
}

/// An answer with which a preflight passes.
fn passing(asked: &Asked) -> Answer {
    let value = |name: &str| header(&asked.request, name).unwrap_or_default().to_owned();
    let headers = [
        ("Access-Control-Allow-Origin", value("origin")),
        ("Access-Control-Allow-Credentials", "true".to_owned()),
        ("Access-Control-Allow-Methods", value("access-control-request-method")),
        ("Access-Control-Allow-Headers", value("access-control-request-headers")),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Answer { status: Some(204), headers, body: String::new() }
}

impl Seen<'_> {
    /// Whether what was recorded is enough to be sure: a missing header may have been cut off by whoever copied the text.
    pub fn is_sure(&self) -> bool {
        match (&self.verdict.gets, &self.exchange.outcome) {
            (Gets::Nothing(blocked), Outcome::Answered(answer)) => {
                blocked.rule != Rule::OriginMissing || answer.headers.len() >= 2
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Via;
    use crate::fact;

    fn exchange(method: &str, url: &str, sent: &[(&str, &str)], status: u16, came: &[(&str, &str)]) -> Exchange {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), Secret::from(*value));
        let headers = came.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Exchange {
            request: Request {
                method: method.to_owned(),
                url: url.to_owned(),
                headers: sent.iter().map(own).collect(),
                ..Request::default()
            },
            outcome: Outcome::Answered(Answer { status: Some(status), headers, body: String::new() }),
            via: Via::Text(fact::Origin::Header("test".to_owned())),
        }
    }

    fn cause(exchanges: &[Exchange]) -> Option<&'static str> {
        judge(&exchanges.iter().collect::<Vec<_>>()).and_then(|seen| seen.verdict.cause())
    }

    const PAGE: (&str, &str) = ("Origin", "http://localhost:3000");
    const API: &str = "https://api.test/me";
    const OWN: (&str, &str) = ("access-control-allow-origin", "http://localhost:3000");

    #[test]
    fn preflights() {
        let asked = [PAGE, ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "accept, x-a")];
        let of = |status, came: &[(&str, &str)]| cause(&[exchange("OPTIONS", API, &asked, status, came)]);
        assert_eq!(of(401, &[]), Some("cors/preflight"));
        assert_eq!(of(204, &[OWN, ("Access-Control-Allow-Methods", "PUT")]), Some("cors/header-not-allowed"));
        assert_eq!(of(204, &[OWN, ("Access-Control-Allow-Headers", "*")]), Some("cors/preflight"));
        assert_eq!(of(200, &[("Access-Control-Allow-Origin", "http://localhost:3000/")]), Some("cors/origin"));
        let all = [OWN, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Allow-Headers", "Accept, X-A")];
        assert_eq!(of(204, &all), None);
        // Without its question an OPTIONS is no preflight.
        assert_eq!(cause(&[exchange("OPTIONS", API, &[PAGE], 401, &[])]), None);
    }

    #[test]
    fn real_requests() {
        let key = ("Authorization", "Bearer zq7-fake");
        let of =
            |sent: &[(&str, &str)], status, came: &[(&str, &str)]| cause(&[exchange("GET", API, sent, status, came)]);
        assert_eq!(of(&[PAGE, key], 401, &[("Server", "x")]), Some("cors/masks-error"));
        assert_eq!(of(&[PAGE, key], 200, &[("Server", "x")]), Some("cors/origin"));
        assert_eq!(of(&[PAGE, key], 401, &[OWN]), None);
        assert_eq!(
            of(&[PAGE, ("Cookie", "a=1")], 200, &[("Access-Control-Allow-Origin", "*")]),
            Some("cors/credentials")
        );
        assert_eq!(of(&[key], 401, &[]), None);
        assert_eq!(of(&[PAGE, ("Upgrade", "websocket")], 401, &[]), None);
        assert_eq!(of(&[PAGE, ("Sec-Fetch-Mode", "navigate")], 403, &[]), None);
        // The page's own server.
        assert_eq!(cause(&[exchange("POST", "https://localhost:3000/x", &[PAGE], 401, &[])]), None);
    }

    #[test]
    fn redirects_are_followed_in_the_record() {
        let hop = exchange("GET", API, &[PAGE], 302, &[OWN, ("Location", "/login")]);
        let login = exchange("GET", "https://api.test/login", &[PAGE], 200, &[]);
        assert_eq!(cause(&[hop.clone(), login]), Some("cors/masks-error"));
        assert_eq!(cause(&[hop]), None);
    }
}
