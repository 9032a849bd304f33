//! The order of what is only possible: the words of the refusal and of what lies beside it, and what was found in them,
//! make one guess likelier than another, and bring up causes that nothing else did.

use std::collections::BTreeMap;

use super::Named;
use super::seen::words;
use super::weigh::against;
use crate::case::{Case, Refusal};
use crate::cause::Standing;
use crate::cause::fallen::Fallen;
use crate::cause::heard::heard;
use crate::cause::said::ASKED;
use crate::provider::Speaker;
use crate::words::HARMLESS;

/// From here on words alone bring a cause up, and only the loudest of all.
const ALONE: f32 = 0.1;
const LOUDEST: usize = 3;
/// A text that is no known refusal stays what it is, unless words speak so much louder for a cause than for no refusal.
const STRANGE: f32 = 0.2;
/// From here on words are sure that a text is no refusal; below, they are where they speak of nothing louder, alone and with
/// what lies beside it.
const ANOTHER: f32 = 0.45;
/// A text without any of these reports nothing that went wrong.
const FAILS: [&str; 18] = [
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
    "not yet",
    "not logged",
    "not supported",
    "restrict",
];
/// Words that speak so much louder for something else leave what is likely no more than possible.
const AGAINST: f32 = 0.15;
/// Words that speak so much louder for something else than for what an answer is known for say it first.
const LOUDER: f32 = 0.25;

/// Whether a text reports that something went wrong, and not what a status says by itself.
fn reports(refusal: &Refusal<'_>) -> bool {
    let fails = |body: &str| {
        let lower = body.to_ascii_lowercase();
        FAILS.iter().any(|word| lower.contains(word))
    };
    refusal.answers().all(|(_, answer)| matches!(answer.status, None | Some(400..500)) && fails(&answer.body))
}

/// How loudly the text itself, whatever lies beside it, speaks of something that is no refusal, and how loudly of what it
/// speaks of most.
fn of_another(case: &Case<'_>, refusal: &Refusal<'_>) -> (f32, f32) {
    let said = refusal.said().map(|path| heard(case.project, &[], Some(path)));
    said.map_or((0.0, 0.0), |said| (said.score(HARMLESS), said.loudest()))
}

/// Puts what is not proven into the order of its likelihood.
pub(super) fn guess(
    cases: &[Case<'_>],
    refusal: &Refusal<'_>,
    fallen: &BTreeMap<&str, Fallen<'_>>,
    causes: &mut Vec<Named>,
) {
    let Some(case) = cases.first() else { return };
    let is_proven = causes.first().is_some_and(|named| named.finding.standing == Standing::Proven);
    if is_proven {
        return;
    }
    let heard = heard(case.project, &words(cases, causes, fallen), None);
    // A text that nobody knows may be no refusal at all.
    let is_alone = causes.is_empty() && !refusal.has_context;
    let margin = heard.loudest() - heard.score(HARMLESS).max(0.0);
    let is_weak = is_alone && (margin < STRANGE || !reports(refusal));
    if heard.is_silent() || is_weak {
        return;
    }
    // Of another trouble no refusal can be guessed; what the bytes show stands.
    let is_text = !refusal.has_context && refusal.answers().all(|(_, answer)| answer.status.is_none());
    let is_asked = is_text || !refusal.refuses();
    let (another, loudest) = if is_asked { of_another(case, refusal) } else { (0.0, 0.0) };
    let says_another = another > 0.0 && another >= loudest;
    let is_another = another >= ANOTHER || says_another && heard.score(HARMLESS) >= heard.loudest();
    if !refusal.refuses() && is_another {
        causes.retain(|named| named.finding.standing < Standing::Possible);
        return;
    }
    for (cause, _, mut finding) in heard.causes(ALONE).take(LOUDEST) {
        against(refusal, cause.slug, &mut finding);
        let is_new = !causes.iter().any(|named| named.cause.slug == cause.slug);
        if is_new && finding.weight >= 0 {
            causes.push(Named { cause, credential: String::new(), finding });
        }
    }
    // Prose about refusals is none.
    let is_prose = is_text && says_another;
    for named in causes.iter_mut().filter(|named| named.finding.standing == Standing::Likely) {
        if is_prose || heard.loudest() - heard.score(named.cause.slug) >= AGAINST {
            named.finding.standing = Standing::Possible;
        }
    }
    causes.sort_by(|a, b| {
        let score = |named: &Named| heard.score(named.cause.slug);
        a.finding.standing.cmp(&b.finding.standing).then(score(b).total_cmp(&score(a)))
    });
    // A text by itself, with nothing beside it, mostly says one of those that its answer is known for; surely so where the
    // service that was asked says it.
    let Some((_, best)) = refusal.meanings.first().filter(|_| !refusal.has_context) else { return };
    let known = |named: &Named| best.answer.causes().any(|slug| slug == named.cause.slug);
    let is_open = |named: &Named| named.finding.standing == Standing::Possible;
    let Some(first) = causes.iter().position(known).filter(|_| causes.first().is_some_and(is_open)) else { return };
    let is_own = matches!(best.speaker, Speaker::Provider(_)) && best.weight >= ASKED;
    if is_own || heard.score(causes[0].cause.slug) - heard.score(causes[first].cause.slug) < LOUDER {
        causes[..=first].rotate_right(1);
    }
}
