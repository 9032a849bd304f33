//! GitLab CI: what each job is given by the file, which variables of the project its scripts ask for, and which secrets it
//! fetches.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::script;
use super::yaml::{Kind, Node, documents};
use super::{Facts, literal, name_of, resolve};
use crate::fact::{Asks, Fact, Seen, Setter, Spot, Starter, Starts, Value};
use crate::read::Reader;

pub(super) const PIPELINE: Reader = Reader { name: "GitLab CI", takes: is_pipeline, read };

/// Folders in which people keep the files that `.gitlab-ci.yml` includes.
const FOLDERS: [&str; 5] = [".gitlab", ".gitlab-ci", "gitlab-ci", "gitlab", "ci"];
/// Top-level names that are no jobs.
const GLOBAL: [&str; 13] = [
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "pages:deploy",
    "types",
];
const SCRIPTS: [&str; 3] = ["before_script", "script", "after_script"];
/// Jobs that extend jobs, as deep as GitLab allows.
const EXTENDS: usize = 11;

fn is_pipeline(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let mut folders = path.split('/').rev().skip(1);
    yaml && (path.contains(".gitlab-ci.y") || folders.any(|folder| FOLDERS.contains(&folder)))
}

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    if !text.contains("script") {
        return facts.found;
    }
    let (documents, broken) = documents(text);
    let whole = name_of(path).starts_with(".gitlab-ci.");
    if let Some(line) = broken.filter(|_| whole) {
        facts.unread(line, "it is not valid YAML");
    }
    // A document with `spec:` may stand before the pipeline.
    let Some(root) = documents.last() else { return facts.found };
    let is_job = |node: &Node| SCRIPTS.iter().chain(&["trigger", "extends"]).any(|key| node.get(key).is_some());
    let named = |(name, ..): &(&str, &Node, &Node)| !GLOBAL.contains(name);
    let jobs: Vec<_> = root.pairs().into_iter().filter(named).filter(|(.., node)| is_job(node)).collect();
    if jobs.is_empty() && !whole {
        return facts.found;
    }
    let pipeline = Pipeline {
        globals: variables(&mut facts, root.get("variables")),
        shared: [root.get("default"), Some(root)].into_iter().flatten().collect(),
        root,
        // What another file brings along may give any job variables.
        whole: whole && root.get("include").is_none(),
    };
    let mut done = BTreeSet::new();
    for node in pipeline.shared.clone() {
        for key in ["before_script", "after_script"] {
            scripts(&mut facts, node.get(key), &mut done);
        }
    }
    for (name, _, node) in jobs {
        pipeline.job(&mut facts, name, node, &mut done);
    }
    facts.found
}

struct Pipeline<'t> {
    globals: Vec<String>,
    /// Where a job's scripts come from when it has none.
    shared: Vec<&'t Node>,
    root: &'t Node,
    whole: bool,
}

