//! Diagnosis: causes ranked, each with its evidence, standing and remedy; what was ruled out; what was not tried.

mod browser;
mod clock;
mod experiment;
mod guess;
mod left;
mod proof;
mod seen;
mod texts;
mod token;
mod weigh;

use std::collections::BTreeMap;

pub use self::clock::Told;
use self::experiment::experiment;
pub use self::proof::Experiment;
use crate::case::{Case, Stop};
use crate::cause::bare::bare;
use crate::cause::fallen::{Fallen, fallen};
use crate::cause::keyed::{Keyed, keyed};
use crate::cause::said::said;
use crate::cause::signed::Signed;
use crate::cause::{Cause, Evidence, Finding, Reason, Standing};
use crate::excerpt::{Excerpt, Excerpts};
use crate::fact::{Origin, Place};
use crate::form::Form;
use crate::project::Skipped;
use crate::signature::fault::Examined;

/// What is said in the end.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// The command that asked, such as `check`.
    pub command: &'static str,
    /// The journey of each credential.
    pub journeys: Vec<Journey>,
    /// The causes found, best first.
    pub causes: Vec<Named>,
    /// Whether the causes are rivals for one refusal, so that the first is the answer and the others are what else it may
    /// be; otherwise each is a fault of its own.
    pub are_rivals: bool,
    /// What looked like a cause and is none.
    pub ruled_out: Vec<RuledOut>,
    /// What was not looked at, and why.
    pub not_tried: Vec<Skipped>,
    /// The stops that this command never looks at.
    pub unseen: Vec<Stop>,
    /// What was computed, as it may be shown.
    pub forms: Vec<Form>,
    /// The requests that were sent, in their order.
    pub experiments: Vec<Experiment>,
    /// What the experiments came to, in a sentence; empty where none was made.
    pub verdict: String,
    /// The lines that the evidence points at, as they may be shown.
    pub excerpts: Excerpts,
}

/// One cause of one credential's refusal.
#[derive(Clone, Debug)]
pub struct Named {
    /// The cause.
    pub cause: &'static Cause,
    /// The credential's name; empty where it has none.
    pub credential: String,
    /// The evidence.
    pub finding: Finding,
}

/// Something that looked like a cause and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledOut {
    /// The cause's slug.
    pub cause: &'static str,
    /// Why it is none here.
    pub reason: Reason,
}

/// The stops of one credential's journey, as far as they were looked at.
#[derive(Clone, Debug)]
pub struct Journey {
    /// The credential's name.
    pub credential: String,
    /// The service it is for.
    pub provider: Option<String>,
    /// The stops in order.
    pub stops: Vec<StopSeen>,
}

/// One stop of a journey.
#[derive(Clone, Debug)]
pub struct StopSeen {
    /// Which stop.
    pub stop: Stop,
    /// What is known of it.
    pub state: State,
    /// What was seen there, such as `.env:3` or `dotenv 17`.
    pub text: String,
}

/// What is known of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Looked at, and nothing is wrong.
    Good,
    /// Looked at, and this is where it breaks.
    Broken,
    /// Not looked at.
    Unseen,
}

/// Lets every judge look at every case and ranks what they found.
pub fn diagnose(command: &'static str, cases: &[Case<'_>]) -> Diagnosis {
    let fallen = fallen_into(cases);
    let mut diagnosis = judged(command, cases, &fallen);
    if let Some(refusal) = cases.iter().find_map(|case| case.refusal.as_deref()) {
        guess::guess(cases, refusal, &fallen, &mut diagnosis.causes);
        let open = diagnosis.causes.first_mut().filter(|named| named.finding.standing != Standing::Proven);
        // A probe is that experiment itself.
        if let Some(named) = open.filter(|_| command != "probe") {
            named.finding.remedies.extend(experiment(refusal));
        }
    }
    let signed = cases.iter().find_map(Signed::of).filter(|signed| command == "sign" || signed.is_shown());
    diagnosis.forms.extend(signed.iter().flat_map(Signed::forms));
    diagnosis
}

/// What is read and found in a paste without the experience of words, as words that can be learnt like those of its text.
pub fn found(cases: &[Case<'_>]) -> Vec<String> {
    let fallen = fallen_into(cases);
    seen::words(cases, &judged("explain", cases, &fallen).causes, &fallen)
}

/// The pitfalls that somebody who was refused fell into.
fn fallen_into<'p>(cases: &[Case<'p>]) -> BTreeMap<&'static str, Fallen<'p>> {
    let refused = cases.first().filter(|_| cases.iter().any(|case| case.refusal.is_some()));
    refused.map(|case| fallen(case.project)).unwrap_or_default()
}

/// What the judges found, weighed against what the refusal says.
fn judged(command: &'static str, cases: &[Case<'_>], fallen: &BTreeMap<&str, Fallen<'_>>) -> Diagnosis {
    let mut diagnosis = Diagnosis { command, ..Diagnosis::default() };
    for case in cases {
        let mut broken: BTreeMap<Stop, Standing> = BTreeMap::new();
        for cause in Cause::all() {
            let Some(judge) = cause.judge else { continue };
            for evidence in judge(case) {
                match evidence {
                    Evidence::For(finding) => {
                        let worst = broken.entry(finding.stop).or_insert(finding.standing);
                        *worst = finding.standing.min(*worst);
                        let named = Named { cause, credential: case.name.clone(), finding: *finding };
                        diagnosis.add(named);
                    }
                    Evidence::Against(reason) => diagnosis.rule_out(RuledOut { cause: cause.slug, reason }),
                }
            }
        }
        if !case.is_refusal && !case.is_token {
            diagnosis.journeys.push(journey(case, &broken));
        }
    }
    let computed = cases.iter().find_map(keyed).map(|keyed| diagnosis.take(keyed)).unwrap_or_default();
    match cases.iter().find_map(|case| case.refusal.as_deref()) {
        Some(refusal) => {
            // What is common behind a bare status is a guess; controls tell more.
            let has_controls = cases.iter().any(|case| case.project.hints.has_controls);
            let bare = if has_controls { Vec::new() } else { bare(refusal) };
            let fallen = fallen.values().filter_map(|fallen| fallen.finding(refusal)).collect();
            diagnosis.causes = weigh::weigh(refusal, diagnosis.causes, computed, said(refusal), bare, fallen);
            diagnosis.are_rivals = true;
        }
        None => diagnosis.causes.sort_by(|a, b| rank(a).cmp(&rank(b))),
    }
    diagnosis
}

