//! Docker and those who share its logins: Podman, Helm, Buildah, a cluster's pull secrets, cloud CLIs that log it in.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use super::{Visit, is_open, plain};
use crate::expression::Regex;

const CLIENT: &str = "docker";
/// The registry that no image names, and the names under which it is known.
const HUB: &str = "docker.io";
const HUB_NAMES: [&str; 5] =
    ["docker.io", "index.docker.io", "index.docker.io/v1", "registry-1.docker.io", "registry.hub.docker.com"];
/// Options of a login that take the next word.
const TAKES: [&str; 9] = [
    "-u",
    "--username",
    "-p",
    "--password",
    "--authfile",
    "--cert-dir",
    "--registry-config",
    "--ca-file",
    "--compat-auth-file",
];
/// What `gcloud auth configure-docker` logs in at when nobody names a host.
const GCR: [&str; 5] = ["gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io", "marketplace.gcr.io"];

/// Places where a registry is named: whether a credential is kept for it, a word without which it cannot be there, and an
/// expression whose first group is the address.
const NAMED: &[(bool, &str, &str)] = &[
    (true, "--docker-server", r#"--docker-server[= ]["']?([^\s"'\\]+)"#),
    (true, "registry_auth", r#"registry_auth\s*\{[^}]*?\baddress\s*=\s*"([^"\n]+)""#),
    (false, "to repository [", r#"push refers to repository \[([^\]\s]+)\]"#),
    (
        false,
        "ailed to ",
        r#"(?i)\bfailed to (?:push|pull|resolve)(?: image)?:? ["']?((?:[\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/[\w./-]+)"#,
    ),
    (
        false,
        "/",
        r#"(?i)\b(?:pull access denied for|Error pulling image|(?:docker|podman|nerdctl) (?:pull|push)) ["']?((?:[\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/[\w./-]+)"#,
    ),
    (false, "oci://", r#"\boci://([\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/"#),
    (false, "image:", r#"(?m)^\s*(?:-\s+)?image:\s*["']?([\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/"#),
    (false, "IMAGE", r#"(?m)^\s*(?:export\s+)?\w*IMAGE\w*\s*[:=]\s*["']?([\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/"#),
    (false, "tag", r#"(?m)^\s*(?:tags:\s*\|?\s*|--tag[= ])["']?([\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/"#),
    (false, "auth.docker.io/token", r#"https?://auth\.(docker\.io)/token"#),
    (false, "/v2/", r#"https?://([\w.-]+\.[\w.-]+(?::\d+)?|[\w-]+:\d+)/v2/"#),
];

pub(super) fn read(text: &str) -> Vec<Visit> {
    static BUILT: [OnceLock<Option<Regex>>; NAMED.len()] = [const { OnceLock::new() }; NAMED.len()];
    let mut found = Vec::new();
    let mut add = |span: Range<usize>, keeps: bool, address: &str| {
        if !is_open(address) {
            found.push(Visit { span, client: CLIENT, address: registry(address), keeps });
        }
    };
    for ((keeps, word, pattern), built) in NAMED.iter().zip(&BUILT) {
        if !text.contains(word) {
            continue;
        }
        let Some(pattern) = built.get_or_init(|| Regex::new(pattern).ok()) else { continue };
        for named in pattern.captures_iter(text).take(8) {
            if let Some(address) = named.get(1) {
                add(address.range(), *keeps, address.as_str());
            }
        }
    }
    // What a file holds is what counts, whatever a command said.
    let files = files(text);
    if files.is_empty() {
        for (span, host) in logins(text) {
            add(span, true, &host);
        }
    }
    let kept = files.into_iter().map(|(span, key)| {
        let alias = HUB_NAMES.contains(&plain(key).as_str()) && !key.contains("index.docker.io");
        let address = if alias { plain(key) } else { registry(key) };
        // `docker.io` itself is one of the names that are never looked up.
        let address = if alias && address == HUB { "docker.io (as it is written)".to_owned() } else { address };
        Visit { span, client: CLIENT, address, keeps: true }
    });
    let kept: Vec<Visit> = kept.collect();
    found.extend(kept);
    found
}

/// The registry of an address: the host and its port, Docker's own by one name.
fn registry(address: &str) -> String {
    let plain = plain(address);
    if HUB_NAMES.contains(&plain.as_str()) {
        return HUB.to_owned();
    }
    let host = plain.split('/').next().unwrap_or_default();
    if HUB_NAMES.contains(&host) { HUB.to_owned() } else { host.to_owned() }
}

/// Commands and steps that log in.
fn logins(text: &str) -> Vec<(Range<usize>, String)> {
    static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b(?:docker|podman|nerdctl|buildah|skopeo|crane|oras|helm registry)[ \t]+login\b((?:[^\n|;&\\]|\\[^\n]|\\\n)*)").ok()
    });
    static CONFIGURE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bgcloud\b[^\n|;&]*?\bauth[ \t]+configure-docker\b([^\n|;&]*)").ok());
    static ACR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\baz acr login\b[^\n]*?(?:-n|--name)[= ]+([\w.-]+)").ok());
    static STEP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"uses:\s*docker/login-action[^\n]*\n").ok());
    let mut found = Vec::new();
    for login in LOGIN.as_ref().into_iter().flat_map(|login| login.captures_iter(text)).take(8) {
        let (Some(whole), Some(rest)) = (login.get(0), login.get(1)) else { continue };
        let mut words = rest.as_str().split_whitespace().filter(|word| *word != "\\");
        let mut host = HUB;
        while let Some(word) = words.next() {
            if TAKES.contains(&word) {
                words.next();
            } else if !word.starts_with(['-', '<', '>', '#', '"']) || word.starts_with("\"$") {
                host = word;
                break;
            }
        }
        found.push((whole.range(), host.trim_matches(['"', '\'', '`', ')']).to_owned()));
    }
    for configure in CONFIGURE.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(text)).take(8) {
        let (Some(whole), Some(rest)) = (configure.get(0), configure.get(1)) else { continue };
        let hosts = rest.as_str().split_whitespace().find(|word| !word.starts_with(['-', '#', '`', '"', '\'']));
        let hosts: Vec<&str> = hosts.map_or(GCR.to_vec(), |hosts| hosts.split(',').collect());
        found.extend(hosts.into_iter().map(|host| (whole.range(), host.trim_matches(['"', '\'', '`']).to_owned())));
    }
    for acr in ACR.as_ref().into_iter().flat_map(|acr| acr.captures_iter(text)).take(4) {
        if let Some(name) = acr.get(1) {
            let host = if name.as_str().contains('.') {
                name.as_str().to_owned()
            } else {
                format!("{}.azurecr.io", name.as_str())
            };
            found.push((name.range(), host));
        }
    }
    for step in STEP.as_ref().into_iter().flat_map(|step| step.find_iter(text)).take(8) {
        let rest = &text[step.range().end..];
        let own = rest.lines().take(12).take_while(|line| !line.trim_start().starts_with("- "));
        let registry = own.filter_map(|line| line.trim().strip_prefix("registry:")).next();
        let host = registry.map_or(HUB, |value| value.split(" #").next().unwrap_or_default().trim());
        let variable =
            host.strip_prefix("${{").and_then(|inside| inside.trim_end_matches("}}").trim().strip_prefix("env."));
        let set =
            variable.and_then(|name| text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':')));
        found.push((step.range(), set.unwrap_or(host).trim().trim_matches(['"', '\'']).to_owned()));
    }
    found
}

/// The keys of `auths` in a file of logins. Docker Hub has its login under one key alone; another of its names is never
/// looked up.
fn files(text: &str) -> Vec<(Range<usize>, &str)> {
    static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""([^"\s]*[.:][^"\s]*)"\s*:\s*\{"#).ok());
    let Some(start) = text.find("\"auths\"") else { return Vec::new() };
    let rest = text.get(start..).unwrap_or_default();
    let keys = KEY.as_ref().into_iter().flat_map(|key| key.captures_iter(rest)).take(8);
    let keys = keys.filter_map(|key| key.get(1));
    keys.map(|key| (start + key.range().start..start + key.range().end, key.as_str())).collect()
}
