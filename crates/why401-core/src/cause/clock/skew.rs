//! clock/skew: this machine's clock is off.

use crate::case::{Case, Stop};
use crate::cause::remarked;
use crate::cause::signed::Signed;
use crate::cause::surroundings::{Known, known_for};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Origin, Remark, Seen, Surrounding, Token};
use crate::signature::aws::Carrier;
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
    let found = known_for(case, Stop::Judged, PLACES).into_iter().chain(told);
    found.chain(measured(case)).chain(logged(case)).chain(stated(case)).chain(decisive(case)).map(Into::into).collect()
}

/// A refusal of a signed request names the time that it found and the server's own. Seconds.
const FORGIVEN: i64 = 4 * 60;

/// The answer tells how far the time of a signature is from the server's.
fn stated(case: &Case<'_>) -> Option<Finding> {
    let refusal =
        case.as_refusal().filter(|refusal| refusal.main == Some(Signature) || refusal.main == Some(Claims))?;
    let names_it = refusal.meanings.first().is_some_and(|(_, meaning)| meaning.answer.cause == "clock/skew");
    names_it.then_some(())?;
    let signed = Signed::of(case).filter(|signed| signed.claim.carrier == Carrier::Header)?;
    let age = signed.age().filter(|age| age.abs() > FORGIVEN)?;
    let span = format!("{} min", (age.abs() + 30) / 60);
    let way = if age > 0 { "behind" } else { "ahead of" };
    let title = format!("the time of the signature is {span} {way} that of the server");
    let why = "The request says when it was signed, and the answer what time it was there.";
    let mut finding = Finding::new(Standing::Proven, Stop::Sent, title, signed.origin(), why);
    finding.weight = 40;
    let remedy = Remedy::new(
        "Compare `date -u` where it was signed with the `Date` of the answer, and switch on time synchronisation; sign each request anew.",
    );
    Some(finding.mend(remedy.command("timedatectl set-ntp true")))
}

/// This machine's clock was held against the server's. Only what is signed or carries times depends on it.
fn measured(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let offset = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::ClockDiffers(offset) if fact.origin.place().is_none() => Some(*offset),
        _ => None,
    });
    let offset = offset.filter(|offset| offset.is_off() && refusal.refuses())?;
    let named = refusal.meanings.first().map(|(_, meaning)| meaning.answer.cause.as_str());
    let shows = [Claims, Signature].iter().any(|symptom| refusal.symptoms.contains(symptom));
    let standing = match named {
        Some("clock/skew") => Standing::Proven,
        _ if shows => Standing::Likely,
        _ if refusal.symptoms.is_empty() && is_dated(case) => Standing::Possible,
        _ => return None,
    };
    let shown = offset.to_string();
    let title = format!("this machine's clock is {}", shown.split(',').next().unwrap_or(&shown));
    let why = format!("By the `Date` of the server's own answer this machine is {shown}.");
    let mut finding = Finding::new(standing, Stop::Judged, title, Origin::Clock, why);
    finding.weight = 30;
    let remedy = Remedy::new("Switch on time synchronisation; in a virtual machine or container, on its host.");
    Some(finding.mend(remedy.command("timedatectl set-ntp true")))
}

/// A log writes its own time, in UTC, beside the `Date` that the server sent.
fn logged(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    let (fact, offset) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::ClockDiffers(offset) if fact.origin.place().is_some() => Some((fact, *offset)),
        _ => None,
    })?;
    let shows = refusal.meanings.is_empty() || [Claims, Signature].iter().any(|symptom| refusal.may_show(*symptom));
    if !shows || !offset.exceeds(FORGIVEN.unsigned_abs()) {
        return None;
    }
    let shown = offset.to_string();
    let title = format!("the clock that wrote this log is {}", shown.split(',').next().unwrap_or(&shown));
    let why = "The line has its own time, in UTC, and the `Date` of the answer.";
    let mut finding = Finding::new(Standing::Likely, Stop::Judged, title, fact.origin.clone(), why);
    finding.weight = 60;
    let remedy = Remedy::new("Switch on time synchronisation where this was written, and look at its time zone.");
    Some(finding.mend(remedy.command("timedatectl set-ntp true")))
}

/// A token in hand is good by one of two clocks, and not by the other.
fn decisive(case: &Case<'_>) -> Option<Finding> {
    let offset = case.project.facts.iter().filter(|_| case.is_token).find_map(|fact| match &fact.seen {
        Seen::ClockDiffers(offset) => Some(*offset),
        _ => None,
    });
    let offset = offset.filter(|offset| offset.is_off())?;
    let (_, token) = case.tokens().next()?;
    let right = token.judged?;
    let here = right.checked_add(offset.ahead / 1000)?;
    let is_good = |now: i64| {
        let token = Token { judged: Some(now), ..token.clone() };
        !token.is_out_of_time() && token.early(token.issued).is_none()
    };
    if is_good(right) == is_good(here) {
        return None;
    }
    let shown = offset.to_string();
    let title = format!("this machine's clock is {}", shown.split(',').next().unwrap_or(&shown));
    let (there, by) =
        (if is_good(right) { "good" } else { "not good" }, if is_good(here) { "good" } else { "not good" });
    let why = format!("By the server's clock the token is {there}, and by this machine's it is {by}.");
    let finding = Finding::new(Standing::Proven, Stop::Judged, title, Origin::Clock, why);
    let remedy = Remedy::new("Switch on time synchronisation; in a virtual machine or container, on its host.");
    Some(finding.mend(remedy.command("timedatectl set-ntp true")))
}

/// Whether what was sent carries times: a JWT, or a signature over a date.
fn is_dated(case: &Case<'_>) -> bool {
    let sent = case.as_refusal().into_iter().flat_map(|refusal| &refusal.exchanges);
    let values = sent.flat_map(|exchange| exchange.request.headers.iter().map(|(_, value)| value));
    values.filter_map(|value| value.expose_str()).any(|text| {
        let credential = text.rsplit(' ').next().unwrap_or(text);
        let is_token = credential.starts_with("eyJ") && credential.matches('.').count() == 2;
        is_token || text.contains("Signature=") || text.starts_with("SharedKey ")
    })
}
