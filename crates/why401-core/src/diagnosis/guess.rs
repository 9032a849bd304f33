//! The order of what is only possible: the words of the refusal and of what lies beside it, and what was found in them,
//! make one guess likelier than another, and bring up causes that nothing else did.

use super::Named;
use super::weigh::against;
use crate::case::{Case, Refusal};
use crate::cause::Standing;
use crate::cause::heard::heard;
use crate::words::HARMLESS;

/// From here on words alone bring a cause up, and only the loudest of all.
const ALONE: f32 = 0.1;
const LOUDEST: usize = 3;
/// A text that is no known refusal stays what it is, unless words speak so much louder for a cause than for no refusal.
const STRANGE: f32 = 0.2;
/// From here on words are sure that a text is no refusal.
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

/// What was found, as words that are learnt like those of a text: `likely key/quoted`, with `seen` where a judge says what it
/// saw and no text alone names the cause, and with `first` for the first of all.
pub(super) fn words_of(causes: &[Named]) -> Vec<String> {
    let said = |named: &Named| format!("{} {}", named.finding.standing.word(), named.cause.slug);
    let seen = |named: &Named| if named.finding.title == named.cause.title() { "" } else { " seen" };
    let first = causes.first().map(|named| format!("first {}", said(named)));
    causes.iter().map(|named| said(named) + seen(named)).chain(first).collect()
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
    let said = refusal.said().map(|path| heard(case.project, &[], Some(path)));
    said.is_some_and(|said| said.score(HARMLESS) >= ANOTHER)
}

/// Puts what is not proven into the order of its likelihood.
pub(super) fn guess(case: &Case<'_>, refusal: &Refusal<'_>, causes: &mut Vec<Named>) {
    let is_proven = causes.first().is_some_and(|named| named.finding.standing == Standing::Proven);
    if is_proven {
        return;
    }
    let heard = heard(case.project, &words_of(causes), None);
    // A text that nobody knows may be no refusal at all.
    let is_alone = causes.is_empty() && !refusal.has_context;
    let margin = heard.loudest() - heard.score(HARMLESS).max(0.0);
    let is_weak = is_alone && (margin < STRANGE || !reports(refusal));
    if heard.is_silent() || is_weak {
        return;
    }
    // Of another trouble no refusal can be guessed; what the bytes show stands.
    if !refusal.refuses() && is_another(case, refusal) {
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
    for named in causes.iter_mut().filter(|named| named.finding.standing == Standing::Likely) {
        if heard.loudest() - heard.score(named.cause.slug) >= AGAINST {
            named.finding.standing = Standing::Possible;
        }
    }
    causes.sort_by(|a, b| {
        let score = |named: &Named| heard.score(named.cause.slug);
        a.finding.standing.cmp(&b.finding.standing).then(score(b).total_cmp(&score(a)))
    });
    // A text by itself, with nothing beside it, mostly says one of those that its answer is known for.
    let best = refusal.meanings.first().filter(|_| !refusal.has_context).map(|(_, best)| best.answer);
    let known = |named: &Named| best.is_some_and(|best| best.causes().any(|slug| slug == named.cause.slug));
    let is_open = |named: &Named| named.finding.standing == Standing::Possible;
    let Some(first) = causes.iter().position(known).filter(|_| causes.first().is_some_and(is_open)) else { return };
    if heard.score(causes[0].cause.slug) - heard.score(causes[first].cause.slug) < LOUDER {
        causes[..=first].rotate_right(1);
    }
}
