//! `why401 probe`: the live experiment that proves the cause.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use why401_core::exchange::{Hurdle, Outcome};
use why401_core::probe::{Ask, Limits, Plan, Reading, Spot};
use why401_core::project::{Project, Skipped};
use why401_core::provider::{Provider, Registry};
use why401_core::read::request::{Draft, Source as SourceOf, Spot as Place, curl, url};
use why401_core::secret::Secret;
use why401_core::signature::aws::{ALGORITHM, Claim};
use why401_core::url::Url;

use super::Verdict;
use super::introspection::Introspection;
use super::report::Report;
use crate::collect;
use crate::config::Config;
use crate::experiment::{self, Course, Permit, Progress};
use crate::investigate::{self, Probed};
use crate::prepare::aws::add_profile;
use crate::prepare::{LIMIT, Prepared, Ready, Wishes, draft_of_bytes, refused};
use crate::shown::{Shown, Waiting};
use crate::token::{self, Answers, Introspector};
use crate::wire::{self, Wire};
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub struct Probe {
    /// A provider, a URL, an entry of a HAR (`capture.har#3`), a request of an `.http` file, or `-` for standard input
    #[arg(required_unless_present = "command", conflicts_with = "command")]
    target: Option<String>,
    /// Another base URL of the provider: an emulator, a gateway, a server of one's own
    #[arg(long, value_name = "URL", requires = "target")]
    at: Option<String>,
    /// The variable that holds the credential, or `-` to read it from standard input
    #[arg(long, value_name = "NAME")]
    credential: Option<String>,
    /// A header of the request, such as 'X-Api-Key: $ACME_KEY' in single quotes (repeatable)
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The project whose env files and loaders give the values
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    project: PathBuf,
    /// A further host that the credential may be sent to (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    #[command(flatten)]
    introspection: Introspection,
    /// The most requests that go out
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_requests: usize,
    /// Send requests that count against a plan or a bill
    #[arg(long)]
    allow_metered: bool,
    /// Send a request that may change something more than once, with changes
    #[arg(long)]
    allow_writes: bool,
    #[command(flatten)]
    report: Report,
    /// A curl line, after `--`
    #[arg(last = true, value_name = "curl …")]
    command: Vec<String>,
}

/// Where the request comes from.
enum Source {
    /// The provider's own free request.
    Provider(&'static Provider),
    /// A request of the user's.
    Draft(Box<Draft>),
}

impl Source {
    fn of(draft: Draft) -> Self {
        Self::Draft(Box::new(draft))
    }

