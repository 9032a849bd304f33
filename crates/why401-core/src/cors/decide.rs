//! A broken rule in full: which cause it shows, which header decides, what that was and what it must be.

use super::address::Url;
use super::check::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, Wanted};
use super::fetch::Step;
use super::list::get;
use super::says;
use super::verdict::{Blocked, Rule};
use super::{Credentials, Mode, Origin};
use crate::exchange::Answer;

/// Where a rule was broken.
pub(super) struct Place<'a> {
    /// The page's own origin.
    pub page: &'a Origin,
    /// The origin that the request named.
    pub origin: &'a Origin,
    /// What the page says of cookies.
    pub credentials: Credentials,
    /// What the page says of other origins.
    pub mode: Mode,
    /// Which request was judged.
    pub step: Step,
    /// Where it went; `None` where the page's address cannot be read.
    pub url: Option<&'a Url>,
    /// Where the call began.
    pub first_url: &'a str,
    /// Whether redirects lie between.
    pub redirected: bool,
    /// What the preflight asked for.
    pub wanted: Option<&'a Wanted>,
    /// The answer that was judged.
    pub answer: Option<&'a Answer>,
}

impl Place<'_> {
    /// A header of the judged answer.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        get(&self.answer?.headers, name)
    }

    /// The status of the judged answer.
    pub(super) fn status(&self) -> Option<u16> {
        self.answer?.status
    }

    /// Whether the server sent the call to a page on which people log in, which is how some refuse a credential.
    pub(super) fn leads_to_login(&self) -> bool {
        let here = self.url.map(|url| url.path.as_str()).filter(|_| self.redirected);
        let next = self.header("location").filter(|_| matches!(self.status(), Some(300..=399)));
        here.is_some_and(asks_to_log_in) || next.is_some_and(|next| asks_to_log_in(&next))
    }

    /// Whether the server failed or refused.
    pub(super) fn failed(&self) -> bool {
        self.status().is_some_and(|status| status >= 400)
    }
}

/// Everything about the first of the broken rules; the others stand beside it.
pub(super) fn decide(mut broken: Vec<Rule>, place: &Place<'_>) -> Blocked {
    let further = broken.split_off(1.min(broken.len()));
    let rule = broken.pop().unwrap_or(Rule::OriginMissing);
    let mut must = Vec::new();
    for rule in std::iter::once(&rule).chain(&further) {
        must.extend(lines(rule, place).into_iter().filter(|line| !must.contains(line)).collect::<Vec<_>>());
    }
    let (cause, also) = cause(&rule, &further, place);
    let header = decides(&rule);
    Blocked {
        was: header.and_then(|header| place.header(header)),
        header,
        must,
        cause,
        also,
        meaning: says::meaning(&rule, place),
        console: says::console(&rule, place),
        error: says::error(&rule, place),
        step: place.step,
        url: place.url.map(Url::to_string).unwrap_or_default(),
        status: place.status(),
        rule,
        further,
    }
}

/// The header that decides.
fn decides(rule: &Rule) -> Option<&'static str> {
    match rule {
        Rule::OriginMissing | Rule::OriginMultiple | Rule::OriginInvalid | Rule::OriginOther | Rule::Wildcard => {
            Some(ALLOW_ORIGIN)
        }
        Rule::NoCredentials => Some(ALLOW_CREDENTIALS),
        Rule::MethodsUnreadable | Rule::Method { .. } => Some(ALLOW_METHODS),
        Rule::HeadersUnreadable | Rule::Header { .. } => Some(ALLOW_HEADERS),
        Rule::PreflightRedirect
        | Rule::RedirectAddress
        | Rule::RedirectScheme(_)
        | Rule::RedirectUser
        | Rule::TooManyRedirects => Some("Location"),
        _ => None,
    }
}

/// The lines that the judged answer must carry to satisfy the rule.
fn lines(rule: &Rule, place: &Place<'_>) -> Vec<(&'static str, String)> {
    let include = place.credentials == Credentials::Include;
    let own_origin = || {
        let mut lines = vec![(ALLOW_ORIGIN, place.origin.to_string())];
        lines.extend(include.then(|| (ALLOW_CREDENTIALS, "true".to_owned())));
        lines.push(("Vary", "Origin".to_owned()));
        lines
    };
    match rule {
        // Nobody should allow `null`: every sandboxed frame has that origin.
        Rule::OriginMissing | Rule::OriginMultiple | Rule::OriginInvalid | Rule::OriginOther
            if *place.origin == Origin::Null && !include =>
        {
            vec![(ALLOW_ORIGIN, "*".to_owned())]
        }
        Rule::OriginMissing | Rule::OriginMultiple | Rule::OriginInvalid | Rule::OriginOther | Rule::Wildcard => {
            own_origin()
        }
        Rule::NoCredentials => vec![(ALLOW_CREDENTIALS, "true".to_owned())],
        Rule::MethodsUnreadable => vec![(ALLOW_METHODS, wanted_method(place))],
        Rule::Method { method, star } => vec![(
            ALLOW_METHODS,
            added(place.header(ALLOW_METHODS), std::slice::from_ref(method), *star, |a, b| a == b),
        )],
        Rule::HeadersUnreadable | Rule::Header { .. } => {
            let names = place.wanted.map(|wanted| wanted.headers.as_slice()).unwrap_or_default();
            let star = matches!(rule, Rule::Header { star: true, .. });
            let was = place.header(ALLOW_HEADERS).filter(|_| *rule != Rule::HeadersUnreadable);
            vec![(ALLOW_HEADERS, added(was, names, star, str::eq_ignore_ascii_case))]
        }
        _ => Vec::new(),
    }
}

