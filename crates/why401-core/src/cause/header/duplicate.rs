//! header/duplicate: two credentials in one request.

use crate::case::{Case, Stop};
use crate::cause::carried::{captured, carried};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Remark;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let told = || [&SECOND, &TWO, &SIGNED].into_iter().find_map(|known| known_by(case, "header/duplicate", known));
    twice(case).or_else(told).into_iter().map(Into::into).collect()
}

/// A request that is shown has the header twice.
const TWO: Known = Known {
    remark: Remark::TwoHeaders,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the request has two headers for a credential",
    why: "A server does not choose between two; a client's default, a proxy or a library adds one of them.",
    remedy: "Find out who adds the second, and leave it out.",
    weight: 40,
};

/// The header goes along to an address that has its own credential in the query.
const SIGNED: Known = Known {
    remark: Remark::SignedTarget,
    standing: Standing::Likely,
    stop: Stop::Carried,
    title: "a redirect leads to a signed address, and the header is sent there, too",
    why: "Object stores take one credential: the signature in the address, or the header, and refuse both together.",
    remedy: "Follow the redirect by hand, without the header, or use a client that takes it off at another host.",
    weight: 40,
};

/// A client library is handed the key, and the headers that it adds hold one as well.
const SECOND: Known = Known {
    remark: Remark::SecondCredential,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the client puts the key into its own header, and a second one is set by hand",
    why: "A request with two credentials is turned down by many services, whichever of the two is right.",
    remedy: "Leave the header out, or give the client no key: `authToken` in place of `apiKey` makes Anthropic's client send `Authorization: Bearer`.",
    weight: 12,
};

/// A captured request has two headers that carry a credential. That both are asked for is possible, so that a service that is
/// known to take both is left alone.
fn twice(case: &Case<'_>) -> Option<Finding> {
    let exchange = captured(case)?;
    let host = crate::read::pasted::host(&exchange.request.url);
    let own = |sends: &crate::fact::Sends| sends.host == host;
    let found: Vec<_> = carried(case)
        .filter(|(_, sends, _)| own(sends) && !sends.name.eq_ignore_ascii_case("proxy-authorization"))
        .collect();
    let ((fact, first, value), (_, second, other)) = (found.first()?, found.get(1)?);
    let is_one_name = first.name.eq_ignore_ascii_case(&second.name);
    let provider = case.provider.map(|provider| provider.placement.as_slice()).unwrap_or_default();
    let is_asked = |name: &str| provider.iter().any(|placement| placement.name.eq_ignore_ascii_case(name));
    if !is_one_name && is_asked(&first.name) && is_asked(&second.name) && value == other {
        return None;
    }
    let title = if is_one_name {
        format!("the request has two {} headers", first.name)
    } else {
        format!("the request carries two credentials, in {} and in {}", first.name, second.name)
    };
    let differ = if value == other { "Both are the same value." } else { "They are different values." };
    let mut finding = Finding::new(
        if is_one_name || value != other { Standing::Likely } else { Standing::Possible },
        Stop::Sent,
        title,
        fact.origin.clone(),
        format!("{differ} A server does not choose between two; a client's default or a library adds one of them."),
    );
    finding.weight = if is_one_name { 25 } else { 10 };
    Some(finding.mend(Remedy::new("Find out who adds the second, and leave it out.")))
}
