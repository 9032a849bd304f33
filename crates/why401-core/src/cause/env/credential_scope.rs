//! env/credential-scope: the stored credential is for another address than the one that is asked.

use crate::case::{Case, Stop};
use crate::cause::netrc::{self, Netrc};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Remark, Seen, Stored, Visits};

/// Where npm goes when no file says otherwise.
const DEFAULT: &str = "registry.npmjs.org";

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let stored = case.setting.stored.iter();
    let found = stored.filter_map(|(fact, entry)| Some(look(case, fact, entry)?.into()));
    let known =
        elsewhere(case).or_else(|| of_another_host(case)).or_else(|| known_by(case, "env/credential-scope", &SCHEME));
    found.chain(beside(case).map(Evidence::from)).chain(known.map(Evidence::from)).collect()
}

/// npm looks a token up by the address without its scheme.
const SCHEME: Known = Known {
    remark: Remark::SchemeInKey,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the token is stored under an address with a scheme, which npm never looks up",
    why: "The key of a token begins with `//` and the host; `//https://…` is no registry's.",
    remedy: "Write `//registry.npmjs.org/:_authToken=…`, without `https:`.",
    weight: 60,
};

/// A client of registries keeps a credential for one address and asks another.
fn elsewhere(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    if !refusal.fits("env/credential-scope") {
        return None;
    }
    let visits: Vec<(&Fact, &Visits)> = case.project.facts.iter().filter_map(told).collect();
    let kept = |client: &str| {
        let of_client = move |(_, visit): &&(&Fact, &Visits)| visit.keeps && visit.client == client;
        visits.iter().filter(of_client).copied().collect::<Vec<_>>()
    };
    let is_kept = |asked: &Visits| kept(asked.client).iter().any(|(_, own)| serves(&own.address, asked));
    let asked: Vec<&(&Fact, &Visits)> = visits.iter().filter(|(_, visit)| !visit.keeps).collect();
    // What the refusal itself names is what was asked; of what lies beside it any may be.
    let named = asked.iter().filter(|(_, visit)| visit.in_refusal && !kept(visit.client).is_empty());
    let (fact, visit) = match named.clone().next() {
        Some(_) if named.clone().any(|(_, visit)| is_kept(visit)) => return None,
        Some(first) => first,
        None => {
            let with = |visit: &Visits| !kept(visit.client).is_empty();
            let first = asked.iter().find(|(_, visit)| with(visit) && !is_kept(visit))?;
            let served = asked.iter().any(|(_, visit)| visit.client == first.1.client && is_kept(visit));
            if served { return None } else { first }
        }
    };
    let (own, entry) = *kept(visit.client).first()?;
    let (client, remedy) = words(visit.client);
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{client} keeps a credential for {}, and {} is asked", entry.address, visit.address),
        own.origin.clone(),
        format!("{client} sends a credential only where exactly that is asked for which it keeps one."),
    );
    finding.weight = 30;
    Some(finding.and("This is asked.", Some(fact.origin.clone())).mend(Remedy::new(remedy)))
}

/// A `.netrc` has an entry for another host of the same domain: its names are compared as they are written.
fn of_another_host(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal().filter(|refusal| refusal.refuses())?;
    let Netrc::Others { entry, kept, asked } = netrc::look(case)? else { return None };
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("the entry of the `.netrc` is for {kept}, and {asked} is asked"),
        entry.origin.clone(),
        "An entry is for the very name behind `machine`, without a port; no other host of the domain gets it.",
    );
    finding.weight = 30;
    Some(finding.mend(Remedy::new(format!("Write `machine {asked}`."))))
}

fn told(fact: &Fact) -> Option<(&Fact, &Visits)> {
    match &fact.seen {
        Seen::Visits(visits) => Some((fact, visits)),
        _ => None,
    }
}

/// Whether what is kept for `address` goes out where this is asked.
fn serves(address: &str, asked: &Visits) -> bool {
    let written = |name: &str| name.to_ascii_uppercase().replace(['-', '.'], "_");
    match asked.client {
        "npm" => address.is_empty() || covers(address, &asked.address),
        "poetry" => written(address) == written(&asked.address),
        _ => address == asked.address,
    }
}

