//! What records of usual gateways are read as.

use super::{Fault, Fields};
use crate::exchange::Outcome;

fn fields(mapped: &[(&str, &str)]) -> Fields {
    let mapped: Vec<_> = mapped.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Fields::new(&mapped).unwrap()
}

fn told(fields: &Fields, line: &str) -> (Option<u16>, String, String, String) {
    let exchange = fields.read(line.as_bytes()).unwrap().exchange();
    match exchange.outcome {
        Outcome::Answered(answer) => (answer.status, exchange.request.method, exchange.request.url, answer.body),
        _ => Default::default(),
    }
}

#[test]
fn usual_names() {
    let usual = fields(&[]);
    for line in [
        r#"{"status":401,"host":"api.a.test","url":"/v1/me?x=1","method":"GET","body":"no"}"#,
        r#"{"response":{"status":"401","body":"no"},"request":{"method":"GET","url":"https://api.a.test/v1/me"}}"#,
        r#"{"response.status":401,"url.full":"https://api.a.test:443/v1/me","http.request.method":"GET","message":"no"}"#,
        r#"{"statusCode":401,":authority":"api.a.test","path":"/v1/me","method":"GET","error":"no","x":[{"y":1}]}"#,
        r#"{"sc-status":401,"cs-host":"api.a.test","cs-uri-stem":"/v1/me","cs-method":"GET","detail":"no"}"#,
    ] {
        let expected = (Some(401), "GET".to_owned(), "https://api.a.test/v1/me".to_owned(), "no".to_owned());
        assert_eq!(told(&usual, line), expected, "{line}");
    }
    let nested = told(&usual, r#"{"status":401,"body":{"error":{"code":"x"}}}"#);
    assert_eq!(nested.3, r#"{"error":{"code":"x"}}"#);
}

#[test]
fn mapped_names() {
    let mapped = fields(&[("status", "a.b"), ("body", "Why-Not")]);
    let found = told(&mapped, r#"{"status":200,"a":{"b":403},"why_not":"no","message":"other"}"#);
    assert_eq!((found.0, found.3.as_str()), (Some(403), "no"));
    for (field, path) in [("state", "x"), ("status", " ")] {
        assert!(Fields::new(&[(field.to_owned(), path.to_owned())]).is_err());
    }
}

#[test]
fn lines_that_are_none() {
    let usual = fields(&[]);
    for (line, fault) in [
        (&b"{\"status\":401"[..], Fault::CutOff),
        (b"GET / 401", Fault::Syntax(1)),
        (b"{\"status\":401}}", Fault::Syntax(15)),
        (b"[401]", Fault::NotAnObject),
        (b"{\"a\":1}", Fault::NothingKnown),
        (b"{\"status\":401,\"body\":\"\0\"}", Fault::Syntax(23)),
    ] {
        assert_eq!(usual.read(line).err(), Some(fault), "{}", String::from_utf8_lossy(line));
    }
    let deep = format!("{{\"body\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    assert!(usual.read(deep.as_bytes()).is_err());
}

#[test]
fn what_refuses() {
    let usual = fields(&[]);
    for (line, refuses) in [
        (r#"{"status":200,"body":"fine"}"#, false),
        (r#"{"status":200,"body":"{\"ok\":false,\"error\":\"not_authed\"}"}"#, true),
        (r#"{"status":204}"#, false),
        (r#"{"status":302}"#, false),
        (r#"{"status":401}"#, true),
        (r#"{"message":"HTTP 401: Unauthorized"}"#, true),
    ] {
        assert_eq!(usual.read(line.as_bytes()).unwrap().refuses(), refuses, "{line}");
    }
}

#[test]
fn only_what_matters_makes_records_differ() {
    let usual = fields(&[]);
    let key = |line: &str| {
        let mut key = Vec::new();
        let kept = usual.read(line.as_bytes()).unwrap().key(&mut key);
        (kept, key)
    };
    let one =
        key(r#"{"status":401,"host":"a","url":"/u/1?page=2","headers":{"Date":"x","WWW-Authenticate":"Bearer"}}"#);
    let two =
        key(r#"{"status":401,"host":"a","url":"/u/2","headers":{"WWW-Authenticate":"Bearer","x-request-id":"9"}}"#);
    assert!(one.0 && one == two);
    for other in [
        r#"{"status":403,"host":"a","url":"/u/1","headers":{"WWW-Authenticate":"Bearer"}}"#,
        r#"{"status":401,"host":"a","url":"https://b/u/1","headers":{"WWW-Authenticate":"Bearer"}}"#,
        r#"{"status":401,"host":"a","url":"/v/1","headers":{"WWW-Authenticate":"Bearer"}}"#,
        r#"{"status":401,"host":"a","url":"/u/1","headers":{"WWW-Authenticate":"Basic"}}"#,
        r#"{"status":401,"host":"a","url":"/u/1","headers":{"WWW-Authenticate":"Bearer"},"body":"no"}"#,
        r#"{"status":401,"host":"a","method":"PUT","url":"/u/1","headers":{"WWW-Authenticate":"Bearer"}}"#,
    ] {
        assert_ne!(key(other), one, "{other}");
    }
    assert!(!key(r#"{"status":401,"host":"a","url":"/u/1?api_key=2"}"#).0);
    assert!(!key(r#"{"status":401,"headers":{"authorization":"Bearer x"}}"#).0);
}
