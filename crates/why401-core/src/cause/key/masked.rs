//! key/masked: the form in which a dashboard or a log shows a key was saved as the key.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Remark;
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    written.chain(hidden(case).map(Evidence::from)).collect()
}

/// A type that hides its value is turned into text: `str(SecretStr(…))` is ten stars.
fn hidden(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::HidingType))?;
    if !refusal.fits("key/masked") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        "the text of a hiding type is sent, and that is stars",
        fact.origin.clone(),
        "`SecretStr` prints `**********`; the value comes from `get_secret_value()`.",
    );
    // What stars are sent with is the lesser fault.
    finding.weight = 30;
    Some(finding.mend(Remedy::new("Hand on `NAME.get_secret_value()`.")))
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
