//! The child: the program that `run` starts, in an environment that leads its calls through the capture proxy. Its input, its
//! output, its terminal and its signals are its own.

mod environment;
mod folder;
mod keystore;
#[cfg(unix)]
mod signals;

use std::ffi::{OsStr, OsString};
use std::process::ExitStatus;

use tokio::process::Command;
use why401_core::loader::Environment;
use why401_core::secret::Secret;

use self::environment::{Ways, changes};
pub use self::folder::Folder;
use crate::capture::Capture;
use crate::world::Error;

/// A program that runs.
pub struct Child {
    process: tokio::process::Child,
    #[cfg(unix)]
    signals: signals::Signals,
    id: u32,
}

impl Child {
    /// Starts it. `gateways` are the variables that get the addresses of the capture's gateways, in their order. Wants the
    /// runtime of [`crate::wire::run`].
    pub fn start(
        line: &[OsString],
        own: &Environment,
        capture: &Capture,
        folder: &Folder,
        gateways: &[String],
    ) -> Result<Self, Error> {
        let credential = capture.credential().expose_str().unwrap_or_default();
        let address = Secret::from(format!("http://{credential}@127.0.0.1:{}", capture.port()).as_str());
        let pairs: Vec<_> = gateways.iter().cloned().zip(capture.gateways().iter().cloned()).collect();
        let ways = Ways {
            address: &address,
            port: capture.port(),
            folder: folder.path(),
            gateways: &pairs,
            has_wgetrc: folder.has_wgetrc,
        };
        let [program, arguments @ ..] = line else { return Err(Error::new("no program was named")) };
        let mut command = Command::new(program);
        command.args(arguments);
        for change in changes(own, ways) {
            match &change.value {
                Some(value) => command.env(&change.name, OsStr::new(value.expose_str().unwrap_or_default())),
                None => command.env_remove(&change.name),
            };
        }
        let failed = |why: std::io::Error| {
            let text = format!("{}: the program could not be started: {why}", program.to_string_lossy());
            let hint = match why.kind() {
                std::io::ErrorKind::NotFound => {
                    "is it installed, and its name spelt right? What a shell would do needs one: why401 run -- sh -c '…'"
                }
                _ => "may it be executed?",
            };
            Error::new(text).hint(hint)
        };
        #[cfg(unix)]
        let signals = signals::Signals::new().map_err(failed)?;
        let process = command.spawn().map_err(failed)?;
        let id = process.id().unwrap_or_default();
        Ok(Self {
            process,
            #[cfg(unix)]
            signals,
            id,
        })
    }

    /// Waits until it has ended, and hands on the signals that come meanwhile. May be given up and begun again.
    pub async fn wait(&mut self) -> Result<u8, Error> {
        #[cfg(unix)]
        let ended = tokio::select! {
            biased;
            ended = self.process.wait() => ended,
            () = self.signals.forward(self.id) => return Ok(0),
        };
        #[cfg(not(unix))]
        let ended = self.process.wait().await;
        let status = ended.map_err(|why| Error::new(format!("the program's end was not learnt: {why}")))?;
        Ok(code(status))
    }
}

/// The exit status as a shell tells it: of a program that a signal ended 128 and its number.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
