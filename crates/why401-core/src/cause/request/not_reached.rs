//! The address that is set did not reach the client: the usual one refuses, although another is meant.

use crate::case::{Case, Refusal, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::Remark;
use crate::read::pasted;
use crate::symptom::Symptom;

/// The base URL of another service is set, and it is the usual one that refuses: the setting did not reach the client.
pub(super) fn not_reached(refusal: &Refusal<'_>) -> Option<Finding> {
    let asked = refusal.provider()?;
    // The answer itself names its service.
    let told = refusal.mentions.iter().any(|(_, mention)| {
        let page = |url: &str| pasted::host(url).is_some_and(|host| host == mention.host);
        mention.in_refusal
            && (page(&asked.links.keys) || page(&asked.links.docs) || asked.hosts.cover(&mention.host).is_some())
    });
    let (fact, mention) = refusal
        .mentions
        .iter()
        .find(|(_, mention)| mention.is_base && !mention.in_refusal && asked.hosts.cover(&mention.host).is_none())?;
    if !told || !refusal.may_show(Symptom::Rejected) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("{} refuses, although {} is set as the base URL", asked.name, mention.host),
        fact.origin.clone(),
        "The answer comes from the service's own address: the client does not read this setting, or reads it under another name.",
    );
    finding.weight = 15;
    Some(finding.mend(Remedy::new("Hand the base URL to the client itself, under the name that its version reads (`base_url`, `baseURL`, OPENAI_BASE_URL).")))
}

/// A client of Azure's edition is made, and the maker of the models itself refuses: the client has no address of Azure.
pub(super) fn not_azure(case: &Case<'_>, refusal: &Refusal<'_>) -> Option<Finding> {
    let asked = refusal.provider().filter(|asked| asked.slug == "openai" && refusal.may_show(Symptom::Rejected))?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::AzureClient))?;
    // The answer itself sends the reader to its maker's pages.
    let told = refusal.mentions.iter().any(|(_, mention)| {
        mention.in_refusal && pasted::host(&asked.links.keys).is_some_and(|host| host == mention.host)
    });
    if !told {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("{} itself refuses, although a client for Azure is made", asked.name),
        fact.origin.clone(),
        "Azure words its refusals otherwise: the request went to the usual address, where a key of Azure is a stranger's.",
    );
    finding.weight = 18;
    Some(finding.mend(Remedy::new(
        "Hand the client the resource's own address (`azure_endpoint`, AZURE_OPENAI_ENDPOINT; OPENAI_API_BASE with older versions).",
    )))
}
