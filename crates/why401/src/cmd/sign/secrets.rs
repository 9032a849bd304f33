//! The secrets that may have signed: by the names of variables, or those that are usual for the scheme.

use clap::Args;
use why401_core::clock::iso_date;
use why401_core::project::Project;
use why401_core::secret::Secret;

use crate::collect::credential;
use crate::investigate::keyed::Named;
use crate::shown;
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub(super) struct Secrets {
    /// A variable that holds a secret; the first is the one that the program uses (repeatable)
    #[arg(long = "secret-env", value_name = "NAME")]
    names: Vec<String>,
    /// When it is judged: seconds since 1970, or 2026-01-31T23:59:59Z; now unless told
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
}

impl Secrets {
    /// The named ones; else the `usual` ones that the project has, and those whose name `fits`. An error where one that was
    /// named is set nowhere.
    pub(super) fn of(
        &self,
        project: &Project,
        usual: &[&str],
        fits: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Named>, Error> {
        let first = |name: &str| credential::values(project, name).into_iter().next().map(|found| found.value);
        let mut found: Vec<Named> = Vec::new();
        for name in &self.names {
            let value = first(name).filter(|value| !value.is_empty()).ok_or_else(|| {
                let name = shown::name(name);
                Error::new(format!("{name} is set neither in this shell nor by an env file of the project"))
                    .hint("--secret-env takes the name of a variable, never the secret itself; --project FOLDER says which project")
            })?;
            found.push((name.clone(), value));
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let mut add = |name: &str| {
            let value = first(name).filter(|value: &Secret| !value.is_empty());
            if let Some(value) = value.filter(|value| !found.iter().any(|(own, other)| own == name || other == value)) {
                found.push((name.to_owned(), value));
            }
        };
        usual.iter().for_each(|name| add(name));
        let in_files = project.env_files.iter().filter(|file| !file.is_template());
        let names = in_files.flat_map(|file| &file.intents).map(|intent| intent.name.as_str());
        let names: Vec<&str> =
            names.chain(project.process.keys().map(String::as_str)).filter(|name| fits(name)).collect();
        names.into_iter().for_each(add);
        found.truncate(8);
        Ok(found)
    }

    /// The time of the judgement that the user names.
    pub(super) fn at(&self) -> Option<i64> {
        self.at
    }

    /// The same, or now.
    pub(super) fn now(&self) -> i64 {
        self.at.unwrap_or_else(world::now)
    }
}

fn time(text: &str) -> Result<i64, String> {
    let number = || text.parse::<i64>().ok().filter(|seconds| *seconds >= 0);
    number()
        .or_else(|| iso_date(text))
        .ok_or_else(|| "a time is written so: 1767225600, or 2026-01-01T00:00:00Z".to_owned())
}
