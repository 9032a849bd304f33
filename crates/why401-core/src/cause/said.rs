//! What the texts of a refusal say: the causes that the known answers name, each with the answer as its evidence.

use super::{Cause, Finding, Remedy, Standing};
use crate::case::{Refusal, Stop};
use crate::exchange::{ANSWER, Exchange, Outcome, Via};
use crate::fact::{Origin, Place};
use crate::provider::{Meaning, Speaker};
use crate::symptom::{self, Symptom};

/// Answers lighter than the best by more than this are other services' wordings.
const NEAR: i32 = 22;
/// The best answer leaves those in doubt that are lighter by more than this and mean something else.
const DOUBT: i32 = 4;
/// An answer that leaves no more than so many other causes open names the likely one: of a service that was surely asked,
/// and of anybody else.
const FEW: (usize, usize) = (2, 1);
/// From here on an answer is surely that of the service that was asked.
pub(crate) const ASKED: i32 = 50;
/// How much each further cause of an answer weighs less than the one before.
const STEP: i32 = 9;

/// The causes that the answers name, the weightiest first.
pub(crate) fn said(refusal: &Refusal<'_>) -> Vec<(&'static Cause, Finding)> {
    let best = refusal.meanings.first().map_or(0, |(_, meaning)| meaning.weight);
    let first = refusal.meanings.first().map_or("", |(_, meaning)| meaning.answer.cause.as_str());
    let mut found: Vec<(&'static Cause, Finding)> = Vec::new();
    // Beside a text that names its cause for certain, what is said everywhere adds nothing.
    let certain = refusal.meanings.first().is_some_and(|(_, meaning)| standing(meaning) == Standing::Proven);
    let says = |meaning: &Meaning| !certain || !meaning.speaker.slug().starts_with("unspecific");
    let served = refusal.meanings.first().is_some_and(|(_, first)| matches!(first.speaker, Speaker::Provider(_)));
    for (exchange, meaning) in refusal.meanings.iter().filter(|(_, m)| m.weight + NEAR >= best && says(m)) {
        let causes = meaning.answer.causes();
        for (rank, slug) in causes.enumerate() {
            let Some(cause) = Cause::find(slug) else { continue };
            let weight = meaning.weight - STEP * i32::try_from(rank).unwrap_or(0);
            // What another answer explains better is open.
            // A sentence that names its cause for certain is not put in doubt by one that leaves much open, unless a
            // service speaks for itself.
            let speaks = matches!(meaning.speaker, Speaker::Provider(_)) || !served;
            let certainly = !certain && speaks && standing(meaning) == Standing::Proven && meaning.is_sentence();
            let is_first = rank == 0
                && !is_mention(exchange, meaning)
                && (meaning.weight + DOUBT >= best || slug == first || certainly);
            let standing = if is_first { standing(meaning) } else { Standing::Possible };
            let finding = finding(cause, exchange, meaning, standing, weight);
            match found.iter_mut().find(|(other, _)| other.slug == cause.slug) {
                Some((_, other)) if (other.standing, -other.weight) > (standing, -weight) => *other = finding,
                Some(_) => {}
                None => found.push((cause, finding)),
            }
        }
    }
    found
}

/// Whether a short code stands in a long sentence: somebody speaks of it.
fn is_mention(exchange: &Exchange, meaning: &Meaning) -> bool {
    let Some(answer) = exchange.answer() else { return false };
    let span = &meaning.span;
    if span.is_empty() || span.len() >= 16 || answer.status.is_some() {
        return false;
    }
    let (Some(before), Some(after)) = (answer.body.get(..span.start), answer.body.get(span.end..)) else {
        return false;
    };
    let is_value = before.trim_end_matches(['"', '\'', '\\', ' ']).ends_with([':', '{', '(', '[']);
    let line = [before.rsplit('\n').next().unwrap_or(""), after.split('\n').next().unwrap_or("")];
    let words = line
        .iter()
        .flat_map(|part| part.split_whitespace())
        .filter(|word| word.bytes().all(|b| b.is_ascii_alphabetic()));
    !is_value && words.count() >= 10
}

/// How far the answer goes for the cause that it names first.
fn standing(meaning: &Meaning) -> Standing {
    let answer = meaning.answer;
    let known = match meaning.speaker {
        // Another service's wording that happens to fit says little.
        Speaker::Provider(_) => meaning.weight >= 30,
        Speaker::Family(_) => true,
    };
    let few = match meaning.speaker {
        Speaker::Provider(_) if meaning.weight >= ASKED => FEW.0,
        Speaker::Provider(_) | Speaker::Family(_) => FEW.1,
    };
    match (answer.verified && known, answer.certain, answer.also.len() <= few) {
        (true, true, _) => Standing::Proven,
        (true, false, true) => Standing::Likely,
        _ => Standing::Possible,
    }
}

fn finding(cause: &'static Cause, exchange: &Exchange, meaning: &Meaning, standing: Standing, weight: i32) -> Finding {
    let who = match meaning.speaker {
        Speaker::Provider(provider) => provider.name.as_str(),
        Speaker::Family(family) => family.name.as_str(),
    };
    let note = meaning.answer.note.as_deref().map_or_else(String::new, |note| format!(" {note}"));
    let sure = if meaning.answer.verified { "" } else { " Nobody checked that wording." };
    let why = format!("{who}: this wording stands for {}.{sure}{note}", cause.slug);
    let mut finding = Finding::new(standing, stop(cause.slug), cause.title(), origin(exchange, meaning), why);
    finding.weight = weight;
    let mut remedy = Remedy::new(cause.remedy());
    if let Some(provider) = meaning.speaker.provider() {
        let links = &provider.links;
        let page = match symptom::of(cause.slug).first() {
            Some(Symptom::Limited) => links.billing.as_ref().unwrap_or(&links.keys),
            Some(Symptom::Elsewhere) => links.status.as_ref().unwrap_or(&links.docs),
            _ => &links.keys,
        };
        remedy = remedy.link(page.as_str());
    }
    finding.mend(remedy)
}

/// Where in the paste the telling words stand.
fn origin(exchange: &Exchange, meaning: &Meaning) -> Origin {
    match (&exchange.via, &exchange.outcome) {
        (Via::Text(Origin::File(start)), Outcome::Answered(answer)) if !meaning.span.is_empty() => {
            let place = Place::of(&start.path, answer.body.as_bytes(), &meaning.span);
            Origin::File(Place { line: place.line + start.line.saturating_sub(1), ..place })
        }
        (Via::Probe | Via::Capture, Outcome::Answered(answer)) if !meaning.span.is_empty() => {
            Origin::File(Place::of(&ANSWER.into(), answer.body.as_bytes(), &meaning.span))
        }
        _ => exchange.origin(),
    }
}

/// The stop of the journey at which the cause lives.
pub(super) fn stop(cause: &str) -> Stop {
    match cause.split_once('/').map_or(cause, |(group, _)| group) {
        "key" => Stop::Written,
        "env" => Stop::Loaded,
        "header" if cause.starts_with("header/stripped") => Stop::Carried,
        "header" | "signature" => Stop::Sent,
        "tls" => Stop::Carried,
        _ if cause == "request/client-check" => Stop::Sent,
        _ => Stop::Judged,
    }
}
