//! Every file in `providers/`: what its prose says of a request stands in fields too, and its regions fit its hosts.

use std::collections::HashSet;

use regex::Regex;
use why401_core::provider::{Aim, Kind, Needed, Place, Provider};

/// Runs `look` on every provider and fails with all that it found.
fn hold(look: impl Fn(&'static Provider, &mut dyn FnMut(String))) {
    let mut faults = Vec::new();
    for provider in Provider::all() {
        look(provider, &mut |fault| faults.push(format!("{}: {fault}", provider.slug)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Nothing is decided by prose. So whoever writes of a header, a parameter or a scheme in prose writes the entry too, or
/// says in the same sentence that it is not taken.
#[test]
fn prose_names_nothing_that_has_no_entry() {
    let forms = [
        Regex::new(r"\b(Bearer|Basic|SSWS)\b").unwrap(),
        Regex::new(r"\b(?:header |headers |Or )([A-Za-z]+(?:-[A-Za-z]+)+)\b").unwrap(),
        Regex::new(r"\b([A-Z][A-Za-z]*-[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*|x-[a-z]+(?:-[a-z]+)*)\b").unwrap(),
        Regex::new(r"(?:\?|[Qq]uery parameter \??|query )([a-z]+_?[a-zA-Z]*)=").unwrap(),
        Regex::new(r"[Qq]uery parameter ([a-zA-Z_-]+)").unwrap(),
    ];
    let refused = Regex::new(r"\b(refused|refuses|never|ignores|no longer|not|gets 401|without|cannot)\b").unwrap();
    hold(|provider, fault| {
        let names = provider.placement.iter().flat_map(|entry| [entry.name.as_str(), entry.scheme.as_str()]);
        let companions = provider.companion.iter();
        let beside =
            companions.flat_map(|entry| std::iter::once(&entry.name).chain(&entry.instead)).map(String::as_str);
        let basic = provider.placement.iter().any(|entry| entry.place == Place::BasicUser).then_some("Basic");
        let known: HashSet<String> = names.chain(beside).chain(basic).map(str::to_ascii_lowercase).collect();
        let prose = (provider.placement.iter().filter_map(|entry| entry.note.as_ref()))
            .chain(provider.companion.iter().map(|entry| &entry.when));
        for sentence in prose.flat_map(|text| text.split(". ")).filter(|sentence| !refused.is_match(sentence)) {
            let mentions = forms.iter().flat_map(|form| form.captures_iter(sentence)).filter_map(|found| found.get(1));
            for mention in mentions.filter(|mention| !known.contains(&mention.as_str().to_ascii_lowercase())) {
                fault(format!("no entry for {:?}, of which the prose says: {sentence}", mention.as_str()));
            }
        }
    });
}

#[test]
fn fields_fit_each_other() {
    hold(|provider, fault| {
        let shapes = &provider.credential;
        let only = (provider.placement.iter().map(|entry| &entry.only))
            .chain(provider.companion.iter().map(|entry| &entry.only));
        for only in only {
            for path in only.paths.iter().chain(&only.not_paths) {
                if !path.starts_with('/') || path.ends_with('/') {
                    fault(format!("path {path}"));
                }
            }
            for host in &only.hosts {
                if provider.hosts.cover(host).is_none() {
                    fault(format!("{host} is none of its hosts"));
                }
            }
            for prefix in &only.prefixes {
                if prefix != "eyJ" && !shapes.iter().any(|shape| shape.example.concat().starts_with(prefix)) {
                    fault(format!("no credential begins with {prefix}"));
                }
            }
        }
        for entry in &provider.placement {
            let basic = entry.place == Place::Header && entry.scheme == "Basic";
            if entry.user.is_some() != basic {
                fault(format!("{}: the user name goes with HTTP Basic, and HTTP Basic with a user name", entry.name));
            }
            if !entry.only.beside.is_empty() || entry.only.browser {
                fault(format!("{}: only a companion stands beside a credential", entry.name));
            }
        }
        for entry in &provider.companion {
            if !matches!(entry.place, Place::Header | Place::Query) || entry.name.contains([' ', ',', '(']) {
                fault(format!("companion {}", entry.name));
            }
        }
        let secrets = &provider.variables.secret;
        if let Some(name) = provider.variables.tokens.iter().find(|name| !secrets.contains(name)) {
            fault(format!("{name} is a token and no secret"));
        }
    });
}

#[test]
fn regions_divide_the_hosts() {
    hold(|provider, fault| {
        let regions = &provider.hosts.region;
        if regions.len() == 1 {
            fault("one region is none".to_owned());
        }
        let mut seen = HashSet::new();
        for region in regions {
            for host in &region.hosts {
                if provider.hosts.cover(host).is_none() || !seen.insert(host) {
                    fault(format!("{}: {host}", region.name));
                }
                if provider.hosts.region_of(&host.replace('*', "x")).map(|found| &found.name) != Some(&region.name) {
                    fault(format!("{host} is not found in {}", region.name));
                }
            }
            if region.keys.as_ref().is_some_and(|keys| !keys.starts_with("https://")) {
                fault(format!("{}: keys", region.name));
            }
            if !region.source.contains("https://") && region.source != "seen in public source code" {
                fault(format!("{}: source", region.name));
            }
        }
    });
}

#[test]
fn what_a_request_needs() {
    let find = |slug: &str| Provider::find(slug).unwrap();
    let wanted = |slug: &str, aim: Aim<'_>| find(slug).wanted(&aim).map(|entry| entry.name.clone()).collect::<Vec<_>>();
    let at = |host, path| Aim { host: Some(host), path: Some(path), ..Aim::default() };
    assert_eq!(wanted("anthropic", Aim::default()), ["anthropic-version"]);
    let login = Aim { kind: Some(Kind::Oauth), ..Aim::default() };
    assert_eq!(wanted("anthropic", login), ["anthropic-version", "anthropic-beta"]);
    assert_eq!(wanted("azure-openai", at("a.openai.azure.com", "/openai/deployments/a")), ["api-version"]);
    assert!(wanted("azure-openai", at("a.openai.azure.com", "/openai/v1/models")).is_empty());
    assert!(wanted("linkedin", at("api.linkedin.com", "")).is_empty());
    assert_eq!(wanted("linkedin", at("api.linkedin.com", "/rest/posts")), ["LinkedIn-Version"]);
    assert!(find("stripe").companion.iter().any(|entry| entry.needed == Needed::Sometimes));

    let moonshot = &find("moonshot").hosts;
    assert_eq!(moonshot.region_of("api.moonshot.cn").map(|region| region.name.as_str()), Some("China"));
    let of_key =
        |key| find("newrelic").hosts.regions_of_key(key).map(|region| region.name.as_str()).collect::<Vec<_>>();
    assert_eq!(of_key("eu01xxfake"), ["EU"]);
    assert!(of_key("fake").is_empty());
}
