//! `why401 providers`: the services that are known.

use std::fmt::Write;

use clap::Args;
use why401_core::provider::Registry;

use super::{Format, Verdict, print};
use crate::world::Error;

/// The services that are known, or what is known of one
#[derive(Debug, Args)]
pub struct Providers {
    /// A provider, such as openai
    name: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Providers {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let registry = Registry::new(Vec::new());
        let Some(name) = self.name else {
            let mut text = String::new();
            for provider in registry.providers() {
                let _ = writeln!(text, "{:20} {}", provider.slug, provider.name);
            }
            return print(&text).map(|()| Verdict::Nothing);
        };
        let provider = registry.find(&name).ok_or_else(|| {
            Error::new(format!("there is no provider {name:?}")).hint("`why401 providers` lists them all")
        })?;
        let json = serde_json::to_string_pretty(provider).map_err(|error| Error::new(error.to_string()))?;
        print(&format!("{json}\n")).map(|()| Verdict::Nothing)
    }
}
