//! What a client takes from `.netrc` without the program's doing, put into a request as that client would.

use std::path::{Path, PathBuf};

use why401_core::client::{self, Client};
use why401_core::exchange::Request;
use why401_core::fact::Seen;
use why401_core::probe::{Netrc, basic_value};
use why401_core::project::Project;
use why401_core::read::netrc_entry;
use why401_core::secret::Secret;
use why401_core::url::Url;

use crate::world;

/// More is no `.netrc`.
const LIMIT: u64 = 1 << 20;

/// What curl adds that is told to look there, where nothing else says who asks.
pub fn of_curl(request: &mut Request, project: &Project) -> Option<Netrc> {
    if request.header("authorization").is_some() {
        return None;
    }
    let value = authorization(&text(&at_home(project, ".netrc")?)?, Url::of(&request.url).host)?;
    // Where curl puts it: right behind the host.
    let at = usize::from(request.headers.first().is_some_and(|(name, _)| name.eq_ignore_ascii_case("host")));
    request.headers.insert(at, ("Authorization".to_owned(), value));
    Some(Netrc { client: "curl -n".to_owned(), instead_of: None })
}

/// What the project's own client puts in the place of the program's Authorization, where it is one that does so, and the
/// only one there is.
pub fn of_project(request: &mut Request, project: &Project) -> Option<Netrc> {
    let packages = project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Package(package) => Some(package),
        _ => None,
    });
    let mut clients: Vec<&Client> = packages
        .filter(|package| package.registry == "pypi")
        .filter_map(|package| Client::find(&package.name).filter(|client| client.language == "Python"))
        .collect();
    clients.dedup_by_key(|client| &client.slug);
    let [only] = clients.as_slice() else { return None };
    if only.netrc != client::Netrc::Replaces {
        return None;
    }
    // As requests looks: the file that NETRC names, or else these two (requests.utils.get_netrc_auth).
    let text = match named(project) {
        Some(file) => text(&file),
        None => usual(project).iter().find_map(|file| text(file)),
    };
    let value = authorization(&text?, Url::of(&request.url).host)?;
    let instead_of = request.header("authorization").cloned();
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    request.headers.push(("Authorization".to_owned(), value));
    Some(Netrc { client: only.name.clone(), instead_of })
}

/// The file that NETRC names.
pub fn named(project: &Project) -> Option<PathBuf> {
    project.process.get("NETRC").and_then(Secret::expose_str).map(PathBuf::from)
}

/// The files that are looked for in the user's home.
pub fn usual(project: &Project) -> Vec<PathBuf> {
    [".netrc", "_netrc"].iter().filter_map(|name| at_home(project, name)).collect()
}

/// What stands in such a file; `None` where there is none.
pub fn text(file: &Path) -> Option<String> {
    world::read(file, LIMIT).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The `Authorization` of the entry that a file's text has for the host.
pub fn authorization(text: &str, host: &str) -> Option<Secret> {
    let (user, password) = netrc_entry(text, host)?;
    Some(Secret::new(basic_value(user.expose(), password.expose())))
}

fn at_home(project: &Project, name: &str) -> Option<PathBuf> {
    Some(Path::new(project.process.get("HOME")?.expose_str()?).join(name))
}
