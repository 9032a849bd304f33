//! Text for a terminal: everything can be read without colour.

use std::fmt::Write;

use super::{Paint, Tone};
use crate::case::Stop;
use crate::cause::{Reason, Standing};
use crate::diagnosis::{Diagnosis, Journey, Named, State};
use crate::excerpt::Excerpt;
use crate::fact::{Origin, Place};
use crate::form::Side;

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// One line a cause.
    Brief,
    /// Causes with their evidence and remedies, the journeys of their credentials, a summary.
    #[default]
    Usual,
    /// Also every journey, what was ruled out, and what was not looked at.
    Full,
}

/// The diagnosis as text, escape sequences included where `paint` says so.
pub fn render(diagnosis: &Diagnosis, detail: Detail, paint: Paint) -> String {
    let mut out = String::new();
    if detail != Detail::Brief {
        forms(&mut out, diagnosis, paint);
    }
    let whole = whole(diagnosis, detail);
    for named in &diagnosis.causes[..whole] {
        if detail == Detail::Brief {
            brief(&mut out, named, paint);
        } else {
            cause(&mut out, diagnosis, named, paint);
        }
    }
    if detail == Detail::Brief {
        return out;
    }
    let others: Vec<&str> = diagnosis.causes[whole..].iter().map(|named| named.cause.slug).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "{} {} (`-v` says why)\n", paint.tone(Tone::Note, "also possible:"), others.join(", "));
    }
    experiments(&mut out, diagnosis, paint);
    let broken =
        |journey: &&Journey| detail == Detail::Full || journey.stops.iter().any(|stop| stop.state == State::Broken);
    for (index, one) in diagnosis.journeys.iter().filter(broken).enumerate() {
        if index == 0 {
            let _ = writeln!(out, "{}\n", paint.tone(Tone::Strong, "journeys"));
        }
        journey(&mut out, one, paint);
    }
    if detail == Detail::Full {
        appendix(&mut out, diagnosis, paint);
    }
    summary(&mut out, diagnosis);
    out
}

/// Journeys alone, one under the other.
pub fn journeys(journeys: &[Journey], paint: Paint) -> String {
    let mut out = String::new();
    for one in journeys {
        journey(&mut out, one, paint);
    }
    out
}

/// How many causes are shown whole. Of rivals for one refusal those that are well founded, and of mere possibilities three.
fn whole(diagnosis: &Diagnosis, detail: Detail) -> usize {
    if !diagnosis.are_rivals || detail != Detail::Usual {
        return diagnosis.causes.len();
    }
    let founded = diagnosis.causes.iter().filter(|named| named.finding.standing < Standing::Possible).count();
    if founded > 0 { founded } else { diagnosis.causes.len().min(3) }
}

fn brief(out: &mut String, named: &Named, paint: Paint) {
    let finding = &named.finding;
    let place =
        finding.place().map_or_else(String::new, |place| format!("{}:{}:{}: ", place.path, place.line, place.column));
    let standing = paint.tone(tone(finding.standing), finding.standing.word());
    let _ = writeln!(out, "{place}{standing} {}: {}", named.cause.slug, finding.title);
}

fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Proven => Tone::Bad,
        Standing::Likely => Tone::Warn,
        Standing::Possible => Tone::Note,
    }
}

fn cause(out: &mut String, diagnosis: &Diagnosis, named: &Named, paint: Paint) {
    let finding = &named.finding;
    let standing = paint.tone(tone(finding.standing), finding.standing.word());
    let _ = writeln!(out, "{standing} {}: {}", paint.tone(Tone::Strong, named.cause.slug), finding.title);
    let gutter = finding.why.iter().filter_map(place_of).map(|place| place.line.to_string().len()).max().unwrap_or(1);
    let mut shown: Option<&Place> = None;
    for reason in &finding.why {
        if let Some(place) = place_of(reason).filter(|place| shown != Some(place)) {
            frame(out, diagnosis.excerpt(place), place, gutter, paint);
            shown = Some(place);
        }
        note(out, gutter, "why", &text_of(reason), paint);
    }
    for remedy in &finding.remedies {
        let fix = if remedy.edits.is_empty() { "" } else { " (`--fix` does it)" };
        note(out, gutter, "mend", &format!("{}{fix}", remedy.text), paint);
        for command in &remedy.commands {
            note(out, gutter, "run", command, paint);
        }
        for link in &remedy.links {
            note(out, gutter, "open", link, paint);
        }
    }
    out.push('\n');
}

