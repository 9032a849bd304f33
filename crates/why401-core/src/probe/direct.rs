//! Without the proxy that the environment names.

use super::{Ask, Reading, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::exchange::{Hurdle, Manner, Proxy};

pub(super) fn trials(ask: &Ask<'_>, _: &Spot, seen: Seen) -> Vec<Trial> {
    let given = match &ask.manner.proxy {
        Proxy::OfEnvironment => ask.proxy.as_ref().map(|proxy| format!("the proxy {proxy}")),
        Proxy::None => None,
        Proxy::At(_) => Some("the proxy that was given".to_owned()),
    };
    let Some(proxy) = given else { return Vec::new() };
    // Where nothing came, it was no header that the proxy took.
    let (cause, title, remedy) = if seen.reading == Some(Reading::Unanswered) {
        // A proxy that is down or wants a password itself keeps nothing from being trusted.
        if !matches!(seen.hurdle, Some(Hurdle::Trust(_))) {
            return Vec::new();
        }
        (
            "tls/untrusted",
            format!("{proxy} answers in the place of the API, with a certificate that is not trusted"),
            "Trust the proxy's certificate in this program, or add the host to NO_PROXY.",
        )
    } else if seen.reading == Some(Reading::Denied) && seen.arrives.is_none() {
        (
            "server/firewall",
            format!("{proxy} itself refuses the call, whatever credential it carries"),
            "Ask whoever runs the proxy to let the host through, or add the host to NO_PROXY.",
        )
    } else {
        (
            "header/stripped-proxy",
            format!("the credential is lost or changed at {proxy}"),
            "Add the host to NO_PROXY, or let the proxy pass the header.",
        )
    };
    let suspect = Suspect::new(cause, Stop::Carried, 62, title, remedy).decisive();
    let mut trial = Trial::change(ask, format!("without {proxy}"), ask.request.clone(), suspect);
    trial.manner = Manner { proxy: Proxy::None, ..trial.manner };
    vec![trial]
}
