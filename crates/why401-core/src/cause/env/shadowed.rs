//! env/shadowed: another source wins over the file.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::Origin;
use crate::loader::Process;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective().filter_map(|held| look(case, held)).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Evidence> {
    let load = held.load?;
    let set = case.project.process.get(&case.name)?;
    if set == held.value {
        return None;
    }
    let variable = Origin::Variable(case.name.clone());
    let wins = match load.loader.process {
        Process::Wins => true,
        Process::WinsUnlessEmpty => !set.is_empty(),
        Process::Loses => false,
    };
    if !wins {
        return Some(Evidence::Against(Reason {
            text: format!("{} is set in this shell too, and {} lets the file win", case.name, load.loader.name),
            origin: Some(variable),
        }));
    }
    let (standing, what) = match (set.is_empty(), load.seen.is_some()) {
        (true, true) => (Standing::Proven, "set to nothing"),
        (false, true) => (Standing::Likely, "set to another value"),
        (_, false) => (Standing::Possible, "set to another value"),
    };
    Some(finding(case, held, load.loader.name.as_str(), standing, what, variable).into())
}

fn finding(
    case: &Case<'_>,
    held: &Held<'_>,
    loader: &str,
    standing: Standing,
    what: &str,
    variable: Origin,
) -> Finding {
    let set = case.project.process.get(&case.name).map(|set| set.shape().to_string()).unwrap_or_default();
    let found = Finding::new(
        standing,
        Stop::Loaded,
        format!("{} is {what} in this shell, and that wins over the file", case.name),
        held.origin.clone(),
        format!("{loader} never replaces a variable that the process already has, not even an empty one."),
    );
    found
        .and(format!("In the file it is {}; in this process's environment it is {set}.", held.value.shape()), Some(variable))
        .mend(
            Remedy::new("Take it out of the shell, and find out who sets it: a profile, a terminal's settings, direnv, a parent process.")
                .command(format!("unset {}", case.name)),
        )
}
