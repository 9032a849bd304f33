//! Functions of a cloud: the Serverless Framework's `serverless.yml` and AWS SAM or CloudFormation templates.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::yaml::{Kind, Node, documents};
use super::{Facts, folder_of, literal, name_of, resolve};
use crate::fact::{Fact, Reads, Seen, Setter, Starter, Starts, Value};
use crate::read::Reader;

pub(super) const SERVERLESS: Reader = Reader { name: "serverless.yml", takes: is_serverless, read: serverless };
pub(super) const TEMPLATE: Reader = Reader { name: "AWS SAM templates", takes: is_template, read: template };

fn is_serverless(path: &str) -> bool {
    let name = name_of(path);
    name.starts_with("serverless") && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

fn is_template(path: &str) -> bool {
    let name = name_of(path);
    (name.ends_with(".yml") || name.ends_with(".yaml"))
        && ["template", "sam", "cloudformation", "stack", "cfn"].iter().any(|word| name.contains(word))
}

fn serverless(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let (documents, broken) = documents(text);
    if let Some(line) = broken {
        facts.unread(line, "it is not valid YAML");
    }
    let Some(root) = documents.first().filter(|root| root.get("provider").is_some()) else { return facts.found };
    // A plugin that lays an env file into the functions.
    let plugins = root.get("plugins").map(Node::scalars).unwrap_or_default();
    let mut open = plugins.iter().any(|plugin| plugin.text().is_some_and(|name| name.contains("dotenv")));
    let shared = environment(&mut facts, root.at(&["provider", "environment"]), &mut open);
    let functions = root.get("functions");
    let listed = functions.map(Node::items).unwrap_or_default().iter().flat_map(Node::pairs);
    for (name, key, node) in functions.map(Node::pairs).unwrap_or_default().into_iter().chain(listed) {
        let mut open = open;
        let mut given = shared.clone();
        given.extend(environment(&mut facts, node.get("environment"), &mut open));
        let handler = node.get("handler").and_then(Node::text);
        starts(&mut facts, key.span.clone(), name, given, handlers(folder_of(path), handler), open);
    }
    read_by_the_file(&mut facts);
    facts.found
}

fn template(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    if !text.contains("AWS::Serverless::") && !text.contains("AWS::Lambda::Function") {
        return facts.found;
    }
    let (documents, broken) = documents(text);
    if let Some(line) = broken {
        facts.unread(line, "it is not valid YAML");
    }
    let Some(root) = documents.first() else { return facts.found };
    let mut open = false;
    let globals = root.at(&["Globals", "Function"]);
    let shared = environment(&mut facts, globals.and_then(variables), &mut open);
    let code_of = |node: &Node| node.get("CodeUri").and_then(Node::text).map(str::to_owned);
    let shared_code = globals.and_then(code_of);
    for (name, key, resource) in root.get("Resources").map(Node::pairs).unwrap_or_default() {
        let kind = resource.get("Type").and_then(Node::text).unwrap_or_default();
        let Some(properties) = resource.get("Properties") else { continue };
        if !["AWS::Serverless::Function", "AWS::Lambda::Function"].contains(&kind) {
            continue;
        }
        let mut open = open;
        let mut given = if kind == "AWS::Serverless::Function" { shared.clone() } else { Vec::new() };
        given.extend(environment(&mut facts, variables(properties), &mut open));
        let code = code_of(properties).or_else(|| shared_code.clone()).filter(|_| kind == "AWS::Serverless::Function");
        let folder = code.and_then(|code| resolve(folder_of(path), &code));
        let handler = properties.get("Handler").or_else(|| globals?.get("Handler")).and_then(Node::text);
        let programs = folder.map(|folder| handlers(&folder, handler)).unwrap_or_default();
        starts(&mut facts, key.span.clone(), name, given, programs, open);
    }
    facts.found
}

fn variables(node: &Node) -> Option<&Node> {
    let environment = node.get("Environment")?;
    Some(environment.get("Variables").unwrap_or(environment))
}

/// The names that a map of variables gives; anything but a map may give any.
fn environment(facts: &mut Facts<'_>, node: Option<&Node>, open: &mut bool) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    *open |= !matches!(node.kind, Kind::Map(_)) && !node.is_null();
    let mut given = Vec::new();
    for (name, _, value) in node.pairs() {
        // A merge of another file, or an intrinsic function in the place of the map.
        *open |= name.starts_with("Fn::") || name.starts_with("${");
        given.push(name.to_owned());
        let seen = match value.text() {
            Some(_) if is_tagged(facts.text, &value.span) => Value::Unknown,
            Some(text) => setting(text),
            None => Value::Unknown,
        };
        facts.sets(value.span.clone(), name, seen, Setter::Platform);
    }
    given
}

/// Whether a tag such as `!Ref` or `!Sub` stands before the value: it is worked out by CloudFormation.
fn is_tagged(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].trim_end_matches([' ', '\n', '\r', '\t']);
    before.rsplit([' ', '\n', ':']).next().is_some_and(|word| word.starts_with('!'))
        || text[span.clone()].starts_with('!')
}

