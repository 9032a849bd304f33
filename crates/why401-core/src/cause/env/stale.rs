//! env/stale: something still holds the old value.

use crate::case::{Case, Stop};
use crate::cause::remarked;
use crate::cause::surroundings::{Known, known_for};
use crate::cause::{Evidence, Standing};
use crate::fact::{Remark, Surrounding};
use crate::symptom::Symptom::{Absent, Rejected, Unsent};

/// Places that outlive a change.
const PLACES: &[Known] = &[
    Known {
        place: Surrounding::BaseBranch,
        symptoms: &[Absent, Unsent, Rejected],
        title: "the workflow that runs is the one of the base branch",
        why: "`pull_request_target` runs the file of the base branch: what the pull request changes in it is not in force yet.",
        remedy: "Merge the change of the workflow first, or try it in a branch with `pull_request`.",
        weight: 8,
    },
    Known {
        place: Surrounding::Notebook,
        symptoms: &[Absent, Unsent, Rejected],
        title: "the kernel may still have the environment that it started with",
        why: "A notebook's process outlives a change of a file or of a variable; only a new kernel sees it.",
        remedy: "Restart the kernel, and load the file in its first cell.",
        weight: 4,
    },
];

/// The process is older than the value.
const LATER: remarked::Known = remarked::Known {
    remark: Remark::GivenLater,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the value came after what runs now had begun",
    why: "A process, a container and a build keep the environment that they began with; what is changed afterwards is for the next one.",
    remedy: "Deploy or build anew; with Compose `docker compose up -d --force-recreate`.",
    weight: 14,
};

/// The data is older than the password.
const FIRST: remarked::Known = remarked::Known {
    remark: Remark::FirstStart,
    standing: Standing::Possible,
    stop: Stop::Loaded,
    title: "the volume may hold the password of the first start",
    why: "Images of databases take their password from the environment while their volume is empty; a change of the variable afterwards changes nothing.",
    remedy: "Change the password inside the database, or, where the data may go, remove the volume: `docker compose down -v`.",
    weight: 8,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let of_data = || {
        // A database beside a refused API tells nothing.
        case.as_refusal().is_some_and(|refusal| {
            let mut answers = refusal.meanings.iter().map(|(_, meaning)| meaning.answer);
            answers.any(|answer| answer.causes().any(|cause| cause == "env/stale"))
        })
    };
    let told = remarked::known_by(case, "env/stale", &LATER);
    let first = remarked::known_by(case, "env/stale", &FIRST).filter(|_| of_data());
    let told = told.into_iter().chain(first);
    known_for(case, Stop::Loaded, PLACES).into_iter().chain(told).map(Into::into).collect()
}
