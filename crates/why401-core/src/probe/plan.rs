//! Plan: which requests to send next, until a change turns the refusal into an answer, or nothing is left to try.

use std::time::Duration;

use super::invalid::{fake, invalid};
use super::{Ask, Purpose, Reading, Seen, Spot, Trial, alike, reading};
use crate::case::Stop;
use crate::clock::http_date;
use crate::exchange::{Exchange, Outcome, Request};
use crate::read::jwt;
use crate::signature::aws::Echo;

/// How much may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests altogether.
    pub requests: usize,
    /// Requests at once.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests: 20, at_once: 6 }
    }
}

/// What is to be done next.
#[derive(Debug)]
pub enum Step {
    /// Send these, at once as far as they do not wait.
    Ask(Vec<Trial>),
    /// It is decided, or nothing is left.
    Done,
}

/// A trial and what came of it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What was tried.
    pub trial: Trial,
    /// The exchanges, one a hop; never empty.
    pub hops: Vec<Exchange>,
    /// What the last answer says of the credential.
    pub reading: Reading,
}

impl Tried {
    /// The exchange that decides.
    pub fn last(&self) -> Option<&Exchange> {
        self.hops.last()
    }
}

/// The course of a diagnosis.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What is asked; the request changes when a change was right and another fault is left.
    pub ask: Ask<'a>,
    pub(super) limits: Limits,
    pub(super) tried: Vec<Tried>,
    /// Which of the tried is what everything is compared with.
    base: usize,
    /// Those whose change was right, in their order.
    right: Vec<usize>,
    /// The change that works and is not confirmed yet.
    doubted: Option<usize>,
    /// Those that work with a plainly invalid key as well, so that they say nothing.
    open: Vec<usize>,
    is_over: bool,
}

impl<'a> Plan<'a> {
    /// A course that begins with this ask.
    pub fn new(ask: Ask<'a>, limits: Limits) -> Self {
        Self {
            ask,
            limits,
            tried: Vec::new(),
            base: 0,
            right: Vec::new(),
            doubted: None,
            open: Vec::new(),
            is_over: false,
        }
    }

    /// What to send next.
    pub fn step(&mut self) -> Step {
        if self.tried.is_empty() {
            return Step::Ask(self.first());
        }
        if let Some(confirm) = self.doubted.and_then(|index| self.confirm(index)) {
            return Step::Ask(vec![confirm]);
        }
        if self.is_over || self.tried.len() >= self.limits.requests || !self.ask.is_free || self.is_out_of_time() {
            return Step::Done;
        }
        let Some(base) = self.base().filter(|_| !self.heals()) else { return Step::Done };
        if base.reading == Reading::Accepted || !self.right.is_empty() && self.level(base) >= WORKS {
            return Step::Done;
        }
        let batch = self.batch(base.reading);
        if batch.is_empty() { Step::Done } else { Step::Ask(batch) }
    }

    /// Whether the request carries a token that had ended when the answer was given, or had not begun: no change of the request
    /// helps then.
    fn is_out_of_time(&self) -> bool {
        let Some(sent) = self.as_sent().filter(|sent| sent.reading == Reading::Refused) else { return false };
        let Some(Outcome::Answered(answer)) = sent.last().map(|exchange| &exchange.outcome) else { return false };
        let Some(date) = answer.header("date").and_then(http_date) else { return false };
        let spots = Spot::all(&sent.trial.request, self.ask.provider, &self.ask.carriers);
        let mut tokens = spots.iter().filter_map(|spot| jwt::jwt(spot.value.expose_str()?));
        tokens.any(|token| token.seen(Some(date)).is_out_of_time())
    }

    /// What came of a trial.
    pub fn heard(&mut self, trial: Trial, hops: Vec<Exchange>) {
        let read = hops.last().map_or(Reading::Unanswered, |last| reading(last, self.ask.provider, self.ask.probe));
        if let (Purpose::AsSent, Some(signer)) = (&trial.purpose, &mut self.ask.signer)
            && let Some(Outcome::Answered(answer)) = hops.last().map(|last| &last.outcome)
        {
            signer.told = Echo::of(answer);
        }
        self.tried.push(Tried { trial, hops, reading: read });
    }

