//! header/companion-missing: the service wants a second header beside the key.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, asked, in_tests};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Near, Remark};
use crate::provider::{Companion, Place};

/// Headers that HTTP clients send unasked.
const UNASKED: [&str; 4] = ["user-agent", "accept", "content-type", "host"];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    asked(case).flat_map(|asked| missing(&asked)).chain(plain_agent(case)).map(Evidence::from).collect()
}

/// Clients that name themselves by their library, or not at all.
const AGENT: Known = Known {
    remark: Remark::PlainAgent,
    standing: Standing::Possible,
    stop: Stop::Sent,
    title: "the client calls itself by its library's name, and many servers turn that away",
    why: "Protection against bots answers 403 to `Python-urllib`, `Java`, `libwww-perl` and to a request without User-Agent, whatever key it has.",
    remedy: "Set a User-Agent that names your program.",
    weight: 14,
};

fn plain_agent(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.has_status(&[403]) && refusal.meanings.is_empty())?;
    known_by(case, "header/companion-missing", &AGENT).filter(|_| refusal.echoes.is_empty())
}

fn missing(asked: &Asked<'_, '_>) -> Vec<Finding> {
    let (sends, provider) = (asked.sends, asked.provider);
    let signed = provider.placement.iter().any(|placement| placement.place == Place::Signature);
    let plain = asked.by_host && sends.carrier == Carrier::Header && sends.near == Near::Call && sends.complete;
    // A request whose key is out of place has the larger fault.
    if signed || !plain || asked.mismatch().is_some() {
        return Vec::new();
    }
    asked.wanted().into_iter().filter_map(|companion| look(asked, companion)).collect()
}

fn look(asked: &Asked<'_, '_>, companion: &Companion) -> Option<Finding> {
    let stands = |name: &String| {
        let name = name.to_ascii_lowercase();
        UNASKED.contains(&name.as_str()) || asked.sends.companions.contains(&name)
    };
    if companion.place != Place::Header || std::iter::once(&companion.name).chain(&companion.instead).any(stands) {
        return None;
    }
    let service = &asked.provider.name;
    let standing = if companion.verified && !in_tests(asked.fact) { Standing::Likely } else { Standing::Possible };
    let lacks = if asked.fact.origin.place().is_some() { " Nothing in this file sets it." } else { "" };
    let finding = Finding::new(
        standing,
        Stop::Sent,
        format!("the request lacks the header {}", companion.name),
        asked.fact.origin.clone(),
        format!("{service} wants it with {}: {}.{lacks}", companion.when, companion.meaning),
    );
    let example = companion.example.as_ref().map_or(String::new(), |value| format!(", such as `{value}`"));
    let remedy = Remedy::new(format!("Add the header {}{example}.", companion.name));
    Some(finding.mend(remedy.link(asked.provider.links.docs.clone())))
}
