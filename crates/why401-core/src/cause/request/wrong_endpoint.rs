//! request/wrong-endpoint: the key goes to the host of another service.

use crate::case::{Case, Refusal, Stop};
use crate::cause::asked::astray;
use crate::cause::remarked::{Known, known_by};
use crate::cause::request::not_reached::{not_azure, not_reached};
use crate::cause::tried::{Differs, tried};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::exchange::Via;
use crate::fact::{Remark, Seen};
use crate::provider::{Answer, Provider, Region};
use crate::read::pasted;
use crate::symptom::Symptom;

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
    let refused = case.as_refusal().into_iter().flat_map(|refusal| {
        parts_of_one_service(case, refusal)
            .or_else(|| not_reached(refusal))
            .or_else(|| not_azure(case, refusal))
            .or_else(|| two_regions(refusal))
            .or_else(|| known_by(case, "request/wrong-endpoint", &PARTITION).filter(|_| refusal.is_of("aws")))
            .or_else(|| tried(case, Differs::Host))
            .or_else(|| answered_by_another(case, refusal))
            .or_else(|| perhaps_another(refusal))
    });
    found.chain(refused.map(Evidence::from)).collect()
}

/// Keys of AWS are known in one of its partitions alone.
const PARTITION: Known = Known {
    remark: Remark::OtherPartition,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the region is in a part of AWS that has its own accounts",
    why: "China and GovCloud know no keys of the other regions, and the global endpoint of STS knows none of theirs.",
    remedy: "Ask the endpoint of the partition that the key is of: its region, and the regional endpoint of STS (`sts.cn-north-1.amazonaws.com.cn`).",
    weight: 40,
};

/// Where a refusal has no words, other things are commoner.
const UNTOLD: i32 = -71;

/// The wording is one service's, and the only address beside it is another's: the setting for the address is not in use.
fn answered_by_another(case: &Case<'_>, refusal: &Refusal<'_>) -> Option<Finding> {
    let (_, best) = refusal.meanings.first()?;
    let speaker = best.speaker.provider().filter(|_| best.span.len() >= 24)?;
    let owners = |host: &str| case.registry.all_of_host(host);
    let speaks = |slug: &str| {
        refusal.meanings.iter().any(|(_, other)| other.speaker.provider().is_some_and(|own| own.slug == *slug))
    };
    let own = refusal.mentions.iter().any(|(_, mention)| owners(&mention.host).iter().any(|p| p.slug == speaker.slug));
    let mut strangers = refusal.mentions.iter().filter_map(|(fact, mention)| {
        let owners = owners(&mention.host);
        let other = *owners.first()?;
        (!mention.in_refusal && !owners.iter().any(|owner| speaks(&owner.slug))).then_some((fact, mention, other))
    });
    let (fact, mention, other) = strangers.next().filter(|_| !own)?;
    // A challenge that bears the other's name comes from there.
    let word = other.name.split([' ', '/', '(']).next().unwrap_or_default().to_ascii_lowercase();
    let last = other.name.rsplit(' ').next().unwrap_or_default().to_ascii_lowercase();
    let names_itself = refusal.answers().any(|(_, answer)| {
        let body = answer.body.to_ascii_lowercase();
        [&word, &last].into_iter().any(|name| name.len() > 3 && body.contains(&format!("{name} realm")))
    });
    if names_itself {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("{} answers, and the address that is set is {}'s", speaker.name, other.name),
        fact.origin.clone(),
        format!("The refusal is worded as {} words it; {} is set and not asked.", speaker.name, mention.host),
    );
    finding.weight = 12;
    Some(finding.mend(Remedy::new(
        "Look up under which name the client takes its address: a setting that it does not know is passed over without a word.",
    )))
}

