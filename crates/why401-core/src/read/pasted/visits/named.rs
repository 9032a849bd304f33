//! Clients that look a credential up by a name or by the beginning of an address: npm, Maven, NuGet, Twine, Poetry, Terraform.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use super::{Visit, is_open, plain};
use crate::expression::Regex;

/// How what stands there becomes what the client looks up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A name, as it is.
    Name,
    /// A host with what follows it.
    Address,
    /// A key of `.npmrc`, which npm takes as it is written: `//host/path/`.
    Key,
    /// The end of a variable that stands for a host: `_` for a dot, `__` for a hyphen.
    Variable,
}

/// What names an address or a name: the client, whether a credential is kept for it, what it is, a word without which it
/// cannot be there, and an expression whose first group it is.
type Named = (&'static str, bool, Form, &'static str, &'static str);

const NAMED: &[Named] = &[
    ("maven", true, Form::Name, "<server>", r"<server>(?:[^<]|<[^/i])*?<id>\s*([^<\s]+)\s*</id>"),
    ("maven", true, Form::Name, "<server>", r"<server>[\s\S]{0,300}?</password>\s*<id>\s*([^<\s]+)\s*</id>"),
    ("maven", true, Form::Name, "server-id", r"(?m)^\s*server-id:\s*(\S+)"),
    ("maven", true, Form::Name, "ServiceConnections", r"\bmavenServiceConnections:\s*['\x22]?([\w.-]+)"),
    (
        "maven",
        false,
        Form::Name,
        "epository>",
        r"<(?:snapshotRepository|repository|pluginRepository)>\s*(?:<(?:name|url|layout)>[^<]*</\w+>\s*)*<id>\s*([^<\s]+)\s*</id>",
    ),
    ("maven", false, Form::Name, "from/to", r"\bfrom/to ([\w.-]+) \("),
    ("maven", false, Form::Name, "-DrepositoryId=", r"-DrepositoryId=([\w.-]+)"),
    ("maven", false, Form::Name, "-DaltDeploymentRepository=", r"-DaltDeploymentRepository=([\w.-]+)::"),
    ("npm", true, Form::Key, ":_", r"(?m)^\s*//([^\s=]+?):_(?:authToken|auth|password)\s*="),
    ("npm", true, Form::Address, "registry-url", r"(?m)^\s*registry-url:\s*['\x22]?(https?://[^\s'\x22]+)"),
    ("npm", false, Form::Address, "registry-url", r"(?m)^\s*registry-url:\s*['\x22]?(https?://[^\s'\x22]+)"),
    ("npm", false, Form::Address, "registry", r"(?m)^\s*(?:@[\w.-]+:)?registry\s*=\s*['\x22]?(https?://[^\s'\x22]+)"),
    (
        "npm",
        false,
        Form::Address,
        "://",
        r"(?m)^(?:npm|yarn|pnpm|error)[^\n]{0,60}(?:\b(?:PUT|GET|POST)|occurred:) \x22?(https?://[^\s\x22]+)",
    ),
    (
        "npm",
        true,
        Form::Address,
        "npmAuth",
        r"(?m)^\s+['\x22]?((?:https?:)?//[^\s'\x22]+?)['\x22]?:[ \t]*\n(?:[ \t]+npm(?:AlwaysAuth|RegistryServer)[^\n]*\n){0,2}[ \t]+npmAuth(?:Token|Ident)",
    ),
    ("npm", false, Form::Address, "npmRegistryServer", r"npmRegistryServer:\s*['\x22]?(https?://[^\s'\x22]+)"),
    (
        "pypi",
        true,
        Form::Name,
        "username",
        r"(?m)^\[([\w.-]+)\][ \t]*\n(?:[ \t]*\w+[ \t]*[=:][^\n]*\n){0,3}?[ \t]*(?:username|password)[ \t]*[=:]",
    ),
    ("pypi", false, Form::Name, "twine", r"\btwine\b[^\n]*?(?: -r| --repository)[= ]([\w-]+)(?:\s|$)"),
    ("poetry", true, Form::Name, "http-basic.", r"\bhttp-basic\.([\w-]+)"),
    (
        "poetry",
        false,
        Form::Name,
        "tool.poetry.source",
        r"\[\[tool\.poetry\.source\]\]\s*\n\s*name\s*=\s*\x22([^\x22\n]+)\x22",
    ),
    ("terraform", true, Form::Name, "credentials", r"\bcredentials\s+\x22([^\x22\n]+)\x22\s*\{"),
    ("terraform", true, Form::Variable, "TF_TOKEN_", r"\bTF_TOKEN_(\w+)"),
    ("terraform", false, Form::Name, "hostname", r"\bhostname\s*=\s*\x22([\w.-]+)\x22"),
    ("terraform", false, Form::Name, "terraform login", r"\bterraform login ([\w-]+\.[\w.-]+)"),
];

pub(super) fn read(text: &str) -> Vec<Visit> {
    static BUILT: [OnceLock<Option<Regex>>; NAMED.len()] = [const { OnceLock::new() }; NAMED.len()];
    let mut found = nuget(text);
    for ((client, keeps, form, word, pattern), built) in NAMED.iter().zip(&BUILT) {
        if !text.contains(word) {
            continue;
        }
        let Some(pattern) = built.get_or_init(|| Regex::new(pattern).ok()) else { continue };
        for named in pattern.captures_iter(text).take(8) {
            let Some(name) = named.get(1).filter(|name| *form == Form::Address || !is_open(name.as_str())) else {
                continue;
            };
            let address = match form {
                Form::Name => name.as_str().trim_matches(['"', '\'']).to_owned(),
                // A sentence about it may leave the rest open: `https://registry.npmjs.org/<package>`.
                Form::Address => plain(name.as_str().split(['<', '$', '{', '*']).next().unwrap_or_default()),
                Form::Key => name.as_str().trim_end_matches('/').to_ascii_lowercase(),
                Form::Variable => name.as_str().replace("__", "-").replace('_', "."),
            };
            found.push(Visit { span: name.range(), client, address, keeps: *keeps });
        }
    }
    found
}

/// The feeds of a `nuget.config` by their keys, and the elements under which their credentials stand.
fn nuget(text: &str) -> Vec<Visit> {
    static SOURCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"<add\s+key="([^"\n]+)"\s+value="(https?://[^"\n]+)""#).ok());
    static ELEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<([A-Za-z_][\w.-]*)>").ok());
    let (Some(source), Some(element)) = (SOURCE.as_ref(), ELEMENT.as_ref()) else { return Vec::new() };
    let visit = |span: Range<usize>, address: String, keeps: bool| Visit { span, client: "nuget", address, keeps };
    let Some(start) = text.find("<packageSourceCredentials>") else { return Vec::new() };
    let end = text.find("</packageSourceCredentials>").unwrap_or(text.len());
    let begin = start + "<packageSourceCredentials>".len();
    let inside = text.get(begin..end).unwrap_or_default();
    let kept = element.captures_iter(inside).filter_map(|found| found.get(1)).take(8);
    let kept = kept.map(|name| visit(begin + name.range().start..begin + name.range().end, feed(name.as_str()), true));
    let asked = source.captures_iter(text).filter_map(|found| Some((found.get(1)?, found.get(2)?))).take(16);
    let asked = asked.filter(|(_, url)| !url.as_str().contains("nuget.org/"));
    kept.chain(asked.map(|(name, _)| visit(name.range(), feed(name.as_str()), false))).collect()
}

/// A feed's name as an element has it and as a key has it.
fn feed(name: &str) -> String {
    name.replace("_x0020_", " ").to_ascii_lowercase()
}
