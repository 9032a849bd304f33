//! Servers of the tests' own, and the command run against them: in bounded time and memory, in an environment of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A key that is plainly none.
pub fn key() -> String {
    ["not", "A", "real7", "Key9", "Fake", "4f2c8e1b7d"].concat()
}

/// A server on loopback that ends with the test.
pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Hands each connection to `serve`, in a thread of its own.
    pub fn raw(serve: impl Fn(TcpStream, &Heard) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (serve, kept) = (Arc::new(serve), heard.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
                stream.set_nodelay(true).unwrap();
                let (serve, heard) = (serve.clone(), Heard(kept.clone()));
                thread::spawn(move || serve(stream, &heard));
            }
        });
        Self { port, heard }
    }

    /// Answers each request by what `answer` makes of its head, and keeps the connection.
    pub fn http(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::raw(move |mut stream, heard| {
            while let Some(head) = heard.head(&mut stream) {
                if stream.write_all(&answer(&head)).is_err() {
                    return;
                }
            }
        })
    }

    /// Writes the same bytes after each request's head, and closes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::raw(move |mut stream, heard| {
            if heard.head(&mut stream).is_some() {
                let _ = stream.write_all(&bytes);
            }
        })
    }

    /// The heads of all requests so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Where a server writes down what it hears.
pub struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// The next head, as text; `None` where the client is gone.
    pub fn head(&self, stream: &mut impl Read) -> Option<String> {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).ok()? == 0 {
                if !bytes.is_empty() {
                    self.note(&bytes);
                }
                return None;
            }
            bytes.push(byte[0]);
        }
        self.note(&bytes);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub fn note(&self, bytes: &[u8]) {
        self.0.lock().unwrap().push(String::from_utf8_lossy(bytes).into_owned());
    }
}

/// An answer with a length.
pub fn answer(status: u16, fields: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// What a run of the command left.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Run {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|why| panic!("{why}: {}{}", self.stdout, self.stderr))
    }

    /// The first diagnosis: standing and cause.
    pub fn first(&self) -> String {
        let document = self.json();
        let first = &document["diagnoses"][0];
        format!("{} {}", first["standing"].as_str().unwrap_or("no"), first["cause"].as_str().unwrap_or("cause"))
    }

    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Far more than any of these takes, also for an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Kibibytes of address space: a bomb would need more.
const SPACE: u32 = 700_000;

/// The command in an empty folder, with nothing in its environment but what is given.
pub fn command(arguments: &[&str], variables: &[(&str, &str)], folder: &std::path::Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {SPACE}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_why401")]);
    command.args(arguments).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
    command.envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for its end.
pub fn finish(mut child: Child, start: Instant) -> Run {
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let text = |reader: &mut dyn Read| {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let stderr = thread::spawn(move || text(&mut err));
    let stdout = thread::spawn(move || text(&mut out));
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let run = Run {
        status: status.code().unwrap_or_else(|| panic!("{status}")),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
        took: start.elapsed(),
    };
    assert!(!run.all().contains("panicked"), "{}", run.all());
    run
}

pub fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    finish(command(arguments, variables, folder.path()).spawn().unwrap(), start)
}

/// `why401 probe --format json -- curl LINE`, words parted by blanks; `KEY` is the key.
pub fn probe(line: &str, variables: &[(&str, &str)]) -> Run {
    let line = line.replace("KEY", &key());
    let mut arguments = vec!["probe", "--format", "json", "--", "curl"];
    let mut rest = line.as_str();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap(),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        arguments.push(word);
        rest = after;
    }
    run_with(&arguments, variables)
}
