//! Prepare: a request that is ready to be sent, with the values that the project gives its variables.

pub mod aws;
pub mod azure;

use std::path::Path;

use why401_core::case::name_says_credential;
use why401_core::exchange::{Manner, Request};
use why401_core::probe::{AGENT, Netrc, Other, Signer, placed};
use why401_core::project::Project;
use why401_core::provider::{Aim, Cost, Kind, Place, Placement, Probe as Free, Provider, Registry};
use why401_core::read::request::{Asked, Draft, Refused, Unfilled, curl_text, har, http_file, raw};
use why401_core::secret::Secret;
use why401_core::signature::aws::{ALGORITHM, Claim, Keys};
use why401_core::url::Url;

use crate::collect::{credential, netrc};
use crate::shown;
use crate::world::{self, Error};

/// A part of a request is read from a file up to here.
pub const LIMIT: u64 = 32 << 20;

/// The type of a body that is a form.
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// What the user says besides the request.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'a> {
    /// The variable that holds the credential, or `-`.
    pub credential: Option<&'a str>,
    /// Another base URL.
    pub at: Option<&'a str>,
    /// Further headers.
    pub headers: &'a [String],
    /// Whether a request may be sent that counts against a plan.
    pub allow_metered: bool,
    /// Whether the request was given as a URL alone.
    pub is_url: bool,
}

/// What became of it.
pub enum Prepared {
    /// It can be sent.
    Ready(Box<Ready>),
    /// The variable of this name, which should hold the credential, is set nowhere.
    Unset(String),
}

/// The request, and what is known of its credential.
pub struct Ready {
    /// The request.
    pub asked: Asked,
    /// The service that is asked.
    pub provider: Option<&'static Provider>,
    /// The provider's own request, where that is asked.
    pub free: Option<&'static Free>,
    /// The variable that holds the credential; empty where none does.
    pub variable: String,
    /// Other values that may have been meant.
    pub others: Vec<Other>,
    /// What it is signed with, where that is known.
    pub signer: Option<Signer>,
    /// What came into the request out of `.netrc`.
    pub netrc: Option<Netrc>,
}

impl Ready {
    /// A provider's own request, of whose credential nothing else is known.
    fn free(request: Request, provider: &'static Provider, free: &'static Free, variable: String) -> Self {
        let manner = Manner { follow: true, ..Manner::default() };
        Self {
            asked: Asked { request, manner, ..Asked::default() },
            provider: Some(provider),
            free: Some(free),
            variable,
            others: Vec::new(),
            signer: None,
            netrc: None,
        }
    }
}

