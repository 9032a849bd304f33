//! `why401 clock`: this machine's time, held against that of others.

use std::rc::Rc;

use clap::Args;
use tokio::task::JoinSet;
use why401_core::diagnosis::{Diagnosis, Told};
use why401_core::exchange::{Manner, Outcome, Request};
use why401_core::probe::AGENT;
use why401_core::provider::Registry;
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::Verdict;
use super::report::Report;
use crate::shown::Shown;
use crate::wire::{self, Wire};
use crate::world::{self, Error};

/// Services whose clocks are asked where none is named: their free requests show which hosts they have.
const ASKED: [&str; 4] = ["github", "openai", "stripe", "cloudflare"];

/// More is no better.
const MOST: usize = 16;

/// Milliseconds that one host has.
const WITHIN: u64 = 10_000;

#[derive(Debug, Args)]
pub struct Clock {
    /// Hosts or URLs whose `Date` is asked for; some well-known services where none is given
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,
    /// Ask a time server by SNTP, which tells milliseconds (repeatable)
    #[arg(long, value_name = "SERVER[:PORT]")]
    sntp: Vec<String>,
    #[command(flatten)]
    report: Report,
}

impl Clock {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let hosts = self.urls()?;
        let wire = Rc::new(Wire::new(world::environment()));
        let told = wire::run(ask(wire, hosts, self.sntp))?;
        let Some(diagnosis) = Diagnosis::of_clocks(&told) else {
            let whys = told.iter().filter_map(|one| Some(format!("{}: {}", one.host, one.offset.as_ref().err()?)));
            return Err(Error::new(format!("nobody told the time: {}", whys.collect::<Vec<_>>().join("; ")))
                .hint("give a host that this machine reaches, or --sntp SERVER"));
        };
        let text = self.report.text(&diagnosis);
        Shown::report(&text, &[]).print()?;
        Ok(if diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }

    /// The URLs to ask.
    fn urls(&self) -> Result<Vec<String>, Error> {
        if self.hosts.len() + self.sntp.len() > MOST {
            return Err(Error::new(format!("more than {MOST} clocks")).hint("one or two tell as much"));
        }
        if self.hosts.is_empty() && self.sntp.is_empty() {
            let registry = Registry::new(Vec::new());
            let free = ASKED.iter().filter_map(|slug| registry.find(slug)?.probe.as_ref());
            return Ok(free.map(|probe| format!("https://{}/", Url::of(&probe.url).authority())).collect());
        }
        let whole = |host: &String| {
            let text = if host.contains("://") { host.clone() } else { format!("https://{host}/") };
            let url = Url::of(&text);
            let is_http = ["http", "https"].iter().any(|scheme| url.scheme.eq_ignore_ascii_case(scheme));
            if !is_http || url.host.is_empty() || url.userinfo.is_some() {
                return Err(Error::new(format!("{host:?} is no host and no URL")).hint("why401 clock api.example.com"));
            }
            let path = if url.path.is_empty() { "/" } else { url.path };
            Ok(format!("{}://{}{path}", url.scheme.to_ascii_lowercase(), url.authority()))
        };
        self.hosts.iter().map(whole).collect()
    }
}

/// Asks all of them at once.
async fn ask(wire: Rc<Wire>, urls: Vec<String>, servers: Vec<String>) -> Vec<Told> {
    let mut asked = JoinSet::new();
    let hosts = urls.len();
    for (index, url) in urls.into_iter().enumerate() {
        let wire = wire.clone();
        asked.spawn_local(async move { (index, by_date(&wire, url).await) });
    }
    for (index, server) in servers.into_iter().enumerate() {
        asked.spawn_local(async move {
            let offset = wire::sntp(&server).await;
            (hosts + index, Told { asked: format!("SNTP {server}"), host: server, offset })
        });
    }
    let mut told = asked.join_all().await;
    told.sort_by_key(|(index, _)| *index);
    told.into_iter().map(|(_, told)| told).collect()
}

/// Asks for nothing but a head, whose `Date` is what counts.
async fn by_date(wire: &Wire, url: String) -> Told {
    let request = Request {
        method: "HEAD".to_owned(),
        headers: vec![
            ("Host".to_owned(), Secret::from(&*Url::of(&url).authority())),
            ("User-Agent".to_owned(), Secret::from(AGENT)),
        ],
        url: url.clone(),
        ..Request::default()
    };
    let heard = wire.ask(&request, &Manner { within: Some(WITHIN), ..Manner::default() }).await;
    let offset = match &heard.exchange.outcome {
        Outcome::Answered(_) => {
            wire::offset(&heard).ok_or_else(|| "its answer has no Date that can be read".to_owned())
        }
        Outcome::Unreachable(why) => Err(why.to_string()),
        Outcome::NotSent(why) => Err(why.clone()),
    };
    Told { host: Url::of(&url).authority().into_owned(), asked: format!("HEAD {url}"), offset }
}
