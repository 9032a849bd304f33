//! A session of `run`: what its calls come to, as they come: the live view, the diagnosis of each new kind of refusal, the
//! recording, and the summary.

pub mod gateway;
pub mod har;
mod line;
mod missed;
mod out;
mod prove;
mod refused;
mod summary;

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use why401_core::diagnosis::Journey;
use why401_core::exchange::{Exchange, Hurdle, Outcome};
use why401_core::project::Project;
use why401_core::provider::Registry;
use why401_core::url::Url;

use self::har::Har;
use self::out::Output;
pub use self::out::View;
pub use self::prove::Probing;
use self::refused::{Kind, Refused};
use crate::capture::{Call, Event};
use crate::investigate::{self, Captured};
use crate::shown::Shown;
use crate::world::Error;

/// So many calls are remembered, so that the hops of a redirect find each other.
const REMEMBERED: u64 = 64;
/// A client that waits to be asked for its credential sends it within so long.
const CHALLENGED: Duration = Duration::from_millis(1200);
/// So many answers of one host to one credential are looked at, where they differ in what they say.
const KINDS: usize = 8;
/// From so many refusals of a kind on the tries themselves are a fault, where the answer asks to wait.
const IMPATIENT: u32 = 3;

/// What a session is to do.
pub struct Settings {
    /// The project's folder.
    pub root: PathBuf,
    /// The services that are known.
    pub registry: Arc<Registry>,
    /// Hosts that are looked at; all where it is empty.
    pub only: Vec<String>,
    /// Where the view goes.
    pub view: View,
    /// The recording.
    pub har: Option<Har>,
    /// Whether experiments are made.
    pub probing: Probing,
}

/// What is known of the calls so far.
pub struct Session {
    root: PathBuf,
    registry: Arc<Registry>,
    only: Vec<String>,
    output: Output,
    har: Option<Har>,
    probing: Probing,
    project: Collected,
    /// The latest redirects, each with the number of its call.
    recent: VecDeque<(u64, Exchange)>,
    /// Calls without a credential that were asked for one: perhaps it follows.
    challenged: Vec<(Instant, Call)>,
    refused: HashMap<Kind, Refused>,
    /// What was told already: a host, a cause, a credential.
    told: HashSet<(String, &'static str, String)>,
    missed: HashSet<String>,
    /// Hosts whose certificate was found bad.
    untrusted: HashSet<String>,
    hosts: HashSet<String>,
    journeys: Vec<Journey>,
    doubted: Vec<prove::Doubt>,
    calls: u64,
    refusals: u64,
    unreached: u64,
    is_seen: bool,
}

/// A project, which is read while the program starts.
enum Collected {
    Reading(JoinHandle<Project>),
    Read(Box<Project>),
    None,
}

impl Session {
    /// Begins to read the project.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let Settings { root, registry, only, view, har, probing } = settings;
        let (folder, known) = (root.clone(), registry.clone());
        let reading = std::thread::Builder::new()
            .name("project".to_owned())
            .spawn(move || crate::collect::project(&folder, &known))
            .map_err(|why| Error::new(format!("a thread could not be started: {why}")))?;
        Ok(Self {
            root,
            registry,
            only: only.into_iter().map(|host| host.to_ascii_lowercase()).collect(),
            output: Output::new(view),
            har,
            probing,
            project: Collected::Reading(reading),
            recent: VecDeque::new(),
            challenged: Vec::new(),
            refused: HashMap::new(),
            told: HashSet::new(),
            missed: HashSet::new(),
            untrusted: HashSet::new(),
            hosts: HashSet::new(),
            journeys: Vec::new(),
            doubted: Vec::new(),
            calls: 0,
            refusals: 0,
            unreached: 0,
            is_seen: false,
        })
    }

    /// Whether anything was refused.
    pub fn has_refusals(&self) -> bool {
        self.refusals > 0
    }

    /// When something is due that waited; `None` where nothing waits.
    pub fn due(&self) -> Option<Instant> {
        self.challenged.iter().map(|(due, _)| *due).min()
    }

