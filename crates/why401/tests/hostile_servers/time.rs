//! Clocks that are off, and what is known when somebody stops waiting.

use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::serve::{Run, Server, answer, command, finish, key, probe, run_with};

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// A time as a header has it.
fn date(seconds: i64) -> String {
    let (day, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut year = 1970;
    let mut left = day;
    let length = |year: i64| if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 366 } else { 365 };
    while left >= length(year) {
        left -= length(year);
        year += 1;
    }
    let months = [31, length(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= months[month] {
        left -= months[month];
        month += 1;
    }
    let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month];
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][usize::try_from(day.rem_euclid(7)).unwrap()];
    let (hour, minute, second) = (of_day / 3600, of_day % 3600 / 60, of_day % 60);
    format!("{weekday}, {:02} {name} {year} {hour:02}:{minute:02}:{second:02} GMT", left + 1)
}

/// A server whose clock is off by so many seconds.
fn dated(off: i64, status: u16, body: &'static str) -> Server {
    Server::http(move |_| answer(status, &format!("Date: {}\r\n", date(now() + off)), body))
}

fn clock(arguments: &[&str]) -> Run {
    run_with(&[&["clock", "--format", "json"], arguments].concat(), &[])
}

#[test]
fn by_the_date_of_an_answer() {
    for (off, status, says) in
        [(0, 0, "right"), (40, 0, "TOTP"), (-300, 1, "5 min"), (1200, 1, "20 min"), (-90_000_000, 1, "days ahead")]
    {
        let server = dated(off, 401, "");
        let run = clock(&[&format!("http://127.0.0.1:{}", server.port)]);
        assert_eq!(run.status, status, "{off}\n{}", run.all());
        assert!(run.json()["verdict"].as_str().unwrap().contains(says), "{off}\n{}", run.all());
        if status == 1 {
            assert_eq!(run.first(), "proven clock/skew", "{off}");
        }
        assert!(server.heard()[0].starts_with("HEAD / HTTP/1.1\r\n"), "{:?}", server.heard());
    }
    // Most agree; one is wrong.
    let servers: Vec<Server> = [0, -900, 1].map(|off| dated(off, 200, "")).into();
    let urls: Vec<String> = servers.iter().map(|server| format!("http://127.0.0.1:{}/x", server.port)).collect();
    let run = clock(&urls.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(run.status, 0, "{}", run.all());
}

#[test]
fn nobody_tells_the_time() {
    let silent = Server::http(|_| answer(200, "", ""));
    let odd = Server::http(|_| answer(200, "Date: tomorrow\r\n", ""));
    let old = Server::http(|_| answer(200, &format!("Age: 900\r\nDate: {}\r\n", date(now() - 900)), ""));
    for server in [silent, odd, old] {
        let run = clock(&[&format!("http://127.0.0.1:{}", server.port)]);
        assert!(run.status == 2 && run.stderr.contains("nobody told the time"), "{}", run.all());
    }
    for wrong in ["ftp://a.test/", "", "https://"] {
        assert_eq!(clock(&[wrong]).status, 2, "{wrong}");
    }
}

/// A time server that is off by so many seconds, whose packets `change` may spoil.
fn sntp(off: i64, change: impl Fn(&mut [u8; 48], usize) + Send + 'static) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut packet = [0; 48];
        for number in 0.. {
            let Ok((_, from)) = socket.recv_from(&mut packet) else { return };
            let mark: [u8; 8] = packet[40..48].try_into().unwrap();
            let mut out = [0; 48];
            (out[0], out[1]) = (0x24, 2);
            out[24..32].copy_from_slice(&mark);
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            let seconds = u32::try_from(i64::try_from(since.as_secs()).unwrap() + off + 2_208_988_800).unwrap();
            let part = u32::try_from((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000).unwrap();
            for at in [32, 40] {
                out[at..at + 4].copy_from_slice(&seconds.to_be_bytes());
                out[at + 4..at + 8].copy_from_slice(&part.to_be_bytes());
            }
            change(&mut out, number);
            let _ = socket.send_to(&out, from);
        }
    });
    address
}

/// Says that it is asked too often.
fn kiss(packet: &mut [u8; 48], _: usize) {
    packet[1] = 0;
    packet[12..16].copy_from_slice(b"RATE");
}

#[test]
fn by_a_time_server() {
    let said = |run: &Run| run.json()["verdict"].as_str().unwrap().to_owned();
    let run = clock(&["--sntp", &sntp(0, |_, _| {})]);
    assert!(run.status == 0 && said(&run).contains("right"), "{}", run.all());
    let run = clock(&["--sntp", &sntp(-400, |_, _| {})]);
    assert!(run.status == 1 && said(&run).contains("6 min"), "{}", run.all());
    // The first packet is somebody else's and says anything; the next ones are lost until the client asks again.
    let run = clock(&["--sntp", &sntp(0, |packet, number| packet[24] ^= u8::from(number == 0))]);
    assert!(run.status == 0, "{}", run.all());
    for (spoil, says) in [
        (kiss as fn(&mut [u8; 48], usize), "RATE"),
        (|packet, _| packet[0] |= 0xc0, "not set"),
        (|packet, _| packet[1] = 16, "not set"),
        (|packet, _| packet[0] = 0x23, "nothing came"),
    ] {
        let run = clock(&["--sntp", &sntp(0, spoil)]);
        assert!(run.status == 2 && run.stderr.contains(says), "{says}\n{}", run.all());
    }
}

