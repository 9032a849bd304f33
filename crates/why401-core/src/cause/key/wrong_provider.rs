//! key/wrong-provider: a well-formed key of another provider.

use crate::case::{Case, Held, Refusal, Stop};
use crate::cause::asked::{astray, owner};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Seen, Value};
use crate::provider::{Kind, Meaning, Provider};
use crate::value::{Plainly, Reference};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    written
        .chain(sent(case))
        .chain(made_elsewhere(case).map(Evidence::from))
        .chain(taken_over(case).map(Evidence::from))
        .chain(echoes(case).filter_map(|echoed| Some(repeated(case, &echoed)?.into())))
        .collect()
}

/// One service refuses, and the key beside it is another's: it was made on another's page, or has another's shape.
fn made_elsewhere(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    // The page of a service beside the refusal makes it no party to it: who refuses is known by his words.
    let speaks = |of: &&(_, Meaning)| of.1.span.len() >= 24;
    let speaker = refusal.meanings.iter().filter(speaks).find_map(|(_, meaning)| meaning.speaker.provider());
    let asked = match refusal.provider() {
        Some(named) if speaks_for(refusal, named) => named,
        named => speaker.or(named)?,
    };
    let own = |slug: &str| refusal.providers.iter().any(|(provider, sure)| provider.slug == slug && *sure >= 80);
    let by_page = refusal.mentions.iter().filter(|(_, mention)| !mention.in_refusal).find_map(|(fact, mention)| {
        let pages = case.registry.of_page(&mention.host);
        let [owner] = pages[..] else { return None };
        let keys = mention.host.starts_with("platform.")
            || mention.path.contains("key")
            || owner.links.keys.contains(&mention.host);
        (keys && !are_related(owner, asked) && !own(&owner.slug)).then_some((*fact, owner))
    });
    let by_shape = || {
        case.project.facts.iter().find_map(|fact| {
            let Seen::Looks(value) = &fact.seen else { return None };
            let found = case.registry.recognise(value.expose_str()?)?;
            let foreign = !are_related(found.provider, asked) && found.credential.prefix.len() >= 4;
            let fits =
                asked.credential.iter().any(|credential| credential.fits(value.expose_str().unwrap_or_default()));
            (foreign && !fits && !own(&found.provider.slug) && found.credential.kind != Kind::NoCredential)
                .then_some((fact, found.provider))
        })
    };
    let told = refusal.main.is_some() || refusal.has_status(&[401, 403]);
    if !told || !refusal.fits("key/wrong-provider") {
        return None;
    }
    let (fact, owner) = by_page.or_else(by_shape)?;
    let finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        format!("{} refuses, and the key beside it is of {}", asked.name, owner.name),
        fact.origin.clone(),
        format!("Only {} knows its keys; what {} got is a stranger's.", owner.name, asked.name),
    );
    let mut finding = finding.mend(
        Remedy::new(format!("Hand it a key of {}, or send the request to {}.", asked.name, owner.name))
            .link(asked.links.keys.clone()),
    );
    finding.weight = 10;
    Some(finding)
}

/// The variable of one service gets its value from the variable of another.
fn taken_over(case: &Case<'_>) -> Option<Finding> {
    // At an address of the project's own another service may answer.
    let own = owner(case.registry, &case.name).filter(|_| !case.has_own_base_url())?;
    let values = case.sets.iter().filter_map(|(fact, sets)| match &sets.value {
        Value::Reference { name, .. } => Some((&fact.origin, name.clone())),
        _ => None,
    });
    let held = case.effective().filter_map(|held| match held.plainly() {
        Plainly::Reference(Reference::Variable(name)) => Some((&held.origin, name)),
        _ => None,
    });
    // Many services take the place of OpenAI's, and their keys go under its name.
    let stands_in = own.slug == "openai";
    let (origin, name, other) = values.chain(held).find_map(|(origin, name)| {
        let other = owner(case.registry, &name).filter(|other| !are_related(own, other) && !stands_in)?;
        Some((origin, name, other))
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        format!("{} is given the value of {name}, a credential of {}", case.name, other.name),
        origin.clone(),
        format!("Only {} knows that key.", other.name),
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(format!("Give it a key of {}.", own.name)).link(own.links.keys.clone())))
}

/// Whether any of the wordings is the service's.
fn speaks_for(refusal: &Refusal<'_>, provider: &Provider) -> bool {
    refusal.meanings.iter().any(|(_, meaning)| meaning.speaker.slug() == provider.slug)
}

/// Whether two services are parts of one: some of their hosts end in the same name.
fn are_related(a: &Provider, b: &Provider) -> bool {
    fn name(host: &str) -> &str {
        let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
        dots.nth(1).map_or(host, |at| &host[at + 1..])
    }
    a.slug == b.slug || a.hosts.names.iter().any(|host| b.hosts.names.iter().any(|other| name(host) == name(other)))
}

