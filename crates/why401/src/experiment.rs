//! Experiments: the requests of a plan, sent; each hop of a redirect an exchange of its own, and no credential to a host
//! that it is not for.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;
use why401_core::conceal::{Pieces, unescaped};
use why401_core::exchange::{Exchange, Request};
use why401_core::probe::{Plan, Step, Trial, next_hop};
use why401_core::provider::Provider;
use why401_core::secret::Secret;
use why401_core::url::Url;

use crate::wire::{Heard, Wire};

/// Redirects that are followed one after the other.
const HOPS: usize = 5;

/// To whom credentials may go.
#[derive(Debug)]
pub struct Permit {
    /// The service whose hosts may have them.
    pub provider: Option<&'static Provider>,
    /// Where the request of the user goes: its scheme and its host.
    pub given: (String, String),
    /// Hosts that he allowed besides, each with its port (0: any).
    pub hosts: Vec<(String, u16)>,
    /// The credentials.
    pub secrets: Vec<Secret>,
}

/// What was heard besides the plan's own.
#[derive(Debug, Default)]
pub struct Course {
    /// The answers of the first request, with their times.
    pub heard: Vec<Heard>,
    /// Redirects to hosts that a credential is not for, in words.
    pub astray: Vec<String>,
    /// Whether the user broke it off.
    pub is_interrupted: bool,
    /// What had no answer yet when he did.
    pub open: Vec<Trial>,
}

/// How far the experiments are, for those who wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Requests that went out.
    pub asked: usize,
    /// Those of them that are answered.
    pub answered: usize,
}

impl Permit {
    /// Whether a credential may go to this URL's host.
    pub fn covers(&self, url: &str) -> bool {
        let url = Url::of(url);
        let (Some(host), Some(port)) = (url.host(), url.port()) else { return false };
        let is_secure = url.scheme.eq_ignore_ascii_case("https");
        let (scheme, given) = &self.given;
        // The same host at another port is the same host; but what was meant to be sealed is not sent in the clear.
        let is_given = *given == host || is_this_machine(given) && is_this_machine(&host);
        let is_sealed = is_secure || !scheme.eq_ignore_ascii_case("https");
        let is_named = self.hosts.iter().any(|(name, at)| *name == host && (*at == 0 || *at == port));
        let is_own = self.provider.is_some_and(|provider| provider.hosts.cover(&host).is_some());
        is_given && is_sealed || is_named || is_own && is_secure
    }

    /// Whether the request carries a credential.
    fn carries(&self, request: &Request) -> bool {
        let pieces = Pieces::of(self.secrets.iter());
        let holds = |bytes: &[u8]| {
            let is_whole =
                |secret: &&Secret| secret.len() >= 4 && memchr::memmem::find(bytes, secret.expose()).is_some();
            // However a server spells it where it leads us: in its own percent-encoding, in base64, in pieces.
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.secrets.iter().any(|secret| is_whole(&secret))
                || pieces.are_in(&text)
                || pieces.are_in(&unescaped(&text))
        };
        let named = |name: &str| {
            ["authorization", "cookie", "proxy-authorization"].iter().any(|own| name.eq_ignore_ascii_case(own))
        };
        request.headers.iter().any(|(name, value)| named(name) || holds(value.expose()))
            || request.query.as_ref().is_some_and(|query| holds(query.expose()))
            || holds(request.url.as_bytes())
            || holds(request.body.expose())
    }

    /// Whether the request may be sent.
    pub fn allows(&self, request: &Request) -> bool {
        self.covers(&request.url) || !self.carries(request)
    }
}

/// Whether the host is this machine by whatever name.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

/// What came of one trial.
struct Chain {
    trial: Trial,
    heard: Vec<Heard>,
    astray: Option<String>,
}

/// Connections that are opened while the first requests are under way, where the way is long: the changes that come next
/// need as many. A server nearby may be one that serves a single connection, and would wait on an idle one.
const AHEAD: usize = 4;

/// Where no connection came about within so long, the way is long.
const FAR: Duration = Duration::from_millis(40);

/// So often those who wait hear of it.
const TOLD: Duration = Duration::from_millis(250);

