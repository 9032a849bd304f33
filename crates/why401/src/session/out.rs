//! Where the view goes: lines for people on standard error, or one JSON object a line (schema `why401-run/1`) there or in a
//! file.

use std::fs::File;
use std::io::Write;

use serde_json::{Value, json};
use why401_core::clock::iso;
use why401_core::exchange::{Outcome, Version};
use why401_core::provider::Registry;
use why401_core::render::text::Detail;
use why401_core::render::{self, Paint};

use super::line::{self, clean, credentials, millis};
use crate::capture::{Call, Missed, Why};
use crate::investigate::Investigation;
use crate::shown::{Lines, Shown};
use crate::wire;
use crate::world::Error;

/// The version that `schema` carries.
const SCHEMA: &str = "why401-run/1";

/// Where the view goes.
pub struct View {
    /// Whether people read standard error.
    pub is_text: bool,
    /// Whether calls that went well are left out of it.
    pub is_quiet: bool,
    /// How much is said of a refusal.
    pub detail: Detail,
    /// Whether standard error gets JSON.
    pub is_json: bool,
    /// The file that gets JSON.
    pub file: Option<File>,
}

/// Writes the view.
pub(super) struct Output {
    view: View,
    lines: Lines,
    /// Whether a diagnosis was the last thing that was said.
    pub(super) is_fresh: bool,
}

impl Output {
    pub(super) fn new(view: View) -> Self {
        Self { view, lines: Lines::new(), is_fresh: false }
    }

    /// Writes no more to the file.
    pub(super) fn without_file(&mut self) {
        self.view.file = None;
    }

    /// Writes the lines that wait.
    pub(super) fn flush(&mut self) {
        self.lines.flush();
    }

    pub(super) fn call(&mut self, call: &Call, registry: &Registry) -> Result<(), Error> {
        let is_fine = call.exchange.status().is_some_and(|status| status < 400);
        if self.view.is_text && !(self.view.is_quiet && is_fine) {
            let line = line::of(call, registry);
            self.is_fresh = false;
            self.lines.push(&line.plain(), || line.styled());
        }
        self.json(|| {
            let request = &call.exchange.request;
            let sent: Vec<Value> = credentials(request, registry)
                .into_iter()
                .map(|(place, shape)| json!({"place": place, "shape": shape}))
                .collect();
            let error = match &call.exchange.outcome {
                Outcome::Answered(_) => Value::Null,
                Outcome::Unreachable(why) => Value::from(clean(&why.to_string())),
                Outcome::NotSent(why) => Value::from(clean(why)),
            };
            json!({
                "event": "call",
                "id": call.id,
                "time": iso(wire::since_1970(call.began)),
                "method": clean(&request.method),
                "url": line::address(request),
                "version": call.version.map(version),
                "status": call.exchange.status(),
                "error": error,
                "ms": millis(call.took),
                "credentials": sent,
            })
        })
    }

    /// What is said of a refusal.
    pub(super) fn refusal(&mut self, call: &Call, found: &Investigation) -> Result<(), Error> {
        self.diagnosis("refusal", call.id, found)
    }

    /// What experiments showed of it.
    pub(super) fn proof(&mut self, call: u64, found: &Investigation) -> Result<(), Error> {
        self.diagnosis("proof", call, found)
    }

    fn diagnosis(&mut self, event: &str, call: u64, found: &Investigation) -> Result<(), Error> {
        self.flush();
        if self.view.is_text {
            let text = render::text::render(&found.diagnosis, self.view.detail, Paint::Colour);
            Shown::report(&format!("\n{}\n\n", text.trim_end()), &found.revealing).complain();
            self.is_fresh = true;
        }
        let revealing = found.revealing.clone();
        self.json(|| {
            let text = Shown::report(&render::json::render(&found.diagnosis), &revealing);
            json!({"event": event, "id": call, "diagnosis": text.parsed()})
        })
    }

    pub(super) fn missed(&mut self, missed: &Missed, text: &str) -> Result<(), Error> {
        self.flush();
        if self.view.is_text {
            Shown::of_arguments(&format!("why401: {text}\n")).complain();
        }
        self.json(|| {
            let why = match &missed.why {
                Why::Pinned(_) => "pinned",
                Why::Passed => "passed",
                Why::Handshake(_) => "handshake",
                Why::NotHttp(_) => "not-http",
                Why::Switched => "switched",
                Why::Stranger => "stranger",
                Why::Malformed => "malformed",
            };
            json!({"event": "missed", "host": clean(&missed.host), "port": missed.port, "why": why, "text": text})
        })
    }

    /// Words at the end, and the same for programs.
    pub(super) fn end(&mut self, text: &str, value: &dyn Fn() -> Value) -> Result<(), Error> {
        self.flush();
        if self.view.is_text {
            Shown::of_names(text).complain();
        }
        self.json(value)
    }

    fn json(&mut self, value: impl FnOnce() -> Value) -> Result<(), Error> {
        if !self.view.is_json && self.view.file.is_none() {
            return Ok(());
        }
        let mut object = json!({"schema": SCHEMA});
        if let (Some(object), Value::Object(own)) = (object.as_object_mut(), value()) {
            object.extend(own);
        }
        let text = format!("{object}\n");
        if self.view.is_json {
            Shown::of_names(text.as_str()).complain();
        }
        let Some(file) = &mut self.view.file else { return Ok(()) };
        file.write_all(text.as_bytes())
            .map_err(|why| Error::new(format!("the file of --json could not be written: {why}")))
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::Http10 => "1.0",
        Version::Http11 => "1.1",
        Version::Http2 => "2",
    }
}
