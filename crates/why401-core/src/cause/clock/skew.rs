//! clock/skew: this machine's clock is off.

use crate::case::{Case, Stop};
use crate::cause::remarked;
use crate::cause::surroundings::{Known, known_for};
use crate::cause::{Evidence, Standing};
use crate::fact::{Remark, Surrounding};
use crate::symptom::Symptom::{Claims, Signature};

/// Places whose clock drifts, or whose clock decides.
const PLACES: &[Known] = &[
    Known {
        place: Surrounding::VirtualMachine,
        symptoms: &[Signature, Claims],
        title: "the clock of the virtual machine may stand behind",
        why: "The clock of a virtual machine stops while its host sleeps; what it signs then carries an old time.",
        remedy: "Compare `date -u` inside and outside; restart the machine, or switch on time synchronisation.",
        weight: 8,
    },
    Known {
        place: Surrounding::OwnClock,
        symptoms: &[Signature, Claims],
        title: "the times in the token come from this machine's clock",
        why: "Whoever makes a token writes its own time into it, and the judge compares it with his.",
        remedy: "Compare `date -u` with the `Date` header of the answer; set `iat` a minute back where the protocol allows it.",
        weight: 4,
    },
];

/// Somebody has compared two clocks.
const DIFFER: remarked::Known = remarked::Known {
    remark: Remark::ClocksDiffer,
    standing: Standing::Likely,
    stop: Stop::Judged,
    title: "two clocks do not agree",
    why: "Whoever makes a token or a signature writes his own time into it, and the judge compares it with his.",
    remedy: "Switch on time synchronisation where the time is wrong, and compare `date -u` with the `Date` header of the answer.",
    weight: 14,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let told = remarked::known_by(case, "clock/skew", &DIFFER);
    known_for(case, Stop::Judged, PLACES).into_iter().chain(told).map(Into::into).collect()
}
