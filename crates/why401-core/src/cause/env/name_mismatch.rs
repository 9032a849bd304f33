//! env/name-mismatch: the code reads one name, and a file sets another that is nearly the same.
//!
//! A name that is set nowhere says nothing by itself: the production environment may set it. Only a near name that is
//! set and that nobody reads tells.

use super::{tools, wanted};
use crate::case::{Case, Stop, name_says_credential};
use crate::cause::asked::in_tests;
use crate::cause::echo::echoes;
use crate::cause::names::{Nearness, nearness};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Edit, Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Operand, Origin, Reads, Remark, Seen, Setter, Value};
use crate::project::EnvFile;
use crate::read::env_file::Intent;
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    if case.is_refusal {
        return value_as_name(case)
            .into_iter()
            .chain(another_was_asked(case))
            .chain(spoken_of(case))
            .chain(filled_from_another(case))
            .chain(registry_reads_another(case))
            .chain(blank_in_name(case))
            .chain(
                [&VALUE, &BLOCK, &KEY, &SETTING]
                    .into_iter()
                    .filter_map(|known| known_by(case, "env/name-mismatch", known)),
            )
            .chain(tools::reads_another(case))
            .chain(wanted::another_is_set(case))
            .map(Evidence::from)
            .collect();
    }
    if case.name.is_empty() || is_given(case, &case.name) {
        return from_the_file(case).into_iter().map(Evidence::from).collect();
    }
    let Some(&(fact, reads)) = case.reads.iter().find(|(fact, reads)| !reads.fallback && !in_tests(fact)) else {
        return Vec::new();
    };
    mismatch(case, fact, reads).map(Evidence::from).into_iter().collect()
}

/// A client of MCP hands on what stands under the name that it knows, and nothing else.
const BLOCK: Known = Known {
    remark: Remark::OtherBlock,
    standing: Standing::Proven,
    stop: Stop::Loaded,
    title: "the block of variables has a name that its reader does not know",
    why: "Clients of MCP servers hand on what stands under `env`; a block of another name is passed over without a word.",
    remedy: "Call the block `env`.",
    weight: 30,
};

/// Programs pass over settings that they do not know, mostly without a word.
const SETTING: Known = Known {
    remark: Remark::MisspeltSetting,
    standing: Standing::Likely,
    stop: Stop::Read,
    title: "the name of a setting is a letter off",
    why: "A program passes over a setting that it does not know, and goes on without the value.",
    remedy: "Write the name as the program's manual has it.",
    weight: 30,
};

/// A container gets what stands under the key that it asks for.
const KEY: Known = Known {
    remark: Remark::OtherKey,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the container asks the secret for a key that it does not have",
    why: "The secret is shown here as well, and its keys have other names.",
    remedy: "Write the name of the secret's key under `key:`.",
    weight: 40,
};

/// A look-up takes a name, and finds nothing under a key.
const VALUE: Known = Known {
    remark: Remark::KeyForName,
    standing: Standing::Likely,
    stop: Stop::Read,
    title: "the key itself stands where the name of its variable belongs",
    why: "The program asks its environment for a variable of this name, and there is none.",
    remedy: "Give the look-up the variable's name, put the key into that variable, and make a new key where the old one was in the code.",
    weight: 60,
};

/// No file and no shell makes a variable whose name ends in a blank.
fn blank_in_name(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal().filter(|refusal| refusal.refuses())?;
    let fact = case.project.facts.iter().find(|fact| fact.is(Remark::BlankInName))?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        "the name that the code asks for has a blank in it",
        fact.origin.clone(),
        "No variable is called so; the program gets nothing, without a word.",
    );
    finding.weight = 60;
    Some(finding.mend(Remedy::new("Take the blank out of the name.")))
}

/// A program looks for a variable whose name is the key itself.
fn value_as_name(case: &Case<'_>) -> Option<Finding> {
    let echoed = echoes(case).find(|echoed| {
        let known = case.registry.recognise(echoed.text).is_some();
        let begins = case.registry.with_prefix_of(echoed.text).any(|found| found.credential.prefix.len() >= 4);
        echoed.by_client && echoed.scheme.is_empty() && echoed.text.len() >= 16 && (known || begins)
    })?;
    let finding = echoed.finding(
        Standing::Proven,
        "the key itself stands where the name of its variable belongs",
        "The program asked its environment for a variable of this name, and there is none.",
    );
    Some(finding.mend(Remedy::new("Give the look-up the variable's name, put the key into that variable, and make a new key: this one is in the code.")))
}

