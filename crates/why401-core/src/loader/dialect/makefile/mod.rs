//! GNU make's `include .env` with `export`: the file is a makefile, its variables reach the recipes.
//!
//! Values are expanded when a recipe starts, quotes are plain characters, `#` begins a comment anywhere. What needs
//! make's conditionals, functions or further files is not followed, and says so.

mod expand;
mod lines;

use std::collections::BTreeMap;

use super::super::{Assignment, Environment, Failure, File, Loaded, Loader, Process, Visible};
use super::named::{Lines, note, open};
use super::{Dialect, overlay};
use crate::secret::Secret;
use expand::{Expander, Moment};
use lines::{Definition, Flavor, Placed};

pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "make", load }];

/// A variable as make keeps it.
struct Variable {
    text: Vec<u8>,
    /// Expanded at each use, not once when it was set.
    recursive: bool,
    /// Set by a makefile, not by the process.
    from_file: bool,
    /// Only another `override` sets it again.
    overrides: bool,
    /// What `export NAME` or `unexport NAME` said.
    export: Option<bool>,
    /// The assignment that it comes from.
    index: Option<usize>,
}

type Variables = BTreeMap<Vec<u8>, Variable>;

/// Words that begin a line which only make itself can follow.
const DIRECTIVES: &[&str] = &[
    "define", "endef", "ifdef", "ifndef", "ifeq", "ifneq", "else", "endif", "include", "-include", "sinclude", "load",
    "-load", "vpath", "private", "undefine",
];

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut reading = Reading { variables: Variables::new(), loaded: Loaded::default(), in_rule: false };
    for (name, value) in process {
        let text = value.expose().to_vec();
        let variable =
            Variable { text, recursive: true, from_file: false, overrides: false, export: None, index: None };
        reading.variables.insert(name.clone().into_bytes(), variable);
    }
    let read = files.iter().enumerate().try_for_each(|(index, file)| {
        let bytes = open(index, file)?;
        let lines = Lines::new(bytes);
        lines::logical(bytes).into_iter().try_for_each(|line| {
            let number = lines.of(line.first().map_or(0, |(_, at)| *at));
            let within = lines.of(line.last().map_or(0, |(_, at)| *at));
            let source = Source { file: index, lines: &lines, number, last: within };
            reading.line(&source, line).map_err(|why| note(index, Some(number), why))
        })
    });
    let done = read.and_then(|()| reading.export(process));
    let mut loaded = reading.loaded;
    match done {
        Ok(values) => loaded.values = values,
        Err(failure) => {
            loaded.failure = Some(failure);
            loaded.values = overlay(process, &[], loader.process);
        }
    }
    loaded
}

struct Source<'a> {
    file: usize,
    lines: &'a Lines,
    number: u32,
    last: u32,
}

struct Reading {
    variables: Variables,
    loaded: Loaded,
    /// A line that begins with a tab belongs to a rule's recipe.
    in_rule: bool,
}

impl Reading {
    fn line(&mut self, source: &Source<'_>, line: Vec<Placed>) -> Result<(), String> {
        let tab = line.first().is_some_and(|(c, _)| *c == b'\t');
        if tab && self.in_rule {
            return Ok(());
        }
        let line = lines::without_comment(lines::collapse(line));
        let mut rest = lines::skip_blanks(&line);
        let (mut export, mut overrides) = (false, false);
        let definition = loop {
            if let Some(definition) = lines::definition(rest) {
                break Some(definition);
            }
            let (word, after) = lines::word(rest);
            match word.as_slice() {
                b"export" => export = true,
                b"override" => overrides = true,
                _ => break None,
            }
            rest = lines::skip_blanks(after);
        };
        if let Some(definition) = definition {
            self.in_rule = false;
            return self.define(source, &definition, export, overrides);
        }
        let rest = lines::skip_blanks(&line);
        let (word, after) = lines::word(rest);
        match word.as_slice() {
            b"" => Ok(()),
            b"export" | b"unexport" => self.mark(&lines::text(after), word == b"export"),
            word if DIRECTIVES.iter().any(|known| known.as_bytes() == word) => {
                Err("not followed: a directive of make".into())
            }
            _ if tab => Err("a line that begins with a tab is a recipe, and no rule stands before it".into()),
            _ => self.rule(rest),
        }
    }

    fn mark(&mut self, names: &[u8], export: bool) -> Result<(), String> {
        self.in_rule = false;
        let names = self.expander(Moment::Reading).expand(names)?;
        for name in names.split(|c| lines::is_space(*c)).filter(|name| !name.is_empty()) {
            let variable = self.variables.entry(name.to_vec()).or_insert_with(|| Variable {
                text: Vec::new(),
                recursive: false,
                from_file: true,
                overrides: false,
                export: None,
                index: None,
            });
            variable.export = Some(export);
        }
        Ok(())
    }

