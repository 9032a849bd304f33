//! Target: the account, the service and the path that a URL of Azure Storage names.

use std::net::IpAddr;

use crate::url::Url;

/// A service of a storage account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Blobs, also by the name of data lakes.
    Blob,
    /// Queues.
    Queue,
    /// Tables.
    Table,
    /// Files.
    File,
}

impl Service {
    /// The letter of an account's signature (`ss`).
    pub fn letter(self) -> char {
        match self {
            Self::Blob => 'b',
            Self::Queue => 'q',
            Self::Table => 't',
            Self::File => 'f',
        }
    }

    /// The word in hosts and in resources that are signed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Queue => "queue",
            Self::Table => "table",
            Self::File => "file",
        }
    }
}

/// What a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The account, where the URL tells it.
    pub account: Option<String>,
    /// The service, where the URL tells it.
    pub service: Option<Service>,
    /// Whether the account is the first part of the path, as emulators have it.
    pub in_path: bool,
    /// The path as it was sent, the account in it included; `/` where there is none.
    pub path: String,
    /// What the path names in the account, such as `/container/blob`.
    pub inner: String,
    /// Whether it goes over TLS.
    pub secure: bool,
}

impl Target {
    /// Of an absolute URL.
    pub fn of(url: &str) -> Self {
        let url = Url::of(url);
        let path = if url.path.is_empty() { "/" } else { url.path }.to_owned();
        let host = url.host.to_ascii_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        let service = labels.iter().skip(1).find_map(|label| match *label {
            "blob" | "dfs" => Some(Service::Blob),
            "queue" => Some(Service::Queue),
            "table" => Some(Service::Table),
            "file" => Some(Service::File),
            _ => None,
        });
        let secure = url.scheme.eq_ignore_ascii_case("https");
        if let (Some(service), Some(first)) = (service, labels.first().filter(|_| labels.len() > 2)) {
            let account = first.strip_suffix("-secondary").unwrap_or(first).to_owned();
            return Self {
                account: Some(account),
                service: Some(service),
                in_path: false,
                inner: path.clone(),
                path,
                secure,
            };
        }
        let is_local =
            host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || host == "localhost" || !host.contains('.');
        if is_local && !host.is_empty() {
            let service = match url.port {
                Some("10000") => Some(Service::Blob),
                Some("10001") => Some(Service::Queue),
                Some("10002") => Some(Service::Table),
                _ => None,
            };
            let rest = path.trim_start_matches('/');
            let (account, inner) = rest.split_once('/').unwrap_or((rest, ""));
            let account = account.strip_suffix("-secondary").unwrap_or(account).to_owned();
            let inner = format!("/{inner}");
            return Self {
                account: Some(account).filter(|name| !name.is_empty()),
                service,
                in_path: true,
                path,
                inner,
                secure,
            };
        }
        Self { account: None, service: None, in_path: false, inner: path.clone(), path, secure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        for (url, account, service, in_path, inner) in [
            ("https://acme.blob.core.windows.net/box/a%20b", Some("acme"), Some(Service::Blob), false, "/box/a%20b"),
            ("https://acme-secondary.table.core.windows.net", Some("acme"), Some(Service::Table), false, "/"),
            ("https://acme.z6.dfs.storage.azure.net/", Some("acme"), Some(Service::Blob), false, "/"),
            (
                "http://127.0.0.1:10001/devstoreaccount1/q/messages",
                Some("devstoreaccount1"),
                Some(Service::Queue),
                true,
                "/q/messages",
            ),
            ("http://azurite:9000/devstoreaccount1", Some("devstoreaccount1"), None, true, "/"),
            ("https://files.acme.example/box", None, None, false, "/box"),
            ("", None, None, false, "/"),
        ] {
            let target = Target::of(url);
            let found = (target.account.as_deref(), target.service, target.in_path, target.inner.as_str());
            assert_eq!(found, (account, service, in_path, inner), "{url}");
        }
    }
}
