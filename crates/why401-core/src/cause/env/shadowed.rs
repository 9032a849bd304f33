//! env/shadowed: another source wins over the file.

use crate::case::{Case, Held, Refusal, Stop};
use crate::cause::carried::carried;
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Fact, Origin, Remark, Seen, Sets, Setter, Starter, Value};
use crate::loader::Process;
use crate::project::EnvFile;
use crate::secret::Secret;
use crate::symptom::Symptom;
use crate::value::{Plainly, plainly};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let held = case.effective().filter_map(|held| look(case, held));
    let held = held
        .chain(another_arrived(case))
        .chain(seen_to_arrive(case))
        .chain(replaced_by_code(case).map(Evidence::from))
        .chain(left_over(case).map(Evidence::from))
        .chain(beside_a_file(case).map(Evidence::from))
        .chain(empty_wins(case).map(Evidence::from))
        .chain(over_a_login(case).map(Evidence::from))
        .chain(
            [&HELD, &TOLD]
                .into_iter()
                .filter_map(|known| known_by(case, "env/shadowed", known))
                .filter(|_| !unsent(case))
                .map(Evidence::from),
        );
    held.chain(case.sets.iter().filter_map(|(fact, sets)| Some(emptied(case, fact, sets)?.into()))).collect()
}

/// Somebody says that a shell, a profile or a parent has the variable.
const HELD: Known = Known {
    remark: Remark::ShellHolds,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the shell has the variable already, and that wins over the file",
    why: "Loaders do not replace what the process has, even where it is old or empty.",
    remedy: "Take it out of the shell (`unset NAME`) and out of the profile that sets it, or let the file win: `load_dotenv(override=True)`.",
    weight: 12,
};

/// A tool that lists its logins says which one it uses.
const TOLD: Known = Known {
    remark: Remark::TokenOfVariable,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the tool uses the token of a variable, and not the login that lies beside it",
    why: "A variable goes before the tool's own login, even where it may do less.",
    remedy: "Take the variable out (`unset NAME`), or give its token what the call needs.",
    weight: 60,
};

/// Whether the client says that it has no value: then none won over another.
fn unsent(case: &Case<'_>) -> bool {
    case.as_refusal().is_some_and(Refusal::is_unsent)
}

/// A tool is logged in, and the variable of its service is set: most tools take the variable first.
fn over_a_login(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses() && refusal.fits("env/shadowed"))?;
    case.project.facts.iter().find(|fact| fact.is(Remark::LoggedIn))?;
    const TOOLS: [&str; 12] = [
        "claude-code",
        "codex",
        "codex-cli",
        "gemini-cli",
        "copilot-cli",
        "github-copilot",
        "gh",
        "huggingface-hub",
        "aider",
        "opencode",
        "vscode",
        "cursor",
    ];
    if !case.project.hints.stack.iter().any(|word| TOOLS.contains(&word.as_str())) {
        return None;
    }
    let own = |name: &str| case.registry.is_secret_variable(name);
    let by_file = case.project.intents().find(|(_, intent)| own(&intent.name) && !intent.inner.is_empty());
    let by_file = by_file.map(|(file, intent)| (Origin::File(file.place(&intent.name_span)), intent.name.as_str()));
    let by_fact = || {
        case.project.facts.iter().find_map(|fact| match &fact.seen {
            Seen::Sets(sets) if own(&sets.name) && sets.by == Setter::Shell => {
                Some((fact.origin.clone(), sets.name.as_str()))
            }
            _ => None,
        })
    };
    let (origin, name) = by_file.or_else(by_fact)?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{name} is set, and that wins over the login"),
        origin,
        "Tools with a login look for a key in the environment first; an old one there is used, whatever the login says.",
    );
    finding.weight = 22 - if refusal.main.is_none() { 4 } else { 0 };
    Some(finding.mend(Remedy::new(format!(
        "`unset {name}`, take it out of the profile that sets it, and start the tool anew."
    ))))
}

