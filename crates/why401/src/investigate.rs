//! The one loop: collect, judge, experiment, diagnose.

mod captured;
pub mod keyed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use why401_core::case::{Case, Refusal, Stop};
use why401_core::cause::Standing;
use why401_core::clock::Offset;
use why401_core::conceal::Pieces;
use why401_core::diagnosis::{self, Diagnosis, Experiment};
use why401_core::excerpt::{Excerpts, Redactor};
use why401_core::exchange::{ANSWER, Exchange, Outcome};
use why401_core::fact::{Fact, Introspected, Operand, Origin, Place, Seen, Sets, Setter, Value};
use why401_core::paste::{self, Paste, Read};
use why401_core::probe::{Plan, Trial, Tried};
use why401_core::project::{Project, Skipped};
use why401_core::provider::Registry;
use why401_core::read::pasted;
use why401_core::secret::Secret;
use why401_core::value::{Plainly, plainly};

pub use self::captured::{Captured, Told, captured, cookies};
use crate::{collect, shown, world};

/// What an investigation leaves behind.
pub struct Investigation {
    /// What is said in the end.
    pub diagnosis: Diagnosis,
    /// Hides every credential that was met.
    pub redactor: Redactor,
    /// Names of files and variables that are credentials themselves.
    pub revealing: Vec<String>,
    /// Digests of the files as they were read.
    pub digests: BTreeMap<Arc<str>, [u8; 32]>,
    env_files: BTreeSet<Arc<str>>,
}

impl Investigation {
    /// Moves every place in the file called `name` down by so many lines: what was read began there.
    pub fn shift(&mut self, name: &Arc<str>, lines: u32) {
        self.diagnosis.for_each_place(|place| {
            if place.path == *name {
                place.line = place.line.saturating_add(lines);
            }
        });
        let excerpts = std::mem::take(&mut self.diagnosis.excerpts);
        let moved = excerpts.into_iter().map(|((path, line, column), excerpt)| {
            let line = if path == *name { line.saturating_add(lines) } else { line };
            ((path, line, column), excerpt)
        });
        self.diagnosis.excerpts = moved.collect();
    }

    /// Whether the file at `path` is an env file, or sets variables like one, so that no line of it shows its value.
    pub fn is_env_file(&self, path: &Arc<str>) -> bool {
        self.env_files.contains(path)
    }
}

/// Looks at a project offline; at the credentials of one provider only, where its slug is given.
pub fn check(root: &Path, registry: &Registry, provider: Option<&str>) -> Investigation {
    let project = collect::project(root, registry);
    let mut cases = Case::all(&project, registry);
    cases.retain(|case| provider.is_none_or(|slug| case.provider.is_some_and(|provider| provider.slug == slug)));
    let mut diagnosis = diagnosis::diagnose("check", &cases);
    diagnosis.not_tried.extend(project.skipped.iter().cloned());
    diagnosis.unseen = vec![Stop::Carried, Stop::Judged];
    let standing = project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Stands(stands) => Some(&stands.value),
        _ => None,
    });
    let redactor = Redactor::new(cases.iter().flat_map(|case| &case.values).map(|held| held.value).chain(standing));
    let settings = project.facts.iter().filter(|fact| hides_its_line(fact)).filter_map(|fact| fact.origin.place());
    let env_files = project.env_files.iter().map(|file| &file.path).chain(settings.map(|place| &place.path)).cloned();
    let env_files = env_files.collect();
    let known = cases.iter().flat_map(|case| &case.values).filter_map(|held| held.value.expose_str()).collect();
    let read = project.digests.keys().map(|path| &**path);
    let paths = read.chain(project.skipped.iter().map(|skipped| skipped.what.as_str()));
    let mut revealing = shown::in_paths(paths, registry, &known);
    revealing.extend(shown::in_names(cases.iter().map(|case| case.name.as_str()), registry));
    let mut found = Investigation { diagnosis, redactor, revealing, digests: project.digests, env_files };
    found.diagnosis.excerpts = excerpts(root, &found);
    found
}

/// Whether what was repeated is plainly no key: a word for nothing, sample text, a reference or its beginning. To see it is
/// the whole point.
fn is_no_key(value: &Secret) -> bool {
    let Some(text) = value.expose_str() else { return false };
    matches!(plainly(text), Plainly::NoValue | Plainly::Placeholder | Plainly::Reference(_))
        || ["${", "{{", "$("].iter().any(|open| text.starts_with(open))
}

