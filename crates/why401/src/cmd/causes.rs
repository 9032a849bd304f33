//! `why401 causes`: the catalogue of causes.

use std::fmt::Write;

use clap::Args;
use why401_core::cause::Cause;

use super::{Verdict, print};
use crate::world::Error;

/// The catalogue: every cause of a refusal, or the page of one
#[derive(Debug, Args)]
pub struct Causes {
    /// A cause, such as key/whitespace
    slug: Option<String>,
}

impl Causes {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let Some(slug) = self.slug else {
            let mut text = String::new();
            for cause in Cause::all() {
                let _ = writeln!(text, "{:28} {}", cause.slug, cause.title());
            }
            return print(&text).map(|()| Verdict::Nothing);
        };
        let cause = Cause::find(&slug)
            .ok_or_else(|| Error::new(format!("there is no cause {slug:?}")).hint("`why401 causes` lists them all"))?;
        print(&cause.text()).map(|()| Verdict::Nothing)
    }
}
