//! The Fetch standard's main fetch, CORS-preflight fetch and HTTP-redirect fetch as a machine: it says what to ask next,
//! is told what came of it, and ends in a verdict. It never asks anything itself.

use super::address::Url;
use super::check::{self, Wanted, cors_check, exposed};
use super::decide::{self, Place};
use super::header;
use super::list::get;
use super::safelist::{self, Why};
use super::sends;
use super::space::Space;
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
    page_space: Option<Space>,
    target_space: Option<Space>,
    permitted: bool,
    state: State,
    url: Option<Url>,
    first_url: String,
    method: String,
    headers: Vec<(String, Secret)>,
    body: Secret,
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
            page_space: call.page_space.or_else(|| Space::of_page(call.page.host()?)),
            target_space: call.target_space,
            permitted: call.permitted,
            state: State::Enter,
            url: None,
            first_url: String::new(),
            method: call.method.clone(),
            headers: Vec::new(),
            body: call.body.clone(),
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
    pub fn next(&mut self) -> Next {
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
        if let Some(rule) = self.at_the_door(&url) {
            return self.block(vec![rule], Step::Before, None);
        }
        self.cross |= !self.page.same(&url.origin());
        if self.cross && self.mode == Mode::SameOrigin {
            return self.block(vec![Rule::NotSameOrigin], Step::Before, None);
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
        let odd = self.headers.iter().find(|(name, _)| safelist::is_chromiums_own(&name.to_ascii_lowercase()));
        if let Some((name, _)) = odd.filter(|_| self.cross && self.mode == Mode::Cors) {
            let remark = format!("By the standard {name} needs a preflight; Chromium sends none for it.");
            self.remark(remark);
        }
        self.state = State::Real;
    }

    fn at_the_door(&self, url: &Url) -> Option<Rule> {
        if !url.is_web() {
            return Some(Rule::Scheme(url.scheme.clone()));
        }
        if let Some(port) = url.port.filter(|port| BAD_PORTS.contains(port)) {
            return Some(Rule::Port(port));
        }
        let known = Space::of_host(&url.host);
        let first = self.target_space.filter(|_| self.hops == 0);
        let target = first.or(known);
        let secure = self.page.is_trustworthy();
        let in_the_clear = !url.origin().is_trustworthy();
        // Local Network Access lets literal addresses of the local network through here and asks the user instead.
        if self.page.scheme() == Some("https") && in_the_clear && known != Some(Space::Local) {
            return Some(Rule::Mixed);
        }
        match (self.page_space, target) {
            (Some(page), Some(target)) if target < page && !secure => Some(Rule::Insecure(target)),
            (Some(page), Some(target)) if target < page && !self.permitted => Some(Rule::Permission(target)),
            _ => None,
        }
    }

    fn hear_preflight(&mut self, answer: &Answer, wanted: &Wanted) {
        let broken = check::preflight(answer, &self.origin(), self.credentials, wanted);
        if !broken.is_empty() {
            return self.block(broken, Step::Preflight, Some(answer));
        }
        if check::rests_on_the_star(answer, wanted) {
            self.remark(
                "By the standard `*` in Access-Control-Allow-Headers does not cover Authorization, and other browsers may \
                 refuse it; Chromium lets it pass. Name the header.",
            );
        }
        self.state = State::Real;
    }

    fn hear_real(&mut self, answer: &Answer) {
        let status = answer.status.unwrap_or_default();
        let checked = self.cross && self.mode == Mode::Cors;
        if let Some(rule) = cors_check(answer, &self.origin(), self.credentials).filter(|_| checked) {
            return self.block(vec![rule], Step::Real, Some(answer));
        }
        if check::is_redirect(answer) {
            return self.redirect(answer);
        }
        if self.cross && self.mode == Mode::NoCors {
            return self.finish(Gets::Opaque { status });
        }
        let (readable, kept_back) = exposed(answer, self.credentials, !self.cross);
        self.finish(Gets::Answer { status, readable, kept_back });
    }

    /// "HTTP-redirect fetch".
    fn redirect(&mut self, answer: &Answer) {
        let location = get(&answer.headers, "location").unwrap_or_default();
        let Some(here) = self.url.clone() else { return };
        let Ok(there) = here.join(&location) else {
            return self.block(vec![Rule::RedirectAddress], Step::Real, Some(answer));
        };
        let (from, to) = (here.origin(), there.origin());
        let rule = if !there.is_web() {
            let scheme = there.scheme.clone();
            (self.hops, self.url) = (self.hops + 1, Some(there));
            return self.block(vec![Rule::RedirectScheme(scheme)], Step::Real, Some(answer));
        } else if self.hops >= 20 {
            Some(Rule::TooManyRedirects)
        } else if self.mode == Mode::Cors && there.has_user && (self.cross || !self.page.same(&to)) {
            Some(Rule::RedirectUser)
        } else {
            None
        };
        if let Some(rule) = rule {
            return self.block(vec![rule], Step::Real, Some(answer));
        }
        let becomes_get = match answer.status {
            Some(301 | 302) => self.method == "POST",
            Some(303) => !matches!(self.method.as_str(), "GET" | "HEAD"),
            _ => false,
        };
        if becomes_get {
            "GET".clone_into(&mut self.method);
            self.headers.retain(|(name, _)| !header::is_of_body(name));
            self.body = Secret::default();
        }
        if from != to {
            let (lost, kept) = std::mem::take(&mut self.headers)
                .into_iter()
                .partition(|(name, _)| header::is_non_wildcard(name));
            self.headers = kept;
            self.dropped.extend(lost.into_iter().map(|(name, _): (String, _)| Dropped::Redirect(name, there.to_string())));
            self.tainted |= !self.page.same(&from);
        }
        self.url = Some(there);
        self.hops += 1;
        self.state = State::Enter;
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
            step,
            url: self.url.as_ref(),
            first_url: &self.first_url,
            redirected: self.hops > 0,
            wanted: if let State::Preflight(wanted) = &self.state { Some(wanted) } else { None },
            answer,
        };
        let blocked = decide::decide(broken, &place);
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

/// Fetch standard, "bad port".
const BAD_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
    548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000,
    6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];
