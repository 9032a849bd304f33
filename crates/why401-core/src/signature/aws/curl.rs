//! How curl signs with `--aws-sigv4` (its `lib/http_aws_sigv4.c`): the host, the headers that the person gave, and a time.

use super::canonical::{Canonical, Encoding, Rules, is_s3};
use super::claim::{Claim, Scope};
use super::sign::{Keys, authorization, made};
use super::{UNSIGNED, digest, seconds, time};
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::Url;

/// What the option says, filled up from the host where it says less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The first word, in small letters: `aws`.
    pub provider: String,
    /// The word of the headers, in small letters: `amz`.
    pub headers: String,
    /// The region.
    pub region: String,
    /// The service.
    pub service: String,
}

impl Line {
    /// `aws:amz:eu-west-1:s3`; region and service come from the host where they are left out.
    ///
    /// # Errors
    /// What is missing, a sentence without a full stop.
    pub fn of(option: &str, host: &str) -> Result<Self, String> {
        let option = if option.is_empty() { "aws:amz" } else { option };
        let mut parts = option.split(':').map(str::to_ascii_lowercase);
        let provider = parts.next().unwrap_or_default();
        if provider.is_empty() {
            return Err("--aws-sigv4 does not begin with a provider, such as aws:amz:eu-west-1:s3".to_owned());
        }
        let headers = parts.next().filter(|word| !word.is_empty()).unwrap_or_else(|| provider.clone());
        let mut written = option.split(':').skip(2);
        let mut region = written.next().unwrap_or_default().to_owned();
        let mut service = written.next().unwrap_or_default().to_owned();
        if service.is_empty() {
            let mut labels = host.split('.');
            let first = labels.next().filter(|label| host.contains('.') && !label.is_empty());
            service = first
                .ok_or("neither --aws-sigv4 nor the host names a service: write aws:amz:REGION:SERVICE")?
                .to_owned();
            if region.is_empty() {
                let second = labels.next().filter(|label| !label.is_empty() && labels.next().is_some());
                region = second
                    .ok_or("neither --aws-sigv4 nor the host names a region: write aws:amz:REGION:SERVICE")?
                    .to_owned();
            }
        }
        Ok(Self { provider, headers, region, service })
    }
}

/// The request as curl sends it: signed over the host, over the headers of these names, which the person gave, and over its
/// time. `is_data` says that the body is that of `-d` and its kin, which curl hashes; other bodies it does not look at.
pub fn line(request: &Request, line: &Line, keys: &Keys, at: i64, given: &[String], is_data: bool) -> Request {
    let mut request = request.clone();
    let is_given = |name: &str| given.iter().any(|own| own.eq_ignore_ascii_case(name));
    if is_given("authorization") {
        return request;
    }
    let (dated, hashed) = (format!("x-{}-date", line.headers), format!("x-{}-content-sha256", line.headers));
    let own = if is_data { request.body.expose() } else { b"" };
    let mut extra: Vec<(String, String)> = Vec::new();
    let mut when = time(at);
    match request.header(&dated).or_else(|| request.header("date")).and_then(Secret::expose_str) {
        Some(text) if seconds(text.trim()).is_some() => text.trim().clone_into(&mut when),
        Some(_) => when.clear(),
        None => extra.push((capital(&dated, &line.headers), when.clone())),
    }
    let mut payload = digest(own);
    if let Some(text) = request.header(&hashed).and_then(Secret::expose_str) {
        text.trim().clone_into(&mut payload);
    } else if line.provider == "aws" && line.service.eq_ignore_ascii_case("s3") {
        if !is_data && !request.body.is_empty() {
            UNSIGNED.clone_into(&mut payload);
        }
        extra.push((hashed.clone(), payload.clone()));
    }
    let mut names: Vec<String> = given.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.retain(|name| request.header(name).is_some());
    names.push("host".to_owned());
    names.extend(extra.iter().map(|(name, _)| name.to_ascii_lowercase()));
    names.sort();
    names.dedup();
    let place = usize::from(request.headers.first().is_some_and(|(name, _)| name.eq_ignore_ascii_case("host")));
    for (index, (name, value)) in extra.iter().enumerate() {
        request.headers.insert(place + index, (name.clone(), Secret::from(value.as_str())));
    }
    let scope = Scope {
        date: when.chars().take(8).collect(),
        region: line.region.clone(),
        service: line.service.clone(),
        end: format!("{}4_request", line.provider),
    };
    let claim = Claim::unsigned(&keys.id, scope, names, when);
    let rules = Rules { normalises: false, encoding: Encoding::Twice };
    let mut canonical = Canonical::of(&request, &claim, rules);
    if is_s3(&line.service) {
        let path = Url::of(&request.url).path;
        if path.is_empty() { "/" } else { path }.clone_into(&mut canonical.path);
    }
    canonical.payload = payload;
    request.headers.insert(place, ("Authorization".to_owned(), authorization(&claim, &made(keys, &claim, &canonical))));
    request
}

/// `X-Amz-Date`: the word with a capital, as curl writes it.
fn capital(name: &str, word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
    name.replacen(&format!("x-{word}-date"), &format!("X-{first}{}-Date", letters.as_str()), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_option_leaves_out() {
        let of = |option: &str, host: &str| {
            Line::of(option, host).map(|line| (line.provider, line.headers, line.region, line.service))
        };
        let own = |a: &str, b: &str, c: &str, d: &str| Ok((a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned()));
        assert_eq!(of("aws:amz", "sts.eu-west-1.amazonaws.com"), own("aws", "amz", "eu-west-1", "sts"));
        assert_eq!(of("aws:amz:us-east-1:es", "127.0.0.1"), own("aws", "amz", "us-east-1", "es"));
        // An address is no exception.
        assert_eq!(of("aws:amz", "127.0.0.1"), own("aws", "amz", "0", "127"));
        assert_eq!(of("GOOG", "storage.eu.x.test"), own("goog", "goog", "eu", "storage"));
        assert!(of("aws:amz", "localhost").unwrap_err().contains("service"));
        assert!(of("aws:amz", "sts.com").unwrap_err().contains("region"));
        assert!(of(":", "a.b.c").is_err());
    }
}