#[test]
fn a_probe_holds_the_clock_against_the_answer() {
    let ask = |server: &Server, more: &str| probe(&format!("-m 9 http://127.0.0.1:{}/ {more}", server.port), &[]);
    let skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>";
    let run = ask(
        &dated(-1800, 403, skewed),
        "-H 'Authorization: AWS4-HMAC-SHA256 Credential=AKIAFAKE/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00ff00ff'",
    );
    assert_eq!(run.first(), "proven clock/skew", "{}", run.all());
    assert!(run.stdout.contains("30 min"), "{}", run.all());
    // A key has no time in it.
    let run = ask(&dated(-1800, 401, "{\"error\":\"Invalid API key\"}"), "-H 'X-Api-Key: KEY'");
    assert_ne!(run.first(), "proven clock/skew", "{}", run.all());
    assert_ne!(run.first(), "likely clock/skew", "{}", run.all());
    assert!(run.json()["not_tried"].to_string().contains("this machine's clock, which is"), "{}", run.all());
    // A token has.
    let token = ["eyJhbGciOiJub25lIn0", "eyJzdWIiOiJmYWtlIn0", "ZmFrZS1zaWduYXR1cmU"].join(".");
    let early = dated(-1800, 401, "{\"error\":\"invalid_token\",\"error_description\":\"token is not yet valid\"}");
    let run = ask(&early, &format!("-H 'Authorization: Bearer {token}'"));
    let all = run.json()["diagnoses"].to_string();
    assert!(all.contains("clock/skew") && all.contains("30 min"), "{}", run.all());
    // A clock that is right is not spoken of.
    let run = ask(&dated(0, 401, "{\"error\":\"Invalid API key\"}"), "-H 'X-Api-Key: KEY'");
    assert!(!run.all().contains("clock"), "{}", run.all());
}

/// A server that refuses at once, and hangs where the key is trimmed or changed.
fn hanging() -> Server {
    let own = format!("Bearer {} \r\n", key());
    Server::raw(move |mut stream, heard| {
        while let Some(head) = heard.head(&mut stream) {
            let at_once = head.contains(&own) || !head.contains("Bearer ") || head.contains("why401zqx");
            if !at_once {
                thread::sleep(Duration::from_secs(30));
            }
            let _ = std::io::Write::write_all(&mut stream, &answer(401, "", "{\"error\":\"bad\"}"));
        }
    })
}

fn broken_off(arguments: &[&str], wait: impl Fn() -> bool) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let child = command(arguments, &[], folder.path()).spawn().unwrap();
    while !wait() && start.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    finish(child, start)
}

#[test]
fn who_stops_waiting_hears_what_is_known() {
    let server = hanging();
    let (url, header) = (format!("http://127.0.0.1:{}/", server.port), format!("Authorization: Bearer {} ", key()));
    let line = ["probe", "--format", "json", "--", "curl", &url, "-H", &header];
    let trimmed = format!("Bearer {}\r\n", key());
    let run = broken_off(&line, || server.heard().iter().any(|head| head.contains(&trimmed)));
    assert!(run.took < Duration::from_secs(25), "{:?}", run.took);
    let document = run.json();
    let found = document["experiments"].as_array().unwrap();
    let came = |change: &str| found.iter().find(|one| one["change"] == change).map(|one| one["came"].to_string());
    assert_eq!(came("as sent").as_deref(), Some("\"401\""), "{}", run.all());
    assert!(found.iter().any(|one| one["came"] == "no answer yet"), "{}", run.all());
    assert!(document["verdict"].as_str().unwrap().contains("Broken off"), "{}", run.all());
    assert!(document["not_tried"].to_string().contains("broken off"), "{}", run.all());
    // Where the request itself has no answer yet, the others are told all the same.
    let silent = Server::raw(|mut stream, heard| {
        while let Some(head) = heard.head(&mut stream) {
            if head.contains("Bearer") {
                thread::sleep(Duration::from_secs(30));
            }
            let _ = std::io::Write::write_all(&mut stream, &answer(401, "", "{}"));
        }
    });
    let url = format!("http://127.0.0.1:{}/", silent.port);
    let run = broken_off(&["probe", "--", "curl", &url, "-H", &header], || silent.heard().len() >= 3);
    assert_eq!(run.status, 2, "{}", run.all());
    assert!(run.stdout.contains("without a credential") && run.stdout.contains("no answer yet"), "{}", run.all());
    assert!(run.stderr.contains("broken off") && !run.all().contains(&key()), "{}", run.all());
}

#[test]
fn progress_is_for_terminals() {
    let server = Server::http(|_| {
        thread::sleep(Duration::from_millis(400));
        answer(401, "", "{}")
    });
    let url = format!("http://127.0.0.1:{}/", server.port);
    let header = format!("Authorization: Bearer {}", key());
    let run = run_with(&["probe", "-q", "--", "curl", &url, "-H", &header], &[]);
    assert_eq!(run.stderr, "", "a pipe stays clean");
    let shown = |more: &str| {
        let line = format!("{} probe {more} -- curl {url} -H '{header}'", env!("CARGO_BIN_EXE_why401"));
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        script.env("TERM", "xterm").stdin(Stdio::null());
        script.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(text) = shown("") else {
        println!("script is not installed; nothing is looked at");
        return;
    };
    assert!(text.contains("requests answered") && text.contains("\r\u{1b}[K"), "{text:?}");
    assert!(!text.contains(&key()), "{text:?}");
    assert!(!shown("-q").unwrap().contains("requests answered"));
}
