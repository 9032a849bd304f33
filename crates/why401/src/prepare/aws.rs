//! Keys of AWS, from the variables and profiles in which they are kept; and requests that are signed with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use why401_core::exchange::Request;
use why401_core::fact::{Fact, Seen, Value};
use why401_core::probe::Signer;
use why401_core::project::Project;
use why401_core::provider::{Probe as Free, Provider};
use why401_core::read;
use why401_core::read::request::Asked;
use why401_core::secret::Secret;
use why401_core::signature::aws::{Echo, Keys, Line, Manner, line, of_host, signed};
use why401_core::url::Url;

use super::{LIMIT, Prepared, Ready};
use crate::collect::credential::{self, Valued};
use crate::shown;
use crate::world::{self, Error};

/// The variables that hold the three parts.
#[derive(Clone, Debug)]
pub struct Names {
    /// The key id.
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The session token.
    pub token: String,
}

impl Default for Names {
    fn default() -> Self {
        let own = |name: &str| name.to_owned();
        Self { id: own("AWS_ACCESS_KEY_ID"), secret: own("AWS_SECRET_ACCESS_KEY"), token: own("AWS_SESSION_TOKEN") }
    }
}

impl Names {
    /// The keys that the project gives, as an SDK would find them: variables before the profile. `None` where the secret is
    /// not to be found, or no id is.
    pub fn keys(&self, project: &Project) -> Option<Keys> {
        let value = |name: &str| {
            let found = credential::values(project, name).into_iter().next();
            found.map(|found| found.value).filter(|value| !value.is_empty())
        };
        let id = value(&self.id)?;
        Some(Keys { id: id.expose_str()?.to_owned(), secret: value(&self.secret)?, token: value(&self.token) })
    }
}

/// What a request is signed with, beside what else the project holds.
pub fn signer(keys: Keys, project: &Project, is_own: bool) -> Signer {
    let names = Names::default();
    let secrets = credential::values(project, &names.secret);
    let name =
        if secrets.iter().any(|found| found.value == keys.secret) { names.secret.clone() } else { String::new() };
    let file = |stands: &str| stands.rsplit_once(':').map_or(stands.to_owned(), |(file, _)| file.to_owned());
    let beside = |name: &str, stands: &str| {
        let found = credential::values(project, name).into_iter().find(|found| file(&found.stands) == file(stands));
        found.map(|found| found.value)
    };
    let pair = |found: Valued| {
        let id = beside(&names.id, &found.stands);
        let id = id.as_ref().and_then(Secret::expose_str).unwrap_or(&keys.id).to_owned();
        let token = beside(&names.token, &found.stands);
        (Keys { id, secret: found.value, token }, found.stands)
    };
    let mut others: Vec<(Keys, String)> = secrets.into_iter().map(pair).collect();
    others.retain(|(other, _)| other.secret != keys.secret || other.token.is_some());
    Signer { keys, name, is_own, others, told: Echo::default() }
}

/// The provider's own request, signed with the keys that the project has for it.
pub fn identity(
    mut request: Request,
    provider: &'static Provider,
    free: &'static Free,
    project: &Project,
) -> Result<Prepared, Error> {
    let names = Names::default();
    let Some(keys) = names.keys(project) else { return Ok(Prepared::Unset(names.id)) };
    let variable = |name: &str| {
        let found = credential::values(project, name).into_iter().next()?;
        found.value.expose_str().map(str::to_owned).filter(|text| !text.is_empty())
    };
    let host = Url::of(&request.url).host().unwrap_or_default();
    let (_, of_host) = of_host(&host).unwrap_or_default();
    let set =
        || variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).unwrap_or_else(|| "us-east-1".to_owned());
    let region = if of_host.is_empty() { set() } else { of_host };
    request = signed(&request, &keys, &Manner::new(&region, "sts", world::now()));
    let signer = Some(signer(keys, project, true));
    Ok(Prepared::Ready(Box::new(Ready { signer, ..Ready::free(request, provider, free, names.secret) })))
}

