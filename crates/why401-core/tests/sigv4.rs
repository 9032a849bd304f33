//! AWS signatures held against others, byte for byte: botocore on generated requests, and AWS's own test suite.
//!
//! Where the test bed is not installed nothing is tested, and the test says so: `tests/bed/install` gets both.
//! `WHY401_BED_FULL=1` takes more requests; `WHY401_SEED` another beginning.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use why401_core::exchange::Request;
use why401_core::secret::Secret;
use why401_core::signature::aws::{
    Algorithm, Canonical, Claim, Encoding, Keys, Manner, Rules, Sought, by_signature, presigned, signature, signed,
    string_to_sign,
};

fn bed() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || Some(set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?.join("why401/bed"));
    set("WHY401_BED").or_else(cache)
}

#[test]
fn botocore_signs_the_same() {
    let python = bed().map(|bed| bed.join("python/bin/python")).filter(|python| has_botocore(python));
    let Some(python) = python else {
        println!("botocore is not installed; tests/bed/install does it");
        return;
    };
    let full = std::env::var_os("WHY401_BED_FULL").is_some_and(|value| !value.is_empty());
    let seed = std::env::var("WHY401_SEED").unwrap_or_else(|_| "6".to_owned());
    let count = if full { "20000" } else { "1000" };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/bed/sigv4.py");
    let output = Command::new(python).arg("-B").arg(script).args([&seed, count]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let told: Value = serde_json::from_str(line).unwrap();
        wrong.extend(compared(&told).err().map(|why| format!("request {number} of seed {seed}: {why}\n{line}")));
    }
    assert!(text.lines().count() >= 1000);
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n\n"));
}

fn has_botocore(python: &Path) -> bool {
    Command::new(python).args(["-c", "import botocore"]).output().is_ok_and(|output| output.status.success())
}

fn request(told: &Value, url: &str, headers: &str) -> Request {
    let url = told[url].as_str().unwrap();
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let field = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), Secret::from(pair[1].as_str().unwrap()));
    Request {
        method: told["method"].as_str().unwrap().to_owned(),
        url: address.to_owned(),
        query: query.map(Secret::from),
        headers: told[headers].as_array().unwrap().iter().map(field).collect(),
        body: Secret::new(STANDARD.decode(told["body"].as_str().unwrap()).unwrap()),
    }
}

/// What botocore told of one request, held against ours.
fn compared(told: &Value) -> Result<(), String> {
    let text = |name: &str| told[name].as_str().unwrap_or_default();
    let sent = request(told, "url", "headers");
    let claim = Claim::of(&sent).ok_or("no signature was found")?.map_err(|fault| fault.to_string())?;
    let rules = Rules::of(text("service"));
    let canonical = Canonical::of(&sent, &claim, rules);
    same("canonical request", &canonical.text(), text("canonical"))?;
    let string = string_to_sign(&claim.time, &claim.scope, &canonical.digest());
    same("string to sign", &string, text("string"))?;
    let secret = Secret::from(text("secret"));
    let mac: String =
        signature(secret.expose(), &claim.scope, &string).iter().map(|byte| format!("{byte:02x}")).collect();
    same("signature", &mac, text("signature"))?;
    let found =
        by_signature(Sought { request: &sent, claim: &claim }, &[&secret]).ok_or("the secret was not recognised")?;
    same("changes", &format!("{:?}", found.changes), "[]")?;
    let keys = Keys { id: text("id").to_owned(), secret, token: told["token"].as_str().map(Secret::from) };
    let manner =
        Manner { signed: claim.signed, ..Manner::new(text("region"), text("service"), told["at"].as_i64().unwrap()) };
    let bare = request(told, "unsigned_url", "unsigned_headers");
    if let Some(expires) = told["expires"].as_u64() {
        let own = presigned(&bare, &keys, &manner, expires);
        let query =
            |request: &Request| request.query.as_ref().and_then(Secret::expose_str).unwrap_or_default().to_owned();
        return same("presigned query", &query(&own), &query(&sent));
    }
    // Who says that the body is not signed is taken at his word, and botocore signs it all the same.
    if text("service") == "s3" && bare.header("x-amz-content-sha256").is_some() {
        return Ok(());
    }
    let value =
        |request: &Request| request.header("authorization").and_then(Secret::expose_str).unwrap_or_default().to_owned();
    same("Authorization", &value(&signed(&bare, &keys, &manner)), &value(&sent))
}

