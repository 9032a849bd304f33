//! What the issuer says: its metadata, its keys, and whether the token is good. Nothing is asked that the user did not ask for,
//! and the token goes to nobody but the address that he named.

use why401_core::clock::Offset;
use why401_core::diagnosis::Experiment;
use why401_core::exchange::{Manner, Outcome, Request};
use why401_core::fact::{Claims, Fact, Introspected, Keys, Origin, Seen, Token};
use why401_core::probe::{AGENT, basic_value};
use why401_core::project::Skipped;
use why401_core::read::key;
use why401_core::read::token::issuer::{introspection, metadata, places};
use why401_core::secret::Secret;
use why401_core::url::{Url, encoded};

use super::{Wishes, asked, fact};
use crate::wire::{self, Heard, Wire};
use crate::world::{self, Error};

/// Milliseconds that one answer may take.
const WITHIN: u64 = 10_000;

/// What came of asking.
#[derive(Debug, Default)]
pub struct Answers {
    /// Addresses of key sets that are to be asked.
    pub wanted_keys: Vec<String>,
    /// What the answers show.
    pub facts: Vec<Fact>,
    /// What the issuer says of the token.
    pub introspected: Option<Introspected>,
    /// How far this machine's clock is from a server's, and whose.
    pub clock: Option<(Offset, String)>,
    /// The requests that went out.
    pub asked: Vec<Experiment>,
    /// What was not asked, and why.
    pub not_asked: Vec<Skipped>,
    /// Whether keys came.
    pub has_keys: bool,
    /// Whether metadata came.
    pub has_metadata: bool,
}

/// Asks what the wishes ask for.
pub fn ask(text: &str, token: &Token, wishes: &Wishes, answers: &mut Answers) -> Result<(), Error> {
    let wants = wishes.discover || wishes.introspect.is_some() || !answers.wanted_keys.is_empty();
    if !wants {
        return Ok(());
    }
    if wishes.offline {
        let what = "the issuer".to_owned();
        answers.not_asked.push(Skipped { what, why: "--offline: nothing is asked".to_owned() });
        return Ok(());
    }
    let wire = Wire::new(world::environment());
    wire::run(all(&wire, text, token, wishes, answers))?
}

async fn all(wire: &Wire, text: &str, token: &Token, wishes: &Wishes, answers: &mut Answers) -> Result<(), Error> {
    if wishes.discover {
        discover(wire, token, wishes, answers).await?;
    }
    for url in std::mem::take(&mut answers.wanted_keys) {
        let heard = wire.ask(&get(&url), &manner()).await;
        let (status, body) = body(&heard, &url, "the key set")?;
        answers.hear(&heard, &url);
        let read = if status == 200 { key::keys(body.as_bytes()) } else { Err(format!("it answers {status}")) };
        let came = match &read {
            Ok(ring) => format!("{status}, {} key{}", ring.keys.len(), if ring.keys.len() == 1 { "" } else { "s" }),
            Err(_) if status != 200 => status.to_string(),
            Err(why) => format!("{status}; {why}"),
        };
        answers.asked.push(asked("the key set", format!("GET {url}"), came, Some(status), read.is_ok()));
        if let (Err(why), true) = (read, status != 200) {
            answers.not_asked.push(Skipped { what: format!("the key set at {url}"), why });
            continue;
        }
        answers.has_keys = true;
        let keys = Keys { text: Secret::from(body.as_str()), is_secret: false, name: format!("the key set at {url}") };
        answers.facts.push(fact(Origin::Host(url), Seen::Keys(keys)));
    }
    if let Some(introspector) = &wishes.introspect {
        introspector.ask(wire, text, answers).await?;
    }
    Ok(())
}

/// The issuer's metadata, which say where its keys are.
async fn discover(wire: &Wire, token: &Token, wishes: &Wishes, answers: &mut Answers) -> Result<(), Error> {
    let own = token.texts("iss").first().map(|text| (*text).to_owned());
    let Some(issuer) = own.or_else(|| wishes.issuers.first().cloned()) else {
        return Err(Error::new("the token names no issuer that could be asked").hint("--issuer URL names it"));
    };
    if !["http://", "https://"].iter().any(|scheme| issuer.starts_with(scheme)) {
        return Err(Error::new(format!("the issuer {issuer:?} is no address that could be asked"))
            .hint("--jwks gives the key set, and --issuer another issuer"));
    }
    let mut failed = String::new();
    for url in places(&issuer) {
        let heard = wire.ask(&get(&url), &manner()).await;
        let (status, body) = body(&heard, &url, "the issuer's metadata")?;
        answers.hear(&heard, &url);
        let read = if status == 200 { metadata(&body) } else { Err(format!("it answers {status}")) };
        let came = match &read {
            Ok(read) => format!("{status}, issuer {}", read.issuer),
            Err(why) => format!("{status}; {why}"),
        };
        answers.asked.push(asked("the issuer's metadata", format!("GET {url}"), came, Some(status), read.is_ok()));
        match read {
            Ok(read) => {
                answers.has_metadata = true;
                if wishes.issuers.is_empty() {
                    let claims = Claims { name: "iss", value: read.issuer, wanted: true };
                    answers.facts.push(fact(Origin::Host(url), Seen::Claims(claims)));
                }
                answers.wanted_keys.extend(read.key_set.filter(|_| wishes.key_set.is_none()));
                return Ok(());
            }
            Err(why) => failed = why,
        }
    }
    answers.not_asked.push(Skipped { what: format!("the metadata of {issuer}"), why: failed });
    Ok(())
}

