//! What experiments prove, and what they rule out, brought into a diagnosis.

use std::cmp::Reverse;

use super::left::{is_door, lost_on_the_way, plainly_wrong, unknown};
use super::{Diagnosis, Named, RuledOut, State};
use crate::case::Stop;
use crate::cause::{Cause, Finding, Reason, Remedy, Standing};
use crate::exchange::{Exchange, Outcome};
use crate::fact::Origin;
use crate::probe::{Plan, Reading, Spot, Trial, Tried};
use crate::symptom::{self, Symptom};
use crate::url::Url;

/// One request that was sent, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// What was different from the request as it is, such as `the key without the blank at its end`.
    pub change: String,
    /// Method and URL, without its query.
    pub asked: String,
    /// What came of it, such as `401` or `301, then 200`.
    pub came: String,
    /// How many requests that took: one a hop.
    pub requests: usize,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// Whether the credential was taken.
    pub works: bool,
    /// The cause that it was to tell.
    pub cause: Option<&'static str>,
}

impl Diagnosis {
    /// Brings in what the experiments showed for the credential called `name`.
    pub fn prove(&mut self, plan: &Plan<'_>, name: &str) {
        self.experiments = plan.tried().iter().map(experiment).collect();
        let Some(first) = plan.as_sent() else {
            self.verdict = "The request as it is was not answered.".to_owned();
            return;
        };
        if first.reading == Reading::Accepted || !plan.refuses() {
            self.causes.clear();
        } else {
            self.rule_out_by(plan);
            let proofs: Vec<Named> = plan.right().filter_map(|tried| proof(plan, first, tried, name)).collect();
            if plan.works() {
                // What is wrong besides did not keep the request from being answered.
                self.causes.retain(|other| {
                    let is_proof = proofs.iter().any(|proof| proof.cause.slug == other.cause.slug);
                    is_proof || other.finding.standing < Standing::Possible
                });
                for other in &mut self.causes {
                    other.finding.standing = Standing::Possible;
                }
            }
            // Refused before anything was looked at: what a mere 403 may mean besides is not meant.
            let is_door = is_door(plan, first);
            if is_door {
                self.causes.retain(|named| named.finding.standing < Standing::Possible);
            }
            let is_open = self.causes.first().is_none_or(|named| named.finding.standing == Standing::Possible);
            if proofs.is_empty()
                && let Some((slug, finding)) =
                    plainly_wrong(plan, first).or_else(|| lost_on_the_way(plan, first).filter(|_| is_open))
                && let Some(cause) = Cause::find(slug)
            {
                self.put_first(Named { cause, credential: name.to_owned(), finding });
            }
            if proofs.is_empty() && self.causes.is_empty() && first.reading.is_refusal() {
                self.causes = unknown(plan, name);
            }
            for named in proofs.into_iter().rev() {
                self.put_first(named);
            }
        }
        self.verdict = verdict(plan, &self.causes);
        self.mark(plan, name, first);
    }

    /// The experiments were broken off while these had no answer.
    pub fn break_off(&mut self, open: &[Trial]) {
        for trial in open {
            self.experiments.push(Experiment {
                change: trial.change.clone(),
                asked: format!("{} {}", trial.request.method, trial.request.url),
                came: "no answer yet".to_owned(),
                requests: 1,
                status: None,
                works: false,
                cause: trial.suspect().map(|suspect| suspect.cause),
            });
        }
        if self.causes.first().is_none_or(|named| named.finding.standing != Standing::Proven) {
            self.verdict = "Broken off before it was decided.".to_owned();
        } else {
            self.verdict.push_str(" Broken off before more was tried.");
        }
    }

    /// Keeps what is about the variable `name`, which has no value, or an empty one; names that as the cause where nothing
    /// else is.
    pub fn keep(&mut self, name: &str, is_empty: bool) {
        self.causes.retain(|named| named.credential == name);
        self.journeys.retain(|journey| journey.credential == name);
        if let (true, Some(cause)) = (self.causes.is_empty(), Cause::find("key/missing")) {
            let (standing, title, why) = if is_empty {
                (Standing::Proven, format!("{name} is set, and empty"), "Nothing stands behind its `=`.")
            } else {
                let why = "Neither this shell nor an env file of the project sets it.";
                (Standing::Likely, format!("{name} has no value"), why)
            };
            let finding = Finding::new(standing, Stop::Written, title, Origin::Variable(name.to_owned()), why);
            let finding = finding.mend(Remedy::new(cause.remedy()));
            self.causes.push(Named { cause, credential: name.to_owned(), finding });
        }
    }

