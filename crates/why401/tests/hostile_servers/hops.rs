//! Redirects: which host hears what. A credential never arrives where it is not for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::authority::Authority;
use super::serve::{Server, answer, key, probe};
use super::tls::tls;

/// Every piece of the key of eight characters that arrived, plain or in base64.
fn arrived(heard: &[String]) -> Vec<String> {
    let key = key();
    let mut pieces: Vec<String> = key.as_bytes().windows(8).map(|w| String::from_utf8(w.to_vec()).unwrap()).collect();
    for skip in 0..3 {
        let text = STANDARD.encode(&key.as_bytes()[skip..]);
        let text = text.trim_end_matches('=');
        pieces.extend((0..text.len().saturating_sub(8)).map(|at| text[at..at + 8].to_owned()));
    }
    let heard: Vec<String> = heard.iter().map(|head| head.replace("%72", "r")).collect();
    pieces.retain(|piece| heard.iter().any(|head| head.contains(piece.as_str())));
    pieces
}

/// How a curl line carries the key.
const CARRIERS: [&str; 6] = [
    "-H 'Authorization: Bearer KEY'",
    "-H 'X-Api-Key: KEY'",
    "-H 'Cookie: session=KEY'",
    "-u user:KEY",
    "-u KEY:",
    "--oauth2-bearer KEY",
];

#[test]
fn another_host_hears_no_credential() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::http(|_| answer(200, "", "{}"));
        let location = format!("Location: http://other.test:{}/x\r\n", other.port);
        let server = Server::http(move |_| answer(status, &location, ""));
        let resolve = format!("--resolve other.test:{0}:127.0.0.1", other.port);
        for carrier in CARRIERS {
            let line = format!("-L -m 9 {resolve} http://127.0.0.1:{}/v1 {carrier}", server.port);
            let run = probe(&line, &[]);
            assert!(run.status <= 1, "{status} {carrier}\n{}", run.all());
            assert_eq!(arrived(&other.heard()), [""; 0], "{status} {carrier}");
            let document = run.json();
            let is_followed = document["experiments"][0]["came"] == format!("{status}, then 200");
            let skipped = document["not_tried"].to_string();
            assert!(is_followed || skipped.contains("other.test"), "{status} {carrier}: nobody is told\n{}", run.all());
        }
    }
}

#[test]
fn a_key_in_the_query_or_the_body_stays() {
    let other = Server::http(|_| answer(200, "", "{}"));
    let resolve = format!("--resolve other.test:{0}:127.0.0.1", other.port);
    let to = format!("http://other.test:{}", other.port);
    // The server itself puts it into the address, as it is and encoded.
    let spelt = key().replace('r', "%72");
    for place in [format!("{to}/?api_key={}", key()), format!("{to}/{}", key()), format!("{to}/?k={spelt}")] {
        let server = Server::http(move |_| answer(307, &format!("Location: {place}\r\n"), ""));
        for carrier in ["-H 'X-Api-Key: KEY'", "-d api_key=KEY --allow", ""] {
            let carrier = carrier.trim_end_matches(" --allow");
            let line = format!("-L -m 9 {resolve} http://127.0.0.1:{}/v1?api_key=KEY {carrier}", server.port);
            let run = probe(&line, &[]);
            assert!(run.status <= 1, "{carrier}\n{}", run.all());
        }
    }
    assert_eq!(arrived(&other.heard()), [""; 0]);
}

#[test]
fn a_host_that_was_allowed_may_have_it() {
    let wanted = format!("Authorization: Bearer {}", key());
    let other =
        Server::http(move |head| if head.contains(&wanted) { answer(200, "", "{}") } else { answer(401, "", "{}") });
    let location = format!("Location: http://other.test:{}/x\r\n", other.port);
    let server = Server::http(move |_| answer(307, &location, ""));
    let url = format!("http://127.0.0.1:{}/v1", server.port);
    let header = format!("Authorization: Bearer {}", key());
    let resolve = format!("other.test:{}:127.0.0.1", other.port);
    let host = format!("other.test:{}", other.port);
    let line = ["probe", "--format", "json", "--allow-host", &host];
    let curl = ["--", "curl", "-L", "--resolve", &resolve, &url, "-H", &header];
    let run = super::serve::run_with(&[line.as_slice(), &curl].concat(), &[]);
    assert_eq!(run.first(), "proven header/stripped-redirect", "{}", run.all());
}

#[test]
fn what_was_sealed_is_not_sent_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Fake Root");
    let pem = authority.file(folder.path(), "authority.pem");
    let open = Server::http(|_| answer(200, "", "{}"));
    let location = format!("Location: http://api.acme.test:{}/x\r\n", open.port);
    let sealed = tls(authority.server(&["api.acme.test"]), move |_| answer(307, &location, ""));
    for carrier in CARRIERS {
        let line = format!(
            "-L -m 9 --cacert {pem} --resolve api.acme.test:{0}:127.0.0.1 --resolve api.acme.test:{1}:127.0.0.1 https://api.acme.test:{0}/ {carrier}",
            sealed.port, open.port
        );
        let run = probe(&line, &[]);
        assert!(run.status <= 1, "{carrier}\n{}", run.all());
        assert!(!sealed.heard().is_empty(), "{carrier}");
        assert_eq!(arrived(&open.heard()), [""; 0], "{carrier}");
    }
}
