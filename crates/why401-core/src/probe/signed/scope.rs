//! Another region or service: those that the server names, and those of the host.

use super::{Resign, Suspect};
use crate::case::Stop;
use crate::exchange::Request;
use crate::signature::aws::{Rules, of_host};
use crate::url::Url;

pub(super) fn trials(resign: &Resign<'_>) -> Vec<(String, Request, Suspect)> {
    let told = &resign.signer.told;
    let host = Url::of(&resign.request.url).host().as_deref().and_then(of_host);
    let (service, region) = host.unwrap_or_default();
    let stated = told.string.as_ref().map(|own| own.scope.split('/').map(str::to_owned).collect::<Vec<_>>());
    let stated = |at: usize| stated.as_ref().and_then(|parts| parts.get(at).cloned());
    let mut trials = Vec::new();
    let scope = &resign.claim.scope;
    let mut add = |own: &str, other: Option<String>, what: &str, suspicion: i32, request: &dyn Fn(&str) -> Request| {
        let Some(other) = other.filter(|other| !other.is_empty() && other != own) else { return };
        let remedy = if what == "region" {
            format!("Sign for {other}: AWS_REGION={other}, or `region` in the client's settings.")
        } else {
            format!("Sign for the service {other}.")
        };
        let title = format!("the signature is for {own}, and the {what} of this server is {other}");
        let suspect = Suspect::new("signature/scope", Stop::Sent, suspicion, title, remedy);
        trials.push((format!("signed for {other}"), request(&other), suspect));
    };
    let in_region = |region: &str| resign.with(|_, manner| region.clone_into(&mut manner.region));
    let for_service = |service: &str| {
        resign.with(|_, manner| {
            service.clone_into(&mut manner.service);
            manner.rules = Rules::of(service);
        })
    };
    add(&scope.region, told.region.clone().or_else(|| stated(1)), "region", 95, &in_region);
    add(&scope.region, Some(region), "region", 60, &in_region);
    add(&scope.region, Some("us-east-1".to_owned()), "region", 22, &in_region);
    add(&scope.service, told.service.clone().or_else(|| stated(2)), "service", 95, &for_service);
    add(&scope.service, Some(service), "service", 75, &for_service);
    trials
}
