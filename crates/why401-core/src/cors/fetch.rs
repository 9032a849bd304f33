//! The Fetch standard's main fetch, CORS-preflight fetch and HTTP-redirect fetch as a machine: it says what to ask next,
//! is told what came of it, and ends in a verdict. It never asks anything itself.

mod redirect;

use super::address::Url;
use super::check::{self, Wanted, cors_check, exposed};
use super::decide::{self, Place};
use super::door::Door;
use super::header;
use super::list::get;
use super::masked::Masked;
use super::remarks;
use super::safelist::{self, Why};
use super::sends;
use super::verdict::{Dropped, Gets, Rule, Verdict, Walked};
use super::{Call, Credentials, Mode, Origin};
use crate::exchange::{Answer, Outcome, Request};
use crate::secret::Secret;

/// Which request of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// None: the call never left the page.
    Before,
    /// The question by OPTIONS.
    Preflight,
    /// The call itself.
    Real,
}

/// What comes next.
#[derive(Clone, Debug)]
pub enum Next {
    /// Ask this, and tell what came of it.
    Ask(Box<Asked>),
    /// Nothing: this is the end.
    Done(Box<Verdict>),
}

/// A request that the browser would send now. It carries no cookies: nobody here has any.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which it is.
    pub step: Step,
    /// How many redirects lie before it.
    pub hop: usize,
    /// Where it goes, query included.
    pub url: Url,
    /// The request itself.
    pub request: Request,
    /// Whether the browser would send cookies along.
    pub with_cookies: bool,
}

/// A call on its way.
#[derive(Clone, Debug)]
pub struct Fetch {
    page: Origin,
    credentials: Credentials,
    mode: Mode,
    door: Door,
    state: State,
    url: Option<Url>,
    first_url: String,
    method: String,
    headers: Vec<(String, Secret)>,
    body: Secret,
    /// What an answer may repeat and no output may.
    masked: Masked,
    /// Whether another origin was or is asked: "response tainting" is no longer basic.
    cross: bool,
    /// "Redirect-tainted origin".
    tainted: bool,
    hops: usize,
    walked: Vec<Walked>,
    preflight: Vec<Why>,
    dropped: Vec<Dropped>,
    remarks: Vec<String>,
}

#[derive(Clone, Debug)]
enum State {
    /// At the door of an address.
    Enter,
    Preflight(Wanted),
    Real,
    Done(Box<Verdict>),
}

impl Fetch {
    /// Begins a call. What `fetch` itself refuses is already decided then.
    pub fn new(call: &Call) -> Self {
        let mut fetch = Self {
            page: call.page.clone(),
            credentials: call.credentials,
            mode: call.mode,
            door: Door::of(call),
            state: State::Enter,
            url: None,
            first_url: String::new(),
            method: call.method.clone(),
            headers: Vec::new(),
            body: call.body.clone(),
            masked: Masked::of(call),
            cross: false,
            tainted: false,
            hops: 0,
            walked: Vec::new(),
            preflight: Vec::new(),
            dropped: Vec::new(),
            remarks: Vec::new(),
        };
        if let Err(rule) = fetch.construct(call) {
            fetch.block(vec![rule], Step::Before, None);
        }
        fetch
    }

