//! Without what the client took from `.netrc`.

use super::spot::{with_header, without_header};
use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::exchange::Request;
use crate::secret::Secret;

/// An `Authorization` that a client took from `.netrc`.
#[derive(Clone, Debug)]
pub struct Netrc {
    /// The client that does so.
    pub client: String,
    /// What the program itself had set; `None` where that was nothing.
    pub instead_of: Option<Secret>,
}

impl Netrc {
    /// The request as it would be without it.
    pub fn undone(&self, request: &Request) -> Request {
        match &self.instead_of {
            Some(value) => with_header(request.clone(), "Authorization", value.expose()),
            None => without_header(request.clone(), "Authorization"),
        }
    }
}

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let Some(netrc) = ask.netrc.as_ref().filter(|_| spot.name.eq_ignore_ascii_case("authorization")) else {
        return Vec::new();
    };
    let request = netrc.undone(&ask.request);
    // With nothing left it is the request without a credential, which is asked anyway.
    if Spot::all(&request, ask.provider, &ask.carriers).is_empty() {
        return Vec::new();
    }
    let Netrc { client, instead_of } = netrc;
    let title = match instead_of {
        Some(_) => format!("{client} replaces the program's Authorization by the entry of `.netrc` for this host"),
        None => format!("{client} adds the entry of `.netrc` for this host, and the server takes that instead"),
    };
    let remedy = "Delete the entry, or tell the client to leave it: `session.trust_env = False` with requests, no `-n` with curl.";
    let suspect = Suspect::new("header/overridden", Stop::Sent, 90, title, remedy).decisive();
    vec![Trial::change(ask, "without `.netrc`", request, suspect)]
}
