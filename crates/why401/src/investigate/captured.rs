//! A captured refusal: what was seen on its way, beside what the project shows of the credential.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use why401_core::case::{Case, Stop, name_says_credential};
use why401_core::cause::Standing;
use why401_core::clock::Offset;
use why401_core::conceal::Pieces;
use why401_core::diagnosis::{self, State};
use why401_core::excerpt::Redactor;
use why401_core::exchange::{ANSWER, Exchange, Outcome, Request};
use why401_core::fact::{Fact, Operand, Origin, Place, Repeats, Seen, Sets, Setter, Value};
use why401_core::probe::Spot;
use why401_core::project::Project;
use why401_core::provider::{Provider, Registry};
use why401_core::read::pasted;
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::{Investigation, is_no_key, lines};
use crate::collect::{self, netrc};
use crate::{shown, world};

/// Where nothing tells which credential was meant, so many are looked at.
const MANY: usize = 3;

/// What was captured.
#[derive(Debug)]
pub struct Captured<'a> {
    /// The refused call, after the hops of its way that came before it.
    pub hops: &'a [Exchange],
    /// How far this machine's clock is from the server's.
    pub clock: Option<Offset>,
    /// How often the same was refused.
    pub repeats: Option<Repeats>,
}

/// What is said of it.
pub struct Told {
    /// The investigation.
    pub found: Investigation,
    /// Whether it is a refusal at all.
    pub is_refusal: bool,
    /// The variables whose values were sent; those that may have been meant, where none was.
    pub variables: Vec<String>,
    /// Whether these values were sent.
    pub is_sent: bool,
}

/// Looks at a refused call beside the project in `root`, which is as it was afterwards.
pub fn captured(root: &Path, project: &mut Project, captured: &Captured<'_>, registry: &Registry) -> Told {
    let marks = (project.facts.len(), project.exchanges.len());
    let last = captured.hops.last();
    let host = last.and_then(|exchange| Url::of(&exchange.request.url).host()).unwrap_or_default();
    let provider = registry.of_host(&host);
    let sent = sent(captured.hops, provider);
    let mut variables = Vec::new();
    let arrived = arrived(project, &sent, &mut variables);
    let is_sent = !variables.is_empty();
    if !is_sent {
        variables = meant(project, registry, &host, provider);
    }
    let mut body = String::new();
    for hop in captured.hops {
        let read = pasted::call(&Arc::from(ANSWER), hop.clone());
        project.exchanges.extend(read.exchanges);
        project.facts.extend(read.facts);
        if let Outcome::Answered(answer) = &hop.outcome {
            body.clone_from(&answer.body);
        }
    }
    project.facts.extend(arrived);
    project.facts.extend(of_process(project, &variables));
    project.facts.extend(last.and_then(|exchange| of_netrc(project, exchange, &host)));
    let fact = |origin, seen| Fact { origin, span: 0..0, seen };
    project.facts.extend(captured.clock.map(|offset| fact(Origin::Clock, Seen::ClockDiffers(offset))));
    project.facts.extend(captured.repeats.map(|repeats| fact(Origin::Host(host.clone()), Seen::Repeats(repeats))));
    project.hints.provider = provider.map(|provider| provider.slug.clone());
    project.hints.has_context = !project.env_files.is_empty();
    let told = looked_at(root, project, &variables, &sent, &body, registry);
    project.facts.truncate(marks.0);
    project.exchanges.truncate(marks.1);
    project.hints.provider = None;
    Told { found: told.0, is_refusal: told.1, variables, is_sent }
}

