//! The matrix: which runtime's clients are captured, and their refusals diagnosed. `matrix.toml` is the list, `clients/` has the
//! programs, and the table in `docs/run.md` is what comes of it.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use serde::Deserialize;

use crate::stand::{Stand, bed, has};
use crate::story::{accepting, repository};

const AT_ONCE: usize = 3;
const BEGIN: &str = "<!-- The table is written by a test. -->\n";
const END: &str = "<!-- End of the table. -->\n";

/// The key that is sent is the process's; `.env` has the good one.
const RULES: &str = r#"when POST /
  403 <ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.</Message></Error></ErrorResponse>
  Content-Type: text/xml
when Authorization: Bearer zq7-plainly-fake-51f0
  200 {"id":"acme"}
otherwise
  401 {"error":"this key is not known"}
"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    client: Vec<Client>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    runtime: String,
    name: String,
    /// How its calls come here: by which part of the environment.
    by: String,
    run: String,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default = "shadowed")]
    cause: String,
    /// Whether nothing of it is seen, and what is said of that.
    #[serde(default)]
    unseen: bool,
}

fn shadowed() -> String {
    "env/shadowed".to_owned()
}

#[test]
fn each_client_is_captured() {
    let table: Table = toml::from_str(include_str!("matrix.toml")).unwrap();
    let only = std::env::var("WHY401_RUN_ONLY").unwrap_or_default();
    let is_here = |client: &Client| client.needs.iter().all(|needed| has(needed));
    let wanted = |client: &&Client| format!("{} {}", client.runtime, client.name).contains(&only) && is_here(client);
    let clients: Vec<&Client> = table.client.iter().filter(wanted).collect();
    let (next, wrong) = (Mutex::new(clients.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(client) = next.lock().unwrap().next() else { return };
                    if let Err(why) = seen(client) {
                        wrong.lock().unwrap().push(format!("== {} {}\n{why}", client.runtime, client.name));
                    }
                }
            });
        }
    });
    for client in table.client.iter().filter(|client| !is_here(client)) {
        println!("left out, as it is not here: {} {}", client.runtime, client.name);
    }
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), clients.len(), wrong.join("\n"));
    let path = repository().join("docs/run.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (old, after) = rest.split_once(END).unwrap();
    let new = written(&table);
    if accepting() {
        fs::write(path, format!("{before}{BEGIN}{new}{END}{after}")).unwrap();
    } else {
        assert_eq!(old, new, "docs/run.md; WHY401_ACCEPT=1 writes it");
    }
}

fn seen(client: &Client) -> Result<(), String> {
    let stand = Stand::new(&["api.acme.test", "api.openai.com", "api.anthropic.com", "localhost"], RULES);
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run/clients");
    for entry in fs::read_dir(clients).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), stand.project().join(entry.file_name())).unwrap();
    }
    stand.write(".env", "ACME_API_KEY=zq7-plainly-fake-51f0\n");
    let modules = bed().join("run-npm/node_modules");
    if modules.exists() {
        std::os::unix::fs::symlink(modules, stand.project().join("node_modules")).unwrap();
    }
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let variables = [
        pair("ACME_API_KEY", "zq7-old-and-fake-9999"),
        pair("URL", "https://api.acme.test/v1/me"),
        pair("PORT", &stand.port.to_string()),
    ];
    let options: Vec<&str> = client.options.iter().map(String::as_str).collect();
    let (output, events) = stand.run(&options, &client.run, &variables);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let calls = events.iter().filter(|event| event["event"] == "call").count();
    let causes: Vec<&str> = events
        .iter()
        .filter(|event| event["event"] == "refusal")
        .filter_map(|event| event["diagnosis"]["diagnoses"][0]["cause"].as_str())
        .collect();
    let told = format!("{calls} calls, {causes:?}\n{out}{err}");
    if client.unseen {
        let is_said = err.contains("no call was seen");
        return if calls == 0 && is_said { Ok(()) } else { Err(told) };
    }
    if causes.contains(&client.cause.as_str()) && !err.contains("fake-") { Ok(()) } else { Err(told) }
}

fn written(table: &Table) -> String {
    let mut out = "\n| runtime | client | captured | diagnosed | by |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for client in &table.client {
        let (captured, diagnosed) = if client.unseen { ("no, and said so", "no") } else { ("yes", "yes") };
        let _ = writeln!(out, "| {} | {} | {captured} | {diagnosed} | {} |", client.runtime, client.name, client.by);
    }
    out.push('\n');
    out
}
