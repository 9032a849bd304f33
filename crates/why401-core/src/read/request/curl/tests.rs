use super::*;
use crate::exchange::{Family, Instead, Manner, Proxy, Version};
use crate::read::request::{Source, Spot, Unfilled};
use crate::secret::Secret;

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn asked(line: &str) -> Asked {
    let draft = curl(&words(line)).unwrap_or_else(|e| panic!("{line}: {e}"));
    draft.fill(&|name| Some(Secret::from(&*format!("<{name}>")))).unwrap_or_else(|e| panic!("{line}: {e}"))
}

fn told(text: &str) -> Asked {
    curl_text(text).unwrap().fill(&|name| Some(Secret::from(name))).unwrap()
}

fn refusal(line: &str) -> String {
    curl(&words(line)).err().map(|refused| refused.to_string()).unwrap_or_default()
}

fn fields(asked: &Asked) -> Vec<String> {
    let fields = asked.request.headers.iter();
    fields.map(|(name, value)| format!("{name}: {}", value.expose_str().unwrap())).collect()
}

#[test]
fn variables_are_holes_and_remembered() {
    let line = "curl https://a.test/$ID?k=${K}&l=1 -HX-Api-Key:$ACME_KEY -u me:$PW -d {{BODY}}";
    let draft = curl(&words(line)).unwrap();
    assert_eq!(draft.variables(), ["ID", "K", "ACME_KEY", "PW", "BODY"]);
    assert_eq!(draft.shown().request.url, "https://a.test/$ID");
    let at = |name: &str, at: Spot| Source { variable: name.to_owned(), at };
    let asked = asked(line);
    for source in [
        at("ID", Spot::Address),
        at("K", Spot::Parameter("k".into())),
        at("ACME_KEY", Spot::Header("X-Api-Key".into())),
        at("PW", Spot::Header("Authorization".into())),
        at("BODY", Spot::Body),
    ] {
        assert!(asked.sources.contains(&source), "{source:?} in {:?}", asked.sources);
    }
    assert_eq!(asked.request.body.expose(), b"<BODY>");
    let missing = draft.fill(&|name| (name != "PW").then(|| Secret::from("1"))).err();
    assert_eq!(missing, Some(Unfilled::Missing { variables: vec!["PW".into()], files: Vec::new() }));
}

#[test]
fn a_whole_field_or_address_may_be_a_variable() {
    let draft = curl(&words("curl $BASE/v1 -H $FIELD")).unwrap();
    let asked = draft.fill(&|name| Some(Secret::from(if name == "BASE" { "https://a.test" } else { "A: b" }))).unwrap();
    assert_eq!(asked.request.url, "https://a.test/v1");
    assert_eq!(asked.request.header("A").map(Secret::expose), Some(&b"b"[..]));
    let wrong = draft.fill(&|_| Some(Secret::from("no address"))).err().unwrap();
    assert!(matches!(wrong, Unfilled::Refused(_)), "{wrong}");
}

#[test]
fn how_it_is_sent() {
    let line = "curl https://A.test/ -skL --http1.1 -6 -m 1.5 --cacert ca.pem --resolve a.test:443:127.0.0.1,[::1] --connect-to ::b.test:8443 -x proxy.test -U u:p@";
    assert_eq!(
        asked(line).manner,
        Manner {
            version: Some(Version::Http11),
            family: Some(Family::V6),
            proxy: Proxy::At(Secret::from("http://u:p%40@proxy.test:1080")),
            instead: vec![
                Instead {
                    host: "a.test".into(),
                    port: Some(443),
                    to: vec!["127.0.0.1".into(), "::1".into()],
                    at: None
                },
                Instead { host: String::new(), port: None, to: vec!["b.test".into()], at: Some(8443) },
            ],
            insecure: true,
            authorities: Some("ca.pem".into()),
            follow: true,
            trusts_hops: false,
            within: Some(1500),
        }
    );
    assert_eq!(asked("curl https://x.a.test --noproxy a.test -x p.test").manner.proxy, Proxy::None);
    assert_eq!(
        asked("curl https://a.test --socks5-hostname [::1]:9").manner.proxy,
        Proxy::At("socks5h://[::1]:9".into())
    );
    assert!(asked("curl https://a.test --location-trusted").manner.trusts_hops);
}

#[test]
fn what_is_not_honoured_is_named() {
    let asked = asked("curl https://a.test -n --tlsv1.2 --http3 -b jar --connect-timeout 2 -c jar -H nothing");
    let notes: Vec<_> = asked.notes.iter().map(|note| note.what.as_str()).collect();
    assert_eq!(notes, ["-n", "--tlsv1.2", "--http3", "--connect-timeout", "-H", "-b"]);
}

