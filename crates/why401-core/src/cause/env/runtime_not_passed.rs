//! env/runtime-not-passed: the process starts with an environment of its own, and the variable is not in it.

use crate::case::{Case, Stop};
use crate::cause::remarked::{self, known_by};
use crate::cause::surroundings::{Known, known_for};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Origin, Reads, Remark, Setter, Starter, Starts, Surrounding};
use crate::loader::Language;
use crate::project::EnvFile;
use crate::read::env_file::Intent;
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let mut found: Vec<Finding> =
        case.setting.starts.iter().filter_map(|(fact, starts)| look(case, fact, starts)).collect();
    found.extend(only_for_the_build(case));
    found.extend(in_a_profile(case));
    let absent = matches!(case.as_refusal().and_then(|refusal| refusal.main), Some(Symptom::Absent | Symptom::Unsent));
    found.extend(known_by(case, "env/runtime-not-passed", &BARE).filter(|_| absent));
    found.extend(known_for(case, Stop::Loaded, PLACES));
    found.extend(known_by(case, "env/runtime-not-passed", &SUDO));
    found.into_iter().map(Into::into).collect()
}

/// Places whose environment is another than the one in which the variable was set.
const PLACES: &[Known] = &[
    started_in(
        Surrounding::Cron,
        "A job of cron gets an environment of its own, a few variables long; no profile is read.",
        -8,
    ),
    started_in(Surrounding::Sudo, "sudo empties the environment unless it is told which variables stay.", -8),
    started_in(
        Surrounding::Service,
        "A service gets the variables of its unit and no others; no profile is read.",
        -25,
    ),
    started_in(
        Surrounding::Container,
        "A container gets the variables that it is started with, not the machine's, and no `.env` unless somebody hands it over.",
        -25,
    ),
    started_in(
        Surrounding::Serverless,
        "A function gets the variables of its configuration, not those of the machine that deploys it.",
        -25,
    ),
    started_in(Surrounding::Desktop, "A program that is started from the desktop reads no shell profile.", -25),
];

/// Beside a refusal for want of a value, a variable is set in one place and the program is started in another.
const BARE: remarked::Known = remarked::Known {
    remark: Remark::StartsBare,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the program starts with an environment of its own, and nobody hands the variable over",
    why: "Containers, services and jobs of cron get what they are given by name, and nothing of the shell.",
    remedy: "Hand it over by name: `docker run -e NAME`, `env_file:`, `EnvironmentFile=`, a line in the crontab.",
    weight: 20,
};

/// The shell has them, and the program does not.
const SUDO: remarked::Known = remarked::Known {
    remark: Remark::SudoDrops,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "sudo starts the program without what the shell exported",
    why: "sudo gives the command an environment of its own; of the exported variables none is in it.",
    remedy: "Keep them by name: `sudo --preserve-env=NAME …`, or run the program without sudo.",
    weight: 20,
};

const fn started_in(place: Surrounding, why: &'static str, weight: i32) -> Known {
    Known {
        place,
        symptoms: &[Symptom::Absent, Symptom::Unsent],
        title: "the process may have been started without the variable",
        why,
        remedy: "Print the variable's length where the process starts, and hand it over by name: `-e NAME`, `env_file:`, `Environment=`, the function's configuration.",
        weight,
    }
}

/// A shell's profile sets the variable, and what starts the program reads none.
fn in_a_profile(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.refusal.as_ref().filter(|refusal| refusal.fits("env/runtime-not-passed"))?;
    const PROFILES: [&str; 6] = [".bashrc", ".zshrc", ".profile", ".zprofile", ".bash_profile", ".zshenv"];
    let (set, _) = case.sets.iter().find(|(fact, sets)| {
        let path = fact.origin.place().map_or("", |place| &*place.path);
        sets.by == Setter::Shell && PROFILES.iter().any(|name| path.ends_with(name))
    })?;
    let started = case.setting.starts.iter().find(|(_, starts)| {
        matches!(starts.by, Starter::Systemd | Starter::Cron | Starter::Sudo)
            && !starts.given.contains(&case.name)
            && starts.files.is_empty()
    });
    let reads_none = [Surrounding::Cron, Surrounding::Sudo, Surrounding::Service, Surrounding::Desktop];
    if started.is_none() && !refusal.involves(&reads_none) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} is set in a shell's profile, and the program is started by what reads none", case.name),
        set.origin.clone(),
        "Profiles are read by shells that somebody logs in to or opens; services, cron, sudo and desktops start programs without them.",
    );
    finding.weight = 12;
    if let Some((fact, _)) = started {
        finding = finding.and("It is started here.", Some(fact.origin.clone()));
    }
    Some(finding.mend(Remedy::new("Hand the variable over where the program is started: `Environment=`, `EnvironmentFile=`, a line of the crontab, `sudo --preserve-env=NAME`.")))
}

