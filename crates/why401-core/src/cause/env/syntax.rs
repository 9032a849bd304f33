//! env/syntax: a line does not parse the way its author thinks.

use crate::case::{Case, Held, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Origin, Remark};
use crate::project::{EnvFile, Load};
use crate::read::env_file::Intent;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let mut found = Vec::new();
    for (index, file) in case.project.env_files.iter().enumerate().filter(|(_, file)| !file.is_template()) {
        let intents = case.intents.iter().filter(|(owner, _)| std::ptr::eq(*owner, file));
        for (_, intent) in intents {
            for load in case.unit.loads.iter().filter(|load| load.seen.is_some()) {
                let Some(at) = load.files.iter().position(|&read| read == index) else { continue };
                if load.loaded.only.is_some_and(|only| only != at) {
                    continue;
                }
                let understood = load.loaded.assignments.iter().any(|a| a.file == at && a.name == intent.name);
                if !understood {
                    found.push(look(case, file, intent, load, at).into());
                }
            }
        }
    }
    found.extend(case.effective().filter_map(|held| Some(comment(case, held)?.into())));
    found.extend(
        [&SPACED, &COLON, &UNIT]
            .into_iter()
            .filter_map(|known| known_by(case, "env/syntax", known))
            .map(Evidence::from),
    );
    found
}

/// To a shell `NAME = value` is no assignment.
const SPACED: Known = Known {
    remark: Remark::SpacedAssignment,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "blanks stand round the sign of an assignment in a shell",
    why: "A shell takes the name, the sign and the value for three words, and the variable stays what it was.",
    remedy: "Write `export NAME=value`, without blanks.",
    weight: 12,
};

/// In a list of Compose each item is one text.
const COLON: Known = Known {
    remark: Remark::ColonInList,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "a colon stands in the list of variables where `=` belongs",
    why: "An item of a list is one text: Compose takes all of it for the name of a variable, and nothing has that name.",
    remedy: "Write `- NAME=value`, or leave the list: `NAME: value` without the hyphen.",
    weight: 24,
};

/// Quotes of a unit file hold one assignment.
const UNIT: Known = Known {
    remark: Remark::QuotedTogether,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "the quotes of the unit make one variable of two",
    why: "In `Environment=\"A=x B=y\"` systemd takes everything behind the first `=` for the value of A, and sets no B.",
    remedy: "Quote each by itself, or write one line for each: `Environment=\"A=x\" \"B=y\"`.",
    weight: 24,
};

/// A line that sets nothing ends in a comment, and the loader takes the comment for the value.
fn comment(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let (file, loader) = (held.file?, held.loader()?);
    let (_, intent) = case.intents.iter().find(|(owner, intent)| {
        std::ptr::eq(*owner, file)
            && intent.inner.is_empty()
            && intent.span.start <= held.span.end
            && held.span.start <= intent.span.end
    })?;
    if !held.value.expose().trim_ascii_start().starts_with(b"#") {
        return None;
    }
    let finding = Finding::new(
        Standing::Proven,
        Stop::Loaded,
        format!("{} takes the comment behind {} for its value", loader.name, case.name),
        Origin::File(file.place(&intent.name_span)),
        "Nothing stands between the sign and the comment, and to this loader a comment begins with its line or behind a value.",
    );
    Some(finding.mend(Remedy::new("Put the comment on a line of its own, and the key behind the sign.")))
}

/// `load` read the file and made nothing of the line.
fn look(case: &Case<'_>, file: &EnvFile, intent: &Intent, load: &Load, at: usize) -> Finding {
    let loader = &load.loader.name;
    let place = file.place(&intent.name_span);
    let reasons = load.loaded.failure.iter().chain(&load.loaded.warnings).filter(|failure| failure.file == at);
    let said: Vec<Reason> = reasons
        .map(|failure| Reason {
            text: match failure.line {
                Some(line) => format!("{loader} says of line {line}: {}", failure.message),
                None => format!("{loader} says: {}", failure.message),
            },
            origin: failure.line.map(|line| Origin::File(crate::fact::Place::line(&file.path, line))),
        })
        .take(2)
        .collect();
    let (why, remedy) = explain(file, intent, loader);
    let mut finding = Finding::new(
        Standing::Proven,
        Stop::Loaded,
        format!("{loader} does not set {} from this line", case.name),
        Origin::File(place),
        why,
    );
    finding.why.extend(said);
    finding.mend(remedy)
}

/// What about the line is not of the loader's dialect, and how it can be written so that every dialect takes it.
fn explain(file: &EnvFile, intent: &Intent, loader: &str) -> (String, Remedy) {
    let bytes = file.bytes.expose();
    let line_start = memchr::memrchr(b'\n', &bytes[..intent.name_span.start]).map_or(0, |at| at + 1);
    let before = &bytes[line_start..intent.name_span.start];
    let between = &bytes[intent.name_span.end..intent.span.start];
    let place = file.place(&intent.name_span);
    if bytes.starts_with(b"\xef\xbb\xbf") && line_start == 0 {
        return (
            "The file begins with a byte order mark (U+FEFF), which becomes part of the first name.".to_owned(),
            Remedy::new("Save the file as UTF-8 without a byte order mark.").edit(&place, 0..3, ""),
        );
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return (
            "The file is UTF-16; the loader reads UTF-8.".to_owned(),
            Remedy::new("Save the file as UTF-8.")
                .command(format!("iconv -f UTF-16 -t UTF-8 {} > .env.utf8", file.path)),
        );
    }
    if before.windows(6).any(|word| word == b"export") || before.windows(3).any(|word| word == b"set") {
        return (
            format!("{loader} does not know the word before the name."),
            Remedy::new("Take the word away.").edit(&place, line_start..intent.name_span.start, ""),
        );
    }
    if between.contains(&b':') {
        return (
            format!("The line is written like YAML; {loader} wants NAME=value."),
            Remedy::new("Write `=` between name and value.").edit(&place, intent.name_span.end..intent.span.start, "="),
        );
    }
    if between != b"=" {
        return (
            format!("There are blanks round the `=`, which {loader} does not take."),
            Remedy::new("Take the blanks away.").edit(&place, intent.name_span.end..intent.span.start, "="),
        );
    }
    (
        format!("{loader} reads the file differently: a quote, a bad line or an escape before this line swallows it."),
        Remedy::new("Close the quotes, and give each variable a line of its own."),
    )
}
