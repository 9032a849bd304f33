//! key/leaked: the key stands where others can read it.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Setter;
use crate::provider::{Environment, Kind, Recognised};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.values.iter().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let found = case.registry.recognise(value)?;
    let secret =
        matches!(found.credential.kind, Kind::Secret | Kind::Restricted | Kind::Project | Kind::Admin | Kind::Oauth);
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
    let finding = Finding::new(
        if live && !sample { Standing::Likely } else { Standing::Possible },
        Stop::Written,
        format!("{} stands in {}", case.name, place.path),
        held.origin.clone(),
        format!("The key stands in {what}. Hosts and scanners revoke a key within seconds once it is public."),
    );
    let remedy =
        Remedy::new("Revoke the key, make a new one, and refer to it by a variable or a secret of the platform.");
    Some(finding.mend(remedy.link(found.provider.links.keys.clone())))
}

/// Sample keys of manuals: a word such as EXAMPLE inside, or hardly any different characters.
fn looks_made_up(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let words =
        ["example", "sample", "fake", "dummy", "placeholder", "test1234", "123456789", "abcdefgh", "xxxx", "0000"];
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    words.iter().any(|word| lower.contains(word)) || distinct.len() < 10
}
