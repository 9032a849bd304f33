//! The `server` of a story over TLS: HTTP/2 where the client asks for it, HTTP/1.1 otherwise.

use std::io::BufReader;
use std::net::TcpListener;
use std::sync::{Arc, OnceLock};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::server::{Came, Rule, Rules, Way};

/// Answers what comes in by the rules, as soon as there are some.
pub fn listen(listener: TcpListener, mut config: ServerConfig, rules: Arc<OnceLock<Rules>>) {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    listener.set_nonblocking(true).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let local = tokio::task::LocalSet::new();
        local.spawn_local(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let (acceptor, rules) = (acceptor.clone(), rules.clone());
                tokio::task::spawn_local(async move {
                    // A client that does not like the certificate goes away.
                    let Ok(stream) = acceptor.accept(tcp).await else { return };
                    let rules = rules.get().map_or(&[][..], |rules| rules);
                    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                        new_version(stream, rules).await;
                    } else {
                        old_version(stream, rules).await;
                    }
                });
            }
        });
        local.await;
    });
}

async fn new_version(stream: TlsStream<TcpStream>, rules: &[Rule]) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let headers = request.headers().iter().map(|(name, value)| {
            (name.to_string(), value.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>())
        });
        let came = Came {
            way: Way::Http2,
            method: request.method().to_string(),
            target: request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned(),
            headers: headers.collect(),
            body: Vec::new(),
        };
        let rule = Rule::of(rules, &came);
        let mut answer = http::Response::builder().status(rule.status);
        for (name, value) in rule.headers.lines().filter_map(|line| line.split_once(": ")) {
            answer = answer.header(name, value);
        }
        let mut body = respond.send_response(answer.body(()).unwrap(), false).unwrap();
        body.send_data(bytes::Bytes::copy_from_slice(rule.body.as_bytes()), true).unwrap();
    }
}

async fn old_version(mut stream: TlsStream<TcpStream>, rules: &[Rule]) {
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {
        // Not all of it is there yet.
        let Some(came) = Came::read(&mut BufReader::new(bytes.as_slice()), Way::V4) else { continue };
        bytes.clear();
        if stream.write_all(&Rule::of(rules, &came).answered(&came)).await.is_err() {
            return;
        }
        let _ = stream.flush().await;
    }
}
