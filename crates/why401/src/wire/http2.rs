//! HTTP/2 (RFC 9113): one request on a connection of its own.

use std::time::{Instant, SystemTime};

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::time::timeout_at;
use why401_core::exchange::{Answer, Hurdle, Request};
use why401_core::url::Url;

use super::stream::Stream;
use super::{Came, Failed, Until, body, http1};

/// So much of a body is kept; see `body.rs`. A head may be so long, too.
const KEPT: u32 = 64 << 10;

/// Fields that belong to a connection and have no place in HTTP/2 (RFC 9113, section 8.2.2).
const OF_CONNECTION: [&str; 6] =
    ["host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

pub(super) async fn ask(stream: Stream, request: &Request, url: &Url<'_>, until: Until) -> Result<Came, Failed> {
    let mut builder = h2::client::Builder::new();
    builder
        .enable_push(false)
        .max_header_list_size(KEPT)
        .initial_window_size(KEPT)
        .initial_connection_window_size(KEPT);
    let (sender, connection) = builder.handshake(stream).await.map_err(broken)?;
    // The connection lives as long as somebody waits for its answer; what goes wrong with it shows itself there.
    let lives = async {
        let _ = connection.await;
        std::future::pending::<Failed>().await
    };
    tokio::select! {
        biased;
        came = talk(sender, request, url, until) => came,
        failed = lives => Err(failed),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn broken(why: h2::Error) -> Failed {
    Failed::at(Hurdle::Answer, format!("HTTP/2: {why}"))
}

async fn talk(sender: SendRequest<Bytes>, request: &Request, url: &Url<'_>, until: Until) -> Result<Came, Failed> {
    let mut sender = sender.ready().await.map_err(broken)?;
    let began = SystemTime::now();
    let clock = Instant::now();
    let (response, mut stream) =
        sender.send_request(lowered(request, url)?, request.body.is_empty()).map_err(broken)?;
    if !request.body.is_empty() {
        stream.send_data(Bytes::copy_from_slice(request.body.expose()), true).map_err(broken)?;
    }
    let response = response.await.map_err(broken)?;
    let took = clock.elapsed();
    let (head, mut incoming) = response.into_parts();
    let mut bytes: Vec<u8> = Vec::new();
    let ended = timeout_at(body::patience(until), async {
        while let Some(Ok(data)) = incoming.data().await {
            let _ = incoming.flow_control().release_capacity(data.len());
            bytes.extend_from_slice(&data);
            if bytes.len() > KEPT as usize {
                return false;
            }
        }
        true
    });
    let whole = ended.await.unwrap_or(false);
    bytes.truncate(KEPT as usize);
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<(String, String)> =
        head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let (text, is_cut) = body::decoded(&bytes, &headers);
    let answer = Answer { status: Some(head.status.as_u16()), headers, body: text };
    Ok(Came { answer, began, took, is_cut: is_cut || !whole })
}

/// The request as HTTP/2 has it: names in small letters, `Host` as the authority.
fn lowered(request: &Request, url: &Url<'_>) -> Result<http::Request<()>, Failed> {
    let refused = |why: http::Error| Failed::NotSent(format!("HTTP/2 does not take it: {why}"));
    let target = http1::target(request, url);
    let uri = http::Uri::builder()
        .scheme(url.scheme)
        .authority(url.authority().as_bytes())
        .path_and_query(&target[..])
        .build()
        .map_err(refused)?;
    let mut lowered = http::Request::builder().method(request.method.as_str()).uri(uri).version(http::Version::HTTP_2);
    for (name, value) in &request.headers {
        if !OF_CONNECTION.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            lowered = lowered.header(name.to_ascii_lowercase(), value.expose());
        }
    }
    lowered.body(()).map_err(refused)
}
