//! Hosting platforms with one list of variables: Fly, Google App Engine, Heroku's `app.json` and Procfiles.

use std::sync::Arc;

use super::yaml::{Node, documents};
use super::{Facts, lines, literal, name_of, script, tables};
use crate::fact::{Fact, Setter, Value};
use crate::read::Reader;
use crate::value::{Plainly, plainly};

pub(super) const FLY: Reader =
    Reader { name: "fly.toml", takes: |path| name_of(path).starts_with("fly.") && path.ends_with(".toml"), read: fly };
pub(super) const APP_ENGINE: Reader =
    Reader { name: "app.yaml", takes: |path| ["app.yaml", "app.yml"].contains(&name_of(path)), read: app_engine };
pub(super) const HEROKU: Reader = Reader { name: "app.json", takes: |path| name_of(path) == "app.json", read: heroku };
pub(super) const PROCFILE: Reader = Reader { name: "Procfiles", takes: is_procfile, read: procfile };

fn is_procfile(path: &str) -> bool {
    let name = name_of(path);
    name == "Procfile" || name.starts_with("Procfile.")
}

fn fly(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let Some(root) = tables::toml(text) else {
        facts.unread(1, "it does not parse");
        return facts.found;
    };
    settings(&mut facts, root.get("env"));
    facts.found
}

fn app_engine(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (documents, _) = documents(text);
    // Other tools have an app.yaml too.
    let root = documents.first().filter(|root| root.get("runtime").is_some() || root.get("env_variables").is_some());
    settings(&mut facts, root.and_then(|root| root.get("env_variables")));
    settings(&mut facts, root.and_then(|root| root.get("build_env_variables")));
    facts.found
}

fn settings(facts: &mut Facts<'_>, node: Option<&Node>) {
    for (name, _, value) in node.map(Node::pairs).unwrap_or_default() {
        facts.sets(value.span.clone(), name, value.text().map_or(Value::Unknown, literal), Setter::Platform);
    }
}

/// What an app asks for when it is made from a button: values there are proposals, and sample text is no fault.
fn heroku(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let Some(root) = tables::json(text) else { return facts.found };
    let environments = root.get("environments").map(Node::pairs).unwrap_or_default();
    let lists = std::iter::once(&root).chain(environments.into_iter().map(|(.., node)| node));
    for (name, key, node) in lists.filter_map(|node| node.get("env")).flat_map(Node::pairs) {
        let value = if node.text().is_some() { Some(node) } else { node.get("value") };
        let text = value.and_then(Node::text).filter(|text| plainly(text) == Plainly::Candidate);
        let span = value.unwrap_or(key).span.clone();
        facts.sets(span, name, text.map_or(Value::Unknown, literal), Setter::Platform);
    }
    facts.found
}

/// `web: command`. The platform's own variables are there as well.
fn procfile(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    for (at, line) in lines(text) {
        let Some((name, command)) = line.split_once(':').filter(|(name, _)| !name.starts_with('#')) else { continue };
        let script = script::read(command);
        let start = at + name.len() + 1;
        facts.script(&(start..at + line.len()), &script);
    }
    facts.found
}

#[cfg(test)]
mod tests {
    use super::super::said;

    #[test]
    fn one_list_of_variables() {
        for (path, text, expected) in [
            ("fly.toml", "app = \"x\"\n[env]\nA = \"b\"\nPORT = 8080\n", vec!["A = \"b\"", "PORT = 8080"]),
            ("app.yaml", "runtime: python312\nenv_variables:\n  A: \"b\"\n", vec!["A = \"b\""]),
            ("app.yaml", "kind: x\n", vec![]),
            (
                "app.json",
                r#"{"env": {"A": {"value": "your-key-here"}, "B": "c1", "C": {"required": true}}}"#,
                vec!["A ?", "B = \"c1\"", "C ?"],
            ),
            ("app.json", r#"{"expo": {"name": "x"}}"#, vec![]),
            ("Procfile", "web: A=1 node x.js $A $B\n# x: $C\n", vec!["reads B"]),
        ] {
            assert_eq!(said(path, text), expected, "{path}");
        }
    }
}
