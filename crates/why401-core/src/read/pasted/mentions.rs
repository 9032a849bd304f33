//! Addresses that a text names, and the surroundings that it speaks of.

use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::{Fact, Mentions, Origin, Place, Seen, Surrounding};

/// The hosts named in `text`, each once, and its surroundings.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // With a scheme, or a name of three letters and more whose last part only hosts have.
        Regex::new(
            r#"(?i)\b(?:(?:https?|wss?)://(?:[^\s/@"']*@)?([a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?((?:/[^\s"'`<>)\]}?#\\,;]*)?)|((?:[a-z0-9-]+\.)+(?:com|io|ai|cn|dev|net|org|eu|co|app|cloud|us|so|sh|me))\b((?:/[a-z0-9._~/-]*)?))"#,
        )
        .ok()
    });
    let mut seen: Vec<Mentions> = Vec::new();
    let mut facts = Vec::new();
    for found in ADDRESS.as_ref().into_iter().flat_map(|address| address.captures_iter(text)) {
        let Some(host) = found.get(1).or_else(|| found.get(3)) else { continue };
        let rest = found.get(2).or_else(|| found.get(4)).map_or("", |m| m.as_str());
        let mention = Mentions {
            host: host.as_str().to_ascii_lowercase(),
            path: rest.trim_end_matches(['.', ':', '/']).to_owned(),
            in_the_clear: found[0].get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")),
            is_base: is_base(&text[..found.get(0).map_or(0, |whole| whole.start())]),
            in_refusal: false,
        };
        if seen.len() < 200 && !seen.contains(&mention) {
            seen.push(mention.clone());
            facts.push(fact(path, text, found.get(0).map_or(0..0, |m| m.range()), Seen::Mentions(mention)));
        }
    }
    for (surrounding, words) in SURROUNDINGS {
        if let Some(span) = words.iter().find_map(|word| find_word(text, word)) {
            facts.push(fact(path, text, span, Seen::Involves(*surrounding)));
        }
    }
    facts
}

/// Whether the words before an address say that it is a base URL.
fn is_base(before: &str) -> bool {
    let start = before.char_indices().rev().nth(40).map_or(0, |(at, _)| at);
    let line = before[start..].rsplit('\n').next().unwrap_or_default().to_ascii_lowercase().replace(['-', ' '], "_");
    let bare = line.trim_end_matches(['"', '\'', '`', '_', '=', ':', '(', ']', '[', '{']);
    ["base_url", "baseurl", "api_base", "apibase", "base_path", "endpoint", "api_host", "basepath"]
        .iter()
        .any(|name| bare.ends_with(name))
}

fn fact(path: &Arc<str>, text: &str, span: std::ops::Range<usize>, seen: Seen) -> Fact {
    Fact { origin: Origin::File(Place::of(path, text.as_bytes(), &span)), span, seen }
}

