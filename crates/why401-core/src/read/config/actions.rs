//! GitHub Actions: workflows, reusable ones included, and composite actions.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::script::{self, Script};
use super::yaml::{Kind, Node, documents};
use super::{Facts, folder_of, literal, name_of, resolve};
use crate::fact::{Asks, Calls, Fact, Passes, Seen, Setter, Spot, Starter, Starts, Value};
use crate::read::Reader;

pub(super) const WORKFLOW: Reader = Reader { name: "GitHub Actions workflows", takes: is_workflow, read: workflow };
pub(super) const ACTION: Reader = Reader { name: "composite actions", takes: is_action, read: action };

fn is_workflow(path: &str) -> bool {
    let folder = folder_of(path);
    let here = folder.ends_with(".github/workflows")
        || folder.ends_with(".gitea/workflows")
        || folder.ends_with(".forgejo/workflows");
    here && (path.ends_with(".yml") || path.ends_with(".yaml"))
}

fn is_action(path: &str) -> bool {
    ["action.yml", "action.yaml"].contains(&name_of(path))
}

/// Actions that hand no variables to the steps after them.
const PLAIN: [&str; 4] = ["actions/", "docker/", "github/", "codecov/"];
/// Labels of the machines that GitHub keeps: no variables of one's own are set there.
const HOSTED: [&str; 4] = ["ubuntu-", "windows-", "macos-", "${{"];

fn workflow(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (documents, broken) = documents(text);
    if let Some(line) = broken {
        facts.unread(line, "it is not valid YAML");
    }
    let Some(root) = documents.first() else { return facts.found };
    let events = root.get("on").map(events).unwrap_or_default();
    let declared = root.at(&["on", "workflow_call", "secrets"]).map(Node::pairs).unwrap_or_default();
    for (name, key, value) in declared {
        let required = value.get("required").is_some_and(Node::is_true);
        facts.add(key.span.clone(), Seen::Asks(asks(name, &Within::default(), Spot::Declared { required })));
    }
    let shell = root.at(&["defaults", "run", "shell"]).and_then(Node::text).unwrap_or("bash").to_owned();
    let outer = Within { forks: events.contains("pull_request"), shell, ..Within::default() };
    let outer = env(&mut facts, root, &outer);
    for (id, _, node) in root.get("jobs").map(Node::pairs).unwrap_or_default() {
        job(&mut facts, id, node, &outer);
    }
    // Somebody shows a part of one: a list of steps, or a job without its name. What stands around it is not seen.
    if root.get("jobs").is_none() {
        let list = if root.items().is_empty() { root.get("steps").map(Node::items) } else { Some(root.items()) };
        steps(&mut facts, list.unwrap_or_default(), &mut Within { open: true, ..outer }, "");
    }
    facts.found
}

/// What holds where a step or job stands.
#[derive(Clone, Default)]
struct Within {
    job: String,
    environment: Option<String>,
    /// Names that `env:` gives, from all levels.
    given: Vec<String>,
    forks: bool,
    /// Whether a failure here is none of the workflow.
    lenient: bool,
    open: bool,
    composite: bool,
    /// The shell of scripts that name none.
    shell: String,
}

impl Within {
    /// The same under the condition and the leniency of `node`.
    fn under(&self, node: &Node) -> Self {
        let condition = node.get("if").and_then(Node::text);
        let mut inner = self.clone();
        // A condition that looks at the event, the repository or the value itself decides what runs in a fork.
        inner.forks &= !condition.is_some_and(|text| {
            ["event", "fork", "actor", "repository", "secrets.", "env.", "ref", "owner", "user"]
                .iter()
                .any(|word| text.contains(word))
        });
        inner.lenient |=
            node.get("continue-on-error").is_some_and(|node| node.text().is_none_or(|text| text != "false"));
        inner.lenient |=
            condition.is_some_and(|text| text.contains("secrets.") || text.contains("env.") || text.contains("false"));
        inner
    }
}

