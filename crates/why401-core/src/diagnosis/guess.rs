//! The order of what is only possible: the words of the refusal, and of what lies beside it, make one guess likelier than
//! another, and bring up causes that nothing else did.

use super::Named;
use super::weigh::against;
use crate::case::{Case, Refusal};
use crate::cause::Standing;
use crate::cause::heard::heard;
use crate::symptom;

/// What a cause gains that was found otherwise, too, and what the first of them gains besides; the others gain a share.
const FOUND: f32 = 0.05;
const FIRST: f32 = 0.1;
/// What a cause gains that a judge saw somewhere, and no text named.
const SEEN: f32 = 0.1;
/// From here on words alone bring a cause up, and only the loudest of all.
const ALONE: f32 = 0.1;
const LOUDEST: usize = 3;

/// Whether a judge says of it what it saw, and no text alone names the cause.
fn is_seen(named: &Named) -> bool {
    named.finding.title != named.cause.title()
}

/// Puts what is possible into the order of its likelihood.
pub(super) fn guess(case: &Case<'_>, refusal: &Refusal<'_>, causes: &mut Vec<Named>) {
    let is_proven = causes.first().is_some_and(|named| named.finding.standing == Standing::Proven);
    if is_proven || causes.is_empty() && !refusal.has_context {
        return;
    }
    let heard = heard(case.project);
    if heard.is_silent() {
        return;
    }
    let mut all: Vec<(f32, Named)> = Vec::new();
    for (named, place) in causes.drain(..).zip(0u8..) {
        let seen = if is_seen(&named) { SEEN } else { 0.0 };
        let mut score = heard.score(named.cause.slug) + FOUND + seen + FIRST / (f32::from(place) + 1.0);
        // That nothing came is what a deeper fault leads to.
        if symptom::depth(named.cause.slug) == 0 {
            let deeper = all.iter().filter(|(_, other)| is_seen(other) && symptom::depth(other.cause.slug) > 0);
            score = deeper.fold(score, |least, (other, _)| least.min(other - f32::EPSILON));
        }
        all.push((score, named));
    }
    for (cause, score, mut finding) in heard.causes(ALONE).take(LOUDEST) {
        against(refusal, cause.slug, &mut finding);
        let is_new = !all.iter().any(|(_, named)| named.cause.slug == cause.slug);
        if is_new && finding.weight >= 0 {
            all.push((score, Named { cause, credential: String::new(), finding }));
        }
    }
    // What more than words stands for keeps its place, and so does what a text by itself, with nothing beside it, says first.
    let first = all.first().map(|(_, named)| named.cause.slug).filter(|_| !refusal.has_context);
    let kept = |named: &Named| named.finding.standing < Standing::Possible || first == Some(named.cause.slug);
    all.sort_by(|(a, one), (b, other)| match (kept(one), kept(other)) {
        (false, false) => b.total_cmp(a),
        (one, other) => other.cmp(&one),
    });
    causes.extend(all.into_iter().map(|(_, named)| named));
}
