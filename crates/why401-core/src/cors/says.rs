//! What a broken rule means, in our words; and what Chromium says of it, so that a person recognises the line.

use super::Mode;
use super::check::{ALLOW_CREDENTIALS, ALLOW_ORIGIN};
use super::decide::Place;
use super::differs::differs;
use super::fetch::Step;
use super::verdict::Rule;

/// What it means, one sentence or two.
pub(super) fn meaning(rule: &Rule, place: &Place<'_>) -> String {
    let who = if place.step == Step::Preflight { "The answer to the preflight" } else { "The answer" };
    let status = place.status().unwrap_or_default();
    let allowed = || differs(&place.header(ALLOW_ORIGIN).unwrap_or_default(), place.origin);
    match rule {
        Rule::Address(why) => format!("The address cannot be read: {why}."),
        Rule::UserInAddress => "fetch takes no address with a user or password in it; nothing is sent.".to_owned(),
        Rule::MethodInvalid(method) => format!("{method:?} is no method; nothing is sent."),
        Rule::MethodForbidden(method) => format!("No page may use {method}; nothing is sent."),
        Rule::MethodNoCors(method) => format!("mode: \"no-cors\" does not go with {method}; nothing is sent."),
        Rule::BodyOfGet => "fetch takes no body with GET or HEAD; nothing is sent.".to_owned(),
        Rule::HeaderName(name) => format!("{name:?} is no name of a header; nothing is sent."),
        Rule::HeaderWide { name, found } => format!(
            "The value of {name} holds U+{:04X}, which fits into no header; fetch throws and nothing is sent, so the server \
             saw no key at all.",
            u32::from(*found)
        ),
        Rule::HeaderBreak { name, nul } => {
            let what = if *nul { "a NUL" } else { "a line break" };
            format!("The value of {name} holds {what} inside; fetch throws and nothing is sent.")
        }
        Rule::NotSameOrigin => "mode: \"same-origin\" lets the page ask its own origin only.".to_owned(),
        Rule::Scheme(scheme) => format!("A page cannot fetch {scheme}: addresses."),
        Rule::Port(port) => format!("Browsers ask nothing on port {port}, because another protocol has it."),
        Rule::Mixed => {
            "The page came with https and asks in the clear, which the browser blocks (mixed content).".to_owned()
        }
        Rule::Insecure(space) => format!(
            "The page came over the internet in the clear and calls a {space} address; Chromium lets only pages with https \
             ask for that."
        ),
        Rule::Permission(space) => format!(
            "The page came over the internet and calls a {space} address; Chromium asks the user first, and blocks the call \
             until the user allows it. Other browsers have rules of their own."
        ),
        Rule::PreflightRedirect => format!(
            "The preflight is redirected with {status}, and a browser follows no redirect there: the page must call the \
             final address, or the server answer OPTIONS itself."
        ),
        Rule::OriginMissing if place.leads_to_login() => "The server sends the call to a page on which people log in, as it \
             does with whoever it does not know; that page is not made for other origins, and the browser hides all of it."
            .to_owned(),
        Rule::OriginMissing if place.step == Step::Preflight && !(200..300).contains(&status) => format!(
            "The server answers the preflight with {status} and says nothing of origins. It carries no credential, so \
             whoever asks for one there refuses every browser."
        ),
        Rule::OriginMissing if place.failed() => format!(
            "The server answered {status} itself, and the browser hides that: the answer does not name the page's origin."
        ),
        Rule::OriginMissing => format!("{who} does not say that {} may read it.", place.origin),
        Rule::OriginMultiple | Rule::OriginInvalid | Rule::OriginOther => {
            let masked = if place.failed() && place.step == Step::Real {
                format!(" The server answered {status}, which the browser hides, too.")
            } else {
                String::new()
            };
            format!("The value of {ALLOW_ORIGIN} {}.{masked}", allowed())
        }
        Rule::Wildcard => {
            "The page asks for cookies to go along, and then `*` allows nobody: the server must repeat the \
                           page's origin. A header that the page sets itself needs no `credentials: \"include\"`."
                .to_owned()
        }
        Rule::NoCredentials => {
            "The page asks for cookies to go along, and the server must allow that with exactly `true`. \
                                A header that the page sets itself needs no `credentials: \"include\"`."
                .to_owned()
        }
        Rule::PreflightStatus => format!(
            "The server answers the preflight with {status}; a browser wants 200 to 299, whatever headers come along."
        ),
        Rule::MethodsUnreadable => "The list of methods cannot be read: names are parted by commas.".to_owned(),
        Rule::HeadersUnreadable => "The list of headers cannot be read: names are parted by commas.".to_owned(),
        Rule::Method { method, star: true } => {
            format!("With cookies a star in the list counts for nothing: {method} must be named.")
        }
        Rule::Method { method, .. } if method.to_ascii_uppercase() != *method => {
            format!(
                "The server does not allow {method}: letter case counts, and fetch leaves {method} as the page wrote it."
            )
        }
        Rule::Method { method, .. } => format!("The server does not allow {method}; letter case counts."),
        Rule::Header { name, star: true } => {
            format!("With cookies a star in the list counts for nothing: {name} must be named.")
        }
        Rule::Header { name, .. } => format!("The server does not allow the header {name}, so the call is not sent."),
        Rule::RedirectAddress => "The server redirects to an address that cannot be read.".to_owned(),
        Rule::RedirectScheme(scheme) => {
            format!("The server redirects to a {scheme}: address, where no page may follow.")
        }
        Rule::RedirectUser => "The server redirects to an address with a user or password in it.".to_owned(),
        Rule::TooManyRedirects => "The server redirects more than twenty times.".to_owned(),
    }
}

