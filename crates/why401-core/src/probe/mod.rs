//! Probe: one change to a request, and which causes its answer tells apart. Pure: what is to be asked is said here, and
//! asked elsewhere.

mod again;
mod alone;
mod basic;
mod companion;
mod decoded;
mod direct;
mod hop;
mod invalid;
mod letter_case;
mod netrc;
mod order;
mod other_host;
mod other_place;
mod other_value;
mod plan;
mod protocol;
mod reading;
mod referrer;
mod signed;
mod spot;
mod trimmed;
mod unquoted;
mod visible;
mod with_scheme;

use std::collections::BTreeSet;
use std::time::Duration;

pub use hop::{Hop, next_hop};
pub use netrc::Netrc;
pub use plan::{Limits, Plan, Step, Tried};
pub(crate) use reading::said;
pub use reading::{Reading, alike, reading};
pub use spot::{At, Half, Spot, basic_value, placed};

use crate::case::Stop;
use crate::cause::Remedy;
use crate::exchange::{Hurdle, Manner, Request};
use crate::provider::{Probe, Provider, Registry};
use crate::secret::Secret;
use crate::signature::aws::{Echo, Keys};

/// What why401 calls itself in the `User-Agent` of requests that are its own.
pub const AGENT: &str = concat!("why401/", env!("CARGO_PKG_VERSION"));

/// What is asked, and what is known besides.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The request as the program sends it.
    pub request: Request,
    /// How it is sent.
    pub manner: Manner,
    /// The service at the other end, where it is known.
    pub provider: Option<&'static Provider>,
    /// That service's own free request, where it is the one that is asked.
    pub probe: Option<&'a Probe>,
    /// The services that are known.
    pub registry: &'a Registry,
    /// Names of headers, parameters and cookies that carry a credential, as far as that is known otherwise than by name.
    pub carriers: Vec<String>,
    /// Other values that may have been meant.
    pub others: Vec<Other>,
    /// What the request is signed with, where that is known.
    pub signer: Option<Signer>,
    /// What came into the request out of `.netrc`.
    pub netrc: Option<Netrc>,
    /// The proxy that the environment names for this host, as it may be shown.
    pub proxy: Option<String>,
    /// Whether the request changes nothing and costs nothing, so that it may be sent again with changes.
    pub is_free: bool,
}

/// Another value that may have been meant.
#[derive(Clone, Debug)]
pub struct Other {
    /// The variable that holds it.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// Where it stands, such as `.env:3`.
    pub stands: String,
    /// What it means if this one works.
    pub cause: &'static str,
    /// The stop of the journey that is broken then.
    pub stop: Stop,
    /// What is wrong then, in a sentence without a full stop.
    pub title: String,
    /// What to do then.
    pub remedy: String,
}

/// What a request is signed with, so that it can be signed anew.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The keys.
    pub keys: Keys,
    /// The variable that holds the secret; empty where none does.
    pub name: String,
    /// Whether it was signed here and now, and not by somebody else before.
    pub is_own: bool,
    /// Other keys that may have been meant, each with the place where it stands.
    pub others: Vec<(Keys, String)>,
    /// What the server said of the signature.
    pub told: Echo,
}

/// A request to be sent, and why.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What is different from the request as it is, such as `without the blank at the end of the key`.
    pub change: String,
    /// What its answer is for.
    pub purpose: Purpose,
    /// The request.
    pub request: Request,
    /// How it is sent.
    pub manner: Manner,
    /// How long to wait before.
    pub after: Duration,
}

/// What an answer is for.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// To see what the program sees.
    AsSent,
    /// To see what the server says where no credential comes.
    Without,
    /// To see what it says to a plainly invalid one.
    Invalid,
    /// To see whether the same is refused still.
    Again,
    /// To see whether a change that works does so with a plainly invalid key as well.
    Confirm,
    /// To see whether this was what is wrong.
    Change(Box<Suspect>),
}