    /// The `Request` constructor.
    fn construct(&mut self, call: &Call) -> Result<(), Rule> {
        header::wide(&call.headers)?;
        let url = Url::parse(&call.url).map_err(|wrong| Rule::Address(wrong.why))?;
        self.first_url = url.to_string();
        let has_user = url.has_user;
        self.url = Some(url);
        if has_user {
            return Err(Rule::UserInAddress);
        }
        self.method = header::method(&call.method, call.mode)?;
        (self.headers, self.dropped) = header::set(&call.headers, call.mode)?;
        if !self.body.is_empty() {
            if matches!(self.method.as_str(), "GET" | "HEAD") {
                return Err(Rule::BodyOfGet);
            }
            // A body that is a string brings its type along.
            if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                self.headers.push(("Content-Type".to_owned(), Secret::from("text/plain;charset=UTF-8")));
            }
        }
        Ok(())
    }

    /// What to ask next. The same until the answer is told.
    pub fn ask(&mut self) -> Next {
        if matches!(self.state, State::Enter) {
            self.enter();
        }
        let Some(url) = self.url.clone() else { return self.end() };
        let (step, request) = match &self.state {
            State::Enter | State::Done(_) => return self.end(),
            State::Preflight(wanted) => (Step::Preflight, sends::preflight(&url, &self.origin(), wanted)),
            State::Real => {
                let origin = self.names_origin().then(|| self.origin());
                (Step::Real, sends::real(&url, &self.method, &self.headers, &self.body, origin.as_ref()))
            }
        };
        let own = !self.cross;
        let with_cookies = step == Step::Real
            && (self.credentials == Credentials::Include || own && self.credentials == Credentials::SameOrigin);
        Next::Ask(Box::new(Asked { step, hop: self.hops, url, request, with_cookies }))
    }

    /// What came of the last request.
    pub fn hear(&mut self, outcome: &Outcome) {
        let step = match &self.state {
            State::Preflight(_) => Step::Preflight,
            State::Real => Step::Real,
            State::Enter | State::Done(_) => return,
        };
        let answer = match outcome {
            Outcome::Answered(answer) if answer.status.is_some_and(|status| status >= 200) => Ok(answer),
            Outcome::Answered(_) => Err("no final answer came".to_owned()),
            Outcome::Unreachable(why) => Err(why.to_string()),
            Outcome::NotSent(why) => Err(why.clone()),
        };
        self.walk(step, answer.as_ref().ok().and_then(|answer| answer.status));
        match (answer, &self.state) {
            (Err(why), _) => self.finish(Gets::Silence { step, why }),
            (Ok(answer), State::Preflight(wanted)) => {
                let wanted = wanted.clone();
                self.hear_preflight(answer, &wanted);
            }
            (Ok(answer), _) => self.hear_real(answer),
        }
    }

    /// "Main fetch", as far as it comes before the network.
    fn enter(&mut self) {
        let Some(url) = self.url.clone() else { return };
        self.cross |= !self.page.same(&url.origin());
        if self.cross && self.mode == Mode::SameOrigin {
            return self.block(vec![Rule::NotSameOrigin], Step::Before, None);
        }
        if let Some(rule) = self.door.stops(&self.page, &url, self.hops > 0) {
            return self.block(vec![rule], Step::Before, None);
        }
        let reasons = safelist::reasons(&self.method, &self.headers);
        if self.cross && self.mode == Mode::Cors && !reasons.is_empty() {
            let headers = reasons.iter().filter(|why| matches!(why, Why::Header(..)));
            let headers: Vec<String> = headers.map(|why| why.name().to_owned()).collect();
            self.state = State::Preflight(Wanted { method: self.method.clone(), headers });
            if self.preflight.is_empty() {
                self.preflight = reasons;
            }
            return;
        }
        if self.cross && self.mode == Mode::Cors {
            let remark = remarks::of_request(&self.headers);
            remark.into_iter().for_each(|remark| self.remark(remark));
        }
        self.state = State::Real;
    }

    fn hear_preflight(&mut self, answer: &Answer, wanted: &Wanted) {
        let broken = check::preflight(answer, &self.origin(), self.credentials, wanted);
        if !broken.is_empty() {
            return self.block(broken, Step::Preflight, Some(answer));
        }
        if check::rests_on_the_star(answer, wanted) {
            self.remark(remarks::STAR);
        }
        self.state = State::Real;
    }

    fn hear_real(&mut self, answer: &Answer) {
        let status = answer.status.unwrap_or_default();
        let checked = self.cross && self.mode == Mode::Cors;
        let location = get(&answer.headers, "location").filter(|_| check::is_redirect(answer));
        let there = location.and_then(|location| self.url.as_ref().map(|here| here.join(&location)));
        if let Some(Err(_)) = there {
            return self.block(vec![Rule::RedirectAddress], Step::Real, Some(answer));
        }
        if let Some(rule) = cors_check(answer, &self.origin(), self.credentials).filter(|_| checked) {
            return self.block(vec![rule], Step::Real, Some(answer));
        }
        if let Some(Ok(there)) = there {
            return self.redirect(there, answer);
        }
        if self.cross && self.mode == Mode::NoCors {
            return self.finish(Gets::Opaque { status });
        }
        let (readable, kept_back) = exposed(answer, self.credentials, !self.cross);
        if self.cross {
            remarks::of_answer(answer, &kept_back).into_iter().for_each(|remark| self.remark(remark));
        }
        self.finish(Gets::Answer { status, readable, kept_back });
    }

    /// The origin that the browser names: none that tells anything once a redirect has led between two other origins.
    fn origin(&self) -> Origin {
        if self.tainted { Origin::Null } else { self.page.clone() }
    }

    /// "Append a request `Origin` header": always with CORS, otherwise where the method may change something.
    fn names_origin(&self) -> bool {
        self.cross && self.mode == Mode::Cors || !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    fn walk(&mut self, step: Step, status: Option<u16>) {
        let method = if step == Step::Preflight { "OPTIONS" } else { self.method.as_str() }.to_owned();
        let url = self.url.as_ref().map(Url::to_string).unwrap_or_default();
        let names_origin = step == Step::Preflight || self.names_origin();
        let origin = names_origin.then(|| self.origin().to_string());
        self.walked.push(Walked { step, method, url, origin, status });
    }

    fn remark(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    fn block(&mut self, broken: Vec<Rule>, step: Step, answer: Option<&Answer>) {
        let place = Place {
            page: &self.page,
            origin: &self.origin(),
            credentials: self.credentials,
            mode: self.mode,
            step,
            url: self.url.as_ref(),
            first_url: &self.first_url,
            redirected: self.hops > 0,
            wanted: if let State::Preflight(wanted) = &self.state { Some(wanted) } else { None },
            answer,
        };
        let mut blocked = decide::decide(broken, &place);
        self.masked.hide(&mut blocked);
        self.finish(Gets::Nothing(Box::new(blocked)));
    }

    fn finish(&mut self, gets: Gets) {
        let verdict = Verdict {
            gets,
            walked: std::mem::take(&mut self.walked),
            preflight: std::mem::take(&mut self.preflight),
            dropped: std::mem::take(&mut self.dropped),
            remarks: std::mem::take(&mut self.remarks),
        };
        self.state = State::Done(Box::new(verdict));
    }

    fn end(&self) -> Next {
        match &self.state {
            State::Done(verdict) => Next::Done(verdict.clone()),
            // Unreachable by construction; an empty verdict is better than a panic.
            State::Enter | State::Preflight(_) | State::Real => Next::Done(Box::new(Verdict {
                gets: Gets::Silence { step: Step::Before, why: "nothing was asked".to_owned() },
                walked: Vec::new(),
                preflight: Vec::new(),
                dropped: Vec::new(),
                remarks: Vec::new(),
            })),
        }
    }
}
