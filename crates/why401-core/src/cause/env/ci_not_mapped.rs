//! env/ci-not-mapped: CI has the secret, and the step does not get it.

use crate::case::{Case, Stop};
use crate::cause::asked::in_tests;
use crate::cause::surroundings::{Known, known_for};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Asks, Fact, Passes, Remark, Setter, Spot, Starter, Starts, Surrounding, Value};
use crate::symptom::Symptom;

/// Runs that get no secrets, or only those that somebody hands to the step.
const PLACES: &[Known] = &[
    Known {
        place: Surrounding::Fork,
        symptoms: &[Symptom::Absent, Symptom::Unsent],
        title: "a run for somebody else's pull request gets no secrets",
        why: "For a pull request from a fork, or of Dependabot, secrets are empty unless they are given to such runs, too.",
        remedy: "Let such runs do without the secret, or add it to the secrets of Dependabot.",
        weight: 12,
    },
    Known {
        place: Surrounding::Guarded,
        symptoms: &[Symptom::Absent, Symptom::Unsent, Symptom::Rejected, Symptom::Denied],
        title: "a protected variable is given to protected branches and tags alone",
        why: "A job on any other branch finds the variable empty, without a word.",
        remedy: "Protect the branch or the tag, or take the protection off the variable.",
        weight: 60,
    },
    Known {
        place: Surrounding::Ci,
        symptoms: &[Symptom::Absent, Symptom::Unsent],
        title: "the step may not be handed the secret",
        why: "A step of CI gets only the secrets that its `env:` or `with:` names; a name that does not exist is empty, without a word.",
        remedy: "Name it: `env: { NAME: ${{ secrets.NAME }} }`, in the step that needs it, with the environment in which it is stored.",
        weight: 2,
    },
];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let mut found: Vec<Finding> = Vec::new();
    found.extend(not_given(case));
    if !case.asks.is_empty() {
        found.extend(not_handed_on(case));
        found.extend(no_such_store(case));
        found.extend(misspelled(case));
        found.extend(kept_as_a_variable(case));
        found.extend(missing_for_some(case));
    }
    found.extend(other_name(case));
    found.extend(withheld(case));
    found.extend(out_of_reach(case));
    found.extend(called_without(case));
    found.extend(came_empty(case));
    if !is_handed(case) {
        found.extend(known_for(case, Stop::Loaded, PLACES));
    }
    found.into_iter().map(Into::into).collect()
}

/// The log shows that the step has a secret, and nothing says that none arrived.
fn is_handed(case: &Case<'_>) -> bool {
    let told = |remark| case.project.facts.iter().any(|fact| fact.is(remark));
    let absent = case.as_refusal().is_some_and(|refusal| refusal.main == Some(Symptom::Absent));
    !absent && told(Remark::FilledInStep) && !told(Remark::EmptyInStep)
}

/// The log lists the variables of the step, and one that is for a credential has nothing in it.
fn came_empty(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal().filter(|refusal| refusal.refuses())?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::EmptyInStep))?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        "the step has the variable, and nothing in it",
        fact.origin.clone(),
        "GitHub shows a secret that is there as ***; where nothing stands the secret has no value in this run.",
    );
    // An empty value may well be refused as a wrong one.
    finding.weight = 70;
    Some(finding.mend(Remedy::new(
        "Look whether the secret has this very name, is stored for this repository and environment, and whether a run for a fork or of Dependabot may have it.",
    )))
}

