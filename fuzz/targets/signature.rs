//! A signed request and its answer: whatever stands in a header, a query or a body is read, computed and shown without panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401_core::exchange::{Answer, Request};
use why401_core::secret::Secret;
use why401_core::signature::aws::{
    Canonical, Claim, Echo, Keys, Manner, Rules, Sought, by_digest, by_signature, differences, form, presigned, signed,
};

const SECRET: &str = "FAKEfakeFAKEfakeFAKEfakeFAKEfake/FAKE+07";

fuzz_target!(|data: (&str, &str, &str, &str, &[u8])| {
    let (authorization, path, query, told, body) = data;
    let field = |name: &str, value: &str| (name.to_owned(), Secret::from(value));
    let request = Request {
        method: "PUT".to_owned(),
        url: format!("https://a.test/{}", path.replace(['?', '#'], "")),
        query: Some(Secret::from(query)),
        headers: vec![field("Host", "a.test"), field("Authorization", authorization), field("X-Amz-Date", "20260131T000000Z")],
        body: Secret::new(body),
    };
    let echo = Echo::of(&Answer { body: told.to_owned(), ..Answer::default() });
    let secret = Secret::from(SECRET);
    if let Some(Ok(claim)) = Claim::of(&request) {
        let ours = Canonical::of(&request, &claim, Rules::of(&claim.scope.service));
        let theirs = echo.canonical.unwrap_or_else(|| ours.clone());
        let _ = differences(&ours, &theirs);
        for line in form(&claim, &ours, Some(&theirs), Some(told)).iter().flat_map(|form| &form.lines) {
            assert!(!line.text.chars().any(char::is_control), "{line:?}");
        }
        let sought = Sought { request: &request, claim: &claim };
        let _ = (by_signature(sought, &[&secret]), by_digest(sought, "00"));
    }
    let keys = Keys { id: "AKIAFAKE".to_owned(), secret, token: None };
    let manner = Manner::new("eu-west-1", "s3", 0);
    for own in [signed(&request, &keys, &manner), presigned(&request, &keys, &manner, 60)] {
        assert!(Claim::of(&own).is_some_and(|claim| claim.is_ok()));
    }
});
