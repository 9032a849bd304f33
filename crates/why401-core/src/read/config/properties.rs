//! Settings of Spring and .NET programs, and credential files of AWS and PyPI. A setting bears the name of the variable
//! that would set it from outside: `app.api-key` is `APP_APIKEY`, `Acme:ApiKey` is `Acme__ApiKey`.

use std::ops::Range;
use std::sync::Arc;

use super::yaml::{Kind, Node, documents};
use super::{Facts, lines, literal, name_of, tables};
use crate::fact::{Fact, Reads, Seen, Setter, Value};
use crate::read::Reader;

pub(super) const SPRING: Reader = Reader { name: "Spring's application properties", takes: is_spring, read: spring };
pub(super) const DOTNET: Reader = Reader { name: ".NET's appsettings", takes: is_dotnet, read: dotnet };
pub(super) const GRADLE: Reader = Reader { name: "properties of a build", takes: is_build, read: build };
pub(super) const INI: Reader = Reader { name: "credential files", takes: is_ini, read: ini };

/// Deeper than any settings that people write.
const DEPTH: usize = 12;

fn is_spring(path: &str) -> bool {
    let name = name_of(path);
    let ending = [".properties", ".yml", ".yaml"].iter().any(|ending| name.ends_with(ending));
    ending
        && ["application", "bootstrap"]
            .iter()
            .any(|stem| name.strip_prefix(stem).is_some_and(|rest| rest.starts_with(['.', '-'])))
}

fn is_dotnet(path: &str) -> bool {
    let name = name_of(path);
    name == "launchSettings.json" || (name.starts_with("appsettings.") && name.ends_with(".json"))
}

fn is_ini(path: &str) -> bool {
    path.ends_with(".aws/credentials") || name_of(path) == ".pypirc"
}

fn is_build(path: &str) -> bool {
    matches!(name_of(path), "gradle.properties" | "local.properties" | "sonar-project.properties")
}

/// What a build's properties hold; quotes are part of a value. A name that code asks for stays as it is.
fn build(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    for (span, name, value) in properties(text) {
        let filled = value.contains("${") || value.contains("{{") || value.starts_with(['@', '<']);
        facts.sets(span, name, if filled { Value::Unknown } else { literal(value) }, Setter::CredentialFile);
    }
    facts.found
}

fn spring(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    if path.ends_with(".properties") {
        for (span, name, value) in properties(text) {
            setting(&mut facts, span, &variable(name), value);
        }
        return facts.found;
    }
    // What a build tool fills in is no YAML, and nobody's mistake.
    for document in documents(text).0 {
        walk(&mut facts, &document, &mut Vec::new(), &|path| variable(&path.join(".")));
    }
    facts.found
}

/// Bytes of the value, name and value of each line. Blanks at the end belong to the value, as do quotes.
fn properties(text: &str) -> Vec<(Range<usize>, &str, &str)> {
    let mut found = Vec::new();
    let mut continues = false;
    for (at, line) in lines(text) {
        let goes_on = line.ends_with('\\');
        let start = line.trim_start();
        let skip = std::mem::replace(&mut continues, goes_on) || start.starts_with(['#', '!']) || goes_on;
        let Some((name, value)) = start.split_once(['=', ':']).filter(|_| !skip) else { continue };
        let value = value.trim_start();
        // Escapes are left to those who need them.
        if !value.is_empty() && !value.contains('\\') {
            let end = at + line.len();
            found.push((end - value.len()..end, name.trim(), value));
        }
    }
    found
}

/// The name by which Spring takes a property from the environment.
fn variable(property: &str) -> String {
    property.replace('-', "").replace(['.', '['], "_").replace(']', "").to_ascii_uppercase()
}

fn walk(facts: &mut Facts<'_>, node: &Node, path: &mut Vec<String>, name_of: &dyn Fn(&[String]) -> String) {
    if path.len() > DEPTH {
        return;
    }
    for (key, _, value) in node.pairs() {
        path.push(key.to_owned());
        match &value.kind {
            Kind::Scalar { text, .. } if !value.is_null() && !text.is_empty() => {
                setting(facts, value.span.clone(), &name_of(path), text);
            }
            Kind::Map(_) => walk(facts, value, path, name_of),
            Kind::Scalar { .. } | Kind::List(_) => {}
        }
        path.pop();
    }
}

