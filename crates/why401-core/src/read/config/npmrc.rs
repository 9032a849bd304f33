//! `.npmrc`: which registry a scope is asked at, and which registry a token is for.

use std::sync::Arc;

use super::{Facts, lines, literal, name_of};
use crate::fact::{Fact, Reads, Seen, Setter, Stored};
use crate::read::Reader;

pub(super) const NPMRC: Reader = Reader { name: ".npmrc", takes: |path| name_of(path) == ".npmrc", read };

/// Keys whose value is a credential.
const CREDENTIALS: [&str; 3] = ["_authToken", "_auth", "_password"];

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    for (at, line) in lines(text) {
        let trimmed = line.trim();
        let Some((key, value)) = trimmed.split_once('=').filter(|_| !trimmed.starts_with(['#', ';'])) else { continue };
        let start = at + (line.len() - line.trim_start().len());
        let span = start..start + trimmed.len();
        let (key, bare) = (key.trim(), value.trim().trim_matches('"'));
        let (scope, setting) = key.rsplit_once(':').unwrap_or(("", key));
        if setting == "registry" && (scope.is_empty() || scope.starts_with('@')) {
            let goes = Stored::Goes { address: address(bare), scope: scope.to_owned() };
            facts.add(span, Seen::Stored(goes));
        } else if CREDENTIALS.contains(&setting) {
            let variable = variable(bare);
            let stored = Stored::Credential { address: address(scope), variable: variable.clone() };
            facts.add(span.clone(), Seen::Stored(stored));
            let value = span.end - value.trim_start().len()..span.end;
            match variable {
                Some(name) => {
                    let fallback = bare.contains(":-") || bare.contains("?}");
                    facts.add(value, Seen::Reads(Reads { name, through: "${}", browser: false, fallback, top: false }));
                }
                None if !bare.contains('$') => facts.sets(value, setting, literal(bare), Setter::CredentialFile),
                None => {}
            }
        }
    }
    facts.found
}

/// Host and path without the scheme and without slashes at the ends.
fn address(url: &str) -> String {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/').to_ascii_lowercase()
}

/// The variable of `${NAME}`, with or without the mark that it may be unset.
fn variable(value: &str) -> Option<String> {
    let inside = value.strip_prefix("${")?.strip_suffix('}')?;
    let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inside.len());
    (end > 0).then(|| inside[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_and_tokens() {
        let text = "# x=y\n@acme:registry=https://npm.pkg.github.com/\n//Registry.npmjs.org/:_authToken=${NPM_TOKEN}\nregistry = http://r/a/b/\n_authToken=abc\nbroken\n";
        let facts = read(&".npmrc".into(), text);
        let stored: Vec<&Stored> = facts
            .iter()
            .filter_map(|fact| match &fact.seen {
                Seen::Stored(stored) => Some(stored),
                _ => None,
            })
            .collect();
        let goes = |address: &str, scope: &str| Stored::Goes { address: address.to_owned(), scope: scope.to_owned() };
        let credential = |address: &str, variable: Option<&str>| Stored::Credential {
            address: address.to_owned(),
            variable: variable.map(str::to_owned),
        };
        assert_eq!(
            stored,
            [
                &goes("npm.pkg.github.com", "@acme"),
                &credential("registry.npmjs.org", Some("NPM_TOKEN")),
                &goes("r/a/b", ""),
                &credential("", None),
            ]
        );
        let read = facts.iter().find(|fact| matches!(&fact.seen, Seen::Reads(_))).map(|fact| &text[fact.span.clone()]);
        assert_eq!(read, Some("${NPM_TOKEN}"));
        let set = facts.iter().find(|fact| matches!(&fact.seen, Seen::Sets(_))).map(|fact| &text[fact.span.clone()]);
        assert_eq!(set, Some("abc"));
    }
}