/// A step whose script, or a program that it runs, reads the variable, and no `env:` gives it.
fn not_given(case: &Case<'_>) -> Vec<Finding> {
    let own = ["ACTIONS_", "GITHUB_", "RUNNER_"].iter().any(|prefix| case.name.starts_with(prefix));
    if own && case.name != "GITHUB_TOKEN" {
        return Vec::new();
    }
    let asked = secrets(case).find(|(_, asks)| asks.name.eq_ignore_ascii_case(&case.name));
    if asked.is_none() && !case.registry.is_secret_variable(&case.name) {
        return Vec::new();
    }
    let steps = case
        .setting
        .starts
        .iter()
        .filter(|(_, starts)| starts.by == Starter::Ci && !starts.open && !starts.given.contains(&case.name));
    let mut found = Vec::new();
    for (step, starts) in steps {
        let Some(script) = step.origin.place() else { continue };
        let reads = case.reads.iter().filter(|(_, reads)| !reads.fallback && !reads.browser);
        let read = reads.clone().find(|(fact, _)| {
            fact.origin.place().is_some_and(|place| place.path == script.path) && step.span.contains(&fact.span.start)
        });
        let programs = case.setting.programs(starts, &case.name);
        let program =
            |fact: &Fact| fact.origin.place().is_some_and(|place| programs.contains(&&*place.path) && !in_tests(fact));
        let (finding, what) = match read {
            Some((fact, _)) => (*fact, "The script reads it".to_owned()),
            None => {
                let Some((fact, _)) = reads.clone().find(|(fact, _)| program(fact)) else { continue };
                (*step, format!("{} reads it", fact.origin.place().map_or("", |place| &*place.path)))
            }
        };
        // A program may do without a variable that it reads; one that sends it needs it.
        let sent = read.is_some() || case.sends.iter().any(|(fact, _)| program(fact));
        if !sent && asked.is_none() {
            continue;
        }
        let standing = if sent { Standing::Likely } else { Standing::Possible };
        let mut finding = Finding::new(
            standing,
            Stop::Loaded,
            format!("no `env:` gives {} to this step of job {}", case.name, starts.name),
            finding.origin.clone(),
            format!("{what}; neither the step nor its job nor the workflow maps it, so it is empty."),
        );
        if let Some((fact, _)) = asked {
            finding = finding.and("The secret is known elsewhere.", Some(fact.origin.clone()));
        }
        let map = if case.name == "GITHUB_TOKEN" {
            "${{ github.token }}".to_owned()
        } else {
            format!("${{{{ secrets.{} }}}}", case.name)
        };
        found.push(finding.mend(Remedy::new(format!("Map it on the step: `env: {{ {}: \"{map}\" }}`.", case.name))));
    }
    found
}

/// A reusable workflow that needs the secret, called without it.
fn not_handed_on(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (call, calls) in &case.setting.calls {
        let Passes::Named(names) = &calls.passes else { continue };
        if names.iter().any(|name| name.eq_ignore_ascii_case(&case.name)) {
            continue;
        }
        let inside: Vec<&(&Fact, &Asks)> = case
            .asks
            .iter()
            .filter(|(fact, asks)| {
                asks.store == "secrets" && fact.origin.place().is_some_and(|place| *place.path == *calls.file)
            })
            .collect();
        let declared = inside.iter().find_map(|(_, asks)| match asks.spot {
            Spot::Declared { required } => Some(required),
            _ => None,
        });
        // A job with a deployment environment has that environment's secrets, whoever calls it.
        let needs = inside.iter().find(|(_, asks)| {
            asks.needed && asks.environment.is_none() && matches!(asks.spot, Spot::Env | Spot::With | Spot::Script)
        });
        let (standing, why) = match (declared, needs) {
            (Some(true), _) => (
                Standing::Proven,
                "The called workflow says that it is required, and GitHub does not start the run without it.",
            ),
            (Some(false), Some(_)) => (Standing::Possible, "The called workflow says that it can do without it."),
            (None, Some(_)) => (
                Standing::Likely,
                "A called workflow gets no secrets but those that the caller hands on; this one is empty there.",
            ),
            _ => continue,
        };
        let mut finding = Finding::new(
            standing,
            Stop::Loaded,
            format!("{} is not handed to {}", case.name, calls.file),
            call.origin.clone(),
            why,
        );
        if let Some((fact, _)) = needs.or(inside.first()) {
            finding = finding.and("The called workflow asks for it here.", Some(fact.origin.clone()));
        }
        found.push(finding.mend(Remedy::new(format!(
            "Add `secrets: inherit` to the job, or name it: `secrets: {{ {0}: \"${{{{ secrets.{0} }}}}\" }}`.",
            case.name
        ))));
    }
    found
}

