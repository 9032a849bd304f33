//! What a program runs in, as far as a refusal tells: places that are known for one cause, for the judges of those causes.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::{Origin, Seen, Surrounding};
use crate::symptom::Symptom;

/// A place and what it is known for.
pub(super) struct Known {
    /// The place.
    pub(super) place: Surrounding,
    /// How the cause would show itself.
    pub(super) symptoms: &'static [Symptom],
    /// What is wrong, in one sentence.
    pub(super) title: &'static str,
    /// What the place does.
    pub(super) why: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
    /// How much it weighs.
    pub(super) weight: i32,
}

/// The finding for the first of the places that the refusal has to do with, where it shows itself so.
pub(super) fn known_for(case: &Case<'_>, stop: Stop, places: &[Known]) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let known = places.iter().find(|known| {
        let shows = known.symptoms.iter().any(|symptom| refusal.may_show(*symptom));
        refusal.involves(&[known.place]) && shows && refusal.refuses()
    })?;
    let mut facts = case.project.facts.iter();
    let named = facts.find(|fact| matches!(fact.seen, Seen::Involves(place) if place == known.place));
    let origin = named.map_or_else(|| Origin::Variable("the environment".to_owned()), |fact| fact.origin.clone());
    let mut finding = Finding::new(Standing::Possible, stop, known.title, origin, known.why);
    // What the refusal shows first counts for more than what it leaves open.
    finding.weight = known.weight
        + match refusal.main {
            Some(main) if known.symptoms.contains(&main) => 5,
            Some(_) => -25,
            // A mere status says nothing of the place; what is a guess anyway stands behind what such a status mostly means.
            None if known.weight < -20 => -60,
            None => -20,
        };
    Some(finding.mend(Remedy::new(known.remedy)))
}
