//! The values of one variable, in the order in which the program would take them, and those of its kin.

use why401_core::case::{Stop, name_says_credential};
use why401_core::fact::{Seen, Value};
use why401_core::loader::Process;
use why401_core::probe::Other;
use why401_core::project::{Load, Project};
use why401_core::provider::{Environment, Kind, Registry};
use why401_core::secret::Secret;

/// A value that a variable has, and where.
#[derive(Clone, Debug)]
pub struct Valued {
    pub value: Secret,
    /// Where it stands, such as `.env:3`, or `this shell`.
    pub stands: String,
    source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Shell,
    /// An env file, by its path.
    File(String),
    /// A setting elsewhere.
    Setting,
}

/// The values that a variable may have, the one first that the program gets.
pub fn values(project: &Project, name: &str) -> Vec<Valued> {
    let mut found: Vec<Valued> = Vec::new();
    let loads: Vec<&Load> = project.units.iter().flat_map(|unit| &unit.loads).collect();
    let assigns = |load: &&&Load| load.loaded.assignments.iter().any(|assignment| assignment.name == name);
    let seen = loads.iter().filter(assigns).find(|load| load.seen.is_some());
    let first = seen.or_else(|| loads.iter().find(assigns)).copied();
    let shell = project.process.get(name).map(|value| Valued {
        value: value.clone(),
        stands: "this shell".to_owned(),
        source: Source::Shell,
    });
    let file_wins = first.is_some_and(|load| match load.loader.process {
        Process::Wins => false,
        Process::WinsUnlessEmpty => shell.as_ref().is_none_or(|shell| shell.value.is_empty()),
        Process::Loses => true,
    });
    if !file_wins {
        found.extend(shell.clone());
    }
    for load in first.into_iter().chain(loads.iter().copied()) {
        let winner = load.loaded.values.get(name).and_then(|visible| visible.from);
        let mut own: Vec<(bool, Valued)> = Vec::new();
        for (index, assignment) in load.loaded.assignments.iter().enumerate().filter(|(_, a)| a.name == name) {
            let file = load.files.get(assignment.file).and_then(|index| project.env_files.get(*index));
            let Some(file) = file.filter(|file| !file.is_template()) else { continue };
            own.push((
                Some(index) != winner,
                Valued {
                    value: assignment.value.clone(),
                    stands: format!("{}:{}", file.path, assignment.line),
                    source: Source::File(file.path.to_string()),
                },
            ));
        }
        own.sort_by_key(|(loses, _)| *loses);
        found.extend(own.into_iter().map(|(_, valued)| valued));
    }
    if file_wins {
        found.extend(shell);
    }
    for fact in &project.facts {
        let Seen::Sets(sets) = &fact.seen else { continue };
        if let (true, Value::Literal(value)) = (sets.name == name, &sets.value) {
            let stands = fact.origin.place().map_or_else(String::new, |place| format!("{}:{}", place.path, place.line));
            found.push(Valued { value: value.clone(), stands, source: Source::Setting });
        }
    }
    let mut unique: Vec<Valued> = Vec::new();
    for valued in found {
        if !unique.iter().any(|other| other.value == valued.value) {
            unique.push(valued);
        }
    }
    unique
}

/// The values that lose against the first, and what it means if one of them works.
pub fn losers(name: &str, values: &[Valued]) -> Vec<Other> {
    let Some((first, rest)) = values.split_first() else { return Vec::new() };
    let others = rest.iter().map(|other| {
        let (cause, title) = match (&first.source, &other.source) {
            (Source::Shell, _) => {
                ("env/shadowed", format!("{name} is set in this shell, and that wins over {}", other.stands))
            }
            (Source::File(first), Source::File(second)) if first == second => {
                ("env/duplicate", format!("{name} is set twice in {first}, and the good value loses"))
            }
            (Source::File(_), Source::File(_)) => (
                "env/wrong-file",
                format!("the value of {name} comes from {}, and the good one stands in {}", first.stands, other.stands),
            ),
            _ => (
                "env/stale",
                format!("{name} has an old value in {}; the good one is in {}", first.stands, other.stands),
            ),
        };
        let (value, stands) = clean(other);
        Other {
            name: name.to_owned(),
            value,
            stands,
            cause,
            stop: Stop::Loaded,
            title,
            remedy: match first.source {
                Source::Shell => {
                    format!("Take it out of the shell: `unset {name}`, and out of the profile that sets it.")
                }
                _ => format!("Change {} to the good value, or take it out.", first.stands),
            },
        }
    });
    others.collect()
}

/// The value without the blanks and quotes that no key has, and where it stands: a second fault must not hide that this is
/// the right one.
fn clean(valued: &Valued) -> (Secret, String) {
    let text = valued.value.expose_str().unwrap_or_default();
    let bare = text.trim().trim_matches(['"', '\'']).trim();
    if bare.is_empty() || bare.len() == text.len() {
        return (valued.value.clone(), valued.stands.clone());
    }
    (Secret::from(bare), format!("{}, without what clings to it", valued.stands))
}

/// Other credentials that may have been meant: of the same service, or under a name of the same beginning.
pub fn kin(project: &Project, registry: &Registry, name: &str, sent: &Secret) -> Vec<Other> {
    let owner = registry.of_variable(name);
    let shape = |value: &Secret| value.expose_str().and_then(|text| registry.recognise(text.trim()));
    let sent_shape = shape(sent);
    let provider = owner.or_else(|| sent_shape.as_ref().map(|known| known.provider));
    let first_word = |name: &str| name.split('_').next().unwrap_or_default().to_owned();
    let mut names: Vec<&str> =
        project.env_files.iter().flat_map(|file| &file.intents).map(|i| i.name.as_str()).collect();
    names.extend(project.process.keys().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    let mut found = Vec::new();
    for other in names.into_iter().filter(|other| *other != name) {
        let Some(valued) = values(project, other).into_iter().next() else { continue };
        let other_shape = shape(&valued.value);
        let is_kin = match (provider, registry.of_variable(other).or_else(|| other_shape.as_ref().map(|s| s.provider)))
        {
            (Some(own), Some(theirs)) => own.slug == theirs.slug && registry.is_secret_variable(other),
            (None, None) => name_says_credential(other) && first_word(other) == first_word(name),
            _ => false,
        };
        if !is_kin || valued.value == *sent || valued.value.is_empty() {
            continue;
        }
        let credential =
            |known: &Option<why401_core::provider::Recognised>| known.as_ref().map(|known| known.credential);
        let (a, b) = (credential(&sent_shape), credential(&other_shape));
        let differs =
            |kind: fn(&why401_core::provider::Credential) -> Kind| a.zip(b).is_some_and(|(a, b)| kind(a) != kind(b));
        let worlds = a.zip(b).is_some_and(|(a, b)| {
            a.environment != b.environment && a.environment != Environment::Any && b.environment != Environment::Any
        });
        let (cause, stop, title) = if worlds {
            (
                "key/wrong-environment",
                Stop::Written,
                format!("{name} is a key of another environment than {other}, which works here"),
            )
        } else if differs(|credential| credential.kind) {
            ("key/wrong-type", Stop::Written, format!("{name} is another kind of key than {other}, which works here"))
        } else {
            ("env/name-mismatch", Stop::Read, format!("{other} holds the good key, and {name} is sent"))
        };
        let remedy = format!("Send {other} where {name} is sent.");
        let (value, stands) = clean(&valued);
        found.push(Other { name: other.to_owned(), value, stands, cause, stop, title, remedy });
    }
    found.truncate(3);
    found
}
