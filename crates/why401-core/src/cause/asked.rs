//! Asked: what the service at the other end wants of a request, held against what the code sends.

use crate::case::Case;
use crate::cause::Standing;
use crate::fact::{Carrier, Encoding, Fact, Near, Operand, Seen, Sends};
use crate::framework::without_public_prefix;
use crate::provider::{Aim, Companion, Kind, Place, Placement, Provider, Registry};
use crate::secret::Secret;

/// One place where code sends a credential, and the services that may be asked there.
#[derive(Debug)]
pub struct Asked<'c, 'p> {
    /// Where it is sent.
    pub fact: &'p Fact,
    /// How it is sent.
    pub sends: &'p Sends,
    /// The service that is asked, by the host, or else by the variable's name.
    pub provider: &'p Provider,
    /// Further services at the same host.
    others: Vec<&'p Provider>,
    /// Whether the host says which service it is.
    pub by_host: bool,
    case: &'c Case<'p>,
}

/// How a request differs from what the service takes.
#[derive(Clone, Copy, Debug)]
pub enum Mismatch<'p> {
    /// The header is right, and the word before the credential is left out.
    NoScheme(&'p Placement),
    /// The header is right, and another word stands before the credential.
    OtherScheme(&'p Placement),
    /// Another header or parameter is asked.
    OtherName(&'p Placement),
    /// Another part of the request is asked.
    OtherPlace(&'p Placement),
}

/// Every place where the case's credential is sent to a known service by the code's own hand.
pub fn asked<'c, 'p>(case: &'c Case<'p>) -> impl Iterator<Item = Asked<'c, 'p>> {
    case.sends.iter().filter_map(move |&(fact, sends)| {
        if sends.sdk.is_some() {
            return None;
        }
        let mut providers: Vec<&Provider> = match &sends.host {
            Some(host) => case.registry.all_of_host(host),
            None => case.registry.of_variable(&case.name).into_iter().collect(),
        };
        // The code that somebody shows beside a refusal is the code that was refused.
        if providers.is_empty() && sends.host.is_none() {
            providers.extend(case.refusal.as_ref().and_then(|refusal| refusal.provider()));
        }
        // Of several services at one host the one that the variable is named after is meant.
        let named = case.registry.of_variable(&case.name).map(|provider| &provider.slug);
        let first = providers.iter().position(|provider| Some(&provider.slug) == named).unwrap_or(0);
        if providers.is_empty() {
            return None;
        }
        let provider = providers.remove(first);
        Some(Asked { fact, sends, provider, others: providers, by_host: sends.host.is_some(), case })
    })
}

impl<'p> Asked<'_, 'p> {
    /// How the request differs from what each service at that host takes; `None` where one of them takes it.
    pub fn mismatch(&self) -> Option<Mismatch<'p>> {
        // Where something unknown stands before the credential, nothing can be held against it.
        self.sends.before.as_ref()?;
        if self.others.iter().any(|other| self.is_taken_by(other)) || self.is_taken_by(self.provider) {
            return None;
        }
        if self.is_one_of_several() {
            return None;
        }
        // What is for keys of another make is not proposed for one that does not show it is such.
        let known = self.value().is_some();
        let plain = |placement: &&Placement| known || placement.only.prefixes.is_empty();
        let all: Vec<&Placement> = self.open_to(self.provider).filter(plain).collect();
        let usual = *all.first()?;
        let word = self.scheme();
        let mismatch = match self.sends.carrier {
            Carrier::Header => {
                let same = all.iter().copied().find(|p| is_header(p) && p.name.eq_ignore_ascii_case(&self.sends.name));
                match same {
                    Some(placement) if word.is_empty() => Mismatch::NoScheme(placement),
                    Some(placement) => Mismatch::OtherScheme(placement),
                    None => match all.iter().copied().find(|p| is_header(p)) {
                        Some(placement) => Mismatch::OtherName(placement),
                        None => Mismatch::OtherPlace(usual),
                    },
                }
            }
            Carrier::Query => match all.iter().copied().find(|p| p.place == Place::Query) {
                Some(placement) => Mismatch::OtherName(placement),
                None => Mismatch::OtherPlace(usual),
            },
            Carrier::Basic => {
                match all.iter().copied().find(|p| is_header(p) && p.name.eq_ignore_ascii_case("authorization")) {
                    Some(placement) => Mismatch::OtherScheme(placement),
                    None => Mismatch::OtherName(all.iter().find(|p| is_header(p))?),
                }
            }
            Carrier::Cookie | Carrier::Body => return None,
        };
        Some(mismatch)
    }

    /// The word before the credential in small letters; empty where the credential stands alone.
    pub fn scheme(&self) -> String {
        let before = self.sends.before.as_deref().unwrap_or_default();
        before.split([' ', ':']).next().unwrap_or_default().to_ascii_lowercase()
    }

    /// How far a mismatch goes as evidence.
    pub fn standing(&self, mismatch: &Mismatch<'_>) -> Standing {
        let placement = mismatch.placement();
        // The only host of a file, and a variable that is named after its service, are as good as one call.
        let own = owner(self.case.registry, &self.case.name).is_some_and(|owner| owner.slug == self.provider.slug);
        // Where this service turned it down there is no doubt that something is out of place.
        let is_refused = self
            .case
            .refusal
            .as_deref()
            .is_some_and(|refusal| refusal.provider().is_some_and(|provider| provider.slug == self.provider.slug));
        let near = if self.by_host {
            // Of a file that somebody quotes only a few lines are shown.
            own || self.sends.near <= Near::Function || self.case.project.is_excerpt && is_refused
        } else {
            matches!(mismatch, Mismatch::NoScheme(_))
        };
        // An OAuth token goes as Bearer nearly everywhere: only an API key is out of place there.
        let doubtful = match self.sends.credential {
            Operand::Variable(_) | Operand::Unexpanded(_) | Operand::Literal(_) => {
                self.scheme() == "bearer" && !self.is_api_key()
            }
            Operand::Local(_) | Operand::Unknown => !self.is_api_key(),
        };
        if placement.verified && near && (!doubtful || is_refused) && !in_tests(self.fact) {
            Standing::Likely
        } else {
            Standing::Possible
        }
    }

    /// The name of the variable that holds the credential.
    fn variable(&self) -> Option<&str> {
        match &self.sends.credential {
            Operand::Variable(name) | Operand::Local(name) | Operand::Unexpanded(name) => Some(name),
            Operand::Literal(_) | Operand::Unknown => None,
        }
    }

    /// Whether the credential is plainly an API key, and no token of a login.
    pub fn is_api_key(&self) -> bool {
        let name = match &self.sends.credential {
            Operand::Variable(name) | Operand::Local(name) | Operand::Unexpanded(name) => name.as_str(),
            Operand::Literal(value) => {
                let found = value.expose_str().and_then(|text| self.case.registry.recognise(text));
                return found.is_some_and(|found| found.credential.kind != Kind::Oauth);
            }
            Operand::Unknown => return false,
        };
        let upper = name.to_ascii_uppercase();
        if ["OAUTH", "ID_TOKEN", "JWT", "BEARER", "AUTH_HEADER", "AUTHORIZATION", "SESSION"]
            .iter()
            .any(|w| upper.contains(w))
        {
            return false;
        }
        let bare = without_public_prefix(name);
        self.provider.variables.secret.iter().any(|known| known == name || known == bare)
            || ["API_KEY", "APIKEY", "API_TOKEN", "SECRET_KEY", "ANON_KEY", "ANONKEY"]
                .iter()
                .any(|word| upper.contains(word))
    }

    /// Whether a value that the variable may have brings this word along.
    pub fn value_begins_with(&self, word: &str) -> bool {
        let begins = |value: &Secret| {
            let text = value.expose_str().unwrap_or_default().trim_start_matches(['"', '\'', ' ']);
            text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        self.case.values.iter().any(|held| begins(held.value))
    }

    /// The headers and parameters without which the service surely refuses such a request.
    pub fn wanted(&self) -> Vec<&'p Companion> {
        self.provider.wanted(&self.aim()).collect()
    }

    fn is_taken_by(&self, provider: &Provider) -> bool {
        let word = self.scheme();
        // The first is the usual one: it takes what the project calls its key, of whatever kind that is.
        let usual = provider.placement.first().filter(|usual| provider.serves(usual, &self.aim()) != Some(false));
        let mut open = usual.into_iter().chain(self.open_to(provider));
        open.any(|placement| match (self.sends.carrier, placement.place) {
            (Carrier::Header, Place::Header) => {
                placement.name.eq_ignore_ascii_case(&self.sends.name) && placement.scheme.eq_ignore_ascii_case(&word)
            }
            (Carrier::Header, Place::BasicUser) => self.is_authorization() && word == "basic",
            (Carrier::Header, Place::Signature) => {
                self.is_authorization() || placement.name.eq_ignore_ascii_case(&self.sends.name)
            }
            (Carrier::Query, Place::Query) => placement.name.eq_ignore_ascii_case(&self.sends.name),
            (Carrier::Query, Place::Signature | Place::Body) => true,
            (Carrier::Basic, Place::BasicUser | Place::Body | Place::Signature) => true,
            (Carrier::Basic, Place::Header) => placement.scheme.eq_ignore_ascii_case("basic"),
            _ => false,
        })
    }

    /// The placements of a service that may serve this request with this credential.
    fn open_to<'q>(&self, provider: &'q Provider) -> impl Iterator<Item = &'q Placement> {
        let named = |names: &[String]| self.variable().is_some_and(|name| names.iter().any(|known| known == name));
        let token = named(&provider.variables.tokens) || !self.is_api_key();
        let secret = named(&provider.variables.secret);
        let may_be = move |kind: &Kind| match kind {
            Kind::Oauth => token,
            Kind::Publishable => !secret,
            _ => true,
        };
        provider.placement.iter().filter(move |placement| {
            let kinds = &placement.only.kinds;
            provider.serves(placement, &self.aim()) != Some(false) && (kinds.is_empty() || kinds.iter().any(may_be))
        })
    }

    /// What the code shows of the request.
    fn aim(&self) -> Aim<'_> {
        let path = self.sends.host.is_some().then_some(self.sends.url_path.as_str());
        Aim {
            host: self.sends.host.as_deref(),
            path,
            carrier: Some(&self.sends.name),
            value: self.value(),
            ..Aim::default()
        }
    }

    /// The credential, where its beginning shows that the service made it.
    fn value(&self) -> Option<&str> {
        let literal = match &self.sends.credential {
            Operand::Literal(value) => value.expose_str(),
            Operand::Variable(_) | Operand::Local(_) | Operand::Unexpanded(_) | Operand::Unknown => None,
        };
        let mut values = literal.into_iter().chain(self.case.effective().filter_map(|held| held.candidate()));
        let shapes = &self.provider.credential;
        values.find(|value| shapes.iter().any(|shape| !shape.prefix.is_empty() && shape.fits(value)))
    }

    fn is_authorization(&self) -> bool {
        self.sends.name.eq_ignore_ascii_case("authorization")
    }

    /// Whether the same file sends the same service a credential in a way that it takes: then this is the second one.
    fn is_one_of_several(&self) -> bool {
        let path = |fact: &Fact| fact.origin.place().map(|place| place.path.clone());
        let own = path(self.fact);
        self.case.project.facts.iter().any(|fact| match &fact.seen {
            Seen::Sends(other) if !std::ptr::eq(other, self.sends) && other.host == self.sends.host => {
                let twin = Asked { fact, sends: other, provider: self.provider, others: Vec::new(), ..*self };
                path(fact) == own && lines_apart(fact, self.fact) < 8 && twin.is_taken_by(self.provider)
            }
            _ => false,
        })
    }
}