/// What the server repeats begins as another service's keys do.
fn repeated(case: &Case<'_>, echoed: &Echoed<'_>) -> Option<Finding> {
    let asked = case.as_refusal()?.provider()?;
    let shown = echoed.masked().map_or(echoed.bare(), |(head, _)| head.trim_matches(['"', '\'']));
    let own = asked.credential.iter().any(|own| !own.prefix.is_empty() && shown.starts_with(&own.prefix));
    if let (Some((head, _)), false) = (echoed.masked(), own) {
        // Where every key of the service has a beginning of its own, one that begins otherwise is a stranger's.
        let all = asked.credential.iter().all(|own| !own.prefix.is_empty()) && !asked.credential.is_empty();
        let word = head.trim_end_matches(['-', '_']);
        let plain = head.len() >= 4 && word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if all && plain && case.registry.with_prefix_of(head).next().is_none() {
            let mut finding = echoed.finding(
                Standing::Likely,
                &format!("what {} got begins as none of its keys does", asked.name),
                "The beginning that is repeated here belongs to another service, or the base URL of that service did not reach the client.",
            );
            finding.weight = 10;
            return Some(finding.mend(Remedy::new(format!(
                "Hand it a key of {}; or if another service was meant, set the base URL where the client really reads it.",
                asked.name
            ))));
        }
    }
    let found = case.registry.with_prefix_of(shown).next().filter(|_| !own)?;
    // Two letters begin many keys; a whole shape, or a long beginning, begins one service's.
    let telling = found.credential.prefix.len() >= 4 || found.credential.fits(shown);
    if found.provider.slug == asked.slug || !telling {
        return None;
    }
    let (owner, asked) = (&found.provider.name, &asked.name);
    let finding = echoed.finding(
        Standing::Likely,
        &format!("{asked} was given a key of {owner}"),
        &format!("What is repeated here begins as {} of {owner} does.", found.credential.label),
    );
    Some(finding.mend(Remedy::new(format!(
        "Hand it a key of {asked}; or if {owner} was meant, set the base URL where the client really reads it."
    ))))
}

/// The request is made for one service, and the variable is another's.
fn sent(case: &Case<'_>) -> Vec<Evidence> {
    let found = astray(case).into_iter().filter(|astray| astray.wrong_key).map(|astray| {
        let (owner, asked) = (&astray.owner.name, &astray.asked.name);
        let client = astray.sends.sdk.map_or_else(|| format!("a request to {asked}"), str::to_owned);
        let finding = Finding::new(
            astray.standing,
            Stop::Sent,
            format!("{client} is given {}, a credential of {owner}", case.name),
            astray.fact.origin.clone(),
            format!("The request is {asked}'s in all but the key, and only {owner} knows this key."),
        );
        let remedy = Remedy::new(format!("Hand it a key of {asked}.")).link(astray.asked.links.keys.clone());
        Evidence::from(finding.mend(remedy))
    });
    found.collect()
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let provider = case.provider?;
    let found = case.registry.recognise(value)?;
    let foreign = found.provider.slug != provider.slug && found.credential.kind != Kind::NoCredential;
    // Two services may share a shape: the asked one goes first.
    if !foreign
        || provider
            .credential
            .iter()
            .any(|own| own.fits(value) || own.prefix.len() >= 4 && value.starts_with(&own.prefix))
    {
        return None;
    }
    // Beside a refusal a shape that nobody confirmed, with a beginning that many services share, tells no service.
    if case.refusal.is_some() && !found.credential.verified && found.credential.prefix.len() < 4 {
        return None;
    }
    let meant = redirected(case, found.provider);
    let finding = Finding::new(
        if meant || !found.credential.verified { Standing::Possible } else { Standing::Likely },
        Stop::Written,
        format!("{} holds a key of {}, not of {}", case.name, found.provider.name, provider.name),
        held.origin.clone(),
        format!(
            "The value has the beginning and the whole shape of {} ({}).",
            found.credential.label, found.provider.name
        ),
    );
    let mut remedy =
        Remedy::new(format!("Put a key of {} there, or send this one to {}.", provider.name, found.provider.name));
    remedy.links.push(provider.links.keys.clone());
    Some(finding.mend(remedy))
}

/// Whether the project points the SDK at the other service: a base URL of its hosts stands in an env file.
fn redirected(case: &Case<'_>, to: &Provider) -> bool {
    let hosts: Vec<&str> = to.hosts.names.iter().map(|host| host.trim_start_matches("*.")).collect();
    case.project.env_files.iter().any(|file| {
        let bytes = file.bytes.expose();
        hosts.iter().any(|host| memchr::memmem::find(bytes, host.as_bytes()).is_some())
    }) || case.project.facts.iter().any(|fact| match &fact.seen {
        crate::fact::Seen::Sends(sends) => sends.host.as_deref().is_some_and(|host| hosts.contains(&host)),
        _ => false,
    })
}