/// What people call the client, and what to do with it.
fn words(client: &str) -> (&'static str, &'static str) {
    match client {
        "docker" => {
            ("Docker", "Log in at the very host, port included, with which the image begins: `docker login HOST`.")
        }
        "maven" => ("Maven", "Give the server in settings.xml the `id` of the repository that is asked."),
        "nuget" => {
            ("NuGet", "Name the element in packageSourceCredentials as the source's `key`, a blank as `_x0020_`.")
        }
        "pypi" => ("Twine", "Put the credential under the name that `--repository` says, or name the section's own."),
        "poetry" => ("Poetry", "Give `http-basic` the name of the source."),
        "terraform" => ("Terraform", "Store the token for the very host that the configuration names."),
        _ => ("npm", "Write `//HOST/PATH/:_authToken=…` with the address of `registry=`, without its scheme."),
    }
}

/// A registry refuses, and the file that says which token is for which address lies beside.
fn beside(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let file = |fact: &Fact| fact.origin.place().is_some_and(|place| place.path.ends_with(".npmrc"));
    let (fact, _) = case.setting.stored.iter().find(|(fact, _)| file(fact))?;
    if !refusal.fits("env/credential-scope") {
        return None;
    }
    let finding = Finding::new(
        Standing::Possible,
        Stop::Loaded,
        "the token may be stored for another address than the one that is asked",
        fact.origin.clone(),
        "npm sends a token only to the address, path included, for which the file has it; a scope has none of its own.",
    );
    let remedy = "Write `//HOST/PATH/:_authToken=…` with the very address of `registry=`, up to its last slash.";
    Some(finding.mend(Remedy::new(remedy)))
}

fn look(case: &Case<'_>, fact: &Fact, entry: &Stored) -> Option<Finding> {
    let Stored::Credential { address, variable: Some(variable) } = entry else { return None };
    if *variable != case.name || address.is_empty() {
        return None;
    }
    let path = &fact.origin.place()?.path;
    let here = || {
        let same = |other: &&(&Fact, &Stored)| other.0.origin.place().is_some_and(|place| place.path == *path);
        case.setting.stored.iter().filter(same)
    };
    let covered = |asked: &str| {
        here().any(|(_, other)| matches!(other, Stored::Credential { address, .. } if covers(address, asked)))
    };
    let goes = || {
        here().filter_map(|(fact, other)| match other {
            Stored::Goes { address, scope } => Some((*fact, address.as_str(), scope.as_str())),
            Stored::Credential { .. } => None,
        })
    };
    // A token for the registry of packages without a scope is in use wherever nothing else is said of them.
    let default = goes().find(|(.., scope)| scope.is_empty()).map_or(DEFAULT, |(_, address, _)| address);
    let in_use = goes().any(|(_, asked, _)| covers(address, asked)) || covers(address, default);
    let own = case.provider.is_none_or(|provider| provider.hosts.cover(host(address)).is_some());
    if in_use && own {
        return None;
    }
    let (asks, asked, scope) = goes().find(|(_, asked, _)| *asked != DEFAULT && !covered(asked))?;
    // Several tokens, several registries: nobody can tell which belongs to which, unless the host is the same.
    let lonely = goes().filter(|(_, asked, _)| !covered(asked)).count() == 1;
    if !lonely && host(address) != host(asked) {
        return None;
    }
    let whose = if scope.is_empty() { "every package".to_owned() } else { format!("{scope}/…") };
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} is stored for {address}, and {whose} is asked for at {asked}", case.name),
        fact.origin.clone(),
        "npm sends a token only to the address that stands before it.",
    );
    Some(
        finding
            .and("Requests go there, and no token is stored for it.", Some(asks.origin.clone()))
            .mend(Remedy::new(format!("Store it for that address: `//{asked}/:_authToken=${{{}}}`.", case.name))),
    )
}

/// Whether a credential stored for `address` is sent to `asked`: npm looks the address up, and then each folder above it.
fn covers(address: &str, asked: &str) -> bool {
    asked.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn host(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn addresses() {
        for (address, asked, expected) in [
            ("npm.pkg.github.com", "npm.pkg.github.com", true),
            ("r.example.com", "r.example.com/npm/private", true),
            ("r.example.com/npm/private", "r.example.com/npm", false),
            ("r.example.com/np", "r.example.com/npm", false),
        ] {
            assert_eq!(covers(address, asked), expected, "{address} {asked}");
        }
    }
}
