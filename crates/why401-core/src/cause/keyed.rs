//! Calls that are signed with a keyed hash, computed again: Azure Storage, OAuth 1.0a, trading platforms, webhooks. For the
//! diagnosis, since what is wrong with one may be any cause.

use super::{Cause, Finding, Remedy, Standing};
use crate::case::{Case, Stop, name_says_credential};
use crate::exchange::{ANSWER, Exchange, Request};
use crate::fact::{Origin, Place, Seen, Value};
use crate::form::Form;
use crate::project::Project;
use crate::secret::Secret;
use crate::signature::fault::{At, Candidate, Examined, Fault, Sure};
use crate::signature::market::{self, Market};
use crate::signature::webhook::{self, Delivery};
use crate::signature::{azure, oauth1};

/// What was computed of one call.
pub(crate) struct Keyed {
    /// What is wrong with it.
    pub(crate) found: Vec<(&'static Cause, Finding)>,
    /// What is shown of it.
    pub(crate) forms: Vec<Form>,
    /// What it came to; empty where nothing was decided.
    pub(crate) verdict: String,
}

/// So many secrets are tried.
const MOST: usize = 12;
/// What the bytes of a call show weighs more than what a text says that stands for several causes.
const PROVEN: i32 = 50;
const LIKELY: i32 = 34;
const POSSIBLE: i32 = 8;

/// The first call of the refusal that carries such a signature; `None` where none does.
pub(crate) fn keyed(case: &Case<'_>) -> Option<Keyed> {
    let refusal = case.as_refusal()?;
    let (exchange, scheme) = refusal.exchanges.iter().find_map(|one| Some((*one, Scheme::of(one)?)))?;
    let secrets = secrets(case.project, &scheme);
    let candidates: Vec<Candidate<'_>> = secrets.iter().map(|(name, value, _)| Candidate { name, value }).collect();
    let mut examined = scheme.examine(exchange, &candidates, case.project.hints.now)?;
    if matches!(scheme, Scheme::OAuth1) {
        examined.faults.extend(oauth1::reused(&refusal.exchanges));
    }
    // In an answer nobody finds the request; what carries the signature is named instead.
    let place = match exchange.origin() {
        Origin::File(place) if &*place.path == ANSWER => scheme.carrier(&exchange.request),
        origin => origin,
    };
    let origin = |fault: &Fault| {
        let named = secrets.iter().find(|(name, _, _)| fault.at == At::Written && fault.title.contains(name));
        named.map_or_else(|| place.clone(), |(_, _, origin)| origin.clone())
    };
    Some(Keyed::of(examined, &origin))
}

impl Keyed {
    /// The findings of what was examined.
    pub(crate) fn of(examined: Examined, origin: &dyn Fn(&Fault) -> Origin) -> Self {
        let Examined { faults, forms, verdict } = examined;
        let found = faults.into_iter().filter_map(|fault| {
            let origin = origin(&fault);
            Some((Cause::find(fault.cause)?, finding(fault, origin)))
        });
        Self { found: found.collect(), forms, verdict }
    }
}

fn finding(fault: Fault, origin: Origin) -> Finding {
    let (standing, weight) = match fault.sure {
        Sure::Proven => (Standing::Proven, PROVEN),
        Sure::Likely => (Standing::Likely, LIKELY),
        Sure::Possible => (Standing::Possible, POSSIBLE),
    };
    let stop = match fault.at {
        At::Written => Stop::Written,
        At::Sent => Stop::Sent,
        At::Carried => Stop::Carried,
        At::Judged => Stop::Judged,
    };
    let mut finding = Finding::new(standing, stop, fault.title, origin, fault.why);
    finding.weight = weight;
    if fault.remedy.is_empty() { finding } else { finding.mend(Remedy::new(fault.remedy)) }
}

/// How a call is signed.
enum Scheme {
    Azure,
    OAuth1,
    Market(&'static Market),
    Webhook(Box<Delivery<'static>>),
}

impl Scheme {
    fn of(exchange: &Exchange) -> Option<Self> {
        let request = &exchange.request;
        if azure::is_signed(request) {
            return Some(Self::Azure);
        }
        // What was signed over a body that nobody showed us cannot be computed.
        if lacks_body(request) {
            return None;
        }
        if oauth1::Credential::of(request).is_some() {
            return Some(Self::OAuth1);
        }
        if let Some(market) = Market::of(request) {
            return Some(Self::Market(market));
        }
        let delivery = Delivery::of(request).filter(|_| !request.body.is_empty())?;
        Some(Self::Webhook(Box::new(delivery)))
    }

    fn examine(&self, exchange: &Exchange, candidates: &[Candidate<'_>], now: Option<i64>) -> Option<Examined> {
        let Exchange { request, outcome, .. } = exchange;
        match self {
            Self::Azure => azure::examine(request, outcome, candidates, now),
            Self::OAuth1 => oauth1::examine(request, outcome, candidates, now),
            Self::Market(market) => Some(market::examine(market, request, outcome, candidates, now)),
            Self::Webhook(delivery) => Some(webhook::examine(delivery, candidates, None, now)),
        }
    }

    /// What carries the signature.
    fn carrier(&self, request: &Request) -> Origin {
        let header = match self {
            Self::Azure | Self::OAuth1 => request.header("authorization").map(|_| "Authorization"),
            Self::Market(market) => market.header.as_deref(),
            Self::Webhook(delivery) => Some(delivery.sender.header.as_str()),
        };
        header.map_or_else(|| Origin::Host(request.url.clone()), |name| Origin::Header(name.to_owned()))
    }

    /// Whether a variable of this name, with this value, may hold the secret.
    fn may_be(&self, name: &str, value: &str) -> bool {
        let upper = name.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
        match self {
            Self::Azure => {
                value.contains("AccountKey=")
                    || has(&["AZURE_STORAGE", "STORAGE_KEY", "STORAGE_ACCOUNT_KEY", "ACCOUNT_KEY"]) && has(&["KEY"])
            }
            Self::OAuth1 => has(&["SECRET"]) && has(&["CONSUMER", "TOKEN", "API", "APP", "OAUTH", "TWITTER", "CLIENT"]),
            Self::Market(market) => {
                market.variables.contains(&upper)
                    || upper.starts_with(&market.provider.to_ascii_uppercase()) && has(&["SECRET", "PRIVATE"])
            }
            Self::Webhook(delivery) => {
                delivery.sender.variables.contains(&upper)
                    || has(&["WEBHOOK", "SIGNING"]) && name_says_credential(name)
                    || has(&["WEBHOOK", "SIGNING"]) && has(&["SECRET", "KEY"])
            }
        }
    }
}

/// Whether the request has a body, and what it is, is not known.
fn lacks_body(request: &Request) -> bool {
    let length = request.header("content-length").and_then(Secret::expose_str).map_or("0", str::trim);
    request.body.is_empty() && length != "0"
}

/// The secrets that may have signed: those that the user names, else those of the shell, the env files and the settings
/// whose name or shape says so.
fn secrets<'p>(project: &'p Project, scheme: &Scheme) -> Vec<(String, &'p Secret, Origin)> {
    let named = &project.hints.secrets;
    let mut all: Vec<(String, &'p Secret, Origin)> = Vec::new();
    for fact in &project.facts {
        if let Seen::Sets(sets) = &fact.seen
            && let Value::Literal(value) = &sets.value
        {
            all.push((sets.name.clone(), value, fact.origin.clone()));
        }
    }
    for load in project.units.iter().flat_map(|unit| &unit.loads) {
        for own in &load.loaded.assignments {
            let file = load.files.get(own.file).and_then(|index| project.env_files.get(*index));
            if let Some(file) = file.filter(|file| !file.is_template()) {
                all.push((own.name.clone(), &own.value, Origin::File(Place::line(&file.path, own.line))));
            }
        }
    }
    all.extend(project.process.iter().map(|(name, value)| (name.clone(), value, Origin::Variable(name.clone()))));
    all.retain(|(name, value, _)| {
        let fits = || value.expose_str().is_some_and(|text| scheme.may_be(name, text));
        !value.is_empty() && if named.is_empty() { fits() } else { named.contains(name) }
    });
    let mut unique: Vec<(String, &'p Secret, Origin)> = Vec::new();
    for one in all {
        if !unique.iter().any(|(_, value, _)| *value == one.1) {
            unique.push(one);
        }
    }
    if !named.is_empty() {
        unique.sort_by_key(|(name, _, _)| named.iter().position(|own| own == name));
    }
    unique.truncate(MOST);
    unique
}
