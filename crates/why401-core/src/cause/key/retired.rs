//! key/retired: a kind of key that the provider no longer accepts.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let provider = case.provider?;
    let fits = |retired: bool| {
        provider.credential.iter().find(|credential| credential.retired.is_some() == retired && credential.fits(value))
    };
    // A shape that living keys have too says nothing.
    if fits(false).is_some() {
        return None;
    }
    let found = fits(true)?;
    let since = found.retired.as_deref().unwrap_or_default();
    let finding = Finding::new(
        if found.verified { Standing::Likely } else { Standing::Possible },
        Stop::Judged,
        format!("{} holds a kind of key that {} no longer takes", case.name, provider.name),
        held.origin.clone(),
        format!("It has the shape of a {}; the service takes none since {since}.", found.label),
    );
    let living = provider.credential.iter().find(|credential| credential.retired.is_none());
    let remedy = living.map_or_else(
        || "Make a key of the present kind.".to_owned(),
        |credential| format!("Make a key of the present kind: {}.", credential.label),
    );
    Some(finding.mend(Remedy::new(remedy).link(provider.links.keys.clone())))
}
