//! env/stale: something still holds the old value.

use crate::case::{Case, Stop};
use crate::cause::Evidence;
use crate::cause::surroundings::{Known, known_for};
use crate::fact::Surrounding;
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

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    known_for(case, Stop::Loaded, PLACES).into_iter().map(Into::into).collect()
}
