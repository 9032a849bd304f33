//! A shared access signature: its fields, its kind, and the text that it signs in each version.

use super::recipe::Text;
use super::target::{Service, Target};
use crate::exchange::Request;
use crate::url::decoded;

/// A shared access signature as it stands in a query.
#[derive(Clone, Debug)]
pub struct Sas {
    /// Its fields, decoded, in the order of the query.
    fields: Vec<(String, String)>,
    /// `sig` as it was sent.
    pub(super) sig_as_sent: String,
}

/// What it is a signature of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The account: services and types of resources.
    Account,
    /// One resource of one service, by the account key.
    Service,
    /// One resource, by a key that a user of Entra ID was given.
    User,
}

/// The fields of which at least one stands in every signature.
const OWN: [&str; 6] = ["sv", "se", "sp", "si", "sr", "ss"];

/// A version that signs another text than the one before, and from when on it is.
pub(super) const VERSIONS: [&str; 6] =
    ["2012-02-12", "2013-08-15", "2015-02-21", "2015-04-05", "2018-11-09", "2020-12-06"];

impl Sas {
    /// The one of this request.
    pub fn of(request: &Request) -> Option<Self> {
        let mut sig = None;
        let mut fields = Vec::new();
        for (name, value) in request.parameters() {
            let value = value.unwrap_or_default();
            if name == "sig" {
                sig = Some(value.to_owned());
            }
            fields.push((name.to_owned(), String::from_utf8_lossy(&decoded(value)).into_owned()));
        }
        let is_own = fields.iter().filter(|(name, _)| OWN.contains(&name.as_str())).count() >= 2;
        Some(Self { fields, sig_as_sent: sig? }).filter(|_| is_own)
    }

    /// The value of a field; empty where it is not there.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        if !self.field("ss").is_empty() || !self.field("srt").is_empty() {
            Kind::Account
        } else if !self.field("skoid").is_empty() {
            Kind::User
        } else {
            Kind::Service
        }
    }
}

/// How the text is made.
#[derive(Clone, Debug)]
pub struct Recipe<'s> {
    sas: &'s Sas,
    pub(super) account: String,
    pub(super) service: Service,
    /// What the request names in the account, decoded.
    inner: String,
    pub(super) version: String,
    /// `sr` decides how much of the path is signed.
    pub(super) resource: String,
    pub(super) names_service: bool,
    pub(super) encoded: Option<String>,
    pub(super) without: Option<&'static str>,
    pub(super) no_break: bool,
    pub(super) snapshot: String,
    request_headers: String,
    request_parameters: String,
}

