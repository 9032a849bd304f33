//! cors/origin: this origin is not allowed.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::stopped::stopped;
use crate::cause::{Evidence, Standing};
use crate::fact::Remark;

/// A server with a list of origins refuses the others with 403 and no word.
const SENT: Known = Known {
    remark: Remark::SendsOrigin,
    standing: Standing::Possible,
    stop: Stop::Judged,
    title: "the server may take no request from this origin",
    why: "The request carries a browser's Origin, and servers that keep a list of origins refuse the others with 403.",
    remedy: "Send the same request without Origin; if it works, add the origin to the server's list, letter by letter.",
    weight: 6,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let refused = case.as_refusal().is_some_and(|refusal| refusal.has_status(&[403]));
    let sent = || known_by(case, "cors/origin", &SENT).filter(|_| refused);
    stopped(case, "cors/origin").or_else(sent).into_iter().map(Into::into).collect()
}
