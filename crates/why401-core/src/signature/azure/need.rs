//! What a request needs of a shared access signature: which permissions, and which kind of resource.

use super::target::Service;
use crate::exchange::Request;
use crate::url::decoded;

/// What a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Letters of `sp`, of which one is enough.
    pub letters: &'static str,
    /// What it does, such as `read a blob`.
    pub what: &'static str,
    /// The letter of `srt`: service, container, object.
    pub level: char,
}

/// What this request needs; `None` where that is not known.
pub fn need(request: &Request, service: Service, inner: &str) -> Option<Need> {
    let parameter = |name: &str| {
        let found = request.parameters().find(|(own, _)| own.eq_ignore_ascii_case(name))?.1.unwrap_or_default();
        Some(String::from_utf8_lossy(&decoded(found)).to_lowercase())
    };
    let comp = parameter("comp").unwrap_or_default();
    let depth = inner.split('/').filter(|part| !part.is_empty()).count();
    let method = request.method.to_ascii_uppercase();
    let need = |letters, what, level| Some(Need { letters, what, level });
    let by_container = parameter("restype").as_deref() == Some("container") || depth <= 1;
    match (service, depth, method.as_str(), comp.as_str()) {
        (Service::Blob | Service::Queue | Service::File, 0, "GET", "list") => {
            need("l", "list what the account has", 's')
        }
        (_, 0, "GET", "properties" | "stats") => need("r", "read the service's properties", 's'),
        (_, 0, "PUT", "properties") => need("w", "set the service's properties", 's'),
        (Service::Blob, _, "GET", "list") if by_container => need("l", "list blobs", 'c'),
        (Service::Blob, 1, "PUT", "") if by_container => need("cw", "create a container", 'c'),
        (Service::Blob, 1, "DELETE", "") if by_container => need("d", "delete a container", 'c'),
        (Service::Blob, 2.., "GET" | "HEAD", "tags") => need("t", "read a blob's tags", 'o'),
        (Service::Blob, 2.., "PUT", "tags") => need("t", "set a blob's tags", 'o'),
        (Service::Blob, 2.., "GET" | "HEAD", "" | "metadata" | "blocklist") => need("r", "read a blob", 'o'),
        (Service::Blob, 2.., "PUT", "appendblock") => need("aw", "append to a blob", 'o'),
        (Service::Blob, 2.., "PUT", "") => need("wc", "write a blob", 'o'),
        (Service::Blob, 2.., "PUT", "block" | "blocklist" | "page" | "metadata" | "properties") => {
            need("w", "write a blob", 'o')
        }
        (Service::Blob, 2.., "DELETE", "") => need("d", "delete a blob", 'o'),
        (Service::File, 2.., "GET" | "HEAD", "" | "metadata") => need("r", "read a file", 'o'),
        (Service::File, 2.., "PUT", "") => need("cw", "create a file", 'o'),
        (Service::File, 2.., "PUT", _) => need("w", "write a file", 'o'),
        (Service::File, 2.., "DELETE", "") => need("d", "delete a file", 'o'),
        (Service::Queue, 2, "GET", "") if parameter("peekonly").as_deref() == Some("true") => {
            need("r", "peek at messages", 'o')
        }
        (Service::Queue, 2, "GET", "") => need("p", "take messages", 'o'),
        (Service::Queue, 2, "POST", "") => need("a", "add a message", 'o'),
        (Service::Queue, 3.., "PUT", "") => need("u", "update a message", 'o'),
        (Service::Queue, 3.., "DELETE", "") => need("p", "delete a message", 'o'),
        (Service::Queue, 1, "PUT", "") => need("cw", "create a queue", 'c'),
        (Service::Queue, 1, "DELETE", "") => need("d", "delete a queue", 'c'),
        (Service::Table, 1, "GET", "") if inner.eq_ignore_ascii_case("/Tables") => need("l", "list tables", 'c'),
        (Service::Table, 1, "POST", "") if inner.eq_ignore_ascii_case("/Tables") => need("cw", "create a table", 'c'),
        (Service::Table, 1, "GET", "") => need("r", "query entities", 'o'),
        (Service::Table, 1, "POST", "") => need("a", "add an entity", 'o'),
        (Service::Table, 1, "PUT" | "MERGE" | "PATCH", "") => need("u", "update an entity", 'o'),
        (Service::Table, 1, "DELETE", "") => need("d", "delete an entity", 'o'),
        _ => None,
    }
}
