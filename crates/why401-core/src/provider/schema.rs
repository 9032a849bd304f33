//! The schema of `providers/*.toml`: what one service's world looks like. Data only; also read by `build.rs`.
//!
//! Every entry that says `verified = false` is general knowledge that nobody checked against the service:
//! it may suggest a cause and never prove one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One service that judges credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable identifier and file name, such as `openai`.
    pub slug: String,
    /// The name its users say.
    pub name: String,
    /// Pages a person needs when a key is refused.
    pub links: Links,
    /// Environment variables that its SDKs, CLIs and docs use.
    pub variables: Variables,
    /// Where its API lives.
    pub hosts: Hosts,
    /// Shapes of its credentials, best known first.
    #[serde(default)]
    pub credential: Vec<Credential>,
    /// Where the credential goes in a request; the first is the usual one.
    pub placement: Vec<Placement>,
    /// Further headers that decide over acceptance.
    #[serde(default)]
    pub companion: Vec<Companion>,
    /// A request that only asks whether the credential is accepted.
    #[serde(default)]
    pub probe: Option<Probe>,
    /// The tokens that it issues, as their claims tell them apart; the first that fits wins.
    #[serde(default)]
    pub token: Vec<Issued>,
    /// What its refusals mean; the first that fits wins.
    #[serde(default)]
    pub answer: Vec<Answer>,
    /// What its users stumble over.
    #[serde(default)]
    pub trap: Vec<Trap>,
}

/// Pages of the service. URLs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// How to authenticate.
    pub docs: String,
    /// Where keys are made and revoked.
    pub keys: String,
    /// Credit, plan and payment.
    #[serde(default)]
    pub billing: Option<String>,
    /// Incidents.
    #[serde(default)]
    pub status: Option<String>,
}

/// Environment variable names, split by what they hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variables {
    /// Hold a credential that must stay on the server.
    #[serde(default)]
    pub secret: Vec<String>,
    /// Those of `secret` that hold what a login or a token exchange gave, and no key that a person made.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// Hold a value that may be shipped to a browser or an app.
    #[serde(default)]
    pub public: Vec<String>,
    /// Hold identifiers, hosts, regions: no credential, but part of the question.
    #[serde(default)]
    pub other: Vec<String>,
    /// Page that lists them.
    #[serde(default)]
    pub source: Option<String>,
}

/// Hosts of the service's API. `*` stands for one or more characters; `{name}` in a URL is the user's own part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hosts {
    /// Host names that a credential of this service may be sent to.
    #[serde(default)]
    pub names: Vec<String>,
    /// Base URLs as SDKs are configured with them.
    #[serde(default)]
    pub base_urls: Vec<String>,
    /// Page that lists them.
    #[serde(default)]
    pub source: Option<String>,
    /// Parts of the service that do not know each other's keys, although these look alike.
    #[serde(default)]
    pub region: Vec<Region>,
}

/// One of several parts of a service: a region, a site, a sandbox. A key made for one is refused by the others, mostly as
/// an invalid one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// What its users call it, such as `EU`.
    pub name: String,
    /// Its hosts, in the form of [`Hosts::names`]. Where a host fits several regions the longest pattern counts.
    pub hosts: Vec<String>,
    /// Page where its keys are made. URL.
    #[serde(default)]
    pub keys: Option<String>,
    /// Beginnings by which its keys are told from those of other regions; empty where nothing in a key tells.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Which world it is, where that is what sets it apart.
    #[serde(default)]
    pub environment: Environment,
    /// Whether the service's documentation or an answer of it shows that the keys are separate.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

/// What a credential is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Full key for servers.
    Secret,
    /// Narrowed to some resources or permissions by its maker.
    Restricted,
    /// Belongs to one project.
    Project,
    /// Manages the account; not taken by the ordinary API.
    Admin,
    /// Made for browsers and apps; not a secret.
    Publishable,
    /// Issued by a login or a token exchange; short-lived or refreshable.
    Oauth,
    /// The public half of a pair: access key id, client id, account sid.
    KeyId,
    /// A sandbox or emulator credential.
    Test,
    /// Signs messages of the service, such as its webhooks; no call carries it.
    Signing,
    /// Looks like a credential and is none: an object id, a link.
    NoCredential,
}

