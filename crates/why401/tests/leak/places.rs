//! The places where people leave credentials, each with a sample in it.

use std::fs;
use std::path::Path;

use super::shapes::{Random, Sample, base64, percent};

/// How a value in an env file goes wrong: `NAME` and `VALUE` are filled in.
const FAULTS: &[&str] = &[
    "NAME=VALUE",
    "NAME=VALUE ",
    "NAME= VALUE\t",
    "NAME = VALUE",
    "NAME: VALUE",
    "NAME=\"VALUE\"",
    "NAME='VALUE'",
    "NAME=`VALUE`",
    "NAME=\"VALUE",
    "NAME=VALUE'",
    "NAME=\"'VALUE'\"",
    "NAME=“VALUE”",
    "NAME=\u{a0}VALUE",
    "NAME=VALUE\u{200b}",
    "\u{200b}NAME=VALUE",
    "export NAME=VALUE",
    "export NAME = \"VALUE\"  # the key",
    "# NAME=VALUE",
    "# use VALUE",
    "NAME=VALUE # VALUE",
    "NAME=VALUE#VALUE",
    "NAME=VALUE\\",
    "NAME=VALUE\r",
    "NAME=Bearer VALUE",
    "NAME=VALUEVALUE",
    "NAME=VALUE,VALUE",
    "NAME=HALF",
    "NAME=\"HALF\nREST\"",
    "NAME=HALF\nREST",
    "NAME=$VALUE",
    "NAME=pa$VALUE",
    "NAME=${VALUE}",
    "NAME=${OTHER:-VALUE}",
    "NAME=BASE64",
    "NAME=PERCENT",
    "NAME={\"key\":\"VALUE\",\"NAME\":\"VALUE\"}",
    "NAME=https://user:VALUE@HOST/",
    "NAME=postgres://user:VALUE@db.example.com:5432/app",
    "NAME=https://HOST/v1?key=VALUE",
    "DATABASE_URL=redis://:VALUE@cache.example.com",
    "VALUE",
    "VALUE=NAME",
    "NAME VALUE",
    "[VALUE]",
    "NAME[VALUE]=1",
    "NAME=NAME=VALUE",
    "VITE_NAME=VALUE",
    "NEXT_PUBLIC_NAME=VALUE",
    "NAME=xxx\u{7}VALUE\u{202e}",
    "NAME=\"-----BEGIN PRIVATE KEY-----\nVALUE\nVALUE\n-----END PRIVATE KEY-----\"",
];

