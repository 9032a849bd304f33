//! key/wrong-environment: a test key where a live one is wanted, or the other way round.

use crate::case::{Case, Held, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Remark;
use crate::provider::{Environment, Kind};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    written.chain(known_by(case, "key/wrong-environment", &SANDBOX).map(Evidence::from)).collect()
}

/// A sandbox has keys and secrets of its own.
const SANDBOX: Known = Known {
    remark: Remark::Sandbox,
    standing: Standing::Possible,
    stop: Stop::Written,
    title: "a sandbox is in play, and it has keys of its own",
    why: "Keys, secrets and objects of a sandbox, a test net or a local listener are unknown to the live service, and the other way round.",
    remedy: "Take key and address from the same world.",
    weight: 8,
};

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let found = case.registry.recognise(value)?;
    let is = found.credential.environment;
    let (wants, standing, says) = wanted(case, held)?;
    if found.credential.kind == Kind::NoCredential || is == Environment::Any || is == wants {
        return None;
    }
    let (is, wants) = (word(is), word(wants));
    let finding = Finding::new(
        standing,
        Stop::Written,
        format!("{} holds a {is} key where a {wants} one is wanted", case.name),
        held.origin.clone(),
        format!(
            "{says}, and the value begins like {}. Objects of one mode do not exist in the other.",
            found.credential.label
        ),
    );
    Some(finding.mend(Remedy::new(format!("Put the {wants} key there.")).link(found.provider.links.keys.clone())))
}

/// The environment that the variable's name or the file's name asks for, and the words for it.
fn wanted(case: &Case<'_>, held: &Held<'_>) -> Option<(Environment, Standing, String)> {
    let upper = case.name.to_ascii_uppercase();
    let words: Vec<&str> = upper.split('_').collect();
    if words.iter().any(|word| ["LIVE", "PROD", "PRODUCTION"].contains(word)) {
        return Some((Environment::Live, Standing::Proven, "The variable's name says live".to_owned()));
    }
    if words.iter().any(|word| ["TEST", "SANDBOX", "STAGING"].contains(word)) {
        return Some((Environment::Test, Standing::Proven, "The variable's name says test".to_owned()));
    }
    let file = held.file?;
    if file.is_for_production() {
        return Some((Environment::Live, Standing::Likely, format!("{} is for production", file.name())));
    }
    if file.is_for_tests() {
        return Some((Environment::Test, Standing::Likely, format!("{} is for tests", file.name())));
    }
    None
}

fn word(environment: Environment) -> &'static str {
    match environment {
        Environment::Live => "live",
        Environment::Test | Environment::Any => "test",
    }
}
