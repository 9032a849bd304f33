//! What the judges of the stops read and sent say of small projects: a table of files and answers.

#![allow(clippy::expect_used)]

use why401_core::case::Case;
use why401_core::diagnosis::diagnose;
use why401_core::loader::Loader;
use why401_core::project::{EnvFile, Load, Project, Unit};
use why401_core::provider::Registry;
use why401_core::read;
use why401_core::secret::Secret;

/// `standing slug credential path:line`, best first.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    let mut project = Project::default();
    for (path, text) in files {
        if path.contains(".env") {
            project.env_files.push(EnvFile::new((*path).into(), Secret::from(*text)));
        } else {
            project.facts.extend(read::facts(&(*path).into(), text));
        }
    }
    let dotenv = Loader::find("dotenv17").expect("the loader is registered");
    let seen = Some(why401_core::fact::Place::line(&"package.json".into(), 1));
    let loads = (0..project.env_files.len())
        .map(|file| Load::run(dotenv, "", &project.env_files, vec![file], seen.clone()))
        .collect();
    project.units.push(Unit { folder: "".into(), loads });
    let registry = Registry::new(Vec::new());
    let diagnosis = diagnose("check", &Case::all(&project, &registry));
    let shown = diagnosis.causes.iter().map(|named| {
        let place = named.finding.place().map(|place| format!(" {}:{}", place.path, place.line)).unwrap_or_default();
        for edit in named.finding.remedies.iter().flat_map(|remedy| &remedy.edits) {
            let (_, text) = files.iter().find(|(path, _)| *path == &*edit.place.path).expect("an edit is in a file");
            assert!(text.get(edit.span.clone()).is_some(), "{edit:?}");
        }
        format!("{} {} {}{place}", named.finding.standing.word(), named.cause.slug, named.credential)
    });
    shown.collect()
}

fn fetch(headers: &str) -> String {
    format!("await fetch('https://api.openai.com/v1/models', {{ headers: {{ {headers} }} }})\n")
}

#[test]
fn how_the_credential_is_sent() {
    let js = |text: String| [("a.js", text)];
    for (file, expected) in [
        (js(fetch("Authorization: `Bearer ${process.env.OPENAI_API_KEY}`")), ""),
        (js(fetch("Authorization: process.env.OPENAI_API_KEY")), "likely header/missing-scheme OPENAI_API_KEY a.js:1"),
        (js(fetch("Authorization: `Bearer${process.env.OPENAI_API_KEY}`")), "proven header/malformed-scheme OPENAI_API_KEY a.js:1"),
        (js(fetch("Authorization: `Token ${process.env.OPENAI_API_KEY}`")), "likely header/wrong-scheme OPENAI_API_KEY a.js:1"),
        (js(fetch("'x-api-key': process.env.OPENAI_API_KEY")), "likely header/wrong-name OPENAI_API_KEY a.js:1"),
        (js(fetch("Authorization: 'Bearer ${process.env.OPENAI_API_KEY}'")), "proven header/malformed-scheme  a.js:1"),
        (js(fetch("Authorization: `Bearer ${process.env.OPENAI_API_KEY}\\n`")), "proven header/illegal-character OPENAI_API_KEY a.js:1"),
        (
            js("fetch(`https://api.openai.com/v1/models?api_key=${process.env.OPENAI_API_KEY}`)".to_owned()),
            "likely header/wrong-place OPENAI_API_KEY a.js:1",
        ),
        (
            js("fetch('https://api.notion.com/v1/users', { headers: { Authorization: `Bearer ${process.env.NOTION_TOKEN}` } })".to_owned()),
            "likely header/companion-missing NOTION_TOKEN a.js:1",
        ),
        (
            js("const token = getToken();\nfetch('https://api.jira.x/', { headers: { Authorization: `Bearer ${token}` } })".to_owned()),
            "",
        ),
        (
            js("fetch('https://storage.googleapis.com/b', { headers: { Authorization: `Bearer ${accessToken}` } })".to_owned()),
            "",
        ),
        (
            js("fetch('https://api.elevenlabs.io/v1/voices', { headers: { Authorization: `Bearer ${process.env.ELEVENLABS_API_KEY}` } })".to_owned()),
            "likely header/wrong-name ELEVENLABS_API_KEY a.js:1",
        ),
        (
            js("new OpenAI({ apiKey: `Bearer ${process.env.OPENAI_API_KEY}` }) // openai".to_owned()),
            "proven header/malformed-scheme OPENAI_API_KEY a.js:1",
        ),
        (
            js("fetch('https://api.stripe.com/v1/charges', { headers: { Authorization: `Basic ${process.env.STRIPE_SECRET_KEY}` } })".to_owned()),
            "likely header/basic-encoding STRIPE_SECRET_KEY a.js:1",
        ),
        (
            js("fetch('https://api.github.com/user', { headers: { Authorization: `token ${process.env.GITHUB_TOKEN}` } })".to_owned()),
            "",
        ),
    ] {
        let files: Vec<(&str, &str)> = file.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(said(&files).join(" ; "), expected, "{}", file[0].1);
    }
}