/// A value of an env file is turned down, and nothing is wrong with it: of seven such cases whose cause came out, six had
/// an older value in the process.
fn beside_a_file(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    let known = ["dotenv", "python-dotenv", "dotenvx", "dotenv-cli"];
    // Where nothing was filled in, nothing else need win.
    if case.project.intents().next().is_some() && case.project.intents().all(|(_, intent)| intent.inner.is_empty()) {
        return None;
    }
    let told = case.project.hints.stack.iter().any(|word| known.contains(&word.as_str()));
    if !told || !matches!(refusal.main, None | Some(Symptom::Rejected)) {
        return None;
    }
    let origin = Origin::Variable("the environment".to_owned());
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Loaded,
        "the process may have had the variable before the file was read",
        origin,
        "Most loaders never replace a variable that is already there: a shell, a system setting or an older process wins.",
    );
    // Nobody saw it: a text that leaves this open makes it no likelier.
    finding.weight = -1;
    Some(finding.mend(Remedy::new(
        "Print the first and last characters of the value where it is sent, and compare them with the file.",
    )))
}

/// One source gives the variable nothing, and another a value: to many programs nothing is a value, too.
fn empty_wins(case: &Case<'_>) -> Option<Finding> {
    case.refusal.as_ref().filter(|refusal| refusal.refuses())?;
    let &(file, intent) = case.intents.iter().find(|(file, intent)| intent.inner.is_empty() && !file.is_template())?;
    let (fact, _) = case.sets.iter().find(|(_, sets)| {
        matches!(&sets.value, Value::Literal(value) if !value.is_empty()) && sets.by == Setter::CredentialFile
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("{} sets {} to nothing, and another source gives it a value", file.path, case.name),
        Origin::File(file.place(&intent.name_span)),
        "A variable that is set to nothing is set: many programs take it as it is, and look no further.",
    );
    finding.weight = 15;
    let finding = finding.and("Here it has a value.", Some(fact.origin.clone()));
    Some(finding.mend(Remedy::new("Delete the empty line, or put the key there.")))
}

/// The program itself gives the variable another value before it is used.
fn replaced_by_code(case: &Case<'_>) -> Option<Finding> {
    case.refusal.as_ref()?;
    let (fact, _) = case.sets.iter().find(|(_, sets)| {
        sets.by == Setter::Code && matches!(&sets.value, Value::Literal(value) if !value.is_empty())
    })?;
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("the program sets {} itself, over whatever the environment had", case.name),
        fact.origin.clone(),
        "From here on every library that reads the variable gets this value.",
    );
    Some(finding.mend(Remedy::new("Take the assignment out, or hand the key to the client by its own argument.")))
}

/// A captured request carried the value of the process, and an env file has another.
fn seen_to_arrive(case: &Case<'_>) -> Option<Evidence> {
    case.refusal.as_ref()?;
    let arrived = |fact: &&Fact| matches!(&fact.seen, Seen::Arrived(name) if *name == case.name);
    let mut places = case.project.facts.iter().filter(arrived).map(|fact| &fact.origin).peekable();
    if places.peek().is_none() {
        return seen_to_be_another(case).map(Evidence::from);
    }
    let held = case.values.iter().find(|held| held.file.is_some() && !held.in_template())?;
    let (mut by_process, mut by_file) = (None, None);
    for origin in places {
        match origin {
            Origin::Variable(_) => by_process = Some(origin),
            Origin::File(_) => by_file = Some(origin),
            _ => {}
        }
    }
    if let Some(origin) = by_file {
        let text = format!("what was sent for {} is the value that is written in the file", case.name);
        return Some(Evidence::Against(Reason { text, origin: Some(origin.clone()) }));
    }
    let origin = by_process?;
    let set = case.project.process.get(&case.name).map(|set| set.shape().to_string()).unwrap_or_default();
    let finding = Finding::new(
        Standing::Proven,
        Stop::Loaded,
        format!("the value of {} in this shell was sent, and not the one in the file", case.name),
        held.origin.clone(),
        format!("The file has another value, {}, and it never left this machine.", held.value.shape()),
    );
    let finding = finding.and(
        format!("What was seen on its way is, byte for byte, what the process got from here: {set}."),
        Some(origin.clone()),
    );
    Some(
        finding
            .mend(
                Remedy::new("Take it out of the shell, and find out who sets it: a profile, a terminal's settings, direnv, a parent process.")
                    .command(format!("unset {}", case.name)),
            )
            .into(),
    )
}