/// Looks at what a person pasted.
pub fn explain(paste: &Paste, registry: &Registry) -> Investigation {
    let Read { project, texts } = paste::read(paste, registry);
    let cases = Case::all(&project, registry);
    let mut diagnosis = diagnosis::diagnose("explain", &cases);
    let mut excerpts = Excerpts::new();
    diagnosis.unseen = vec![Stop::Carried];
    let echoed = project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Echoes(echoes) => Some(&echoes.value).filter(|value| !is_no_key(value)),
        _ => None,
    });
    let sent = project.exchanges.iter().flat_map(|exchange| &exchange.request.headers).map(|(_, value)| value);
    let values = cases.iter().flat_map(|case| &case.values).map(|held| held.value);
    let redactor = Redactor::new(values.chain(echoed).chain(sent).filter(|value| value.len() >= 6));
    let known = cases.iter().flat_map(|case| &case.values).filter_map(|held| held.value.expose_str()).collect();
    let mut revealing = shown::in_paths(texts.keys().map(|path| &**path), registry, &known);
    revealing.extend(shown::in_names(cases.iter().map(|case| case.name.as_str()), registry));
    let env_files: BTreeSet<Arc<str>> = project.env_files.iter().map(|file| file.path.clone()).collect();
    for place in diagnosis.places() {
        let Some(source) = texts.get(&place.path) else { continue };
        if let Some(line) = line_of(&source.text, place) {
            let excerpt = redactor.excerpt(line, place, env_files.contains(&place.path));
            excerpts.insert((source.name.clone(), place.line, place.column), excerpt);
        }
    }
    diagnosis.excerpts = excerpts;
    diagnosis.for_each_place(|place| {
        if let Some(source) = texts.get(&place.path) {
            place.path = source.name.clone();
        }
    });
    // A paste is mended where it came from.
    for remedy in diagnosis.causes.iter_mut().flat_map(|named| &mut named.finding.remedies) {
        remedy.edits.clear();
    }
    Investigation { diagnosis, redactor, revealing, digests: BTreeMap::new(), env_files }
}

/// What a probe is about.
pub struct Probed<'a> {
    /// The project that the credential comes from.
    pub project: Project,
    /// The variable that holds it; empty where none does.
    pub variable: String,
    /// Every credential that was sent.
    pub secrets: &'a [Secret],
    /// What was not done, and why.
    pub not_tried: Vec<Skipped>,
    /// How far this machine's clock is from the server's.
    pub clock: Option<Offset>,
    /// What had no answer yet when it was broken off; `None` where it was not.
    pub open: Option<&'a [Trial]>,
    /// What the issuer says of the token, where it was asked.
    pub introspected: Option<Introspected>,
    /// Requests that went out besides the plan's.
    pub asked: Vec<Experiment>,
}

