//! header/illegal-character: the code itself puts a character into the header that none may hold.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Fact, Sends};
use crate::value::character_name;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    case.sends.iter().filter_map(|(fact, sends)| Some(look(fact, sends)?.into())).collect()
}

fn look(fact: &Fact, sends: &Sends) -> Option<Finding> {
    if sends.carrier != Carrier::Header || sends.sdk.is_some() {
        return None;
    }
    let what = illegal(sends.before.as_deref().unwrap_or_default()).or_else(|| illegal(&sends.after))?;
    let finding = Finding::new(
        Standing::Proven,
        Stop::Sent,
        format!("the header {} holds {what}", sends.name),
        fact.origin.clone(),
        "It stands in the code beside the key. Client libraries refuse such a header, or a server cuts it off there.",
    );
    Some(finding.mend(Remedy::new("Take it out of the text round the key.")))
}

/// A line break, written as an escape, or a character outside ASCII. The ellipsis stands for an expression.
fn illegal(text: &str) -> Option<String> {
    if text.contains("\\n") || text.contains("\\r") {
        return Some("a line break".to_owned());
    }
    text.chars().find(|c| !c.is_ascii() && *c != '…').map(character_name)
}

#[cfg(test)]
mod tests {
    use super::illegal;

    #[test]
    fn characters() {
        for (text, expected) in [
            ("Bearer ", None),
            ("\\n", Some("a line break")),
            ("Bearer\u{a0}", Some("U+00A0 NO-BREAK SPACE")),
            (":…", None),
        ] {
            assert_eq!(illegal(text).as_deref(), expected, "{text:?}");
        }
    }
}
