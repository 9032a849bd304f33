//! `why401 probe`: the live experiment that proves the cause.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use why401_core::exchange::{Hurdle, Manner, Outcome, Request};
use why401_core::probe::{Ask, Limits, Other, Plan, Reading, Spot, placed};
use why401_core::project::{Project, Skipped};
use why401_core::provider::{Aim, Cost, Kind, Place, Probe as Free, Provider, Registry};
use why401_core::read::request::{Asked, Draft, Refused, Unfilled, curl, curl_text, har, http_file, url};
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::{Format, Verdict, detail, render};
use crate::collect::{self, credential};
use crate::config::Config;
use crate::experiment::{self, Course, Permit};
use crate::investigate::{self, Probed};
use crate::shown::{self, Shown};
use crate::wire::{self, Wire};
use crate::world::{self, Error};

/// Send the request as the program would, then with one change at a time until one works: that is a proof
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
    /// The most requests that go out
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_requests: usize,
    /// Send requests that count against a plan or a bill
    #[arg(long)]
    allow_metered: bool,
    /// Send a request that may change something more than once, with changes
    #[arg(long)]
    allow_writes: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// One line a cause, and nothing else
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Also what was ruled out, and what was not tried
    #[arg(short, long)]
    verbose: bool,
    /// A curl line, after `--`
    #[arg(last = true, value_name = "curl …")]
    command: Vec<String>,
}

/// A request file is read up to here.
const LIMIT: u64 = 32 << 20;

