//! Other keys that the shell, the project or a profile holds.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let keys = &resign.signer.keys;
    let others = resign.signer.others.iter().filter(|(other, _)| other.secret != keys.secret);
    let name = resign.secret_name();
    let trials = others.enumerate().map(|(rank, (other, stands))| {
        let suspicion = 76 - 6 * i32::try_from(rank).unwrap_or(9);
        let (cause, title) = if other.id.trim() == keys.id.trim() {
            (
                "signature/secret",
                format!("{name} is not the secret of the key id {}; that stands in {stands}", keys.id.trim()),
            )
        } else {
            ("env/shadowed", format!("another key than the one in {stands} is sent, and that one is good"))
        };
        let remedy = format!("Take id, secret and session token from one place: {stands}.");
        let request = resign.with(|keys, _| keys.clone_from(other));
        (
            format!("signed with the key in {stands}"),
            request,
            Suspect::new(cause, Stop::Loaded, suspicion, title, remedy),
        )
    });
    trials.take(3).collect()
}
