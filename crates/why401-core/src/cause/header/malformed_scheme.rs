//! header/malformed-scheme: the word before the key is there and is spoilt.

use crate::case::{Case, Stop};
use crate::cause::asked::{asked, in_tests};
use crate::cause::echo::echoes;
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Edit, Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Fact, Join, Operand, Remark, Sends, Value};
use crate::value::{Plainly, plainly};

/// The words that stand before a credential, as services spell them.
const SCHEMES: [&str; 6] = ["Bearer", "Basic", "Token", "Bot", "ApiKey", "SSWS"];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let sent = case.sends.iter().filter_map(|(fact, sends)| Some(look(case, fact, sends)?.into()));
    let told = in_the_value(case).or_else(|| doubled(case)).or_else(|| an_object(case));
    let told = told.or_else(|| known_by(case, "header/malformed-scheme", &GLUED));
    sent.chain(told.map(Evidence::from)).collect()
}

/// Nothing tells where the scheme ends.
const GLUED: Known = Known {
    remark: Remark::GluedScheme,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "no blank stands between the scheme and the credential",
    why: "The first blank of the header ends the scheme (RFC 9110, section 11.4); without one all of it is an unknown scheme.",
    remedy: "Write one blank: `Bearer ` and then the credential.",
    weight: 50,
};

/// What JavaScript makes of an object stands where the credential should.
fn an_object(case: &Case<'_>) -> Option<Finding> {
    let echoed = echoes(case).find(|echoed| echoed.bare().to_ascii_lowercase().starts_with("[object"))?;
    let finding = echoed.finding(
        Standing::Likely,
        "an object was put behind the scheme in place of the credential",
        "JavaScript prints an object so: a promise that nobody awaited, or a record whose field was meant.",
    );
    Some(finding.mend(Remedy::new("Await the promise, or name the field that holds the token.")))
}

/// A header is shown with two words before its credential: no server takes that, whatever it answers.
fn doubled(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::DoubledScheme))?;
    let finding = Finding::new(
        Standing::Proven,
        Stop::Sent,
        "two words stand before the credential",
        fact.origin.clone(),
        "What keeps the token has the scheme in it already, and the client puts its own before it; the second word becomes part of the token.",
    );
    Some(finding.mend(Remedy::new("Store the bare token, or leave the word out where the header is built.")))
}

/// A setting that holds the key has the scheme in it, and the client puts its own before it.
fn in_the_value(case: &Case<'_>) -> Option<Finding> {
    case.refusal.as_ref()?;
    let (fact, _) = case.sets.iter().find(|(_, sets)| match &sets.value {
        Value::Literal(value) => value.expose_str().is_some_and(|text| {
            text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("bearer ")) && text.len() > 12
        }),
        _ => false,
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the setting for the key holds the word Bearer as well",
        fact.origin.clone(),
        "Clients put `Bearer ` before the key by themselves, so that it stands there twice.",
    );
    finding.weight = 5;
    Some(finding.mend(Remedy::new("Put the bare key there.")))
}

fn look(case: &Case<'_>, fact: &Fact, sends: &Sends) -> Option<Finding> {
    let before = sends.before.as_deref()?;
    let fault = fault(before, &sends.after, &sends.credential, !sends.slot.span.is_empty())
        .or_else(|| in_sdk(sends, before))
        .or_else(|| doubled_by_value(case, sends, before))?;
    if !matches!(sends.carrier, Carrier::Header) {
        return None;
    }
    // A scheme that stands in a header of another name is that header's fault.
    if !sends.name.eq_ignore_ascii_case("authorization") && !sends.name.to_ascii_lowercase().ends_with("-authorization")
    {
        return None;
    }
    let known = matches!(sends.credential, Operand::Variable(_) | Operand::Literal(_)) || asked(case).next().is_some();
    let standing = match known {
        _ if in_tests(fact) => Standing::Possible,
        true if fault.certain => Standing::Proven,
        _ => Standing::Likely,
    };
    let finding = Finding::new(standing, Stop::Sent, fault.title, fact.origin.clone(), fault.why);
    let mut remedy = Remedy::new(fault.remedy);
    if let (Some(replacement), Some(place)) = (fault.replacement, fact.origin.place())
        && !sends.before_span.is_empty()
        && sends.before_span.len() == before.len()
    {
        remedy.edits.push(Edit { place: place.clone(), span: sends.before_span.clone(), replacement });
    }
    Some(finding.mend(remedy))
}

struct Fault {
    title: String,
    why: String,
    remedy: String,
    /// What stands before the credential when it is mended.
    replacement: Option<String>,
    certain: bool,
}

