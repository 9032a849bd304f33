//! The planner of a probe without any network: a world that is a function from a request to its answer drives a `Plan`.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::cell::RefCell;

use proptest::prelude::*;
use why401_core::exchange::{Answer, Exchange, Manner, Outcome, Request, Via};
use why401_core::probe::{Ask, Limits, Other, Plan, Purpose, Step, next_hop};
use why401_core::provider::{Provider, Registry};
use why401_core::secret::Secret;
use why401_core::url::Url;

const KEY: &str = "zq7-plainly-fake-51f0";

fn request(url: &str, headers: &[(&str, &str)]) -> Request {
    Request {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value))).collect(),
        ..Request::default()
    }
}

fn ask<'a>(registry: &'a Registry, request: Request, provider: Option<&'static Provider>) -> Ask<'a> {
    Ask {
        request,
        manner: Manner::default(),
        provider,
        probe: None,
        registry,
        others: Vec::<Other>::new(),
        signer: None,
        netrc: None,
        proxy: None,
        is_free: true,
        carriers: Vec::new(),
    }
}

fn said(status: u16, body: &str) -> Answer {
    Answer { status: Some(status), headers: Vec::new(), body: body.to_owned() }
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.header(name).and_then(Secret::expose_str).map(str::to_owned)
}

/// Takes this header with this value, and tells a missing one from a wrong one.
fn wants(name: &'static str, value: &'static str) -> impl Fn(&Request) -> Answer {
    move |request| match header(request, name) {
        Some(sent) if sent == value => said(200, "{\"id\":\"acme\"}"),
        Some(_) => said(401, "{\"error\":\"this key is not known\"}"),
        None => said(401, "{\"error\":\"no key was sent\"}"),
    }
}

/// Sends what the plan asks for, in batches; gives back how many trials each had.
fn drive(plan: &mut Plan<'_>, world: &dyn Fn(&Request) -> Answer) -> Vec<usize> {
    let mut batches = Vec::new();
    while let Step::Ask(trials) = plan.step() {
        assert!(!trials.is_empty() && batches.len() < 100, "the plan does not end");
        batches.push(trials.len());
        for trial in trials {
            let mut hops: Vec<Exchange> = Vec::new();
            let mut next = Some(trial.request.clone());
            while let Some(request) = next.take().filter(|_| hops.len() < 5) {
                let answer = world(&request);
                next = next_hop(&request, &answer).filter(|_| trial.manner.follow).map(|hop| hop.request);
                hops.push(Exchange { request, outcome: Outcome::Answered(answer), via: Via::Probe });
            }
            plan.heard(trial, hops);
        }
        plan.weigh();
    }
    batches
}