fn looked_at(
    root: &Path,
    project: &Project,
    variables: &[String],
    sent: &[Secret],
    body: &str,
    registry: &Registry,
) -> (Investigation, bool) {
    let mut cases = Case::all(project, registry);
    let is_of_request = |case: &Case<'_>| {
        case.name.is_empty() && case.sends.iter().any(|(fact, _)| matches!(fact.origin, Origin::Header(_)))
    };
    cases.retain(|case| case.is_refusal || variables.contains(&case.name) || is_of_request(case));
    let is_refusal = cases.iter().find_map(|case| case.refusal.as_deref()).is_some_and(|refusal| {
        let is_kept_from = |exchange: &Exchange| matches!(exchange.outcome, Outcome::Unreachable(_));
        refusal.refuses() || refusal.exchanges.iter().any(|exchange| is_kept_from(exchange))
    });
    let mut diagnosis = diagnosis::diagnose("run", &cases);
    diagnosis.journeys.retain(|journey| !journey.credential.is_empty());
    let founded = diagnosis.causes.first().filter(|named| named.finding.standing < Standing::Possible);
    let broken = founded.map(|named| named.finding.stop);
    for journey in &mut diagnosis.journeys {
        travelled(journey, project, broken);
    }
    let values = || cases.iter().flat_map(|case| &case.values).map(|held| held.value).chain(sent);
    let redactor = Redactor::new(values().filter(|value| value.len() >= 4));
    let hidden = values().filter(|secret| !is_no_key(secret) && secret.len() >= 4);
    let mut revealing: Vec<String> = hidden.filter_map(Secret::expose_str).map(str::to_owned).collect();
    revealing.extend(shown::in_names(variables.iter().map(String::as_str), registry));
    revealing.dedup();
    let env_files: BTreeSet<Arc<str>> = project.env_files.iter().map(|file| file.path.clone()).collect();
    diagnosis.excerpts = lines(&diagnosis, &redactor, &env_files, &|place| {
        if *place.path == *ANSWER {
            return Some(body.to_owned());
        }
        // What stands at the user's home is none of the project.
        (!place.path.starts_with('~')).then(|| {
            let bytes = world::read(&root.join(&*place.path), collect::READ_LIMIT).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        })
    });
    let pieces = Pieces::of(values().filter(|value| !is_no_key(value)));
    // An address may have a key in its path.
    let addresses = project.exchanges.iter().map(|exchange| exchange.request.url.as_str());
    let addresses: Vec<(&str, String)> = addresses.map(|url| (url, shown::address(url))).collect();
    diagnosis.rewrite(&|text| {
        let text = addresses.iter().fold(text.to_owned(), |text, (url, shown)| text.replace(url, shown));
        pieces.hide(&text)
    });
    // Which variable is meant is known here.
    if let Some(name) = variables.first() {
        let remedies = diagnosis.causes.iter_mut().flat_map(|named| &mut named.finding.remedies);
        for command in remedies.flat_map(|remedy| &mut remedy.commands) {
            if let Some(line) = command.strip_suffix("--credential NAME") {
                *command = format!("{line}--credential {name}");
            }
        }
    }
    // Nothing is written here.
    diagnosis.causes.iter_mut().flat_map(|named| &mut named.finding.remedies).for_each(|remedy| remedy.edits.clear());
    let digests = std::collections::BTreeMap::new();
    (Investigation { diagnosis, redactor, revealing, digests, env_files }, is_refusal)
}

/// The credentials that the calls carried.
fn sent(hops: &[Exchange], provider: Option<&'static Provider>) -> Vec<Secret> {
    let spots = hops.iter().flat_map(|hop| Spot::all(&hop.request, provider, &[]));
    let mut sent: Vec<Secret> = spots.flat_map(|spot| parts(&spot.value)).collect();
    sent.extend(hops.iter().flat_map(|hop| cookies(&hop.request)));
    sent.retain(|value| !value.is_empty());
    sent.dedup();
    sent
}

/// The values of a request's cookies: any of them may be a login.
pub fn cookies(request: &Request) -> Vec<Secret> {
    let headers = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let pieces = headers.filter_map(|(_, value)| value.expose_str()).flat_map(|text| text.split(';'));
    pieces.filter_map(|piece| Some(Secret::from(piece.split_once('=')?.1.trim()))).collect()
}

/// The values of a credential with several fields (`Credential=…, Signature=…`): their names are no secret.
fn parts(value: &Secret) -> Vec<Secret> {
    let fields = value
        .expose_str()
        .filter(|text| text.contains("Signature="))
        .map(|text| text.split([',', ' ']).filter_map(|field| Some(Secret::from(field.split_once('=')?.1))).collect());
    fields.unwrap_or_else(|| vec![value.clone()])
}

/// Where the sent values stand: in this process's environment, in env files. Adds the names of their variables.
fn arrived(project: &Project, sent: &[Secret], variables: &mut Vec<String>) -> Vec<Fact> {
    let is_sent = |value: &Secret| {
        let bare = value.expose_str().unwrap_or_default().trim();
        bare.len() >= 4 && sent.iter().any(|sent| sent.expose_str().is_some_and(|text| text.trim() == bare))
    };
    let mut facts = Vec::new();
    let mut add = |name: &str, origin: Origin| {
        if !variables.iter().any(|other| other == name) {
            variables.push(name.to_owned());
        }
        let seen = Seen::Arrived(name.to_owned());
        facts.push(Fact { origin, span: 0..0, seen });
    };
    for (name, _) in project.process.iter().filter(|(name, value)| name_says_credential(name) && is_sent(value)) {
        add(name, Origin::Variable(name.clone()));
    }
    for load in project.units.iter().flat_map(|unit| &unit.loads) {
        for assignment in load.loaded.assignments.iter().filter(|assignment| is_sent(&assignment.value)) {
            let file = load.files.get(assignment.file).and_then(|index| project.env_files.get(*index));
            if let Some(file) = file.filter(|file| !file.is_template()) {
                add(&assignment.name, Origin::File(file.place(&assignment.span)));
            }
        }
    }
    facts
}