/// A run is refused for want of a credential, and its job calls another workflow without a word of secrets.
fn called_without(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses() && refusal.fits("env/ci-not-mapped"))?;
    let absent = refusal.may_show(Symptom::Absent) || refusal.may_show(Symptom::Unsent);
    let nothing = |passes: &Passes| matches!(passes, Passes::Named(names) if names.is_empty());
    let (call, calls) = case.setting.calls.iter().find(|(_, calls)| absent && nothing(&calls.passes))?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} is called without secrets", calls.file),
        call.origin.clone(),
        "A called workflow gets no secrets but those that the caller hands on; all of them are empty there.",
    );
    finding.weight = 20;
    Some(finding.mend(Remedy::new("Add `secrets: inherit` to the job that calls it, or name each secret.")))
}

/// Composite actions and conditions cannot look secrets up.
fn no_such_store(case: &Case<'_>) -> Vec<Finding> {
    let look = |(fact, asks): &(&Fact, &Asks)| {
        let (what, remedy) = match asks.spot {
            Spot::Composite => (
                "a composite action has no `secrets`",
                "Declare an input, use `inputs.NAME`, and let the caller hand the secret in by `with:`.",
            ),
            Spot::Condition if asks.store == "secrets" => (
                "a condition cannot look at `secrets`",
                "Map the secret to a variable in `env:` of the job, and ask `env.NAME != ''` in the step's condition.",
            ),
            _ => return None,
        };
        let title = format!("{what}: {} is not known here", case.name);
        let why = "GitHub refuses the file: the name `secrets` does not exist at this place.";
        let finding = Finding::new(Standing::Proven, Stop::Loaded, title, fact.origin.clone(), why);
        Some(finding.mend(Remedy::new(remedy)))
    };
    case.asks.iter().filter_map(look).collect()
}

/// One place that asks for a name which is this one but for a letter.
fn misspelled(case: &Case<'_>) -> Vec<Finding> {
    let count = |name: &str| secrets(case).filter(|(_, asks)| asks.name == name).count();
    let own = case.name.to_ascii_uppercase();
    let known = case.registry.is_secret_variable(&case.name);
    if count(&own) < if known { 1 } else { 2 } {
        return Vec::new();
    }
    let other = secrets(case).filter(|(_, asks)| {
        near(&asks.name, &own) && count(&asks.name) == 1 && !case.registry.is_secret_variable(&asks.name)
    });
    let look = |(fact, asks): &(&Fact, &Asks)| {
        let right = secrets(case).find(|(_, asks)| asks.name == own).map(|(fact, _)| fact.origin.clone());
        let finding = Finding::new(
            Standing::Likely,
            Stop::Loaded,
            format!("secrets.{} is asked for once, and is {own} but for a letter", asks.name),
            fact.origin.clone(),
            "A secret that does not exist is the empty text, without an error.",
        );
        finding.and("Elsewhere it is spelled so.", right).mend(Remedy::new(format!("Ask for secrets.{own}.")))
    };
    other.map(look).collect()
}

/// A variable filled from a secret whose name is the variable's but for a letter.
fn other_name(case: &Case<'_>) -> Vec<Finding> {
    let own = case.name.to_ascii_uppercase();
    // Where the right name is asked for as well, the comparison of the two names has said it already.
    if !case.registry.is_secret_variable(&case.name) || secrets(case).any(|(_, asks)| asks.name == own) {
        return Vec::new();
    }
    let look = |(fact, value): (&Fact, &Value)| {
        let Value::Reference { name, scope } = value else { return None };
        let upper = name.to_ascii_uppercase();
        let asked = secrets(case).filter(|(_, asks)| asks.name == upper).count();
        if scope != "secrets" || asked != 1 || case.registry.is_secret_variable(&upper) || !near(&upper, &own) {
            return None;
        }
        let finding = Finding::new(
            Standing::Likely,
            Stop::Loaded,
            format!("{} is filled from secrets.{name}, which is its own name but for a letter", case.name),
            fact.origin.clone(),
            "A secret that does not exist is the empty text, without an error.",
        );
        Some(finding.mend(Remedy::new(format!("Ask for secrets.{own}, if the secret is stored under that name."))))
    };
    case.sets.iter().filter_map(|(fact, sets)| look((fact, &sets.value))).collect()
}