/// The message names a variable, and the code beside it reads another of nearly the same name.
fn another_was_asked(case: &Case<'_>) -> Option<Finding> {
    let (fact, asked) = case.named_in_refusal()?;
    let known = |name: &str| {
        let reads =
            case.project.facts.iter().any(|fact| matches!(&fact.seen, Seen::Reads(reads) if reads.name == name));
        reads || case.project.writes(name)
    };
    let reads = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Reads(reads) => Some((fact.origin.clone(), reads.name.as_str())),
        _ => None,
    });
    let credentials = case.project.intents().filter(|(_, intent)| name_says_credential(&intent.name));
    let written = credentials.map(|(file, intent)| (Origin::File(file.place(&intent.name_span)), intent.name.as_str()));
    // Two names of one service are as good as near ones.
    let owner = |name: &str| case.registry.of_variable(name).map(|provider| provider.slug.as_str());
    let is_near = |other: &str| {
        let of_one = owner(asked).is_some() && owner(asked) == owner(other);
        nearness(asked, other).is_some() || asked.ends_with(other) || other.ends_with(asked) || of_one
    };
    let (other_at, other) = reads.chain(written).find(|(_, other)| asked != *other && is_near(other))?;
    if known(asked) {
        return None;
    }
    let finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        format!("the message asks for {asked}, and what lies beside it is {other}"),
        fact.origin.clone(),
        "The two names differ, so that the one is never found.",
    );
    let finding = finding.and(format!("Here it is {other}."), Some(other_at));
    Some(finding.mend(Remedy::new("Use one name in the code, the message and the file.")))
}

/// Code or a sentence beside the refusal takes a variable of one name, and all that is given there has nearly that name.
fn spoken_of(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses() && refusal.fits("env/name-mismatch"))?;
    let facts = || case.project.facts.iter();
    let in_file = |name: &str| case.project.writes(name);
    let given = |name: &str| {
        in_file(name)
            || facts().any(|fact| match &fact.seen {
                Seen::Sets(sets) => sets.name == name,
                Seen::Starts(starts) => starts.given.iter().any(|given| given == name),
                _ => false,
            })
    };
    let wanted: Vec<(&Fact, &str)> = facts()
        .filter_map(|fact| match &fact.seen {
            Seen::Reads(reads) => Some((fact, reads.name.as_str())),
            Seen::Wanted(name) => Some((fact, name.as_str())),
            _ => None,
        })
        .filter(|(_, name)| name_says_credential(name))
        .collect();
    if wanted.iter().any(|(_, name)| given(name)) {
        return None;
    }
    let others = facts().filter_map(|fact| match &fact.seen {
        // What an env file has is held against the code for each variable by itself.
        Seen::Refers(name)
            if name_says_credential(name) && !in_file(name) && !wanted.iter().any(|(_, own)| own == name) =>
        {
            Some((fact, name.as_str()))
        }
        _ => None,
    });
    let service = |name: &str| case.registry.of_variable(name).map(|provider| &provider.slug);
    let pair = |other: (&'_ Fact, &'_ str)| {
        wanted.iter().find_map(|&(fact, name)| {
            let near = nearness(name, other.1).filter(|near| near.is_close());
            let same = || (service(name).is_some() && service(name) == service(other.1)).then_some(Nearness::Suffix);
            Some((fact, name, near.or_else(same)?))
        })
    };
    let (at, other, (fact, name, near)) = others
        .filter_map(|(at, other)| Some((at, other, pair((at, other))?)))
        .min_by_key(|(_, _, (_, _, near))| *near)?;
    let standing = if near <= Nearness::Typo { Standing::Likely } else { Standing::Possible };
    let finding = Finding::new(
        standing,
        Stop::Read,
        format!("{name} is read, and what is given is called {other}"),
        fact.origin.clone(),
        format!("The two names differ in {}; nothing here gives {name}.", near.words()),
    );
    let mut finding = finding.and(format!("Here it is {other}."), Some(at.origin.clone()));
    let absent = refusal.main.is_none() || refusal.symptoms.contains(&Symptom::Absent);
    finding.weight = if absent { 40 } else { 25 };
    Some(finding.mend(Remedy::new(format!("Give the variable the name {name}, or let the program read {other}."))))
}

