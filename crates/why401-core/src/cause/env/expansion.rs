//! env/expansion: `$` or `#` in the value was expanded or cut.

use crate::case::{Case, Held, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Origin, Remark, Setter, Value};
use crate::project::EnvFile;
use crate::read::env_file::Intent;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let read = case.effective().filter(|held| held.load.is_some_and(|load| load.seen.is_some()));
    let set = case.sets.iter().filter(|(_, sets)| sets.by == Setter::Compose);
    let read = read.filter_map(|held| look(case, held));
    let by_shell = known_by(case, "env/expansion", &DOLLAR);
    let set = set.filter_map(|(fact, sets)| by_compose(case, fact, &sets.value));
    read.chain(set).chain(by_shell).map(Into::into).collect()
}

/// Within double quotes, or none, a shell replaces `$name`.
const DOLLAR: Known = Known {
    remark: Remark::DollarInside,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "a `$` stands in the middle of the value, and the shell fills it in",
    why: "Within double quotes, and without any, the shell takes `$name` for a variable of its own, and mostly puts nothing there.",
    remedy: "Put it in single quotes, or write `\\$`.",
    weight: 14,
};

/// `$name` under `environment:` of a Compose file, where no such variable is known and the text looks like none.
fn by_compose(case: &Case<'_>, fact: &Fact, value: &Value) -> Option<Finding> {
    let Value::Filled(written) = value else { return None };
    let text = written.expose_str()?;
    // Whoever writes braces knows what Compose does.
    if text.contains("${") {
        return None;
    }
    let dollars = lone_dollars(text);
    let lost: Vec<&str> = dollars
        .iter()
        .map(|at| name_at(&text[at + 1..]))
        .filter(|name| !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && !is_set(case, name))
        .collect();
    // A name in capitals is how people call a variable that the server has.
    if lost.is_empty() || lost.iter().any(|name| !name.contains(|c: char| c.is_ascii_lowercase())) {
        return None;
    }
    let is_word = |name: &&str| !name.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
    let finding = Finding::new(
        if lost.iter().any(is_word) { Standing::Likely } else { Standing::Proven },
        Stop::Loaded,
        format!("Compose expands a `$` in the value of {}", case.name),
        fact.origin.clone(),
        format!(
            "Compose takes the `$` for the beginning of a variable ({} characters of name); none of that name is set, so a piece of the value is gone.",
            lost.iter().map(|name| name.len()).sum::<usize>()
        ),
    );
    let mut remedy = Remedy::new("Write `$$` for each `$`: Compose makes one of the two.");
    // With no more than two quotes round it each byte of the text can be found in the file.
    let quote = match fact.span.len().checked_sub(text.len()) {
        Some(0) => Some(0),
        Some(2) => Some(1),
        _ => None,
    };
    if let (Some(quote), Some(place)) = (quote, fact.origin.place()) {
        for at in dollars {
            let at = fact.span.start + quote + at;
            remedy = remedy.edit(place, at..at, "$");
        }
    }
    Some(finding.mend(remedy))
}

/// Where a `$` stands that is no half of `$$`.
fn lone_dollars(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('$') {
        at += next;
        if text[at + 1..].starts_with('$') {
            at += 2;
        } else {
            found.push(at);
            at += 1;
        }
    }
    found
}

fn name_at(text: &str) -> &str {
    &text[..text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())]
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
        let name = name_at(rest);
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
