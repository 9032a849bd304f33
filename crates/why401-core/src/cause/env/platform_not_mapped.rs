//! env/platform-not-mapped: the host's file gives the variable to one target, and another one goes without.

use crate::case::{Case, Stop};
use crate::cause::asked::in_tests;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Reads, Setter, Starter, Starts, Value};
use crate::provider::Environment;
use crate::value::{Plainly, plainly};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let lacks = |(_, starts): &&(&Fact, &Starts)| {
        matches!(starts.by, Starter::Target | Starter::Function) && !starts.given.contains(&case.name)
    };
    let targets = case.setting.starts.iter().filter(lacks);
    targets.filter_map(|(fact, starts)| Some(look(case, fact, starts)?.into())).collect()
}

fn look(case: &Case<'_>, fact: &Fact, starts: &Starts) -> Option<Finding> {
    let path = &fact.origin.place()?.path;
    let (giver, other) = case.setting.starts.iter().find(|(other, of)| {
        of.by == starts.by
            && of.given.contains(&case.name)
            && other.origin.place().is_some_and(|place| place.path == *path)
    })?;
    let set = case
        .sets
        .iter()
        .find(|(set, sets)| sets.by == Setter::Platform && set.origin.place().is_some_and(|place| place.path == *path));
    let read = reads(case).find(|(read, _)| belongs(case, starts, read));
    let known_code = !starts.programs.is_empty() || starts.folder.is_some();
    let standing = match (known_code, starts.open) {
        (true, open) => {
            read?;
            if open && starts.by == Starter::Function {
                return None;
            }
            if open { Standing::Possible } else { Standing::Likely }
        }
        // Nobody can tell which code a target runs; that the file gives it nothing of the kind may tell enough.
        (false, false) if tells(case, path) && !set.is_some_and(|(_, sets)| is_for_tests(case, &sets.value)) => {
            Standing::Likely
        }
        (false, _) => {
            reads(case).next()?;
            Standing::Possible
        }
    };
    let (rule, remedy) = rule(path, case, starts);
    let mut finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("{} goes without {}, which {} has", words(starts), case.name, words(other)),
        fact.origin.clone(),
        rule,
    );
    finding = finding.and("Here it is given.", Some(set.map_or(&giver.origin, |(set, _)| &set.origin).clone()));
    if let Some((read, _)) = read {
        finding = finding.and("The code reads it here.", Some(read.origin.clone()));
    }
    Some(finding.mend(remedy))
}

/// Whether the variable is one that the target's code needs. How a Worker reads it is not seen.
fn tells(case: &Case<'_>, path: &str) -> bool {
    case.is_for_an_api() && (path.contains("wrangler.") || reads(case).next().is_some())
}

fn words(starts: &Starts) -> String {
    match starts.by {
        Starter::Function => format!("function {}", starts.name),
        _ => starts.name.clone(),
    }
}

/// What the platform does, and how the variable gets to the target.
fn rule(path: &str, case: &Case<'_>, starts: &Starts) -> (&'static str, Remedy) {
    let name = &case.name;
    let target = starts.name.split_once(' ').map_or("", |(_, target)| target);
    let file = path.rsplit('/').next().unwrap_or(path);
    if file.starts_with("wrangler.") {
        return (
            "A named environment of a Worker takes nothing over from `vars` at the top level.",
            Remedy::new("Store it for the environment, or repeat it among the environment's `vars`.")
                .command(format!("wrangler secret put {name} --env {target}")),
        );
    }
    match file {
        "netlify.toml" if starts.folder.is_some() => (
            "Variables of netlify.toml are there for the build, and for no function.",
            Remedy::new("Set it in the site's settings, for functions too.").command(format!("netlify env:set {name}")),
        ),
        "netlify.toml" => (
            "A variable under one context is there for no other.",
            Remedy::new("Set it for the other context as well, or under `[build.environment]` for all.")
                .command(format!("netlify env:set {name} --context {target}")),
        ),
        "vercel.json" => (
            "`build.env` is there while the project is built, and gone when its functions run.",
            Remedy::new("Set it in the project's settings, for the functions too.")
                .command(format!("vercel env add {name}")),
        ),
        _ => (
            "What the file gives to one of them the other does not get.",
            Remedy::new(format!("Give {name} to {} as well.", words(starts))),
        ),
    }
}

/// Whether the target runs the code of `read`.
fn belongs(case: &Case<'_>, starts: &Starts, read: &Fact) -> bool {
    let Some(place) = read.origin.place() else { return false };
    let in_folder = |folder: &str| place.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    case.setting.programs(starts, &case.name).contains(&&*place.path) || starts.folder.as_deref().is_some_and(in_folder)
}

/// Reads by the program itself that nothing stands in for.
fn reads<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c (&'c Fact, &'c Reads)> {
    case.reads
        .iter()
        .filter(|(fact, reads)| !reads.fallback && !reads.browser && !reads.through.starts_with('$') && !in_tests(fact))
}

/// A key for tests, or no key at all, stands in the open on purpose; the real one is stored where it cannot be seen.
fn is_for_tests(case: &Case<'_>, value: &Value) -> bool {
    let Value::Literal(value) = value else { return false };
    let text = value.expose_str().unwrap_or_default();
    if let Some(found) = case.registry.recognise(text) {
        return found.credential.environment == Environment::Test;
    }
    let lower = text.to_ascii_lowercase();
    plainly(text) != Plainly::Candidate
        || text.len() < 16
        || !text.bytes().any(|byte| byte.is_ascii_digit())
        || ["test", "dev", "local", "fake", "dummy", "sandbox"].iter().any(|word| lower.contains(word))
}