    /// Something was seen.
    pub async fn hear(&mut self, event: Event) {
        let heard = self.take_in(event).await;
        self.gave_up(heard);
    }

    /// For the moment nothing more is seen.
    pub fn pause(&mut self) {
        self.output.flush();
    }

    /// Something that waited may be due.
    pub async fn wake(&mut self, is_over: bool) {
        let woken = self.look_again(is_over).await;
        self.gave_up(woken);
    }

    /// All is over: what is left is told.
    pub async fn finish(&mut self) {
        let finished = self.end().await;
        self.gave_up(finished);
    }

    /// A file that cannot be written is no reason to disturb the program: it is said, and no more is written.
    fn gave_up(&mut self, result: Result<(), Error>) {
        if let Err(error) = result {
            Shown::of_arguments(&format!("why401: {}; no more is recorded\n", error.message)).complain();
            self.har = None;
            self.output.without_file();
        }
    }

    async fn take_in(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Opened { .. } => Ok(()),
            Event::Answered(call) => self.call(*call).await,
            Event::Ended(ended) => match &mut self.har {
                Some(har) => har.ended(&ended, &self.registry),
                None => Ok(()),
            },
            Event::Missed(missed) => {
                self.is_seen = true;
                // A client that goes away from a bad certificate is in its right.
                let is_wanted =
                    (missed.host.is_empty() || self.is_wanted(&missed.host)) && !self.untrusted.contains(&missed.host);
                if let Some(text) = missed::said(&missed).filter(|_| is_wanted)
                    && self.missed.insert(text.clone())
                {
                    self.output.missed(&missed, &text)?;
                }
                Ok(())
            }
        }
    }

    async fn look_again(&mut self, is_over: bool) -> Result<(), Error> {
        let now = Instant::now();
        let (due, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.challenged).into_iter().partition(|(due, _)| is_over || *due <= now);
        self.challenged = rest;
        for (_, call) in due {
            self.refusal(call.exchange.clone(), &call).await?;
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<(), Error> {
        self.pause();
        self.look_again(true).await?;
        self.prove_the_rest().await?;
        if let Some(har) = self.har.take() {
            har.finish(&self.registry)?;
        }
        self.sum_up()
    }

    fn is_wanted(&self, host: &str) -> bool {
        let is = |own: &String| host == own || host.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.'));
        self.only.is_empty() || self.only.iter().any(is)
    }

    async fn call(&mut self, call: Call) -> Result<(), Error> {
        self.is_seen = true;
        let host = Url::of(&call.exchange.request.url).host().unwrap_or_default();
        if !self.is_wanted(&host) {
            return Ok(());
        }
        self.calls += 1;
        self.hosts.insert(host);
        self.output.call(&call, &self.registry)?;
        let exchange = &call.exchange;
        let is_unreached = matches!(exchange.outcome, Outcome::Unreachable(_));
        self.unreached += u64::from(is_unreached);
        let status = exchange.status().unwrap_or_default();
        // Asked for it, the client sent its credential: nothing was refused.
        if status != 401 {
            self.challenged.retain(|(_, other)| !is_same_address(&other.exchange, exchange));
        }
        let oldest = self.calls.saturating_sub(REMEMBERED);
        while self.recent.front().is_some_and(|(number, _)| *number <= oldest) {
            self.recent.pop_front();
        }
        if exchange.answer().is_some_and(|answer| answer.redirects().is_some()) {
            self.recent.push_back((self.calls, exchange.clone()));
        }
        let is_untrusted = match &exchange.outcome {
            Outcome::Unreachable(why) => matches!(why.at, Hurdle::Trust(_)),
            _ => false,
        };
        if is_untrusted {
            let host = Url::of(&exchange.request.url).host.trim_matches(['[', ']']).to_ascii_lowercase();
            self.untrusted.insert(host);
        }
        if status < 400 && !is_untrusted {
            self.accepted(exchange);
        } else if refused::may_be_asked_again(&call, &self.registry) {
            let again = self.challenged.iter().any(|(_, other)| is_same_address(&other.exchange, exchange));
            if !again {
                self.challenged.push((Instant::now() + CHALLENGED, call.clone()));
            }
        } else {
            self.challenged.retain(|(_, other)| !is_same_address(&other.exchange, exchange));
            self.refusal(exchange.clone(), &call).await?;
        }
        if let Some(har) = &mut self.har {
            har.keep(call);
        }
        Ok(())
    }

    /// A call was refused: a new kind is looked at, and of a known one only the number is kept.
    async fn refusal(&mut self, exchange: Exchange, call: &Call) -> Result<(), Error> {
        let mut kind = Kind::of(&exchange, &self.registry);
        let near = self.refused.keys().filter(|other| other.is_nearly(&kind)).count();
        if near >= KINDS && !self.refused.contains_key(&kind) {
            kind = kind.with_any_body();
        }
        let status = exchange.status().unwrap_or_default();
        let is_plain = matches!(status, 401 | 403 | 407 | 429) || exchange.status().is_none();
        let now = Instant::now();
        let known = self.refused.entry(kind.clone()).or_insert_with(|| Refused::new(now));
        let repeats = known.again(now, &exchange);
        if !known.is_refusal {
            return Ok(());
        }
        self.refusals += u64::from(known.times > 1);
        if known.times > 1 && !(status == 429 && known.times == IMPATIENT) {
            return Ok(());
        }
        let hops = refused::hops(&self.recent, exchange);
        let clock = refused::clock(call);
        let registry = self.registry.clone();
        let root = self.root.clone();
        let Some(project) = self.project() else { return Ok(()) };
        let captured = Captured { hops: &hops, clock, repeats };
        let told = investigate::captured(&root, project, &captured, &registry);
        let host = Url::of(&call.exchange.request.url).host().unwrap_or_default();
        let causes = &told.found.diagnosis.causes;
        let founded =
            causes.first().is_some_and(|named| named.finding.standing < why401_core::cause::Standing::Possible);
        let is_refusal = told.is_refusal && (is_plain || founded);
        let is_first = match self.refused.get_mut(&kind) {
            Some(known) => {
                known.is_refusal = is_refusal;
                known.times == 1
            }
            None => true,
        };
        if !is_refusal {
            return Ok(());
        }
        self.refusals += u64::from(is_first);
        let first = causes.first().map_or(("", String::new()), |named| (named.cause.slug, named.finding.title.clone()));
        self.remember(&told.found.diagnosis.journeys);
        if !self.told.insert((host, first.0, first.1)) {
            return Ok(());
        }
        self.output.refusal(call, &told.found)?;
        self.doubt(hops, call, &told).await
    }

    fn project(&mut self) -> Option<&mut Project> {
        if let Collected::Reading(_) = &self.project {
            let Collected::Reading(reading) = std::mem::replace(&mut self.project, Collected::None) else {
                return None;
            };
            self.project = reading.join().map_or(Collected::None, |project| Collected::Read(Box::new(project)));
        }
        match &mut self.project {
            Collected::Read(project) => Some(project),
            Collected::Reading(_) | Collected::None => None,
        }
    }

    fn remember(&mut self, journeys: &[Journey]) {
        for journey in journeys {
            self.journeys.retain(|own| own.credential != journey.credential || own.provider != journey.provider);
            self.journeys.push(journey.clone());
        }
    }

    /// A call was answered: where its credential had been refused before, it is no longer.
    fn accepted(&mut self, exchange: &Exchange) {
        if self.refused.is_empty() {
            return;
        }
        let kind = Kind::of(exchange, &self.registry);
        for (other, refused) in &mut self.refused {
            if other.is_of_same_credential(&kind) {
                refused.is_healed = true;
            }
        }
    }
}

/// Whether two calls ask for the same.
fn is_same_address(one: &Exchange, other: &Exchange) -> bool {
    one.request.url == other.request.url && one.request.method == other.request.method
}