impl<'p> Mismatch<'p> {
    /// What is asked instead.
    pub fn placement(&self) -> &'p Placement {
        match self {
            Self::NoScheme(placement)
            | Self::OtherScheme(placement)
            | Self::OtherName(placement)
            | Self::OtherPlace(placement) => placement,
        }
    }
}

/// What is asked, in words: `the header Authorization with Bearer before the key`.
pub fn words_of(placement: &Placement) -> String {
    let Placement { place, name, scheme, .. } = placement;
    match place {
        Place::Header if scheme.is_empty() => format!("the bare key in the header {name}"),
        Place::Header if placement.user.is_some() => {
            format!("HTTP Basic with {} and the key as the password", user_of(placement))
        }
        Place::Header => format!("`{name}: {scheme} …`"),
        Place::Query => format!("the query parameter {name}"),
        Place::BasicUser => "HTTP Basic with the key as the user name".to_owned(),
        Place::Body => format!("the field {name} of the body"),
        Place::Path => format!("the path {name}"),
        Place::Signature => "a signature over the request".to_owned(),
    }
}

/// The user name beside a key that is the password of HTTP Basic, in words.
pub fn user_of(placement: &Placement) -> String {
    match placement.user.as_deref().unwrap_or_default() {
        "" => "an empty user name".to_owned(),
        "{any}" => "any user name".to_owned(),
        user => format!("the user name `{user}`"),
    }
}

