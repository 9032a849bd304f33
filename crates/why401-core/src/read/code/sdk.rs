//! Client libraries that place the credential themselves, and the variable that each reads when it is given none.

use super::locals::value_at;
use super::reads::Read;
use super::sends::{Finder, Sent};
use super::source::Source;
use super::value::Scope;
use crate::fact::{Carrier, Fact};

/// One client library's constructor.
pub(super) struct Sdk {
    /// The library as its users say it.
    pub(super) name: &'static str,
    /// A text that the file must hold: the package's name.
    package: &'static str,
    /// The constructor.
    constructor: &'static str,
    /// The option that carries the key.
    options: &'static [&'static str],
    /// The variable that it reads by itself; empty where it reads none.
    variable: &'static str,
    /// Where it sends its requests unless told otherwise.
    pub(super) host: &'static str,
}

const fn sdk(
    name: &'static str,
    package: &'static str,
    constructor: &'static str,
    variable: &'static str,
    host: &'static str,
) -> Sdk {
    Sdk { name, package, constructor, options: &["apiKey", "api_key"], variable, host }
}

/// Checked against the libraries' documentation. Where a constructor has one name in several languages, it stands once.
const SDKS: &[Sdk] = &[
    sdk("the OpenAI client", "openai", "OpenAI", "OPENAI_API_KEY", "api.openai.com"),
    sdk("the OpenAI client", "openai", "AsyncOpenAI", "OPENAI_API_KEY", "api.openai.com"),
    sdk("the Anthropic client", "anthropic", "Anthropic", "ANTHROPIC_API_KEY", "api.anthropic.com"),
    sdk("the Anthropic client", "anthropic", "AsyncAnthropic", "ANTHROPIC_API_KEY", "api.anthropic.com"),
    sdk("the Groq client", "groq", "Groq", "GROQ_API_KEY", "api.groq.com"),
    sdk("the Mistral client", "mistral", "Mistral", "", "api.mistral.ai"),
    sdk("the Cohere client", "cohere", "CohereClient", "CO_API_KEY", "api.cohere.com"),
    sdk("the Together client", "together", "Together", "TOGETHER_API_KEY", "api.together.xyz"),
    sdk("the Pinecone client", "pinecone", "Pinecone", "PINECONE_API_KEY", "api.pinecone.io"),
    sdk("the Tavily client", "tavily", "TavilyClient", "TAVILY_API_KEY", "api.tavily.com"),
    sdk("the LangChain OpenAI model", "langchain", "ChatOpenAI", "OPENAI_API_KEY", "api.openai.com"),
    sdk("the LangChain Anthropic model", "langchain", "ChatAnthropic", "ANTHROPIC_API_KEY", "api.anthropic.com"),
    sdk("the AI SDK's OpenAI provider", "openai", "createOpenAI", "OPENAI_API_KEY", "api.openai.com"),
    sdk("the AI SDK's Anthropic provider", "anthropic", "createAnthropic", "ANTHROPIC_API_KEY", "api.anthropic.com"),
    sdk("the AI SDK's Groq provider", "groq", "createGroq", "GROQ_API_KEY", "api.groq.com"),
    Sdk {
        name: "the Replicate client",
        package: "replicate",
        constructor: "Replicate",
        options: &["auth"],
        variable: "REPLICATE_API_TOKEN",
        host: "api.replicate.com",
    },
    Sdk {
        name: "the Stripe client",
        package: "stripe",
        constructor: "Stripe",
        options: &[],
        variable: "",
        host: "api.stripe.com",
    },
    Sdk {
        name: "the Resend client",
        package: "resend",
        constructor: "Resend",
        options: &[],
        variable: "RESEND_API_KEY",
        host: "api.resend.com",
    },
    Sdk {
        name: "the Notion client",
        package: "notionhq",
        constructor: "Client",
        options: &["auth"],
        variable: "",
        host: "api.notion.com",
    },
    Sdk {
        name: "the GitHub client",
        package: "octokit",
        constructor: "Octokit",
        options: &["auth"],
        variable: "",
        host: "api.github.com",
    },
    Sdk {
        name: "the Slack client",
        package: "slack",
        constructor: "WebClient",
        options: &["token"],
        variable: "",
        host: "slack.com",
    },
];

