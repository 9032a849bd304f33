//! signature/canonical: the server signed other bytes than the client.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Standing};
use crate::fact::Remark;
use crate::symptom::Symptom;

/// Host, paths and some headers are signed, and what hands a request on changes them.
const HANDED: Known = Known {
    remark: Remark::HandedOn,
    standing: Standing::Likely,
    stop: Stop::Carried,
    title: "something between changes what was signed",
    why: "A signature covers the host, the path and some headers; a proxy or CDN that rewrites one of them, such as Host or Accept-Encoding, breaks it.",
    remedy: "Ask the service without it once; then let it hand on Host, path and the signed headers as they came.",
    weight: 14,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let signed = |case: &Case<'_>| case.as_refusal().is_some_and(|refusal| refusal.main == Some(Symptom::Signature));
    known_by(case, "signature/canonical", &HANDED).filter(|_| signed(case)).into_iter().map(Into::into).collect()
}
