//! key/invisible-character: a character that no key has and hardly anybody sees.

use crate::case::{Case, Held, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Origin, Remark, Seen, Value};
use crate::symptom::Symptom;
use crate::value::{Plainly, character_name, is_invisible};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    let told = known_by(case, "key/invisible-character", &UNSEEN).map(Evidence::from);
    written.chain(coloured(case).map(Evidence::from)).chain(sent(case).map(Evidence::from)).chain(told).collect()
}

/// Somebody looked at the value with a tool that shows what cannot be seen.
const UNSEEN: Known = Known {
    remark: Remark::Unseen,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "a character that nobody sees stands beside the key, or before its name",
    why: "A mark of the file's encoding, a no-break space or a zero-width character came along with a copy, and belongs to no key.",
    remedy: "Type the name and paste the key anew, and save the file as UTF-8 without a byte order mark.",
    weight: 12,
};

/// The marks that colour a terminal's text came along with the key.
fn coloured(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::Coloured))?;
    if !refusal.fits("key/invisible-character") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        "the marks of a terminal's colours stand round the key",
        fact.origin.clone(),
        "A program printed the key in colour, and the marks, which a terminal does not show, were taken along.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(
        "Let the program print without colour (`NO_COLOR=1`, or into a file), or cut the marks off.",
    )))
}

/// The client refused a header, and a value beside the refusal has a letter outside ASCII.
fn sent(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    if !refusal.symptoms.contains(&Symptom::Unsent) {
        return None;
    }
    let foreign = |text: &str| text.chars().any(|c| !c.is_ascii() && c != '…' && c != '•');
    let in_file = case
        .project
        .intents()
        .filter(|(file, intent)| {
            foreign(&String::from_utf8_lossy(file.bytes.expose().get(intent.inner.clone()).unwrap_or_default()))
        })
        .map(|(file, intent)| Origin::File(file.place(&intent.name_span)));
    let set = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Sets(sets) => match &sets.value {
            Value::Literal(value) => value.expose_str().is_some_and(foreign).then(|| fact.origin.clone()),
            _ => None,
        },
        _ => None,
    });
    let origin = in_file.chain(set).next()?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        "a value has letters that no header may hold",
        origin,
        "Header fields are ASCII (RFC 9110, section 5.5), and the client refuses to send the value.",
    );
    finding.weight = 5;
    Some(
        finding
            .mend(Remedy::new("Put the real value there, or copy it again without what a page or a chat put between.")),
    )
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let Plainly::Strange(characters) = held.plainly() else { return None };
    // PEM keys and JSON documents have line breaks inside; a password may well have accents.
    if is_block(held.value.expose()) {
        return None;
    }
    // Whoever shows a value cuts it short with dots of his own.
    if case.refusal.is_some() && characters.contains(&'…') {
        return None;
    }
    let unseen: Vec<char> = characters.iter().copied().filter(|&c| is_invisible(c) || is_typographic(c)).collect();
    let (standing, named) = match (unseen.is_empty(), case.is_for_an_api()) {
        (false, _) => (Standing::Proven, unseen),
        (true, true) => (Standing::Likely, characters),
        (true, false) => return None,
    };
    let names: Vec<String> = named.iter().take(3).map(|&c| character_name(c)).collect();
    let finding = Finding::new(
        standing,
        Stop::Written,
        format!("the value of {} has {} in it", case.called(), names.join(", ")),
        held.origin.clone(),
        format!(
            "{} hands the character on. Most clients refuse to put it into a header, and the others send a key that the server does not know.",
            capital(&held.reader())
        ),
    );
    Some(finding.mend(remedy(held, &named)))
}

/// Text over several lines, each of which is plain: a PEM key, a JSON document.
fn is_block(bytes: &[u8]) -> bool {
    bytes.starts_with(b"-----BEGIN") || bytes.starts_with(b"{")
}

/// Quotes, dashes and dots that a word processor or a chat put in the place of plain ones.
fn is_typographic(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2212}' | '\u{ab}' | '\u{bb}' | '\u{fffd}')
}

/// Invisible characters can be cut out; for a visible one somebody must say what should stand there.
fn remedy(held: &Held<'_>, named: &[char]) -> Remedy {
    let mut remedy = Remedy::new("Take the character out, or copy the key again from its page by the copy button.");
    let (Origin::File(place), Some(written)) = (&held.origin, held.written()) else { return remedy };
    let Ok(text) = std::str::from_utf8(written) else { return remedy };
    if named.iter().all(|&c| is_invisible(c) && !c.is_control()) {
        for (at, c) in text.char_indices().filter(|(_, c)| named.contains(c)) {
            let start = held.span.start + at;
            remedy = remedy.edit(place, start..start + c.len_utf8(), "");
        }
    }
    remedy
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