fn look(case: &Case<'_>, fact: &Fact, starts: &Starts) -> Option<Finding> {
    let elsewhere = matches!(starts.by, Starter::Ci | Starter::Image | Starter::Target);
    if elsewhere || starts.open || starts.given.contains(&case.name) {
        return None;
    }
    // Where another function of the same file has it, that is the thing to say.
    let has_it = |(other, of): &(&Fact, &Starts)| {
        of.by == Starter::Function && of.given.contains(&case.name) && same_file(other, fact)
    };
    if starts.by == Starter::Function && case.setting.starts.iter().any(has_it) {
        return None;
    }
    let (read, _) = reads(case).find(|(read, _)| runs(case, starts, read))?;
    if !starts.files.is_empty() && !starts.files.iter().all(|path| lacks(case, path)) {
        return None;
    }
    if case.sets.iter().any(|(_, sets)| sets.by == Setter::DockerEnv) {
        return None;
    }
    // A program that loads the file itself finds it, if it lies where the program runs. Of an image that is not known.
    if loads_itself(case) {
        return None;
    }
    let (file, intent) = written(case)?;
    // Compose reads the env file beside its own, and people mean the one beside the code; others have other readers.
    let beside = fact.origin.place().and_then(|place| place.path.rsplit_once('/')).map_or("", |(folder, _)| folder);
    if starts.by == Starter::Compose && file.folder() != beside && Some(file.folder()) != starts.folder.as_deref() {
        return None;
    }
    let file_place = file.place(&intent.name_span);
    let name = &case.name;
    let (title, why, remedy) = match starts.by {
        Starter::Compose => (
            format!("service {} starts without {name}", starts.name),
            format!("Its code reads {name}; neither `environment:` nor `env_file:` gives it to the container."),
            Remedy::new(format!("Add `env_file: {}` to the service, or `environment: [{name}]`.", file.path)),
        ),
        Starter::Systemd => (
            format!("the unit starts its program without {name}"),
            "A unit's program gets what `Environment=` and `EnvironmentFile=` give, and nothing of a shell or of the project's folder.".to_owned(),
            Remedy::new("Add `EnvironmentFile=` with the file's absolute path to the unit.").command("systemctl daemon-reload"),
        ),
        Starter::Cron => (
            format!("cron starts the program without {name}"),
            "cron gives a job a handful of variables and nothing of a login shell.".to_owned(),
            Remedy::new("Let the job load its file first, or set the variable at the top of the crontab."),
        ),
        Starter::Sudo => (
            format!("`sudo` drops {name}"),
            "sudo starts the command with an environment of its own unless it is told to keep a variable.".to_owned(),
            Remedy::new(format!("Name it: `sudo --preserve-env={name} …`.")),
        ),
        Starter::Function => (
            format!("function {} starts without {name}", starts.name),
            "A function gets the variables that the file gives it, and nothing of the machine that deploys it.".to_owned(),
            Remedy::new(format!("Give {name} to the function among its environment variables.")),
        ),
        Starter::Ci | Starter::Image | Starter::Target => return None,
    };
    let only = match starts.by {
        Starter::Compose => format!("{} only fills in `${{…}}` of the Compose file itself.", file.path),
        _ => "Here it is set, and nothing hands it on.".to_owned(),
    };
    let finding = Finding::new(Standing::Likely, Stop::Loaded, title, fact.origin.clone(), why);
    Some(
        finding
            .and("The code reads it here.", Some(read.origin.clone()))
            .and(only, Some(Origin::File(file_place)))
            .mend(remedy),
    )
}

fn same_file(a: &Fact, b: &Fact) -> bool {
    a.origin.place().map(|place| &place.path) == b.origin.place().map(|place| &place.path)
}

