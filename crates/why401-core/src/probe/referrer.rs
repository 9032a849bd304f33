//! With and without the headers that say from which page a call comes.

use super::spot::{with_header, without_header};
use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::url::Url;

pub(super) fn trials(ask: &Ask<'_>, _: &Spot, seen: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let named = |name: &'static str| ask.request.header(name).map(|_| name);
    let suspect =
        |suspicion, title: &str, remedy: &str| Suspect::new("access/referrer", Stop::Judged, suspicion, title, remedy);
    for name in [named("Referer"), named("Origin")].into_iter().flatten() {
        let title = format!("the key is not for calls that come with this {name}");
        let suspect =
            suspect(56, &title, "Add the page's address to the key's allowed referrers, or call from a server.");
        trials.push(Trial::change(
            ask,
            format!("without the header {name}"),
            without_header(ask.request.clone(), name),
            suspect,
        ));
    }
    if trials.is_empty() && seen.arrives != Some(false) {
        let url = Url::of(&ask.request.url);
        let own = format!("{}://{}/", url.scheme, url.authority());
        let title = "the key is only for calls that come from certain pages";
        let suspect = suspect(28, title, "Take a key for servers, or call from a page that the key allows.");
        trials.push(Trial::change(
            ask,
            "with a Referer",
            with_header(ask.request.clone(), "Referer", own.as_str()),
            suspect,
        ));
    }
    trials
}