/// `${NAME}` and `${NAME:default}` are filled in by Spring; `@name@` and `{{ }}` by whatever builds the file.
fn setting(facts: &mut Facts<'_>, span: Range<usize>, name: &str, value: &str) {
    let for_tests = facts.path.split(['/', '-', '.']).any(|part| ["test", "tests", "it"].contains(&part));
    let reference = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let seen = match reference {
        Some(inside) => {
            let (variable, default) = inside.split_once(':').map_or((inside, false), |(name, _)| (name, true));
            let is_variable = !variable.is_empty()
                && variable.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
            if is_variable {
                let (name, fallback) = (variable.to_owned(), default);
                let reads = Reads { name, through: "${}", browser: false, fallback, top: false };
                facts.add(span.clone(), Seen::Reads(reads));
            }
            match (default, is_variable) {
                (false, true) => Value::Reference { name: variable.to_owned(), scope: String::new() },
                _ => Value::Unknown,
            }
        }
        None if value.contains("${")
            || value.contains("{{")
            || value.starts_with(['@', '#', '<', '{'])
            || for_tests =>
        {
            Value::Unknown
        }
        None => literal(value),
    };
    facts.sets(span, name, seen, Setter::CredentialFile);
}

fn dotnet(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    // Visual Studio writes a mark before the text; blanks in its place keep every byte where it is.
    let Some(root) = tables::json(&text.replacen('\u{feff}', "   ", 1)) else { return facts.found };
    if name_of(path) == "launchSettings.json" {
        for (.., profile) in root.get("profiles").map(Node::pairs).unwrap_or_default() {
            for (name, _, value) in profile.get("environmentVariables").map(Node::pairs).unwrap_or_default() {
                let seen = value.text().filter(|text| !text.is_empty()).map_or(Value::Unknown, literal);
                facts.sets(value.span.clone(), name, seen, Setter::CredentialFile);
            }
        }
        return facts.found;
    }
    walk(&mut facts, &root, &mut Vec::new(), &|path| path.join("__"));
    facts.found
}

/// `name = value` lines; quotes are part of the value for all who read these files.
fn ini(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let python = name_of(path) == ".pypirc";
    for (at, line) in lines(text) {
        let Some((name, value)) = line.split_once('=').filter(|_| !line.trim_start().starts_with(['#', ';', '[']))
        else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let named = match (python, name) {
            (true, "password") => "TWINE_PASSWORD".to_owned(),
            (false, name) if name.starts_with("aws_") => name.to_ascii_uppercase(),
            _ => continue,
        };
        let end = at + line.trim_end().len();
        if !value.is_empty() {
            facts.sets(end - value.len()..end, &named, literal(value), Setter::CredentialFile);
        }
    }
    facts.found
}

#[cfg(test)]
mod tests {
    use super::super::said;

    #[test]
    fn settings() {
        for (path, text, expected) in [
            (
                "src/main/resources/application.properties",
                "# x=y\nspring.ai.openai.api-key=${OPENAI_API_KEY}\nacme.token = ab c \nacme.text=a\\\n  b=c\nacme.other=${X_KEY:none}\n",
                vec![
                    "reads OPENAI_API_KEY",
                    "SPRING_AI_OPENAI_APIKEY from  OPENAI_API_KEY",
                    "ACME_TOKEN = ab c ",
                    "reads X_KEY?",
                    "ACME_OTHER ?",
                ],
            ),
            (
                "application-prod.yml",
                "acme:\n  api-key: \"abc\"\n  list: [a]\n  empty:\n---\nacme:\n  token: ${ACME_TOKEN}\n",
                vec!["ACME_APIKEY = \"abc\"", "reads ACME_TOKEN", "ACME_TOKEN from  ACME_TOKEN"],
            ),
            ("src/test/resources/application.yml", "acme:\n  token: abc\n", vec!["ACME_TOKEN ?"]),
            (
                "appsettings.Production.json",
                "\u{feff}{\n  // x\n  \"Acme\": { \"ApiKey\": \"abc\", \"Url\": \"\" }\n}\n",
                vec!["Acme__ApiKey = \"abc\""],
            ),
            (
                "Properties/launchSettings.json",
                r#"{"profiles": {"a": {"environmentVariables": {"ACME_TOKEN": "abc"}}}}"#,
                vec!["ACME_TOKEN = \"abc\""],
            ),
            (
                "home/.aws/credentials",
                "[default]\naws_access_key_id = \"abc\"\naws_secret_access_key=def\nregion=x\n",
                vec!["AWS_ACCESS_KEY_ID = \"abc\"", "AWS_SECRET_ACCESS_KEY = def"],
            ),
            (".pypirc", "[pypi]\nusername = __token__\npassword = abc\n", vec!["TWINE_PASSWORD = abc"]),
        ] {
            assert_eq!(said(path, text), expected, "{path}");
        }
    }
}
