//! JSON, schema `why401/1`: a promise, so its structs are its own.

use serde::Serialize;

use crate::diagnosis::{Diagnosis, State};
use crate::fact::Origin;

/// The version that `schema` carries.
pub const SCHEMA: &str = "why401/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    command: &'a str,
    journeys: Vec<Journey<'a>>,
    diagnoses: Vec<Entry<'a>>,
    ruled_out: Vec<RuledOut<'a>>,
    not_tried: Vec<NotTried<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    forms: Vec<Form<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    experiments: Vec<Experiment<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    verdict: &'a str,
}

#[derive(Serialize)]
struct Form<'a> {
    title: &'a str,
    lines: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    side: &'static str,
    text: &'a str,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct Journey<'a> {
    credential: &'a str,
    provider: Option<&'a str>,
    stops: Vec<Stop<'a>>,
}

#[derive(Serialize)]
struct Stop<'a> {
    stop: &'static str,
    state: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    cause: &'a str,
    standing: &'static str,
    title: &'a str,
    credential: Option<&'a str>,
    stop: &'static str,
    why: Vec<Why<'a>>,
    remedies: Vec<Remedy<'a>>,
}

#[derive(Serialize)]
struct Why<'a> {
    text: &'a str,
    origin: Option<Place<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Place<'a> {
    File { path: &'a str, line: u32, column: u32 },
    Variable { variable: &'a str },
    Header { header: &'a str },
    Host { host: &'a str },
    Given { given: &'a str },
    Clock { clock: &'static str },
}

#[derive(Serialize)]
struct Remedy<'a> {
    text: &'a str,
    edits: Vec<Edit<'a>>,
    commands: &'a [String],
    links: &'a [String],
}

#[derive(Serialize)]
struct Edit<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    start: usize,
    end: usize,
    replacement: &'a str,
}

#[derive(Serialize)]
struct RuledOut<'a> {
    cause: &'a str,
    why: Why<'a>,
}

#[derive(Serialize)]
struct NotTried<'a> {
    what: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct Experiment<'a> {
    change: &'a str,
    asked: &'a str,
    came: &'a str,
    status: Option<u16>,
    works: bool,
    cause: Option<&'a str>,
}

/// The diagnosis as a JSON document, with a final newline.
pub fn render(diagnosis: &Diagnosis) -> String {
    let document = Document {
        schema: SCHEMA,
        command: diagnosis.command,
        journeys: diagnosis.journeys.iter().map(journey).collect(),
        diagnoses: diagnosis.causes.iter().map(entry).collect(),
        ruled_out: diagnosis.ruled_out.iter().map(|r| RuledOut { cause: r.cause, why: why(&r.reason) }).collect(),
        not_tried: diagnosis.not_tried.iter().map(|n| NotTried { what: &n.what, why: &n.why }).collect(),
        forms: diagnosis.forms.iter().map(form).collect(),
        experiments: diagnosis.experiments.iter().map(experiment).collect(),
        verdict: &diagnosis.verdict,
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn journey(journey: &crate::diagnosis::Journey) -> Journey<'_> {
    let state = |state| match state {
        State::Good => "good",
        State::Broken => "broken",
        State::Unseen => "unseen",
    };
    Journey {
        credential: &journey.credential,
        provider: journey.provider.as_deref(),
        stops: journey
            .stops
            .iter()
            .map(|s| Stop { stop: s.stop.word(), state: state(s.state), text: &s.text })
            .collect(),
    }
}

fn form(form: &crate::form::Form) -> Form<'_> {
    let lines = form.lines.iter().map(|line| Line {
        side: line.side.word(),
        text: &line.text,
        note: Some(line.note.as_str()).filter(|note| !note.is_empty()),
    });
    Form { title: &form.title, lines: lines.collect() }
}

fn experiment(one: &crate::diagnosis::Experiment) -> Experiment<'_> {
    Experiment {
        change: &one.change,
        asked: &one.asked,
        came: &one.came,
        status: one.status,
        works: one.works,
        cause: one.cause,
    }
}

fn entry(named: &crate::diagnosis::Named) -> Entry<'_> {
    let finding = &named.finding;
    Entry {
        cause: named.cause.slug,
        standing: finding.standing.word(),
        title: &finding.title,
        credential: (!named.credential.is_empty()).then_some(named.credential.as_str()),
        stop: finding.stop.word(),
        why: finding.why.iter().map(why).collect(),
        remedies: finding.remedies.iter().map(remedy).collect(),
    }
}

fn why(reason: &crate::cause::Reason) -> Why<'_> {
    Why { text: &reason.text, origin: reason.origin.as_ref().map(place) }
}

fn place(origin: &Origin) -> Place<'_> {
    match origin {
        Origin::File(place) => Place::File { path: &place.path, line: place.line, column: place.column },
        Origin::Variable(variable) => Place::Variable { variable },
        Origin::Header(header) => Place::Header { header },
        Origin::Host(host) => Place::Host { host },
        Origin::Given(given) => Place::Given { given },
        Origin::Clock => Place::Clock { clock: "this machine" },
    }
}

fn remedy(remedy: &crate::cause::Remedy) -> Remedy<'_> {
    Remedy {
        text: &remedy.text,
        edits: remedy
            .edits
            .iter()
            .map(|e| Edit {
                path: &e.place.path,
                line: e.place.line,
                column: e.place.column,
                start: e.span.start,
                end: e.span.end,
                replacement: &e.replacement,
            })
            .collect(),
        commands: &remedy.commands,
        links: &remedy.links,
    }
}
