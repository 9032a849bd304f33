//! key/missing: the variable is there, and there is nothing in it.

use crate::case::{Case, Held, Stop};
use crate::cause::carried::{Nothing, captured, nothing};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::names::{Nearness, nearness};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Origin, Remark};
use crate::read::carriers::is_header;
use crate::value::Plainly;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    let echoed = echoes(case).filter_map(|echoed| Some(repeated(&echoed)?.into()));
    let sent = sent(case).or_else(|| known_by(case, "key/missing", &NOTHING)).map(Evidence::from);
    let empty = known_by(case, "key/missing", &EMPTY).map(Evidence::from);
    written.chain(never_set(case).map(Evidence::from)).chain(echoed).chain(sent).chain(empty).collect()
}

/// Whoever shows his code may have cut the value out; a shell's line without one is seldom meant so.
const NOTHING: Known = Known {
    remark: Remark::AssignsNothing,
    standing: Standing::Possible,
    stop: Stop::Loaded,
    title: "the variable is given nothing",
    why: "A program that builds its header from it all the same sends a scheme and no key, or the text of an undefined value.",
    remedy: "Give the variable its value where the program is started.",
    weight: 20,
};

/// A configuration with a gap.
const EMPTY: Known = Known {
    remark: Remark::EmptyField,
    standing: Standing::Possible,
    stop: Stop::Written,
    title: "a field for a credential is empty",
    why: "Another one beside it is filled; a program that takes them as a pair sends a half.",
    remedy: "Fill it, or take it out where the program has a value of its own for it.",
    weight: 6,
};

/// A captured request carried the word for "no value", or a scheme and nothing behind it.
fn sent(case: &Case<'_>) -> Option<Finding> {
    let exchange = captured(case)?;
    let headers = exchange.request.headers.iter().filter(|(name, _)| is_header(name));
    let (name, found) = headers.filter_map(|(name, value)| Some((name, nothing(value)?))).next()?;
    let Nothing { before, word } = found;
    let (title, why) = if word.is_empty() {
        let title = format!("`{}` was sent, and no credential behind it", format!("{name}: {before}").trim_end());
        (title, "The value was empty where the header was built.")
    } else {
        let shown = format!("{before} {word}");
        let title = format!("`{name}: {}` was sent: the word for \"no value\" as the key", shown.trim());
        (title, "That is how a program prints a variable that is not set.")
    };
    let mut finding = Finding::new(Standing::Likely, Stop::Read, title, Origin::Header(name.clone()), why);
    // Why it is nothing lies deeper.
    finding.weight = -5;
    Some(
        finding.mend(Remedy::new(
            "Find out why the variable is empty where the request is made, and stop early where it is.",
        )),
    )
}

/// What the server or the client repeats is the word for "no value", or nothing.
fn repeated(echoed: &Echoed<'_>) -> Option<Finding> {
    let words = [
        "undefined",
        "none",
        "null",
        "nil",
        "false",
        "nan",
        "no-token",
        "no_token",
        "no_key",
        "no-key",
        "nokey",
        "not-needed",
        "empty",
        "notoken",
    ];
    let bare = echoed.bare().to_ascii_lowercase();
    // A mask leaves the last letters of the word.
    let masked = echoed.masked().is_some_and(|(head, tail)| {
        head.len() <= 1 && tail.len() >= 3 && words.iter().any(|word| word.ends_with(&tail.to_ascii_lowercase()))
    });
    let quotes = echoed.text.trim();
    // Quotes round nothing are the message's own.
    let emptied = ["''", "\"\"", "``"].contains(&quotes);
    let nothing = bare.is_empty() && (!echoed.scheme.is_empty() || echoed.by_client || emptied);
    let dots = echoed.scheme.is_empty() && bare.len() >= 3 && bare.bytes().all(|byte| byte == b'.');
    if !(words.contains(&bare.as_str()) || masked || nothing || dots) {
        return None;
    }
    let (title, why) = if emptied {
        ("an empty key was sent", "Nothing stands between the quotes with which the message repeats what it got.")
    } else if nothing {
        ("the header carries no credential behind its scheme", "The value was empty where the header was built.")
    } else {
        (
            "the word for \"no value\" was sent as the key",
            "What is repeated here is how a program prints a variable that is not set.",
        )
    };
    let finding = echoed.finding(Standing::Likely, title, why);
    Some(
        finding.mend(Remedy::new(
            "Find out why the variable is empty where the request is made, and stop early where it is.",
        )),
    )
}

