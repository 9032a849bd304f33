//! The live view: a line a call.

use std::time::Duration;

use why401_core::conceal::is_obeyed;
use why401_core::exchange::{Outcome, Request};
use why401_core::probe::Spot;
use why401_core::provider::Registry;
use why401_core::url::Url;

use crate::capture::Call;
use crate::shown;

/// A line in its parts.
pub struct Line {
    before: String,
    came: String,
    after: String,
    /// What the status is painted in, as terminals number it.
    colour: &'static str,
}

impl Line {
    /// Without colours.
    pub fn plain(&self) -> String {
        let Self { before, came, after, .. } = self;
        format!("why401: {before} {came}{after}\n")
    }

    /// With them.
    pub fn styled(&self) -> String {
        let Self { before, came, after, colour } = self;
        format!("\u{1b}[2mwhy401:\u{1b}[0m {before} \u{1b}[{colour}m{came}\u{1b}[0m\u{1b}[2m{after}\u{1b}[0m\n")
    }
}

/// The line of a call.
pub fn of(call: &Call, registry: &Registry) -> Line {
    let request = &call.exchange.request;
    let (came, colour) = match &call.exchange.outcome {
        Outcome::Answered(answer) => {
            let status = answer.status.unwrap_or_default();
            let colour = match status {
                0..300 => "32",
                300..400 => "36",
                429 => "33",
                400..500 => "1;31",
                _ => "35",
            };
            (status.to_string(), colour)
        }
        Outcome::Unreachable(why) => (clean(&why.to_string()), "1;31"),
        Outcome::NotSent(why) => (clean(why), "1;31"),
    };
    // Where no connection came about there is no request.
    let method = if request.method.is_empty() { String::new() } else { format!("{} ", clean(&request.method)) };
    Line { before: method + &address(request), came, after: rest(call, registry), colour }
}

/// Scheme, host and path; of the query the names alone.
pub fn address(request: &Request) -> String {
    let mut text = clean(&shown::address(&request.url));
    if request.query.is_some() {
        let names: Vec<String> =
            request.parameters().take(8).map(|(name, _)| clean(&shown::name_in_line(name))).collect();
        text.push('?');
        text.push_str(&names.join("&"));
    }
    text
}

/// What came of the credentials, and how long it took.
fn rest(call: &Call, registry: &Registry) -> String {
    let took = millis(call.took);
    let shapes = credentials(&call.exchange.request, registry);
    let shapes: Vec<String> = shapes.into_iter().map(|(place, shape)| format!("{place}: {shape}")).collect();
    if shapes.is_empty() {
        format!("  {took} ms, no credential")
    } else {
        format!("  {took} ms, {}", shapes.join("; "))
    }
}

/// The credentials of a request: where each stands, with the word before it, and its shape.
pub fn credentials(request: &Request, registry: &Registry) -> Vec<(String, String)> {
    let provider = Url::of(&request.url).host().and_then(|host| registry.of_host(&host));
    let spots = Spot::all(request, provider, &[]);
    let told = spots.into_iter().map(|spot| {
        let shape = spot.value.shape().to_string();
        let scheme = spot.before.trim();
        let place = clean(&shown::name_in_line(&spot.name));
        (place, if scheme.is_empty() { shape } else { format!("{} + {shape}", clean(scheme)) })
    });
    told.collect()
}

/// Milliseconds of a duration.
pub fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// Text from outside with nothing that a terminal obeys.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) || c == '\n' { '\u{fffd}' } else { c }).collect()
}
