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
    let value = entry(&[at_home(project, ".netrc")?], request)?;
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
    let named = project.process.get("NETRC").and_then(Secret::expose_str).map(PathBuf::from);
    let files = match named {
        Some(file) => vec![file],
        None => [".netrc", "_netrc"].iter().filter_map(|name| at_home(project, name)).collect(),
    };
    let value = entry(&files, request)?;
    let instead_of = request.header("authorization").cloned();
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    request.headers.push(("Authorization".to_owned(), value));
    Some(Netrc { client: only.name.clone(), instead_of })
}

fn at_home(project: &Project, name: &str) -> Option<PathBuf> {
    Some(Path::new(project.process.get("HOME")?.expose_str()?).join(name))
}

/// The `Authorization` of the entry that the first of these files has for the host.
fn entry(files: &[PathBuf], request: &Request) -> Option<Secret> {
    let bytes = files.iter().find_map(|file| world::read(file, LIMIT).ok())?;
    let host = Url::of(&request.url).host.to_owned();
    let (user, password) = netrc_entry(&String::from_utf8_lossy(&bytes), &host)?;
    Some(Secret::new(basic_value(user.expose(), password.expose())))
}