/// Adds what the profile of this name holds to the facts of the project: that of the option, of the environment, or the usual
/// one. A profile that was asked for must be there.
pub fn add_profile(project: &mut Project, asked: Option<&str>) -> Result<(), Error> {
    let variable = |name: &str| project.process.get(name).and_then(Secret::expose_str).filter(|text| !text.is_empty());
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let path = match (variable("AWS_SHARED_CREDENTIALS_FILE"), home) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(home)) => Path::new(home).join(".aws/credentials"),
        (None, None) => return Ok(()),
    };
    let name =
        asked.or_else(|| variable("AWS_PROFILE")).or_else(|| variable("AWS_DEFAULT_PROFILE")).unwrap_or("default");
    let bytes = match world::read(&path, LIMIT) {
        Ok(bytes) => bytes,
        Err(_) if asked.is_none() => return Ok(()),
        Err(why) => return Err(Error::new(format!("{}: {why}", path.display()))),
    };
    let Some(text) = profile(&String::from_utf8_lossy(&bytes), name) else {
        return match asked {
            None => Ok(()),
            Some(name) => Err(Error::new(format!("{} has no profile {}", path.display(), shown::name(name)))
                .hint("`aws configure list-profiles` lists them")),
        };
    };
    let mut facts = read::facts(&Arc::from("~/.aws/credentials"), &text);
    facts.retain(|fact| matches!(&fact.seen, Seen::Sets(sets) if asked.is_some() || !is_set(project, &sets.name)));
    if asked.is_some() {
        // Who names a profile means it and not what else is set.
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
            project.process.remove(name);
        }
        for fact in &mut facts {
            add(project, fact);
        }
    }
    project.facts.extend(facts);
    Ok(())
}

/// Sets the variable as if the environment had it, so that it wins.
fn add(project: &mut Project, fact: &Fact) {
    if let Seen::Sets(sets) = &fact.seen
        && let Value::Literal(value) = &sets.value
    {
        project.process.insert(sets.name.clone(), value.clone());
    }
}

fn is_set(project: &Project, name: &str) -> bool {
    credential::values(project, name).iter().any(|found| !found.value.is_empty())
}

/// The lines of one section, the others empty, so that each stays where it stands.
fn profile(text: &str, name: &str) -> Option<String> {
    let mut is_in = false;
    let mut found = false;
    let lines = text.lines().map(|line| {
        if let Some(section) = line.trim().strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            is_in = section.0.trim().trim_start_matches("profile ").trim() == name;
            found |= is_in;
        }
        if is_in { line } else { "" }
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    found.then_some(lines)
}

/// Signs what curl would sign (`--aws-sigv4`); gives back the keys that the line names.
pub fn sign_as_curl(asked: &mut Asked, at: i64) -> Result<Option<Keys>, Error> {
    let Some(signing) = &asked.signing else { return Ok(None) };
    let user = signing.user.expose_str().unwrap_or_default();
    let Some((id, secret)) = user.split_once(':').filter(|(id, _)| !id.is_empty()) else {
        return Err(Error::new("--aws-sigv4 signs with what -u says, and there is no key id and secret")
            .hint("-u \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\""));
    };
    let host = Url::of(&asked.request.url).host().unwrap_or_default();
    let option = Line::of(&signing.scope, &host).map_err(Error::new)?;
    let token = asked.request.header("x-amz-security-token").cloned();
    let keys = Keys { id: id.to_owned(), secret: Secret::from(secret), token };
    asked.request = line(&asked.request, &option, &keys, at, &signing.given, signing.is_data);
    Ok(Some(keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_profile_of_several() {
        let text = "[default]\naws_access_key_id = a\n[ work ]\naws_access_key_id = b\n[x]\nc = d\n";
        assert_eq!(profile(text, "work").as_deref(), Some("\n\n[ work ]\naws_access_key_id = b\n\n"));
        assert_eq!(profile(text, "none"), None);
    }
}
