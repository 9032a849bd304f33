//! `why401 completions`: what a shell needs to complete our arguments.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Verdict};
use crate::shown::Shown;
use crate::world::Error;

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "why401", &mut script);
        Shown::known(String::from_utf8_lossy(&script)).print().map(|()| Verdict::Nothing)
    }
}
