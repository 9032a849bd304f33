//! HTML: one file, no script, readable in print and without colour.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::cause::{Reason, Remedy};
use crate::diagnosis::{Diagnosis, Journey, Named, State};
use crate::fact::Origin;
use crate::form::{Form, Side};

/// The diagnosis as a page that stands alone.
pub fn render(diagnosis: &Diagnosis) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "why401 " (diagnosis.command) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "why401 " (diagnosis.command) }
                p.summary { (summary(diagnosis)) }
                @for one in &diagnosis.forms { (form(one)) }
                @for named in &diagnosis.causes { (cause(diagnosis, named)) }
                @if !diagnosis.experiments.is_empty() {
                    h2 { "Experiments" }
                    ol { @for one in &diagnosis.experiments {
                        li { @if one.works { "✓ " } @else { "✗ " } (one.change) ": " (one.came) }
                    } }
                }
                @if !diagnosis.journeys.is_empty() { h2 { "Journeys" } }
                @for one in &diagnosis.journeys { (journey(one)) }
                @if !diagnosis.ruled_out.is_empty() {
                    h2 { "Ruled out" }
                    ul { @for ruled in &diagnosis.ruled_out { li { code { (ruled.cause) } ": " (ruled.reason.text) (origin(&ruled.reason)) } } }
                }
                @if !diagnosis.not_tried.is_empty() {
                    h2 { "Not looked at" }
                    ul { @for skipped in &diagnosis.not_tried { li { code { (skipped.what) } ": " (skipped.why) } } }
                }
            }
        }
    };
    page.into_string()
}

const STYLE: &str = "
:root{color-scheme:light dark;--bad:#c0392b;--warn:#b9770e;--note:#2874a6;--good:#1e8449;--line:#8884}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.6rem;border:1px solid var(--line);border-radius:.3rem}
article{border-left:.3rem solid var(--note);padding:.1rem 1rem;margin:1.5rem 0}
.proven{border-color:var(--bad)}.likely{border-color:var(--warn)}
.standing{text-transform:uppercase;font-size:.75rem;letter-spacing:.06em;font-weight:700}
ol.journey{display:flex;flex-wrap:wrap;list-style:none;padding:0;gap:.4rem}
ol.journey li{border:1px solid var(--line);border-radius:.3rem;padding:.2rem .6rem;min-width:6rem}
ol.journey li+li::before{content:'\\25B6';margin-left:-1.25rem;margin-right:.5rem;font-size:.6rem}
.broken{border-color:var(--bad)!important;color:var(--bad)}.good{border-color:var(--good)!important}.unseen{opacity:.55}
.seen{display:block;font-size:.8rem}
";

fn summary(diagnosis: &Diagnosis) -> String {
    let (causes, credentials) = (diagnosis.causes.len(), diagnosis.journeys.len());
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    if diagnosis.command == "sign" && !diagnosis.verdict.is_empty() {
        return diagnosis.verdict.clone();
    }
    if !diagnosis.verdict.is_empty() {
        let sent = diagnosis.requests();
        return format!("{} {sent} request{} went out.", diagnosis.verdict, plural(sent));
    }
    format!("{causes} cause{} found in {credentials} credential{}.", plural(causes), plural(credentials))
}

fn cause(diagnosis: &Diagnosis, named: &Named) -> Markup {
    let finding = &named.finding;
    html! {
        article class=(finding.standing.word()) {
            p { span.standing { (finding.standing.word()) } " " code { (named.cause.slug) } }
            h3 { (finding.title) }
            @for reason in &finding.why { (why(diagnosis, reason)) }
            @for remedy in &finding.remedies { (mend(remedy)) }
        }
    }
}

fn why(diagnosis: &Diagnosis, reason: &Reason) -> Markup {
    let excerpt = reason.origin.as_ref().and_then(|origin| diagnosis.excerpt(origin.place()?));
    html! {
        p { (reason.text) (origin(reason)) }
        @if let Some(excerpt) = excerpt {
            pre {
                (excerpt.text) "\n"
                (" ".repeat(excerpt.caret.start)) ("^".repeat(excerpt.caret.len()))
            }
        }
    }
}

fn origin(reason: &Reason) -> Markup {
    html! {
        @match &reason.origin {
            Some(Origin::File(place)) => { " " code { (place.path) ":" (place.line) ":" (place.column) } }
            Some(Origin::Variable(name)) => { " " code { (name) } " (variable)" }
            Some(Origin::Header(name)) => { " " code { (name) } " (header)" }
            Some(Origin::Host(name)) => { " " code { (name) } " (host)" }
            Some(Origin::Given(name)) => { " (" (name) ")" }
            Some(Origin::Clock) => " (clock)",
            None => "",
        }
    }
}

fn form(form: &Form) -> Markup {
    html! {
        h2 { (form.title) }
        pre {
            @for line in &form.lines {
                @match line.side {
                    Side::Both => (line.text),
                    Side::Ours => del { "- " (line.text) },
                    Side::Theirs => ins { "+ " (line.text) },
                }
                @if !line.note.is_empty() { "    " em { "^ " (line.note) } }
                "\n"
            }
        }
    }
}

fn mend(remedy: &Remedy) -> Markup {
    html! {
        p { strong { "Mend: " } (remedy.text) }
        @if !remedy.commands.is_empty() { pre { (remedy.commands.join("\n")) } }
        @for link in &remedy.links {
            // Only web pages become links: a registry of one's own could name anything.
            p { @if link.starts_with("https://") { a href=(link) { (link) } } @else { (link) } }
        }
    }
}

fn journey(journey: &Journey) -> Markup {
    html! {
        h3 { code { (journey.credential) } @if let Some(provider) = &journey.provider { " (" (provider) ")" } }
        ol.journey {
            @for stop in &journey.stops {
                @let (class, mark) = match stop.state {
                    State::Good => ("good", "✓ "),
                    State::Broken => ("broken", "✗ "),
                    State::Unseen => ("unseen", ""),
                };
                li class=(class) {
                    (mark) (stop.stop.word())
                    span.seen { @if stop.text.is_empty() { "not seen" } @else { (stop.text) } }
                }
            }
        }
    }
}