/// Source code, scripts, configuration: a file name and lines that are repeated for sample after sample.
const SOURCES: &[(&str, &[&str])] = &[
    (
        "src/api.js",
        &[
            "const a = \"VALUE\";",
            "fetch('https://HOST/v1', { headers: { Authorization: 'Bearer VALUE' } });",
            "fetch(\"https://HOST/v1\", { headers: { 'Authorization': `Bearer ${\"VALUE\"}` } });",
            "const b = 'HALF' + 'REST';",
            "client = new Client({ apiKey: 'VALUE', NAME: \"VALUE\" }); // VALUE",
            "axios.get(`https://HOST/v1?key=VALUE`, { headers: { 'x-api-key': process.env.NAME || 'VALUE' } })",
            "process.env.NAME = 'VALUE'; process.env['VALUE']; require('VALUE');",
        ],
    ),
    ("web/app.ts", &["export const NAME: string = 'VALUE';", "h.set('Authorization', 'Token VALUE'); // @HOST"]),
    ("web/page.tsx", &["<Map apiKey=\"VALUE\" token={'VALUE'} href=\"https://u:VALUE@HOST\" />"]),
    (
        "app/main.py",
        &[
            "NAME = \"VALUE\"",
            "requests.get('https://HOST/v1', headers={'Authorization': f'Bearer VALUE'})",
            "os.environ['NAME'] = 'VALUE'; os.getenv('NAME', 'VALUE')",
            "client = Client(api_key='''VALUE''', auth=('user', \"VALUE\"))  # VALUE",
        ],
    ),
    (
        "cmd/main.go",
        &["key := \"VALUE\"", "req.Header.Set(\"Authorization\", \"Bearer VALUE\")", "os.Setenv(\"NAME\", `VALUE`)"],
    ),
    ("lib/api.rb", &["ENV['NAME'] ||= 'VALUE'", "req['Authorization'] = \"Bearer VALUE\"", "KEY = %q(VALUE)"]),
    ("src/Api.php", &["$key = 'VALUE';", "curl_setopt($c, CURLOPT_HTTPHEADER, ['Authorization: Bearer VALUE']);"]),
    ("src/Api.java", &["String key = \"VALUE\";", ".header(\"Authorization\", \"Bearer VALUE\")"]),
    ("src/Api.kt", &["val key = \"VALUE\"", ".addHeader(\"X-Api-Key\", \"VALUE\")"]),
    ("src/Api.cs", &["var key = \"VALUE\";", "client.DefaultRequestHeaders.Add(\"Authorization\", @\"VALUE\");"]),
    ("src/main.rs", &["let key = \"VALUE\";", ".bearer_auth(r#\"VALUE\"#)", "std::env::var(\"VALUE\");"]),
    (
        "bin/call.sh",
        &[
            "curl -H \"Authorization: Bearer VALUE\" https://HOST/v1",
            "curl -H 'Authorization:VALUE' -u VALUE: https://user:VALUE@HOST/v1?api_key=VALUE",
            "export NAME=VALUE",
            "NAME='VALUE' node app.js",
            "curl https://HOST -H \"Authorization: Basic BASE64\" -d '{\"token\":\"VALUE\"}' --oauth2-bearer VALUE",
        ],
    ),
    (
        "README.md",
        &["Use `NAME=VALUE`.", "```sh\ncurl -H 'x-api-key: VALUE' https://HOST/\n```", "[key](https://HOST/?t=VALUE)"],
    ),
    (
        "Dockerfile",
        &[
            "ENV NAME=VALUE",
            "ARG NAME=VALUE",
            "ENV NAME VALUE",
            "RUN curl -H 'Authorization: Bearer VALUE' https://HOST",
        ],
    ),
    (".npmrc", &["//registry.npmjs.org/:_authToken=VALUE", "_auth=BASE64"]),
    (".netrc", &["machine HOST login x password VALUE"]),
    ("app.service", &["[Service]\nEnvironment=NAME=VALUE", "Environment=\"NAME=VALUE\" 'X=VALUE'"]),
    ("config/settings.json", &["{\"NAME\": \"VALUE\", \"url\": \"https://u:VALUE@HOST\"}"]),
    ("terraform.tfvars", &["NAME = \"VALUE\""]),
    ("nginx.conf", &["proxy_set_header Authorization \"Bearer VALUE\";"]),
    ("notes.txt", &["VALUE"]),
    ("dist/bundle.js", &["const k=\"VALUE\";const l=`VALUE`;fetch('https://HOST',{headers:{authorization:'VALUE'}})"]),
];