/// A captured request carried a credential, and it is none that is known here.
fn seen_to_be_another(case: &Case<'_>) -> Option<Finding> {
    if case.name.is_empty() || case.project.facts.iter().any(|fact| matches!(fact.seen, Seen::Arrived(_))) {
        return None;
    }
    let held = case.effective().find(|held| held.file.is_some() && held.candidate().is_some())?;
    // A token of a login, or user and password, are hardly meant to be that value.
    let shown = |value: &Secret| value.expose_str().is_some_and(|text| plainly(text) == Plainly::Candidate);
    let (fact, ..) = carried(case).find(|(_, sends, value)| {
        let is_basic = sends.before.as_deref().is_some_and(|before| before.trim().eq_ignore_ascii_case("basic"));
        !is_basic && value.len() >= 12 && shown(value)
    })?;
    let finding = Finding::new(
        Standing::Possible,
        Stop::Loaded,
        format!("what was sent is not the value of {} in the file, nor any other that is known here", case.name),
        held.origin.clone(),
        format!("The file has another value, {}.", held.value.shape()),
    );
    let mut finding = finding.and("This is what was seen on its way.", Some(fact.origin.clone()));
    finding.weight = 10;
    Some(finding.mend(Remedy::new(
        "Find out where the program takes it from: a default in the code, a login that is stored, settings of its own.",
    )))
}

/// What the server repeats of the key is not what the file has.
fn another_arrived(case: &Case<'_>) -> Option<Evidence> {
    let refusal = case.refusal.as_ref().filter(|_| !case.is_refusal)?;
    let asked = refusal.provider();
    // Only the key of the service that answered can be compared.
    if case.provider.map(|own| &own.slug) != asked.map(|asked| &asked.slug) {
        return None;
    }
    let (fact, shown) = refusal.echoes.iter().find_map(|&(fact, echoes)| {
        let shown = Ends::of(echoes.value.expose_str()?)?;
        Some((fact, shown))
    })?;
    let mut values = case.effective().filter_map(|held| Some((held, held.candidate()?))).peekable();
    let (first, _) = *values.peek()?;
    if values.any(|(_, value)| shown.are_of(value)) {
        return Some(Evidence::Against(Reason {
            text: format!("what the server repeats has the ends of the value of {}: it arrived", case.name),
            origin: Some(fact.origin.clone()),
        }));
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("the key that arrived is not the one of {} in the file", case.name),
        fact.origin.clone(),
        "What the server repeats begins or ends otherwise than the value that is written.",
    );
    finding.weight = 20;
    let finding = finding.and("This is what the file has.", Some(first.origin.clone()));
    Some(
        finding
            .mend(Remedy::new(
                "Find out who else sets the variable: the shell's profile, the system's settings, an older process.",
            ))
            .into(),
    )
}

/// What a mask leaves of a value.
struct Ends<'t> {
    head: &'t str,
    tail: &'t str,
}

impl<'t> Ends<'t> {
    fn of(shown: &'t str) -> Option<Self> {
        let shown = shown.trim_matches(|c: char| c.is_whitespace() || "\"'`\\".contains(c));
        let mask = |c: char| matches!(c, '*' | '•' | '●' | '…');
        let start = shown.find(mask).or_else(|| shown.find("..."))?;
        let rest = shown[start..].trim_start_matches(|c: char| mask(c) || c == '.');
        let head = &shown[..start];
        // Two letters at either end are any key's.
        (head.len() + rest.len() >= 6 && !head.contains(['$', '{', ' '])).then_some(Self { head, tail: rest })
    }

    fn are_of(&self, value: &str) -> bool {
        value.starts_with(self.head) && value.ends_with(self.tail)
    }
}

