//! env/not-loaded: the file is there, and nothing reads it.

use crate::case::{Case, Refusal, Stop};
use crate::cause::carried::came_without_value;
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::exchange::Via;
use crate::fact::{Origin, Remark, Seen};
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let absent = |refusal: &Refusal<'_>| {
        [Symptom::Absent, Symptom::Unsent].iter().any(|symptom| refusal.symptoms.contains(symptom))
    };
    if let Some(refusal) = case.as_refusal() {
        let told = known_by(case, "env/not-loaded", &UNLOADED).filter(|_| absent(refusal));
        let unsaid = refusal.main.is_none() || absent(refusal);
        let late = known_by(case, "env/not-loaded", &LATE).filter(|_| unsaid);
        let set = set_and_missed(case).filter(|_| absent(refusal));
        let kept = known_by(case, "env/not-loaded", &KEPT).filter(|_| unsaid);
        return told.into_iter().chain(late).chain(set).chain(kept).map(Into::into).collect();
    }
    // Who reads an env file where no code was seen cannot be told.
    if case.reads.is_empty() {
        return Vec::new();
    }
    let unread = case.values.iter().filter_map(|held| Some(as_seen(case, look(case, held)?).into()));
    unread.chain(too_early(case).map(Evidence::from)).collect()
}

/// The program is there, and the file is spoken of.
const UNLOADED: Known = Known {
    remark: Remark::UnloadedFile,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "nothing in the program loads the env file",
    why: "A file beside a program is read by nobody unless a call, an option or a shell does it.",
    remedy: "Load it first: `load_dotenv()`, `import 'dotenv/config'`, `node --env-file=.env`; or set the variable in the shell.",
    weight: 14,
};

/// The shell keeps what it does not export to itself.
const KEPT: Known = Known {
    remark: Remark::NotExported,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the shell has the variable, and does not export it",
    why: "A variable that is set on a line of its own belongs to the shell alone; programs that it starts do not get it.",
    remedy: "Write `export NAME=value`, or put the assignment before the command on the same line.",
    weight: 18,
};

/// Frameworks that read env files themselves, and give a page only what has their prefix.
const BUNDLED: [&str; 10] =
    ["vite", "react", "nextjs", "next", "vue", "nuxt", "svelte", "sveltekit", "angular", "astro"];

/// The message misses a variable by its name, and the env file beside it sets that very one.
fn set_and_missed(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    // What a container or a service starts with is another cause's, and so is what a bundler leaves out of a page.
    let bundled = case.project.hints.stack.iter().any(|word| BUNDLED.contains(&word.as_str()));
    if !case.setting.starts.is_empty() || bundled || !refusal.echoes.is_empty() {
        return None;
    }
    let (fact, name) = case.named_in_refusal()?;
    let said = &fact.origin.place()?.path;
    // Of several lines for one name the last one counts.
    let of_name = case
        .project
        .intents()
        .filter(|(file, intent)| !file.is_template() && file.path != *said && intent.name == name);
    let (file, intent) = of_name.last().filter(|(_, intent)| !intent.inner.is_empty())?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} sets {name}, and the program does not have it", file.path),
        Origin::File(file.place(&intent.name_span)),
        "A file beside a program is read by nobody unless a call, an option or a shell does it, and from the right folder, before the variable is asked for.",
    );
    finding.weight = 12;
    let finding = finding.and("It is missed here.", Some(fact.origin.clone()));
    Some(finding.mend(Remedy::new(
        "Load the file before anything asks for the variable, by its absolute path; or set the variable in the shell.",
    )))
}

/// The client is there before the file is loaded.
const LATE: Known = Known {
    remark: Remark::LoadsLate,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the client is made, or its module imported, before the env file is loaded",
    why: "Many clients take the key when they are made or imported; what the file sets afterwards comes too late.",
    remedy: "Load the file first: before every other import, or when the program is started.",
    weight: 18,
};

