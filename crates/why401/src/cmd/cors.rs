//! `why401 cors`: what a browser would make of a page's call, and what the server must answer instead.

use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use why401_core::conceal::Pieces;
use why401_core::cors::{
    self, Call, Credentials, Experiment, Fetch, Gets, Mode, Next, Origin, Step, Verdict as Browser,
};
use why401_core::diagnosis::Diagnosis;
use why401_core::exchange::{Manner, Outcome, Request};
use why401_core::probe::Spot;
use why401_core::project::Skipped;
use why401_core::provider::Registry;
use why401_core::secret::Secret;

use super::Verdict;
use super::report::Report;
use crate::collect::{self, credential};
use crate::config::Config;
use crate::prepare;
use crate::shown::Shown;
use crate::wire::{self, Wire};
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub struct Cors {
    /// The address that the page calls
    url: String,
    /// The page's origin, such as http://localhost:3000
    #[arg(long, value_name = "ORIGIN")]
    origin: String,
    /// The method that the page uses
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    method: String,
    /// A header that the page sets: a name, or `NAME: VALUE`, where $VARIABLE stands for a value of the project (repeatable)
    #[arg(long = "header", value_name = "NAME[: VALUE]")]
    headers: Vec<String>,
    /// The page sends cookies along (`credentials: "include"`)
    #[arg(long)]
    credentials: bool,
    /// The page asks with `mode: "no-cors"`
    #[arg(long)]
    no_cors: bool,
    /// The project whose env files give the values of variables
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    project: PathBuf,
    /// Send a method that may change something; without it GET stands in for it once the preflight has passed
    #[arg(long)]
    allow_writes: bool,
    #[command(flatten)]
    report: Report,
}

