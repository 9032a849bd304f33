//! env/secret-store: a store hands over the path of a file, and the path is sent as the key.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::surroundings::{Known as Place, known_for};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Remark, Sends, Starter, Surrounding, Value};
use crate::symptom::Symptom;

/// Stores that keep a login or a key of their own.
const PLACES: &[Place] = &[Place {
    place: Surrounding::Keychain,
    symptoms: &[Symptom::Absent, Symptom::Unsent, Symptom::Rejected],
    title: "the store may hold another value, or none that this program may read",
    why: "A keychain or a login file wins over what is set elsewhere, or gives nothing to a program that it does not know.",
    remedy: "Look at what the store holds, delete the entry, and log in again.",
    weight: 4,
}];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = known_for(case, Stop::Loaded, PLACES).into_iter().chain(known_by(case, "env/secret-store", &ELSEWHERE));
    let known = known.map(Evidence::from);
    let paths = case.sets.iter().filter_map(|(fact, sets)| match sets.value {
        Value::Path { declared } => Some((*fact, declared)),
        _ => None,
    });
    paths.filter_map(|(fact, declared)| Some(look(case, fact, declared)?.into())).chain(known).collect()
}

/// `sudo` looks for the login in root's home.
const ELSEWHERE: Known = Known {
    remark: Remark::SudoElsewhere,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the login is one user's, and sudo runs the command as another",
    why: "A login is kept in the home of the user who made it; root has a home of its own, and no login there.",
    remedy: "Leave out sudo, or log in with it as well.",
    weight: 24,
};

fn look(case: &Case<'_>, path: &Fact, declared: bool) -> Option<Finding> {
    let job = job_of(case, path);
    let sent = |(fact, _): &&(&Fact, &Sends)| {
        same_file(fact, path)
            && job_of(case, fact).is_none_or(|own| job.is_none_or(|job| std::ptr::eq(own, job)) || !declared)
    };
    let (send, _) = case.sends.iter().find(sent)?;
    let (standing, title, why) = if declared {
        (
            Standing::Likely,
            format!("{} holds the path of a file, and the path is sent as the key", case.name),
            "A job gets a secret of a vault as a file unless `file: false` is said; the variable is the file's path.",
        )
    } else {
        (
            Standing::Possible,
            format!("{} is taken for a key here, and for the path of a file elsewhere", case.name),
            "A variable of the type File holds the path of a file, one of the type Variable the value: one of the two uses is wrong.",
        )
    };
    let finding = Finding::new(standing, Stop::Loaded, title, send.origin.clone(), why);
    let said = if declared { "Here the secret is fetched." } else { "Here it is taken for a path." };
    let finding = finding.and(said, Some(path.origin.clone()));
    let name = &case.name;
    let remedy = if declared {
        Remedy::new("Say `file: false` for the secret, and the variable holds its value.")
    } else {
        Remedy::new(format!("Keep {name} as a plain variable, or send what is in the file: `$(cat \"${name}\")`."))
    };
    Some(finding.mend(remedy))
}

/// The job whose text holds the fact.
fn job_of<'c>(case: &'c Case<'_>, fact: &Fact) -> Option<&'c Fact> {
    let holds = |(job, starts): &&(&Fact, &crate::fact::Starts)| {
        starts.by == Starter::Ci && same_file(job, fact) && job.span.contains(&fact.span.start)
    };
    case.setting.starts.iter().find(holds).map(|(job, _)| *job)
}

fn same_file(a: &Fact, b: &Fact) -> bool {
    a.origin.place().map(|place| &place.path) == b.origin.place().map(|place| &place.path)
}