#[test]
fn what_is_read_and_where_it_goes() {
    let next = ("package.json", r#"{"dependencies":{"next":"16.0.0"}}"#);
    let vite = ("package.json", r#"{"devDependencies":{"vite":"7.0.0"}}"#);
    let key =
        ["sk-", "proj-", &"aB3dE5fG7hJ9kL1mN0pQ".repeat(3), "T3BlbkFJ", &"aB3dE5fG7hJ9kL1mN0pQ".repeat(3)].concat();
    let env = |name: &str| format!("{name}={key}\n");
    let use_key = "const k = process.env.OPENAI_API_KEY\n";
    for (files, expected) in [
        (vec![("a.js", use_key.to_owned()), (".env", env("OPENAI_API_KEY"))], ""),
        (vec![("a.js", use_key.to_owned())], ""),
        (
            vec![("a.js", use_key.to_owned()), (".env", env("OPENAI_APIKEY"))],
            "likely env/name-mismatch OPENAI_API_KEY a.js:1",
        ),
        (
            vec![("a.js", use_key.to_owned()), (".env", env("OPENAI_KEY"))],
            "likely env/name-mismatch OPENAI_API_KEY a.js:1",
        ),
        (
            vec![
                ("a.js", use_key.to_owned()),
                (".env.example", "OPENAI_API_KEY=\n".to_owned()),
                (".env", env("OPENAI_KEY")),
            ],
            "likely env/name-mismatch OPENAI_API_KEY a.js:1",
        ),
        (
            vec![
                ("a.js", fetch("Authorization: `Bearer ${process.env.OPENAI_API_KEY}`")),
                (".env.example", "OPENAI_API_KEY=\nPORT=\n".to_owned()),
                (".env", "PORT=3000\n".to_owned()),
            ],
            "likely key/missing OPENAI_API_KEY a.js:1",
        ),
        (
            vec![("a.js", "const k = process.env.OPENAI_API_KY".to_owned()), (".env", env("OPENAI_API_KEY"))],
            "likely env/name-mismatch OPENAI_API_KEY a.js:1",
        ),
        (
            vec![("a.js", "f(process.env.OPENAI_API_KEY, process.env.OPENAI_KEY)".to_owned()), (".env", env("OPENAI_KEY"))],
            "",
        ),
        (
            vec![(vite.0, vite.1.to_owned()), ("src/a.ts", "const k = import.meta.env.MAPS_API_KEY".to_owned()), (".env", "MAPS_API_KEY=abcdefghijkl1234\n".to_owned())],
            "likely env/not-exposed MAPS_API_KEY src/a.ts:1",
        ),
        (
            vec![(vite.0, vite.1.to_owned()), ("src/a.ts", "const k = import.meta.env.VITE_MAPS_API_KEY".to_owned()), (".env", "VITE_MAPS_API_KEY=abcdefghijkl1234\n".to_owned())],
            "",
        ),
        (
            vec![(next.0, next.1.to_owned()), ("src/a.ts", "const k = process.env.NEXT_PUBLIC_OPENAI_API_KEY".to_owned()), (".env", env("NEXT_PUBLIC_OPENAI_API_KEY"))],
            "proven env/exposed NEXT_PUBLIC_OPENAI_API_KEY .env:1",
        ),
        (
            vec![("a.js", "const k = process.env.OPENAI_API_KEY;\nrequire('dotenv').config();\n".to_owned()), (".env", env("OPENAI_API_KEY"))],
            "likely env/not-loaded OPENAI_API_KEY a.js:1",
        ),
        (
            vec![
                ("index.js", "import dotenv from 'dotenv'\nimport './client.js'\ndotenv.config()\n".to_owned()),
                ("client.js", "import OpenAI from 'openai'\nexport const client = new OpenAI() // api_key\n".to_owned()),
                (".env", env("OPENAI_API_KEY")),
            ],
            "likely env/not-loaded OPENAI_API_KEY client.js:2",
        ),
        (
            vec![("a.js", "fetch('https://api.anthropic.com/v1/messages', { headers: { 'x-api-key': process.env.STRIPE_SECRET_KEY, 'anthropic-version': '1' } })".to_owned())],
            "likely key/wrong-provider STRIPE_SECRET_KEY a.js:1",
        ),
        (
            vec![("a.js", "fetch('https://api.github.com/user', { headers: { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` } })".to_owned()), (".env", env("OPENAI_API_KEY"))],
            "likely request/wrong-endpoint OPENAI_API_KEY a.js:1",
        ),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(said(&files).join(" ; "), expected, "{files:?}");
    }
}

#[test]
fn curl_lines() {
    for (path, line, expected) in [
        ("a.sh", "curl https://api.openai.com/v1/models -H \"Authorization: Bearer $OPENAI_API_KEY\"", ""),
        (
            "a.sh",
            "curl https://api.openai.com/v1/models -H \"Authorization: $OPENAI_API_KEY\"",
            "likely header/missing-scheme OPENAI_API_KEY a.sh:1",
        ),
        (
            "README.md",
            "curl https://api.openai.com/v1/models -H 'Authorization: Bearer $OPENAI_API_KEY'",
            "proven key/unexpanded OPENAI_API_KEY README.md:1",
        ),
        (
            ".github/workflows/ci.yml",
            "      - run: curl -H \"Authorization: Bearer${{ secrets.OPENAI_API_KEY }}\" https://api.openai.com/v1/models",
            "proven header/malformed-scheme OPENAI_API_KEY .github/workflows/ci.yml:1",
        ),
        ("a.sh", "curl -u \"$STRIPE_SECRET_KEY:\" https://api.stripe.com/v1/charges", ""),
        (
            "a.sh",
            "curl -H \"Authorization: Basic $(echo $TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN | base64)\" https://api.twilio.com/x",
            "likely header/basic-encoding TWILIO_AUTH_TOKEN a.sh:1",
        ),
        (
            "a.sh",
            "curl https://api.anthropic.com/v1/messages -H \"x-api-key: $ANTHROPIC_API_KEY\" -d '{}'",
            "likely header/companion-missing ANTHROPIC_API_KEY a.sh:1",
        ),
        ("a.sh", "curl \"https://maps.googleapis.com/maps/api/geocode/json?key=$GOOGLE_MAPS_API_KEY\"", ""),
    ] {
        assert_eq!(said(&[(path, line)]).join(" ; "), expected, "{line}");
    }
}

#[test]
fn secrets_of_aws_taken_whole() {
    let python = |take: &str| {
        format!(
            "import boto3, json, requests\nclient = boto3.client('secretsmanager')\n{take}\nrequests.get('https://api.openai.com/v1/models', headers={{'Authorization': f'Bearer {{key}}'}})\n"
        )
    };
    let node = |take: &str| {
        format!(
            "const data = await client.send(new GetSecretValueCommand({{ SecretId: 'shop' }}));\n{take}\nconst client2 = new OpenAI({{ apiKey: key }}); // openai\n"
        )
    };
    for (path, text, expected) in [
        (
            "a.py",
            python("key = client.get_secret_value(SecretId='shop')['SecretString']"),
            "possible key/encoded SecretString a.py:4",
        ),
        (
            "a.py",
            python("answer = client.get_secret_value(SecretId='shop')\nkey = answer['SecretString']"),
            "possible key/encoded SecretString a.py:5",
        ),
        ("a.py", python("key = json.loads(client.get_secret_value(SecretId='shop')['SecretString'])['k']"), ""),
        ("a.js", node("const key = data.SecretString;"), "possible key/encoded SecretString a.js:3"),
        ("a.js", node("const key = JSON.parse(data.SecretString).key;"), ""),
    ] {
        let found = said(&[(path, &text)]);
        let own: Vec<&str> = found.iter().map(String::as_str).filter(|line| line.contains("encoded")).collect();
        assert_eq!(own.join("\n"), expected, "{text}");
    }
}

#[test]
fn forms_that_a_service_takes_for_some_requests_only() {
    for (line, expected) in [
        ("-H \"x-goog-api-key: $GEMINI_API_KEY\" https://generativelanguage.googleapis.com/v1beta/models", ""),
        (
            "-H \"Authorization: Bearer $GEMINI_API_KEY\" https://generativelanguage.googleapis.com/v1beta/openai/models",
            "",
        ),
        (
            "-H \"Authorization: Bearer $GEMINI_API_KEY\" https://generativelanguage.googleapis.com/v1beta/models",
            "likely header/wrong-name GEMINI_API_KEY a.sh:1",
        ),
        (
            "-H \"Authorization: Bearer $BREVO_API_KEY\" https://api.brevo.com/v3/account",
            "likely header/wrong-name BREVO_API_KEY a.sh:1",
        ),
        ("-H \"Authorization: Bearer $AZURE_OPENAI_AD_TOKEN\" https://a.openai.azure.com/openai/deployments", ""),
        (
            "-H \"Authorization: Bearer $AZURE_OPENAI_API_KEY\" https://a.openai.azure.com/openai/deployments",
            "likely header/wrong-name AZURE_OPENAI_API_KEY a.sh:1",
        ),
        ("-H \"Authorization: Bearer $AZURE_OPENAI_API_KEY\" https://a.openai.azure.com/openai/v1/models", ""),
        ("-H \"x-api-key: $DEEPSEEK_API_KEY\" https://api.deepseek.com/anthropic/v1/messages", ""),
        (
            "-H \"x-api-key: $DEEPSEEK_API_KEY\" https://api.deepseek.com/chat/completions",
            "likely header/wrong-name DEEPSEEK_API_KEY a.sh:1",
        ),
        ("-H \"x-api-key: $OPENROUTER_API_KEY\" https://openrouter.ai/api/v1/messages", ""),
        ("-H \"JOB-TOKEN: $CI_JOB_TOKEN\" https://gitlab.com/api/v4/projects", ""),
        (
            "-H \"X-Postmark-Server-Token: $POSTMARK_SERVER_TOKEN\" https://api.postmarkapp.com/servers",
            "likely header/wrong-name POSTMARK_SERVER_TOKEN a.sh:1",
        ),
        (
            "-H \"X-Auth-Key: $CLOUDFLARE_API_KEY\" https://api.cloudflare.com/client/v4/zones",
            "likely header/companion-missing CLOUDFLARE_API_KEY a.sh:1",
        ),
        (
            "-H \"X-Auth-Key: $CLOUDFLARE_API_KEY\" -H \"X-Auth-Email: a@b.c\" https://api.cloudflare.com/client/v4/zones",
            "",
        ),
        (
            "-H \"Authorization: Bearer $LINKEDIN_ACCESS_TOKEN\" https://api.linkedin.com/rest/posts",
            "likely header/companion-missing LINKEDIN_ACCESS_TOKEN a.sh:1",
        ),
        ("-H \"Authorization: Bearer $LINKEDIN_ACCESS_TOKEN\" https://api.linkedin.com/v2/me", ""),
        (
            "-H \"Authorization: Bearer $SHOPIFY_ACCESS_TOKEN\" https://a.myshopify.com/admin/api/2025-01/shop.json",
            "likely header/wrong-name SHOPIFY_ACCESS_TOKEN a.sh:1",
        ),
    ] {
        assert_eq!(said(&[("a.sh", &format!("curl {line}\n"))]).join(" ; "), expected, "{line}");
    }
}
