//! `why401 sign azure`: SharedKey, SharedKeyLite and shared access signatures of Azure Storage.

use clap::Args;
use why401_core::provider::Registry;
use why401_core::signature::azure;

use super::super::Verdict;
use super::given::Given;
use super::secrets::Secrets;
use crate::collect;
use crate::config::Config;
use crate::investigate::keyed;
use crate::prepare::azure::sign;
use crate::world::{self, Error};

/// Azure Storage: SharedKey, SharedKeyLite and shared access signatures, beside the string to sign that the server repeats
#[derive(Debug, Args)]
pub(super) struct Azure {
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    secrets: Secrets,
}

/// Where account keys usually stand.
const USUAL: [&str; 7] = [
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AzureWebJobsStorage",
    "STORAGE_ACCOUNT_KEY",
    "ACCOUNT_KEY",
];

impl Azure {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.given.project)?;
        let registry = Registry::new(Config::read(&root)?.provider);
        let project = collect::project(&root, &registry);
        let secrets = self.secrets.of(&project, &USUAL, &|_| false)?;
        let mut subject = self.given.read(&project, &registry)?;
        let request = &mut subject.asked.request;
        if !azure::is_signed(request) {
            let (name, key) = secrets.first().ok_or_else(|| {
                Error::new("the request carries no signature of Azure Storage: no Authorization with SharedKey, no `sig` in its query")
                    .hint("where AZURE_STORAGE_KEY is set, or the variable that --secret-env names, it is signed with that account key")
            })?;
            sign(request, name, key, self.secrets.now())?;
        }
        let now = Some(self.secrets.now());
        let found = keyed::call(subject.exchange(), &secrets, Some("azure-storage"), now, &registry);
        self.given.print(&found)
    }
}
