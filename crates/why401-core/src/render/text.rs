//! Text for a terminal: readable without colour.

use std::fmt::Write;

use crate::diagnosis::{Diagnosis, Journey, Named, State};

/// The diagnosis as text.
pub fn render(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    for named in &diagnosis.causes {
        write_named(&mut out, named);
    }
    for journey in &diagnosis.journeys {
        write_journey(&mut out, journey);
    }
    out
}

fn write_named(out: &mut String, named: &Named) {
    let finding = &named.finding;
    let _ = writeln!(out, "{} {}: {}", finding.standing.word(), named.cause.slug, finding.title);
    for reason in &finding.why {
        if let Some(place) = reason.origin.as_ref().and_then(|origin| origin.place()) {
            let _ = writeln!(out, "  --> {}:{}:{}", place.path, place.line, place.column);
        }
        let _ = writeln!(out, "  why: {}", reason.text);
    }
    for remedy in &finding.remedies {
        let _ = writeln!(out, "  mend: {}", remedy.text);
    }
    out.push('\n');
}

fn write_journey(out: &mut String, journey: &Journey) {
    let _ = writeln!(out, "{}", journey.credential);
    for stop in &journey.stops {
        let mark = match stop.state {
            State::Good => "ok",
            State::Broken => "XX",
            State::Unseen => "--",
        };
        let _ = writeln!(out, "  {mark} {:8} {}", stop.stop.word(), stop.text);
    }
}
