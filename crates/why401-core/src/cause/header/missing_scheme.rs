//! header/missing-scheme: the bare key, where a word must stand before it.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, is_plain, user_of};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Operand, Remark, Seen};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = asked(case).filter_map(|asked| Some(look(case, &asked)?.into()));
    known.chain(stranger(case).map(Evidence::from)).chain(typed(case).map(Evidence::from)).collect()
}

/// A field for the whole header is filled with the token alone.
const BARE: Known = Known {
    remark: Remark::BareToken,
    standing: Standing::Possible,
    stop: Stop::Sent,
    title: "the token goes into Authorization as it is, without a word before it",
    why: "Authorization is a scheme and then the credential; where a page or a program takes the whole header, nobody adds `Bearer`.",
    remedy: "Write or type `Bearer ` before the token, or describe the API with an `http` scheme `bearer`.",
    weight: 10,
};

fn typed(case: &Case<'_>) -> Option<Finding> {
    let own = case.as_refusal()?.provider().is_none();
    known_by(case, "header/missing-scheme", &BARE).filter(|_| own)
}

/// Authorization carries a bare token to a server that nobody registered, and it does not take it.
fn stranger(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Sends(sends) => {
            let bare = sends.before.as_deref().is_some_and(|before| before.trim().is_empty());
            let token = match &sends.credential {
                Operand::Literal(value) => {
                    value.len() >= 8 && !value.expose().contains(&b' ') && !is_signed(value.expose())
                }
                // A token's answer names its type, and that is the word.
                Operand::Local(name) => !name.to_ascii_lowercase().contains("type"),
                Operand::Variable(_) => true,
                Operand::Unexpanded(_) | Operand::Unknown => false,
            };
            // A client library writes the word itself.
            let by_hand = sends.sdk.is_none() && sends.carrier == Carrier::Header;
            by_hand && sends.name.eq_ignore_ascii_case("authorization") && bare && token
        }
        _ => false,
    })?;
    // Where the client says that it has no value, no server has judged how it was sent.
    if refusal.provider().is_some() || refusal.is_unsent() || !refusal.fits("header/missing-scheme") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the token stands alone in Authorization, without a word before it",
        fact.origin.clone(),
        "Authorization is a scheme and then the credential (RFC 9110, section 11.6.2); most servers ask for `Bearer`.",
    );
    finding.weight = 8;
    Some(finding.mend(Remedy::new("Write `Authorization: Bearer …`.")))
}

/// Whether it is the scheme itself of a signed request, whose parts stand behind it.
fn is_signed(value: &[u8]) -> bool {
    let schemes =
        ["AWS4-", "AWS ", "SharedKey", "key=", "HMAC", "Digest", "Signature", "OAuth", "Negotiate", "NTLM", "OSS "];
    schemes
        .iter()
        .any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes())))
}

fn look(case: &Case<'_>, asked: &Asked<'_, '_>) -> Option<Finding> {
    let mismatch = asked.mismatch()?;
    let Mismatch::NoScheme(placement) = mismatch else { return None };
    let (scheme, sends) = (&placement.scheme, asked.sends);
    if !is_plain(sends) || asked.value_begins_with(scheme) || is_whole_header(&case.name) {
        return None;
    }
    let service = &asked.provider.name;
    let finding = Finding::new(
        asked.standing(&mismatch),
        Stop::Sent,
        format!("the header {} lacks the word {scheme} before the key", sends.name),
        asked.fact.origin.clone(),
        format!(
            "{service} takes `{}: {scheme} …`; here the key stands alone, and the service sees no key at all.",
            sends.name
        ),
    );
    // Basic is no mere word: it announces a user name and a password, joined and encoded.
    let basic = scheme.eq_ignore_ascii_case("basic");
    let mut remedy = Remedy::new(if basic {
        format!("Send HTTP Basic with {} and the key as the password.", user_of(placement))
    } else {
        format!("Put `{scheme} ` before the key.")
    });
    if let Some(place) = asked.fact.origin.place().filter(|_| !basic) {
        for (span, text) in sends.slot.prefix(&format!("{scheme} ")) {
            remedy = remedy.edit(place, span, text);
        }
    }
    Some(finding.mend(remedy.link(asked.provider.links.docs.clone())))
}

/// Whether the name says that the value is the whole header, scheme and all.
fn is_whole_header(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    ["AUTHORIZATION", "AUTH_HEADER", "AUTHHEADER", "BEARER", "BASIC"].iter().any(|word| upper.contains(word))
        || upper == "AUTH"
}
