//! The order of what is only possible: the words of the refusal, and of what lies beside it, make one guess likelier than
//! another, and bring up causes that nothing else did.

use super::Named;
use super::weigh::against;
use crate::case::{Case, Refusal};
use crate::cause::Standing;
use crate::cause::heard::heard;
use crate::symptom;

/// What a cause gains that was found otherwise, too, and what it gains besides where a judge saw something, and no text
/// alone named it.
const FOUND: f32 = 0.05;
const SEEN: f32 = 0.05;
/// From here on words alone bring a cause up, and only the loudest of all.
const ALONE: f32 = 0.1;
const LOUDEST: usize = 3;
/// Less leaves a text that is no known refusal for what it is.
const STRANGE: f32 = 0.35;
/// From here on words are sure that a text is no refusal.
const ANOTHER: f32 = 0.5;
/// A text without any of these reports nothing that went wrong.
const FAILS: [&str; 14] = [
    "error",
    "fail",
    "denied",
    "invalid",
    "forbidden",
    "unauthor",
    "refuse",
    "cannot",
    "could not",
    "unable",
    "not allowed",
    "expired",
    "exceeded",
    "must ",
];
/// Words that speak so much louder for something else leave what is likely no more than possible, where something lies
/// beside the refusal.
const AGAINST: f32 = 0.3;

/// Whether a judge says of it what it saw, and no text alone names the cause.
fn is_seen(named: &Named) -> bool {
    named.finding.title != named.cause.title()
}

/// Whether a text reports that something went wrong, and not what a status says by itself.
fn reports(refusal: &Refusal<'_>) -> bool {
    let fails = |body: &str| {
        let lower = body.to_ascii_lowercase();
        FAILS.iter().any(|word| lower.contains(word))
    };
    refusal.answers().all(|(_, answer)| matches!(answer.status, None | Some(400..500)) && fails(&answer.body))
}

/// Whether the text itself, whatever lies beside it, speaks loudly of something that is no refusal.
fn is_another(case: &Case<'_>, refusal: &Refusal<'_>) -> bool {
    let said = refusal.said().map(|path| heard(case.project, Some(path)));
    said.is_some_and(|said| said.is_harmless() && said.loudest() >= ANOTHER)
}

/// Puts what is possible into the order of its likelihood.
pub(super) fn guess(case: &Case<'_>, refusal: &Refusal<'_>, causes: &mut Vec<Named>) {
    let is_proven = causes.first().is_some_and(|named| named.finding.standing == Standing::Proven);
    if is_proven {
        return;
    }
    let heard = heard(case.project, None);
    // A text that nobody knows may be no refusal at all.
    let is_alone = causes.is_empty() && !refusal.has_context;
    let is_weak = is_alone && (heard.is_harmless() || heard.loudest() < STRANGE || !reports(refusal));
    if heard.is_silent() || is_weak {
        return;
    }
    // Of another trouble no refusal can be guessed; what the bytes show stands.
    if !refusal.refuses() && is_another(case, refusal) {
        causes.retain(|named| named.finding.standing < Standing::Possible);
        return;
    }
    let mut all: Vec<(f32, Named)> = Vec::new();
    for mut named in causes.drain(..) {
        let seen = if is_seen(&named) { SEEN } else { 0.0 };
        let told = heard.score(named.cause.slug);
        let mut score = told + FOUND + seen;
        let is_likely = named.finding.standing == Standing::Likely;
        if is_likely && refusal.has_context && heard.loudest() - told >= AGAINST {
            named.finding.standing = Standing::Possible;
        }
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
    // What more than words stands for keeps its place.
    let kept = |named: &Named| named.finding.standing < Standing::Possible;
    all.sort_by(|(a, one), (b, other)| match (kept(one), kept(other)) {
        (false, false) => b.total_cmp(a),
        (one, other) => other.cmp(&one),
    });
    causes.extend(all.into_iter().map(|(_, named)| named));
    // A text by itself, with nothing beside it, says first one of those that its answer is known for.
    let best = refusal.meanings.first().filter(|_| !refusal.has_context).map(|(_, best)| best.answer);
    let known = |named: &Named| best.is_some_and(|best| best.causes().any(|slug| slug == named.cause.slug));
    if let Some(first) = causes.iter().position(known).filter(|_| !causes.first().is_some_and(kept)) {
        causes[..=first].rotate_right(1);
    }
}
