//! The environment of the child: how each runtime is led through the capture proxy and made to believe its certificates.
//! Nothing here touches anything; what the user set himself stays in force beside what is added.

use std::path::Path;

use why401_core::loader::Environment;
use why401_core::secret::Secret;

/// One change to the environment.
#[derive(Clone, Debug)]
pub struct Change {
    /// The variable.
    pub name: String,
    /// What it is set to; `None` where it is taken out.
    pub value: Option<Secret>,
}

/// What the environment is to lead to.
#[derive(Clone, Copy, Debug)]
pub struct Ways<'a> {
    /// `http://USER:PASSWORD@127.0.0.1:PORT`: the capture proxy with the credential of this run.
    pub address: &'a Secret,
    /// Its port.
    pub port: u16,
    /// The folder with the files of [`super::folder`].
    pub folder: &'a Path,
    /// Variables that get the address of a gateway.
    pub gateways: &'a [(String, String)],
    /// Whether wget is told by a file of its own whom to trust, because the user has none.
    pub has_wgetrc: bool,
}

/// Names of proxies; clients read them in either letter case.
const PROXIES: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// Variables that name a file with every authority that is trusted.
pub const BUNDLES: &[&str] = &[
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "BUNDLE_SSL_CA_CERT",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    "COMPOSER_CAFILE",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "HEX_CACERTS_PATH",
    "HTTPLIB2_CA_CERTS",
    "NIX_SSL_CERT_FILE",
    "PERL_LWP_SSL_CA_FILE",
    "WEBSOCKET_CLIENT_CA_BUNDLE",
];

/// Variables that name a file of authorities besides those that are trusted anyway.
pub const EXTRAS: &[&str] = &["NODE_EXTRA_CA_CERTS", "DENO_CERT"];

/// The changes, in the order in which they are made.
pub fn changes(own: &Environment, ways: Ways<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut set = |name: &str, value: Secret| changes.push(Change { name: name.to_owned(), value: Some(value) });
    let text = |text: &str| Secret::from(text);
    let file = |name: &str| ways.folder.join(name).to_string_lossy().into_owned();
    for name in PROXIES {
        set(name, ways.address.clone());
        set(&name.to_ascii_lowercase(), ways.address.clone());
    }
    set("WHY401_RUN", ways.address.clone());
    set("NODE_USE_ENV_PROXY", text("1"));
    set("PERL_LWP_ENV_PROXY", text("1"));
    for name in BUNDLES {
        set(name, text(&file("bundle.pem")));
    }
    for name in EXTRAS {
        set(name, text(&file("extra.pem")));
    }
    if ways.has_wgetrc {
        set("WGETRC", text(&file("wgetrc")));
    }
    set("NODE_OPTIONS", joined(own, "NODE_OPTIONS", " ", &format!("--require {}", quoted(&file("preload.cjs")))));
    set("JAVA_TOOL_OPTIONS", joined(own, "JAVA_TOOL_OPTIONS", " ", &java(ways.port, &file("trust.jks"))));
    // Nothing before the first colon stands for the folder that PHP looks into anyway.
    set("PHP_INI_SCAN_DIR", joined_or(own, "PHP_INI_SCAN_DIR", ":", "", &file("php")));
    set("PYTHONPATH", before(own, "PYTHONPATH", &file("python")));
    for (name, url) in ways.gateways {
        set(name, text(url));
    }
    for name in ["NO_PROXY", "no_proxy"] {
        changes.push(Change { name: name.to_owned(), value: None });
    }
    changes
}

/// What the JVM is told. It sends no credential to a proxy that a property names: this run's processes are known by
/// themselves.
fn java(port: u16, store: &str) -> String {
    let mut words = Vec::new();
    for scheme in ["http", "https"] {
        words.push(format!("-D{scheme}.proxyHost=127.0.0.1 -D{scheme}.proxyPort={port}"));
    }
    words.push("-Dhttp.nonProxyHosts=".to_owned());
    words.push(format!("-Djavax.net.ssl.trustStore={}", quoted(store)));
    words.push("-Djavax.net.ssl.trustStoreType=JKS -Djavax.net.ssl.trustStorePassword=changeit".to_owned());
    words.join(" ")
}