/// What is proven if a change works.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The cause's slug.
    pub cause: &'static str,
    /// The stop of the journey that is broken.
    pub stop: Stop,
    /// What is wrong, in a sentence without a full stop.
    pub title: String,
    /// What to do.
    pub remedy: Remedy,
    /// How strongly the request itself shows it, 0 to 100: 90 where the fault can be seen, 30 for a mere guess.
    pub suspicion: i32,
    /// Whether the cause is none if the change does not help.
    pub is_decisive: bool,
    /// What is known besides, a sentence; empty where nothing is.
    pub known: String,
}

impl Ask<'_> {
    /// The credentials of the request, those first that the service asks for.
    pub fn spots(&self) -> Vec<Spot> {
        Spot::all(&self.request, self.provider, &self.carriers)
    }
}

impl Trial {
    /// The ask with one change.
    fn change(ask: &Ask<'_>, change: impl Into<String>, request: Request, suspect: Suspect) -> Self {
        Self {
            change: change.into(),
            purpose: Purpose::Change(Box::new(suspect)),
            request,
            manner: ask.manner.clone(),
            after: Duration::ZERO,
        }
    }

    /// What is proven if it works; `None` where it is no change.
    pub fn suspect(&self) -> Option<&Suspect> {
        match &self.purpose {
            Purpose::Change(suspect) => Some(suspect),
            _ => None,
        }
    }
}

impl Suspect {
    fn new(
        cause: &'static str,
        stop: Stop,
        suspicion: i32,
        title: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let remedy = Remedy::new(remedy);
        Self { cause, stop, title: title.into(), remedy, suspicion, is_decisive: false, known: String::new() }
    }

    /// The same, and without it the cause is none.
    fn decisive(mut self) -> Self {
        self.is_decisive = true;
        self
    }
}

/// What the answers so far tell, for variants that depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether the server saw a credential at all; `None` where its answers do not tell.
    pub arrives: Option<bool>,
    /// What the request as it is came to.
    pub reading: Option<Reading>,
    /// Seconds that the server asks to wait.
    pub retry_after: Option<u64>,
    /// Where it stopped, if nobody answered.
    pub hurdle: Option<Hurdle>,
}

/// Proposes requests with one change each.
type Variant = fn(&Ask<'_>, &Spot, Seen) -> Vec<Trial>;

/// All variants. Each looks at one credential of the request.
const VARIANTS: &[Variant] = &[
    trimmed::trials,
    unquoted::trials,
    visible::trials,
    decoded::trials,
    with_scheme::trials,
    letter_case::trials,
    other_place::trials,
    basic::trials,
    companion::trials,
    alone::trials,
    netrc::trials,
    other_value::trials,
    other_host::trials,
    referrer::trials,
    direct::trials,
    protocol::trials,
    again::trials,
];

/// Those that send the request as it is, on another way.
const WITHOUT_CHANGE: &[Variant] = &[direct::trials, protocol::trials, again::trials];

/// Every change that makes sense, the most suspicious first.
fn trials(ask: &Ask<'_>, seen: Seen) -> Vec<Trial> {
    let spots = ask.spots();
    let nowhere = Spot { place: At::Path, name: String::new(), before: String::new(), value: Secret::default() };
    let spots = if spots.is_empty() { vec![nowhere] } else { spots };
    let mut found: Vec<Trial> = signed::trials(ask);
    for spot in &spots {
        // What is changed of a signed request is signed anew, or does not fit any more.
        if signed::is_signature(spot) {
            found.extend(WITHOUT_CHANGE.iter().flat_map(|variant| variant(ask, spot, seen)));
            continue;
        }
        found.extend(VARIANTS.iter().flat_map(|variant| variant(ask, spot, seen)));
    }
    found
}

/// The slugs that changes can prove, each once.
pub fn provable(trials: &[Trial]) -> BTreeSet<&'static str> {
    trials.iter().filter_map(Trial::suspect).map(|suspect| suspect.cause).collect()
}
