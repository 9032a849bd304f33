//! HTTP/2: what the host chooses the client gets, and streams, trailers and flow control are the two sides' own.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use rustls_pki_types::ServerName;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::rig::{Proxy, certified};

/// A host of gRPC's kind: it sends back what it gets, and says in trailers how it went.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    loop {
        let (tcp, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(tcp).await else { return };
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                tokio::spawn(async move {
                    let (head, mut body) = request.into_parts();
                    let status = if head.headers.contains_key("authorization") { 200 } else { 401 };
                    let answer =
                        Response::builder().status(status).header("content-type", "application/grpc").body(()).unwrap();
                    let mut stream = respond.send_response(answer, false).unwrap();
                    while let Some(Ok(data)) = body.data().await {
                        body.flow_control().release_capacity(data.len()).unwrap();
                        let mut rest = data;
                        while !rest.is_empty() {
                            stream.reserve_capacity(rest.len());
                            let room =
                                std::future::poll_fn(|context| stream.poll_capacity(context)).await.unwrap().unwrap();
                            stream.send_data(rest.split_to(room.min(rest.len())), false).unwrap();
                        }
                    }
                    let mut trailers = HeaderMap::new();
                    trailers.insert("grpc-status", "16".parse().unwrap());
                    stream.send_trailers(trailers).unwrap();
                });
            }
        });
    }
}

#[test]
fn many_streams_with_trailers() {
    let proxy = Proxy::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut config = certified(&["localhost"], 2020, 2090);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config))));
        let tunnel = proxy.tunnel(port);
        tunnel.set_nonblocking(true).unwrap();
        let tcp = TcpStream::from_std(tunnel).unwrap();
        let connector = TlsConnector::from(proxy.client(&[b"h2", b"http/1.1"]));
        let stream = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (sender, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let mut calls = Vec::new();
        for index in 0..50_u32 {
            let mut sender = sender.clone().ready().await.unwrap();
            let uri = format!("https://localhost:{port}/call/{index}?q={index}");
            let mut request = Request::builder().method("POST").uri(uri).header("x-index", index);
            if index % 2 == 0 {
                request = request.header("authorization", "Bearer plainly-fake");
            }
            let (answer, mut stream) = sender.send_request(request.body(()).unwrap(), false).unwrap();
            calls.push(tokio::spawn(async move {
                let body = Bytes::from(vec![index as u8; 10_000 * index as usize]);
                stream.send_data(body.clone(), true).unwrap();
                let (head, mut incoming) = answer.await.unwrap().into_parts();
                assert_eq!(head.status, if index % 2 == 0 { 200 } else { 401 });
                let mut came = Vec::new();
                while let Some(data) = incoming.data().await {
                    let data = data.unwrap();
                    incoming.flow_control().release_capacity(data.len()).unwrap();
                    came.extend_from_slice(&data);
                }
                assert!(came == body);
                let trailers = incoming.trailers().await.unwrap().unwrap();
                assert_eq!(trailers["grpc-status"], "16");
            }));
        }
        for call in calls {
            call.await.unwrap();
        }
    });
    for index in [0, 1, 49] {
        proxy.said(&format!("/call/{index}?q"));
    }
    assert_eq!(proxy.end(), 0);
}

/// The client offers HTTP/2, the host does not speak it.
#[test]
fn the_host_chooses() {
    let proxy = Proxy::start();
    let host = super::rig::Host::tls(|mut stream| {
        super::rig::head(&mut stream);
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let mut stream = super::rig::secured(proxy.tunnel(host.port), &proxy.client(&[b"h2", b"http/1.1"])).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), None);
    std::io::Write::write_all(&mut stream, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert!(super::rig::head(&mut stream).starts_with("HTTP/1.1 200 OK"));
}