/// The user's own words, and one more.
fn joined(own: &Environment, name: &str, between: &str, word: &str) -> Secret {
    match own.get(name).filter(|value| !value.is_empty()) {
        Some(value) => Secret::new([value.expose(), between.as_bytes(), word.as_bytes()].concat()),
        None => Secret::from(word),
    }
}

fn joined_or(own: &Environment, name: &str, between: &str, usual: &str, word: &str) -> Secret {
    match own.get(name) {
        Some(_) => joined(own, name, between, word),
        None => Secret::from(format!("{usual}{between}{word}").as_str()),
    }
}

/// One more folder, before the user's own.
fn before(own: &Environment, name: &str, folder: &str) -> Secret {
    let separator = if cfg!(windows) { ";" } else { ":" };
    match own.get(name).filter(|value| !value.is_empty()) {
        Some(value) => Secret::new([folder.as_bytes(), separator.as_bytes(), value.expose()].concat()),
        None => Secret::from(folder),
    }
}

/// A path as Node and the JVM take it out of a variable with several words.
fn quoted(path: &str) -> String {
    if path.contains(char::is_whitespace) { format!("\"{path}\"") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(own: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = own.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value))).collect();
        let address = Secret::from("http://why401:fake@127.0.0.1:9");
        let gateways = [("ACME_URL".to_owned(), "http://127.0.0.1:9/x".to_owned())];
        let folder = Path::new("/tmp/a b");
        let ways = Ways { address: &address, port: 9, folder, gateways: &gateways, has_wgetrc: true };
        let shown = |value: Option<Secret>| value.map_or("-".to_owned(), |v| v.expose_str().unwrap().to_owned());
        changes(&own, ways).into_iter().map(|change| (change.name, shown(change.value))).collect()
    }

    fn value<'c>(changes: &'c [(String, String)], name: &str) -> &'c str {
        changes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    #[test]
    fn what_the_user_set_stays_in_force() {
        let own = [
            ("NODE_OPTIONS", "--max-old-space-size=99"),
            ("PYTHONPATH", "/x"),
            ("PHP_INI_SCAN_DIR", "/y"),
            ("JAVA_TOOL_OPTIONS", "-Xmx9m"),
        ];
        let changes = changed(&own);
        assert_eq!(value(&changes, "NODE_OPTIONS"), "--max-old-space-size=99 --require \"/tmp/a b/preload.cjs\"");
        assert_eq!(value(&changes, "PYTHONPATH"), "/tmp/a b/python:/x");
        assert_eq!(value(&changes, "PHP_INI_SCAN_DIR"), "/y:/tmp/a b/php");
        assert!(value(&changes, "JAVA_TOOL_OPTIONS").starts_with("-Xmx9m -Dhttp.proxyHost=127.0.0.1"));
    }

    #[test]
    fn an_empty_environment() {
        let changes = changed(&[]);
        for (name, expected) in [
            ("https_proxy", "http://why401:fake@127.0.0.1:9"),
            ("HTTP_PROXY", "http://why401:fake@127.0.0.1:9"),
            ("NO_PROXY", "-"),
            ("no_proxy", "-"),
            ("PHP_INI_SCAN_DIR", ":/tmp/a b/php"),
            ("PYTHONPATH", "/tmp/a b/python"),
            ("ACME_URL", "http://127.0.0.1:9/x"),
            ("SSL_CERT_FILE", "/tmp/a b/bundle.pem"),
            ("NODE_EXTRA_CA_CERTS", "/tmp/a b/extra.pem"),
        ] {
            assert_eq!(value(&changes, name), expected, "{name}");
        }
    }
}
