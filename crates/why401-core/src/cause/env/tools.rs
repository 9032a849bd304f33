//! Variables that a tool reads by itself, and others that were set in their place; for the judge of env/name-mismatch.

use super::super::names::{Nearness, nearness};
use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::{Fact, Origin, Seen};

/// What Terraform hands to a configuration's own variables, and to nobody else.
const TERRAFORM: &str = "TF_VAR_";

/// A client looks for its credential under one name, and another is set.
pub(super) fn reads_another(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    if !refusal.fits("env/name-mismatch") {
        return None;
    }
    let set = set(case);
    let is_set = |wanted: &str| set.iter().any(|(_, name)| *name == wanted);
    // The id of a pair is no secret, and belongs to it.
    let known = |name: &str| {
        let own = case.registry.of_variable(name).map(|provider| &provider.variables);
        own.is_some_and(|own| {
            own.secret.iter().chain(&own.other).any(|own| own == name)
                && (own.secret.iter().any(|own| own == name) || name.ends_with("_ID") || name.ends_with("_KEY"))
        })
    };
    let handed = set.iter().find_map(|(origin, name)| {
        let bare = name.strip_prefix(TERRAFORM)?;
        let open = known(bare) && !is_set(bare);
        open.then(|| (origin.clone(), *name, bare.to_owned(), 60))
    });
    let near = || {
        let provider = refusal.provider()?;
        let own = &provider.variables.secret;
        if own.iter().any(|own| is_set(own)) {
            return None;
        }
        set.iter().find_map(|(origin, name)| {
            let close = |own: &&String| nearness(name, own).is_some_and(|kind| kind <= Nearness::Suffix);
            // Where code asks for the name, the two are held against each other by themselves.
            let wanted =
                own.iter().find(close).filter(|own| !known(name) && !is_read(case, name) && !is_read(case, own))?;
            Some((origin.clone(), *name, wanted.clone(), 10))
        })
    };
    let (origin, name, wanted, weight) = handed.or_else(|| by_host(case, &set)).or_else(near)?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        format!("{name} is set, and the client reads {wanted}"),
        origin,
        "A client knows its own names alone; what stands under another is as good as not there.",
    );
    finding.weight = weight;
    Some(finding.mend(Remedy::new(format!("Set {wanted}."))))
}

/// Terraform has a variable for each host; here another carries the host that is asked.
fn by_host<'a>(case: &Case<'_>, set: &[(Origin, &'a str)]) -> Option<(Origin, &'a str, String, i32)> {
    let asked = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Visits(visits) if !visits.keeps && visits.client == "terraform" => Some(visits.address.as_str()),
        _ => None,
    });
    asked.into_iter().find_map(|host| {
        let end = host.replace('-', "__").replace('.', "_");
        let wanted = format!("TF_TOKEN_{end}");
        let (origin, name) = set.iter().find(|(_, name)| name.ends_with(&format!("_{end}")) && *name != wanted)?;
        Some((origin.clone(), *name, wanted, 60))
    })
}

/// The names that are given a value beside the refusal.
fn set<'a>(case: &'a Case<'_>) -> Vec<(Origin, &'a str)> {
    let by_facts = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Sets(sets) => Some((fact.origin.clone(), sets.name.as_str())),
        _ => None,
    });
    let by_files = case.project.intents();
    let by_files = by_files.map(|(file, intent)| (Origin::File(file.place(&intent.name_span)), intent.name.as_str()));
    by_facts.chain(by_files).collect()
}

fn is_read(case: &Case<'_>, wanted: &str) -> bool {
    let reads = |fact: &Fact| matches!(&fact.seen, Seen::Reads(reads) if reads.name == wanted);
    case.project.facts.iter().any(reads)
}
