//! Azure's Python clients, and Azurite's own verifiers for the versions that those have left behind.

use why401_core::exchange::Outcome;
use why401_core::secret::Secret;
use why401_core::signature::azure::{examine, sign};
use why401_core::signature::fault::Candidate;

use super::oracle::{made, request, text};

#[test]
fn azures_clients_sign_the_same_bytes() {
    for of in made("azure_sdk.py", 600).unwrap_or_default() {
        let sent = request(&of);
        if of["kind"] == "sas" {
            agrees(&of);
            continue;
        }
        let mut unsigned = sent.clone();
        unsigned.headers.retain(|(name, _)| name != "Authorization");
        let (header, signed) = sign(&unsigned, false, text(&of["account"]), &Secret::from(text(&of["key"]))).unwrap();
        assert_eq!(signed.joined(), text(&of["text"]), "{of}");
        assert_eq!(Some(&header), sent.header("authorization"));
        agrees(&of);
    }
}

#[test]
fn azurite_verifies_the_same_bytes() {
    made("azurite_sas.mjs", 600).unwrap_or_default().iter().for_each(agrees);
}

/// The key is found to have signed by rule.
fn agrees(of: &serde_json::Value) {
    let key = Secret::from(text(&of["key"]));
    let candidates = [Candidate { name: "THE_KEY", value: &key }];
    let examined = examine(&request(of), &Outcome::NotSent(String::new()), &candidates, None).unwrap();
    assert!(examined.verdict.contains("THE_KEY"), "{of}\n{examined:#?}");
}
