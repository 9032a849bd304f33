//! key/leaked: the key stands where others can read it.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::provider::{Environment, Kind};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.values.iter().filter_map(|held| Some(look(case, held)?.into())).collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let file = held.file?;
    let found = case.registry.recognise(value)?;
    let secret =
        matches!(found.credential.kind, Kind::Secret | Kind::Restricted | Kind::Project | Kind::Admin | Kind::Oauth);
    if !secret || !found.credential.verified {
        return None;
    }
    let live = found.credential.environment != Environment::Test && !looks_made_up(value);
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
