//! Case: all that is known about one credential's refusal, its journey included.

mod refusal;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use crate::exchange::Via;
use crate::fact::{
    Asks, Calls, Fact, Near, Operand, Origin, Place, Reads, Seen, Sends, Sets, Setter, Stands, Starts, Stored, Task,
    Value,
};
use crate::loader::{Assignment, Loader};
use crate::project::{EnvFile, Load, Project, Unit};
use crate::provider::{Kind, Provider, Registry};
use crate::read::env_file::Intent;
use crate::secret::Secret;
use crate::value::{Plainly, Reference, is_filler, plainly};
pub use refusal::Refusal;

/// A stop of a credential's journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stop {
    /// In a file, a secret store, a dashboard.
    Written,
    /// From there into the process.
    Loaded,
    /// By the code, under a name.
    Read,
    /// In a request.
    Sent,
    /// Over redirects and proxies.
    Carried,
    /// By the server.
    Judged,
}

impl Stop {
    /// All stops in the order of the journey.
    pub const ALL: [Self; 6] = [Self::Written, Self::Loaded, Self::Read, Self::Sent, Self::Carried, Self::Judged];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Loaded => "loaded",
            Self::Read => "read",
            Self::Sent => "sent",
            Self::Carried => "carried",
            Self::Judged => "judged",
        }
    }
}

/// All that is known about one credential of one unit.
#[derive(Debug)]
pub struct Case<'p> {
    /// The project it belongs to.
    pub project: &'p Project,
    /// The unit of the project.
    pub unit: &'p Unit,
    /// The services that are known.
    pub registry: &'p Registry,
    /// The variable that holds it; empty where it stands in the code.
    pub name: String,
    /// The service it is for, by the variable's name, or else by the value's shape.
    pub provider: Option<&'p Provider>,
    /// Values that the variable may have, each with the place where it was written.
    pub values: Vec<Held<'p>>,
    /// Lines of env files that plainly mean to set it, whether or not a loader understands them.
    pub intents: Vec<(&'p EnvFile, &'p Intent)>,
    /// Settings outside env files.
    pub sets: Vec<(&'p Fact, &'p Sets)>,
    /// Places that read it.
    pub reads: Vec<(&'p Fact, &'p Reads)>,
    /// Places that send it.
    pub sends: Vec<(&'p Fact, &'p Sends)>,
    /// Where it stands in a text that is neither an env file nor sets a variable.
    pub stands: Option<(&'p Fact, &'p Stands)>,
    /// Places where CI workflows ask for a secret of this name.
    pub asks: Vec<(&'p Fact, &'p Asks)>,
    /// What CI, containers and services start, and with what; one list for all cases.
    pub setting: Rc<Setting<'p>>,
    /// What is known of the refusal; one for all cases. Without one nobody was refused yet.
    pub refusal: Option<Rc<Refusal<'p>>>,
    /// Whether this case is the refusal itself, and no credential of the project.
    pub is_refusal: bool,
    /// Whether this case is a token that somebody hands over to be looked at; nobody refused it yet.
    pub is_token: bool,
}

/// How a project's programs are started, and where its clients keep credentials.
#[derive(Debug, Default)]
pub struct Setting<'p> {
    /// Processes that start with an environment of their own.
    pub starts: Vec<(&'p Fact, &'p Starts)>,
    /// Jobs that call another workflow.
    pub calls: Vec<(&'p Fact, &'p Calls)>,
    /// What workflows ask for, of every name.
    pub asks: Vec<(&'p Fact, &'p Asks)>,
    /// Entries of credential files.
    pub stored: Vec<(&'p Fact, &'p Stored)>,
    /// Named commands.
    pub tasks: BTreeMap<&'p str, &'p Task>,
}

/// Tasks that call tasks, deeper than anybody nests them.
const TASK_DEPTH: usize = 8;

impl<'p> Setting<'p> {
    fn of(project: &'p Project) -> Self {
        let mut setting = Self::default();
        for fact in &project.facts {
            match &fact.seen {
                Seen::Starts(starts) => setting.starts.push((fact, starts)),
                Seen::Calls(calls) => setting.calls.push((fact, calls)),
                Seen::Asks(asks) => setting.asks.push((fact, asks)),
                Seen::Stored(stored) => setting.stored.push((fact, stored)),
                Seen::Task(task) => {
                    setting.tasks.insert(&task.name, task);
                }
                _ => {}
            }
        }
        setting
    }

