//! Refusal: what is known of one refusal besides the project: the calls, what their answers mean, what they repeat.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, name_says_credential};
use crate::exchange::{Answer, Exchange, Via};
use crate::fact::{Echoes, Fact, Mentions, Seen, Sends, Surrounding};
use crate::project::Project;
use crate::provider::{Meaning, Provider, Registry, Within, meanings};
use crate::read::pasted;
use crate::symptom::{self, Symptom};

/// What is known of one refusal.
#[derive(Debug)]
pub struct Refusal<'p> {
    /// The calls, in the order of the text.
    pub exchanges: Vec<&'p Exchange>,
    /// What their answers mean, the weightiest first, each with its call.
    pub meanings: Vec<(&'p Exchange, Meaning)>,
    /// The services that it may come from, with how surely (0 to 100), the surest first.
    pub providers: Vec<(&'static Provider, u8)>,
    /// What was repeated of the credential.
    pub echoes: Vec<(&'p Fact, &'p Echoes)>,
    /// Addresses that are named.
    pub mentions: Vec<(&'p Fact, &'p Mentions)>,
    /// What is sent, as code, a command or a printed request beside the refusal shows it.
    pub sent: Vec<&'p Sends>,
    /// What the program runs in.
    pub surroundings: BTreeSet<Surrounding>,
    /// Whether something was handed over beside the refusal.
    pub has_context: bool,
    /// How the likeliest meaning shows itself.
    pub main: Option<Symptom>,
    /// How the cause shows itself; empty where that cannot be told.
    pub symptoms: BTreeSet<Symptom>,
}

/// Meanings lighter than the best by more than this say nothing about the symptom.
const NEAR: i32 = 18;

/// A wording of so many bytes is hardly anybody else's.
const LONG: usize = 24;

impl<'p> Refusal<'p> {
    /// The refusal that the project's exchanges tell of; `None` where there are none.
    pub fn of(project: &'p Project, registry: &'p Registry) -> Option<Self> {
        if project.exchanges.is_empty() {
            return None;
        }
        let mut refusal = Self {
            exchanges: project.exchanges.iter().collect(),
            meanings: Vec::new(),
            providers: providers(project, registry),
            echoes: Vec::new(),
            mentions: Vec::new(),
            sent: Vec::new(),
            surroundings: surroundings(&project.hints.stack),
            symptoms: BTreeSet::new(),
            has_context: project.hints.has_context,
            main: None,
        };
        for fact in &project.facts {
            match &fact.seen {
                Seen::Echoes(echoes) => refusal.echoes.push((fact, echoes)),
                Seen::Mentions(mentions) => refusal.mentions.push((fact, mentions)),
                Seen::Sends(sends) => refusal.sent.push(sends),
                Seen::Involves(surrounding) => {
                    refusal.surroundings.insert(*surrounding);
                }
                _ => {}
            }
        }
        for exchange in &project.exchanges {
            let Some(answer) = exchange.answer() else { continue };
            let found = meanings(answer, &refusal.providers).into_iter();
            let found = found.filter(|meaning| exchange.via != Via::Probe || may_speak(meaning, &refusal.providers));
            refusal.meanings.extend(found.map(|meaning| (exchange, meaning)));
        }
        refusal.meanings.sort_by_key(|(_, meaning)| -meaning.weight);
        refusal.recognise_by_wording();
        refusal.symptoms = symptoms(&refusal.meanings);
        refusal.main = refusal.meanings.first().and_then(|(_, best)| symptom::of(&best.answer.cause).first()).copied();
        if refusal.meanings.is_empty() {
            refusal.by_status();
        }
        match project.hints.arrives {
            Some(true) => {
                refusal.symptoms.remove(&Symptom::Absent);
            }
            Some(false) => refusal.symptoms = BTreeSet::from([Symptom::Absent]),
            None => {}
        }
        Some(refusal)
    }

    /// What a status says by itself.
    fn by_status(&mut self) {
        if self.has_status(&[429]) && !self.has_status(&[401, 403]) {
            self.symptoms.insert(Symptom::Limited);
        } else if self.has_status(&[403]) && !self.has_status(&[401]) {
            // Some frameworks say 403 where no credential came.
            self.symptoms.extend([Symptom::Denied, Symptom::Rejected, Symptom::Browser, Symptom::Absent]);
        }
    }

    /// A long wording that one service alone uses names it, whatever else lies beside the refusal.
    fn recognise_by_wording(&mut self) {
        let Some((_, best)) = self.meanings.first() else { return };
        let Some(provider) = best.speaker.provider().filter(|_| best.span.len() >= LONG) else { return };
        let others = self.meanings.iter().filter_map(|(_, other)| other.speaker.provider());
        let alone = others.filter(|other| other.slug != provider.slug).count() == 0;
        match self.providers.iter_mut().find(|(own, _)| own.slug == provider.slug) {
            Some((_, surely)) => *surely = (*surely).max(if alone { 75 } else { 60 }),
            None => self.providers.push((provider, if alone { 75 } else { 58 })),
        }
        self.providers.sort_by_key(|(_, surely)| std::cmp::Reverse(*surely));
    }

    /// The service that most likely refuses.
    pub fn provider(&self) -> Option<&'static Provider> {
        self.providers.first().filter(|(_, surely)| *surely >= 40).map(|(provider, _)| *provider)
    }

    /// Whether that service is of a family such as `aws`, which begins the slugs of all its parts.
    pub fn is_of(&self, family: &str) -> bool {
        self.provider().is_some_and(|provider| provider.slug.starts_with(family))
    }

    /// The answers that came back.
    pub fn answers(&self) -> impl Iterator<Item = (&'p Exchange, &'p Answer)> + '_ {
        self.exchanges.iter().filter_map(|exchange| Some((*exchange, exchange.answer()?)))
    }

    /// Whether an answer carries one of these statuses.
    pub fn has_status(&self, statuses: &[u16]) -> bool {
        self.answers().any(|(_, answer)| answer.status.is_some_and(|status| statuses.contains(&status)))
    }

    /// Whether the cause can show itself as this refusal does; nothing is known against it where nothing is known.
    pub fn fits(&self, cause: &str) -> bool {
        self.symptoms.is_empty() || symptom::of(cause).iter().any(|symptom| self.symptoms.contains(symptom))
    }

    /// Whether the refusal shows itself so, or may.
    pub fn may_show(&self, symptom: Symptom) -> bool {
        self.symptoms.is_empty() || self.symptoms.contains(&symptom)
    }

    /// Whether the client says that it has no value, so that nobody judged one.
    pub fn is_unsent(&self) -> bool {
        let best = self.meanings.first().map(|(_, best)| best.answer);
        best.is_some_and(|best| best.within == Within::Client && best.cause == "key/missing")
    }

    /// Whether anything refuses at all: an answer that is known, a status that says so, a repeated credential.
    pub fn refuses(&self) -> bool {
        let client_error = self.answers().any(|(_, answer)| matches!(answer.status, Some(400..=499)));
        !self.meanings.is_empty()
            || !self.echoes.is_empty()
            || self.has_status(&[401, 403, 407, 429])
            || client_error && self.provider().is_some()
    }

    /// The file, or what stands for it, in which the refusal itself is told.
    pub fn said(&self) -> Option<&'p str> {
        match &self.exchanges.first()?.via {
            Via::Text(origin) => Some(&origin.place()?.path),
            Via::Probe | Via::Capture => None,
        }
    }

    /// Whether the program runs in one of these.
    pub fn involves(&self, any: &[Surrounding]) -> bool {
        any.iter().any(|surrounding| self.surroundings.contains(surrounding))
    }
}

