//! header/wrong-scheme: another word stands before the key than the service asks for.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, words_of};
use crate::cause::{Edit, Evidence, Finding, Remedy};
use crate::fact::{Carrier, Encoding};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    asked(case).filter_map(|asked| Some(look(&asked)?.into())).collect()
}

fn look(asked: &Asked<'_, '_>) -> Option<Finding> {
    let mismatch = asked.mismatch()?;
    let Mismatch::OtherScheme(placement) = mismatch else { return None };
    let sends = asked.sends;
    let before = sends.before.as_deref().unwrap_or_default();
    // A word that is no scheme is a spoilt one, and another cause's.
    let known = ["bearer", "basic", "token", "bot", "apikey", "api-key", "key", "ssws", "oauth", "jwt", "digest"];
    if !known.contains(&asked.scheme().as_str()) || !(before.ends_with(' ') || sends.carrier == Carrier::Basic) {
        return None;
    }
    let service = &asked.provider.name;
    let word = before.trim();
    let finding = Finding::new(
        asked.standing(&mismatch),
        Stop::Sent,
        format!("{word} stands before the key, and {service} asks for {}", asks(&placement.scheme)),
        asked.fact.origin.clone(),
        format!("{service} takes {}.", words_of(placement)),
    );
    let mut remedy = Remedy::new(match placement.scheme.as_str() {
        "" => format!("Send the bare key, without {word}."),
        scheme => format!("Write {scheme} in the place of {word}."),
    });
    let plain = sends.encoding == Encoding::None && !placement.scheme.eq_ignore_ascii_case("basic");
    if let Some(place) = asked.fact.origin.place()
        && plain
        && sends.before_span.len() == before.len()
    {
        let replacement = if placement.scheme.is_empty() { String::new() } else { format!("{} ", placement.scheme) };
        remedy.edits.push(Edit { place: place.clone(), span: sends.before_span.clone(), replacement });
    }
    Some(finding.mend(remedy.link(asked.provider.links.docs.clone())))
}

fn asks(scheme: &str) -> String {
    if scheme.is_empty() { "the bare key".to_owned() } else { scheme.to_owned() }
}
