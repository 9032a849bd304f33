//! Every file in `families/` against its own promises: slugs exist, patterns compile, samples find their answer first.

use std::collections::HashSet;

use regex::Regex;
use why401_core::cause::Cause;
use why401_core::provider::{Answer, Family, Registry, Within};

/// Runs `look` on every answer of every family and fails with all that it found.
fn hold(look: impl Fn(&'static Family, &'static Answer) -> Option<String>) {
    let faults: Vec<String> = Family::all()
        .iter()
        .flat_map(|family| family.answer.iter().map(move |answer| (family, answer)))
        .filter_map(|(family, answer)| Some(format!("{}: {}", family.slug, look(family, answer)?)))
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What an answer looks for.
fn sought(answer: &Answer) -> &str {
    answer.text.as_deref().or(answer.pattern.as_deref()).unwrap_or("")
}

#[test]
fn families_are_there_and_unique() {
    let slugs: HashSet<_> = Family::all().iter().map(|family| &family.slug).collect();
    assert_eq!(slugs.len(), Family::all().len());
    assert!(slugs.len() >= 25, "{}", slugs.len());
    assert!(Family::all().iter().all(|family| !family.answer.is_empty()));
}

#[test]
fn causes_are_of_the_catalogue() {
    hold(|_, answer| {
        let mut seen = HashSet::from([&answer.cause]);
        if Cause::find(&answer.cause).is_none() {
            return Some(format!("{} is no cause", answer.cause));
        }
        let stranger = answer.also.iter().find(|slug| Cause::find(slug).is_none());
        if let Some(slug) = stranger {
            return Some(format!("{}: {slug} is no cause", sought(answer)));
        }
        let repeated = answer.also.iter().find(|slug| !seen.insert(slug))?;
        Some(format!("{}: {repeated} stands twice", sought(answer)))
    });
}

#[test]
fn certain_means_that_nothing_else_stands_behind_it() {
    hold(|_, answer| {
        (answer.certain && !(answer.also.is_empty() && answer.verified))
            .then(|| format!("{} is certain, and yet in doubt", sought(answer)))
    });
}

#[test]
fn patterns_compile_and_say_enough() {
    hold(|_, answer| {
        if answer.text.is_some() == answer.pattern.is_some() {
            return Some(format!("{}: one of text and pattern", sought(answer)));
        }
        if let Some(Err(error)) = answer.pattern.as_deref().map(Regex::new) {
            return Some(error.to_string());
        }
        let matches_anything = ["", "401", "401 Unauthorized", "HTTP/1.1 403 Forbidden", "error: build failed"]
            .into_iter()
            .find(|harmless| answer.fits(answer.status, &[], harmless, Some(&answer.within)));
        matches_anything.map(|harmless| format!("{} fits {harmless:?}", sought(answer)))
    });
}

#[test]
fn samples_find_their_answer_first() {
    hold(|family, answer| {
        let Some(sample) = &answer.sample else { return Some(format!("{} has no sample", sought(answer))) };
        let fits = |other: &&Answer| other.fits(answer.status, &[], sample, Some(&answer.within));
        let Some(first) = family.answer.iter().find(fits) else {
            return Some(format!("{} does not fit its sample {sample}", sought(answer)));
        };
        (!std::ptr::eq(first, answer))
            .then(|| format!("{sample} is taken by {}, not by {}", sought(first), sought(answer)))
    });
}

#[test]
fn samples_hold_no_key() {
    let registry = Registry::new(Vec::new());
    hold(|_, answer| {
        let sample = answer.sample.as_deref().unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || "\"'`<>(),;=".contains(c);
        sample
            .split(ends)
            .filter(|word| word.len() >= 16)
            .find(|word| registry.recognise(word).is_some())
            .map(|word| format!("{word} looks like a key"))
    });
}

#[test]
fn every_answer_that_knows_a_header_reads_it() {
    hold(|_, answer| {
        let Within::Header(name) = &answer.within else { return None };
        let headers = [(name.clone(), answer.sample.clone().unwrap_or_default())];
        (!answer.fits(answer.status, &headers, "", Some(&Within::Body)))
            .then(|| format!("{} is not seen in {name}", sought(answer)))
    });
}
