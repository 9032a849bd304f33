//! Every known answer is diagnosed as what it means, from each frame in which people paste it.
//!
//! `WHY401_EXPLAINED=1` prints what is missed, a line each.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs
)]

mod frames;
#[path = "../pasted/mod.rs"]
mod pasted;

use std::collections::BTreeMap;
use std::sync::Mutex;

use frames::Frame;
use pasted::causes;
use regex::Regex;
use why401_core::cause::Standing;
use why401_core::provider::{Answer, Family, Provider, Registry};

/// A known answer and whose it is.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The service; `None` where it is a family's.
    provider: Option<&'static Provider>,
    speaker: &'static str,
    answer: &'static Answer,
}

fn entries() -> Vec<Entry> {
    let providers = Provider::all().into_iter().flat_map(|provider| {
        provider.answer.iter().map(move |answer| Entry { provider: Some(provider), speaker: &provider.slug, answer })
    });
    let families = Family::all().iter().flat_map(|family| {
        family.answer.iter().map(move |answer| Entry { provider: None, speaker: &family.slug, answer })
    });
    providers.chain(families).collect()
}

/// For each answer what it looks for.
fn expressions(entries: &[Entry]) -> Vec<Option<Regex>> {
    let expression = |entry: &Entry| {
        let answer = entry.answer;
        let literal = answer.text.as_deref().map(|text| format!("(?i){}", regex::escape(text)));
        Regex::new(&literal.or_else(|| answer.pattern.clone())?).ok()
    };
    entries.iter().map(expression).collect()
}

/// The causes by which others speak so, too: their answers take at least as much of the text as the own one does.
fn also_said(
    entries: &[Entry],
    expressions: &[Option<Regex>],
    at: usize,
    may_speak: impl Fn(&Entry) -> bool,
) -> Vec<&'static str> {
    let Some(sample) = entries[at].answer.sample.as_deref() else { return Vec::new() };
    let length = |at: usize| expressions[at].as_ref().and_then(|e| e.find(sample)).map_or(0, |found| found.len());
    let own = length(at).max(1);
    let mut causes = Vec::new();
    let mut last = "";
    let others = (0..entries.len()).filter(|other| entries[*other].speaker != entries[at].speaker);
    for other in others.filter(|other| may_speak(&entries[*other])) {
        // Of each speaker the first that fits.
        if entries[other].speaker != last && length(other) > 0 {
            last = entries[other].speaker;
            if length(other) >= own {
                causes.push(entries[other].answer.cause.as_str());
            }
        }
    }
    causes
}

#[derive(Default)]
struct Rate {
    right: usize,
    all: usize,
    proven: usize,
    proven_wrong: usize,
    missed: Vec<String>,
}

#[test]
fn every_known_answer_is_diagnosed_as_what_it_means() {
    let entries = entries();
    let expressions = expressions(&entries);
    let registry = Registry::new(Vec::new());
    let rates: Mutex<BTreeMap<(bool, Frame), Rate>> = Mutex::default();
    let half = entries.len() / 2;
    std::thread::scope(|scope| {
        for part in [0..half, half..entries.len()] {
            let (entries, expressions, registry, rates) = (&entries, &expressions, &registry, &rates);
            scope.spawn(move || {
                for at in part {
                    let entry = entries[at];
                    for frame in Frame::ALL {
                        let Some(text) = frame.of(entry) else { continue };
                        let found = causes(&text, registry);
                        // What leaves several causes open is any of them; experience has the first word.
                        let mut right: Vec<&str> = entry.answer.causes().collect();
                        let first = found.first().map_or("nothing", |found| found.0);
                        if !right.contains(&first) {
                            // A known service speaks for itself, and with it those at the same host.
                            let host = entry.provider.filter(|_| frame != Frame::Bare).map(frames::host);
                            let may_speak = |other: &Entry| {
                                host.as_deref().is_none_or(|host| {
                                    other.provider.is_some_and(|other| other.hosts.cover(host).is_some())
                                })
                            };
                            right.extend(also_said(entries, expressions, at, may_speak));
                        }
                        let proven = found.first().is_some_and(|found| found.1 == Standing::Proven);
                        let mut rates = rates.lock().unwrap();
                        let rate = rates.entry((entry.provider.is_some(), frame)).or_default();
                        let is_right = right.contains(&first);
                        rate.all += 1;
                        rate.right += usize::from(is_right);
                        rate.proven += usize::from(proven);
                        rate.proven_wrong += usize::from(proven && !is_right);
                        if !is_right {
                            let sample = entry.answer.sample.as_deref().unwrap_or_default();
                            let sample: String = sample.chars().take(160).collect();
                            rate.missed.push(format!(
                                "{frame:?} {} wants {right:?} gets {:?} | {sample:?}",
                                entry.speaker,
                                &found[..found.len().min(3)]
                            ));
                        }
                    }
                }
            });
        }
    });
    let mut low = Vec::new();
    for ((provider, frame), rate) in &*rates.lock().unwrap() {
        let least = match (frame, provider) {
            (Frame::Bare, _) => 95,
            (_, true) => 99,
            (_, false) => 97,
        };
        let line = format!(
            "{frame:?} of {}: {} of {} ({:.1} %), proven {} of which wrong {}",
            if *provider { "providers" } else { "families" },
            rate.right,
            rate.all,
            100.0 * rate.right as f64 / rate.all as f64,
            rate.proven,
            rate.proven_wrong
        );
        eprintln!("{line}");
        if std::env::var_os("WHY401_EXPLAINED").is_some() {
            rate.missed.iter().for_each(|missed| eprintln!("  {missed}"));
        }
        if rate.right * 100 < rate.all * least || rate.proven_wrong * 100 > rate.proven {
            low.push(line);
        }
    }
    assert!(low.is_empty(), "\n{}", low.join("\n"));
}
