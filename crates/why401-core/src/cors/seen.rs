//! A call that somebody recorded: a preflight, the real request, or both, held against the same rules.

use super::fetch::{Asked, Fetch, Next, Step};
use super::verdict::{Gets, Rule, Verdict};
use super::{Call, Credentials, Mode, Origin};
use crate::exchange::{Exchange, Outcome, Request};
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
            match fetch.next() {
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
                    let Outcome::Answered(answer) = &decided.outcome else { return None };
                    answer.status?;
                    fetch.hear(&decided.outcome);
                }
            }
        }
    })
}

/// The call that a recorded request belongs to.
fn call_of(request: &Request) -> Option<Call> {
    let page = Origin::parse(header(request, "origin")?).ok()?;
    let mut call = Call::get(page, request.url.clone());
    if request.method == "OPTIONS" {
        header(request, "access-control-request-method")?.clone_into(&mut call.method);
        let names = header(request, "access-control-request-headers").unwrap_or_default().split(',').map(str::trim);
        // A name on the list was unsafe by its value; any unsafe value stands for it.
        call.headers = names.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), Secret::from("\""))).collect();
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
    let found = request.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.and_then(|(_, value)| value.expose_str()).map(str::trim)
}

fn find<'e>(exchanges: &[&'e Exchange], request: &Request) -> Option<&'e Exchange> {
    exchanges.iter().copied().find(|own| own.request.method == request.method && own.request.url == request.url)
}

/// An answer with which a preflight passes.
fn passing(asked: &Asked) -> crate::exchange::Answer {
    let value = |name: &str| header(&asked.request, name).unwrap_or_default().to_owned();
    let headers = [
        ("Access-Control-Allow-Origin", value("origin")),
        ("Access-Control-Allow-Credentials", "true".to_owned()),
        ("Access-Control-Allow-Methods", value("access-control-request-method")),
        ("Access-Control-Allow-Headers", value("access-control-request-headers")),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    crate::exchange::Answer { status: Some(204), headers, body: String::new() }
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
