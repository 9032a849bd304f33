//! key/quoted: the quotes became part of the value.

use crate::case::{Case, Held, Stop, name_says_credential};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Fact, Origin, Remark};
use crate::value::{Plainly, quoted};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written =
        case.effective().filter_map(|held| look(case, held).map(Into::into).or_else(|| taken_off(case, held)));
    let known = [&JSON, &KEPT, &LISTED].into_iter().filter_map(|known| known_by(case, "key/quoted", known));
    let written = written.chain(cut_out(case).into_iter().chain(known).map(Evidence::from));
    written.chain(echoes(case).filter_map(|echoed| Some(repeated(&echoed)?.into()))).collect()
}

/// A value is kept as JSON text, and that has quotes.
const JSON: Known = Known {
    remark: Remark::StoredAsJson,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the value is kept as JSON text, quotes and all",
    why: "What was stored with JSON.stringify is read back with its quotes where nothing parses it.",
    remedy: "Store the bare text, or parse it before it is sent.",
    weight: 8,
};

/// cmd takes all that follows the `=`, and on Windows single quotes are letters like any other.
const KEPT: Known = Known {
    remark: Remark::KeepsQuotes,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the quotes become part of the value",
    why: "`set NAME=value` of Windows keeps every character behind the `=`, and single quotes mean nothing there.",
    remedy: "Write it without quotes, or all of it in double ones: `set \"NAME=value\"`.",
    weight: 30,
};

/// YAML takes quotes off where they enclose all of an entry, and Compose takes what is left as it stands.
const LISTED: Known = Known {
    remark: Remark::QuotedInList,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the quotes within the list's entry become part of the value",
    why: "`- NAME=\"value\"` is one plain text to YAML, quotes and all, and the container gets it so.",
    remedy: "Write `- NAME=value`, or `NAME: \"value\"` without the dash.",
    weight: 30,
};

/// Text tools, or docker, take the value out of an env file as it stands, and it stands in quotes there.
fn cut_out(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal().filter(|refusal| refusal.fits("key/quoted"))?;
    let cuts = |fact: &&Fact| fact.is(Remark::CutsOut) || fact.is(Remark::DockerFile);
    let fact = case.project.facts.iter().find(cuts)?;
    let docker = fact.is(Remark::DockerFile);
    let mut credentials = case.project.intents().filter(|(_, intent)| !docker || name_says_credential(&intent.name));
    let (file, intent) = credentials.find(|(file, intent)| {
        let bytes = file.bytes.expose();
        intent.inner.start > 0 && matches!(bytes.get(intent.inner.start - 1), Some(b'"' | b'\''))
    })?;
    let (title, why, remedy) = if docker {
        (
            format!("docker takes {} out of the file with its quotes", intent.name),
            "`docker run --env-file` reads lines as they stand: quotes become part of the value. So did Compose before 1.26.",
            "Write the value in the file without quotes.",
        )
    } else {
        (
            format!("{} is cut out of the file with its quotes", intent.name),
            "grep, cut, sed and awk know nothing of quotes, so that they become part of the key.",
            "Let the shell read the file: `set -a; . ./.env; set +a`.",
        )
    };
    let mut finding = Finding::new(Standing::Likely, Stop::Loaded, title, fact.origin.clone(), why);
    finding.weight = if docker { 20 } else { 0 };
    let finding = finding.and("It stands in quotes here.", Some(Origin::File(file.place(&intent.name_span))));
    Some(finding.mend(Remedy::new(remedy)))
}

/// The server or the client repeats the quotes with the key.
fn repeated(echoed: &Echoed<'_>) -> Option<Finding> {
    let text = echoed.text.trim().trim_start_matches('\\');
    let quote = quoted(text).filter(|_| text.len() > 2)?;
    let finding = echoed.finding(
        Standing::Proven,
        "the quotes were sent as part of the key",
        &format!("The key is repeated with {quote} at its edge, inside whatever the message itself puts round it."),
    );
    Some(finding.mend(Remedy::new("Take the quotes off where the value is written: what reads it there keeps them.")))
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    if held.plainly() != Plainly::Quoted {
        return None;
    }
    let text = held.value.expose_str()?.trim();
    let quote = quoted(text)?;
    // Words tell which key it is.
    if case.refusal.is_some() && text.matches(' ').count() >= 2 {
        return None;
    }
    let both = text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    let finding = Finding::new(
        Standing::Proven,
        Stop::Loaded,
        if both {
            format!("the quotes round the value of {} are part of it", case.called())
        } else {
            format!("a quote is part of the value of {}", case.called())
        },
        held.origin.clone(),
        match held.loader() {
            Some(loader) => {
                format!("{} keeps the quote, so the server gets a key that begins or ends with it.", loader.name)
            }
            None => "The quote is sent with the key.".to_owned(),
        },
    );
    Some(finding.mend(remedy(held, quote, both)))
}

fn remedy(held: &Held<'_>, quote: char, both: bool) -> Remedy {
    let mut remedy = Remedy::new(if both {
        "Take the quotes off: this loader does not know them."
    } else {
        "Take the stray quote off, or close it."
    });
    let (Origin::File(place), Some(written)) = (&held.origin, held.written()) else { return remedy };
    let quote = quote as u8;
    // Only the quotes that stand at the edges of what was written are taken off; a single one may have lost its mate.
    if both && written.len() > 1 && written.first() == Some(&quote) && written.last() == Some(&quote) {
        let (start, end) = (held.span.start, held.span.end);
        remedy = remedy.edit(place, start..start + 1, "").edit(place, end - 1..end, "");
    }
    remedy
}

/// Quotes that the loader takes off are no fault; worth a word where another tool would keep them.
fn taken_off(case: &Case<'_>, held: &Held<'_>) -> Option<Evidence> {
    let loader = held.loader()?;
    let written = held.written()?;
    let first = *written.first()?;
    (held.load?.seen.is_some() && matches!(first, b'"' | b'\'') && written.len() > 1 && written.last() == Some(&first))
        .then(|| {
            Evidence::Against(Reason {
                text: format!("the value of {} is written in quotes, and {} takes them off", case.name, loader.name),
                origin: Some(held.origin.clone()),
            })
        })
}