/// Which world of the service a credential belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// The shape does not tell.
    #[default]
    Any,
    /// Real data, real money.
    Live,
    /// Test mode, sandbox, emulator.
    Test,
}

/// Checksums that can be recomputed offline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// Last 6 characters: CRC-32 (IEEE) of what stands between prefix and checksum, base62 `0-9A-Za-z`, padded with `0`.
    Crc32Base62,
    /// Last 7 characters: CRC-32 (IEEE) of everything before them, base36 `0-9a-z`, padded with `0`.
    Crc32Base36,
}

/// The shape of one kind of credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What it is for.
    pub kind: Kind,
    /// What the service's users call it.
    pub label: String,
    /// Regular expression over the whole value, anchored at both ends.
    pub pattern: String,
    /// Literal beginning that only this shape (or its siblings) has; empty where there is none.
    #[serde(default)]
    pub prefix: String,
    /// Length in characters, where it is fixed.
    #[serde(default)]
    pub length: Option<u32>,
    /// Which world it belongs to.
    #[serde(default)]
    pub environment: Environment,
    /// How to recompute its checksum.
    #[serde(default)]
    pub checksum: Option<Checksum>,
    /// Since when the service takes this kind no longer, as it says; it may be a date.
    #[serde(default)]
    pub retired: Option<String>,
    /// A plainly fake value that fits `pattern`, in parts that are joined.
    pub example: Vec<String>,
    /// Whether the shape was seen in the service's documentation or in tools that validate against it.
    #[serde(default = "yes")]
    pub verified: bool,
    /// What else to know about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is written.
    pub source: String,
}

/// The part of a request that carries the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A header field.
    Header,
    /// A query parameter.
    Query,
    /// The user name of HTTP Basic.
    BasicUser,
    /// A field of the body.
    Body,
    /// A segment of the path.
    Path,
    /// Not sent: it signs the request.
    Signature,
}

/// Which requests an entry is about. What is empty restricts nothing; each restriction that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Hosts, in the form of [`Hosts::names`].
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The user's own installation, at none of the service's hosts.
    #[serde(default)]
    pub self_hosted: bool,
    /// Beginnings of the path, in whole segments: `/v1/oauth`.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Beginnings of paths that are not meant.
    #[serde(default)]
    pub not_paths: Vec<String>,
    /// Kinds of credential.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Beginnings of the credential.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Names of the headers or parameters that carry the credential.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Calls that a browser makes.
    #[serde(default)]
    pub browser: bool,
}

/// Where and how a credential is sent. Each form that is taken has an entry: what is not listed is not taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// The part of the request.
    pub place: Place,
    /// Header, parameter or field name.
    pub name: String,
    /// Word before the credential in a header, such as `Bearer`; empty where the bare value is sent.
    #[serde(default)]
    pub scheme: String,
    /// Where the credential is the password of HTTP Basic: the user name, which may be empty; `{name}` in it is the user's
    /// own part, and `{any}` is not looked at.
    #[serde(default)]
    pub user: Option<String>,
    /// The requests that it is for.
    #[serde(default)]
    pub only: Only,
    /// What else a person should know. Prose: nothing is decided by it.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether it was seen in the service's documentation.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

/// How far the lack of a companion decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needed {
    /// Each request that the entry is about is refused without it.
    Always,
    /// Some are, for a reason that the request does not show: the account, the endpoint, how the key was restricted.
    Sometimes,
    /// None is; only a wrong value may be refused.
    Never,
}

/// A header or parameter beside the credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    /// The part of the request: `header` or `query`.
    #[serde(default = "header")]
    pub place: Place,
    /// Name of the header or parameter.
    pub name: String,
    /// Further names, one of which may take its place.
    #[serde(default)]
    pub instead: Vec<String>,
    /// How far its lack decides.
    pub needed: Needed,
    /// The requests that it is for.
    #[serde(default)]
    pub only: Only,
    /// When it is needed, for a person. Prose: nothing is decided by it.
    pub when: String,
    /// What it says to the service.
    pub meaning: String,
    /// A harmless value.
    #[serde(default)]
    pub example: Option<String>,
    /// Whether it was seen in the service's documentation.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

