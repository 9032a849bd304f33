//! What is said at the end: the journeys of the credentials that were refused, and how many calls there were.

use serde_json::json;
use why401_core::render::{Paint, text};

use super::Session;
use super::missed::NOTHING;
use crate::world::Error;

impl Session {
    /// Says it.
    pub(super) fn sum_up(&mut self) -> Result<(), Error> {
        let mut out = String::new();
        // Under the only diagnosis its journey stands already.
        let is_told = self.output.is_fresh && self.journeys.len() == 1;
        if !self.journeys.is_empty() && !is_told {
            out.push_str("\nwhy401: journeys\n\n");
            out.push_str(&text::journeys(&self.journeys, Paint::Colour));
        }
        let hosts = self.hosts.len();
        out.push_str(&format!("why401: {} to {}", count(self.calls, "call"), count(hosts as u64, "host")));
        out.push_str(&format!(", {} refused", self.refusals));
        if self.unreached > 0 {
            out.push_str(&format!(", {} not answered", self.unreached));
        }
        let again: Vec<String> = self
            .refused
            .values()
            .filter(|refused| refused.is_refusal && refused.is_healed)
            .map(|refused| count(refused.times.into(), "refusal"))
            .collect();
        if !again.is_empty() {
            out.push_str(&format!("; the same credential was taken later after {}", again.join(", ")));
        }
        out.push_str(".\n");
        if !self.is_seen {
            out = format!("why401: {NOTHING}.\n");
        }
        let (calls, refusals, unreached, is_seen) = (self.calls, self.refusals, self.unreached, self.is_seen);
        let value = || {
            json!({
                "event": "end",
                "calls": calls,
                "hosts": hosts,
                "refused": refusals,
                "unanswered": unreached,
                "seen": is_seen,
            })
        };
        self.output.end(&out, &value)
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
