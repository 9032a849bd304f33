//! env/duplicate: the same name twice in one file; one wins without a word.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.values.iter().filter_map(|held| Some(look(case, held)?.into())).collect()
}

/// `loser` is overruled by another line of the same file that says something else.
fn look(case: &Case<'_>, loser: &Held<'_>) -> Option<Finding> {
    let (file, load) = (loser.file?, loser.load?);
    if !loser.overruled || loser.in_template() {
        return None;
    }
    let same_load = |held: &&Held<'_>| held.load.is_some_and(|other| std::ptr::eq(other, load));
    let same_file = |held: &&Held<'_>| held.file.is_some_and(|other| std::ptr::eq(other, file));
    let rivals = case.values.iter().filter(same_load).filter(same_file).filter(|held| held.span != loser.span);
    let winner = rivals.clone().find(|held| !held.overruled).or_else(|| rivals.clone().next_back())?;
    if winner.value == loser.value {
        return None;
    }
    let line = |held: &Held<'_>| held.origin.place().map_or(0, |place| place.line);
    let finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        format!("{} is set twice in {}, and line {} wins", case.name, file.path, line(winner)),
        winner.origin.clone(),
        format!("{} keeps one value a name, and it is this one.", load.loader.name),
    );
    let remedy = Remedy::new("Delete the line that is not meant; a key that is commented out cannot win by accident.");
    Some(finding.and("This line is read and forgotten.", Some(loser.origin.clone())).mend(remedy))
}
