//! What two calls differ in that a person tried, one that was taken and one that was refused: the experiment is made.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::{Fact, Seen, Tried};

/// What the refused call has otherwise than the one that was taken.
///
/// The order is that of how much the two calls have in common: the first is the most telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Differs {
    /// The header or the parameter has another name.
    Name,
    /// Another word stands before the key, or none.
    Scheme,
    /// Another host is asked.
    Host,
    /// The key stands in the query, or in a header, where the other is asked.
    Place,
}

/// The finding for the one difference that the judge knows, where two calls show it.
pub(super) fn tried(case: &Case<'_>, differs: Differs) -> Option<Finding> {
    case.as_refusal()?;
    let calls = |worked: bool| {
        case.project.facts.iter().filter_map(move |fact| match &fact.seen {
            Seen::Tried(tried) if tried.worked == worked => Some((fact, tried)),
            _ => None,
        })
    };
    // Of several that worked the one that is most like the refused one tells most.
    let pairs = calls(false).flat_map(|refused| calls(true).map(move |taken| (refused, taken)));
    let pairs = pairs.filter_map(|(refused, taken)| Some((refused, taken, difference(refused.1, taken.1)?)));
    let (refused, taken, found) = pairs.min_by_key(|(_, _, found)| *found)?;
    (found == differs).then(|| finding(refused, taken, differs))
}

fn difference(refused: &Tried, taken: &Tried) -> Option<Differs> {
    match (&refused.carrier, &taken.carrier) {
        (Some(a), Some(b)) if a.query != b.query => Some(Differs::Place),
        (Some(a), Some(b)) if a.name != b.name => Some(Differs::Name),
        (Some(a), Some(b)) if a.scheme != b.scheme => Some(Differs::Scheme),
        _ if !refused.host.is_empty() && !taken.host.is_empty() && refused.host != taken.host => Some(Differs::Host),
        _ => None,
    }
}

fn finding(refused: (&Fact, &Tried), taken: (&Fact, &Tried), differs: Differs) -> Finding {
    let shown = |tried: &Tried| match (&tried.carrier, differs) {
        (Some(_), Differs::Host) | (None, _) => tried.host.clone(),
        (Some(own), _) if own.query => format!("?{}=", own.name),
        (Some(own), _) if own.scheme.is_empty() => own.name.clone(),
        (Some(own), _) => format!("{}: {}", own.name, own.scheme),
    };
    let (bad, good) = (shown(refused.1), shown(taken.1));
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("the same key is refused with {bad} and taken with {good}"),
        refused.0.origin.clone(),
        "This is one half of an experiment that was made: it was refused.",
    );
    finding.weight = 70;
    let finding = finding.and("This is the other half: it was taken.", Some(taken.0.origin.clone()));
    finding.mend(Remedy::new(format!("Send it as {good}.")))
}
