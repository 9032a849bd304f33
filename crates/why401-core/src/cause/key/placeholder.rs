//! key/placeholder: sample text that was never replaced.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    // A password or signing secret of one's own works whatever it says; only somebody else's key must be real.
    if held.plainly() != Plainly::Placeholder || !case.is_for_an_api() {
        return None;
    }
    let file = held.file?;
    let standing = match (file.is_for_tests(), file.tracked == Some(true)) {
        // Tests run against stand-ins, which take anything.
        (true, _) => Standing::Possible,
        // A committed env file is often the project's template.
        (false, true) => Standing::Likely,
        (false, false) => Standing::Proven,
    };
    let finding = Finding::new(
        standing,
        Stop::Written,
        format!("{} still holds sample text", case.name),
        held.origin.clone(),
        format!("The value ({}) is what a template or a manual writes where the key goes.", held.value.shape()),
    );
    let mut remedy = Remedy::new("Put the real key there.");
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}
