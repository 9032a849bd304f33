//! A field of a program's settings that no file fills, beside a file that sets another key; for the judge of
//! env/name-mismatch.

use crate::case::{Case, Stop, name_says_credential};
use crate::cause::names::nearness;
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::{Fact, Operand, Origin, Seen, Value};
use crate::symptom::Symptom;

/// The program takes its key from a field of one name, and the only key that a file sets has another name, which nobody reads.
pub(super) fn another_is_set(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses() && refusal.fits("env/name-mismatch"))?;
    let wanted: Vec<(&Fact, &str)> = case
        .project
        .facts
        .iter()
        .filter_map(|fact| match &fact.seen {
            Seen::Wanted(name) if name_says_credential(name) => Some((fact, name.as_str())),
            Seen::Reads(reads) if name_says_credential(&reads.name) && !reads.fallback && case.project.is_excerpt => {
                Some((fact, reads.name.as_str()))
            }
            _ => None,
        })
        .collect();
    let set: Vec<_> = case
        .project
        .intents()
        .filter(|(file, intent)| !file.is_template() && !intent.inner.is_empty() && name_says_credential(&intent.name))
        .collect();
    let (fact, name) = wanted.iter().copied().find(|(_, name)| !is_given(case, name))?;
    let taken = |other: &str| wanted.iter().any(|(_, own)| *own == other) || is_read(case, other);
    let mut open = set.iter().filter(|(_, intent)| !taken(&intent.name));
    let (file, intent) = open.next()?;
    // Of two names that are nearly one the judge of the variable speaks, with more to say.
    if matches!(fact.seen, Seen::Reads(_)) && nearness(name, &intent.name).is_some() {
        return None;
    }
    // Of several that nobody reads none can be told to be meant.
    if open.any(|(_, other)| other.name != intent.name) {
        return None;
    }
    let finding = Finding::new(
        Standing::Possible,
        Stop::Read,
        format!("the program takes its key from {name}, and {} sets {}", file.path, intent.name),
        fact.origin.clone(),
        format!("Nothing here sets {name}, and nothing reads {}.", intent.name),
    );
    let mut finding = finding.and("This one is set.", Some(Origin::File(file.place(&intent.name_span))));
    let absent = refusal.main.is_none() || refusal.symptoms.contains(&Symptom::Absent);
    finding.weight = if absent { 30 } else { 12 };
    Some(
        finding.mend(Remedy::new(format!(
            "Call the variable {name} in the file, or let the program take {}.",
            intent.name
        ))),
    )
}

/// Whether anything gives the name a value.
fn is_given(case: &Case<'_>, name: &str) -> bool {
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    case.project.intents().any(|(_, intent)| same(&intent.name))
        || case.project.facts.iter().any(|fact| match &fact.seen {
            Seen::Sets(sets) => same(&sets.name) && !matches!(&sets.value, Value::Reference { .. }),
            Seen::Starts(starts) => starts.given.iter().any(|given| same(given)),
            _ => false,
        })
}

fn is_read(case: &Case<'_>, name: &str) -> bool {
    case.project.facts.iter().any(|fact| match &fact.seen {
        Seen::Reads(reads) => reads.name == name,
        Seen::Sends(sends) => matches!(&sends.credential, Operand::Variable(variable) if variable == name),
        _ => false,
    })
}
