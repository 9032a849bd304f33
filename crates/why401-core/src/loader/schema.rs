//! The schema of `loaders/*.toml`: which env files a program reads, in which order, in which dialect, and what wins.
//! Data only; also read by `build.rs`.

use serde::{Deserialize, Serialize};

/// One way of bringing env files into a process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loader {
    /// Stable identifier and file name, such as `python-dotenv`.
    pub slug: String,
    /// The name its users say.
    pub name: String,
    /// Versions whose behaviour was measured.
    pub versions: String,
    /// Language or tool it belongs to.
    pub language: Language,
    /// How a file is read: the name of a dialect in `read/dotenv`.
    pub dialect: String,
    /// Where the program sees the value.
    pub view: View,
    /// Whether it hands the variables to a program that it starts, and does no more.
    #[serde(default)]
    pub starts: bool,
    /// Who wins when the process already has the name.
    pub process: Process,
    /// Which files it reads by itself; empty where the file is always named.
    #[serde(default)]
    pub files: Vec<Mode>,
    /// What happens when several files set a name, where files are named one by one.
    #[serde(default)]
    pub several: Several,
    /// Where it looks for its file.
    #[serde(default)]
    pub search: Search,
    /// Names that reach a browser bundle begin so.
    #[serde(default)]
    pub public_prefix: Vec<String>,
    /// How its use in a project is recognised.
    #[serde(default)]
    pub detect: Vec<Detect>,
    /// What its users stumble over.
    #[serde(default)]
    pub trap: Vec<String>,
    /// Its documentation.
    pub source: String,
    /// Files and what the real loader made of them.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// Language or tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// JavaScript and TypeScript.
    Javascript,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Containers, services, build tools.
    Tool,
    /// A shell.
    Shell,
}

/// Where the program sees the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// In the environment of the process, beside what was there before.
    Environment,
    /// In an object that the loader returns; the process's own variables are looked up too.
    Object,
}

/// Who wins when the process already has the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// The process, even where it is set to the empty string.
    Wins,
    /// The process, unless it is set to the empty string.
    WinsUnlessEmpty,
    /// The file.
    Loses,
}

/// What happens when several named files set a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Several {
    /// The first file that sets it wins.
    FirstWins,
    /// The last file that sets it wins.
    LastWins,
    /// Only the last file is read.
    OnlyLast,
    /// Only the first file that exists is read.
    OnlyFirst,
    /// It takes one file.
    #[default]
    One,
}

/// Where a loader looks for its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    /// In one folder, the working directory or the project's root.
    #[default]
    Folder,
    /// Upward from the working directory.
    UpFromWorkingDirectory,
    /// Upward from the folder of the calling source file.
    UpFromCaller,
}

/// The files of one mode.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mode {
    /// How the mode is chosen: `NODE_ENV=test`, `next dev`, `vite --mode staging`.
    pub when: String,
    /// The mode's name; empty where the loader knows no modes.
    #[serde(default)]
    pub mode: String,
    /// File names, the one that wins first.
    pub order: Vec<String>,
}

/// One sign that a project uses the loader. All set fields must hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// A package in a manifest or lock file of the loader's language.
    #[serde(default)]
    pub dependency: Option<String>,
    /// The package's major version, where it decides.
    #[serde(default)]
    pub major: Option<u32>,
    /// A file that stands in the project, by its name.
    #[serde(default)]
    pub file: Option<String>,
    /// A regular expression over source code, scripts and commands.
    #[serde(default)]
    pub code: Option<String>,
}

/// A file, the process before, and what the real loader made of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The file's text.
    pub file: String,
    /// Variables of the process before the load.
    #[serde(default)]
    pub process: std::collections::BTreeMap<String, String>,
    /// Values afterwards.
    #[serde(default)]
    pub gives: std::collections::BTreeMap<String, String>,
    /// Names that are not set afterwards.
    #[serde(default)]
    pub unset: Vec<String>,
    /// Whether the loader refuses the file.
    #[serde(default)]
    pub fails: bool,
}
