//! One call, or one message, that is signed with a keyed hash: looked at beside the secrets that may have signed it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use why401_core::case::Case;
use why401_core::conceal::Pieces;
use why401_core::diagnosis::{self, Diagnosis};
use why401_core::excerpt::Redactor;
use why401_core::exchange::{ANSWER, Exchange, Outcome};
use why401_core::fact::{Fact, Origin, Seen, Sets, Setter, Value};
use why401_core::project::{Project, Unit};
use why401_core::provider::Registry;
use why401_core::read::pasted;
use why401_core::secret::Secret;
use why401_core::signature::fault::Examined;

use super::{Investigation, lines};

/// A secret that may have signed, by the name of its variable.
pub type Named = (String, Secret);

/// Looks at a call. `provider` is the slug of the service that is asked, `now` the time at which it is judged.
pub fn call(
    exchange: Exchange,
    secrets: &[Named],
    provider: Option<&str>,
    now: Option<i64>,
    registry: &Registry,
) -> Investigation {
    let mut body = String::new();
    let mut is_answered = false;
    if let Outcome::Answered(answer) = &exchange.outcome {
        body.clone_from(&answer.body);
        is_answered = answer.status.is_some() || !answer.body.is_empty();
    }
    let sent = sent(&exchange);
    let read = pasted::call(&Arc::from(ANSWER), exchange);
    let mut project = Project { is_excerpt: true, exchanges: read.exchanges, facts: read.facts, ..Project::default() };
    for (name, value) in secrets {
        let sets = Sets { name: name.clone(), value: Value::Literal(value.clone()), by: Setter::Shell };
        project.facts.push(Fact { origin: Origin::Variable(name.clone()), span: 0..0, seen: Seen::Sets(sets) });
    }
    project.units.push(Unit { folder: Arc::from(""), loads: Vec::new() });
    project.hints.has_context = true;
    project.hints.provider = provider.map(str::to_owned);
    project.hints.secrets = secrets.iter().map(|(name, _)| name.clone()).collect();
    project.hints.now = now;
    let mut cases = Case::all(&project, registry);
    cases.retain(|case| case.is_refusal);
    let mut diagnosis = diagnosis::diagnose("sign", &cases);
    diagnosis.journeys.clear();
    say(&mut diagnosis, is_answered, secrets);
    finished(diagnosis, secrets, &sent, &body)
}

/// What a look at a message that came in told.
pub fn message(examined: Examined, secrets: &[Named], exchange: &Exchange) -> Investigation {
    let mut diagnosis = diagnosis::examined("sign", examined, &exchange.origin());
    say(&mut diagnosis, true, secrets);
    finished(diagnosis, secrets, &sent(exchange), "")
}

/// Says what it comes to, where nothing did yet.
fn say(diagnosis: &mut Diagnosis, is_answered: bool, secrets: &[Named]) {
    if !diagnosis.verdict.is_empty() {
        return;
    }
    diagnosis.verdict = match (diagnosis.causes.len(), is_answered, secrets.is_empty()) {
        (0, _, true) => "No secret was given, so that nobody can tell who signed; --secret-env names one.".to_owned(),
        (0, true, _) => "No cause was found in the signature.".to_owned(),
        (0, false, _) => "No answer was given: the text above is what a server computes.".to_owned(),
        (1, ..) => "One cause was found.".to_owned(),
        (many, ..) => format!("{many} causes were found; the first explains most."),
    };
}

/// The credentials that the request itself carries.
fn sent(exchange: &Exchange) -> Vec<Secret> {
    let request = &exchange.request;
    let is_own = |name: &str| {
        let lower = name.to_ascii_lowercase();
        ["authorization", "signature", "api-key", "apikey", "passphrase", "sign", "hmac"]
            .iter()
            .any(|word| lower.contains(word))
    };
    let headers = request.headers.iter().filter(|(name, _)| is_own(name));
    let mut all: Vec<Secret> = headers.map(|(_, value)| value.clone()).collect();
    for (name, value) in request.parameters() {
        if ["sig", "signature", "oauth_token", "oauth_signature"].contains(&name) {
            all.extend(value.map(Secret::from));
        }
    }
    all
}

fn finished(mut diagnosis: Diagnosis, secrets: &[Named], sent: &[Secret], body: &str) -> Investigation {
    let values: Vec<&Secret> = secrets.iter().map(|(_, value)| value).collect();
    let redactor = Redactor::new(values.iter().copied().chain(sent).filter(|value| value.len() >= 6));
    let none = BTreeSet::new();
    diagnosis.excerpts =
        lines(&diagnosis, &redactor, &none, &|place| (*place.path == *ANSWER).then(|| body.to_owned()));
    let pieces = Pieces::of(values.iter().copied());
    diagnosis.rewrite(&|text| pieces.hide(text));
    let texts = values.into_iter().chain(sent).filter_map(Secret::expose_str).map(str::trim);
    let revealing = texts.filter(|text| text.len() >= 12).map(str::to_owned).collect();
    Investigation { diagnosis, redactor, revealing, digests: BTreeMap::new(), env_files: none }
}
