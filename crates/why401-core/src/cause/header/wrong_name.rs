//! header/wrong-name: the key stands in a header, or a parameter, that the service does not look at.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, words_of};
use crate::cause::{Edit, Evidence, Finding, Remedy};
use crate::fact::Carrier;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    asked(case).filter_map(|asked| Some(look(&asked)?.into())).collect()
}

fn look(asked: &Asked<'_, '_>) -> Option<Finding> {
    let mismatch = asked.mismatch()?;
    let Mismatch::OtherName(placement) = mismatch else { return None };
    let sends = asked.sends;
    let service = &asked.provider.name;
    let kind = if sends.carrier == Carrier::Query { "parameter" } else { "header" };
    let finding = Finding::new(
        asked.standing(&mismatch),
        Stop::Sent,
        format!("the key goes into the {kind} {}, and {service} looks for {}", sends.name, placement.name),
        asked.fact.origin.clone(),
        format!("{service} takes {}.", words_of(placement)),
    );
    let mut remedy = Remedy::new(format!("Send {}.", words_of(placement)));
    let before = sends.before.as_deref().unwrap_or_default();
    // The text before the key changes with the name: both are known, or neither is touched.
    if let Some(place) = asked.fact.origin.place()
        && !sends.name_span.is_empty()
        && sends.name_span.len() == sends.name.len()
        && sends.carrier != Carrier::Basic
    {
        let mut edits =
            vec![Edit { place: place.clone(), span: sends.name_span.clone(), replacement: placement.name.clone() }];
        let scheme = if placement.scheme.is_empty() { String::new() } else { format!("{} ", placement.scheme) };
        if before.is_empty() && !scheme.is_empty() {
            let prefix = sends.slot.prefix(&scheme);
            if prefix.is_empty() {
                edits.clear();
            }
            edits.extend(prefix.into_iter().map(|(span, replacement)| Edit {
                place: place.clone(),
                span,
                replacement,
            }));
        } else if before != scheme {
            if sends.before_span.len() == before.len() {
                edits.push(Edit { place: place.clone(), span: sends.before_span.clone(), replacement: scheme });
            } else {
                edits.clear();
            }
        }
        // A bare name such as `Authorization:` in an object cannot take a hyphen without quotes.
        if !needs_quotes(asked, &placement.name) {
            remedy.edits = edits;
        }
    }
    Some(finding.mend(remedy.link(asked.provider.links.docs.clone())))
}

fn needs_quotes(asked: &Asked<'_, '_>, name: &str) -> bool {
    let bare = asked.fact.span.start == asked.sends.name_span.start && !asked.sends.name.contains('-');
    bare && name.contains('-')
}
