//! Every file in `providers/` against its own promises: shapes fit their examples, answers find their samples.

use std::collections::HashSet;

use regex::Regex;
use why401_core::fact::Token;
use why401_core::provider::{Answer, Credential, Kind, Provider, Registry, Within};

/// Slugs of the cause catalogue.
const CAUSES: &str = "
    key/missing key/whitespace key/invisible-character key/quoted key/placeholder key/masked key/unexpanded
    key/malformed key/wrong-provider key/wrong-environment key/wrong-type key/encoded key/revoked key/leaked
    key/expired key/retired
    env/name-mismatch env/not-loaded env/wrong-file env/shadowed env/secret-store env/credential-scope env/duplicate
    env/not-exposed env/exposed env/syntax env/expansion env/ci-not-mapped env/platform-not-mapped
    env/runtime-not-passed env/stale
    header/missing header/missing-scheme header/malformed-scheme header/wrong-scheme header/wrong-name
    header/wrong-place header/case-sensitive header/illegal-character header/companion-missing header/basic-encoding
    header/duplicate header/overridden header/stripped-redirect header/stripped-proxy
    request/wrong-endpoint request/client-check
    access/scope access/restricted-key access/organization access/ip access/referrer access/api-disabled
    access/billing access/account access/resource access/region access/propagation access/policy
    limit/rate limit/quota
    token/expired token/not-yet-valid token/audience token/issuer token/signature token/malformed token/refresh
    token/client token/redirect-uri clock/skew
    signature/secret signature/scope signature/canonical signature/webhook-secret signature/session-token
    cors/origin cors/preflight cors/header-not-allowed cors/credentials cors/masks-error cors/private-network
    server/outage server/verifier server/firewall tls/untrusted
";