fn job(facts: &mut Facts<'_>, id: &str, node: &Node, outer: &Within) {
    let mut within = outer.under(node);
    within.job = id.to_owned();
    within.environment = node.get("environment").and_then(|environment| {
        environment
            .text()
            .or_else(|| environment.get("name")?.text())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
    });
    condition(facts, node, &within);
    let mut within = env(facts, node, &within);
    if let Some(uses) = node.get("uses") {
        called(facts, node, uses, &within);
        return;
    }
    if let Some(container) = node.get("container") {
        within = env(facts, container, &within);
        expressions(facts, container.get("credentials"), &within, Spot::With);
    }
    expressions(facts, node.get("services"), &within, Spot::With);
    let machines = node.get("runs-on");
    within.open = !machines.is_some_and(|machines| {
        !machines.items().is_empty()
            && machines
                .items()
                .iter()
                .all(|label| label.text().is_some_and(|label| HOSTED.iter().any(|hosted| label.starts_with(hosted))))
    });
    let windows = machines.is_some_and(|machines| {
        machines.items().iter().any(|label| label.text().is_some_and(|label| label.starts_with("windows")))
    });
    let shell = node.at(&["defaults", "run", "shell"]).and_then(Node::text).map(str::to_owned);
    within.shell = shell.unwrap_or_else(|| if windows { "pwsh" } else { &*outer.shell }.to_owned());
    let folder = node.at(&["defaults", "run", "working-directory"]).and_then(Node::text).unwrap_or_default();
    steps(facts, node.get("steps").map(Node::items).unwrap_or_default(), &mut within, folder);
}

/// A job that is another workflow.
fn called(facts: &mut Facts<'_>, node: &Node, uses: &Node, within: &Within) {
    let secrets = node.get("secrets");
    expressions(facts, secrets, within, Spot::With);
    expressions(facts, node.get("with"), within, Spot::With);
    let passes = match secrets {
        Some(secrets) if secrets.text() == Some("inherit") => Passes::All,
        Some(secrets) => Passes::Named(secrets.pairs().iter().map(|(name, ..)| name.to_ascii_uppercase()).collect()),
        None => Passes::Named(Vec::new()),
    };
    // A workflow of another repository is known by its whole name.
    let file = uses.text().and_then(|name| match name.strip_prefix("./") {
        Some(own) => resolve("", own),
        None => Some(name.to_owned()),
    });
    let Some(file) = file else { return };
    facts.add(uses.span.clone(), Seen::Calls(Calls { file, passes }));
}

fn steps(facts: &mut Facts<'_>, list: &[Node], within: &mut Within, folder: &str) {
    for node in list {
        let outer = within.clone();
        let mut step = outer.under(node);
        condition(facts, node, &step);
        step = env(facts, node, &step);
        let mut with = step.clone();
        // Uploads that go on without a token unless they are told to fail.
        with.lenient |= node.get("uses").and_then(Node::text).is_some_and(|action| action.starts_with("codecov/"))
            && !node.at(&["with", "fail_ci_if_error"]).is_some_and(Node::is_true);
        expressions(facts, node.get("with"), &with, Spot::With);
        if let Some(action) = node.get("uses").and_then(Node::text) {
            // Any other action may hand variables on: logins, vaults, set-ups with a token.
            within.open |=
                !PLAIN.iter().any(|plain| action.starts_with(plain)) || action.starts_with("actions/setup-node");
        }
        let Some(run) = node.get("run") else { continue };
        expressions(facts, Some(run), &step, Spot::Script);
        let shell = node.get("shell").and_then(Node::text).unwrap_or(&within.shell);
        let raw = &facts.text[run.span.clone()];
        let script =
            if shell.starts_with("bash") || shell.starts_with("sh") { script::read(raw) } else { Script::default() };
        let folder = node.get("working-directory").and_then(Node::text).unwrap_or(folder);
        let mut given = step.given.clone();
        given.extend(script.sets.iter().cloned());
        let programs = script.programs.iter().filter_map(|program| resolve(folder, program)).collect();
        let starts = Starts {
            by: Starter::Ci,
            name: step.job.clone(),
            given,
            files: Vec::new(),
            programs,
            folder: None,
            mounted: true,
            open: step.open || script.open || step.lenient,
        };
        facts.add(run.span.clone(), Seen::Starts(starts));
        facts.script(&run.span, &script);
        facts.sudo(run.span.start, &script, &[folder]);
        if script.hands_on {
            within.given.extend(script.sets);
            within.open |= raw.contains("cat ") || raw.contains("printenv") || raw.contains("tee");
        }
        within.open |= raw.contains("aws ") && raw.contains("configure");
    }
}

fn action(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (documents, _) = documents(text);
    let Some(runs) = documents.first().and_then(|root| root.get("runs")) else { return Vec::new() };
    if runs.get("using").and_then(Node::text) != Some("composite") {
        return Vec::new();
    }
    // The caller's variables are there as well, whatever they are.
    let mut within = Within { open: true, composite: true, shell: "bash".to_owned(), ..Within::default() };
    steps(&mut facts, runs.get("steps").map(Node::items).unwrap_or_default(), &mut within, "");
    facts.found
}

