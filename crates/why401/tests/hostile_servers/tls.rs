//! Certificates of every kind, each from an authority of the test's own.

use std::fs;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::authority::{Authority, configured};
use super::serve::{Server, answer, probe};

/// A certificate that vouches for itself.
fn alone(common: &str, names: &[&str]) -> ServerConfig {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, common);
    let key = KeyPair::generate().unwrap();
    configured(params.self_signed(&key).unwrap().der().clone(), &key)
}

/// What `openssl req -x509` makes: a certificate that calls itself an authority.
fn own_authority() -> ServerConfig {
    let mut params = CertificateParams::new(vec!["api.acme.test".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "made by hand");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    configured(params.self_signed(&key).unwrap().der().clone(), &key)
}

/// Speaks TLS over a connection that is there; `None` where the other side does not like it.
pub fn wrapped(config: &Arc<ServerConfig>, tcp: TcpStream) -> Option<StreamOwned<ServerConnection, TcpStream>> {
    let mut connection = ServerConnection::new(config.clone()).unwrap();
    let mut tcp = tcp;
    while connection.is_handshaking() {
        connection.complete_io(&mut tcp).ok()?;
    }
    Some(StreamOwned::new(connection, tcp))
}

/// A server over TLS; it notes the name that it was asked for as `SNI name`.
pub fn tls(config: ServerConfig, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Server {
    let config = Arc::new(config);
    Server::raw(move |tcp, heard| {
        let Some(mut stream) = wrapped(&config, tcp) else { return };
        heard.note(format!("SNI {}", stream.conn.server_name().unwrap_or("none")).as_bytes());
        while let Some(head) = heard.head(&mut stream) {
            if std::io::Write::write_all(&mut stream, &answer(&head)).is_err() {
                return;
            }
        }
    })
}

const KEYED: &str = "-H 'Authorization: Bearer KEY'";

/// Asks `https://api.acme.test` at the server.
fn ask(server: &Server, options: &str, variables: &[(&str, &str)]) -> super::serve::Run {
    let port = server.port;
    let line =
        format!("-m 20 {options} --resolve api.acme.test:{port}:127.0.0.1 https://api.acme.test:{port}/v1 {KEYED}");
    probe(&line, variables)
}

#[test]
fn a_certificate_that_is_not_trusted_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Fake Root Of Acme");
    let pem = authority.file(folder.path(), "authority.pem");
    let trusted = format!("--cacert {pem}");
    for (name, config, options, says) in [
        ("alone", alone("Fake Corp Box", &["api.acme.test"]), "", "Fake Corp Box"),
        ("alone, and an authority", own_authority(), "", "by hand"),
        ("unknown authority", authority.server(&["api.acme.test"]), "", "Fake Root Of Acme"),
        ("expired", authority.dated(&["api.acme.test"], 2015, 2016), trusted.as_str(), "expired"),
        ("not yet", authority.dated(&["api.acme.test"], 2080, 2090), &trusted, "not valid yet"),
        ("another name", authority.server(&["www.other.test"]), &trusted, "another name"),
    ] {
        let server = tls(config, |_| answer(200, "", "{}"));
        let run = ask(&server, options, &[]);
        assert_eq!((run.status, run.first().as_str()), (1, "proven tls/untrusted"), "{name}\n{}", run.all());
        assert!(run.all().contains(says), "{name}: {says}\n{}", run.all());
        assert!(!server.heard().iter().any(|head| head.contains("Authorization")), "{name}: it was sent all the same");
    }
}

#[test]
fn a_certificate_that_is_trusted_is_no_matter() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Fake Root");
    let pem = authority.file(folder.path(), "authority.pem");
    let wanted = |head: &str| {
        if head.contains(&format!("Bearer {}", super::serve::key())) {
            answer(200, "", "{}")
        } else {
            answer(401, "", "{}")
        }
    };
    let server = tls(authority.server(&["api.acme.test"]), wanted);
    let run = ask(&server, &format!("--cacert {pem}"), &[]);
    assert_eq!(run.status, 0, "{}", run.all());
    assert!(server.heard().contains(&"SNI api.acme.test".to_owned()), "{:?}", server.heard());
    let run = ask(&server, "", &[("SSL_CERT_FILE", &pem)]);
    assert_eq!(run.status, 0, "SSL_CERT_FILE\n{}", run.all());
    let run = ask(&server, "-k", &[]);
    assert_eq!(run.status, 0, "-k\n{}", run.all());
    for (file, text) in [("missing.pem", None), ("odd.pem", Some("no certificate"))] {
        let path = folder.path().join(file);
        if let Some(text) = text {
            fs::write(&path, text).unwrap();
        }
        let run = ask(&server, &format!("--cacert {}", path.display()), &[]);
        assert!(run.status == 2 && run.stderr.contains(file), "{file}\n{}", run.all());
    }
}

