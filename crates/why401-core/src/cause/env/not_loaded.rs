//! env/not-loaded: the file is there, and nothing reads it.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Seen;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    // Who reads an env file where no code was seen cannot be told.
    if case.reads.is_empty() {
        return Vec::new();
    }
    case.values.iter().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &crate::case::Held<'_>) -> Option<Finding> {
    let (file, load) = (held.file?, held.load?);
    if load.seen.is_some() || held.in_template() || held.candidate().is_none() {
        return None;
    }
    // Another load of the unit that reads other files says what the program does read.
    let others = case.unit.loads.iter().find(|other| other.seen.is_some());
    let set_elsewhere = !case.sets.is_empty()
        || case.project.process.contains_key(&case.name)
        || case.values.iter().any(|other| other.load.is_some_and(|load| load.seen.is_some()));
    if set_elsewhere {
        return None;
    }
    let (standing, why) = match others {
        Some(other) => (Standing::Likely, format!("{} is in use here and reads other files.", other.loader.name)),
        None => (
            // Where the manifest names its packages, the missing one is telling.
            if has_packages(case) { Standing::Likely } else { Standing::Possible },
            "No package, option or script that would load it was found. A shell or an IDE may do it by hand."
                .to_owned(),
        ),
    };
    let (fact, _) = case.reads.first()?;
    let finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("nothing loads {}, which holds {}", file.path, case.name),
        held.origin.clone(),
        why,
    );
    Some(
        finding
            .and("The code reads the variable here.", Some(fact.origin.clone()))
            .mend(Remedy::new("Load the file before the first read, or start the program with its variables.")),
    )
}

/// Whether a manifest of the unit names packages.
fn has_packages(case: &Case<'_>) -> bool {
    case.project.facts.iter().any(|fact| {
        matches!(fact.seen, Seen::Package(_)) && fact.origin.place().is_some_and(|place| case.unit.holds(&place.path))
    })
}