/// The settings of `env:`, and what holds below them.
fn env(facts: &mut Facts<'_>, node: &Node, outer: &Within) -> Within {
    let mut inner = outer.clone();
    let Some(env) = node.get("env") else { return inner };
    expressions(facts, Some(env), outer, Spot::Env);
    for (name, _, value) in env.pairs() {
        inner.given.push(name.to_owned());
        let written = &facts.text[value.span.clone()];
        let value_of = match value.text() {
            Some(text) => given(text),
            // Without quotes `{{ x }}` is a map with a map for its key; its author meant a reference.
            None if written.starts_with("{{") => given(written),
            None => Value::Unknown,
        };
        facts.sets(value.span.clone(), name, value_of, Setter::Ci);
    }
    // `env: ${{ fromJSON(…) }}`, or a map with computed names.
    inner.open |= matches!(env.kind, Kind::Scalar { .. }) && !env.is_null();
    inner
}

fn given(text: &str) -> Value {
    static WHOLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^\s*\$\{\{\s*(secrets|vars|env|github)(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[\s*'([^']+)'\s*\])\s*\}\}\s*$",
        )
        .ok()
    });
    let whole = WHOLE.as_ref().and_then(|whole| whole.captures(text));
    match whole
        .and_then(|found| Some((found.get(1)?.as_str().to_owned(), found.get(2).or(found.get(3))?.as_str().to_owned())))
    {
        Some((scope, name)) => Value::Reference { name, scope },
        None if text.contains("${{") => Value::Unknown,
        // Braces that mean nothing to Actions belong to a tool that writes the file, unless they name a store of Actions.
        None if text.contains("{{") && !["secrets.", "vars.", "env."].iter().any(|store| text.contains(store)) => {
            Value::Unknown
        }
        None => literal(text),
    }
}

/// The condition of a job or step, which is an expression with or without its braces.
fn condition(facts: &mut Facts<'_>, node: &Node, within: &Within) {
    if let Some(condition) = node.get("if") {
        secrets(facts, condition.span.clone(), within, Spot::Condition);
    }
}

/// Asks inside the `${{ … }}` of every text in `node`.
fn expressions(facts: &mut Facts<'_>, node: Option<&Node>, within: &Within, spot: Spot) {
    static EXPRESSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)\$\{\{.*?\}\}").ok());
    let Some(pattern) = EXPRESSION.as_ref() else { return };
    for scalar in node.map(Node::scalars).unwrap_or_default() {
        let found: Vec<Range<usize>> =
            pattern.find_iter(&facts.text[scalar.span.clone()]).map(|found| found.range()).collect();
        for range in found {
            secrets(facts, scalar.span.start + range.start..scalar.span.start + range.end, within, spot);
        }
    }
}

/// The secrets that the expression in the bytes `span` names.
fn secrets(facts: &mut Facts<'_>, span: Range<usize>, within: &Within, spot: Spot) {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^A-Za-z0-9_.-])((secrets|vars)(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[\s*'([^']+)'\s*\]))").ok()
    });
    let Some(pattern) = NAME.as_ref() else { return };
    let expression = facts.text[span.clone()].to_owned();
    // Something stands in for it, or the expression only asks whether it is there.
    let hedged = ["||", "&&", "!=", "==", "!"].iter().any(|mark| expression.contains(mark));
    let spot = if within.composite { Spot::Composite } else { spot };
    for found in pattern.captures_iter(&expression) {
        let (Some(all), Some(store), Some(name)) = (found.get(1), found.get(2), found.get(3).or(found.get(4))) else {
            continue;
        };
        let mut seen = asks(name.as_str(), within, spot);
        seen.needed &= !hedged && spot != Spot::Condition;
        seen.store = if store.as_str() == "vars" { "vars" } else { "secrets" };
        // The token of the run itself is always there, and variables of the repository are no secrets of an action.
        if seen.name == "GITHUB_TOKEN" || (within.composite && seen.store == "vars") {
            continue;
        }
        facts.add(span.start + all.start()..span.start + all.end(), Seen::Asks(seen));
    }
}

fn asks(name: &str, within: &Within, spot: Spot) -> Asks {
    Asks {
        name: name.to_ascii_uppercase(),
        store: "secrets",
        job: within.job.clone(),
        environment: within.environment.clone(),
        spot,
        needed: !within.lenient,
        forks: within.forks,
    }
}

