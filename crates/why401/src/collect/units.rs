//! Units: the folders of a project that load env files on their own account, and which loaders they use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use why401_core::fact::{Fact, Package, Place, Seen};
use why401_core::loader::{Detect, Language, Loader};
use why401_core::project::{EnvFile, Load, Unit};

/// The units of a project. The root is always one; every folder with a manifest is another.
pub(super) fn units(env_files: &[EnvFile], facts: &[Fact], paths: &[Arc<str>]) -> Vec<Unit> {
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
    let mut evidence: BTreeMap<usize, Seenables<'_>> = BTreeMap::new();
    for fact in facts {
        let Some(place) = fact.origin.place() else { continue };
        let here = evidence.entry(owner(&place.path, &units)).or_default();
        match &fact.seen {
            Seen::Package(package) => here.packages.push((package, place)),
            Seen::Loads(loads) => here.calls.push((&loads.loader, &loads.files, place)),
            _ => {}
        }
    }
    for path in paths {
        evidence.entry(owner(path, &units)).or_default().files.push(path);
    }
    let owners: Vec<usize> = env_files.iter().map(|file| owner(&file.path, &units)).collect();
    for (index, unit) in units.iter_mut().enumerate() {
        let files: Vec<usize> = (0..env_files.len()).filter(|&file| owners[file] == index).collect();
        let nothing = Seenables::default();
        unit.loads = loads(unit, env_files, &files, evidence.get(&index).unwrap_or(&nothing));
    }
    units
}

/// What may show that a loader is in use.
#[derive(Default)]
struct Seenables<'a> {
    packages: Vec<(&'a Package, &'a Place)>,
    files: Vec<&'a Arc<str>>,
    calls: Vec<(&'a String, &'a Vec<String>, &'a Place)>,
}

impl Seenables<'_> {
    /// Where `detect` can be seen; `None` where it cannot.
    fn see(&self, language: Language, detect: &Detect) -> Option<Place> {
        let mut place = None;
        if let Some(name) = &detect.dependency {
            let fits = |package: &Package| {
                registries(language).contains(&package.registry)
                    && package.name == *name
                    && detect.major.is_none_or(|major| package.major.is_none_or(|seen| seen == major))
            };
            place = Some(self.packages.iter().find(|(package, _)| fits(package))?.1.clone());
        }
        if let Some(file) = &detect.file {
            let path = self.files.iter().find(|path| name_of(path) == file)?;
            place = place.or_else(|| Some(Place::line(path, 1)));
        }
        place
    }
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

/// The loads of a unit: each loader in use with each of its modes. Where none is in use, each file is read by itself by
/// the most common dialect, so that what is written can be looked at all the same.
fn loads(unit: &Unit, env_files: &[EnvFile], files: &[usize], evidence: &Seenables<'_>) -> Vec<Load> {
    let mut loads = Vec::new();
    for loader in Loader::all() {
        let Some(seen) = loader.detect.iter().find_map(|detect| evidence.see(loader.language, detect)) else {
            continue;
        };
        for mode in &loader.files {
            let order: Vec<usize> =
                mode.order.iter().filter_map(|name| in_folder(unit, env_files, files, name)).collect();
            if !order.is_empty() {
                loads.push(Load::run(loader, &mode.when, env_files, order, Some(seen.clone())));
            }
        }
    }
    for (slug, named, place) in &evidence.calls {
        let Some(loader) = Loader::find(slug) else { continue };
        let order: Vec<usize> = named.iter().filter_map(|name| in_folder(unit, env_files, files, name)).collect();
        if !order.is_empty() {
            loads.push(Load::run(loader, "", env_files, order, Some((*place).clone())));
        }
    }
    let read: BTreeSet<usize> = loads.iter().flat_map(|load| load.files.iter().copied()).collect();
    if let Some(usual) = Loader::find("dotenv17") {
        let unread = files.iter().filter(|file| !read.contains(file));
        loads.extend(unread.map(|&file| Load::run(usual, "", env_files, vec![file], None)));
    }
    loads
}

fn in_folder(unit: &Unit, env_files: &[EnvFile], files: &[usize], name: &str) -> Option<usize> {
    let name = name.trim_start_matches("./");
    let path = if unit.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", unit.folder) };
    files.iter().copied().find(|&file| *env_files[file].path == *path)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