/// The template names the variable, the file that was made of it lacks it, and a header is built from it all the same.
fn never_set(case: &Case<'_>) -> Option<Finding> {
    let given = !case.values.iter().all(Held::in_template)
        || !case.sets.is_empty()
        || case.project.process.contains_key(&case.name);
    let &(template, intent) = case.intents.first()?;
    if given || case.intents.iter().any(|(file, _)| !file.is_template()) {
        return None;
    }
    let loads = case.unit.loads.iter().filter(|load| load.seen.is_some()).flat_map(|load| &load.files);
    let file = loads
        .filter_map(|index| case.project.env_files.get(*index))
        .find(|file| !file.is_template() && file.folder() == template.folder())?;
    // Nearly its name in the file is another cause's.
    if file.intents.iter().any(|other| nearness(&other.name, &case.name).is_some_and(Nearness::is_close)) {
        return None;
    }
    let (fact, _) = case.reads.iter().find(|(_, reads)| !reads.fallback)?;
    case.sends.iter().find(|(_, sends)| sends.sdk.is_none())?;
    let finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        format!("{} is set nowhere, and a request is built with it", case.name),
        fact.origin.clone(),
        format!("{} does not set it, so the text of an undefined value is sent as the key, or nothing.", file.path),
    )
    .and(format!("{} asks for it here.", template.path), Some(Origin::File(template.place(&intent.name_span))));
    let mut remedy = Remedy::new(format!("Set {} in {}.", case.name, file.path));
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}

/// Whether the program takes the word for what it says: `env()` of Laravel turns it into no value.
fn takes_null(case: &Case<'_>) -> bool {
    case.reads.iter().any(|(fact, reads)| {
        reads.through == "env()" && fact.origin.place().is_some_and(|place| place.path.ends_with(".php"))
    })
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    // A value that was written and got lost on the way is the loader's doing, and another cause's.
    let written = held.written().unwrap_or_default();
    let (standing, what, why) = match held.plainly() {
        Plainly::NoValue if takes_null(case) => return None,
        Plainly::NoValue => (
            // A database of one's own may be without a password, and the word a habit.
            if case.is_for_an_api() { Standing::Proven } else { Standing::Possible },
            "is the word by which a program prints that it has no value",
            "Some program wrote the word where its own variable was unset, and it is now sent as the key.",
        ),
        Plainly::Empty if written.iter().all(|byte| matches!(byte, b'"' | b'\'' | b' ' | b'\t' | b'\r')) => {
            // Projects commit env files with gaps on purpose, for the platform to fill.
            let left_open = held.file.is_none_or(|file| file.tracked == Some(true));
            if left_open
                || !case.is_for_an_api()
                || case.reads.is_empty()
                || case.reads.iter().all(|(_, reads)| reads.fallback)
            {
                return None;
            }
            (
                Standing::Likely,
                "is empty",
                "The code reads it and gets the empty string, so no key reaches the request.",
            )
        }
        _ => return None,
    };
    let finding = Finding::new(
        standing,
        Stop::Written,
        format!("the value of {} {what}", case.called()),
        held.origin.clone(),
        why,
    );
    let mut remedy =
        Remedy::new(format!("Put the key into {}.", if case.name.is_empty() { "the request" } else { &case.name }));
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}