fn proven(plan: &Plan<'_>) -> Vec<&'static str> {
    plan.right().filter_map(|tried| Some(tried.trial.suspect()?.cause)).collect()
}

fn changes(plan: &Plan<'_>) -> Vec<String> {
    plan.tried().iter().map(|tried| tried.trial.change.clone()).collect()
}

#[test]
fn controls_come_first_and_what_is_plain_to_see_comes_next() {
    let registry = Registry::new(Vec::new());
    let asked = request("https://api.acme.test/v1/me", &[("Authorization", &format!("Bearer \"{KEY}\""))]);
    let mut plan = Plan::new(ask(&registry, asked, None), Limits::default());
    let batches = drive(&mut plan, &wants("Authorization", "Bearer zq7-plainly-fake-51f0"));
    assert_eq!(proven(&plan), ["key/quoted"]);
    assert!(plan.works() && plan.refuses());
    let tried = changes(&plan);
    assert_eq!(
        tried[..4],
        ["as sent", "without a credential", "with a plainly invalid key", "the key without its quotes"]
    );
    // Few stand beside a fault that shows itself: two changes, and the same once more.
    assert_eq!(batches[..2], [3, 3]);
}

#[test]
fn a_good_key_is_asked_about_three_times_and_no_more() {
    let registry = Registry::new(Vec::new());
    let asked = request("https://api.acme.test/v1/me", &[("X-Api-Key", KEY)]);
    let mut plan = Plan::new(ask(&registry, asked, None), Limits::default());
    assert_eq!(drive(&mut plan, &wants("X-Api-Key", KEY)), [3]);
    assert!(!plan.refuses() && proven(&plan).is_empty());
}

#[test]
fn limits_hold_where_nothing_helps() {
    let registry = Registry::new(Vec::new());
    for (requests, at_once) in [(1, 6), (2, 6), (3, 1), (5, 2), (20, 6), (200, 3)] {
        let asked = request("https://api.acme.test/v1/me", &[("Authorization", KEY), ("Cookie", "session=1")]);
        let mut plan = Plan::new(ask(&registry, asked, None), Limits { requests, at_once });
        let batches = drive(&mut plan, &|_| said(401, "no"));
        assert!(plan.tried().len() <= requests, "{requests}: {batches:?}");
        assert!(batches.iter().all(|count| *count <= at_once.max(3)), "{at_once}: {batches:?}");
        assert!(proven(&plan).is_empty() && plan.refuses());
    }
}

#[test]
fn what_may_change_something_is_sent_once_as_it_is() {
    let registry = Registry::new(Vec::new());
    let mut asked = ask(&registry, request("https://api.acme.test/orders", &[("Authorization", KEY)]), None);
    asked.request.method = "POST".to_owned();
    asked.is_free = false;
    let mut plan = Plan::new(asked, Limits::default());
    assert_eq!(drive(&mut plan, &|_| said(401, "no")), [1]);
    assert_eq!(plan.tried()[0].trial.request.method, "POST");
}

#[test]
fn credentials_go_to_the_host_of_the_request_and_to_the_services_own() {
    let registry = Registry::new(Vec::new());
    for provider in Provider::all() {
        let Some(host) = provider.hosts.names.iter().find(|name| !name.contains(['*', '{'])) else { continue };
        let asked = request(&format!("https://{host}/v1/me"), &[("Authorization", &format!("Bearer {KEY}"))]);
        let mut plan = Plan::new(ask(&registry, asked, Some(provider)), Limits { requests: 60, at_once: 6 });
        drive(&mut plan, &|_| said(401, "no"));
        for tried in plan.tried() {
            let to = Url::of(&tried.trial.request.url).host().unwrap();
            let own = provider.hosts.cover(&to).is_some() && tried.trial.request.url.starts_with("https://");
            assert!(to == *host || own, "{}: {} goes to {to}", provider.slug, tried.trial.change);
        }
    }
}

#[test]
fn an_emulator_is_not_the_service_so_that_nothing_goes_there_from_it() {
    let registry = Registry::new(Vec::new());
    let with_regions = Provider::all().into_iter().filter(|provider| !provider.hosts.region.is_empty());
    for provider in with_regions {
        let asked = request("http://127.0.0.1:8080/v1/me", &[("Authorization", KEY)]);
        let mut plan = Plan::new(ask(&registry, asked, Some(provider)), Limits { requests: 60, at_once: 6 });
        drive(&mut plan, &|_| said(401, "no"));
        assert!(plan.tried().iter().all(|tried| tried.trial.request.url.starts_with("http://127.0.0.1:8080/")));
    }
}

/// A service with parts that do not know each other's keys, as its own hosts want HTTPS and no story has them.
#[test]
fn the_key_of_another_region() {
    let registry = Registry::new(Vec::new());
    let mailgun = registry.find("mailgun").unwrap();
    let (here, there) = ("api.mailgun.net", "api.eu.mailgun.net");
    let basic = "Basic YXBpOnpxNy1wbGFpbmx5LWZha2UtNTFmMA==";
    let asked = request(&format!("https://{here}/v3/domains"), &[("Authorization", basic)]);
    let mut plan = Plan::new(ask(&registry, asked, Some(mailgun)), Limits::default());
    let good = wants("Authorization", basic);
    drive(&mut plan, &|request| {
        if Url::of(&request.url).host().as_deref() == Some(there) { good(request) } else { said(401, "Forbidden") }
    });
    assert_eq!(proven(&plan), ["request/wrong-endpoint"], "{:?}", changes(&plan));
}

#[test]
fn what_everybody_is_told_proves_nothing() {
    let registry = Registry::new(Vec::new());
    let asked = || request("https://api.acme.test/v1/me", &[("Authorization", &format!("Bearer {KEY}"))]);
    // Another header opens the door, whatever key stands in it.
    let mut plan = Plan::new(ask(&registry, asked(), None), Limits::default());
    drive(&mut plan, &|request| match header(request, "x-api-key") {
        Some(_) => said(200, "welcome"),
        None => said(401, "no"),
    });
    assert!(proven(&plan).is_empty() && !plan.works(), "{:?}", changes(&plan));
    // A page for everybody lies behind the redirect.
    let mut plan = Plan::new(ask(&registry, asked(), None), Limits::default());
    drive(&mut plan, &|request| match Url::of(&request.url).path {
        "/login" => said(200, "<form>"),
        _ => Answer { headers: vec![("Location".to_owned(), "/login".to_owned())], ..said(302, "") },
    });
    assert!(proven(&plan).is_empty(), "{:?}", changes(&plan));
    // The page is not there for anybody: no change of the credential is to blame.
    let mut plan = Plan::new(ask(&registry, asked(), None), Limits::default());
    drive(&mut plan, &|_| said(404, "no such page"));
    assert!(!plan.refuses() && proven(&plan).is_empty());
}

#[test]
fn of_two_credentials_one_is_in_the_way() {
    let registry = Registry::new(Vec::new());
    let bearer = format!("Bearer {KEY}");
    let headers = [("X-Api-Key", "zq7-plainly-old-0000"), ("Authorization", bearer.as_str())];
    let mut plan = Plan::new(ask(&registry, request("https://api.acme.test/me", &headers), None), Limits::default());
    let good = wants("Authorization", "Bearer zq7-plainly-fake-51f0");
    drive(&mut plan, &|request| match header(request, "x-api-key") {
        Some(_) => said(401, "this key is not known"),
        None => good(request),
    });
    assert_eq!(proven(&plan), ["header/duplicate"], "{:?}", changes(&plan));
}

#[test]
fn a_server_that_takes_it_when_asked_again_proves_nothing() {
    let registry = Registry::new(Vec::new());
    let asked = request("https://api.acme.test/v1/me", &[("Authorization", &format!("Bearer {KEY}"))]);
    let mut plan = Plan::new(ask(&registry, asked, None), Limits::default());
    let count = RefCell::new(0);
    drive(&mut plan, &|request| {
        let is_good = header(request, "authorization").is_some_and(|value| value.contains(KEY));
        *count.borrow_mut() += usize::from(is_good);
        if is_good && *count.borrow() > 1 { said(200, "fine") } else { said(401, "no") }
    });
    assert!(plan.heals() && proven(&plan).is_empty(), "{:?} of {:?}", proven(&plan), changes(&plan));
}

#[test]
fn two_faults_one_after_the_other() {
    let registry = Registry::new(Vec::new());
    let mut asked =
        ask(&registry, request("https://old.acme.test/me", &[("Authorization", &format!("Bearer {KEY} "))]), None);
    asked.manner.follow = true;
    let mut plan = Plan::new(asked, Limits::default());
    let good = wants("Authorization", "Bearer zq7-plainly-fake-51f0");
    drive(&mut plan, &|request| match Url::of(&request.url).host().as_deref() {
        Some("api.acme.test") => good(request),
        _ => Answer { headers: vec![("Location".to_owned(), "https://api.acme.test/me".to_owned())], ..said(308, "") },
    });
    assert_eq!(proven(&plan), ["header/stripped-redirect", "key/whitespace"]);
    let hop = plan.right().next().unwrap().trial.suspect().unwrap();
    assert!(hop.known.contains("take Authorization off there (curl"), "{}", hop.known);
}

#[test]
fn a_token_that_has_ended_is_not_varied() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let registry = Registry::new(Vec::new());
    let token = ["{\"alg\":\"HS256\"}", "{\"exp\":1700000000}", "none"].map(|part| URL_SAFE_NO_PAD.encode(part));
    let asked = request("https://api.acme.test/v1/me", &[("Authorization", &format!("Bearer {}", token.join(".")))]);
    for (date, batches) in [("Thu, 16 Nov 2023 08:00:00 GMT", 1), ("Mon, 13 Nov 2023 08:00:00 GMT", 2)] {
        let mut plan = Plan::new(ask(&registry, asked.clone(), None), Limits { requests: 8, at_once: 6 });
        let headers = vec![("Date".to_owned(), date.to_owned())];
        let count = drive(&mut plan, &|_| Answer { headers: headers.clone(), ..said(401, "no") }).len();
        assert_eq!(count, batches, "{date}");
    }
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let status = prop_oneof![
        Just(200),
        Just(204),
        Just(301),
        Just(307),
        Just(400),
        Just(401),
        Just(403),
        Just(429),
        Just(503),
        100..600u16
    ];
    let header = prop_oneof![
        Just(("Retry-After".to_owned(), "1".to_owned())),
        Just(("Location".to_owned(), "https://other.test/x".to_owned())),
        Just(("Location".to_owned(), "/again".to_owned())),
        Just(("Date".to_owned(), "Thu, 16 Nov 2023 08:00:00 GMT".to_owned())),
        ("[A-Za-z-]{1,16}", "\\PC{0,24}"),
    ];
    let body = prop_oneof![Just(String::new()), Just("{\"error\":\"invalid_token\"}".to_owned()), "\\PC{0,60}"];
    (status, proptest::collection::vec(header, 0..4), body).prop_map(|(status, headers, body)| Answer {
        status: Some(status),
        headers,
        body,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the answers and the request are, the plan ends within its limits.
    #[test]
    fn any_answers(
        answers in proptest::collection::vec(any_answer(), 1..12),
        value in "\\PC{0,40}",
        name in "Authorization|X-Api-Key|cookie|[A-Za-z-]{1,12}",
        query in proptest::option::of("[ -~]{0,30}"),
        requests in 1..30usize,
        at_once in 1..8usize,
        follow: bool,
    ) {
        let registry = Registry::new(Vec::new());
        let mut asked = ask(&registry, request("https://api.openai.com/v1/models", &[(&name, &value)]), registry.find("openai"));
        asked.request.query = query.as_deref().map(Secret::from);
        asked.manner.follow = follow;
        let mut plan = Plan::new(asked, Limits { requests, at_once });
        let at = RefCell::new(0);
        let batches = drive(&mut plan, &|_| {
            let index = at.replace_with(|index| *index + 1);
            answers[index % answers.len()].clone()
        });
        prop_assert!(plan.tried().len() <= requests);
        prop_assert!(batches.iter().all(|count| *count <= at_once.max(3)));
        prop_assert!(plan.tried().iter().all(|tried| !tried.hops.is_empty()));
        prop_assert!(plan.tried().iter().filter(|tried| matches!(tried.trial.purpose, Purpose::AsSent)).count() == 1);
    }
}
