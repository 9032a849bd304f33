//! The tokens that a case is about, and what is expected of them.

use std::rc::Rc;

use super::{Case, Setting};
use crate::fact::{Claims, Fact, Introspected, Seen, Token, Wants};
use crate::project::Project;
use crate::provider::{Issued, Provider, Registry};

impl<'p> Case<'p> {
    /// The case of a token that was handed over and that no answer refuses.
    pub(super) fn token(project: &'p Project, registry: &'p Registry, setting: &Rc<Setting<'p>>) -> Option<Self> {
        let token = project.facts.iter().find_map(|fact| match &fact.seen {
            Seen::Token(token) => Some(token),
            _ => None,
        })?;
        let mut case = Self::new(project, project.units.first()?, registry, "");
        case.setting = setting.clone();
        case.is_token = true;
        case.provider = project.hints.provider.as_deref().and_then(|slug| registry.find(slug));
        case.provider = case.provider.or_else(|| registry.issuer(token).map(|(provider, _)| provider));
        Some(case)
    }

    /// The tokens: those that a refused request carried, or the one that was handed over.
    pub fn tokens(&self) -> impl Iterator<Item = (&'p Fact, &'p Token)> + use<'p> {
        let is_about = self.is_token || self.as_refusal().is_some_and(|refusal| refusal.refuses());
        let facts = is_about.then_some(&self.project.facts);
        facts.into_iter().flatten().filter_map(|fact| match &fact.seen {
            Seen::Token(token) => Some((fact, &**token)),
            _ => None,
        })
    }

    /// What kind of token it is, by the services that are known; the one that the user names first.
    pub fn issued(&self, token: &Token) -> Option<(&'static Provider, &'static Issued)> {
        let named = self.project.hints.provider.as_deref().and_then(|slug| self.registry.find(slug));
        let own = named.and_then(|provider| Some((provider, provider.issued(token)?)));
        own.or_else(|| self.registry.issuer(token))
    }

    /// The values of the claim `name` that tokens have, or that are wanted.
    pub fn claims(&self, name: &str, wanted: bool) -> impl Iterator<Item = (&'p Fact, &'p Claims)> {
        let is_about = self.is_token || self.is_refusal;
        let facts = is_about.then_some(&self.project.facts);
        facts.into_iter().flatten().filter_map(move |fact| match &fact.seen {
            Seen::Claims(claims) if claims.name == name && claims.wanted == wanted => Some((fact, claims)),
            _ => None,
        })
    }

    /// What the issuer says of the token, where it was asked.
    pub fn introspected(&self) -> Option<(&'p Fact, &'p Introspected)> {
        let is_about = self.is_token || self.is_refusal;
        let facts = is_about.then_some(&self.project.facts);
        facts.into_iter().flatten().find_map(|fact| match &fact.seen {
            Seen::Introspected(told) => Some((fact, told)),
            _ => None,
        })
    }

    /// What a token must satisfy besides.
    pub fn wants(&self) -> impl Iterator<Item = (&'p Fact, &'p Wants)> + use<'p> {
        self.project.facts.iter().filter_map(|fact| match &fact.seen {
            Seen::Wants(wants) => Some((fact, wants)),
            _ => None,
        })
    }
}