impl<'t> Pipeline<'t> {
    fn job(&self, facts: &mut Facts<'_>, name: &str, node: &'t Node, done: &mut BTreeSet<usize>) {
        let mut given = variables(facts, node.get("variables"));
        secrets(facts, node, &mut given);
        let hidden = name.starts_with('.');
        let (chain, known) = self.chain(node);
        for base in chain.iter().skip(1) {
            given.extend(
                base.get("variables").map(Node::pairs).unwrap_or_default().iter().map(|pair| pair.0.to_owned()),
            );
            given.extend(base.get("secrets").map(Node::pairs).unwrap_or_default().iter().map(|pair| pair.0.to_owned()));
        }
        for rule in chain.iter().filter_map(|node| node.get("rules")).flat_map(Node::items) {
            given.extend(
                rule.get("variables").map(Node::pairs).unwrap_or_default().iter().map(|pair| pair.0.to_owned()),
            );
        }
        let inherit = chain.iter().find_map(|node| node.at(&["inherit", "variables"]));
        given.extend(self.globals.iter().filter(|name| inherits(inherit, name)).cloned());
        let lookup = |key: &str| chain.iter().chain(&self.shared).find_map(|node| node.get(key));
        let mut programs = Vec::new();
        let mut asked = Vec::new();
        for key in SCRIPTS {
            let Some(script) = lookup(key) else { continue };
            for (span, script) in pieces(facts.text, script) {
                given.extend(script.sets.iter().cloned());
                programs.extend(script.programs.iter().filter_map(|program| resolve("", program)));
                let reads = script.reads.into_iter();
                asked.extend(reads.map(|read| (span.start + read.span.start..span.start + read.span.end, read)));
            }
        }
        for key in SCRIPTS {
            scripts(facts, node.get(key), done);
        }
        if hidden {
            return;
        }
        let environment = chain.iter().find_map(|node| node.get("environment"));
        let environment = environment.and_then(|node| node.text().or_else(|| node.get("name")?.text()));
        let lenient = chain.iter().any(|node| node.get("allow_failure").is_some_and(Node::is_true));
        let mut seen = BTreeSet::new();
        for (span, read) in asked {
            // Names that begin so are GitLab's own.
            let own = ["CI_", "GITLAB_", "FF_"].iter().any(|prefix| read.name.starts_with(prefix)) || read.name == "CI";
            if own || given.contains(&read.name) || !seen.insert(read.name.clone()) {
                continue;
            }
            let asks = Asks {
                name: read.name,
                store: "variables",
                job: name.to_owned(),
                environment: environment.map(str::to_owned),
                spot: Spot::Script,
                needed: !read.fallback && !lenient,
                forks: for_merge_requests(&chain),
            };
            facts.add(span, Seen::Asks(asks));
        }
        // The project's own variables are there as well, whatever they are.
        let starts = Starts {
            by: Starter::Ci,
            name: name.to_owned(),
            given,
            files: Vec::new(),
            programs,
            folder: None,
            mounted: true,
            open: true,
        };
        if known && self.whole {
            facts.add(node.span.clone(), Seen::Starts(starts));
        }
    }

    /// The job and what it extends, nearest first, and whether all of that stands in this file.
    fn chain(&self, job: &'t Node) -> (Vec<&'t Node>, bool) {
        let mut chain = vec![job];
        let mut known = true;
        let mut at = 0;
        while let Some(node) = chain.get(at).copied().filter(|_| at < EXTENDS) {
            at += 1;
            for base in node.get("extends").map(Node::items).unwrap_or_default().iter().rev() {
                match base.text().and_then(|name| self.root.get(name)) {
                    Some(base) if !chain.iter().any(|seen| std::ptr::eq(*seen, base)) => chain.push(base),
                    Some(_) => {}
                    None => known = false,
                }
            }
        }
        (chain, known)
    }
}

/// `inherit: variables:` is a truth value or the list of those that are taken over.
fn inherits(node: Option<&Node>, name: &str) -> bool {
    match node {
        None => true,
        Some(node) if matches!(node.kind, Kind::List(_)) => node.items().iter().any(|item| item.text() == Some(name)),
        Some(node) => node.text() != Some("false"),
    }
}

/// Whether the job runs for merge requests.
fn for_merge_requests(chain: &[&Node]) -> bool {
    let rules = chain.iter().find_map(|node| node.get("rules"));
    let by_rule = rules.map(Node::items).unwrap_or_default().iter().any(|rule| {
        let condition = rule.get("if").and_then(Node::text).unwrap_or_default();
        let never = rule.get("when").and_then(Node::text) == Some("never");
        !never
            && (condition.contains("merge_request_event") || condition.contains("CI_MERGE_REQUEST"))
            && !condition.contains("!=")
    });
    let only = chain.iter().find_map(|node| node.get("only")).map(Node::scalars).unwrap_or_default();
    by_rule || only.iter().any(|word| word.text() == Some("merge_requests"))
}

/// The names that `variables:` gives.
fn variables(facts: &mut Facts<'_>, node: Option<&Node>) -> Vec<String> {
    let mut given = Vec::new();
    for (name, _, node) in node.map(Node::pairs).unwrap_or_default() {
        given.push(name.to_owned());
        let value = if node.text().is_some() { Some(node) } else { node.get("value") };
        let seen = value.and_then(Node::text).map_or(Value::Unknown, value_of);
        facts.sets(value.unwrap_or(node).span.clone(), name, seen, Setter::Ci);
    }
    given
}