/// The key was made for one part of the service, and another part was asked.
fn parts_of_one_service(case: &Case<'_>, refusal: &Refusal<'_>) -> Option<Finding> {
    refusal.providers.iter().find_map(|(provider, _)| {
        let asked = refusal
            .mentions
            .iter()
            .find_map(|&(fact, mention)| Some((fact, mention, provider.hosts.region_of(&mention.host)?)));
        let (fact, mention, region) = asked?;
        let made = refusal.mentions.iter().find_map(|&(fact, other)| {
            let is_page =
                |of: &&Region| of.keys.as_deref().and_then(pasted::host).is_some_and(|host| host == other.host);
            let mut pages = provider.hosts.region.iter().filter(is_page);
            let own = pages.next()?;
            // A page that several parts share says nothing, nor does the address that is asked.
            (pages.next().is_none() && other != mention).then_some((fact.origin.clone(), own))
        });
        let made = made.or_else(|| {
            // A domain that only one part has: `made at z.ai`.
            refusal.mentions.iter().find_map(|&(fact, other)| {
                let mut owners =
                    provider.hosts.region.iter().filter(|of| domains(of).iter().any(|own| own == domain(&other.host)));
                let own = owners.next().filter(|_| !other.in_refusal && other.host != mention.host)?;
                owners.next().is_none().then_some((fact.origin.clone(), own))
            })
        });
        let shown = || {
            let values = case.project.facts.iter().filter_map(|fact| match &fact.seen {
                Seen::Looks(value) => Some((fact.origin.clone(), value.expose_str()?)),
                _ => None,
            });
            values.into_iter().find_map(|(origin, value)| Some((origin, provider.hosts.regions_of_key(value).next()?)))
        };
        let (key, own) = made.or_else(shown).filter(|(_, own)| own.name != region.name)?;
        let finding = Finding::new(
            Standing::Likely,
            Stop::Sent,
            format!("the key is of {} ({}), and the request goes to {}", provider.name, own.name, region.name),
            fact.origin.clone(),
            format!(
                "{} belongs to {}; keys of the one are unknown to the other, and the answer calls them invalid.",
                mention.host, region.name
            ),
        );
        let to = own.hosts.first().map_or(String::new(), |host| format!(" ({host})"));
        let remedy = Remedy::new(format!("Send it to {}{to}, or make a key for {}.", own.name, region.name));
        Some(finding.and(format!("The key is made here: {}.", own.name), Some(key)).mend(remedy))
    })
}

/// The domains of a part of a service: of its hosts, and of the page where its keys are made.
fn domains(region: &Region) -> Vec<String> {
    let page = region.keys.as_deref().and_then(pasted::host);
    region.hosts.iter().cloned().chain(page).map(|host| domain(&host).to_owned()).collect()
}

/// The last two labels of a host.
fn domain(host: &str) -> &str {
    let start = host.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
    &host[start..]
}

/// Two addresses of one service that differ only in the region.
fn two_regions(refusal: &Refusal<'_>) -> Option<Finding> {
    let (first, second) = refusal.mentions.iter().enumerate().find_map(|(at, (fact, mention))| {
        let other =
            refusal.mentions[at + 1..].iter().find(|(_, other)| differ_in_region(&mention.host, &other.host))?;
        Some((fact, other))
    })?;
    let finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "two regions of the same service are in play",
        first.origin.clone(),
        "A key of one region is unknown in the other, and the answer calls it invalid.",
    );
    let finding = finding.and(format!("Here it is {}.", second.1.host), Some(second.0.origin.clone()));
    Some(finding.mend(Remedy::new("Use the address of the region in which the key was made.")))
}

/// The service has parts that do not know each other's keys: that is the first thing to try where it takes none.
fn perhaps_another(refusal: &Refusal<'_>) -> Option<Finding> {
    // Where no key arrived, it does not matter whose it was.
    if !refusal.may_show(Symptom::Rejected) || matches!(refusal.main, Some(Symptom::Absent | Symptom::Unsent)) {
        return None;
    }
    let named = refusal.mentions.iter().find_map(|(fact, mention)| {
        let (provider, _) = refusal.providers.iter().find(|(provider, _)| has_parts(provider))?;
        Some((fact, mention, provider, provider.hosts.region_of(&mention.host)?))
    });
    let Some((fact, mention, provider, region)) = named else { return somewhere_else(refusal) };
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        format!("the key may belong to another part of {} than {}", provider.name, region.name),
        fact.origin.clone(),
        "Its parts do not know each other's keys, and each calls the others' invalid.",
    );
    // Whoever shows the base URL that is set, shows what he doubts.
    finding.weight = match refusal.meanings.is_empty() {
        _ if mention.is_base && !mention.in_refusal => 0,
        true => UNTOLD,
        false => -30,
    };
    let others = provider.hosts.region.iter().filter(|other| other.name != region.name);
    let names: Vec<String> = others.flat_map(|other| other.hosts.first().cloned()).collect();
    Some(finding.mend(Remedy::new(format!("Try the same request at {}.", names.join(", ")))))
}

