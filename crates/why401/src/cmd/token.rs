//! `why401 token`: what a token says, and why it is refused.

use std::path::PathBuf;

use clap::Args;
use why401_core::clock::iso_date;
use why401_core::provider::Registry;
use why401_core::signature::jws::Algorithm;

use super::Verdict;
use super::introspection::Introspection;
use super::report::Report;
use crate::config::Config;
use crate::shown::Shown;
use crate::token::{self, Wishes};
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub struct Token {
    /// A variable of the project, a file, `-` for standard input, or the token itself, which then stays in the shell's history
    #[arg(default_value = "-", allow_hyphen_values = true, hide_default_value = true)]
    token: String,
    /// The API that it must be for (`aud`; repeatable: one is enough)
    #[arg(long, value_name = "AUDIENCE")]
    audience: Vec<String>,
    /// Who must have issued it (`iss`; repeatable: one is enough)
    #[arg(long, value_name = "ISSUER")]
    issuer: Vec<String>,
    /// An algorithm that is allowed, such as RS256 (repeatable)
    #[arg(long, value_name = "ALG", value_parser = algorithm)]
    alg: Vec<String>,
    /// The issuer's key set: a file, or an address that is asked for it
    #[arg(long, value_name = "URL|FILE")]
    jwks: Option<String>,
    /// A key that it must be signed with: PEM, a certificate or a JWK
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The variable that holds the secret it must be signed with
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// A scope, role or permission that it must have (repeatable)
    #[arg(long, value_name = "SCOPE")]
    needs: Vec<String>,
    #[command(flatten)]
    introspection: Introspection,
    /// Ask the issuer that the token names for its metadata and its keys
    #[arg(long)]
    discover: bool,
    /// The service that it should be of
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// Hold it against this time instead of now: seconds since 1970, or 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
    /// The project whose env files give the values of variables
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    project: PathBuf,
    /// Ask nobody
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    report: Report,
}

impl Token {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.project)?;
        let registry = Registry::new(Config::read(&root)?.provider);
        if let Some(provider) = self.provider.as_deref().filter(|slug| registry.find(slug).is_none()) {
            return Err(
                Error::new(format!("there is no provider {provider:?}")).hint("`why401 providers` lists them all")
            );
        }
        let given = token::given(&self.token, &root, &registry)?;
        if given.is_argument && !self.report.quiet {
            Shown::known(
                "why401: a token on the command line stays in the shell's history; `-` reads it from standard input\n",
            )
            .complain();
        }
        let variable = |name: &str| token::value_of(name, given.project.as_ref(), &root, &registry);
        let secret = self.secret_env.as_deref().map(|name| Ok((name.to_owned(), variable(name)?))).transpose()?;
        let introspect = self.introspection.introspector(variable)?;
        let client = introspect.iter().flat_map(|asked| &asked.client).map(|(_, secret)| secret);
        let revealing = revealing(&given.text, secret.iter().map(|(_, value)| value).chain(client));
        let wishes = Wishes {
            audiences: self.audience,
            issuers: self.issuer,
            algorithms: self.alg,
            scopes: self.needs,
            key_set: self.jwks,
            key: self.key,
            secret,
            introspect,
            discover: self.discover,
            provider: self.provider,
            at: self.at,
            offline: self.offline,
        };
        let diagnosis = token::judge(given, &wishes, &registry)?;
        let text = self.report.text(&diagnosis);
        Shown::report(&text, &revealing).print()?;
        Ok(if diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }
}

/// What must not be shown: the token and its parts, and the secrets.
fn revealing<'a>(text: &'a str, secrets: impl Iterator<Item = &'a why401_core::secret::Secret>) -> Vec<String> {
    let parts =
        text.split(['.', '~']).chain(std::iter::once(text)).chain(secrets.filter_map(|secret| secret.expose_str()));
    parts.map(str::trim).filter(|part| part.len() >= 8).map(str::to_owned).collect()
}

/// The name of an algorithm.
fn algorithm(text: &str) -> Result<String, String> {
    let names = || Algorithm::ALL.iter().map(|(name, _)| *name);
    if names().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    let all = names().collect::<Vec<_>>().join(", ");
    Err(match names().find(|name| name.eq_ignore_ascii_case(text)) {
        Some(name) => format!("letter case counts: {name}"),
        None => format!("what signs tokens is {all}"),
    })
}

/// A time as people write it.
fn time(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .or_else(|| iso_date(text))
        .ok_or_else(|| "a time is seconds since 1970, or 2026-01-31T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(time("784111777"), Ok(784_111_777));
        assert_eq!(time("1994-11-06T08:49:37Z"), Ok(784_111_777));
        assert!(time("tomorrow").is_err());
    }

    #[test]
    fn algorithms() {
        assert_eq!(algorithm("ES256K").as_deref(), Ok("ES256K"));
        assert_eq!(algorithm("rs256"), Err("letter case counts: RS256".to_owned()));
        assert!(algorithm("none").is_err());
    }

    #[test]
    fn parts_of_a_token_are_revealing() {
        let text = "eyJhbGciOiJ.short.signature-fake";
        assert_eq!(revealing(text, std::iter::empty()), ["eyJhbGciOiJ", "signature-fake", text]);
    }
}
