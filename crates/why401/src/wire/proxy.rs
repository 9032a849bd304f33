//! Proxies: the one that the environment names, as curl reads it, and the tunnel through it (RFC 9110, section 9.3.6).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;
use why401_core::exchange::Hurdle;
use why401_core::loader::Environment;
use why401_core::secret::Secret;
use why401_core::url::{Url, decoded};

use super::dial::Way;
use super::stream::Stream;
use super::{Came, Failed, http1};

/// A proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    pub host: String,
    pub port: u16,
    /// Whether it is itself asked over TLS.
    pub tls: bool,
    /// Whether it speaks HTTP.
    pub is_http: bool,
    /// `user:password` as the proxy's URL has it.
    user: Option<Secret>,
}

impl Proxy {
    pub(super) fn parse(address: &Secret) -> Option<Self> {
        let text = address.expose_str()?.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::of(&whole);
        let scheme = url.scheme.to_ascii_lowercase();
        // Where none is written curl takes 1080, whatever the proxy speaks.
        let usual = if scheme == "https" { 443 } else { 1080 };
        let port = url.port.filter(|port| !port.is_empty()).map_or(Some(usual), |port| port.parse().ok())?;
        Some(Self {
            host: url.host.trim_matches(['[', ']']).to_owned(),
            port,
            tls: scheme == "https",
            is_http: scheme == "http" || scheme == "https",
            user: url.userinfo.map(Secret::from),
        })
    }

    /// Its address without its password.
    pub(super) fn shown(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// It wants another user and password than it was given (RFC 9110, section 15.5.8).
    fn refuses(&self) -> Failed {
        let what = if self.user.is_some() {
            "it refuses the user and password that its URL holds (407)"
        } else {
            "it wants a user and a password (407); they belong into its URL"
        };
        Failed::at(Hurdle::Proxy, format!("{}: {what}", self.shown()))
    }

    /// The value of `Proxy-Authorization`.
    pub(super) fn authorization(&self) -> Option<Secret> {
        let user = self.user.as_ref()?.expose_str()?;
        let plain = decoded(user);
        Some(Secret::from(format!("Basic {}", STANDARD.encode(plain)).as_str()))
    }
}

/// The proxy that the environment names for this URL.
pub(super) fn of_environment(url: &Url<'_>, environment: &Environment) -> Option<Proxy> {
    let get = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let host = url.host.trim_matches(['[', ']']).to_ascii_lowercase();
    let hidden = get("no_proxy").or_else(|| get("NO_PROXY")).and_then(Secret::expose_str).unwrap_or_default();
    let is_hidden = hidden.split([',', ' ']).map(str::trim).filter(|rule| !rule.is_empty()).any(|rule| {
        let rule = rule.split_once(':').map_or(rule, |(name, _)| name).trim_start_matches(['*', '.']);
        let rule = rule.to_ascii_lowercase();
        rule.is_empty() || host == rule || host.strip_suffix(&rule).is_some_and(|before| before.ends_with('.'))
    });
    if is_hidden {
        return None;
    }
    // HTTP_PROXY in capitals may come from a request header in CGI, so that curl does not read it.
    let named = if url.scheme.eq_ignore_ascii_case("https") {
        get("https_proxy").or_else(|| get("HTTPS_PROXY"))
    } else {
        get("http_proxy")
    };
    let address = named.or_else(|| get("all_proxy")).or_else(|| get("ALL_PROXY"))?;
    Proxy::parse(address)
}

/// An answer that came through a proxy in the clear: 407 is the proxy's own, and nobody judged the request.
pub(super) fn passed(came: Came, way: &Way) -> Result<Came, Failed> {
    match &way.proxy {
        Some(proxy) if way.is_absolute() && came.answer.status == Some(407) => Err(proxy.refuses()),
        _ => Ok(came),
    }
}

/// Asks the proxy for a tunnel to the host.
pub(super) async fn tunnel(mut stream: Stream, proxy: &Proxy, way: &Way) -> Result<Stream, Failed> {
    let name = if way.host.contains(':') { format!("[{}]", way.host) } else { way.host.clone() };
    let target = format!("{name}:{}", way.port);
    let mut head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(value) = proxy.authorization() {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(value.expose());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    let broken = |why: String| Failed::at(Hurdle::Proxy, format!("{}: {why}", proxy.shown()));
    stream.write_all(&head).await.map_err(|why| broken(why.to_string()))?;
    let status = http1::status_of_tunnel(&mut stream).await.map_err(broken)?;
    match status {
        200..=299 => Ok(stream),
        407 => Err(proxy.refuses()),
        other => Err(broken(format!("it answered {other} instead of opening a tunnel to {target}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value))).collect();
        of_environment(&Url::of(url), &environment).map(|proxy| proxy.shown())
    }

    #[test]
    fn environment() {
        let both = [("https_proxy", "http://u:p%40@p.test:3128"), ("http_proxy", "q.test:8080")];
        assert_eq!(chosen("https://api.test/", &both).as_deref(), Some("p.test:3128"));
        assert_eq!(chosen("http://api.test/", &both).as_deref(), Some("q.test:8080"));
        assert_eq!(chosen("http://api.test/", &[("HTTP_PROXY", "q.test:8080")]), None);
        assert_eq!(chosen("https://api.test/", &[("ALL_PROXY", "q.test")]).as_deref(), Some("q.test:1080"));
        for (rule, hidden) in
            [("api.test", true), (".test", true), ("*", true), ("pi.test", false), ("x, api.test:443", true)]
        {
            let variables = [("https_proxy", "p.test:1"), ("no_proxy", rule)];
            assert_eq!(chosen("https://api.test/", &variables).is_none(), hidden, "{rule}");
        }
        assert_eq!(chosen("https://api.test/", &[("https_proxy", "")]), None);
    }

    #[test]
    fn authorization() {
        let proxy = Proxy::parse(&Secret::from("http://user:p%40ss@p.test:3128")).unwrap();
        assert_eq!(proxy.authorization().unwrap().expose_str(), Some("Basic dXNlcjpwQHNz"));
        assert_eq!(proxy.shown(), "p.test:3128");
    }
}