/// Nothing says where the request went, and the service that refuses has parts that do not know each other's keys.
fn somewhere_else(refusal: &Refusal<'_>) -> Option<Finding> {
    let provider = refusal.provider().filter(|provider| has_parts(provider))?;
    let exchange = refusal.exchanges.first()?;
    let origin = match &exchange.via {
        Via::Text(origin) => origin.clone(),
        Via::Probe | Via::Capture => return None,
    };
    let names: Vec<&str> = provider.hosts.region.iter().map(|region| region.name.as_str()).collect();
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        format!("the key may belong to another part of {} than the one that was asked", provider.name),
        origin,
        format!("{} has parts that do not know each other's keys: {}.", provider.name, names.join(", ")),
    );
    finding.weight = if refusal.meanings.is_empty() { UNTOLD } else { -45 };
    let hosts: Vec<&str> =
        provider.hosts.region.iter().flat_map(|region| region.hosts.first().map(String::as_str)).collect();
    Some(
        finding
            .mend(Remedy::new(format!("Look up in which part the key was made, and ask there: {}.", hosts.join(", ")))),
    )
}

/// Whether the service has parts that do not know each other's keys, and does not say so itself.
fn has_parts(provider: &Provider) -> bool {
    let says = |answer: &Answer| {
        answer.certain
            && answer.cause == "request/wrong-endpoint"
            && answer.sample.as_deref().is_some_and(|sample| sample.contains("region"))
    };
    provider.hosts.region.len() > 1 && !provider.answer.iter().any(says)
}

/// Whether two hosts are the same name in two regions: `us.posthog.com` and `eu.posthog.com`, `x.cn` and `x.ai`.
fn differ_in_region(a: &str, b: &str) -> bool {
    const REGIONS: &[&str] = &[
        "us",
        "eu",
        "cn",
        "ap",
        "uk",
        "ca",
        "au",
        "jp",
        "sg",
        "in",
        "de",
        "intl",
        "international",
        "global",
        "china",
        "europe",
    ];
    const ENDS: &[&str] = &["com", "net", "org", "io", "ai", "co", "app", "dev", "cn", "eu", "us", "uk", "jp", "de"];
    let region = |label: &&&str| {
        let bare = label.trim_end_matches(|c: char| c.is_ascii_digit());
        REGIONS.contains(&bare) || label.split('-').any(|part| ["intl", "eu", "us", "cn"].contains(&part))
    };
    let name = |host: &str| {
        let mut labels: Vec<String> = host.split('.').map(str::to_owned).collect();
        while labels.len() > 1 && labels.last().is_some_and(|last| ENDS.contains(&last.as_str())) {
            labels.pop();
        }
        labels.pop().unwrap_or_default()
    };
    let regions = |host: &str| {
        let labels: Vec<&str> = host.split('.').collect();
        labels.iter().filter(region).map(|label| (*label).to_owned()).collect::<Vec<_>>()
    };
    name(a) == name(b)
        && name(a).len() > 2
        && regions(a) != regions(b)
        && !(regions(a).is_empty() && regions(b).is_empty())
}

#[cfg(test)]
mod tests {
    use super::differ_in_region;

    #[test]
    fn regions_of_one_name() {
        for (a, b, differ) in [
            ("us.posthog.com", "eu.posthog.com", true),
            ("us.posthog.com", "app.posthog.com", true),
            ("api.siliconflow.cn", "api.siliconflow.com", true),
            ("dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", true),
            ("api.openai.com", "platform.openai.com", false),
            ("us.a.com", "eu.b.com", false),
        ] {
            assert_eq!(differ_in_region(a, b), differ, "{a} {b}");
        }
    }
}