    /// The files that a process runs and that get the variable `name` from it alone: those that its command line names,
    /// and those of the tasks that it calls, where no task sets the variable itself.
    pub fn programs<'s>(&'s self, starts: &'s Starts, name: &str) -> Vec<&'s str> {
        let mut found: Vec<&str> = Vec::new();
        let mut next: Vec<&str> = starts.programs.iter().map(String::as_str).collect();
        for _ in 0..TASK_DEPTH {
            let mut inner = Vec::new();
            for program in next {
                if found.contains(&program) {
                    continue;
                }
                found.push(program);
                let task =
                    self.tasks.get(program).filter(|task| !task.open && task.given.iter().all(|own| own != name));
                inner.extend(task.iter().flat_map(|task| &task.programs).map(String::as_str));
            }
            next = inner;
        }
        found
    }
}

/// One value that a variable may have, and where it was written.
#[derive(Clone, Debug)]
pub struct Held<'p> {
    /// The value as the program gets it.
    pub value: &'p Secret,
    /// The loader that made it of what was written, where an env file was read.
    pub load: Option<&'p Load>,
    /// The env file, where it is one.
    pub file: Option<&'p EnvFile>,
    /// By which means it is set, where it is not an env file.
    pub by: Option<Setter>,
    /// Where it was written.
    pub origin: Origin,
    /// The bytes of the value in its file, quotes included.
    pub span: Range<usize>,
    /// Whether another assignment wins over this one in the same load.
    pub overruled: bool,
}

impl<'p> Held<'p> {
    /// The value as it was written, quotes included, where that is known.
    pub fn written(&self) -> Option<&'p [u8]> {
        self.file.and_then(|file| file.bytes.expose().get(self.span.clone()))
    }

    /// What the value plainly is; bytes that are not UTF-8 are strange characters.
    pub fn plainly(&self) -> Plainly {
        self.value.expose_str().map_or_else(|| Plainly::Strange(vec![char::REPLACEMENT_CHARACTER]), plainly)
    }

    /// The value, where it may be a key: text with no fault that shows in the text alone.
    pub fn candidate(&self) -> Option<&'p str> {
        let text = self.value.expose_str()?;
        (plainly(text) == Plainly::Candidate).then_some(text)
    }

    /// Whether it stands in a template that people copy, where sample text belongs.
    pub fn in_template(&self) -> bool {
        self.file.is_some_and(EnvFile::is_template)
    }

    /// Words that say who hands the value to the program.
    pub fn reader(&self) -> String {
        match self.load {
            Some(load) if load.seen.is_some() => load.loader.name.clone(),
            Some(_) => "a usual loader".to_owned(),
            None => "the program".to_owned(),
        }
    }

    /// The loader that read it.
    pub fn loader(&self) -> Option<&'p Loader> {
        self.load.map(|load| load.loader)
    }
}

