//! Compose files: what each service is given, and which variables fill the file itself.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::script;
use super::yaml::{Kind, Node, documents};
use super::{Facts, folder_of, literal, name_of, resolve};
use crate::fact::{Fact, Loads, Reads, Seen, Setter, Starter, Starts, Value};
use crate::read::Reader;
use crate::secret::Secret;

pub(super) const COMPOSE: Reader = Reader { name: "Compose files", takes: is_compose, read };

fn is_compose(path: &str) -> bool {
    let name = name_of(path);
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    stem.is_some_and(|stem| {
        ["compose", "docker-compose"]
            .iter()
            .any(|base| stem == *base || stem.strip_prefix(base).is_some_and(|rest| rest.starts_with(['.', '-'])))
    })
}

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (documents, broken) = documents(text);
    if let Some(line) = broken {
        facts.unread(line, "it is not valid YAML");
    }
    let Some(root) = documents.first() else { return facts.found };
    match root.get("services") {
        Some(services) => {
            for (name, key, node) in services.pairs() {
                service(&mut facts, name, key, node);
            }
        }
        // An excerpt of one service.
        None if root.get("environment").is_some() => service(&mut facts, "", root, root),
        None => return facts.found,
    }
    interpolated(&mut facts);
    facts.found
}

fn service(facts: &mut Facts<'_>, name: &str, key: &Node, node: &Node) {
    let folder = folder_of(facts.path).to_owned();
    let mut given = Vec::new();
    settings(facts, node.get("environment"), Setter::Compose, &mut given);
    let build = node.get("build");
    settings(facts, build.and_then(|build| build.get("args")), Setter::DockerArg, &mut Vec::new());
    let mut files = Vec::new();
    let mut open = node.get("extends").is_some() || node.get("secrets").is_some() || node.get("configs").is_some();
    let listed = node.get("env_file");
    let single = listed.filter(|node| matches!(node.kind, Kind::Map(_)));
    for item in single.map_or_else(|| listed.map(Node::items).unwrap_or_default(), std::slice::from_ref) {
        let Some(path) = item.text().or_else(|| item.get("path")?.text()) else { continue };
        match resolve(&folder, path) {
            Some(file) => {
                let written = vec![path.to_owned()];
                facts.add(
                    item.span.clone(),
                    Seen::Loads(Loads { loader: "compose2-go".to_owned(), files: written, after: Vec::new() }),
                );
                files.push(file);
            }
            None => open = true,
        }
    }
    let context = build.and_then(|build| build.text().or_else(|| build.get("context")?.text()));
    let context = context.and_then(|context| resolve(&folder, context));
    let mounts = node.get("volumes").map(Node::items).unwrap_or_default();
    let sources = mounts.iter().filter_map(|mount| match mount.text() {
        Some(text) => text.split(':').next().filter(|source| source.starts_with('.')),
        None => mount.get("source")?.text(),
    });
    let sources: Vec<String> = sources.filter_map(|source| resolve(&folder, source)).collect();
    // Mounted: a folder that the program may find the project's env file in, or the file itself.
    let mounted = sources.iter().any(|source| {
        name_of(source).starts_with(".env")
            || context.as_ref().is_none_or(|context| {
                context == source || context.starts_with(&format!("{source}/")) || source.is_empty()
            })
    });
    let folder_of_code = context.or_else(|| sources.first().cloned());
    let commands: Vec<&Node> = [node.get("command"), node.get("entrypoint")].into_iter().flatten().collect();
    let mut programs = Vec::new();
    for command in &commands {
        let words: Vec<&str> = command.scalars().iter().filter_map(|node| node.text()).collect();
        // A container that only waits: people start programs in it by hand, with what they like.
        open |= words.join(" ").split_whitespace().any(|word| ["sleep", "infinity", "/dev/null"].contains(&word));
        programs.extend(script::read(&words.join(" ")).programs);
        // The container only waits: what people start in it later gets its variables from them.
        open |= words.join(" ").split([' ', ';', '&']).any(|word| word == "sleep" || word == "/dev/null");
    }
    let starts = Starts {
        by: Starter::Compose,
        name: name.to_owned(),
        given,
        files,
        programs: programs
            .iter()
            .filter_map(|program| resolve(folder_of_code.as_deref().unwrap_or_default(), program))
            .collect(),
        folder: folder_of_code,
        mounted,
        open,
    };
    // The report points at the service's name; what belongs to it is found by name.
    facts.add(key.span.clone(), Seen::Starts(starts));
}

/// The map or list form of `environment:` and `args:`.
fn settings(facts: &mut Facts<'_>, node: Option<&Node>, by: Setter, given: &mut Vec<String>) {
    let Some(node) = node else { return };
    for (name, key, value) in node.pairs() {
        given.push(name.to_owned());
        if value.is_null() {
            facts.sets(key.span.clone(), name, Value::Inherited, by);
        } else if let Some(text) = value.text() {
            facts.sets(value.span.clone(), name, interpolation(text), by);
        }
    }
    for item in if matches!(node.kind, Kind::List(_)) { node.items() } else { &[] } {
        let Some(text) = item.text() else { continue };
        let Some((name, value)) = text.split_once('=') else {
            given.push(text.to_owned());
            facts.sets(item.span.clone(), text, Value::Inherited, by);
            continue;
        };
        given.push(name.to_owned());
        // In the plain form the value's bytes are those after the `=`; in quotes escapes may lie between.
        let written = &facts.text[item.span.clone()];
        let at = written.find('=').map_or(0, |at| at + 1);
        let quote = usize::from(written.starts_with(['"', '\'']) && written.len() > at);
        let span = item.span.start + at..(item.span.end - quote).max(item.span.start + at);
        facts.sets(span, name, interpolation(value), by);
    }
}