/// What a probe costs the account's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// Nothing, and it changes nothing: runs unasked.
    Free,
    /// Counts against a plan, a quota or a bill: runs only when asked for.
    Metered,
}

/// The request that asks nothing but "is this credential accepted?".
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// HTTP method.
    pub method: String,
    /// Absolute URL; `{name}` is the user's own part.
    pub url: String,
    /// The fields of a form that is its body; empty where it has none.
    #[serde(default)]
    pub form: String,
    /// What it costs.
    pub cost: Cost,
    /// Status of an accepted credential.
    pub expect: u16,
    /// Statuses that also show that the credential itself is good.
    #[serde(default)]
    pub also_accepted: Vec<u16>,
    /// How to read the answer, and where it misleads.
    #[serde(default)]
    pub note: Option<String>,
    /// Where granted scopes can be read.
    #[serde(default)]
    pub scopes: Option<String>,
    /// Whether it was seen in the service's documentation or in tools that use it.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Goes to an API.
    Access,
    /// Tells a client who logged in, and goes to no API.
    Identity,
    /// Tells who logged in, and goes to APIs all the same.
    Both,
    /// Fetches new tokens.
    Refresh,
    /// A client signs it itself to be given a token, or to speak for itself.
    Assertion,
    /// A key of a project in the form of a token.
    Key,
}

/// A kind of token that the service issues or takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// What the service's users call it.
    pub label: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Regular expression over the whole of `iss`; its first group is the part that sets customers apart.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Claims that tell it, each with a regular expression over the value as text. A name with `header.` before it is meant in
    /// the header.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
    /// Claims that it does not have.
    #[serde(default)]
    pub without: Vec<String>,
    /// The claim that names the API or the client, where that is not `aud`.
    #[serde(default)]
    pub audience: Option<String>,
    /// What well-known values of the audience stand for.
    #[serde(default)]
    pub audiences: BTreeMap<String, String>,
    /// The longest time in seconds between `iat` and `exp` that the service takes.
    #[serde(default)]
    pub longest: Option<u32>,
    /// The algorithms that sign it; empty where that is not known.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// The claims of an example, as JSON.
    pub example: String,
    /// What else to know about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether it was seen in the service's documentation.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

/// Where the telling text of a refusal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// The body of the answer.
    Body,
    /// A header field of the answer: `{ header = "WWW-Authenticate" }`.
    Header(String),
    /// The browser's console.
    Console,
    /// What the client library says; nothing was sent.
    Client,
    /// Only the status tells.
    Status,
    /// The close frame of a WebSocket.
    WebsocketClose,
    /// An SMTP reply.
    Smtp,
}

/// One refusal and what it means. Exactly one of `text` and `pattern` is set, unless only the status tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// HTTP status, where it narrows.
    #[serde(default)]
    pub status: Option<u16>,
    /// Literal text that must occur, case-sensitive.
    #[serde(default)]
    pub text: Option<String>,
    /// Regular expression that must match somewhere.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Where it must occur.
    pub within: Within,
    /// The service's own error code.
    #[serde(default)]
    pub code: Option<String>,
    /// The likeliest cause, a slug of the catalogue.
    pub cause: String,
    /// Further causes, likeliest first.
    #[serde(default)]
    pub also: Vec<String>,
    /// Whether the text itself names this cause, so that no other can stand behind it.
    #[serde(default)]
    pub certain: bool,
    /// How to tell them apart, and what to do.
    #[serde(default)]
    pub note: Option<String>,
    /// An answer as the service gave it, identifiers replaced.
    #[serde(default)]
    pub sample: Option<String>,
    /// Whether the wording was seen in a real answer or in the service's documentation.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

/// Texts of refusals that belong to no single service: what client libraries, standards, gateways and browsers say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Stable identifier and file name, such as `jwt-libraries`.
    pub slug: String,
    /// What speaks so, for people.
    pub name: String,
    /// What the texts mean; the first that fits wins.
    pub answer: Vec<Answer>,
}

/// Something that its users stumble over.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trap {
    /// What happens and why.
    pub text: String,
    /// The cause it ends in.
    pub cause: String,
    /// Whether it was checked.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Where this is written.
    pub source: String,
}

fn yes() -> bool {
    true
}

fn header() -> Place {
    Place::Header
}
