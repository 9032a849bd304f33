//! This machine's clock, as a diagnosis: how far it is off, and what that keeps from being taken.

use super::proof::Experiment;
use super::{Diagnosis, Named};
use crate::case::Stop;
use crate::cause::{Cause, Finding, Remedy, Standing};
use crate::clock::{ALLOWED, Offset};
use crate::fact::Origin;
use crate::project::Skipped;

/// What one other clock told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Whose it is.
    pub host: String,
    /// How it was asked: `HEAD https://…`, `SNTP …`.
    pub asked: String,
    /// The difference, or why there is none, in words.
    pub offset: Result<Offset, String>,
}

impl Diagnosis {
    /// The diagnosis of what other clocks told; `None` where none did.
    pub fn of_clocks(told: &[Told]) -> Option<Self> {
        let mut known: Vec<(Offset, &Told)> =
            told.iter().filter_map(|one| Some((*one.offset.as_ref().ok()?, one))).collect();
        // One clock of several may be wrong itself.
        known.sort_by_key(|(offset, _)| offset.ahead);
        let (offset, witness) = known.get(known.len() / 2)?;
        let mut diagnosis = Self { command: "clock", ..Self::default() };
        for one in told {
            match &one.offset {
                Ok(offset) => diagnosis.experiments.push(Experiment {
                    change: one.host.clone(),
                    asked: one.asked.clone(),
                    came: format!("this machine is {offset}"),
                    status: None,
                    works: !offset.is_off(),
                    cause: Some("clock/skew"),
                }),
                Err(why) => diagnosis.not_tried.push(Skipped { what: one.host.clone(), why: why.clone() }),
            }
        }
        if let Some(cause) = Cause::find("clock/skew").filter(|_| offset.is_off()) {
            let title = format!("this machine's clock is {}", side(*offset));
            let why = format!("{} tells the time otherwise: this machine is {offset}.", witness.host);
            let mut finding = Finding::new(Standing::Proven, Stop::Judged, title, Origin::Clock, why);
            let refused = refused(*offset);
            if !refused.is_empty() {
                finding = finding.and(format!("So far off it is not forgiven by {}.", refused.join(", ")), None);
            }
            let mend = Remedy::new("Switch on time synchronisation; in a virtual machine or container, on its host.");
            let finding = finding.mend(mend.command("timedatectl set-ntp true"));
            diagnosis.causes.push(Named { cause, credential: String::new(), finding });
        }
        diagnosis.verdict = match (offset.is_off(), refused(*offset).as_slice()) {
            (true, _) => format!("Proven: clock/skew, {offset}."),
            (false, []) => format!("This machine's clock is right: {offset}."),
            (false, some) => {
                format!("This machine is {offset}: near enough for most, and too far for {}.", some.join(", "))
            }
        };
        Some(diagnosis)
    }
}

/// Who does not take what a clock dates that is so far off.
fn refused(offset: Offset) -> Vec<&'static str> {
    ALLOWED.iter().filter(|(_, seconds)| offset.exceeds(*seconds)).map(|(who, _)| *who).collect()
}

/// `5 min 3 s ahead`, without how sure that is.
fn side(offset: Offset) -> String {
    offset.to_string().split(',').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said() {
        let told =
            |ahead| Told { host: "a.test".to_owned(), asked: String::new(), offset: Ok(Offset { ahead, within: 500 }) };
        let said = |told: &[Told]| Diagnosis::of_clocks(told).map(|found| (found.verdict, found.causes.len()));
        assert_eq!(said(&[told(200)]).unwrap().0, "This machine's clock is right: 0.2 s ahead, ± 0.5 s.");
        assert_eq!(said(&[told(-100_000)]).unwrap(), ("Proven: clock/skew, 1 min 40 s behind, ± 0.5 s.".to_owned(), 1));
        let near = said(&[told(40_000)]).unwrap();
        assert!(near.1 == 0 && near.0.contains("TOTP"), "{near:?}");
        assert_eq!(said(&[told(0), told(900_000), told(100)]).unwrap().1, 0, "one of three is wrong");
        assert!(said(&[Told { offset: Err("silent".to_owned()), ..told(0) }]).is_none());
    }
}