/// Whether a place in a file of tests or fixtures, where requests are made up.
pub fn in_tests(fact: &Fact) -> bool {
    let path = fact.origin.place().map_or("", |place| &*place.path).to_ascii_lowercase();
    let folder = path.split(['/', '.', '_', '-']).any(|part| {
        matches!(
            part,
            "test" | "tests" | "testing" | "spec" | "specs" | "mock" | "mocks" | "fixtures" | "fixture" | "e2e"
        )
    });
    folder || path.contains("__tests__")
}

/// Whether nothing is done to the credential on its way.
pub fn is_plain(sends: &Sends) -> bool {
    sends.encoding == Encoding::None
}

fn is_header(placement: &Placement) -> bool {
    placement.place == Place::Header
}

fn lines_apart(a: &Fact, b: &Fact) -> u32 {
    let line = |fact: &Fact| fact.origin.place().map_or(0, |place| place.line);
    line(a).abs_diff(line(b))
}

/// The service that the variable or, failing that, the value's shape belongs to, as the registry knows it.
pub fn owner<'p>(registry: &'p Registry, name: &str) -> Option<&'p Provider> {
    registry.is_secret_variable(name).then(|| registry.of_variable(name)).flatten()
}

/// A credential of one service that the code sends to another.
#[derive(Debug)]
pub struct Astray<'p> {
    /// Where it is sent.
    pub fact: &'p Fact,
    /// How it is sent.
    pub sends: &'p Sends,
    /// The service that the variable is named after.
    pub owner: &'p Provider,
    /// The service at the host.
    pub asked: &'p Provider,
    /// Whether all but the key is made for the service that is asked, so that the key is what is wrong.
    pub wrong_key: bool,
    /// How far it goes as evidence.
    pub standing: Standing,
}

