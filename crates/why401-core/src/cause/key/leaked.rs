//! key/leaked: the key stands where others can read it.

use std::collections::BTreeSet;

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Reach, Seen, Setter, Stands};
use crate::provider::{Environment, Kind, Provider, Recognised};
use crate::value::looks_made_up;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let held = case.values.iter().filter_map(|held| look(case, held));
    held.chain(case.stands.and_then(|(fact, stands)| loose(case, fact, stands))).map(Into::into).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let found = case.registry.recognise(value)?;
    let secret = !matches!(found.credential.kind, Kind::Publishable | Kind::KeyId | Kind::Test | Kind::NoCredential);
    if !secret || !found.credential.verified {
        return None;
    }
    let live = found.credential.environment != Environment::Test && !looks_made_up(value);
    let Some(file) = held.file else { return in_configuration(case, held, found, live) };
    let (standing, title, why, remedy) = match (file.tracked, file.ignored) {
        (Some(true), _) => (
            if live { Standing::Likely } else { Standing::Possible },
            format!("{} stands in {}, which git tracks", case.name, file.path),
            "Whoever can read the repository can read the key. Hosts and scanners revoke a key within seconds once it is public.",
            Remedy::new("Revoke the key, make a new one, and take the file out of git; the history keeps the old key.")
                .command(format!("git rm --cached {}", file.path))
                .command(format!("echo {} >> .gitignore", file.name())),
        ),
        (Some(false), Some(false)) if !file.is_template() => (
            Standing::Possible,
            format!("{} is not ignored by git, and holds {}", file.path, case.name),
            "The next `git add .` publishes the key.",
            Remedy::new("Let git ignore the file.").command(format!("echo {} >> .gitignore", file.name())),
        ),
        _ => return None,
    };
    let mut remedy = remedy;
    remedy.links.push(found.provider.links.keys.clone());
    Some(Finding::new(standing, Stop::Written, title, held.origin.clone(), why).mend(remedy))
}

/// A key in a workflow, a Compose file, a Dockerfile or a manifest: files that are there to be committed.
fn in_configuration(case: &Case<'_>, held: &Held<'_>, found: Recognised, live: bool) -> Option<Finding> {
    let what = match held.by? {
        Setter::Ci => "a workflow",
        Setter::Compose => "a Compose file",
        Setter::DockerEnv | Setter::DockerArg => "a Dockerfile, and in every image made of it",
        Setter::Kubernetes => "a manifest, where base64 hides nothing",
        Setter::Platform | Setter::Systemd | Setter::CredentialFile => "a configuration file",
        Setter::Shell | Setter::Code => return None,
    };
    let place = held.origin.place()?;
    let sample = place.path.split('/').any(|part| {
        ["test", "tests", "testdata", "fixtures", "examples", "example", "docs", "samples"].contains(&part)
    });
    // What somebody shows of his own settings lies at home, as far as can be told.
    let shown = case.project.is_excerpt && held.by == Some(Setter::CredentialFile);
    let finding = Finding::new(
        if live && !sample && !shown { Standing::Likely } else { Standing::Possible },
        Stop::Written,
        format!("{} stands in {}", case.name, place.path),
        held.origin.clone(),
        format!("The key stands in {what}. Hosts and scanners revoke a key within seconds once it is public."),
    );
    let remedy =
        Remedy::new("Revoke the key, make a new one, and refer to it by a variable or a secret of the platform.");
    Some(finding.mend(remedy.link(found.provider.links.keys.clone())))
}

/// A key that stands in code, in a text or in a bundle.
fn loose(case: &Case<'_>, fact: &Fact, stands: &Stands) -> Option<Finding> {
    let value = stands.value.expose_str()?;
    let found = case.registry.recognise(value)?;
    let place = fact.origin.place()?;
    let path = &*place.path;
    let issued = found.credential.checksum_holds(value) == Some(true);
    let live = found.credential.environment != Environment::Test && !looks_made_up(value);
    let surely = match kind_of(path) {
        // Tests make up what they need; only what its issuer signed is worth a word.
        FileKind::Test if !(issued && live) => return None,
        FileKind::Sample if !live => return None,
        FileKind::Test | FileKind::Sample => false,
        FileKind::Plain => live,
    };
    let surely = surely && !is_collection(case, path, found.provider);
    let name = &found.provider.name;
    let (where_, why) = match stands.reach {
        Reach::Browser => (", which browsers load", "Whoever opens the page can read the key."),
        Reach::Repository => (", which git tracks", "Whoever can read the repository can read the key."),
        Reach::Next => ("", "Whoever gets the file can read the key; the next `git add .` publishes it."),
        Reach::Build => (", which was built", "Whoever gets what was built can read the key."),
    };
    let likely = surely && matches!(stands.reach, Reach::Browser | Reach::Repository);
    let finding = Finding::new(
        if likely { Standing::Likely } else { Standing::Possible },
        Stop::Written,
        format!("a key of {name} stands in {path}{where_}"),
        fact.origin.clone(),
        format!("{why} By its shape it is of {name}: {}.", found.credential.label),
    );
    let instead = match stands.reach {
        Reach::Browser => "let a server of yours hold the new one and make the calls",
        _ => "read the new one from a variable; git's history keeps the old one",
    };
    Some(finding.mend(Remedy::new(format!("Revoke the key, and {instead}.")).link(found.provider.links.keys.clone())))
}

/// Whether keys are gathered here to tell what keys look like, as in the rules of a scanner: several of one service in
/// a file, or of many services in a folder. Nobody works with so many.
fn is_collection(case: &Case<'_>, path: &str, provider: &Provider) -> bool {
    let folder = |path: &str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
    let folder = &path[..folder(path)];
    let mut of_one: BTreeSet<&[u8]> = BTreeSet::new();
    let mut services: BTreeSet<&str> = BTreeSet::new();
    for fact in &case.project.facts {
        let (Seen::Stands(stands), Some(place)) = (&fact.seen, fact.origin.place()) else { continue };
        if place.path.strip_prefix(folder).is_none_or(|rest| rest.trim_start_matches('/').contains('/')) {
            continue;
        }
        let found = stands.value.expose_str().and_then(|value| case.registry.recognise(value));
        let Some(found) = found else { continue };
        services.insert(&found.provider.slug);
        if *place.path == *path && found.provider.slug == provider.slug {
            of_one.insert(stands.value.expose());
        }
    }
    of_one.len() > 2 || services.len() > 4
}

/// What a file is there for, as far as its path tells.
enum FileKind {
    Test,
    Sample,
    Plain,
}

fn kind_of(path: &str) -> FileKind {
    let lower = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let has = |words: &[&str]| lower.split(['/', '.', '_', '-']).any(|part| words.contains(&part));
    let tests = [
        "test",
        "tests",
        "testing",
        "testdata",
        "spec",
        "specs",
        "mock",
        "mocks",
        "fixtures",
        "fixture",
        "e2e",
        "cassettes",
        "snapshots",
        "conftest",
        "stubs",
        "golden",
    ];
    let camel = ["Test", "Tests", "Spec", "Mock"].iter().any(|word| stem.ends_with(word));
    if camel || has(&tests) {
        return FileKind::Test;
    }
    let samples =
        ["examples", "example", "docs", "doc", "samples", "sample", "demo", "demos", "tutorials", "templates"];
    let prose = [".md", ".mdx", ".rst", ".adoc", ".ipynb", ".po", ".txt"];
    if has(&samples) || prose.iter().any(|ending| lower.ends_with(ending)) {
        return FileKind::Sample;
    }
    FileKind::Plain
}
