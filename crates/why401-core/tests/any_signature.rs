//! Any request and any answer: nothing panics, what is signed is read again, and no secret is in what is shown.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use why401_core::exchange::{Answer, Request};
use why401_core::secret::Secret;
use why401_core::signature::aws::{
    Canonical, Claim, Echo, Keys, Line, Manner, Rules, Sought, by_digest, by_signature, differences, form, line,
    of_host, presigned, seconds, signed,
};

/// Pieces on which the readers stumble.
const PIECES: &[&str] = &[
    "AWS4-HMAC-SHA256",
    " ",
    "Credential=",
    "AKIAFAKE",
    "/",
    "20260131",
    "us-east-1",
    "s3",
    "aws4_request",
    ",",
    "SignedHeaders=",
    "host",
    ";",
    "x-amz-date",
    "Signature=",
    "00",
    "=",
    "&",
    "?",
    "%",
    "%2",
    "%2F",
    "%252F",
    "+",
    "é",
    "\u{301}",
    "\r\n",
    "\n",
    "'",
    "\"",
    "<CanonicalRequest>",
    "</CanonicalRequest>",
    "<StringToSign>",
    "</StringToSign>",
    "<StringToSignBytes>",
    "41 57",
    "</StringToSignBytes>",
    "GET",
    "&amp;",
    "&#x",
    "&#1114112;",
    ";",
    "The Canonical String for this request should have been\n'",
    "'\n\nThe String-to-Sign should have been\n'",
    "{\"message\":\"",
    "\\n",
    "<Region>",
    "</Region>",
    "expecting '",
    "(",
    " - ",
    "X-Amz-Algorithm=",
    "X-Amz-Credential=",
    "X-Amz-Date=20260131T000000Z",
    "X-Amz-Expires=99999999999999999999",
    "X-Amz-SignedHeaders=host",
    "X-Amz-Signature=",
    "20260131T000000Z",
    "..",
    ".",
    "//",
    ":",
    "127.0.0.1",
    "[::1]",
    "amazonaws.com",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat()),
        ".{0,40}",
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let name = prop::sample::select(vec![
        "Host",
        "authorization",
        "X-Amz-Date",
        "Date",
        "x-amz-content-sha256",
        "X-Amz-Security-Token",
        "Cookie",
        "X",
    ]);
    let headers = prop::collection::vec((name, text()), 0..6);
    let body = prop::collection::vec(any::<u8>(), 0..20);
    (text(), prop::option::of(text()), headers, body).prop_map(|(path, query, headers, body)| Request {
        method: "GET".to_owned(),
        url: format!("https://bucket.s3.eu-west-1.amazonaws.com/{}", path.replace(['?', '#'], "")),
        query: query.map(|text| Secret::from(&*text.replace('#', ""))),
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), Secret::from(&*value))).collect(),
        body: Secret::new(body),
    })
}

const SECRET: &str = "FAKEfakeFAKEfakeFAKEfake/FAKE+07FAKEfake";
const TOKEN: &str = "FwoGfakeFwoGfakeFwoGfakeFwoGfake";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_panics(request in request(), body in text(), host in text()) {
        let echo = Echo::of(&Answer { body, ..Answer::default() });
        let _ = (of_host(&host), Line::of(&host, "a.b.c"), seconds(&host), Canonical::read(&host));
        if let Some(Ok(claim)) = Claim::of(&request) {
            let ours = Canonical::of(&request, &claim, Rules::of(&claim.scope.service));
            let theirs = echo.canonical.unwrap_or_else(|| Canonical { path: "/x".to_owned(), ..ours.clone() });
            let _ = (differences(&ours, &theirs), form(&claim, &ours, Some(&theirs), Some("x")));
            let sought = Sought { request: &request, claim: &claim };
            let _ = (by_signature(sought, &[&Secret::from(SECRET)]), by_digest(sought, "00"));
        }
    }

    #[test]
    fn what_is_signed_is_read_again(request in request(), with_token in any::<bool>(), at in 0i64..4_000_000_000, service in "[a-z0-9]{1,8}") {
        let token = with_token.then(|| Secret::from(TOKEN));
        let keys = Keys { id: "AKIAFAKE".to_owned(), secret: Secret::from(SECRET), token };
        let manner = Manner::new("eu-west-1", &service, at);
        let mut bare = request;
        bare.headers.retain(|(name, _)| !["authorization", "cookie"].contains(&name.to_ascii_lowercase().as_str()));
        let query = bare.query.as_ref().and_then(Secret::expose_str).unwrap_or_default().replace("X-Amz-", "x-");
        bare.query = Some(Secret::from(&*query));
        let mut all = vec![signed(&bare, &keys, &manner)];
        all.push(presigned(&bare, &keys, &manner, 60));
        for request in all {
            let claim = Claim::of(&request).unwrap().unwrap();
            let sought = Sought { request: &request, claim: &claim };
            let found = by_signature(sought, &[&keys.secret]).unwrap();
            prop_assert!(found.changes.is_empty(), "{:?}", found.changes);
            let shown = form(&claim, &found.canonical, None, None);
            let text: String = shown.iter().flat_map(|form| &form.lines).map(|line| line.text.as_str()).collect();
            prop_assert!(!text.contains("FwoGfake") && !text.contains(SECRET) && !text.chars().any(char::is_control));
        }
        let option = Line { provider: "aws".into(), headers: "amz".into(), region: "eu-west-1".into(), service };
        let by_curl = line(&bare, &option, &keys, at, &["x".to_owned()], true);
        prop_assert!(Claim::of(&by_curl).is_some());
    }
}