/// Runs `look` on every provider and fails with all that it found.
fn hold(look: impl Fn(&'static Provider, &mut dyn FnMut(String))) {
    let mut faults = Vec::new();
    for provider in Provider::all() {
        look(provider, &mut |fault| faults.push(format!("{}: {fault}", provider.slug)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn slugs_are_unique_and_each_is_found() {
    let slugs: HashSet<_> = Provider::all().iter().map(|provider| &provider.slug).collect();
    assert_eq!(slugs.len(), Provider::all().len());
    hold(|provider, fault| {
        if Provider::find(&provider.slug).is_none_or(|found| found.name != provider.name) {
            fault("not found by its slug".to_owned());
        }
    });
}

#[test]
fn shapes_fit_their_examples() {
    hold(|provider, fault| {
        for credential in &provider.credential {
            let Credential { label, pattern, prefix, .. } = credential;
            let example = credential.example.concat();
            if let Err(error) = Regex::new(pattern) {
                fault(format!("{label}: {error}"));
            }
            if !(pattern.trim_start_matches("(?s)").starts_with('^') && pattern.ends_with('$')) {
                fault(format!("{label}: {pattern} is not anchored at both ends"));
            }
            if !pattern.trim_start_matches('^').replace('\\', "").starts_with(prefix) {
                fault(format!("{label}: {pattern} does not begin with {prefix}"));
            }
            if !credential.fits(&example) {
                fault(format!("{label}: {pattern} does not fit {example}"));
            }
            if credential.length.is_some_and(|length| length as usize != example.len()) {
                fault(format!("{label}: the example has {} characters", example.len()));
            }
            if credential.checksum_holds(&example) == Some(false) {
                fault(format!("{label}: the checksum of {example} is wrong"));
            }
            if credential.checksum.is_some() && credential.checksum_holds(&example).is_none() {
                fault(format!("{label}: the checksum of {example} cannot be recomputed"));
            }
        }
    });
}

#[test]
fn examples_look_like_nothing_else() {
    let shapes: Vec<_> = Provider::all()
        .iter()
        .flat_map(|provider| &provider.credential)
        .filter(|credential| credential.prefix.len() >= 3)
        .map(|credential| (credential, Regex::new(&credential.pattern).unwrap()))
        .collect();
    hold(|provider, fault| {
        for credential in &provider.credential {
            let example = credential.example.concat();
            if credential.example.len() < 2 {
                fault(format!("{}: the example stands in one piece", credential.label));
            }
            for (other, pattern) in &shapes {
                // Secret scanners read our files: no single piece may look like a key.
                if let Some(part) = credential.example.iter().find(|part| pattern.is_match(part)) {
                    fault(format!("{}: {part} alone fits {}", credential.label, other.pattern));
                }
                let sibling = provider.credential.iter().any(|sibling| std::ptr::eq(sibling, *other));
                if sibling
                    && other.pattern != credential.pattern
                    && !credential.prefix.is_empty()
                    && pattern.is_match(&example)
                {
                    fault(format!("{}: {example} also fits {}", credential.label, other.pattern));
                }
            }
        }
    });
}

#[test]
fn prefixes_recognise_their_provider() {
    let registry = Registry::new(Vec::new());
    hold(|provider, fault| {
        for credential in provider.credential.iter().filter(|c| c.prefix.len() >= 3) {
            if registry.recognise(&credential.example.concat()).is_none() {
                fault(format!("{} is not recognised by its prefix {}", credential.label, credential.prefix));
            }
        }
    });
}

/// What the provider makes of a sample of one of its answers.
fn meaning_of_sample(provider: &'static Provider, answer: &Answer, sample: &str) -> Option<&'static Answer> {
    if let Within::Header(name) = &answer.within {
        let headers = [(name.clone(), sample.to_owned())];
        return provider.meaning(answer.status, &headers, "", Some(&Within::Body));
    }
    let within = if answer.within == Within::Status { &Within::Body } else { &answer.within };
    provider.meaning(answer.status, &[], sample, Some(within))
}

#[test]
fn answers_find_their_samples() {
    hold(|provider, fault| {
        for answer in &provider.answer {
            let name = answer.text.as_ref().or(answer.pattern.as_ref());
            let given = usize::from(answer.text.is_some()) + usize::from(answer.pattern.is_some());
            let needed = usize::from(answer.within != Within::Status);
            if given != needed {
                fault(format!("{name:?}: {given} of text and pattern, not {needed}"));
            }
            if answer.within == Within::Status && answer.status.is_none() {
                fault(format!("{}: only the status tells, and it is not given", answer.cause));
            }
            if let Some(Err(error)) = answer.pattern.as_deref().map(Regex::new) {
                fault(format!("{name:?}: {error}"));
            }
            if answer.certain && !answer.also.is_empty() {
                fault(format!("{name:?}: certain, and yet other causes stand behind it"));
            }
            let Some(sample) = &answer.sample else {
                fault(format!("{name:?}: no sample"));
                continue;
            };
            let found = meaning_of_sample(provider, answer, sample);
            if found.is_none_or(|found| !std::ptr::eq(found, answer)) {
                let taken = found.map(|found| found.text.as_ref().or(found.pattern.as_ref()));
                fault(format!("{name:?}: its sample is taken for {taken:?}"));
            }
        }
    });
}

/// A paste often has no status, and nobody says whether it is a body: even then no entry hides a later one.
#[test]
fn answers_do_not_hide_each_other() {
    hold(|provider, fault| {
        let patterns: Vec<_> =
            provider.answer.iter().map(|a| a.pattern.as_deref().and_then(|p| Regex::new(p).ok())).collect();
        let written: Vec<_> = (provider.answer.iter().zip(&patterns))
            .filter(|(answer, _)| !matches!(answer.within, Within::Status | Within::Header(_)))
            .collect();
        for (answer, _) in &written {
            let sample = answer.sample.as_deref().unwrap_or_default();
            let found = written.iter().find(|(other, pattern)| match (&other.text, pattern) {
                (Some(literal), _) => sample.contains(literal),
                (None, pattern) => pattern.as_ref().is_some_and(|pattern| pattern.is_match(sample)),
            });
            if found.is_none_or(|(found, _)| !std::ptr::eq(*found, *answer)) {
                let name = answer.text.as_ref().or(answer.pattern.as_ref());
                let taken = found.map(|(found, _)| found.text.as_ref().or(found.pattern.as_ref()));
                fault(format!("{name:?}: without a status its sample is taken for {taken:?}"));
            }
        }
    });
}

#[test]
fn causes_are_in_the_catalogue() {
    let known: HashSet<_> = CAUSES.split_whitespace().collect();
    assert_eq!(known.len(), 86);
    hold(|provider, fault| {
        let answers = provider.answer.iter().flat_map(|answer| std::iter::once(&answer.cause).chain(&answer.also));
        for cause in answers.chain(provider.trap.iter().map(|trap| &trap.cause)) {
            if !known.contains(cause.as_str()) {
                fault(format!("no cause {cause}"));
            }
        }
        for answer in &provider.answer {
            let mut seen = HashSet::from([&answer.cause]);
            if let Some(twice) = answer.also.iter().find(|cause| !seen.insert(cause)) {
                fault(format!("{twice} twice in one answer"));
            }
        }
    });
}

#[test]
fn hosts_variables_and_urls_are_well_formed() {
    let host = Regex::new(r"^(?:\*[.-])?[a-z0-9]+(?:[.-](?:\*|[a-z0-9]+))*$").unwrap();
    let variable = Regex::new(r"^[A-Za-z][A-Za-z0-9_]*$").unwrap();
    let url = Regex::new(r"^https?://(?:[a-z0-9.:-]|\{[A-Za-z_-]+\})+(?:/\S*)?$").unwrap();
    let registry = Registry::new(Vec::new());
    hold(|provider, fault| {
        for name in provider.hosts.names.iter().filter(|name| !host.is_match(name)) {
            fault(format!("host {name}"));
        }
        let mut seen = HashSet::new();
        let variables = &provider.variables;
        for name in variables.secret.iter().chain(&variables.public).chain(&variables.other) {
            if !variable.is_match(name) || !seen.insert(name) {
                fault(format!("variable {name}"));
            }
        }
        let links = &provider.links;
        let links = [Some(&links.docs), Some(&links.keys), links.billing.as_ref(), links.status.as_ref()];
        let probe = provider.probe.as_ref().map(|probe| &probe.url);
        for text in links.into_iter().flatten().chain(&provider.hosts.base_urls).chain(probe) {
            if !url.is_match(text) || text.contains("/work") {
                fault(format!("URL {text}"));
            }
        }
        // A credential goes to hosts of its own provider only; Google's APIs share some.
        let probed = probe.and_then(|url| url.split('/').nth(2)).and_then(|authority| authority.split(':').next());
        if let Some(host) = probed {
            let own_part = host.rsplit_once('}').map_or("", |(_, rest)| rest);
            let own = !own_part.is_empty() && provider.hosts.names.iter().any(|name| name.ends_with(own_part));
            if !(own || host.ends_with('}') || registry.of_host(host).is_some()) {
                fault(format!("the probe's host {host} is nobody's"));
            }
        }
        if provider.placement.is_empty() {
            fault("no placement".to_owned());
        }
    });
}

#[test]
fn every_entry_says_where_it_is_written() {
    hold(|provider, fault| {
        let sources = (provider.credential.iter().map(|entry| &entry.source))
            .chain(provider.placement.iter().map(|entry| &entry.source))
            .chain(provider.companion.iter().map(|entry| &entry.source))
            .chain(provider.probe.iter().map(|entry| &entry.source))
            .chain(provider.answer.iter().map(|entry| &entry.source))
            .chain(provider.trap.iter().map(|entry| &entry.source));
        for source in sources.filter(|source| !source.contains("https://") && !source.contains("http://")) {
            if source != "seen in public source code" && !source.starts_with("derived: ") {
                fault(format!("source {source:?}"));
            }
        }
    });
}

#[test]
fn public_variables_and_credentials_go_together() {
    hold(|provider, fault| {
        let publishable = provider.credential.iter().any(|credential| credential.kind != Kind::Secret);
        if !provider.variables.public.is_empty() && !publishable {
            fault("public variables, and only secret credentials".to_owned());
        }
    });
}

#[test]
fn tokens_are_told_by_their_examples() {
    let registry = Registry::new(Vec::new());
    hold(|provider, fault| {
        for kind in &provider.token {
            let Ok(serde_json::Value::Object(claims)) = serde_json::from_str(&kind.example) else {
                fault(format!("{}: the example is no JSON object", kind.label));
                continue;
            };
            if kind.issuer.as_ref().is_some_and(|own| !own.starts_with('^') || !own.ends_with('$')) {
                fault(format!("{}: the expression over the issuer is not anchored at both ends", kind.label));
            }
            let patterns = kind.issuer.iter().chain(kind.claims.values());
            for error in patterns.filter_map(|pattern| Regex::new(pattern).err()) {
                fault(format!("{}: {error}", kind.label));
            }
            let token = Token { claims, ..Token::default() };
            match registry.issuer(&token) {
                Some((own, found)) if own.slug == provider.slug && found.label == kind.label => {}
                Some((own, found)) => fault(format!("{}: taken for {} of {}", kind.label, found.label, own.slug)),
                None => fault(format!("{}: the example is not recognised", kind.label)),
            }
        }
    });
}