fn wanted_method(place: &Place<'_>) -> String {
    place.wanted.map(|wanted| wanted.method.clone()).unwrap_or_default()
}

/// A list with `names` added where they are missing; a star that counts for nothing is left out. Letter case counts for
/// methods and not for headers.
fn added(was: Option<String>, names: &[String], star: bool, is_same: fn(&str, &str) -> bool) -> String {
    let was = was.unwrap_or_default();
    let kept = was.split(',').map(str::trim).filter(|part| !part.is_empty() && (!star || *part != "*"));
    let mut list: Vec<&str> = kept.collect();
    for name in names {
        if !list.iter().any(|own| is_same(own, name)) {
            list.push(name);
        }
    }
    list.join(", ")
}

type Slugs = (Option<&'static str>, &'static [&'static str]);

/// The cause that the rule shows, and those that may stand behind it.
fn cause(rule: &Rule, further: &[Rule], place: &Place<'_>) -> Slugs {
    match rule {
        Rule::OriginMissing if place.step == Step::Preflight => missing_in_preflight(further, place),
        Rule::OriginMissing => missing_in_answer(place),
        Rule::OriginMultiple | Rule::OriginInvalid | Rule::OriginOther => {
            let failed = place.failed() && place.step == Step::Real;
            (Some("cors/origin"), if failed { &["cors/masks-error"] } else { &[] })
        }
        Rule::Wildcard | Rule::NoCredentials => (Some("cors/credentials"), &[]),
        Rule::Method { star: true, .. } => (Some("cors/credentials"), &["cors/preflight"]),
        Rule::Header { star: true, .. } => (Some("cors/credentials"), &["cors/header-not-allowed"]),
        Rule::PreflightRedirect => (Some("cors/preflight"), &["request/wrong-endpoint"]),
        Rule::PreflightStatus | Rule::MethodsUnreadable | Rule::Method { .. } => (Some("cors/preflight"), &[]),
        Rule::HeadersUnreadable | Rule::Header { .. } => (Some("cors/header-not-allowed"), &[]),
        Rule::Insecure(_) | Rule::Permission(_) => (Some("cors/private-network"), &[]),
        Rule::HeaderWide { .. } => (Some("key/invisible-character"), &["header/illegal-character"]),
        Rule::HeaderBreak { nul: false, .. } => (Some("key/whitespace"), &["header/illegal-character"]),
        Rule::HeaderBreak { .. } | Rule::HeaderName(_) => (Some("header/illegal-character"), &[]),
        Rule::UserInAddress => (Some("header/wrong-place"), &[]),
        Rule::Mixed | Rule::Port(_) | Rule::Scheme(_) => (Some("request/wrong-endpoint"), &[]),
        Rule::RedirectAddress | Rule::RedirectScheme(_) | Rule::RedirectUser | Rule::TooManyRedirects => {
            (Some("request/wrong-endpoint"), &["cors/origin"])
        }
        Rule::NotSameOrigin => (Some("cors/origin"), &[]),
        Rule::Address(_) => (Some("request/wrong-endpoint"), &[]),
        Rule::MethodInvalid(_) | Rule::MethodForbidden(_) | Rule::MethodNoCors(_) | Rule::BodyOfGet => (None, &[]),
    }
}

/// An OPTIONS that fails and says nothing of origins was not understood as a preflight; one that succeeds does not know
/// the origin.
fn missing_in_preflight(further: &[Rule], place: &Place<'_>) -> Slugs {
    if place.leads_to_login() {
        return (Some("cors/masks-error"), &["cors/origin"]);
    }
    if !further.contains(&Rule::PreflightStatus) {
        return (Some("cors/origin"), &["cors/preflight"]);
    }
    let says_so = place.answer.is_some_and(|answer| names_the_origin(&answer.body));
    if says_so { (Some("cors/origin"), &["cors/preflight"]) } else { (Some("cors/preflight"), &["cors/origin"]) }
}

/// Whether a refusal's body speaks of the origin, as servers with a list of origins do.
fn names_the_origin(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    body.contains("cors") || body.contains("origin") && (body.contains("allowed") || body.contains("denied"))
}

fn missing_in_answer(place: &Place<'_>) -> Slugs {
    let redirect = matches!(place.status(), Some(300..=399));
    if place.failed() || place.leads_to_login() {
        (Some("cors/masks-error"), &["cors/origin"])
    } else if redirect {
        (Some("cors/origin"), &["request/wrong-endpoint"])
    } else {
        (Some("cors/origin"), &[])
    }
}

/// Whether an address is that of a page on which people log in.
fn asks_to_log_in(address: &str) -> bool {
    let words = ["login", "log-in", "signin", "sign-in", "sign_in", "logon", "auth", "sso", "saml", "oauth", "account"];
    let address = address.to_ascii_lowercase();
    address.split(['/', '?', '.', '=', '&', ':']).any(|part| words.iter().any(|word| part.starts_with(word)))
}
