//! The door: who comes in, and what for. Without the credential of this run nobody gets further.

use std::rc::Rc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};
use why401_core::read::tap::head::Head;

use super::front::{Front, Opening};
use super::tunnel::{self, Target, dismiss, refuse};
use super::{Door, Event, Missed, Proxy, Why, forward};
use crate::world;

/// Who comes in says in this time what for.
const WITHIN: Duration = Duration::from_secs(60);
/// With so many connections the usual limit of open files comes near.
const MANY: u64 = 200;
/// What a client is told that has no credential, or another.
pub(super) const CHALLENGE: &str = "Proxy-Authenticate: Basic realm=\"why401 run\"\r\n";
/// So often a client may ask again with a better credential.
const TRIES: usize = 4;

/// Lets in whoever comes, until the capture ends.
pub(super) async fn serve(listener: std::net::TcpListener, proxy: Rc<Proxy>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((tcp, _)) => {
                proxy.connections.set(proxy.connections.get() + 1);
                let connection = proxy.connections.get();
                // Not before the child was started, which would inherit it, and some programs count up to it.
                if connection == MANY {
                    world::open_more();
                }
                spawn_local(enter(tcp, proxy.clone(), connection));
            }
            // Too many descriptors are open; some will be closed.
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn enter(tcp: TcpStream, proxy: Rc<Proxy>, connection: u64) {
    // Heads are small, and nobody should wait for more of them.
    let _ = tcp.set_nodelay(true);
    let peer = tcp.peer_addr().map_or(0, |address| address.port());
    let mut front = Front::new(tcp);
    let Ok(Ok(mut opening)) = timeout(WITHIN, front.opening()).await else { return };
    for _ in 0..TRIES {
        let head = match opening {
            Opening::Head(head) => head,
            Opening::Line(line) => return preloaded(front, &line, proxy, connection).await,
            Opening::Nothing => return,
            Opening::Strange => return missed(&proxy, None, Why::Malformed),
        };
        let (method, target, _) = head.request_line().unwrap_or_default();
        if method != b"CONNECT" && !target.contains(&b':') || target.starts_with(b"/") {
            return forward::serve(front, head, proxy, connection, Door::Gateway).await;
        }
        let is_tunnel = method == b"CONNECT";
        if !is_allowed(&head, &proxy) && !proxy.kin.is_let_in(connection, peer, &proxy) {
            missed(&proxy, Target::parse(target), Why::Stranger);
            let text = "why401: this proxy serves only the program that it was started for (407)\n";
            let status = "407 Proxy Authentication Required";
            // A body would have to be read before the next request; a tunnel has none.
            if !is_tunnel {
                return dismiss(front, status, CHALLENGE, text).await;
            }
            if refuse(&mut front, status, CHALLENGE, text).await.is_err() {
                return;
            }
            let Ok(Ok(next)) = timeout(WITHIN, front.head()).await else { return };
            opening = next;
            continue;
        }
        if !is_tunnel {
            return forward::serve(front, head, proxy, connection, Door::Proxy).await;
        }
        let Some(target) = Target::parse(target) else {
            missed(&proxy, None, Why::Malformed);
            let text = "why401: CONNECT wants a host and a port\n";
            return dismiss(front, "400 Bad Request", "", text).await;
        };
        return tunnel::serve(front, target, proxy, Door::Proxy, connection).await;
    }
}

/// A line `CREDENTIAL HOST PORT`.
async fn preloaded(front: Front, line: &[u8], proxy: Rc<Proxy>, connection: u64) {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
    let [credential, host, port] = words[..] else { return missed(&proxy, None, Why::Malformed) };
    let text = |word| std::str::from_utf8(word).unwrap_or_default();
    let target = Target::new(text(host).trim_matches(['[', ']']), text(port));
    if !proxy.is_ours(credential) {
        return missed(&proxy, target, Why::Stranger);
    }
    let Some(target) = target else { return missed(&proxy, None, Why::Malformed) };
    tunnel::serve(front, target, proxy, Door::Preload, connection).await;
}

fn missed(proxy: &Proxy, target: Option<Target>, why: Why) {
    let Target { host, port } = target.unwrap_or(Target { host: String::new(), port: 0 });
    proxy.tell(Event::Missed(Missed { host, port, why }));
}

/// Whether a request carries the credential of this run.
pub(super) fn is_allowed(head: &Head, proxy: &Proxy) -> bool {
    head.values("proxy-authorization").any(|value| {
        let (scheme, rest) = value.split_at(value.len().min(6));
        let basic = scheme.eq_ignore_ascii_case(b"basic ");
        basic && STANDARD.decode(rest.trim_ascii()).is_ok_and(|plain| proxy.is_ours(&plain))
    })
}
