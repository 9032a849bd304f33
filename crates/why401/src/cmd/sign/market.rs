//! `why401 sign market`: the keyed hashes of trading platforms.

use clap::Args;
use why401_core::provider::Registry;
use why401_core::signature::market::Market;

use super::super::Verdict;
use super::given::Given;
use super::secrets::Secrets;
use crate::collect;
use crate::config::Config;
use crate::investigate::keyed;
use crate::world::{self, Error};

/// Trading platforms (Binance, Kraken, Coinbase): what their keyed hash is over, and where it was missed
#[derive(Debug, Args)]
pub(super) struct Of {
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    secrets: Secrets,
}

impl Of {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.given.project)?;
        let registry = Registry::new(Config::read(&root)?.provider);
        let project = collect::project(&root, &registry);
        let subject = self.given.read(&project, &registry)?;
        let Some(market) = Market::of(&subject.asked.request) else {
            let names: Vec<&str> = Market::all().iter().map(|market| market.name.as_str()).collect();
            return Err(Error::new("the request carries no signature of a trading platform that is known")
                .hint(format!("known are {}", names.join(", "))));
        };
        let usual: Vec<&str> = market.variables.iter().map(String::as_str).collect();
        let secrets = self.secrets.of(&project, &usual, &|_| false)?;
        let now = Some(self.secrets.now());
        let found = keyed::call(subject.exchange(), &secrets, Some(&market.provider), now, &registry);
        self.given.print(&found)
    }
}
