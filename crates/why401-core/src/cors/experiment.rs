//! Further questions that a first verdict leaves open: free, read-only, and each telling two explanations apart.

use super::fetch::Step;
use super::verdict::{Blocked, Gets, Rule, Verdict};
use super::{Call, Origin};
use crate::exchange::{Answer, Outcome, Request};
use crate::secret::Secret;

/// A question that would tell more.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The request.
    pub request: Request,
    /// What is asked, such as `the preflight with the credential`.
    pub change: String,
    /// What its answer tells, a sentence.
    pub tells: &'static str,
    /// Whether it carries what the page sets, credentials included.
    pub with_credential: bool,
    question: Question,
}

/// What is to be told apart.
#[derive(Clone, Debug)]
enum Question {
    /// Whether the credential is asked for before CORS is looked at.
    CredentialFirst,
    /// What the server says to the call itself.
    Itself,
    /// Whether this other origin is allowed.
    OtherName(String),
    /// Whether every origin is answered alike.
    Anybody(String),
    /// Whether the answer depends on the origin at all.
    WithoutOrigin,
}

impl Experiment {
    /// What the answer tells, a sentence; `None` where it tells nothing.
    pub fn told(&self, outcome: &Outcome) -> Option<String> {
        let Outcome::Answered(answer) = outcome else { return None };
        let status = answer.status?;
        let allowed = allowed(answer);
        Some(match &self.question {
            Question::CredentialFirst if status < 300 => format!(
                "With the credential the preflight is answered with {status}: the server asks for it before it looks at CORS, and a browser never sends one with a preflight."
            ),
            Question::CredentialFirst => {
                format!(
                    "With the credential the preflight is {status} as well: it is not the credential that it lacks."
                )
            }
            Question::Itself if status >= 400 => {
                format!("The call itself is answered with {status}: that stands behind what the browser says.")
            }
            Question::Itself => {
                format!("The call itself is answered with {status}: only the browser's question before it fails.")
            }
            Question::OtherName(origin) if allowed.is_some_and(|allowed| allowed == origin) => {
                format!("A page of {origin} is allowed: open the page there, or allow both names.")
            }
            Question::OtherName(origin) => format!("A page of {origin} is not allowed either."),
            Question::Anybody(origin) => match allowed {
                Some("*") => "Every origin is answered with `*`.".to_owned(),
                Some(allowed) if allowed == origin => {
                    format!("The server repeats any origin, {origin} as well, and this one it does not.")
                }
                Some(allowed) => {
                    format!(
                        "Every origin is answered with `{allowed}`: the server has one fixed origin and does not look at yours."
                    )
                }
                None => "No origin is allowed: this answer names none, whoever asks.".to_owned(),
            },
            Question::WithoutOrigin if allowed.is_some() => {
                "Without an origin the header comes all the same: it does not depend on who asks.".to_owned()
            }
            Question::WithoutOrigin => return None,
        })
    }
}

/// What else to ask after `verdict`, the most telling first. Nothing where the page may read the answer. `preflight` and
/// `real` are the requests as they were, or would be, sent.
pub fn experiments(call: &Call, verdict: &Verdict, preflight: Option<&Request>, real: &Request) -> Vec<Experiment> {
    let Gets::Nothing(blocked) = &verdict.gets else { return Vec::new() };
    let mut found = Vec::new();
    let safe = matches!(real.method.as_str(), "GET" | "HEAD");
    let mut add = |request: Request, change: &str, tells, with_credential, question| {
        found.push(Experiment { request, change: change.to_owned(), tells, with_credential, question });
    };
    match (blocked.step, &blocked.rule) {
        (Step::Preflight, Rule::OriginMissing | Rule::PreflightStatus) => {
            let asked = preflight.filter(|_| blocked.rule == Rule::PreflightStatus || blocked.status >= Some(300));
            if let Some(preflight) = asked.filter(|_| !call.headers.is_empty()) {
                let mut request = preflight.clone();
                request.headers.extend(call.headers.iter().cloned());
                let tells = "Whether the server asks for the credential before it looks at CORS.";
                add(request, "the preflight with the credential", tells, true, Question::CredentialFirst);
            }
            if safe {
                let tells = "Whether the call itself would pass, and what status hides behind the preflight.";
                add(real.clone(), "the call without its preflight", tells, true, Question::Itself);
            }
        }
        (Step::Preflight, _) if safe => {
            let tells = "What the server says to the call itself.";
            add(real.clone(), "the call without its preflight", tells, true, Question::Itself);
        }
        _ => {}
    }
    if of_origin(blocked) && blocked.step != Step::Before {
        let base = if blocked.step == Step::Preflight { preflight } else { Some(real).filter(|_| safe) };
        if let Some(base) = base {
            let asks_real = blocked.step == Step::Real;
            let host = call.page.host().unwrap_or_default();
            if host == "127.0.0.1" || host == "localhost" {
                let other = if host == "localhost" { "127.0.0.1" } else { "localhost" };
                let other = call.page.to_string().replacen(host, other, 1);
                let tells = "Whether the other name of this machine is allowed.";
                let request = with_origin(base, Some(&other));
                add(request, &format!("from {other}"), tells, asks_real, Question::OtherName(other));
            }
            let anybody = Origin::Tuple { scheme: "https".to_owned(), host: "why401.invalid".to_owned(), port: None };
            let anybody = anybody.to_string();
            let tells = "Whether the server answers every origin alike.";
            let request = with_origin(base, Some(&anybody));
            add(request, &format!("from {anybody}"), tells, asks_real, Question::Anybody(anybody));
            if asks_real {
                let tells = "Whether CORS headers depend on Origin at all.";
                add(with_origin(base, None), "without an origin", tells, true, Question::WithoutOrigin);
            }
        }
    }
    found
}