/// `vars.NAME` for what is a secret everywhere else.
fn kept_as_a_variable(case: &Case<'_>) -> Option<Finding> {
    let kept =
        |store: &str| case.asks.iter().filter(move |(_, asks)| asks.store == store && asks.needed).collect::<Vec<_>>();
    let (vars, secrets) = (kept("vars"), kept("secrets"));
    let ([(fact, _)], [(right, _), ..]) = (vars.as_slice(), secrets.as_slice()) else { return None };
    let standing = if case.registry.is_secret_variable(&case.name) { Standing::Likely } else { Standing::Possible };
    let finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("{} is looked up among the variables, and is a secret", case.name),
        fact.origin.clone(),
        "`vars` does not hold secrets: the value is empty unless it is stored there as well, in the open.",
    );
    Some(
        finding
            .and("Elsewhere it is a secret.", Some(right.origin.clone()))
            .mend(Remedy::new(format!("Ask for secrets.{}.", case.name))),
    )
}

/// Runs that get no secret, or not this one: forks, and jobs without the deployment environment.
fn missing_for_some(case: &Case<'_>) -> Vec<Finding> {
    if !case.is_for_an_api() {
        return Vec::new();
    }
    let used = || {
        case.asks.iter().filter(|(_, asks)| {
            asks.needed && asks.store == "secrets" && matches!(asks.spot, Spot::Env | Spot::With | Spot::Script)
        })
    };
    let fork = used().find(|(_, asks)| asks.forks).map(|(fact, _)| {
        let finding = Finding::new(
            Standing::Possible,
            Stop::Loaded,
            format!("pull requests from forks and from Dependabot run this without {}", case.name),
            fact.origin.clone(),
            "The workflow runs on `pull_request`, and GitHub hands no secrets to runs that a fork or Dependabot starts.",
        );
        finding.mend(Remedy::new(
            "Skip the step there: `if: github.event.pull_request.head.repo.full_name == github.repository`.",
        ))
    });
    let with = used().find(|(_, asks)| asks.environment.as_ref().is_some_and(|name| !name.contains("${{")));
    let without = used().find(|(_, asks)| asks.environment.is_none() && !asks.job.is_empty());
    let environment = with.zip(without).and_then(|((with, asks), (without, other))| {
        let name = asks.environment.as_deref()?;
        let finding = Finding::new(
            Standing::Possible,
            Stop::Loaded,
            format!("job {} asks for {} without `environment: {name}`", other.job, case.name),
            without.origin.clone(),
            "A secret that is stored in a deployment environment reaches only the jobs that name it.",
        );
        let finding = finding.and(format!("Job {} names the environment.", asks.job), Some(with.origin.clone()));
        Some(finding.mend(Remedy::new(format!(
            "Add `environment: {name}` to the job, or store the secret for the whole repository."
        ))))
    });
    fork.into_iter().chain(environment).collect()
}

