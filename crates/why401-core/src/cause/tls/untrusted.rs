//! tls/untrusted: the certificate that came is not trusted, and nothing was sent.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::exchange::{Distrust, Hurdle, Outcome};

/// Words in the names of issuers that open the traffic of companies or of developers.
const OPENERS: &[&str] = &[
    "zscaler",
    "netskope",
    "fortinet",
    "fortigate",
    "palo alto",
    "bluecoat",
    "blue coat",
    "mcafee",
    "sophos",
    "cisco umbrella",
    "kaspersky",
    "avast",
    "bitdefender",
    "eset",
    "mitmproxy",
    "charles proxy",
    "burp",
    "portswigger",
    "fiddler",
    "proxyman",
    "squid",
    "untangle",
    "barracuda",
    "check point",
    "lightspeed",
    "securly",
    "goguardian",
];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let Some(refusal) = case.as_refusal() else { return Vec::new() };
    let found = refusal.exchanges.iter().find_map(|exchange| match &exchange.outcome {
        Outcome::Unreachable(why) => match why.at {
            Hurdle::Trust(distrust) => Some((exchange, distrust, &why.why)),
            _ => None,
        },
        _ => None,
    });
    let Some((exchange, distrust, why)) = found else { return Vec::new() };
    let lower = why.to_ascii_lowercase();
    let opener = OPENERS.iter().find(|word| lower.contains(**word));
    let (title, remedy) = match (distrust, opener) {
        (Distrust::Issuer, Some(_)) => (
            "something between here and the server opens the connection, and its certificate is not trusted",
            "Trust that issuer's root in this program (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, REQUESTS_CA_BUNDLE), or leave its network.",
        ),
        (Distrust::Issuer, None) => (
            "nobody whom this machine trusts vouches for the server's certificate",
            "Install the roots (`ca-certificates`), or trust the issuer's root in this program; do not switch verification off.",
        ),
        (Distrust::Expired, _) => (
            "the server's certificate has expired, or this machine's clock is ahead",
            "Compare `date -u` with the dates of the certificate; if the clock is right, the server's operator has to renew it.",
        ),
        (Distrust::NotYet, _) => (
            "the server's certificate is not valid yet, or this machine's clock stands behind",
            "Compare `date -u` with the dates of the certificate, and set the clock.",
        ),
        (Distrust::Name, _) => (
            "the server's certificate is for another name",
            "Ask the host by the name that its certificate is for, or give it one for this name.",
        ),
        (Distrust::Other, _) => (
            "the server's certificate does not pass",
            "Look at the certificate with `openssl s_client -connect HOST:443`; its operator has to mend it.",
        ),
    };
    let why = format!("No request was sent, so no credential was judged: {why}.");
    let finding = Finding::new(Standing::Proven, Stop::Carried, title, exchange.origin(), why);
    vec![finding.mend(Remedy::new(remedy)).into()]
}