fn of_origin(blocked: &Blocked) -> bool {
    matches!(blocked.rule, Rule::OriginMissing | Rule::OriginOther | Rule::OriginInvalid)
}

/// The origin that the answer allows.
fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin").map(str::trim)
}

fn with_origin(request: &Request, origin: Option<&str>) -> Request {
    let mut request = request.clone();
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("origin"));
    request.headers.extend(origin.map(|origin| ("Origin".to_owned(), Secret::from(origin))));
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cors::{Fetch, Next};
    use crate::exchange::{Answer, Outcome};

    fn after(status: u16, allowed: Option<&str>) -> Vec<&'static str> {
        let mut call = Call::get(Origin::parse("http://localhost:3000").unwrap(), "http://127.0.0.1:8000/me");
        call.headers.push(("Authorization".to_owned(), Secret::from("Bearer zq7-fake")));
        let mut fetch = Fetch::new(&call);
        let Next::Ask(asked) = fetch.ask() else { panic!("a preflight is needed") };
        let headers = allowed.map(|allowed| ("Access-Control-Allow-Origin".to_owned(), allowed.to_owned()));
        let answer = Answer { status: Some(status), headers: headers.into_iter().collect(), body: String::new() };
        fetch.hear(&Outcome::Answered(answer));
        let Next::Done(verdict) = fetch.ask() else { panic!("the preflight fails") };
        let real = Request { method: "GET".to_owned(), ..asked.request.clone() };
        experiments(&call, &verdict, Some(&asked.request), &real).iter().map(|experiment| experiment.tells).collect()
    }

    #[test]
    fn what_an_answer_tells() {
        let mut call = Call::get(Origin::parse("http://localhost:3000").unwrap(), "http://127.0.0.1:8000/me");
        call.headers.push(("Authorization".to_owned(), Secret::from("Bearer zq7-fake")));
        let mut fetch = Fetch::new(&call);
        let Next::Ask(asked) = fetch.ask() else { panic!("a preflight is needed") };
        fetch.hear(&Outcome::Answered(Answer { status: Some(401), headers: Vec::new(), body: String::new() }));
        let Next::Done(verdict) = fetch.ask() else { panic!("the preflight fails") };
        let real = Request { method: "GET".to_owned(), ..asked.request.clone() };
        let further = experiments(&call, &verdict, Some(&asked.request), &real);
        let told = |status: u16, allowed: Option<&str>| {
            let headers = allowed.map(|allowed| ("Access-Control-Allow-Origin".to_owned(), allowed.to_owned()));
            let answer = Answer { status: Some(status), headers: headers.into_iter().collect(), body: String::new() };
            let outcome = Outcome::Answered(answer);
            further.iter().filter_map(|one| one.told(&outcome)).collect::<Vec<_>>().join(" ")
        };
        assert!(told(204, None).contains("asks for it before it looks at CORS"));
        assert!(told(401, Some("*")).contains("is not the credential that it lacks"));
        assert!(told(200, Some("http://127.0.0.1:3000")).contains("open the page there"));
        assert!(told(200, Some("https://why401.invalid")).contains("repeats any origin"));
    }

    #[test]
    fn what_would_tell_more() {
        assert!(after(401, None)[0].contains("asks for the credential"));
        assert!(after(200, Some("http://127.0.0.1:3000")).iter().any(|tells| tells.contains("other name")));
        assert_eq!(after(204, Some("*")), ["What the server says to the call itself."]);
    }
}