/// What was examined by itself, without a refusal beside it: a message that came in.
pub fn examined(command: &'static str, examined: Examined, origin: &Origin) -> Diagnosis {
    let mut diagnosis = Diagnosis { command, are_rivals: true, ..Diagnosis::default() };
    let computed = diagnosis.take(Keyed::of(examined, &|_| origin.clone()));
    computed.into_iter().for_each(|named| diagnosis.add(named));
    diagnosis.causes.sort_by_key(|named| (named.finding.standing, -named.finding.weight));
    diagnosis
}

impl Diagnosis {
    /// Takes over what is shown of a call that was computed, and gives back what is wrong with it.
    fn take(&mut self, computed: Keyed) -> Vec<Named> {
        let Keyed { found, forms, verdict } = computed;
        if self.command == "sign" {
            self.forms.extend(forms);
            self.verdict = verdict;
        } else if forms.iter().any(|form| form.first_difference().is_some()) {
            self.forms.extend(forms);
        }
        found.into_iter().map(|(cause, finding)| Named { cause, credential: String::new(), finding }).collect()
    }

    /// How many requests went out.
    pub fn requests(&self) -> usize {
        self.experiments.iter().map(|one| one.requests).sum()
    }

    /// The line at `place` as it may be shown, where it was read.
    pub fn excerpt(&self, place: &Place) -> Option<&Excerpt> {
        self.excerpts.get(&(place.path.clone(), place.line, place.column))
    }

    /// Every place that the evidence points at.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.causes.iter().flat_map(|named| &named.finding.why).filter_map(|reason| reason.origin.as_ref()?.place())
    }

    /// Lets `change` move every place that the evidence points at.
    pub fn for_each_place(&mut self, mut change: impl FnMut(&mut Place)) {
        let found = self.causes.iter_mut().flat_map(|named| &mut named.finding.why);
        for reason in found.chain(self.ruled_out.iter_mut().map(|ruled_out| &mut ruled_out.reason)) {
            if let Some(Origin::File(place)) = &mut reason.origin {
                change(place);
            }
        }
    }

    /// Several loads of one file show the same fault: it is named once.
    fn add(&mut self, named: Named) {
        let same = |other: &&mut Named| {
            other.cause.slug == named.cause.slug
                && other.credential == named.credential
                && other.finding.place() == named.finding.place()
        };
        match self.causes.iter_mut().find(same) {
            Some(other) if named.finding.standing < other.finding.standing => *other = named,
            Some(_) => {}
            None => self.causes.push(named),
        }
    }

    fn rule_out(&mut self, ruled_out: RuledOut) {
        if !self.ruled_out.contains(&ruled_out) {
            self.ruled_out.push(ruled_out);
        }
    }
}

fn rank(named: &Named) -> (Standing, Stop, Option<Origin>, &str) {
    let finding = &named.finding;
    (finding.standing, finding.stop, finding.place().cloned().map(Origin::File), &named.credential)
}

fn journey(case: &Case<'_>, broken: &BTreeMap<Stop, Standing>) -> Journey {
    let place = |origin: &Origin| origin.place().map(|place| format!("{}:{}", place.path, place.line));
    let real: Vec<_> = case.values.iter().filter(|held| !held.in_template()).collect();
    let mut written: Vec<String> = real.iter().filter_map(|held| place(&held.origin)).collect();
    written.extend(case.sets.iter().filter_map(|(fact, _)| place(&fact.origin)));
    written.extend(case.stands.iter().filter_map(|(fact, _)| place(&fact.origin)));
    let loaded = real.iter().filter_map(|held| Some(held.loader()?.name.clone())).collect();
    let read = case.reads.iter().filter_map(|(fact, _)| place(&fact.origin)).collect();
    let sent = case.sends.iter().map(|(_, sends)| sends.name.clone()).collect();
    let stops = Stop::ALL.into_iter().zip([written, loaded, read, sent, Vec::new(), Vec::new()]);
    Journey {
        credential: case.name.clone(),
        provider: case.provider.map(|provider| provider.name.clone()),
        stops: stops
            .map(|(stop, seen)| {
                let state = match (broken.get(&stop), seen.is_empty()) {
                    (Some(Standing::Proven | Standing::Likely), _) => State::Broken,
                    (_, true) => State::Unseen,
                    (_, false) => State::Good,
                };
                StopSeen { stop, state, text: first_of(seen) }
            })
            .collect(),
    }
}

fn first_of(mut seen: Vec<String>) -> String {
    seen.sort();
    seen.dedup();
    match seen.len() {
        0 => String::new(),
        1 => seen.remove(0),
        count => format!("{} and {} more", seen.remove(0), count - 1),
    }
}