    /// Whether it carries a signature of AWS, or is to carry one.
    fn is_signed(&self) -> bool {
        match self {
            Self::Provider(provider) => provider.placement.first().is_some_and(|own| own.scheme == ALGORITHM),
            Self::Draft(draft) => draft.shown().signing.is_some() || Claim::of(&draft.shown().request).is_some(),
        }
    }
}

impl Probe {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.project)?;
        let config = Config::read(&root)?;
        let registry = Registry::new(config.provider);
        let source = self.source(&registry)?;
        let needs_project = self.needs_project(&source);
        let mut project = if needs_project {
            collect::project(&root, &registry)
        } else {
            collect::environment_alone(world::environment())
        };
        if source.is_signed() {
            add_profile(&mut project, None)?;
        }
        let given = match self.credential.as_deref() {
            Some("-") => Some(Secret::new(world::standard_input(LIMIT)?.trim_ascii_end())),
            _ => None,
        };
        let wishes = Wishes {
            credential: self.credential.as_deref(),
            at: self.at.as_deref(),
            headers: &self.headers,
            allow_metered: self.allow_metered,
            is_url: self.target.as_deref().is_some_and(|target| target.contains("://")),
        };
        let prepared = match source {
            Source::Provider(provider) => wishes.of_provider(provider, &project, &registry, given)?,
            Source::Draft(draft) => wishes.of_draft(*draft, &project, &registry, given)?,
        };
        match prepared {
            Prepared::Ready(ready) => {
                let own = needs_project.then_some(&project);
                let value = |name: &str| token::value_of(name, own, &root, &registry);
                let introspector = self.introspection.introspector(value)?;
                self.ask(*ready, project, &registry, introspector)
            }
            Prepared::Unset(variable) => {
                let is_empty = !collect::credential::values(&project, &variable).is_empty();
                self.unset(&root, &registry, &variable, is_empty)
            }
        }
    }

    /// What is to be asked, as far as it can be told without values.
    fn source(&self, registry: &Registry) -> Result<Source, Error> {
        if !self.command.is_empty() {
            return curl(&self.command).map(Source::of).map_err(refused);
        }
        let target = self.target.as_deref().unwrap_or_default();
        if let Some(provider) = registry.find(target) {
            return Ok(Source::Provider(provider));
        }
        if target.contains("://") {
            return url(target).map(Source::of).map_err(refused);
        }
        let (path, which) = target.rsplit_once('#').map_or((target, None), |(path, which)| (path, Some(which)));
        let bytes = |path: &str| {
            let bytes = if path == "-" {
                world::standard_input(LIMIT)?
            } else {
                world::read(Path::new(path), LIMIT).map_err(|why| {
                    Error::new(format!("{path}: {why}"))
                        .hint("give a provider (`why401 providers` lists them), a URL, a HAR, an .http file, `-`, or `-- curl …`")
                })?
            };
            Ok::<_, Error>(bytes)
        };
        draft_of_bytes(&bytes(path)?, target, which).map(Source::of)
    }

    /// Whether values have to be looked up in the project.
    fn needs_project(&self, source: &Source) -> bool {
        let named = self.credential.as_deref().is_some_and(|name| name != "-");
        match source {
            Source::Provider(_) => true,
            Source::Draft(draft) => {
                named
                    || source.is_signed()
                    || !draft.variables().is_empty()
                    || self.headers.iter().any(|h| h.contains('$'))
            }
        }
    }

    /// Says why the variable has no value.
    fn unset(&self, root: &Path, registry: &Registry, variable: &str, is_empty: bool) -> Result<Verdict, Error> {
        let mut found = investigate::check(root, registry, None);
        found.diagnosis.command = "probe";
        found.diagnosis.keep(variable, is_empty);
        found.diagnosis.verdict = if is_empty {
            format!("{variable} is empty; nothing was sent.")
        } else {
            format!("{variable} is set neither in this shell nor by an env file here; nothing was sent.")
        };
        let text = self.report.text(&found.diagnosis);
        Shown::report(&text, &found.revealing).print()?;
        Ok(Verdict::Found)
    }

    /// Asks, and says what came of it.
    fn ask(
        &self,
        ready: Ready,
        project: Project,
        registry: &Registry,
        introspector: Option<Introspector>,
    ) -> Result<Verdict, Error> {
        let Ready { asked, provider, free, variable, others, signer, netrc } = ready;
        let environment = project.process.clone();
        let wire = Rc::new(Wire::new(environment));
        let carriers: Vec<String> = asked.sources.iter().filter_map(carrier).collect();
        let spots = Spot::all(&asked.request, provider, &carriers);
        let mut secrets: Vec<Secret> = spots.iter().map(|spot| spot.value.clone()).collect();
        let undone = netrc.iter().flat_map(|netrc| Spot::all(&netrc.undone(&asked.request), provider, &carriers));
        secrets.extend(undone.map(|spot| spot.value));
        secrets.extend(others.iter().map(|other| other.value.clone()));
        // What was signed with comes first: it is the credential, and the signature only its trace.
        if let Some(signer) = &signer {
            let keys = signer.others.iter().map(|(keys, _)| keys).chain([&signer.keys]);
            let own = keys.flat_map(|keys| [Some(&keys.secret), keys.token.as_ref()]).flatten().cloned();
            secrets.extend(own);
            secrets.insert(0, signer.keys.secret.clone());
        }
        secrets.retain(|secret| !secret.is_empty());
        let url = Url::of(&asked.request.url);
        let Some(host) = url.host() else {
            return Err(Error::new("the request names no host").hint("write the whole URL, with https://"));
        };
        let given = (url.scheme.to_owned(), host.clone());
        let mut hosts = Vec::new();
        for allowed in &self.allow_host {
            let url = Url::of(allowed);
            let text = url.host().unwrap_or_else(|| allowed.to_ascii_lowercase());
            let (name, port) =
                text.rsplit_once(':').map_or((text.as_str(), None), |(name, port)| (name, port.parse().ok()));
            hosts.push((name.to_owned(), port.or(url.port.and_then(|port| port.parse().ok())).unwrap_or_default()));
        }
        let is_own = provider.is_some_and(|provider| provider.hosts.cover(&host).is_some());
        let permit = Permit { provider: provider.filter(|_| is_own), given, hosts, secrets: secrets.clone() };
        let is_safe = asked.request.is_safe();
        let mut not_tried: Vec<Skipped> =
            asked.notes.iter().map(|note| Skipped { what: note.what.clone(), why: note.why.clone() }).collect();
        let is_free = is_safe || free.is_some() || self.allow_writes;
        if !is_free {
            not_tried.push(Skipped {
                what: format!("the same {} with changes", asked.request.method),
                why: "it may change something; --allow-writes lifts that, and a GET of the same API tells as much"
                    .to_owned(),
            });
        }
        let complaints: String = asked.warnings.iter().map(|warning| format!("why401: {warning}\n")).collect();
        if !complaints.is_empty() && !self.report.quiet {
            Shown::of_arguments(&complaints).complain();
        }
        if url.scheme.eq_ignore_ascii_case("https") && asked.manner.authorities.is_some() {
            wire.trusts(&asked.manner)
                .map_err(|why| Error::new(why).hint("--cacert names a file of certificates in PEM"))?;
        }
        let ask = Ask {
            proxy: wire.proxy_for(&asked.request.url),
            request: asked.request,
            manner: asked.manner,
            provider,
            probe: free,
            registry,
            carriers,
            others,
            signer,
            netrc,
            is_free,
        };
        let limits = Limits { requests: self.max_requests.max(1), ..Limits::default() };
        let mut plan = Plan::new(ask, limits);
        let most = self.max_requests.max(1);
        let waiting = Waiting::new(!self.report.quiet);
        let told = |progress: Progress| {
            let Progress { asked, answered } = progress;
            waiting.say(&format!("{host}: {answered} of {asked} requests answered; Ctrl-C tells what is known"));
        };
        let course = wire::run(experiment::run(&mut plan, wire.clone(), Rc::new(permit), most, &told))?;
        // The issuer is asked of a token that a server does not take.
        let mut answers = Answers::default();
        let token = secrets.first().and_then(Secret::expose_str).filter(|_| plan.refuses() && !course.is_interrupted);
        if let (Some(introspector), Some(token)) = (&introspector, token) {
            wire::run(introspector.ask(&wire, token, &mut answers))??;
        }
        secrets.extend(introspector.and_then(|asked| asked.client).map(|(_, secret)| secret));
        drop(waiting);
        not_tried.extend(left_out(&course).into_iter().chain(answers.not_asked));
        if !course.is_interrupted {
            unreachable(&plan, &host)?;
        }
        let clock = course.heard.iter().filter_map(wire::offset).min_by_key(|offset| offset.within);
        let open = course.is_interrupted.then_some(course.open.as_slice());
        let Answers { introspected, asked, .. } = answers;
        let probed = Probed { project, variable, secrets: &secrets, not_tried, clock, open, introspected, asked };
        let found = investigate::probe(probed, &plan, registry);
        let text = self.report.text(&found.diagnosis);
        Shown::report(&text, &found.revealing).print()?;
        match (found.diagnosis.causes.is_empty(), course.is_interrupted) {
            (false, _) => Ok(Verdict::Found),
            (true, false) => Ok(Verdict::Nothing),
            (true, true) => Err(Error::new("it was broken off before it was decided")),
        }
    }
}