fn place_of(reason: &Reason) -> Option<&Place> {
    reason.origin.as_ref()?.place()
}

/// The sentence, with where it was seen if that is no file.
fn text_of(reason: &Reason) -> String {
    match &reason.origin {
        Some(Origin::Variable(name)) => format!("{} [variable {name}]", reason.text),
        Some(Origin::Header(name)) => format!("{} [header {name}]", reason.text),
        Some(Origin::Host(name)) => format!("{} [host {name}]", reason.text),
        Some(Origin::Given(name)) => format!("{} [{name}]", reason.text),
        Some(Origin::Clock) => format!("{} [clock]", reason.text),
        Some(Origin::File(_)) | None => reason.text.clone(),
    }
}

/// The line with its number, and a caret under what is meant.
fn frame(out: &mut String, excerpt: Option<&Excerpt>, place: &Place, gutter: usize, paint: Paint) {
    let bar = paint.tone(Tone::Dim, "|");
    let arrow = paint.tone(Tone::Dim, "-->");
    let _ = writeln!(out, "{:gutter$}{arrow} {}:{}:{}", "", place.path, place.line, place.column);
    let Some(excerpt) = excerpt else { return };
    let number = paint.tone(Tone::Dim, &format!("{:>gutter$}", place.line));
    let _ = writeln!(out, "{:gutter$} {bar}", "");
    let _ = writeln!(out, "{number} {bar} {}", excerpt.text);
    if !excerpt.caret.is_empty() {
        let carets = paint.tone(Tone::Bad, &"^".repeat(excerpt.caret.len()));
        let _ = writeln!(out, "{:gutter$} {bar} {:start$}{carets}", "", "", start = excerpt.caret.start);
    }
}

fn note(out: &mut String, gutter: usize, label: &str, text: &str, paint: Paint) {
    let sign = paint.tone(Tone::Dim, "=");
    let _ = writeln!(out, "{:gutter$} {sign} {}: {text}", "", paint.tone(Tone::Strong, label));
}

/// The stops in a row, what was seen under each, and a mark under the broken one.
fn journey(out: &mut String, journey: &Journey, paint: Paint) {
    let provider = journey.provider.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
    let name = if journey.credential.is_empty() { "the credential" } else { &journey.credential };
    let _ = writeln!(out, "  {}{provider}", paint.tone(Tone::Strong, name));
    let last = journey.stops.iter().rposition(|stop| stop.state != State::Unseen || !stop.text.is_empty()).unwrap_or(0);
    let (mut words, mut seen) = (String::new(), String::new());
    for (index, stop) in journey.stops.iter().take(last + 1).enumerate() {
        let mark = match stop.state {
            State::Broken => "✗ ",
            State::Good => "✓ ",
            State::Unseen => "",
        };
        let text = if stop.text.is_empty() { "not seen" } else { &stop.text };
        let head = format!("{mark}{}", stop.stop.word());
        let width = head.chars().count().max(text.chars().count());
        let pad = |text: &str| " ".repeat(width - text.chars().count());
        let painted = match stop.state {
            State::Broken => paint.tone(Tone::Bad, &head),
            State::Good => paint.tone(Tone::Good, &head),
            State::Unseen => paint.tone(Tone::Dim, &head),
        };
        if index > 0 {
            words.push_str(" ──▶ ");
            seen.push_str("     ");
        }
        let _ = write!(words, "{painted}{}", pad(&head));
        let _ = write!(seen, "{text}{}", pad(text));
    }
    let _ = writeln!(out, "    {}\n    {}\n", words.trim_end(), seen.trim_end());
}