impl<'p> Case<'p> {
    /// The refusal, where this case is the refusal itself.
    pub fn as_refusal(&self) -> Option<&Refusal<'p>> {
        self.refusal.as_deref().filter(|_| self.is_refusal)
    }

    /// The variable of a credential that the text of the refusal itself calls by its name, and where.
    pub fn named_in_refusal(&self) -> Option<(&'p Fact, &'p str)> {
        let said = self.as_refusal()?.said()?;
        self.project.facts.iter().find_map(|fact| match (&fact.seen, fact.origin.place()) {
            (Seen::Refers(name), Some(place)) if *place.path == *said && name_says_credential(name) => {
                Some((fact, name.as_str()))
            }
            _ => None,
        })
    }
}

/// Whether the wording may be this speaker's where it is known who was asked: a few words of another service are nobody's.
fn may_speak(meaning: &Meaning, asked: &[(&'static Provider, u8)]) -> bool {
    let speaker = meaning.speaker.provider();
    speaker.is_none_or(|own| meaning.span.len() >= 2 * LONG || asked.iter().any(|(other, _)| other.slug == own.slug))
}

/// The symptoms of the best meanings, those of every cause that they name.
fn symptoms(meanings: &[(&Exchange, Meaning)]) -> BTreeSet<Symptom> {
    let best = meanings.first().map_or(0, |(_, meaning)| meaning.weight);
    let near = meanings.iter().filter(|(_, meaning)| meaning.weight + NEAR >= best);
    let mut symptoms = BTreeSet::new();
    for (_, meaning) in near {
        symptoms.extend(meaning.answer.causes().filter_map(|cause| symptom::of(cause).first()));
    }
    symptoms
}

fn surroundings(stack: &[String]) -> BTreeSet<Surrounding> {
    let named = |words: &[&str]| {
        stack.iter().any(|word| words.iter().any(|known| word.replace('-', " ") == known.replace('-', " ")))
    };
    pasted::SURROUNDINGS.iter().filter(|(_, words)| named(words)).map(|(surrounding, _)| *surrounding).collect()
}

/// The services that the refusal may come from: by the address that was called, by addresses in the answer, by the
/// names of variables, by the shapes of keys, by name.
fn providers(project: &Project, registry: &Registry) -> Vec<(&'static Provider, u8)> {
    let mut found: BTreeMap<&'static str, (&'static Provider, u8)> = BTreeMap::new();
    let mut add = |provider: &'static Provider, surely: u8| {
        let entry = found.entry(provider.slug.as_str()).or_insert((provider, 0));
        entry.1 = if entry.1 == 0 { surely } else { entry.1.max(surely).saturating_add(5).min(100) };
    };
    if let Some(provider) = project.hints.provider.as_deref().and_then(|slug| registry.find(slug)) {
        add(provider, 100);
    }
    for exchange in &project.exchanges {
        if let Some(host) = pasted::host(&exchange.request.url) {
            // The one that names the host most exactly is meant first.
            let sure = std::iter::once(90).chain(std::iter::repeat(75));
            registry.all_of_host(&host).into_iter().zip(sure).for_each(|(provider, sure)| add(provider, sure));
        }
    }
    for fact in &project.facts {
        match &fact.seen {
            Seen::Mentions(mentions) => {
                let (own, page) = if mentions.in_refusal { (85, 60) } else { (55, 40) };
                let sure = std::iter::once(own).chain(std::iter::repeat(own - 15));
                let owners = registry.all_of_host(&mentions.host).into_iter();
                owners.zip(sure).for_each(|(provider, sure)| add(provider, sure));
                registry.of_page(&mentions.host).into_iter().for_each(|provider| add(provider, page));
            }
            Seen::Reads(reads) => registry.of_variable(&reads.name).into_iter().for_each(|provider| add(provider, 40)),
            Seen::Sets(sets) => registry.of_variable(&sets.name).into_iter().for_each(|provider| add(provider, 40)),
            _ => {}
        }
    }
    for intent in project.env_files.iter().flat_map(|file| &file.intents) {
        registry.of_variable(&intent.name).into_iter().for_each(|provider| add(provider, 40));
    }
    for provider in project.exchanges.iter().filter_map(body).flat_map(|body| registry.named_in(body)) {
        add(provider, 50);
    }
    for provider in project.hints.named.iter().filter_map(|slug| registry.find(slug)) {
        add(provider, 30);
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|(_, surely)| std::cmp::Reverse(*surely));
    found
}

fn body(exchange: &Exchange) -> Option<&str> {
    Some(&exchange.answer()?.body)
}
