//! What the project shows and what the refusal says, weighed against each other.
//!
//! A fault that was found beside the refusal explains it only if it shows itself as the refusal does. Where it does, it
//! is the root, and what the server says of it is its consequence; where it does not, the server is right.

use std::cmp::Reverse;

use super::Named;
use crate::case::{Refusal, Stop};
use crate::cause::carried::speaks_against;
use crate::cause::{Cause, Finding, Standing};
use crate::exchange::Via;
use crate::fact::Origin;
use crate::symptom;

/// What a fault in the project gains where the refusal fits it, and loses where it does not.
const FITS: i32 = 40;

/// From here on an answer is surely that of the service that was asked.
const KNOWN: i32 = 50;

/// The causes, each once, best first. What was `computed` of the call's own bytes, and is proven so, explains it whatever
/// the text says: a server cannot take such a signature.
pub(super) fn weigh(
    refusal: &Refusal<'_>,
    mut found: Vec<Named>,
    computed: Vec<Named>,
    said: Vec<(&'static Cause, Finding)>,
    bare: Vec<(&'static Cause, Finding)>,
    fallen: Vec<(&'static Cause, Finding)>,
) -> Vec<Named> {
    let mut causes: Vec<Named> = Vec::new();
    // What the text itself names leaves no room for faults that show themselves otherwise.
    let certain = said.iter().any(|(_, finding)| finding.standing == Standing::Proven);
    for mut named in computed {
        if named.finding.standing == Standing::Proven {
            named.finding.weight += if refusal.fits(named.cause.slug) { FITS } else { 0 };
            add(&mut causes, named);
        } else {
            found.push(named);
        }
    }
    for mut named in found {
        let finding = &mut named.finding;
        if refusal.fits(named.cause.slug) {
            finding.weight += FITS;
            // What both the text and the project name is hardly chance.
            let names_it = said.iter().position(|(cause, _)| cause.slug == named.cause.slug);
            // A known service that names other causes and not this one speaks against it; deeper ones it cannot see.
            let told = refusal
                .meanings
                .first()
                .is_some_and(|(_, meaning)| meaning.speaker.provider().is_some() && meaning.weight >= KNOWN);
            if names_it.is_none()
                && told
                && !is_seen(refusal, finding)
                && symptom::depth(named.cause.slug) < 3
                && named.cause.slug.starts_with("header/")
            {
                // Code that is wrong is wrong, whatever words the service has for it; what it misses beside the key, it names.
                let in_code = finding.stop == Stop::Sent
                    && finding.standing < Standing::Possible
                    && named.cause.slug != "header/companion-missing";
                finding.weight -= if in_code { FITS / 2 } else { FITS };
                finding.standing = finding.standing.max(if in_code { Standing::Likely } else { Standing::Possible });
            }
            if let Some(rank) = names_it {
                let is_weak = finding.weight < FITS;
                finding.weight += 20 - 2 * i32::try_from(rank.min(8)).unwrap_or(8);
                // Where a step of CI is turned down with a text that leaves it open, the secret mostly never came.
                if named.cause.slug == "env/ci-not-mapped" && finding.weight > 0 {
                    finding.weight = finding.weight.max(said.first().map_or(0, |(_, best)| best.weight));
                }
                if finding.weight >= FITS && !is_weak && finding.standing == Standing::Possible {
                    finding.standing = Standing::Likely;
                }
            }
        } else {
            finding.weight -= FITS;
            finding.standing = finding.standing.max(if certain { Standing::Possible } else { Standing::Likely });
        }
        against(refusal, named.cause.slug, &mut named.finding);
        add(&mut causes, named);
    }
    // Deeper than what the server can see.
    let root = causes.iter().filter(|named| named.finding.standing < Standing::Possible && named.finding.weight > 0);
    let root = root.map(|named| symptom::depth(named.cause.slug)).max();
    for (cause, mut finding) in said {
        if root.is_some_and(|root| root > symptom::depth(cause.slug)) {
            finding.standing = finding.standing.max(Standing::Likely);
            finding.weight -= FITS;
        }
        against(refusal, cause.slug, &mut finding);
        add(&mut causes, Named { cause, credential: String::new(), finding });
    }
    for (cause, mut finding) in fallen {
        if refusal.fits(cause.slug) {
            finding.weight += FITS;
        } else {
            finding.weight -= FITS;
            finding.standing = Standing::Possible;
        }
        against(refusal, cause.slug, &mut finding);
        support(&mut causes, cause, finding);
    }
    // That nothing came is what a deeper fault leads to.
    for named in causes.iter_mut().filter(|named| symptom::depth(named.cause.slug) == 0) {
        named.finding.weight -= if root.is_some_and(|root| root > 2) { FITS } else { 0 };
    }
    if !causes.iter().any(|named| named.finding.weight > 0) {
        for (cause, finding) in bare {
            add(&mut causes, Named { cause, credential: String::new(), finding });
        }
    }
    if !refusal.refuses() {
        // What somebody hands over on purpose is looked at all the same; a log may hold anything.
        let least = if refusal.has_context { Standing::Possible } else { Standing::Proven };
        causes.retain(|named| named.finding.standing <= least);
    }
    causes.sort_by_key(|named| {
        (named.finding.standing, -named.finding.weight, Reverse(symptom::depth(named.cause.slug)))
    });
    causes
}

/// Whether the finding is about a request that was seen on its way: what a text leaves out does not speak against that.
fn is_seen(refusal: &Refusal<'_>, finding: &Finding) -> bool {
    let is_captured = refusal.exchanges.last().is_some_and(|exchange| exchange.via == Via::Capture);
    is_captured && finding.why.iter().any(|reason| matches!(reason.origin, Some(Origin::Header(_))))
}

/// Takes weight from what was seen not to be so.
pub(super) fn against(refusal: &Refusal<'_>, cause: &str, finding: &mut Finding) {
    if refusal.exchanges.last().is_some_and(|exchange| speaks_against(exchange, cause)) {
        finding.standing = Standing::Possible;
        finding.weight -= 2 * FITS;
    }
}

/// What is known of a product makes what was seen or said surer, and does not speak in its place.
fn support(causes: &mut Vec<Named>, cause: &'static Cause, finding: Finding) {
    let Some(named) = causes.iter_mut().find(|named| named.cause.slug == cause.slug) else {
        causes.push(Named { cause, credential: String::new(), finding });
        return;
    };
    let own = &mut named.finding;
    own.standing = own.standing.min(finding.standing);
    own.weight = own.weight.max(finding.weight) + 5;
    own.why.extend(finding.why);
    own.why.truncate(MOST);
}

/// So many reasons are named.
const MOST: usize = 6;

/// Each cause is named once, with all that speaks for it.
fn add(causes: &mut Vec<Named>, named: Named) {
    let Some(other) = causes.iter_mut().find(|other| other.cause.slug == named.cause.slug) else {
        causes.push(named);
        return;
    };
    let better = (named.finding.standing, -named.finding.weight) < (other.finding.standing, -other.finding.weight);
    let second = if better { std::mem::replace(other, named) } else { named };
    let finding = &mut other.finding;
    finding.weight = finding.weight.max(second.finding.weight) + 5;
    for reason in second.finding.why {
        if !finding.why.contains(&reason) && finding.why.len() < MOST {
            finding.why.push(reason);
        }
    }
    if other.credential.is_empty() {
        other.credential = second.credential;
    }
}
