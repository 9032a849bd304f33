//! What comes of a page's call in a browser: what the page gets, where the call was stopped, by which rule, and what the
//! server must answer instead.

use super::fetch::Step;
use super::masked::carries_credential;
use super::safelist::Why;
use super::space::Space;

/// What a browser makes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the page gets.
    pub gets: Gets,
    /// The requests that went out, in their order.
    pub walked: Vec<Walked>,
    /// Why the first preflight was needed; empty where none was.
    pub preflight: Vec<Why>,
    /// Headers of the page's that did not go out, or not to the end.
    pub dropped: Vec<Dropped>,
    /// What other browsers do, and what else is worth knowing; sentences.
    pub remarks: Vec<String>,
}

impl Verdict {
    /// The cause that the browser's behaviour shows; `None` where the page may read the answer, which then speaks for
    /// itself, and where nobody answered.
    pub fn cause(&self) -> Option<&'static str> {
        match &self.gets {
            Gets::Nothing(blocked) => blocked.cause,
            Gets::Opaque { .. } => self.lost().map(|_| "header/missing"),
            Gets::Answer { status: 401 | 403, .. } => self.lost().map(|_| "header/stripped-redirect"),
            Gets::Answer { .. } | Gets::Silence { .. } => None,
        }
    }

    /// Whether the page may read the answer.
    pub fn is_allowed(&self) -> bool {
        matches!(self.gets, Gets::Answer { .. })
    }

    /// The header with a credential that did not reach the server, or not to the end, where the page's call went out.
    pub fn lost(&self) -> Option<&Dropped> {
        let lost = |dropped: &&Dropped| match (dropped, &self.gets) {
            (Dropped::NoCors(_), Gets::Opaque { .. }) | (Dropped::Redirect(..), Gets::Answer { .. }) => true,
            (Dropped::Forbidden(_) | Dropped::NoCors(_) | Dropped::Redirect(..), _) => false,
        };
        self.dropped.iter().filter(lost).find(|dropped| dropped.carries_credential())
    }
}

/// What the page gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gets {
    /// The answer.
    Answer {
        /// Its status.
        status: u16,
        /// Names of its headers that the page may read, in lower case.
        readable: Vec<String>,
        /// Names of its headers that are kept from the page, in lower case.
        kept_back: Vec<String>,
    },
    /// An answer of which nothing can be read: `mode: "no-cors"`.
    Opaque {
        /// The status that the page does not see.
        status: u16,
    },
    /// An error that does not say why.
    Nothing(Box<Blocked>),
    /// The same error, because nobody answered.
    Silence {
        /// Where.
        step: Step,
        /// Why.
        why: String,
    },
}

/// Where and why the browser stopped the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The rule that is broken.
    pub rule: Rule,
    /// Further rules that the same answer breaks, in the order in which the browser would come to them.
    pub further: Vec<Rule>,
    /// At which step.
    pub step: Step,
    /// The address that was asked there, without its query.
    pub url: String,
    /// The status of the answer that was judged, which the page does not get to see; `None` where there was none.
    pub status: Option<u16>,
    /// The slug of the cause; `None` where the catalogue has none.
    pub cause: Option<&'static str>,
    /// Slugs of causes that may stand behind it.
    pub also: &'static [&'static str],
    /// The header that decides.
    pub header: Option<&'static str>,
    /// What that header was, all fields of the name joined; `None` where it was absent.
    pub was: Option<String>,
    /// The header lines with which the server passes all that it failed here, as name and value.
    pub must: Vec<(&'static str, String)>,
    /// What that means, in our words.
    pub meaning: String,
    /// What Chromium writes to the console; empty where it writes nothing.
    pub console: String,
    /// What the page's promise is rejected with in Chromium.
    pub error: String,
}

/// A request that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Which.
    pub step: Step,
    /// Its method.
    pub method: String,
    /// Its address, without the query.
    pub url: String,
    /// The `Origin` that it carried.
    pub origin: Option<String>,
    /// The status that came back; `None` where nobody answered.
    pub status: Option<u16>,
}

/// A header of the page's that did not go out; its name as the page wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// Only the browser itself sets it.
    Forbidden(String),
    /// `mode: "no-cors"` lets few headers through.
    NoCors(String),
    /// A redirect leads to another origin; there.
    Redirect(String, String),
}

impl Dropped {
    /// The header's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Forbidden(name) | Self::NoCors(name) | Self::Redirect(name, _) => name,
        }
    }

    /// Whether credentials travel in it.
    fn carries_credential(&self) -> bool {
        carries_credential(self.name())
    }
}

/// A rule that stops a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The address cannot be read; why.
    Address(String),
    /// The address holds a user or a password.
    UserInAddress,
    /// The method is no token.
    MethodInvalid(String),
    /// The method is one of the three that no page may use.
    MethodForbidden(String),
    /// The method does not go with `mode: "no-cors"`.
    MethodNoCors(String),
    /// GET and HEAD take no body.
    BodyOfGet,
    /// A header's name is no token.
    HeaderName(String),
    /// A header's value holds a character beyond U+00FF, which no byte can stand for.
    HeaderWide {
        /// The header.
        name: String,
        /// The character.
        found: char,
    },
    /// A header's value holds a line break or a NUL inside.
    HeaderBreak {
        /// The header.
        name: String,
        /// Whether it is only a NUL.
        nul: bool,
    },
    /// `mode: "same-origin"`, and another origin.
    NotSameOrigin,
    /// Only `http` and `https` may be asked across origins.
    Scheme(String),
    /// A port on which other protocols speak ("port blocking").
    Port(u16),
    /// A page that came with `https` asks in the clear ("Mixed Content").
    Mixed,
    /// A page that came in the clear asks in a more private address space.
    Insecure(Space),
    /// The user has to let the page into the more private address space.
    Permission(Space),
    /// The preflight is redirected.
    PreflightRedirect,
    /// `Access-Control-Allow-Origin` is absent.
    OriginMissing,
    /// `Access-Control-Allow-Origin` holds more than one value.
    OriginMultiple,
    /// `Access-Control-Allow-Origin` is no origin at all.
    OriginInvalid,
    /// `Access-Control-Allow-Origin` names another origin.
    OriginOther,
    /// `Access-Control-Allow-Origin` is `*`, and credentials go along.
    Wildcard,
    /// `Access-Control-Allow-Credentials` is not `true`, and credentials go along.
    NoCredentials,
    /// The preflight's status is none from 200 to 299.
    PreflightStatus,
    /// `Access-Control-Allow-Methods` is no list of names.
    MethodsUnreadable,
    /// `Access-Control-Allow-Headers` is no list of names.
    HeadersUnreadable,
    /// `Access-Control-Allow-Methods` lacks the method. `star`: it holds a star that counts for nothing with credentials.
    Method {
        /// The method.
        method: String,
        /// Whether a star stands there.
        star: bool,
    },
    /// `Access-Control-Allow-Headers` lacks the header. `star`: as above.
    Header {
        /// The header, in lower case.
        name: String,
        /// Whether a star stands there.
        star: bool,
    },
    /// A redirect's address cannot be read.
    RedirectAddress,
    /// A redirect leads to another scheme than `http` and `https`.
    RedirectScheme(String),
    /// A redirect's address holds a user or a password.
    RedirectUser,
    /// More than twenty redirects.
    TooManyRedirects,
}
