//! A stand: hosts of any name that speak TLS here, behind a proxy that `why401` is told of, and a folder with a project.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::story::server::Server;
use crate::story::{binary, filled};

/// The usual rules: one key is good.
pub const RULES: &str = r#"when Authorization: Bearer zq7-plainly-fake-51f0
  200 {"id":"acme"}
when no Authorization
  401 {"error":"no key was sent"}
otherwise
  401 {"error":"this key is not known"}
"#;

/// Nothing here takes so long.
const WITHIN: Duration = Duration::from_secs(90);

/// Hosts and a project.
pub struct Stand {
    folder: tempfile::TempDir,
    /// The file of the authority that vouches for the hosts.
    pub authority: String,
    proxy: u16,
    /// The port of the hosts themselves, with TLS.
    pub port: u16,
}

impl Stand {
    /// Hosts of these names, all with the same rules.
    pub fn new(hosts: &[&str], rules: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        let secure = Server::open(&format!("x tls {}", hosts.join(" ")), folder.path());
        let plain = Server::open("plain", folder.path());
        let rules = filled(rules);
        secure.rule(&rules);
        plain.rule(&rules);
        let proxy = leading(secure.port, plain.port);
        Self { authority: secure.value("x.ca").unwrap(), proxy, port: secure.port, folder }
    }

    /// The project's folder.
    pub fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The folder around it.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the project, or of the home folder where its path begins with `~/`.
    pub fn write(&self, name: &str, text: &str) {
        let path = match name.strip_prefix("~/") {
            Some(name) => self.folder.path().join("home").join(name),
            None => self.project().join(name),
        };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, filled(text)).unwrap();
    }

    /// `why401` in the project's folder, with an environment of a few variables.
    pub fn why401(&self) -> Command {
        let mut command = Command::new(binary());
        let proxy = format!("http://127.0.0.1:{}", self.proxy);
        command.current_dir(self.project()).env_clear().stdin(Stdio::null());
        command.env("PATH", path()).env("HOME", self.folder.path().join("home"));
        for name in ["http_proxy", "HTTPS_PROXY"] {
            command.env(name, &proxy);
        }
        command.env("SSL_CERT_FILE", &self.authority);
        // What package managers and build tools write.
        for (name, value) in
            [("GOCACHE", "go"), ("GOPATH", "gopath"), ("npm_config_cache", "npm"), ("PIP_CACHE_DIR", "pip")]
        {
            command.env(name, cache().join(value));
        }
        command.env("GO111MODULE", "off").env("LANG", "C.UTF-8");
        command
    }

    /// Runs a line of a shell under `why401 run`, and gives back what came of it with the events of `--json`.
    pub fn run(&self, options: &[&str], line: &str, variables: &[(String, String)]) -> (Output, Vec<Value>) {
        let file = self.folder.path().join("events");
        let mut command = self.why401();
        command.args(["run", "--json"]).arg(&file).args(options).args(["--", "sh", "-c", line]);
        command.envs(variables.iter().map(|(name, value)| (name.as_str(), filled(value))));
        let output = ended(command);
        let text = fs::read_to_string(file).unwrap_or_default();
        (output, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }
}

/// What came of a command that must end.
pub fn ended(mut command: Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = thread::spawn(move || {
        let mut bytes = Vec::new();
        out.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let err = thread::spawn(move || {
        let mut bytes = Vec::new();
        err.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > WITHIN {
            child.kill().unwrap();
            break child.wait().unwrap();
        }
        thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

/// The folder of the test bed; `None` where that is not installed.
pub fn bed() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    set("WHY401_BED").or_else(|| Some(cache()?.join("why401/bed"))).unwrap()
}

/// Caches that outlive a test.
fn cache() -> PathBuf {
    bed().join("run-cache")
}

/// Where programs are looked for: what the bed has first.
fn path() -> String {
    let (bed, rest) = (bed(), std::env::var("PATH").unwrap_or_default());
    format!("{}:{rest}", bed.join("run-python/bin").display())
}

/// Whether what a program needs is here: a program on the path, a file of the bed.
pub fn has(needed: &str) -> bool {
    if needed.contains('/') {
        return bed().join(needed).exists();
    }
    path().split(':').any(|folder| Path::new(folder).join(needed).exists())
}

/// A proxy that leads to these ports, whatever host is named.
fn leading(secure: u16, plain: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || lead(stream, secure, plain));
        }
    });
    port
}

fn lead(mut client: TcpStream, secure: u16, plain: u16) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let text = String::from_utf8(head).ok()?;
    let (first, rest) = text.split_once("\r\n")?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let mut server = if method == "CONNECT" {
        let port = if target.ends_with(":80") { plain } else { secure };
        let server = TcpStream::connect(("127.0.0.1", port)).ok()?;
        client.write_all(b"HTTP/1.1 200 ok\r\n\r\n").ok()?;
        server
    } else {
        let mut server = TcpStream::connect(("127.0.0.1", plain)).ok()?;
        let path = target.splitn(4, '/').nth(3).unwrap_or_default();
        server.write_all(format!("{method} /{path} HTTP/1.1\r\n{rest}").as_bytes()).ok()?;
        server
    };
    let (mut from, mut to) = (server.try_clone().ok()?, client.try_clone().ok()?);
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut client, &mut server);
    let _ = server.shutdown(Shutdown::Write);
    back.join().ok()
}
