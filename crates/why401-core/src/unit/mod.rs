//! Units: the folders of a project that load env files on their own account, and which loaders they use.

mod signs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::fact::{Fact, Loads, Package, Place, Seen};
use crate::loader::{Detect, Language, Loader};
use crate::project::{EnvFile, Load, Unit};
use crate::read::{folder_of, joined, name_of};

pub use self::signs::{Sign, may_hold, signs};

/// The units of a project. The root is always one; every folder with a manifest is another.
pub fn units(env_files: &[EnvFile], facts: &[Fact], signs: &[Sign], paths: &[Arc<str>]) -> Vec<Unit> {
    let mut folders: BTreeSet<Arc<str>> = BTreeSet::from([Arc::from("")]);
    for fact in facts {
        if let (Seen::Package(_), Some(place)) = (&fact.seen, fact.origin.place()) {
            folders.insert(folder_of(&place.path).into());
        }
    }
    let mut units: Vec<Unit> = folders.into_iter().map(|folder| Unit { folder, loads: Vec::new() }).collect();
    let owner = |path: &str, units: &[Unit]| {
        let inside = units.iter().enumerate().filter(|(_, unit)| unit.holds(path));
        inside.max_by_key(|(_, unit)| unit.folder.len()).map_or(0, |(index, _)| index)
    };
    let mut evidence: BTreeMap<usize, Evidence<'_>> = BTreeMap::new();
    for fact in facts {
        let Some(place) = fact.origin.place() else { continue };
        let here = evidence.entry(owner(&place.path, &units)).or_default();
        match &fact.seen {
            Seen::Package(package) => here.packages.push((package, place)),
            Seen::Loads(loads) => here.calls.push((loads, place)),
            _ => {}
        }
    }
    for sign in signs {
        evidence.entry(owner(&sign.place.path, &units)).or_default().signs.push(sign);
    }
    let telling: BTreeSet<&str> =
        Loader::all().iter().flat_map(|loader| &loader.detect).filter_map(|detect| detect.file.as_deref()).collect();
    for path in paths.iter().filter(|path| telling.contains(name_of(path))) {
        evidence.entry(owner(path, &units)).or_default().files.push(path);
    }
    let mut read: BTreeSet<usize> = BTreeSet::new();
    for (index, unit) in units.iter_mut().enumerate() {
        let nothing = Evidence::default();
        unit.loads = loads(&unit.folder, env_files, evidence.get(&index).unwrap_or(&nothing));
        read.extend(unit.loads.iter().flat_map(|load| load.files.iter().copied()));
    }
    // What nothing loads is read by itself by the most common dialect, so that it can be looked at all the same.
    if let Some(usual) = Loader::find("dotenv17") {
        for file in (0..env_files.len()).filter(|file| !read.contains(file)) {
            let index = owner(&env_files[file].path, &units);
            units[index].loads.push(Load::run(usual, "", env_files, vec![file], None));
        }
    }
    units
}

/// What may show that a loader is in use in one unit.
#[derive(Default)]
struct Evidence<'a> {
    packages: Vec<(&'a Package, &'a Place)>,
    /// Those whose name alone shows a loader.
    files: Vec<&'a Arc<str>>,
    calls: Vec<(&'a Loads, &'a Place)>,
    signs: Vec<&'a Sign>,
}

impl<'a> Evidence<'a> {
    /// Where the entry `index` of a loader's `detect` can be seen; `None` where it cannot.
    fn see(&self, loader: &'static Loader, index: usize, detect: &Detect) -> Option<Place> {
        let mut place = None;
        if let Some(name) = &detect.dependency {
            place = Some(self.package(loader.language, name, detect.major)?.1.clone());
        }
        if let Some(file) = &detect.file {
            let path = self.files.iter().find(|path| name_of(path) == file)?;
            place = place.or_else(|| Some(Place::line(path, 1)));
        }
        if detect.code.is_some() {
            let sign = self.signs.iter().find(|sign| std::ptr::eq(sign.loader, loader) && sign.detect == index)?;
            place = Some(sign.place.clone());
        }
        place
    }

    fn package(&self, language: Language, name: &str, major: Option<u32>) -> Option<(&'a Package, &'a Place)> {
        let fits = |package: &Package| {
            registries(language).contains(&package.registry)
                && package.name.eq_ignore_ascii_case(name)
                && major.is_none_or(|major| package.major.is_none_or(|seen| seen == major))
        };
        self.packages.iter().copied().find(|(package, _)| fits(package))
    }

    /// Of the versions of one loader the one that is in use: the one whose version a manifest names, or else the newest.
    fn version_of(&self, base: &str) -> Option<&'static Loader> {
        let versions: Vec<&'static Loader> =
            Loader::all().iter().filter(|loader| family(&loader.slug) == base).collect();
        let named = versions.iter().copied().find(|loader| {
            loader.detect.iter().filter(|detect| detect.major.is_some()).any(|detect| {
                let name = detect.dependency.as_deref().unwrap_or_default();
                self.package(loader.language, name, detect.major).is_some_and(|(package, _)| package.major.is_some())
            })
        });
        // Where no manifest decides, it is the newest of those that can be seen.
        let seen = |loader: &&&'static Loader| {
            loader.detect.iter().enumerate().any(|(index, detect)| self.see(loader, index, detect).is_some())
        };
        let newest = |loader: &&'static Loader| number(&loader.versions);
        named
            .or_else(|| versions.iter().filter(seen).copied().max_by_key(newest))
            .or_else(|| versions.iter().copied().max_by_key(newest))
    }
}

