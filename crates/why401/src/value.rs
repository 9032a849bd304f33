//! `--explain-value`: what each loader in use makes of one variable, by shape; which file wins, and who loses.

use std::fmt::Write;
use std::path::Path;

use serde_json::json;
use why401_core::project::{Load, Project, Unit};
use why401_core::provider::Registry;

use crate::collect;
use crate::world::Error;

/// The answer as text or as JSON.
pub fn explain(root: &Path, registry: &Registry, name: &str, as_json: bool) -> Result<String, Error> {
    let project = collect::project(root, registry);
    let rows: Vec<Row> = project.units.iter().flat_map(|unit| rows(&project, unit, name)).collect();
    let shell = project.process.get(name).map(|value| value.shape().to_string());
    if rows.is_empty() && shell.is_none() {
        return Err(Error::new(format!("no env file sets {name}, and this shell does not either"))
            .hint("`why401 check -v` lists the credentials that were found"));
    }
    if as_json {
        let loads: Vec<_> = rows.iter().map(Row::json).collect();
        let document =
            json!({ "schema": "why401/1", "command": "check", "variable": name, "loads": loads, "shell": shell });
        return Ok(format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default()));
    }
    let mut text = format!("{name}\n");
    for row in &rows {
        let _ = writeln!(text, "  {}: {}", row.loader, row.shape);
        for (index, place) in row.places.iter().enumerate() {
            let _ = writeln!(text, "    {} {place}", if index == 0 { "from" } else { "over" });
        }
        if let Some(shell) = shell.as_ref().filter(|_| row.process_wins) {
            let _ = writeln!(text, "    but this shell has it ({shell}), and the shell wins");
        }
    }
    if let (true, Some(shell)) = (rows.is_empty(), shell) {
        let _ = writeln!(text, "  this shell: {shell}");
    }
    Ok(text)
}

/// What one load makes of the variable.
struct Row {
    loader: String,
    shape: String,
    /// The place that wins, then those that lose.
    places: Vec<String>,
    process_wins: bool,
}

impl Row {
    fn json(&self) -> serde_json::Value {
        json!({
            "loader": self.loader,
            "shape": self.shape,
            "from": self.places.first(),
            "over": self.places.get(1..).unwrap_or_default(),
            "shell_wins": self.process_wins,
        })
    }
}

fn rows(project: &Project, unit: &Unit, name: &str) -> Vec<Row> {
    unit.loads.iter().filter_map(|load| row(project, load, name)).collect()
}

fn row(project: &Project, load: &Load, name: &str) -> Option<Row> {
    let winner = load.loaded.values.get(name).and_then(|visible| visible.from);
    let assignments = load.loaded.assignments.iter().enumerate().filter(|(_, assignment)| assignment.name == name);
    let (won, mut lost): (Vec<_>, Vec<_>) = assignments.partition(|(index, _)| Some(*index) == winner);
    // Loaders read the winner first or last; who stands next to it would win without it.
    lost.sort_by_key(|(index, _)| winner.map_or(0, |winner| index.abs_diff(winner)));
    let place = |(_, assignment): &(usize, &why401_core::loader::Assignment)| {
        let file = project.env_files.get(*load.files.get(assignment.file)?)?;
        Some(format!("{}:{}", file.path, assignment.line))
    };
    let places: Vec<String> = won.iter().chain(&lost).filter_map(place).collect();
    let shape = match won.first() {
        Some((_, assignment)) => assignment.value.shape().to_string(),
        None if places.is_empty() => return None,
        None => "not set".to_owned(),
    };
    let assumed = if load.seen.is_some() { "" } else { ", as most loaders read it; none is in use here" };
    let when = if load.when.is_empty() { String::new() } else { format!(" ({})", load.when) };
    let process_wins = project.process.get(name).is_some_and(|value| match load.loader.process {
        why401_core::loader::Process::Wins => true,
        why401_core::loader::Process::WinsUnlessEmpty => !value.is_empty(),
        why401_core::loader::Process::Loses => false,
    });
    Some(Row { loader: format!("{}{when}{assumed}", load.loader.name), shape, places, process_wins })
}
