//! `why401 explain` on what never ends: streams of records and large logs. Order, back-pressure, bad lines, memory, secrets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Far more than any of this takes, also for an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why401"));
    command.arg("explain").args(arguments).current_dir(std::env::temp_dir());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Holds the memory that a running child took at most against what is promised.
fn assert_small(child: &Child) {
    // Elsewhere the system does not say.
    let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", child.id())) else { return };
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: usize = peak.trim().trim_end_matches(" kB").trim().parse().unwrap();
    assert!(peak < 64 << 10, "{peak} kB");
}

/// Feeds `input` and gives back the status, the answer, and what was complained of.
fn run(arguments: &[&str], input: Vec<u8>) -> (i32, String, String) {
    let mut child = start(arguments);
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (answer, complaint) = (text(output.stdout), text(output.stderr));
    assert!(!complaint.contains("panicked"), "{complaint}");
    (output.status.code().unwrap(), answer, complaint)
}

fn records(answer: &str) -> Vec<Value> {
    answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const OPENAI: &str = r#"{"status":401,"host":"api.openai.com","url":"/v1/models","body":"{\"error\":{\"message\":\"Incorrect API key provided: undefined. You can find your API key at https://platform.openai.com/account/api-keys.\",\"code\":\"invalid_api_key\"}}"}"#;
const FINE: &str = r#"{"status":200,"host":"api.openai.com","url":"/v1/models"}"#;

#[test]
fn one_line_in_one_line_out() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/why401-record-1.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let input = format!("{OPENAI}\n{FINE}\n\n{{\"status\":500,\"host\":\"a.test\",\"body\":\"oops\"}}\n{OPENAI}");
    let (status, answer, complaint) = run(&["--ndjson"], input.into_bytes());
    let found = records(&answer);
    assert!(found.iter().all(|record| schema.is_valid(record)), "{answer}");
    let told: Vec<_> =
        found.iter().map(|record| (record["line"].as_u64().unwrap(), record["provider"].as_str())).collect();
    assert_eq!((status, told[0], told[1], told[3]), (1, (1, Some("openai")), (2, None), (5, Some("openai"))));
    assert_eq!(
        (found[0]["diagnoses"][0]["cause"].as_str(), &found[1]["diagnoses"]),
        (Some("key/missing"), &Value::Array(vec![]))
    );
    assert_eq!(found[0]["diagnoses"], found[3]["diagnoses"]);
    assert!(complaint.starts_with("why401: 4 records, 3 refusals, 2 with a cause, 0 bad lines\n"), "{complaint}");
    assert_eq!(run(&["--ndjson"], format!("{FINE}\n").into_bytes()).0, 0);
}

#[test]
fn order_whatever_the_number_of_workers() {
    let mut input = String::new();
    for number in 0..20_000 {
        match number % 50 {
            0 => input.push_str(&OPENAI.replace("undefined", &format!("sk-{number}***9x"))),
            7 => input.push_str("{\"status\":"),
            _ => input.push_str(FINE),
        }
        input.push('\n');
    }
    let one = run(&["--ndjson", "--jobs", "1"], input.clone().into_bytes());
    let lines: Vec<_> = records(&one.1).iter().map(|record| record["line"].as_u64().unwrap()).collect();
    assert!(lines.is_sorted() && lines.len() == 20_000 - 400);
    for jobs in ["2", "5"] {
        assert_eq!(run(&["--ndjson", "--jobs", jobs], input.clone().into_bytes()), one, "{jobs}");
    }
}