/// `${env:NAME}` is a variable of the machine that deploys, `${ssm:/path}` a parameter of AWS; what else is in `${` is
/// worked out by the framework.
fn setting(text: &str) -> Value {
    static WHOLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\$\{(env|ssm)(?:\([^)]*\))?:([A-Za-z0-9_./-]+)\}$").ok());
    let whole = WHOLE.as_ref().and_then(|whole| whole.captures(text));
    match whole.and_then(|found| Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))) {
        Some((scope, name)) => Value::Reference { name, scope },
        None if text.contains("${") || text.contains("{{") => Value::Unknown,
        None => literal(text),
    }
}

/// The file in which a handler such as `src/api.main` may lie, in each language that functions are written in.
fn handlers(folder: &str, handler: Option<&str>) -> Vec<String> {
    let module = handler.and_then(|handler| Some(handler.rsplit_once('.')?.0));
    let Some(module) = module.and_then(|module| resolve(folder, module)) else { return Vec::new() };
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".rb"].iter().map(|ending| format!("{module}{ending}")).collect()
}

fn starts(
    facts: &mut Facts<'_>,
    span: Range<usize>,
    name: &str,
    given: Vec<String>,
    programs: Vec<String>,
    open: bool,
) {
    let starts = Starts {
        by: Starter::Function,
        name: name.to_owned(),
        given,
        files: Vec::new(),
        programs,
        folder: None,
        mounted: false,
        open,
    };
    facts.add(span, Seen::Starts(starts));
}

/// `${env:NAME}` anywhere in the file, with a default after a comma or without.
fn read_by_the_file(facts: &mut Facts<'_>) {
    static USE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\s*([,}])").ok());
    let Some(pattern) = USE.as_ref() else { return };
    let found: Vec<(Range<usize>, String, bool)> = pattern
        .captures_iter(facts.text)
        .filter_map(|found| Some((found.get(0)?.range(), found[1].to_owned(), &found[2] == ",")))
        .collect();
    for (span, name, fallback) in found {
        let line = facts.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        if !facts.text[line..span.start].trim_start().starts_with('#') {
            facts.add(span, Seen::Reads(Reads { name, through: "${env:}", browser: false, fallback, top: false }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::said;

    #[test]
    fn functions_of_the_framework() {
        let text = "service: shop\nprovider:\n  name: aws\n  environment:\n    A: ${env:A}\nfunctions:\n  pay:\n    handler: src/pay.main\n    environment:\n      B: ${ssm:/shop/b}\n      C: plain\n  mail:\n    handler: src/mail.main\n    environment: ${file(env.yml)}\n";
        assert_eq!(
            said("serverless.yml", text),
            [
                "A from env A",
                "B from ssm /shop/b",
                "C = plain",
                "starts pay [\"A\", \"B\", \"C\"] src/pay.js…7",
                "starts mail [\"A\"] src/mail.js…7 open",
                "reads A",
            ]
        );
    }

    #[test]
    fn functions_of_a_template() {
        let text = "Globals:\n  Function:\n    CodeUri: src/\n    Environment:\n      Variables:\n        A: !Ref Key\nResources:\n  Pay:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: pay.main\n      Environment:\n        Variables:\n          B: text\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {}\n";
        assert_eq!(said("template.yaml", text), ["A ?", "B = text", "starts Pay [\"A\", \"B\"] src/pay.js…7"]);
        assert_eq!(said("template.yaml", "kind: Template\n"), Vec::<String>::new());
    }
}
