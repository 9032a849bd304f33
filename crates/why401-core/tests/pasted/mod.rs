//! A paste as `why401 explain` reads it, without a process of its own.

use why401_core::case::Case;
use why401_core::cause::Standing;
use why401_core::diagnosis;
use why401_core::fact::Seen;
use why401_core::loader::Loader;
use why401_core::project::{EnvFile, Load, Project, Unit};
use why401_core::provider::Registry;
use why401_core::read::{self, pasted};
use why401_core::secret::Secret;

/// The causes that `why401 explain` names for a paste, best first.
pub fn causes(text: &str, registry: &Registry) -> Vec<(&'static str, Standing, i32)> {
    let path = "-".into();
    let cleaned = pasted::clean(text.as_bytes());
    let read = pasted::read(&path, &cleaned);
    let mut project = Project { is_excerpt: true, exchanges: read.exchanges, facts: read.facts, ..Project::default() };
    for fact in &mut project.facts {
        if let Seen::Mentions(mentions) = &mut fact.seen {
            mentions.in_refusal = true;
        }
    }
    for piece in pasted::pieces(&cleaned) {
        if piece.name.contains(".env") {
            project.env_files.push(EnvFile::new(piece.name.into(), Secret::new(piece.text.as_bytes())));
        } else {
            project.facts.extend(read::facts(&piece.name.into(), &piece.text));
        }
    }
    let files = (0..project.env_files.len()).collect();
    let usual = Loader::find("dotenv17").unwrap();
    let loads = vec![Load::run(usual, "", &project.env_files, files, None)];
    project.units = vec![Unit { folder: "".into(), loads }];
    let diagnosis = diagnosis::diagnose("explain", &Case::all(&project, registry));
    diagnosis.causes.iter().map(|named| (named.cause.slug, named.finding.standing, named.finding.weight)).collect()
}
