//! `why401 sign webhook`: a message that came in, and the secret with which it was signed.

use std::path::{Path, PathBuf};

use clap::Args;
use why401_core::exchange::{Answer, Exchange, Outcome, Request, Via};
use why401_core::fact::{Origin, Place};
use why401_core::provider::Registry;
use why401_core::secret::Secret;
use why401_core::signature::fault::{Candidate, Examined};
use why401_core::signature::webhook::{Delivery, Sender, examine};

use super::super::Verdict;
use super::super::report::Report;
use super::message;
use super::secrets::Secrets;
use crate::collect::{self, text_name};
use crate::config::Config;
use crate::investigate::keyed;
use crate::prepare::LIMIT;
use crate::shown::Shown;
use crate::world::{self, Error};

/// A webhook that came in: which secret signed it, over which bytes, and why it does not verify
#[derive(Debug, Args)]
pub(super) struct Webhook {
    /// The request as it came in: raw HTTP, an entry of a HAR (`capture.har#3`), a curl line; `-` is standard input
    #[arg(required_unless_present = "body")]
    input: Option<PathBuf>,
    /// The raw body, where it stands in a file of its own
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// A header that came with it (repeatable)
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The address that the sender calls, where it is signed along (Twilio, Square, HubSpot)
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Who sent it, such as `stripe`; by its header unless told
    #[arg(long, value_name = "SLUG")]
    sender: Option<String>,
    #[command(flatten)]
    rule: message::RuleOf,
    #[command(flatten)]
    secrets: Secrets,
    /// The project whose env files hold the secrets
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    project: PathBuf,
    #[command(flatten)]
    report: Report,
}

impl Webhook {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let own = self.rule.sender()?;
        let root = world::folder(&self.project)?;
        let registry = Registry::new(Config::read(&root)?.provider);
        let project = collect::project(&root, &registry);
        let (request, may_be_cut) = self.request()?;
        let sender = match (&own, self.sender.as_deref()) {
            (Some(own), _) => own,
            (None, Some(slug)) => Sender::find(slug).ok_or_else(|| unknown(slug))?,
            (None, None) => Delivery::of(&request).map(|delivery| delivery.sender).ok_or_else(no_header)?,
        };
        let usual: Vec<&str> = sender.variables.iter().map(String::as_str).collect();
        let fits = |name: &str| {
            let upper = name.to_ascii_uppercase();
            (upper.contains("WEBHOOK") || upper.contains("SIGNING"))
                && (upper.contains("SECRET") || upper.contains("KEY"))
        };
        let secrets = self.secrets.of(&project, &usual, &fits)?;
        let candidates: Vec<Candidate<'_>> = secrets.iter().map(|(name, value)| Candidate { name, value }).collect();
        let look = |request: &Request| {
            examine(&Delivery::from(sender, request), &candidates, self.secrets.at(), Some(world::now()))
        };
        let mut examined = look(&request);
        if may_be_cut && !examined.faults.is_empty() {
            examined = better(examined, &request, &look);
        }
        let path = self.input.as_deref().or(self.body.as_deref()).unwrap_or(Path::new("-"));
        let place = Place::line(&text_name(path), 1);
        let exchange =
            Exchange { request, outcome: Outcome::Answered(Answer::default()), via: Via::Text(Origin::File(place)) };
        let found = keyed::message(examined, &secrets, &exchange);
        let text = self.report.text(&found.diagnosis);
        Shown::report(&text, &found.revealing).print()?;
        Ok(if found.diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }

    /// The message, and whether a line break at its end may be the editor's.
    fn request(&self) -> Result<(Request, bool), Error> {
        let (mut request, mut may_be_cut) = match &self.input {
            Some(path) => message::read(path)?,
            None => (Request { method: "POST".to_owned(), ..Request::default() }, false),
        };
        for header in &self.headers {
            let (name, value) = header.split_once(':').ok_or_else(|| {
                Error::new("a header has a colon behind its name").hint("--header 'Stripe-Signature: t=…,v1=…'")
            })?;
            request.headers.push((name.trim().to_owned(), Secret::from(value.trim())));
        }
        if let Some(path) = &self.body {
            let bytes = if path.as_os_str() == "-" {
                world::standard_input(LIMIT)?
            } else {
                world::read(path, LIMIT).map_err(|why| Error::new(format!("{}: {why}", path.display())))?
            };
            request.body = Secret::new(bytes);
            may_be_cut = false;
        }
        if let Some(url) = &self.url {
            let (start, query) =
                url.split_once('?').map_or((url.as_str(), None), |(start, query)| (start, Some(query)));
            (request.url, request.query) = (start.to_owned(), query.map(Secret::from));
        }
        Ok((request, may_be_cut))
    }
}

/// The same without the line break at the end of the file, where that fits better.
fn better(first: Examined, request: &Request, look: &dyn Fn(&Request) -> Examined) -> Examined {
    let body = request.body.expose();
    let bare = body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n"));
    let Some(bare) = bare else { return first };
    let second = look(&Request { body: Secret::new(bare), ..request.clone() });
    if second.faults.len() < first.faults.len() { second } else { first }
}

fn unknown(slug: &str) -> Error {
    let names: Vec<&str> = Sender::all().iter().map(|sender| sender.slug.as_str()).collect();
    Error::new(format!("there is no sender {slug:?}")).hint(format!("known are {}", names.join(", ")))
}

fn no_header() -> Error {
    Error::new("the message has no header in which a known sender puts its signature")
        .hint("--sender SLUG says who sent it; --signature-header NAME looks at one that nobody knows")
}
