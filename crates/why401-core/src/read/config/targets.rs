//! Hosting platforms whose file tells targets apart: Cloudflare's environments, Netlify's contexts, Vercel's build and
//! run time, Render's services.

use std::ops::Range;
use std::sync::Arc;

use super::yaml::{Kind, Node, documents};
use super::{Facts, folder_of, literal, name_of, resolve, script, tables};
use crate::fact::{Fact, Seen, Setter, Starter, Starts, Value};
use crate::read::Reader;

pub(super) const WRANGLER: Reader = Reader {
    name: "Cloudflare Workers",
    takes: |path| ["wrangler.toml", "wrangler.json", "wrangler.jsonc"].contains(&name_of(path)),
    read: wrangler,
};
pub(super) const NETLIFY: Reader =
    Reader { name: "netlify.toml", takes: |path| name_of(path) == "netlify.toml", read: netlify };
pub(super) const VERCEL: Reader =
    Reader { name: "vercel.json", takes: |path| name_of(path) == "vercel.json", read: vercel };
pub(super) const RENDER: Reader =
    Reader { name: "render.yaml", takes: |path| ["render.yaml", "render.yml"].contains(&name_of(path)), read: render };

/// A named environment takes nothing over from `vars` at the top.
fn wrangler(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let root = if path.ends_with(".toml") { tables::toml(text) } else { tables::json(text) };
    let Some(root) = root else {
        facts.unread(1, "it does not parse");
        return facts.found;
    };
    let top = variables(&mut facts, root.get("vars"), literal);
    let environments = root.get("env").map(Node::pairs).unwrap_or_default();
    if let (Some(vars), false) = (root.get("vars"), environments.is_empty()) {
        target(&mut facts, vars.span.clone(), "the top level", Target { given: top, ..Target::default() });
    }
    for (name, key, node) in environments {
        let given = variables(&mut facts, node.get("vars"), literal);
        // Somebody who gives an environment variables of its own may store the secret ones elsewhere.
        let open = !given.is_empty();
        target(
            &mut facts,
            key.span.clone(),
            &format!("environment {name}"),
            Target { given, open, ..Target::default() },
        );
    }
    facts.found
}

/// Every context has what `[build.environment]` sets, and its own. No function has either.
fn netlify(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let Some(root) = tables::toml(text) else {
        facts.unread(1, "it does not parse");
        return facts.found;
    };
    let shared = variables(&mut facts, root.at(&["build", "environment"]), literal);
    let mut all = shared.clone();
    for (name, key, node) in root.get("context").map(Node::pairs).unwrap_or_default() {
        let own = node.get("environment");
        let mut given = shared.clone();
        given.extend(variables(&mut facts, own, literal));
        all.extend(given.iter().cloned());
        let open = own.is_none();
        target(&mut facts, key.span.clone(), &format!("context {name}"), Target { given, open, ..Target::default() });
    }
    if !all.is_empty() {
        let build = root.get("build");
        let base = build.and_then(|build| build.get("base")?.text()).unwrap_or_default();
        let named = build.and_then(|build| build.get("functions")?.text());
        let named = named.or_else(|| root.at(&["functions", "directory"])?.text()).unwrap_or("netlify/functions");
        let base = resolve(folder_of(path), base).unwrap_or_default();
        let folder = resolve(&base, named.trim_start_matches('/'));
        let span = root.at(&["build", "environment"]).map_or(0..0, |node| node.span.start..node.span.start);
        target(&mut facts, span.clone(), "the build", Target { given: all, ..Target::default() });
        if folder.is_some() {
            target(&mut facts, span, "the functions", Target { folder, ..Target::default() });
        }
    }
    facts.found
}

/// `build.env` is there while the project is built, `env` when its functions run.
fn vercel(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let Some(root) = tables::json(text) else {
        facts.unread(1, "it does not parse");
        return facts.found;
    };
    let runs = variables(&mut facts, root.get("env"), stored);
    let build = root.at(&["build", "env"]);
    let builds = variables(&mut facts, build, stored);
    if let Some(build) = build.filter(|_| !builds.is_empty()) {
        let folder = resolve(folder_of(path), "api");
        target(&mut facts, build.span.clone(), "the build", Target { given: builds, ..Target::default() });
        let span = root.get("env").unwrap_or(build).span.clone();
        target(&mut facts, span, "the functions", Target { given: runs, folder, ..Target::default() });
    }
    facts.found
}

/// `@name` is a secret that is stored under that name.
fn stored(text: &str) -> Value {
    match text.strip_prefix('@') {
        Some(name) => Value::Reference { name: name.to_owned(), scope: "vercel".to_owned() },
        None => literal(text),
    }
}