/// The constructor call at `index`, and its library.
fn at(source: &Source<'_>, index: usize) -> Option<(&'static Sdk, usize)> {
    // Each token of a file comes by here, and few stand before a bracket.
    if !source.is(index + 1, b'(') {
        return None;
    }
    let name = source.name(index)?;
    let sdk = SDKS.iter().find(|sdk| sdk.constructor == name && names(source.text, sdk.package))?;
    // A class or a function of that name is declared, not called.
    let declared = index > 0 && matches!(source.word(index - 1), "class" | "def" | "function" | "func");
    (!declared && source.other(index + 1) > index + 1).then_some((sdk, index + 1))
}

/// Whether the text names the package; where only a part of a file is shown, the constructor's own name says enough.
fn names(text: &str, package: &str) -> bool {
    text.as_bytes().windows(package.len()).any(|part| part.eq_ignore_ascii_case(package.as_bytes()))
}

/// The index of the key that is handed to the constructor with its bracket at `open`.
fn key_at(source: &Source<'_>, sdk: &Sdk, open: usize) -> Option<usize> {
    if sdk.options.is_empty() {
        return source.arguments(open).first().map(|argument| argument.start);
    }
    let inside = open + 1..source.other(open);
    inside.into_iter().find_map(|at| {
        let named = sdk.options.contains(&source.word(at)) && (source.is(at + 1, b':') || source.is(at + 1, b'='));
        named.then_some(at + 2)
    })
}

/// Variables that clients read by themselves because no key is handed to them.
pub(super) fn reads(source: &Source<'_>, into: &mut Vec<Read>) {
    for index in 0..source.tokens.len() {
        let Some((sdk, open)) = at(source, index) else { continue };
        let inside = open + 1..source.other(open);
        // An object, a spread or positional arguments may bring a key that cannot be seen.
        let plain = inside.clone().all(|at| !source.are(at, b"...") && !source.are(at, b"**"))
            && (inside.is_empty() || source.is(open + 1, b'{') || source.is(open + 2, b'='));
        let shorthand = inside.clone().any(|at| sdk.options.contains(&source.word(at)) || is_base_url(source.word(at)));
        if sdk.variable.is_empty() || !plain || shorthand || key_at(source, sdk, open).is_some() {
            continue;
        }
        let token = source.tokens[index];
        into.push(Read {
            name: sdk.variable.to_owned(),
            span: token.start..token.end,
            tokens: index..index + 1,
            through: sdk.name,
            fallback: false,
        });
    }
}

fn is_base_url(word: &str) -> bool {
    matches!(word, "baseURL" | "base_url" | "openai_api_base" | "configuration" | "azure_endpoint")
}

/// Keys that are handed to clients.
pub(super) fn sends(scope: &Scope<'_, '_>, finder: &Finder<'_, '_>) -> Vec<Fact> {
    let source = scope.source;
    let mut facts = Vec::new();
    for index in 0..source.tokens.len() {
        let Some((sdk, open)) = at(source, index) else { continue };
        // With another base URL the key belongs to whoever answers there.
        if (open..source.other(open)).any(|at| is_base_url(source.word(at))) {
            continue;
        }
        let Some(built) = key_at(source, sdk, open).and_then(|at| scope.build(value_at(source, at))) else { continue };
        let span = source.tokens[index].start..built.slot.span.end.max(source.tokens[index].end);
        facts.extend(finder.finish(Sent {
            carrier: Carrier::Header,
            name: "Authorization".to_owned(),
            name_span: 0..0,
            index,
            span,
            built,
            sdk: Some(sdk),
        }));
    }
    facts
}
