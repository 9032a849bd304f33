//! key/malformed: the value is not of the provider's shape.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::provider::{Credential, Kind};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let begun: Vec<&Credential> = case
        .registry
        .with_prefix_of(value)
        .filter(|found| case.provider.is_none_or(|provider| provider.slug == found.provider.slug))
        .map(|found| found.credential)
        .filter(|credential| credential.kind != Kind::NoCredential)
        .collect();
    let credential = *begun.first()?;
    let (standing, title, why) = match begun.iter().find(|credential| credential.fits(value)) {
        Some(fits) if fits.checksum_holds(value) == Some(false) => (
            Standing::Proven,
            format!("the checksum of {} does not hold", case.name),
            format!(
                "The last characters of a {} are computed from the others, and here they are not: a character was lost or changed.",
                fits.label
            ),
        ),
        Some(_) => return None,
        None if twice(value, &credential.prefix) => (
            Standing::Proven,
            format!("{} holds two keys joined", case.name),
            "The beginning of a key occurs twice in the value: it was pasted twice, or two lines ran together."
                .to_owned(),
        ),
        // An older or newer form of the key may be missing from the registry, so a foreign length is no proof.
        None => (
            if begun.iter().all(|credential| credential.verified) { Standing::Likely } else { Standing::Possible },
            format!("{} is not of the shape of a {}", case.name, credential.label),
            shape_words(credential, value),
        ),
    };
    let finding = Finding::new(standing, Stop::Written, title, held.origin.clone(), why);
    let mut remedy = Remedy::new("Copy the key again, whole, by the copy button of its page.");
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}

/// Whether the beginning of a key occurs a second time, and is long enough not to do so by chance.
fn twice(value: &str, prefix: &str) -> bool {
    prefix.len() >= 4 && value.matches(prefix).count() > 1
}

fn shape_words(credential: &Credential, value: &str) -> String {
    let length = value.chars().count();
    match credential.length.and_then(|wanted| usize::try_from(wanted).ok()) {
        Some(wanted) if length < wanted => {
            format!("It has {length} characters and should have {wanted}: it was cut off.")
        }
        Some(wanted) if length > wanted => {
            format!("It has {length} characters and should have {wanted}: something is glued to it.")
        }
        _ => format!("It begins like one, and then its length ({length} characters) or a character does not fit."),
    }
}