#[test]
fn keys_of_a_signature_stay_out() {
    let asked = asked("curl https://a.test --aws-sigv4 aws:amz:eu-west-1:s3 -u $ID:$SECRET");
    let signing = asked.signing.unwrap();
    assert_eq!((&*signing.scope, signing.user.expose_str()), ("aws:amz:eu-west-1:s3", Some("<ID>:<SECRET>")));
    assert!(asked.request.header("authorization").is_none());
}

#[test]
fn credentials_on_the_line_are_warned_of() {
    let warned = |line: &str| asked(line).warnings.len();
    assert_eq!(warned("curl https://a.test/ -u me:$PW"), 0);
    assert_eq!(warned("curl https://a.test/ -u me:pw"), 1);
    assert_eq!(warned("curl https://a.test/?api_key=1 -HX-Api-Key:1"), 2);
    let text = told("curl https://a.test/ -H 'Authorization: Bearer $KEY' -H 'X: {{y}}'");
    assert_eq!(fields(&text)[3..], ["Authorization: Bearer $KEY", "X: y"]);
    assert_eq!(text.warnings.len(), 1, "{:?}", text.warnings);
}

#[test]
fn lines_that_cannot_be_asked() {
    for (line, said) in [
        ("wget https://a.test", "not curl: `wget`"),
        ("curl", "names no address"),
        ("curl https://a.test https://b.test", "names 2 addresses"),
        ("curl https://a.test --nosuch", "no option `--nosuch`"),
        ("curl https://a.test --request=GET", "takes no `=` behind `--request`"),
        ("curl https://a.test -s!", "no option `-!`"),
        ("curl https://a.test -H", "`--header` wants a word"),
        ("curl https://a.test --digest -u a:b", "`--digest` cannot be asked"),
        ("curl https://a.test --cert x.pem", "no client certificate"),
        ("curl https://a.test --unix-socket /x", "by TCP only"),
        ("curl https://a.test -K x", "no options from files"),
        ("curl https://a.test --next https://b.test", "several requests"),
        ("curl https://a.test -u me", "no password"),
        ("curl https://a.test -m soon", "the word of `-m`"),
        ("curl https://a.test --resolve x", "the word of `--resolve`"),
        ("curl https://a.test/{a,b}", "several addresses"),
        ("curl https://a.test/[1-9]", "several addresses"),
        ("curl ftp://a.test/", "not one of http or https"),
        ("curl https://a.test -I -d x", "exclude each other"),
        ("curl https://a.test --expand-header x", "no variables of curl"),
    ] {
        let refusal = refusal(line);
        assert!(refusal.contains(said) && refusal.contains("\n  "), "{line}: {refusal}");
    }
    for text in [
        "",
        "no line",
        "curl 'x",
        "curl \"x",
        "curl $'x",
        "curl \"$(cat key)\"",
        "curl `x`",
        "curl $1",
        "curl -d @- <<EOF",
        "irm x",
    ] {
        assert!(curl_text(text).is_err(), "{text}");
    }
    // The shell splits it at the blank, and curl takes the second half for an address.
    let split = curl_text("curl https://a.test -u :$KEY").unwrap();
    assert!(matches!(split.fill(&|_| Some(Secret::from("a b"))), Err(Unfilled::Refused(_))));
}

#[test]
fn lines_of_a_text() {
    let asked = told(
        "# how to call it\n$ export A=1; sudo /usr/bin/curl \"https://a.test/${X:-y}\" -H \"A: ${KEY}\" | jq .\ncurl https://b.test",
    );
    assert_eq!(asked.request.url, "https://a.test/X");
    let draft = curl_text("curl https://a.test/${X:-y}").unwrap();
    assert_eq!(draft.fill(&|_| None).unwrap().request.url, "https://a.test/y");
    let asked = told("curl https://a.test --data-raw $'{\"a\":\"\\ud83d\\ude00\\x41\\n\\'\"}' \\\r\n  -X PUT");
    assert_eq!((asked.request.body.expose_str(), &*asked.request.method), (Some("{\"a\":\"😀A\n'\"}"), "PUT"));
}

#[test]
fn lines_for_cmd() {
    let text = "curl ^\"https://a.test/x?y=^%^20a^&b=1^\" ^\r\n  -H ^\"accept: ^*/^*^\" ^\r\n  -H \"x: a \\\"b\\\" %ACME_KEY%\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":1,^\n\n^\\^\"b^\\^\":2^}^\" & echo done\r\n";
    let asked = told(text);
    assert_eq!(asked.request.url, "https://a.test/x");
    assert_eq!(asked.request.query.as_ref().and_then(Secret::expose_str), Some("y=%20a&b=1"));
    assert_eq!(fields(&asked)[2..4], ["accept: */*", "x: a \"b\" ACME_KEY"]);
    assert_eq!(asked.request.body.expose_str(), Some("{\"a\":1,\n\"b\":2}"));
}
