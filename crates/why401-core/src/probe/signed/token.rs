//! The session token of a temporary key: added where it is missing, left out where it is too much.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let mut trials = Vec::new();
    let (keys, _) = resign.own();
    let is_temporary = keys.id.trim().starts_with("ASIA");
    let mut add = |change: String, request: Request, suspicion: i32, title: String, remedy: &str| {
        let suspect = Suspect::new("signature/session-token", Stop::Sent, suspicion, title, remedy);
        trials.push((change, request, suspect));
    };
    let beside = (&resign.signer.keys, "the same place as the key");
    for (other, stands) in
        std::iter::once(beside).chain(resign.signer.others.iter().map(|(keys, at)| (keys, at.as_str())))
    {
        let Some(token) =
            other.token.as_ref().filter(|token| keys.token.as_ref() != Some(token) && other.id == keys.id)
        else {
            continue;
        };
        let (title, suspicion) = match &keys.token {
            None => (
                "the request carries no session token, and its key wants one".to_owned(),
                if is_temporary { 94 } else { 50 },
            ),
            Some(_) => (format!("the session token is of another set than the key; the right one is in {stands}"), 80),
        };
        let request = resign.with(|keys, _| keys.token = Some(token.clone()));
        let remedy = "Hand on all three parts of the key together: id, secret and session token.";
        add(format!("signed with the session token in {stands}"), request, suspicion, title, remedy);
    }
    if keys.token.is_some() {
        let request = resign.with(|keys, _| keys.token = None);
        let title = "a session token goes with a key that has none: it was left over from another login".to_owned();
        let remedy = "`unset AWS_SESSION_TOKEN AWS_SECURITY_TOKEN`, and take aws_session_token out of the profile.";
        add("signed without the session token".to_owned(), request, if is_temporary { 20 } else { 93 }, title, remedy);
    }
    trials
}
