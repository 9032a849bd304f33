//! token/audience: `aud` is not this API.

use super::expected;
use crate::case::Case;
use crate::cause::Evidence;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let words = "the token's audience is another than the one that is expected";
    let remedy = "Ask for a token of this API: its own scope or `audience`, not another API's.";
    let found = expected::finding(case, "aud", words, remedy);
    found.map(|finding| known(case, finding)).into_iter().map(Into::into).collect()
}

/// What a well-known audience stands for.
fn known(case: &Case<'_>, finding: crate::cause::Finding) -> crate::cause::Finding {
    let mut names = case.tokens().filter_map(|(_, token)| {
        let (_, kind) = case.issued(token)?;
        let claim = kind.audience.as_deref().unwrap_or("aud");
        token.texts(claim).into_iter().find_map(|value| Some((value.to_owned(), kind.audiences.get(value)?.clone())))
    });
    match names.next() {
        Some((value, name)) => finding.and(format!("`{value}` is {name}."), None),
        None => finding,
    }
}