/// The values of these variables in this process's environment, which no file shows to the judges.
fn of_process(project: &Project, variables: &[String]) -> Vec<Fact> {
    let held = variables.iter().filter_map(|name| Some((name, project.process.get(name)?)));
    let facts = held.map(|(name, value)| {
        let sets = Sets { name: name.clone(), value: Value::Literal(value.clone()), by: Setter::Shell };
        Fact { origin: Origin::Variable(name.clone()), span: 0..0, seen: Seen::Sets(sets) }
    });
    facts.collect()
}

/// The variables that may have been meant where no known value was sent: those of the service, those that code sends to the
/// host, those that are named after one of the two; or all, where there are few.
fn meant(project: &Project, registry: &Registry, host: &str, provider: Option<&'static Provider>) -> Vec<String> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    names.extend(project.env_files.iter().flat_map(|file| &file.intents).map(|intent| intent.name.as_str()));
    names.extend(project.process.keys().map(String::as_str));
    for fact in &project.facts {
        match &fact.seen {
            Seen::Reads(reads) => names.extend([reads.name.as_str()]),
            Seen::Sets(sets) => names.extend([sets.name.as_str()]),
            _ => {}
        }
    }
    let is_secret = |name: &str| registry.is_secret_variable(name) || name_says_credential(name);
    names.retain(|name| is_secret(name));
    let sends_there = |name: &str| {
        project.facts.iter().any(|fact| match &fact.seen {
            Seen::Sends(sends) => {
                sends.host.as_deref() == Some(host)
                    && matches!(&sends.credential, Operand::Variable(own) if own == name)
            }
            _ => false,
        })
    };
    let first_word = |name: &str| name.split('_').next().unwrap_or_default().to_ascii_lowercase();
    let own: Vec<String> =
        provider.into_iter().flat_map(|provider| &provider.variables.secret).map(|name| first_word(name)).collect();
    let is_named = |name: &str| {
        let word = first_word(name);
        own.contains(&word) || host.split(['.', '-']).any(|label| label == word)
    };
    let is_own = |name: &str| {
        provider.is_some_and(|provider| registry.of_variable(name).is_some_and(|other| other.slug == provider.slug))
    };
    let near: Vec<String> = names
        .iter()
        .filter(|name| is_own(name) || sends_there(name) || is_named(name))
        .map(|name| (*name).to_owned())
        .collect();
    if !near.is_empty() || names.len() > MANY || provider.is_some() {
        return near;
    }
    names.into_iter().map(str::to_owned).collect()
}

/// The entry of the user's `.netrc`, where it is what was sent.
fn of_netrc(project: &Project, exchange: &Exchange, host: &str) -> Option<Fact> {
    let value = exchange.request.header("authorization")?;
    let bare = host.split(':').next().unwrap_or(host);
    for path in netrc::named(project).into_iter().chain(netrc::usual(project)) {
        let Some(text) = netrc::text(&path) else { continue };
        if netrc::authorization(&text, bare).as_ref() == Some(value) {
            let name = path.file_name().map_or_else(|| ".netrc".into(), |name| name.to_string_lossy());
            let line = text.lines().position(|line| line.contains(bare)).unwrap_or(0);
            let place = Place::line(&format!("~/{name}").into(), u32::try_from(line).unwrap_or(0) + 1);
            return Some(Fact { origin: Origin::File(place), span: 0..0, seen: Seen::Arrived(String::new()) });
        }
    }
    None
}

/// Marks what was seen of the journey on the wire.
fn travelled(journey: &mut diagnosis::Journey, project: &Project, broken: Option<Stop>) {
    let Some(last) = project.exchanges.last() else { return };
    let host = Url::of(&last.request.url).authority().into_owned();
    let provider = project.hints.provider.as_deref().and_then(Provider::find);
    let first = project.exchanges.first().unwrap_or(last);
    let sent = Spot::all(&first.request, provider, &[]).first().map(Spot::called);
    let hops = project.exchanges.len();
    let is_of_process = project.process.contains_key(&journey.credential);
    for stop in &mut journey.stops {
        let (text, state) = match stop.stop {
            Stop::Sent => match &sent {
                Some(sent) => (sent.clone(), State::Good),
                None => ("no credential".to_owned(), State::Broken),
            },
            Stop::Carried if hops > 1 => {
                (format!("{} redirect{}", hops - 1, if hops == 2 { "" } else { "s" }), State::Good)
            }
            Stop::Carried => ("direct".to_owned(), State::Good),
            Stop::Judged => {
                let came = last.status().map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                (format!("{host}: {came}"), State::Broken)
            }
            Stop::Written if stop.text.is_empty() && is_of_process => ("this shell".to_owned(), State::Good),
            Stop::Written | Stop::Loaded | Stop::Read => continue,
        };
        stop.text = text;
        stop.state = match broken {
            Some(broken) if broken == stop.stop => State::Broken,
            // What comes after the stop where it broke is its consequence.
            Some(broken) if broken < stop.stop => State::Unseen,
            _ => state,
        };
    }
}