/// Compose gives a variable the value of another one, or a default, and the env file sets the first.
fn filled_from_another(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let set = |name: &str| case.project.writes(name);
    let (fact, from, to) = case.project.facts.iter().find_map(|fact| {
        let Seen::Sets(sets) = &fact.seen else { return None };
        let fills = case.project.facts.iter().find_map(|other| match &other.seen {
            Seen::Reads(reads) if fact.span.start <= other.span.start && other.span.end <= fact.span.end => {
                (reads.through == "${}" && reads.name != sets.name).then_some(reads.name.as_str())
            }
            _ => None,
        })?;
        let wrong = sets.by == Setter::Compose && name_says_credential(&sets.name) && set(&sets.name) && !set(fills);
        wrong.then_some((fact, fills, sets.name.as_str()))
    })?;
    if !refusal.fits("key/placeholder") && !refusal.fits("env/name-mismatch") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("Compose fills {to} from {from}, and the file sets {to}"),
        fact.origin.clone(),
        format!(
            "The name between the braces is looked up; {from} is set nowhere, so that nothing or the default goes in."
        ),
    );
    finding.weight = 90;
    Some(finding.mend(Remedy::new(format!("Write `${{{to}}}` there, or call the variable {from} in the file."))))
}

/// A registry's settings take the token from one variable, and the job sets another.
fn registry_reads_another(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (read, name) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Reads(reads) => {
            let path = &fact.origin.place()?.path;
            let settings = [".npmrc", ".yarnrc.yml", "pip.conf", "settings.xml", "bunfig.toml"];
            settings.iter().any(|end| path.ends_with(end)).then_some((fact, reads.name.as_str()))
        }
        _ => None,
    })?;
    let sets = |fact: &&Fact, wanted: Option<&str>| match &fact.seen {
        Seen::Sets(sets) => match wanted {
            Some(wanted) => sets.name == wanted,
            None => sets.by == Setter::Ci && name_says_credential(&sets.name),
        },
        _ => false,
    };
    if case.project.writes(name) || case.project.facts.iter().any(|fact| sets(&fact, Some(name))) || !refusal.refuses()
    {
        return None;
    }
    let other = case.project.facts.iter().find(|fact| sets(fact, None))?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("the settings take the token from {name}, and the job sets another variable"),
        read.origin.clone(),
        "The project's own file wins over what the job writes, and its variable is empty.",
    );
    finding.weight = 14;
    let finding = finding.and("This one is set.", Some(other.origin.clone()));
    Some(finding.mend(Remedy::new(format!("Set {name} in that step, or name the variable of the job in the file."))))
}

/// A credential that is set and that nobody reads, and a name that is no credential's but nearly its own: `OPENAI_API_KY`.
fn from_the_file(case: &Case<'_>) -> Option<Finding> {
    if case.intents.is_empty() || is_read(case, &case.name) {
        return None;
    }
    let mut near = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Reads(reads) if !reads.fallback && !in_tests(fact) && is_in_unit(case, fact) => {
            let kind = nearness(&reads.name, &case.name)?;
            // A credential's own name has a case of its own.
            let own_case = name_says_credential(&reads.name) || case.registry.is_secret_variable(&reads.name);
            (!own_case && kind <= Nearness::Typo && !is_given(case, &reads.name)).then_some((fact, reads, kind))
        }
        _ => None,
    });
    let (fact, reads, kind) = near.next()?;
    let set: Vec<(&EnvFile, &Intent)> = case.intents.clone();
    Some(finding(case, fact, reads, &set, kind))
}

fn mismatch<'p>(case: &Case<'p>, fact: &Fact, reads: &Reads) -> Option<Finding> {
    let mut near: Vec<(Nearness, bool, &'p EnvFile, &'p Intent)> = Vec::new();
    for file in &case.project.env_files {
        if !case.unit.holds(&file.path) && !file.folder().is_empty() {
            continue;
        }
        for intent in &file.intents {
            if let Some(kind) = nearness(&case.name, &intent.name).or_else(|| of_one_service(case, &intent.name))
                && !is_read(case, &intent.name)
            {
                near.push((kind, file.is_template(), file, intent));
            }
        }
    }
    near.sort_by(|a, b| (a.0, a.1, &a.2.path).cmp(&(b.0, b.1, &b.2.path)));
    let (kind, _, _, first) = *near.first()?;
    // Two names that are equally near: nobody can tell which is meant.
    let rivals = near.iter().any(|(other, _, _, intent)| *other == kind && intent.name != first.name);
    if rivals && kind > Nearness::PublicPrefix {
        return None;
    }
    let set: Vec<(&EnvFile, &Intent)> = near
        .iter()
        .filter(|(_, _, _, intent)| intent.name == first.name)
        .map(|(_, _, file, intent)| (*file, *intent))
        .collect();
    Some(finding(case, fact, reads, &set, kind))
}