/// The variable is read before the call that loads its file has run.
fn too_early(case: &Case<'_>) -> Option<Finding> {
    // Only what a file alone sets is lost.
    let held = case.effective().find(|held| held.load.is_some_and(|load| load.seen.is_some()))?;
    if !case.sets.is_empty() || case.project.process.contains_key(&case.name) {
        return None;
    }
    let loads = || {
        case.project.facts.iter().filter_map(|fact| match (&fact.seen, fact.origin.place()) {
            (Seen::Loads(loads), Some(place)) if case.unit.holds(&place.path) => Some((fact, loads, place)),
            _ => None,
        })
    };
    let (read, load, through) = case.reads.iter().find_map(|&(read, reads)| {
        let at = read.origin.place().filter(|_| reads.top && !reads.fallback && !reads.browser)?;
        let own = |place: &crate::fact::Place| place.path == at.path;
        // A file that loads by itself before it reads is in order, whoever imports it.
        if loads().any(|(fact, _, place)| own(place) && fact.span.start < read.span.start) {
            return None;
        }
        let module = at.path.rsplit_once('.').map_or(&*at.path, |(stem, _)| stem);
        let package = module.strip_suffix("/index").or_else(|| module.strip_suffix("/__init__")).unwrap_or(module);
        loads().find_map(|(fact, loads, place)| {
            let imported = loads.after.iter().any(|name| name == module || name == package);
            (own(place) || imported).then_some((read, fact, !own(place)))
        })
    })?;
    let how = if through {
        "The file that loads it imports this one first, and imports run before the call."
    } else {
        "The load stands further down in the same file."
    };
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} is read before its file is loaded", case.name),
        read.origin.clone(),
        format!("{how} The value is not there yet when this line runs."),
    );
    Some(
        finding
            .and("The file is loaded here.", Some(load.origin.clone()))
            .and("It sets the variable here.", Some(held.origin.clone()))
            .mend(Remedy::new("Load the file first: before every other import, or when the program is started.")),
    )
}

fn look(case: &Case<'_>, held: &crate::case::Held<'_>) -> Option<Finding> {
    let (file, load) = (held.file?, held.load?);
    if load.seen.is_some() || held.in_template() || held.candidate().is_none() {
        return None;
    }
    // Another load of the unit that reads other files says what the program does read.
    let others = case.unit.loads.iter().find(|other| other.seen.is_some());
    let set_elsewhere = !case.sets.is_empty()
        || case.project.process.contains_key(&case.name)
        || case.values.iter().any(|other| other.load.is_some_and(|load| load.seen.is_some()));
    if set_elsewhere {
        return None;
    }
    let (standing, why) = match others {
        Some(other) => (Standing::Likely, format!("{} is in use here and reads other files.", other.loader.name)),
        None => (
            // Where the manifest names its packages, the missing one is telling.
            if has_packages(case) { Standing::Likely } else { Standing::Possible },
            "No package, option or script that would load it was found. A shell or an IDE may do it by hand."
                .to_owned(),
        ),
    };
    let (fact, _) = case.reads.first()?;
    let finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("nothing loads {}, which holds {}", file.path, case.name),
        held.origin.clone(),
        why,
    );
    Some(
        finding
            .and("The code reads the variable here.", Some(fact.origin.clone()))
            .mend(Remedy::new("Load the file before the first read, or start the program with its variables.")),
    )
}

/// The same where a captured request shows that no value came: what was only possible is then the likeliest.
fn as_seen(case: &Case<'_>, mut finding: Finding) -> Finding {
    let captured = case.project.exchanges.last().filter(|exchange| exchange.via == Via::Capture);
    let Some(exchange) = captured else { return finding };
    if came_without_value(exchange) {
        finding.standing = finding.standing.min(Standing::Likely);
        finding.weight += 10;
        finding =
            finding.and("The request was seen on its way, and no value of it was in there.", Some(exchange.origin()));
    }
    finding
}

/// Whether a manifest of the unit names packages.
fn has_packages(case: &Case<'_>) -> bool {
    case.project.facts.iter().any(|fact| {
        matches!(fact.seen, Seen::Package(_)) && fact.origin.place().is_some_and(|place| case.unit.holds(&place.path))
    })
}
