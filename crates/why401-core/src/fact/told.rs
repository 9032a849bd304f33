//! What a paste tells besides calls: addresses, echoes, claims, surroundings, small signs.

use crate::secret::Secret;

/// A text names an address: where a request goes, where a key was made, where somebody looked it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentions {
    /// The host, in lower case.
    pub host: String,
    /// The path, without a query; empty where there is none.
    pub path: String,
    /// Whether it says `http://`.
    pub in_the_clear: bool,
    /// Whether it is set as a base URL.
    pub is_base: bool,
    /// Whether it stands in the refusal itself, and not in what lies beside it.
    pub in_refusal: bool,
}

/// An answer or a client's message repeats the credential that it got.
#[derive(Clone, Debug)]
pub struct Echoes {
    /// What is repeated: the value, or what a mask leaves of it.
    pub value: Secret,
    /// Whether a client says it, before anything was sent.
    pub by_client: bool,
}

/// A token's claim, or what somebody expects it to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `aud` or `iss`.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether this is what is expected, and not what a token has.
    pub wanted: bool,
}

/// A call that a person tried and tells of, with what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Whether it was taken; else it was refused.
    pub worked: bool,
    /// Where the credential stood; `None` where that is not told.
    pub carrier: Option<TriedIn>,
    /// The host that was asked, in lower case; empty where none is told.
    pub host: String,
}

/// Where a credential stood in a call that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedIn {
    /// Whether in the query, and not in a header.
    pub query: bool,
    /// The name of the header or parameter, in lower case.
    pub name: String,
    /// The word before the credential, in lower case; empty where it stood alone.
    pub scheme: String,
}

/// A client of registries keeps a credential for an address, or asks at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visits {
    /// The client: `docker`, `npm`, `maven`, `nuget`, `pypi`, `terraform`.
    pub client: &'static str,
    /// The address, or the name by which the client looks its credential up; empty where it is for every address.
    pub address: String,
    /// Whether a credential is kept for it; else it is asked.
    pub keeps: bool,
    /// Whether the refusal itself names it.
    pub in_refusal: bool,
}

/// A refused request that was sent again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// How often it was sent.
    pub times: u32,
    /// Milliseconds from the first to the last.
    pub within: u64,
    /// Seconds that the answer asked to wait (`Retry-After`), where it did.
    pub wait: Option<u64>,
}