/// Files of a fixed form, of which each sample gets its own copy: `{n}` is its number.
const FILES: &[(&str, &str)] = &[
    (
        ".github/workflows/{n}.yml",
        "on: push\nenv:\n  NAME: VALUE\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: curl -H \"Authorization: Bearer VALUE\" https://HOST\n        env:\n          NAME: \"VALUE\"\n          OTHER: ${{ secrets.VALUE }}\n      - uses: a/b@v1\n        with:\n          token: VALUE\n",
    ),
    (
        "k8s/{n}.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  NAME: BASE64\n  OTHER: VALUE\nstringData:\n  NAME: \"VALUE\"\n",
    ),
    (
        "stack{n}/docker-compose.yml",
        "services:\n  a:\n    image: x\n    environment:\n      - NAME=VALUE\n      - OTHER=\"VALUE\"\n  b:\n    environment:\n      NAME: VALUE\n      OTHER: ${NAME:-VALUE}\n    command: curl -H 'Authorization: Bearer VALUE' https://HOST\n",
    ),
    (
        "ci{n}/.gitlab-ci.yml",
        "variables:\n  NAME: VALUE\na:\n  script:\n    - export NAME=VALUE\n    - curl -H \"PRIVATE-TOKEN: VALUE\" https://HOST\nb:\n  inherit: { variables: false }\n  secrets:\n    OTHER_TOKEN: { vault: VALUE }\n  script:\n    - 'curl -H \"Authorization: Bearer $OTHER_TOKEN\" https://HOST $NAME VALUE'\n",
    ),
    ("site{n}/vercel.json", "{\"env\": {\"NAME\": \"VALUE\"}, \"build\": {\"env\": {\"NAME\": \"VALUE\"}}}\n"),
    (
        "site{n}/netlify.toml",
        "[build.environment]\nNAME = \"VALUE\"\n[context.production.environment]\nOTHER_API_KEY = 'VALUE' # VALUE\n[context.dev.environment]\n",
    ),
    (
        "fn{n}/serverless.yml",
        "provider:\n  environment:\n    NAME: VALUE\nfunctions:\n  a:\n    handler: a.b\n    environment: { OTHER_API_KEY: VALUE }\n  b:\n    handler: index.b\n",
    ),
    (
        "site{n}/render.yaml",
        "services:\n  - name: a\n    startCommand: node index.js VALUE\n    envVars:\n      - key: NAME\n        value: VALUE\n  - name: b\n    startCommand: NAME=VALUE node index.js\n",
    ),
    ("site{n}/fly.toml", "[env]\nNAME = \"VALUE\"\nOTHER_TOKEN = \"VALUE \"\n"),
    ("site{n}/app.json", "{\"env\": {\"NAME\": {\"value\": \"VALUE\"}, \"OTHER_TOKEN\": \"VALUE\"}}\n"),
    ("site{n}/app.yaml", "runtime: x\nenv_variables:\n  NAME: \"VALUE\"\n  OTHER_TOKEN: VALUE VALUE\n"),
    ("site{n}/appsettings.json", "{\"Section\": {\"NAME\": \"VALUE\", \"ApiKey\": \"VALUE\"}}\n"),
    ("site{n}/application.properties", "app.api-key=VALUE\nNAME = VALUE # VALUE\nother.token=${NAME:VALUE}\n"),
    ("site{n}/application.yml", "app:\n  api-key: VALUE\n  token: ${NAME:VALUE}\n"),
    (
        "site{n}/compose.yaml",
        "services:\n  a:\n    environment:\n      NAME: k$VALUE\n      OTHER_TOKEN: \"a$bVALUE\"\n",
    ),
    ("home{n}/.aws/credentials", "[default]\naws_access_key_id = VALUE\naws_secret_access_key = VALUE\n"),
    ("home{n}/.pypirc", "[pypi]\nusername = __token__\npassword = VALUE\n"),
    ("home{n}/pip.conf", "[global]\nindex-url = https://x:VALUE@HOST/simple\n"),
    ("home{n}/config.json", "{\"auths\": {\"HOST\": {\"auth\": \"BASE64\"}}}\n"),
    (
        "fn{n}/package.json",
        "{\"dependencies\": {\"next\": \"16\"}, \"scripts\": {\"a\": \"NAME=VALUE node .\", \"VALUE\": \"VALUE\"}}\n",
    ),
    (
        "wrangler{n}/wrangler.toml",
        "[vars]\nNAME = \"VALUE\"\nOTHER_API_KEY = \"VALUE\"\n[env.production] # VALUE\nroute = \"VALUE\"\n",
    ),
];