/// Who is asked whether a token is good, and what it may do (RFC 7662).
#[derive(Debug)]
pub struct Introspector {
    /// The address of the endpoint.
    pub url: String,
    /// The name and the secret of the client that asks.
    pub client: Option<(String, Secret)>,
}

impl Introspector {
    /// Sends the token there.
    pub async fn ask(&self, wire: &Wire, token: &str, answers: &mut Answers) -> Result<(), Error> {
        let Self { url, client } = self;
        let mut request = get(url);
        request.method = "POST".to_owned();
        let form = format!("token={}&token_type_hint=access_token", encoded(token.as_bytes()));
        request.headers.push(("Content-Type".to_owned(), Secret::from("application/x-www-form-urlencoded")));
        if let Some((name, secret)) = client {
            // RFC 6749, section 2.3.1: both are encoded before they are joined.
            let value = basic_value(encoded(name.as_bytes()).as_bytes(), encoded(secret.expose()).as_bytes());
            request.headers.push(("Authorization".to_owned(), Secret::new(value)));
        }
        request.body = Secret::from(form.as_str());
        let heard = wire.ask(&request, &manner()).await;
        let (status, body) = body(&heard, url, "the introspection endpoint")?;
        answers.hear(&heard, url);
        let how = format!("POST {url}");
        let what = "whether the token is active";
        match if status == 200 { introspection(&body) } else { Err(refused(status, client.is_some())) } {
            Ok((is_active, claims)) => {
                let scope = claims.get("scope").and_then(serde_json::Value::as_str);
                let scope = scope.map_or_else(String::new, |scope| format!(", scope: {scope}"));
                let came = format!("{status}, active: {is_active}{scope}");
                answers.asked.push(asked(what, how, came, Some(status), is_active));
                answers.introspected = Some(Introspected { is_active, claims, by: host(url) });
            }
            Err(why) => {
                answers.asked.push(asked(what, how, format!("{status}"), Some(status), false));
                answers.not_asked.push(Skipped { what: what.to_owned(), why });
            }
        }
        Ok(())
    }
}

fn refused(status: u16, has_client: bool) -> String {
    match (status, has_client) {
        (401 | 403, false) => {
            format!("the endpoint answers {status}: it wants a client, --client-id-env and --client-secret-env")
        }
        (401 | 403, true) => format!("the endpoint answers {status}: it does not take this client (token/client)"),
        _ => format!("the endpoint answers {status}"),
    }
}

impl Answers {
    /// Keeps the surest of the clocks that were heard.
    fn hear(&mut self, heard: &Heard, url: &str) {
        let Some(offset) = wire::offset(heard) else { return };
        if self.clock.as_ref().is_none_or(|(own, _)| offset.within < own.within) {
            self.clock = Some((offset, host(url)));
        }
    }
}

fn host(url: &str) -> String {
    Url::of(url).authority().into_owned()
}

fn manner() -> Manner {
    Manner { within: Some(WITHIN), ..Manner::default() }
}

fn get(url: &str) -> Request {
    let parts = Url::of(url);
    Request {
        method: "GET".to_owned(),
        url: url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        query: parts.query.map(Secret::from),
        headers: vec![
            ("Host".to_owned(), Secret::from(&*parts.authority())),
            ("User-Agent".to_owned(), Secret::from(AGENT)),
            ("Accept".to_owned(), Secret::from("application/json")),
        ],
        ..Request::default()
    }
}

/// Status and body of the answer; an error where nobody answered.
fn body(heard: &Heard, url: &str, what: &str) -> Result<(u16, String), Error> {
    let failed = |why: String| {
        Error::new(format!("{what} at {url} was not reached: {why}"))
            .hint("nothing was judged by it; without the option the rest of the token is looked at")
    };
    match &heard.exchange.outcome {
        Outcome::Answered(answer) => Ok((answer.status.unwrap_or_default(), answer.body.clone())),
        Outcome::Unreachable(why) => Err(failed(why.to_string())),
        Outcome::NotSent(why) => Err(failed(why.clone())),
    }
}
