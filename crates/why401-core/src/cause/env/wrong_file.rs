//! env/wrong-file: the loader prefers another file, and what stands there is no key.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.values.iter().filter_map(|held| Some(look(case, held)?.into())).collect()
}

/// `loser` may be a key, and another file of the same load wins over it with something that is none.
fn look(case: &Case<'_>, loser: &Held<'_>) -> Option<Finding> {
    let load = loser.load.filter(|load| load.seen.is_some())?;
    let good = loser.overruled && loser.plainly() == Plainly::Candidate && !loser.in_template();
    if !good {
        return None;
    }
    let winner = case.values.iter().find(|held| {
        !held.overruled
            && held.load.is_some_and(|other| std::ptr::eq(other, load))
            && held.file.is_some_and(|file| loser.file.is_some_and(|own| !std::ptr::eq(own, file)))
    })?;
    let what = match winner.plainly() {
        Plainly::Empty | Plainly::NoValue => "nothing",
        Plainly::Placeholder => "sample text",
        Plainly::Masked => "a masked key",
        _ => return None,
    };
    let (winning, losing) = (winner.file?.name(), loser.file?.name());
    let when = if load.when.is_empty() { String::new() } else { format!(" ({})", load.when) };
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{winning} wins over {losing}, and sets {} to {what}", case.name),
        winner.origin.clone(),
        format!("{}{when} reads {winning} before {losing}; the first file that has the name wins.", load.loader.name),
    );
    let remedy = Remedy::new(format!("Delete the line in {winning}, or put the key there."));
    Some(finding.and("This value is never used.", Some(loser.origin.clone())).mend(remedy))
}
