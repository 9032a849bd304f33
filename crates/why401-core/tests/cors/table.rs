//! One observed call, played to the core as the browser played it.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use why401_core::cors::{Call, Credentials, Fetch, Gets, Mode, Next, Origin, Space, Verdict};
use why401_core::exchange::{Answer, Hurdle, Outcome, Unreachable};
use why401_core::secret::Secret;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub chromium: String,
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub title: String,
    page: String,
    url: String,
    method: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    credentials: Option<String>,
    mode: Option<String>,
    /// Where the page came from, where that was set up by hand.
    page_space: Option<String>,
    /// Where the names of the case lead.
    target_space: Option<String>,
    #[serde(default)]
    answers: Vec<Observed>,
    status: Option<u16>,
    kind: Option<String>,
    readable: Option<Vec<String>>,
    error: Option<String>,
    #[serde(default)]
    console: String,
    /// Our own addition: the cause, or `none`.
    cause: Option<String>,
    /// Our own addition: lines that the server must answer, `Name: value`.
    must: Option<Vec<String>>,
}

/// A request as the server saw it, and what it answered; status 0 where it hung up.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Observed {
    method: String,
    url: String,
    asked: Vec<(String, String)>,
    status: u16,
    headers: Vec<(String, String)>,
}

/// A query, which we never repeat.
static QUERY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(https?://[^' ?]*)\?[^' ]*'").unwrap());

/// Headers that are compared.
const TOLD: &[&str] =
    &["origin", "access-control-request-method", "access-control-request-headers", "authorization", "x-api-key"];

/// How the core differs from what was observed.
pub fn differences(case: &Case) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut fetch = Fetch::new(&call(case));
    let mut observed = case.answers.iter();
    let verdict = loop {
        match fetch.ask() {
            Next::Done(verdict) => break verdict,
            Next::Ask(asked) => {
                let text = |value: &Secret| String::from_utf8_lossy(value.expose()).into_owned();
                let mut sent: Vec<_> = asked
                    .request
                    .headers
                    .iter()
                    .map(|(name, value)| (name.to_ascii_lowercase(), text(value)))
                    .collect();
                sent.retain(|(name, _)| TOLD.contains(&name.as_str()));
                sent.sort();
                let Some(real) = observed.next() else {
                    if case.error.is_none() {
                        wrong.push(format!("asks {} {} once more", asked.request.method, asked.url));
                    }
                    fetch.hear(&silence());
                    continue;
                };
                let mut told = real.asked.clone();
                told.retain(|(name, _)| TOLD.contains(&name.as_str()));
                told.sort();
                let (own, theirs) = (
                    format!("{} {}", asked.request.method, asked.url.expose()),
                    format!("{} {}", real.method, real.url),
                );
                if own != theirs || sent != told {
                    wrong.push(format!("asks {own} {sent:?}, the browser {theirs} {told:?}"));
                }
                let answer = Answer { status: Some(real.status), headers: real.headers.clone(), body: String::new() };
                fetch.hear(&if real.status == 0 { silence() } else { Outcome::Answered(answer) });
            }
        }
    };
    let left = observed.count();
    if left > 0 {
        wrong.push(format!("asks {left} requests less"));
    }
    wrong.extend(ends(case, &verdict));
    wrong
}

fn ends(case: &Case, verdict: &Verdict) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut say = |what: String| wrong.push(what);
    match (&verdict.gets, case.error.as_deref(), case.status) {
        (Gets::Answer { status, readable, .. }, None, Some(seen)) => {
            if (*status, Some("opaque")) == (seen, case.kind.as_deref()) || *status != seen {
                say(format!("the page gets {status}, in the browser {seen}"));
            }
            if let Some(seen) = &case.readable {
                // What node itself adds is not among the headers that were written down.
                let own = ["content-length", "connection", "date"];
                let mut seen: Vec<_> = seen.iter().filter(|name| !own.contains(&name.as_str())).collect();
                seen.sort();
                if readable.iter().collect::<Vec<_>>() != seen {
                    say(format!("the page reads {readable:?}, in the browser {seen:?}"));
                }
            }
        }
        (Gets::Opaque { .. }, None, Some(0)) => {}
        (Gets::Nothing(blocked), Some(error), _) => {
            let error = error.replace("u:p@", "");
            if blocked.error != error && !(error.starts_with("TypeError: Failed to parse URL")) {
                say(format!("the page gets {:?}, in the browser {error:?}", blocked.error));
            }
            // A value of the body that Chromium adds of its own is not looked at, nor is a path of the page.
            let console = case.console.trim_end().replace("/page'", "'").replace("/page.", ".").replace("u:p@", "");
            let console = QUERY.replace_all(&console, "$1'");
            if blocked.console != console {
                say(format!("the console says {:?}, in the browser {console:?}", blocked.console));
            }
        }
        // What Chromium only warns of stands there, too.
        (Gets::Silence { .. }, Some(_), _) if !case.console.contains("blocked") => {}
        (gets, error, status) => say(format!("{gets:?}, in the browser {error:?} {status:?} {}", case.console)),
    }
    if case.cause.as_deref().is_some_and(|cause| verdict.cause().unwrap_or("none") != cause) {
        say(format!("the cause is {:?}, not {:?}", verdict.cause(), case.cause));
    }
    if let Some(must) = &case.must {
        let lines: Vec<String> = match &verdict.gets {
            Gets::Nothing(blocked) => blocked.must.iter().map(|(name, value)| format!("{name}: {value}")).collect(),
            _ => Vec::new(),
        };
        if lines != *must {
            say(format!("the server must answer {lines:?}, not {must:?}"));
        }
    }
    wrong
}

fn call(case: &Case) -> Call {
    let space = |name: &Option<String>| {
        name.as_deref().map(|name| match name {
            "public" => Space::Public,
            "local" => Space::Local,
            "loopback" => Space::Loopback,
            other => panic!("{other} is no space"),
        })
    };
    let mut call = Call::get(Origin::parse(&case.page).unwrap(), case.url.clone());
    call.method = case.method.clone().unwrap_or_else(|| "GET".to_owned());
    call.headers = case.headers.iter().map(|(name, value)| (name.clone(), Secret::from(value.as_str()))).collect();
    call.body = Secret::from(case.body.as_str());
    call.credentials = match case.credentials.as_deref() {
        Some("include") => Credentials::Include,
        Some("omit") => Credentials::Omit,
        _ => Credentials::SameOrigin,
    };
    call.mode = match case.mode.as_deref() {
        Some("no-cors") => Mode::NoCors,
        Some("same-origin") => Mode::SameOrigin,
        _ => Mode::Cors,
    };
    (call.page_space, call.target_space) = (space(&case.page_space), space(&case.target_space));
    call
}

fn silence() -> Outcome {
    Outcome::Unreachable(Unreachable { at: Hurdle::Connect, why: String::new() })
}
