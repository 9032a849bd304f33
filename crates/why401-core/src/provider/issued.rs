//! Whose a token is, by its claims.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::index::Mark;
use super::{Issued, Provider, Registry, registered};
use crate::expression::Regex;
use crate::fact::Token;

impl Registry {
    /// The services that may have an issuer of this name. Few others are among them, and no other is missing.
    pub fn of_issuer(&self, issuer: &str) -> Vec<&'static Provider> {
        let lower = issuer.to_lowercase();
        self.may_issue(|mark| mark.claims.iter().all(|(name, lines)| *name != "iss" || one_of_each(&lower, lines)))
    }

    /// The service that issued the token, and which kind it is.
    pub fn issuer(&self, token: &Token) -> Option<(&'static Provider, &'static Issued)> {
        let may_issue = self.may_issue(|mark| mark.may_be(token));
        may_issue.into_iter().find_map(|provider| Some((provider, provider.issued(token)?)))
    }

    /// The user's own services that issue tokens, and the registered ones with a mark that fits.
    fn may_issue(&self, fits: impl Fn(&Mark<'_>) -> bool) -> Vec<&'static Provider> {
        let mut places: Vec<usize> = marks().iter().filter(|mark| fits(mark)).map(|mark| mark.provider).collect();
        places.dedup();
        let registered = places.into_iter().filter_map(|at| registered().get(at));
        self.own.iter().copied().filter(|provider| !provider.token.is_empty()).chain(registered).collect()
    }
}

impl Mark<'_> {
    /// Whether nothing that is seen at once speaks against the token's being of this kind.
    fn may_be(&self, token: &Token) -> bool {
        let has = |(name, lines): &(&str, &str)| {
            text_of(token, name).is_some_and(|value| one_of_each(&value.to_lowercase(), lines))
        };
        self.without.iter().all(|name| !token.claims.contains_key(*name)) && self.claims.iter().all(has)
    }
}

/// Whether of each line one text stands in `value`.
fn one_of_each(value: &str, lines: &str) -> bool {
    lines.lines().all(|line| line.split('\t').any(|text| value.contains(text)))
}

/// The marks of the registered kinds of tokens, without the registry itself: most tokens are of none.
fn marks() -> &'static [Mark<'static>] {
    static MARKS: OnceLock<Vec<Mark<'static>>> = OnceLock::new();
    MARKS.get_or_init(|| {
        postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/tokens.bin"))).unwrap_or_default()
    })
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
    text_of(token, name).is_some_and(|text| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(&text)))
}

/// The value of a claim as text, or with `header.` before its name that of a header.
fn text_of<'t>(token: &'t Token, name: &str) -> Option<Cow<'t, str>> {
    let value = match name.strip_prefix("header.") {
        Some(name) => token.header.get(name)?,
        None => token.claims.get(name)?,
    };
    Some(value.as_str().map_or_else(|| value.to_string().into(), Cow::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole look, without marks.
    fn slowly(registry: &Registry, token: &Token) -> Option<String> {
        registry.providers().into_iter().find_map(|provider| Some(provider.issued(token)?.label.clone()))
    }

    #[test]
    fn no_mark_turns_down_what_fits() {
        let registry = Registry::new(Vec::new());
        let kinds: Vec<&Issued> = registry.providers().into_iter().flat_map(|provider| &provider.token).collect();
        assert!(kinds.len() > 20);
        for kind in kinds {
            let claims: serde_json::Map<String, Value> = serde_json::from_str(&kind.example).unwrap();
            let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default().to_owned();
            let token = Token { claims, ..Token::default() };
            let found = registry.issuer(&token).map(|(_, found)| found.label.clone());
            assert_eq!(found, slowly(&registry, &token), "{}", kind.example);
            let has_it = |provider: &&Provider| provider.of_issuer(&issuer).is_some();
            let all = registry.providers().into_iter().filter(has_it).map(|provider| &provider.slug);
            let own = registry.of_issuer(&issuer).into_iter().filter(has_it).map(|provider| &provider.slug);
            assert!(all.eq(own), "{issuer}");
        }
    }
}
