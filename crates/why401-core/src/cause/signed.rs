//! Calls that carry a signature of AWS, computed again: for the judges of signatures and for what is shown.

use crate::case::Case;
use crate::exchange::Exchange;
use crate::fact::{Origin, Place, Seen, Value};
use crate::form::Form;
use crate::secret::Secret;
use crate::signature::aws::{
    Algorithm, CHUNKED, Canonical, Carrier, Claim, Difference, Echo, Fault, Found, Rules, Sought, Stated, by_digest,
    by_signature, chunks, cut, differences, form, in_chunks, seconds, signature, string_to_sign,
};
use crate::signature::keyed::Written;
use crate::symptom::Symptom;

/// One call that carries a signature.
pub(crate) struct Signed<'p> {
    /// The call.
    pub(crate) exchange: &'p Exchange,
    /// What it says of its signature.
    pub(crate) claim: Claim,
    /// The canonical request of what was sent.
    pub(crate) ours: Canonical,
    /// What the server says of its own.
    pub(crate) echo: Echo,
    /// Where the two differ, as far as the server showed its own.
    pub(crate) differences: Vec<Difference>,
    /// The reading of the request whose hash is the one that the server states, where it shows no more.
    pub(crate) stated: Option<Found>,
    /// Keys that are known here.
    pub(crate) pairs: Vec<Pair<'p>>,
    /// The reading of the request, and the key, by which the signature comes out.
    pub(crate) found: Option<Found>,
}

/// A key that is known here.
#[derive(Clone, Debug)]
pub(crate) struct Pair<'p> {
    /// Its id, where one stands beside it.
    pub(crate) id: Option<&'p Secret>,
    /// The secret.
    pub(crate) secret: &'p Secret,
    /// The session token beside it.
    pub(crate) token: Option<&'p Secret>,
    /// Where the secret stands.
    pub(crate) origin: Origin,
}

const ID: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"];
const SECRET: &[&str] = &["AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"];
const TOKEN: &[&str] = &["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

impl<'p> Signed<'p> {
    /// The first call of the refusal that carries a signature of AWS.
    pub(crate) fn of(case: &Case<'p>) -> Option<Self> {
        let (exchange, claim) = read(case)?;
        Some(Self::new(case, exchange, claim.ok()?))
    }

    fn new(case: &Case<'p>, exchange: &'p Exchange, claim: Claim) -> Self {
        let request = &exchange.request;
        let mut ours = Canonical::of(request, &claim, Rules::of(&claim.scope.service));
        let echo = exchange.answer().map(Echo::of).unwrap_or_default();
        if let Some(theirs) = &echo.canonical {
            // What the paste does not tell of the request is no difference.
            for (name, value) in ours.headers.iter_mut().filter(|(name, _)| request.header(name).is_none()) {
                let told = theirs.header(name).filter(|_| name != "host" || request.url.is_empty());
                told.unwrap_or_default().clone_into(value);
            }
            if request.header("host").is_none()
                && let Some((_, value)) = ours.headers.iter_mut().find(|(name, _)| name == "host")
                && !request.url.is_empty()
            {
                *value = crate::url::Url::of(&request.url).authority().into_owned();
            }
            if request.body.is_empty() && has_body(request) && request.header("x-amz-content-sha256").is_none() {
                ours.payload.clone_from(&theirs.payload);
            }
            if request.url.is_empty() {
                ours.path.clone_from(&theirs.path);
            }
        }
        let differences = echo.canonical.as_ref().map(|theirs| differences(&ours, theirs)).unwrap_or_default();
        let sought = Sought { request, claim: &claim };
        let stated = echo.string.as_ref().filter(|_| echo.canonical.is_none());
        let stated = stated.and_then(|own| by_digest(sought, &own.digest));
        let pairs = pairs(case);
        let secrets: Vec<&Secret> = pairs.iter().map(|pair| pair.secret).collect();
        let found = by_signature(sought, &secrets);
        Self { exchange, claim, ours, echo, differences, stated, pairs, found }
    }

    /// Whether the server computed over the very bytes that were sent, as far as it shows them.
    pub(crate) fn agrees(&self) -> bool {
        match (&self.echo.canonical, &self.echo.string) {
            (Some(_), string) => {
                self.differences.is_empty()
                    && string.as_ref().is_none_or(|own| own.scope == self.claim.scope.to_string())
            }
            (None, Some(own)) => own.digest.eq_ignore_ascii_case(&self.ours.digest()),
            (None, None) => false,
        }
    }

    /// Whether the server shows anything of what it computed over.
    pub(crate) fn is_shown(&self) -> bool {
        self.echo.canonical.is_some() || self.echo.string.is_some()
    }

    /// The pair with the id that the request names, or else the only one.
    pub(crate) fn own_pair(&self) -> Option<&Pair<'p>> {
        let names = |pair: &&Pair<'_>| {
            pair.id.is_some_and(|id| id.expose_str().map(str::trim) == Some(self.claim.key_id.trim()))
        };
        let alone = || self.pairs.first().filter(|pair| self.pairs.len() == 1 && pair.id.is_none());
        self.pairs.iter().find(names).or_else(alone)
    }

    /// Where the signature was seen.
    pub(crate) fn origin(&self) -> Origin {
        match self.claim.carrier {
            Carrier::Header => Origin::Header("Authorization".to_owned()),
            Carrier::Query => self.exchange.origin(),
        }
    }

    /// Seconds by which the server's clock is ahead of the time that the request says, as far as the answer tells.
    pub(crate) fn age(&self) -> Option<i64> {
        let signed = self.echo.request_time.or_else(|| seconds(&self.claim.time))?;
        Some(self.echo.server_time? - signed)
    }

    /// The steps of the signature, as they may be shown.
    pub(crate) fn forms(&self) -> Vec<Form> {
        let stated = self.echo.string.as_ref().map(|Stated { time, scope, digest }| {
            let algorithm = string_to_sign("", &self.claim.scope, "");
            format!("{}\n{time}\n{scope}\n{digest}", algorithm.lines().next().unwrap_or_default())
        });
        let mut forms = form(&self.claim, &self.ours, self.echo.canonical.as_ref(), stated.as_deref());
        let known = self.found.as_ref().and_then(|found| self.pairs.get(found.secret)).or_else(|| self.own_pair());
        if let Some(pair) = known.filter(|_| self.claim.algorithm == Algorithm::V4) {
            let text = string_to_sign(&self.claim.time, &self.claim.scope, &self.ours.digest());
            let own = signature(pair.secret.expose(), &self.claim.scope, &text);
            let own = Written::Hex.write(&own[..own.len().min(4)]);
            let place = match &pair.origin {
                Origin::File(place) => format!("{}:{}", place.path, place.line),
                Origin::Variable(name) => format!("${name}"),
                _ => "this project".to_owned(),
            };
            let lines =
                format!("sent      {}\ncomputed  {own}… with the secret of {place}", cut(&self.claim.signature));
            forms.push(Form::new("signature, its beginning", &lines));
        }
        if self.ours.payload.starts_with(CHUNKED)
            && let Ok(chunks) = chunks(self.exchange.request.body.expose())
        {
            forms.push(in_chunks(&chunks));
        }
        forms
    }
}

