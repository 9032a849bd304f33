//! What the words of a refusal, and of what lies beside it, tell of causes: experience, for where nothing decides.

use std::collections::BTreeMap;

use super::{Cause, Finding, Remedy, Standing};
use crate::case::Stop;
use crate::fact::{Origin, Seen};
use crate::project::Project;
use crate::words::{self, Told};

/// So many words are named as evidence.
const NAMED: usize = 4;

/// What was heard, the likeliest cause first.
pub(crate) struct Heard<'p> {
    told: Vec<Told>,
    places: BTreeMap<&'p str, &'p Origin>,
}

/// The words of what was handed over, or of the file at `only` alone, each with the place where it stands first.
pub(super) fn places<'p>(project: &'p Project, only: Option<&str>) -> BTreeMap<&'static str, &'p Origin> {
    let mut places = BTreeMap::new();
    for fact in &project.facts {
        let is_meant = only.is_none_or(|only| fact.origin.place().is_some_and(|place| &*place.path == only));
        if let (Seen::Word(word), true) = (&fact.seen, is_meant) {
            places.entry(*word).or_insert(&fact.origin);
        }
    }
    places
}

/// The words of the names that are given for the stack.
pub(super) fn of_stack(project: &Project) -> Vec<&'static str> {
    let words = words::split(&project.hints.stack.join(" "));
    words.iter().filter_map(|(word, _)| words::known(word)).collect()
}

/// Listens to the words of what was handed over and to what was `found` otherwise, or to the words of the file at `only`
/// alone.
pub(crate) fn heard<'p>(project: &'p Project, found: &[String], only: Option<&str>) -> Heard<'p> {
    let places = places(project, only);
    // A name for the stack, or a finding, alone tells nothing.
    if places.is_empty() {
        return Heard { told: Vec::new(), places };
    }
    let found = found.iter().filter_map(|word| words::known(word));
    let mut all: Vec<&str> = places.keys().copied().chain(of_stack(project)).chain(found).collect();
    all.sort_unstable();
    all.dedup();
    Heard { told: words::tell(all.into_iter()), places }
}

impl Heard<'_> {
    /// Whether nobody said a word that tells anything.
    pub(crate) fn is_silent(&self) -> bool {
        self.told.is_empty()
    }

    /// How much the words speak for this cause.
    pub(crate) fn score(&self, slug: &str) -> f32 {
        self.told.iter().find(|told| told.slug == slug).map_or(0.0, |told| told.score)
    }

    /// How much they speak for what they speak for most.
    pub(crate) fn loudest(&self) -> f32 {
        self.told.first().map_or(0.0, |told| told.score)
    }

    /// The causes that are told with at least so much, each with its finding.
    pub(crate) fn causes(&self, least: f32) -> impl Iterator<Item = (&'static Cause, f32, Finding)> {
        let loud = self.told.iter().take_while(move |told| told.score >= least);
        loud.filter_map(|told| Some((Cause::find(told.slug)?, told.score, self.finding(told)?)))
    }

    fn finding(&self, told: &Told) -> Option<Finding> {
        let cause = Cause::find(told.slug)?;
        let seen = told.words.iter().filter_map(|word| Some((*word, *self.places.get(word)?)));
        let seen: Vec<(&str, &Origin)> = seen.take(NAMED).collect();
        let (_, origin) = seen.first()?;
        let words: Vec<String> = seen.iter().map(|(word, _)| format!("`{word}`")).collect();
        let finding = Finding::new(
            Standing::Possible,
            Stop::Judged,
            cause.title(),
            (*origin).clone(),
            format!("Words such as {} stand mostly beside refusals that came of this.", words.join(", ")),
        );
        Some(finding.mend(Remedy::new(cause.remedy())))
    }
}