    /// `target: prerequisite` or `target: NAME = value`. It sets nothing for all; anything else is an error.
    fn rule(&mut self, line: &[Placed]) -> Result<(), String> {
        let (before_recipe, _) = lines::split_at(line, b';').unwrap_or((line, &[]));
        let Some((targets, after)) = lines::split_at(before_recipe, b':') else {
            let text = self.expander(Moment::Reading).expand(&lines::text(before_recipe))?;
            self.in_rule = text.contains(&b':');
            let nothing = !before_recipe.is_empty() && text.iter().all(|c| lines::is_space(*c));
            return match nothing || self.in_rule {
                true => Ok(()),
                false => Err("make finds no separator in this line".into()),
            };
        };
        self.in_rule = true;
        if targets.is_empty() {
            return Ok(());
        }
        self.expander(Moment::Reading).expand(&lines::text(targets))?;
        let after = after.strip_prefix(&[(b':', after.first().map_or(0, |(_, at)| *at))]).unwrap_or(after);
        if let Some(definition) = lines::definition(lines::skip_blanks(after)) {
            // A variable of a target opens no recipe.
            self.in_rule = false;
            return match definition.name.as_slice() {
                [] => Err("there is no variable name before =".into()),
                _ => Ok(()),
            };
        }
        let after = self.expander(Moment::Reading).expand(&lines::text(after))?;
        if memchr::memchr(b':', &after).is_some_and(|colon| !after[..colon].contains(&b'%')) {
            return Err("make takes this line for a pattern rule without %".into());
        }
        Ok(())
    }

    fn define(
        &mut self,
        source: &Source<'_>,
        definition: &Definition<'_>,
        export: bool,
        overrides: bool,
    ) -> Result<(), String> {
        let name = self.expander(Moment::Reading).expand(&definition.name)?;
        if name.is_empty() {
            return Err("there is no variable name before =".into());
        }
        let mut text = lines::text(definition.value);
        let known = self.variables.get(&name);
        let mut recursive = true;
        let mut skipped = known.is_some_and(|known| known.overrides && !overrides);
        match definition.flavor {
            Flavor::Recursive => {}
            Flavor::Simple => (text, recursive) = (self.expander(Moment::Reading).expand(&text)?, false),
            Flavor::Conditional => skipped |= known.is_some() || expand::is_own(&name),
            Flavor::Append => {
                if let Some(known) = known {
                    recursive = known.recursive;
                    let more = if recursive { text } else { self.expander(Moment::Reading).expand(&text)? };
                    text = known.text.clone();
                    if !text.is_empty() && !more.is_empty() {
                        text.push(b' ');
                    }
                    text.extend(more);
                    expand::within_limit(&text)?;
                }
            }
            Flavor::Shell => {
                let why = "the command after != was not run: the value is taken as empty";
                self.loaded.warnings.push(note(source.file, Some(source.number), why));
                (text, recursive) = (Vec::new(), false);
            }
        }
        let index = self.loaded.assignments.len();
        let start = definition.value.first().map_or(definition.at, |(_, at)| *at);
        let end = definition.value.last().map_or(start, |(_, at)| at + 1);
        self.loaded.assignments.push(Assignment {
            file: source.file,
            name: String::from_utf8_lossy(&name).into_owned(),
            value: Secret::new(text.clone()),
            line: source.lines.of(definition.name_at).clamp(source.number, source.last),
            span: start..end,
        });
        let said = self.variables.get(&name).and_then(|known| known.export).or(export.then_some(true));
        if skipped {
            if let Some(known) = self.variables.get_mut(&name) {
                known.export = said;
            }
        } else {
            let export = if export { Some(true) } else { said };
            self.variables
                .insert(name, Variable { text, recursive, from_file: true, overrides, export, index: Some(index) });
        }
        Ok(())
    }

    fn expander(&self, moment: Moment) -> Expander<'_> {
        Expander::new(&self.variables, moment)
    }

    /// The environment of a recipe.
    fn export(&mut self, process: &Environment) -> Result<BTreeMap<String, Visible>, Failure> {
        let mut values = overlay(process, &[], Process::Wins);
        let mut expander = Expander::new(&self.variables, Moment::Recipe);
        for (name, variable) in self.variables.iter().filter(|(_, variable)| variable.from_file) {
            let place = variable.index.and_then(|index| self.loaded.assignments.get(index));
            let (file, line) = place.map_or((0, None), |place| (place.file, Some(place.line)));
            let name = String::from_utf8_lossy(name).into_owned();
            let named = is_exportable(name.as_bytes());
            if variable.export == Some(false) || (variable.export.is_none() && !named) {
                values.remove(&name);
                if !named {
                    let why = "make does not export a name that is not made of letters, digits and _";
                    self.loaded.warnings.push(note(file, line, why));
                }
                continue;
            }
            let value = if variable.recursive { expander.expand(&variable.text) } else { Ok(variable.text.clone()) };
            let mut value = value.map_err(|why| note(file, line, why))?;
            // `export A=1 B=2` in a place where it is no assignment makes a variable called `B=2`.
            if let Some((visible, rest)) = name.split_once('=') {
                value.splice(..0, [rest.as_bytes(), b"="].concat());
                let value = Secret::new(value);
                values.entry(visible.to_owned()).or_insert(Visible { value, from: variable.index });
            } else {
                values.insert(name, Visible { value: Secret::new(value), from: variable.index });
            }
        }
        let unrun = expander.commands;
        for (index, assignment) in self.loaded.assignments.iter_mut().enumerate() {
            let last = values.get(&assignment.name).filter(|visible| visible.from == Some(index));
            let own = || expander.expand(assignment.value.expose()).ok().map(Secret::new);
            if let Some(value) = last.map(|visible| visible.value.clone()).or_else(own) {
                assignment.value = value;
            }
        }
        if unrun > 0 {
            let why = "a $(shell …) was not run: its output is taken as empty";
            self.loaded.warnings.push(note(0, None, why));
        }
        Ok(values)
    }
}

fn is_exportable(name: &[u8]) -> bool {
    super::named::is_identifier(name)
}
