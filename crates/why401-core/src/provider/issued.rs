//! Whose a token is, by its claims.

use serde_json::Value;

use super::{Issued, Provider, Registry};
use crate::expression::Regex;
use crate::fact::Token;

impl Registry {
    /// The services whose tokens are known.
    pub fn issuers(&self) -> Vec<&'static Provider> {
        let registered = self.registered.index.issuers.iter().filter_map(|at| self.registered.get(*at));
        self.own.iter().copied().filter(|provider| !provider.token.is_empty()).chain(registered).collect()
    }

    /// The service that issued the token, and which kind it is.
    pub fn issuer(&self, token: &Token) -> Option<(&'static Provider, &'static Issued)> {
        self.issuers().into_iter().find_map(|provider| Some((provider, provider.issued(token)?)))
    }
}

impl Provider {
    /// Which of its kinds the token is.
    pub fn issued(&self, token: &Token) -> Option<&Issued> {
        self.token.iter().find(|kind| kind.fits(token))
    }

    /// Whether it issues tokens of which its issuer is known.
    pub fn has_issuers(&self) -> bool {
        self.token.iter().any(|kind| kind.issuer.is_some())
    }

    /// The kind whose issuer this is, and the part of it that sets customers apart.
    pub fn of_issuer(&self, issuer: &str) -> Option<(&Issued, String)> {
        self.token.iter().find_map(|kind| Some((kind, kind.tenant(issuer)?)))
    }
}

impl Issued {
    /// Whether a token is of this kind.
    pub fn fits(&self, token: &Token) -> bool {
        let has_issuer = || match (&self.issuer, token.claims.get("iss").and_then(Value::as_str)) {
            (None, _) => true,
            (Some(_), Some(issuer)) => self.tenant(issuer).is_some(),
            (Some(_), None) => false,
        };
        let is_told = self.issuer.is_some() || !self.claims.is_empty();
        is_told
            && self.without.iter().all(|name| !token.claims.contains_key(name))
            && self.claims.iter().all(|(name, pattern)| has(token, name, pattern))
            && has_issuer()
    }

    /// The part of an issuer of this kind that sets customers apart; empty where there is none, `None` for another's issuer.
    pub fn tenant(&self, issuer: &str) -> Option<String> {
        let pattern = Regex::new(self.issuer.as_ref()?).ok()?;
        let found = pattern.captures(issuer)?;
        Some(found.get(1).map_or_else(String::new, |tenant| tenant.as_str().to_owned()))
    }
}

/// Whether a claim is there, and its value as text fits.
fn has(token: &Token, name: &str, pattern: &str) -> bool {
    let value = match name.strip_prefix("header.") {
        Some(name) => token.header.get(name),
        None => token.claims.get(name),
    };
    let Some(value) = value else { return false };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(&text))
}