    /// The stops that were seen live.
    fn mark(&mut self, plan: &Plan<'_>, name: &str, first: &Tried) {
        let request = &first.trial.request;
        let host = Url::of(&request.url).authority().into_owned();
        let taken = first.reading == Reading::Accepted && !plan.is_open();
        let broken = self.causes.first().map(|named| named.finding.stop);
        let sent = Spot::all(request, plan.ask.provider, &plan.ask.carriers).first().map(Spot::called);
        let carried = match first.hops.len() {
            0 | 1 => plan.ask.proxy.as_ref().map_or_else(|| "direct".to_owned(), |proxy| format!("proxy {proxy}")),
            hops => format!("{} redirect{}", hops - 1, if hops == 2 { "" } else { "s" }),
        };
        let judged = format!("{host}: {}", came(&first.hops));
        for journey in self.journeys.iter_mut().filter(|journey| journey.credential == name) {
            for stop in &mut journey.stops {
                match stop.stop {
                    Stop::Sent => stop.text = sent.clone().unwrap_or_else(|| "no credential".to_owned()),
                    Stop::Carried => stop.text.clone_from(&carried),
                    Stop::Judged => stop.text.clone_from(&judged),
                    Stop::Written | Stop::Loaded | Stop::Read => {}
                }
                stop.state = match (stop.stop, broken) {
                    (own, Some(broken)) if own == broken => State::Broken,
                    (Stop::Judged, None) if !taken && plan.refuses() => State::Broken,
                    // What was refused for a reason further up was judged rightly.
                    (Stop::Judged, _) if !taken => State::Unseen,
                    (Stop::Sent | Stop::Carried | Stop::Judged, _) => State::Good,
                    _ => stop.state,
                };
            }
        }
    }

    /// The cause becomes the first, with all that already spoke for it.
    fn put_first(&mut self, mut named: Named) {
        if let Some(at) = self.causes.iter().position(|other| other.cause.slug == named.cause.slug) {
            let other = self.causes.remove(at);
            for reason in other.finding.why {
                if !named.finding.why.contains(&reason) && named.finding.why.len() < 6 {
                    named.finding.why.push(reason);
                }
            }
            // What is known of the place mends it there; what was tried is surer than what is known in general.
            if other.finding.remedies.iter().any(|remedy| !remedy.edits.is_empty()) {
                named.finding.remedies = other.finding.remedies;
            }
            if named.credential.is_empty() {
                named.credential = other.credential;
            }
        }
        self.causes.insert(0, named);
    }

