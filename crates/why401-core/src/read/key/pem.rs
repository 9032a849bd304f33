//! PEM (RFC 7468), and what environments make of it: `\n` written out, one line, quotes around it.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};

use super::{Key, Ring, der, document};

const BEGIN: &str = "-----BEGIN ";
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Whether the text is meant to be PEM.
pub(super) fn is_one(text: &str) -> bool {
    text.contains(BEGIN) || text.contains("---- BEGIN")
}

/// The bytes of base64 on one or more lines.
pub(super) fn body(text: &str) -> Option<Vec<u8>> {
    let joined: String = text.split_whitespace().collect();
    (joined.len() > 30).then(|| ENGINE.decode(joined).ok()).flatten()
}

/// The keys of its blocks; why there are none otherwise.
pub(super) fn ring(text: &str) -> Result<Ring, String> {
    let mut ring = Ring::default();
    let mut text = text.to_owned();
    if text.contains("\\n") {
        text = text.replace("\\r", "").replace("\\n", "\n");
        ring.notes
            .push("its line breaks are written out as `\\n`: a loader that leaves them so hands on no key".to_owned());
    } else if !text.trim().contains('\n') {
        ring.notes.push("it is all on one line: many libraries take PEM only with its line breaks".to_owned());
    }
    let mut why = None;
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let Some((label, after)) = after.split_once("-----") else {
            return Err("its first line is not whole: `-----BEGIN …-----`".to_owned());
        };
        let end = format!("-----END {label}-----");
        let Some((inside, after)) = after.split_once(end.as_str()) else {
            let known: String = label.chars().take(40).collect();
            return Err(format!("its last line `-----END {known}-----` is missing: it was cut"));
        };
        rest = after;
        match block(label, inside) {
            Ok(key) => ring.keys.push(key),
            Err(reason) => why = why.or(Some(reason)),
        }
    }
    match why {
        Some(why) if ring.keys.is_empty() => Err(why),
        Some(why) => {
            ring.notes.push(why);
            Ok(ring)
        }
        None if ring.keys.is_empty() => Err("it has no whole block of PEM".to_owned()),
        None => Ok(ring),
    }
}

/// The key of one block.
fn block(label: &str, inside: &str) -> Result<Key, String> {
    match label {
        "ENCRYPTED PRIVATE KEY" => return Err("the key is encrypted with a password".to_owned()),
        "OPENSSH PRIVATE KEY" => {
            return Err("it is in OpenSSH's own form; `ssh-keygen -p -m PEM` turns it into PEM".to_owned());
        }
        "CERTIFICATE REQUEST" | "EC PARAMETERS" | "DH PARAMETERS" => {
            return Err(format!("a block `{label}` holds no key"));
        }
        _ if inside.contains("Proc-Type: 4,ENCRYPTED") => return Err("the key is encrypted with a password".to_owned()),
        _ => {}
    }
    let joined: String = inside.split_whitespace().collect();
    let bytes = ENGINE.decode(&joined).map_err(|_| {
        let odd = inside.chars().find(|c| !(c.is_ascii_alphanumeric() || c.is_whitespace() || "+/=".contains(*c)));
        let line = |odd: char| inside.lines().position(|line| line.contains(odd)).unwrap_or(0) + 1;
        match odd {
            Some(odd) => format!("{} in its line {} is no base64", crate::read::token::named(odd), line(odd)),
            None => "its base64 is cut or has a character too many".to_owned(),
        }
    })?;
    let found = match label {
        "PUBLIC KEY" => document::public_key(&bytes),
        "RSA PUBLIC KEY" => document::pkcs1_public(&bytes),
        "RSA PRIVATE KEY" => document::pkcs1_private(&bytes),
        "PRIVATE KEY" => document::pkcs8(&bytes),
        "EC PRIVATE KEY" => document::sec1(&bytes),
        _ => None,
    };
    // Labels are mixed up often enough; what is inside counts.
    found.map_or_else(|| der::any(&bytes), Ok).map_err(|why| {
        let known: String = label.chars().take(40).collect();
        format!("the block `{known}` cannot be read: {why}")
    })
}
