//! What is said of CI, containers, services and credential files: a table of small projects and answers.

mod small;

use small::said;

const CI: &str = ".github/workflows/ci.yml";

fn job(steps: &str) -> String {
    format!("on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
}

const SENDS: &str = "      - run: curl -H \"Authorization:Bearer $OPENAI_API_KEY\" https://api.openai.com/v1/models\n";

#[test]
fn a_step_without_the_secret() {
    let asks = "      - run: x\n        env: { OPENAI_API_KEY: \"${{ secrets.OPENAI_API_KEY }}\" }\n";
    for (steps, expected) in [
        (SENDS.to_owned(), "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:6"),
        (format!("{asks}{SENDS}"), "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:8"),
        (format!("{SENDS}        env: {{ OPENAI_API_KEY: \"${{{{ secrets.OPENAI_API_KEY }}}}\" }}\n"), ""),
        // Somebody else's action may set it, as may a step before.
        (format!("      - uses: 1password/load-secrets-action@v2\n{SENDS}"), ""),
        (format!("      - run: echo \"OPENAI_API_KEY=$(get)\" >> $GITHUB_ENV\n{SENDS}"), ""),
        ("      - run: echo ${OPENAI_API_KEY:-none}\n".to_owned(), ""),
        ("      - run: echo '$OPENAI_API_KEY'\n".to_owned(), ""),
        ("      - run: echo $SOME_TOKEN\n".to_owned(), ""),
    ] {
        assert_eq!(said(&[(CI, &job(&steps))]).join("\n"), expected, "{steps}");
    }
    let own = job(SENDS).replace("ubuntu-latest", "[self-hosted, linux]");
    assert_eq!(said(&[(CI, &own)]).join("\n"), "");
}

#[test]
fn secrets_by_their_names() {
    let env = |name: &str, from: &str| format!("      - run: x\n        env: {{ {name}: \"${{{{ {from} }}}}\" }}\n");
    for (steps, expected) in [
        (
            env("OPENAI_API_KEY", "secrets.OPENAI_API_KYE"),
            "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:7",
        ),
        (
            env("OPENAI_API_KEY", "secrets.OPENAI_API_KEY") + &env("K", "secrets.OPENAI_API_KEU"),
            "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:9",
        ),
        (
            env("OPENAI_API_KEY", "secrets.OPENAI_API_KEY") + &env("OPENAI_API_KEY", "vars.OPENAI_API_KEY"),
            "likely env/ci-not-mapped OPENAI_API_KEY .github/workflows/ci.yml:9",
        ),
        (env("OPENAI_API_KEY", "secrets.PROD_OPENAI"), ""),
        (env("TOKEN_1", "secrets.TOKEN_2"), ""),
        (
            "      - if: secrets.NPM_TOKEN != ''\n        run: x\n".to_owned(),
            "proven env/ci-not-mapped NPM_TOKEN .github/workflows/ci.yml:6",
        ),
    ] {
        assert_eq!(said(&[(CI, &job(&steps))]).join("\n"), expected, "{steps}");
    }
    let action = "runs:\n  using: composite\n  steps:\n    - run: x ${{ secrets.NPM_TOKEN }}\n      shell: bash\n";
    assert_eq!(said(&[("a/action.yml", action)]), ["proven env/ci-not-mapped NPM_TOKEN a/action.yml:4"]);
}

#[test]
fn called_workflows() {
    let called = |declared: &str, job: &str| {
        format!(
            "on:\n  workflow_call:{declared}\njobs:\n  d:\n    runs-on: ubuntu-latest\n{job}    steps:\n      - run: x ${{{{ secrets.NPM_TOKEN }}}}\n"
        )
    };
    let required = "\n    secrets:\n      NPM_TOKEN: { required: true }";
    let optional = "\n    secrets:\n      NPM_TOKEN: { required: false }";
    let call = "on: push\njobs:\n  c:\n    uses: ./.github/workflows/d.yml\n";
    for (caller, file, expected) in [
        (call.to_owned(), called("", ""), "likely env/ci-not-mapped NPM_TOKEN .github/workflows/ci.yml:4"),
        (call.to_owned(), called(required, ""), "proven env/ci-not-mapped NPM_TOKEN .github/workflows/ci.yml:4"),
        (call.to_owned(), called(optional, ""), "possible env/ci-not-mapped NPM_TOKEN .github/workflows/ci.yml:4"),
        (call.to_owned(), called("", "    environment: npm\n"), ""),
        (format!("{call}    secrets: inherit\n"), called(required, ""), ""),
        (format!("{call}    secrets: {{ NPM_TOKEN: \"${{{{ secrets.NPM_TOKEN }}}}\" }}\n"), called(required, ""), ""),
    ] {
        assert_eq!(said(&[(CI, &caller), (".github/workflows/d.yml", &file)]).join("\n"), expected, "{caller}{file}");
    }
}

#[test]
fn processes_with_an_environment_of_their_own() {
    let program = ("app.py", "import os\nkey = os.environ[\"OPENAI_API_KEY\"]\n");
    let env = (".env", "OPENAI_API_KEY=abc\n");
    let compose = |more: &str| format!("services:\n  api:\n    build: .\n    command: python app.py\n{more}");
    for (path, text, expected) in [
        ("compose.yaml", compose(""), "likely env/runtime-not-passed OPENAI_API_KEY compose.yaml:2"),
        ("compose.yaml", compose("    env_file: .env\n"), ""),
        ("compose.yaml", compose("    environment: [OPENAI_API_KEY]\n"), ""),
        ("compose.yaml", compose("    environment: { OPENAI_API_KEY: \"${OPENAI_API_KEY}\" }\n"), ""),
        (
            "a.service",
            "[Service]\nExecStart=/usr/bin/python3 /opt/a/app.py\n".to_owned(),
            "likely env/runtime-not-passed OPENAI_API_KEY a.service:2",
        ),
        (
            "a.service",
            "[Service]\nEnvironmentFile=/etc/a.env\nExecStart=/usr/bin/python3 /opt/a/app.py\n".to_owned(),
            "",
        ),
        ("crontab", "@daily python3 app.py\n".to_owned(), "likely env/runtime-not-passed OPENAI_API_KEY crontab:1"),
        ("crontab", "@daily . ./.env && python3 app.py\n".to_owned(), ""),
        ("run.sh", "sudo python3 app.py\n".to_owned(), "likely env/runtime-not-passed OPENAI_API_KEY run.sh:1"),
        ("run.sh", "sudo -E python3 app.py\n".to_owned(), ""),
        (
            "Dockerfile",
            "FROM x\nARG OPENAI_API_KEY\nCMD [\"python\", \"app.py\"]\n".to_owned(),
            "likely env/runtime-not-passed OPENAI_API_KEY Dockerfile:2",
        ),
        (
            "Dockerfile",
            "FROM x\nARG OPENAI_API_KEY\nENV OPENAI_API_KEY=$OPENAI_API_KEY\nCMD [\"python\", \"app.py\"]\n".to_owned(),
            "",
        ),
    ] {
        let found = said(&[program, env, (path, &text)]);
        let own: Vec<&String> = found.iter().filter(|line| line.contains("runtime-not-passed")).collect();
        assert_eq!(own.first().map_or("", |line| line.as_str()), expected, "{path}: {text}");
        assert!(own.len() <= 1, "{own:?}");
    }
}

#[test]
fn values_that_configuration_sets() {
    let stripe = ["sk_live_", "51H8fakeFAKE2024zQ7", "xYw3Rt5Uv9Kp1Lm4Nb6"].concat();
    let secret = |data: &str| format!("apiVersion: v1\nkind: Secret\ndata:\n  STRIPE_SECRET_KEY: {data}\n");
    let found = said(&[("k8s/s.yaml", &secret(&stripe))]);
    assert!(found.contains(&"proven key/encoded STRIPE_SECRET_KEY k8s/s.yaml:4".to_owned()), "{found:?}");
    let found = said(&[("k8s/s.yaml", &secret("YWJjZGVmZ2gK"))]);
    assert!(found.contains(&"proven key/whitespace STRIPE_SECRET_KEY k8s/s.yaml:4".to_owned()), "{found:?}");
    let found =
        said(&[("compose.yaml", "services:\n  a:\n    image: x\n    environment:\n      - OPENAI_API_KEY=\"abc\"\n")]);
    assert!(found.contains(&"proven key/quoted OPENAI_API_KEY compose.yaml:5".to_owned()), "{found:?}");
    // Made-up values of tests, and what another tool fills in.
    for (path, text) in [
        (CI, job("      - run: x\n        env: { OPENAI_API_KEY: test, STRIPE_SECRET_KEY: \"\" }\n")),
        ("k8s/s.yaml", secret("\"{{ .Values.key }}\"")),
        (
            "compose.yaml",
            "services:\n  a:\n    image: x\n    environment:\n      OPENAI_API_KEY: ${OPENAI_API_KEY:?}\n".to_owned(),
        ),
    ] {
        assert_eq!(said(&[(path, &text)]), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn registries_of_npm() {
    for (text, expected) in [
        (
            "@a:registry=https://npm.pkg.github.com/\n//registry.npmjs.org/:_authToken=${GITHUB_TOKEN}\n",
            "likely env/credential-scope GITHUB_TOKEN .npmrc:2",
        ),
        ("@a:registry=https://npm.pkg.github.com/\n//npm.pkg.github.com/:_authToken=${GITHUB_TOKEN}\n", ""),
        (
            "@a:registry=https://r.example.com/npm/\n//r.example.com/npm/b/:_authToken=${ACME_TOKEN}\n",
            "likely env/credential-scope ACME_TOKEN .npmrc:2",
        ),
        ("//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", ""),
        ("@a:registry=https://r.example.com\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", ""),
    ] {
        assert_eq!(said(&[(".npmrc", text)]).join("\n"), expected, "{text}");
    }
}