/// The names of the events of `on:`.
fn events(node: &Node) -> BTreeSet<String> {
    let named = node.items().iter().filter_map(Node::text).map(str::to_owned);
    named.chain(node.pairs().iter().map(|(name, ..)| (*name).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each fact in a line of words.
    fn said(path: &str, text: &str) -> Vec<String> {
        let facts = crate::read::facts(&path.into(), text);
        let mut said = Vec::new();
        for fact in &facts {
            let at = text.get(fact.span.clone()).unwrap_or_default();
            said.push(match &fact.seen {
                Seen::Asks(a) => format!(
                    "asks {} {:?}{}{} [{at}]",
                    a.name,
                    a.spot,
                    if a.needed { " needed" } else { "" },
                    if a.forks { " forks" } else { "" }
                ),
                Seen::Sets(s) => match &s.value {
                    Value::Literal(_) => format!("sets {} = {at}", s.name),
                    Value::Reference { name, scope } => format!("sets {} from {scope}.{name}", s.name),
                    _ => format!("sets {}", s.name),
                },
                Seen::Reads(r) => format!("reads {} [{at}]", r.name),
                Seen::Starts(s) => {
                    format!("starts {:?} {:?}{}", s.programs, s.given, if s.open { " open" } else { "" })
                }
                Seen::Calls(c) => format!("calls {} {:?}", c.file, c.passes),
                Seen::Unread(why) => format!("unread: {why}"),
                _ => continue,
            });
        }
        said
    }

    #[test]
    fn three_levels_and_a_script() {
        let text = "on: [push, pull_request]\nenv:\n  A: 1\njobs:\n  t:\n    runs-on: ubuntu-latest\n    env:\n      B: ${{ secrets.B }}\n    steps:\n      - uses: actions/checkout@v5\n      - run: |\n          node eval.js\n          echo $C\n        env: { C: \"${{ secrets.D || 'x' }}\" }\n";
        assert_eq!(
            said(".github/workflows/ci.yml", text),
            [
                "sets A = 1",
                "asks B Env needed forks [secrets.B]",
                "sets B from secrets.B",
                "asks D Env forks [secrets.D]",
                "sets C",
                "starts [\"eval.js\"] [\"A\", \"B\", \"C\"]",
                "reads C [$C]",
            ]
        );
    }

    #[test]
    fn called_workflows_and_what_they_declare() {
        let text = "on:\n  workflow_call:\n    secrets:\n      token: { required: true }\njobs:\n  a:\n    uses: ./.github/workflows/x.yml\n    secrets: inherit\n  b:\n    uses: ./.github/workflows/x.yml\n    secrets:\n      KEY: ${{ secrets.TOKEN }}\n  c:\n    uses: org/repo/.github/workflows/x.yml@v1\n";
        assert_eq!(
            said(".github/workflows/ci.yml", text),
            [
                "asks TOKEN Declared { required: true } needed [token]",
                "calls .github/workflows/x.yml All",
                "asks TOKEN With needed [secrets.TOKEN]",
                "calls .github/workflows/x.yml Named([\"KEY\"])",
                "calls org/repo/.github/workflows/x.yml@v1 Named([])",
            ]
        );
    }

    #[test]
    fn conditions_forks_and_other_machines() {
        let text = "on: pull_request\njobs:\n  a:\n    if: github.event_name == 'push'\n    runs-on: [self-hosted]\n    steps:\n      - if: secrets.X != ''\n        run: echo ${{ secrets.GITHUB_TOKEN }} $Y\n";
        assert_eq!(
            said(".github/workflows/ci.yml", text),
            ["asks X Condition [secrets.X]", "starts [] [] open", "reads Y [$Y]"]
        );
    }

    #[test]
    fn composite_actions_and_broken_files() {
        let text = "runs:\n  using: composite\n  steps:\n    - run: x ${{ secrets.K }}\n      shell: bash\n";
        assert_eq!(said("a/action.yml", text), ["asks K Composite needed [secrets.K]", "starts [] [] open"]);
        assert_eq!(said(".github/workflows/a.yml", "on: push\njobs: [\n"), ["unread: it is not valid YAML"]);
        assert_eq!(
            said(".github/workflows/a.yml", "jobs:\n  a:\n    env:\n      K: {{ secrets.K }}\n"),
            ["sets K = {{ secrets.K }}"]
        );
    }
}
