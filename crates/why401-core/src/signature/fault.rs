//! Fault: what is wrong with something that was signed, by the slug of its cause; Examined: all that a look at it tells.

use super::keyed::cut;
use crate::form::Form;
use crate::secret::Secret;

/// What is wrong with something that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The slug of its cause.
    pub cause: &'static str,
    /// How far the evidence goes.
    pub sure: Sure,
    /// Where it went wrong.
    pub at: At,
    /// One sentence: what is wrong here.
    pub title: String,
    /// Why that is refused.
    pub why: String,
    /// What to do.
    pub remedy: String,
}

/// How far the evidence of a fault goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// The bytes show it.
    Proven,
    /// They fit this and little else.
    Likely,
    /// They fit this and others.
    Possible,
}

/// Where something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Where the secret or the signature is kept.
    Written,
    /// When it was signed or sent.
    Sent,
    /// Between the client and the server.
    Carried,
    /// When the signature was checked.
    Judged,
}

impl Fault {
    /// A fault that the bytes show.
    pub fn proven(cause: &'static str, at: At, title: impl Into<String>) -> Self {
        Self { cause, sure: Sure::Proven, at, title: title.into(), why: String::new(), remedy: String::new() }
    }

    /// No secret that is at hand made the signature `given`; `and` joins their names. `cause` is the one for such a secret.
    pub(super) fn not_made(cause: &'static str, at: At, given: &str, candidates: &[Candidate<'_>], and: &str) -> Self {
        let names: Vec<&str> = candidates.iter().map(|own| own.name).collect();
        let title = format!("the signature {} was not made with {}", cut(given), names.join(and));
        Self::proven(cause, at, title).sure(Sure::Likely)
    }

    /// The same, as sure as `sure`.
    #[must_use]
    pub fn sure(mut self, sure: Sure) -> Self {
        self.sure = sure;
        self
    }

    /// Says why that is refused.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn mend(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

/// What a look at something that was signed tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// What is wrong, the surest first.
    pub faults: Vec<Fault>,
    /// What was computed, to be shown.
    pub forms: Vec<Form>,
    /// What it came to, in a sentence; empty where nothing was decided.
    pub verdict: String,
}

impl Examined {
    /// Sorts the faults, the surest first.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.faults.sort_by_key(|fault| fault.sure);
        self
    }
}

/// A secret that may have signed, and how it is called.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'s> {
    /// The variable that holds it.
    pub name: &'s str,
    /// Its value.
    pub value: &'s Secret,
}

/// A length of time in words, of seconds before or after.
pub(super) fn span(seconds: i64) -> String {
    match seconds.unsigned_abs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}