    /// Takes out what the answers speak against.
    fn rule_out_by(&mut self, plan: &Plan<'_>) {
        let Some(base) = plan.as_sent() else { return };
        let origin = base.last().map(Exchange::origin);
        let right: Vec<&str> = plan.right().filter_map(|tried| Some(tried.trial.suspect()?.cause)).collect();
        let mut failed: Vec<(&'static str, String)> = Vec::new();
        for tried in plan.tried() {
            let Some(suspect) = tried.trial.suspect().filter(|suspect| suspect.is_decisive) else { continue };
            if right.contains(&suspect.cause)
                || tried.reading == Reading::Unanswered
                || failed.iter().any(|(slug, _)| *slug == suspect.cause)
            {
                continue;
            }
            failed.push((
                suspect.cause,
                format!("{}: it is refused all the same ({})", tried.trial.change, came(&tried.hops)),
            ));
        }
        if right.is_empty() {
            for (cause, text) in failed {
                // What was a mere possibility is none any more.
                self.causes.retain(|named| named.cause.slug != cause || named.finding.standing < Standing::Possible);
                if let Some(named) = self.causes.iter_mut().find(|named| named.cause.slug == cause) {
                    named.finding.standing = Standing::Possible;
                    named.finding.weight -= 40;
                }
                self.rule_out(RuledOut { cause, reason: Reason { text, origin: origin.clone() } });
            }
        }
        if let Some(arrives) = plan.seen().arrives.filter(|_| right.is_empty()) {
            let absent = |slug: &str| symptom::of(slug).contains(&Symptom::Absent);
            let (kept, gone): (Vec<Named>, Vec<Named>) =
                std::mem::take(&mut self.causes).into_iter().partition(|named| {
                    let slug = named.cause.slug;
                    if arrives {
                        !absent(slug) || symptom::of(slug).len() > 1 && symptom::of(slug)[0] != Symptom::Absent
                    } else {
                        absent(slug) || symptom::of(slug).contains(&Symptom::Elsewhere)
                    }
                });
            self.causes = kept;
            for named in gone {
                let text = if arrives {
                    "the server answers otherwise where no credential comes: this one arrives"
                } else {
                    "the server answers just as where no credential comes: it sees none"
                };
                self.rule_out(RuledOut {
                    cause: named.cause.slug,
                    reason: Reason { text: text.to_owned(), origin: origin.clone() },
                });
            }
        }
        if plan.is_recognised() && right.is_empty() {
            // Who is known was not refused for what he is.
            let of_known =
                |slug: &str| symptom::of(slug).iter().any(|own| matches!(own, Symptom::Denied | Symptom::Limited));
            self.causes
                .retain(|named| of_known(named.cause.slug) && symptom::of(named.cause.slug)[0] != Symptom::Rejected);
        }
        self.causes.sort_by_key(|named| {
            (named.finding.standing, -named.finding.weight, Reverse(symptom::depth(named.cause.slug)))
        });
    }
}

/// The cause that a change proves.
fn proof(plan: &Plan<'_>, first: &Tried, tried: &Tried, name: &str) -> Option<Named> {
    let suspect = tried.trial.suspect()?;
    let cause = Cause::find(suspect.cause)?;
    let taken = plan.works() && plan.right().last().is_some_and(|last| std::ptr::eq(last, tried));
    let after = came(&tried.hops);
    let before = plan.right().take_while(|other| !std::ptr::eq(*other, tried)).last();
    let why = if let Some(before) = before.filter(|_| taken) {
        format!(
            "With that mended the answer is {}; {} as well it is {after}. Nothing else was changed.",
            came(&before.hops),
            with(&tried.trial.change)
        )
    } else if taken && tried.reading == Reading::Accepted {
        format!(
            "As sent the answer is {}; {} it is {after}. Nothing else was changed.",
            came(&first.hops),
            with(&tried.trial.change)
        )
    } else if taken {
        format!(
            "As sent the answer is {}; {} it is {after}: the credential is taken, and what is refused now is something else.",
            came(&first.hops),
            with(&tried.trial.change)
        )
    } else {
        format!(
            "{} the server speaks of another fault than before: now it sees the credential.",
            capital(&with(&tried.trial.change))
        )
    };
    let origin = tried.last().map_or_else(|| Origin::Host(plan.ask.request.url.clone()), Exchange::origin);
    let mut finding = Finding::new(Standing::Proven, suspect.stop, suspect.title.clone(), origin, why);
    finding.weight = 1000;
    finding.remedies.push(suspect.remedy.clone());
    if !suspect.known.is_empty() {
        finding = finding.and(suspect.known.clone(), None);
    }
    Some(Named { cause, credential: name.to_owned(), finding })
}

/// What the experiments came to.
fn verdict(plan: &Plan<'_>, causes: &[Named]) -> String {
    let first = causes.first();
    let Some(sent) = plan.as_sent() else { return String::new() };
    match (sent.reading, first) {
        (Reading::Accepted, _) if plan.is_open() => {
            "It is answered without a credential just as well, so that nothing is said of this one.".to_owned()
        }
        (Reading::Accepted, _) => "The credential is taken as it is: no cause.".to_owned(),
        (_, None) if plan.heals() => "It was refused, and sent again it was not: what was wrong has passed.".to_owned(),
        (Reading::Redirect, None) => "It leads elsewhere, and nobody judged the credential.".to_owned(),
        (Reading::Other, None) => "What is wrong with the request is not its credential.".to_owned(),
        (Reading::Elsewhere, None) => {
            "The server is in trouble, or another one answered: no credential was judged.".to_owned()
        }
        (_, None) => "No cause found.".to_owned(),
        (_, Some(named)) if named.finding.standing == Standing::Proven => {
            let proven = causes.iter().filter(|named| named.finding.standing == Standing::Proven);
            let slugs: Vec<&str> = proven.map(|named| named.cause.slug).collect();
            format!("Proven: {}.", slugs.join(", and "))
        }
        (_, Some(named)) => format!("No change helped; {}: {}.", named.finding.standing.word(), named.cause.slug),
    }
}

/// The change as it stands in a sentence.
fn with(change: &str) -> String {
    let says_how =
        ["with", "without", "at ", "over ", "signed ", "the same after"].iter().any(|word| change.starts_with(word));
    if says_how { change.to_owned() } else { format!("with {change}") }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().to_string() + letters.as_str())
}

fn experiment(tried: &Tried) -> Experiment {
    let request = tried.hops.first().map_or(&tried.trial.request, |exchange| &exchange.request);
    Experiment {
        change: tried.trial.change.clone(),
        asked: format!("{} {}", request.method, request.url),
        came: came(&tried.hops),
        status: tried.last().and_then(Exchange::status),
        requests: tried.hops.len(),
        works: tried.reading == Reading::Accepted,
        cause: tried.trial.suspect().map(|suspect| suspect.cause),
    }
}

/// What came of a chain of exchanges.
pub(super) fn came(hops: &[Exchange]) -> String {
    let one = |exchange: &Exchange| match &exchange.outcome {
        Outcome::Answered(answer) => answer.status.map_or_else(|| "an answer".to_owned(), |status| status.to_string()),
        Outcome::Unreachable(why) => format!("none ({why})"),
        Outcome::NotSent(why) => format!("not sent ({why})"),
    };
    hops.iter().map(one).collect::<Vec<_>>().join(", then ")
}
