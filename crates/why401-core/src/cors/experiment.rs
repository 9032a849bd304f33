//! Further questions that a first verdict leaves open: free, read-only, and each telling two explanations apart.

use super::fetch::Step;
use super::verdict::{Gets, Rule, Verdict};
use super::{Call, Origin};
use crate::exchange::Request;
use crate::secret::Secret;

/// A question that would tell more.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The request.
    pub request: Request,
    /// What its answer tells, a sentence.
    pub tells: &'static str,
    /// Whether it carries what the page sets, credentials included.
    pub with_credential: bool,
}

/// What else to ask after `verdict`, the most telling first. Nothing where the page may read the answer. `preflight` and
/// `real` are the requests as they were, or would be, sent.
pub fn experiments(call: &Call, verdict: &Verdict, preflight: Option<&Request>, real: &Request) -> Vec<Experiment> {
    let Gets::Nothing(blocked) = &verdict.gets else { return Vec::new() };
    let mut found = Vec::new();
    let safe = matches!(real.method.as_str(), "GET" | "HEAD");
    let mut add = |request: Request, tells, with_credential| found.push(Experiment { request, tells, with_credential });
    match (blocked.step, &blocked.rule) {
        (Step::Preflight, Rule::OriginMissing | Rule::PreflightStatus) => {
            let asked = preflight.filter(|_| blocked.rule == Rule::PreflightStatus || blocked.status >= Some(300));
            if let Some(preflight) = asked.filter(|_| !call.headers.is_empty()) {
                let mut request = preflight.clone();
                request.headers.extend(call.headers.iter().cloned());
                add(request, "Whether the server asks for the credential before it looks at CORS.", true);
            }
            if safe {
                add(
                    real.clone(),
                    "Whether the call itself would pass, and what status hides behind the preflight.",
                    true,
                );
            }
        }
        (Step::Preflight, _) if safe => {
            add(real.clone(), "What the server says to the call itself.", true);
        }
        _ => {}
    }
    let of_origin = matches!(blocked.rule, Rule::OriginMissing | Rule::OriginOther | Rule::OriginInvalid);
    if of_origin && blocked.step != Step::Before {
        let base = if blocked.step == Step::Preflight { preflight } else { Some(real).filter(|_| safe) };
        if let Some(base) = base {
            let asks_real = blocked.step == Step::Real;
            let host = call.page.host().unwrap_or_default();
            if host == "127.0.0.1" || host == "localhost" {
                let other = if host == "localhost" { "127.0.0.1" } else { "localhost" };
                let other = call.page.to_string().replacen(host, other, 1);
                add(with_origin(base, Some(&other)), "Whether the other name of this machine is allowed.", asks_real);
            }
            let anybody = Origin::Tuple { scheme: "https".to_owned(), host: "why401.invalid".to_owned(), port: None };
            add(
                with_origin(base, Some(&anybody.to_string())),
                "Whether the server answers every origin alike.",
                asks_real,
            );
            if asks_real {
                add(with_origin(base, None), "Whether CORS headers depend on Origin at all.", true);
            }
        }
    }
    found
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
    fn what_would_tell_more() {
        assert!(after(401, None)[0].contains("asks for the credential"));
        assert!(after(200, Some("http://127.0.0.1:3000")).iter().any(|tells| tells.contains("other name")));
        assert_eq!(after(204, Some("*")), ["What the server says to the call itself."]);
    }
}
