//! Every reader of a request takes every text: nothing panics, and no value of a variable is repeated in what is said.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use why401_core::read::request::{Draft, Refused, curl, curl_text, har, http_file, requests_of, url};
use why401_core::secret::Secret;
use why401_core::url::Url;

/// Pieces on which the readers stumble.
const PIECES: &[&str] = &[
    "curl",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\\",
    "\\\n",
    "'",
    "\"",
    "$'",
    "$\"",
    "$",
    "${",
    "}",
    "${K",
    ":-",
    ":?",
    "{{",
    "}}",
    "{",
    "$K",
    "$KEY",
    "{{$dotenv ",
    "%KEY%",
    "%",
    "%2",
    "^",
    "^\"",
    "^\n",
    "`",
    "$(",
    ")",
    "#",
    "###",
    "###\n",
    "# @name ",
    "@a = ",
    "@a={{a}}\n",
    "\\u",
    "\\u00",
    "\\ud83d",
    "\\ude00",
    "\\x",
    "\\7",
    "-H",
    "-d",
    "-u",
    "-F",
    "-X",
    "-G",
    "-I",
    "-T",
    "-x",
    "-b",
    "-e",
    "-m",
    "-sSL",
    "--",
    "--json",
    "--data-urlencode",
    "--resolve",
    "--connect-to",
    "--aws-sigv4",
    "--noproxy",
    "--no-",
    "--url-query",
    "-HX:",
    "X: y",
    "X;",
    "X:",
    "@f",
    "@",
    "=",
    "a=b",
    ";type=",
    ";filename=",
    "<",
    "<f",
    "\"q\"",
    "https://",
    "http://",
    "a.test",
    "[::1]",
    "[",
    "]",
    ":80",
    ":",
    "/",
    "//",
    "/../",
    "/./",
    "?",
    "&",
    "u:p@",
    "é",
    "\u{7f}",
    "\0",
    "😀",
    "GET ",
    "POST ",
    " HTTP/1.1",
    "Host: a.test\n",
    "\n\n",
    "< f\n",
    "> {%\n",
    "%}\n",
    ">> x\n",
    "Authorization: Basic a b\n",
    "content-type: multipart/form-data\n",
    "1",
    "0",
    "-",
    "!",
    "|",
    ">",
    "2>&1",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Fills a draft and looks at all that is said about it.
fn fill(draft: Result<Draft, Refused>, value: &str) {
    let Ok(mut draft) = draft else { return };
    for path in draft.files().to_vec() {
        draft.give(&path, Secret::from("content\r\n"));
    }
    let own = draft.shown().warnings.len();
    let said = match draft.fill(&|_| Some(Secret::from(value))) {
        Ok(asked) => {
            assert!(asked.warnings.len() + 1 >= own.min(1));
            let url = Url::of(&asked.request.url);
            assert!(url.is_absolute(), "{:?}", asked.request.url.len());
            format!("{:?} {:?}", asked.notes, asked.warnings)
        }
        Err(unfilled) => unfilled.to_string(),
    };
    assert!(!said.contains(value), "the value is told: {said}");
    let _ = draft.fill(&|_| None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines(rest in text()) {
        let line = format!("curl {rest}");
        fill(curl_text(&line), "zq7PLAINLYfake");
        fill(curl_text(&rest), "zq7PLAINLYfake");
        fill(curl_text(&line), "zq7 PLAINLY\nfake");
    }

    #[test]
    fn words(rest in prop::collection::vec(text(), 0..6)) {
        let words: Vec<String> = std::iter::once("curl".to_owned()).chain(rest).collect();
        fill(curl(&words), "zq7PLAINLYfake");
    }

    #[test]
    fn files(text in text(), which in prop::option::of(text()), number in prop::option::of(0usize..4)) {
        fill(http_file(&text, which.as_deref()), "zq7PLAINLYfake");
        fill(http_file(&text, Some("1")), "zq7PLAINLYfake");
        requests_of(&text);
        fill(har(&text, number), "zq7PLAINLYfake");
    }

    #[test]
    fn archives(address in text(), name in text(), value in text(), body in prop::option::of(text())) {
        let field = serde_json::json!({"name": name, "value": value});
        let post = body.map(|body| serde_json::json!({"text": body, "params": [field]}));
        let request = serde_json::json!({"method": name, "url": address, "headers": [field], "cookies": [field], "postData": post});
        fill(har(&serde_json::json!({"log": {"entries": [{"request": request}]}}).to_string(), Some(1)), "zq7PLAINLYfake");
    }

    #[test]
    fn urls(address in text(), reference in text()) {
        fill(url(&address), "zq7PLAINLYfake");
        let base = Url::of(&address);
        let _ = (base.join(&reference), base.origin(), base.authority().len());
    }
}