#[test]
fn a_certificate_may_say_anything() {
    let server = tls(alone("\u{1b}[2J\u{9b}31m\u{202e}evil", &["api.acme.test"]), |_| answer(200, "", "{}"));
    let port = server.port;
    let (url, resolve) = (format!("https://api.acme.test:{port}/"), format!("api.acme.test:{port}:127.0.0.1"));
    let header = format!("Authorization: Bearer {}", super::serve::key());
    for format in ["text", "json", "html", "markdown"] {
        let line = ["probe", "-v", "--format", format, "--", "curl", "--resolve", &resolve, &url, "-H", &header];
        let run = super::serve::run_with(&line, &[("CLICOLOR_FORCE", "1")]);
        let bad = ["\u{1b}[2J", "\u{9b}", "\u{202e}"];
        assert!(run.all().contains("evil") && !bad.iter().any(|bad| run.all().contains(bad)), "{}", run.all());
    }
}

#[test]
fn one_speaks_tls_and_the_other_does_not() {
    // A real server does not understand the greeting, and says so.
    let plain = Server::raw(|mut stream, _| {
        let _ = std::io::Read::read(&mut stream, &mut [0; 512]);
        let _ = std::io::Write::write_all(&mut stream, &answer(400, "", "what?"));
    });
    let run = probe(&format!("-m 9 https://127.0.0.1:{}/ {KEYED}", plain.port), &[]);
    assert!(run.status == 2 && run.stderr.contains("plain HTTP"), "{}", run.all());
    let sealed = tls(Authority::new("Fake Root").server(&["127.0.0.1"]), |_| answer(401, "", "{}"));
    let run = probe(&format!("-m 9 http://127.0.0.1:{}/ {KEYED}", sealed.port), &[]);
    assert!(run.status == 2 && run.stderr.contains("https"), "{}", run.all());
}

#[test]
fn a_server_that_knows_the_header_over_http_2_only() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("Fake Root");
    let pem = authority.file(folder.path(), "authority.pem");
    let mut config = authority.server(&["api.acme.test"]);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let port = both_versions(config);
    let line = format!(
        "-m 20 --cacert {pem} --resolve api.acme.test:{port}:127.0.0.1 https://api.acme.test:{port}/ -H 'X-Api-Key: KEY'"
    );
    let run = probe(&line, &[]);
    let document = run.json();
    let found = document["experiments"].as_array().unwrap();
    let over = found.iter().find(|one| one["change"] == "over HTTP/2");
    assert_eq!(over.map(|one| &one["status"]), Some(&200.into()), "{}", run.all());
    assert_eq!(run.first(), "proven header/case-sensitive", "{}", run.all());
    let run = probe(&format!("--http2 {line}"), &[]);
    assert_eq!(run.status, 0, "{}", run.all());
}

/// A server that takes the key over HTTP/2 and refuses everything else; gives back its port.
fn both_versions(config: ServerConfig) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
            let local = tokio::task::LocalSet::new();
            local.spawn_local(async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    let acceptor = acceptor.clone();
                    tokio::task::spawn_local(async move {
                        let Ok(stream) = acceptor.accept(tcp).await else { return };
                        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                            new_version(stream).await;
                        } else {
                            old_version(stream).await;
                        }
                    });
                }
            });
            local.await;
        });
    });
    port
}

type Sealed = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;

async fn new_version(stream: Sealed) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let is_right = request.headers().get("x-api-key").is_some_and(|value| value == super::serve::key().as_str());
        let answer = http::Response::builder().status(if is_right { 200 } else { 401 }).body(()).unwrap();
        let _ = respond.send_response(answer, true);
    }
}

async fn old_version(mut stream: Sealed) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {
        if bytes.ends_with(b"\r\n\r\n") {
            bytes.clear();
            let _ = stream.write_all(&answer(401, "", "")).await;
            let _ = stream.flush().await;
        }
    }
}
