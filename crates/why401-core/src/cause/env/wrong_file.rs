//! env/wrong-file: the loader prefers another file, and what stands there is no key.

use crate::case::{Case, Held, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Origin, Remark};
use crate::project::EnvFile;
use crate::read::env_file::Intent;
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let told = known_by(case, "env/wrong-file", &OTHER).map(Evidence::from);
    let two = two_files(case).map(Evidence::from);
    case.values.iter().filter_map(|held| Some(look(case, held)?.into())).chain(told).chain(two).collect()
}

/// A key is written into one file, and another is read.
const OTHER: Known = Known {
    remark: Remark::OtherFile,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the key stands in one file, and another is read",
    why: "What is written into a file that nobody opens does not count.",
    remedy: "Put the key into the file that the program reads.",
    weight: 14,
};

/// Beside a refusal two files of different folders give the variable different values: a program reads one of them.
fn two_files(case: &Case<'_>) -> Option<Finding> {
    case.refusal.as_ref().filter(|refusal| refusal.refuses() && !case.is_refusal)?;
    let mut real = case.intents.iter().filter(|(file, intent)| !file.is_template() && !intent.inner.is_empty());
    let (file, intent) = real.next()?;
    let value = |file: &EnvFile, intent: &Intent| file.bytes.expose().get(intent.inner.clone()).map(<[u8]>::to_vec);
    let (other, own) = real.find(|(other, own)| {
        other.folder() != file.folder() && other.name() == file.name() && value(other, own) != value(file, intent)
    })?;
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Loaded,
        format!("{} and {} set {} differently", file.path, other.path, case.name),
        Origin::File(file.place(&intent.name_span)),
        "A tool that finds one of them, mostly the nearest, does not read the other.",
    );
    finding.weight = 14;
    let finding = finding.and("This is the other.", Some(Origin::File(other.place(&own.name_span))));
    Some(finding.mend(Remedy::new("Find out which of them the program reads, and put the right key there.")))
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
    let (winning, losing) = (winner.file?.name(), loser.file?.name());
    let (standing, what) = match winner.plainly() {
        Plainly::Empty | Plainly::NoValue => (Standing::Likely, "nothing"),
        Plainly::Placeholder => (Standing::Likely, "sample text"),
        Plainly::Masked => (Standing::Likely, "a masked key"),
        // Most people expect the file that is named after the mode to win over the one that is not.
        Plainly::Candidate if is_for_a_mode(losing) && !is_for_a_mode(winning) && winner.value != loser.value => {
            (Standing::Possible, "another key")
        }
        _ => return None,
    };
    let when = if load.when.is_empty() { String::new() } else { format!(" ({})", load.when) };
    let finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("{winning} wins over {losing}, and sets {} to {what}", case.name),
        if standing == Standing::Likely { winner.origin.clone() } else { loser.origin.clone() },
        format!("{}{when} reads {winning} before {losing}; the first file that has the name wins.", load.loader.name),
    );
    let remedy = Remedy::new(format!("Delete the line in {winning}, or put the key there."));
    let finding = match standing {
        Standing::Possible => finding.and("This one wins.", Some(winner.origin.clone())),
        Standing::Proven | Standing::Likely => finding.and("This value is never used.", Some(loser.origin.clone())),
    };
    Some(finding.mend(remedy))
}

/// Whether the file is named after a mode: `.env.development`, `.env.production.local`.
fn is_for_a_mode(name: &str) -> bool {
    ["development", "production", "test", "staging", "dev", "prod"]
        .iter()
        .any(|mode| name.split('.').any(|part| part == *mode))
}
