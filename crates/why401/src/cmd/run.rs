//! `why401 run`: what a program really sends, without touching its code.

use std::ffi::OsString;
use std::io::Write;

use clap::Args;
use tokio::process::Command;
use why401_core::exchange::Outcome;

use super::Verdict;
use crate::capture::{Call, Capture, Event, Settings};
use crate::shown::{self, Shown};
use crate::wire;
use crate::world::{self, Error};

/// Start a program, watch its API calls, and say why one is refused
#[derive(Debug, Args)]
pub struct Run {
    /// Put a loopback address into VAR that leads to URL, for programs that know no proxy (repeatable)
    #[arg(long, value_name = "VAR=URL")]
    gateway: Vec<String>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let gateways: Vec<(&str, &str)> = self.gateway.iter().filter_map(|text| text.split_once('=')).collect();
        let urls = gateways.iter().map(|(_, url)| (*url).to_owned()).collect();
        let mut capture = Capture::start(Settings { environment: world::environment(), gateways: urls })?;
        let failed = |what: &str, why: std::io::Error| Error::new(format!("{what}: {why}"));
        let mut file = tempfile::Builder::new()
            .prefix("why401-")
            .suffix(".pem")
            .tempfile()
            .map_err(|why| failed("the certificate could not be written", why))?;
        file.write_all(capture.authority_pem().as_bytes())
            .map_err(|why| failed("the certificate could not be written", why))?;
        let credential = capture.credential().expose_str().unwrap_or_default();
        let address = format!("http://{credential}@127.0.0.1:{}", capture.port());
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env(name, &address);
        }
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
            command.env(name, file.path());
        }
        for name in ["NO_PROXY", "no_proxy"] {
            command.env_remove(name);
        }
        for ((name, _), url) in gateways.iter().zip(capture.gateways()) {
            command.env(name, url);
        }
        wire::run(async {
            let mut child = command.spawn().map_err(|why| failed("the program could not be started", why))?;
            loop {
                tokio::select! {
                    biased;
                    Some(event) = capture.next() => tell(&event),
                    ended = child.wait() => {
                        ended.map_err(|why| failed("the program's end was not learnt", why))?;
                        break;
                    }
                }
            }
            for event in capture.finish() {
                tell(&event);
            }
            Ok(Verdict::Nothing)
        })
        .map_err(|why| failed("the network could not be used", why))?
    }
}

fn tell(event: &Event) {
    match event {
        Event::Answered(call) => Shown::of_arguments(&line(call)).complain(),
        Event::Missed(missed) => {
            let text = format!("why401: not seen: {}:{}: {:?}\n", missed.host, missed.port, missed.why);
            Shown::of_arguments(&text).complain();
        }
        Event::Opened { .. } | Event::Ended(_) => {}
    }
}

fn line(call: &Call) -> String {
    let request = &call.exchange.request;
    let came = match &call.exchange.outcome {
        Outcome::Answered(answer) => answer.status.unwrap_or_default().to_string(),
        Outcome::Unreachable(why) => why.to_string(),
        Outcome::NotSent(why) => why.clone(),
    };
    let shape = request.header("authorization").map(|value| format!(" Authorization: {}", value.shape()));
    let url = shown::address(&request.url);
    format!("why401: {} {url} {came} {} ms{}\n", request.method, call.took.as_millis(), shape.unwrap_or_default())
}