fn finding(case: &Case<'_>, fact: &Fact, reads: &Reads, set: &[(&EnvFile, &Intent)], kind: Nearness) -> Finding {
    let other = set.first().map_or("", |(_, intent)| intent.name.as_str());
    let only_template = set.iter().all(|(file, _)| file.is_template());
    let standing = match kind {
        _ if !kind.is_close() => Standing::Possible,
        Nearness::Prefix | Nearness::Suffix if only_template => Standing::Possible,
        _ => Standing::Likely,
    };
    let (file, intent) = match set.first() {
        Some(&(file, intent)) => {
            (file.path.to_string(), Some(crate::fact::Origin::File(file.place(&intent.name_span))))
        }
        None => (String::new(), None),
    };
    let finding = Finding::new(
        standing,
        Stop::Read,
        format!("the code reads {}, and {file} sets {other}", reads.name),
        fact.origin.clone(),
        format!("{} is set nowhere here. The two names differ in {}.", reads.name, kind.words()),
    )
    .and(format!("{other} is set here, and nothing reads it."), intent);
    let known = |name: &str| case.registry.is_secret_variable(name);
    let in_code = known(other) && !known(&reads.name);
    let mut remedy = if in_code {
        Remedy::new(format!("Read {other} in the code."))
    } else {
        Remedy::new(format!("Call it {} in the file as well.", reads.name))
    };
    let by_name = fact.span.len() == reads.name.len();
    if in_code && by_name && case.reads.len() <= 1 {
        if let Some(place) = fact.origin.place() {
            remedy.edits.push(Edit { place: place.clone(), span: fact.span.clone(), replacement: other.to_owned() });
        }
    } else if !in_code {
        remedy.edits.extend(set.iter().map(|(file, intent)| Edit {
            place: file.place(&intent.name_span),
            span: intent.name_span.clone(),
            replacement: reads.name.clone(),
        }));
    }
    finding.mend(remedy)
}

/// Both names are the registry's names for the one credential of one service: `GEMINI_API_KEY` and `GOOGLE_API_KEY`.
fn of_one_service(case: &Case<'_>, name: &str) -> Option<Nearness> {
    let provider = case.provider.filter(|_| case.registry.is_secret_variable(&case.name))?;
    let ends = |name: &str| ["_API_KEY", "_TOKEN", "_API_TOKEN", "_KEY"].iter().any(|end| name.ends_with(end));
    let special = |name: &str| {
        [
            "ADMIN",
            "SECRET",
            "WEBHOOK",
            "CLIENT",
            "ACCESS",
            "REFRESH",
            "PUBLIC",
            "SIGNING",
            "APP",
            "USER",
            "ID",
            "BOT",
            "MANAGEMENT",
        ]
        .iter()
        .any(|word| name.split('_').any(|part| part == *word))
    };
    let same = name != case.name && provider.variables.secret.iter().any(|known| known == name);
    (same && ends(name) && ends(&case.name) && !special(name) && !special(&case.name)).then_some(Nearness::Suffix)
}

/// Whether anything gives the name a value, or says that something else will.
fn is_given(case: &Case<'_>, name: &str) -> bool {
    let files = &case.project.env_files;
    // A template gives nothing where somebody has made his own file of it.
    let is_copied =
        |template: &EnvFile| files.iter().any(|file| !file.is_template() && file.folder() == template.folder());
    let in_files = files
        .iter()
        .any(|file| file.intents.iter().any(|intent| intent.name == name) && !(file.is_template() && is_copied(file)));
    let in_facts = case.project.facts.iter().any(|fact| match &fact.seen {
        Seen::Sets(sets) => sets.name == name || refers(&sets.value, name),
        Seen::Starts(starts) => starts.given.iter().any(|given| given == name),
        Seen::Asks(asks) => asks.name == name,
        _ => false,
    });
    in_files || in_facts || case.project.process.contains_key(name)
}

/// Whether anything takes the name's value.
fn is_read(case: &Case<'_>, name: &str) -> bool {
    case.project.facts.iter().any(|fact| match &fact.seen {
        Seen::Reads(reads) => reads.name == name,
        Seen::Sends(sends) => matches!(&sends.credential, Operand::Variable(variable) if variable == name),
        Seen::Sets(sets) => sets.name == name || refers(&sets.value, name),
        _ => false,
    })
}

fn refers(value: &Value, to: &str) -> bool {
    matches!(value, Value::Reference { name, .. } if name == to)
}

fn is_in_unit(case: &Case<'_>, fact: &Fact) -> bool {
    fact.origin.place().is_some_and(|place| case.unit.holds(&place.path))
}
