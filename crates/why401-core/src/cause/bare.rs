//! A refusal that says no more than its status: what people who met it found most often. Only an experiment can tell.

use super::{Cause, Finding, Remedy, Standing};
use crate::case::{Refusal, Stop};
use crate::exchange::{Exchange, Via};
use crate::fact::Carrier;
use crate::read::carriers::is_header;

/// The usual causes behind a status that comes without a word, the commonest first.
pub(crate) fn bare(refusal: &Refusal<'_>) -> Vec<(&'static Cause, Finding)> {
    let refused = refusal.answers().find_map(|(exchange, answer)| {
        let status = answer.status.filter(|status| matches!(status, 401 | 403 | 407 | 429))?;
        Some((exchange, status))
    });
    let Some((exchange, status)) = refused else { return Vec::new() };
    // Where a service sells credit, a call too many is mostly one that nobody paid for.
    let prepaid = refusal.provider().is_some_and(|provider| {
        provider.answer.iter().any(|answer| answer.status == Some(429) && answer.cause == "access/billing")
    });
    let usual: &[&str] = match status {
        // Of 21 such refusals whose cause came out, nine had code or settings beside them: of four of known services three
        // had a key of the wrong kind. Of twelve without, three were revoked or expired, three an outage.
        401 | 407 if refusal.has_context && refusal.provider().is_some() => {
            &["key/wrong-type", "header/missing-scheme", "key/revoked"]
        }
        401 | 407 if refusal.has_context => by_what_is_sent(refusal),
        // Of 18 such refusals without anything beside them four were an outage, three a withdrawn key, and two each a key
        // that was copied wrongly and one of another kind; none was a variable that something else had set.
        401 | 407 if refusal.provider().is_some() => &["key/revoked", "key/malformed", "key/wrong-type"],
        401 | 407 => &["key/revoked", "server/outage", "key/malformed"],
        403 => &["access/scope", "access/resource", "access/policy"],
        _ if prepaid => &["access/billing", "limit/rate", "limit/quota"],
        _ => &["limit/rate", "limit/quota", "access/billing"],
    };
    let carries = is_sent_by_us(exchange) && exchange.request.headers.iter().any(|(name, _)| is_header(name));
    let found = usual.iter().filter(|slug| !(carries && **slug == "header/missing")).zip(0..).filter_map(|(slug, rank)| {
        let cause = Cause::find(slug)?;
        let mut finding = Finding::new(
            Standing::Possible,
            Stop::Judged,
            cause.title(),
            exchange.origin(),
            format!(
                "The answer says {status} and nothing else; this is among the commonest reasons. An experiment decides."
            ),
        );
        finding.weight = -30 - rank;
        Some((cause, finding.mend(Remedy::new(cause.remedy()))))
    });
    found.collect()
}

/// What is shown of the request leaves open how the service, which nobody registered, wants it.
fn by_what_is_sent(refusal: &Refusal<'_>) -> &'static [&'static str] {
    let in_header = || refusal.sent.iter().filter(|sends| sends.carrier == Carrier::Header);
    if in_header().any(|sends| !sends.name.eq_ignore_ascii_case("authorization")) {
        return &["header/wrong-name", "env/shadowed", "header/companion-missing"];
    }
    if refusal.sent.iter().any(|sends| sends.carrier == Carrier::Query) {
        return &["header/wrong-place", "key/revoked", "key/malformed"];
    }
    if in_header().any(|sends| sends.before.as_deref().is_some_and(|word| !word.trim().is_empty())) {
        return &["header/wrong-name", "header/wrong-scheme", "key/revoked"];
    }
    &["header/missing-scheme", "env/shadowed", "key/revoked"]
}

/// Whether all of the request is known.
fn is_sent_by_us(exchange: &Exchange) -> bool {
    matches!(exchange.via, Via::Probe | Via::Capture)
}
