//! env/exposed: a secret carries a prefix by which a framework writes it into the code for the browser.

use crate::case::{Case, Stop, name_says_credential};
use crate::cause::asked::in_tests;
use crate::cause::names::frameworks;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Origin;
use crate::framework::without_public_prefix;
use crate::provider::{Kind, Recognised};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let bare = without_public_prefix(&case.name);
    if bare == case.name {
        return Vec::new();
    }
    look(case, bare).map(Evidence::from).into_iter().collect()
}

fn look(case: &Case<'_>, bare: &str) -> Option<Finding> {
    let prefix = &case.name[..case.name.len() - bare.len()];
    let shapes: Vec<Recognised> =
        case.effective().filter_map(|held| case.registry.recognise(held.value.expose_str()?)).collect();
    // What the value is counts for more than what its name says.
    if shapes.iter().any(|found| matches!(found.credential.kind, Kind::Publishable | Kind::KeyId | Kind::NoCredential))
    {
        return None;
    }
    let public = case
        .provider
        .is_some_and(|provider| provider.variables.public.iter().any(|name| name == bare || *name == case.name));
    let secret_name =
        case.registry.of_variable(bare).filter(|provider| provider.variables.secret.iter().any(|name| name == bare));
    let by_shape = shapes.iter().find(|found| is_secret(found.credential.kind));
    let words = ["SECRET", "PRIVATE", "SERVICE_ROLE", "PASSWORD"];
    let says = name_says_credential(bare) && words.iter().any(|word| bare.contains(word));
    if public || (by_shape.is_none() && secret_name.is_none() && !says) {
        return None;
    }
    let framework = frameworks(case.project, case.unit)
        .find(|framework| prefix.starts_with(framework.prefix) || prefix == framework.prefix);
    let read = case.reads.iter().find(|(fact, _)| !in_tests(fact));
    let held = case.effective().next();
    let standing = match (by_shape, framework, read) {
        (Some(found), Some(_), Some(_)) if found.credential.verified => Standing::Proven,
        (Some(_), _, _) | (_, Some(_), Some(_)) => Standing::Likely,
        _ => Standing::Possible,
    };
    let origin = held.map(|held| held.origin.clone()).or_else(|| {
        let named = case.intents.first().map(|(file, intent)| Origin::File(file.place(&intent.name_span)));
        named.or_else(|| read.map(|(fact, _)| fact.origin.clone()))
    })?;
    let what = match (by_shape, secret_name) {
        (Some(found), _) => format!("The value is {} ({}).", found.credential.label, found.provider.name),
        (None, Some(provider)) => format!("{bare} is the name of a secret of {}.", provider.name),
        (None, None) => "Its name says that it is a secret.".to_owned(),
    };
    let by = framework.map_or("The framework", |framework| framework.name);
    let mut finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("{} is a secret, and {prefix} puts it into the code for the browser", case.name),
        origin,
        format!("{what} {by} writes the value of every name with this prefix into files that anyone can read."),
    );
    if let Some((fact, _)) = read {
        finding = finding.and("The code reads it here.", Some(fact.origin.clone()));
    }
    let mut remedy = Remedy::new(format!(
        "Call it {bare}, read it on a server only, and let the browser ask that server. If it was ever published, make a new key."
    ));
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}

fn is_secret(kind: Kind) -> bool {
    matches!(kind, Kind::Secret | Kind::Restricted | Kind::Project | Kind::Admin | Kind::Signing)
}
