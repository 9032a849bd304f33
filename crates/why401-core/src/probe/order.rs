//! Order: which requests come next, the most telling first.

use std::time::Duration;

use super::hop::{known_clients, next_hop};
use super::invalid::invalid;
use super::plan::{Plan, Tried, same};
use super::spot::without;
use super::{Purpose, Reading, Suspect, Trial, said, trials};
use crate::case::Stop;
use crate::exchange::{Outcome, Request};
use crate::provider::Answer as Known;
use crate::symptom::{self, Symptom};

/// A fault that shows itself in the request is tried with few others beside it.
const PLAIN: i32 = 85;

impl Plan<'_> {
    /// The request as it is; at the same time what the server says to no credential and to an invalid one.
    pub(super) fn first(&self) -> Vec<Trial> {
        let make = |change: &str, purpose, request: Request| Trial {
            change: change.to_owned(),
            purpose,
            request,
            manner: self.ask.manner.clone(),
            after: Duration::ZERO,
        };
        let mut batch = vec![make("as sent", Purpose::AsSent, self.ask.request.clone())];
        let spots = self.ask.spots();
        let room = self.limits.requests.saturating_sub(1);
        if let Some(spot) = spots.first().filter(|_| self.ask.is_free && room >= 2) {
            let without = without(&self.ask.request, spots.iter());
            batch.extend(without.map(|request| make("without a credential", Purpose::Without, request)));
            let invalid = spot.with_value(&self.ask.request, &invalid(spot));
            batch.push(make("with a plainly invalid key", Purpose::Invalid, invalid));
        }
        batch
    }

    /// The changes that look best, few where a fault is plain to see.
    pub(super) fn batch(&self, base: Reading) -> Vec<Trial> {
        let seen = self.seen();
        let mut open: Vec<Trial> = trials(&self.ask, seen);
        open.extend(self.along_the_redirect());
        match base {
            // Where nobody answers, only another way to the server can help.
            Reading::Unanswered => open.retain(|trial| trial.manner != self.ask.manner),
            // A redirect says nothing of the credential yet.
            Reading::Redirect => open.retain(|trial| trial.request.url != self.ask.request.url),
            // Nor does what is said to everybody.
            Reading::Other if self.says_it_to_everybody() => open.clear(),
            // A server in trouble is no refusal, unless the fault is plain to see.
            Reading::Elsewhere => open.retain(|trial| trial.suspect().is_some_and(|s| s.suspicion >= PLAIN)),
            _ => {}
        }
        // Whom the server knows, it knows by a key that is written well and stands where it should.
        if self.is_recognised() {
            let is_idle = |suspect: &Suspect| {
                let symptoms = symptom::of(suspect.cause);
                suspect.suspicion < PLAIN
                    && matches!(symptoms.first(), Some(Symptom::Absent | Symptom::Rejected))
                    && !symptoms.contains(&Symptom::Denied)
            };
            open.retain(|trial| !trial.suspect().is_some_and(is_idle));
        }
        let mut fresh: Vec<Trial> = Vec::new();
        for trial in open {
            let is_known = |other: &Trial| {
                same(&other.request, &trial.request) && other.manner == trial.manner && trial.after.is_zero()
            };
            if !self.tried.iter().any(|tried| is_known(&tried.trial))
                && !fresh.iter().any(is_known)
                && !self.waited(&trial)
            {
                fresh.push(trial);
            }
        }
        let named = self.named();
        fresh.sort_by_cached_key(|trial| {
            std::cmp::Reverse(trial.suspect().map_or(0, |suspect| self.score(suspect, named)))
        });
        let plain = fresh.first().and_then(Trial::suspect).is_some_and(|suspect| suspect.suspicion >= PLAIN);
        let room = self.limits.requests - self.tried.len();
        let is_first = !self.tried.iter().any(|tried| matches!(tried.trial.purpose, Purpose::Again));
        let width = if plain { 2 } else { self.limits.at_once - usize::from(is_first) };
        fresh.truncate(width.min(room.saturating_sub(usize::from(is_first))));
        if is_first && !fresh.is_empty() {
            fresh.push(Trial {
                change: "as sent, once more".to_owned(),
                purpose: Purpose::Again,
                request: self.ask.request.clone(),
                manner: self.ask.manner.clone(),
                after: Duration::ZERO,
            });
        }
        fresh
    }

    fn waited(&self, trial: &Trial) -> bool {
        !trial.after.is_zero() && self.tried.iter().any(|tried| tried.trial.after == trial.after)
    }

    /// Where the answer leads, with all that the request carried.
    fn along_the_redirect(&self) -> Vec<Trial> {
        let Some(base) = self.base() else { return Vec::new() };
        let mut hops = base.hops.iter().rev().filter_map(|exchange| match &exchange.outcome {
            Outcome::Answered(answer) => Some((next_hop(&exchange.request, answer)?, exchange, answer)),
            _ => None,
        });
        let Some((last, exchange, answer)) = hops.next() else { return Vec::new() };
        let known = known_clients(&exchange.request, answer).filter(|_| last.dropped);
        let mut whole = last.whole;
        for (name, value) in &self.ask.request.headers {
            if whole.header(name).is_none() {
                whole.headers.push((name.clone(), value.clone()));
            }
        }
        let was_followed = base.hops.len() > 1;
        let mut suspect = if was_followed {
            Suspect::new(
                "header/stripped-redirect",
                Stop::Carried,
                90,
                format!("the server redirects to {}, and the client drops the credential on the way", whole.url),
                format!("Ask {} at once.", whole.url),
            )
        } else {
            Suspect::new(
                "request/wrong-endpoint",
                Stop::Sent,
                88,
                format!("the server redirects to {}, and the client as given does not follow", whole.url),
                format!("Ask {} at once.", whole.url),
            )
        };
        suspect.known = known.filter(|_| was_followed).unwrap_or_default();
        vec![Trial::change(&self.ask, format!("at {} at once", whole.url), whole, suspect.decisive())]
    }

    /// What the answer that everything is compared with means, as far as its wording is known. To look takes a while where
    /// it is long.
    pub(super) fn named(&self) -> Option<&'static Known> {
        let answer = self.base().and_then(Tried::last)?.answer()?;
        said(answer, self.ask.provider).into_iter().next().map(|meaning| meaning.answer)
    }

    /// How soon a change is tried: by what shows in the request, by what the server's answers tell, by what it says.
    pub(super) fn score(&self, suspect: &Suspect, named: Option<&Known>) -> i32 {
        let arrives = self.seen().arrives;
        let symptoms = symptom::of(suspect.cause);
        let by_arrival = match (arrives, symptoms.first()) {
            (Some(false), Some(Symptom::Absent)) => 25,
            (Some(false), _) if !symptoms.contains(&Symptom::Absent) => -30,
            (Some(true), Some(Symptom::Absent)) => -20,
            (Some(true), Some(Symptom::Rejected)) => 12,
            _ => 0,
        };
        let by_words = match named {
            Some(named) if named.cause == suspect.cause => 24,
            Some(named) if named.also.iter().any(|slug| slug == suspect.cause) => 12,
            _ => 0,
        };
        suspect.suspicion + by_arrival + by_words
    }
}
