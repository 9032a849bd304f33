//! A Client: which headers of a request an HTTP client still sends after a redirect, from `clients.toml`.

mod schema;

use std::sync::OnceLock;

use schema::Clients;
pub use schema::{Client, Host, Netrc, Port, Scheme, Stays, Userinfo};

use crate::url::Url;

/// One redirect: who sent it, where it leads, and the status with which it was sent.
#[derive(Clone, Copy, Debug)]
pub struct Redirect<'u> {
    /// The address that was asked.
    pub from: Url<'u>,
    /// The address that `Location` names, made absolute.
    pub to: Url<'u>,
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
}

/// What arrives at the end of a chain of redirects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrives {
    /// Whether the program's `Authorization` does.
    pub authorization: bool,
    /// Whether the program's `Cookie` does.
    pub cookie: bool,
    /// Whether every other header of the program does, such as `X-Api-Key`.
    pub others: bool,
    /// Whether `Authorization` is now made of user and password that stand in `Location`.
    pub userinfo: bool,
    /// The method.
    pub method: String,
    /// Whether the body does.
    pub body: bool,
    /// Whether `Content-Type` does.
    pub content_type: bool,
}

impl Client {
    /// All clients whose rules are known.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Client>> = OnceLock::new();
        ALL.get_or_init(|| {
            let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/clients.bin"));
            postcard::from_bytes::<Clients>(bytes).unwrap_or_default().client
        })
    }

    /// The client of this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        Self::all().iter().find(|client| client.slug == slug)
    }

    /// The client that calls itself so in `User-Agent`.
    pub fn of_agent(agent: &str) -> Option<&'static Self> {
        let named = Self::all().iter().flat_map(|client| client.agent.iter().map(move |own| (own, client)));
        let fits = named.filter(|(own, _)| agent.starts_with(own.as_str()));
        fits.max_by_key(|(own, _)| own.len()).map(|(_, client)| client)
    }

    /// What a request of this method still carries behind the last of the redirects, taken one after the other;
    /// `None` where this client does not follow one of them.
    pub fn follow(&self, method: &str, redirects: &[Redirect<'_>]) -> Option<Arrives> {
        let mut arrives = Arrives {
            authorization: true,
            cookie: !self.own_cookies || redirects.is_empty(),
            others: true,
            userinfo: false,
            method: method.to_owned(),
            body: true,
            content_type: true,
        };
        let first = redirects.first().map(|redirect| redirect.from);
        for redirect in redirects {
            self.step(redirect, first, &mut arrives)?;
        }
        Some(arrives)
    }

    fn step(&self, redirect: &Redirect<'_>, first: Option<Url<'_>>, arrives: &mut Arrives) -> Option<()> {
        let Redirect { from, to, status } = redirect;
        let refuses = if arrives.method == "POST" { &self.refuses_post } else { &self.refuses_get };
        if refuses.contains(status) || !self.goes(from, to) {
            return None;
        }
        if arrives.method == "POST" && self.becomes_get.contains(status) {
            "GET".clone_into(&mut arrives.method);
            arrives.body = false;
            arrives.content_type = self.keeps_content_type.contains(status);
            arrives.others &= !self.forgets_headers;
            arrives.authorization &= !self.forgets_headers;
            arrives.cookie &= !self.forgets_headers;
        }
        let back = self.returns && first.is_some_and(|first| first.origin() == to.origin());
        let kept = back || arrives.authorization && self.keeps(from, to);
        arrives.authorization = kept;
        // What follows the rule of Authorization goes with it, unless the client has cookies of its own.
        arrives.cookie = !self.own_cookies && (back || arrives.cookie && self.keeps(from, to));
        arrives.userinfo = to.userinfo.is_some() && self.userinfo == Userinfo::Sent && !kept;
        Some(())
    }

    fn goes(&self, from: &Url<'_>, to: &Url<'_>) -> bool {
        let (a, b) = (from.scheme.to_ascii_lowercase(), to.scheme.to_ascii_lowercase());
        let stays = match self.stays {
            Stays::Never => false,
            Stays::Down => a == "https" && b == "http",
            Stays::Scheme => a != b,
        };
        !stays && (to.userinfo.is_none() || self.userinfo != Userinfo::Refused)
    }

    /// Whether Authorization is kept from one address to the next.
    pub fn keeps(&self, from: &Url<'_>, to: &Url<'_>) -> bool {
        let (a, b) = (from.scheme.to_ascii_lowercase(), to.scheme.to_ascii_lowercase());
        let scheme = match self.scheme {
            Scheme::Same => a == b,
            Scheme::Upgrade => a == b || a == "http" && b == "https",
            Scheme::Any => true,
        };
        let cased =
            |url: &Url<'_>| if self.letters_count { url.host.to_owned() } else { url.host.to_ascii_lowercase() };
        let (own, other) = (cased(from), cased(to));
        let host = match self.host {
            Host::Same => own == other,
            Host::Subdomain => own == other || other.ends_with(&format!(".{own}")),
            Host::Any => true,
            Host::None => false,
        };
        let default = |url: &Url<'_>| url.port() == Url { port: None, ..*url }.port();
        let port = match self.port {
            Port::Same => from.port() == to.port(),
            Port::Unwritten => from.port() == to.port() || default(from) && default(to),
            Port::Defaults if a == b => from.port() == to.port(),
            Port::Defaults => default(from) && default(to),
            Port::Text => from.port == to.port && from.port() == to.port(),
            Port::Any => true,
        };
        scheme && host && port
    }
}

/// What the known clients do with Authorization at one redirect.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Names of those that drop it.
    pub drop: Vec<&'static str>,
    /// Names of those that send it on.
    pub keep: Vec<&'static str>,
    /// Names of those that do not follow.
    pub stay: Vec<&'static str>,
}

impl Known {
    /// Sorts the clients by what they do.
    pub fn at(method: &str, redirect: &Redirect<'_>) -> Self {
        let mut known = Self::default();
        for client in Client::all() {
            let names = match client.follow(method, &[*redirect]) {
                None => &mut known.stay,
                Some(arrives) if arrives.authorization => &mut known.keep,
                Some(_) => &mut known.drop,
            };
            names.push(client.name.as_str());
        }
        known
    }

    /// Whether most of those that follow drop it.
    pub fn mostly_dropped(&self) -> bool {
        self.drop.len() > self.keep.len()
    }
}
