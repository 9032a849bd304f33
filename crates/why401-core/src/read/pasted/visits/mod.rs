//! Which addresses a client of registries keeps a credential for, and which it asks: told by commands, settings and logs.
//!
//! Docker, npm, Maven and their like look a credential up by the address or the name that they are about to ask. What was
//! stored under another one is not sent, and nobody says so.

mod docker;
mod named;

use std::ops::Range;
use std::sync::Arc;

use crate::fact::{Fact, Origin, Place, Seen, Visits};

/// One address that a text tells of.
struct Visit {
    /// Where it stands.
    span: Range<usize>,
    /// The client.
    client: &'static str,
    /// The address.
    address: String,
    /// Whether a credential is kept for it.
    keeps: bool,
}

/// More than so many make no sense.
const MOST: usize = 48;

/// The addresses in `text`, of every client.
pub(super) fn read(path: &Arc<str>, text: &str, in_refusal: bool) -> Vec<Fact> {
    let visits = docker::read(text).into_iter().chain(named::read(text)).take(MOST);
    let fact = |visit: Visit| {
        let Visit { span, client, address, keeps } = visit;
        let origin = Origin::File(Place::of(path, text.as_bytes(), &span));
        Fact { origin, span, seen: Seen::Visits(Visits { client, address, keeps, in_refusal }) }
    };
    visits.map(fact).collect()
}

/// Host, port and path without the scheme and without slashes at the end, in lower case.
fn plain(address: &str) -> String {
    let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
    rest.trim_matches(['"', '\'', '`', ',']).trim_end_matches('/').to_ascii_lowercase()
}

/// Whether nobody can tell what stands there.
fn is_open(word: &str) -> bool {
    word.contains(['$', '<', '{', '*', '%'])
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::fact::Seen;

    /// `client +address` for what is kept, `client -address` for what is asked.
    fn told(text: &str) -> Vec<String> {
        let word = |seen: &Seen| match seen {
            Seen::Visits(visits) => {
                let sign = if visits.keeps { '+' } else { '-' };
                format!("{} {sign}{}", visits.client, visits.address)
            }
            _ => String::new(),
        };
        let mut found: Vec<String> = read(&"x".into(), text, false).iter().map(|fact| word(&fact.seen)).collect();
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn images() {
        for (text, expected) in [
            (
                "cat key.json | docker login -u _json_key --password-stdin https://eu.gcr.io\ndocker push gcr.io/p/a:1",
                &["docker +eu.gcr.io", "docker -gcr.io"][..],
            ),
            ("docker login -u me -p $PASS", &["docker +docker.io"]),
            ("docker login $REGISTRY", &[]),
            ("helm registry login registry-1.docker.io --username u --password-stdin", &["docker +docker.io"]),
            (
                "gcloud auth configure-docker us-central1-docker.pkg.dev,gcr.io",
                &["docker +gcr.io", "docker +us-central1-docker.pkg.dev"],
            ),
            (
                "      - uses: docker/login-action@v3\n        with:\n          registry: ghcr.io\n          username: x\n",
                &["docker +ghcr.io"],
            ),
            (
                "env:\n  REGISTRY: ghcr.io\n- uses: docker/login-action@v3\n  with:\n    registry: ${{ env.REGISTRY }}\n",
                &["docker +ghcr.io"],
            ),
            (
                "kubectl create secret docker-registry r --docker-server=https://r.example.com/",
                &["docker +r.example.com"],
            ),
            (
                "{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"YQ==\"}, \"r.example.com:5000\": {}}}",
                &["docker +docker.io", "docker +r.example.com:5000"],
            ),
            ("The push refers to repository [docker.io/me/app]", &["docker -docker.io"]),
            ("    image: r.example.com:5000/app:1", &["docker -r.example.com:5000"]),
            ("    image: redis:7", &[]),
            ("Failed to pull image \"r.example.com/app:1\": x", &["docker -r.example.com"]),
            ("az acr login --name demo", &["docker +demo.azurecr.io"]),
            ("FROM node:20", &[]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn packages() {
        for (text, expected) in [
            ("<servers><server><id>central</id></server></servers>", &["maven +central"][..]),
            ("<repository>\n  <id>releases</id>\n  <url>http://a</url>", &["maven -releases"]),
            (
                "Could not transfer artifact a:b:pom:1 from/to github (https://maven.pkg.github.com/a/b)",
                &["maven -github"],
            ),
            (
                "//r.example.com/npm/:_authToken=abc\nregistry=https://r.example.com/npm/",
                &["npm +r.example.com/npm", "npm -r.example.com/npm"],
            ),
            ("//https://r.example.com/:_authToken=abc", &["npm +https://r.example.com"]),
            ("npm ERR! 401 Unauthorized - PUT https://registry.npmjs.org/demo - x", &["npm -registry.npmjs.org/demo"]),
            (
                "<packageSources><add key=\"feed\" value=\"https://a/v3/index.json\" /></packageSources><packageSourceCredentials><other><add key=\"Username\" value=\"x\" /></other></packageSourceCredentials>",
                &["nuget +other", "nuget -feed"],
            ),
            ("[private]\nrepository: https://p.example.com\nusername = a\npassword = b\n", &["pypi +private"]),
            ("twine upload --repository testpypi dist/*", &["pypi -testpypi"]),
            ("export TF_TOKEN_app_terraform_io=abc", &["terraform +app.terraform.io"]),
            ("cloud {\n  hostname = \"tfe.example.net\"\n", &["terraform -tfe.example.net"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
