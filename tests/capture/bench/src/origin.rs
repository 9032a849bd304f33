//! An origin over TLS: it answers every request with a few bytes, or with as many as `/bytes/N` asks for, and swallows bodies.
//! Its authority is written to `FOLDER/origin.pem`, and `PORT` to standard output.

use std::fs;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

use crate::Failed;

/// What every small answer says.
const BODY: &str = r#"{"id":"call_0001","object":"answer","model":"small","usage":{"in":12,"out":34},"ok":true}"#;

pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let folder = arguments.first().ok_or("bench origin FOLDER")?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "bench origin");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate()?;
    fs::write(format!("{folder}/origin.pem"), params.self_signed(&key)?.pem())?;
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&own, &issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        loop {
            let Ok((tcp, _)) = listener.accept().await else { continue };
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that goes away is no error here.
                let _ = serve(tcp, acceptor).await;
            });
        }
    })
}

async fn serve(tcp: TcpStream, acceptor: TlsAcceptor) -> Result<(), Failed> {
    tcp.set_nodelay(true)?;
    let mut stream = acceptor.accept(tcp).await?;
    let small = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-Request-Id: req_0123456789abcdef\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut buffer: Vec<u8> = Vec::with_capacity(64 << 10);
    let mut block = vec![0_u8; 64 << 10];
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let mut left = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
            .and_then(|text| text.trim().parse::<usize>().ok())
            .unwrap_or(0);
        let there = left.min(buffer.len() - end);
        left -= there;
        buffer.drain(..end + there);
        while left > 0 {
            let most = left.min(block.len());
            let count = stream.read(&mut block[..most]).await?;
            if count == 0 {
                return Ok(());
            }
            left -= count;
        }
        match head.split(' ').nth(1).and_then(|path| path.strip_prefix("/bytes/")).and_then(|text| text.parse().ok()) {
            Some(count) => {
                stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {count}\r\n\r\n").as_bytes()).await?;
                let mut left: usize = count;
                block.fill(b'x');
                while left > 0 {
                    let most = left.min(block.len());
                    stream.write_all(&block[..most]).await?;
                    left -= most;
                }
            }
            None => stream.write_all(small.as_bytes()).await?,
        }
        stream.flush().await?;
    }
}
