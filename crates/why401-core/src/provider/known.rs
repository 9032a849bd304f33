//! Known: every known answer of every service and family, and which of them a text can hold.

use std::sync::OnceLock;

use super::texts::Texts;
use super::wording::Speaker;
use super::{Answer, Family, Provider, Within};
use crate::expression::Regex;

/// Every known answer, found by the texts that it requires.
pub(super) struct Known {
    /// The answers, in the order of their files.
    pub(super) entries: Vec<Entry>,
    texts: Texts<'static>,
    /// For each set of texts the entry that requires one of it.
    entry_of_set: Vec<usize>,
    /// Entries that a header or the status may show.
    open: Vec<usize>,
}

/// One of them.
pub(super) struct Entry {
    /// Who says so.
    pub(super) speaker: Speaker,
    /// The answer.
    pub(super) answer: &'static Answer,
    /// How many sets of texts it requires.
    sets: usize,
    /// Its expression, built when a text has all that it requires.
    pub(super) pattern: OnceLock<Option<Regex>>,
    /// Its text as it is compared.
    pub(super) plain: OnceLock<String>,
}

/// Every known answer of every service and family.
pub(super) fn known_answers() -> &'static Known {
    static ALL: OnceLock<Known> = OnceLock::new();
    ALL.get_or_init(|| {
        let bytes: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/wordings.bin"));
        let (texts, entry_of_set): (Texts<'static>, Vec<usize>) = postcard::from_bytes(bytes).unwrap_or_default();
        let providers = Provider::all().into_iter().map(|provider| (Speaker::Provider(provider), &provider.answer));
        let families = Family::all().iter().map(|family| (Speaker::Family(family), &family.answer));
        let answers = providers.chain(families).flat_map(|(speaker, all)| all.iter().map(move |one| (speaker, one)));
        let entry =
            |(speaker, answer)| Entry { speaker, answer, sets: 0, pattern: OnceLock::new(), plain: OnceLock::new() };
        let mut entries: Vec<Entry> = answers.map(entry).collect();
        for entry in &entry_of_set {
            if let Some(entry) = entries.get_mut(*entry) {
                entry.sets += 1;
            }
        }
        let is_open = |entry: &Entry| matches!(entry.answer.within, Within::Header(_) | Within::Status);
        let open = entries.iter().enumerate().filter(|(_, entry)| is_open(entry)).map(|(place, _)| place).collect();
        Known { entries, texts, entry_of_set, open }
    })
}

impl Known {
    /// The entries, in their order, all of whose texts stand in one of these or the other, and those of which no text
    /// decides.
    pub(super) fn required_by(&self, texts: [&str; 2], open: impl Fn(&Entry) -> bool) -> Vec<&Entry> {
        let mut sets = Vec::new();
        for text in texts {
            self.texts.each_in(text, |set| sets.push(set as usize));
        }
        sets.sort_unstable();
        sets.dedup();
        // Sets stand in the order of their entries.
        let entries: Vec<usize> = sets.iter().filter_map(|set| self.entry_of_set.get(*set).copied()).collect();
        let same = entries.chunk_by(|a, b| a == b).map(|same| (same[0], same.len()));
        let full = same.filter(|(entry, sets)| self.entries.get(*entry).is_some_and(|entry| entry.sets == *sets));
        let mut found: Vec<usize> = full.map(|(entry, _)| entry).collect();
        found.extend(self.open.iter().copied().filter(|entry| self.entries.get(*entry).is_some_and(&open)));
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|entry| self.entries.get(entry)).collect()
    }
}
