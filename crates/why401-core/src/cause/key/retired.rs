//! key/retired: a kind of key that the provider no longer accepts.

use crate::case::{Case, Held, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Remark;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let held = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    held.chain(known_by(case, "key/retired", &PASSWORD).map(Evidence::from)).collect()
}

/// What took passwords once takes tokens in their place.
const PASSWORD: Known = Known {
    remark: Remark::PasswordLogin,
    standing: Standing::Possible,
    stop: Stop::Judged,
    title: "the service may take no passwords any more",
    why: "Atlassian's cloud, GitHub and Bitbucket once took the password of a person's login for their APIs, and no longer do.",
    remedy: "Make an API token, and hand it over where the password stands.",
    weight: 12,
};

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
    let is_refused_by_it = case.as_refusal().is_some_and(|refusal| refusal.is_of(&provider.slug));
    // Without a name, a shape that has no marks of its own is anybody's.
    if case.name.is_empty() && found.prefix.is_empty() && !is_refused_by_it {
        return None;
    }
    let since = found.retired.as_deref().unwrap_or_default();
    let whose = if case.name.is_empty() { "the request" } else { &case.name };
    let finding = Finding::new(
        if found.verified { Standing::Likely } else { Standing::Possible },
        Stop::Judged,
        format!("{whose} holds a kind of key that {} no longer takes", provider.name),
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