/// A way in which signers miss the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// The layout of another version.
    Version(&'static str),
    /// The resource is another one than the request asks for, by the word of `sr`.
    Resource(&'static str),
    /// The service does not stand before the resource.
    NoService,
    /// The path is percent-encoded.
    Encoded,
    /// A field was left out, or added later.
    Without(&'static str),
    /// The last line has no break (account signatures).
    NoBreak,
    /// Another service's layout.
    Service(Service),
}

impl<'s> Recipe<'s> {
    /// By rule.
    pub fn of(sas: &'s Sas, request: &Request, target: &Target, service: Service) -> Self {
        let listed = |name: &str, pairs: &dyn Fn(&str) -> Option<String>| -> Vec<String> {
            let names = sas.field(name).split(',').filter(|name| !name.is_empty());
            names.map(|name| format!("{name}:{}", pairs(name).unwrap_or_default())).collect()
        };
        let header = |name: &str| request.header(name)?.expose_str().map(str::to_owned);
        let parameter = |name: &str| {
            let value = request.parameters().find(|(own, _)| *own == name)?.1.unwrap_or_default();
            Some(String::from_utf8_lossy(&decoded(value)).into_owned())
        };
        let headers = listed("srh", &header);
        let parameters = listed("srq", &parameter);
        Self {
            sas,
            account: target.account.clone().unwrap_or_default(),
            service,
            inner: target.inner.clone(),
            version: sas.field("sv").to_owned(),
            resource: sas.field("sr").to_owned(),
            names_service: sas.field("sv") >= "2015-02-21",
            encoded: None,
            without: None,
            no_break: false,
            snapshot: parameter("snapshot").or_else(|| parameter("versionid")).unwrap_or_default(),
            request_headers: headers.iter().map(|line| format!("{line}\n")).collect(),
            request_parameters: parameters.iter().map(|line| format!("\n{line}")).collect(),
        }
    }

    /// The slips that are possible, the usual ones first.
    pub fn slips(&self) -> Vec<Slip> {
        let mut slips = vec![Slip::NoService, Slip::Encoded];
        if self.sas.kind() == Kind::Account {
            slips = vec![Slip::NoBreak];
        }
        for name in ["st", "spr", "sip", "se", "sp", "si", "rscd", "rsct", "rscc", "rsce", "rscl", "ses", "sr"] {
            if !self.sas.field(name).is_empty() {
                slips.push(Slip::Without(name));
            }
        }
        let own = layout(&self.version);
        slips.extend(VERSIONS.iter().filter(|version| Some(**version) != own).map(|version| Slip::Version(version)));
        if self.sas.kind() != Kind::Account {
            slips.extend(["c", "b"].into_iter().filter(|own| *own != self.resource).map(Slip::Resource));
            let all = [Service::Blob, Service::Queue, Service::Table, Service::File];
            slips.extend(all.into_iter().filter(|own| *own != self.service).map(Slip::Service));
        }
        slips
    }

    /// Makes the slip.
    pub fn apply(&mut self, slip: &Slip) -> bool {
        match slip {
            Slip::Version(version) => {
                self.version = (*version).to_owned();
                self.names_service = *version >= "2015-02-21";
            }
            Slip::Resource(word) => self.resource = (*word).to_owned(),
            Slip::NoService => self.names_service = !self.names_service,
            Slip::Encoded => self.encoded = Some(self.inner.clone()),
            Slip::Without(name) => self.without = Some(name),
            Slip::NoBreak => self.no_break = true,
            Slip::Service(service) => self.service = *service,
        }
        true
    }

    fn field(&self, name: &str) -> &str {
        match name {
            _ if self.without == Some(name) => "",
            "sr" if self.resource != self.sas.field("sr") && !self.resource.is_empty() => &self.resource,
            name => self.sas.field(name),
        }
    }

    /// The resource that is signed.
    fn canonical(&self) -> String {
        let path = match &self.encoded {
            Some(path) => path.clone(),
            None => String::from_utf8_lossy(&decoded(&self.inner)).into_owned(),
        };
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let depth = match (self.service, self.resource.as_str()) {
            (Service::Queue | Service::Table, _) | (_, "c" | "s") => 1,
            (_, "d") => 1 + self.sas.field("sdd").parse::<usize>().unwrap_or(parts.len()),
            _ => parts.len(),
        };
        parts.truncate(depth);
        // `Table(PartitionKey='…')` names the table before its keys, and tables have no letter case.
        let table = parts.first().map(|part| part.split('(').next().unwrap_or(part).to_lowercase());
        let named = match (self.service, table) {
            (Service::Table, Some(table)) => table,
            _ => parts.join("/"),
        };
        let service = if self.names_service { format!("/{}", self.service.word()) } else { String::new() };
        format!("{service}/{}/{named}", self.account)
    }

    /// The text to sign.
    pub fn text(&self) -> Text {
        let mut text = Text::default();
        let version = self.version.as_str();
        if self.sas.kind() == Kind::Account {
            text.push("account", &self.account);
            let mut names = vec!["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"];
            if version >= "2020-12-06" {
                names.push("ses");
            }
            names.into_iter().for_each(|name| text.push(name, self.field(name)));
            if !self.no_break {
                text.push("end", "");
            }
            return text;
        }
        for name in ["sp", "st", "se"] {
            text.push(name, self.field(name));
        }
        text.push("resource", self.canonical());
        if self.sas.kind() == Kind::User {
            self.user(&mut text, version);
        } else {
            text.push("si", self.field("si"));
        }
        if version >= "2015-04-05" {
            text.push("sip", self.field("sip"));
            text.push("spr", self.field("spr"));
        }
        text.push("sv", self.field("sv"));
        match self.service {
            Service::Table => {
                ["spk", "srk", "epk", "erk"].into_iter().for_each(|name| text.push(name, self.field(name)));
            }
            Service::Queue => {}
            Service::Blob | Service::File => self.answered(&mut text, version),
        }
        text
    }

    /// The lines of the user's key.
    fn user(&self, text: &mut Text, version: &str) {
        for name in ["skoid", "sktid", "skt", "ske", "sks", "skv"] {
            text.push(name, self.field(name));
        }
        let is_blob = self.service == Service::Blob;
        if version >= "2020-02-10" && is_blob {
            ["saoid", "suoid", "scid"].into_iter().for_each(|name| text.push(name, self.field(name)));
        }
        if version >= "2025-07-05" {
            ["skdutid", "sduoid"].into_iter().for_each(|name| text.push(name, self.field(name)));
        }
    }

    /// The lines of a blob's or file's own answer.
    fn answered(&self, text: &mut Text, version: &str) {
        let is_blob = self.service == Service::Blob;
        if version >= "2018-11-09" && is_blob {
            text.push("sr", self.field("sr"));
            let timed = ["bs", "bv"].contains(&self.resource.as_str());
            text.push("snapshot", if timed { self.snapshot.as_str() } else { "" });
        }
        if version >= "2020-12-06" && is_blob {
            text.push("ses", self.field("ses"));
        }
        if version >= "2026-04-06" && is_blob && self.sas.kind() == Kind::User {
            text.push("srh", &self.request_headers);
            text.push("srq", &self.request_parameters);
        }
        if version >= "2013-08-15" {
            ["rscc", "rscd", "rsce", "rscl", "rsct"].into_iter().for_each(|name| text.push(name, self.field(name)));
        }
    }
}

/// The version whose layout holds in `version`.
pub(super) fn layout(version: &str) -> Option<&'static str> {
    VERSIONS.iter().copied().rfind(|own| *own <= version)
}
