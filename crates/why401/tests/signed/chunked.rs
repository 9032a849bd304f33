//! A chunked upload: the example of the S3 API reference, "Transferring payload in multiple chunks", as it is and with faults.

use std::fs;
use std::process::Command;

/// The signatures of the example: of the request, and of its three chunks.
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
        body.extend(b"a".repeat(size));
        body.extend(b"\r\n");
    }
    body
}

/// What `why401 sign aws` says of the upload with this body.
fn said(body: &[u8]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let id = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
    let secret = ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYEXAMPLEKEY"].join("/");
    let names = "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class";
    let head = [
        "PUT /examplebucket/chunkObject.txt HTTP/1.1",
        "Host: s3.amazonaws.com",
        "x-amz-date: 20130524T000000Z",
        "x-amz-storage-class: REDUCED_REDUNDANCY",
        &format!("Authorization: AWS4-HMAC-SHA256 Credential={id}/20130524/us-east-1/s3/aws4_request,SignedHeaders={names},Signature={}", SIGNATURES[0]),
        "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "Content-Encoding: aws-chunked",
        "x-amz-decoded-content-length: 66560",
        "Content-Length: 66824",
        "",
        "",
    ]
    .join("\r\n");
    fs::write(folder.path().join("put.txt"), [head.as_bytes(), body].concat()).unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_why401"))
        .args(["sign", "aws", "put.txt"])
        .current_dir(folder.path())
        .env_clear()
        .envs([
            ("HOME", folder.path().to_str().unwrap()),
            ("AWS_ACCESS_KEY_ID", &id),
            ("AWS_SECRET_ACCESS_KEY", &secret),
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
    assert!(!text.contains(&secret) && !SIGNATURES.iter().any(|signature| text.contains(signature)), "{text}");
    (out.status.code(), text)
}

#[test]
fn chunks_of_an_upload() {
    let (code, text) = said(&body());
    assert!(code == Some(0) && text.contains("1024 bytes  0055627c…"), "{text}");

    let mut changed = body();
    let at = changed.len() - 200;
    changed[at] = b'b';
    let (code, text) = said(&changed);
    assert!(code == Some(1), "{text}");
    assert!(
        text.contains("proven signature/canonical: the signature of chunk 2 of 3 does not fit its bytes"),
        "{text}"
    );

    let (code, text) = said(&b"a".repeat(66824));
    let title = "proven signature/canonical: the body does not come in signed chunks from byte 1 on";
    assert!(code == Some(1) && text.contains(title), "{text}");

    let mut shorter = body();
    shorter.splice(0..5, *b"fffff");
    shorter.truncate(66824);
    let (_, text) = said(&shorter);
    assert!(!text.contains("from byte"), "what ends too early may be a copy that was cut: {text}");
}
