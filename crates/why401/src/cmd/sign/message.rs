//! A message as it came in, byte for byte, and the rule of a sender that nobody knows.

use std::path::Path;

use clap::{Args, ValueEnum};
use why401_core::exchange::Request;
use why401_core::read::request::Unfilled;
use why401_core::secret::Secret;
use why401_core::signature::keyed::{Hash, Written};
use why401_core::signature::webhook::{Piece, SecretAs, Sender};

use crate::prepare::{LIMIT, draft, is_curl, refused};
use crate::world::{self, Error};

/// How a sender that is not known signs.
#[derive(Debug, Args)]
pub(super) struct RuleOf {
    /// The header with the signature of a sender that is not known
    #[arg(long, value_name = "NAME", conflicts_with = "sender")]
    signature_header: Option<String>,
    /// The hash under its key
    #[arg(long, value_enum, default_value_t, requires = "signature_header")]
    hash: HashOf,
    /// How its signature is written
    #[arg(long, value_enum, default_value_t, requires = "signature_header")]
    encoding: Encoding,
    /// What stands before its signature, such as `sha256=`
    #[arg(long, value_name = "TEXT", default_value = "", requires = "signature_header")]
    before: String,
    /// The pieces that it signs, in their order
    #[arg(long, value_enum, value_delimiter = ',', default_value = "body", requires = "signature_header")]
    signs: Vec<PieceOf>,
    /// What stands between them
    #[arg(long, value_name = "TEXT", default_value = "", requires = "signature_header")]
    joined: String,
    /// The header with the time
    #[arg(long, value_name = "NAME", requires = "signature_header")]
    time_header: Option<String>,
    /// The header with the message's own name
    #[arg(long, value_name = "NAME", requires = "signature_header")]
    id_header: Option<String>,
    /// The key is what the secret's base64 stands for
    #[arg(long, requires = "signature_header")]
    secret_is_base64: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum HashOf {
    Sha1,
    #[default]
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Encoding {
    #[default]
    Hex,
    Base64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PieceOf {
    Body,
    Timestamp,
    Id,
    Method,
    Url,
    Path,
}

impl RuleOf {
    /// The sender that the options describe, where they do.
    pub(super) fn sender(&self) -> Result<Option<Sender>, Error> {
        let Some(header) = &self.signature_header else { return Ok(None) };
        let mut sender = Sender::generic(header);
        sender.before.clone_from(&self.before);
        sender.time_header.clone_from(&self.time_header);
        sender.id_header.clone_from(&self.id_header);
        sender.rule.joined.clone_from(&self.joined);
        sender.rule.hash = match self.hash {
            HashOf::Sha1 => Hash::Sha1,
            HashOf::Sha256 => Hash::Sha256,
            HashOf::Sha384 => Hash::Sha384,
            HashOf::Sha512 => Hash::Sha512,
        };
        sender.rule.written = match self.encoding {
            Encoding::Hex => Written::Hex,
            Encoding::Base64 => Written::Base64,
        };
        if self.secret_is_base64 {
            sender.rule.secret = SecretAs::Base64;
        }
        let piece = |piece: &PieceOf| match piece {
            PieceOf::Body => Piece::Body,
            PieceOf::Timestamp => Piece::Timestamp,
            PieceOf::Id => Piece::Id,
            PieceOf::Method => Piece::Method,
            PieceOf::Url => Piece::Url,
            PieceOf::Path => Piece::Path,
        };
        sender.rule.signs = self.signs.iter().map(piece).collect();
        let lacks = |piece: Piece, name: &Option<String>| sender.rule.signs.contains(&piece) && name.is_none();
        if lacks(Piece::Timestamp, &self.time_header) {
            return Err(
                Error::new("the timestamp is signed, and nobody says where it stands").hint("--time-header NAME")
            );
        }
        if lacks(Piece::Id, &self.id_header) {
            return Err(
                Error::new("the message's name is signed, and nobody says where it stands").hint("--id-header NAME")
            );
        }
        Ok(Some(sender))
    }
}

/// The message in a file, and whether a line break at its end may be the editor's.
pub(super) fn read(path: &Path) -> Result<(Request, bool), Error> {
    let target = path.to_string_lossy().into_owned();
    let (file, which) = match target.rsplit_once('#') {
        Some((file, which)) if !path.exists() => (file.to_owned(), Some(which.to_owned())),
        _ => (target.clone(), None),
    };
    let bytes = if file == "-" {
        world::standard_input(LIMIT)?
    } else {
        world::read(Path::new(&file), LIMIT).map_err(|why| Error::new(format!("{file}: {why}")))?
    };
    if let Some(raw) = raw(&bytes) {
        return Ok(raw);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let start = text.trim_start();
    if !start.starts_with('{') && !is_curl(start) {
        return Err(Error::new(format!("{file} does not begin as a request: POST /path HTTP/1.1"))
            .hint("a raw body goes into --body FILE, its headers into --header 'NAME: VALUE'"));
    }
    let mut draft = draft(&text, &target, which.as_deref())?;
    for path in draft.files().to_vec() {
        let bytes = world::read(Path::new(&path), LIMIT).map_err(|why| Error::new(format!("{path}: {why}")))?;
        draft.give(&path, Secret::new(bytes));
    }
    match draft.fill(&|_| None) {
        Ok(asked) => Ok((asked.request, false)),
        Err(Unfilled::Refused(why)) => Err(refused(why)),
        Err(missing @ Unfilled::Missing { .. }) => {
            Err(Error::new(missing.to_string()).hint("a message that came in has no variables: give it as it came"))
        }
    }
}

/// A raw request: its head as text, its body byte for byte; `None` where the bytes do not begin with one.
fn raw(bytes: &[u8]) -> Option<(Request, bool)> {
    let at = |mark: &[u8]| bytes.windows(mark.len()).position(|own| own == mark).map(|at| (at, at + mark.len()));
    let ends = [at(b"\r\n\r\n"), at(b"\n\n")];
    let (head, body) = ends.into_iter().flatten().min().unwrap_or((bytes.len(), bytes.len()));
    let head = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/") || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.push((name.trim().to_owned(), Secret::from(value.trim())));
    }
    let mut request = Request { method: method.to_owned(), headers, ..Request::default() };
    let field = |name: &str| request.header(name).and_then(Secret::expose_str).map(str::to_owned);
    let host = field("x-forwarded-host").or_else(|| field("host")).unwrap_or_default();
    let scheme = field("x-forwarded-proto").unwrap_or_else(|| "https".to_owned());
    let length = field("content-length").and_then(|length| length.parse::<usize>().ok());
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    request.url = if path.contains("://") { path.to_owned() } else { format!("{scheme}://{host}{path}") };
    request.query = query.map(Secret::from);
    let body = &bytes[body..];
    let body = length.and_then(|length| body.get(..length)).unwrap_or(body);
    request.body = Secret::new(body);
    Some((request, length.is_none()))
}
