//! `why401 check`: a project's credentials followed from file to code, offline.

use std::path::{Path, PathBuf};

use clap::Args;
use why401_core::provider::Registry;

use super::Verdict;
use super::report::Report;
use crate::config::{self, Config, Ignore};
use crate::fix;
use crate::investigate::{self, Investigation};
use crate::shown::{self, Shown};
use crate::value;
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub struct Check {
    /// The project's folder
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    report: Report,
    /// Mend what can be mended without guessing
    #[arg(long, conflicts_with = "explain_value")]
    fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with = "explain_value")]
    diff: bool,
    /// Leave out a cause or a group of causes (repeatable)
    #[arg(long, value_name = "CAUSE")]
    ignore: Vec<String>,
    /// Look for this cause or group of causes only (repeatable)
    #[arg(long, value_name = "CAUSE")]
    only: Vec<String>,
    /// Look at the credentials of one provider only
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// Show what each loader makes of a variable, by shape, and which file wins
    #[arg(long, value_name = "VARIABLE")]
    explain_value: Option<String>,
}

impl Check {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        for cause in self.ignore.iter().chain(&self.only) {
            config::known(cause)?;
        }
        let root = world::folder(&self.path)?;
        let config = Config::read(&root)?;
        let registry = Registry::new(config.provider);
        if let Some(provider) = self.provider.as_deref().filter(|slug| registry.find(slug).is_none()) {
            return Err(
                Error::new(format!("there is no provider {provider:?}")).hint("`why401 providers` lists them all")
            );
        }
        if let Some(name) = &self.explain_value {
            let text = value::explain(&root, &registry, name, self.report.is_json())?;
            let revealing = shown::in_names([name.as_str()].into_iter(), &registry);
            return Shown::report(&text, &revealing).print().map(|()| Verdict::Nothing);
        }
        let mut found = investigate::check(&root, &registry, self.provider.as_deref());
        let mut rules = config.ignore;
        rules.extend(self.ignore.iter().map(|cause| Ignore::cause(cause)));
        config::leave_out(&mut found.diagnosis, &rules);
        if !self.only.is_empty() {
            found.diagnosis.causes.retain(|named| self.only.iter().any(|only| config::is_of(named.cause.slug, only)));
        }
        if self.diff {
            Shown::report(&fix::diff(&root, &found)?, &found.revealing).print()?;
        } else if self.fix {
            return self.mend(&root, &found);
        } else {
            let text = self.report.text(&found.diagnosis);
            Shown::report(&text, &found.revealing).print()?;
        }
        Ok(if found.diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }

    /// Makes the edits and says what is left.
    fn mend(&self, root: &Path, found: &Investigation) -> Result<Verdict, Error> {
        let outcomes = fix::fix(root, found);
        let mut text = String::new();
        for outcome in &outcomes {
            match &outcome.result {
                Ok(count) => {
                    text.push_str(&format!("{}: {count} edit{}\n", outcome.path, if *count == 1 { "" } else { "s" }));
                }
                Err(why) => text.push_str(&format!("{}: {why}\n", outcome.path)),
            }
        }
        if outcomes.is_empty() {
            text.push_str("Nothing can be mended without guessing.\n");
        }
        Shown::report(&text, &found.revealing).print()?;
        let unmended = found
            .diagnosis
            .causes
            .iter()
            .filter(|named| named.finding.remedies.iter().all(|remedy| remedy.edits.is_empty()));
        let failed = outcomes.iter().any(|outcome| outcome.result.is_err());
        Ok(if failed || unmended.count() > 0 { Verdict::Found } else { Verdict::Nothing })
    }
}