#[test]
fn bad_lines_are_told_and_skipped() {
    let secret = ["sk-", "proj-", "Fake1Fake2Fake3Fake4Fake5Fake6Fake7"].concat();
    let mut input = Vec::new();
    for line in [
        format!("{{\"status\":401,\"body\":\"{secret}").into_bytes(),
        format!("{{\"status\":401,\"body\":{secret}}}").into_bytes(),
        format!("\"{secret}\"").into_bytes(),
        format!("{{\"{secret}\":1}}").into_bytes(),
        b"\0\0\0".to_vec(),
        b"{\"status\":401,\"host\":\"api.openai.com\",\"body\":\"\xff\xfe\"}".to_vec(),
        vec![b'x'; 9 << 20],
        OPENAI.as_bytes().to_vec(),
    ] {
        input.extend(line);
        input.push(b'\n');
    }
    let (_, answer, complaint) = run(&["--ndjson"], input);
    let lines: Vec<_> = records(&answer).iter().map(|record| record["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [6, 8]);
    for (line, why) in [
        (1, "the JSON is cut off"),
        (2, "no JSON at byte"),
        (3, "JSON, and no object"),
        (4, "no field of it is known"),
        (5, "no JSON at byte 1"),
        (7, "longer than"),
    ] {
        assert!(complaint.contains(&format!("line {line} was skipped: {why}")), "{complaint}");
    }
    assert!(complaint.contains("6 bad lines") && !complaint.contains("Fake1"), "{complaint}");
    let many = "x\n".repeat(5_000);
    let complaint = run(&["--ndjson"], many.into_bytes()).2;
    assert!(complaint.lines().count() < 110 && complaint.contains("4900 more bad lines"), "{complaint}");
}

#[test]
fn fields_are_mapped() {
    let input = r#"{"code":"x","up":{"Code":401,"said":"{\"error\":\"invalid_auth\",\"ok\":false}"},"to":"slack.com"}"#;
    let (status, answer, _) =
        run(&["--ndjson", "--fields", "status=up.code,body=up.said", "--fields", "host=to"], input.into());
    assert_eq!((status, records(&answer)[0]["provider"].as_str()), (1, Some("slack")));
    for fields in ["state=x", "status", "status="] {
        let (status, _, complaint) = run(&["--ndjson", "--fields", fields], Vec::new());
        assert!(status == 2 && !complaint.is_empty(), "{fields}: {complaint}");
    }
}

#[test]
fn a_slow_reader_holds_the_writer_back() {
    let mut child = start(&["--ndjson", "--jobs", "2"]);
    let written = Arc::new(AtomicUsize::new(0));
    let mut stdin = child.stdin.take().unwrap();
    let feeder = {
        let written = written.clone();
        std::thread::spawn(move || {
            let block = format!("{OPENAI}\n").repeat(200).into_bytes();
            for _ in 0..600 {
                stdin.write_all(&block).unwrap();
                written.fetch_add(block.len(), Ordering::SeqCst);
            }
        })
    };
    // Nobody reads: what was taken stays the same after a while, and it is little.
    let start = Instant::now();
    let mut last = (0, Instant::now());
    while last.1.elapsed() < Duration::from_secs(2) {
        let now = written.load(Ordering::SeqCst);
        if now != last.0 {
            last = (now, Instant::now());
        }
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(last.0 > 0 && last.0 < 8 << 20, "{} bytes were taken", last.0);
    assert_small(&child);
    let mut answer = String::new();
    child.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    feeder.join().unwrap();
    assert_eq!((answer.lines().count(), child.wait().unwrap().code()), (120_000, Some(1)));
}

#[test]
fn memory_is_bounded_whatever_a_line_holds() {
    let half = |inner: &str| [br#"{"status":401,"body":"#, inner.as_bytes()].concat();
    let lines: [(&str, Vec<u8>); 5] = [
        ("long", vec![b'x'; 64 << 20]),
        ("zeros", vec![0; 16 << 20]),
        ("no UTF-8", vec![0xff; 3 << 20]),
        ("half a text", half(&format!("\"{}", "x".repeat(3 << 20)))),
        ("deep", half(&"[".repeat(3 << 20))),
    ];
    for (what, line) in &lines {
        let began = Instant::now();
        let mut child = start(&["--ndjson"]);
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        stdin.write_all(line).unwrap();
        writeln!(stdin, "\n{OPENAI}").unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.contains("key/missing") && answer.contains("\"line\":2"), "{what}: {answer}");
        assert_small(&child);
        drop(stdin);
        assert_eq!(child.wait().unwrap().code(), Some(1), "{what}");
        // The same line amid a log.
        let mut child = start(&[]);
        let mut stdin = child.stdin.take().unwrap();
        for _ in 0..(20 << 20) / line.len() + 1 {
            stdin.write_all(line).unwrap();
            stdin.write_all(b"\nopenai.AuthenticationError: Error code: 401\n").unwrap();
        }
        assert_small(&child);
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(began.elapsed() < PATIENCE, "{what}");
    }
}

#[test]
fn an_answer_does_not_wait_for_more_records() {
    let mut child = start(&["--ndjson"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        writeln!(stdin, "{OPENAI}").unwrap();
        assert!(answers.next().unwrap().unwrap().contains("key/missing"));
    }
    // Whoever reads our answers may go away.
    drop(answers);
    let feeder = Mutex::new(stdin);
    for _ in 0..2_000 {
        if writeln!(feeder.lock().unwrap(), "{OPENAI}").is_err() {
            break;
        }
    }
    drop(feeder);
    assert!(child.wait().unwrap().code().is_some_and(|code| code <= 1));
}

#[test]
fn no_secret_in_any_verdict() {
    let secret = ["sk-", "ant-", "api03-", "Fake1Fake2Fake3Fake4Fake5Fake6Fake7Fake8"].concat();
    let header = format!("{{\"Authorization\":\"Bearer {secret}\",\"{secret}\":\"x\"}}");
    let body = format!("Incorrect API key provided: {secret}. invalid x-api-key {secret}");
    let line = format!(
        "{{\"status\":401,\"host\":\"{secret}.api.anthropic.com\",\"method\":\"{secret}\",\"url\":\"https://api.anthropic.com/{secret}?key={secret}\",\"headers\":{header},\"request_headers\":{header},\"body\":\"{body}\"}}\n"
    );
    let (_, answer, complaint) = run(&["--ndjson"], line.into_bytes());
    assert!(
        answer.contains("anthropic") && !answer.contains("Fake") && !complaint.contains("Fake"),
        "{answer}{complaint}"
    );
}

#[test]
fn large_logs() {
    let secret = ["sk-", "proj-", "Fake1Fake2Fake3Fake4Fake5Fake6Fake7Fake8"].concat();
    let fine = "10.0.0.1 - - [02/Mar/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 401 \"-\" \"Mozilla\"\n";
    let mut log = fine.repeat(40_000).into_bytes();
    log.extend(format!("openai.AuthenticationError: Error code: 401 - {{'error': {{'message': 'Incorrect API key provided: {secret}. You can find your API key at https://platform.openai.com/account/api-keys.', 'code': 'invalid_api_key'}}}}\n").bytes());
    log.extend(vec![b'z'; 9 << 20]);
    log.extend(b"\n\0\0\xff\xfe{\"half\":\n");
    log.extend(fine.repeat(100).bytes());
    for arguments in [&["--format", "json"][..], &[], &["-v"], &["--format", "html"]] {
        let (status, answer, complaint) = run(arguments, log.clone());
        assert!(status == 1 && answer.contains("40001"), "{answer}{complaint}");
        assert!(!answer.contains("Fake1") && !complaint.contains("Fake1"), "{answer}");
    }
    let (status, answer, _) = run(&[], fine.repeat(40_000).into_bytes());
    assert_eq!(status, 0, "{answer}");
    // An archive of calls is one document, whatever its size.
    let entry = |status: u16, body: &str| {
        format!(
            r#"{{"request":{{"method":"GET","url":"https://slack.com/api/x","headers":[]}},"response":{{"status":{status},"headers":[],"content":{{"text":{body:?}}}}}}}"#
        )
    };
    let archive = format!(
        r#"{{"log":{{"version":"1.2","entries":[{},{}]}}}}"#,
        entry(200, &"fine ".repeat(400_000)),
        entry(200, r#"{"ok":false,"error":"invalid_auth"}"#)
    );
    let (status, answer, _) = run(&["--format", "json"], archive.into_bytes());
    assert!(status == 1 && answer.contains("Slack"), "{answer}");
}
