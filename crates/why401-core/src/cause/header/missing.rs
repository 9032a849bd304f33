//! header/missing: no credential in the request.

use crate::case::{Case, Stop};
use crate::cause::carried::{captured, carries_any};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Remark, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let misplaced =
        [&MISPLACED, &JOINED, &COMMAND].into_iter().find_map(|known| known_by(case, "header/missing", known));
    look(case).into_iter().chain(misplaced).chain(seen(case)).map(Into::into).collect()
}

/// A captured request carried nothing where a credential may stand.
fn seen(case: &Case<'_>) -> Option<Finding> {
    let exchange = captured(case).filter(|exchange| matches!(exchange.status(), Some(401 | 403 | 407)))?;
    if carries_any(exchange) || case.as_refusal()?.meanings.iter().any(|(_, m)| m.answer.cause.starts_with("server/")) {
        return None;
    }
    let mut finding = Finding::new(
        // A mere 403 may have other reasons than that nobody said who he is.
        if exchange.status() == Some(401) { Standing::Likely } else { Standing::Possible },
        Stop::Sent,
        "the request carried no credential",
        exchange.origin(),
        "It was seen on its way: no header, parameter or cookie of it holds one.",
    );
    // Why it is not there lies deeper.
    finding.weight = -5;
    Some(finding.mend(Remedy::new(
        "Look where the request is built: the header is not set there, or only where the variable has a value.",
    )))
}

/// A client takes its headers at another place.
const MISPLACED: Known = Known {
    remark: Remark::MisplacedHeaders,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the headers are handed over where this call does not take them",
    why: "`get` takes the address and the settings, `post` the address, the body and the settings; headers at another place are sent as something else, or not at all.",
    remedy: "Hand them over by name, among the settings: `axios.get(url, { headers })`, `axios.post(url, body, { headers })`, `requests.get(url, headers=headers)`.",
    weight: 16,
};

/// A header field goes on to the end of its line.
const JOINED: Known = Known {
    remark: Remark::JoinedHeaders,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "two header fields stand on one line",
    why: "What follows the first field's value is part of it, so that no Authorization goes out.",
    remedy: "Give each header a line or an entry of its own.",
    weight: 30,
};

/// What was tried by hand carries nothing, and is asked for something.
const COMMAND: Known = Known {
    remark: Remark::BareCommand,
    standing: Standing::Possible,
    stop: Stop::Sent,
    title: "the command sends headers, and no credential is among them",
    why: "Neither a header nor the address, a user or a cookie of it says who asks.",
    remedy: "Add the credential, such as `-H \"Authorization: Bearer $KEY\"`; where the server should ask for none, look what set its key: an option, a variable of its environment.",
    weight: 14,
};

/// A command line gives a header without its name, so that it is none.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (fact, word) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Nameless(word) => Some((fact, word)),
        _ => None,
    })?;
    if !refusal.fits("header/missing") {
        return None;
    }
    let is_name = !["bearer", "basic", "token"].contains(&word.to_ascii_lowercase().as_str());
    let (title, why, remedy) = if is_name {
        (
            "no colon stands behind the header's name",
            format!("Without a colon behind `{word}` the line is no header, and curl leaves it out."),
            format!("Write `{word}: …`."),
        )
    } else {
        (
            "the header has a value and no name",
            format!(
                "`{word} …` is the value of Authorization; without the name and a colon before it, it is no header."
            ),
            format!("Write `Authorization: {word} …`."),
        )
    };
    let mut finding = Finding::new(Standing::Likely, Stop::Sent, title, fact.origin.clone(), why);
    finding.weight = 10;
    Some(finding.mend(Remedy::new(remedy)))
}
