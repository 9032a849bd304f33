//! Chunked uploads: each chunk carries a signature, which follows from the one before.
//!
//! By the S3 API reference, "Transferring payload in multiple chunks (chunked upload)", and the same "with trailing headers".

use super::claim::Claim;
use super::digest;
use super::sign::is_signature;
use crate::secret::Secret;

/// The word for a payload whose chunks are signed; more may follow it, such as `-TRAILER`.
pub const CHUNKED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

/// One chunk of a body.
#[derive(Clone, Debug)]
pub struct Chunk<'b> {
    /// Its bytes; the last one has none.
    pub data: &'b [u8],
    /// The signature that it carries, in hex.
    pub signature: Secret,
}

/// Where a body is not what chunked bodies are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The byte, counted from 1.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
    /// Whether the body merely ends too early, as what was copied may.
    pub is_short: bool,
}

/// A chunk whose signature does not follow from its bytes and from the signature before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which one, counted from 1.
    pub number: usize,
    /// What was signed in place of that, where it is one of the usual mistakes.
    pub signed: Option<&'static str>,
}

/// The chunks of a body, the empty one at the end among them. Trailing headers behind it are not looked at.
pub fn chunks(body: &[u8]) -> Result<Vec<Chunk<'_>>, Flaw> {
    let flaw = |at: usize, what| Flaw { at: at + 1, what, is_short: at >= body.len() };
    let mut chunks = Vec::new();
    let mut at = 0;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        // The longest size and the longest signature fit into this.
        let line = rest.get(..rest.len().min(128)).unwrap_or_default();
        let Some(end) = memchr::memmem::find(line, b"\r\n") else {
            let may_go_on = |byte: &u8| byte.is_ascii_hexdigit() || b";chunk-signature=\r".contains(byte);
            let is_short = rest.len() < 128 && rest.iter().all(may_go_on);
            return Err(Flaw { is_short, ..flaw(at, "there is no line with the size of a chunk") });
        };
        let head = std::str::from_utf8(&line[..end]).map_err(|_| flaw(at, "the size of a chunk is no text"))?;
        let (size, signature) =
            head.split_once(";chunk-signature=").ok_or_else(|| flaw(at, "a chunk has no `;chunk-signature=`"))?;
        let size = usize::from_str_radix(size, 16).map_err(|_| flaw(at, "the size of a chunk is no number in hex"))?;
        let start = at + end + 2;
        let stop = start.checked_add(size).filter(|stop| *stop <= body.len());
        let stop = stop.ok_or_else(|| flaw(body.len(), "the last chunk has fewer bytes than it says"))?;
        chunks.push(Chunk { data: &body[start..stop], signature: Secret::from(signature) });
        if size == 0 {
            return Ok(chunks);
        }
        if !body[stop..].starts_with(b"\r\n") {
            return Err(flaw(stop, "no line break ends a chunk"));
        }
        at = stop + 2;
    }
}

/// The first chunk whose signature does not come out of this secret; `None` where each does.
pub fn broken(secret: &[u8], claim: &Claim, chunks: &[Chunk<'_>]) -> Option<Broken> {
    let seed = claim.signature.expose_str().unwrap_or_default();
    let mut before = seed;
    for (number, chunk) in (1..).zip(chunks) {
        let fits =
            |before: &str, hash: &str| is_signature(secret, &claim.scope, &text(claim, before, hash), &chunk.signature);
        let hash = digest(chunk.data);
        if !fits(before, &hash) {
            let with_end = digest(&[chunk.data, b"\r\n"].concat());
            let mistakes = [
                (fits(seed, &hash), "the signature of the request, and not that of the chunk before"),
                (fits("", &hash), "no signature before it"),
                (fits(before, &with_end), "the line break at its end, too"),
                (fits(before, &digest(b"")), "no bytes"),
            ];
            let signed = mistakes.into_iter().find(|(is_it, _)| *is_it).map(|(_, what)| what);
            return Some(Broken { number, signed });
        }
        before = chunk.signature.expose_str().unwrap_or_default();
    }
    None
}

/// What is signed for a chunk whose bytes have this hash, after the signature `before`.
fn text(claim: &Claim, before: &str, hash: &str) -> String {
    let Claim { time, scope, .. } = claim;
    format!("AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{scope}\n{before}\n{}\n{hash}", digest(b""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::aws::Scope;

    /// The example of the S3 API reference: 65 KiB of `a` in chunks of 64 KiB.
    const SIGNATURES: [&str; 4] = [
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ];

    fn body() -> Vec<u8> {
        let mut body = Vec::new();
        for (size, signature) in [(65536, SIGNATURES[1]), (1024, SIGNATURES[2]), (0, SIGNATURES[3])] {
            body.extend(format!("{size:x};chunk-signature={signature}\r\n").bytes());
            body.extend([b'a'].repeat(size));
            body.extend(b"\r\n");
        }
        body
    }

    fn claim() -> (String, Claim) {
        let secret = ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/");
        let scope = Scope {
            date: "20130524".to_owned(),
            region: "us-east-1".to_owned(),
            service: "s3".to_owned(),
            end: "aws4_request".to_owned(),
        };
        let claim = Claim::unsigned("AKIAIOSFODNN7EXAMPLE", scope, Vec::new(), "20130524T000000Z".to_owned());
        (secret, Claim { signature: Secret::from(SIGNATURES[0]), ..claim })
    }

    #[test]
    fn each_chunk_follows_from_the_one_before() {
        let (secret, claim) = claim();
        let body = body();
        let whole = chunks(&body).unwrap();
        assert_eq!(whole.iter().map(|chunk| chunk.data.len()).collect::<Vec<_>>(), [65536, 1024, 0]);
        assert_eq!(broken(secret.as_bytes(), &claim, &whole), None);
        let mut other = whole.clone();
        other[1].data = b"b";
        assert_eq!(broken(secret.as_bytes(), &claim, &other), Some(Broken { number: 2, signed: None }));
        assert_eq!(broken(b"another", &claim, &whole), Some(Broken { number: 1, signed: None }));
        // Signed as if it were the first one.
        let made = super::super::signature(
            secret.as_bytes(),
            &claim.scope,
            &text(&claim, SIGNATURES[0], &digest(whole[1].data)),
        );
        let mut chain = whole.clone();
        chain[1].signature = Secret::from(&*crate::signature::keyed::Written::Hex.write(&made));
        let found = broken(secret.as_bytes(), &claim, &chain).unwrap();
        assert!(found.number == 2 && found.signed.unwrap().contains("signature of the request"), "{found:?}");
    }

    #[test]
    fn what_is_not_chunked() {
        let body = body();
        for (body, at, is_short) in [
            (&b"{\"a\": 1}"[..], 1, false),
            (&[b'x'; 200][..], 1, false),
            (&b"5\r\nhello\r\n0\r\n\r\n"[..], 1, false),
            (&b"zz;chunk-signature=aa\r\n"[..], 1, false),
            (&b"5;chunk-sig"[..], 1, true),
            (&body[..66_000], 66_001, true),
            (&b"1;chunk-signature=aa\r\nabc"[..], 24, false),
            (&b""[..], 1, true),
            (&b"ffffffffffffffff;chunk-signature=aa\r\na"[..], 39, true),
        ] {
            let flaw = chunks(body).unwrap_err();
            let shown = String::from_utf8_lossy(&body[..body.len().min(30)]);
            assert_eq!((flaw.at, flaw.is_short), (at, is_short), "{shown} {flaw:?}");
        }
    }
}
