//! What was not seen, in words: a program that does not believe us, a connection that is no HTTP, a stranger at the door.

use crate::capture::{Missed, Why};

use super::line::clean;

/// What is said of it, once for each host; `None` where there is nothing to be said.
pub fn said(missed: &Missed) -> Option<String> {
    let host = clean(&missed.host);
    let port = missed.port;
    let gateway = "where it takes a base URL, --gateway VAR=URL gets round that";
    Some(match &missed.why {
        Why::Pinned(_) => format!(
            "{host}:{port}: the program does not believe the certificate of this run: it has one pinned, or a list of authorities of its own. Its next calls there pass unseen; {gateway}"
        ),
        Why::Handshake(why) => {
            format!("{host}:{port}: no secure connection came about with the program ({}); {gateway}", clean(why))
        }
        Why::NotHttp(why) => format!("{host}:{port}: what passes there is no HTTP ({why}), and passes unseen"),
        Why::Switched => {
            format!("{host}:{port}: the connection was switched to a WebSocket; what it says passes unseen")
        }
        Why::Stranger => "somebody else than the program of this run asked the proxy, and was not served".to_owned(),
        // It was told when the first connection failed.
        Why::Passed | Why::Malformed => return None,
    })
}

/// What is said where a program ran and no call of it was seen.
pub const NOTHING: &str = "no call was seen. The program made none, or it takes no notice of a proxy: where it takes a base URL, --gateway VAR=URL leads its calls here; HTTP/3 and programs with a proxy setting of their own are not seen";
