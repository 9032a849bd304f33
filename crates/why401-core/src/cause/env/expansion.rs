//! env/expansion: `$` or `#` in the value was expanded or cut.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Origin;
use crate::project::EnvFile;
use crate::read::env_file::Intent;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.effective()
        .filter(|held| held.load.is_some_and(|load| load.seen.is_some()))
        .filter_map(|held| Some(look(case, held)?.into()))
        .collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let (file, loader) = (held.file?, held.loader()?);
    let (_, intent) = case.intents.iter().find(|(owner, intent)| {
        std::ptr::eq(*owner, file) && intent.span.start <= held.span.start && held.span.start <= intent.span.end
    })?;
    let meant = file.bytes.expose().get(intent.inner.clone())?;
    let got = held.value.expose();
    if meant == got || meant.contains(&b'\n') || meant.contains(&b'\\') {
        return None;
    }
    let Origin::File(place) = &held.origin else { return None };
    if is_cut(meant, got) {
        let finding = Finding::new(
            Standing::Proven,
            Stop::Loaded,
            format!("the value of {} is cut at the `#`", case.name),
            held.origin.clone(),
            format!(
                "{} takes what follows the `#` for a comment: of {} bytes it keeps {}.",
                loader.name,
                meant.len(),
                got.len()
            ),
        );
        return Some(finding.mend(quote(intent, meant, place)));
    }
    let (name, braced) = lost_variable(case, meant, got)?;
    let finding = Finding::new(
        // Somebody who writes the braces may mean a variable that only the server has.
        if braced { Standing::Likely } else { Standing::Proven },
        Stop::Loaded,
        format!("a `$` in the value of {} was expanded", case.name),
        held.origin.clone(),
        format!(
            "{} takes the `$` for the beginning of a variable ({} characters of name); none of that name is set, so a piece of the value is gone.",
            loader.name,
            name.len()
        ),
    );
    Some(finding.mend(Remedy::new(format!(
        "Write `\\$` for `$`, or put the value in single quotes where {} leaves those alone.",
        loader.name
    ))))
}

/// Whether `got` is the beginning of `meant`, and a `#` follows.
fn is_cut(meant: &[u8], got: &[u8]) -> bool {
    meant.strip_prefix(got).is_some_and(|rest| rest.first() == Some(&b'#'))
}

/// The name behind a `$` that is set nowhere, where the value lost it, and whether it stands in braces.
fn lost_variable<'a>(case: &Case<'_>, meant: &'a [u8], got: &[u8]) -> Option<(&'a str, bool)> {
    if got.len() >= meant.len() {
        return None;
    }
    let text = std::str::from_utf8(meant).ok()?;
    text.match_indices('$').find_map(|(at, _)| {
        let braced = text[at + 1..].starts_with('{');
        let rest = text[at + 1..].trim_start_matches('{');
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        (!name.is_empty() && !is_set(case, name)).then_some((name, braced))
    })
}

fn is_set(case: &Case<'_>, name: &str) -> bool {
    let in_file = |file: &EnvFile| file.intents.iter().any(|intent| intent.name == name);
    case.project.process.contains_key(name) || case.project.env_files.iter().any(in_file)
}

/// Single quotes keep a `#` in every dialect that cuts at it.
fn quote(intent: &Intent, meant: &[u8], place: &crate::fact::Place) -> Remedy {
    let remedy = Remedy::new("Put the value in quotes.");
    if intent.quote.is_some() || meant.contains(&b'\'') {
        return remedy;
    }
    remedy.edit(place, intent.span.start..intent.span.start, "'").edit(place, intent.span.end..intent.span.end, "'")
}
