//! The schema of `clients.toml`: what HTTP clients do when a server sends them elsewhere. Data only; also read by `build.rs`.

use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// All clients.
    pub client: Vec<Client>,
}

/// One HTTP client and its rule for redirects. What is left out is what most of them do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Stable identifier, such as `requests`.
    pub slug: String,
    /// The name its users say.
    pub name: String,
    /// The language it is for, or `command line`.
    pub language: String,
    /// Versions that were measured.
    pub versions: String,
    /// How its `User-Agent` begins, where it sends one that is its own.
    #[serde(default)]
    pub agent: Vec<String>,
    /// Which changes of the scheme leave Authorization in the request.
    #[serde(default)]
    pub scheme: Scheme,
    /// Which changes of the host.
    #[serde(default)]
    pub host: Host,
    /// Which changes of the port.
    #[serde(default)]
    pub port: Port,
    /// Whether another letter case of the host is another host.
    #[serde(default)]
    pub letters_count: bool,
    /// Whether a hop back to the first origin gets the header again.
    #[serde(default)]
    pub returns: bool,
    /// Whether a `Cookie` field of the program is replaced by the client's own cookies. Others treat it as Authorization.
    #[serde(default)]
    pub own_cookies: bool,
    /// What becomes of user and password in `Location`.
    #[serde(default)]
    pub userinfo: Userinfo,
    /// Where it does not follow.
    #[serde(default)]
    pub stays: Stays,
    /// Statuses at which a POST becomes a GET without a body.
    #[serde(default = "usual")]
    pub becomes_get: Vec<u16>,
    /// Statuses at which a POST is not sent on.
    #[serde(default)]
    pub refuses_post: Vec<u16>,
    /// Statuses at which a GET is not sent on.
    #[serde(default)]
    pub refuses_get: Vec<u16>,
    /// Statuses at which a POST that becomes a GET keeps its `Content-Type`.
    #[serde(default)]
    pub keeps_content_type: Vec<u16>,
    /// Whether a POST that becomes a GET loses every header of the program.
    #[serde(default)]
    pub forgets_headers: bool,
    /// What it does with an entry of `.netrc` for the host.
    #[serde(default)]
    pub netrc: Netrc,
}

fn usual() -> Vec<u16> {
    vec![301, 302, 303]
}

/// What a client does with an entry of `.netrc` for the host that it asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Netrc {
    /// It does not look there.
    #[default]
    Ignored,
    /// It looks there if it is told to, and where the program sets no Authorization.
    Asked,
    /// Its user and password replace whatever Authorization the program sets.
    Replaces,
}

/// Schemes between which Authorization is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// The same.
    #[default]
    Same,
    /// The same, and from http to https.
    Upgrade,
    /// All.
    Any,
}

/// Hosts between which it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// The same.
    #[default]
    Same,
    /// The same, and from a host to one below it.
    Subdomain,
    /// All.
    Any,
    /// None: it is dropped at every redirect.
    None,
}

/// Ports between which it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Port {
    /// The same number, written or not.
    #[default]
    Same,
    /// The same number, or both the one that goes without saying.
    Unwritten,
    /// The same number; where the scheme changes, both the one that goes without saying.
    Defaults,
    /// The same as it is written: `:80` is another than none.
    Text,
    /// All.
    Any,
}

/// What becomes of user and password in `Location`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Userinfo {
    /// They are not looked at.
    #[default]
    Ignored,
    /// They are sent as Basic, where no Authorization is kept.
    Sent,
    /// The hop fails.
    Refused,
}

/// Hops that are not followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stays {
    /// All are followed.
    #[default]
    Never,
    /// Not from https to http.
    Down,
    /// Not to another scheme.
    Scheme,
}