/// `ARG` for a variable that the program reads when it runs.
fn only_for_the_build(case: &Case<'_>) -> Option<Finding> {
    let by = |setter: Setter| case.sets.iter().find(move |(_, sets)| sets.by == setter);
    let (argument, _) = by(Setter::DockerArg)?;
    let given = case
        .setting
        .starts
        .iter()
        .any(|(_, starts)| starts.by == Starter::Compose && starts.given.contains(&case.name));
    if given || by(Setter::DockerEnv).is_some() {
        return None;
    }
    let dockerfile =
        argument.origin.place().filter(|place| !place.path.ends_with("yml") && !place.path.ends_with("yaml"))?;
    let (_, image) = case.setting.starts.iter().rfind(|(fact, starts)| {
        starts.by == Starter::Image && fact.origin.place().is_some_and(|place| place.path == dockerfile.path)
    })?;
    let program = |fact: &Fact| {
        fact.origin.place().is_some_and(|place| image.programs.iter().any(|program| *program == *place.path))
    };
    let (read, _) = reads(case).find(|(fact, _)| program(fact))?;
    if image.open || (image.mounted && loads_itself(case)) {
        return None;
    }
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} is there while the image is built, and gone when it runs", case.name),
        argument.origin.clone(),
        "`ARG` lasts for the build only; the process in the container starts without it.",
    );
    Some(
        finding.and("The program reads it when it runs.", Some(read.origin.clone())).mend(
            Remedy::new(
                "Hand it to the container, not to the build: an `ENV` or `ARG` would leave the key in the image.",
            )
            .command(format!("docker run -e {} IMAGE", case.name)),
        ),
    )
}

/// Whether a library that the program uses reads env files; what Compose or a shell reads does not count.
fn loads_itself(case: &Case<'_>) -> bool {
    let mut seen = case.unit.loads.iter().filter(|load| load.seen.is_some());
    seen.any(|load| !matches!(load.loader.language, Language::Tool | Language::Shell))
}

/// Reads by code that runs on a machine of one's own and has nothing to fall back on.
fn reads<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c (&'c Fact, &'c Reads)> {
    case.reads.iter().filter(|(_, reads)| !reads.fallback && !reads.browser && !reads.through.starts_with('$'))
}

/// Whether the process runs the code of `read`.
fn runs(case: &Case<'_>, starts: &Starts, read: &Fact) -> bool {
    let Some(place) = read.origin.place() else { return false };
    let path = &*place.path;
    let named = |program: &String| {
        // A unit or a crontab names programs where they are installed; the file's own name is all that can be compared.
        **program == *path || (program.starts_with('/') && path.rsplit('/').next() == program.rsplit('/').next())
    };
    if starts.programs.iter().any(named) || case.setting.programs(starts, &case.name).contains(&path) {
        return true;
    }
    let Some(folder) = starts.folder.as_deref().filter(|_| starts.by == Starter::Compose) else { return false };
    let holds = |folder: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    // Of several services made of one folder nobody can tell which of them runs this file.
    let same = case
        .setting
        .starts
        .iter()
        .filter(|(_, other)| other.by == Starter::Compose && other.folder.as_deref().is_some_and(holds));
    holds(folder) && same.count() == 1 && !is_about_tests(path)
}

fn is_about_tests(path: &str) -> bool {
    path.split('/')
        .any(|part| ["test", "tests", "__tests__", "scripts", "examples", "docs", "e2e", "benchmarks"].contains(&part))
        || path.contains(".config.")
        || path.contains("test_")
        || path.contains(".test.")
}

/// Whether the env file at `path` is known and does not set the variable.
fn lacks(case: &Case<'_>, path: &str) -> bool {
    case.project.env_files.iter().any(|file| *file.path == *path)
        && !case.intents.iter().any(|(file, _)| *file.path == *path)
}

/// The line of a real env file that sets the variable.
fn written<'c>(case: &'c Case<'_>) -> Option<(&'c EnvFile, &'c Intent)> {
    let real =
        |(file, intent): &&(&EnvFile, &Intent)| !file.is_template() && !file.is_for_tests() && !intent.inner.is_empty();
    case.intents.iter().find(real).map(|(file, intent)| (*file, *intent))
}