    /// To be called when all answers of a step are there: looks whether one of the changes was right.
    pub fn weigh(&mut self) {
        if let Some(index) = self.doubted.take() {
            let last = self.tried.last().filter(|tried| matches!(tried.trial.purpose, Purpose::Confirm));
            let is_open = |confirm: &Tried| {
                let pair = confirm.last().zip(self.tried[index].last());
                confirm.reading == Reading::Accepted || pair.is_some_and(|(confirm, change)| alike(confirm, change))
            };
            if !last.is_some_and(is_open) {
                return self.take(index);
            }
            self.open.push(index);
        }
        // Where the same is taken when it is asked again, no change tells anything.
        let Some(base) = self.base().filter(|_| !self.heals()) else { return };
        let before = self.level(base);
        let since = self.tried.iter().enumerate().skip(self.base + 1);
        let better = since.filter(|(index, tried)| {
            tried.trial.suspect().is_some() && !self.right.contains(index) && !self.open.contains(index)
        });
        let better = better.map(|(index, tried)| (self.level(tried), index)).filter(|(level, _)| *level > before);
        let named = self.named();
        let suspicion =
            |index: usize| self.tried[index].trial.suspect().map_or(0, |suspect| self.score(suspect, named));
        let Some((level, index)) = better.max_by_key(|(level, index)| (*level, suspicion(*index))) else { return };
        if level < SEEN {
            return;
        }
        if level >= WORKS && self.confirm(index).is_some() {
            self.doubted = Some(index);
        } else {
            self.take(index);
        }
    }

    /// The change was right, and everything is compared with it from here on.
    fn take(&mut self, index: usize) {
        let level = self.level(&self.tried[index]);
        self.right.push(index);
        self.ask.request = self.tried[index].trial.request.clone();
        self.ask.manner = self.tried[index].trial.manner.clone();
        self.base = index;
        self.is_over = level >= WORKS;
    }

    /// The request of a change that works, with a plainly invalid key; `None` where that was asked already or may not be.
    fn confirm(&self, index: usize) -> Option<Trial> {
        let change = &self.tried.get(index)?.trial;
        let spots = Spot::all(&change.request, self.ask.provider, &self.ask.carriers);
        spots.first()?;
        // Whichever of several the server takes, it is invalid now.
        let request = spots.iter().fold(change.request.clone(), |request, spot| {
            // A server that verifies no signature is not open to everybody.
            let is_token = jwt::jwt(spot.value.expose_str().unwrap_or_default()).is_some();
            let value = if is_token { fake(spot.value.len()).into_bytes() } else { invalid(spot) };
            spot.with_value(&request, &value)
        });
        let is_known = self.tried.iter().any(|tried| {
            same(&tried.trial.request, &request) && tried.trial.manner == change.manner && change.after.is_zero()
        });
        let may = self.tried.len() < self.limits.requests && self.ask.is_free && !is_known;
        may.then(|| Trial {
            change: "the same with a plainly invalid key".to_owned(),
            purpose: Purpose::Confirm,
            request,
            manner: change.manner.clone(),
            after: Duration::ZERO,
        })
    }

    /// Everything that was tried, in its order.
    pub fn tried(&self) -> &[Tried] {
        &self.tried
    }

    /// The request as it is, and what came of it.
    pub fn as_sent(&self) -> Option<&Tried> {
        self.tried.first().filter(|tried| matches!(tried.trial.purpose, Purpose::AsSent))
    }

    /// What everything is compared with now.
    pub fn base(&self) -> Option<&Tried> {
        self.tried.get(self.base)
    }

    /// The changes that were right: the last one works, or no further fault was found.
    pub fn right(&self) -> impl Iterator<Item = &Tried> {
        self.right.iter().filter_map(|index| self.tried.get(*index))
    }

    /// Whether the changes that were right lead to a request that works.
    pub fn works(&self) -> bool {
        self.is_over
    }

    /// Whether the server knows the credential, and refuses for another reason.
    pub fn is_recognised(&self) -> bool {
        self.as_sent().is_some_and(|sent| self.level(sent) == WORKS)
    }

    /// Whether the request as it is was refused at all: in itself, or since a change made it work.
    pub fn refuses(&self) -> bool {
        self.works()
            || self.as_sent().is_some_and(|sent| match sent.reading {
                Reading::Other | Reading::Elsewhere | Reading::Redirect => !self.says_it_to_everybody(),
                Reading::Accepted => false,
                _ => true,
            })
    }

    /// Whether the same request, sent again beside the changes, was not refused any more.
    pub fn heals(&self) -> bool {
        self.tried
            .iter()
            .any(|tried| matches!(tried.trial.purpose, Purpose::Again) && tried.reading == Reading::Accepted)
    }

    /// Whether the server answers as well where no credential comes, so that its answer says nothing of the credential.
    pub fn is_open(&self) -> bool {
        self.control(&Purpose::Without).is_some_and(|without| without.reading == Reading::Accepted)
    }