/// A value as Compose understands it: `$$` is a dollar sign, `${NAME}` another variable.
fn interpolation(text: &str) -> Value {
    static WHOLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?:[:?-][^}]*)?\}|([A-Za-z_][A-Za-z0-9_]*))$").ok()
    });
    let whole = WHOLE.as_ref().and_then(|whole| whole.captures(text));
    if let Some(name) = whole.as_ref().and_then(|found| found.get(1).or(found.get(2))) {
        // An empty default gives what no default gives.
        let defaulted = text.contains('-') && !text.ends_with("-}");
        return if defaulted {
            Value::Unknown
        } else {
            Value::Reference { name: name.as_str().to_owned(), scope: String::new() }
        };
    }
    if text.contains("{{") || text.contains("<%") {
        // A template of another tool, which fills the file in first.
        return Value::Unknown;
    }
    let plain = text.replace("$$", "\u{0}");
    if plain.contains('$') { Value::Filled(Secret::from(text)) } else { literal(&plain.replace('\u{0}', "$")) }
}

/// The variables that fill the file itself, taken from `.env` or the shell: `${NAME}`.
fn interpolated(facts: &mut Facts<'_>) {
    static USE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))").ok());
    let Some(pattern) = USE.as_ref() else { return };
    let found: Vec<(Range<usize>, String, bool)> = pattern
        .captures_iter(facts.text)
        .filter_map(|found| {
            let name = found.get(1).or(found.get(3))?;
            let rest = found.get(2).map_or("", |rest| rest.as_str());
            Some((
                found.get(0)?.range(),
                name.as_str().to_owned(),
                rest.starts_with([':', '-', '+']) && !rest.starts_with(":?"),
            ))
        })
        .collect();
    for (span, name, fallback) in found {
        let line = facts.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        if !facts.text[line..span.start].trim_start().starts_with('#') {
            facts.add(span, Seen::Reads(Reads { name, through: "${}", browser: false, fallback, top: false }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let facts = crate::read::facts(&"deploy/compose.yaml".into(), text);
        let mut said = Vec::new();
        for fact in &facts {
            let at = text.get(fact.span.clone()).unwrap_or_default();
            said.push(match &fact.seen {
                Seen::Sets(s) => match &s.value {
                    Value::Literal(v) => format!("{} = {at} ({})", s.name, v.len()),
                    Value::Reference { name, .. } => format!("{} from {name}", s.name),
                    Value::Inherited => format!("{} inherited", s.name),
                    Value::Filled(_) => format!("{} filled", s.name),
                    _ => format!("{} ?", s.name),
                },
                Seen::Reads(r) => format!("reads {}{}", r.name, if r.fallback { "?" } else { "" }),
                Seen::Loads(l) => format!("loads {:?}", l.files),
                Seen::Starts(s) => format!(
                    "{} {:?} {:?} {:?} {:?}{}",
                    s.name,
                    s.given,
                    s.files,
                    s.programs,
                    s.folder,
                    if s.mounted { " mounted" } else { "" }
                ),
                Seen::Unread(why) => (*why).to_owned(),
                _ => continue,
            });
        }
        said
    }

    #[test]
    fn services() {
        assert_eq!(
            said(
                "services:\n  api:\n    build: ..\n    command: python app.py\n    env_file: ../.env\n    environment:\n      - A=\"x\"\n      - B\n      - C=${C}\n  db:\n    image: x\n    environment:\n      D: a$$b\n      G: a$b\n      E: ${E:-x}\n      F:\n"
            ),
            [
                "A = \"x\" (3)",
                "B inherited",
                "C from C",
                "loads [\"../.env\"]",
                "api [\"A\", \"B\", \"C\"] [\".env\"] [\"app.py\"] Some(\"\")",
                "D = a$$b (3)",
                "G filled",
                "E ?",
                "F inherited",
                "db [\"D\", \"G\", \"E\", \"F\"] [] [] None",
                "reads C",
                "reads b",
                "reads E?",
            ]
        );
    }

    #[test]
    fn mounts_merges_and_broken_files() {
        assert_eq!(
            said(
                "x-e: &e\n  A: b\nservices:\n  w:\n    build: { context: ./w }\n    volumes: ['./w:/app']\n    env_file:\n      - path: w.env\n        required: false\n    environment:\n      <<: *e\n"
            ),
            ["A = b (1)", "loads [\"w.env\"]", "w [\"A\"] [\"deploy/w.env\"] [] Some(\"deploy/w\") mounted"]
        );
        assert_eq!(said("services:\n  a: [\n"), ["it is not valid YAML"]);
        assert_eq!(said("- x\n"), Vec::<String>::new());
    }
}
