//! Other values that may have been meant: those that lose against the one that was sent, those of the same service.

use super::{Ask, Seen, Spot, Suspect, Trial};

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    if spot.name.is_empty() {
        return Vec::new();
    }
    let trials = ask.others.iter().filter(|other| other.value != spot.value && !other.value.is_empty());
    let trials = trials.enumerate().map(|(rank, other)| {
        let request = spot.with_value(&ask.request, other.value.expose());
        let suspicion = 78 - 6 * i32::try_from(rank).unwrap_or(9);
        let suspect = Suspect::new(other.cause, other.stop, suspicion, other.title.as_str(), other.remedy.as_str());
        Trial::change(ask, format!("the value of {} in {}", other.name, other.stands), request, suspect)
    });
    trials.collect()
}