/// The first call of the refusal that carries a signature of AWS, and what it says of it.
pub(crate) fn read<'p>(case: &Case<'p>) -> Option<(&'p Exchange, Result<Claim, Fault>)> {
    let mut exchanges = case.as_refusal()?.exchanges.iter();
    exchanges.find_map(|exchange| Some((*exchange, Claim::of(&exchange.request)?)))
}

/// Whether the answer says that a signature does not fit, or says nothing that is known.
pub(crate) fn may_be_signature(case: &Case<'_>) -> bool {
    case.as_refusal().is_some_and(|refusal| refusal.main.is_none_or(|main| main == Symptom::Signature))
}

fn has_body(request: &crate::exchange::Request) -> bool {
    let length = request.header("content-length").and_then(Secret::expose_str);
    length.map_or(!["GET", "HEAD", "DELETE"].contains(&request.method.as_str()), |length| length.trim() != "0")
}

/// The keys that the shell, the env files and the settings hold, each secret with what stands beside it.
fn pairs<'p>(case: &Case<'p>) -> Vec<Pair<'p>> {
    let project = case.project;
    let mut all: Vec<(&str, &'p Secret, Origin)> = Vec::new();
    for (name, value) in &project.process {
        all.push((name, value, Origin::Variable(name.clone())));
    }
    for load in project.units.iter().flat_map(|unit| &unit.loads) {
        for own in &load.loaded.assignments {
            let file = load.files.get(own.file).and_then(|index| project.env_files.get(*index));
            if let Some(file) = file.filter(|file| !file.is_template()) {
                all.push((&own.name, &own.value, Origin::File(Place::line(&file.path, own.line))));
            }
        }
    }
    for fact in &project.facts {
        if let Seen::Sets(sets) = &fact.seen
            && let Value::Literal(value) = &sets.value
        {
            all.push((&sets.name, value, fact.origin.clone()));
        }
    }
    all.retain(|(_, value, _)| !value.is_empty());
    let near = |names: &[&str], origin: &Origin| {
        let mine = all.iter().filter(|(name, _, other)| names.contains(name) && is_beside(other, origin));
        mine.min_by_key(|(_, _, other)| distance(other, origin)).map(|(_, value, _)| *value)
    };
    let mut pairs: Vec<Pair<'p>> = Vec::new();
    for (name, secret, origin) in &all {
        if SECRET.contains(name) && !pairs.iter().any(|pair| pair.secret == *secret) {
            pairs.push(Pair { id: near(ID, origin), secret, token: near(TOKEN, origin), origin: origin.clone() });
        }
    }
    pairs.truncate(MOST);
    pairs
}

/// So many keys are tried.
const MOST: usize = 8;

/// Whether two things are set in one file, or both in the shell.
fn is_beside(one: &Origin, other: &Origin) -> bool {
    match (one.place(), other.place()) {
        (Some(one), Some(other)) => one.path == other.path,
        (None, None) => true,
        _ => false,
    }
}

fn distance(one: &Origin, other: &Origin) -> u32 {
    one.place().zip(other.place()).map_or(0, |(one, other)| one.line.abs_diff(other.line))
}
