//! Region and service by the host of an endpoint of AWS.

/// Service and region that a host is signed for; the region is empty where the host does not say it.
pub fn of_host(host: &str) -> Option<(String, String)> {
    let host = host.to_ascii_lowercase();
    let name = [".amazonaws.com.cn", ".amazonaws.com", ".api.aws", ".on.aws", ".amazonaws.eu"]
        .iter()
        .find_map(|end| host.strip_suffix(end))?;
    let labels: Vec<&str> = name.split('.').filter(|label| !["dualstack", "vpce", "fips"].contains(label)).collect();
    let region = labels.iter().rev().find(|label| is_region(label)).copied().unwrap_or_default();
    let at = labels.iter().rposition(|label| is_region(label)).unwrap_or(labels.len());
    let label = labels.get(..at)?.last()?;
    let (service, region) = match label.strip_prefix("s3-") {
        // The old form: s3-eu-west-1.amazonaws.com.
        Some(old) if is_region(old) => ("s3", old),
        Some("accesspoint") => ("s3", region),
        _ => (service_of(label), region),
    };
    let region = if region.is_empty() && IS_GLOBAL.contains(&service) { "us-east-1" } else { region };
    Some((service.to_owned(), region.to_owned()))
}

/// Services whose one endpoint is signed for `us-east-1`.
const IS_GLOBAL: [&str; 8] = ["iam", "sts", "s3", "route53", "cloudfront", "organizations", "waf", "importexport"];

/// The name in the scope, where it is not the first label of the host.
fn service_of(label: &str) -> &str {
    let label = label.strip_suffix("-fips").unwrap_or(label);
    match label {
        "bedrock-runtime" | "bedrock-agent" | "bedrock-agent-runtime" => "bedrock",
        "runtime-lex" | "models-lex" => "lex",
        "lambda-url" => "lambda",
        "email" => "ses",
        "s3-control" | "s3express-control" => "s3",
        "streams" => "dynamodb",
        _ => label,
    }
}

/// Whether a label is a region: `eu-central-1`, `us-gov-west-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let starts = ["af", "ap", "ca", "cn", "eu", "eusc", "il", "me", "mx", "sa", "us"];
    (3..=4).contains(&parts.len())
        && starts.contains(&parts[0])
        && parts.last().is_some_and(|last| last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, service, region) in [
            ("sts.amazonaws.com", "sts", "us-east-1"),
            ("sts.eu-west-1.amazonaws.com", "sts", "eu-west-1"),
            ("bucket.s3.eu-central-1.amazonaws.com", "s3", "eu-central-1"),
            ("my.bucket.s3.amazonaws.com", "s3", "us-east-1"),
            ("s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("abc123.execute-api.us-gov-west-1.amazonaws.com", "execute-api", "us-gov-west-1"),
            ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock", "us-east-1"),
            ("api.ecr.us-east-1.amazonaws.com", "ecr", "us-east-1"),
            ("dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb", "cn-north-1"),
            ("x.lambda-url.eu-west-1.on.aws", "lambda", "eu-west-1"),
        ] {
            assert_eq!(of_host(host), Some((service.to_owned(), region.to_owned())), "{host}");
        }
        assert_eq!(of_host("example.com"), None);
    }
}
