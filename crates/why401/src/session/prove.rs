//! `--probe`: the experiment that proves why a captured call was refused: the same request, as it was sent, with one change at
//! a time.

use std::rc::Rc;

use why401_core::exchange::{Exchange, Manner, Request};
use why401_core::probe::{Ask, Limits, Plan, Spot};
use why401_core::project::Skipped;
use why401_core::provider::{Cost, Provider};
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::Session;
use crate::capture::Call;
use crate::collect::{self, credential};
use crate::experiment::{self, Permit};
use crate::investigate::{self, Probed, Told};
use crate::prepare::{Prepared, Wishes};
use crate::shown::{self, Shown};
use crate::wire::Wire;
use crate::world::Error;

/// Whether experiments are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Probing {
    /// None.
    Never,
    /// After a question, when the program has ended.
    Ask,
    /// Those that are free and change nothing, at once.
    Free,
}

/// The most requests that go out for one refusal.
const MOST: usize = 16;

/// A refusal that an experiment would decide.
pub(super) struct Doubt {
    request: Request,
    call: u64,
    provider: Option<&'static Provider>,
    free: Option<&'static why401_core::provider::Probe>,
    variable: String,
}

impl Session {
    /// Makes the experiment at once, or keeps it in mind until the program has ended.
    pub(super) async fn doubt(&mut self, hops: Vec<Exchange>, call: &Call, told: &Told) -> Result<(), Error> {
        let is_proven = told
            .found
            .diagnosis
            .causes
            .first()
            .is_some_and(|named| named.finding.standing == why401_core::cause::Standing::Proven);
        if self.probing == Probing::Never || is_proven || call.exchange.status().is_none() {
            return Ok(());
        }
        let Some(first) = hops.into_iter().next() else { return Ok(()) };
        let host = Url::of(&first.request.url).host().unwrap_or_default();
        let provider = self.registry.of_host(&host);
        let variable = told.variables.first().filter(|_| told.is_sent).cloned().unwrap_or_default();
        let doubt = Doubt { request: first.request, call: call.id, provider, free: None, variable };
        let Some(doubt) = self.harmless(doubt) else { return Ok(()) };
        if self.probing == Probing::Free {
            return self.prove(doubt).await;
        }
        self.doubted.push(doubt);
        Ok(())
    }

    /// Asks, and makes the experiments that were kept in mind.
    pub(super) async fn prove_the_rest(&mut self) -> Result<(), Error> {
        for doubt in std::mem::take(&mut self.doubted) {
            let asked = shown::address(&doubt.request.url);
            let question = format!(
                "why401: ask {} {asked} again, with one change at a time, to prove the cause? It changes nothing. [y/N] ",
                doubt.request.method
            );
            if Shown::of_arguments(&question).is_agreed() {
                self.prove(doubt).await?;
            }
        }
        Ok(())
    }

    /// The request where it may be sent again, or else the service's own free one.
    fn harmless(&mut self, mut doubt: Doubt) -> Option<Doubt> {
        // Every change would break the signature.
        let is_signed = |value: &Secret| value.expose_str().is_some_and(|text| text.contains("Signature="));
        if doubt.request.headers.iter().any(|(_, value)| is_signed(value)) {
            return None;
        }
        if doubt.request.is_safe() {
            return Some(doubt);
        }
        let provider = doubt.provider?;
        let free = provider.probe.as_ref().filter(|probe| probe.cost == Cost::Free)?;
        let sent = Spot::all(&doubt.request, Some(provider), &[]).into_iter().next()?.value;
        let registry = self.registry.clone();
        let wishes = Wishes { credential: None, at: None, headers: &[], allow_metered: false, is_url: false };
        let prepared = wishes.of_provider(provider, self.project()?, &registry, Some(sent)).ok()?;
        let Prepared::Ready(ready) = prepared else { return None };
        doubt.request = ready.asked.request;
        doubt.free = Some(free);
        Some(doubt)
    }

    async fn prove(&mut self, doubt: Doubt) -> Result<(), Error> {
        let Doubt { mut request, call, provider, free, variable } = doubt;
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("proxy-connection"));
        let registry = self.registry.clone();
        let root = self.root.clone();
        let spots = Spot::all(&request, provider, &[]);
        let mut secrets: Vec<Secret> = spots.into_iter().map(|spot| spot.value).collect();
        let Some(project) = self.project() else { return Ok(()) };
        let found = credential::values(project, &variable);
        let sent = secrets.first().cloned().unwrap_or_default();
        let mut others = if variable.is_empty() { Vec::new() } else { credential::losers(&variable, &found) };
        if !variable.is_empty() {
            others.extend(credential::kin(project, &registry, &variable, &sent));
        }
        secrets.extend(others.iter().map(|other| other.value.clone()));
        secrets.retain(|secret| !secret.is_empty());
        let url = Url::of(&request.url);
        let Some(host) = url.host() else { return Ok(()) };
        let given = (url.scheme.to_owned(), host.clone());
        let own = provider.filter(|provider| provider.hosts.cover(&host).is_some());
        let permit = Permit { provider: own, given, hosts: Vec::new(), secrets: secrets.clone() };
        let wire = Rc::new(Wire::new(project.process.clone()));
        let ask = Ask {
            proxy: wire.proxy_for(&request.url),
            request,
            manner: Manner { follow: true, ..Manner::default() },
            provider,
            probe: free,
            registry: &registry,
            carriers: Vec::new(),
            others,
            signer: None,
            netrc: None,
            is_free: true,
        };
        let limits = Limits { requests: MOST, ..Limits::default() };
        let mut plan = Plan::new(ask, limits);
        let course = experiment::run(&mut plan, wire, Rc::new(permit), MOST, &|_| {}).await;
        let mut not_tried: Vec<Skipped> = Vec::new();
        for way in &course.astray {
            let why = "the credential is not for that host".to_owned();
            not_tried.push(Skipped { what: way.clone(), why });
        }
        let clock = course.heard.iter().filter_map(crate::wire::offset).min_by_key(|offset| offset.within);
        let open = course.is_interrupted.then_some(course.open.as_slice());
        let project = collect::project(&root, &registry);
        let probed = Probed {
            project,
            variable,
            secrets: &secrets,
            not_tried,
            clock,
            open,
            introspected: None,
            asked: Vec::new(),
        };
        let found = investigate::probe(probed, &plan, &registry);
        self.output.proof(call, &found)
    }
}
