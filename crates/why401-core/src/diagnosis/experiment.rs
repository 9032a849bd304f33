//! The experiment that would decide: the service's own free request, with the same key, from the same machine.

use crate::cause::Remedy;
use crate::provider::{Aim, Cost, Kind, Place, Provider};
use crate::url::Url;

/// The experiment as a command line that holds no key; `None` where the service has no free request that is known.
pub(super) fn experiment(provider: &Provider) -> Option<Remedy> {
    let probe = provider.probe.as_ref().filter(|probe| probe.cost == Cost::Free && !probe.url.contains('{'))?;
    let placement = provider.placement.first()?;
    let variable = provider.variables.secret.first()?;
    let method = if probe.method == "GET" { String::new() } else { format!(" -X {}", probe.method) };
    let scheme = if placement.scheme.is_empty() { String::new() } else { format!("{} ", placement.scheme) };
    let credential = match placement.place {
        Place::Header => format!("-H \"{}: {scheme}${variable}\" {}", placement.name, probe.url),
        Place::BasicUser => format!("-u \"${variable}:\" {}", probe.url),
        Place::Query => format!("\"{}?{}=${variable}\"", probe.url, placement.name),
        Place::Body | Place::Path | Place::Signature => return None,
    };
    let url = Url::of(&probe.url);
    let aim = Aim {
        host: Some(url.host),
        path: Some(url.path),
        kind: Some(Kind::Secret),
        value: None,
        carrier: Some(&placement.name),
        browser: Some(false),
    };
    let headers = provider.wanted(&aim).filter(|companion| companion.place == Place::Header);
    let also: Vec<String> = headers
        .filter_map(|companion| Some(format!(" -H \"{}: {}\"", companion.name, companion.example.as_ref()?)))
        .collect();
    let text = format!(
        "An experiment decides: ask {} once more, from the same machine and with the same variable. It is free, and {} means that the key is good.",
        provider.name, probe.expect
    );
    Some(Remedy::new(text).command(format!("curl -sS -i{method}{} {credential}", also.concat())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_for_curl() {
        let line = |slug| experiment(Provider::find(slug).unwrap()).and_then(|remedy| remedy.commands.first().cloned());
        assert_eq!(
            line("openai").as_deref(),
            Some("curl -sS -i -H \"Authorization: Bearer $OPENAI_API_KEY\" https://api.openai.com/v1/models")
        );
        let anthropic = line("anthropic").unwrap();
        assert_eq!(
            anthropic,
            "curl -sS -i -H \"anthropic-version: 2023-06-01\" -H \"Authorization: Bearer $ANTHROPIC_API_KEY\" https://api.anthropic.com/v1/models"
        );
        assert_eq!(line("aws"), None);
    }
}