/// A loader's slug without the number of the version at its end.
fn family(slug: &str) -> &str {
    slug.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The first number in a text.
fn number(text: &str) -> u32 {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().unwrap_or_default()
}

fn registries(language: Language) -> &'static [&'static str] {
    match language {
        Language::Javascript => &["npm"],
        Language::Python => &["pypi"],
        Language::Ruby => &["rubygems"],
        Language::Php => &["packagist"],
        Language::Go => &["go"],
        Language::Rust => &["cargo"],
        Language::Tool | Language::Shell => &["npm", "pypi"],
    }
}

/// The loads of a unit: each loader in use, with the files that a call or command names, or with each of its modes.
fn loads(folder: &str, env_files: &[EnvFile], evidence: &Evidence<'_>) -> Vec<Load> {
    let mut loads = Vec::new();
    let calls: Vec<(&'static Loader, &Loads, &Place)> = evidence
        .calls
        .iter()
        .filter_map(|(call, place)| Some((evidence.version_of(family(&call.loader))?, *call, *place)))
        .collect();
    for loader in Loader::all() {
        if !evidence.version_of(family(&loader.slug)).is_some_and(|version| std::ptr::eq(version, loader)) {
            continue;
        }
        let entries = loader.detect.iter().enumerate();
        let seen: Vec<(usize, Place)> =
            entries.filter_map(|(index, detect)| Some((index, evidence.see(loader, index, detect)?))).collect();
        let own_calls: Vec<_> = calls.iter().filter(|(called, ..)| std::ptr::eq(*called, loader)).collect();
        let signs = evidence
            .signs
            .iter()
            .filter(|sign| std::ptr::eq(sign.loader, loader) && seen.iter().any(|(index, _)| *index == sign.detect));
        let mut named: Vec<(&[String], &Place)> =
            own_calls.iter().map(|(_, call, place)| (&*call.files, *place)).collect();
        named.extend(signs.map(|sign| (&*sign.files, &sign.place)));
        let mut done: BTreeSet<Vec<usize>> = BTreeSet::new();
        for (files, place) in &named {
            let order: Vec<usize> =
                files.iter().filter_map(|name| resolve(name, &place.path, folder, env_files)).collect();
            if !order.is_empty() && done.insert(order.clone()) {
                loads.push(Load::run(loader, "", env_files, order, Some((*place).clone())));
            }
        }
        // Named files that are not there (in a clone they often are not) still say that nothing else is read.
        let names_files = named.iter().any(|(files, _)| !files.is_empty());
        let place =
            named.first().map(|(_, place)| (*place).clone()).or_else(|| seen.first().map(|(_, place)| place.clone()));
        if let (Some(place), false) = (place, names_files) {
            for mode in &loader.files {
                let order: Vec<usize> =
                    mode.order.iter().filter_map(|name| position(&joined(folder, name), env_files)).collect();
                if !order.is_empty() {
                    // A loader with one mode has nothing to choose.
                    let when = if loader.files.len() > 1 { mode.when.as_str() } else { "" };
                    loads.push(Load::run(loader, when, env_files, order, Some(place.clone())));
                }
            }
        }
    }
    loads
}

/// The env file that `name` means in the file `from` of the unit in `folder`: relative to that file, to the unit, or to
/// the project.
fn resolve(name: &str, from: &str, folder: &str, env_files: &[EnvFile]) -> Option<usize> {
    let relative = [folder_of(from), folder, ""].iter().find_map(|base| position(&joined(base, name), env_files));
    // A path of the server, `/etc/app/app.env`: the file of that name in the project is what is put there.
    let copy = || {
        let here =
            |file: &&EnvFile| file.name() == name_of(name) && Unit::is_in(folder, &file.path) && !file.is_template();
        let mut copies = env_files.iter().enumerate().filter(|(_, file)| here(file));
        let only = copies.next().map(|(index, _)| index);
        only.filter(|_| copies.next().is_none())
    };
    relative.or_else(|| if name.starts_with('/') { copy() } else { None })
}

fn position(path: &str, env_files: &[EnvFile]) -> Option<usize> {
    env_files.iter().position(|file| *file.path == *path)
}

/// Whether a file of this name is an env file: `.env`, `.env.local`, `prod.env`, `.flaskenv`, `.dev.vars`, `.envrc`.
pub fn is_env_file(name: &str) -> bool {
    // Few names get past this, and each of a large tree comes here.
    if memchr::memchr2(b'v', b'V', name.as_bytes()).is_none() {
        return false;
    }
    let word = |word: &[u8]| name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if !word(b"env") && !word(b".vars") {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    let code = [
        ".js", ".ts", ".mjs", ".cjs", ".py", ".rb", ".php", ".go", ".rs", ".json", ".yml", ".yaml", ".toml", ".md",
        ".d.ts", ".vault", ".keys",
    ];
    let named = lower == ".env"
        || lower.starts_with(".env.")
        || (lower.ends_with(".env") && lower.len() > 4)
        || [".flaskenv", ".envrc", ".dev.vars", "env.list"].contains(&lower.as_str())
        || lower.starts_with(".dev.vars.");
    named && !code.iter().any(|ending| lower.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::is_env_file;

    #[test]
    fn names_of_env_files() {
        for name in
            [".env", ".env.local", ".env.production.local", "prod.env", ".flaskenv", ".dev.vars", ".env.example"]
        {
            assert!(is_env_file(name), "{name}");
        }
        for name in ["env", "environment.ts", "env.d.ts", ".env.js", ".environment", "dotenv", ".env.vault", "env.py"] {
            assert!(!is_env_file(name), "{name}");
        }
    }
}
