//! OAuth 1.0a against oauthlib, trading platforms against their clients: what those sign is recognised, and each planted slip is
//! named first.

use std::collections::BTreeMap;

use serde_json::Value;
use why401_core::exchange::Outcome;
use why401_core::secret::Secret;
use why401_core::signature::fault::{Candidate, Examined, Sure};
use why401_core::signature::market::Market;
use why401_core::signature::{market, oauth1};

use super::oracle::{made, request, text};

#[test]
fn what_oauthlib_signs() {
    held("oauth_signers.py", 400, |of| {
        let (consumer, token) = (Secret::from(text(&of["consumer"])), Secret::from(text(&of["token"])));
        let candidates = [
            Candidate { name: "CONSUMER_SECRET", value: &consumer },
            Candidate { name: "TOKEN_SECRET", value: &token },
        ];
        oauth1::examine(&request(of), &Outcome::NotSent(String::new()), &candidates, None).unwrap()
    });
}

#[test]
fn what_the_platforms_clients_sign() {
    held("market_signers.py", 400, |of| {
        let secret = Secret::from(text(&of["secret"]));
        let sent = request(of);
        let of_host = Market::of(&sent);
        let platform = Market::find(text(&of["kind"])).unwrap();
        assert!(of_host.is_none_or(|found| found.slug == platform.slug), "{of}");
        let candidates = [Candidate { name: "THE_SECRET", value: &secret }];
        market::examine(platform, &sent, &Outcome::NotSent(String::new()), &candidates, None)
    });
}

fn held(script: &str, count: usize, look: impl Fn(&Value) -> Examined) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for of in made(script, count).unwrap_or_default() {
        let examined = look(&of);
        let Some(fault) = of["fault"].as_str() else {
            assert!(examined.faults.is_empty() && !examined.verdict.is_empty(), "{of}\n{examined:#?}");
            continue;
        };
        *seen.entry(fault.to_owned()).or_default() += 1;
        let first = examined.faults.first().unwrap_or_else(|| panic!("nothing was found: {of}"));
        assert_eq!(first.cause, text(&of["expect"]), "{of}\n{examined:#?}");
        assert!(first.sure == Sure::Proven || of["proven"] == false, "{of}\n{examined:#?}");
    }
    println!("{script}: {seen:?}");
}
