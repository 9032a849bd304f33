//! Azure Storage: what SharedKey, SharedKeyLite and shared access signatures sign
//! (learn.microsoft.com/rest/api/storageservices, "Authorize with Shared Key", "Create a service SAS" and their kin).

mod answer;
mod key;
mod need;
mod recipe;
mod sas;
mod sas_judge;
mod shared_key;
mod target;

use crate::exchange::{Answer, Outcome, Request};
use crate::form::{Form, Side};
use crate::signature::fault::{Candidate, Examined};
pub use key::{account_of, key_of, wrong_key};
pub use recipe::{Part, Text};
pub use sas::Sas;
pub use shared_key::{Credential, sign};
pub use target::{Service, Target};

/// Whether the request carries a signature of Azure Storage.
pub fn is_signed(request: &Request) -> bool {
    Credential::of(request).is_some() || Sas::of(request).is_some()
}

/// Looks at a request that carries one; `None` where it carries none. `now` is the time of its judgement, in seconds since
/// 1970, where that is known.
pub fn examine(
    request: &Request,
    outcome: &Outcome,
    candidates: &[Candidate<'_>],
    now: Option<i64>,
) -> Option<Examined> {
    let answer = outcome.answer();
    if let Some(credential) = Credential::of(request) {
        return Some(shared_key::examine(request, &credential, answer, candidates, now).sorted());
    }
    let sas = Sas::of(request)?;
    Some(sas_judge::examine(request, &sas, answer, candidates, now).sorted())
}

/// Whether the server turned the signature down, and nothing else: a status says so, or the code of the error.
fn refuses(answer: Option<&Answer>) -> bool {
    let Some(answer) = answer else { return false };
    let code = answer::code(&answer.body).or_else(|| answer.header("x-ms-error-code"));
    match code {
        Some(code) => ["AuthenticationFailed", "AuthorizationFailure", "InvalidAuthenticationInfo"].contains(&code),
        None => answer.status.is_some_and(|status| [401, 403].contains(&status)),
    }
}

/// What was signed here, beside another text and the words for the two, where there is one. A line that is empty is called
/// by its name.
fn form(title: &str, ours: &Text, theirs: Option<(&str, &str)>) -> Form {
    let ours_shown = shown(&ours.joined());
    let mut form = match theirs {
        Some((words, theirs)) => {
            let form = Form::compared(title, &ours_shown, &shown(theirs));
            let words = if form.first_difference().is_some() { words } else { "the same here and at the server" };
            Form { title: format!("{title}: {words}"), ..form }
        }
        None => Form::new(title, &ours_shown),
    };
    let mut parts = ours.0.iter();
    for line in form.lines.iter_mut().filter(|line| line.side != Side::Theirs) {
        let Some(part) = parts.next() else { break };
        if line.text.is_empty() {
            line.text = format!("({})", part.name);
        }
    }
    form
}

/// A text to sign without the secrets that may stand in it: signatures of sources that are copied, keys of customers.
fn shown(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let lower = line.to_ascii_lowercase();
        let starts = ["x-ms-encryption-key:", "x-ms-source-encryption-key:", "x-ms-copy-source-authorization:"];
        if let Some(start) = starts.iter().find(|start| lower.starts_with(**start)) {
            return format!("{}‹{} characters›", &line[..start.len()], line[start.len()..].chars().count());
        }
        match lower.find("sig=") {
            Some(at) if lower[..at].ends_with(['?', '&']) || at == 0 => {
                let from = at + "sig=".len();
                let end = line[from..].find('&').map_or(line.len(), |end| from + end);
                format!("{}‹{} characters›{}", &line[..from], line[from..end].chars().count(), &line[end..])
            }
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
