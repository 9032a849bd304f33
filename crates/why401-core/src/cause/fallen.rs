//! What people who use a product mostly do wrong, where the words beside a refusal show it.

use std::collections::BTreeMap;

use super::said::stop;
use super::{Cause, Finding, Remedy, Standing};
use crate::case::Refusal;
use crate::cause::heard::{of_stack, places};
use crate::fact::Origin;
use crate::project::Project;
use crate::words::{Pitfall, pitfalls};

/// How much a pitfall weighs among what is as sure.
const WEIGHT: i32 = 10;

/// From so many known refusals on, what a pitfall was right in tells how far it is to be trusted.
const TRIED: u16 = 2;

/// How far a pitfall is to be trusted, by the known refusals in which it showed itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// It was mostly something else.
    #[default]
    Little,
    /// Hardly any refusal is known in which it showed itself.
    Untried,
    /// About every second time it was this.
    Half,
    /// Mostly it was.
    Mostly,
    /// It hardly ever was anything else.
    Nearly,
}

impl Trust {
    /// What its counts tell, with one more of each kind, as Laplace has it.
    pub(crate) fn of(pitfall: &Pitfall<'_>) -> Self {
        let share = f32::from(pitfall.right + 1) / f32::from(pitfall.shown + 2);
        match share {
            _ if pitfall.shown < TRIED => Self::Untried,
            0.9.. => Self::Nearly,
            0.7.. => Self::Mostly,
            0.4.. => Self::Half,
            _ => Self::Little,
        }
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Little => "little",
            Self::Untried => "untried",
            Self::Half => "half",
            Self::Mostly => "mostly",
            Self::Nearly => "nearly",
        }
    }
}

/// What somebody fell into, for one cause.
#[derive(Debug)]
pub(crate) struct Fallen<'p> {
    /// How far the pitfall is to be trusted.
    pub(crate) trust: Trust,
    /// How many pitfalls of this cause show themselves.
    pub(crate) count: usize,
    pitfall: &'static Pitfall<'static>,
    origin: &'p Origin,
}

/// What somebody fell into, by what it is known for: of each cause the pitfall that is to be trusted most.
pub(crate) fn fallen(project: &Project) -> BTreeMap<&'static str, Fallen<'_>> {
    let places = places(project, None);
    let mut best: BTreeMap<&str, Fallen<'_>> = BTreeMap::new();
    for pitfall in pitfalls(places.keys().copied().chain(of_stack(project))) {
        let Some(origin) = pitfall.words().find_map(|word| places.get(word).copied()) else { continue };
        let trust = Trust::of(pitfall);
        let known = best.entry(pitfall.cause).or_insert(Fallen { trust, count: 0, pitfall, origin });
        let count = known.count + 1;
        if (trust, pitfall.right) > (known.trust, known.pitfall.right) {
            *known = Fallen { trust, count, pitfall, origin };
        }
        known.count = count;
    }
    best
}

impl Fallen<'_> {
    /// The cause, and what speaks for it.
    pub(crate) fn finding(&self, refusal: &Refusal<'_>) -> Option<(&'static Cause, Finding)> {
        let cause = Cause::find(self.pitfall.cause)?;
        // A text that is known says by itself what it means.
        let is_told = !refusal.has_context && !refusal.meanings.is_empty();
        let standing = match self.trust {
            Trust::Nearly if !is_told => Standing::Likely,
            Trust::Little => return None,
            _ => Standing::Possible,
        };
        let why = format!("Known of it: {}", self.pitfall.note);
        let mut finding = Finding::new(standing, stop(cause.slug), cause.title(), self.origin.clone(), why);
        finding.weight = if self.trust > Trust::Half { WEIGHT } else { 0 };
        Some((cause, finding.mend(Remedy::new(cause.remedy()))))
    }
}
