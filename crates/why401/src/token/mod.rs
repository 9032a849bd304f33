//! A token in hand: where it comes from, what is expected of it, what its issuer says, and what follows.

mod given;
mod issuer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use why401_core::case::{Case, Stop};
use why401_core::clock::Offset;
use why401_core::diagnosis::{self, Diagnosis, Experiment};
use why401_core::fact::{Claims, Clock, Fact, Keys, Origin, Seen, Sets, Setter, Token, Value, Wants};
use why401_core::project::{Project, Skipped, Unit};
use why401_core::provider::Registry;
use why401_core::read::token::{Kind, kind};
use why401_core::secret::Secret;

pub use self::given::{Given, given, value_of};
pub use self::issuer::{Answers, Introspector};
use crate::world::{self, Error};

/// What the user wants to know of a token.
#[derive(Debug, Default)]
pub struct Wishes {
    /// Audiences, one of which it must have.
    pub audiences: Vec<String>,
    /// Issuers, one of which it must be of.
    pub issuers: Vec<String>,
    /// Algorithms that are allowed.
    pub algorithms: Vec<String>,
    /// Scopes, roles or permissions that it must have.
    pub scopes: Vec<String>,
    /// Where the key set is: an address or a file.
    pub key_set: Option<String>,
    /// A file with a key.
    pub key: Option<PathBuf>,
    /// The variable with a shared secret, and its value.
    pub secret: Option<(String, Secret)>,
    /// Who is asked whether it is good.
    pub introspect: Option<Introspector>,
    /// Whether the issuer is asked for its metadata.
    pub discover: bool,
    /// The service that it should be of.
    pub provider: Option<String>,
    /// The time to hold it against, in seconds since 1970.
    pub at: Option<i64>,
    /// Whether nothing may be asked.
    pub offline: bool,
}

/// A key or a key set is read from a file up to here.
const LIMIT: u64 = 4 << 20;

impl Wishes {
    /// The option that wants claims to be read.
    fn reads(&self) -> Option<&'static str> {
        let options = [
            (!self.audiences.is_empty(), "--audience"),
            (!self.issuers.is_empty(), "--issuer"),
            (!self.scopes.is_empty(), "--needs"),
            (!self.algorithms.is_empty(), "--alg"),
            (self.key_set.is_some(), "--jwks"),
            (self.key.is_some(), "--key"),
            (self.secret.is_some(), "--secret-env"),
        ];
        options.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }
}

/// What is said of the token.
pub fn judge(given: Given, wishes: &Wishes, registry: &Registry) -> Result<Diagnosis, Error> {
    let Given { text, origin, off, project, variable, .. } = given;
    let mut project = project.unwrap_or_else(bare_project);
    project.hints.provider.clone_from(&wishes.provider);
    let mut token = read(&text);
    let mut answers = Answers::default();
    let mut facts = handed(wishes, &mut answers)?;
    issuer::ask(&text, &token, wishes, &mut answers)?;
    hold_against_time(&mut token, wishes, answers.clock.as_ref());
    if let Some(told) = answers.introspected.take() {
        if token.claims.is_empty() {
            token.claims.clone_from(&told.claims);
            let time = |name: &str| told.claims.get(name).and_then(serde_json::Value::as_i64);
            (token.expires, token.not_before, token.issued) = (time("exp"), time("nbf"), time("iat"));
        }
        facts.push(told.fact());
    }
    facts.append(&mut answers.facts);
    facts.extend(answers.clock.iter().map(|(offset, _)| fact(Origin::Clock, Seen::ClockDiffers(*offset))));
    for name in ["aud", "iss"] {
        for value in token.texts(name) {
            let claims = Claims { name, value: value.to_owned(), wanted: false };
            facts.push(fact(origin.clone(), Seen::Claims(claims)));
        }
    }
    // No file shows the judges what the shell gives.
    if let Some(value) = project.process.get(&variable) {
        let sets = Sets { name: variable.clone(), value: Value::Literal(value.clone()), by: Setter::Shell };
        facts.push(fact(origin.clone(), Seen::Sets(sets)));
    }
    let skipped = skipped(&token, wishes, &answers);
    facts.push(fact(origin, Seen::Token(Box::new(token))));
    project.facts.extend(facts);
    let mut cases = Case::all(&project, registry);
    cases.retain(|case| case.is_token || !variable.is_empty() && case.name == variable);
    let mut diagnosis = diagnosis::diagnose("token", &cases);
    diagnosis.show_token(&cases);
    diagnosis.experiments = answers.asked;
    diagnosis.unseen = vec![Stop::Carried];
    if !off.is_empty() {
        let what: Vec<String> = off.iter().map(ToString::to_string).collect();
        let why = "it is no part of the token, and was taken off before it was looked at".to_owned();
        diagnosis.not_tried.push(Skipped { what: what.join(", "), why });
    }
    diagnosis.not_tried.extend(skipped);
    diagnosis.not_tried.extend(answers.not_asked);
    Ok(diagnosis)
}

