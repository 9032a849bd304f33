//! key/masked: the form in which a dashboard or a log shows a key was saved as the key.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    // Whoever pastes a key hides it; that says nothing of what the file holds.
    if held.plainly() != Plainly::Masked || case.project.is_excerpt {
        return None;
    }
    let finding = Finding::new(
        if held.file.is_some_and(|file| file.is_for_tests()) { Standing::Possible } else { Standing::Proven },
        Stop::Written,
        format!("{} holds the masked form of a key", case.name),
        held.origin.clone(),
        "Dots or stars stand where the key's characters should be. The page that was copied from hides keys once they are made.",
    );
    let mut remedy =
        Remedy::new("Make a new key and copy it while it is shown in full; most services show it only once.");
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}
