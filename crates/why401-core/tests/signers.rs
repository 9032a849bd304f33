//! `webhooks.toml` and `markets.toml`: each entry can be computed, and none hides another.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;

use why401_core::provider::Registry;
use why401_core::signature::market::Market;
use why401_core::signature::schema::Layout;
use why401_core::signature::webhook::{Piece, Sender};

#[test]
fn senders() {
    let mut seen: Vec<&Sender> = Vec::new();
    for sender in Sender::all() {
        let slug = &sender.slug;
        assert!(sender.docs.starts_with("https://"), "{slug}");
        assert!(!sender.rule.signs.is_empty() && !sender.variables.is_empty(), "{slug}");
        let signs = |piece: Piece| sender.rule.signs.contains(&piece);
        let has_time = sender.time_header.is_some() || sender.layout == Layout::Pairs;
        assert_eq!(signs(Piece::Timestamp), has_time, "{slug}: a time is signed, or none is there");
        assert_eq!(signs(Piece::Id), sender.id_header.is_some(), "{slug}");
        assert_eq!(signs(Piece::Version), !sender.version.is_empty(), "{slug}");
        assert!(sender.layout == Layout::One || !sender.before.is_empty(), "{slug}: which scheme counts");
        let hidden =
            seen.iter().any(|other| other.header.eq_ignore_ascii_case(&sender.header) && other.beside.is_none());
        assert!(!hidden, "{slug} stands behind one with the same header");
        assert!(!seen.iter().any(|other| other.slug == *slug), "{slug} twice");
        seen.push(sender);
    }
    assert!(seen.len() >= 20);
}

#[test]
fn markets() {
    let registry = Registry::new(Vec::new());
    let mut slugs = BTreeSet::new();
    for market in Market::all() {
        let provider = registry.find(&market.provider).unwrap_or_else(|| panic!("{} is no provider", market.provider));
        assert!(market.hosts.iter().any(|host| registry.of_host(host).is_some_and(|own| own.slug == provider.slug)));
        assert!(market.header.is_some() != market.parameter.is_some(), "{}: one place for the signature", market.slug);
        assert_eq!(market.rule.signs.contains(&Piece::NonceAndBody), market.nonce.is_some(), "{}", market.slug);
        assert!(market.variables.iter().any(|own| provider.variables.secret.contains(own)), "{}", market.slug);
        assert!(slugs.insert(&market.slug));
    }
}
