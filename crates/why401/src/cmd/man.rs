//! `why401 man`: the manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::{Arguments, Verdict};
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub struct Man {
    /// An existing folder, such as /usr/local/share/man/man1
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let folder = world::folder(&self.folder)?;
        clap_mangen::generate_to(Arguments::command(), &folder)
            .map_err(|error| Error::new(format!("{}: the pages could not be written: {error}", folder.display())))?;
        Ok(Verdict::Nothing)
    }
}
