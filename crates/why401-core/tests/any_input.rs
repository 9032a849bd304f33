//! Every reader takes every input: nothing panics, and each span lies inside the text it was given for.
//!
//! `PROPTEST_CASES=100000` tries longer. What fails is shrunk and printed.

use std::ops::Range;
use std::sync::Arc;

use proptest::prelude::*;
use why401_core::cause::Edit;
use why401_core::excerpt::Redactor;
use why401_core::exchange::Outcome;
use why401_core::fact::Place;
use why401_core::loader::{Content, Environment, File, Loader};
use why401_core::provider::{Provider, Registry, meanings};
use why401_core::read::env_file::intents;
use why401_core::read::record::Fields;
use why401_core::secret::Secret;
use why401_core::{mend, read, value};

/// Pieces on which parsers stumble; each language's quotes, comments, escapes and openings.
const PIECES: &[&str] = &[
    "A",
    "B_2",
    "=",
    ":",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "'",
    "`",
    "\\",
    "\\n",
    "\\\"",
    "\\u",
    "\\x4",
    "#",
    " #",
    "//",
    "/*",
    "*/",
    "--",
    ";",
    ",",
    "$",
    "${",
    "}",
    "$(",
    ")",
    "(",
    "{",
    "{{",
    "}}",
    "[",
    "]",
    "<",
    ">",
    "<%",
    "%",
    "&",
    "|",
    "!",
    "~",
    "-",
    "+",
    "?",
    "@",
    "\"\"\"",
    "'''",
    "r#\"",
    "\"#",
    "b'",
    "f\"",
    "@\"",
    "%q(",
    "<<EOF",
    "<<~X",
    "EOF",
    "export ",
    "set -a",
    "declare -x ",
    "process.env.",
    "import.meta.env.",
    "os.environ[",
    "os.getenv(",
    "ENV[",
    "getenv('",
    "std::env::var(",
    "System.getenv(",
    "fetch(",
    "headers",
    "Authorization",
    "Bearer ",
    "Basic ",
    "Token",
    "curl ",
    "-H ",
    "-u ",
    "https://",
    "u:p@",
    "api.openai.com",
    "sk-",
    "sk-proj-",
    "ghp_",
    "AKIA",
    "xoxb-",
    "eyJ",
    "data:\n  ",
    "stringData:\n",
    "kind: Secret\n",
    "env:\n",
    "- ",
    "services:\n",
    "environment:\n",
    "jobs:\n",
    "steps:\n",
    "run: |\n    ",
    "${{ secrets.",
    "ENV ",
    "ARG ",
    "FROM x\n",
    "Environment=",
    "[Service]\n",
    "require ",
    "gem '",
    "\"dependencies\": {",
    "require('dotenv').config()",
    "load_dotenv(",
    "é",
    "ß",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "“",
    "”",
    "😀",
    "\0",
    "\u{7}",
    "\u{1b}[",
    "\u{fffd}",
    "0",
    "9",
    "1e9",
    "true",
    "null",
    "undefined",
    "your-key",
    "-----BEGIN PRIVATE KEY-----",
    "<<<",
    "=begin\n",
    "=end\n",
    "__END__",
    "?>",
    "<?php ",
    "HTTP/1.1 401 Unauthorized\n",
    "< HTTP/2 403\n",
    "> GET /a HTTP/2\n",
    "> Authorization: Bearer ",
    "\n\n",
    "```",
    "Incorrect API key provided: ",
    "Error code: 401 - ",
    "{\"log\":{\"entries\":[",
    "{\"error\":{\"code\":\"invalid_api_key\"}}",
    "2026-01-02T03:04:05Z",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "Credential=AKIA/20260101/",
];

/// One path for each kind of file that anything reads.
const PATHS: &[&str] = &[
    "package.json",
    "requirements.txt",
    "pyproject.toml",
    "Gemfile",
    "composer.json",
    "go.mod",
    "Cargo.toml",
    "Pipfile",
    "deno.json",
    "a.js",
    "a.mjs",
    "a.cjs",
    "a.ts",
    "a.tsx",
    "a.jsx",
    "a.vue",
    "a.svelte",
    "a.py",
    "a.ipynb",
    "a.go",
    "a.rb",
    "a.php",
    "a.java",
    "a.kt",
    "a.cs",
    "a.rs",
    "a.sh",
    "a.bash",
    "a.ps1",
    "Makefile",
    "README.md",
    "a.rst",
    "a.txt",
    "a.html",
    "Dockerfile",
    "docker-compose.yml",
    "compose.yaml",
    ".github/workflows/a.yml",
    ".gitlab-ci.yml",
    "k8s/a.yaml",
    "vercel.json",
    "netlify.toml",
    "serverless.yml",
    "a.service",
    ".npmrc",
    ".netrc",
    "a.json",
    "a.toml",
    "a.yml",
    "a.tf",
    "fly.toml",
    "wrangler.toml",
    "Procfile",
    "action.yml",
    ".envrc",
    "pom.xml",
    "build.gradle",
    "Caddyfile",
    "a.http",
    "a.bat",
    ".circleci/config.yml",
    "Jenkinsfile",
    "app.yaml",
    "template.yaml",
    "app.json",
    "render.yaml",
    "wrangler.jsonc",
    "package.json",
    "appsettings.json",
    "application.properties",
    "application.yml",
    ".aws/credentials",
    ".pypirc",
    "pip.conf",
    ".docker/config.json",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat());
    prop_oneof![8 => pieces, 1 => any::<String>(), 1 => "[ -~\n]{0,200}"]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let torn = (text(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)).prop_map(
        |(text, wounds)| {
            let mut bytes = text.into_bytes();
            for (at, byte) in wounds {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            bytes
        },
    );
    let wide = text().prop_map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    prop_oneof![6 => text().prop_map(String::into_bytes), 3 => torn, 1 => prop::collection::vec(any::<u8>(), 0..200), 1 => wide]
}

