//! header/stripped-redirect: the call was redirected, and the client dropped the header on the way.

use crate::case::{Case, Refusal, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Remark, Seen};
use crate::symptom::Symptom;
use crate::url::Url;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let Some(refusal) = case.as_refusal() else { return Vec::new() };
    redirected(refusal)
        .or_else(|| known_by(case, "header/stripped-redirect", &TOLD))
        .or_else(|| in_the_clear(case, refusal))
        .or_else(|| sent_and_not_seen(case, refusal))
        .into_iter()
        .map(Into::into)
        .collect()
}

/// Somebody speaks of a redirect, or of an option that follows one.
const TOLD: Known = Known {
    remark: Remark::Redirects,
    standing: Standing::Possible,
    stop: Stop::Carried,
    title: "the call seems to be redirected, and the credential is dropped on the way",
    why: "Clients take Authorization off where a redirect leads to another host, port or scheme, and some at every redirect.",
    remedy: "Ask for the final address at once, letter by letter: scheme, host, port, and the slash at the end.",
    weight: 8,
};

/// A hop of the call leads elsewhere.
fn redirected(refusal: &Refusal<'_>) -> Option<Finding> {
    let (exchange, location) = refusal.answers().find_map(|(exchange, answer)| {
        let redirect = answer.status.is_some_and(|status| matches!(status, 301 | 302 | 303 | 307 | 308));
        let location = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
        redirect.then_some((exchange, location.map(|(_, value)| value.as_str())))
    })?;
    if exchange.request.method == "OPTIONS" {
        return None;
    }
    let how = location.map_or("to another address", |location| how(&exchange.request.url, location));
    let finding = Finding::new(
        Standing::Likely,
        Stop::Carried,
        format!("the call was redirected {how}, and the credential was dropped on the way"),
        exchange.origin(),
        "Clients take Authorization off when a redirect leads to another host, port or scheme, and some at every redirect; the second answer knows nothing of the first.",
    );
    let mut finding = finding.mend(Remedy::new(
        "Ask for the final address at once, letter by letter: scheme, host, port, and the slash at the end.",
    ));
    finding.weight = 20;
    Some(finding)
}

/// The base URL says `http://` for a host of the net: its server sends such calls on to `https://`.
fn in_the_clear(case: &Case<'_>, refusal: &Refusal<'_>) -> Option<Finding> {
    let (fact, mention) = refusal.mentions.iter().find(|(_, mention)| {
        let local =
            mention.host == "localhost" || mention.host.starts_with("127.") || mention.host.starts_with("192.168.");
        let inside = !mention.host.contains('.')
            || [".local", ".internal", ".svc", ".lan"].iter().any(|end| mention.host.ends_with(end));
        let address = mention.host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        mention.in_the_clear && !mention.in_refusal && !local && !inside && !address
    })?;
    if !refusal.may_show(Symptom::Absent) || case.project.exchanges.is_empty() {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Carried,
        format!("{} is asked over http://, and its redirect to https:// may drop the header", mention.host),
        fact.origin.clone(),
        "Clients take Authorization off where a redirect changes the scheme or the port.",
    );
    finding.weight = -5;
    Some(finding.mend(Remedy::new("Write https:// in the base URL.")))
}

/// What the redirect changes.
fn how(from: &str, to: &str) -> &'static str {
    let (from, target) = (Url::of(from), Url::of(to));
    match (from.origin(), target.origin()) {
        (Some((a, ..)), Some((b, ..))) if a != b => "to another scheme",
        (Some((_, a, _)), Some((_, b, _))) if a != b => "to another host",
        (Some((.., a)), Some((.., b))) if a != b => "to another port",
        _ if target.path.ends_with('/') => "to the address with a slash at its end",
        _ => "to another address",
    }
}

/// The request is built with the header, and the server saw none.
fn sent_and_not_seen(case: &Case<'_>, refusal: &Refusal<'_>) -> Option<Finding> {
    if !refusal.symptoms.contains(&Symptom::Absent) {
        return None;
    }
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Sends(sends) => {
            sends.carrier == Carrier::Header
                && sends.name.eq_ignore_ascii_case("authorization")
                && sends.before.as_deref().is_some_and(|before| !before.trim().is_empty())
        }
        _ => false,
    })?;
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Carried,
        "the header is set and does not arrive: a redirect may have dropped it",
        fact.origin.clone(),
        "The request is built with the header here, and the server says that it saw none.",
    );
    finding.weight = -10;
    Some(
        finding.mend(Remedy::new(
            "Look at the redirects of the call: `curl -sv` without `-L` shows whether there is one.",
        )),
    )
}

#[cfg(test)]
mod tests {
    use super::how;

    #[test]
    fn what_changes() {
        for (from, to, expected) in [
            ("https://a.test/x", "http://a.test/x/", "to another scheme"),
            ("https://a.test/x", "https://b.test/x", "to another host"),
            ("https://a.test/x", "/x/", "to the address with a slash at its end"),
        ] {
            assert_eq!(how(from, to), expected);
        }
    }
}