/// What is wrong with the text round the credential, whatever the service.
///
/// Of configuration that is not code it is open whether its reader fills in `${NAME}`.
fn fault(before: &str, after: &str, credential: &Operand, in_code: bool) -> Option<Fault> {
    let fault = |title: &str, why: &str, replacement: Option<String>| {
        Some(Fault {
            title: title.to_owned(),
            why: why.to_owned(),
            remedy: replacement.as_ref().map_or_else(
                || "Send the scheme, one blank and the key, and nothing else.".to_owned(),
                |text| format!("Write `{text}` and then the key."),
            ),
            replacement,
            certain: true,
        })
    };
    let trimmed = before.trim_start();
    if let Operand::Literal(value) = credential {
        let text = value.expose_str().unwrap_or_default();
        let template = in_code && (text.starts_with("${") || text.starts_with("#{")) || is_python_hole(text);
        if !before.is_empty()
            && template
            && matches!(plainly(text), Plainly::Reference(_) | Plainly::Candidate | Plainly::Placeholder)
        {
            return fault(
                "the template in the header is never filled in",
                "The text is no template in this language as it is quoted here, so its braces are sent as they stand.",
                None,
            )
            // In a command that somebody shows the braces may be his own, over the key.
            .map(|fault| Fault { certain: in_code, ..fault });
        }
    }
    let scheme = SCHEMES.into_iter().find(|scheme| starts_with(trimmed, scheme))?;
    let rest = &trimmed[scheme.len()..];
    let mended = Some(format!("{scheme} "));
    if rest.is_empty() && matches!(credential, Operand::Variable(_) | Operand::Local(_)) {
        return fault(
            &format!("no blank stands between {scheme} and the key"),
            "Scheme and key run together into one word, and the server finds no scheme that it knows.",
            mended,
        );
    }
    let again = rest.trim_start_matches([' ', ':']);
    if starts_with(again, scheme) && again[scheme.len()..].trim().is_empty() {
        return fault(
            &format!("{scheme} stands twice before the key"),
            &format!("The second {scheme} becomes part of the key."),
            mended,
        );
    }
    if rest.trim_end().starts_with([':', '=']) || rest.trim() == "-" {
        return fault(
            &format!("a mark stands after {scheme} where only a blank may"),
            "Between the scheme and the key one blank is asked; the mark becomes part of the scheme.",
            mended,
        );
    }
    let (open, close) = (before.chars().next_back()?, after.chars().next());
    let pair = matches!(
        (open, close),
        ('"', Some('"')) | ('\'', Some('\'')) | ('<', Some('>')) | ('{', Some('}')) | ('[', Some(']'))
    );
    if pair {
        return fault(
            "marks round the key are sent with it",
            "What stands round the key in the header becomes part of it.",
            None,
        );
    }
    None
}

/// A text such as `{api_key}`: a Python text that lacks its `f`, a format that is never applied.
fn is_python_hole(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|name| {
        // A number is the place of an argument, and stands where one is filled in.
        let numbered = name.bytes().all(|byte| byte.is_ascii_digit());
        !numbered && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.[]'\"".contains(&byte))
    })
}

/// A client library that writes the scheme is handed one with the key.
fn in_sdk(sends: &Sends, before: &str) -> Option<Fault> {
    let client = sends.sdk?;
    let scheme = SCHEMES.into_iter().find(|scheme| starts_with(before.trim_start(), scheme))?;
    let inside = sends.slot.join == Join::Inside;
    Some(Fault {
        title: format!("{scheme} stands before the key, and {client} puts it there too"),
        why: "The header then carries the scheme twice, and the second one becomes part of the key.".to_owned(),
        remedy: format!("Hand the bare key to {client}."),
        replacement: inside.then(String::new),
        certain: true,
    })
}

/// The code writes the scheme, and the variable's value brings it along.
fn doubled_by_value(case: &Case<'_>, sends: &Sends, before: &str) -> Option<Fault> {
    let scheme = SCHEMES.into_iter().find(|scheme| starts_with(before.trim_start(), scheme))?;
    let held = case.effective().find(|held| {
        held.value.expose_str().is_some_and(|text| {
            let text = text.trim_start_matches(['"', '\'', ' ']);
            starts_with(text, scheme) && text[scheme.len()..].starts_with(' ')
        })
    })?;
    let place = held.origin.place().map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default();
    Some(Fault {
        title: format!("{scheme} stands in the code and again in the value of {}", case.name),
        why: format!("The code writes `{before}`, and the value at {place} begins with {scheme} as well."),
        remedy: format!("Take {scheme} off the value, or leave it out here."),
        replacement: None,
        certain: sends.encoding == crate::fact::Encoding::None,
    })
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_before_the_key() {
        let variable = Operand::Variable("A_KEY".to_owned());
        for (before, after, mended) in [
            ("Bearer ", "", None),
            ("", "", None),
            ("Bearer", "", Some("Bearer ")),
            ("Bearer: ", "", Some("Bearer ")),
            ("Bearer Bearer ", "", Some("Bearer ")),
            ("token ", "", None),
            ("Token token=", "", None),
            ("Basic ", ":x", None),
        ] {
            let found = fault(before, after, &variable, true).and_then(|fault| fault.replacement);
            assert_eq!(found.as_deref(), mended, "{before:?}");
        }
        assert!(fault("Bearer \"", "\"", &variable, true).is_some());
        let literal = |text: &str| Operand::Literal(crate::secret::Secret::from(text));
        assert!(fault("Bearer ", "", &literal("${key}"), true).is_some());
        assert!(fault("Bearer ", "", &literal("${key}"), false).is_none());
        assert!(fault("Bearer ", "", &literal("{api_key}"), true).is_some());
        assert!(fault("Bearer ", "", &literal("YOUR_KEY"), true).is_none());
    }
}