/// A GitLab job that takes over no variables from the top of the file, and reads one of them.
fn withheld(case: &Case<'_>) -> Option<Finding> {
    let asked = case.asks.iter().filter(|(_, asks)| asks.store == "variables" && asks.needed);
    let file = |fact: &Fact| fact.origin.place().map(|place| place.path.clone());
    let jobs = || case.setting.starts.iter().filter(|(_, starts)| starts.by == Starter::Ci);
    let own = |(job, _): &(&Fact, &Starts), fact: &Fact| file(job) == file(fact) && job.span.contains(&fact.span.start);
    for (fact, asks) in asked {
        // What no job's text holds stands at the top of the file.
        let global = case.sets.iter().find(|(set, sets)| {
            sets.by == Setter::Ci
                && file(set) == file(fact)
                && !jobs().any(|job| own(job, set))
                && !matches!(sets.value, Value::Path { .. })
        });
        let known = jobs().any(|job| own(job, fact) && job.1.name == asks.job);
        let taken = jobs().any(|(job, starts)| file(job) == file(fact) && starts.given.contains(&case.name));
        let (Some((set, _)), true, true) = (global, known, taken) else { continue };
        let finding = Finding::new(
            Standing::Likely,
            Stop::Loaded,
            format!("job {} does not take over {} from the top of the file", asks.job, case.name),
            fact.origin.clone(),
            "`inherit: variables:` leaves it out, so the script gets nothing under this name.",
        );
        let remedy = Remedy::new(format!("Name {} under `inherit: variables:`, or set it on the job.", case.name));
        return Some(finding.and("Here it is set for all other jobs.", Some(set.origin.clone())).mend(remedy));
    }
    None
}

/// A GitLab job for merge requests that asks for what another job has with a deployment environment: such a variable is
/// mostly protected, or kept for that environment.
fn out_of_reach(case: &Case<'_>) -> Option<Finding> {
    if !case.is_for_an_api() {
        return None;
    }
    let mut asked = case.asks.iter().filter(|(_, asks)| asks.store == "variables" && asks.needed);
    let (with, other) = asked
        .clone()
        .find(|(_, asks)| !asks.forks && asks.environment.as_ref().is_some_and(|name| !name.contains('$')))?;
    let (without, asks) = asked.find(|(_, asks)| asks.forks && asks.environment.is_none())?;
    let finding = Finding::new(
        Standing::Possible,
        Stop::Loaded,
        format!("job {} asks for {} in merge requests, without an environment", asks.job, case.name),
        without.origin.clone(),
        "A protected variable reaches protected branches and tags only, and one that is kept for an environment only its jobs.",
    );
    let environment = other.environment.as_deref().unwrap_or_default();
    let finding =
        finding.and(format!("Job {} runs for the environment {environment}.", other.job), Some(with.origin.clone()));
    let remedy = "Take the protection or the environment off the variable, keep a test key for merge requests, or skip the job there.";
    Some(finding.mend(Remedy::new(remedy)))
}

/// Everything that is looked up among the secrets, declarations left aside.
fn secrets<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c (&'c Fact, &'c Asks)> {
    case.setting.asks.iter().filter(|(_, asks)| asks.store == "secrets" && !matches!(asks.spot, Spot::Declared { .. }))
}

/// Whether one name becomes the other by one letter: changed, left out, put in, or two swapped. Names that people count
/// with digits are different on purpose.
fn near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a == b || a.len().min(b.len()) < 6 {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let digits = rest_a.iter().chain(rest_b).all(char::is_ascii_digit);
    match (rest_a, rest_b) {
        _ if digits => false,
        ([_], [_]) => true,
        ([one], []) | ([], [one]) => *one != '_',
        ([p, q], [r, s]) => p == s && q == r,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn names_but_for_a_letter() {
        for (a, b, expected) in [
            ("OPENAI_API_KEY", "OPENAI_API_KYE", true),
            ("OPENAI_API_KEY", "OPENA1_API_KEY", true),
            ("OPENAI_API_KEY", "OPENAI_APIKEY", false),
            ("NPM_TOKEN", "NPM_TOKENS", true),
            ("NPM_TOKEN", "NPM_TOKEN2", false),
            ("TOKEN_1", "TOKEN_2", false),
            ("NPM_TOKEN", "GPR_TOKEN", false),
            ("KEY", "KEX", false),
        ] {
            assert_eq!(near(a, b), expected, "{a} {b}");
            assert_eq!(near(b, a), expected, "{b} {a}");
        }
    }
}
