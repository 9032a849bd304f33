//! token/malformed: not a decodable token.

use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::read::jwt;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let Some(refusal) = case.as_refusal().filter(|refusal| refusal.refuses()) else { return Vec::new() };
    let sent = refusal.exchanges.iter().flat_map(|exchange| &exchange.request.headers);
    let found = sent.filter_map(|(name, value)| {
        let text = value.expose_str()?.split(' ').next_back()?.trim();
        // Five parts are an encrypted token, which nobody but its reader can open (RFC 7516).
        let parts = text.split('.').count();
        if !text.starts_with("eyJ")
            || text.len() < 20
            || text.contains(['*', '\u{2026}'])
            || parts == 5
            || jwt::jwt(text).is_some()
        {
            return None;
        }
        let what = match parts {
            3 => "the token cannot be decoded".to_owned(),
            _ => format!("the token has {parts} part{} where three belong", if parts == 1 { "" } else { "s" }),
        };
        let why =
            "A token is header, claims and signature, each in base64url, with a dot between (RFC 7515, section 7.1).";
        let origin = crate::fact::Origin::Header(name.clone());
        let mut finding = Finding::new(Standing::Proven, Stop::Sent, what, origin, why);
        finding.weight = 20;
        Some(Evidence::from(
            finding.mend(Remedy::new("Copy the token whole; a line break or a cookie's length limit may have cut it.")),
        ))
    });
    found.collect()
}
