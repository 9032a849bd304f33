//! header/wrong-name: the key stands in a header, or a parameter, that the service does not look at.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, words_of};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Edit, Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Remark, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = asked(case).filter_map(|asked| Some(look(&asked)?.into()));
    known
        .chain(stranger(case).map(Evidence::from))
        .chain(looked_for(case).map(Evidence::from))
        .chain(known_by(case, "header/wrong-name", &JOB).map(Evidence::from))
        .collect()
}

/// GitLab looks for the token of a job and for that of a person in two headers.
const JOB: Known = Known {
    remark: Remark::JobToken,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the token of a job stands in the header for personal tokens",
    why: "GitLab takes CI_JOB_TOKEN in JOB-TOKEN, and in PRIVATE-TOKEN only what a person, a group or a project was given.",
    remedy: "Send `JOB-TOKEN: $CI_JOB_TOKEN`, or a project access token as PRIVATE-TOKEN.",
    weight: 40,
};

/// The code that judges looks for one header, and the request carries another.
fn looked_for(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (at, wanted) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Expects(name) => Some((fact, name)),
        _ => None,
    })?;
    let sends = || {
        case.project.facts.iter().filter_map(|fact| match &fact.seen {
            Seen::Sends(sends) if sends.carrier == Carrier::Header => Some((fact, sends)),
            _ => None,
        })
    };
    let (fact, sent) = sends().next()?;
    let there = sends().any(|(_, sends)| {
        std::iter::once(&sends.name).chain(&sends.companions).any(|name| name.eq_ignore_ascii_case(wanted))
    });
    if there || !refusal.fits("header/wrong-name") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("the key goes into the header {}, and the server looks for {wanted}", sent.name),
        fact.origin.clone(),
        "What judges the request reads another header.",
    );
    finding.weight = 10;
    let finding = finding.and("It looks for it here.", Some(at.origin.clone()));
    Some(finding.mend(Remedy::new(format!("Send it as {wanted}."))))
}

/// The answer misses a header by name, and the request carries its credential in another one.
fn stranger(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let bodies: Vec<String> = refusal.answers().map(|(_, answer)| answer.body.to_ascii_lowercase()).collect();
    let missed = ["authorization", "x-api-key", "api-key", "x-auth-token"].into_iter().find(|name| {
        bodies.iter().any(|body| {
            [
                format!("no {name} header"),
                format!("{name} header is required"),
                format!("missing {name} header"),
                format!("{name} header was not"),
                format!("{name} header not"),
                format!("{name} header is missing"),
                format!("missing `{name}`"),
                format!("missing header {name}"),
            ]
            .iter()
            .any(|words| body.contains(words.as_str()))
        })
    })?;
    let (fact, sends) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Sends(sends) if sends.carrier == Carrier::Header => Some((fact, sends)),
        _ => None,
    })?;
    let sent: Vec<&String> = std::iter::once(&sends.name).chain(&sends.companions).collect();
    if refusal.provider().is_some() || sent.iter().any(|name| name.eq_ignore_ascii_case(missed)) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("the key goes into the header {}, and the server misses {missed}", sends.name),
        fact.origin.clone(),
        "The answer names the header that it looks for.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(format!("Send it as {missed}."))))
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
