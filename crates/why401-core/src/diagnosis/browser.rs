//! What a browser makes of a page's call, as a diagnosis.

use super::proof::Experiment;
use super::{Diagnosis, Named};
use crate::case::Stop;
use crate::cause::{Cause, Finding, Remedy, Standing};
use crate::cors::{self, Blocked, Call, Dropped, Gets, Step, Verdict};
use crate::exchange::Outcome;
use crate::fact::Origin;

impl Diagnosis {
    /// The diagnosis of a call from a page.
    pub fn of_browser(call: &Call, verdict: &Verdict) -> Self {
        let mut diagnosis = Self { command: "cors", ..Self::default() };
        let steps = verdict.walked.iter().map(|walked| Experiment {
            change: match walked.step {
                Step::Preflight => format!("the preflight, {}", walked.method),
                Step::Before | Step::Real => format!("the call itself, {}", walked.method),
            },
            asked: walked.url.clone(),
            came: walked.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
            requests: 1,
            status: walked.status,
            works: walked.status.is_some_and(|status| status < 400),
            cause: None,
        });
        diagnosis.experiments = steps.collect();
        let remarks = if matches!(verdict.gets, Gets::Nothing(_)) { &[][..] } else { &verdict.remarks };
        diagnosis.verdict =
            std::iter::once(said(call, verdict)).chain(remarks.iter().cloned()).collect::<Vec<_>>().join(" ");
        if let Some(named) = named(verdict) {
            diagnosis.causes.push(named);
        }
        diagnosis
    }
}

impl Diagnosis {
    /// Brings in what further questions told.
    pub fn add_questions(&mut self, asked: &[(cors::Experiment, Outcome)]) {
        for (question, outcome) in asked {
            let status = outcome.status();
            self.experiments.push(Experiment {
                change: question.change.clone(),
                asked: question.request.url.clone(),
                came: status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
                requests: 1,
                status,
                works: status.is_some_and(|status| status < 400),
                cause: None,
            });
            if let (Some(told), Some(named)) = (question.told(outcome), self.causes.first_mut()) {
                named.finding.why.push(crate::cause::Reason { text: told, origin: None });
            }
        }
    }
}

fn named(verdict: &Verdict) -> Option<Named> {
    let cause = Cause::find(verdict.cause()?)?;
    let finding = match &verdict.gets {
        Gets::Nothing(blocked) => of_block(blocked, verdict),
        Gets::Answer { .. } | Gets::Opaque { .. } | Gets::Silence { .. } => {
            let dropped = verdict.lost()?;
            let (title, why, remedy) = match dropped {
                Dropped::Forbidden(name) => (
                    format!("a page may not set {name}"),
                    "Only the browser itself sets it.".to_owned(),
                    "Send the call from a server, or give the credential in a header that a page may set.".to_owned(),
                ),
                Dropped::NoCors(name) => (
                    format!("the browser leaves {name} out"),
                    "`mode: \"no-cors\"` lets few headers through, and the answer cannot be read.".to_owned(),
                    "Call without `mode: \"no-cors\"`, and let the server allow the page's origin and this header."
                        .to_owned(),
                ),
                Dropped::Redirect(name, to) => (
                    format!("the browser drops {name} on the redirect"),
                    format!("It leads to {to}, another origin."),
                    format!("Call {to} at once."),
                ),
            };
            let finding = Finding::new(Standing::Proven, Stop::Sent, title, origin(verdict), why);
            finding.mend(Remedy::new(remedy))
        }
    };
    Some(Named { cause, credential: String::new(), finding })
}

fn of_block(blocked: &Blocked, verdict: &Verdict) -> Finding {
    let step = match blocked.step {
        Step::Preflight => "the answer to the preflight",
        Step::Real => "the answer",
        Step::Before => "the call",
    };
    let title = match (blocked.header, &blocked.was) {
        (Some(header), Some(was)) => format!("{step} has `{header}: {was}`"),
        (Some(header), None) => format!("{step} has no {header}"),
        (None, _) => match blocked.status {
            Some(status) => format!("{step} is {status}"),
            None => format!("{step} is stopped before it is sent"),
        },
    };
    let origin = Origin::Host(blocked.url.clone());
    let mut finding = Finding::new(Standing::Proven, Stop::Judged, title, origin, blocked.meaning.clone());
    if !blocked.console.is_empty() {
        finding = finding.and(format!("The console says: {}", blocked.console), None);
    }
    if let Some(status) = blocked.status.filter(|status| *status >= 400 && blocked.step == Step::Real) {
        finding = finding
            .and(format!("Behind it stands the server's own answer, {status}, which the page cannot see."), None);
    }
    if let Some(why) = verdict.preflight.first().filter(|_| blocked.step == Step::Preflight) {
        finding = finding.and(format!("The browser asks first, since {why}."), None);
    }
    for remark in &verdict.remarks {
        finding = finding.and(remark.clone(), None);
    }
    if !blocked.must.is_empty() {
        let lines: Vec<String> = blocked.must.iter().map(|(name, value)| format!("`{name}: {value}`")).collect();
        let remedy = Remedy::new(format!("Let {step} carry {}.", lines.join(", ")));
        finding = finding.mend(remedy);
    }
    if !blocked.also.is_empty() {
        finding = finding.and(format!("Behind it may stand {}.", blocked.also.join(" or ")), None);
    }
    finding
}

fn origin(verdict: &Verdict) -> Origin {
    Origin::Host(verdict.walked.last().map(|walked| walked.url.clone()).unwrap_or_default())
}

/// The verdict in a sentence.
fn said(call: &Call, verdict: &Verdict) -> String {
    match &verdict.gets {
        Gets::Answer { status, .. } if *status >= 400 => {
            format!("Allowed: a page of {} sees the {status} itself, and CORS is not to blame.", call.page)
        }
        Gets::Answer { status, .. } => format!("Allowed: a page of {} gets the answer, {status}.", call.page),
        Gets::Opaque { .. } => "Sent, but the page can read nothing of the answer.".to_owned(),
        Gets::Nothing(blocked) => match blocked.step {
            Step::Before => format!("Blocked before anything is sent: {}", blocked.meaning),
            Step::Preflight => format!("Blocked for a page of {}: the preflight does not pass.", call.page),
            Step::Real => format!("Blocked for a page of {}: the answer is kept from it.", call.page),
        },
        Gets::Silence { why, .. } => format!("Nobody answered: {why}."),
    }
}
