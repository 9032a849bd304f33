//! What is left where no change helped: what the bytes show that were sent, and what the controls tell.

use super::Named;
use super::proof::{came, capital};
use crate::case::Stop;
use crate::cause::{Cause, Finding, Remedy, Standing};
use crate::exchange::Exchange;
use crate::fact::Origin;
use crate::probe::{Plan, Reading, Spot, Tried, alike, said};
use crate::symptom::{self, Symptom};
use crate::value::{Plainly, plainly};

/// What the bytes show that were sent: no credential, sample text, a mask, a reference, a word for nothing.
pub(super) fn plainly_wrong(plan: &Plan<'_>, first: &Tried) -> Option<(&'static str, Finding)> {
    if !matches!(first.reading, Reading::Refused | Reading::Denied | Reading::NotSent) {
        return None;
    }
    let request = &first.trial.request;
    let spots = Spot::all(request, plan.ask.provider, &plan.ask.carriers);
    let Some(spot) = spots.first() else {
        let signs = ["signature", "sig", "x-amz-signature"];
        // What is signed carries its proof in parameters of its own.
        if first.reading != Reading::Refused
            || request.parameters().any(|(name, _)| signs.contains(&name.to_ascii_lowercase().as_str()))
        {
            return None;
        }
        let origin = Origin::Host(request.url.clone());
        let why = format!("The request carries no credential, and the answer is {}.", came(&first.hops));
        let finding = Finding::new(Standing::Proven, Stop::Sent, "no credential is in the request", origin, why);
        return Some(("header/missing", finding));
    };
    let text = spot.value.expose_str().unwrap_or_default();
    let (slug, what) = match plainly(text) {
        Plainly::Empty => ("key/missing", "nothing stands where the key should"),
        Plainly::NoValue => ("key/missing", "a word for \u{201c}no value\u{201d} is sent in place of the key"),
        Plainly::Reference(_) => ("key/unexpanded", "a reference is sent in place of the key"),
        Plainly::Placeholder => ("key/placeholder", "sample text is sent in place of the key"),
        Plainly::Masked => ("key/masked", "the hidden form of a key is sent, and not the key"),
        Plainly::Quoted | Plainly::Edged | Plainly::Strange(_) | Plainly::Json | Plainly::Candidate => return None,
    };
    let why = format!("{}, as it was sent, shows it.", capital(&spot.called()));
    let finding = Finding::new(Standing::Proven, Stop::Written, what, Origin::Header(spot.name.clone()), why);
    Some((slug, finding))
}

/// The server says that no credential came, whatever is sent: it is lost before it arrives.
pub(super) fn lost_on_the_way(plan: &Plan<'_>, first: &Tried) -> Option<(&'static str, Finding)> {
    let base = first.last()?;
    let answer = base.answer()?;
    let all_alike =
        plan.has_both_controls() && plan.tried().iter().all(|tried| tried.last().is_some_and(|last| alike(base, last)));
    // RFC 6750, section 3.1: a challenge names an error only where a token came. Basic never names one.
    let asks_for_token = answer.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("www-authenticate") && value.to_ascii_lowercase().starts_with("bearer")
    });
    let says_none = said(answer, plan.ask.provider).first().is_some_and(|meaning| {
        symptom::of(&meaning.answer.cause).first() == Some(&Symptom::Absent)
            && (asks_for_token || !meaning.span.is_empty())
    });
    // Basic has one answer for everybody.
    let spots = Spot::all(&first.trial.request, plan.ask.provider, &plan.ask.carriers);
    let has_token = spots.first().is_some_and(|spot| spot.scheme() != "basic");
    if !all_alike || !says_none || !has_token || first.reading != Reading::Refused {
        return None;
    }
    let between = answer.header("via").or_else(|| answer.header("server"));
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Carried,
        "the credential is lost between here and the program that judges it",
        base.origin(),
        "The server says that none came, and says so to every form in which one was sent, and to none at all.",
    );
    if let Some(between) = between {
        finding = finding.and(format!("What answers calls itself {between}."), None);
    }
    let remedy = Cause::find("header/stripped-proxy").map(Cause::remedy).unwrap_or_default();
    Some(("header/stripped-proxy", finding.mend(Remedy::new(remedy))))
}

/// Whether something before the API refuses whoever comes: 403 to every credential and to none, and not in the form in which
/// APIs answer.
pub(super) fn is_door(plan: &Plan<'_>, first: &Tried) -> bool {
    let answer = first.last().and_then(Exchange::answer);
    let is_json = answer.is_some_and(|answer| answer.body.trim_start().starts_with(['{', '[']));
    first.last().and_then(Exchange::status) == Some(403)
        && plan.has_both_controls()
        && plan.says_it_to_everybody()
        && !is_json
}

/// What is left where no change helped and nothing else is known.
pub(super) fn unknown(plan: &Plan<'_>, name: &str) -> Vec<Named> {
    let is_denied = plan.as_sent().is_some_and(|first| is_door(plan, first));
    let names_page = ["Origin", "Referer"].iter().any(|name| plan.ask.request.header(name).is_some());
    let (slugs, why): (&[&str], _) = match plan.seen().arrives {
        _ if plan.is_recognised() && names_page => (
            &["access/referrer", "access/policy", "access/scope"],
            "The server answers a plainly invalid key otherwise: this one is known, and not allowed for a call that says it comes from this page.",
        ),
        _ if plan.is_recognised() => (
            &["access/policy", "access/scope", "access/restricted-key"],
            "The server answers a plainly invalid key otherwise: this one is known, and this is not allowed with it.",
        ),
        Some(true) => (
            &["key/revoked", "key/wrong-environment"],
            "The server answers this key just as a plainly invalid one, and otherwise where none comes: it arrives, and is not known.",
        ),
        Some(false) => (
            &["header/wrong-name", "header/stripped-proxy"],
            "The server answers just as where no credential comes: it sees none.",
        ),
        None if is_denied => (
            &["server/firewall", "access/ip", "access/policy"],
            "Whatever credential comes, and where none does, the answer is 403: somebody refuses before any is looked at.",
        ),
        None => (
            &["key/revoked", "env/shadowed"],
            "The server answers this key, a plainly invalid one and none alike, so that its answer does not tell which it is.",
        ),
    };
    let origin = plan.as_sent().and_then(Tried::last).map_or(Origin::Clock, Exchange::origin);
    let found = slugs.iter().zip(0..).filter_map(|(slug, rank)| {
        let cause = Cause::find(slug)?;
        let mut finding = Finding::new(Standing::Possible, Stop::Judged, cause.title(), origin.clone(), why);
        finding.weight = -30 - rank;
        let finding = finding.mend(Remedy::new(cause.remedy()));
        Some(Named { cause, credential: name.to_owned(), finding })
    });
    found.collect()
}
