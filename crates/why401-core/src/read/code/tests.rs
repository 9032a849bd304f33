//! What is seen in small pieces of real-looking code, language by language.

use crate::fact::{Carrier, Encoding, Fact, Operand, Seen};

fn facts(path: &str, text: &str) -> Vec<Fact> {
    super::read(&path.into(), text)
}

fn reads(path: &str, text: &str) -> String {
    let shown = facts(path, text).into_iter().filter_map(|fact| match fact.seen {
        Seen::Reads(reads) => {
            assert!(!fact.span.is_empty(), "{text}");
            let mut shown = reads.name;
            for (holds, mark) in [(reads.fallback, "?"), (reads.browser, "*"), (reads.top, "^")] {
                if holds {
                    shown.push_str(mark);
                }
            }
            Some(shown)
        }
        _ => None,
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// `carrier name: before|credential|after @host`.
fn sends(path: &str, text: &str) -> Vec<String> {
    let shown = facts(path, text).into_iter().filter_map(|fact| match fact.seen {
        Seen::Sends(sends) => {
            let credential = match &sends.credential {
                Operand::Variable(name) => format!("${name}"),
                Operand::Literal(secret) => format!("'{}'", secret.expose_str().unwrap_or_default()),
                Operand::Local(name) | Operand::Unexpanded(name) => name.clone(),
                Operand::Unknown => "?".to_owned(),
            };
            let carrier = match sends.carrier {
                Carrier::Header => "",
                Carrier::Query => "?",
                Carrier::Basic => "basic ",
                Carrier::Cookie => "cookie ",
                Carrier::Body => "body ",
            };
            let encoding = match sends.encoding {
                Encoding::None | Encoding::ByClient => "",
                Encoding::Base64 { joined: Some(true) } => "b64:",
                Encoding::Base64 { joined: Some(false) } => "b64-",
                Encoding::Base64 { joined: None } => "b64?",
                Encoding::Base64Lines => "b64lines",
                Encoding::Base64Bytes => "b64bytes",
                Encoding::Base64OfLine => "b64ofline",
                Encoding::Whole => "whole:",
            };
            let before = sends.before.as_deref().unwrap_or("??");
            let host = sends.host.as_deref().map_or(String::new(), |host| format!(" @{host}"));
            let sdk = sends.sdk.map_or("", |_| "sdk ");
            Some(format!("{sdk}{carrier}{}: {before}|{encoding}{credential}|{}{host}", sends.name, sends.after))
        }
        _ => None,
    });
    shown.collect()
}

#[test]
fn variables_that_are_read() {
    for (path, text, expected) in [
        ("a.js", "const k = process.env.API_KEY", "API_KEY^"),
        ("a.js", "const k = process.env['API_KEY'] || 'x'", "API_KEY?^"),
        ("a.js", "function f() { return process.env.API_KEY ?? '' }", "API_KEY"),
        ("a.js", "const f = () => process.env.API_KEY", "API_KEY"),
        ("a.js", "const c = new OpenAI({ apiKey: process.env.K1 });", "K1^"),
        ("a.js", "const { A_KEY, B_KEY: b = 'x' } = process.env;", "A_KEY^ B_KEY?^"),
        ("a.js", "process.env.API_KEY = 'x'", ""),
        ("a.ts", "const k = process.env.API_KEY!;", "API_KEY^"),
        ("a.ts", "const k = import.meta.env.VITE_KEY", "VITE_KEY*^"),
        ("a.tsx", "'use client'\nconst k = process.env.SECRET_KEY", "SECRET_KEY*^"),
        ("a.ts", "Deno.env.get('A_KEY'); Bun.env.B_KEY", "A_KEY^ B_KEY^"),
        ("a.ts", "import { A_KEY } from '$env/static/private'", "A_KEY^"),
        ("a.js", "import OpenAI from 'openai'; // process.env.X_Y\nconst c = new OpenAI();", "OPENAI_API_KEY^"),
        ("a.js", "import OpenAI from 'openai';\nconst c = new OpenAI({ apiKey });", ""),
        ("a.py", "import os\nk = os.environ['A_KEY']\ndef f():\n    return os.getenv('B_KEY', 'x')", "A_KEY^ B_KEY?"),
        (
            "a.py",
            "from os import environ, getenv\na = environ.get('A_KEY') or 'x'\ngetenv(\"B_KEY\")",
            "A_KEY?^ B_KEY^",
        ),
        ("a.py", "from decouple import config\nK = config('A_KEY', default='')", "A_KEY^"),
        ("a.py", "class S(BaseSettings):\n    openai_api_key: str\n    debug: bool = False\n", "OPENAI_API_KEY DEBUG?"),
        ("a.py", "from openai import OpenAI\nclient = OpenAI()\n# api_key", "OPENAI_API_KEY^"),
        ("a.go", "key := os.Getenv(\"A_KEY\"); k, ok := os.LookupEnv(\"B_KEY\")", "A_KEY^ B_KEY^"),
        ("a.go", "type C struct { Key string `env:\"A_KEY,required\"` }", "A_KEY"),
        ("a.rb", "k = ENV['A_KEY']\nENV.fetch('B_KEY', 'x')\nENV.fetch(\"C_KEY\") { 1 }", "A_KEY^ B_KEY?^ C_KEY?^"),
        ("a.php", "<?php $k = getenv('A_KEY'); $_ENV['B_KEY']; env('C_KEY', 'x');", "A_KEY^ B_KEY^ C_KEY?^"),
        ("A.java", "class A { String k = System.getenv(\"A_KEY\"); @Value(\"${B_KEY:}\") String b; }", "A_KEY B_KEY"),
        ("A.kt", "val k = System.getenv(\"A_KEY\") ?: \"x\"", "A_KEY?^"),
        ("A.cs", "var k = Environment.GetEnvironmentVariable(\"A_KEY\");", "A_KEY^"),
        (
            "a.rs",
            "let k = std::env::var(\"A_KEY\")?; let b = env!(\"B_KEY\"); env::var(\"C_KEY\").unwrap_or_default()",
            "A_KEY^ B_KEY^ C_KEY?^",
        ),
    ] {
        assert_eq!(reads(path, text), expected, "{text}");
    }
}

#[test]
fn credentials_that_are_sent() {
    for (path, text, expected) in [
        (
            "a.js",
            "fetch('https://api.openai.com/v1/x', { headers: { Authorization: `Bearer ${process.env.A_KEY}` } })",
            "Authorization: Bearer |$A_KEY| @api.openai.com",
        ),
        (
            "a.js",
            "const key = process.env.A_KEY;\nasync function f() {\n  const headers = { 'Authorization': key };\n  return fetch('https://api.openai.com/v1/x', { headers });\n}",
            "Authorization: |$A_KEY| @api.openai.com",
        ),
        (
            "a.js",
            "const c = axios.create({ baseURL: 'https://api.notion.com', headers: { 'Authorization': 'Bearer' + process.env.A_KEY } })",
            "Authorization: Bearer|$A_KEY| @api.notion.com",
        ),
        (
            "a.js",
            "axios.defaults.headers.common['Authorization'] = `Token ${process.env.A_KEY}`",
            "Authorization: Token |$A_KEY|",
        ),
        (
            "a.js",
            "xhr.open('GET', 'https://api.x.com/a'); xhr.setRequestHeader('x-api-key', process.env.A_KEY)",
            "x-api-key: |$A_KEY| @api.x.com",
        ),
        (
            "a.js",
            "fetch(`https://maps.googleapis.com/x?a=1&key=${process.env.A_KEY}`)",
            "?key: |$A_KEY| @maps.googleapis.com",
        ),
        ("a.js", "const u = 'https://api.x.com/x?api_key=' + process.env.A_KEY", "?api_key: |$A_KEY| @api.x.com"),
        (
            "a.js",
            "headers: { Authorization: 'Basic ' + btoa(process.env.A_KEY + ':') }",
            "Authorization: Basic |b64:$A_KEY|",
        ),
        (
            "a.js",
            "const a = Buffer.from(process.env.A_KEY).toString('base64'); h = { Authorization: `Basic ${a}` }",
            "Authorization: Basic |b64-$A_KEY|",
        ),
        ("a.js", "if (req.headers.authorization === `Bearer ${process.env.CRON_SECRET}`) {}", ""),
        ("a.ts", "type H = { Authorization: string }; const x = { authorization: z.string() }", ""),
        ("a.js", "new OpenAI({ apiKey: process.env.A_KEY }) // openai", "sdk Authorization: |$A_KEY| @api.openai.com"),
        (
            "a.js",
            "const token = cond ? `Bearer ${process.env.A_KEY}` : '';\nfetch('https://api.x.com', { headers: { authorization: token } })",
            "Authorization: Bearer |$A_KEY| @api.x.com",
        ),
        (
            "a.js",
            "export async function ask(apiKey) { await fetch('https://api.anthropic.com/v1/messages', { headers: { Authorization: apiKey } }) }",
            "Authorization: |apiKey| @api.anthropic.com",
        ),
        (
            "a.py",
            "headers = {\"Authorization\": f\"Bearer {os.environ['A_KEY']}\"}\nr = requests.get(\"https://api.github.com/user\", headers=headers)",
            "Authorization: Bearer |$A_KEY| @api.github.com",
        ),
        (
            "a.py",
            "URL = 'https://api.github.com/user'\ndef f():\n    key = os.getenv('A_KEY')\n    return requests.get(URL, headers={'Authorization': 'token %s' % key})",
            "Authorization: token |$A_KEY| @api.github.com",
        ),
        ("a.py", "h['Authorization'] = 'Bearer {}'.format(os.environ['A_KEY'])", "Authorization: Bearer |$A_KEY|"),
        (
            "a.py",
            "t = base64.b64encode(f'{u}:{p}'.encode())\nh = {'Authorization': f'Basic {t}'}",
            "Authorization: Basic |b64bytesp|",
        ),
        (
            "a.py",
            "t = base64.b64encode(f'{u}:{p}'.encode()).decode()\nh = {'Authorization': f'Basic {t}'}",
            "Authorization: Basic |b64:p|",
        ),
        (
            "a.py",
            "requests.get('https://api.stripe.com/v1/x', auth=(os.environ['A_KEY'], ''))",
            "basic Authorization: Basic |$A_KEY| @api.stripe.com",
        ),
        (
            "a.py",
            "requests.get('https://serpapi.com/s', params={'api_key': os.getenv('A_KEY')})",
            "?api_key: |$A_KEY| @serpapi.com",
        ),
        (
            "a.go",
            "func f() {\n req, _ := http.NewRequest(\"GET\", \"https://api.x.com/v1\", nil)\n req.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"A_KEY\"))\n}",
            "Authorization: Bearer |$A_KEY| @api.x.com",
        ),
        (
            "a.go",
            "key := os.Getenv(\"A_KEY\")\nreq.Header.Add(\"Authorization\", fmt.Sprintf(\"Bearer %s\", key))",
            "Authorization: Bearer |$A_KEY|",
        ),
        ("a.rb", "req['Authorization'] = \"Bearer #{ENV['A_KEY']}\"", "Authorization: Bearer |$A_KEY|"),
        (
            "a.rb",
            "HTTParty.get('https://api.x.com/a', headers: { 'Authorization' => ENV['A_KEY'] })",
            "Authorization: |$A_KEY| @api.x.com",
        ),
        (
            "a.rb",
            "h = { 'Authorization' => 'Basic ' + Base64.encode64(\"#{u}:#{ENV['A_KEY']}\") }",
            "Authorization: Basic |b64lines$A_KEY|",
        ),
        (
            "a.php",
            "<?php $key = getenv('A_KEY'); curl_setopt($c, CURLOPT_HTTPHEADER, [\"Authorization: Bearer $key\"]);",
            "Authorization: Bearer |$A_KEY|",
        ),
        ("a.php", "<?php $h = ['Authorization' => 'Bearer ' . env('A_KEY')];", "Authorization: Bearer |$A_KEY|"),
        ("a.php", "<?php $h = ['Authorization: ' . $_ENV['A_KEY']];", "Authorization: |$A_KEY|"),
        (
            "A.java",
            "class A { void f() { HttpRequest.newBuilder().uri(URI.create(\"https://api.x.com/a\")).header(\"Authorization\", \"Bearer \" + System.getenv(\"A_KEY\")).build(); } }",
            "Authorization: Bearer |$A_KEY| @api.x.com",
        ),
        (
            "A.kt",
            "val key = System.getenv(\"A_KEY\")\nreq.addHeader(\"Authorization\", \"Bearer $key\")",
            "Authorization: Bearer |$A_KEY|",
        ),
        (
            "A.cs",
            "var key = Environment.GetEnvironmentVariable(\"A_KEY\");\nclient.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(\"Bearer\", key);",
            "Authorization: Bearer |$A_KEY|",
        ),
        (
            "A.cs",
            "r.Headers.Add(\"Authorization\", $\"Bearer{Environment.GetEnvironmentVariable(\"A_KEY\")}\");",
            "Authorization: Bearer|$A_KEY|",
        ),
        (
            "a.rs",
            "let key = std::env::var(\"A_KEY\")?; client.get(\"https://api.x.com/a\").header(AUTHORIZATION, format!(\"Bearer {key}\")).send()",
            "Authorization: Bearer |$A_KEY| @api.x.com",
        ),
        (
            "a.rs",
            "client.get(\"https://api.x.com\").bearer_auth(env::var(\"A_KEY\")?)",
            "Authorization: Bearer |$A_KEY| @api.x.com",
        ),
    ] {
        assert_eq!(sends(path, text).join(" ; "), expected, "{text}");
    }
}

#[test]
fn loads_and_what_ran_before() {
    let shown = |path: &str, text: &str| {
        let facts = facts(path, text).into_iter().filter_map(|fact| match fact.seen {
            Seen::Loads(loads) => Some(format!("{} {:?} {:?}", loads.loader, loads.files, loads.after)),
            _ => None,
        });
        facts.collect::<Vec<_>>().join(" ; ")
    };
    for (path, text, expected) in [
        ("src/a.js", "import './b.js'\nimport 'dotenv/config'\nimport './c'", "dotenv [] [\"src/b\"]"),
        (
            "src/a.mjs",
            "import dotenv from 'dotenv'\ndotenv.config({ path: '.env.local' })\nimport x from '../c.js'",
            "dotenv [\".env.local\"] [\"c\"]",
        ),
        ("a.cjs", "require('./b'); require('dotenv').config(); require('./c')", "dotenv [] [\"b\"]"),
        ("a.js", "config({ path: 'x' })", ""),
        (
            "a.py",
            "from dotenv import load_dotenv\nfrom .cfg import K\nload_dotenv('.env.dev')",
            "python-dotenv [\".env.dev\"] [\"cfg\", \"dotenv\"]",
        ),
        ("main.go", "godotenv.Load(\".env.local\", \".env\")", "go-godotenv [\".env.local\", \".env\"] []"),
    ] {
        assert_eq!(shown(path, text), expected, "{text}");
    }
}

#[test]
fn nothing_panics_on_pieces_of_code() {
    let text =
        "const h = {`a${`: [\"Authorization: \" + f(process.env.A_B, ...x), 'x-api-key', <<é`}}) => ?key=${ %s {0} {";
    for path in ["a.js", "a.py", "a.go", "a.rb", "a.php", "A.java", "A.kt", "A.cs", "a.rs"] {
        for (end, _) in text.char_indices() {
            facts(path, &text[..end]);
            facts(path, &text[end..]);
        }
    }
}
