//! A paste: what a person hands over of a refusal, read as if it were a project of a few files.
//!
//! ```
//! use why401_core::case::Case;
//! use why401_core::diagnosis::diagnose;
//! use why401_core::paste::{Paste, Text, read};
//! use why401_core::provider::Registry;
//!
//! let error = "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: undefined.'}}";
//! let error = Text { name: "error.log".into(), bytes: error.into() };
//! let registry = Registry::new(Vec::new());
//! let read = read(&Paste { refusals: vec![error], ..Paste::default() }, &registry);
//! let diagnosis = diagnose("explain", &Case::all(&read.project, &registry));
//! assert_eq!(diagnosis.causes[0].cause.slug, "key/missing");
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fact::{Fact, Origin, Package, Place, Seen};
use crate::project::{EnvFile, Hints, Project};
use crate::provider::Registry;
use crate::read::{self, pasted};
use crate::secret::Secret;
use crate::unit::{self, Sign, is_env_file};

/// A text with its name.
pub struct Text {
    /// The file's name, or `-`.
    pub name: Arc<str>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a person hands over.
#[derive(Default)]
pub struct Paste {
    /// The refusal: an error, a log, an answer.
    pub refusals: Vec<Text>,
    /// Configuration and code beside it.
    pub context: Vec<Text>,
    /// Words for the stack.
    pub stack: Vec<String>,
    /// The service's slug.
    pub provider: Option<String>,
}

/// A paste as it was read.
pub struct Read {
    /// What can be judged.
    pub project: Project,
    /// The text behind each path that a fact names, and the file that it stands in.
    pub texts: BTreeMap<Arc<str>, Source>,
}

/// Where a text comes from.
pub struct Source {
    /// The file as the person named it.
    pub name: Arc<str>,
    /// The text with its lines where they stand in that file.
    pub text: String,
}

/// Brings together what can be judged.
pub fn read(paste: &Paste, registry: &Registry) -> Read {
    let mut found = Found { project: Project { is_excerpt: true, ..Project::default() }, ..Found::default() };
    for text in &paste.refusals {
        let cleaned = pasted::clean(&text.bytes);
        let read = pasted::read(&text.name, &cleaned);
        found.project.exchanges.extend(read.exchanges);
        found.project.facts.extend(read.facts.into_iter().map(of_refusal));
        found.pieces(&text.name, &cleaned);
    }
    let mut named = Vec::new();
    for text in &paste.context {
        let cleaned = pasted::clean(&text.bytes);
        named.extend(registry.named_in(&cleaned));
        let beside = pasted::beside(&text.name, &cleaned);
        found.project.exchanges.extend(beside.exchanges);
        let first = found.project.facts.len();
        found.project.facts.extend(beside.facts);
        found.context(&text.name, &cleaned);
        let loose = pasted::loose(&text.name, &cleaned, &found.project.facts[first..]);
        found.project.facts.extend(loose);
    }
    named.extend(registry.named_in(&paste.stack.join(" ")));
    found.stack(&paste.stack);
    let Found { mut project, signs, paths, texts } = found;
    project.hints = Hints {
        stack: paste.stack.iter().map(|word| word.trim().to_ascii_lowercase()).collect(),
        provider: paste.provider.clone(),
        has_context: !paste.context.is_empty(),
        named: named.into_iter().map(|provider| provider.slug.clone()).collect(),
        arrives: None,
        secrets: Vec::new(),
        now: None,
        has_controls: false,
    };
    project.units = unit::units(&project.env_files, &project.facts, &signs, &paths);
    Read { project, texts }
}

#[derive(Default)]
struct Found {
    project: Project,
    signs: Vec<Sign>,
    paths: Vec<Arc<str>>,
    texts: BTreeMap<Arc<str>, Source>,
}

impl Found {
    /// A file whose name says what it is, or else whatever pieces it holds.
    fn context(&mut self, name: &Arc<str>, text: &str) {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if is_env_file(file) || !read::readers_of(name).is_empty() && !file.ends_with(".md") {
            self.file(name, name, text);
        } else {
            self.pieces(name, text);
        }
    }

    fn pieces(&mut self, name: &Arc<str>, text: &str) {
        self.texts.insert(name.clone(), Source { name: name.clone(), text: text.to_owned() });
        for piece in pasted::pieces(text) {
            // Two pastes may hold a file of the same name.
            let taken = self.texts.contains_key(piece.name.as_str());
            let path = if taken { format!("{}/{}", name.trim_start_matches('-'), piece.name) } else { piece.name };
            self.file(&path.into(), name, &piece.text);
        }
    }

    fn file(&mut self, path: &Arc<str>, name: &Arc<str>, text: &str) {
        self.texts.insert(path.clone(), Source { name: name.clone(), text: text.to_owned() });
        let file = path.rsplit('/').next().unwrap_or(path);
        self.paths.push(path.clone());
        if is_env_file(file) {
            self.project.env_files.push(EnvFile::new(path.clone(), Secret::new(text.as_bytes())));
        } else {
            self.project.facts.extend(read::facts(path, text));
            self.signs.extend(unit::signs(path, text));
        }
    }

    /// Packages that the words for the stack mean.
    fn stack(&mut self, words: &[String]) {
        for word in words {
            let name = word.trim().to_ascii_lowercase();
            let (registry, package) = match name.as_str() {
                "nextjs" | "next.js" | "next" => ("npm", "next"),
                "vite" | "sveltekit" | "astro" => ("npm", "vite"),
                "cra" | "create-react-app" => ("npm", "react-scripts"),
                "react" if !words.iter().any(|word| BUNDLERS.contains(&word.trim())) => ("npm", "react-scripts"),
                "dotenv" => ("npm", "dotenv"),
                "python-dotenv" => ("pypi", "python-dotenv"),
                "rails" => ("rubygems", "dotenv-rails"),
                "laravel" => ("packagist", "laravel/framework"),
                "symfony" => ("packagist", "symfony/dotenv"),
                "expo" => ("npm", "expo"),
                "pydantic" | "pydantic-settings" => ("pypi", "pydantic-settings"),
                _ => continue,
            };
            let seen = Seen::Package(Package { registry, name: package.to_owned(), major: None });
            let place = Place::line(&Arc::from("--stack"), 1);
            self.project.facts.push(Fact { origin: Origin::File(place), span: 0..0, seen });
        }
    }
}

/// What else may build a program in React; where none is named it is mostly Create React App.
const BUNDLERS: &[&str] = &[
    "vite",
    "next",
    "nextjs",
    "next.js",
    "webpack",
    "remix",
    "gatsby",
    "expo",
    "react-native",
    "parcel",
    "electron",
    "nx",
    "astro",
];

fn of_refusal(mut fact: Fact) -> Fact {
    if let Seen::Mentions(mentions) = &mut fact.seen {
        mentions.in_refusal = true;
    }
    fact
}
