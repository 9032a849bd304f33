//! `why401 sign aws`: Signature Version 4.

use clap::Args;
use why401_core::fact::{Fact, Origin, Seen, Sets, Setter, Value};
use why401_core::project::Project;
use why401_core::provider::Registry;
use why401_core::signature::aws::{Algorithm, Claim, Manner, of_host, seconds, signed};
use why401_core::url::Url;

use super::super::Verdict;
use super::given::{Given, Subject};
use crate::collect::{self, credential};
use crate::config::Config;
use crate::investigate;
use crate::prepare::aws::{Names, add_profile, sign_as_curl};
use crate::world::{self, Error};

/// AWS Signature Version 4: canonical request, string to sign, and where they differ from the server's
#[derive(Debug, Args)]
pub(super) struct Aws {
    #[command(flatten)]
    given: Given,
    /// The variable that holds the secret access key
    #[arg(long, value_name = "NAME", default_value = "AWS_SECRET_ACCESS_KEY")]
    credential: String,
    /// The variable that holds the access key id
    #[arg(long, value_name = "NAME", default_value = "AWS_ACCESS_KEY_ID")]
    key_id: String,
    /// The variable that holds the session token
    #[arg(long, value_name = "NAME", default_value = "AWS_SESSION_TOKEN")]
    session_token: String,
    /// The profile of ~/.aws/credentials
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The region, where the request is to be signed and its host does not say it
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// The service, where the request is to be signed and its host does not say it
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// When it is signed, such as 20260131T235959Z; now unless told
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
}

impl Aws {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.given.project)?;
        let config = Config::read(&root)?;
        let registry = Registry::new(config.provider);
        let mut project = collect::project(&root, &registry);
        add_profile(&mut project, self.profile.as_deref())?;
        self.add_names(&mut project);
        let mut subject = self.given.read(&project, &registry)?;
        self.sign(&mut subject, &project)?;
        let algorithm = match Claim::of(&subject.asked.request) {
            Some(Ok(claim)) => claim.algorithm,
            Some(Err(fault)) => {
                return Err(Error::new(fault.to_string())
                    .hint("AWS4-HMAC-SHA256 Credential=KEYID/date/region/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=hex"));
            }
            None => {
                return Err(Error::new("the request carries no signature of AWS, neither in Authorization nor in its query")
                    .hint("--region and --service say for what it is to be signed, where AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set"));
            }
        };
        let mut found = investigate::sign(project, subject.exchange(), subject.answer.is_some(), &registry);
        if algorithm == Algorithm::V4A && found.diagnosis.causes.is_empty() {
            found.diagnosis.verdict = "This is SigV4A (AWS4-ECDSA-P256-SHA256): each of its signatures is another one, so that it is not computed again.".to_owned();
        }
        self.given.print(&found)
    }

    /// Signs a request that is not signed yet: as curl does where the line says so, or as a usual client does.
    fn sign(&self, subject: &mut Subject, project: &Project) -> Result<(), Error> {
        let at = self.at.unwrap_or_else(world::now);
        if sign_as_curl(&mut subject.asked, at)?.is_some() || Claim::of(&subject.asked.request).is_some() {
            return Ok(());
        }
        let Some(keys) = self.names().keys(project) else { return Ok(()) };
        let host = Url::of(&subject.asked.request.url).host().unwrap_or_default();
        let (service, region) = of_host(&host).unwrap_or_default();
        let service = self.service.clone().unwrap_or(service);
        let region = self.region.clone().unwrap_or(region);
        if !service.is_empty() && !region.is_empty() {
            subject.asked.request = signed(&subject.asked.request, &keys, &Manner::new(&region, &service, at));
        }
        Ok(())
    }

    fn names(&self) -> Names {
        Names { id: self.key_id.clone(), secret: self.credential.clone(), token: self.session_token.clone() }
    }

    /// The judges know the three parts by their usual names.
    fn add_names(&self, project: &mut Project) {
        let usual = Names::default();
        let own = self.names();
        for (name, usual) in [(own.id, usual.id), (own.secret, usual.secret), (own.token, usual.token)] {
            let found = credential::values(project, &name).into_iter().next().filter(|_| name != usual);
            if let Some(found) = found {
                let sets = Sets { name: usual, value: Value::Literal(found.value), by: Setter::Shell };
                project.facts.push(Fact { origin: Origin::Variable(name), span: 0..0, seen: Seen::Sets(sets) });
            }
        }
    }
}

fn time(text: &str) -> Result<i64, String> {
    seconds(text)
        .or_else(|| why401_core::clock::iso_date(text))
        .ok_or_else(|| "a time is written so: 20260131T235959Z".to_owned())
}
