//! Any page may call anything, and any server may answer with anything: there is always a verdict, and soon.

use proptest::prelude::*;
use why401_core::cors::{Call, Credentials, Fetch, Gets, Mode, Next, Origin, experiments};
use why401_core::exchange::{Answer, Outcome, Request};
use why401_core::secret::Secret;

fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Access-Control-Allow-Origin",
        "access-control-allow-credentials",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Expose-Headers",
        "Location",
        "Authorization",
        "Content-Type",
        "Range",
        "X-HTTP-Method",
        "DPR",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "*",
        ",",
        " ",
        ";",
        "null",
        "true",
        "http",
        "https",
        "://",
        ":",
        "a.test",
        "localhost",
        "3000",
        "/",
        "GET",
        "patch",
        "é",
        "authorization",
        "@",
        "[",
        "]",
        "?",
        "#",
        "..",
        "%2e",
        "\\",
        "0x",
        "1",
        "bytes=",
        "-",
        "\u{200b}",
        "\n",
        "\"",
    ]);
    prop_oneof![4 => prop::collection::vec(pieces, 0..6).prop_map(|parts| parts.concat()), 1 => any::<String>()]
}

fn fields() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((name(), value()), 0..6)
}

proptest! {
    #[test]
    fn there_is_always_a_verdict(
        page in prop_oneof![Just("http://a.test".to_owned()), Just("https://a.test".to_owned()), Just("null".to_owned()), value()],
        url in prop_oneof![Just("http://b.test/x?y".to_owned()), Just("http://localhost:3000/".to_owned()), value()],
        method in prop_oneof![Just("GET".to_owned()), Just("patch".to_owned()), value()],
        headers in fields(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        include in any::<bool>(),
        no_cors in any::<bool>(),
        answers in prop::collection::vec((100..600_u16, fields(), value()), 0..50),
    ) {
        let page = Origin::parse(&page).unwrap_or(Origin::Null);
        let mut call = Call::get(page, url);
        call.method = method;
        call.headers = headers.into_iter().map(|(name, value)| (name, Secret::from(value.as_str()))).collect();
        call.headers.push(("X-Bytes".to_owned(), Secret::new(bytes)));
        call.credentials = if include { Credentials::Include } else { Credentials::Omit };
        call.mode = if no_cors { Mode::NoCors } else { Mode::Cors };
        let mut fetch = Fetch::new(&call);
        let mut answers = answers.into_iter();
        for _ in 0..64 {
            match fetch.ask() {
                Next::Ask(asked) => {
                    let told = answers.next().map_or_else(
                        || Outcome::NotSent("the end".to_owned()),
                        |(status, headers, body)| Outcome::Answered(Answer { status: Some(status), headers, body }),
                    );
                    prop_assert!(asked.url.is_web());
                    fetch.hear(&told);
                }
                Next::Done(verdict) => {
                    if let Gets::Nothing(blocked) = &verdict.gets {
                        prop_assert!(!blocked.meaning.is_empty());
                    }
                    drop(experiments(&call, &verdict, Some(&Request::default()), &Request::default()));
                    return Ok(());
                }
            }
        }
        prop_assert!(false, "more than 20 redirects, each with a preflight, were followed");
    }
}
