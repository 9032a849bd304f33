//! What people who use a product mostly do wrong, where the words beside a refusal show it.

use std::collections::BTreeMap;

use super::said::stop;
use super::{Cause, Finding, Remedy, Standing};
use crate::case::Refusal;
use crate::cause::heard::places;
use crate::fact::Origin;
use crate::project::Project;
use crate::words::{self, Pitfall, pitfalls};

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

/// The pitfalls that show themselves in what was handed over, each with one of the places that show it.
pub(crate) fn shown(project: &Project) -> Vec<(&'static Pitfall<'static>, &Origin)> {
    let places = places(project, None);
    let stack = words::split(&project.hints.stack.join(" "));
    let beside = stack.iter().filter_map(|(word, _)| words::known(word));
    let shown = pitfalls(places.keys().copied().chain(beside));
    let placed = |pitfall: &'static Pitfall<'static>| {
        let place = pitfall.words().find_map(|word| places.get(word))?;
        Some((pitfall, *place))
    };
    shown.into_iter().filter_map(placed).collect()
}

/// What somebody fell into, by what it is known for: of each cause the pitfall that is to be trusted most.
pub(crate) fn fallen(project: &Project, refusal: &Refusal<'_>) -> Vec<(&'static Cause, Finding)> {
    // A text that is known says by itself what it means.
    let is_told = !refusal.has_context && !refusal.meanings.is_empty();
    let mut best: BTreeMap<&str, (Trust, &Pitfall<'_>, &Origin)> = BTreeMap::new();
    for (pitfall, origin) in shown(project) {
        let trusted = (Trust::of(pitfall), pitfall, origin);
        let known = best.entry(pitfall.cause).or_insert(trusted);
        if (trusted.0, pitfall.right) > (known.0, known.1.right) {
            *known = trusted;
        }
    }
    let found = best.into_values().filter_map(|(trust, pitfall, origin)| {
        let cause = Cause::find(pitfall.cause)?;
        let standing = match trust {
            Trust::Nearly if !is_told => Standing::Likely,
            Trust::Little => return None,
            _ => Standing::Possible,
        };
        let why = format!("Known of it: {}", pitfall.note);
        let mut finding = Finding::new(standing, stop(cause.slug), cause.title(), origin.clone(), why);
        finding.weight = if trust > Trust::Half { WEIGHT } else { 0 };
        Some((cause, finding.mend(Remedy::new(cause.remedy()))))
    });
    found.collect()
}
