//! header/overridden: something else than the program put a credential into the request.

use crate::case::{Case, Stop};
use crate::cause::carried::captured;
use crate::cause::netrc::{self, Netrc};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Fact, Operand, Remark, Seen};
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let gate = known_by(case, "header/overridden", &GATE).filter(|_| sends_bearer(case));
    let before = known_by(case, "header/overridden", &GATE_BEFORE).filter(|_| is_read_as_key(case));
    let netrc = taken_from_netrc(case).or_else(|| netrc(case));
    netrc.into_iter().chain(nobodys(case)).chain(gate).chain(before).map(Into::into).collect()
}

/// What opened the gate is handed on with the request.
const GATE_BEFORE: Known = Known {
    remark: Remark::GateBefore,
    standing: Standing::Likely,
    stop: Stop::Carried,
    title: "the password of the gate goes on to the program behind it",
    why: "The server in front takes Basic and passes the same Authorization on; the program takes it for a credential of its own.",
    remedy: "Empty the header behind the gate: `proxy_set_header Authorization \"\";`, or switch the program's own Basic off.",
    weight: 60,
};

/// The program says that a credential is not good, and not the gate that there is none.
fn is_read_as_key(case: &Case<'_>) -> bool {
    case.as_refusal().is_some_and(|refusal| {
        let is_challenged = refusal.answers().any(|(_, answer)| answer.header("www-authenticate").is_some());
        refusal.main == Some(Symptom::Rejected) && !is_challenged
    })
}

/// What a captured request carried stands in a `.netrc`, byte for byte.
fn taken_from_netrc(case: &Case<'_>) -> Option<Finding> {
    captured(case)?;
    let arrived = |fact: &&Fact| netrc::is_inside(fact) && matches!(fact.seen, Seen::Arrived(_));
    let fact = case.project.facts.iter().find(arrived)?;
    let finding = Finding::new(
        Standing::Proven,
        Stop::Sent,
        "the entry of a `.netrc` was sent, and not what the program sets",
        fact.origin.clone(),
        "The Authorization that was seen on its way is the user and password of this entry, byte for byte.",
    );
    Some(
        finding.mend(Remedy::new(
            "Delete the entry, or tell the client to leave it: `session.trust_env = False`, no `-n`.",
        )),
    )
}

/// A request has one Authorization, and two judges ask for it.
const GATE: Known = Known {
    remark: Remark::Gate,
    standing: Standing::Likely,
    stop: Stop::Carried,
    title: "two judges ask for the one Authorization header",
    why: "The server in front wants Basic, the program behind it Bearer; whichever is sent, the other refuses.",
    remedy: "Let the gate look elsewhere, by address or by a cookie, or give the program's token a header of its own.",
    weight: 12,
};

fn sends_bearer(case: &Case<'_>) -> bool {
    case.project.facts.iter().any(|fact| match &fact.seen {
        Seen::Sends(sends) => {
            sends.before.as_deref().is_some_and(|before| before.trim().eq_ignore_ascii_case("bearer"))
        }
        Seen::Remark(remark) => *remark == Remark::BuildsBearer,
        _ => false,
    })
}

/// A `.netrc` has an entry, and there are clients that prefer it to the header that the program sets.
fn netrc(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let Netrc::Own(fact) = netrc::look(case)? else { return None };
    // Where the client asks for a user, no entry was found at all.
    if !refusal.refuses() || refusal.main == Some(Symptom::Unsent) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "a `.netrc` has an entry for this host, and it replaces the header",
        fact.origin.clone(),
        "requests sends the entry's user and password as Basic, whatever Authorization the program sets; curl -n and aiohttp with `trust_env` do where it sets none.",
    );
    finding.weight = 15;
    Some(
        finding.mend(Remedy::new(
            "Delete the entry, or tell the client to leave it: `session.trust_env = False`, no `-n`.",
        )),
    )
}

/// `Basic Og==` is a user and a password of no characters: no program asks for that, a library makes it up.
fn nobodys(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Sends(sends) => {
            sends.carrier == Carrier::Header
                && sends.before.as_deref().is_some_and(|before| before.trim().eq_ignore_ascii_case("basic"))
                && matches!(&sends.credential, Operand::Literal(value) if value.expose().starts_with(b"Og=="))
        }
        Seen::Echoes(echoes) => {
            echoes.value.expose_str().is_some_and(|text| text.trim().eq_ignore_ascii_case("basic og=="))
        }
        _ => false,
    })?;
    let finding = Finding::new(
        Standing::Proven,
        Stop::Sent,
        "an empty user and password were sent as Basic",
        fact.origin.clone(),
        "`Og==` is a lone colon in base64: a client library found an empty entry, in a `.netrc` or its own settings, and sent it in place of nothing or of the program's header.",
    );
    Some(finding.mend(Remedy::new(
        "Look for an empty `.netrc` entry for the host, or a default user and password in the client's settings.",
    )))
}