/// `$NAME` is another variable; `$$` is a dollar sign; `$[[ … ]]` is filled in before.
fn value_of(text: &str) -> Value {
    static WHOLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))$").ok());
    let whole = WHOLE.as_ref().and_then(|whole| whole.captures(text));
    if let Some(name) = whole.as_ref().and_then(|found| found.get(1).or(found.get(2))) {
        return Value::Reference { name: name.as_str().to_owned(), scope: String::new() };
    }
    // GitHub's expressions mean nothing here and stay as they are.
    let foreign = text.contains("{{") && ["secrets.", "vars.", "env."].iter().any(|store| text.contains(store));
    let plain = text.replace("$$", "\u{0}");
    if plain.contains('$') && !foreign { Value::Unknown } else { literal(&plain.replace('\u{0}', "$")) }
}

/// `secrets:` hands a job the path of a file with the secret in it, unless `file: false` is said.
fn secrets(facts: &mut Facts<'_>, node: &Node, given: &mut Vec<String>) {
    for (name, key, secret) in node.get("secrets").map(Node::pairs).unwrap_or_default() {
        given.push(name.to_owned());
        let by_value = secret.get("file").and_then(Node::text) == Some("false");
        let seen = if by_value { Value::Unknown } else { Value::Path { declared: true } };
        facts.sets(key.span.clone(), name, seen, Setter::Ci);
    }
}

/// The reads of scripts, each place once: jobs share scripts by anchors.
fn scripts(facts: &mut Facts<'_>, node: Option<&Node>, done: &mut BTreeSet<usize>) {
    let Some(node) = node else { return };
    for (span, script) in pieces(facts.text, node) {
        if !done.insert(span.start) {
            continue;
        }
        facts.script(&span, &script);
        for read in &script.reads {
            // `cat "$KEY"`: whoever wrote it takes the value for a path.
            let before = facts.text[..span.start + read.span.start].trim_end_matches(['"', ' ', '{']);
            if before.ends_with("cat") || before.ends_with('<') {
                let at = span.start + read.span.start..span.start + read.span.end;
                facts.sets(at, &read.name, Value::Path { declared: false }, Setter::Ci);
            }
        }
    }
}

/// Each script in a node, without the quotes that are YAML's own, and its bytes. What one line sets the next ones have.
fn pieces(text: &str, node: &Node) -> Vec<(Range<usize>, script::Script)> {
    let mut sets: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for scalar in node.scalars() {
        let quoted = matches!(&scalar.kind, Kind::Scalar { quoted: true, .. }) && scalar.span.len() > 1;
        let edge = usize::from(quoted);
        let span = scalar.span.start + edge..scalar.span.end - edge;
        let mut script = script::read(text.get(span.clone()).unwrap_or_default());
        script.reads.retain(|read| !sets.contains(&read.name));
        sets.extend(script.sets.iter().cloned());
        found.push((span, script));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::said;

    #[test]
    fn jobs() {
        let text = "variables:\n  A: $OTHER\n.base:\n  variables: { B: x }\n  script:\n    - use $B $A\ntest:\n  extends: .base\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n  script:\n    - export X=1\n    - 'curl -H \"PRIVATE-TOKEN: $KEY\" $CI_API_V4_URL $X'\ndeploy:\n  environment: production\n  inherit: { variables: false }\n  script: [\"node eval.js $A ${KEY:-}\"]\n";
        assert_eq!(
            said(".gitlab-ci.yml", text),
            [
                "A from  OTHER",
                "B = x",
                "reads B",
                "reads A",
                "reads KEY",
                "reads CI_API_V4_URL",
                "asks KEY None forks",
                "starts test [\"B\", \"A\", \"X\"]  open",
                "reads A",
                "reads KEY?",
                "asks A Some(\"production\")",
                "asks KEY Some(\"production\") or not",
                "starts deploy [] eval.js…1 open",
            ]
        );
    }

    #[test]
    fn secrets_and_files() {
        let text = "a:\n  secrets:\n    A: { vault: x/y, file: false }\n    B: { vault: x/z }\n  script: [cat $C]\n";
        assert_eq!(said("ci/a.yml", text), ["A ?", "B by path", "reads C", "C by path?", "asks C None"]);
        assert_eq!(said("ci/a.yml", "a: [\n"), Vec::<String>::new());
        assert_eq!(said(".gitlab-ci.yml", "script: [\n"), ["it is not valid YAML"]);
    }
}