    /// Whether it is known what the server says to no credential, and to an invalid one.
    pub fn has_both_controls(&self) -> bool {
        [Purpose::Without, Purpose::Invalid].iter().all(|purpose| self.control(purpose).is_some())
    }

    /// Whether no credential and an invalid one are answered just as the given one.
    pub fn says_it_to_everybody(&self) -> bool {
        let like = |purpose| {
            let pair = self.as_sent().and_then(Tried::last).zip(self.control(purpose).and_then(Tried::last));
            pair.is_none_or(|(sent, control)| alike(sent, control))
        };
        like(&Purpose::Without) && like(&Purpose::Invalid)
    }

    /// What the answers so far tell.
    pub fn seen(&self) -> Seen {
        let Some(base) = self.base() else { return Seen::default() };
        let like = |control: Option<&Tried>| Some(alike(base.last()?, control?.last()?));
        let arrives = match (like(self.control(&Purpose::Without)), like(self.control(&Purpose::Invalid))) {
            (Some(true), Some(false)) => Some(false),
            (Some(false), _) => Some(true),
            _ => None,
        };
        let hurdle = base.last().and_then(|last| match &last.outcome {
            Outcome::Unreachable(why) => Some(why.at),
            _ => None,
        });
        Seen { arrives, reading: Some(base.reading), retry_after: base.last().and_then(retry_after), hurdle }
    }

    /// The answer to a control.
    pub(super) fn control(&self, purpose: &Purpose) -> Option<&Tried> {
        let same = |tried: &&Tried| std::mem::discriminant(&tried.trial.purpose) == std::mem::discriminant(purpose);
        self.tried.iter().find(same)
    }

    /// How far an answer shows that the credential came: see the constants.
    fn level(&self, tried: &Tried) -> i32 {
        let Some(exchange) = tried.last() else { return 0 };
        let like =
            |purpose: &Purpose| self.control(purpose).and_then(Tried::last).map(|control| alike(exchange, control));
        let refuses = self.control(&Purpose::Invalid).is_some_and(|control| control.reading.is_refusal());
        let (like_none, like_invalid) = (like(&Purpose::Without), like(&Purpose::Invalid));
        let status = exchange.status();
        let of_invalid = self.control(&Purpose::Invalid).and_then(Tried::last).and_then(Exchange::status);
        let arrives = self.seen().arrives;
        let on_another_way = tried.trial.suspect().is_some_and(|suspect| suspect.stop == Stop::Carried);
        match tried.reading {
            Reading::Unanswered | Reading::Redirect | Reading::NotSent | Reading::Elsewhere => 0,
            // What is said to everybody says nothing.
            Reading::Accepted if like_none == Some(true) || like_invalid == Some(true) => 1,
            Reading::Accepted => 4,
            // A progress only where none was seen before: what is wrong now was wrong all along.
            _ if like_invalid == Some(true) => {
                if like_none == Some(false) && arrives == Some(false) {
                    SEEN
                } else {
                    1
                }
            }
            _ if like_none == Some(true) => 1,
            // Whatever it says: a 403 where others get 401 is for somebody who was recognised.
            Reading::Refused if status == Some(403) && of_invalid == Some(401) => WORKS,
            // On another way the server speaks of the credential, where before it saw none.
            Reading::Refused if like_none == Some(false) && arrives != Some(true) && on_another_way => SEEN,
            Reading::Refused => 1,
            // Many servers call a malformed credential a bad request.
            Reading::Other if !matches!(status, Some(404 | 405 | 409 | 410 | 415)) => 1,
            Reading::Denied if matches!(status, Some(400 | 422)) => 1,
            Reading::Other | Reading::Denied | Reading::Limited if refuses => WORKS,
            Reading::Other | Reading::Denied | Reading::Limited => 1,
        }
    }
}

/// The level from which on the server saw the credential.
const SEEN: i32 = 2;
/// The level from which on it took it.
const WORKS: i32 = 3;

/// Whether two requests are the same on the wire.
pub(super) fn same(a: &Request, b: &Request) -> bool {
    a.method == b.method && a.url == b.url && a.query == b.query && a.headers == b.headers && a.body == b.body
}

/// Seconds that the server asks to wait (RFC 9110, section 10.2.3); dates are not looked at.
fn retry_after(exchange: &Exchange) -> Option<u64> {
    let answer = exchange.answer()?;
    answer.header("retry-after")?.trim().parse().ok()
}
