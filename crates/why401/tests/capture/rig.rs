//! The rig: `why401 run` around a program that only waits, a host of the test's own, and a client that speaks through the proxy.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Who vouches for the hosts, and the file of its certificate.
struct Trusted {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

static TRUSTED: LazyLock<Trusted> = LazyLock::new(|| {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "fake authority of the test");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("authority.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    Trusted { issuer: Issuer::new(params, key), folder }
});

/// A certificate for these names and years, and its key.
fn issued(names: &[&str], from: i32, to: i32) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &TRUSTED.issuer).unwrap();
    (certificate.der().clone(), PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())))
}

/// What `localhost` shows: a certificate for these names and years.
pub fn certified(names: &[&str], from: i32, to: i32) -> ServerConfig {
    let (certificate, key) = issued(names, from, to);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    config.with_single_cert(vec![certificate], key).unwrap()
}

/// The same, and asks for a certificate of the client, which may have none.
pub fn asking() -> ServerConfig {
    let (certificate, key) = issued(&["localhost"], 2020, 2090);
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots()), provider.clone());
    let verifier = verifier.allow_unauthenticated().build().unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_client_cert_verifier(verifier).with_single_cert(vec![certificate], key).unwrap()
}

/// The same client with a certificate of its own.
pub fn identified(client: &ClientConfig) -> Arc<ClientConfig> {
    let (certificate, key) = issued(&["client"], 2020, 2090);
    let own = CertifiedKey::from_der(vec![certificate], key, client.crypto_provider()).unwrap();
    let mut config = client.clone();
    config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(own));
    Arc::new(config)
}

/// Who issued them.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let pem = fs::read(TRUSTED.folder.path().join("authority.pem")).unwrap();
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).map(Result::unwrap));
    roots
}

/// A host on loopback.
pub struct Host {
    pub port: u16,
}

impl Host {
    /// Hands each connection to `serve`, in a thread of its own.
    pub fn plain(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                tcp.set_read_timeout(Some(PATIENCE)).unwrap();
                tcp.set_write_timeout(Some(PATIENCE)).unwrap();
                tcp.set_nodelay(true).unwrap();
                let serve = serve.clone();
                thread::Builder::new().stack_size(256 << 10).spawn(move || serve(tcp)).unwrap();
            }
        });
        Self { port }
    }

    /// The same over TLS.
    pub fn tls(serve: impl Fn(Secure<ServerConnection>) + Send + Sync + 'static) -> Self {
        Self::with(certified(&["localhost"], 2020, 2090), serve)
    }

    /// The same with another certificate or other protocols.
    pub fn with(config: ServerConfig, serve: impl Fn(Secure<ServerConnection>) + Send + Sync + 'static) -> Self {
        let config = Arc::new(config);
        Self::plain(move |mut tcp| {
            let mut connection = ServerConnection::new(config.clone()).unwrap();
            while connection.is_handshaking() {
                if connection.complete_io(&mut tcp).is_err() {
                    return;
                }
            }
            serve(StreamOwned::new(connection, tcp));
        })
    }
}

/// TLS over a socket.
pub type Secure<C> = StreamOwned<C, TcpStream>;

/// `why401 run` around `cat`, which ends with the test.
pub struct Proxy {
    child: Child,
    stdin: Option<ChildStdin>,
    pub port: u16,
    /// `user:password`.
    pub credential: String,
    /// What the child got for these variables: `GATEWAY`.
    pub gateway: String,
    authority: Vec<u8>,
    stderr: Arc<Mutex<String>>,
}

impl Proxy {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With more arguments before the `--`.
    pub fn with(arguments: &[&str]) -> Self {
        // Where nobody says more, a process may open 1024 files.
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -Sn 1024; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_why401")]);
        let script = "echo \"$HTTPS_PROXY\"; echo \"$SSL_CERT_FILE\"; echo \"$GATEWAY\"; exec cat";
        command.arg("run").args(arguments).args(["--", "sh", "-c", script]);
        command.current_dir(TRUSTED.folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", TRUSTED.folder.path());
        command.env("SSL_CERT_FILE", TRUSTED.folder.path().join("authority.pem"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = || lines.next().unwrap().unwrap();
        let (address, file, gateway) = (line(), line(), line());
        let (credential, rest) = address.strip_prefix("http://").unwrap().rsplit_once('@').unwrap();
        let port = rest.trim_end_matches('/').strip_prefix("127.0.0.1:").unwrap().parse().unwrap();
        let stderr = Arc::new(Mutex::new(String::new()));
        let (kept, mut err) = (stderr.clone(), child.stderr.take().unwrap());
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = err.read(&mut bytes) {
                kept.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let (credential, authority) = (credential.to_owned(), fs::read(file).unwrap());
        Self { child, stdin, port, credential, gateway, authority, stderr }
    }

    /// A connection to its port.
    pub fn connect(&self) -> TcpStream {
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp.set_write_timeout(Some(PATIENCE)).unwrap();
        tcp.set_nodelay(true).unwrap();
        tcp
    }

    /// The value of `Proxy-Authorization`.
    pub fn authorization(&self) -> String {
        format!("Basic {}", STANDARD.encode(&self.credential))
    }

    /// A tunnel to a port of `localhost`.
    pub fn tunnel(&self, port: u16) -> TcpStream {
        let mut tcp = self.connect();
        let own = self.authorization();
        write!(
            tcp,
            "CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\nProxy-Authorization: {own}\r\n\r\n"
        )
        .unwrap();
        let head = head(&mut tcp);
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        tcp
    }

    /// TLS in a tunnel.
    pub fn secure(&self, port: u16) -> Secure<ClientConnection> {
        secured(self.tunnel(port), &self.client(&[])).unwrap()
    }

    /// Who trusts this run's authority and offers these protocols.
    pub fn client(&self, protocols: &[&[u8]]) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.authority) {
            roots.add_parsable_certificates([certificate.unwrap()]);
        }
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Arc::new(config)
    }

    /// What it wrote to standard error so far, once it holds `words`.
    pub fn said(&self, words: &str) -> String {
        let start = Instant::now();
        loop {
            let said = self.stderr.lock().unwrap().clone();
            assert!(!said.contains("panicked"), "{said}");
            if said.contains(words) {
                return said;
            }
            assert!(start.elapsed() < PATIENCE, "{words:?} is not in {said:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many descriptors it has.
    pub fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Waits until it has no more descriptors than that.
    pub fn settles_at(&self, most: usize) {
        let start = Instant::now();
        while self.descriptors() > most {
            assert!(start.elapsed() < PATIENCE, "{} descriptors are open, and {most} were", self.descriptors());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The most memory that it ever had, in KiB.
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Ends the program, and with it the run; its exit status.
    pub fn end(mut self) -> i32 {
        drop(self.stdin.take());
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap();
            }
            assert!(start.elapsed() < PATIENCE, "the run does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// TLS with `localhost`; an error where the handshake fails.
pub fn secured(mut tcp: TcpStream, config: &Arc<ClientConfig>) -> std::io::Result<Secure<ClientConnection>> {
    let mut connection = ClientConnection::new(config.clone(), ServerName::try_from("localhost").unwrap()).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut tcp)?;
    }
    Ok(StreamOwned::new(connection, tcp))
}

/// Reads one head, byte by byte.
pub fn head(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => bytes.push(byte[0]),
            other => panic!("{other:?} after {:?}", String::from_utf8_lossy(&bytes)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads exactly so many bytes.
pub fn exactly(stream: &mut (impl Read + ?Sized), count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// Who trusts the hosts' own authority and nobody else.
pub fn hosts_own_client() -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots()).with_no_client_auth())
}
