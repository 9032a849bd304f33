//! header/wrong-place: the key travels in another part of the request than the service looks at.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, words_of};
use crate::cause::tried::{Differs, tried};
use crate::cause::{Evidence, Finding, Remedy};
use crate::fact::Carrier;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = asked(case).filter_map(|asked| Some(look(&asked)?.into()));
    known.chain(tried(case, Differs::Place).map(Evidence::from)).collect()
}

fn look(asked: &Asked<'_, '_>) -> Option<Finding> {
    let mismatch = asked.mismatch()?;
    let Mismatch::OtherPlace(placement) = mismatch else { return None };
    let service = &asked.provider.name;
    let here = match asked.sends.carrier {
        Carrier::Header => format!("the header {}", asked.sends.name),
        Carrier::Query => format!("the query parameter {}", asked.sends.name),
        Carrier::Basic => "HTTP Basic".to_owned(),
        Carrier::Cookie => "a cookie".to_owned(),
        Carrier::Body => "the body".to_owned(),
    };
    let asks = words_of(placement);
    let finding = Finding::new(
        asked.standing(&mismatch),
        Stop::Sent,
        format!("the key goes into {here}, and {service} asks for {asks}"),
        asked.fact.origin.clone(),
        format!("{service} does not look at {here}, so it sees no key."),
    );
    Some(finding.mend(Remedy::new(format!("Send {asks}.")).link(asked.provider.links.docs.clone())))
}
