//! key/missing: the variable is there, and there is nothing in it.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    // A value that was written and got lost on the way is the loader's doing, and another cause's.
    let written = held.written().unwrap_or_default();
    let (standing, what, why) = match held.plainly() {
        Plainly::NoValue => (
            Standing::Proven,
            "is the word by which a program prints that it has no value",
            "Some program wrote the word where its own variable was unset, and it is now sent as the key.",
        ),
        Plainly::Empty if written.iter().all(|byte| matches!(byte, b'"' | b'\'' | b' ' | b'\t' | b'\r')) => {
            // Projects commit env files with gaps on purpose, for the platform to fill.
            let left_open = held.file.is_none_or(|file| file.tracked == Some(true));
            if left_open
                || !case.is_for_an_api()
                || case.reads.is_empty()
                || case.reads.iter().all(|(_, reads)| reads.fallback)
            {
                return None;
            }
            (
                Standing::Likely,
                "is empty",
                "The code reads it and gets the empty string, so no key reaches the request.",
            )
        }
        _ => return None,
    };
    let finding =
        Finding::new(standing, Stop::Written, format!("the value of {} {what}", case.name), held.origin.clone(), why);
    let mut remedy = Remedy::new(format!("Put the key into {}.", case.name));
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}
