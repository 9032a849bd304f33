//! What is said of GitLab pipelines, hosting platforms and tasks that steps call: a table of small projects and answers.
#![allow(missing_docs)]

mod small;

use small::said;

/// The answers for one cause, joined.
fn only(cause: &str, files: &[(&str, &str)]) -> String {
    let found = said(files);
    found.into_iter().filter(|line| line.contains(cause)).collect::<Vec<_>>().join("\n")
}

const READS: &str = "export const key = process.env.ACME_API_KEY;\n";
const LIVE: &str = "3f9Kq7Lm2Zx8Vb4Nc6Wd";

#[test]
fn environments_of_a_worker() {
    let top = format!("[vars]\nACME_API_KEY = \"{LIVE}\"\n");
    for (rest, expected) in [
        ("[env.production]\nroute = \"x\"\n", "likely env/platform-not-mapped ACME_API_KEY wrangler.toml:3"),
        ("[env.production.vars]\nACME_API_KEY = \"x\"\n", ""),
        // It may be a secret of that environment: somebody knew what he did.
        ("[env.production.vars]\nB = \"x\"\n", ""),
        ("", ""),
    ] {
        assert_eq!(only("platform", &[("wrangler.toml", &format!("{top}{rest}"))]), expected, "{rest}");
    }
    let sample = "[vars]\nACME_API_KEY = \"dev\"\n[env.production]\n";
    assert_eq!(only("platform", &[("wrangler.toml", sample)]), "");
}

#[test]
fn contexts_and_functions_of_netlify() {
    let production = &*format!("[context.production.environment]\nACME_API_KEY = \"{LIVE}\"\n");
    for (rest, code, expected) in [
        (
            "[context.deploy-preview.environment]\nB = \"1\"\n",
            "src/a.js",
            "likely env/platform-not-mapped ACME_API_KEY netlify.toml:3",
        ),
        (
            "[context.deploy-preview]\ncommand = \"x\"\n",
            "src/a.js",
            "possible env/platform-not-mapped ACME_API_KEY netlify.toml:3",
        ),
        ("", "src/a.js", ""),
        ("", "netlify/functions/a.js", "likely env/platform-not-mapped ACME_API_KEY netlify.toml:1"),
    ] {
        let text = format!("{production}{rest}");
        assert_eq!(only("platform", &[("netlify.toml", &text), (code, READS)]), expected, "{rest}");
    }
    let fallback = "const key = process.env.ACME_API_KEY || 'none';\n";
    assert_eq!(only("platform", &[("netlify.toml", production), ("netlify/functions/a.js", fallback)]), "");
}

#[test]
fn functions_and_services() {
    let serverless = |first: &str, second: &str| {
        format!(
            "provider: {{ name: aws }}\nfunctions:\n  pay:\n    handler: pay.main\n{first}  mail:\n    handler: mail.main\n{second}"
        )
    };
    let has = "    environment: { ACME_API_KEY: \"${env:ACME_API_KEY}\" }\n";
    for (text, code, expected) in [
        (serverless(has, ""), "mail.js", "likely env/platform-not-mapped ACME_API_KEY serverless.yml:6"),
        (serverless(has, ""), "pay.js", ""),
        (serverless(has, has), "mail.js", ""),
        (serverless(has, "    environment: ${file(e.yml)}\n"), "mail.js", ""),
        (serverless("", ""), "mail.js", ""),
    ] {
        assert_eq!(only("platform", &[("serverless.yml", &text), (code, READS)]), expected, "{text}");
    }
    let env = (".env", "ACME_API_KEY=abc\n");
    let found = only("runtime", &[("serverless.yml", &serverless("", "")), ("mail.js", READS), env]);
    assert_eq!(found, "likely env/runtime-not-passed ACME_API_KEY serverless.yml:5");
    let plugin = format!("plugins: [serverless-dotenv-plugin]\n{}", serverless("", ""));
    assert_eq!(only("runtime", &[("serverless.yml", &plugin), ("mail.js", READS), env]), "");

    let render = |job: &str| {
        format!(
            "services:\n  - name: api\n    startCommand: node api.js\n    envVars:\n      - key: ACME_API_KEY\n        sync: false\n  - name: job\n    startCommand: node job.js\n{job}"
        )
    };
    for (job, expected) in [
        ("", "likely env/platform-not-mapped ACME_API_KEY render.yaml:7"),
        ("    envVars:\n      - fromGroup: shared\n", "possible env/platform-not-mapped ACME_API_KEY render.yaml:7"),
        ("    envVars:\n      - key: ACME_API_KEY\n        sync: false\n", ""),
    ] {
        assert_eq!(only("platform", &[("render.yaml", &render(job)), ("job.js", READS)]), expected, "{job}");
    }
    let vercel = "{\n \"build\": {\n  \"env\": { \"ACME_API_KEY\": \"@acme\" }\n }\n}\n";
    let found = only("platform", &[("vercel.json", vercel), ("api/pay.js", READS)]);
    assert_eq!(found, "likely env/platform-not-mapped ACME_API_KEY vercel.json:3");
    assert_eq!(only("platform", &[("vercel.json", vercel), ("src/pay.js", READS)]), "");
}