fn render(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (documents, broken) = documents(text);
    if let Some(line) = broken {
        facts.unread(line, "it is not valid YAML");
    }
    let Some(root) = documents.first() else { return facts.found };
    let list = |node: &Node, name: &str| node.get(name).map(|node| node.items().to_vec()).unwrap_or_default();
    let mut services = list(root, "services");
    let environments =
        list(root, "projects").iter().flat_map(|project| list(project, "environments")).collect::<Vec<_>>();
    services.extend(environments.iter().flat_map(|environment| list(environment, "services")));
    for service in services {
        let mut service_target = Target::default();
        for entry in list(&service, "envVars") {
            service_target.open |= entry.get("fromGroup").is_some();
            let Some(name) = entry.get("key").and_then(Node::text) else { continue };
            service_target.given.push(name.to_owned());
            let value = entry.get("value");
            let seen = value.and_then(Node::text).map_or(Value::Unknown, literal);
            let span = value.unwrap_or(&entry).span.clone();
            facts.sets(span, name, seen, Setter::Platform);
        }
        let folder = service.get("rootDir").and_then(Node::text).unwrap_or_default();
        let command = service.get("startCommand").and_then(Node::text).unwrap_or_default();
        let folder = resolve(folder_of(path), folder).unwrap_or_default();
        let programs = script::read(command).programs;
        service_target.programs = programs.iter().filter_map(|program| resolve(&folder, program)).collect();
        // Of a service that names no program nothing can be said.
        service_target.open |= service_target.programs.is_empty();
        let named = service.get("name").unwrap_or(&service);
        let name = format!("service {}", named.text().unwrap_or_default());
        target(&mut facts, named.span.clone(), &name, service_target);
    }
    facts.found
}

/// What one target is given, and what is known of its code.
#[derive(Default)]
struct Target {
    given: Vec<String>,
    programs: Vec<String>,
    folder: Option<String>,
    open: bool,
}

fn target(facts: &mut Facts<'_>, span: Range<usize>, name: &str, target: Target) {
    let Target { given, programs, folder, open } = target;
    let starts = Starts {
        by: Starter::Target,
        name: name.to_owned(),
        given,
        files: Vec::new(),
        programs,
        folder,
        mounted: false,
        open,
    };
    facts.add(span, Seen::Starts(starts));
}

/// The names that a map of variables gives.
fn variables(facts: &mut Facts<'_>, node: Option<&Node>, value_of: fn(&str) -> Value) -> Vec<String> {
    let mut given = Vec::new();
    for (name, _, value) in node.map(Node::pairs).unwrap_or_default() {
        given.push(name.to_owned());
        let seen = match &value.kind {
            Kind::Scalar { text, .. } => value_of(text),
            Kind::Map(_) | Kind::List(_) => Value::Unknown,
        };
        facts.sets(value.span.clone(), name, seen, Setter::Platform);
    }
    given
}

#[cfg(test)]
mod tests {
    use super::super::said;

    #[test]
    fn targets() {
        for (path, text, expected) in [
            (
                "wrangler.toml",
                "name = \"x\"\n[vars]\nA = \"b\"\n[env.staging.vars]\nB = \"c\"\n[env.production]\nroute = \"x\"\n",
                vec![
                    "A = \"b\"",
                    "starts the top level [\"A\"] ",
                    "B = \"c\"",
                    "starts environment staging [\"B\"]  open",
                    "starts environment production [] ",
                ],
            ),
            ("wrangler.jsonc", "{\n  // x\n  \"vars\": { \"A\": \"b\" },\n}\n", vec!["A = \"b\""]),
            (
                "netlify.toml",
                "[build.environment]\nA = \"1\"\n[context.production.environment]\nB = \"2\"\n[context.dev]\ncommand = \"x\"\n",
                vec![
                    "A = \"1\"",
                    "B = \"2\"",
                    "starts context production [\"A\", \"B\"] ",
                    "starts context dev [\"A\"]  open",
                    "starts the build [\"A\", \"A\", \"B\", \"A\"] ",
                    "starts the functions [] ",
                ],
            ),
            (
                "vercel.json",
                "{\"env\": {\"A\": \"@a\"}, \"build\": {\"env\": {\"B\": \"x\"}}}",
                vec!["A from vercel a", "B = \"x\"", "starts the build [\"B\"] ", "starts the functions [\"A\"] "],
            ),
            ("vercel.json", "{", vec!["it does not parse"]),
            (
                "render.yaml",
                "services:\n  - type: web\n    name: api\n    startCommand: node api.js\n    envVars:\n      - key: A\n        sync: false\n      - key: B\n        value: c\n  - name: job\n    envVars:\n      - fromGroup: g\n",
                vec!["A ?", "B = c", "starts service api [\"A\", \"B\"] api.js…1", "starts service job []  open"],
            ),
        ] {
            assert_eq!(said(path, text), expected, "{path}");
        }
    }
}
