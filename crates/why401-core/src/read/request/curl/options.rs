//! The options of curl (up to 8.x): what each does to a request, or why it does nothing here.

use crate::exchange::{Family, Version};

/// An option.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) long: &'static str,
    /// Its letter; a blank where it has none.
    pub(super) letter: char,
    /// Whether a word belongs to it.
    pub(super) word: bool,
    pub(super) does: Does,
}

/// What an option does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Url,
    UrlQuery,
    Header,
    User,
    Bearer,
    Signature,
    Data(Data),
    Form,
    FormText,
    Get,
    Head,
    Method,
    Upload,
    Agent,
    Referer,
    Cookie,
    Range,
    Compressed,
    Insecure,
    Authorities,
    Proxy(&'static str),
    ProxyUser,
    NoProxy,
    Follow,
    FollowTrusting,
    Resolve,
    ConnectTo,
    Http(Version),
    Ip(Family),
    MaxTime,
    PathAsIs,
    NoGlob,
    /// Changes nothing of the request.
    Nothing,
    /// Is left out, and noted with the reason.
    Noted(&'static str),
    /// Cannot be asked, for this reason.
    Refused(&'static str),
}

/// The ways in which a word becomes a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// `@` names a file, line breaks in it are dropped.
    Ascii,
    /// `@` names a file, kept as it is.
    Binary,
    /// `@` is a letter like others.
    Raw,
    /// Encoded.
    Encoded,
    /// JSON.
    Json,
}

const fn flag(long: &'static str, letter: char, does: Does) -> Row {
    Row { long, letter, word: false, does }
}

const fn word(long: &'static str, letter: char, does: Does) -> Row {
    Row { long, letter, word: true, does }
}

const DIGEST: Does =
    Does::Refused("this scheme needs a challenge first, and why401 does not speak it; Basic and Bearer it does");
const CERTIFICATE: Does = Does::Refused("why401 presents no client certificate");
const SOCKET: Does = Does::Refused("why401 connects by TCP only");
const TWICE: Does = Does::Refused("it makes several requests of one line; give them one by one");
const NO_REQUEST: Does = Does::Refused("with it curl asks no server");
const HIDDEN: Does = Does::Refused("why401 reads no options from files; write them on the line");
const TLS: Does = Does::Noted("why401 negotiates TLS by itself");
const PROXY_ONLY: Does = Does::Noted("it is for the proxy alone");
const NAMES: Does = Does::Noted("why401 looks names up as the system does");
const NETRC: Does = Does::Noted("no entry of a .netrc was taken for this host");
const OTHER: Does = Does::Noted("it is for other protocols than HTTP");

/// Options that change the request or how it is sent.
const OPTIONS: &[Row] = &[
    word("url", ' ', Does::Url),
    word("url-query", ' ', Does::UrlQuery),
    word("header", 'H', Does::Header),
    word("user", 'u', Does::User),
    word("oauth2-bearer", ' ', Does::Bearer),
    word("aws-sigv4", ' ', Does::Signature),
    word("data", 'd', Does::Data(Data::Ascii)),
    word("data-ascii", ' ', Does::Data(Data::Ascii)),
    word("data-raw", ' ', Does::Data(Data::Raw)),
    word("data-binary", ' ', Does::Data(Data::Binary)),
    word("data-urlencode", ' ', Does::Data(Data::Encoded)),
    word("json", ' ', Does::Data(Data::Json)),
    word("form", 'F', Does::Form),
    word("form-string", ' ', Does::FormText),
    flag("get", 'G', Does::Get),
    flag("head", 'I', Does::Head),
    word("request", 'X', Does::Method),
    word("upload-file", 'T', Does::Upload),
    word("user-agent", 'A', Does::Agent),
    word("referer", 'e', Does::Referer),
    word("cookie", 'b', Does::Cookie),
    word("range", 'r', Does::Range),
    flag("compressed", ' ', Does::Compressed),
    flag("insecure", 'k', Does::Insecure),
    word("cacert", ' ', Does::Authorities),
    word("proxy", 'x', Does::Proxy("http")),
    word("socks4", ' ', Does::Proxy("socks4")),
    word("socks4a", ' ', Does::Proxy("socks4a")),
    word("socks5", ' ', Does::Proxy("socks5")),
    word("socks5-hostname", ' ', Does::Proxy("socks5h")),
    word("proxy1.0", ' ', Does::Proxy("http")),
    word("proxy-user", 'U', Does::ProxyUser),
    word("noproxy", ' ', Does::NoProxy),
    flag("location", 'L', Does::Follow),
    flag("location-trusted", ' ', Does::FollowTrusting),
    word("resolve", ' ', Does::Resolve),
    word("connect-to", ' ', Does::ConnectTo),
    flag("http1.0", '0', Does::Http(Version::Http10)),
    flag("http1.1", ' ', Does::Http(Version::Http11)),
    flag("http2", ' ', Does::Http(Version::Http2)),
    flag("http2-prior-knowledge", ' ', Does::Http(Version::Http2)),
    flag("ipv4", '4', Does::Ip(Family::V4)),
    flag("ipv6", '6', Does::Ip(Family::V6)),
    word("max-time", 'm', Does::MaxTime),
    flag("path-as-is", ' ', Does::PathAsIs),
    flag("globoff", 'g', Does::NoGlob),
    flag("digest", ' ', DIGEST),
    flag("ntlm", ' ', DIGEST),
    flag("ntlm-wb", ' ', DIGEST),
    flag("negotiate", ' ', DIGEST),
    flag("proxy-digest", ' ', DIGEST),
    flag("proxy-ntlm", ' ', DIGEST),
    flag("proxy-negotiate", ' ', DIGEST),
    word("cert", 'E', CERTIFICATE),
    word("key", ' ', CERTIFICATE),
    word("pass", ' ', CERTIFICATE),
    word("unix-socket", ' ', SOCKET),
    word("abstract-unix-socket", ' ', SOCKET),
    word("config", 'K', HIDDEN),
    flag("next", ':', TWICE),
    word("preproxy", ' ', Does::Refused("why401 goes through one proxy only")),
    flag("help", 'h', NO_REQUEST),
    flag("manual", 'M', NO_REQUEST),
    flag("version", 'V', NO_REQUEST),
    word("variable", ' ', HIDDEN),
    flag("anyauth", ' ', Does::Noted("curl would ask without a credential first; why401 sends Basic at once")),
    flag("proxy-anyauth", ' ', PROXY_ONLY),
    flag("netrc", 'n', NETRC),
    flag("netrc-optional", ' ', NETRC),
    word("netrc-file", ' ', NETRC),
    word("connect-timeout", ' ', Does::Noted("why401 bounds the time of a connection by itself")),
    word("max-redirs", ' ', Does::Noted("why401 bounds the number of hops by itself")),
    flag("post301", ' ', Does::Noted("why401 reports a redirect and follows it in the usual way")),
    flag("post302", ' ', Does::Noted("why401 reports a redirect and follows it in the usual way")),
    flag("post303", ' ', Does::Noted("why401 reports a redirect and follows it in the usual way")),
    flag("http3", ' ', Does::Noted("why401 does not speak HTTP/3; it asks by HTTP/2 or HTTP/1.1")),
    flag("http3-only", ' ', Does::Noted("why401 does not speak HTTP/3; it asks by HTTP/2 or HTTP/1.1")),
    flag("http0.9", ' ', Does::Noted("why401 takes no answers of HTTP/0.9")),
    word("time-cond", 'z', Does::Noted("the condition on the date of the file is left out")),
    word("continue-at", 'C', Does::Noted("why401 resumes nothing")),
    flag("tr-encoding", ' ', Does::Noted("the `TE` field is left out")),
    word("etag-compare", ' ', Does::Noted("the `If-None-Match` field is left out: it stands in a file")),
    word("hsts", ' ', Does::Noted("why401 keeps no list of hosts that want https")),
    word("alt-svc", ' ', Does::Noted("why401 keeps no list of other addresses")),
    word("request-target", ' ', Does::Refused("why401 asks for the path of the address only")),
    word("proto-default", ' ', Does::Noted("an address without a scheme is asked by http")),
    word("proxy-header", ' ', PROXY_ONLY),
    flag("haproxy-protocol", ' ', Does::Noted("why401 sends no PROXY line")),
    word("haproxy-clientip", ' ', Does::Noted("why401 sends no PROXY line")),
    word("interface", ' ', Does::Noted("the system chooses the interface")),
    word("local-port", ' ', Does::Noted("the system chooses the port")),
    word("login-options", ' ', OTHER),
];

/// Options without a word that leave the request as it is: what is printed, kept and repeated.
const QUIET_FLAGS: &[(&str, char)] = &[
    ("silent", 's'),
    ("show-error", 'S'),
    ("verbose", 'v'),
    ("include", 'i'),
    ("show-headers", ' '),
    ("fail", 'f'),
    ("fail-early", ' '),
    ("fail-with-body", ' '),
    ("buffer", 'N'),
    ("progress-bar", '#'),
    ("progress-meter", ' '),
    ("remote-name", 'O'),
    ("remote-name-all", ' '),
    ("remote-header-name", 'J'),
    ("remote-time", 'R'),
    ("remove-on-error", ' '),
    ("clobber", ' '),
    ("create-dirs", ' '),
    ("skip-existing", ' '),
    ("styled-output", ' '),
    ("trace-time", ' '),
    ("trace-ids", ' '),
    ("xattr", ' '),
    ("disable", 'q'),
    ("keepalive", ' '),
    ("retry-all-errors", ' '),
    ("retry-connrefused", ' '),
    ("parallel", 'Z'),
    ("parallel-immediate", ' '),
    ("tcp-nodelay", ' '),
    ("tcp-fastopen", ' '),
    ("mptcp", ' '),
    ("raw", ' '),
    ("ignore-content-length", ' '),
    ("suppress-connect-headers", ' '),
    ("sessionid", ' '),
    ("alpn", ' '),
    ("npn", ' '),
    ("junk-session-cookies", 'j'),
    ("disallow-username-in-url", ' '),
    ("basic", ' '),
    ("proxy-basic", ' '),
    ("proxytunnel", 'p'),
    ("metalink", ' '),
    ("form-escape", ' '),
    ("socks5-basic", ' '),
    ("compressed-ssh", ' '),
    ("use-ascii", 'B'),
    ("list-only", 'l'),
    ("append", 'a'),
    ("crlf", ' '),
    ("disable-eprt", ' '),
    ("disable-epsv", ' '),
    ("eprt", ' '),
    ("epsv", ' '),
    ("ftp-create-dirs", ' '),
    ("ftp-pasv", ' '),
    ("ftp-pret", ' '),
    ("ftp-skip-pasv-ip", ' '),
    ("ftp-ssl-ccc", ' '),
    ("ftp-ssl-control", ' '),
    ("mail-rcpt-allowfails", ' '),
    ("sasl-ir", ' '),
    ("tftp-no-options", ' '),
];

/// The same with a word.
const QUIET_WORDS: &[(&str, char)] = &[
    ("output", 'o'),
    ("output-dir", ' '),
    ("create-file-mode", ' '),
    ("dump-header", 'D'),
    ("write-out", 'w'),
    ("stderr", ' '),
    ("trace", ' '),
    ("trace-ascii", ' '),
    ("trace-config", ' '),
    ("keepalive-time", ' '),
    ("keepalive-cnt", ' '),
    ("retry", ' '),
    ("retry-delay", ' '),
    ("retry-max-time", ' '),
    ("rate", ' '),
    ("limit-rate", ' '),
    ("speed-limit", 'Y'),
    ("speed-time", 'y'),
    ("max-filesize", ' '),
    ("parallel-max", ' '),
    ("parallel-max-host", ' '),
    ("expect100-timeout", ' '),
    ("libcurl", ' '),
    ("etag-save", ' '),
    ("happy-eyeballs-timeout-ms", ' '),
    ("proto", ' '),
    ("proto-redir", ' '),
    ("cookie-jar", 'c'),
    ("ip-tos", ' '),
    ("vlan-priority", ' '),
    ("upload-flags", ' '),
];

/// TLS, names, and the proxy's own: with a word or without, left out with a note.
const LEFT_OUT: &[(&str, char, bool, Does)] = &[
    ("capath", ' ', true, TLS),
    ("ca-native", ' ', false, TLS),
    ("cert-status", ' ', false, TLS),
    ("cert-type", ' ', true, TLS),
    ("key-type", ' ', true, TLS),
    ("ciphers", ' ', true, TLS),
    ("tls13-ciphers", ' ', true, TLS),
    ("curves", ' ', true, TLS),
    ("sigalgs", ' ', true, TLS),
    ("crlfile", ' ', true, TLS),
    ("ech", ' ', true, TLS),
    ("egd-file", ' ', true, TLS),
    ("engine", ' ', true, TLS),
    ("random-file", ' ', true, TLS),
    ("false-start", ' ', false, TLS),
    ("pinnedpubkey", ' ', true, TLS),
    ("ssl", ' ', false, TLS),
    ("ssl-reqd", ' ', false, TLS),
    ("ssl-allow-beast", ' ', false, TLS),
    ("ssl-auto-client-cert", ' ', false, TLS),
    ("ssl-no-revoke", ' ', false, TLS),
    ("ssl-revoke-best-effort", ' ', false, TLS),
    ("ssl-sessions", ' ', true, TLS),
    ("sslv2", '2', false, TLS),
    ("sslv3", '3', false, TLS),
    ("tls-earlydata", ' ', false, TLS),
    ("tls-max", ' ', true, TLS),
    ("tlsauthtype", ' ', true, TLS),
    ("tlspassword", ' ', true, TLS),
    ("tlsuser", ' ', true, TLS),
    ("tlsv1", '1', false, TLS),
    ("tlsv1.0", ' ', false, TLS),
    ("tlsv1.1", ' ', false, TLS),
    ("tlsv1.2", ' ', false, TLS),
    ("tlsv1.3", ' ', false, TLS),
    ("dns-interface", ' ', true, NAMES),
    ("dns-ipv4-addr", ' ', true, NAMES),
    ("dns-ipv6-addr", ' ', true, NAMES),
    ("dns-servers", ' ', true, NAMES),
    ("doh-url", ' ', true, NAMES),
    ("doh-insecure", ' ', false, NAMES),
    ("doh-cert-status", ' ', false, NAMES),
    ("proxy-cacert", ' ', true, PROXY_ONLY),
    ("proxy-capath", ' ', true, PROXY_ONLY),
    ("proxy-ca-native", ' ', false, PROXY_ONLY),
    ("proxy-cert", ' ', true, PROXY_ONLY),
    ("proxy-cert-type", ' ', true, PROXY_ONLY),
    ("proxy-ciphers", ' ', true, PROXY_ONLY),
    ("proxy-crlfile", ' ', true, PROXY_ONLY),
    ("proxy-http2", ' ', false, PROXY_ONLY),
    ("proxy-insecure", ' ', false, PROXY_ONLY),
    ("proxy-key", ' ', true, PROXY_ONLY),
    ("proxy-key-type", ' ', true, PROXY_ONLY),
    ("proxy-pass", ' ', true, PROXY_ONLY),
    ("proxy-pinnedpubkey", ' ', true, PROXY_ONLY),
    ("proxy-service-name", ' ', true, PROXY_ONLY),
    ("proxy-ssl-allow-beast", ' ', false, PROXY_ONLY),
    ("proxy-ssl-auto-client-cert", ' ', false, PROXY_ONLY),
    ("proxy-tls13-ciphers", ' ', true, PROXY_ONLY),
    ("proxy-tlsauthtype", ' ', true, PROXY_ONLY),
    ("proxy-tlspassword", ' ', true, PROXY_ONLY),
    ("proxy-tlsuser", ' ', true, PROXY_ONLY),
    ("proxy-tlsv1", ' ', false, PROXY_ONLY),
    ("socks5-gssapi", ' ', false, PROXY_ONLY),
    ("socks5-gssapi-nec", ' ', false, PROXY_ONLY),
    ("socks5-gssapi-service", ' ', true, PROXY_ONLY),
    ("delegation", ' ', true, OTHER),
    ("service-name", ' ', true, OTHER),
    ("krb", ' ', true, OTHER),
    ("sasl-authzid", ' ', true, OTHER),
    ("ftp-account", ' ', true, OTHER),
    ("ftp-alternative-to-user", ' ', true, OTHER),
    ("ftp-method", ' ', true, OTHER),
    ("ftp-port", 'P', true, OTHER),
    ("ftp-ssl-ccc-mode", ' ', true, OTHER),
    ("hostpubmd5", ' ', true, OTHER),
    ("hostpubsha256", ' ', true, OTHER),
    ("mail-auth", ' ', true, OTHER),
    ("mail-from", ' ', true, OTHER),
    ("mail-rcpt", ' ', true, OTHER),
    ("pubkey", ' ', true, OTHER),
    ("quote", 'Q', true, OTHER),
    ("telnet-option", 't', true, OTHER),
    ("tftp-blksize", ' ', true, OTHER),
];

fn rows() -> impl Iterator<Item = Row> {
    let quiet = QUIET_FLAGS.iter().map(|(long, letter)| flag(long, *letter, Does::Nothing));
    let quiet = quiet.chain(QUIET_WORDS.iter().map(|(long, letter)| word(long, *letter, Does::Nothing)));
    let out = LEFT_OUT.iter().map(|(long, letter, word, does)| Row { long, letter: *letter, word: *word, does: *does });
    let own = OPTIONS.iter().map(|row| Row { long: row.long, letter: row.letter, word: row.word, does: row.does });
    own.chain(quiet).chain(out)
}

/// The option of this name: whole, or as much of it as no other begins with.
pub(super) fn by_name(name: &str) -> Option<Row> {
    if let Some(row) = rows().find(|row| row.long == name) {
        return Some(row);
    }
    let mut begin = rows().filter(|row| row.long.starts_with(name));
    let first = begin.next()?;
    begin.next().is_none().then_some(first)
}

pub(super) fn by_letter(letter: char) -> Option<Row> {
    (letter != ' ').then(|| rows().find(|row| row.letter == letter))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_option_stands_once() {
        let (mut names, mut letters) = (HashSet::new(), HashSet::new());
        for row in rows() {
            assert!(names.insert(row.long), "{}", row.long);
            assert!(row.letter == ' ' || letters.insert(row.letter), "{}", row.letter);
        }
        assert!(by_name("loc").is_none() && by_name("compressed").is_some());
        assert_eq!(by_name("oauth2").map(|row| row.long), Some("oauth2-bearer"));
    }
}