/// The words by which people name a surrounding, in lower case; as a stack's name, too.
pub const SURROUNDINGS: &[(Surrounding, &[&str])] = &[
    (
        Surrounding::Keychain,
        &["keychain", "keyring", "credential manager", "credential helper", "secretstorage", "auth.json"],
    ),
    (Surrounding::Fork, &["from a fork", "forked", "fork", "dependabot"]),
    (
        Surrounding::Guarded,
        &[
            "protected branch",
            "protected variable",
            "protected tag",
            "protected: yes",
            "protected: true",
            "unprotected",
        ],
    ),
    (Surrounding::BaseBranch, &["pull_request_target"]),
    (
        Surrounding::OwnClock,
        &["iat: now", "iat: math.floor", "date.now()", "time.time()", "load balancer", "ntp", "\"iat\"", "'iat'"],
    ),
    (
        Surrounding::Container,
        &["docker", "dockerfile", "container", "podman", "kubernetes", "kubectl", "compose", "helm", "k8s", "pod"],
    ),
    (Surrounding::Cron, &["cron", "crontab", "cronjob", "launchd", "task scheduler"]),
    (Surrounding::Sudo, &["sudo"]),
    (Surrounding::Service, &["systemd", "systemctl", "pm2", "supervisord", "supervisor"]),
    (
        Surrounding::Ci,
        &[
            "github actions",
            "github-actions",
            "gitlab-ci",
            "circleci",
            "jenkins",
            "travis",
            "azure pipelines",
            "runs-on",
            "dependabot",
            "buildkite",
        ],
    ),
    (
        Surrounding::Platform,
        &[
            "vercel",
            "netlify",
            "heroku",
            "render",
            "railway",
            "fly.io",
            "cloudflare pages",
            "app service",
            "elastic beanstalk",
            "amplify",
        ],
    ),
    (
        Surrounding::Serverless,
        &[
            "lambda",
            "serverless",
            "cloudflare workers",
            "cloudflare-workers",
            "cloud functions",
            "cloud-run",
            "cloud run",
            "edge function",
            "supabase-edge-functions",
            "azure-functions",
        ],
    ),
    (Surrounding::Desktop, &["electron", "desktop app", "desktop-app", "vscode", "jetbrains", "intellij", "raycast"]),
    (Surrounding::Notebook, &["jupyter", "notebook", "colab", "ipython"]),
    (Surrounding::Apache, &["apache", "httpd", "mod_wsgi", ".htaccess", "mod_php"]),
    (Surrounding::PhpFastCgi, &["php-fpm", "php fpm", "fastcgi", "fcgi", "7.4 fpm"]),
    (Surrounding::Nginx, &["nginx", "proxy_pass"]),
    (
        Surrounding::Proxy,
        &[
            "zscaler",
            "netskope",
            "mitmproxy",
            "squid",
            "http_proxy",
            "https_proxy",
            "reverse proxy",
            "cloudflare tunnel",
            "cloudflare-tunnel",
            "traefik",
            "caddy",
            "haproxy",
            "envoy",
            "istio",
            "cloudfront",
        ],
    ),
    (
        Surrounding::Browser,
        &["browser", "xmlhttprequest", "cors policy", "localhost:3000", "chrome extension", "browser-extension"],
    ),
    (
        Surrounding::VirtualMachine,
        &["virtualbox", "wsl", "wsl2", "docker for windows", "docker desktop", "vmware", "hyper-v", "vagrant"],
    ),
];

fn find_word(text: &str, word: &str) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let fits = |at: usize| {
        let edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        // `org.apache.maven` is a package's name, and no server.
        let dotted = before == Some(&b'.') && at > 1 && bytes.get(at - 2).is_some_and(u8::is_ascii_alphabetic);
        edge(before) && edge(bytes.get(at + word.len())) && !dotted
    };
    let first = word.as_bytes().first()?;
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), bytes)
        .filter(|at| bytes.get(*at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes())))
        .find(|at| fits(*at))
        .map(|at| at..at + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_surroundings() {
        let text = "key made on platform.moonshot.cn, base_url: https://API.moonshot.ai:443/v1/\nrun by a CronJob";
        let seen: Vec<Seen> = read(&"x".into(), text).into_iter().map(|fact| fact.seen).collect();
        let hosts: Vec<_> = seen
            .iter()
            .filter_map(|seen| match seen {
                Seen::Mentions(mentions) => Some((mentions.host.as_str(), mentions.path.as_str())),
                _ => None,
            })
            .collect();
        assert_eq!(hosts, [("platform.moonshot.cn", ""), ("api.moonshot.ai", "/v1")]);
        assert!(seen.iter().any(|seen| matches!(seen, Seen::Involves(Surrounding::Cron))));
        assert!(read(&"x".into(), "index.js main.rs v1.2.3").is_empty());
        assert!(find_word("at org.apache.maven.plugins", "apache").is_none());
        assert!(find_word("Apache/2.4 and .htaccess", ".htaccess").is_some());
    }
}
