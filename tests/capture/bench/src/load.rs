//! A load: small HTTPS calls, directly or through the proxy of the environment (`HTTPS_PROXY`), trusting `SSL_CERT_FILE`.
//!
//!     bench load --port PORT --seconds S [--connections N] [--new yes] [--upload BYTES] [--download BYTES]
//!
//! Kept connections with as many calls one after the other as fit, or with `--new` a connection for each call. Prints one line of
//! JSON: calls, seconds, and the median and 99th percentile of a call in microseconds.

use std::env;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::{Failed, option};

struct Way {
    port: u16,
    /// Host, port, and the value of `Proxy-Authorization`.
    proxy: Option<(String, String)>,
    connector: TlsConnector,
    head: String,
    upload: usize,
}

pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let number = |name: &str, otherwise: usize| -> Result<usize, Failed> {
        Ok(option(arguments, name).map_or(Ok(otherwise), str::parse)?)
    };
    let port = u16::try_from(number("port", 0)?)?;
    let (upload, download) = (number("upload", 0)?, number("download", 0)?);
    let path = if download > 0 { format!("/bytes/{download}") } else { "/v1/answers".to_owned() };
    let method = if upload > 0 { "POST" } else { "GET" };
    let key = ["sk", "plainly", "fake", "0123456789abcdef0123456789abcdef"].join("-");
    let length = if upload > 0 { format!("Content-Length: {upload}\r\n") } else { String::new() };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n\
         Accept-Encoding: gzip, deflate\r\nAuthorization: Bearer {key}\r\n{length}\r\n"
    );
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(env::var("SSL_CERT_FILE")?)? {
        roots.add_parsable_certificates([certificate?]);
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    let proxy = env::var("HTTPS_PROXY").ok().filter(|value| !value.is_empty()).map(|value| {
        let rest = value.trim_start_matches("http://").trim_end_matches('/').to_owned();
        match rest.rsplit_once('@') {
            Some((user, address)) => (address.to_owned(), base64::engine::general_purpose::STANDARD.encode(user)),
            None => (rest, String::new()),
        }
    });
    let way = Arc::new(Way { port, proxy, connector: TlsConnector::from(Arc::new(config)), head, upload });
    let seconds = Duration::from_secs_f64(option(arguments, "seconds").map_or(Ok(5.0), str::parse)?);
    let connections = number("connections", 16)?;
    let is_new = option(arguments, "new").is_some();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (took, mut times) = runtime.block_on(async {
        let began = Instant::now();
        let until = began + seconds;
        let mut tasks = Vec::new();
        for _ in 0..connections {
            tasks.push(tokio::spawn(worker(way.clone(), until, is_new)));
        }
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await??);
        }
        Ok::<_, Failed>((began.elapsed(), times))
    })?;
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0);
    println!(
        r#"{{"calls":{},"seconds":{:.3},"median_us":{},"p99_us":{}}}"#,
        times.len(),
        took.as_secs_f64(),
        at(0.5),
        at(0.99)
    );
    Ok(())
}

async fn worker(way: Arc<Way>, until: Instant, is_new: bool) -> Result<Vec<u64>, Failed> {
    let mut times = Vec::new();
    let mut kept = None;
    while Instant::now() < until {
        let began = Instant::now();
        let mut stream = match kept.take() {
            Some(stream) => stream,
            None => open(&way).await?,
        };
        call(&mut stream, &way).await?;
        times.push(u64::try_from(began.elapsed().as_micros())?);
        if !is_new {
            kept = Some(stream);
        }
    }
    Ok(times)
}

async fn open(way: &Way) -> Result<TlsStream<TcpStream>, Failed> {
    let address = way.proxy.as_ref().map_or_else(|| format!("127.0.0.1:{}", way.port), |(address, _)| address.clone());
    let mut tcp = TcpStream::connect(&address).await?;
    tcp.set_nodelay(true)?;
    if let Some((_, authorization)) = &way.proxy {
        let field = if authorization.is_empty() {
            String::new()
        } else {
            format!("Proxy-Authorization: Basic {authorization}\r\n")
        };
        let port = way.port;
        tcp.write_all(format!("CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n{field}\r\n").as_bytes())
            .await?;
        let (head, rest) = head(&mut tcp).await?;
        if !head.starts_with("HTTP/1.1 200") || !rest.is_empty() {
            return Err(format!("the proxy says {head:?}").into());
        }
    }
    Ok(way.connector.connect(ServerName::try_from("localhost")?, tcp).await?)
}

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Result<(String, Vec<u8>), Failed> {
    let mut buffer = Vec::with_capacity(4 << 10);
    loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = buffer.split_off(at + 4);
            return Ok((String::from_utf8_lossy(&buffer).into_owned(), rest));
        }
        if stream.read_buf(&mut buffer).await? == 0 {
            return Err("the connection ended in a head".into());
        }
    }
}

async fn call<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, way: &Way) -> Result<(), Failed> {
    stream.write_all(way.head.as_bytes()).await?;
    let block = vec![b'y'; if way.upload > 0 { 64 << 10 } else { 0 }];
    let mut left = way.upload;
    while left > 0 {
        let most = left.min(block.len());
        stream.write_all(&block[..most]).await?;
        left -= most;
    }
    stream.flush().await?;
    let (head, rest) = head(stream).await?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
        .ok_or("no length")?;
    let mut left = length.trim().parse::<usize>()? - rest.len();
    let mut block = vec![0; left.min(256 << 10)];
    while left > 0 {
        let most = left.min(block.len());
        let count = stream.read(&mut block[..most]).await?;
        if count == 0 {
            return Err("the connection ended in a body".into());
        }
        left -= count;
    }
    if head.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(format!("it answers {head:?}").into()) }
}
