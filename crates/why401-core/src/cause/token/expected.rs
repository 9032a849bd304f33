//! What a token claims against what is expected of it, as a paste tells both; for the judges of single claims.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::{Claims, Fact, Seen};

/// The claim `name` that is given and the one that is wanted, where they differ.
pub(super) fn mismatch<'p>(case: &Case<'p>, name: &str) -> Option<(&'p Fact, &'p Claims, &'p Fact, &'p Claims)> {
    case.as_refusal()?;
    let claims = || {
        case.project.facts.iter().filter_map(move |fact| match &fact.seen {
            Seen::Claims(claims) if claims.name == name => Some((fact, claims)),
            _ => None,
        })
    };
    let (given_at, given) = claims().find(|(_, claims)| !claims.wanted)?;
    if claims().any(|(_, claims)| claims.wanted && claims.value == given.value) {
        return None;
    }
    let (wanted_at, wanted) = claims().find(|(_, claims)| claims.wanted)?;
    Some((given_at, given, wanted_at, wanted))
}

/// The finding for it.
pub(super) fn finding(case: &Case<'_>, name: &str, words: &str, remedy: &str) -> Option<Finding> {
    let (given_at, given, wanted_at, wanted) = mismatch(case, name)?;
    let slash = given.value.trim_end_matches('/') == wanted.value.trim_end_matches('/');
    let why = if slash { "The two differ in the slash at the end." } else { "This is what the token has." };
    let mut finding = Finding::new(Standing::Likely, Stop::Judged, words, given_at.origin.clone(), why);
    finding.weight = 20;
    Some(finding.and("This is what is expected.", Some(wanted_at.origin.clone())).mend(Remedy::new(remedy)))
}
