//! Signatures of any request: nothing panics or takes long, no secret is shown, and what is signed by rule is recognised.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use proptest::prelude::*;
use why401_core::exchange::{Answer, Outcome, Request};
use why401_core::secret::Secret;
use why401_core::signature::fault::{Candidate, Examined};
use why401_core::signature::keyed::{Hash, Written};
use why401_core::signature::market::Market;
use why401_core::signature::webhook::{Delivery, Sender};
use why401_core::signature::{azure, market, oauth1, webhook};

const KEY: &str = "RmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmFrZQ==";

/// Pieces of which requests are made, so that readers get far into them.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "SharedKey acme:",
        "SharedKeyLite acme:",
        "sharedkey :",
        "OAuth oauth_signature=\"a%2B=\"",
        "oauth_nonce=\"x\"",
        "sig=",
        "sv=2021-08-06",
        "sv=2012-02-12",
        "se=2030-01-01",
        "sp=r",
        "sr=b",
        "srt=sco",
        "ss=b",
        "skoid=o",
        "t=1",
        "v1=",
        "v1,",
        "sha256=",
        "v0=",
        "abcdef01",
        KEY,
        "=",
        "&",
        ",",
        " ",
        "%",
        "%25",
        "%2B",
        "+",
        "\"",
        "\n",
        "\r\n",
        "{\"a\": 1}",
        "é",
        "\u{0}",
        "https://acme.blob.core.windows.net/box/x",
        "http://127.0.0.1:10002/a/Tables",
        "://",
        "/",
        "?",
    ]);
    prop_oneof![known.prop_map(str::to_owned), ".{0,6}"]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
}

fn names() -> impl Strategy<Value = String> {
    let own = [
        "Authorization",
        "x-ms-date",
        "X-Ms-Version",
        "x-ms-meta-a",
        "Date",
        "Content-Length",
        "Content-Type",
        "API-Sign",
        "API-Key",
        "X-MBX-APIKEY",
        "CB-ACCESS-SIGN",
        "CB-ACCESS-TIMESTAMP",
        "X-Twilio-Signature",
        "webhook-id",
        "webhook-timestamp",
    ];
    let all: Vec<String> =
        own.into_iter().map(str::to_owned).chain(Sender::all().iter().map(|sender| sender.header.clone())).collect();
    prop::sample::select(all)
}

prop_compose! {
    fn any_request()(
        method in prop::sample::select(vec!["GET", "PUT", "POST", "", "get"]),
        url in text(),
        query in prop::option::of(text()),
        headers in prop::collection::vec((names(), text()), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..40),
        json in prop::option::of(text()),
    ) -> Request {
        Request {
            method: method.to_owned(),
            url,
            query: query.as_deref().map(Secret::from),
            headers: headers.into_iter().map(|(name, value)| (name, Secret::from(&*value))).collect(),
            body: json.map_or_else(|| Secret::new(body), |json| Secret::from(&*json)),
        }
    }
}