/// Every place where the case's credential goes to another service than its variable is named after.
pub fn astray<'p>(case: &Case<'p>) -> Vec<Astray<'p>> {
    let Some(owner) = owner(case.registry, &case.name) else { return Vec::new() };
    let found = case.sends.iter().filter_map(|&(fact, sends)| {
        let host = sends.host.as_deref()?;
        let providers = case.registry.all_of_host(host);
        let asked = *providers.first()?;
        let bare = without_public_prefix(&case.name);
        let knows = |provider: &&Provider| {
            let variables = &provider.variables;
            let mut names = variables.secret.iter().chain(&variables.public).chain(&variables.other);
            provider.slug == owner.slug || names.any(|name| name == bare) || is_kin(provider, owner)
        };
        if providers.iter().any(knows) || sends.near > Near::Function {
            return None;
        }
        let theirs = case.effective().filter_map(|held| held.candidate()).any(|value| {
            providers
                .iter()
                .any(|provider| provider.credential.iter().any(|shape| !shape.prefix.is_empty() && shape.fits(value)))
        });
        let own = case
            .effective()
            .filter_map(|held| held.candidate())
            .any(|value| case.registry.recognise(value).is_some_and(|found| found.provider.slug == owner.slug));
        if theirs {
            return None;
        }
        let at = Asked { fact, sends, provider: asked, others: Vec::new(), by_host: true, case };
        let taken_here = sends.sdk.is_some() || at.is_taken_by(asked);
        // Many services take the place of OpenAI's under its variable's name.
        let stands_in = !own && ["openai", "anthropic"].contains(&owner.slug.as_str());
        let standing = if stands_in || in_tests(fact) { Standing::Possible } else { Standing::Likely };
        let wrong_key = sends.sdk.is_some() || taken_here && !at.is_taken_by(owner);
        Some(Astray { fact, sends, owner, asked, wrong_key, standing })
    });
    found.collect()
}

/// Whether two services share a domain, so that a credential of one may be good at the other.
fn is_kin(a: &Provider, b: &Provider) -> bool {
    let domain = |host: &String| {
        let mut labels = host.rsplit('.');
        let (last, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
        format!("{second}.{last}")
    };
    let first_word = |provider: &Provider| provider.slug.split('-').next().unwrap_or_default().to_owned();
    first_word(a) == first_word(b)
        || a.hosts.names.iter().any(|host| b.hosts.names.iter().any(|other| domain(host) == domain(other)))
}