#[test]
fn jobs_of_gitlab() {
    let sends = "curl -H \"Authorization: Bearer $OPENAI_API_KEY\" https://api.openai.com/v1/models";
    let fetched = |more: &str, line: &str| {
        format!("a:\n  secrets:\n    OPENAI_API_KEY:\n      vault: x/y\n{more}  script:\n    - '{line}'\n")
    };
    let from_file = sends.replace("$OPENAI_API_KEY", "$(cat $OPENAI_API_KEY)");
    for (text, expected) in [
        (fetched("", sends), "likely env/secret-store OPENAI_API_KEY .gitlab-ci.yml:6"),
        (fetched("      file: false\n", sends), ""),
        (fetched("", &from_file), ""),
        (
            format!("a:\n  script:\n    - cat $OPENAI_API_KEY\n    - '{sends}'\n"),
            "possible env/secret-store OPENAI_API_KEY .gitlab-ci.yml:4",
        ),
        // The project's own variables are there without a word.
        (format!("a:\n  script:\n    - '{sends}'\n"), ""),
        (
            format!(
                "variables:\n  OPENAI_API_KEY: $PROD_KEY\na:\n  script: [use $OPENAI_API_KEY]\nb:\n  inherit: {{ variables: false }}\n  script:\n    - '{sends}'\n"
            ),
            "likely env/ci-not-mapped OPENAI_API_KEY .gitlab-ci.yml:8",
        ),
        (
            format!(
                "a:\n  environment: production\n  script: [use $OPENAI_API_KEY]\nb:\n  only: [merge_requests]\n  script:\n    - '{sends}'\n"
            ),
            "possible env/ci-not-mapped OPENAI_API_KEY .gitlab-ci.yml:7",
        ),
    ] {
        assert_eq!(said(&[(".gitlab-ci.yml", &text)]).join("\n"), expected, "{text}");
    }
}

#[test]
fn tasks_that_a_step_calls() {
    let workflow = |run: &str, env: &str| {
        format!(
            "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {run}\n{env}      - run: x\n        env: {{ OPENAI_API_KEY: \"${{{{ secrets.OPENAI_API_KEY }}}}\" }}\n"
        )
    };
    let given = "        env: { OPENAI_API_KEY: \"${{ secrets.OPENAI_API_KEY }}\" }\n";
    let sends = "const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` };\nawait fetch(\"https://api.openai.com/v1/models\", { headers });\n";
    let package = "{\"scripts\": {\"eval\": \"node eval.js\", \"all\": \"npm run eval\", \"own\": \"OPENAI_API_KEY=x node eval.js\"}}";
    let make = "eval:\n\t@node eval.js\n";
    for (run, env, expected) in [
        ("npm run eval", "", "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:6"),
        ("npm run all", "", "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:6"),
        ("make eval", "", "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:6"),
        ("node eval", "", "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:6"),
        ("npm run eval", given, ""),
        ("npm run own", "", ""),
        ("npm ci", "", ""),
        ("cd web && npm run eval", "", ""),
    ] {
        let files = [
            (".github/workflows/ci.yml", &*workflow(run, env)),
            ("package.json", package),
            ("Makefile", make),
            ("eval.js", sends),
        ];
        assert_eq!(only("ci-not-mapped", &files), expected, "{run} {env}");
    }
    let test = [(".github/workflows/ci.yml", &*workflow("node test/a.js", "")), ("test/a.js", sends)];
    assert_eq!(only("ci-not-mapped", &test), "");
}

#[test]
fn dollars_in_a_compose_file() {
    let compose =
        |value: &str| format!("services:\n  a:\n    image: x\n    environment:\n      ADMIN_PASSWORD: {value}\n");
    for (value, expected) in [
        ("k9$Rt2Lq7Vx4", "proven env/expansion ADMIN_PASSWORD compose.yaml:5"),
        ("'$apr1$Xy3$abc'", "likely env/expansion ADMIN_PASSWORD compose.yaml:5"),
        ("pa$word12", "proven env/expansion ADMIN_PASSWORD compose.yaml:5"),
        ("k9$$Rt2Lq7Vx4", ""),
        ("https://u:${PASS}@h", ""),
        ("https://u:$PASS@h", ""),
        ("k9$5", ""),
        ("$word", ""),
    ] {
        assert_eq!(only("expansion", &[("compose.yaml", &compose(value))]), expected, "{value}");
    }
    let set = [("compose.yaml", &*compose("k9$tag2")), (".env", "tag2=x\n")];
    assert_eq!(only("expansion", &set), "");
}

#[test]
fn settings_and_credential_files() {
    let stripe = ["sk_live_", "51H8fakeFAKE2024zQ7", "xYw3Rt5Uv9Kp1Lm4Nb6"].concat();
    for (path, text, expected) in [
        (
            "application.properties",
            format!("acme.api-key={LIVE} \n"),
            "proven key/whitespace ACME_APIKEY application.properties:1",
        ),
        (
            "application.properties",
            format!("acme.api-key=\"{LIVE}\"\n"),
            "proven key/quoted ACME_APIKEY application.properties:1",
        ),
        ("application.yml", format!("acme:\n  api-key: \"{LIVE}\"\n"), ""),
        (
            "application.properties",
            "acme.api-key=${ACME_API_KEY}\nspring.datasource.password=postgres\n".to_owned(),
            "",
        ),
        ("appsettings.json", "{\"Acme\": {\"ApiKey\": \"\"}, \"Jwt\": {\"Secret\": \"change me\"}}".to_owned(), ""),
        (
            "appsettings.json",
            format!("{{\"Stripe\": {{\"SecretKey\": \"{stripe}\"}}}}"),
            "possible key/leaked Stripe__SecretKey appsettings.json:1",
        ),
        (
            "home/.aws/credentials",
            format!("[default]\naws_secret_access_key = '{LIVE}'\n"),
            "proven key/quoted AWS_SECRET_ACCESS_KEY home/.aws/credentials:2",
        ),
    ] {
        assert_eq!(said(&[(path, &text)]).join("\n"), expected, "{path} {text}");
    }
}
