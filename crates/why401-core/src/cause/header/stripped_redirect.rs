//! header/stripped-redirect: the call was redirected, and the client dropped the header on the way.

use crate::case::{Case, Refusal, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::client::{Client, Known as Clients, Redirect};
use crate::exchange::{Exchange, Request, Via};
use crate::fact::{Carrier, Remark, Seen, Sends};
use crate::read::carriers::is_header;
use crate::secret::Secret;
use crate::symptom::Symptom;
use crate::url::Url;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let Some(refusal) = case.as_refusal() else { return Vec::new() };
    // Who sends the call, or passes it on, sees each hop of it and need not guess.
    let sees_hops = |exchange: &Exchange| matches!(exchange.via, Via::Probe | Via::Capture);
    let guess = || {
        known_by(case, "header/stripped-redirect", &TOLD)
            .or_else(|| in_the_clear(case, refusal))
            .or_else(|| sent_and_not_seen(case, refusal))
            .filter(|_| !case.project.exchanges.iter().any(sees_hops))
    };
    let found = seen_to_be_dropped(refusal).or_else(|| redirected(refusal)).or_else(guess);
    // What is shown on both sides of the redirect was not dropped there.
    let is_kept = case.project.facts.iter().any(|fact| fact.is(Remark::KeptOver));
    found.filter(|_| !is_kept).into_iter().map(Into::into).collect()
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

/// Two hops of one call were captured or are shown: the first carried a credential in a header, and the second does not.
fn seen_to_be_dropped(refusal: &Refusal<'_>) -> Option<Finding> {
    refusal.exchanges.windows(2).rev().find_map(|hops| match hops {
        [first, second] => dropped_between(first, second),
        _ => None,
    })
}

fn dropped_between(first: &Exchange, second: &Exchange) -> Option<Finding> {
    let is_captured = first.via == Via::Capture && second.via == Via::Capture;
    // In a text both heads must be there in full.
    let is_shown = matches!((&first.via, &second.via), (Via::Text(_), Via::Text(_)))
        && second.request.header("host").is_some()
        && first.request.method != "OPTIONS";
    let status = first.answer()?.redirects().filter(|_| is_captured || is_shown)?;
    let (name, _) = first.request.headers.iter().find(|(name, _)| is_header(name))?;
    if second.request.header(name).is_some() {
        return None;
    }
    let how = how(&first.request.url, &second.request.url);
    let mut finding = Finding::new(
        if is_captured { Standing::Proven } else { Standing::Likely },
        Stop::Carried,
        format!("the call was redirected {how}, and {name} was dropped on the way"),
        first.origin(),
        format!("Both hops were seen: the first carried {name} and was answered {status}; the second carried none."),
    );
    finding.weight = 30;
    Some(finding.mend(Remedy::new(
        "Ask for the final address at once, letter by letter: scheme, host, port, and the slash at the end.",
    )))
}

/// A hop of the call leads elsewhere.
fn redirected(refusal: &Refusal<'_>) -> Option<Finding> {
    let (exchange, answer, status) = refusal.answers().find_map(|(exchange, answer)| {
        let status = answer.redirects()?;
        Some((exchange, answer, status))
    })?;
    if exchange.request.method == "OPTIONS" {
        return None;
    }
    let location = answer.header("location").map(str::trim);
    let how = location.map_or("to another address", |location| how(&exchange.request.url, location));
    let (dropped, why) = match location.filter(|_| Url::of(&exchange.request.url).is_absolute()) {
        Some(location) => by_rule(&exchange.request, location, status)?,
        None => (true, UNKNOWN.to_owned()),
    };
    let (standing, title) = if dropped {
        (Standing::Likely, format!("the call was redirected {how}, and the credential was dropped on the way"))
    } else {
        (
            Standing::Possible,
            format!("the call was redirected {how}, and the credential may have been dropped on the way"),
        )
    };
    let finding = Finding::new(standing, Stop::Carried, title, exchange.origin(), why);
    let mut finding = finding.mend(Remedy::new(
        "Ask for the final address at once, letter by letter: scheme, host, port, and the slash at the end.",
    ));
    finding.weight = if dropped { 20 } else { 0 };
    Some(finding)
}

const UNKNOWN: &str = "Clients take Authorization off when a redirect leads to another host, port or scheme, and some at every redirect; the second answer knows nothing of the first.";

/// Whether the header is dropped there, and why that is known: by the rule of the client that names itself, or by what
/// most clients do. `None` where the client sends it on.
fn by_rule(request: &Request, location: &str, status: u16) -> Option<(bool, String)> {
    let from = Url::of(&request.url);
    let whole = from.join(location);
    let redirect = Redirect { from, to: Url::of(&whole), status };
    let agent = request.header("user-agent").and_then(Secret::expose_str).unwrap_or_default();
    if let Some(client) = Client::of_agent(agent) {
        return match client.follow(&request.method, &[redirect]) {
            Some(arrives) if arrives.authorization => None,
            Some(_) => {
                Some((true, format!("{} takes Authorization off there; every other header stays.", client.name)))
            }
            None => Some((false, format!("{} does not follow such a redirect; something else did.", client.name))),
        };
    }
    let known = Clients::at(&request.method, &redirect);
    let why = format!(
        "Of {} clients whose rule is known, {} take Authorization off there{}{}; the second answer knows nothing of the first.",
        Client::all().len(),
        known.drop.len(),
        some(", such as ", &known.drop),
        some(", and others send it on, such as ", &known.keep),
    );
    Some((known.mostly_dropped(), why))
}

/// The first few names.
fn some(before: &str, names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!("{before}{}", names[..names.len().min(3)].join(", ")) }
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
    // Where the very call is shown, and sets the header, it is more than an address in a text.
    let is_call = |sends: &&Sends| sends.carrier == Carrier::Header && sends.host.as_deref() == Some(&mention.host);
    finding.weight = if refusal.sent.iter().any(is_call) { 8 } else { -5 };
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
    if refusal.main != Some(Symptom::Absent) {
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
    use super::{by_rule, how};
    use crate::exchange::Request;
    use crate::secret::Secret;

    #[test]
    fn the_rule_of_the_client_decides() {
        let ask = |agent: &str, to: &str| {
            let request = Request {
                method: "GET".to_owned(),
                url: "https://a.test/x".to_owned(),
                headers: vec![("user-agent".to_owned(), Secret::from(agent))],
                ..Request::default()
            };
            by_rule(&request, to, 302).map(|(dropped, _)| dropped)
        };
        for (agent, to, dropped) in [
            ("curl/8.5.0", "http://a.test/x", Some(true)),
            ("curl/8.5.0", "/x/", None),
            ("Wget/1.21.3", "http://b.test/", None),
            ("ureq/3.0", "/x/", Some(true)),
            ("", "https://b.test/", Some(true)),
            ("", "/x/", Some(false)),
        ] {
            assert_eq!(ask(agent, to), dropped, "{agent} {to}");
        }
    }

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