impl Cors {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let call = self.call()?;
        let secrets = self.secrets(&call);
        let pieces = Pieces::of(secrets.iter());
        let wire = Wire::new(world::environment());
        let Answered { verdict, further, replaced } = wire::run(self.ask(&call, Rc::new(wire)))?;
        if let Gets::Silence { why, .. } = &verdict.gets {
            let asked = self.url.split(['?', '#']).next().unwrap_or_default();
            return Err(Error::new(pieces.hide(&format!("{asked} was not reached: {why}")))
                .hint("a browser shows the same words as for CORS; here it is the network"));
        }
        let mut diagnosis = Diagnosis::of_browser(&call, &verdict);
        for method in replaced {
            let real = format!("the call itself, {method}");
            for one in diagnosis.experiments.iter_mut().filter(|one| one.change == real) {
                one.change = format!("the call itself, GET in place of {method}");
            }
            let why = "it may change something, and a GET stood in for it; --allow-writes sends it".to_owned();
            diagnosis.not_tried.push(Skipped { what: format!("the {method} itself"), why });
        }
        diagnosis.add_questions(&further);
        diagnosis.rewrite(&|text| pieces.hide(text));
        let text = self.report.text(&diagnosis);
        let texts = secrets.iter().filter_map(Secret::expose_str).filter(|text| text.len() >= 8);
        let revealing: Vec<String> = texts.map(str::to_owned).collect();
        Shown::report(&text, &revealing).print()?;
        Ok(match verdict.gets {
            Gets::Answer { .. } if diagnosis.causes.is_empty() => Verdict::Nothing,
            _ => Verdict::Found,
        })
    }

    /// What of the call is nobody's business: credentials where they are usual, and values of the project.
    fn secrets(&self, call: &Call) -> Vec<Secret> {
        let (url, query) = call.url.split_once('?').unwrap_or((&call.url, ""));
        let query = Some(query).filter(|query| !query.is_empty()).map(Secret::from);
        let request = Request { url: url.to_owned(), query, headers: call.headers.clone(), ..Request::default() };
        let spots = Spot::all(&request, None, &[]).into_iter().map(|spot| spot.value);
        let is_own = |(text, _): &(&String, _)| text.contains('$');
        let values = self.headers.iter().zip(&call.headers).filter(is_own).map(|(_, (_, value))| value.clone());
        let made_up = |secret: &Secret| secret.expose() == b"why401";
        spots.chain(values).filter(|secret| !made_up(secret)).collect()
    }

    /// The call that the arguments describe.
    fn call(&self) -> Result<Call, Error> {
        let page = Origin::parse(&self.origin).map_err(|why| {
            Error::new(format!("--origin {:?}: {why}", self.origin))
                .hint("an origin is scheme, host and port: http://localhost:3000")
        })?;
        if !self.url.contains("://") {
            return Err(Error::new(format!("{:?} is no address", self.url)).hint("write it whole, with https://"));
        }
        let mut call = Call::get(page, self.url.clone());
        call.method.clone_from(&self.method);
        call.credentials = if self.credentials { Credentials::Include } else { Credentials::SameOrigin };
        call.mode = if self.no_cors { Mode::NoCors } else { Mode::Cors };
        // Whether the user lets pages into the local network is for him to say, and he tries it on this machine.
        call.permitted = true;
        let project = if self.headers.iter().any(|header| header.contains('$')) {
            let root = world::folder(&self.project)?;
            collect::project(&root, &Registry::new(Config::read(&root)?.provider))
        } else {
            collect::environment_alone(world::environment())
        };
        let value = |name: &str| credential::values(&project, name).into_iter().next().map(|found| found.value);
        call.headers = self.headers.iter().map(|header| Self::header(header, &value)).collect::<Result<_, _>>()?;
        Ok(call)
    }

    /// A header with its value; one that is only named gets a made-up value.
    fn header(header: &str, value_of: &dyn Fn(&str) -> Option<Secret>) -> Result<(String, Secret), Error> {
        let Some((name, value)) = header.split_once(':') else {
            let value = match header.trim().to_ascii_lowercase().as_str() {
                "authorization" => "Bearer why401",
                "content-type" => "application/json",
                _ => "why401",
            };
            return Ok((header.trim().to_owned(), Secret::from(value)));
        };
        let (value, _) = prepare::resolved(value.trim_start(), value_of)?;
        Ok((name.trim().to_owned(), value))
    }

    /// Sends what the browser would send, and tells it what came; then asks what the verdict leaves open.
    async fn ask(&self, call: &Call, wire: Rc<Wire>) -> Answered {
        let mut replaced: Vec<String> = Vec::new();
        let mut fetch = Fetch::new(call);
        let (mut preflight, mut real): (Option<Request>, Option<Request>) = (None, None);
        loop {
            match fetch.ask() {
                Next::Done(verdict) => {
                    let real = real.or_else(|| Some(as_called(call, preflight.as_ref()?)));
                    let mut further = Vec::new();
                    if let Some(real) = real {
                        let questions = cors::experiments(call, &verdict, preflight.as_ref(), &real);
                        for question in questions.into_iter().take(FURTHER) {
                            let heard = wire.ask(&question.request, &Manner::default()).await;
                            further.push((question, heard.exchange.outcome));
                        }
                    }
                    return Answered { verdict: *verdict, further, replaced };
                }
                Next::Ask(asked) => {
                    match asked.step {
                        Step::Preflight => preflight = Some(asked.request.clone()),
                        Step::Real => real = Some(asked.request.clone()),
                        Step::Before => {}
                    }
                    let mut request = asked.request.clone();
                    if asked.step == Step::Real && !request.is_safe() && !self.allow_writes {
                        if !replaced.contains(&request.method) {
                            replaced.push(request.method.clone());
                        }
                        "GET".clone_into(&mut request.method);
                        request.body = Secret::default();
                        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
                    }
                    let heard = wire.ask(&request, &Manner::default()).await;
                    fetch.hear(&heard.exchange.outcome);
                }
            }
        }
    }
}

/// What came of a call.
struct Answered {
    verdict: Browser,
    /// What the verdict left open, and the answers to it.
    further: Vec<(Experiment, Outcome)>,
    /// Methods that GET stood in for.
    replaced: Vec<String>,
}

/// So many further questions are asked.
const FURTHER: usize = 3;

/// The call itself, as it would have followed its preflight.
fn as_called(call: &Call, preflight: &Request) -> Request {
    let mut request = Request { method: call.method.to_uppercase(), ..preflight.clone() };
    request.headers.retain(|(name, _)| !name.to_ascii_lowercase().starts_with("access-control-"));
    request.headers.extend(call.headers.iter().cloned());
    request
}