/// A small sign in code, a command line or prose that decides between causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Marks that colour a terminal's text are written out where a key should be alone.
    Coloured,
    /// A type that hides its value is turned into text.
    HidingType,
    /// What is encoded with base64 ends in a line break.
    EncodesLine,
    /// A value is stored with a line break at its end.
    EndsInLine,
    /// A value is cut out of an env file by tools that know no quotes.
    CutsOut,
    /// A body is parsed before its signature is checked.
    ParsedBody,
    /// A preflight is shown.
    Preflight,
    /// The request carries a browser's Origin.
    SendsOrigin,
    /// A sandbox, a test net or a listener for tests is chosen.
    Sandbox,
    /// A value is kept as JSON text.
    StoredAsJson,
    /// A shell's assignment has blanks round its sign.
    SpacedAssignment,
    /// A dollar stands before a CI's expression, and stays.
    StrayDollar,
    /// A server asks for a password of its own before the program is reached.
    Gate,
    /// Two words for a scheme stand before a credential.
    DoubledScheme,
    /// A shell, a profile or a parent process already has the variable.
    ShellHolds,
    /// An answer names the time from which a credential is good, and its own time, which is before it.
    BeforeStart,
    /// A call is redirected, or somebody speaks of it.
    Redirects,
    /// Something hands the request on that was signed for somebody else.
    HandedOn,
    /// Quotes that the command interpreter does not take off.
    KeepsQuotes,
    /// A value was given after the process, the container or the build had begun.
    GivenLater,
    /// A session token is shown, and it is nothing.
    NoSessionToken,
    /// Somebody speaks of two clocks that differ.
    ClocksDiffer,
    /// Headers are handed to a client at the place of something else.
    MisplacedHeaders,
    /// A `$` in the middle of a value, where a shell fills it in.
    DollarInside,
    /// One file is written, and another is read.
    OtherFile,
    /// Code stands beside an env file, and nothing loads it.
    UnloadedFile,
    /// A secret manager's object is shown, names and all.
    Envelope,
    /// A header's name holds an underscore.
    Underscored,
    /// A variable's name is asked for with a blank at its end or beginning.
    BlankInName,
    /// A log lists a step's variables, and one that is for a credential has a value that is not shown.
    FilledInStep,
    /// A database takes its password from the environment on its first start, and keeps its data in a volume.
    FirstStart,
    /// Of the fields of a configuration that hold credentials one is empty, and another is not.
    EmptyField,
    /// A webhook comes in and is checked.
    Webhook,
    /// Code or a description of an API puts the token alone into Authorization.
    BareToken,
    /// Code asks with a client that names itself in a way that many servers turn away.
    PlainAgent,
    /// A client sends a header under the name that it has inside a server's framework.
    InnerName,
    /// A login is made as one user, and the command that needs it runs as another.
    SudoElsewhere,
    /// A list of variables has colons where `=` belongs.
    ColonInList,
    /// Quotes of a systemd unit hold two assignments.
    QuotedTogether,
    /// A block of variables has a name that its reader does not know.
    OtherBlock,
    /// An entry of a list of variables has its value in quotes, which stay.
    QuotedInList,
    /// A client of a service that takes tokens is made with a password.
    PasswordLogin,
    /// Variables are exported, and the program is started through sudo.
    SudoDrops,
    /// A header is built with `Bearer` before its credential.
    BuildsBearer,
    /// A client of Azure's edition of a service is made.
    AzureClient,
    /// `docker run`, or a Compose that knows no quotes, reads an env file.
    DockerFile,
    /// A client is made, or a module that makes one is imported, before the env file is loaded.
    LoadsLate,
    /// Two header fields stand on one line.
    JoinedHeaders,
    /// A token is the password, and the user is not the one that goes with tokens there.
    OtherUser,
    /// The token of a GitLab job stands in the header for personal tokens.
    JobToken,
    /// A proxy asks for Basic and hands the request on.
    GateBefore,
    /// A key of npm's settings has a scheme in its address.
    SchemeInKey,
    /// A credential is read from a file, and its line break is not taken off.
    Untrimmed,
    /// A variable is asked for whose name is a key.
    KeyForName,
    /// A whole command is shown that sends headers and no credential.
    BareCommand,
    /// Somebody speaks of a login of his own, beside the key that he means to use or not.
    LoggedIn,
    /// Codex keeps a login beside a provider of its own.
    CodexLogin,
    /// A client is given a key, and another header with a credential as well.
    SecondCredential,
    /// A request is shown with two headers for a credential.
    TwoHeaders,
    /// A redirect leads to an address that has its signature in the query.
    SignedTarget,
    /// After a redirect the header is shown with the second request, too.
    KeptOver,
    /// A server in front is told to take the credential's header off.
    TakenOff,
    /// A tool says that the token it uses is the one of a variable, and another login of its own lies idle.
    TokenOfVariable,
    /// Regions of a part of AWS that has its own accounts are named.
    OtherPartition,
    /// A region of AWS is named that an account must open for itself.
    OptInRegion,
    /// A command of a shell prints a variable's name, which stands between single quotes.
    SingleInShell,
    /// A library of Azure gets a token for the program, and no key is in play.
    TokenCredential,
    /// A workflow hands on the name of a secret and not its value.
    BareSecret,
    /// A scheme and its credential are written without a blank between.
    GluedScheme,
    /// PowerShell hands a password through a pipe, and adds a line end.
    PipedByPowerShell,
    /// A long value is shown in quotes with a blank at one end of it.
    BlankInQuotes,
    /// A key goes on in the next line, as a terminal breaks it.
    BrokenOverLines,
    /// A character that nobody sees is written out as an escape.
    Unseen,
    /// A file or a value has the line ends of Windows.
    WindowsLines,
    /// The log of a CI step shows a variable for a credential, and nothing or a stand-in in it.
    EmptyInStep,
    /// A program is started with an environment of its own, and nothing hands a variable on.
    StartsBare,
    /// A shell is given a value without `export`, and starts a program.
    NotExported,
    /// A reference stands within single quotes, where PHP leaves it as it is.
    SingleQuoted,
    /// The text form of bytes follows `Basic`.
    BytesForm,
    /// The call that reads a variable stands between quotes.
    CallInQuotes,
    /// The name of a service's variable is handed over as the key.
    NameInQuotes,
    /// Two encoders stand one behind the other.
    EncodedTwice,
    /// A shell or an image gives a variable for a credential nothing.
    AssignsNothing,
    /// A setting's name is a letter off one that programs know.
    MisspeltSetting,
    /// An API key of Google is sent as an OAuth token.
    KeyAsToken,
    /// A request for Anthropic's interface carries `Authorization` alone.
    BearerForAnthropic,
    /// Claude Code is pointed at another service, and is given an API key and no token.
    KeyForGateway,
    /// A program stops at its own claim that the key begins in one way.
    AssertsBeginning,
    /// A container asks a secret for a key that the secret does not have.
    OtherKey,
}

/// A surrounding of the program that has a way of its own with credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surrounding {
    /// A container, whose environment is not the machine's.
    Container,
    /// A job that a clock starts, with an environment of a few variables.
    Cron,
    /// `sudo`, which empties the environment.
    Sudo,
    /// A service manager.
    Service,
    /// A CI system.
    Ci,
    /// A hosting platform with variables for each target.
    Platform,
    /// A function or edge runtime, whose environment is configured elsewhere.
    Serverless,
    /// A desktop program, started without a shell.
    Desktop,
    /// A notebook, whose process outlives a change of a file.
    Notebook,
    /// Apache httpd, which hands no Authorization header to CGI and FastCGI programs.
    Apache,
    /// PHP under FastCGI.
    PhpFastCgi,
    /// nginx.
    Nginx,
    /// A proxy or gateway between.
    Proxy,
    /// A browser, which has rules of its own.
    Browser,
    /// A virtual machine, whose clock can stand still.
    VirtualMachine,
    /// A store of the system or the program that keeps credentials: a keychain, a login of its own.
    Keychain,
    /// A run of CI for somebody else's pull request, which gets no secrets.
    Fork,
    /// Variables that only protected branches and tags are given.
    Guarded,
    /// A workflow that runs the file of the base branch, whatever the pull request changes.
    BaseBranch,
    /// A program that makes tokens by itself, with times of its own clock.
    OwnClock,
}