/// A project of nothing but what is added to it.
fn bare_project() -> Project {
    Project { units: vec![Unit { folder: Arc::from(""), loads: Vec::new() }], is_excerpt: true, ..Project::default() }
}

fn fact(origin: Origin, seen: Seen) -> Fact {
    Fact { origin, span: 0..0, seen }
}

/// What the text says of itself.
fn read(text: &str) -> Token {
    let token = match kind(text) {
        Kind::Signed(jwt) | Kind::Selective { jwt, .. } => jwt.seen(None),
        Kind::Encrypted(header) => Token { header, ..Token::default() },
        Kind::Paseto(_) | Kind::Broken(_) | Kind::Opaque => Token::default(),
    };
    Token { text: Secret::from(text), ..token }
}

/// The time that the token is held against: the user's, that of a server whose clock was seen, or this machine's.
fn hold_against_time(token: &mut Token, wishes: &Wishes, clock: Option<&(Offset, String)>) {
    let here = world::now();
    (token.judged, token.by) = match (wishes.at, clock) {
        (Some(at), _) => (Some(at), Clock::Given),
        // A difference that the way there explains is none.
        (None, Some((offset, host))) if offset.is_off() => {
            (here.checked_sub(offset.ahead / 1000), Clock::Server(host.clone()))
        }
        _ => (Some(here), Clock::ThisMachine),
    };
}

/// The facts of what the user hands over and expects.
fn handed(wishes: &Wishes, answers: &mut Answers) -> Result<Vec<Fact>, Error> {
    let option = |name: &str| Origin::Given(name.to_owned());
    let mut facts = Vec::new();
    for (name, values, by) in [("aud", &wishes.audiences, "--audience"), ("iss", &wishes.issuers, "--issuer")] {
        for value in values {
            facts.push(fact(option(by), Seen::Claims(Claims { name, value: value.clone(), wanted: true })));
        }
    }
    let algorithms = wishes.algorithms.iter().map(|name| ("--alg", Wants::Algorithm(name.clone())));
    let scopes = wishes.scopes.iter().map(|name| ("--needs", Wants::Scope(name.clone())));
    let reads = wishes.reads().map(|by| (by, Wants::Readable));
    facts.extend(algorithms.chain(scopes).chain(reads).map(|(by, wants)| fact(option(by), Seen::Wants(wants))));
    let file = |path: &Path| {
        let bytes = world::read(path, LIMIT).map_err(|why| {
            Error::new(format!("{}: {why}", path.display())).hint("give a file with a key in PEM, a JWK or a key set")
        })?;
        Ok::<_, Error>(Keys { text: Secret::new(bytes), is_secret: false, name: path.display().to_string() })
    };
    if let Some(path) = &wishes.key {
        facts.push(fact(option("--key"), Seen::Keys(file(path)?)));
    }
    match wishes.key_set.as_deref() {
        Some(url) if url.contains("://") => answers.wanted_keys.push(url.to_owned()),
        Some(path) => facts.push(fact(option("--jwks"), Seen::Keys(file(Path::new(path))?))),
        None => {}
    }
    if let Some((name, value)) = &wishes.secret {
        let keys = Keys { text: value.clone(), is_secret: true, name: format!("the secret in {name}") };
        facts.push(fact(Origin::Variable(name.clone()), Seen::Keys(keys)));
    }
    Ok(facts)
}

/// What was not looked at, for want of what it could be held against.
fn skipped(token: &Token, wishes: &Wishes, answers: &Answers) -> Vec<Skipped> {
    let skip = |what: &str, why: &str| Skipped { what: what.to_owned(), why: why.to_owned() };
    let mut skipped = Vec::new();
    if token.claims.is_empty() && token.header.is_empty() {
        return skipped;
    }
    let has_keys = wishes.key.is_some() || wishes.key_set.is_some() || wishes.secret.is_some() || answers.has_keys;
    if !has_keys && !token.is_unsigned {
        skipped.push(skip("the signature", "no key was given: --jwks, --key, --secret-env, or --discover"));
    }
    if wishes.audiences.is_empty() {
        skipped.push(skip("the audience", "none is expected: --audience says which API it is for"));
    }
    if wishes.issuers.is_empty() && wishes.provider.is_none() && !answers.has_metadata {
        skipped.push(skip("the issuer", "none is expected: --issuer, --provider, or --discover"));
    }
    if wishes.scopes.is_empty() {
        skipped.push(skip("scopes and roles", "none is needed: --needs says which"));
    }
    if wishes.introspect.is_none() {
        skipped.push(skip("whether it was revoked", "only its issuer knows: --introspect URL asks"));
    }
    skipped
}

/// A request that was sent, as the report shows it.
fn asked(what: &str, how: String, came: String, status: Option<u16>, works: bool) -> Experiment {
    Experiment { change: what.to_owned(), asked: how, came, requests: 1, status, works, cause: None }
}