impl Wishes<'_> {
    /// The free request of a provider with the credential that the project has for it.
    pub fn of_provider(
        &self,
        provider: &'static Provider,
        project: &Project,
        registry: &Registry,
        given: Option<Secret>,
    ) -> Result<Prepared, Error> {
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
        let variable = match (self.credential, &given) {
            (_, Some(_)) => String::new(),
            (Some(name), None) => name.to_owned(),
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
                name.clone()
            }
        };
        let found = credential::values(project, &variable);
        let value = given.or_else(|| found.first().map(|found| found.value.clone()));
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return Ok(Prepared::Unset(variable));
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
                ("User-Agent".to_owned(), Secret::from(AGENT)),
                ("Accept".to_owned(), Secret::from("*/*")),
            ],
            url,
            ..Request::default()
        };
        if !free.form.is_empty() {
            let length = free.form.len().to_string();
            for (name, value) in [("Content-Type", FORM), ("Content-Length", length.as_str())] {
                request.headers.push((name.to_owned(), Secret::from(value)));
            }
            request.body = Secret::from(free.form.as_str());
        }
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
        let is_signed = provider.placement.first().is_some_and(|own| own.scheme == ALGORITHM);
        if is_signed && variable == aws::Names::default().secret {
            return aws::identity(request, provider, free, project);
        }
        let all = |own: &&Placement| own.place == Place::Signature && azure::is_scheme(&own.scheme);
        if taken.clone().next().as_ref().is_some_and(all) {
            return azure::listing(request, provider, free, variable, &value);
        }
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
        let mut request = request
            .ok_or_else(|| Error::new(format!("how {} wants its credential cannot be sent yet", provider.name)))?;
        let mut others = credential::losers(&variable, &found);
        others.extend(credential::kin(project, registry, &variable, &value));
        let netrc = netrc::of_project(&mut request, project);
        Ok(Prepared::Ready(Box::new(Ready { others, netrc, ..Ready::free(request, provider, free, variable) })))
    }

    /// The URL of the provider's request, at another base where one is given.
    fn base(&self, provider: &Provider, free: &Free) -> Result<String, Error> {
        let Some(at) = self.at else { return Ok(free.url.clone()) };
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

    /// The request that a person gave, with its holes filled, and signed where curl is told to sign it.
    pub fn of_draft(
        &self,
        draft: Draft,
        project: &Project,
        registry: &Registry,
        given: Option<Secret>,
    ) -> Result<Prepared, Error> {
        let mut prepared = self.unsigned(draft, project, registry, given)?;
        if let Prepared::Ready(ready) = &mut prepared {
            let is_dated = ["x-amz-date", "date"].iter().any(|name| ready.asked.request.header(name).is_some());
            let keys = aws::sign_as_curl(&mut ready.asked, world::now())?;
            let is_own = keys.is_some() && !is_dated;
            let known = || aws::Names::default().keys(project).filter(|own| is_signed_by(&ready.asked.request, own));
            ready.signer = keys.or_else(known).map(|keys| aws::signer(keys, project, is_own));
            if let Some(signer) = ready.signer.as_ref().filter(|_| ready.variable.is_empty()) {
                ready.variable.clone_from(&signer.name);
            }
        }
        Ok(prepared)
    }

    /// The same, and not signed yet.
    pub fn unsigned(
        &self,
        mut draft: Draft,
        project: &Project,
        registry: &Registry,
        given: Option<Secret>,
    ) -> Result<Prepared, Error> {
        for path in draft.files().to_vec() {
            let bytes = if path == "-" {
                world::standard_input(LIMIT)?
            } else {
                world::read(Path::new(&path), LIMIT).map_err(|why| Error::new(format!("{path}: {why}")))?
            };
            draft.give(&path, Secret::new(bytes));
        }
        let value = |name: &str| credential::values(project, name).into_iter().next().map(|found| found.value);
        let mut asked = match draft.fill(&value) {
            Ok(asked) => asked,
            Err(Unfilled::Refused(why)) => return Err(refused(why)),
            Err(Unfilled::Missing { mut variables, files })
                if files.is_empty() && variables.len() == 1 && name_says_credential(&variables[0]) =>
            {
                return Ok(Prepared::Unset(variables.remove(0)));
            }
            Err(missing @ Unfilled::Missing { .. }) => {
                return Err(Error::new(missing.to_string()).hint(
                    "set it in the shell or in an env file of the project; --project FOLDER says which project",
                ));
            }
        };
        let mut netrc = from_netrc(&mut asked, project);
        let mut variable = asked.sources.first().map(|source| source.variable.clone()).unwrap_or_default();
        for header in self.headers {
            let (name, text) = header.split_once(':').ok_or_else(|| {
                Error::new("a header has a colon behind its name").hint("--header 'X-Api-Key: $ACME_KEY'")
            })?;
            let (text, names) = resolved(text.trim_start(), &value)?;
            if let Some(first) = names.into_iter().next() {
                variable = first;
            }
            asked.request.headers.push((name.trim().to_owned(), text));
        }
        // What stands in a URL alone is sent as any client would.
        for (name, value) in [("User-Agent", Secret::from(AGENT)), ("Accept", Secret::from("*/*"))] {
            if self.is_url && asked.request.header(name).is_none() {
                asked.request.headers.push((name.to_owned(), value));
            }
        }
        let host = Url::of(&asked.request.url).host();
        let provider = host.as_deref().and_then(|host| registry.of_host(host));
        if let Some(name) = self.credential {
            let Some(value) = given.or_else(|| value(name)).filter(|value| !value.is_empty()) else {
                return Ok(Prepared::Unset(name.to_owned()));
            };
            variable = if name == "-" { String::new() } else { name.to_owned() };
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
        if self.is_url {
            netrc = netrc::of_project(&mut asked.request, project);
        }
        let found = credential::values(project, &variable);
        let sent = found.first().map(|found| found.value.clone()).unwrap_or_default();
        let mut others = credential::losers(&variable, &found);
        if !variable.is_empty() {
            others.extend(credential::kin(project, registry, &variable, &sent));
        }
        let ready = Ready { asked, provider, free: None, variable, others, signer: None, netrc };
        Ok(Prepared::Ready(Box::new(ready)))
    }
}

/// Adds what `.netrc` has for the host, where curl is told to look there.
fn from_netrc(asked: &mut Asked, project: &Project) -> Option<Netrc> {
    let asks = |what: &str| ["-n", "--netrc", "--netrc-optional"].contains(&what);
    if !asked.notes.iter().any(|note| asks(&note.what)) {
        return None;
    }
    let netrc = netrc::of_curl(&mut asked.request, project)?;
    asked.notes.retain(|note| !asks(&note.what));
    Some(netrc)
}

/// The request in a file: one that is raw byte for byte, any other as text.
pub fn draft_of_bytes(bytes: &[u8], target: &str, which: Option<&str>) -> Result<Draft, Error> {
    match raw(bytes).filter(|_| which.is_none()) {
        Some(draft) => draft.map_err(refused),
        None => draft(&String::from_utf8_lossy(bytes), target, which),
    }
}

/// The request in a text: an entry of a HAR, a curl line or an `.http` file. `which` is what stood behind the `#` of the
/// target.
pub fn draft(text: &str, target: &str, which: Option<&str>) -> Result<Draft, Error> {
    let start = text.trim_start();
    let draft = if start.starts_with('{') {
        let number = which.map(|which| {
            which.parse::<usize>().map_err(|_| {
                Error::new(format!("{target}: {which:?} is no number")).hint("entries count from 1: capture.har#3")
            })
        });
        har(text, number.transpose()?)
    } else if is_curl(start) {
        curl_text(text)
    } else {
        http_file(text, which)
    };
    draft.map_err(refused)
}

/// Whether a text begins with a line for curl.
pub fn is_curl(text: &str) -> bool {
    text.starts_with("curl ") || text.starts_with("curl.exe ")
}

/// Whether the request names the id of these keys.
fn is_signed_by(request: &Request, keys: &Keys) -> bool {
    Claim::of(request).and_then(Result::ok).is_some_and(|claim| claim.key_id.trim() == keys.id.trim())
}

/// The reader's complaint as an error.
pub fn refused(why: Refused) -> Error {
    Error::new(why.what).hint(why.hint)
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
pub fn resolved(text: &str, value: &dyn Fn(&str) -> Option<Secret>) -> Result<(Secret, Vec<String>), Error> {
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