/// What was computed, line by line, with a sign before what only one side has.
fn forms(out: &mut String, diagnosis: &Diagnosis, paint: Paint) {
    for form in &diagnosis.forms {
        let _ = writeln!(out, "{}\n", paint.tone(Tone::Strong, &form.title));
        for line in &form.lines {
            let text = format!("{} {}", line.side.sign(), line.text);
            let painted = match line.side {
                Side::Both => text.trim_end().to_owned(),
                Side::Ours => paint.tone(Tone::Bad, text.trim_end()),
                Side::Theirs => paint.tone(Tone::Good, text.trim_end()),
            };
            let _ = writeln!(out, "{}", format!("  {painted}").trim_end());
            if !line.note.is_empty() {
                let _ = writeln!(out, "    {} {}", paint.tone(Tone::Dim, "^"), line.note);
            }
        }
        out.push('\n');
    }
}

/// The requests that were sent, and what came of each.
fn experiments(out: &mut String, diagnosis: &Diagnosis, paint: Paint) {
    let Some(first) = diagnosis.experiments.first() else { return };
    let _ = writeln!(out, "{} {}\n", paint.tone(Tone::Strong, "asked"), first.asked);
    let width = diagnosis.experiments.iter().map(|one| one.change.chars().count()).max().unwrap_or(0);
    for one in &diagnosis.experiments {
        let mark = if one.works { paint.tone(Tone::Good, "✓") } else { paint.tone(Tone::Bad, "✗") };
        let pad = " ".repeat(width - one.change.chars().count());
        let _ = writeln!(out, "  {mark} {}{pad}  {}", one.change, one.came);
    }
    out.push('\n');
}

fn appendix(out: &mut String, diagnosis: &Diagnosis, paint: Paint) {
    if !diagnosis.ruled_out.is_empty() {
        let _ = writeln!(out, "{}\n", paint.tone(Tone::Strong, "ruled out"));
        for ruled in &diagnosis.ruled_out {
            let place =
                place_of(&ruled.reason).map_or_else(String::new, |place| format!("{}:{}: ", place.path, place.line));
            let _ = writeln!(out, "  {}: {place}{}", ruled.cause, text_of(&ruled.reason));
        }
        out.push('\n');
    }
    if !diagnosis.not_tried.is_empty() {
        let _ = writeln!(out, "{}\n", paint.tone(Tone::Strong, "not looked at"));
        for skipped in &diagnosis.not_tried {
            let _ = writeln!(out, "  {}: {}", skipped.what, skipped.why);
        }
        out.push('\n');
    }
}

fn summary(out: &mut String, diagnosis: &Diagnosis) {
    if !diagnosis.verdict.is_empty() {
        return asked(out, diagnosis);
    }
    // It says at the end how many calls there were.
    if diagnosis.command == "run" {
        return;
    }
    let credentials = count(diagnosis.journeys.len(), "credential");
    if diagnosis.causes.is_empty() {
        let _ = writeln!(out, "No cause found in {credentials}.");
    } else {
        let standings = [Standing::Proven, Standing::Likely, Standing::Possible].into_iter().filter_map(|standing| {
            let number = diagnosis.causes.iter().filter(|named| named.finding.standing == standing).count();
            (number > 0).then(|| format!("{number} {}", standing.word()))
        });
        let standings: Vec<String> = standings.collect();
        let _ = writeln!(out, "{} in {credentials}: {}.", count(diagnosis.causes.len(), "cause"), standings.join(", "));
    }
    let unseen: Vec<&str> = diagnosis.unseen.iter().map(|stop: &Stop| stop.word()).collect();
    if !unseen.is_empty() {
        let _ = writeln!(out, "Not looked at: {}, because `{}` works offline.", unseen.join(", "), diagnosis.command);
    }
}

/// The same where requests were sent.
fn asked(out: &mut String, diagnosis: &Diagnosis) {
    if diagnosis.command == "sign" {
        let _ = writeln!(out, "{}", diagnosis.verdict);
        return;
    }
    let sent = count(diagnosis.requests(), "request");
    let _ = writeln!(out, "{} {sent} went out.", diagnosis.verdict);
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