impl<'p> Case<'p> {
    /// What a sentence calls its credential: the variable's name, where it has one.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { "the credential" } else { &self.name }
    }

    /// The cases of a project: one for each credential of each unit, sorted by unit and name.
    pub fn all(project: &'p Project, registry: &'p Registry) -> Vec<Self> {
        let mut cases: BTreeMap<(&'p str, String), Self> = BTreeMap::new();
        let setting = Rc::new(Setting::of(project));
        for unit in &project.units {
            for load in &unit.loads {
                for (index, assignment) in load.loaded.assignments.iter().enumerate() {
                    if let Some(held) = held(project, load, index, assignment) {
                        Self::entry(&mut cases, project, unit, registry, &assignment.name).values.push(held);
                    }
                }
            }
        }
        for file in &project.env_files {
            let Some(unit) = unit_of(project, &file.path) else { continue };
            for intent in &file.intents {
                Self::entry(&mut cases, project, unit, registry, &intent.name).intents.push((file, intent));
            }
        }
        for fact in &project.facts {
            let name = match &fact.seen {
                Seen::Sets(sets) => &sets.name,
                Seen::Reads(reads) => &reads.name,
                Seen::Sends(Sends { credential: Operand::Variable(name), .. }) => name,
                Seen::Asks(asks) => &asks.name,
                Seen::Verbatim(name) => name,
                _ => continue,
            };
            let path = fact.origin.place().map_or("", |place| &*place.path);
            let Some(unit) = unit_of(project, path) else { continue };
            let case = Self::entry(&mut cases, project, unit, registry, name);
            match &fact.seen {
                Seen::Sets(sets) => {
                    if let Some(value) = real(sets, registry) {
                        case.values.push(Held {
                            value,
                            load: None,
                            file: None,
                            by: Some(sets.by),
                            origin: fact.origin.clone(),
                            span: fact.span.clone(),
                            overruled: false,
                        });
                    }
                    case.sets.push((fact, sets));
                }
                Seen::Reads(reads) => case.reads.push((fact, reads)),
                Seen::Sends(sends) => case.sends.push((fact, sends)),
                Seen::Asks(asks) => case.asks.push((fact, asks)),
                _ => {}
            }
        }
        // What a bad line or an open quote glued together is no variable, and may hold a key.
        let mut cases: Vec<Self> = cases.into_values().filter(|case| is_variable_name(&case.name)).collect();
        cases.extend(project.facts.iter().filter_map(|fact| Self::in_code(project, registry, fact)));
        cases.extend(Self::loose(project, registry));
        for case in &mut cases {
            case.setting = setting.clone();
            case.provider = registry
                .of_variable(&case.name)
                .or_else(|| case.provider_by_shape())
                .or_else(|| Some(registry.recognise(case.stands?.1.value.expose_str()?)?.provider))
                .or_else(|| case.provider_by_host());
        }
        cases.retain(Self::is_credential);
        if let Some(refusal) = Refusal::of(project, registry).map(Rc::new) {
            for case in &mut cases {
                // A credential without a sign of its service is the one that was refused.
                case.provider = case.provider.or_else(|| refusal.provider());
                case.refusal = Some(refusal.clone());
            }
            cases.extend(Self::refused(project, registry, &setting, refusal));
        } else {
            cases.extend(Self::token(project, registry, &setting));
        }
        cases
    }

    /// The case of the refusal itself: what the answers, the echoes and the calls show, whatever the project holds.
    fn refused(
        project: &'p Project,
        registry: &'p Registry,
        setting: &Rc<Setting<'p>>,
        refusal: Rc<Refusal<'p>>,
    ) -> Option<Self> {
        let mut case = Self::new(project, project.units.first()?, registry, "");
        case.setting = setting.clone();
        case.provider = refusal.provider();
        case.refusal = Some(refusal);
        case.is_refusal = true;
        Some(case)
    }

    /// The case of a credential that no variable holds: it stands in the code, or comes by a name that leads nowhere.
    /// Only where a known service is asked, or where the text itself is a known key, is there anything to be told.
    fn in_code(project: &'p Project, registry: &'p Registry, fact: &'p Fact) -> Option<Self> {
        let Seen::Sends(sends) = &fact.seen else { return None };
        let to_known = sends.host.as_deref().is_some_and(|host| registry.of_host(host).is_some());
        let (name, value) = match &sends.credential {
            Operand::Variable(_) => return None,
            Operand::Local(name) | Operand::Unexpanded(name) => (name.clone(), None),
            Operand::Unknown => (String::new(), None),
            Operand::Literal(value) => {
                let known = value.expose_str().and_then(|text| registry.recognise(text)).is_some();
                // What was seen on its way is what the program has.
                let is_captured = project.exchanges.last().is_some_and(|exchange| exchange.via == Via::Capture);
                let seen = is_captured && matches!(fact.origin, Origin::Header(_));
                (String::new(), (known || project.is_excerpt || seen).then_some(value))
            }
        };
        let path = fact.origin.place().map_or("", |place| &*place.path);
        if !project.is_excerpt && !to_known && value.is_none() && !matches!(sends.credential, Operand::Unexpanded(_)) {
            return None;
        }
        let mut case = Self::new(project, unit_of(project, path)?, registry, &name);
        case.sends.push((fact, sends));
        case.values.extend(value.map(|value| Held {
            value,
            load: None,
            file: None,
            by: Some(Setter::Code),
            origin: fact.origin.clone(),
            span: sends.slot.span.clone(),
            overruled: false,
        }));
        Some(case)
    }

    /// The cases of keys that stand in texts. Where a file also gives the same key to a variable, that is the case.
    fn loose(project: &'p Project, registry: &'p Registry) -> Vec<Self> {
        let mut seen: BTreeSet<(&str, &[u8])> = BTreeSet::new();
        for fact in &project.facts {
            if let (Seen::Sets(Sets { value: Value::Literal(value), by, .. }), Some(place)) =
                (&fact.seen, fact.origin.place())
                && !matches!(by, Setter::Shell | Setter::Code)
            {
                seen.insert((&place.path, value.expose()));
            }
        }
        let mut cases = Vec::new();
        for fact in &project.facts {
            let (Seen::Stands(stands), Some(place)) = (&fact.seen, fact.origin.place()) else { continue };
            if stands.value.expose_str().is_none_or(is_filler) || !seen.insert((&place.path, stands.value.expose())) {
                continue;
            }
            let Some(unit) = unit_of(project, &place.path) else { continue };
            cases.push(Self { stands: Some((fact, stands)), ..Self::new(project, unit, registry, "") });
        }
        cases
    }

    fn entry<'m>(
        cases: &'m mut BTreeMap<(&'p str, String), Self>,
        project: &'p Project,
        unit: &'p Unit,
        registry: &'p Registry,
        name: &str,
    ) -> &'m mut Self {
        cases.entry((&unit.folder, name.to_owned())).or_insert_with(|| Self::new(project, unit, registry, name))
    }

    fn new(project: &'p Project, unit: &'p Unit, registry: &'p Registry, name: &str) -> Self {
        Self {
            project,
            unit,
            registry,
            name: name.to_owned(),
            provider: None,
            values: Vec::new(),
            intents: Vec::new(),
            sets: Vec::new(),
            reads: Vec::new(),
            sends: Vec::new(),
            stands: None,
            asks: Vec::new(),
            setting: Rc::default(),
            refusal: None,
            is_refusal: false,
            is_token: false,
        }
    }

    /// The one service that the credential is sent to, as far as the code says so.
    fn provider_by_host(&self) -> Option<&'p Provider> {
        let near = self.sends.iter().filter(|(_, sends)| sends.near < Near::File);
        let mut hosts = near.filter_map(|(_, sends)| sends.host.as_deref());
        let first = self.registry.of_host(hosts.next()?)?;
        hosts.all(|host| self.registry.of_host(host).is_some_and(|other| other.slug == first.slug)).then_some(first)
    }

    fn provider_by_shape(&self) -> Option<&'p Provider> {
        let mut known = self.values.iter().filter_map(|held| self.registry.recognise(held.value.expose_str()?));
        known.find(|found| found.credential.kind != Kind::NoCredential).map(|found| found.provider)
    }

    /// Whether the variable holds a credential: the registry knows its name or its value's shape, or its name says so.
    fn is_credential(&self) -> bool {
        self.registry.is_secret_variable(&self.name)
            || self.provider_by_shape().is_some()
            || !self.sends.is_empty()
            || self.stands.is_some()
            || name_says_credential(&self.name)
    }

    /// Values that the program may really get: no other assignment wins over them, and they stand in no template.
    pub fn effective(&self) -> impl Iterator<Item = &Held<'p>> {
        self.values.iter().filter(|held| !held.overruled && !held.in_template())
    }

    /// Whether the credential is for somebody's API, and not a password or signing secret of the project's own making.
    pub fn is_for_an_api(&self) -> bool {
        let upper = self.name.to_ascii_uppercase();
        self.provider.is_some()
            || ["API_KEY", "APIKEY", "ACCESS_TOKEN", "AUTH_TOKEN", "API_TOKEN"].iter().any(|word| upper.contains(word))
    }

    /// Whether the project sends the provider's requests to a base URL of its own: an env file or this process sets one
    /// of the provider's `…_BASE_URL` variables.
    pub fn has_own_base_url(&self) -> bool {
        let Some(provider) = self.provider else { return false };
        let is_base = |name: &&String| {
            ["BASE_URL", "API_BASE", "ENDPOINT", "_HOST", "BASE_PATH"].iter().any(|word| name.contains(word))
        };
        provider.variables.other.iter().filter(is_base).any(|name| {
            self.project.process.contains_key(name)
                || self
                    .project
                    .env_files
                    .iter()
                    .filter(|file| !file.is_template())
                    .any(|file| file.intents.iter().any(|intent| intent.name == *name && !intent.inner.is_empty()))
        })
    }

    /// The page where the provider's keys are made, as a remedy's link.
    pub fn keys_page(&self) -> Option<&'p str> {
        self.provider.map(|provider| provider.links.keys.as_str())
    }

    /// Whether any load of the unit could be seen in the project, and is not only assumed.
    pub fn loader_is_known(&self) -> bool {
        self.unit.loads.iter().any(|load| load.seen.is_some())
    }
}