/// The name of the header or parameter that a variable's value stands in.
fn carrier(source: &SourceOf) -> Option<String> {
    match &source.at {
        Place::Header(name) if name.eq_ignore_ascii_case("cookie") => None,
        Place::Header(name) | Place::Parameter(name) => Some(name.clone()),
        Place::Address | Place::Body => None,
    }
}

/// What the course left out.
fn left_out(course: &Course) -> Vec<Skipped> {
    let mut left: Vec<Skipped> = Vec::new();
    for way in &course.astray {
        if !left.iter().any(|other| other.what == *way) {
            let why = "the credential is not for that host; --allow-host says that it is".to_owned();
            left.push(Skipped { what: way.clone(), why });
        }
    }
    if course.heard.last().is_some_and(|heard| heard.is_cut) {
        let what = "the rest of the answer's body".to_owned();
        let why = "it is longer than refusals are, or did not come to an end; its beginning was read".to_owned();
        left.push(Skipped { what, why });
    }
    if course.is_interrupted {
        left.push(Skipped { what: "further experiments".to_owned(), why: "they were broken off".to_owned() });
    }
    left
}

/// An error where nobody answered and no certificate is to blame: that is no refusal.
fn unreachable(plan: &Plan<'_>, host: &str) -> Result<(), Error> {
    let Some(first) = plan.as_sent() else {
        return Err(Error::new("nothing was sent").hint("--max-requests allows too little"));
    };
    if first.reading != Reading::Unanswered || plan.works() {
        return Ok(());
    }
    let Some(Outcome::Unreachable(why)) = first.last().map(|exchange| &exchange.outcome) else { return Ok(()) };
    let hint = match why.at {
        Hurdle::Trust(_) => return Ok(()),
        Hurdle::Name => "the name is misspelt, or this machine's DNS does not know it",
        Hurdle::Connect => "the server is down, or a firewall is between; no credential was judged",
        Hurdle::Proxy => "HTTPS_PROXY and NO_PROXY say which way requests go; no credential was judged",
        Hurdle::Tls => "the port may speak plain HTTP, or another version of TLS; no credential was judged",
        Hurdle::Time => "the server is slow or hangs; no credential was judged",
        Hurdle::Answer | Hurdle::Unknown => "something else than the API listens there; no credential was judged",
    };
    Err(Error::new(format!("{host} was not reached: {why}")).hint(hint))
}
