//! request/wrong-endpoint: the key goes to the host of another service.

use crate::case::{Case, Stop};
use crate::cause::asked::astray;
use crate::cause::{Evidence, Finding, Remedy};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let found = astray(case).into_iter().filter(|astray| !astray.wrong_key).map(|astray| {
        let host = astray.sends.host.as_deref().unwrap_or_default();
        let (owner, asked) = (&astray.owner.name, &astray.asked.name);
        let finding = Finding::new(
            astray.standing,
            Stop::Sent,
            format!("{} is a credential of {owner}, and it is sent to {asked}", case.name),
            astray.fact.origin.clone(),
            format!("The request goes to {host}, which is {asked}'s; only {owner} knows this key."),
        );
        let base = astray.owner.hosts.base_urls.first().or(astray.owner.hosts.names.first());
        let to = base.map_or(String::new(), |url| format!(" at {url}"));
        let remedy = Remedy::new(format!("Ask {owner}{to}, or send a key of {asked}."));
        Evidence::from(finding.mend(remedy.link(astray.owner.links.docs.clone())))
    });
    found.collect()
}