/// Looks at what the experiments of a plan showed, beside what the project shows of the credential.
pub fn probe(probed: Probed<'_>, plan: &Plan<'_>, registry: &Registry) -> Investigation {
    let Probed { mut project, variable, secrets, not_tried, clock, open, introspected, asked } = probed;
    project.facts.retain(|fact| match &fact.seen {
        Seen::Sends(sends) => matches!(&sends.credential, Operand::Variable(name) if *name == variable),
        Seen::Stands(_) => false,
        _ => true,
    });
    project.facts.extend(shell(&project, &variable, secrets));
    let mut body = String::new();
    if let Some(last) = plan.as_sent().and_then(Tried::last) {
        if let Outcome::Answered(answer) = &last.outcome {
            body.clone_from(&answer.body);
        }
        let read = pasted::call(&Arc::from(ANSWER), last.clone());
        project.exchanges.extend(read.exchanges);
        project.facts.extend(read.facts);
    }
    let differs = clock.map(|offset| Fact { origin: Origin::Clock, span: 0..0, seen: Seen::ClockDiffers(offset) });
    project.facts.extend(differs);
    project.facts.extend(introspected.map(Introspected::fact));
    project.hints.arrives = plan.seen().arrives;
    project.hints.has_controls = plan.has_both_controls();
    project.hints.provider = plan.ask.provider.map(|provider| provider.slug.clone());
    let mut cases = Case::all(&project, registry);
    cases.retain(|case| case.is_refusal || case.name == variable || case.name.is_empty());
    // What was not sent is not what was refused.
    let sent = secrets.first();
    for held in cases.iter_mut().filter(|case| case.name == variable).flat_map(|case| &mut case.values) {
        held.overruled |= sent.is_some_and(|sent| sent != held.value);
    }
    let mut diagnosis = diagnosis::diagnose("probe", &cases);
    let elsewhere: Vec<&Place> = cases
        .iter()
        .flat_map(|case| &case.values)
        .filter(|held| sent.is_some_and(|sent| sent != held.value))
        .filter_map(|held| held.origin.place())
        .collect();
    for named in diagnosis.causes.iter_mut().filter(|named| named.cause.slug.starts_with("key/")) {
        let place = named.finding.place();
        if place.is_some_and(|place| elsewhere.iter().any(|own| own.path == place.path && own.line == place.line)) {
            named.finding.standing = Standing::Possible;
        }
    }
    diagnosis.prove(plan, &variable);
    // A request that was given whole has no journey before it was sent.
    diagnosis.journeys.retain(|journey| !journey.credential.is_empty());
    if let Some(open) = open {
        diagnosis.break_off(open);
    }
    diagnosis.experiments.extend(asked);
    diagnosis.not_tried.extend(not_tried);
    let is_named = diagnosis.causes.iter().any(|named| named.cause.slug == "clock/skew");
    if let Some(offset) = clock.filter(|offset| offset.is_off() && !is_named) {
        let what = format!("this machine's clock, which is {offset}");
        let why = "nothing in the answer has to do with times; `why401 clock` looks closer".to_owned();
        diagnosis.not_tried.push(Skipped { what, why });
    }
    let values = cases.iter().flat_map(|case| &case.values).map(|held| held.value);
    let redactor = Redactor::new(values.chain(secrets).filter(|value| value.len() >= 4));
    let hidden = secrets.iter().filter(|secret| !is_no_key(secret));
    let mut revealing: Vec<String> = hidden.filter_map(Secret::expose_str).map(str::to_owned).collect();
    revealing.retain(|text| text.len() >= 4);
    revealing.extend(shown::in_names(std::iter::once(variable.as_str()), registry));
    let env_files: BTreeSet<Arc<str>> = project.env_files.iter().map(|file| file.path.clone()).collect();
    diagnosis.excerpts = lines(&diagnosis, &redactor, &env_files, &|place| in_project(&project, &body, place));
    let values = cases.iter().flat_map(|case| &case.values).map(|held| held.value);
    let pieces = Pieces::of(values.chain(secrets).filter(|value| !is_no_key(value)));
    diagnosis.rewrite(&|text| pieces.hide(text));
    for one in &mut diagnosis.experiments {
        one.asked = shown::address(&one.asked);
    }
    Investigation { diagnosis, redactor, revealing, digests: BTreeMap::new(), env_files }
}

/// Looks at one signed call beside the keys that the project holds.
pub fn sign(mut project: Project, exchange: Exchange, is_answered: bool, registry: &Registry) -> Investigation {
    let is_key = |name: &str| name.starts_with("AWS_");
    project.facts.retain(|fact| match &fact.seen {
        Seen::Sets(sets) => is_key(&sets.name),
        Seen::Reads(reads) => is_key(&reads.name),
        _ => false,
    });
    let mut body = String::new();
    if let Outcome::Answered(answer) = &exchange.outcome {
        body.clone_from(&answer.body);
    }
    let read = pasted::call(&Arc::from(ANSWER), exchange);
    project.exchanges.extend(read.exchanges);
    project.facts.extend(read.facts);
    project.hints.has_context = is_answered;
    let mut cases = Case::all(&project, registry);
    cases.retain(|case| case.is_refusal || is_key(&case.name));
    let mut diagnosis = diagnosis::diagnose("sign", &cases);
    diagnosis.unseen = vec![Stop::Carried];
    if diagnosis.causes.is_empty() {
        diagnosis.verdict = if is_answered {
            "What was sent and what the server says of it agree; no cause was found in the signature.".to_owned()
        } else {
            "No answer was given: the steps above are what a server computes.".to_owned()
        };
    }
    let secrets = cases.iter().flat_map(|case| &case.values).map(|held| held.value);
    let token = |name: &str| name.eq_ignore_ascii_case("x-amz-security-token");
    let sent = project.exchanges.iter().flat_map(|one| &one.request.headers).filter(|(name, _)| token(name));
    let all: Vec<&Secret> = secrets.chain(sent.map(|(_, value)| value)).filter(|value| value.len() >= 16).collect();
    let redactor = Redactor::new(all.iter().copied());
    let mut revealing = shown::in_names(cases.iter().map(|case| case.name.as_str()), registry);
    revealing
        .extend(all.iter().filter_map(|value| value.expose_str()).filter(|text| !is_key_id(text)).map(str::to_owned));
    let env_files: BTreeSet<Arc<str>> = project.env_files.iter().map(|file| file.path.clone()).collect();
    diagnosis.excerpts = lines(&diagnosis, &redactor, &env_files, &|place| in_project(&project, &body, place));
    Investigation { diagnosis, redactor, revealing, digests: BTreeMap::new(), env_files }
}