/// Where the request comes from.
enum Source {
    /// The provider's own free request.
    Provider(&'static Provider),
    Draft(Draft),
}

/// The request, and what is known of its credential.
struct Ready {
    asked: Asked,
    provider: Option<&'static Provider>,
    /// The provider's own request, where that is asked.
    free: Option<&'static Free>,
    variable: String,
    others: Vec<Other>,
}

impl Probe {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.project)?;
        let config = Config::read(&root)?;
        let registry = Registry::new(config.provider);
        let source = self.source(&registry)?;
        let project = if self.needs_project(&source) {
            collect::project(&root, &registry)
        } else {
            Project { process: world::environment(), ..Project::default() }
        };
        let given = match self.credential.as_deref() {
            Some("-") => Some(Secret::new(world::standard_input(LIMIT)?.trim_ascii_end())),
            _ => None,
        };
        let ready = match source {
            Source::Provider(provider) => self.of_provider(provider, &project, &registry, given)?,
            Source::Draft(draft) => self.of_draft(draft, &project, &registry, given)?,
        };
        self.ask(ready, project, &registry)
    }

    /// What is to be asked, as far as it can be told without values.
    fn source(&self, registry: &Registry) -> Result<Source, Error> {
        if !self.command.is_empty() {
            return curl(&self.command).map(Source::Draft).map_err(refused);
        }
        let target = self.target.as_deref().unwrap_or_default();
        if let Some(provider) = registry.find(target) {
            return Ok(Source::Provider(provider));
        }
        if target.contains("://") {
            return url(target).map(Source::Draft).map_err(refused);
        }
        let (path, which) = target.rsplit_once('#').map_or((target, None), |(path, which)| (path, Some(which)));
        let text = |path: &str| {
            let bytes = if path == "-" {
                world::standard_input(LIMIT)?
            } else {
                world::read(Path::new(path), LIMIT).map_err(|why| {
                    Error::new(format!("{path}: {why}"))
                        .hint("give a provider (`why401 providers` lists them), a URL, a HAR, an .http file, `-`, or `-- curl …`")
                })?
            };
            Ok::<String, Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        let text = text(path)?;
        let start = text.trim_start();
        let draft = if start.starts_with('{') {
            let number = which.map(|which| {
                which.parse::<usize>().map_err(|_| {
                    Error::new(format!("{target}: {which:?} is no number")).hint("entries count from 1: capture.har#3")
                })
            });
            har(&text, number.transpose()?)
        } else if start.starts_with("curl ") || start.starts_with("curl.exe ") {
            curl_text(&text)
        } else {
            http_file(&text, which)
        };
        draft.map(Source::Draft).map_err(refused)
    }

    /// Whether values have to be looked up in the project.
    fn needs_project(&self, source: &Source) -> bool {
        let named = self.credential.as_deref().is_some_and(|name| name != "-");
        match source {
            Source::Provider(_) => true,
            Source::Draft(draft) => {
                named || !draft.variables().is_empty() || self.headers.iter().any(|h| h.contains('$'))
            }
        }
    }

    /// The free request of a provider with the credential that the project has for it.
    fn of_provider(
        &self,
        provider: &'static Provider,
        project: &Project,
        registry: &Registry,
        given: Option<Secret>,
    ) -> Result<Ready, Error> {
        let Some(free) = &provider.probe else {
            return Err(Error::new(format!(
                "no request of {} is known that asks for nothing but the key",
                provider.name
            ))
            .hint("give one of your own: why401 probe -- curl …"));
        };
        if free.cost == Cost::Metered && !self.allow_metered {
            return Err(Error::new(format!(
                "the request by which {} tells a good key counts against your plan",
                provider.name
            ))
            .hint("--allow-metered sends it"));
        }
        let (variable, values) = match (&self.credential, given) {
            (_, Some(value)) => (String::new(), vec![value]),
            (Some(name), None) => (name.clone(), Vec::new()),
            (None, None) => {
                let has =
                    |name: &&String| credential::values(project, name).iter().any(|found| !found.value.is_empty());
                let name = provider.variables.secret.iter().find(has);
                let Some(name) = name.or(provider.variables.secret.first()) else {
                    return Err(Error::new(format!(
                        "no variable is known that holds a credential of {}",
                        provider.name
                    ))
                    .hint("--credential NAME says which does"));
                };
                (name.clone(), Vec::new())
            }
        };
        let found = credential::values(project, &variable);
        let value = values.into_iter().next().or_else(|| found.first().map(|found| found.value.clone()));
        let Some(value) = value else {
            return Err(Error::new(format!("{variable} is set neither in this shell nor by an env file here")).hint(
                "`why401 check` follows it from the files to the code; --credential NAME takes another variable",
            ));
        };
        let part = |name: &str| part(project, provider, name);
        let base = self.base(provider, free)?;
        let address = filled(&base, &part).map_err(|name| {
            Error::new(format!(
                "the address {base} holds a part of your own, {{{name}}}, and no variable here gives it"
            ))
            .hint("--at URL gives the address")
        })?;
        let split = Url::of(&address);
        let url = address.split(['?', '#']).next().unwrap_or_default().to_owned();
        let mut request = Request {
            method: free.method.clone(),
            query: split.query.map(Secret::from),
            headers: vec![
                ("Host".to_owned(), Secret::from(&*split.authority())),
                ("User-Agent".to_owned(), agent()),
                ("Accept".to_owned(), Secret::from("*/*")),
            ],
            url,
            ..Request::default()
        };
        let host = split.host();
        let kind = value.expose_str().and_then(|text| registry.recognise(text)).map(|known| known.credential.kind);
        let aim = Aim {
            host: host.as_deref(),
            path: Some(split.path),
            kind,
            value: value.expose_str(),
            carrier: None,
            browser: Some(false),
        };
        let mut taken = provider.placement.iter().filter(|own| provider.serves(own, &aim) != Some(false));
        let Some(placement) = taken.find(|own| !matches!(own.place, Place::Signature | Place::Body)) else {
            return Err(Error::new(format!("{} wants signed requests, or the credential in the body", provider.name))
                .hint("give the request as your program sends it: why401 probe -- curl …"));
        };
        for companion in
            provider.wanted(&Aim { carrier: Some(&placement.name), kind: kind.or(Some(Kind::Secret)), ..aim })
        {
            if let Some(value) = companion.example.as_deref().filter(|_| companion.place == Place::Header) {
                request.headers.push((companion.name.clone(), Secret::from(value)));
            }
        }
        let mut placement = placement.clone();
        if let Some(user) = &placement.user {
            placement.user = Some(filled(user, &part).map_err(|name| {
                Error::new(format!(
                    "HTTP Basic of {} wants {{{name}}} as its user name, and no variable here gives it",
                    provider.name
                ))
                .hint("give the request whole: why401 probe -- curl -u …")
            })?);
        }
        let request = if placement.place == Place::Path {
            in_path(request, &value)
        } else {
            placed(request, value.expose(), &placement)
        };
        let request = request
            .ok_or_else(|| Error::new(format!("how {} wants its credential cannot be sent yet", provider.name)))?;
        let mut others = credential::losers(&variable, &found);
        others.extend(credential::kin(project, registry, &variable, &value));
        let manner = Manner { follow: true, ..Manner::default() };
        Ok(Ready {
            asked: Asked { request, manner, ..Asked::default() },
            provider: Some(provider),
            free: Some(free),
            variable,
            others,
        })
    }

    /// The URL of the provider's request, at another base where one is given.
    fn base(&self, provider: &Provider, free: &Free) -> Result<String, Error> {
        let Some(at) = &self.at else { return Ok(free.url.clone()) };
        let at = at.trim_end_matches('/');
        if !at.starts_with("http://") && !at.starts_with("https://") {
            return Err(Error::new(format!("{at:?} is no URL")).hint("--at http://127.0.0.1:8080"));
        }
        let path = Url::of(&free.url).path;
        let query = Url::of(&free.url).query.map(|query| format!("?{query}")).unwrap_or_default();
        // A base URL as an SDK is configured with it brings the version along.
        let known =
            provider.hosts.base_urls.iter().filter_map(|base| free.url.strip_prefix(base.trim_end_matches('/')));
        let behind = known.min_by_key(|rest| rest.len()).map(|rest| rest.split('?').next().unwrap_or_default());
        let has_path = !Url::of(at).path.is_empty();
        let path = behind.filter(|behind| has_path && behind.starts_with('/')).unwrap_or(path);
        Ok(format!("{at}{path}{query}"))
    }

    /// The request that a person gave, with its holes filled.
    fn of_draft(
        &self,
        mut draft: Draft,
        project: &Project,
        registry: &Registry,
        given: Option<Secret>,
    ) -> Result<Ready, Error> {
        for path in draft.files().to_vec() {
            let bytes = if path == "-" {
                world::standard_input(LIMIT)?
            } else {
                world::read(Path::new(&path), LIMIT).map_err(|why| Error::new(format!("{path}: {why}")))?
            };
            draft.give(&path, Secret::new(bytes));
        }
        let value = |name: &str| credential::values(project, name).into_iter().next().map(|found| found.value);
        let mut asked = draft.fill(&value).map_err(|why| match why {
            Unfilled::Refused(why) => refused(why),
            missing @ Unfilled::Missing { .. } => Error::new(missing.to_string())
                .hint("set it in the shell or in an env file of the project; --project FOLDER says which project"),
        })?;
        let mut variable = asked.sources.first().map(|source| source.variable.clone()).unwrap_or_default();
        for header in &self.headers {
            let (name, text) = header.split_once(':').ok_or_else(|| {
                Error::new("a header has a colon behind its name").hint("--header 'X-Api-Key: $ACME_KEY'")
            })?;
            let (text, names) = resolved(text.trim_start(), &value)?;
            if let Some(first) = names.into_iter().next() {
                variable = first;
            }
            asked.request.headers.push((name.trim().to_owned(), text));
        }
        let host = Url::of(&asked.request.url).host();
        let provider = host.as_deref().and_then(|host| registry.of_host(host));
        if let Some(name) = &self.credential {
            let value = given.or_else(|| value(name)).ok_or_else(|| {
                Error::new(format!("{name} is set neither in this shell nor by an env file of the project"))
                    .hint("--project FOLDER says which project; `--credential -` reads the value from standard input")
            })?;
            variable = if name == "-" { String::new() } else { name.clone() };
            let bare = asked.request.clone();
            let placement = provider.and_then(|provider| provider.placement.first());
            asked.request = match placement {
                Some(placement) => placed(bare, value.expose(), placement)
                    .ok_or_else(|| Error::new("how this service wants its credential cannot be sent yet"))?,
                None => {
                    let bearer = [b"Bearer ".as_slice(), value.expose()].concat();
                    let mut request = bare;
                    request.headers.push(("Authorization".to_owned(), Secret::new(bearer)));
                    request
                }
            };
        }
        if asked.signing.is_some() {
            return Err(Error::new(
                "curl signs this request itself (--aws-sigv4), and signed requests cannot be sent yet",
            )
            .hint("paste its refusal into `why401 explain` meanwhile"));
        }
        let found = credential::values(project, &variable);
        let sent = found.first().map(|found| found.value.clone()).unwrap_or_default();
        let mut others = credential::losers(&variable, &found);
        if !variable.is_empty() {
            others.extend(credential::kin(project, registry, &variable, &sent));
        }
        Ok(Ready { asked, provider, free: None, variable, others })
    }

    /// Asks, and says what came of it.
    fn ask(&self, ready: Ready, project: Project, registry: &Registry) -> Result<Verdict, Error> {
        let Ready { asked, provider, free, variable, others } = ready;
        let environment = project.process.clone();
        let wire = Rc::new(Wire::new(environment));
        let spots = Spot::all(&asked.request, provider);
        let mut secrets: Vec<Secret> = spots.iter().map(|spot| spot.value.clone()).collect();
        secrets.extend(others.iter().map(|other| other.value.clone()));
        secrets.retain(|secret| !secret.is_empty());
        let url = Url::of(&asked.request.url);
        let Some(host) = url.host() else {
            return Err(Error::new("the request names no host").hint("write the whole URL, with https://"));
        };
        let mut hosts = vec![(host.clone(), url.port().unwrap_or_default())];
        for allowed in &self.allow_host {
            let url = Url::of(allowed);
            let text = url.host().unwrap_or_else(|| allowed.to_ascii_lowercase());
            let (name, port) =
                text.rsplit_once(':').map_or((text.as_str(), None), |(name, port)| (name, port.parse().ok()));
            hosts.push((name.to_owned(), port.or(url.port.and_then(|port| port.parse().ok())).unwrap_or_default()));
        }
        let is_own = provider.is_some_and(|provider| provider.hosts.cover(&host).is_some());
        let permit = Permit { provider: provider.filter(|_| is_own), hosts, secrets: secrets.clone() };
        let is_safe = ["GET", "HEAD", "OPTIONS"].contains(&asked.request.method.as_str());
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
        if !complaints.is_empty() {
            Shown::of_arguments(&complaints).complain();
        }
        let ask = Ask {
            proxy: wire.proxy_for(&asked.request.url),
            request: asked.request,
            manner: asked.manner,
            provider,
            probe: free,
            registry,
            others,
            netrc: None,
            is_free,
        };
        let limits = Limits { requests: self.max_requests.max(1), ..Limits::default() };
        let mut plan = Plan::new(ask, limits);
        let most = self.max_requests.max(1);
        let course = wire::run(experiment::run(&mut plan, wire.clone(), Rc::new(permit), most))
            .map_err(|why| Error::new(format!("the network could not be used: {why}")))?;
        not_tried.extend(left_out(&course));
        unreachable(&plan, &host)?;
        let probed = Probed { project, variable, secrets: &secrets, not_tried };
        let found = investigate::probe(probed, &plan, registry);
        let text = render(&found.diagnosis, self.format, detail(self.quiet, self.verbose));
        Shown::report(&text, &found.revealing).print()?;
        Ok(if found.diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }
}

/// What the course left out.
fn left_out(course: &Course) -> Vec<Skipped> {
    let mut left = Vec::new();
    for way in &course.astray {
        left.push(Skipped {
            what: way.clone(),
            why: "the credential is not for that host; --allow-host says that it is".to_owned(),
        });
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

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn refused(why: Refused) -> Error {
    Error::new(why.what).hint(why.hint)
}

fn agent() -> Secret {
    Secret::from(format!("why401/{}", env!("CARGO_PKG_VERSION")).as_str())
}

/// A part of an address or a user name that is the user's own, from the variable that is named after it.
fn part(project: &Project, provider: &Provider, name: &str) -> Option<String> {
    let wanted = name.to_ascii_uppercase().replace('-', "_");
    let names = provider.variables.other.iter().chain(&provider.variables.secret).chain(&provider.variables.public);
    let fitting = names.filter(|own| own.ends_with(&wanted));
    let mut values = fitting.filter_map(|own| credential::values(project, own).into_iter().next());
    values.find_map(|found| found.value.expose_str().filter(|text| !text.is_empty()).map(str::to_owned))
}

/// The text with each `{name}` replaced; the name that nothing is known of, where one is left.
fn filled(text: &str, part: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&part(name).ok_or_else(|| name.to_owned())?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// The credential as a part of the path, where the URL has a hole for it.
fn in_path(request: Request, value: &Secret) -> Option<Request> {
    let value = value.expose_str()?;
    let url = ["{token}", "{key}", "{credential}"].iter().find(|hole| request.url.contains(**hole))?;
    Some(Request { url: request.url.replace(url, value), ..request })
}

/// A header's value with its variables replaced, and their names.
fn resolved(text: &str, value: &dyn Fn(&str) -> Option<Secret>) -> Result<(Secret, Vec<String>), Error> {
    let mut out: Vec<u8> = Vec::new();
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let length = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, behind) = braced.unwrap_or_else(|| after.split_at(length));
        out.extend_from_slice(before.as_bytes());
        if name.is_empty() {
            out.push(b'$');
            rest = after;
            continue;
        }
        let found = value(name).ok_or_else(|| {
            Error::new(format!("{} is set neither in this shell nor by an env file of the project", shown::name(name)))
                .hint("--project FOLDER says which project")
        })?;
        out.extend_from_slice(found.expose());
        names.push(name.to_owned());
        rest = behind;
    }
    out.extend_from_slice(rest.as_bytes());
    Ok((Secret::new(out), names))
}