fn held<'p>(project: &'p Project, load: &'p Load, index: usize, assignment: &'p Assignment) -> Option<Held<'p>> {
    let file = project.env_files.get(*load.files.get(assignment.file)?)?;
    let winner = load.loaded.values.get(&assignment.name).and_then(|visible| visible.from);
    Some(Held {
        value: &assignment.value,
        load: Some(load),
        file: Some(file),
        by: None,
        origin: Origin::File(Place::of(&file.path, file.bytes.expose(), &assignment.span)),
        span: assignment.span.clone(),
        overruled: winner.is_some_and(|from| from != index),
    })
}

/// The value of a setting outside env files, where it is worth a look.
///
/// CI jobs and image builds give tests made-up values on purpose; there only a known key, or a reference that nobody
/// resolves, tells anything.
fn real<'p>(sets: &'p Sets, registry: &Registry) -> Option<&'p Secret> {
    let Value::Literal(value) = &sets.value else { return None };
    let text = value.expose_str()?;
    let made_up = matches!(sets.by, Setter::Ci | Setter::DockerArg | Setter::DockerEnv);
    let telling = || {
        registry.recognise(text.trim_matches(|c: char| c.is_whitespace() || "'\"".contains(c))).is_some()
            || matches!(plainly(text), Plainly::Reference(Reference::Template))
    };
    (!made_up || telling()).then_some(value)
}