/// Sends what the plan asks for until it is decided. At most so many requests go out, hops included.
pub async fn run(
    plan: &mut Plan<'_>,
    wire: Rc<Wire>,
    permit: Rc<Permit>,
    most: usize,
    told: &dyn Fn(Progress),
) -> Course {
    let mut course = Course::default();
    let mut progress = Progress::default();
    let room = Rc::new(Cell::new(most));
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let mut ahead = JoinSet::new();
    if plan.ask.is_free && permit.allows(&plan.ask.request) {
        for _ in 0..AHEAD.min(most.saturating_sub(3)) {
            let (wire, request, manner) = (wire.clone(), plan.ask.request.clone(), plan.ask.manner.clone());
            ahead.spawn_local(async move {
                sleep(FAR).await;
                if !wire.has_met() {
                    wire.open(&request, &manner).await;
                }
            });
        }
    }
    while let Step::Ask(trials) = plan.step() {
        let mut running = JoinSet::new();
        let mut open: Vec<Option<Trial>> = Vec::new();
        for (index, trial) in trials.into_iter().enumerate() {
            if !permit.allows(&trial.request) {
                course.astray.push(trial.change);
                open.push(None);
                continue;
            }
            open.push(Some(trial.clone()));
            let (wire, permit, room) = (wire.clone(), permit.clone(), room.clone());
            running.spawn_local(async move { (index, ask(&wire, &permit, &room, trial).await) });
        }
        if running.is_empty() {
            break;
        }
        progress.asked += running.len();
        told(progress);
        let mut tick = tokio::time::interval(TOLD);
        let mut chains = Vec::new();
        loop {
            tokio::select! {
                done = running.join_next() => match done {
                    Some(Ok((index, chain))) => {
                        progress.answered += 1;
                        if let Some(open) = open.get_mut(index) {
                            *open = None;
                        }
                        chains.push((index, chain));
                    }
                    Some(Err(_)) => {}
                    None => break,
                },
                _ = tick.tick() => told(progress),
                _ = &mut interrupted => {
                    course.is_interrupted = true;
                    course.open = open.into_iter().flatten().collect();
                    break;
                }
            }
        }
        chains.sort_by_key(|(index, _)| *index);
        let mut answered = false;
        for (_, chain) in chains {
            course.astray.extend(chain.astray);
            if chain.heard.is_empty() {
                continue;
            }
            answered = true;
            plan.heard(chain.trial, chain.heard.iter().map(|heard| heard.exchange.clone()).collect());
            if course.heard.is_empty() {
                course.heard = chain.heard;
            }
        }
        plan.weigh();
        if course.is_interrupted || !answered {
            break;
        }
    }
    course.astray.dedup();
    course
}

/// Sends one trial, and follows where the answers lead.
async fn ask(wire: &Wire, permit: &Permit, room: &Cell<usize>, trial: Trial) -> Chain {
    let mut chain = Chain { trial, heard: Vec::new(), astray: None };
    if !chain.trial.after.is_zero() {
        sleep(chain.trial.after).await;
    }
    let mut request = chain.trial.request.clone();
    for _ in 0..=HOPS {
        let Some(left) = room.get().checked_sub(1) else { break };
        room.set(left);
        let heard = wire.ask(&request, &chain.trial.manner).await;
        let next = next(&heard.exchange).filter(|_| chain.trial.manner.follow);
        chain.heard.push(heard);
        let Some(next) = next else { break };
        if !permit.allows(&next) {
            chain.astray = Some(format!("{} leads to {}", request.url, next.url));
            break;
        }
        request = next;
    }
    chain
}

/// The next request of the chain, where the method may be sent again.
fn next(exchange: &Exchange) -> Option<Request> {
    let answer = exchange.answer()?;
    next_hop(&exchange.request, answer).map(|hop| hop.request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_whom_a_credential_goes() {
        let permit = Permit {
            provider: Provider::find("openai"),
            given: ("https".to_owned(), "api.acme.test".to_owned()),
            hosts: vec![("127.0.0.1".to_owned(), 8080), ("gateway.test".to_owned(), 0)],
            secrets: vec![Secret::from("not-a-real-key")],
        };
        for (url, covered) in [
            ("https://api.openai.com/v1/models", true),
            ("https://eu.api.openai.com/v1/models", true),
            ("http://api.openai.com/v1/models", false),
            ("https://api.openai.com.evil.test/", false),
            ("http://127.0.0.1:8080/x", true),
            ("http://127.0.0.1:8081/x", false),
            ("https://GATEWAY.test/", true),
            ("https://api.acme.test:8443/", true),
            ("http://api.acme.test/", false),
            ("https://user@evil.test/?x=api.openai.com", false),
        ] {
            assert_eq!(permit.covers(url), covered, "{url}");
        }
        let mut request = Request { url: "https://evil.test/".to_owned(), ..Request::default() };
        assert!(permit.allows(&request));
        request.query = Some(Secret::from("a=not-a-real-key"));
        assert!(!permit.allows(&request));
        request.query = None;
        request.headers.push(("X-Any".to_owned(), Secret::from("pre not-a-real-key")));
        assert!(!permit.allows(&request));
    }
}
