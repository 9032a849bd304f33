//! `why401 providers`: the services that are known.

use std::fmt::Write;

use clap::Args;
use serde_json::json;
use why401_core::provider::{Needed, Only, Place, Placement, Provider, Registry};

use super::{Output, Verdict};
use crate::shown::Shown;
use crate::world::Error;

#[derive(Debug, Args)]
pub struct Providers {
    /// A provider, such as openai
    name: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Output,
}

impl Providers {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let registry = Registry::new(Vec::new());
        let Some(name) = self.name else {
            if self.format == Output::Json {
                let all: Vec<_> =
                    registry.providers().iter().map(|p| json!({ "slug": p.slug, "name": p.name })).collect();
                return Shown::known(super::json(&json!(all))).print().map(|()| Verdict::Nothing);
            }
            let mut text = String::new();
            for provider in registry.providers() {
                let _ = writeln!(text, "{:20} {}", provider.slug, provider.name);
            }
            return Shown::known(text).print().map(|()| Verdict::Nothing);
        };
        let provider = registry.find(&name).ok_or_else(|| {
            Error::new(format!("there is no provider {name:?}")).hint("`why401 providers` lists them all")
        })?;
        if self.format == Output::Text {
            return Shown::known(page(provider)).print().map(|()| Verdict::Nothing);
        }
        Shown::known(super::json(&json!(provider))).print().map(|()| Verdict::Nothing)
    }
}

/// What is known of a provider, for people.
fn page(provider: &Provider) -> String {
    let mut out = format!("{} ({})\n\n", provider.name, provider.slug);
    let mut line = |label: &str, text: &str| {
        let _ = writeln!(out, "  {label:10} {text}");
    };
    line("docs", &provider.links.docs);
    line("keys", &provider.links.keys);
    if let Some(billing) = &provider.links.billing {
        line("billing", billing);
    }
    if let Some(status) = &provider.links.status {
        line("status", status);
    }
    line("hosts", &provider.hosts.names.join(", "));
    for region in &provider.hosts.region {
        let keys = region.keys.as_ref().map_or_else(String::new, |keys| format!("; keys: {keys}"));
        line("region", &format!("{}: {}{keys}{}", region.name, region.hosts.join(", "), unverified(region.verified)));
    }
    line("variables", &provider.variables.secret.join(", "));
    for placement in &provider.placement {
        line("sent as", &format!("{}{}", sent(placement), narrowed(&placement.only)));
    }
    for companion in &provider.companion {
        let need = match companion.needed {
            Needed::Always => "required",
            Needed::Sometimes => "sometimes required",
            Needed::Never => "optional",
        };
        let part = if companion.place == Place::Query { "query" } else { "header" };
        line(part, &format!("{} ({need}: {}): {}", companion.name, companion.when, companion.meaning));
    }
    if let Some(probe) = &provider.probe {
        let cost = match probe.cost {
            why401_core::provider::Cost::Free => "free",
            why401_core::provider::Cost::Metered => "metered: only with --allow-metered",
        };
        line("probe", &format!("{} {} expects {} ({cost})", probe.method, probe.url, probe.expect));
    }
    out.push_str("\nkeys\n");
    for credential in &provider.credential {
        let length = credential.length.map_or_else(String::new, |length| format!(", {length} characters"));
        let prefix = if credential.prefix.is_empty() {
            "no fixed beginning".to_owned()
        } else {
            format!("begins with {}", credential.prefix)
        };
        let _ = writeln!(out, "  {}: {prefix}{length}{}", credential.label, unverified(credential.verified));
    }
    out.push_str("\nrefusals\n");
    for answer in &provider.answer {
        let status = answer.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let said = answer
            .code
            .as_deref()
            .or(answer.text.as_deref())
            .or(answer.pattern.as_deref())
            .unwrap_or("the status alone");
        let _ = writeln!(out, "  {status:>3}  {:26} {said}{}", answer.cause, unverified(answer.verified));
    }
    if !provider.trap.is_empty() {
        out.push_str("\ntraps\n");
    }
    for trap in &provider.trap {
        let _ = writeln!(out, "  {}: {}{}", trap.cause, trap.text, unverified(trap.verified));
    }
    out
}

fn sent(placement: &Placement) -> String {
    let Placement { place, name, scheme, user, .. } = placement;
    match (place, scheme.as_str(), user) {
        (Place::Header, "", _) => format!("header {name}: KEY"),
        (Place::Header, _, Some(user)) => format!("HTTP Basic {user}:KEY"),
        (Place::Header, scheme, None) => format!("header {name}: {scheme} KEY"),
        (Place::Query, ..) => format!("query ?{name}=KEY"),
        (Place::BasicUser, ..) => "HTTP Basic KEY:".to_owned(),
        (Place::Body, ..) => format!("body field {name}"),
        (Place::Path, ..) => format!("path: {name}"),
        (Place::Signature, scheme, _) => format!("signature in {name}: {scheme}"),
    }
}

/// The requests that an entry is for, where that is not all of them.
fn narrowed(only: &Only) -> String {
    let kinds: Vec<String> =
        only.kinds.iter().map(|kind| json!(kind).as_str().unwrap_or_default().to_owned()).collect();
    let parts = [
        ("at ", only.hosts.as_slice()),
        ("under ", &only.paths),
        ("not under ", &only.not_paths),
        ("kind ", &kinds),
        ("beginning with ", &only.prefixes),
    ];
    let own = only.self_hosted.then(|| "at your own host".to_owned());
    let given =
        parts.into_iter().filter(|(_, list)| !list.is_empty()).map(|(word, list)| format!("{word}{}", list.join(", ")));
    let all: Vec<String> = own.into_iter().chain(given).collect();
    if all.is_empty() { String::new() } else { format!(" (only {})", all.join("; ")) }
}

/// What general knowledge says and nobody checked is marked.
fn unverified(verified: bool) -> &'static str {
    if verified { "" } else { " (not verified)" }
}
