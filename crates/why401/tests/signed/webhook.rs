//! Stripe, Slack, GitHub, Standard Webhooks and Twilio: what their own libraries sign is recognised, and each planted fault that
//! those libraries refuse is named first.

use std::collections::BTreeMap;

use why401_core::secret::Secret;
use why401_core::signature::fault::{Candidate, Examined, Sure};
use why401_core::signature::webhook::{Delivery, Sender, examine};

use super::oracle::{made, request, text};

#[test]
fn what_the_senders_libraries_sign_and_refuse() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for of in made("webhook_senders.py", 600).unwrap_or_default() {
        let (examined, _) = looked(&of);
        match of["fault"].as_str() {
            None => {
                assert!(examined.faults.is_empty(), "{of}\n{examined:#?}");
                assert!(examined.verdict.contains("SECRET"), "{of}\n{examined:#?}");
            }
            Some(fault) => {
                *seen.entry(fault.to_owned()).or_default() += 1;
                let first = examined.faults.first().unwrap_or_else(|| panic!("nothing was found: {of}"));
                assert_eq!(first.cause, text(&of["expect"]), "{of}\n{examined:#?}");
                let proven = of["proven"] == true;
                assert!(first.sure == Sure::Proven || !proven, "{of}\n{examined:#?}");
            }
        }
    }
    println!("{seen:?}");
}

fn looked(of: &serde_json::Value) -> (Examined, String) {
    let sent = request(of);
    let value = Secret::from(text(&of["secret"]));
    let slug = match text(&of["kind"]) {
        "standard" => "standard-webhooks",
        "twilio-shared" => "twilio-shared-key",
        slug => slug,
    };
    let sender = Sender::find(slug).unwrap();
    let delivery = Delivery::from(sender, &sent);
    if let Some(found) = Delivery::of(&sent) {
        assert_eq!(found.sender.slug, slug);
    }
    (examine(&delivery, &[Candidate { name: "SECRET", value: &value }], None, None), slug.to_owned())
}