/// Variables of a temporary login were exported and win over the profile that was chosen since.
fn left_over(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let session = case
        .project
        .facts
        .iter()
        .find(|fact| matches!(&fact.seen, Seen::Refers(name) if name == "AWS_SESSION_TOKEN"))?;
    // A temporary key id beside it makes it a set.
    let temporary =
        case.project.facts.iter().any(
            |fact| matches!(&fact.seen, Seen::Looks(value) if value.expose().windows(4).any(|part| part == b"ASIA")),
        );
    if temporary || !refusal.fits("env/shadowed") {
        return None;
    }
    // Where the bytes that were signed are the question, the token is one suspect of several.
    let signed_wrong = refusal.main == Some(Symptom::Signature);
    let finding = Finding::new(
        if signed_wrong { Standing::Possible } else { Standing::Likely },
        Stop::Loaded,
        "a session token was exported by hand and wins over every profile",
        session.origin.clone(),
        "It belongs to one temporary key and ends with it; variables win over profiles and logins, so a newer login changes nothing.",
    );
    let names = "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN";
    Some(
        finding
            .mend(Remedy::new("Take all of them out of the shell and log in again.").command(format!("unset {names}"))),
    )
}

/// A Compose service whose `environment:` sets nothing over the value of its own `env_file:`.
fn emptied(case: &Case<'_>, fact: &Fact, sets: &Sets) -> Option<Finding> {
    let place = fact.origin.place().filter(|_| sets.by == Setter::Compose)?;
    let set = |name: &str, path: &dyn Fn(&EnvFile) -> bool| {
        let files = case.project.env_files.iter().filter(|file| path(file));
        files
            .flat_map(|file| file.intents.iter().map(move |intent| (file, intent)))
            .find(|(_, intent)| intent.name == name)
    };
    let folder = place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match &sets.value {
        Value::Literal(value) if value.is_empty() => {}
        Value::Reference { name, .. } => {
            let filled = case.project.process.contains_key(name)
                || set(name, &|file| file.name() == ".env" && file.folder() == folder).is_some();
            if filled {
                return None;
            }
        }
        _ => return None,
    }
    // The service is the last one that begins before the setting.
    let (_, starts) = case.setting.starts.iter().rfind(|(service, starts)| {
        starts.by == Starter::Compose
            && service.span.start < fact.span.start
            && service.origin.place().is_some_and(|other| other.path == place.path)
    })?;
    let (file, intent) = set(&case.name, &|file| starts.files.iter().any(|path| **path == *file.path))?;
    if intent.inner.is_empty() {
        return None;
    }
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("`environment:` of service {} empties {}", starts.name, case.name),
        fact.origin.clone(),
        format!("`environment:` wins over `env_file:`, and here it gives the empty text: {} is not read.", file.path),
    );
    let finding = finding.and("This value is never used.", Some(Origin::File(file.place(&intent.name_span))));
    Some(finding.mend(Remedy::new("Delete the line under `environment:`.")))
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Evidence> {
    let load = held.load?;
    let set = case.project.process.get(&case.name)?;
    if set == held.value {
        return None;
    }
    let variable = Origin::Variable(case.name.clone());
    let wins = match load.loader.process {
        Process::Wins => true,
        Process::WinsUnlessEmpty => !set.is_empty(),
        Process::Loses => false,
    };
    if !wins {
        return Some(Evidence::Against(Reason {
            text: format!("{} is set in this shell too, and {} lets the file win", case.name, load.loader.name),
            origin: Some(variable),
        }));
    }
    let (standing, what) = match (set.is_empty(), load.seen.is_some()) {
        (true, true) => (Standing::Proven, "set to nothing"),
        (false, true) => (Standing::Likely, "set to another value"),
        (_, false) => (Standing::Possible, "set to another value"),
    };
    Some(finding(case, held, load.loader.name.as_str(), standing, what, variable).into())
}

fn finding(
    case: &Case<'_>,
    held: &Held<'_>,
    loader: &str,
    standing: Standing,
    what: &str,
    variable: Origin,
) -> Finding {
    let set = case.project.process.get(&case.name).map(|set| set.shape().to_string()).unwrap_or_default();
    let found = Finding::new(
        standing,
        Stop::Loaded,
        format!("{} is {what} in this shell, and that wins over the file", case.name),
        held.origin.clone(),
        format!("{loader} never replaces a variable that the process already has, not even an empty one."),
    );
    found
        .and(format!("In the file it is {}; in this process's environment it is {set}.", held.value.shape()), Some(variable))
        .mend(
            Remedy::new("Take it out of the shell, and find out who sets it: a profile, a terminal's settings, direnv, a parent process.")
                .command(format!("unset {}", case.name)),
        )
}
