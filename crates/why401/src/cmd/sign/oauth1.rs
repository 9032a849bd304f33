//! `why401 sign oauth1`: OAuth 1.0a.

use clap::Args;
use why401_core::provider::Registry;
use why401_core::signature::oauth1::Credential;

use super::super::Verdict;
use super::given::Given;
use super::secrets::Secrets;
use crate::collect;
use crate::config::Config;
use crate::investigate::keyed;
use crate::world::{self, Error};

/// OAuth 1.0a: the signature base string, and where it was missed
#[derive(Debug, Args)]
pub(super) struct OAuth1 {
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    secrets: Secrets,
}

/// Where the two secrets usually stand.
const USUAL: [&str; 10] = [
    "OAUTH_CONSUMER_SECRET",
    "CONSUMER_SECRET",
    "TWITTER_CONSUMER_SECRET",
    "TWITTER_API_SECRET",
    "TWITTER_API_KEY_SECRET",
    "API_SECRET",
    "OAUTH_TOKEN_SECRET",
    "ACCESS_TOKEN_SECRET",
    "TWITTER_ACCESS_TOKEN_SECRET",
    "TWITTER_ACCESS_SECRET",
];

impl OAuth1 {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.given.project)?;
        let registry = Registry::new(Config::read(&root)?.provider);
        let project = collect::project(&root, &registry);
        let fits = |name: &str| {
            let upper = name.to_ascii_uppercase();
            upper.contains("SECRET") && (upper.contains("CONSUMER") || upper.contains("TOKEN"))
        };
        let secrets = self.secrets.of(&project, &USUAL, &fits)?;
        let subject = self.given.read(&project, &registry)?;
        if Credential::of(&subject.asked.request).is_none() {
            return Err(Error::new("the request carries no signature of OAuth 1.0a: no Authorization that begins with OAuth, no oauth_signature in its query")
                .hint("Authorization: OAuth oauth_consumer_key=\"…\", oauth_signature=\"…\", …"));
        }
        let found = keyed::call(subject.exchange(), &secrets, None, Some(self.secrets.now()), &registry);
        self.given.print(&found)
    }
}