fn inside(span: &Range<usize>, length: usize) -> bool {
    span.start <= span.end && span.end <= length
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn readers(path in prop::sample::select(PATHS), text in text()) {
        let path: Arc<str> = path.into();
        for fact in read::facts(&path, &text) {
            prop_assert!(text.get(fact.span.clone()).is_some(), "{fact:?}");
        }
    }

    #[test]
    fn env_files(bytes in bytes()) {
        for intent in intents(&bytes) {
            for span in [&intent.name_span, &intent.span, &intent.inner] {
                prop_assert!(inside(span, bytes.len()), "{intent:?}");
            }
        }
    }

    #[test]
    fn loaders(bytes in bytes(), other in bytes(), process in prop::collection::btree_map("[AB]|B_2", text(), 0..3)) {
        let process: Environment = process.iter().map(|(name, value)| (name.clone(), Secret::from(value.as_str()))).collect();
        let files = [File { path: ".env", content: Content::Bytes(&bytes) }, File { path: ".env.local", content: Content::Bytes(&other) }];
        for loader in Loader::all() {
            let loaded = loader.load(&files[..1], &process);
            for assignment in &loaded.assignments {
                prop_assert!(inside(&assignment.span, bytes.len()), "{}: {assignment:?}", loader.slug);
                prop_assert!(assignment.line >= 1 && assignment.file == 0, "{}: {assignment:?}", loader.slug);
            }
            let from = loaded.values.values().filter_map(|visible| visible.from);
            prop_assert!(from.max().is_none_or(|last| last < loaded.assignments.len()), "{}", loader.slug);
            for assignment in loader.load(&files, &process).assignments {
                let length = [&bytes, &other].get(assignment.file).map_or(0, |bytes| bytes.len());
                prop_assert!(inside(&assignment.span, length), "{}: {assignment:?}", loader.slug);
            }
        }
    }

    #[test]
    fn values(text in text()) {
        let _ = value::plainly(&text);
        let _ = Secret::from(text.as_str()).shape().to_string();
        let registry = Registry::new(Vec::new());
        let _ = registry.recognise(&text);
        let _ = (registry.of_variable(&text), registry.of_host(&text), registry.is_secret_variable(&text));
        for credential in Provider::all().iter().flat_map(|provider| &provider.credential).filter(|c| c.checksum.is_some()) {
            let _ = credential.checksum_holds(&text);
            let _ = credential.checksum_holds(&format!("{}{text}", credential.prefix));
        }
    }

    #[test]
    fn excerpts(line in text(), secret in text(), column in 0u32..400, width in 0u32..400, is_env_file: bool) {
        let known = Secret::from(secret.as_str());
        let place = Place { path: "x".into(), line: 1, column, width };
        let excerpt = Redactor::new([&known].into_iter()).excerpt(&line, &place, is_env_file);
        let length = excerpt.text.chars().count();
        prop_assert!(excerpt.caret.start <= excerpt.caret.end && excerpt.caret.end <= length + 1, "{excerpt:?}");
        prop_assert!(!excerpt.text.chars().any(|c| c.is_control()), "{excerpt:?}");
    }

    #[test]
    fn pastes(bytes in bytes()) {
        let path: Arc<str> = "-".into();
        let text = read::pasted::clean(&bytes);
        let (pasted, beside) = (read::pasted::read(&path, &text), read::pasted::beside(&path, &text));
        for fact in pasted.facts.iter().chain(&beside.facts) {
            prop_assert!(text.get(fact.span.clone()).is_some(), "{fact:?}");
        }
        for exchange in &pasted.exchanges {
            let Outcome::Answered(answer) = &exchange.outcome else { continue };
            for meaning in meanings(answer, &[]) {
                prop_assert!(answer.body.get(meaning.span.clone()).is_some(), "{meaning:?}");
            }
        }
        for piece in read::pasted::pieces(&text) {
            prop_assert!(piece.text.len() == text.len(), "{}", piece.name);
        }
    }

    #[test]
    fn records(host in text(), url in text(), body in text(), status in 0u32..700, line in bytes()) {
        let fields = Fields::new(&[]).unwrap();
        let whole = serde_json::json!({ "status": status, "host": host, "url": url, "body": body, "headers": { &host: &url } });
        for line in [whole.to_string().into_bytes(), line] {
            let Ok(record) = fields.read(&line) else { continue };
            let mut key = Vec::new();
            record.key(&mut key);
            let call = read::pasted::call(&"-".into(), record.exchange());
            prop_assert!(call.exchanges.len() == 1);
        }
    }

    #[test]
    fn edits(bytes in bytes(), spans in prop::collection::vec((0usize..80, 0usize..80), 0..4), replacement in text()) {
        let place = Place { path: "x".into(), line: 1, column: 1, width: 0 };
        let edits: Vec<Edit> = spans
            .into_iter()
            .map(|(start, end)| Edit { place: place.clone(), span: start..end, replacement: replacement.clone() })
            .collect();
        // An edit that does not fit is turned down.
        let _ = mend::apply(&bytes, &edits);
    }
}
