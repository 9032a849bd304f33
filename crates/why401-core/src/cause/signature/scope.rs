//! signature/scope: the signature is for another region, service or day.

use crate::case::{Case, Stop};
use crate::cause::signed::Signed;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::signature::aws::{Algorithm, of_host, seconds};
use crate::url::Url;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    look(case).into_iter().map(Into::into).collect()
}

fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let signed = Signed::of(case)?;
    let (claim, echo) = (&signed.claim, &signed.echo);
    if claim.algorithm == Algorithm::V4A {
        return None;
    }
    let scope = &claim.scope;
    let proven = |title: String, why: &str, remedy: String| {
        let mut finding = Finding::new(Standing::Proven, Stop::Sent, title, signed.origin(), why);
        finding.weight = 60;
        Some(finding.mend(Remedy::new(remedy)))
    };
    let stated = echo.string.as_ref().and_then(|own| own.scope.split('/').nth(1).map(str::to_owned));
    if let Some(region) =
        echo.region.clone().or(stated).filter(|region| *region != scope.region && !scope.region.is_empty())
    {
        return proven(
            format!("the signature is for {}, and the server wants {region}", scope.region),
            "The region stands in the scope of the signature and goes into its key; the answer names another one.",
            format!(
                "Sign for {region}: AWS_REGION={region}, or `region` in the client's settings, with the endpoint of that region."
            ),
        );
    }
    if let Some(service) = echo.service.as_ref().filter(|service| **service != scope.service) {
        return proven(
            format!("the signature is for the service {}, and the server is {service}", scope.service),
            "The service stands in the scope of the signature and goes into its key; the answer names another one.",
            format!("Sign for the service {service}."),
        );
    }
    let day: String = claim.time.chars().take(8).collect();
    if seconds(&claim.time).is_some() && day != scope.date {
        return proven(
            format!("the scope is of {}, and the request of {day}", scope.date),
            "The day of the scope must be that of X-Amz-Date, in UTC.",
            "Take both from one clock reading, in UTC; sign each request anew and keep no signing key over midnight."
                .to_owned(),
        );
    }
    if scope.end != "aws4_request" {
        return proven(
            format!(
                "the scope ends with {:?}, and must end with aws4_request",
                scope.end.chars().take(20).collect::<String>()
            ),
            "The scope is date/region/service/aws4_request.",
            "Write aws4_request at the end of the scope, and put it last into the signing key.".to_owned(),
        );
    }
    let (service, region) = Url::of(&signed.exchange.request.url).host().as_deref().and_then(of_host)?;
    if !refusal.refuses() || signed.agrees() {
        return None;
    }
    let title = if service != scope.service && !(service == "s3" && scope.service.starts_with("s3")) {
        format!("the signature is for the service {}, and the host is that of {service}", scope.service)
    } else if !region.is_empty() && region != scope.region {
        format!("the signature is for {}, and the host is in {region}", scope.region)
    } else {
        return None;
    };
    let why = "Region and service of the scope are those of the host that is asked.";
    let mut finding = Finding::new(Standing::Likely, Stop::Sent, title, signed.origin(), why);
    finding.weight = 20;
    Some(finding.mend(Remedy::new(format!("Sign for {region} and {service}, or ask the host of {}.", scope.region))))
}