/// Writes an env project: every fault, in files of several encodings, for several loaders.
pub fn env_project(root: &Path, samples: &[Sample], random: &mut Random) {
    let mut turn = random.below(FAULTS.len());
    let mut fault = || {
        turn += 1;
        FAULTS[turn % FAULTS.len()]
    };
    let names = [
        ".env",
        ".env.local",
        ".env.production",
        ".env.example",
        ".env.test",
        ".flaskenv",
        "prod.env",
        "svc/.env",
        ".env.broken",
    ];
    let share = samples.len().div_ceil(names.len());
    for (index, (name, part)) in names.iter().zip(samples.chunks(share)).enumerate() {
        let mut lines: Vec<String> = part.iter().map(|sample| fill(fault(), sample)).collect();
        if index == 0 {
            // A key twice, and one that the shell has as well.
            lines.extend(part.iter().take(5).map(|sample| fill("NAME=VALUE", sample)));
        }
        let text = lines.join("\n") + "\n";
        let bytes = match index {
            2 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            3 => text.replace('\n', "\r\n").into_bytes(),
            4 => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
            8 => [text.as_bytes(), b"A=\xff\xfe\x00\x00"].concat(),
            _ => text.into_bytes(),
        };
        write(root, name, &bytes);
    }
    write(
        root,
        "package.json",
        b"{\"dependencies\": {\"dotenv\": \"16\", \"next\": \"16\", \"vite\": \"8\"}, \"scripts\": {\"a\": \"node --env-file=.env .\"}}",
    );
    write(root, "requirements.txt", b"python-dotenv\ndjango-environ\npydantic-settings\n");
    write(root, "docker-compose.yml", b"services:\n  a:\n    image: x\n    env_file: [.env, prod.env]\n");
    let reads: Vec<String> = samples.iter().map(|sample| format!("use(process.env.{}S);", sample.variable)).collect();
    write(root, "index.js", reads.join("\n").as_bytes());
}

/// Writes a project with credentials in code and configuration.
pub fn source_project(root: &Path, samples: &[Sample], random: &mut Random) {
    for (name, lines) in SOURCES {
        let from = random.below(lines.len());
        let text: Vec<String> =
            samples.iter().enumerate().map(|(at, sample)| fill(lines[(from + at) % lines.len()], sample)).collect();
        let name = if *name == "notes.txt" { format!("notes-{}.txt", samples[0].variable) } else { (*name).to_owned() };
        write(root, &name, (text.join("\n") + "\n").as_bytes());
    }
    for (number, sample) in samples.iter().enumerate() {
        let (name, text) = FILES[(number + random.below(2)) % FILES.len()];
        write(root, &name.replace("{n}", &number.to_string()), fill(text, sample).as_bytes());
    }
    write(root, "package.json", b"{\"dependencies\": {\"dotenv\": \"17\"}}");
    write(root, ".env", b"UNRELATED=1\n");
}

/// Configurations of why401 itself that are wrong close to a credential.
pub fn broken_configurations(sample: &Sample) -> Vec<String> {
    [
        "[[ignore]]\ncause = \"VALUE\"\nreason = \"x\"\n",
        "[[ignore]]\npath = \"[VALUE\"\nreason = \"x\"\n",
        "[[ignore]]\ncause = VALUE\n",
        "VALUE = 1\n",
        "key = \"VALUE\"\n",
        "[[provider]]\nslug = \"x\" # VALUE\nname = 3 # VALUE\n",
        "[[provider]]\nslug = \"VALUE\"\n",
        "ignore = \"VALUE\"\n",
        "ignore = [\"VALUE\", VALUE\n",
        "[[ignore]]\nreason = \"VALUE\"\n",
        "[[ignore]]\ncause = \"key\"\nreason = 'VALUE\n",
        "\"VALUE\" = \"VALUE\"\n\"VALUE\" = 2\n",
    ]
    .map(|text| fill(text, sample))
    .into()
}

pub fn fill(text: &str, sample: &Sample) -> String {
    let (half, rest) = sample.value.split_at(sample.value.len() / 2);
    // A brace of a value stands twice in an f-string; once it would begin a piece of code, whose names may be shown.
    let value = if text.contains("f'Bearer") {
        sample.value.replace('{', "{{").replace('}', "}}")
    } else {
        sample.value.clone()
    };
    // Capitals that occur in other words are replaced last.
    text.replace("BASE64", &base64(sample.value.as_bytes()))
        .replace("PERCENT", &percent(&sample.value))
        .replace("HALF", half)
        .replace("REST", rest)
        .replace("VALUE", &value)
        .replace("HOST", &sample.host)
        .replace("NAME", &sample.variable)
}

fn write(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