/// What Chromium writes to the console; empty where it writes nothing.
pub(super) fn console(rule: &Rule, place: &Place<'_>) -> String {
    let (page, url) = (place.page, place.url.map(ToString::to_string).unwrap_or_default());
    let value = place.header(ALLOW_ORIGIN).unwrap_or_default();
    let valid = "Have the server send the header with a valid value.";
    let (check, words) = match rule {
        Rule::PreflightRedirect => (true, "Redirect is not allowed for a preflight request.".to_owned()),
        Rule::PreflightStatus => (true, "It does not have HTTP ok status.".to_owned()),
        Rule::OriginMissing => (true, format!("No '{ALLOW_ORIGIN}' header is present on the requested resource.")),
        Rule::OriginMultiple => {
            (true, format!("The '{ALLOW_ORIGIN}' header contains multiple values '{value}', but only one is allowed. {valid}"))
        }
        Rule::OriginInvalid => (true, format!("The '{ALLOW_ORIGIN}' header contains the invalid value '{value}'. {valid}")),
        Rule::OriginOther => (
            true,
            format!("The '{ALLOW_ORIGIN}' header has a value '{value}' that is not equal to the supplied origin. {valid}"),
        ),
        Rule::Wildcard => (
            true,
            format!(
                "The value of the '{ALLOW_ORIGIN}' header in the response must not be the wildcard '*' when the request's \
                 credentials mode is 'include'."
            ),
        ),
        Rule::NoCredentials => (
            true,
            format!(
                "The value of the '{ALLOW_CREDENTIALS}' header in the response is '{}' which must be 'true' when the \
                 request's credentials mode is 'include'.",
                place.header(ALLOW_CREDENTIALS).unwrap_or_default()
            ),
        ),
        Rule::MethodsUnreadable => (false, unreadable("Methods")),
        Rule::HeadersUnreadable => (false, unreadable("Headers")),
        Rule::Method { method, .. } => (
            false,
            format!("Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."),
        ),
        Rule::Header { name, .. } => (
            false,
            format!("Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."),
        ),
        Rule::Insecure(space) => (
            false,
            format!("The request client is not a secure context and the resource is in more-private address space `{space}`."),
        ),
        Rule::Permission(space) => {
            (false, format!("Permission was denied for this request to access the `{space}` address space."))
        }
        Rule::RedirectUser => (
            false,
            "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.".to_owned(),
        ),
        Rule::RedirectScheme(scheme) if scheme != "data" && place.mode == Mode::Cors => (
            false,
            "Cross origin requests are only supported for protocol schemes: chrome, chrome-experimental-site-token-provider, \
             chrome-extension, chrome-untrusted, data, http, https, isolated-app."
                .to_owned(),
        ),
        Rule::Scheme(scheme) => {
            return format!("Fetch API cannot load {url}. URL scheme \"{scheme}\" is not supported.");
        }
        Rule::NotSameOrigin if place.redirected => {
            return format!(
                "Unsafe attempt to load URL {url} from frame with URL {page}. Domains, protocols and ports must match."
            );
        }
        Rule::NotSameOrigin => {
            return format!(
                "Fetch API cannot load {url}. Request mode is \"same-origin\" but the URL's origin is not same as the request \
                 origin {page}."
            );
        }
        Rule::Mixed => {
            return format!(
                "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure resource '{url}'. This \
                 request has been blocked; the content must be served over HTTPS."
            );
        }
        _ => return String::new(),
    };
    let from = if place.redirected { format!(" (redirected from '{}')", place.first_url) } else { String::new() };
    let preflight = if check && place.step == Step::Preflight {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    format!("Access to fetch at '{url}'{from} from origin '{page}' has been blocked by CORS policy: {preflight}{words}")
}

fn unreadable(what: &str) -> String {
    format!("Cannot parse Access-Control-Allow-{what} response header field in preflight response.")
}

/// What the page's promise is rejected with in Chromium.
pub(super) fn error(rule: &Rule, place: &Place<'_>) -> String {
    let words = match rule {
        Rule::Address(_) => "Failed to parse URL".to_owned(),
        Rule::UserInAddress => {
            let url = place.url.map(ToString::to_string).unwrap_or_default();
            format!("Request cannot be constructed from a URL that includes credentials: {url}")
        }
        Rule::MethodInvalid(method) => format!("'{method}' is not a valid HTTP method."),
        Rule::MethodForbidden(method) => format!("'{method}' HTTP method is unsupported."),
        Rule::MethodNoCors(method) => format!("'{method}' is unsupported in no-cors mode."),
        Rule::BodyOfGet => "Request with GET/HEAD method cannot have body.".to_owned(),
        Rule::HeaderName(_) => "Invalid name".to_owned(),
        Rule::HeaderBreak { .. } => "Invalid value".to_owned(),
        Rule::HeaderWide { .. } => {
            "Failed to read the 'headers' property from 'RequestInit': String contains non ISO-8859-1 code point."
                .to_owned()
        }
        _ => return "TypeError: Failed to fetch".to_owned(),
    };
    format!("TypeError: Failed to execute 'fetch' on 'Window': {words}")
}
