//! Requests that carry a signature of any kind: what is computed of them, with a secret of which no piece may be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401_core::exchange::{Answer, Outcome, Request};
use why401_core::secret::Secret;
use why401_core::signature::fault::Candidate;
use why401_core::signature::market::Market;
use why401_core::signature::webhook::{Delivery, Sender};
use why401_core::signature::{azure, market, oauth1, webhook};

const SECRET: &str = "zq7PlainlyFakeAndNowhereElse0401";

/// Fields, a line each: method, address, query, answer, and `Name: value` for headers; behind an empty line the body.
fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if text.contains("PlainlyFake") {
        return;
    }
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let mut next = || lines.next().unwrap_or_default().to_owned();
    let (method, url, query, answer) = (next(), next(), next(), next());
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), Secret::from(value)));
    let request = Request {
        method,
        url,
        query: Some(Secret::from(&*query)).filter(|query| !query.is_empty()),
        headers: headers.collect(),
        body: Secret::from(body),
    };
    let outcome = Outcome::Answered(Answer { status: Some(403), headers: Vec::new(), body: answer });
    let secret = Secret::from(SECRET);
    let candidates = [Candidate { name: "ONE", value: &secret }];
    let mut all = Vec::new();
    all.extend(azure::examine(&request, &outcome, &candidates, Some(0)));
    all.extend(oauth1::examine(&request, &outcome, &candidates, Some(0)));
    if let Some(of) = Market::of(&request) {
        all.push(market::examine(of, &request, &outcome, &candidates, Some(0)));
    }
    for sender in Sender::all().iter().filter(|sender| request.header(&sender.header).is_some()) {
        all.push(webhook::examine(&Delivery::from(sender, &request), &candidates, Some(0), Some(0)));
    }
    for examined in all {
        assert!(!format!("{examined:?}").contains("PlainlyFake"));
    }
});
