//! What was read and what was found of a refusal, as words that are learnt like those of its text: `remark:
//! PasswordLogin`, `held: hex 32`, `status: 401`, `likely key/quoted seen`. No text has such a word: they have a colon or a slash.

use std::collections::{BTreeMap, BTreeSet};

use super::Named;
use crate::case::{Case, Held, Refusal};
use crate::cause::fallen::Fallen;
use crate::fact::{Fact, Reads, Seen, Sets, Value};
use crate::provider::Registry;

/// Lengths that keys of many services have; others tell no more than their size.
const LENGTHS: [usize; 7] = [20, 24, 32, 36, 39, 40, 64];

/// All of them.
pub(super) fn words(cases: &[Case<'_>], causes: &[Named], fallen: &BTreeMap<&str, Fallen<'_>>) -> Vec<String> {
    let mut words: BTreeSet<String> = found(causes).collect();
    if let Some(case) = cases.first() {
        words.extend(case.project.facts.iter().flat_map(of_fact));
        words.extend(case.project.exchanges.iter().map(
            |exchange| match exchange.answer().map(|answer| answer.status) {
                Some(Some(status)) => format!("status: {status}"),
                Some(None) => "status: none".to_owned(),
                None => "status: unanswered".to_owned(),
            },
        ));
        words.extend(pitfalls(fallen));
    }
    words.extend(cases.iter().find_map(|case| case.refusal.as_deref()).into_iter().flat_map(of_refusal));
    for case in cases.iter().filter(|case| !case.is_refusal) {
        words.insert(format!("credential: {}", if case.provider.is_some() { "known" } else { "unknown" }));
        words.extend(case.values.iter().flat_map(|held| of_value(held, case.registry)));
    }
    words.into_iter().collect()
}

/// `likely key/quoted`, with `seen` where a judge says what it saw and no text alone names the cause, and with `first` for
/// the first of all.
fn found(causes: &[Named]) -> impl Iterator<Item = String> {
    let said = |named: &Named| format!("{} {}", named.finding.standing.word(), named.cause.slug);
    let seen = |named: &Named| if named.finding.title == named.cause.title() { "" } else { " seen" };
    let first = causes.first().map(|named| format!("first {}", said(named)));
    causes.iter().map(move |named| said(named) + seen(named)).chain(first)
}

/// What the pitfalls that show themselves are known for, with how far each is to be trusted.
fn pitfalls(fallen: &BTreeMap<&str, Fallen<'_>>) -> Vec<String> {
    let first = fallen.iter().max_by_key(|(_, fallen)| (fallen.trust, fallen.count));
    let mut words =
        vec![first.map_or_else(|| "pitfall: none".to_owned(), |(cause, _)| format!("pitfall first: {cause}"))];
    for (cause, Fallen { trust, count, .. }) in fallen {
        words.push(format!("pitfall: {cause}"));
        words.push(format!("pitfall {}: {cause}", trust.word()));
        words.extend((*count > 1).then(|| format!("pitfall again: {cause}")));
    }
    words
}

fn of_refusal(refusal: &Refusal<'_>) -> Vec<String> {
    let symptoms = refusal.symptoms.iter().map(|symptom| format!("shows: {symptom:?}"));
    let surely = [
        format!("mainly: {:?}", refusal.main),
        format!("service: {}", if refusal.provider().is_some() { "known" } else { "unknown" }),
        format!("refuses: {}", refusal.refuses()),
        format!("unsent: {}", refusal.is_unsent()),
        format!("context: {}", refusal.has_context),
    ];
    symptoms.chain(surely).collect()
}

fn of_fact(fact: &Fact) -> Vec<String> {
    match &fact.seen {
        Seen::Remark(remark) => vec![format!("remark: {remark:?}")],
        Seen::Involves(surrounding) => vec![format!("within: {surrounding:?}")],
        Seen::Package(package) => vec![format!("package: {}", package.name)],
        Seen::Loads(loads) => vec![format!("loads: {}", loads.loader)],
        Seen::Tried(tried) => vec![format!("tried: {}", if tried.worked { "worked" } else { "refused" })],
        Seen::Sets(Sets { by, value, .. }) => vec![format!("sets: {by:?}"), format!("sets: {by:?} {}", kind(value))],
        Seen::Reads(Reads { browser, fallback, .. }) => {
            let browser = browser.then(|| "reads: in a browser".to_owned());
            let fallback = fallback.then(|| "reads: with a fallback".to_owned());
            ["reads:".to_owned()].into_iter().chain(browser).chain(fallback).collect()
        }
        Seen::Starts(starts) => vec![format!("starts: {:?}", starts.by)],
        Seen::Asks(asks) => vec![format!("asks: {:?}", asks.spot)],
        Seen::Stored(_) => vec!["stored:".to_owned()],
        Seen::Stands(_) => vec!["stands:".to_owned()],
        Seen::Echoes(_) => vec!["echoes:".to_owned()],
        Seen::Verifies => vec!["verifies:".to_owned()],
        Seen::Claims(_) => vec!["claims:".to_owned()],
        Seen::Nameless(_) => vec!["nameless:".to_owned()],
        _ => Vec::new(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Literal(_) | Value::Undecodable(_) | Value::Filled(_) => "text",
        Value::Reference { .. } => "reference",
        Value::Inherited => "inherited",
        Value::Path { .. } => "path",
        Value::Unknown => "unknown",
    }
}

fn of_value(held: &Held<'_>, registry: &Registry) -> Vec<String> {
    let plainly = format!("{:?}", held.plainly());
    let plainly: String = plainly.chars().take_while(char::is_ascii_alphabetic).collect();
    let text = held.value.expose_str();
    let kind = text.and_then(|text| registry.recognise(text)).map(|known| {
        format!("held: {} {:?} {:?}", known.provider.slug, known.credential.kind, known.credential.environment)
    });
    [format!("held: {plainly}")].into_iter().chain(kind).chain(text.map(shape)).collect()
}

/// The kind of signs and about how many: nothing of the value itself.
fn shape(text: &str) -> String {
    let signs = match () {
        () if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => "hex",
        () if text.starts_with("eyJ") => "token",
        () if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => "letters and digits",
        () if text.contains(' ') => "with blanks",
        () if text.contains("://") => "address",
        () => "with signs",
    };
    let length = match text.len() {
        length if LENGTHS.contains(&length) => length.to_string(),
        0..8 => "short".to_owned(),
        8..20 => "small".to_owned(),
        20..40 => "long".to_owned(),
        _ => "huge".to_owned(),
    };
    format!("held: {signs} {length}")
}