/// All that is said.
fn said(examined: &Examined) -> String {
    let faults = examined.faults.iter().map(|fault| format!("{} {} {}\n", fault.title, fault.why, fault.remedy));
    let lines = examined.forms.iter().flat_map(|form| &form.lines).map(|line| format!("{} {}\n", line.text, line.note));
    faults.chain(lines).collect::<String>() + &examined.verdict
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_looked_at(request in any_request(), answer in text(), now in prop::option::of(any::<i64>())) {
        // No text of the input has it, so that it can only come from the candidate.
        let secret = Secret::from("zq7PlainlyFakeAndNowhereElse0401");
        let other = Secret::from("RmF1eEZhdXhGYXV4RmF1eEZhdXhGYXV4RmF1eEZhdXhGYXV4RmF1eEZhdXhGYXV4RmF1eEZhdXhGYXV4RmF1eA==");
        let candidates = [Candidate { name: "ONE", value: &secret }, Candidate { name: "OTHER", value: &other }];
        let outcome = Outcome::Answered(Answer { status: Some(403), headers: Vec::new(), body: answer });
        let mut all = Vec::new();
        all.extend(azure::examine(&request, &outcome, &candidates, now));
        all.extend(oauth1::examine(&request, &outcome, &candidates, now));
        for market in Market::all() {
            all.push(market::examine(market, &request, &outcome, &candidates, now));
        }
        for sender in Sender::all() {
            all.push(webhook::examine(&Delivery::from(sender, &request), &candidates, now, now));
        }
        for examined in &all {
            let said = said(examined);
            prop_assert!(!said.contains("zq7PlainlyFake") && !said.contains("RmF1eEZhdX"), "{}", said);
        }
    }

    #[test]
    fn azure_by_rule(
        path in "(/[a-z%.~()' ]{1,6}){0,3}",
        query in "([a-z]{1,4}=[a-z%20é+]{0,5}(&[a-z]{1,4}=[a-z]{0,5}){0,3})?",
        lite in any::<bool>(),
        meta in "[ -~]{0,12}",
        table in any::<bool>(),
    ) {
        let service = if table { "table" } else { "blob" };
        let mut request = Request {
            method: "GET".into(),
            url: format!("https://acme.{service}.core.windows.net{path}"),
            query: Some(Secret::from(&*query)).filter(|query| !query.is_empty()),
            headers: vec![
                ("x-ms-date".into(), Secret::from("Fri, 06 Mar 2026 10:00:00 GMT")),
                ("x-ms-version".into(), Secret::from("2021-08-06")),
                ("x-ms-meta-a".into(), Secret::from(&*meta)),
            ],
            body: Secret::default(),
        };
        let key = Secret::from(KEY);
        let (header, _) = azure::sign(&request, lite, "acme", &key).unwrap();
        request.headers.push(("Authorization".into(), header));
        let examined = azure::examine(&request, &Outcome::NotSent(String::new()), &[Candidate { name: "KEY", value: &key }], None).unwrap();
        prop_assert!(examined.faults.is_empty() && !examined.verdict.is_empty(), "{:#?}", examined);
    }

    #[test]
    fn webhooks_by_rule(body in ".{1,60}", time in 1_000_000_000_u32.., secret in "[A-Za-z0-9]{8,40}") {
        let sender = Sender::find("stripe").unwrap();
        let secret = format!("whsec_{secret}");
        let mac = Hash::Sha256.mac(secret.as_bytes(), format!("{time}.{body}").as_bytes());
        let header = format!("t={time},v1={}", Written::Hex.write(&mac));
        let request = Request {
            headers: vec![("stripe-signature".into(), Secret::from(&*header))],
            body: Secret::from(&*body),
            ..Request::default()
        };
        let value = Secret::from(&*secret);
        let look = |request: &Request, value: &Secret| {
            webhook::examine(&Delivery::from(sender, request), &[Candidate { name: "SECRET", value }], None, None)
        };
        let examined = look(&request, &value);
        prop_assert!(examined.faults.is_empty() && !examined.verdict.is_empty(), "{:#?}", examined);
        let changed = Request { body: Secret::from(&*format!("{body}x")), ..request.clone() };
        prop_assert_eq!(look(&changed, &value).faults.first().map(|fault| fault.cause), Some("signature/webhook-secret"));
        let blank = Secret::from(&*format!("{secret}\n"));
        prop_assert_eq!(look(&request, &blank).faults.first().map(|fault| fault.cause), Some("key/whitespace"));
    }
}

#[test]
fn much_of_everything_comes_to_an_end() {
    let secret = Secret::from(KEY);
    let candidates = [Candidate { name: "ONE", value: &secret }];
    let query: String = (0..500).map(|n| format!("a{n}={n}&")).collect();
    let headers = (0..100).map(|n| (format!("x-ms-meta-{n}"), Secret::from("1")));
    let own =
        [("Authorization".to_owned(), Secret::from("SharedKey acme:IRteEpBbBsYVBVwbgL90fVMwl2WvKEHLoGqtc1BoeAI="))];
    let request = Request {
        method: "GET".into(),
        url: "https://acme.blob.core.windows.net/".into(),
        query: Some(Secret::from(&*query)),
        headers: own.into_iter().chain(headers).collect(),
        body: Secret::default(),
    };
    assert!(azure::examine(&request, &Outcome::NotSent(String::new()), &candidates, None).is_some());
    let header = Secret::from(
        "OAuth oauth_consumer_key=\"a\", oauth_signature_method=\"HMAC-SHA1\", oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"",
    );
    let request = Request { headers: vec![("Authorization".into(), header)], ..request };
    assert!(oauth1::examine(&request, &Outcome::NotSent(String::new()), &candidates, None).is_some());
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let long = format!("[{}1]", "{\"a\":\"é/\\u00e9\"},".repeat(2_000));
    for body in [deep, long] {
        let request = Request {
            headers: vec![("X-Hub-Signature-256".into(), Secret::from(&*format!("sha256={}", "0".repeat(64))))],
            body: Secret::from(&*body),
            ..Request::default()
        };
        let delivery = Delivery::of(&request).unwrap();
        assert_eq!(webhook::examine(&delivery, &candidates, None, None).faults.len(), 1);
    }
}
