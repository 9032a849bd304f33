//! Named commands: the scripts of `package.json` and the targets of a Makefile, and how a command line calls them.

use std::sync::Arc;

use super::script::{self, Script};
use super::{Facts, folder_of, lines, name_of, resolve};
use crate::fact::{Fact, Seen, Task};
use crate::read::Reader;

pub(super) const SCRIPTS: Reader =
    Reader { name: "scripts of package.json", takes: |path| name_of(path) == "package.json", read: scripts };
pub(super) const MAKEFILE: Reader =
    Reader { name: "Makefiles", takes: |path| name_of(path) == "Makefile", read: makefile };

/// What a command starts without naming its file in full: a task, a module, a script without its ending.
pub(super) fn runs(command: &str, arguments: &[&str]) -> Vec<String> {
    let task = |file: &str, name: &&str| format!("{file}#{name}");
    let is_name = |word: &&&str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-_:.".contains(c));
    // Flags that move to another folder or package name tasks of another file.
    let elsewhere = ["--prefix", "-C", "-f", "-w", "--workspace", "--cwd", "--filter", "-r"];
    if arguments.iter().any(|word| elsewhere.iter().any(|flag| word.starts_with(flag))) {
        return Vec::new();
    }
    let mut plain = arguments.iter().filter(|word| !word.starts_with('-')).peekable();
    match command {
        "npm" | "pnpm" | "yarn" | "bun" => {
            let runs = plain.next_if(|word| ["run", "run-script"].contains(word)).is_some();
            let name = plain.next().filter(is_name);
            // Without `run`, npm knows a few tasks and yarn and pnpm all of them; no file bears a name with `#`.
            name.filter(|name| runs || command != "npm" || ["test", "start", "t"].contains(name))
                .map(|name| task("package.json", if *name == "t" { &"test" } else { name }))
                .into_iter()
                .collect()
        }
        "make" | "gmake" => plain.filter(|word| is_name(word)).map(|name| task("Makefile", name)).collect(),
        "python" | "python3" | "uv" | "poetry" if arguments.contains(&"-m") => {
            let module = arguments.iter().skip_while(|word| **word != "-m").nth(1);
            let path = module.filter(is_name).map(|module| module.replace('.', "/"));
            path.iter().flat_map(|path| [format!("{path}.py"), format!("{path}/__main__.py")]).collect()
        }
        "node" | "tsx" | "ts-node" => {
            let script = plain.next().filter(|word| !word.contains(['*', '$', ':', '=', '{']));
            let script = script.filter(|word| !word.rsplit('/').next().unwrap_or_default().contains('.'));
            let endings = [".js", ".mjs", ".ts", "/index.js"];
            script.iter().flat_map(|script| endings.map(|ending| format!("{script}{ending}"))).collect()
        }
        _ => Vec::new(),
    }
}

fn scripts(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    if !text.contains("\"scripts\"") {
        return facts.found;
    }
    let Ok(serde_json::Value::Object(manifest)) = serde_json::from_str(text) else { return facts.found };
    for (name, command) in manifest.get("scripts").and_then(|scripts| scripts.as_object()).into_iter().flatten() {
        let Some(command) = command.as_str() else { continue };
        let at = text.find(&format!("\"{name}\"")).unwrap_or(0);
        let end = (at + name.len() + 2).min(text.len());
        let mut script = script::read(command);
        // `--env-file`, `dotenv --`, `env-cmd`: what they bring along is not seen here.
        script.open |= command.contains("env-file") || command.contains("dotenv") || command.contains("env-cmd");
        script.sets.extend(before_the_command(command));
        add(&mut facts, at..end, name, script);
    }
    facts.found
}

/// The variables that `cross-env NAME=value command` sets.
fn before_the_command(command: &str) -> Vec<String> {
    let words = command.split_whitespace().skip_while(|word| *word != "cross-env").skip(1);
    words.map_while(|word| word.split_once('=')).map(|(name, _)| name.to_owned()).collect()
}

fn makefile(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    // `export`, `include .env` and `.EXPORT_ALL_VARIABLES` give every recipe what cannot be told here.
    let open = lines(text).any(|(_, line)| {
        ["export", "include", "-include", "sinclude", ".EXPORT"].iter().any(|word| line.starts_with(word))
    });
    let mut target: Option<(std::ops::Range<usize>, &str, String)> = None;
    let finish = |facts: &mut Facts<'_>, target: Option<(std::ops::Range<usize>, &str, String)>| {
        if let Some((span, name, recipe)) = target {
            let mut script = script::read(&recipe);
            script.open |= open;
            add(facts, span, name, script);
        }
    };
    for (at, line) in lines(text) {
        if let Some(recipe) = line.strip_prefix('\t') {
            if let Some((.., commands)) = &mut target {
                // `@` and `-` are make's, and `$$` is the shell's dollar sign.
                commands.push_str(&recipe.trim_start_matches(['@', '-', '+']).replace("$$", "$"));
                commands.push('\n');
            }
            continue;
        }
        let named = line
            .split_once(':')
            .filter(|(name, rest)| !name.contains([' ', '=', '$', '#', '%', '.']) && !rest.starts_with('='));
        if let Some((name, needs)) = named.filter(|(name, _)| !name.is_empty()) {
            finish(&mut facts, target.take());
            let needs = needs.split('#').next().unwrap_or_default();
            let needs =
                needs.split_whitespace().filter(|word| !word.contains(['$', '/', '.', '='])).collect::<Vec<_>>();
            let first = if needs.is_empty() { String::new() } else { format!("make {}\n", needs.join(" ")) };
            target = Some((at..at + name.len(), name, first));
        }
    }
    finish(&mut facts, target);
    facts.found
}

fn add(facts: &mut Facts<'_>, span: std::ops::Range<usize>, name: &str, script: Script) {
    if script.programs.is_empty() {
        return;
    }
    let folder = folder_of(facts.path).to_owned();
    let named = format!("{}#{name}", facts.path);
    let programs = script.programs.iter().filter_map(|program| resolve(&folder, program)).collect();
    facts.add(span, Seen::Task(Task { name: named, programs, given: script.sets, open: script.open }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        let facts = crate::read::facts(&path.into(), text);
        let say = |fact: &Fact| match &fact.seen {
            Seen::Task(task) => {
                let open = if task.open { " open" } else { "" };
                Some(format!("{} {:?} {:?}{open}", task.name, task.programs, task.given))
            }
            _ => None,
        };
        facts.iter().filter_map(say).collect()
    }

    #[test]
    fn named_commands() {
        assert_eq!(
            said(
                "web/package.json",
                r#"{"scripts": {"a": "node eval.js", "b": "npm run a", "c": "dotenv -- node x.js", "d": "cross-env K=1 tsx y.ts", "e": "tsc"}}"#
            ),
            [
                "web/package.json#a [\"web/eval.js\"] []",
                "web/package.json#b [\"web/package.json#a\"] []",
                "web/package.json#c [\"web/x.js\"] [] open",
                "web/package.json#d [\"web/y.ts\"] [\"K\"]",
            ]
        );
        assert_eq!(
            said(
                "Makefile",
                "X := 1\n.PHONY: all\nall: eval\neval: ## runs it\n\t@python eval.py $$K\n\nlint:\n\truff .\n"
            ),
            ["Makefile#all [\"Makefile#eval\"] []", "Makefile#eval [\"eval.py\"] []"]
        );
        assert_eq!(said("Makefile", "include .env\na:\n\tnode a.js\n"), ["Makefile#a [\"a.js\"] [] open"]);
    }
}
