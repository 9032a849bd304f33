//! `why401 run`: what a program really sends, without touching its code.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::time::{Instant, sleep_until};
use why401_core::provider::Registry;

use super::Verdict;
use super::report::detail;
use crate::capture::{self, Capture};
use crate::child::{Child, Folder};
use crate::config::Config;
use crate::session::gateway::Gateway;
use crate::session::har::Har;
use crate::session::{Probing, Session, Settings, View};
use crate::shown::Shown;
use crate::wire;
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub struct Run {
    /// Put a loopback address into VAR that leads to URL, for programs that know no proxy (repeatable)
    #[arg(long, value_name = "VAR=URL")]
    gateway: Vec<String>,
    /// Look at the calls to this host and those below it alone (repeatable)
    #[arg(long, value_name = "HOST")]
    only: Vec<String>,
    /// One JSON object for each event, a line each, on standard error or into FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    json: Option<PathBuf>,
    /// Record the calls as HAR 1.2, without their credentials
    #[arg(long, value_name = "FILE.har")]
    record: Option<PathBuf>,
    /// Record the credentials, too
    #[arg(long, requires = "record")]
    with_secrets: bool,
    /// Answer yes to the question that `--with-secrets` asks
    #[arg(long, requires = "with_secrets")]
    yes: bool,
    /// Whether experiments prove the cause [default: ask on a terminal, never elsewhere]
    #[arg(long, value_enum, value_name = "WHEN")]
    probe: Option<Probing>,
    /// Exit with 1 where a call was refused and the program itself exits with 0
    #[arg(long)]
    fail_on_refusal: bool,
    /// No line for calls that went well
    #[arg(short, long)]
    quiet: bool,
    /// Also what was ruled out, and every other cause with its reasons
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let gateways = self.gateway.iter().map(|text| Gateway::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let har = self.recording()?;
        let view = self.view()?;
        let root = world::folder(Path::new("."))?;
        let config = Config::read(&root)?;
        let own = world::environment();
        let mut folder = Folder::new()?;
        let settings = capture::Settings {
            environment: own.clone(),
            authorities: folder.trusted(&own)?,
            gateways: gateways.iter().map(|gateway| gateway.url.clone()).collect(),
        };
        let mut capture = Capture::start(settings)?;
        folder.fill(&own, capture.authority_pem())?;
        let on_terminal = !on_standard_error(self.json.as_deref()) && Shown::can_ask();
        let probing = self.probe.unwrap_or(if on_terminal { Probing::Ask } else { Probing::Never });
        let registry = Arc::new(Registry::new(config.provider));
        let mut session = Session::new(Settings { root, registry, only: self.only, view, har, probing })?;
        let variables: Vec<String> = gateways.into_iter().map(|gateway| gateway.variable).collect();
        let code = wire::run(async {
            let mut child = Child::start(&self.command, &own, &capture, &folder, &variables)?;
            let code = loop {
                let due = session.due();
                tokio::select! {
                    biased;
                    Some(event) = capture.next() => {
                        session.hear(event).await;
                        if capture.is_drained() {
                            session.pause();
                        }
                    }
                    () = sleep_until(due.map_or_else(Instant::now, Instant::from_std)), if due.is_some() => session.wake(false).await,
                    ended = child.wait() => break ended?,
                }
            };
            for event in capture.finish() {
                session.hear(event).await;
            }
            session.finish().await;
            Ok::<u8, Error>(code)
        });
        let code = code??;
        let is_refused = self.fail_on_refusal && code == 0 && session.has_refusals();
        Ok(Verdict::Program(if is_refused { 1 } else { code }))
    }

    /// The file of `--record`; with credentials only where that was agreed to.
    fn recording(&self) -> Result<Option<Har>, Error> {
        let Some(path) = &self.record else { return Ok(None) };
        if self.with_secrets && !self.yes {
            let question = "why401: the recording will hold every credential that is sent, in the clear. Go on? [y/N] ";
            if !Shown::known(question).is_agreed() {
                return Err(Error::new("--with-secrets writes credentials to the disk, and nobody agreed to that")
                    .hint("--yes agrees; without --with-secrets the recording tells their shapes"));
            }
        }
        Har::create(path, self.with_secrets).map(Some)
    }

    fn view(&self) -> Result<View, Error> {
        let is_json = on_standard_error(self.json.as_deref());
        let file = match &self.json {
            Some(path) if !is_json => Some(
                File::create(path)
                    .map_err(|why| Error::new(format!("{}: it could not be written: {why}", path.display())))?,
            ),
            _ => None,
        };
        Ok(View { is_text: !is_json, is_quiet: self.quiet, detail: detail(false, self.verbose), is_json, file })
    }
}

/// Whether standard error gets JSON.
fn on_standard_error(json: Option<&Path>) -> bool {
    json.is_some_and(|path| path == Path::new("-"))
}