/// The innermost unit that holds `path`.
fn unit_of<'p>(project: &'p Project, path: &str) -> Option<&'p Unit> {
    project.units.iter().filter(|unit| unit.holds(path)).max_by_key(|unit| unit.folder.len())
}

/// Whether people give variables such names: a letter or `_`, then letters, digits, `_` and dots.
fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// Whether a variable's name plainly says that it holds a key, token, secret or password.
pub fn name_says_credential(name: &str) -> bool {
    let upper = in_words(name).to_ascii_uppercase();
    let words: Vec<&str> = upper.split(['_', '-', '.']).collect();
    let says = words.iter().any(|word| {
        ["APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PAT", "CREDENTIAL", "CREDENTIALS"].contains(word)
    }) || (words.last() == Some(&"KEY") && words.len() > 1);
    // What such a variable holds is where the credential lies, how it is named or how long it lives, not the credential.
    let about = [
        "FILE",
        "PATH",
        "DIR",
        "URL",
        "URI",
        "NAME",
        "ID",
        "EXPIRY",
        "EXPIRES",
        "TTL",
        "LENGTH",
        "HEADER",
        "LIMIT",
        "ITERATIONS",
        "ROUNDS",
        "SIZE",
        "ALGORITHM",
        "VERSION",
    ];
    // A switch or a rule about passwords is none.
    let switches = [
        "ENABLE", "ENABLED", "DISABLE", "DISABLED", "ALLOW", "REQUIRE", "SIGNUP", "SIGNIN", "RESET", "MIN", "MAX",
        "POLICY", "NO", "SKIP", "USE", "WITHOUT", "IS", "HAS",
    ];
    if words.iter().any(|word| switches.contains(word)) {
        return false;
    }
    let public = words.windows(2).any(|pair| pair == ["PUBLIC", "KEY"]) || upper.starts_with("SSH_");
    says && !public && !words.last().is_some_and(|last| about.contains(last))
}

/// `bearerToken` as `bearer_Token`.
fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if before.is_ascii_lowercase() && c.is_ascii_uppercase() {
            words.push('_');
        }
        words.push(c);
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::name_says_credential;

    #[test]
    fn names_that_say_credential() {
        for (name, says) in [
            ("ACME_API_KEY", true),
            ("GITHUB_TOKEN", true),
            ("JWT_SECRET", true),
            ("DB_PASSWORD", true),
            ("apikey", true),
            ("bearerToken", true),
            ("apiKey", true),
            ("maxTokens", false),
            ("tokenUrl", false),
            ("KEY", false),
            ("MONKEY", false),
            ("PUBLIC_KEY", false),
            ("TOKEN_FILE", false),
            ("SECRET_NAME", false),
            ("KEYBOARD_LAYOUT", false),
            ("MAX_TOKENS", false),
            ("DISABLE_PASSWORD_SIGNUP", false),
            ("PASSWORD_RESET_TOKEN", false),
            ("PASSWORD_ITERATIONS", false),
            ("VNC_NO_PASSWORD", false),
            ("USE_API_KEY", false),
        ] {
            assert_eq!(name_says_credential(name), says, "{name}");
        }
    }
}