fn same(what: &str, ours: &str, theirs: &str) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}:\n{ours}\n--\n{theirs}")) }
}

/// The suite of AWS as the crate aws-sigv4 carries it.
#[test]
fn the_suite_of_aws() {
    let Some(suite) = bed().map(|bed| bed.join("aws-signing-test-suite")).filter(|suite| suite.is_dir()) else {
        println!("AWS's test suite is not installed; tests/bed/install gets it");
        return;
    };
    let mut count = 0;
    let folders = ["v4", "v4a"].into_iter().flat_map(|version| fs::read_dir(suite.join(version)).unwrap());
    for entry in folders {
        let folder = entry.unwrap().path();
        let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
        let context: Value = read("context.json").map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        for place in ["header", "query"] {
            let Some(sent) = read(&format!("{place}-signed-request.txt")) else { continue };
            let mut sent = raw(&sent);
            // Some services take the session token beside the signature.
            if context["omit_session_token"] == true {
                let query = sent.query.as_ref().and_then(Secret::expose_str).unwrap_or_default().to_owned();
                let kept = query.split('&').filter(|piece| !piece.starts_with("X-Amz-Security-Token="));
                sent.query = Some(Secret::from(&*kept.collect::<Vec<_>>().join("&")));
            }
            let name = format!("{} in the {place}", folder.file_name().unwrap().to_string_lossy());
            let claim = Claim::of(&sent).unwrap_or_else(|| panic!("{name}: no signature")).unwrap();
            let rules = match context["normalize"].as_bool() {
                Some(normalises) => Rules { normalises, encoding: Encoding::Once },
                None => Rules::of("execute-api"),
            };
            let canonical = Canonical::of(&sent, &claim, rules);
            let wanted = |part: &str| read(&format!("{place}-{part}.txt"));
            if let Some(text) = wanted("canonical-request") {
                if context.is_null() {
                    // The two without a context carry another time than was signed; they are about the path.
                    assert_eq!(Some(canonical.path.as_str()), text.lines().nth(1), "{name}");
                    continue;
                }
                assert_eq!(canonical.text(), text.trim_end_matches('\n'), "{name}");
                count += 1;
            }
            let string = claim.string_to_sign(&canonical.digest());
            if let Some(text) = wanted("string-to-sign") {
                assert_eq!(string, text.trim_end(), "{name}");
            }
            // Each signature of SigV4A is another one.
            if claim.algorithm == Algorithm::V4A {
                continue;
            }
            if let (Some(text), Some(secret)) =
                (wanted("signature"), context["credentials"]["secret_access_key"].as_str())
            {
                let mac: String =
                    signature(secret.as_bytes(), &claim.scope, &string).iter().map(|b| format!("{b:02x}")).collect();
                assert_eq!(mac, text.trim(), "{name}");
            }
        }
    }
    assert!(count > 120, "{count} canonical requests");
}

/// A request as the suite writes it.
fn raw(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let line = lines.next().unwrap();
    let (method, rest) = line.split_once(' ').unwrap();
    let target = rest.rsplit_once(' ').map_or(rest, |(target, _)| target);
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (line.starts_with(' '), headers.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (false, _, Some((name, value))) => headers.push((name.to_owned(), value.to_owned())),
            _ => {}
        }
    }
    let host =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, host)| host.trim().to_owned());
    Request {
        method: method.to_owned(),
        url: format!("https://{}{path}", host.unwrap_or_default()),
        query: query.map(Secret::from),
        headers: headers.into_iter().map(|(name, value)| (name, Secret::from(&*value))).collect(),
        body: Secret::from(body),
    }
}
