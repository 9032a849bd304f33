//! Signed for another host than is sent: what reaches the server behind a proxy.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::Url;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let url = Url::of(&resign.request.url);
    let sent = resign
        .request
        .header("host")
        .and_then(Secret::expose_str)
        .map_or_else(|| url.authority().into_owned(), str::to_owned);
    let bare = match sent.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => sent.as_str(),
    };
    let told = resign.signer.told.canonical.as_ref().and_then(|own| own.header("host")).map(str::to_owned);
    let port = url.port().map(|port| format!("{bare}:{port}"));
    let names = [(told, 92), (Some(bare.to_owned()), 48), (port, 26)];
    let mut trials: Vec<(String, Request, Suspect)> = Vec::new();
    for (name, suspicion) in names.into_iter().filter_map(|(name, suspicion)| Some((name?, suspicion))) {
        let change = format!("signed for the host {name}");
        if name == sent || trials.iter().any(|(own, ..)| *own == change) {
            continue;
        }
        let title = format!(
            "the host was signed as {sent}, and reaches the server as {name}: what stands between rewrites Host"
        );
        let remedy = "Hand on Host as it came (nginx: `proxy_set_header Host $http_host`), or sign for the host that the server sees.";
        let request = resign.with(|_, manner| manner.host = Some(name));
        trials.push((change, request, Suspect::new("signature/canonical", Stop::Carried, suspicion, title, remedy)));
    }
    trials
}
