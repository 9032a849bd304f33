//! The dialects in which env files are written: one file a family, each the rules of the real parser.

mod bun;
mod command;
mod compose1;
mod compose_go;
mod compose_template;
mod container;
mod decouple;
mod deno;
mod direnv;
mod django_environ;
mod dotenv;
mod dotenv_expand;
mod dotenvx;
mod dotenvy;
mod dynaconf;
mod dynaconf_cast;
mod dynaconf_settings;
mod dynaconf_toml;
mod env_cmd;
mod environs_expand;
mod expo;
mod godotenv;
mod gotenv;
mod growth;
mod honcho;
mod inherited;
mod interpolate;
mod javascript;
mod makefile;
mod named;
mod next;
mod node;
mod phpdotenv;
mod python;
mod python_dotenv;
mod python_dotenv_grammar;
mod python_value;
mod reading;
mod ruby;
mod shell;
mod source;
mod symfony;
mod systemd;
mod uv;
mod vite;
mod words;

use super::{Assignment, Environment, File, Loaded, Loader, Process, Visible};
use std::collections::BTreeMap;

/// One way of reading env files.
pub struct Dialect {
    /// The name that `loaders/*.toml` use.
    pub name: &'static str,
    /// Reads the files and says what the program sees afterwards.
    pub load: fn(&Loader, &[File<'_>], &Environment) -> Loaded,
}

/// Every dialect.
const DIALECTS: &[&[Dialect]] = &[
    bun::DIALECTS,
    compose1::DIALECTS,
    compose_go::DIALECTS,
    container::DIALECTS,
    decouple::DIALECTS,
    deno::DIALECTS,
    direnv::DIALECTS,
    django_environ::DIALECTS,
    dotenv::DIALECTS,
    dotenv_expand::DIALECTS,
    dotenvx::DIALECTS,
    dotenvy::DIALECTS,
    dynaconf::DIALECTS,
    env_cmd::DIALECTS,
    environs_expand::DIALECTS,
    expo::DIALECTS,
    godotenv::DIALECTS,
    gotenv::DIALECTS,
    honcho::DIALECTS,
    interpolate::DIALECTS,
    makefile::DIALECTS,
    next::DIALECTS,
    node::DIALECTS,
    phpdotenv::DIALECTS,
    python_dotenv::DIALECTS,
    ruby::DIALECTS,
    shell::DIALECTS,
    symfony::DIALECTS,
    systemd::DIALECTS,
    uv::DIALECTS,
    vite::DIALECTS,
    words::DIALECTS,
];

/// The dialect of this name.
pub fn find(name: &str) -> Option<&'static Dialect> {
    DIALECTS.iter().copied().flatten().find(|dialect| dialect.name == name)
}

/// The environment after `assignments` were applied in order, later ones winning over earlier ones, and `process`
/// against the file decided by `rule`.
pub(crate) fn overlay(before: &Environment, assignments: &[Assignment], rule: Process) -> BTreeMap<String, Visible> {
    let mut values: BTreeMap<String, Visible> =
        before.iter().map(|(name, value)| (name.clone(), Visible { value: value.clone(), from: None })).collect();
    for (index, assignment) in assignments.iter().enumerate() {
        let kept = match (rule, before.get(&assignment.name)) {
            (Process::Wins, Some(_)) => true,
            (Process::WinsUnlessEmpty, Some(value)) => !value.is_empty(),
            (Process::Loses, _) | (_, None) => false,
        };
        if !kept {
            values.insert(assignment.name.clone(), Visible { value: assignment.value.clone(), from: Some(index) });
        }
    }
    values
}
