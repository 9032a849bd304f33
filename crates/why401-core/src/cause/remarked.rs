//! Findings that rest on a remark beside a refusal, for the judges of the causes that the remark is known for.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::Remark;

/// A remark and what it is known for.
pub(super) struct Known {
    /// The sign.
    pub(super) remark: Remark,
    /// How sure it makes, where the refusal shows itself as the cause does.
    pub(super) standing: Standing,
    /// Where it breaks.
    pub(super) stop: Stop,
    /// What is wrong, in one sentence.
    pub(super) title: &'static str,
    /// Why that is refused.
    pub(super) why: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
    /// How much it weighs.
    pub(super) weight: i32,
}

/// The finding for `cause`, where the remark was made and the refusal can come of it.
pub(super) fn known_by(case: &Case<'_>, cause: &str, known: &Known) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| fact.is(known.remark))?;
    if !refusal.fits(cause) || !refusal.refuses() {
        return None;
    }
    let mut finding = Finding::new(known.standing, known.stop, known.title, fact.origin.clone(), known.why);
    finding.weight = known.weight;
    Some(finding.mend(Remedy::new(known.remedy)))
}

/// The same, where the best answer leaves the cause open among others.
pub(super) fn known_where_open(case: &Case<'_>, cause: &str, known: &Known) -> Option<Finding> {
    let (_, best) = case.as_refusal()?.meanings.first()?;
    best.answer.causes().any(|slug| slug == cause).then(|| known_by(case, cause, known))?
}
