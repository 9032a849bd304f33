//! Every text of a diagnosis that may hold words from outside.

use super::Diagnosis;
use crate::cause::Reason;
use crate::fact::Origin;

impl Diagnosis {
    /// Lets `change` rewrite each text, before anything is rendered.
    pub fn rewrite(&mut self, change: &dyn Fn(&str) -> String) {
        let apply = |text: &mut String| *text = change(text);
        let reason = |reason: &mut Reason| {
            reason.text = change(&reason.text);
            if let Some(Origin::Host(host) | Origin::Header(host)) = &mut reason.origin {
                *host = change(host);
            }
        };
        for named in &mut self.causes {
            apply(&mut named.finding.title);
            named.finding.why.iter_mut().for_each(reason);
            for remedy in &mut named.finding.remedies {
                apply(&mut remedy.text);
                remedy.commands.iter_mut().chain(&mut remedy.links).for_each(apply);
            }
        }
        self.ruled_out.iter_mut().map(|ruled| &mut ruled.reason).for_each(reason);
        for skipped in &mut self.not_tried {
            apply(&mut skipped.what);
            apply(&mut skipped.why);
        }
        for line in self.forms.iter_mut().flat_map(|form| &mut form.lines) {
            apply(&mut line.text);
            apply(&mut line.note);
        }
        for one in &mut self.experiments {
            apply(&mut one.change);
            apply(&mut one.asked);
            apply(&mut one.came);
        }
        self.journeys.iter_mut().flat_map(|journey| &mut journey.stops).for_each(|stop| apply(&mut stop.text));
        apply(&mut self.verdict);
        for line in self.forms.iter_mut().flat_map(|form| &mut form.lines) {
            apply(&mut line.text);
            apply(&mut line.note);
        }
        for excerpt in self.excerpts.values_mut() {
            let changed = change(&excerpt.text);
            if changed != excerpt.text {
                // What the caret was under is not where it was.
                excerpt.text = changed;
                excerpt.caret = 0..0;
            }
        }
    }
}