/// The lines that the evidence points at, out of the texts that `text` knows.
fn lines(
    diagnosis: &Diagnosis,
    redactor: &Redactor,
    env_files: &BTreeSet<Arc<str>>,
    text: &dyn Fn(&Place) -> Option<String>,
) -> Excerpts {
    let excerpt = |place: &Place| {
        let text = text(place)?;
        let excerpt = redactor.excerpt(line_of(&text, place)?, place, env_files.contains(&place.path));
        Some(((place.path.clone(), place.line, place.column), excerpt))
    };
    diagnosis.places().filter_map(excerpt).collect()
}

/// The text of an env file of the project, or of the answer.
fn in_project(project: &Project, body: &str, place: &Place) -> Option<String> {
    match project.env_files.iter().find(|file| file.path == place.path) {
        Some(file) => Some(String::from_utf8_lossy(file.bytes.expose()).into_owned()),
        None => (*place.path == *ANSWER).then(|| body.to_owned()),
    }
}

/// Whether it is the id of a key, which is no secret and goes with every request.
fn is_key_id(text: &str) -> bool {
    (16..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The value that was sent, where this process's environment gave it: no file shows it to the judges.
fn shell(project: &Project, variable: &str, secrets: &[Secret]) -> Option<Fact> {
    let value = project.process.get(variable).filter(|value| secrets.first().is_none_or(|sent| is_of(value, sent)))?;
    let sets = Sets { name: variable.to_owned(), value: Value::Literal(value.clone()), by: Setter::Shell };
    Some(Fact { origin: Origin::Variable(variable.to_owned()), span: 0..0, seen: Seen::Sets(sets) })
}

/// Whether what was sent is the value, whatever clings to it.
fn is_of(value: &Secret, sent: &Secret) -> bool {
    let (value, sent) = (value.expose_str().unwrap_or_default(), sent.expose_str().unwrap_or_default());
    value == sent || value.trim() == sent.trim()
}

/// Looks at one call that a log tells of; gives back the slug of the service that refuses, too.
pub fn explain_call(exchange: Exchange, registry: &Registry) -> (Option<&'static str>, Diagnosis) {
    let project = collect::record::read(exchange);
    let cases = Case::all(&project, registry);
    let refusal = cases.iter().find_map(|case| case.refusal.as_deref());
    let provider = refusal.and_then(Refusal::provider).map(|provider| provider.slug.as_str());
    (provider, diagnosis::diagnose("explain", &cases))
}

/// Whether the lines of the fact's file are shown without what follows a `=` or `:`, as in an env file: what stands
/// there may be a key in an encoding by which nobody would recognise it.
fn hides_its_line(fact: &Fact) -> bool {
    let Seen::Sets(sets) = &fact.seen else { return false };
    matches!(sets.value, Value::Literal(_) | Value::Undecodable(_) | Value::Filled(_))
        && matches!(
            sets.by,
            Setter::Kubernetes
                | Setter::Compose
                | Setter::Systemd
                | Setter::CredentialFile
                | Setter::Platform
                | Setter::DockerEnv
        )
}

/// The line of a text that a place is in.
fn line_of<'t>(text: &'t str, place: &Place) -> Option<&'t str> {
    text.lines().nth(usize::try_from(place.line).ok()?.saturating_sub(1))
}

/// The lines that the evidence points at, read again and with every credential hidden.
fn excerpts(root: &Path, found: &Investigation) -> Excerpts {
    let mut files: BTreeMap<Arc<str>, String> = BTreeMap::new();
    let mut excerpts = Excerpts::new();
    for place in found.diagnosis.places() {
        let text = files.entry(place.path.clone()).or_insert_with(|| {
            let bytes = world::read(&root.join(&*place.path), collect::BUNDLE_LIMIT).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        if let Some(line) = line_of(text, place) {
            let excerpt = found.redactor.excerpt(line, place, found.is_env_file(&place.path));
            excerpts.insert((place.path.clone(), place.line, place.column), excerpt);
        }
    }
    excerpts
}
